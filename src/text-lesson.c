/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-lesson.h"

#include "sv-fact-json.h"
#include "sv-lesson-catalog.h"
#include "sv-lesson-lab.h"
#include "sv-lesson-run.h"
#include "sv-local-machine.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>

#define MONITOR_INTERVAL_MS 200
#define COLUMNS 78

typedef struct
{
  const SvTextLesson *options;
  GMainLoop *loop;
  SvRecording *recording;
  SvLab *lab;
  SvNetwork *network; /* NULL on this computer */
  SvMonitor *monitor; /* NULL on two machines: they have their own */
  SvLessonLab *hands;
  SvLessonRun *run;
  GString *text;
  int announced; /* the step that was shown last, -1 for none */
  guint patience;
  gboolean all_done;
  int exit_signal;
  SvExit status;
} Player;

/* ---- Output. */

static void
append_member (GString *line, const char *name, const char *text)
{
  if (text == NULL)
    return;
  g_string_append_printf (line, ",\"%s\":", name);
  sv_json_append_string (line, text, -1);
}

/* As a paragraph that fits on a terminal; @indent stands before its first line. */
static void
append_wrapped (GString *text, const char *indent, const char *sentence)
{
  glong margin = g_utf8_strlen (indent, -1);
  g_auto (GStrv) words = g_strsplit (sentence != NULL ? sentence : "", " ", -1);
  glong column = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      glong width = g_utf8_strlen (words[i], -1);

      if (column == 0 || column + 1 + width > COLUMNS)
        {
          if (column == 0)
            g_string_append (text, indent);
          else
            g_string_append_printf (text, "\n%*s", (int) margin, "");
          column = margin;
        }
      else
        {
          g_string_append_c (text, ' ');
          column++;
        }
      g_string_append (text, words[i]);
      column += width;
    }
  g_string_append_c (text, '\n');
}

static void
flush (Player *self)
{
  if (!sv_text_mode_write (self->text, &self->status))
    g_main_loop_quit (self->loop);
}

static void
show_step (Player *self)
{
  g_autofree char *title = sv_lesson_run_dup_text (self->run, SV_LESSON_TITLE);
  g_autofree char *words = sv_lesson_run_dup_text (self->run, SV_LESSON_TEXT);

  if (self->options->format == SV_TEXT_FORMAT_JSON)
    return;
  g_string_append_printf (self->text, "\n%u/%u  %s\n", sv_lesson_run_get_step (self->run) + 1,
                          sv_lesson_run_get_n_steps (self->run), title);
  append_wrapped (self->text, "     ", words);
}

static void
show_question (Player *self, guint guess)
{
  g_autofree char *question = sv_lesson_run_dup_question (self->run);
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self->run);

  if (self->options->format == SV_TEXT_FORMAT_JSON)
    return;
  append_wrapped (self->text, "  ?  ", question);
  for (guint i = 0; i < prediction->choices->len; i++)
    {
      g_autofree char *choice = sv_lesson_run_dup_choice (self->run, i);

      g_string_append_printf (self->text, "     %s %s\n", i == guess ? "(•)" : "( )", choice);
    }
}

static void
show_deed (Player *self, const SvLessonDeed *deed)
{
  g_autofree char *label = sv_lesson_run_dup_label (self->run, deed);

  if (self->options->format == SV_TEXT_FORMAT_TEXT)
    g_string_append_printf (self->text, "     [%s]\n", label);
}

static void
append_head (Player *self, const char *kind)
{
  g_string_append_printf (self->text, "{\"kind\":\"%s\"", kind);
  append_member (self->text, "lesson", sv_lesson_get_id (sv_lesson_run_get_lesson (self->run)));
  append_member (self->text, "step", sv_lesson_run_get_step_info (self->run)->id);
}

static void
append_prediction_json (Player *self)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self->run);
  int guess = sv_lesson_run_get_guess (self->run);
  g_autofree char *question = sv_lesson_run_dup_question (self->run);
  g_autofree char *why = sv_lesson_run_dup_explanation (self->run);
  const char *value = guess >= 0 ? ((SvChoice *) g_ptr_array_index (prediction->choices, guess))->value : NULL;

  append_head (self, "prediction");
  append_member (self->text, "question", question);
  append_member (self->text, "guess", value);
  append_member (self->text, "answer", sv_lesson_run_get_answer (self->run));
  append_member (self->text, "verdict", sv_verdict_to_string (sv_lesson_run_get_verdict (self->run)));
  append_member (self->text, "explanation", why);
  g_string_append (self->text, "}\n");
}

static void
append_step_json (Player *self, gboolean done, const char *why)
{
  g_autofree char *title = sv_lesson_run_dup_text (self->run, SV_LESSON_TITLE);
  g_autofree char *words = sv_lesson_run_dup_text (self->run, SV_LESSON_TEXT);
  g_autofree char *shown = sv_lesson_run_dup_text (self->run, SV_LESSON_DONE);

  append_head (self, "step");
  g_string_append_printf (self->text, ",\"number\":%u,\"steps\":%u", sv_lesson_run_get_step (self->run) + 1,
                          sv_lesson_run_get_n_steps (self->run));
  append_member (self->text, "title", title);
  append_member (self->text, "text", words);
  g_string_append_printf (self->text, ",\"done\":%s", done ? "true" : "false");
  append_member (self->text, "shown", shown);
  append_member (self->text, "why", why);
  g_string_append (self->text, "}\n");
}

static void
show_outcome (Player *self, gboolean done, const char *why)
{
  g_autofree char *explanation = sv_lesson_run_dup_explanation (self->run);
  g_autofree char *shown = sv_lesson_run_dup_text (self->run, SV_LESSON_DONE);

  if (self->options->format == SV_TEXT_FORMAT_JSON)
    {
      if (sv_lesson_run_get_prediction (self->run) != NULL)
        append_prediction_json (self);
      append_step_json (self, done, why);
      return;
    }
  if (explanation != NULL)
    append_wrapped (self->text, sv_lesson_run_get_verdict (self->run) == SV_VERDICT_RIGHT ? "  =  " : "  ≠  ",
                    explanation);
  append_wrapped (self->text, done ? "  ✓  " : "  ✗  ", done ? shown : why);
}

/* ---- Playing. */

static void
give_up (Player *self, const char *why)
{
  show_outcome (self, FALSE, why);
  flush (self);
  self->all_done = FALSE;
  g_main_loop_quit (self->loop);
}

static gboolean
patience_cb (gpointer user_data)
{
  Player *self = user_data;

  self->patience = 0;
  give_up (self, _("The kernel did not show it in time."));
  return G_SOURCE_REMOVE;
}

/* As a learner would: an answer first, then the deed. */
static void
do_step (Player *self)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self->run);
  g_autoptr (GPtrArray) deeds = sv_lesson_run_list_deeds (self->run);
  g_autoptr (GError) error = NULL;

  show_step (self);
  if (prediction != NULL)
    {
      /* Which one does not matter; not always the same one reads better. */
      guint guess = sv_lesson_run_get_step (self->run) % prediction->choices->len;

      show_question (self, guess);
      sv_lesson_run_predict (self->run, guess);
    }
  self->patience = g_timeout_add_seconds (sv_lesson_run_get_step_info (self->run)->patience, patience_cb, self);
  for (guint i = 0; i < deeds->len; i++)
    {
      show_deed (self, g_ptr_array_index (deeds, i));
      if (!sv_lesson_run_perform (self->run, g_ptr_array_index (deeds, i), &error))
        {
          give_up (self, error->message);
          return;
        }
    }
  flush (self);
}

static gboolean
go_on_cb (gpointer user_data)
{
  Player *self = user_data;
  guint step = sv_lesson_run_get_step (self->run);

  if (self->announced != (int) step)
    {
      self->announced = (int) step;
      do_step (self);
    }
  else if (sv_lesson_run_is_done (self->run))
    {
      g_clear_handle_id (&self->patience, g_source_remove);
      show_outcome (self, TRUE, NULL);
      flush (self);
      self->all_done = sv_lesson_run_is_finished (self->run);
      if (!sv_lesson_run_next (self->run))
        g_main_loop_quit (self->loop);
    }
  return G_SOURCE_REMOVE;
}

static void
changed_cb (SvLessonRun *run, gpointer user_data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, go_on_cb, user_data, NULL);
}

static gboolean
interrupt_cb (gpointer user_data)
{
  Player *self = user_data;

  self->exit_signal = SIGINT;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
ended_cb (SvNetwork *network, const char *sentence, gpointer user_data)
{
  Player *self = user_data;

  sv_text_mode_complain (sentence);
  self->all_done = FALSE;
  g_main_loop_quit (self->loop);
}

static gboolean
open_lab (Player *self, GError **error)
{
  g_autoptr (SvMachine) machine = NULL;

  if (self->options->network.wanted)
    {
      self->network = sv_text_network_open (&self->options->network, self->recording, error);
      if (self->network == NULL)
        return FALSE;
      g_signal_connect (self->network, "ended", G_CALLBACK (ended_cb), self);
      self->lab = g_object_ref (sv_network_get_lab (self->network));
      return TRUE;
    }
  machine = sv_local_machine_new ();
  self->lab = sv_lab_new (self->recording, machine, machine);
  self->monitor = sv_monitor_new (self->recording, machine);
  sv_monitor_start (self->monitor, MONITOR_INTERVAL_MS, 0);
  return TRUE;
}

static void
close_lab (Player *self)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  while (g_source_remove_by_user_data (self))
    ;
  g_clear_object (&self->run);
  g_clear_object (&self->hands);
  if (self->monitor != NULL)
    sv_monitor_stop (self->monitor);
  if (self->lab != NULL)
    sv_lab_stop (self->lab);
  g_clear_object (&self->monitor);
  g_clear_object (&self->network);
  g_clear_object (&self->lab);
}

static void
play (Player *self, SvLesson *lesson)
{
  guint interrupt = g_unix_signal_add (SIGINT, interrupt_cb, self);
  g_autofree char *title = sv_lesson_dup_title (lesson);
  g_autofree char *summary = sv_lesson_dup_summary (lesson);

  if (self->options->format == SV_TEXT_FORMAT_TEXT)
    {
      g_string_append_printf (self->text, "%s\n", title);
      append_wrapped (self->text, "", summary);
    }
  self->hands = sv_lesson_lab_new (self->lab, self->network, self->options->port);
  self->run = sv_lesson_run_new (lesson, SV_LESSON_ACTIONS (self->hands), NULL);
  g_signal_connect (self->run, "changed", G_CALLBACK (changed_cb), self);
  sv_lesson_run_start (self->run, 0);
  g_main_loop_run (self->loop);
  g_source_remove (interrupt);
}

/**
 * sv_text_lesson_parse:
 * @bind: (nullable): ADDRESS:PORT; the address is the lesson's matter
 */
gboolean
sv_text_lesson_parse (SvTextLesson *self, const char *bind, GError **error)
{
  SvEndpoint endpoint = { .port = SV_LAB_DEFAULT_PORT };

  if (bind != NULL && !sv_endpoint_parse (bind, SV_LAB_DEFAULT_PORT, &endpoint, error))
    return FALSE;
  self->port = endpoint.port;
  return TRUE;
}

/**
 * sv_text_lesson_run:
 *
 * Plays a lesson by itself, and prints each step, each question and what the
 * kernel showed.
 *
 * Returns: the exit status: 0 only if every step's check became true
 */
int
sv_text_lesson_run (const SvTextLesson *self)
{
  g_autoptr (SvLessonCatalog) catalog = sv_lesson_catalog_new ();
  g_autoptr (SvRecording) recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SvLesson) lesson = sv_lesson_catalog_find (catalog, self->id, &error);
  Player player = { .options = self, .loop = loop, .recording = recording, .text = text, .announced = -1 };

  if (lesson == NULL)
    {
      sv_text_mode_complain (error->message);
      return SV_EXIT_USAGE;
    }
  if (open_lab (&player, &error))
    play (&player, lesson);
  close_lab (&player);
  if (error != NULL)
    sv_text_mode_complain (error->message);
  if (player.exit_signal != 0)
    return 128 + player.exit_signal;
  return player.all_done ? SV_EXIT_OK : SV_EXIT_FAILED;
}

/**
 * sv_text_lesson_list:
 *
 * Prints the id and the title of each lesson, one a line. Files of lessons that
 * are damaged are complained of.
 */
SvExit
sv_text_lesson_list (SvTextFormat format)
{
  g_autoptr (SvLessonCatalog) catalog = sv_lesson_catalog_new ();
  const char *const *complaints = sv_lesson_catalog_get_complaints (catalog);
  g_autoptr (GString) text = g_string_new (NULL);
  SvExit status = SV_EXIT_OK;

  for (guint i = 0; i < sv_lesson_catalog_get_size (catalog); i++)
    {
      SvLesson *lesson = sv_lesson_catalog_get (catalog, i);
      g_autofree char *title = sv_lesson_dup_title (lesson);
      g_autofree char *summary = sv_lesson_dup_summary (lesson);

      if (format == SV_TEXT_FORMAT_TEXT)
        {
          g_string_append_printf (text, "%-16s %s\n", sv_lesson_get_id (lesson), title);
          continue;
        }
      g_string_append (text, "{\"kind\":\"lesson\"");
      append_member (text, "id", sv_lesson_get_id (lesson));
      append_member (text, "title", title);
      append_member (text, "summary", summary);
      g_string_append_printf (text, ",\"minutes\":%u}\n", sv_lesson_get_minutes (lesson));
    }
  sv_text_mode_write (text, &status);
  for (guint i = 0; complaints[i] != NULL; i++)
    {
      sv_text_mode_complain (complaints[i]);
      status = SV_EXIT_FAILED;
    }
  return status;
}
