/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Answers by itself, so that no test asks a name server: "here.invalid" is
 * 127.0.0.1, "slow.invalid" never comes, all else is unknown. */
GResolver *test_resolver_new (void);
