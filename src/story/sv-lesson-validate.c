/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a lesson's file must be, beyond its form: whoever writes one is told at
 * once what is missing. */
#include "sv-config.h"

#include "sv-lesson-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Known in every text. */
static const char *const GLOBALS[] = { "port", "pid", "low", "high", "privileged", NULL };
/* Known besides when a question has been judged. */
static const char *const JUDGED[] = { "answer", "guess", NULL };

static const SvLessonCondition *
find_named (const SvLessonStep *step, const char *name, gsize length)
{
  for (guint i = 0; i < step->checks->len; i++)
    {
      const SvLessonCheck *check = g_ptr_array_index (step->checks, i);

      for (guint j = 0; j < check->conditions->len; j++)
        {
          const SvLessonCondition *condition = g_ptr_array_index (check->conditions, j);

          if (condition->name != NULL && strlen (condition->name) == length
              && strncmp (condition->name, name, length) == 0)
            return condition;
        }
    }
  return NULL;
}

/* "c.local-port": some condition, here or before, is called c and has such a field. */
static gboolean
is_known (const SvLesson *self, const SvLessonStep *step, const char *value)
{
  const char *dot = strchr (value, '.');
  const SvLessonCondition *condition;

  if (dot == NULL)
    return g_strv_contains (GLOBALS, value);
  condition = find_named (step, value, (gsize) (dot - value));
  for (guint i = 0; condition == NULL && i < self->steps->len; i++)
    condition = find_named (g_ptr_array_index (self->steps, i), value, (gsize) (dot - value));
  return condition != NULL && sv_lesson_condition_has_field (condition, dot + 1);
}

/* (transfer full) (nullable): a sentence about a placeholder that nobody can fill */
static char *
validate_text (const SvLesson *self, const SvLessonStep *step, const char *text, gboolean judged)
{
  for (const char *open = strchr (text, '{'); open != NULL; open = strchr (open + 1, '{'))
    {
      const char *end = strchr (open, '}');
      g_autofree char *name = g_strndup (open + 1, end != NULL ? (gsize) (end - open - 1) : 0);

      if (!is_known (self, step, name) && !(judged && g_strv_contains (JUDGED, name)))
        return g_strdup_printf (_("Nothing in this lesson gives {%s} a value."), name);
    }
  return NULL;
}

static char *
validate_prediction (const SvLesson *self, const SvLessonStep *step, const SvPrediction *prediction)
{
  char *why = NULL;

  if (prediction->question == NULL || prediction->right == NULL || prediction->wrong == NULL)
    return g_strdup (_("A question needs <question>, <right> and <wrong>."));
  if (prediction->choices->len < 2)
    return g_strdup (_("A question needs at least two choices."));
  if (prediction->answer == NULL || !is_known (self, step, prediction->answer)
      || (prediction->against != NULL && !is_known (self, step, prediction->against)))
    return g_strdup (_("A question needs an <answer> that the step's check finds."));
  why = validate_text (self, step, prediction->right, TRUE);
  return why != NULL ? why : validate_text (self, step, prediction->wrong, TRUE);
}

static char *
validate_texts (const SvLesson *self, const SvLessonStep *step)
{
  for (guint kind = 0; kind < SV_N_LESSON_TEXTS; kind++)
    for (guint i = 0; i < step->texts[kind]->len; i++)
      {
        const SvLessonPiece *piece = g_ptr_array_index (step->texts[kind], i);
        char *why = validate_text (self, step, piece->text, FALSE);

        if (why != NULL)
          return why;
      }
  return NULL;
}

/* Whether everything that is needed is there at @place. */
static char *
validate_place (const SvLessonStep *step, SvLessonPlace place)
{
  const SvLessonCheck *check = sv_lesson_step_find_check (step, place);

  if ((step->place & place) == 0)
    return NULL;
  for (guint kind = 0; kind < SV_N_LESSON_TEXTS; kind++)
    if (kind != SV_LESSON_BY_HAND && sv_lesson_step_find_text (step, kind, place) == NULL)
      return g_strdup_printf (_("The step “%s” needs <title>, <text> and <done>."), step->id);
  if (check == NULL || check->conditions->len == 0)
    return g_strdup_printf (_("The step “%s” needs a <check>: what must be so when it is done?"), step->id);
  return NULL;
}

/**
 * sv_lesson_validate_step:
 * @self: with the steps before
 *
 * Returns: (transfer full) (nullable): a sentence about what is wrong with @step
 */
char *
sv_lesson_validate_step (const SvLesson *self, const SvLessonStep *step)
{
  char *why = NULL;

  for (guint i = 0; i < self->steps->len; i++)
    if (g_str_equal (((SvLessonStep *) g_ptr_array_index (self->steps, i))->id, step->id))
      return g_strdup_printf (_("There are two steps “%s”."), step->id);
  for (guint place = SV_LESSON_THIS_COMPUTER; why == NULL && place <= SV_LESSON_TWO_MACHINES; place <<= 1)
    why = validate_place (step, place);
  if (why == NULL)
    why = validate_texts (self, step);
  for (guint i = 0; why == NULL && i < step->predictions->len; i++)
    why = validate_prediction (self, step, g_ptr_array_index (step->predictions, i));
  return why;
}

/**
 * sv_lesson_validate:
 *
 * Returns: (transfer full) (nullable): a sentence about what is missing in the whole
 */
char *
sv_lesson_validate (const SvLesson *self)
{
  if (self->title == NULL || self->summary == NULL)
    return g_strdup (_("A lesson needs <title> and <summary>."));
  for (guint place = SV_LESSON_THIS_COMPUTER; place <= SV_LESSON_TWO_MACHINES; place <<= 1)
    {
      g_autoptr (GPtrArray) steps = sv_lesson_list_steps (self, place);

      if (steps->len == 0)
        return g_strdup (_("A lesson needs steps, on this computer and on two machines."));
    }
  return NULL;
}
