/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-recording.h"

#include <netinet/in.h>
#include <string.h>

static SvEndpoint
endpoint (const char *text)
{
  SvEndpoint found = { 0 };

  g_assert_true (sv_endpoint_parse (text, 0, &found, NULL));
  return found;
}

static SvFact *
note (SvRecording *recording, gint64 time)
{
  return sv_recording_append (recording, sv_fact_new_note (time, SV_MACHINE_THIS, "at %d", (int) time));
}

static void
test_order (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (100);
  static const gint64 TIMES[] = { 10, 20, 20, 15, 30 }; /* 15 comes late: it counts as 20 */

  g_assert_null (sv_recording_get (recording, 0));
  g_assert_cmpint (sv_recording_find_time (recording, 5), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (TIMES); i++)
    {
      SvFact *fact = note (recording, TIMES[i]);

      g_assert_cmpint (fact->serial, ==, i);
      g_assert_true (sv_recording_get (recording, i) == fact);
    }
  g_assert_cmpint (sv_recording_get (recording, 3)->time, ==, 20);
  g_assert_cmpint (sv_recording_find_time (recording, 9), ==, 0);
  g_assert_cmpint (sv_recording_find_time (recording, 10), ==, 1);
  g_assert_cmpint (sv_recording_find_time (recording, 19), ==, 1);
  g_assert_cmpint (sv_recording_find_time (recording, 20), ==, 4);
  g_assert_cmpint (sv_recording_find_time (recording, 99), ==, 5);
  g_assert_null (sv_recording_get (recording, 5));
}

static void
count_cb (SvRecording *recording, SvFact *fact, guint *count)
{
  g_assert_true (sv_recording_get (recording, fact->serial) == fact);
  (*count)++;
}

/* Full: the oldest go, one note says so, the newest are all there. */
static void
test_overflow (void)
{
  static const guint CAPACITIES[] = { 1, 2, 3, 7, 64 };

  for (guint c = 0; c < G_N_ELEMENTS (CAPACITIES); c++)
    {
      guint capacity = CAPACITIES[c], notices = 0, count = 0;
      g_autoptr (SvRecording) recording = sv_recording_new (capacity);

      g_signal_connect (recording, "appended", G_CALLBACK (count_cb), &count);
      for (guint i = 0; i < 3 * capacity; i++)
        {
          SvFact *fact = note (recording, i);
          guint64 first = sv_recording_get_first (recording), end = sv_recording_get_end (recording);

          g_assert_cmpint (end - first, <=, capacity);
          g_assert_cmpint (fact->serial, ==, end - 1);
          g_assert_null (first > 0 ? sv_recording_get (recording, first - 1) : NULL);
          for (guint64 serial = first; serial < end; serial++)
            g_assert_cmpint (sv_recording_get (recording, serial)->serial, ==, serial);
          if (fact->serial > 0 && sv_recording_get (recording, fact->serial - 1) != NULL)
            notices += strstr (sv_recording_get (recording, fact->serial - 1)->note, "is full") != NULL;
        }
      g_assert_cmpint (count, ==, 3 * capacity + 1);
      if (capacity > 1)
        g_assert_cmpint (notices, ==, 1);
    }
}

static SvRowChange
change (SvRowEvent event, guint64 key, SvTcpState state, const char *local, const char *foreign)
{
  SvRowChange self = { .event = event };
  SvSocketRow row = { .key = key, .cookie = key, .protocol = IPPROTO_TCP, .state = (guint8) state };

  row.local = endpoint (local);
  row.foreign = endpoint (foreign);
  row.family = (guint8) row.local.family;
  self.before = self.after = row;
  return self;
}

static SvFact *
append_row (SvRecording *recording, SvRowEvent event, guint64 key, SvTcpState state, const char *local,
            const char *foreign)
{
  SvRowChange it = change (event, key, state, local, foreign);

  return sv_recording_append (recording, sv_fact_new_row (0, SV_MACHINE_THIS, &it));
}

static guint
connect_both (SvRecording *recording, const char *actor, const char *client, const char *server)
{
  guint id = sv_recording_add_connection (recording, actor, FALSE);
  SvEndpoint c = endpoint (client), s = endpoint (server);

  sv_recording_name_connection (recording, id, &c, &s);
  return id;
}

static void
test_lookup (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (1000);
  guint a = connect_both (recording, "client 1", "127.0.0.1:40000", "127.0.0.1:9999");
  guint b = connect_both (recording, "nc (77)", "127.0.0.1:40002", "[::ffff:127.0.0.1]:9999");
  static const struct { const char *local; const char *foreign; guint index; SvSide side; } CASES[] = {
    { "127.0.0.1:40000", "127.0.0.1:9999", 1, SV_SIDE_CLIENT },
    { "127.0.0.1:9999", "127.0.0.1:40000", 1, SV_SIDE_SERVER },
    { "[::ffff:127.0.0.1]:9999", "[::ffff:127.0.0.1]:40000", 1, SV_SIDE_SERVER },
    { "127.0.0.1:40002", "127.0.0.1:9999", 2, SV_SIDE_CLIENT },
    { "[::ffff:127.0.0.1]:9999", "[::ffff:127.0.0.1]:40002", 2, SV_SIDE_SERVER },
    { "127.0.0.1:40001", "127.0.0.1:9999", 0, SV_SIDE_CLIENT },
    { "127.0.0.2:40000", "127.0.0.1:9999", 0, SV_SIDE_CLIENT },
    { "::1:40000", "::1:9999", 0, SV_SIDE_CLIENT },
  };

  g_assert_cmpint (a, ==, 1);
  g_assert_cmpint (b, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SvRowChange it = change (SV_ROW_ADDED, i + 1, SV_TCP_ESTABLISHED, CASES[i].local, CASES[i].foreign);
      SvSide side = SV_SIDE_CLIENT;

      g_assert_cmpint (sv_recording_find_connection (recording, &it.after, &side), ==, CASES[i].index);
      if (CASES[i].index != 0)
        g_assert_cmpint (side, ==, CASES[i].side);
      it.after.protocol = IPPROTO_UDP;
      g_assert_cmpint (sv_recording_find_connection (recording, &it.after, &side), ==, 0);
    }

  SvFact *row = append_row (recording, SV_ROW_ADDED, 100, SV_TCP_ESTABLISHED, "127.0.0.1:40002", "127.0.0.1:9999");
  g_assert_cmpint (row->connection, ==, b);
  g_assert_cmpstr (row->actor, ==, "nc (77)");
  row = append_row (recording, SV_ROW_ADDED, 101, SV_TCP_ESTABLISHED, "[::ffff:127.0.0.1]:9999",
                    "[::ffff:127.0.0.1]:40002");
  g_assert_cmpint (row->connection, ==, b);
  g_assert_cmpstr (row->actor, ==, "server");
  g_assert_cmpint (sv_recording_get_connection_facts (recording, a)->len, ==, 0);
  g_assert_cmpint (sv_recording_get_connection_facts (recording, b)->len, ==, 2);
}

/* The server's machine has other names for the same two ends. */
static void
test_alias (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (1000);
  guint id = connect_both (recording, "client 1", "172.16.17.74:40000", "13.51.197.134:9999");
  SvEndpoint client = endpoint ("212.50.96.83:40000"), server = endpoint ("172.31.46.24:9999"), own, peer;
  const SvConnection *connection = sv_recording_get_connection (recording, id);
  static const struct { const char *local; const char *foreign; guint id; SvSide side; } CASES[] = {
    { "172.16.17.74:40000", "13.51.197.134:9999", 1, SV_SIDE_CLIENT },
    { "172.31.46.24:9999", "212.50.96.83:40000", 1, SV_SIDE_SERVER },
    { "[::ffff:172.31.46.24]:9999", "[::ffff:212.50.96.83]:40000", 1, SV_SIDE_SERVER },
    { "172.31.46.24:9999", "172.16.17.74:40000", 0, SV_SIDE_SERVER },
  };

  sv_connection_get_ends (connection, SV_SIDE_SERVER, &own, &peer);
  g_assert_true (sv_endpoint_equal (&own, &connection->server));
  g_assert_true (sv_endpoint_equal (&peer, &connection->client));
  sv_recording_alias_connection (recording, id, &client, &server);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SvRowChange it = change (SV_ROW_ADDED, i + 1, SV_TCP_ESTABLISHED, CASES[i].local, CASES[i].foreign);
      SvSide side = SV_SIDE_CLIENT;

      g_assert_cmpint (sv_recording_find_connection (recording, &it.after, &side), ==, CASES[i].id);
      if (CASES[i].id != 0)
        g_assert_cmpint (side, ==, CASES[i].side);
    }
  sv_connection_get_ends (connection, SV_SIDE_CLIENT, &own, &peer);
  g_assert_true (sv_endpoint_equal (&own, &connection->client));
  g_assert_true (sv_endpoint_equal (&peer, &connection->server));
  sv_connection_get_ends (connection, SV_SIDE_SERVER, &own, &peer);
  g_assert_true (sv_endpoint_equal (&own, &server));
  g_assert_true (sv_endpoint_equal (&peer, &client));
}

/* connect() may take a port whose last connection is still in TIME_WAIT: each
 * connection keeps its own rows. */
static void
test_reuse (void)
{
  static const char CLIENT[] = "127.0.0.1:40000", SERVER[] = "127.0.0.1:9999";
  g_autoptr (SvRecording) recording = sv_recording_new (1000);
  guint old = connect_both (recording, "client 1", CLIENT, SERVER), young;

  g_assert_cmpint (append_row (recording, SV_ROW_ADDED, 1, SV_TCP_ESTABLISHED, CLIENT, SERVER)->connection, ==, old);
  g_assert_cmpint (append_row (recording, SV_ROW_CHANGED, 1, SV_TCP_TIME_WAIT, CLIENT, SERVER)->connection, ==, old);
  young = connect_both (recording, "client 2", CLIENT, SERVER);
  g_assert_cmpint (append_row (recording, SV_ROW_REMOVED, 1, SV_TCP_TIME_WAIT, CLIENT, SERVER)->connection, ==, old);
  g_assert_cmpint (append_row (recording, SV_ROW_ADDED, 2, SV_TCP_SYN_SENT, CLIENT, SERVER)->connection, ==, young);
  g_assert_cmpint (append_row (recording, SV_ROW_CHANGED, 2, SV_TCP_ESTABLISHED, CLIENT, SERVER)->connection, ==,
                   young);
  g_assert_cmpint (append_row (recording, SV_ROW_REMOVED, 2, SV_TCP_ESTABLISHED, CLIENT, SERVER)->connection, ==,
                   young);
  g_assert_cmpint (sv_recording_get_connection_facts (recording, old)->len, ==, 3);
  g_assert_cmpint (sv_recording_get_connection_facts (recording, young)->len, ==, 3);
}

static SvFact *
append_call (SvRecording *recording, guint connection, const char *name, int fd, gint64 result)
{
  SvFact *fact = sv_fact_new_call (0, SV_MACHINE_THIS, SV_SIDE_CLIENT, "client", name, fd);

  fact->call.result = result;
  fact->connection = connection;
  return sv_recording_append (recording, fact);
}

/* Connections without end: those that are over go, those that live stay. */
static void
test_bounded (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (400);
  guint idle = connect_both (recording, "idle", "127.0.0.1:50000", "127.0.0.1:9999");
  guint listed = connect_both (recording, "listed", "127.0.0.1:50002", "127.0.0.1:9999");
  guint gone = connect_both (recording, "gone", "127.0.0.1:50004", "127.0.0.1:9999");

  append_call (recording, idle, "socket", -1, 5);
  append_row (recording, SV_ROW_ADDED, 1, SV_TCP_ESTABLISHED, "127.0.0.1:50002", "127.0.0.1:9999");
  append_call (recording, gone, "socket", -1, 6);
  append_call (recording, gone, "close", 6, 0);
  for (guint i = 0; i < 2000; i++)
    {
      guint id = sv_recording_add_connection (recording, "client", FALSE);

      append_call (recording, id, "socket", -1, 7);
      append_call (recording, id, "close", 7, 0);
      append_call (recording, 0, "listen", 3, 0);
    }

  g_assert_cmpstr (sv_recording_get_connection (recording, idle)->actor, ==, "idle");
  g_assert_cmpstr (sv_recording_get_connection (recording, listed)->actor, ==, "listed");
  g_assert_cmpint (sv_recording_get_connection (recording, gone)->opened, ==, G_MAXUINT64);
  g_assert_cmpint (sv_recording_get_connection (recording, gone)->client.family, ==, 0);
  g_assert_cmpint (sv_recording_get_connection_facts (recording, gone)->len, ==, 0);
  g_assert_cmpint (sv_recording_get_shared_facts (recording)->len, <=, 800);
  g_assert_cmpint (sv_recording_get_n_connections (recording), ==, 2003);
  sv_recording_set_actor (recording, gone, "late");
  g_assert_cmpstr (sv_recording_get_connection (recording, gone)->actor, ==, "");

  guint forgotten = 0;
  for (guint id = 1; id <= 2003; id++)
    forgotten += sv_recording_get_connection (recording, id)->opened == G_MAXUINT64;
  g_assert_cmpint (forgotten, >, 1700);

  /* What still goes on is still recognised. */
  g_assert_cmpint (append_row (recording, SV_ROW_REMOVED, 1, SV_TCP_ESTABLISHED, "127.0.0.1:50002",
                               "127.0.0.1:9999")->connection, ==, listed);
  g_assert_cmpint (append_row (recording, SV_ROW_ADDED, 2, SV_TCP_ESTABLISHED, "127.0.0.1:50000",
                               "127.0.0.1:9999")->connection, ==, idle);
  g_assert_cmpint (append_row (recording, SV_ROW_ADDED, 3, SV_TCP_ESTABLISHED, "127.0.0.1:50004",
                               "127.0.0.1:9999")->connection, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording/order", test_order);
  g_test_add_func ("/recording/overflow", test_overflow);
  g_test_add_func ("/recording/lookup", test_lookup);
  g_test_add_func ("/recording/alias", test_alias);
  g_test_add_func ("/recording/reuse", test_reuse);
  g_test_add_func ("/recording/bounded", test_bounded);
  return g_test_run ();
}
