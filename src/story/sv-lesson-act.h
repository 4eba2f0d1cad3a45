/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvLessonAct:
 * @name: one of those that data/lessons/README.md lists
 * @parameters: (element-type utf8 utf8): as the file gives them
 *
 * One thing to do, as a lesson's file names it. Plain data: whoever implements
 * #SvLessonActions does it.
 */
typedef struct
{
  char *name;
  GHashTable *parameters;
} SvLessonAct;

SvLessonAct *sv_lesson_act_new (const char *name, const char *const *names, const char *const *values, char **why);
void sv_lesson_act_free (SvLessonAct *self);

const char *sv_lesson_act_get (const SvLessonAct *self, const char *parameter);
gint64 sv_lesson_act_get_number (const SvLessonAct *self, const char *parameter, gint64 otherwise);
gboolean sv_lesson_act_get_flag (const SvLessonAct *self, const char *parameter, gboolean otherwise);

G_END_DECLS
