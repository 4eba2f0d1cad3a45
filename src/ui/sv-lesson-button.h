/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson-catalog.h"
#include "sv-lesson-progress.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvLessonButton:
 *
 * The header bar's list of lessons, with how far one has come in each.
 * Choosing one is the action "win.lesson" with its id.
 */
#define SV_TYPE_LESSON_BUTTON (sv_lesson_button_get_type ())
G_DECLARE_FINAL_TYPE (SvLessonButton, sv_lesson_button, SV, LESSON_BUTTON, GtkWidget)

void sv_lesson_button_set_lessons (SvLessonButton *self, SvLessonCatalog *catalog, SvLessonProgress *progress);
void sv_lesson_button_set_compact (SvLessonButton *self, gboolean compact);

G_END_DECLS
