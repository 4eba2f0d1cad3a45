/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-run-private.h"

#include "sv-lesson-match.h"

#include <glib/gi18n-lib.h>

enum
{
  CHANGED,
  STUCK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvLessonRun, sv_lesson_run, G_TYPE_OBJECT)

static void begin_step (SvLessonRun *self, guint step);

static void
sv_lesson_run_dispose (GObject *object)
{
  SvLessonRun *self = SV_LESSON_RUN (object);

  g_clear_handle_id (&self->check_source, g_source_remove);
  g_clear_handle_id (&self->patience_source, g_source_remove);
  if (self->actions != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->view.recording, self);
      g_signal_handlers_disconnect_by_data (self->actions, self);
    }
  g_clear_object (&self->view.recording);
  g_clear_object (&self->actions);
  g_clear_object (&self->progress);
  G_OBJECT_CLASS (sv_lesson_run_parent_class)->dispose (object);
}

static void
sv_lesson_run_finalize (GObject *object)
{
  SvLessonRun *self = SV_LESSON_RUN (object);

  g_ptr_array_unref (self->steps);
  g_hash_table_unref (self->view.values);
  sv_lesson_unref (self->lesson);
  g_free (self->answer);
  G_OBJECT_CLASS (sv_lesson_run_parent_class)->finalize (object);
}

static void
sv_lesson_run_class_init (SvLessonRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sv_lesson_run_dispose;
  object_class->finalize = sv_lesson_run_finalize;
  signals[CHANGED] = g_signal_new ("changed", SV_TYPE_LESSON_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STUCK] = g_signal_new ("stuck", SV_TYPE_LESSON_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_STRING);
}

static void
sv_lesson_run_init (SvLessonRun *self)
{
  self->view.values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->guess = -1;
}

/* ---- The check. */

static gboolean
holds (SvLessonRun *self)
{
  const SvLessonCheck *check = sv_lesson_step_find_check (sv_lesson_run_get_step_info (self), self->place);

  for (guint i = 0; i < check->conditions->len; i++)
    if (!sv_lesson_condition_holds (g_ptr_array_index (check->conditions, i), &self->view))
      return FALSE;
  return TRUE;
}

/* Where there is nothing to do but to answer, the answer is the deed. */
static gboolean
waits_for_answer (SvLessonRun *self)
{
  g_autoptr (GPtrArray) deeds = sv_lesson_step_list_deeds (sv_lesson_run_get_step_info (self), self->place);

  return deeds->len == 0 && self->guess < 0 && self->step >= self->target && sv_lesson_run_get_prediction (self) != NULL;
}

static void
judge (SvLessonRun *self)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self);

  if (prediction == NULL)
    return;
  g_free (self->answer);
  self->answer = sv_prediction_get_answer (prediction, self->view.values);
  if (self->guess < 0)
    self->verdict = SV_VERDICT_MISSED;
  else
    self->verdict = sv_prediction_judge (prediction, self->guess, self->answer != NULL ? self->answer : "");
  if (self->progress != NULL && (self->verdict == SV_VERDICT_RIGHT || self->verdict == SV_VERDICT_WRONG))
    sv_lesson_progress_answer (self->progress, sv_lesson_get_id (self->lesson), sv_lesson_run_get_step_info (self)->id,
                               self->verdict == SV_VERDICT_RIGHT);
}

static void
note_progress (SvLessonRun *self)
{
  const char *id = sv_lesson_get_id (self->lesson);

  if (self->progress == NULL || self->step < self->target)
    return;
  if (self->step + 1 == self->steps->len)
    sv_lesson_progress_finish (self->progress, id);
  else
    sv_lesson_progress_reach (self->progress, id, self->step + 1);
}

/**
 * sv_lesson_run_check:
 *
 * Looks now whether the step is done. It does so by itself after each fact,
 * when the main loop has time.
 */
void
sv_lesson_run_check (SvLessonRun *self)
{
  g_return_if_fail (SV_IS_LESSON_RUN (self));

  g_clear_handle_id (&self->check_source, g_source_remove);
  if (!self->begun || self->done || waits_for_answer (self) || !holds (self))
    return;
  self->done = TRUE;
  g_clear_handle_id (&self->patience_source, g_source_remove);
  judge (self);
  note_progress (self);
  if (self->step < self->target)
    begin_step (self, self->step + 1);
  else
    g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
check_cb (gpointer user_data)
{
  SvLessonRun *self = user_data;

  self->check_source = 0;
  sv_lesson_run_check (self);
  return G_SOURCE_REMOVE;
}

static void
check_soon (SvLessonRun *self)
{
  if (self->check_source == 0 && self->begun && !self->done)
    self->check_source = g_idle_add (check_cb, self);
}

static void
appended_cb (SvRecording *recording, SvFact *fact, gpointer user_data)
{
  check_soon (user_data);
}

static void
chosen_cb (SvLessonActions *actions, guint machine, guint64 key, gpointer user_data)
{
  SvLessonRun *self = user_data;

  self->view.chosen_machine = machine;
  self->view.chosen_key = key;
  check_soon (self);
}

/* ---- From step to step. */

static void
get_stuck (SvLessonRun *self, const char *sentence)
{
  self->target = self->step;
  g_signal_emit (self, signals[STUCK], 0, sentence);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
patience_cb (gpointer user_data)
{
  SvLessonRun *self = user_data;

  self->patience_source = 0;
  get_stuck (self, C_("lesson", "The kernel did not show in time what this step is about. You can go on by hand."));
  return G_SOURCE_REMOVE;
}

/* Points at the row that the check wants to be pointed at. */
static gboolean
choose_row (SvLessonRun *self, GError **error)
{
  const SvLessonCheck *check = sv_lesson_step_find_check (sv_lesson_run_get_step_info (self), self->place);

  for (guint i = 0; i < check->conditions->len; i++)
    {
      const SvLessonCondition *condition = g_ptr_array_index (check->conditions, i);
      SvMachineId machine;
      guint64 key;

      if (condition->kind != SV_CONDITION_CHOSEN)
        continue;
      key = sv_lesson_condition_find_row (condition, &self->view, &machine);
      if (key == 0)
        continue;
      sv_lesson_actions_choose (self->actions, machine, key);
      return TRUE;
    }
  g_set_error_literal (error, SV_LESSON_ERROR, SV_LESSON_ERROR_IMPOSSIBLE,
                       C_("lesson", "There is no such row in the table now. Repeat the step."));
  return FALSE;
}

/* The act with "$c.local-port" and the like replaced by what they stand for. */
static gboolean
perform_act (SvLessonRun *self, const SvLessonAct *act, GError **error)
{
  SvLessonAct resolved = { act->name, g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free) };
  GHashTableIter iter;
  const char *name, *value;
  gboolean done;

  g_hash_table_iter_init (&iter, act->parameters);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, (gpointer *) &value))
    {
      g_autofree char *owned = NULL;

      if (value[0] == '$')
        value = sv_lesson_view_find (&self->view, value + 1, &owned);
      if (value != NULL)
        g_hash_table_insert (resolved.parameters, (gpointer) name, g_strdup (value));
    }
  done = sv_lesson_actions_perform (self->actions, &resolved, error);
  g_hash_table_unref (resolved.parameters);
  return done;
}

static gboolean
perform (SvLessonRun *self, const SvLessonDeed *deed, GError **error)
{
  for (guint i = 0; i < deed->acts->len; i++)
    {
      const SvLessonAct *act = g_ptr_array_index (deed->acts, i);

      /* Which row is meant only the lesson knows. */
      if (g_str_equal (act->name, "choose-row") ? !choose_row (self, error)
                                                : !perform_act (self, act, error))
        return FALSE;
    }
  check_soon (self);
  return TRUE;
}

/* The step is done for the learner, who wants to be further on. */
static void
play_step (SvLessonRun *self)
{
  g_autoptr (GPtrArray) deeds = sv_lesson_step_list_deeds (sv_lesson_run_get_step_info (self), self->place);
  g_autoptr (GError) error = NULL;

  self->patience_source = g_timeout_add_seconds (sv_lesson_run_get_step_info (self)->patience, patience_cb, self);
  for (guint i = 0; i < deeds->len; i++)
    if (!perform (self, g_ptr_array_index (deeds, i), &error))
      {
        g_clear_handle_id (&self->patience_source, g_source_remove);
        get_stuck (self, error->message);
        return;
      }
}

static void
begin_step (SvLessonRun *self, guint step)
{
  g_clear_handle_id (&self->patience_source, g_source_remove);
  self->step = step;
  self->begun = TRUE;
  self->done = FALSE;
  self->guess = -1;
  self->verdict = SV_VERDICT_OPEN;
  g_clear_pointer (&self->answer, g_free);
  self->view.step_start = sv_recording_get_end (self->view.recording);
  self->view.step_connection = sv_recording_get_n_connections (self->view.recording) + 1;
  self->view.chosen_key = 0;
  if (self->step < self->target)
    play_step (self);
  check_soon (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * sv_lesson_run_new:
 * @progress: (nullable): where it is kept how far the learner has come
 *
 * It waits for sv_lesson_run_start().
 */
SvLessonRun *
sv_lesson_run_new (SvLesson *lesson, SvLessonActions *actions, SvLessonProgress *progress)
{
  SvLessonRun *self = g_object_new (SV_TYPE_LESSON_RUN, NULL);

  self->lesson = sv_lesson_ref (lesson);
  self->actions = g_object_ref (actions);
  self->progress = progress != NULL ? g_object_ref (progress) : NULL;
  self->place = sv_lesson_actions_is_two_machines (actions) ? SV_LESSON_TWO_MACHINES : SV_LESSON_THIS_COMPUTER;
  self->steps = sv_lesson_list_steps (lesson, self->place);
  self->view.recording = g_object_ref (sv_lesson_actions_get_recording (actions));
  self->view.ports = sv_lesson_actions_get_ports (actions);
  self->view.two_machines = self->place == SV_LESSON_TWO_MACHINES;
  g_signal_connect (self->view.recording, "appended", G_CALLBACK (appended_cb), self);
  g_signal_connect (actions, "chosen", G_CALLBACK (chosen_cb), self);
  return self;
}

/**
 * sv_lesson_run_start:
 * @step: where to begin, from 0 on; what comes before is done by itself
 *
 * Begins with nothing open. To repeat a step, or to jump, start there.
 */
void
sv_lesson_run_start (SvLessonRun *self, guint step)
{
  g_return_if_fail (SV_IS_LESSON_RUN (self));
  g_return_if_fail (step < self->steps->len);

  sv_lesson_actions_clear (self->actions);
  g_hash_table_remove_all (self->view.values);
  self->view.port = sv_lesson_actions_get_port (self->actions);
  self->view.lesson_start = sv_recording_get_end (self->view.recording);
  self->view.first_connection = sv_recording_get_n_connections (self->view.recording) + 1;
  self->target = step;
  begin_step (self, 0);
}

/**
 * sv_lesson_run_perform:
 * @deed: one of sv_lesson_run_list_deeds()
 *
 * Does what its button says.
 *
 * Returns: %FALSE with %SV_LESSON_ERROR_PREDICT if the question is still open,
 *   or with the sentence of what did not work
 */
gboolean
sv_lesson_run_perform (SvLessonRun *self, const SvLessonDeed *deed, GError **error)
{
  g_return_val_if_fail (SV_IS_LESSON_RUN (self), FALSE);

  if (sv_lesson_run_get_prediction (self) != NULL && self->guess < 0 && !self->done)
    {
      g_set_error_literal (error, SV_LESSON_ERROR, SV_LESSON_ERROR_PREDICT,
                           C_("lesson", "First say what you expect. Then let the kernel answer."));
      return FALSE;
    }
  return perform (self, deed, error);
}

/**
 * sv_lesson_run_next:
 *
 * Returns: %FALSE if the step is not done, or is the last
 */
gboolean
sv_lesson_run_next (SvLessonRun *self)
{
  g_return_val_if_fail (SV_IS_LESSON_RUN (self), FALSE);

  if (!self->done || self->step + 1 >= self->steps->len)
    return FALSE;
  self->target = self->step + 1;
  begin_step (self, self->step + 1);
  return TRUE;
}

/* ---- Where it is. */

/**
 * sv_lesson_run_get_lesson:
 *
 * Returns: (transfer none)
 */
SvLesson *
sv_lesson_run_get_lesson (SvLessonRun *self)
{
  return self->lesson;
}

guint
sv_lesson_run_get_n_steps (SvLessonRun *self)
{
  return self->steps->len;
}

guint
sv_lesson_run_get_step (SvLessonRun *self)
{
  return self->step;
}

/**
 * sv_lesson_run_get_step_info:
 *
 * Returns: (transfer none): the step that it is at
 */
const SvLessonStep *
sv_lesson_run_get_step_info (SvLessonRun *self)
{
  return g_ptr_array_index (self->steps, self->step);
}

/**
 * sv_lesson_run_find_step:
 * @id: of a step, or its number from 1 on
 *
 * Returns: its index, -1 if there is no such step here
 */
int
sv_lesson_run_find_step (SvLessonRun *self, const char *id)
{
  guint64 number;

  if (g_ascii_string_to_unsigned (id, 10, 1, self->steps->len, &number, NULL))
    return (int) number - 1;
  for (guint i = 0; i < self->steps->len; i++)
    if (g_str_equal (((SvLessonStep *) g_ptr_array_index (self->steps, i))->id, id))
      return (int) i;
  return -1;
}

/**
 * sv_lesson_run_is_done:
 *
 * Returns: whether the kernel has shown what this step is about
 */
gboolean
sv_lesson_run_is_done (SvLessonRun *self)
{
  return self->done;
}

/**
 * sv_lesson_run_is_finished:
 *
 * Returns: whether the last step is done
 */
gboolean
sv_lesson_run_is_finished (SvLessonRun *self)
{
  return self->done && self->step + 1 == self->steps->len;
}

/**
 * sv_lesson_run_is_playing:
 *
 * Returns: whether it does steps by itself, on its way to where it was started
 */
gboolean
sv_lesson_run_is_playing (SvLessonRun *self)
{
  return self->step < self->target;
}

/* ---- The question. */

/**
 * sv_lesson_run_predict:
 * @choice: index of the learner's choice
 *
 * Returns: whether it counts: the kernel has not answered yet
 */
gboolean
sv_lesson_run_predict (SvLessonRun *self, guint choice)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self);

  if (self->done || prediction == NULL || choice >= prediction->choices->len)
    return FALSE;
  self->guess = (int) choice;
  self->verdict = SV_VERDICT_GIVEN;
  check_soon (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}
