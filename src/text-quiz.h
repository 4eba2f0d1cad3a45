/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text-mode.h"

G_BEGIN_DECLS

gboolean sv_text_quiz_run (const char *questions, const char *seed, int *status, GError **error);

G_END_DECLS
