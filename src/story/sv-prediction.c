/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-prediction.h"

static void
choice_free (gpointer data)
{
  SvChoice *choice = data;

  g_free (choice->value);
  g_free (choice->up_to);
  g_free (choice->label);
  g_free (choice);
}

SvPrediction *
sv_prediction_new (void)
{
  SvPrediction *self = g_new0 (SvPrediction, 1);

  self->choices = g_ptr_array_new_with_free_func (choice_free);
  return self;
}

void
sv_prediction_free (SvPrediction *self)
{
  g_ptr_array_unref (self->choices);
  g_free (self->question);
  g_free (self->answer);
  g_free (self->against);
  g_free (self->right);
  g_free (self->wrong);
  g_free (self);
}

void
sv_prediction_add_choice (SvPrediction *self, const char *value, const char *up_to, const char *label)
{
  SvChoice *choice = g_new0 (SvChoice, 1);

  choice->value = g_strdup (value);
  choice->up_to = g_strdup (up_to);
  choice->label = g_strdup (label);
  g_ptr_array_add (self->choices, choice);
}

/**
 * sv_prediction_get_answer:
 * @values: (element-type utf8 utf8): what the check found
 *
 * Returns: (transfer full) (nullable): what the kernel answered; %NULL as long as it has not
 */
char *
sv_prediction_get_answer (const SvPrediction *self, GHashTable *values)
{
  const char *answer = g_hash_table_lookup (values, self->answer);
  const char *other;

  if (answer == NULL || self->against == NULL)
    return g_strdup (answer);
  other = g_hash_table_lookup (values, self->against);
  if (other == NULL)
    return NULL;
  return g_strdup (g_str_equal (answer, other) ? "same" : "different");
}

static gboolean
is_meant (const SvChoice *choice, const char *answer)
{
  gint64 low, high, number;

  if (choice->up_to == NULL)
    return g_str_equal (choice->value, answer);
  return g_ascii_string_to_signed (answer, 10, G_MININT64, G_MAXINT64, &number, NULL)
         && g_ascii_string_to_signed (choice->value, 10, G_MININT64, G_MAXINT64, &low, NULL)
         && g_ascii_string_to_signed (choice->up_to, 10, G_MININT64, G_MAXINT64, &high, NULL)
         && low <= number && number <= high;
}

/**
 * sv_prediction_find_choice:
 *
 * Returns: the index of the choice that @answer makes right, -1 if there is none
 */
int
sv_prediction_find_choice (const SvPrediction *self, const char *answer)
{
  for (guint i = 0; i < self->choices->len; i++)
    if (is_meant (g_ptr_array_index (self->choices, i), answer))
      return (int) i;
  return -1;
}

/**
 * sv_prediction_judge:
 * @guess: index of the learner's choice
 * @answer: the kernel's
 */
SvVerdict
sv_prediction_judge (const SvPrediction *self, int guess, const char *answer)
{
  int right = sv_prediction_find_choice (self, answer);

  if (right < 0)
    return SV_VERDICT_OTHER;
  return right == guess ? SV_VERDICT_RIGHT : SV_VERDICT_WRONG;
}

const char *
sv_verdict_to_string (SvVerdict verdict)
{
  static const char *const NAMES[] = { "open", "given", "right", "wrong", "other", "missed" };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (NAMES), "open");
  return NAMES[verdict];
}
