/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-explain-port.h"

#include <netinet/in.h>
#include <string.h>

typedef struct
{
  const char *local;
  const char *foreign;
  guint8 protocol;
  SvTcpState state;
  guint32 inode;
} Row;

static SvRowTable *
make_table (const Row *rows, guint n)
{
  SvRowTable *table = sv_row_table_new ();

  for (guint i = 0; i < n; i++)
    {
      SvRowChange change = { .event = SV_ROW_ADDED };

      change.after = (SvSocketRow){ .key = i + 1, .cookie = i + 1, .family = AF_INET, .protocol = rows[i].protocol,
                                    .state = (guint8) rows[i].state, .inode = rows[i].inode };
      g_assert_true (sv_endpoint_parse (rows[i].local, 0, &change.after.local, NULL));
      g_assert_true (sv_endpoint_parse (rows[i].foreign, 0, &change.after.foreign, NULL));
      sv_row_table_apply (table, &change);
    }
  return table;
}

static gboolean
get_owner (SvMachineId machine, guint32 inode, SvOwner *owner, gpointer data)
{
  *owner = (SvOwner){ 4711, "nc" };
  return inode == 42;
}

/* Why a port is taken, by whom, and that it is free. */
static void
test_use (void)
{
  static const Row ROWS[] = {
    { "127.0.0.1:8080", "0.0.0.0:*", IPPROTO_TCP, SV_TCP_LISTEN, 42 },
    { "127.0.0.1:8080", "127.0.0.1:50000", IPPROTO_TCP, SV_TCP_ESTABLISHED, 43 },
    { "0.0.0.0:22", "0.0.0.0:*", IPPROTO_TCP, SV_TCP_LISTEN, 44 },
    { "127.0.0.1:50000", "127.0.0.1:8080", IPPROTO_TCP, SV_TCP_ESTABLISHED, 42 },
    { "127.0.0.1:50002", "127.0.0.1:8080", IPPROTO_TCP, SV_TCP_ESTABLISHED, 45 },
    { "127.0.0.1:50004", "127.0.0.1:8080", IPPROTO_TCP, SV_TCP_TIME_WAIT, 0 },
    { "0.0.0.0:323", "0.0.0.0:*", IPPROTO_UDP, SV_TCP_CLOSE, 42 },
    { "0.0.0.0:324", "0.0.0.0:*", IPPROTO_UDP, SV_TCP_CLOSE, 46 },
  };
  static const struct { guint16 port; gboolean is_free; const char *sentence; } CASES[] = {
    { 8080, FALSE, "Taken: “nc” (process 4711) listens on 127.0.0.1:8080 (TCP)." },
    { 22, FALSE, "Taken: a process that is not visible here listens on 0.0.0.0:22 (TCP)." },
    { 50000, FALSE, "Nobody listens there, but “nc” (process 4711) has a connection from 127.0.0.1:50000." },
    { 50002, FALSE, "Nobody listens there, but a process that is not visible here has a connection from "
                    "127.0.0.1:50002." },
    { 50004, FALSE, "Nobody listens there and no process holds it, but the kernel still has a connection from "
                    "127.0.0.1:50004 (TIME_WAIT)." },
    { 323, FALSE, "Taken for UDP: “nc” (process 4711) has bound 0.0.0.0:323. TCP has ports of its own: there it is "
                  "free." },
    { 324, FALSE, "Taken for UDP: a process that is not visible here has bound 0.0.0.0:324. TCP has ports of its own: "
                  "there it is free." },
    { 8081, TRUE, "Free: no socket of this computer has port 8081." },
  };
  g_autoptr (SvRowTable) table = make_table (ROWS, G_N_ELEMENTS (ROWS));
  SvPortContext context = { .rows = table, .get_owner = get_owner };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      gboolean is_free = !CASES[i].is_free;
      g_autofree char *sentence = sv_explain_port_use (CASES[i].port, &context, &is_free);

      g_assert_cmpstr (sentence, ==, CASES[i].sentence);
      g_assert_cmpint (is_free, ==, CASES[i].is_free);
    }
  context.machine = SV_MACHINE_SERVER;
  gboolean is_free;
  g_autofree char *machine = sv_explain_port_use (1, &context, &is_free);
  g_assert_cmpstr (machine, ==, "Free: no socket of this machine has port 1.");
  g_assert_cmpuint (sv_explain_find_free_port (8079, table), ==, 8081);
  g_assert_cmpuint (sv_explain_find_free_port (322, table), ==, 325);
  g_assert_cmpuint (sv_explain_find_free_port (65535, table), ==, 0);
}

static void
test_service (void)
{
  g_autoptr (SvPortSpace) ports = sv_port_space_new_for (32768, 60999, 1024, "/nonexistent");
  g_autofree char *ipp = sv_explain_port_service (631, ports);
  g_autofree char *none = sv_explain_port_service (61234, ports);
  g_autofree char *low = sv_explain_port_band (80, ports);
  g_autofree char *high = sv_explain_port_band (40000, ports);

  g_assert_true (g_str_has_prefix (ipp, "Port 631 is registered for “ipp”: "));
  g_assert_cmpstr (none, ==, "No service is known for port 61234.");
  g_assert_nonnull (strstr (low, "CAP_NET_BIND_SERVICE"));
  g_assert_nonnull (strstr (high, "ephemeral"));
  g_assert_null (sv_explain_port_band (9999, ports));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain-port/use", test_use);
  g_test_add_func ("/explain-port/service", test_service);
  return g_test_run ();
}
