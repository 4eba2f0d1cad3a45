/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario STEP …: lets a lab do what a person might, and prints the facts as JSON.
 *
 *   bind=ADDRESS:PORT, backlog=N, hold, silent   how the server is to be
 *   listen, stop, accept-all, accept             the server
 *   spawn=N                                      that many clients, until all have called connect()
 *   send=END=N, shut=END, close=END, reset=END   END is c1 (client 1's socket) or s1 (the server's for it)
 *   until=CALL=N                                 waits for so many calls of that name that did not fail
 */
#include "sv-fact-json.h"
#include "sv-lab.h"
#include "sv-local-machine.h"

#include <stdio.h>
#include <string.h>

#define PATIENCE_S 30

typedef struct
{
  SvRecording *recording;
  SvLab *lab;
  SvServerOptions options;
} Scenario;

static void
appended_cb (SvRecording *recording, SvFact *fact, gpointer user_data)
{
  g_autoptr (GString) line = g_string_new (NULL);

  sv_fact_append_json (fact, sv_recording_get_start (recording), line);
  puts (line->str);
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static guint
count_calls (Scenario *self, const char *name)
{
  guint n = 0;

  for (guint64 i = 0; i < sv_recording_get_end (self->recording); i++)
    {
      SvFact *fact = sv_recording_get (self->recording, i);

      n += fact->kind == SV_FACT_CALL && g_str_equal (fact->call.name, name) && fact->call.error == 0;
    }
  return n;
}

static gboolean
is_spawning (Scenario *self)
{
  guint spawning;

  g_object_get (self->lab, "spawning", &spawning, NULL);
  return spawning > 0;
}

/* Until @n calls of @name worked; with no name, until all clients have come. */
static void
wait_for (Scenario *self, const char *name, guint n)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  guint wake = g_timeout_add (50, wake_cb, NULL);

  while (name != NULL ? count_calls (self, name) < n : is_spawning (self))
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("%u calls of %s never came", n, name != NULL ? name : "connect");
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
}

static gboolean
act (Scenario *self, const char *verb, const char *end, const char *argument, GError **error)
{
  SvSide side = end[0] == 's' ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  guint id = (guint) g_ascii_strtoull (end + 1, NULL, 10);

  if (g_str_equal (verb, "shut"))
    return sv_lab_shut_down (self->lab, id, side, error);
  if (g_str_equal (verb, "close"))
    return sv_lab_close (self->lab, id, side, error);
  if (g_str_equal (verb, "reset"))
    return sv_lab_reset (self->lab, id, side, error);
  if (g_str_equal (verb, "send"))
    {
      gsize length = g_ascii_strtoull (argument, NULL, 10);
      g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (length), length);

      return sv_lab_send (self->lab, id, side, bytes, error);
    }
  g_error ("no such step: %s", verb);
}

static gboolean
step (Scenario *self, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, "=", 3);
  const char *verb = words[0], *argument = words[1] != NULL ? words[1] : "";
  guint number = (guint) g_ascii_strtoull (argument, NULL, 10);

  if (g_str_equal (verb, "bind"))
    return sv_endpoint_parse (argument, 0, &self->options.bind, error);
  if (g_str_equal (verb, "listen"))
    return sv_lab_start_server (self->lab, &self->options, error);
  if (g_str_equal (verb, "accept"))
    return sv_lab_accept_one (self->lab, error);
  if (g_str_equal (verb, "backlog"))
    self->options.backlog = (int) number;
  else if (g_str_equal (verb, "hold"))
    self->options.hold_accept = TRUE;
  else if (g_str_equal (verb, "silent"))
    self->options.echo = FALSE;
  else if (g_str_equal (verb, "accept-all"))
    sv_lab_set_hold_accept (self->lab, FALSE);
  else if (g_str_equal (verb, "stop"))
    sv_lab_stop_server (self->lab);
  else if (g_str_equal (verb, "until"))
    wait_for (self, argument, (guint) g_ascii_strtoull (words[2], NULL, 10));
  else if (g_str_equal (verb, "spawn"))
    {
      if (!sv_lab_spawn_clients (self->lab, number, error))
        return FALSE;
      wait_for (self, NULL, 0);
    }
  else
    return act (self, verb, argument, words[1] != NULL ? words[2] : NULL, error);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (SvMachine) machine = sv_local_machine_new ();
  Scenario self = { .recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY) };
  g_autoptr (GError) error = NULL;

  self.lab = sv_lab_new (self.recording, machine, machine);
  sv_server_options_init (&self.options);
  self.options.bind.port = 0;
  g_signal_connect (self.recording, "appended", G_CALLBACK (appended_cb), NULL);
  for (int i = 1; i < argc; i++)
    if (!step (&self, argv[i], &error))
      g_error ("%s: %s", argv[i], error->message);
  sv_lab_stop (self.lab);
  g_object_unref (self.lab);
  g_object_unref (self.recording);
  return 0;
}
