/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every step of every lesson, done as a learner would, on this computer and on
 * two machines: its check is false before the deed and true after it, and what
 * the kernel answers makes one choice right and the others wrong. */
#include "sv-lesson-catalog.h"
#include "sv-lesson-lab.h"
#include "sv-lesson-run.h"
#include "sv-local-machine.h"

#include <string.h>

#define HOP (20 * G_GINT64_CONSTANT (1000000)) /* ns */

typedef struct
{
  SvRecording *recording;
  SvNetwork *network;
  SvLab *lab;
  SvMonitor *monitors[2]; /* not owned on two machines */
  SvLessonLab *hands;
  SvLessonRun *run;
  guint n_refreshed;
} Fixture;

static gboolean two_available;
static char *reason;

/* ---- Waiting: for a condition, with a deadline. */

static gboolean
too_late_cb (gpointer data)
{
  Fixture *fixture = data;

  g_error ("lesson %s, step %s: the kernel did not show it in time",
           sv_lesson_get_id (sv_lesson_run_get_lesson (fixture->run)), sv_lesson_run_get_step_info (fixture->run)->id);
  return G_SOURCE_REMOVE;
}

static void
refreshed_cb (SvMonitor *monitor, gpointer data)
{
  ((Fixture *) data)->n_refreshed++;
}

static void
wait_until_done (Fixture *fixture)
{
  guint deadline = g_timeout_add_seconds (sv_lesson_run_get_step_info (fixture->run)->patience, too_late_cb, fixture);

  while (!sv_lesson_run_is_done (fixture->run))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

/* Until the whole table was read again: what has happened so far is in the recording. */
static void
settle (Fixture *fixture)
{
  guint deadline = g_timeout_add_seconds (30, too_late_cb, fixture);
  guint wanted = fixture->n_refreshed + (fixture->network != NULL ? 3 : 2);

  while (fixture->n_refreshed < wanted || (fixture->network != NULL && g_main_context_pending (NULL)))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

/* ---- The lab. */

static void
set_up (Fixture *fixture, gboolean two)
{
  g_autoptr (GError) error = NULL;

  fixture->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  if (two)
    {
      fixture->network = sv_network_new (fixture->recording, FALSE, &error);
      g_assert_no_error (error);
      fixture->lab = g_object_ref (sv_network_get_lab (fixture->network));
      for (guint side = 0; side < 2; side++)
        {
          sv_wire_set_hop (sv_network_get_wire (fixture->network), side, HOP);
          fixture->monitors[side] = sv_network_get_monitor (fixture->network, side);
        }
    }
  else
    {
      g_autoptr (SvMachine) machine = sv_local_machine_new ();

      fixture->lab = sv_lab_new (fixture->recording, machine, machine);
      fixture->monitors[0] = sv_monitor_new (fixture->recording, machine);
      sv_monitor_start (fixture->monitors[0], 20, 0);
    }
  for (guint i = 0; i < 2; i++)
    if (fixture->monitors[i] != NULL)
      g_signal_connect (fixture->monitors[i], "refreshed", G_CALLBACK (refreshed_cb), fixture);
  fixture->hands = sv_lesson_lab_new (fixture->lab, fixture->network, two ? 9999 : 0);
}

static void
tear_down (Fixture *fixture)
{
  g_clear_object (&fixture->run);
  g_clear_object (&fixture->hands);
  sv_lab_stop (fixture->lab);
  for (guint i = 0; i < 2; i++)
    if (fixture->monitors[i] != NULL)
      g_signal_handlers_disconnect_by_data (fixture->monitors[i], fixture);
  if (fixture->network == NULL)
    {
      sv_monitor_stop (fixture->monitors[0]);
      g_object_unref (fixture->monitors[0]);
    }
  else
    sv_network_close (fixture->network);
  g_clear_object (&fixture->network);
  g_clear_object (&fixture->lab);
  g_clear_object (&fixture->recording);
}

/* ---- A step. */

static void
assert_words (Fixture *fixture, char *text)
{
  g_autofree char *owned = text;

  if (text == NULL || text[0] == '\0' || strstr (text, "…") != NULL || strchr (text, '{') != NULL)
    g_error ("lesson %s, step %s says “%s”", sv_lesson_get_id (sv_lesson_run_get_lesson (fixture->run)),
             sv_lesson_run_get_step_info (fixture->run)->id, text);
}

/* @guess: index of the choice, which is taken round */
static void
do_step (Fixture *fixture, guint guess)
{
  SvLessonRun *run = fixture->run;
  const SvPrediction *prediction = sv_lesson_run_get_prediction (run);
  g_autoptr (GPtrArray) deeds = sv_lesson_run_list_deeds (run);
  g_autoptr (GError) error = NULL;

  settle (fixture);
  sv_lesson_run_check (run);
  if (sv_lesson_run_is_done (run))
    g_error ("lesson %s, step %s is done before its deed", sv_lesson_get_id (sv_lesson_run_get_lesson (run)),
             sv_lesson_run_get_step_info (run)->id);
  g_assert_false (sv_lesson_run_next (run));
  assert_words (fixture, sv_lesson_run_dup_text (run, SV_LESSON_TEXT));
  if (prediction != NULL)
    {
      if (deeds->len > 0)
        {
          g_assert_false (sv_lesson_run_perform (run, g_ptr_array_index (deeds, 0), &error));
          g_assert_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_PREDICT);
          g_clear_error (&error);
        }
      g_assert_true (sv_lesson_run_predict (run, guess % prediction->choices->len));
    }
  for (guint i = 0; i < deeds->len; i++)
    {
      sv_lesson_run_perform (run, g_ptr_array_index (deeds, i), &error);
      g_assert_no_error (error);
    }
  wait_until_done (fixture);
  assert_words (fixture, sv_lesson_run_dup_text (run, SV_LESSON_DONE));
}

/* What the kernel answers must make one choice right; the others are wrong. */
static void
judge_step (Fixture *fixture, GArray *right, guint guess)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (fixture->run);
  SvVerdict verdict = sv_lesson_run_get_verdict (fixture->run);
  const char *answer = sv_lesson_run_get_answer (fixture->run);
  int choice = -1;

  if (prediction != NULL)
    {
      g_assert_nonnull (answer);
      choice = sv_prediction_find_choice (prediction, answer);
      if (choice < 0)
        g_error ("lesson %s, step %s: no choice is “%s”", sv_lesson_get_id (sv_lesson_run_get_lesson (fixture->run)),
                 sv_lesson_run_get_step_info (fixture->run)->id, answer);
      g_assert_cmpint (verdict, ==, choice == (int) (guess % prediction->choices->len) ? SV_VERDICT_RIGHT : SV_VERDICT_WRONG);
      assert_words (fixture, sv_lesson_run_dup_explanation (fixture->run));
    }
  else
    g_assert_cmpint (verdict, ==, SV_VERDICT_OPEN);
  g_array_append_val (right, choice);
}

/* Returns the right choice of each step. */
static GArray *
do_lesson (Fixture *fixture, SvLesson *lesson, SvLessonProgress *progress, GArray *known, guint off)
{
  GArray *right = g_array_new (FALSE, FALSE, sizeof (int));

  g_clear_object (&fixture->run);
  fixture->run = sv_lesson_run_new (lesson, SV_LESSON_ACTIONS (fixture->hands), progress);
  sv_lesson_run_start (fixture->run, 0);
  for (;;)
    {
      guint step = sv_lesson_run_get_step (fixture->run);
      guint guess = off + (known != NULL ? (guint) MAX (g_array_index (known, int, step), 0) : 0);

      do_step (fixture, guess);
      judge_step (fixture, right, guess);
      if (!sv_lesson_run_next (fixture->run))
        break;
    }
  g_assert_true (sv_lesson_run_is_finished (fixture->run));
  return right;
}

typedef struct
{
  char *id;
  gboolean two;
} Case;

/* Once to learn the answers, once with all of them right, once with all of them
 * wrong. Returns: whether they were judged so. */
static gboolean
do_three_times (Fixture *fixture, SvLesson *lesson, const char *id)
{
  g_autoptr (SvLessonProgress) progress = sv_lesson_progress_new (NULL);
  g_autoptr (GArray) answers = do_lesson (fixture, lesson, NULL, NULL, 0);
  g_autoptr (GArray) second = do_lesson (fixture, lesson, progress, answers, 0);
  guint n_right = sv_lesson_progress_get_n_right (progress, id), n_questions = 0;
  g_autoptr (GArray) third = NULL;

  for (guint i = 0; i < answers->len; i++)
    n_questions += g_array_index (answers, int, i) >= 0;
  g_assert_true (sv_lesson_progress_is_done (progress, id));
  third = do_lesson (fixture, lesson, progress, answers, 1);
  g_assert_cmpuint (sv_lesson_progress_get_n_answered (progress, id), ==, n_questions);
  g_test_message ("%u of %u right, then %u", n_right, n_questions, sv_lesson_progress_get_n_right (progress, id));
  return n_right == n_questions && sv_lesson_progress_get_n_right (progress, id) == 0;
}

/* Some questions are about the whole computer (how many programs listen): if
 * others begin or end to meanwhile, its answers are learnt anew. */
static void
test_lesson (gconstpointer data)
{
  const Case *scene = data;
  g_autoptr (SvLessonCatalog) catalog = sv_lesson_catalog_new_for_folder ("/nonexistent");
  g_autoptr (SvLesson) lesson = sv_lesson_catalog_find (catalog, scene->id, NULL);
  gboolean judged = FALSE;
  Fixture fixture = { 0 };

  if (scene->two && !two_available)
    {
      g_test_skip (reason);
      return;
    }
  set_up (&fixture, scene->two);
  for (guint i = 0; i < 4 && !judged; i++)
    judged = do_three_times (&fixture, lesson, scene->id);
  g_assert_true (judged);
  tear_down (&fixture);
}

/* A teacher jumps into the middle; the steps before are done by themselves. */
static void
test_jump (void)
{
  g_autoptr (SvLessonCatalog) catalog = sv_lesson_catalog_new_for_folder ("/nonexistent");
  g_autoptr (SvLesson) lesson = sv_lesson_catalog_find (catalog, "talking", NULL);
  g_autoptr (SvLessonProgress) progress = sv_lesson_progress_new (NULL);
  Fixture fixture = { 0 };
  int step;

  set_up (&fixture, FALSE);
  fixture.run = sv_lesson_run_new (lesson, SV_LESSON_ACTIONS (fixture.hands), progress);
  step = sv_lesson_run_find_step (fixture.run, "read");
  g_assert_cmpint (step, ==, 3);
  g_assert_cmpint (sv_lesson_run_find_step (fixture.run, "4"), ==, 3);
  g_assert_cmpint (sv_lesson_run_find_step (fixture.run, "99"), ==, -1);
  for (guint round = 0; round < 2; round++)
    {
      sv_lesson_run_start (fixture.run, (guint) step);
      g_assert_true (sv_lesson_run_is_playing (fixture.run));
      while (sv_lesson_run_is_playing (fixture.run))
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (sv_lesson_run_get_step (fixture.run), ==, (guint) step);
      g_assert_cmpuint (sv_lesson_progress_get_n_answered (progress, "talking"), ==, round);
      do_step (&fixture, 0);
      g_assert_cmpuint (sv_lesson_progress_get_step (progress, "talking"), ==, (guint) step + 1);
    }
  tear_down (&fixture);
}

/* The learner does it by hand, without answering before: done, but not judged. */
static void
test_by_hand (void)
{
  g_autoptr (SvLessonCatalog) catalog = sv_lesson_catalog_new_for_folder ("/nonexistent");
  g_autoptr (SvLesson) lesson = sv_lesson_catalog_find (catalog, "socket", NULL);
  SvServerOptions options;
  Fixture fixture = { 0 };

  set_up (&fixture, FALSE);
  fixture.run = sv_lesson_run_new (lesson, SV_LESSON_ACTIONS (fixture.hands), NULL);
  sv_lesson_run_start (fixture.run, 0);
  sv_server_options_init (&options);
  options.bind.port = 0;
  g_assert_true (sv_lab_start_server (fixture.lab, &options, NULL));
  wait_until_done (&fixture);
  g_assert_cmpint (sv_lesson_run_get_verdict (fixture.run), ==, SV_VERDICT_MISSED);
  assert_words (&fixture, sv_lesson_run_dup_explanation (fixture.run));
  g_assert_false (sv_lesson_run_predict (fixture.run, 0));
  tear_down (&fixture);
}

static void
find_out_whether_two (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (100);
  g_autoptr (GError) error = NULL;
  g_autoptr (SvNetwork) network = sv_network_new (recording, FALSE, &error);

  two_available = network != NULL;
  if (error != NULL)
    reason = g_strdup (error->message);
  if (network != NULL)
    sv_network_close (network);
}

static void
case_free (gpointer data)
{
  Case *scene = data;

  g_free (scene->id);
  g_free (scene);
}

static void
add (const char *id, gboolean two)
{
  Case *scene = g_new0 (Case, 1);
  g_autofree char *path = g_strdup_printf ("/lessons/%s/%s", id, two ? "two-machines" : "this-computer");

  scene->id = g_strdup (id);
  scene->two = two;
  g_test_add_data_func_full (path, scene, test_lesson, case_free);
}

int
main (int argc, char **argv)
{
  g_autoptr (SvLessonCatalog) catalog = sv_lesson_catalog_new_for_folder ("/nonexistent");

  g_test_init (&argc, &argv, NULL);
  find_out_whether_two ();
  for (guint i = 0; i < sv_lesson_catalog_get_size (catalog); i++)
    for (guint two = 0; two < 2; two++)
      add (sv_lesson_get_id (sv_lesson_catalog_get (catalog, i)), two);
  g_test_add_func ("/lessons/jump", test_jump);
  g_test_add_func ("/lessons/by-hand", test_by_hand);
  return g_test_run ();
}
