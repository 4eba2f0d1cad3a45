/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a lesson says at the step that it is at, with the kernel's values. */
#include "sv-config.h"

#include "sv-lesson-run-private.h"

#include "sv-lesson-match.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* (transfer full): @text with {name} replaced by what it stands for */
static char *
fill (SvLessonRun *self, const char *text)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self);
  GString *result = g_string_new (NULL);
  const char *open;

  for (; (open = strchr (text, '{')) != NULL && strchr (open, '}') != NULL; text = strchr (open, '}') + 1)
    {
      g_autofree char *name = g_strndup (open + 1, (gsize) (strchr (open, '}') - open - 1));
      g_autofree char *owned = NULL;
      const char *value = sv_lesson_view_find (&self->view, name, &owned);
      int choice = -1;

      if (prediction != NULL && g_str_equal (name, "guess"))
        choice = self->guess;
      else if (prediction != NULL && g_str_equal (name, "answer") && self->answer != NULL)
        choice = sv_prediction_find_choice (prediction, self->answer);
      if (choice >= 0)
        value = owned = sv_lesson_run_dup_choice (self, (guint) choice);
      g_string_append_len (result, text, open - text);
      g_string_append (result, value != NULL ? value : "…");
    }
  g_string_append (result, text);
  return g_string_free (result, FALSE);
}

/**
 * sv_lesson_run_dup_text:
 *
 * Returns: (transfer full) (nullable): with the kernel's values. What says what
 *   was shown is only there when it was.
 */
char *
sv_lesson_run_dup_text (SvLessonRun *self, SvLessonText text)
{
  const char *english = sv_lesson_step_find_text (sv_lesson_run_get_step_info (self), text, self->place);

  if (english == NULL || (text == SV_LESSON_DONE && !self->done))
    return NULL;
  return fill (self, sv_lesson_translate (english));
}

/**
 * sv_lesson_run_list_deeds:
 *
 * Returns: (transfer container) (element-type SvLessonDeed): what there is to do in this step
 */
GPtrArray *
sv_lesson_run_list_deeds (SvLessonRun *self)
{
  return sv_lesson_step_list_deeds (sv_lesson_run_get_step_info (self), self->place);
}

/**
 * sv_lesson_run_dup_label:
 *
 * Returns: (transfer full): what the deed's button says
 */
char *
sv_lesson_run_dup_label (SvLessonRun *self, const SvLessonDeed *deed)
{
  return fill (self, sv_lesson_translate (deed->label));
}

/* ---- The question. */

/**
 * sv_lesson_run_get_prediction:
 *
 * Returns: (transfer none) (nullable): this step's question
 */
const SvPrediction *
sv_lesson_run_get_prediction (SvLessonRun *self)
{
  return sv_lesson_step_find_prediction (sv_lesson_run_get_step_info (self), self->place);
}

SvVerdict
sv_lesson_run_get_verdict (SvLessonRun *self)
{
  return self->verdict;
}

/**
 * sv_lesson_run_get_guess:
 *
 * Returns: the learner's choice, -1 for none
 */
int
sv_lesson_run_get_guess (SvLessonRun *self)
{
  return self->guess;
}

/**
 * sv_lesson_run_get_answer:
 *
 * Returns: (nullable): what the kernel answered, as the choices' values have it
 */
const char *
sv_lesson_run_get_answer (SvLessonRun *self)
{
  return self->answer;
}

char *
sv_lesson_run_dup_question (SvLessonRun *self)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self);

  return prediction != NULL ? fill (self, sv_lesson_translate (prediction->question)) : NULL;
}

char *
sv_lesson_run_dup_choice (SvLessonRun *self, guint choice)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self);

  g_return_val_if_fail (prediction != NULL && choice < prediction->choices->len, NULL);

  return fill (self, sv_lesson_translate (((SvChoice *) g_ptr_array_index (prediction->choices, choice))->label));
}

/**
 * sv_lesson_run_dup_explanation:
 *
 * Returns: (transfer full) (nullable): why the learner was right or not, from
 *   what really happened
 */
char *
sv_lesson_run_dup_explanation (SvLessonRun *self)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self);

  switch (self->verdict)
    {
    case SV_VERDICT_RIGHT:
      return fill (self, sv_lesson_translate (prediction->right));
    case SV_VERDICT_WRONG:
      return fill (self, sv_lesson_translate (prediction->wrong));
    case SV_VERDICT_OTHER:
      return g_strdup_printf (C_("lesson", "Your kernel did something that is none of these choices: %s."),
                              self->answer != NULL ? self->answer : "…");
    case SV_VERDICT_MISSED:
      return g_strdup (C_("lesson", "The kernel was faster than your answer. Repeat the step if you want to guess."));
    case SV_VERDICT_OPEN:
    case SV_VERDICT_GIVEN:
    default:
      return NULL;
    }
}
