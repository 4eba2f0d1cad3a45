/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson-button.h"
#include "sv-lesson-card.h"
#include "sv-window.h"

G_BEGIN_DECLS

/**
 * SvLessonGuide:
 *
 * Gives lessons in a window: the list of them, the one that is being taken with
 * its card and what it points at, and the progress that is kept.
 */
#define SV_TYPE_LESSON_GUIDE (sv_lesson_guide_get_type ())
G_DECLARE_FINAL_TYPE (SvLessonGuide, sv_lesson_guide, SV, LESSON_GUIDE, GObject)

SvLessonGuide *sv_lesson_guide_new (SvWindow *window, SvLessonButton *button, gboolean remember);

GtkWidget *sv_lesson_guide_get_card (SvLessonGuide *self);
SvLessonRun *sv_lesson_guide_get_run (SvLessonGuide *self);
SvLessonProgress *sv_lesson_guide_get_progress (SvLessonGuide *self);
gboolean sv_lesson_guide_begin (SvLessonGuide *self, const char *id, const char *step, GError **error);
void sv_lesson_guide_leave (SvLessonGuide *self);
void sv_lesson_guide_follow (SvLessonGuide *self);

G_END_DECLS
