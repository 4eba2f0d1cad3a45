/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-park.h"

#include "text-printer.h"

#include "sv-explain-park.h"
#include "sv-fact-json.h"
#include "sv-local-machine.h"
#include "sv-netstat-text.h"
#include "sv-parking.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  SvTextPrinter printer;
  SvParking *parking;
  double duration; /* in seconds; negative: until interrupted */
  guint deadline;
} Park;

/* ---- What is printed. */

static void
append_members (GString *line, const char *first, ...)
{
  va_list args;

  va_start (args, first);
  for (const char *name = first; name != NULL; name = va_arg (args, const char *))
    {
      g_string_append_printf (line, "%s\"%s\":", line->len > 1 ? "," : "", name);
      sv_json_append_string (line, va_arg (args, const char *), -1);
    }
  va_end (args);
}

static void
append_row (GString *line, const char *name, const SvSocketRow *row)
{
  g_autoptr (GString) members = g_string_new (NULL);

  if (row->state == SV_TCP_NONE)
    {
      g_string_append_printf (line, ",\"%s\":null", name);
      return;
    }
  g_string_append_printf (line, ",\"%s\":{", name);
  sv_row_append_json (row, members);
  g_string_append_printf (line, "%s}", members->str + strlen (","));
}

static void
print_json (Park *park, const char *event, const SvParked *parked)
{
  g_autoptr (GString) line = g_string_new ("{");
  gint64 since = sv_clock_now () - sv_recording_get_start (park->printer.recording);

  g_string_append_printf (line, "\"t\":%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT, since / 1000000000,
                          since % 1000000000);
  append_members (line, "kind", "park", "event", event, "name", parked->recipe->name, NULL);
  append_row (line, "row", &parked->row);
  append_row (line, "other", &parked->other);
  g_string_append_c (line, '}');
  sv_text_printer_write (&park->printer, line->str);
}

static void
print_lines (Park *park, SvExplanation *explanation)
{
  sv_text_printer_write (&park->printer, explanation->title);
  for (guint i = 0; i < explanation->lines->len; i++)
    sv_text_printer_write (&park->printer, explanation->lines->pdata[i]);
}

/* Both rows as netstat prints them, and what they are about. */
static void
print_text (Park *park, const SvParked *parked)
{
  g_autoptr (SvExplanation) explanation = sv_explain_park (parked->recipe->name);
  g_autoptr (GString) rows = g_string_new (NULL);

  sv_text_printer_write (&park->printer, "");
  if (parked->row.state != SV_TCP_NONE)
    {
      sv_netstat_text_append_header (rows);
      sv_netstat_text_append_row (rows, &parked->row);
      if (parked->other.state != SV_TCP_NONE)
        sv_netstat_text_append_row (rows, &parked->other);
      sv_text_printer_write (&park->printer, rows->str);
    }
  print_lines (park, explanation);
}

static void
print (Park *park, const char *event, const SvParked *parked)
{
  if (park->printer.format == SV_TEXT_FORMAT_JSON)
    print_json (park, event, parked);
  else if (parked->phase == SV_PARK_PARKED)
    print_text (park, parked);
}

/* ---- What happens. */

static gboolean
deadline_cb (gpointer user_data)
{
  Park *park = user_data;

  park->deadline = 0;
  sv_text_printer_quit (&park->printer);
  return G_SOURCE_REMOVE;
}

static void
parked_cb (SvParking *parking, guint id, gpointer user_data)
{
  Park *park = user_data;

  print (park, "parked", sv_parking_get (parking, id));
  if (park->duration >= 0)
    park->deadline = g_timeout_add ((guint) (park->duration * 1000), deadline_cb, park);
}

static void
left_cb (SvParking *parking, guint id, gpointer user_data)
{
  print (user_data, "left", sv_parking_get (parking, id));
}

static void
failed_cb (SvParking *parking, guint id, const char *sentence, gpointer user_data)
{
  Park *park = user_data;

  sv_text_mode_complain (sentence);
  park->printer.status = SV_EXIT_FAILED;
  sv_text_printer_quit (&park->printer);
}

static gboolean
park_it (Park *park, const SvParkRecipe *recipe, GError **error)
{
  g_autoptr (SvMachine) machine = sv_local_machine_new ();
  gboolean begun;

  park->parking = sv_parking_new (park->printer.recording, machine, machine);
  g_signal_connect (park->parking, "parked", G_CALLBACK (parked_cb), park);
  g_signal_connect (park->parking, "left", G_CALLBACK (left_cb), park);
  g_signal_connect (park->parking, "failed", G_CALLBACK (failed_cb), park);
  begun = sv_parking_park (park->parking, recipe, error) != 0;
  if (begun)
    sv_text_printer_run (&park->printer);
  g_clear_handle_id (&park->deadline, g_source_remove);
  sv_parking_release_all (park->parking);
  g_clear_object (&park->parking);
  return begun;
}

static void
print_list (SvTextFormat format)
{
  const SvParkRecipe *recipe;

  for (guint i = 0; (recipe = sv_park_recipe_get (i)) != NULL; i++)
    {
      g_autoptr (SvExplanation) explanation = sv_explain_park (recipe->name);
      g_autoptr (GString) line = g_string_new ("{");

      append_members (line, "kind", "state", "name", recipe->name, "text", explanation->title, NULL);
      if (format == SV_TEXT_FORMAT_JSON)
        g_print ("%s}\n", line->str);
      else
        g_print ("%-12s %s\n", recipe->name, explanation->title);
    }
}

static void
set_unknown (const char *name, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  const SvParkRecipe *recipe;

  for (guint i = 0; (recipe = sv_park_recipe_get (i)) != NULL; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", recipe->name);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s cannot be “%s”. Choose one of: %s."), "--park",
               name, list->str);
}

/**
 * sv_text_park:
 * @name: (nullable): of a state
 * @duration: (nullable): seconds
 * @list: only print which states there are
 * @status: (out): #SvExit, or 128 and the signal that ended it
 *
 * Parks a real connection in the state, prints the facts, and frees it again.
 *
 * Returns: %FALSE with a sentence about the option that is wrong
 */
gboolean
sv_text_park (const char *name, const char *duration, gboolean list, SvTextFormat format, int *status,
              GError **error)
{
  const SvParkRecipe *recipe = name != NULL ? sv_park_recipe_find (name) : NULL;
  Park park = { .duration = -1 };
  g_autoptr (GError) park_error = NULL;

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
  if (duration != NULL && !sv_text_parse_seconds ("--duration", duration, &park.duration, error))
    return FALSE;
  sv_text_printer_init (&park.printer, format);
  if (!park_it (&park, recipe, &park_error))
    {
      sv_text_mode_complain (park_error->message);
      park.printer.status = SV_EXIT_FAILED;
    }
  *status = park.printer.status;
  sv_text_printer_clear (&park.printer);
  return TRUE;
}
