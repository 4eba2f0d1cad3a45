/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-window.h"

G_BEGIN_DECLS

void sv_lesson_look_at (SvWindow *window, const char *const *names);
void sv_lesson_look_away (SvWindow *window);
char *sv_lesson_look_describe (const char *const *names);

G_END_DECLS
