/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson.h"
#include "sv-lesson-actions.h"
#include "sv-lesson-progress.h"

G_BEGIN_DECLS

/**
 * SvLessonRun:
 *
 * Somebody on the way through one lesson: which step, what was predicted,
 * whether the kernel has shown it. It looks into the recording whenever a fact
 * has come; nothing else makes a step done.
 *
 * Signals: "changed": whatever the getters say may be different. "stuck" (a
 * sentence): playing by itself has come to an end before its time.
 */
#define SV_TYPE_LESSON_RUN (sv_lesson_run_get_type ())
G_DECLARE_FINAL_TYPE (SvLessonRun, sv_lesson_run, SV, LESSON_RUN, GObject)

SvLessonRun *sv_lesson_run_new (SvLesson *lesson, SvLessonActions *actions, SvLessonProgress *progress);

/* Where it is. */
SvLesson *sv_lesson_run_get_lesson (SvLessonRun *self);
guint sv_lesson_run_get_n_steps (SvLessonRun *self);
guint sv_lesson_run_get_step (SvLessonRun *self);
const SvLessonStep *sv_lesson_run_get_step_info (SvLessonRun *self);
int sv_lesson_run_find_step (SvLessonRun *self, const char *id);
gboolean sv_lesson_run_is_done (SvLessonRun *self);
gboolean sv_lesson_run_is_finished (SvLessonRun *self);
gboolean sv_lesson_run_is_playing (SvLessonRun *self);

/* What it says, in the user's language. */
char *sv_lesson_run_dup_text (SvLessonRun *self, SvLessonText text);
GPtrArray *sv_lesson_run_list_deeds (SvLessonRun *self);
char *sv_lesson_run_dup_label (SvLessonRun *self, const SvLessonDeed *deed);

/* The question before the deed. */
const SvPrediction *sv_lesson_run_get_prediction (SvLessonRun *self);
SvVerdict sv_lesson_run_get_verdict (SvLessonRun *self);
int sv_lesson_run_get_guess (SvLessonRun *self);
const char *sv_lesson_run_get_answer (SvLessonRun *self);
char *sv_lesson_run_dup_question (SvLessonRun *self);
char *sv_lesson_run_dup_choice (SvLessonRun *self, guint choice);
char *sv_lesson_run_dup_explanation (SvLessonRun *self);
gboolean sv_lesson_run_predict (SvLessonRun *self, guint choice);

/* What the learner does. */
void sv_lesson_run_start (SvLessonRun *self, guint step);
gboolean sv_lesson_run_perform (SvLessonRun *self, const SvLessonDeed *deed, GError **error);
gboolean sv_lesson_run_next (SvLessonRun *self);
void sv_lesson_run_check (SvLessonRun *self);

G_END_DECLS
