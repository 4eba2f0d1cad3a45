/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-private.h"

#include <glib/gi18n-lib.h>

/* What a step may point at. The window knows which widget each is. */
const char *const SV_LESSON_LOOKS[] = {
  "stage",         "stage.server", "stage.clients",  "stage.queues", "stage.ladder", "stage.wire",   "table", "row",
  "ports",         "drawer.calls", "drawer.code",    "drawer.files", "drawer.packet", "drawer.story", "start-server", "spawn", "transport",
  NULL,
};

G_DEFINE_QUARK (sv-lesson-error-quark, sv_lesson_error)

static void
piece_free (gpointer data)
{
  SvLessonPiece *piece = data;

  g_free (piece->text);
  g_free (piece);
}

static void
deed_free (gpointer data)
{
  SvLessonDeed *deed = data;

  g_free (deed->label);
  g_ptr_array_unref (deed->acts);
  g_free (deed);
}

static void
check_free (gpointer data)
{
  SvLessonCheck *check = data;

  g_ptr_array_unref (check->conditions);
  g_free (check);
}

static void
step_free (gpointer data)
{
  SvLessonStep *step = data;

  g_free (step->id);
  g_strfreev (step->look);
  for (guint i = 0; i < SV_N_LESSON_TEXTS; i++)
    g_ptr_array_unref (step->texts[i]);
  g_ptr_array_unref (step->predictions);
  g_ptr_array_unref (step->deeds);
  g_ptr_array_unref (step->checks);
  g_free (step);
}

SvLesson *
sv_lesson_alloc (void)
{
  SvLesson *self = g_atomic_rc_box_new0 (SvLesson);

  self->steps = g_ptr_array_new_with_free_func (step_free);
  return self;
}

SvLessonStep *
sv_lesson_step_new (void)
{
  SvLessonStep *self = g_new0 (SvLessonStep, 1);

  for (guint i = 0; i < SV_N_LESSON_TEXTS; i++)
    self->texts[i] = g_ptr_array_new_with_free_func (piece_free);
  self->predictions = g_ptr_array_new_with_free_func ((GDestroyNotify) sv_prediction_free);
  self->deeds = g_ptr_array_new_with_free_func (deed_free);
  self->checks = g_ptr_array_new_with_free_func (check_free);
  return self;
}

SvLessonDeed *
sv_lesson_deed_new (SvLessonPlace place)
{
  SvLessonDeed *self = g_new0 (SvLessonDeed, 1);

  self->place = place;
  self->acts = g_ptr_array_new_with_free_func ((GDestroyNotify) sv_lesson_act_free);
  return self;
}

SvLessonCheck *
sv_lesson_check_new (SvLessonPlace place)
{
  SvLessonCheck *self = g_new0 (SvLessonCheck, 1);

  self->place = place;
  self->conditions = g_ptr_array_new_with_free_func ((GDestroyNotify) sv_lesson_condition_free);
  return self;
}

SvLesson *
sv_lesson_ref (SvLesson *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SvLesson *self = data;

  g_free (self->id);
  g_free (self->title);
  g_free (self->summary);
  g_ptr_array_unref (self->steps);
}

void
sv_lesson_unref (SvLesson *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

const char *
sv_lesson_get_id (const SvLesson *self)
{
  return self->id;
}

/**
 * sv_lesson_get_number:
 *
 * Returns: its place among the lessons
 */
guint
sv_lesson_get_number (const SvLesson *self)
{
  return self->number;
}

/**
 * sv_lesson_get_minutes:
 *
 * Returns: about how long it takes
 */
guint
sv_lesson_get_minutes (const SvLesson *self)
{
  return self->minutes;
}

/**
 * sv_lesson_translate:
 * @text: of a lesson, in English
 *
 * Returns: (transfer none): in the user's language. A lesson of the user's own
 *   stays as it is.
 */
const char *
sv_lesson_translate (const char *text)
{
  return text[0] != '\0' ? g_dpgettext2 (GETTEXT_PACKAGE, "lesson", text) : text;
}

/**
 * sv_lesson_dup_title:
 *
 * Returns: (transfer full): translated
 */
char *
sv_lesson_dup_title (const SvLesson *self)
{
  return g_strdup (sv_lesson_translate (self->title));
}

/**
 * sv_lesson_dup_summary:
 *
 * Returns: (transfer full): what it is about, in one sentence, translated
 */
char *
sv_lesson_dup_summary (const SvLesson *self)
{
  return g_strdup (sv_lesson_translate (self->summary));
}

/**
 * sv_lesson_list_steps:
 *
 * Returns: (transfer container) (element-type SvLessonStep): those that count there
 */
GPtrArray *
sv_lesson_list_steps (const SvLesson *self, SvLessonPlace place)
{
  GPtrArray *steps = g_ptr_array_new ();

  for (guint i = 0; i < self->steps->len; i++)
    {
      SvLessonStep *step = g_ptr_array_index (self->steps, i);

      if ((step->place & place) != 0)
        g_ptr_array_add (steps, step);
    }
  return steps;
}

static void
add_prediction_texts (GPtrArray *texts, const SvPrediction *prediction)
{
  g_ptr_array_add (texts, prediction->question);
  for (guint i = 0; i < prediction->choices->len; i++)
    g_ptr_array_add (texts, ((SvChoice *) g_ptr_array_index (prediction->choices, i))->label);
  g_ptr_array_add (texts, prediction->right);
  g_ptr_array_add (texts, prediction->wrong);
}

/**
 * sv_lesson_list_texts:
 *
 * Returns: (transfer container) (element-type utf8): every text that people
 *   read, in English: the msgids
 */
GPtrArray *
sv_lesson_list_texts (const SvLesson *self)
{
  GPtrArray *texts = g_ptr_array_new ();

  g_ptr_array_add (texts, self->title);
  g_ptr_array_add (texts, self->summary);
  for (guint i = 0; i < self->steps->len; i++)
    {
      const SvLessonStep *step = g_ptr_array_index (self->steps, i);

      for (guint kind = 0; kind < SV_N_LESSON_TEXTS; kind++)
        for (guint j = 0; j < step->texts[kind]->len; j++)
          g_ptr_array_add (texts, ((SvLessonPiece *) g_ptr_array_index (step->texts[kind], j))->text);
      for (guint j = 0; j < step->predictions->len; j++)
        add_prediction_texts (texts, g_ptr_array_index (step->predictions, j));
      for (guint j = 0; j < step->deeds->len; j++)
        g_ptr_array_add (texts, ((SvLessonDeed *) g_ptr_array_index (step->deeds, j))->label);
    }
  return texts;
}

/**
 * sv_lesson_step_find_text:
 *
 * Returns: (nullable): in English, with its placeholders; what is for @place
 *   alone before what is for every place
 */
const char *
sv_lesson_step_find_text (const SvLessonStep *self, SvLessonText text, SvLessonPlace place)
{
  const char *general = NULL;

  for (guint i = 0; i < self->texts[text]->len; i++)
    {
      const SvLessonPiece *piece = g_ptr_array_index (self->texts[text], i);

      if (piece->place == place)
        return piece->text;
      if (piece->place == SV_LESSON_ANYWHERE && general == NULL)
        general = piece->text;
    }
  return general;
}

/**
 * sv_lesson_step_find_prediction:
 *
 * Returns: (nullable) (transfer none): the question that comes before the deed there
 */
const SvPrediction *
sv_lesson_step_find_prediction (const SvLessonStep *self, SvLessonPlace place)
{
  for (guint i = 0; i < self->predictions->len; i++)
    {
      const SvPrediction *prediction = g_ptr_array_index (self->predictions, i);

      if ((prediction->place & place) != 0)
        return prediction;
    }
  return NULL;
}

/**
 * sv_lesson_step_find_check:
 *
 * Returns: (nullable) (transfer none): what must be so there
 */
const SvLessonCheck *
sv_lesson_step_find_check (const SvLessonStep *self, SvLessonPlace place)
{
  for (guint i = 0; i < self->checks->len; i++)
    {
      const SvLessonCheck *check = g_ptr_array_index (self->checks, i);

      if ((check->place & place) != 0)
        return check;
    }
  return NULL;
}

/**
 * sv_lesson_step_list_deeds:
 *
 * Returns: (transfer container) (element-type SvLessonDeed): what to do there
 */
GPtrArray *
sv_lesson_step_list_deeds (const SvLessonStep *self, SvLessonPlace place)
{
  GPtrArray *deeds = g_ptr_array_new ();

  for (guint i = 0; i < self->deeds->len; i++)
    {
      SvLessonDeed *deed = g_ptr_array_index (self->deeds, i);

      if ((deed->place & place) != 0)
        g_ptr_array_add (deeds, deed);
    }
  return deeds;
}
