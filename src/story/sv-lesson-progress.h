/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SvLessonProgress:
 *
 * How far somebody has come in each lesson. Kept in a key file, so that it is
 * there next time; without a file it is forgotten.
 */
#define SV_TYPE_LESSON_PROGRESS (sv_lesson_progress_get_type ())
G_DECLARE_FINAL_TYPE (SvLessonProgress, sv_lesson_progress, SV, LESSON_PROGRESS, GObject)

SvLessonProgress *sv_lesson_progress_new (const char *path);
char *sv_lesson_progress_dup_default_path (void);

guint sv_lesson_progress_get_step (SvLessonProgress *self, const char *lesson);
gboolean sv_lesson_progress_is_done (SvLessonProgress *self, const char *lesson);
guint sv_lesson_progress_get_n_right (SvLessonProgress *self, const char *lesson);
guint sv_lesson_progress_get_n_answered (SvLessonProgress *self, const char *lesson);

void sv_lesson_progress_reach (SvLessonProgress *self, const char *lesson, guint step);
void sv_lesson_progress_finish (SvLessonProgress *self, const char *lesson);
void sv_lesson_progress_answer (SvLessonProgress *self, const char *lesson, const char *step, gboolean right);
void sv_lesson_progress_forget (SvLessonProgress *self);

G_END_DECLS
