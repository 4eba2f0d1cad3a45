/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-printer.h"

#include "sv-fact-json.h"
#include "sv-fact-text.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_SECONDS (7 * 24 * 3600.0)

static void
flush (SvTextPrinter *self)
{
  SvExit status = SV_EXIT_OK;

  if (sv_text_mode_write (self->text, &status))
    return;
  self->reader_left = TRUE;
  self->status = (int) status;
  g_main_loop_quit (self->loop);
}

static void
appended_cb (SvRecording *recording, SvFact *fact, gpointer user_data)
{
  SvTextPrinter *self = user_data;
  gint64 start = sv_recording_get_start (recording);

  if (self->reader_left)
    return;
  if (self->format == SV_TEXT_FORMAT_JSON)
    sv_fact_append_json (fact, start, self->text);
  else
    sv_fact_append_text (fact, start, self->text);
  g_string_append_c (self->text, '\n');
  flush (self);
}

/**
 * sv_text_printer_init:
 *
 * With a new recording and a new main loop.
 */
void
sv_text_printer_init (SvTextPrinter *self, SvTextFormat format)
{
  *self = (SvTextPrinter){ .format = format };
  self->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->text = g_string_new (NULL);
  g_signal_connect (self->recording, "appended", G_CALLBACK (appended_cb), self);
}

void
sv_text_printer_clear (SvTextPrinter *self)
{
  if (self->recording == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->recording, self);
  g_clear_object (&self->recording);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_string_free (g_steal_pointer (&self->text), TRUE);
}

static gboolean
interrupt_cb (gpointer user_data)
{
  SvTextPrinter *self = user_data;

  self->status = 128 + SIGINT;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
terminate_cb (gpointer user_data)
{
  SvTextPrinter *self = user_data;

  self->status = 128 + SIGTERM;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/**
 * sv_text_printer_run:
 *
 * Runs the main loop until sv_text_printer_quit(), or somebody has had enough.
 */
void
sv_text_printer_run (SvTextPrinter *self)
{
  guint interrupt = g_unix_signal_add (SIGINT, interrupt_cb, self);
  guint terminate = g_unix_signal_add (SIGTERM, terminate_cb, self);

  if (!self->reader_left)
    g_main_loop_run (self->loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
}

void
sv_text_printer_quit (SvTextPrinter *self)
{
  g_main_loop_quit (self->loop);
}

/**
 * sv_text_printer_write:
 * @line: without a line end
 *
 * Prints something that is no fact.
 */
void
sv_text_printer_write (SvTextPrinter *self, const char *line)
{
  if (self->reader_left)
    return;
  g_string_append_printf (self->text, "%s\n", line);
  flush (self);
}

/**
 * sv_text_parse_seconds:
 * @option: whose value it is: "--duration"
 *
 * Returns: %FALSE with a sentence if @text is no number of seconds
 */
gboolean
sv_text_parse_seconds (const char *option, const char *text, double *seconds, GError **error)
{
  char *end;

  errno = 0;
  *seconds = g_ascii_strtod (text, &end);
  if (errno == 0 && end != text && *end == '\0' && isfinite (*seconds) && *seconds >= 0 && *seconds <= MAX_SECONDS)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("%s cannot be “%s”. Give a number of seconds, 0 or more."), option, text);
  return FALSE;
}
