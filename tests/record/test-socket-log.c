/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-moment.h"

#include <errno.h>

static SvEndpoint
endpoint (const char *text)
{
  SvEndpoint found = { 0 };

  if (text != NULL)
    g_assert_true (sv_endpoint_parse (text, 0, &found, NULL));
  return found;
}

static guint64
call (SvRecording *recording, const char *actor, const char *name, int fd, gint64 result, const char *local)
{
  SvFact *fact = sv_fact_new_call (sv_clock_now (), SV_MACHINE_THIS,
                                   g_str_equal (actor, "server") ? SV_SIDE_SERVER : SV_SIDE_CLIENT, actor, name, fd);

  fact->call.result = result;
  fact->call.error = result < 0 ? EINVAL : 0;
  fact->call.local = endpoint (local);
  if (g_str_equal (name, "accept") && result >= 0)
    fact->call.foreign = endpoint ("127.0.0.1:43210");
  return sv_recording_append (recording, fact)->serial;
}

static void
test_life (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (1000);
  g_autoptr (SvMoment) moment = sv_moment_new (recording);
  SvSocketLog *log = sv_recording_get_sockets (recording);
  const SvHeldSocket *listener, *accepted;

  call (recording, "server", "socket", -1, -1, NULL); /* failed: no socket */
  g_assert_cmpint (sv_socket_log_get_size (log), ==, 0);

  guint64 opened = call (recording, "server", "socket", -1, 13, NULL);
  listener = sv_socket_log_find_fd (log, SV_MACHINE_THIS, 13);
  g_assert_nonnull (listener);
  g_assert_null (sv_socket_log_find_fd (log, SV_MACHINE_CLIENT, 13));
  g_assert_cmpint (listener->named, ==, G_MAXUINT64);
  guint64 named = call (recording, "server", "bind", 13, 0, "127.0.0.1:9999");
  g_assert_cmpint (listener->named, ==, named);
  g_assert_cmpint (listener->local.port, ==, 9999);
  call (recording, "server", "listen", 13, -1, NULL);
  g_assert_false (listener->listening);
  call (recording, "server", "listen", 13, 0, "127.0.0.1:9999");
  g_assert_true (listener->listening);
  g_assert_cmpint (listener->named, ==, named);

  call (recording, "server", "accept", 13, -1, NULL);
  g_assert_cmpint (sv_socket_log_get_size (log), ==, 1);
  call (recording, "server", "accept", 13, 14, "127.0.0.1:9999");
  accepted = sv_socket_log_find_fd (log, SV_MACHINE_THIS, 14);
  g_assert_nonnull (accepted);
  g_assert_false (accepted->listening);
  g_assert_cmpint (accepted->foreign.port, ==, 43210);
  g_assert_cmpint (accepted->side, ==, SV_SIDE_SERVER);
  g_assert_cmpint (listener->foreign.port, ==, 0);

  guint64 closed = call (recording, "server", "close", 13, 0, NULL);
  g_assert_cmpint (listener->closed, ==, closed);
  g_assert_null (sv_socket_log_find_fd (log, SV_MACHINE_THIS, 13));
  call (recording, "server", "close", 99, -1, NULL); /* not ours */

  static const int STEPS[] = { -1, 0, 1, 2 };
  for (guint i = 0; i < G_N_ELEMENTS (STEPS); i++)
    {
      sv_moment_seek (moment, (guint64) ((gint64) opened + STEPS[i]));
      g_assert_cmpint (sv_moment_holds (moment, listener), ==, STEPS[i] > 0);
      sv_moment_seek (moment, (guint64) ((gint64) closed + STEPS[i]));
      g_assert_cmpint (sv_moment_holds (moment, listener), ==, STEPS[i] <= 0);
    }
}

/* The kernel gives the lowest free number: the same again and again. */
static void
test_reuse (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (1000);
  SvSocketLog *log = sv_recording_get_sockets (recording);

  call (recording, "client 1", "socket", -1, 16, NULL);
  call (recording, "client 1", "close", 16, 0, NULL);
  call (recording, "client 2", "socket", -1, 16, NULL);
  g_assert_cmpint (sv_socket_log_get_size (log), ==, 2);
  g_assert_cmpstr (sv_socket_log_find_fd (log, SV_MACHINE_THIS, 16)->actor, ==, "client 2");
  g_assert_cmpint (sv_socket_log_get (log, 0)->closed, ==, 1);
  g_assert_cmpint (sv_socket_log_get (log, 1)->closed, ==, G_MAXUINT64);

  /* A close() that nobody recorded: the number alone says that it happened. */
  guint64 again = call (recording, "client 3", "socket", -1, 16, NULL);
  g_assert_cmpint (sv_socket_log_get (log, 1)->closed, ==, again);
  g_assert_cmpstr (sv_socket_log_find_fd (log, SV_MACHINE_THIS, 16)->actor, ==, "client 3");
}

/* Closed sockets go with their facts; open ones stay, however old. */
static void
test_trim (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (100);
  SvSocketLog *log = sv_recording_get_sockets (recording);

  call (recording, "server", "socket", -1, 13, NULL);
  for (guint i = 0; i < 5000; i++)
    {
      call (recording, "client 1", "socket", -1, 16, NULL);
      call (recording, "client 1", "close", 16, 0, NULL);
    }
  g_assert_cmpint (sv_socket_log_get_size (log), <, 200);
  g_assert_nonnull (sv_socket_log_find_fd (log, SV_MACHINE_THIS, 13));
  g_assert_cmpstr (sv_socket_log_get (log, 0)->actor, ==, "server");
  for (guint i = 1; i < sv_socket_log_get_size (log); i++)
    g_assert_cmpint (sv_socket_log_get (log, i)->opened, >, sv_socket_log_get (log, i - 1)->opened);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket-log/life", test_life);
  g_test_add_func ("/socket-log/reuse", test_reuse);
  g_test_add_func ("/socket-log/trim", test_trim);
  return g_test_run ();
}
