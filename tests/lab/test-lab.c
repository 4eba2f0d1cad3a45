/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-fd-list.h"
#include "sv-lab.h"
#include "sv-local-machine.h"
#include "sv-monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_S 60

typedef struct
{
  SvRecording *recording;
  SvMachine *machine;
  SvLab *lab;
  guint n_fds; /* before */
} Fixture;

typedef gboolean (*Condition) (gpointer data);

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until it is true. */
static void
wait_for (Condition condition, gpointer data)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  guint wake = g_timeout_add (100, wake_cb, NULL);

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
}

static guint
count_fds (void)
{
  return sv_fd_list_count ("/proc", getpid ());
}

static void
do_nothing (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

/* What GLib opens once and keeps is not the lab's. */
static void
warm_up (void)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_run_in_thread_sync (task, do_nothing);
  g_main_context_iteration (NULL, FALSE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  warm_up ();
  fixture->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  fixture->machine = sv_local_machine_new ();
  fixture->lab = sv_lab_new (fixture->recording, fixture->machine, fixture->machine);
  fixture->n_fds = count_fds ();
}

static gboolean
fds_are_back (gpointer data)
{
  return count_fds () <= ((Fixture *) data)->n_fds;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  sv_lab_stop (fixture->lab);
  /* A walk through /proc in the thread may still hold one. */
  wait_for (fds_are_back, fixture);
  g_object_unref (fixture->lab);
  g_object_unref (fixture->machine);
  g_object_unref (fixture->recording);
  /* What the thread had still to say is heard by nobody. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static SvEndpoint
start_at (Fixture *fixture, SvServerOptions *options)
{
  g_autoptr (GError) error = NULL;
  SvEndpoint listener;

  options->bind.port = 0;
  sv_lab_start_server (fixture->lab, options, &error);
  g_assert_no_error (error);
  g_assert_true (sv_lab_is_running (fixture->lab));
  g_assert_true (sv_lab_get_listener_endpoint (fixture->lab, &listener));
  g_assert_cmpuint (listener.port, >, 0);
  return listener;
}

static SvEndpoint
start (Fixture *fixture)
{
  SvServerOptions options;

  sv_server_options_init (&options);
  return start_at (fixture, &options);
}

static void
spawn (Fixture *fixture, guint n)
{
  g_autoptr (GError) error = NULL;

  sv_lab_spawn_clients (fixture->lab, n, &error);
  g_assert_no_error (error);
}

/* ---- What the recording says. */

static guint
count_calls (Fixture *fixture, const char *name, gboolean failed)
{
  guint n = 0;

  for (guint64 i = sv_recording_get_first (fixture->recording); i < sv_recording_get_end (fixture->recording); i++)
    {
      SvFact *fact = sv_recording_get (fixture->recording, i);

      n += fact->kind == SV_FACT_CALL && g_str_equal (fact->call.name, name) && (fact->call.error != 0) == failed;
    }
  return n;
}

static SvFact *
find_last_call (Fixture *fixture, const char *name)
{
  for (guint64 i = sv_recording_get_end (fixture->recording); i > 0; i--)
    {
      SvFact *fact = sv_recording_get (fixture->recording, i - 1);

      if (fact != NULL && fact->kind == SV_FACT_CALL && g_str_equal (fact->call.name, name))
        return fact;
    }
  return NULL;
}

static SvTcpState
state_of (Fixture *fixture, guint connection, SvSide side)
{
  const SvConnection *c = sv_recording_get_connection (fixture->recording, connection);
  const SvEndpoint *local = side == SV_SIDE_CLIENT ? &c->client : &c->server;
  const SvEndpoint *foreign = side == SV_SIDE_CLIENT ? &c->server : &c->client;
  const SvSocketRow *row = sv_row_table_find (sv_recording_get_table (fixture->recording, SV_MACHINE_THIS),
                                              IPPROTO_TCP, local, foreign);

  return row != NULL ? row->state : SV_TCP_NONE;
}

static const SvSocketRow *
find_listener (Fixture *fixture)
{
  SvEndpoint listener, any;

  g_assert_true (sv_lab_get_listener_endpoint (fixture->lab, &listener));
  any = sv_endpoint_any (listener.family, 0);
  return sv_row_table_find (sv_recording_get_table (fixture->recording, SV_MACHINE_THIS), IPPROTO_TCP, &listener,
                            &any);
}

typedef struct
{
  Fixture *fixture;
  guint n;
} Wanted;

static gboolean
all_accepted (gpointer data)
{
  Wanted *wanted = data;

  for (guint id = 1; id <= wanted->n; id++)
    if (id > sv_recording_get_n_connections (wanted->fixture->recording)
        || !sv_lab_has_end (wanted->fixture->lab, id, SV_SIDE_SERVER))
      return FALSE;
  return TRUE;
}

static void
wait_accepted (Fixture *fixture, guint n)
{
  Wanted wanted = { fixture, n };

  wait_for (all_accepted, &wanted);
}

static gboolean
nothing_open (gpointer data)
{
  Fixture *fixture = data;

  for (guint id = 1; id <= sv_recording_get_n_connections (fixture->recording); id++)
    if (sv_lab_has_end (fixture->lab, id, SV_SIDE_SERVER) || sv_lab_has_end (fixture->lab, id, SV_SIDE_CLIENT))
      return FALSE;
  return TRUE;
}

static gboolean
spawned (gpointer data)
{
  guint spawning;

  g_object_get (((Fixture *) data)->lab, "spawning", &spawning, NULL);
  return spawning == 0;
}

/* Today's GLib turns Nagle's algorithm off by itself: a call more for each socket. */
static gboolean
is_of_glib (const SvFact *fact)
{
  return fact->kind == SV_FACT_CALL && strstr (fact->call.args, "TCP_NODELAY") != NULL;
}

static guint
count_own_facts (SvRecording *recording)
{
  guint n = 0;

  for (guint64 i = 0; i < sv_recording_get_end (recording); i++)
    n += !is_of_glib (sv_recording_get (recording, i));
  return n;
}

/* ---- Tests. */

static void
test_calls_of_start (Fixture *fixture, gconstpointer data)
{
  static const char *const CALLS[] = { "socket", "setsockopt", "setsockopt", "bind", "listen" };
  guint found = 0;

  start (fixture);
  for (guint64 i = 0; i < sv_recording_get_end (fixture->recording); i++)
    {
      SvFact *fact = sv_recording_get (fixture->recording, i);

      if (fact->kind != SV_FACT_CALL || is_of_glib (fact))
        continue;
      g_assert_cmpuint (found, <, G_N_ELEMENTS (CALLS));
      g_assert_cmpstr (fact->call.name, ==, CALLS[found++]);
      g_assert_cmpint (fact->call.error, ==, 0);
      g_assert_cmpstr (fact->actor, ==, "server");
      g_assert_cmpint (fact->call.duration, >, 0);
    }
  g_assert_cmpuint (found, ==, G_N_ELEMENTS (CALLS));
  g_assert_nonnull (find_listener (fixture));
  g_assert_cmpuint (find_listener (fixture)->state, ==, SV_TCP_LISTEN);
  g_assert_cmpint (sv_lab_get_listener_fd (fixture->lab), >=, 0);
}

typedef struct
{
  guint connection;
  SvSide side;
  guint64 length;
  guint n;
} Received;

static void
received_cb (SvLab *lab, guint connection, guint side, guint64 length, gpointer data)
{
  Received *received = data;

  if (side != received->side)
    return;
  received->connection = connection;
  received->length += length;
  received->n++;
}

static gboolean
has_received (gpointer data)
{
  return ((Received *) data)->n > 0;
}

static void
send_text (Fixture *fixture, guint connection, SvSide side, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  sv_lab_send (fixture->lab, connection, side, bytes, &error);
  g_assert_no_error (error);
}

static void
test_echo (Fixture *fixture, gconstpointer data)
{
  Received received = { .side = SV_SIDE_CLIENT };
  SvTcpInfo info;
  SvFact *recv;

  start (fixture);
  spawn (fixture, 1);
  wait_accepted (fixture, 1);
  g_assert_cmpint (state_of (fixture, 1, SV_SIDE_CLIENT), ==, SV_TCP_ESTABLISHED);
  g_assert_cmpint (state_of (fixture, 1, SV_SIDE_SERVER), ==, SV_TCP_ESTABLISHED);
  g_signal_connect (fixture->lab, "received", G_CALLBACK (received_cb), &received);
  send_text (fixture, 1, SV_SIDE_CLIENT, "hello");
  wait_for (has_received, &received);
  g_assert_cmpuint (received.connection, ==, 1);
  g_assert_cmpuint (received.length, ==, 5);
  recv = find_last_call (fixture, "recv");
  g_assert_cmpstr (recv->actor, ==, "client 1");
  g_assert_cmpuint (g_bytes_get_size (recv->call.data), ==, 5);
  g_assert_cmpint (memcmp (g_bytes_get_data (recv->call.data, NULL), "hello", 5), ==, 0);
  g_assert_true (sv_lab_get_tcp_info (fixture->lab, 1, &info));
  g_assert_cmpuint (info.state, ==, SV_TCP_ESTABLISHED);
  g_assert_cmpuint (info.bytes_received, ==, 5);
  g_signal_handlers_disconnect_by_data (fixture->lab, &received);
}

static void
test_no_echo (Fixture *fixture, gconstpointer data)
{
  Received received = { .side = SV_SIDE_SERVER };

  start (fixture);
  sv_lab_set_echo (fixture->lab, FALSE);
  spawn (fixture, 1);
  wait_accepted (fixture, 1);
  g_signal_connect (fixture->lab, "received", G_CALLBACK (received_cb), &received);
  send_text (fixture, 1, SV_SIDE_CLIENT, "hello");
  wait_for (has_received, &received);
  g_assert_cmpuint (count_calls (fixture, "send", FALSE), ==, 1);
  g_signal_handlers_disconnect_by_data (fixture->lab, &received);
}

/* The real SYN, bytes and all, and the three worked-out segments of the handshake. */
static void
test_handshake_packets (Fixture *fixture, gconstpointer data)
{
  static const guint8 FLAGS[] = { SV_TCP_SYN, SV_TCP_SYN | SV_TCP_ACK, SV_TCP_ACK };
  guint reconstructed = 0, real = 0;

  start (fixture);
  spawn (fixture, 1);
  wait_accepted (fixture, 1);
  for (guint64 i = 0; i < sv_recording_get_end (fixture->recording); i++)
    {
      SvFact *fact = sv_recording_get (fixture->recording, i);

      if (fact->kind != SV_FACT_PACKET)
        continue;
      g_assert_cmpuint (fact->connection, ==, 1);
      if (fact->packet.reconstructed)
        {
          g_assert_cmpuint (reconstructed, <, G_N_ELEMENTS (FLAGS));
          g_assert_cmpuint (fact->packet.flags, ==, FLAGS[reconstructed++]);
          g_assert_false (fact->packet.numbers_known);
          continue;
        }
      real++;
      g_assert_cmpuint (fact->packet.flags, ==, SV_TCP_SYN);
      g_assert_true (fact->packet.numbers_known);
      g_assert_cmpuint (g_bytes_get_size (fact->packet.bytes), ==, 60);
      g_assert_cmpint (fact->packet.event, ==, SV_PACKET_DELIVERED);
    }
  g_assert_cmpuint (reconstructed, ==, 3);
  g_assert_cmpuint (real, ==, 1);
}

/* While accept() is held the queue takes backlog + 1; who comes later stays in
 * SYN_SENT. Then all are accepted, the late ones by their repeated SYN. */
static void
test_hold_accept (Fixture *fixture, gconstpointer data)
{
  enum { BACKLOG = 2, N = 5 };
  SvServerOptions options;
  guint established = 0, syn_sent = 0;
  g_autoptr (GError) error = NULL;

  sv_server_options_init (&options);
  options.backlog = BACKLOG;
  options.hold_accept = TRUE;
  start_at (fixture, &options);
  spawn (fixture, N);
  wait_for (spawned, fixture);
  for (guint id = 1; id <= N; id++)
    {
      established += state_of (fixture, id, SV_SIDE_CLIENT) == SV_TCP_ESTABLISHED;
      syn_sent += state_of (fixture, id, SV_SIDE_CLIENT) == SV_TCP_SYN_SENT;
    }
  g_assert_cmpuint (established, ==, BACKLOG + 1);
  g_assert_cmpuint (syn_sent, ==, N - BACKLOG - 1);
  g_assert_cmpuint (find_listener (fixture)->recv_q, ==, BACKLOG + 1);
  g_assert_cmpuint (find_listener (fixture)->backlog, ==, BACKLOG);

  sv_lab_accept_one (fixture->lab, &error);
  g_assert_no_error (error);
  g_assert_true (sv_lab_has_end (fixture->lab, 1, SV_SIDE_SERVER));
  g_assert_cmpuint (find_listener (fixture)->recv_q, ==, BACKLOG);
  sv_lab_set_hold_accept (fixture->lab, FALSE);
  wait_accepted (fixture, N);
  g_assert_cmpuint (find_listener (fixture)->recv_q, ==, 0);

  sv_lab_set_hold_accept (fixture->lab, TRUE);
  g_assert_false (sv_lab_accept_one (fixture->lab, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_CALL);
  g_assert_cmpint (find_last_call (fixture, "accept")->call.error, ==, EAGAIN);
}

/* Stopping while connections wait: the kernel resets them, and the table says so. */
static void
test_stop_with_queue (Fixture *fixture, gconstpointer data)
{
  SvServerOptions options;
  guint resets = 0;

  sv_server_options_init (&options);
  options.hold_accept = TRUE;
  start_at (fixture, &options);
  spawn (fixture, 3);
  wait_for (spawned, fixture);
  sv_lab_stop_server (fixture->lab);
  for (guint id = 1; id <= 3; id++)
    {
      g_assert_cmpint (state_of (fixture, id, SV_SIDE_CLIENT), ==, SV_TCP_NONE);
      g_assert_cmpint (state_of (fixture, id, SV_SIDE_SERVER), ==, SV_TCP_NONE);
    }
  for (guint64 i = 0; i < sv_recording_get_end (fixture->recording); i++)
    {
      SvFact *fact = sv_recording_get (fixture->recording, i);

      resets += fact->kind == SV_FACT_PACKET && (fact->packet.flags & SV_TCP_RST) != 0;
    }
  g_assert_cmpuint (resets, ==, 3);
  wait_for (nothing_open, fixture);
}

typedef struct
{
  const char *name;
  SvSide side;
  gboolean (*act) (SvLab *lab, guint connection, SvSide side, GError **error);
  SvTcpState own_end;  /* when all is over */
  SvTcpState peer_end;
} Ending;

static const Ending ENDINGS[] = {
  { "/lab/end/client-closes", SV_SIDE_CLIENT, sv_lab_close, SV_TCP_TIME_WAIT, SV_TCP_NONE },
  { "/lab/end/server-closes", SV_SIDE_SERVER, sv_lab_close, SV_TCP_TIME_WAIT, SV_TCP_NONE },
  { "/lab/end/client-resets", SV_SIDE_CLIENT, sv_lab_reset, SV_TCP_NONE, SV_TCP_NONE },
  { "/lab/end/server-resets", SV_SIDE_SERVER, sv_lab_reset, SV_TCP_NONE, SV_TCP_NONE },
};

static void
test_ending (Fixture *fixture, gconstpointer data)
{
  const Ending *ending = data;
  SvSide other = ending->side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  g_autoptr (GError) error = NULL;

  start (fixture);
  spawn (fixture, 1);
  wait_accepted (fixture, 1);
  g_assert_true (ending->act (fixture->lab, 1, ending->side, &error));
  wait_for (nothing_open, fixture);
  g_assert_cmpint (state_of (fixture, 1, ending->side), ==, ending->own_end);
  g_assert_cmpint (state_of (fixture, 1, other), ==, ending->peer_end);
  g_assert_false (ending->act (fixture->lab, 1, ending->side, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SOCKET);
}

static gboolean
is_half_closed (gpointer data)
{
  SvFact *recv = find_last_call (data, "recv");

  return recv != NULL && recv->call.result == 0;
}

/* shutdown() by a person parks the connection: the other program does not close. */
static void
test_shut_down (Fixture *fixture, gconstpointer data)
{
  SvSide side = GPOINTER_TO_INT (data), other = side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  Received received = { .side = side };
  g_autoptr (GError) error = NULL;
  SvTcpState state;

  start (fixture);
  spawn (fixture, 1);
  wait_accepted (fixture, 1);
  g_assert_true (sv_lab_shut_down (fixture->lab, 1, side, &error));
  wait_for (is_half_closed, fixture);
  state = state_of (fixture, 1, side);
  g_assert_true (state == SV_TCP_FIN_WAIT1 || state == SV_TCP_FIN_WAIT2);
  g_assert_cmpint (state_of (fixture, 1, other), ==, SV_TCP_CLOSE_WAIT);
  g_assert_true (sv_lab_has_end (fixture->lab, 1, other));

  /* It may still go on sending. */
  g_signal_connect (fixture->lab, "received", G_CALLBACK (received_cb), &received);
  send_text (fixture, 1, other, "still here");
  wait_for (has_received, &received);
  g_assert_cmpuint (received.length, ==, 10);
  g_signal_handlers_disconnect_by_data (fixture->lab, &received);

  g_assert_true (sv_lab_close (fixture->lab, 1, other, &error));
  wait_for (nothing_open, fixture);
  g_assert_cmpint (state_of (fixture, 1, side), ==, SV_TCP_TIME_WAIT);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sv_lab_spawn_clients (fixture->lab, 1, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SERVER);
  g_clear_error (&error);
  start (fixture);
  g_assert_false (sv_lab_start_server (fixture->lab, sv_lab_get_options (fixture->lab), &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RUNNING);
  g_clear_error (&error);
  g_assert_false (sv_lab_spawn_clients (fixture->lab, 0, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_false (sv_lab_spawn_clients (fixture->lab, 100000, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_false (sv_lab_send (fixture->lab, 77, SV_SIDE_CLIENT, NULL, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SOCKET);
}

static void
test_port_in_use (Fixture *fixture, gconstpointer data)
{
  SvEndpoint taken = start (fixture);
  g_autoptr (SvRecording) recording = sv_recording_new (100);
  g_autoptr (SvLab) second = sv_lab_new (recording, fixture->machine, fixture->machine);
  SvServerOptions options;
  g_autoptr (GError) error = NULL;
  guint before = count_fds ();

  sv_server_options_init (&options);
  options.bind = taken;
  g_assert_false (sv_lab_start_server (second, &options, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_CALL);
  g_assert_nonnull (strstr (error->message, g_strerror (EADDRINUSE)));
  g_assert_cmpuint (count_fds (), ==, before);
  /* A failing call is a fact like any other. */
  g_assert_cmpuint (count_own_facts (recording), ==, 5);
}

/* Where nothing below 1024 needs a right, or we have it, there is no error to see. */
static void
test_privileged_port (Fixture *fixture, gconstpointer data)
{
  guint16 start_of_others = sv_port_space_get_unprivileged_start (sv_machine_get_port_space (fixture->machine));
  SvServerOptions options;
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0 || start_of_others <= 1)
    {
      g_test_skip (geteuid () == 0 ? "root may bind any port" : "every port is open to everybody here");
      return;
    }
  sv_server_options_init (&options);
  options.bind.port = start_of_others - 1;
  g_assert_false (sv_lab_start_server (fixture->lab, &options, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_CALL);
  g_assert_nonnull (strstr (error->message, g_strerror (EACCES)));
  g_assert_cmpint (find_last_call (fixture, "bind")->call.error, ==, EACCES);
}

static void
test_no_such_address (Fixture *fixture, gconstpointer data)
{
  SvServerOptions options;
  g_autoptr (GError) error = NULL;

  sv_server_options_init (&options);
  g_assert_true (sv_endpoint_parse ("192.0.2.1:0", 0, &options.bind, NULL));
  g_assert_false (sv_lab_start_server (fixture->lab, &options, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_CALL);
  g_assert_cmpint (find_last_call (fixture, "bind")->call.error, ==, EADDRNOTAVAIL);
}

static void
test_ipv6 (Fixture *fixture, gconstpointer data)
{
  SvServerOptions options;

  sv_server_options_init (&options);
  options.bind = sv_endpoint_any (AF_INET6, 0);
  start_at (fixture, &options);
  spawn (fixture, 2);
  wait_accepted (fixture, 2);
  g_assert_cmpint (state_of (fixture, 2, SV_SIDE_CLIENT), ==, SV_TCP_ESTABLISHED);
  g_assert_cmpint (state_of (fixture, 2, SV_SIDE_SERVER), ==, SV_TCP_ESTABLISHED);
}

/* Another run, with a recording of its own. */
static void
renew (Fixture *fixture)
{
  g_object_unref (fixture->lab);
  g_object_unref (fixture->recording);
  fixture->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  fixture->lab = sv_lab_new (fixture->recording, fixture->machine, fixture->machine);
}

/* At any moment of a run with 1 000 clients. */
static void
test_stop_anywhere (Fixture *fixture, gconstpointer data)
{
  static const guint TURNS[] = { 0, 1, 2, 3, 5, 8, 13, 30, 70, 150, 400, 1000, 3000, 100000 };
  SvServerOptions options;

  for (guint i = 0; i < G_N_ELEMENTS (TURNS); i++)
    {
      renew (fixture);
      sv_server_options_init (&options);
      options.backlog = i % 2 == 0 ? 5 : 128;
      options.hold_accept = i % 5 == 4;
      start_at (fixture, &options);
      spawn (fixture, 1000);
      for (guint turn = 0; turn < TURNS[i] && g_main_context_pending (NULL); turn++)
        g_main_context_iteration (NULL, FALSE);
      sv_lab_stop (fixture->lab);
      g_assert_cmpuint (count_fds (), ==, fixture->n_fds);
      g_assert_true (nothing_open (fixture));
      g_assert_true (spawned (fixture));
      g_assert_false (g_main_context_pending (NULL));
    }
}

/* ---- Foreign clients. */

/* @own: an address, and its port or 0; %NULL lets the kernel choose both */
static int
connect_from (const SvEndpoint *endpoint, const SvEndpoint *own)
{
  g_autoptr (GSocketAddress) address = sv_endpoint_to_socket_address (endpoint);
  struct sockaddr_storage native;
  int fd = socket (endpoint->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  if (own != NULL)
    {
      g_autoptr (GSocketAddress) own_address = sv_endpoint_to_socket_address (own);

      g_assert_true (g_socket_address_to_native (own_address, &native, sizeof native, NULL));
      g_assert_cmpint (bind (fd, (struct sockaddr *) &native, (socklen_t) g_socket_address_get_native_size (own_address)),
                       ==, 0);
    }
  g_assert_true (g_socket_address_to_native (address, &native, sizeof native, NULL));
  g_assert_cmpint (connect (fd, (struct sockaddr *) &native, (socklen_t) g_socket_address_get_native_size (address)),
                   ==, 0);
  return fd;
}

static int
connect_to (const SvEndpoint *endpoint)
{
  return connect_from (endpoint, NULL);
}

/* The peer's end is in our own process, but the lab does not know it. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  SvEndpoint listener = start (fixture);
  int fd = connect_to (&listener);
  const SvConnection *connection;

  wait_accepted (fixture, 1);
  connection = sv_recording_get_connection (fixture->recording, 1);
  g_assert_true (connection->foreign);
  g_assert_cmpint (state_of (fixture, 1, SV_SIDE_CLIENT), ==, SV_TCP_ESTABLISHED);
  g_assert_false (sv_lab_has_end (fixture->lab, 1, SV_SIDE_CLIENT));
  close (fd);
  wait_for (nothing_open, fixture);
}

static gboolean
actor_is_process (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *pid = g_strdup_printf (" (%d)", getpid ());

  return g_str_has_suffix (sv_recording_get_connection (fixture->recording, 1)->actor, pid);
}

static void
test_foreign_name (Fixture *fixture, gconstpointer data)
{
  SvEndpoint listener = start (fixture);
  int fd = connect_to (&listener);

  wait_accepted (fixture, 1);
  wait_for (actor_is_process, fixture);
  close (fd);
  wait_for (nothing_open, fixture);
}

static gboolean
has_foreign (gpointer data)
{
  return sv_recording_get_n_connections (((Fixture *) data)->recording) > 0;
}

/* Nobody accepts it: the monitor's snapshot shows it, name and all; accept() then takes the same connection. */
static void
test_foreign_waits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SvMonitor) monitor = sv_monitor_new (fixture->recording, fixture->machine);
  SvServerOptions options;
  SvEndpoint listener;
  int fd;

  sv_server_options_init (&options);
  options.hold_accept = TRUE;
  listener = start_at (fixture, &options);
  fd = connect_to (&listener);
  sv_monitor_start (monitor, 50, listener.port);
  wait_for (has_foreign, fixture);
  wait_for (actor_is_process, fixture);
  g_assert_cmpuint (find_listener (fixture)->recv_q, ==, 1);
  g_assert_cmpint (state_of (fixture, 1, SV_SIDE_SERVER), ==, SV_TCP_ESTABLISHED);
  sv_lab_set_hold_accept (fixture->lab, FALSE);
  wait_accepted (fixture, 1);
  g_assert_cmpuint (sv_recording_get_n_connections (fixture->recording), ==, 1);
  close (fd);
  wait_for (nothing_open, fixture);
  sv_monitor_stop (monitor);
}

static gboolean
has_second (gpointer data)
{
  return sv_recording_get_n_connections (((Fixture *) data)->recording) == 2;
}

static gboolean
second_accepted (gpointer data)
{
  return sv_lab_has_end (((Fixture *) data)->lab, 2, SV_SIDE_SERVER);
}

/* A port that is used again: who waits now is not the one who has left. */
static void
test_foreign_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SvMonitor) monitor = sv_monitor_new (fixture->recording, fixture->machine);
  struct linger linger = { .l_onoff = 1 };
  SvEndpoint listener = start (fixture), own = sv_endpoint_loopback (AF_INET, 0);
  int fd;

  own.address[1] = 99; /* nobody else is there */
  fd = connect_from (&listener, &own);
  wait_accepted (fixture, 1);
  own = sv_recording_get_connection (fixture->recording, 1)->client;
  /* A reset leaves no TIME_WAIT. */
  setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close (fd);
  wait_for (nothing_open, fixture);
  sv_lab_set_hold_accept (fixture->lab, TRUE);
  fd = connect_from (&listener, &own);
  sv_monitor_start (monitor, 50, listener.port);
  wait_for (has_second, fixture);
  g_assert_cmpint (state_of (fixture, 2, SV_SIDE_SERVER), ==, SV_TCP_ESTABLISHED);
  sv_lab_set_hold_accept (fixture->lab, FALSE);
  wait_for (second_accepted, fixture);
  close (fd);
  wait_for (nothing_open, fixture);
  g_assert_cmpuint (sv_recording_get_n_connections (fixture->recording), ==, 2);
  sv_monitor_stop (monitor);
}

/* Any bytes, in any amount; others are served meanwhile. */
#define BIG (100u * 1024 * 1024)

typedef struct
{
  SvEndpoint server;
  guint64 received;
  gboolean done;
} Flood;

typedef struct
{
  int fd;
  guint64 received;
  guint64 wrong;
} Reader;

static guint8
byte_at (guint64 position)
{
  return (guint8) (position * 31 + position / 65536);
}

static gpointer
read_all (gpointer data)
{
  Reader *reader = data;
  g_autofree guint8 *buffer = g_malloc (1 << 16);
  gssize n;

  while ((n = recv (reader->fd, buffer, 1 << 16, 0)) > 0)
    for (gssize i = 0; i < n; i++)
      reader->wrong += buffer[i] != byte_at (reader->received++);
  return NULL;
}

static gpointer
flood (gpointer data)
{
  Flood *self = data;
  Reader reader = { .fd = connect_to (&self->server) };
  GThread *thread = g_thread_new ("reader", read_all, &reader);
  g_autofree guint8 *buffer = g_malloc (1 << 16);

  for (guint64 sent = 0; sent < BIG;)
    {
      for (guint i = 0; i < 1 << 16; i++)
        buffer[i] = byte_at (sent + i);
      for (guint at = 0; at < 1 << 16;)
        {
          gssize n = send (reader.fd, buffer + at, (1 << 16) - at, MSG_NOSIGNAL);

          g_assert_cmpint (n, >, 0);
          at += (guint) n;
        }
      sent += 1 << 16;
    }
  shutdown (reader.fd, SHUT_WR);
  g_thread_join (thread);
  close (reader.fd);
  g_assert_cmpuint (reader.wrong, ==, 0);
  self->received = reader.received;
  g_atomic_int_set (&self->done, TRUE);
  return NULL;
}

static gboolean
flood_is_over (gpointer data)
{
  return g_atomic_int_get (&((Flood *) data)->done);
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  Flood big = { .server = start (fixture) };
  GThread *thread = g_thread_new ("flood", flood, &big);
  Received received = { .side = SV_SIDE_CLIENT };
  Wanted wanted = { fixture, 1 };

  wait_for (all_accepted, &wanted);
  /* While it runs, another client gets its echo. */
  spawn (fixture, 1);
  wait_accepted (fixture, 2);
  g_signal_connect (fixture->lab, "received", G_CALLBACK (received_cb), &received);
  send_text (fixture, 2, SV_SIDE_CLIENT, "me too");
  wait_for (has_received, &received);
  g_assert_false (flood_is_over (&big));
  wait_for (flood_is_over, &big);
  g_thread_join (thread);
  g_assert_cmpuint (big.received, ==, BIG);
  g_signal_handlers_disconnect_by_data (fixture->lab, &received);
}

/* What a recording of a flood weighs. */
static void
test_flood_is_bounded (Fixture *fixture, gconstpointer data)
{
  Flood big = { .server = start (fixture) };
  GThread *thread = g_thread_new ("flood", flood, &big);
  gsize kept = 0;

  wait_for (flood_is_over, &big);
  g_thread_join (thread);
  for (guint64 i = sv_recording_get_first (fixture->recording); i < sv_recording_get_end (fixture->recording); i++)
    {
      SvFact *fact = sv_recording_get (fixture->recording, i);

      if (fact->kind == SV_FACT_CALL && fact->call.data != NULL)
        kept += g_bytes_get_size (fact->call.data);
    }
  g_assert_cmpuint (kept, <, 1024 * 1024);
}

/* Sends and never reads: it gets no more of the server's memory than a chunk. */
static void
test_greedy (Fixture *fixture, gconstpointer data)
{
  SvEndpoint listener = start (fixture);
  int fd = connect_to (&listener);
  g_autofree char *junk = g_malloc0 (1 << 16);
  Received received = { .side = SV_SIDE_CLIENT };

  fcntl (fd, F_SETFL, O_NONBLOCK);
  wait_accepted (fixture, 1);
  /* Until neither side can go on. */
  for (guint idle = 0; idle < 1000; idle++)
    if (send (fd, junk, 1 << 16, MSG_NOSIGNAL) > 0 || g_main_context_iteration (NULL, FALSE))
      idle = 0;
  g_assert_cmpuint (find_listener (fixture)->recv_q, ==, 0);
  spawn (fixture, 1);
  wait_accepted (fixture, 2);
  g_signal_connect (fixture->lab, "received", G_CALLBACK (received_cb), &received);
  send_text (fixture, 2, SV_SIDE_CLIENT, "and I?");
  wait_for (has_received, &received);
  g_signal_handlers_disconnect_by_data (fixture->lab, &received);
  close (fd);
  sv_lab_close (fixture->lab, 2, SV_SIDE_CLIENT, NULL);
  wait_for (nothing_open, fixture);
}

typedef struct
{
  const char *name;
  const char *bytes;
  gsize length;
  gboolean reset;
} Rude;

static const Rude RUDE[] = {
  { "/lab/rude/reset-at-once", "", 0, TRUE },
  { "/lab/rude/nothing", "", 0, FALSE },
  { "/lab/rude/nul-bytes", "\0\0\0a\0", 5, FALSE },
  { "/lab/rude/no-utf8", "\xff\xfe\xc3(\xf0\x9f", 6, FALSE },
  { "/lab/rude/bytes-then-reset", "\xff\0\xff", 3, TRUE },
  { "/lab/rude/http", "GET / HTTP/1.1\r\n\r\n", 18, FALSE },
  { "/lab/rude/escape-codes", "\x1b]0;\a\x1b[2J", 9, TRUE },
};

static void
test_rude (Fixture *fixture, gconstpointer data)
{
  const Rude *rude = data;
  struct linger linger = { 1, 0 };
  SvEndpoint listener = start (fixture);

  for (guint i = 0; i < 20; i++)
    {
      int fd = connect_to (&listener);

      g_assert_cmpint (send (fd, rude->bytes, rude->length, MSG_NOSIGNAL), ==, (gssize) rude->length);
      if (rude->reset)
        setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
      close (fd);
      if (i % 5 == 0)
        while (g_main_context_iteration (NULL, FALSE))
          continue;
    }
  spawn (fixture, 1);
  while (!spawned (fixture) || sv_recording_get_n_connections (fixture->recording) < 21)
    g_main_context_iteration (NULL, TRUE);
  for (guint id = 1; id <= 21; id++)
    if (sv_lab_has_end (fixture->lab, id, SV_SIDE_CLIENT))
      sv_lab_close (fixture->lab, id, SV_SIDE_CLIENT, NULL);
  wait_for (nothing_open, fixture);
  g_assert_true (sv_lab_is_running (fixture->lab));
}

/* ---- Too few descriptors. */

static void
set_limit (guint n)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max = n;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

static void
test_descriptors_subprocess (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start (fixture);
  set_limit (100);
  g_assert_false (sv_lab_spawn_clients (fixture->lab, 1000, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_DESCRIPTORS);
  g_assert_cmpuint (sv_recording_get_n_connections (fixture->recording), ==, 0);
  /* It says how many are possible, and they are. */
  guint possible = (guint) g_ascii_strtoull (strrchr (error->message, ':') + 1, NULL, 10);
  g_assert_cmpuint (possible, >, 10);
  spawn (fixture, possible);
  wait_accepted (fixture, possible);
}

static gboolean
accept_failed (gpointer data)
{
  SvFact *accept = find_last_call (data, "accept");

  return accept != NULL && accept->call.error == EMFILE;
}

/* The connection that cannot be accepted is not lost, accept() does not spin,
 * and works again as soon as a descriptor is free. */
static void
test_emfile_subprocess (Fixture *fixture, gconstpointer data)
{
  SvEndpoint listener = start (fixture);
  int first, second, spare, after;
  guint failures;

  first = connect_to (&listener);
  wait_accepted (fixture, 1);
  second = connect_to (&listener);
  spare = dup (first);
  set_limit ((guint) spare + 1);
  while ((after = dup (first)) >= 0)
    continue;
  g_assert_cmpint (errno, ==, EMFILE);
  wait_for (accept_failed, fixture);
  failures = count_calls (fixture, "accept", TRUE);
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (count_calls (fixture, "accept", TRUE), ==, failures);
  g_assert_cmpuint (find_listener (fixture)->recv_q, ==, 1);
  close (spare);
  wait_accepted (fixture, 2);
  close (first);
  close (second);
  wait_for (nothing_open, fixture);
}

static void
test_in_subprocess (gconstpointer path)
{
  g_test_trap_subprocess (path, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* ---- The machine and the monitor. */

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) addresses = sv_machine_list_addresses (fixture->machine);

  g_assert_cmpuint (addresses->len, >=, 2);
  g_assert_true (sv_endpoint_is_loopback (&g_array_index (addresses, SvEndpoint, 0)));
  for (guint i = 0; i < addresses->len; i++)
    {
      SvServerOptions options;
      g_autoptr (GError) error = NULL;

      sv_server_options_init (&options);
      options.bind = g_array_index (addresses, SvEndpoint, i);
      g_assert_cmpuint (options.bind.port, ==, 0);
      sv_lab_start_server (fixture->lab, &options, &error);
      g_assert_no_error (error);
      sv_lab_stop (fixture->lab);
    }
}

static void
refreshed_cb (SvMonitor *monitor, guint *n)
{
  ++*n;
}

static gboolean
refreshed_twice (gpointer data)
{
  return *(guint *) data >= 2;
}

static void
test_monitor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SvMonitor) monitor = sv_monitor_new (fixture->recording, fixture->machine);
  guint n = 0;
  SvOwner owner;

  start (fixture);
  g_signal_connect (monitor, "refreshed", G_CALLBACK (refreshed_cb), &n);
  sv_monitor_start (monitor, 10, 0);
  wait_for (refreshed_twice, &n);
  g_assert_true (sv_monitor_get_owner (monitor, find_listener (fixture)->inode, &owner));
  g_assert_cmpint (owner.pid, ==, getpid ());
  sv_lab_stop (fixture->lab);
  n = 0;
  sv_monitor_refresh (monitor);
  wait_for (refreshed_twice, &n);
  sv_monitor_stop (monitor);
  n = 0;
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (n, ==, 0);
}

/* Stopped and dropped in the middle of a snapshot. */
static void
test_monitor_dropped (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    {
      SvMonitor *monitor = sv_monitor_new (fixture->recording, fixture->machine);

      sv_monitor_start (monitor, 1, 0);
      for (guint turn = 0; turn < i; turn++)
        g_main_context_iteration (NULL, FALSE);
      g_object_unref (monitor);
    }
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/lab/start/calls", test_calls_of_start);
  ADD ("/lab/start/errors", test_refused);
  ADD ("/lab/start/port-in-use", test_port_in_use);
  ADD ("/lab/start/privileged-port", test_privileged_port);
  ADD ("/lab/start/no-such-address", test_no_such_address);
  ADD ("/lab/start/ipv6", test_ipv6);
  ADD ("/lab/start/addresses", test_addresses);
  ADD ("/lab/echo/on", test_echo);
  ADD ("/lab/echo/off", test_no_echo);
  ADD ("/lab/handshake-packets", test_handshake_packets);
  ADD ("/lab/hold-accept", test_hold_accept);
  ADD ("/lab/stop/with-queue", test_stop_with_queue);
  ADD ("/lab/stop/anywhere", test_stop_anywhere);
  for (guint i = 0; i < G_N_ELEMENTS (ENDINGS); i++)
    g_test_add (ENDINGS[i].name, Fixture, &ENDINGS[i], set_up, test_ending, tear_down);
  g_test_add ("/lab/end/client-shuts-down", Fixture, GINT_TO_POINTER (SV_SIDE_CLIENT), set_up, test_shut_down,
              tear_down);
  g_test_add ("/lab/end/server-shuts-down", Fixture, GINT_TO_POINTER (SV_SIDE_SERVER), set_up, test_shut_down,
              tear_down);
  ADD ("/lab/foreign/accepted", test_foreign);
  ADD ("/lab/foreign/name", test_foreign_name);
  ADD ("/lab/foreign/waits", test_foreign_waits);
  ADD ("/lab/foreign/again", test_foreign_again);
  for (guint i = 0; i < G_N_ELEMENTS (RUDE); i++)
    g_test_add (RUDE[i].name, Fixture, &RUDE[i], set_up, test_rude, tear_down);
  ADD ("/lab/flood/echoed", test_flood);
  ADD ("/lab/flood/bounded", test_flood_is_bounded);
  ADD ("/lab/flood/greedy", test_greedy);
  ADD ("/lab/descriptors/subprocess/spawn", test_descriptors_subprocess);
  ADD ("/lab/descriptors/subprocess/accept", test_emfile_subprocess);
  g_test_add_data_func ("/lab/descriptors/spawn", "/lab/descriptors/subprocess/spawn", test_in_subprocess);
  g_test_add_data_func ("/lab/descriptors/accept", "/lab/descriptors/subprocess/accept", test_in_subprocess);
  ADD ("/monitor/snapshots", test_monitor);
  ADD ("/monitor/dropped", test_monitor_dropped);
  return g_test_run ();
}
