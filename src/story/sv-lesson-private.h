/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson.h"

G_BEGIN_DECLS

/* Private to this folder. */
struct _SvLesson
{
  char *id;
  char *title;
  char *summary;
  guint number;
  guint minutes;
  GPtrArray *steps; /* SvLessonStep */
};

SvLesson *sv_lesson_alloc (void);
SvLessonStep *sv_lesson_step_new (void);
SvLessonDeed *sv_lesson_deed_new (SvLessonPlace place);
SvLessonCheck *sv_lesson_check_new (SvLessonPlace place);
char *sv_lesson_validate_step (const SvLesson *self, const SvLessonStep *step);
char *sv_lesson_validate (const SvLesson *self);

G_END_DECLS
