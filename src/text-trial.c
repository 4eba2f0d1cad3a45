/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-trial.h"

#include "text-printer.h"

#include "sv-explain-trial.h"
#include "sv-fact-json.h"
#include "sv-local-machine.h"
#include "sv-trial.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  SvTextPrinter printer;
  SvTrial *trial;
} Attempt;

/* ---- What is printed. */

static void
append_member (GString *line, const char *name, const char *value)
{
  g_string_append_printf (line, "%s\"%s\":", line->len > 1 ? "," : "", name);
  sv_json_append_string (line, value, -1);
}

static void
begin_line (Attempt *attempt, GString *line, const char *kind)
{
  gint64 since = sv_clock_now () - sv_recording_get_start (attempt->printer.recording);

  g_string_append_printf (line, "{\"t\":%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT, since / 1000000000,
                          since % 1000000000);
  append_member (line, "kind", kind);
  append_member (line, "name", sv_trial_get_recipe (attempt->trial)->name);
}

static void
append_outcome (GString *line, const SvTrialOutcome *outcome)
{
  append_member (line, "call", outcome->call);
  g_string_append_printf (line, ",\"result\":%" G_GINT64_FORMAT ",\"errno\":", outcome->result);
  if (outcome->error != 0)
    sv_json_append_string (line, sv_errno_to_name (outcome->error), -1);
  else
    g_string_append (line, "null");
}

static void
stepped_cb (SvTrial *trial, gpointer user_data)
{
  Attempt *attempt = user_data;
  const SvTrialStep *step = sv_trial_get_step (trial, sv_trial_get_n_steps (trial) - 1);
  const char *text = sv_trial_story_find_step (sv_trial_get_recipe (trial)->name, step->name);
  g_autoptr (GString) line = g_string_new (NULL);

  if (attempt->printer.format == SV_TEXT_FORMAT_JSON)
    {
      begin_line (attempt, line, "step");
      append_member (line, "step", step->name);
      append_member (line, "text", text);
      g_string_append_c (line, '}');
    }
  else
    g_string_append_printf (line, "\n%u. %s", sv_trial_get_n_steps (trial), text);
  sv_text_printer_write (&attempt->printer, line->str);
}

static void
append_cells (GString *line, SvTrial *trial)
{
  if (sv_trial_get_cell (trial, 0)->call == NULL)
    return;
  g_string_append (line, ",\"grid\":[");
  for (guint i = 0; i < SV_TRIAL_N_CELLS; i++)
    {
      g_string_append_printf (line, "%s{\"old\":%s,\"new\":%s", i > 0 ? "," : "", (i & 2) != 0 ? "true" : "false",
                              (i & 1) != 0 ? "true" : "false");
      append_outcome (line, sv_trial_get_cell (trial, i));
      g_string_append_c (line, '}');
    }
  g_string_append_c (line, ']');
}

static void
print_json (Attempt *attempt)
{
  SvTrial *trial = attempt->trial;
  const SvTrialRecipe *recipe = sv_trial_get_recipe (trial);
  const SvTrialOutcome *outcome = sv_trial_get_outcome (trial);
  g_autoptr (GString) line = g_string_new (NULL);
  SvTrialStory story;

  sv_trial_story_find (recipe->name, &story);
  begin_line (attempt, line, "trial");
  append_outcome (line, outcome);
  append_cells (line, trial);
  append_member (line, "kernel", story.kernel);
  append_member (line, "program", story.program);
  g_string_append_c (line, '}');
  sv_text_printer_write (&attempt->printer, line->str);
}

static void
print_line (Attempt *attempt, const char *text)
{
  sv_text_printer_write (&attempt->printer, text);
}

static void
print_grid (Attempt *attempt)
{
  for (guint i = 0; i < SV_TRIAL_N_CELLS; i++)
    {
      const SvTrialOutcome *cell = sv_trial_get_cell (attempt->trial, i);
      g_autofree char *how = NULL, *line = NULL;

      if (cell->call == NULL)
        return;
      how = sv_trial_story_describe_outcome (cell->call, cell->result, cell->error);
      line = g_strdup_printf ("%s %s.", sv_trial_story_find_step (sv_trial_get_recipe (attempt->trial)->name,
                                                                  sv_trial_get_step (attempt->trial, i)->name), how);
      print_line (attempt, line);
    }
}

static void
print_text (Attempt *attempt)
{
  SvTrial *trial = attempt->trial;
  const SvTrialOutcome *outcome = sv_trial_get_outcome (trial);
  g_autofree char *how = sv_trial_story_describe_outcome (outcome->call, outcome->result, outcome->error);
  SvTrialStory story;

  sv_trial_story_find (sv_trial_get_recipe (trial)->name, &story);
  print_line (attempt, "");
  print_line (attempt, how);
  print_grid (attempt);
  /* Translators: %s is a text of several sentences. */
  g_autofree char *kernel = g_strdup_printf (C_ ("trial", "What the kernel did: %s"), story.kernel);
  print_line (attempt, kernel);
  g_autofree char *program = g_strdup_printf (C_ ("trial", "What a program should do: %s"), story.program);
  print_line (attempt, program);
}

static void
ended_cb (SvTrial *trial, const char *sentence, gpointer user_data)
{
  Attempt *attempt = user_data;

  if (sentence != NULL)
    {
      sv_text_mode_complain (sentence);
      attempt->printer.status = SV_EXIT_FAILED;
    }
  else if (attempt->printer.format == SV_TEXT_FORMAT_JSON)
    print_json (attempt);
  else
    print_text (attempt);
  sv_text_printer_quit (&attempt->printer);
}

static gboolean
try_it (Attempt *attempt, const SvTrialRecipe *recipe, GError **error)
{
  g_autoptr (SvMachine) machine = sv_local_machine_new ();
  gboolean begun;

  attempt->trial = sv_trial_new (attempt->printer.recording, machine, machine);
  g_signal_connect (attempt->trial, "stepped", G_CALLBACK (stepped_cb), attempt);
  g_signal_connect (attempt->trial, "ended", G_CALLBACK (ended_cb), attempt);
  begun = sv_trial_run (attempt->trial, recipe, error);
  if (begun)
    sv_text_printer_run (&attempt->printer);
  sv_trial_stop (attempt->trial);
  g_clear_object (&attempt->trial);
  return begun;
}

static void
print_list (SvTextFormat format)
{
  const SvTrialRecipe *recipe;

  for (guint i = 0; (recipe = sv_trial_recipe_get (i)) != NULL; i++)
    {
      g_autoptr (GString) line = g_string_new ("{");
      SvTrialStory story;

      sv_trial_story_find (recipe->name, &story);
      append_member (line, "kind", "trial");
      append_member (line, "name", recipe->name);
      append_member (line, "errno", sv_errno_to_name (recipe->error));
      append_member (line, "text", story.title);
      if (format == SV_TEXT_FORMAT_JSON)
        g_print ("%s}\n", line->str);
      else
        g_print ("%-17s %-14s %s\n", recipe->name, sv_errno_to_name (recipe->error), story.title);
    }
}

static void
set_unknown (const char *name, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  const SvTrialRecipe *recipe;

  for (guint i = 0; (recipe = sv_trial_recipe_get (i)) != NULL; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", recipe->name);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s cannot be “%s”. Choose one of: %s."), "--break",
               name, list->str);
}

/**
 * sv_text_trial:
 * @name: (nullable): of a trial
 * @list: only print which there are
 * @status: (out): #SvExit, or 128 and the signal that ended it
 *
 * Breaks something for real, prints the facts, and what is to be learned.
 *
 * Returns: %FALSE with a sentence about the option that is wrong
 */
gboolean
sv_text_trial (const char *name, gboolean list, SvTextFormat format, int *status, GError **error)
{
  const SvTrialRecipe *recipe = name != NULL ? sv_trial_recipe_find (name) : NULL;
  g_autoptr (GError) trial_error = NULL;
  Attempt attempt = { 0 };

  if (list)
    {
      print_list (format);
      return TRUE;
    }
  if (recipe == NULL)
    {
      set_unknown (name, error);
      return FALSE;
    }
  sv_text_printer_init (&attempt.printer, format);
  if (!try_it (&attempt, recipe, &trial_error))
    {
      sv_text_mode_complain (trial_error->message);
      attempt.printer.status = SV_EXIT_FAILED;
    }
  *status = attempt.printer.status;
  sv_text_printer_clear (&attempt.printer);
  return TRUE;
}
