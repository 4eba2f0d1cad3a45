/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-machines-plan.h"
#include "story.h"

#include <netinet/in.h>

static SvMachinesPlan *
plan_at (Story *story, guint64 serial)
{
  g_autoptr (SvMoment) moment = sv_moment_new (story->recording);

  sv_moment_seek (moment, serial);
  return sv_machines_plan_new (moment);
}

static SvMachinesPlan *
plan_now (Story *story)
{
  return plan_at (story, G_MAXUINT64);
}

static void
assert_counts (SvMachinesPlan *plan, guint clients, guint accepted, guint waiting, guint handshaking)
{
  g_assert_cmpuint (plan->clients->len, ==, clients);
  g_assert_cmpuint (plan->accepted->len, ==, accepted);
  g_assert_cmpuint (plan->waiting->len, ==, waiting);
  g_assert_cmpuint (plan->handshaking->len, ==, handshaking);
}

static void
test_nothing (void)
{
  Story story;

  story_init (&story);
  g_autoptr (SvMachinesPlan) plan = plan_now (&story);
  g_assert_false (plan->has_listener);
  assert_counts (plan, 0, 0, 0, 0);
  g_assert_null (sv_machines_plan_find (plan, 1, SV_SIDE_CLIENT));
  g_assert_null (sv_machines_plan_find (plan, 0, SV_SIDE_SERVER));
  story_clear (&story);
}

static void
test_life (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  {
    g_autoptr (SvMachinesPlan) plan = plan_now (&story);
    g_assert_true (plan->has_listener);
    g_assert_cmpint (plan->listener.fd, ==, 11);
    g_assert_cmpint (plan->listener.state, ==, SV_TCP_LISTEN);
    g_assert_cmpuint (plan->listener.local.port, ==, 9999);
    g_assert_cmpuint (plan->backlog, ==, 5);
  }
  guint id = story_connect (&story);
  {
    g_autoptr (SvMachinesPlan) plan = plan_now (&story);
    assert_counts (plan, 1, 0, 1, 0);
    g_assert_cmpuint (plan->accept_queue, ==, 1);
    const SvPlanSocket *client = sv_machines_plan_find (plan, id, SV_SIDE_CLIENT);
    const SvPlanSocket *server = sv_machines_plan_find (plan, id, SV_SIDE_SERVER);
    g_assert_cmpstr (client->actor, ==, "client 1");
    g_assert_cmpint (client->fd, ==, story_fd (&story, id, SV_SIDE_CLIENT));
    g_assert_cmpuint (client->local.port, ==, 43208);
    g_assert_cmpint (client->state, ==, SV_TCP_ESTABLISHED);
    g_assert_cmpint (server->fd, ==, -1);
    g_assert_cmpuint (server->inode, ==, 0);
  }
  story_accept (&story, id);
  {
    g_autoptr (SvMachinesPlan) plan = plan_now (&story);
    assert_counts (plan, 1, 1, 0, 0);
    g_assert_cmpint (sv_machines_plan_find (plan, id, SV_SIDE_SERVER)->fd, ==, story_fd (&story, id, SV_SIDE_SERVER));
  }
  story_close (&story, id, SV_SIDE_CLIENT);
  {
    /* The client's process has closed it; the kernel keeps it for a minute. */
    g_autoptr (SvMachinesPlan) plan = plan_now (&story);
    assert_counts (plan, 1, 0, 0, 0);
    const SvPlanSocket *client = sv_machines_plan_find (plan, id, SV_SIDE_CLIENT);
    g_assert_cmpint (client->fd, ==, -1);
    g_assert_cmpint (client->state, ==, SV_TCP_TIME_WAIT);
    g_assert_cmpuint (client->timer_ms, ==, 60000);
  }
  story_row (&story, id, SV_SIDE_CLIENT, SV_TCP_NONE, 0);
  {
    g_autoptr (SvMachinesPlan) plan = plan_now (&story);
    assert_counts (plan, 0, 0, 0, 0);
  }
  story_clear (&story);
}

/* Going back: each moment shows only what there was. */
static void
test_past (void)
{
  Story story;
  guint last_clients = 0;

  story_init (&story);
  story_listen (&story);
  guint64 before = sv_recording_get_end (story.recording);
  story_connect (&story);
  for (guint64 serial = before; serial <= sv_recording_get_end (story.recording); serial++)
    {
      g_autoptr (SvMachinesPlan) plan = plan_at (&story, serial);
      const SvPlanSocket *client = sv_machines_plan_find (plan, 1, SV_SIDE_CLIENT);

      g_assert_cmpuint (plan->clients->len, >=, last_clients);
      last_clients = plan->clients->len;
      g_assert_cmpint (client != NULL, ==, serial > before);
      if (client != NULL && serial == before + 1)
        g_assert_cmpuint (client->local.port, ==, 0);
      if (client != NULL && serial > before + 1)
        g_assert_cmpuint (client->local.port, ==, 43208);
    }
  g_autoptr (SvMachinesPlan) empty = plan_at (&story, 0);
  g_assert_false (empty->has_listener);
  story_clear (&story);
}

static void
test_foreign (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint near = story_foreign (&story, TRUE);
  guint far = story_foreign (&story, FALSE);
  g_autoptr (SvMachinesPlan) plan = plan_now (&story);
  assert_counts (plan, 2, 2, 0, 0);
  const SvPlanSocket *client = sv_machines_plan_find (plan, near, SV_SIDE_CLIENT);
  g_assert_true (client->foreign);
  g_assert_cmpstr (client->actor, ==, "nc (5123)");
  g_assert_cmpint (client->fd, ==, -1);
  g_assert_cmpint (client->state, ==, SV_TCP_ESTABLISHED);
  /* Another computer's client has no row here, but it has an end. */
  client = sv_machines_plan_find (plan, far, SV_SIDE_CLIENT);
  g_assert_cmpint (client->state, ==, SV_TCP_NONE);
  g_assert_cmpuint (client->row_key, ==, 0);
  g_assert_cmpuint (client->local.port, ==, 43210);
  g_assert_false (sv_machines_plan_find (plan, far, SV_SIDE_SERVER)->foreign);
  story_clear (&story);
}

static void
add_stranger (Story *story, guint16 port, SvTcpState state)
{
  SvRowChange change = { .event = SV_ROW_ADDED };

  change.after = (SvSocketRow){ .key = 5000u + port, .cookie = 5000u + port, .family = AF_INET,
                                .protocol = IPPROTO_TCP, .state = state };
  change.after.local = sv_endpoint_loopback (AF_INET, story->port);
  change.after.foreign = sv_endpoint_loopback (AF_INET, port);
  sv_recording_append (story->recording, sv_fact_new_row (story->now, SV_MACHINE_THIS, &change));
}

/* Queues are full of clients that nobody has met yet. */
static void
test_queues (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  add_stranger (&story, 50001, SV_TCP_ESTABLISHED);
  add_stranger (&story, 50000, SV_TCP_CLOSE_WAIT);
  add_stranger (&story, 50002, SV_TCP_NEW_SYN_RECV);
  add_stranger (&story, 50003, SV_TCP_SYN_RECV);
  add_stranger (&story, 50004, SV_TCP_TIME_WAIT);
  story.port = 8888; /* somebody else's server */
  add_stranger (&story, 50005, SV_TCP_ESTABLISHED);
  story.port = 9999;
  guint id = story_connect (&story);
  g_autoptr (SvMachinesPlan) plan = plan_now (&story);
  assert_counts (plan, 1, 0, 3, 2);
  g_assert_nonnull (sv_machines_plan_find (plan, id, SV_SIDE_SERVER));
  g_assert_cmpuint (g_array_index (plan->waiting, SvPlanSocket, 1).peer.port, ==, 50000);
  g_assert_cmpuint (g_array_index (plan->waiting, SvPlanSocket, 2).peer.port, ==, 50001);
  story_clear (&story);
}

/* A four-tuple used again: each moment has its own connection. */
static void
test_port_used_again (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint old = story_connect (&story);
  guint64 then = sv_recording_get_end (story.recording);
  story_accept (&story, old);
  story_close (&story, old, SV_SIDE_SERVER);
  story_row (&story, old, SV_SIDE_SERVER, SV_TCP_NONE, 0);
  story.next_client_port = 43208;
  guint new = story_connect (&story);
  g_autoptr (SvMachinesPlan) now = plan_now (&story);
  g_assert_cmpint (sv_machines_plan_find (now, new, SV_SIDE_CLIENT)->state, ==, SV_TCP_ESTABLISHED);
  g_assert_null (sv_machines_plan_find (now, old, SV_SIDE_CLIENT));
  g_autoptr (SvMachinesPlan) past = plan_at (&story, then);
  g_assert_cmpint (sv_machines_plan_find (past, old, SV_SIDE_CLIENT)->state, ==, SV_TCP_ESTABLISHED);
  g_assert_null (sv_machines_plan_find (past, new, SV_SIDE_CLIENT));
  story_clear (&story);
}

static char *
describe_ends (const SvPlanSocket *socket)
{
  g_autofree char *local = sv_endpoint_to_string (&socket->local);
  g_autofree char *peer = sv_endpoint_to_string (&socket->peer);

  return g_strdup_printf ("%s %s %s", sv_machine_id_to_string (socket->machine), local, peer);
}

static void
assert_ends (const SvPlanSocket *socket, const char *wanted)
{
  g_autofree char *ends = NULL;

  g_assert_nonnull (socket);
  ends = describe_ends (socket);
  g_assert_cmpstr (ends, ==, wanted);
}

/* Each end as its own machine has it; with routers between, the accepted socket's
 * peer is none of the client's addresses. */
static void
test_two_machines (gconstpointer data)
{
  gboolean nat = GPOINTER_TO_INT (data);
  Story story;

  story_init_two (&story, nat);
  story_listen (&story);
  guint waiting = story_connect (&story), accepted = story_connect (&story);
  story_accept (&story, accepted);
  guint foreign = story_foreign (&story, TRUE), early = story_connect_unanswered (&story);
  g_autoptr (SvMachinesPlan) plan = plan_now (&story);
  assert_counts (plan, 4, 2, 1, 0);
  g_assert_cmpint (plan->listener.machine, ==, SV_MACHINE_SERVER);
  g_assert_cmpint (plan->listener.state, ==, SV_TCP_LISTEN);
  g_assert_cmpuint (plan->listeners->len, ==, 0);
  assert_ends (sv_machines_plan_find (plan, accepted, SV_SIDE_CLIENT),
               "client 172.16.17.74:43210 13.51.197.134:9999");
  assert_ends (sv_machines_plan_find (plan, accepted, SV_SIDE_SERVER),
               nat ? "server 172.31.46.24:9999 212.50.96.83:43210" : "server 13.51.197.134:9999 172.16.17.74:43210");
  assert_ends (sv_machines_plan_find (plan, waiting, SV_SIDE_SERVER),
               nat ? "server 172.31.46.24:9999 212.50.96.83:43208" : "server 13.51.197.134:9999 172.16.17.74:43208");
  assert_ends (sv_machines_plan_find (plan, foreign, SV_SIDE_CLIENT), "client 172.16.17.74:43212 13.51.197.134:9999");
  g_assert_true (sv_machines_plan_find (plan, foreign, SV_SIDE_CLIENT)->foreign);
  g_assert_false (sv_machines_plan_find (plan, foreign, SV_SIDE_SERVER)->foreign);
  g_assert_cmpint (sv_machines_plan_find (plan, early, SV_SIDE_CLIENT)->state, ==, SV_TCP_SYN_SENT);
  g_assert_null (sv_machines_plan_find (plan, early, SV_SIDE_SERVER));
  /* Closed on the client's machine first: its row is there, the server's is gone. */
  story_close (&story, accepted, SV_SIDE_CLIENT);
  g_autoptr (SvMachinesPlan) closed = plan_now (&story);
  g_assert_cmpint (sv_machines_plan_find (closed, accepted, SV_SIDE_CLIENT)->state, ==, SV_TCP_TIME_WAIT);
  g_assert_null (sv_machines_plan_find (closed, accepted, SV_SIDE_SERVER));
  story_clear (&story);
}

static void
add_row (Story *story, SvMachineId machine, const char *local, const char *foreign, SvTcpState state, guint inode)
{
  static guint64 cookie = 70000;
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (SvRowChange));
  SvSocketRow row = { .cookie = ++cookie, .family = AF_INET, .protocol = IPPROTO_TCP, .state = state, .inode = inode };

  g_assert_true (sv_endpoint_parse (local, 0, &row.local, NULL));
  g_assert_true (sv_endpoint_parse (foreign, 0, &row.foreign, NULL));
  row.seen_at = story->now;
  sv_row_table_diff_one (sv_recording_get_table (story->recording, machine), &row, &row, changes);
  for (guint i = 0; i < changes->len; i++)
    sv_recording_append (story->recording,
                         sv_fact_new_row (story->now, machine, &g_array_index (changes, SvRowChange, i)));
}

/* The learner runs "nc -l" on the server machine, and a client of ours comes. */
static void
test_foreign_server (void)
{
  Story story;

  story_init_two (&story, FALSE);
  story.port = 7777;
  add_row (&story, SV_MACHINE_SERVER, "0.0.0.0:8080", "0.0.0.0:*", SV_TCP_LISTEN, 41);
  add_row (&story, SV_MACHINE_SERVER, "0.0.0.0:7777", "0.0.0.0:*", SV_TCP_LISTEN, 42);
  add_row (&story, SV_MACHINE_CLIENT, "0.0.0.0:7777", "0.0.0.0:*", SV_TCP_LISTEN, 43);
  guint id = sv_recording_add_connection (story.recording, "client 1", FALSE);
  SvEndpoint client, server;
  g_assert_true (sv_endpoint_parse ("172.16.17.74:40000", 0, &client, NULL));
  g_assert_true (sv_endpoint_parse ("13.51.197.134:7777", 0, &server, NULL));
  story_call (&story, SV_SIDE_CLIENT, id, "socket", -1, "AF_INET, SOCK_STREAM, IPPROTO_TCP", 21, 0);
  sv_recording_name_connection (story.recording, id, &client, &server);
  story_call (&story, SV_SIDE_CLIENT, id, "connect", 21, "13.51.197.134:7777", 0, 0);
  add_row (&story, SV_MACHINE_CLIENT, "172.16.17.74:40000", "13.51.197.134:7777", SV_TCP_ESTABLISHED, 44);
  add_row (&story, SV_MACHINE_SERVER, "13.51.197.134:7777", "172.16.17.74:40000", SV_TCP_ESTABLISHED, 0);
  for (guint inode = 0; inode < 2; inode++)
    {
      g_autoptr (SvMachinesPlan) plan = plan_now (&story);
      const SvPlanSocket *end = sv_machines_plan_find (plan, id, SV_SIDE_SERVER);

      /* Not in our queue: we have no server. */
      assert_counts (plan, 1, 1, 0, 0);
      g_assert_false (plan->has_listener);
      g_assert_true (end->foreign);
      g_assert_cmpuint (end->inode, ==, inode * 45);
      g_assert_false (sv_machines_plan_find (plan, id, SV_SIDE_CLIENT)->foreign);
      g_assert_cmpuint (plan->listeners->len, ==, 2);
      g_assert_cmpuint (g_array_index (plan->listeners, SvPlanSocket, 0).local.port, ==, 7777);
      g_assert_cmpuint (g_array_index (plan->listeners, SvPlanSocket, 1).local.port, ==, 8080);
      add_row (&story, SV_MACHINE_SERVER, "13.51.197.134:7777", "172.16.17.74:40000", SV_TCP_ESTABLISHED, 45);
    }
  story_clear (&story);
}

/* Each machine has a loopback, and may have somebody on our port. */
static void
test_loopback_of_another_machine (void)
{
  Story story;

  story_init_two (&story, FALSE);
  story_listen (&story);
  add_row (&story, SV_MACHINE_CLIENT, "0.0.0.0:9999", "0.0.0.0:*", SV_TCP_LISTEN, 50);
  add_row (&story, SV_MACHINE_CLIENT, "127.0.0.1:9999", "127.0.0.1:40000", SV_TCP_ESTABLISHED, 0);
  {
    g_autoptr (SvMachinesPlan) plan = plan_now (&story);
    assert_counts (plan, 0, 0, 0, 0);
    g_assert_cmpuint (plan->listener.inode, ==, 500);
    g_assert_cmpuint (plan->listeners->len, ==, 0);
  }
  /* nc on the server machine; the client machine's row has the same four-tuple. */
  guint id = sv_recording_add_connection (story.recording, "nc (5123)", TRUE);
  SvEndpoint client = sv_endpoint_loopback (AF_INET, 40000), server = sv_endpoint_loopback (AF_INET, 9999);
  sv_recording_name_connection (story.recording, id, &client, &server);
  add_row (&story, SV_MACHINE_SERVER, "127.0.0.1:9999", "127.0.0.1:40000", SV_TCP_SYN_RECV, 0);
  add_row (&story, SV_MACHINE_SERVER, "127.0.0.1:40000", "127.0.0.1:9999", SV_TCP_ESTABLISHED, 61);
  g_autoptr (SvMachinesPlan) plan = plan_now (&story);
  assert_counts (plan, 1, 0, 0, 1);
  assert_ends (sv_machines_plan_find (plan, id, SV_SIDE_CLIENT), "server 127.0.0.1:40000 127.0.0.1:9999");
  g_assert_cmpint (sv_machines_plan_find (plan, id, SV_SIDE_SERVER)->state, ==, SV_TCP_SYN_RECV);
  story_clear (&story);
}

static guint
get_waiting (SvMachinesPlan *plan, guint index)
{
  return g_array_index (plan->waiting, SvPlanSocket, index).connection;
}

/* Whose SYN was dropped stands where it came, not where its number is. */
static void
test_queue_order (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint first = story_connect (&story), late = story_connect_unanswered (&story), third = story_connect (&story);
  story_wait (&story, 1);
  story_row (&story, late, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 0);
  guint64 then = sv_recording_get_end (story.recording);
  story_wait (&story, 1);
  guint fourth = story_connect (&story);
  /* Data comes: another fact about it, not another place. */
  story_row (&story, first, SV_SIDE_SERVER, SV_TCP_CLOSE_WAIT, 0);
  g_autoptr (SvMachinesPlan) plan = plan_now (&story);
  assert_counts (plan, 4, 0, 4, 0);
  g_assert_true (plan->order_known);
  const guint wanted[] = { first, third, late, fourth };
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_assert_cmpuint (get_waiting (plan, i), ==, wanted[i]);
      g_assert_cmpuint (sv_machines_plan_find (plan, wanted[i], SV_SIDE_SERVER)->connection, ==, wanted[i]);
    }
  g_autoptr (SvMachinesPlan) past = plan_at (&story, then);
  assert_counts (past, 3, 0, 3, 0);
  g_assert_cmpuint (get_waiting (past, 2), ==, late);
  /* Two that one look found. */
  guint x = story_connect_unanswered (&story), y = story_connect_unanswered (&story);
  story_row (&story, y, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 0);
  story_row (&story, x, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 0);
  g_autoptr (SvMachinesPlan) unknown = plan_now (&story);
  g_assert_false (unknown->order_known);
  story_clear (&story);
}

static void
test_ten_thousand (void)
{
  Story story;
  const guint n = 10000;

  story_init (&story);
  story_listen (&story);
  for (guint i = 0; i < n; i++)
    story_accept (&story, story_connect (&story));
  g_autoptr (SvMoment) moment = sv_moment_new (story.recording);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (SvMachinesPlan) plan = sv_machines_plan_new (moment);
  g_test_message ("a plan of %u connections took %" G_GINT64_FORMAT " µs", n, g_get_monotonic_time () - start);
  assert_counts (plan, n, n, 0, 0);
  g_assert_cmpuint (sv_machines_plan_find (plan, 7777, SV_SIDE_SERVER)->connection, ==, 7777);
  story_clear (&story);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/nothing", test_nothing);
  g_test_add_func ("/plan/life", test_life);
  g_test_add_func ("/plan/past", test_past);
  g_test_add_func ("/plan/foreign", test_foreign);
  g_test_add_func ("/plan/queues", test_queues);
  g_test_add_func ("/plan/port-used-again", test_port_used_again);
  g_test_add_data_func ("/plan/two-machines/plain", GINT_TO_POINTER (FALSE), test_two_machines);
  g_test_add_data_func ("/plan/two-machines/nat", GINT_TO_POINTER (TRUE), test_two_machines);
  g_test_add_func ("/plan/two-machines/foreign-server", test_foreign_server);
  g_test_add_func ("/plan/two-machines/loopback", test_loopback_of_another_machine);
  g_test_add_func ("/plan/queue-order", test_queue_order);
  g_test_add_func ("/plan/ten-thousand", test_ten_thousand);
  return g_test_run ();
}
