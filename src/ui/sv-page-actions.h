/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-window.h"

G_BEGIN_DECLS

void sv_page_actions_add (SvWindow *window);

G_END_DECLS
