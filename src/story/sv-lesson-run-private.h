/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson-run.h"

G_BEGIN_DECLS

/* Private to this folder. */
struct _SvLessonRun
{
  GObject parent_instance;

  SvLesson *lesson;
  SvLessonActions *actions;
  SvLessonProgress *progress; /* nullable */
  SvLessonPlace place;
  GPtrArray *steps; /* SvLessonStep of the lesson, those of @place */

  guint step;
  gboolean begun;
  gboolean done;
  SvLessonView view;
  int guess; /* -1: none yet */
  SvVerdict verdict;
  char *answer;

  guint target; /* plays by itself up to that step, if that lies ahead */
  guint check_source;
  guint patience_source;
};

G_END_DECLS
