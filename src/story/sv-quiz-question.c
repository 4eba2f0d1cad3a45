/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-quiz-question.h"

#include <glib/gi18n-lib.h>

static void
choice_free (gpointer data)
{
  SvQuizChoice *choice = data;

  g_free (choice->text);
  g_free (choice->why);
  g_free (choice);
}

/**
 * sv_quiz_question_new:
 * @id: static, and likewise @topic
 * @text: (transfer full)
 *
 * Returns: (transfer full): a question without choices
 */
SvQuizQuestion *
sv_quiz_question_new (const char *id, const char *topic, SvQuizKind kind, char *text)
{
  SvQuizQuestion *self = g_new0 (SvQuizQuestion, 1);

  self->id = id;
  self->topic = topic;
  self->kind = kind;
  self->text = text;
  self->choices = g_ptr_array_new_with_free_func (choice_free);
  self->monospace = kind == SV_QUIZ_ROW || kind == SV_QUIZ_ERROR;
  return self;
}

void
sv_quiz_question_free (SvQuizQuestion *self)
{
  g_free (self->text);
  g_free (self->listing);
  g_ptr_array_unref (self->choices);
  g_free (self);
}

static void
add (SvQuizQuestion *self, char *text, char *why)
{
  SvQuizChoice *choice = g_new (SvQuizChoice, 1);

  *choice = (SvQuizChoice) { text, why, self->choices->len };
  g_ptr_array_add (self->choices, choice);
}

/**
 * sv_quiz_question_add_right:
 * @text: (transfer full)
 * @why: (transfer full): a sentence
 *
 * Adds the right choice; of one where the order counts, all are right and are
 * added in that order.
 */
void
sv_quiz_question_add_right (SvQuizQuestion *self, char *text, char *why)
{
  self->right = self->choices->len;
  add (self, text, why);
}

/**
 * sv_quiz_question_add_wrong:
 * @text: (transfer full)
 * @why: (transfer full): a sentence that says what is wrong with it
 */
void
sv_quiz_question_add_wrong (SvQuizQuestion *self, char *text, char *why)
{
  add (self, text, why);
}

/**
 * sv_quiz_question_has_choice:
 *
 * Returns: whether there is a choice that reads the same
 */
gboolean
sv_quiz_question_has_choice (const SvQuizQuestion *self, const char *text)
{
  for (guint i = 0; i < self->choices->len; i++)
    if (g_str_equal (((SvQuizChoice *) g_ptr_array_index (self->choices, i))->text, text))
      return TRUE;
  return FALSE;
}

static void
swap (GPtrArray *choices, guint a, guint b)
{
  gpointer kept = choices->pdata[a];

  choices->pdata[a] = choices->pdata[b];
  choices->pdata[b] = kept;
}

static gboolean
is_in_order (const SvQuizQuestion *self)
{
  for (guint i = 0; i < self->choices->len; i++)
    if (((SvQuizChoice *) g_ptr_array_index (self->choices, i))->place != i)
      return FALSE;
  return TRUE;
}

/**
 * sv_quiz_question_shuffle:
 * @right_at: where the right choice is to stand; nothing where the order is asked for
 *
 * Mixes the choices. What is to be put in order is not in order afterwards.
 */
void
sv_quiz_question_shuffle (SvQuizQuestion *self, guint right_at, GRand *random)
{
  SvQuizChoice *right = g_ptr_array_index (self->choices, self->right);

  g_return_if_fail (self->choices->len >= 2);

  for (guint i = self->choices->len - 1; i > 0; i--)
    swap (self->choices, i, (guint) g_rand_int_range (random, 0, (gint32) i + 1));
  if (self->kind == SV_QUIZ_ORDER)
    {
      if (is_in_order (self))
        swap (self->choices, 0, self->choices->len - 1);
      return;
    }
  for (guint i = 0; i < self->choices->len; i++)
    if (g_ptr_array_index (self->choices, i) == right)
      {
        self->right = right_at % self->choices->len;
        swap (self->choices, i, self->right);
        return;
      }
}

/**
 * sv_quiz_question_is_right:
 * @picked: (array length=n_picked): the index of the choice; of one where the
 *   order counts, the indices of all in the order that was given
 */
gboolean
sv_quiz_question_is_right (const SvQuizQuestion *self, const guint *picked, guint n_picked)
{
  if (self->kind != SV_QUIZ_ORDER)
    return n_picked == 1 && picked[0] == self->right;
  if (n_picked != self->choices->len)
    return FALSE;
  for (guint i = 0; i < n_picked; i++)
    if (picked[i] >= n_picked || ((SvQuizChoice *) g_ptr_array_index (self->choices, picked[i]))->place != i)
      return FALSE;
  return TRUE;
}

static const SvQuizChoice *
find_place (const SvQuizQuestion *self, guint place)
{
  for (guint i = 0; i < self->choices->len; i++)
    if (((SvQuizChoice *) g_ptr_array_index (self->choices, i))->place == place)
      return g_ptr_array_index (self->choices, i);
  return NULL;
}

/* The order as it is, and why the first that stood wrong does not belong there. */
static char *
explain_order (const SvQuizQuestion *self, const guint *picked, guint n_picked)
{
  g_autoptr (GString) order = g_string_new (NULL);
  const SvQuizChoice *misplaced = NULL;

  for (guint i = 0; i < self->choices->len; i++)
    {
      const SvQuizChoice *belongs = find_place (self, i);

      g_string_append_printf (order, "%s%s", i > 0 ? " → " : "", belongs->text);
      if (misplaced == NULL && (i >= n_picked || picked[i] >= self->choices->len
                                || g_ptr_array_index (self->choices, picked[i]) != belongs))
        misplaced = belongs;
    }
  if (misplaced == NULL)
    return g_strdup_printf (C_ ("quiz", "That is the order: %s."), order->str);
  return g_strdup_printf (C_ ("quiz", "The order is: %s. %s"), order->str, misplaced->why);
}

/**
 * sv_quiz_question_explain:
 *
 * Returns: (transfer full): why what was picked is right; or why it is not, and
 *   what is
 */
char *
sv_quiz_question_explain (const SvQuizQuestion *self, const guint *picked, guint n_picked)
{
  const SvQuizChoice *choice, *right = g_ptr_array_index (self->choices, self->right);

  if (self->kind == SV_QUIZ_ORDER)
    return explain_order (self, picked, n_picked);
  if (n_picked != 1 || picked[0] >= self->choices->len || picked[0] == self->right)
    return g_strdup (right->why);
  choice = g_ptr_array_index (self->choices, picked[0]);
  return g_strdup_printf ("%s %s", choice->why, right->why);
}
