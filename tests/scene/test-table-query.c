/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-history.h"
#include "sv-table-query.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* The table that the queries below are asked about. Its order is netstat's. */
typedef struct
{
  guint8 protocol;
  guint16 family;
  const char *local;
  guint16 local_port;
  const char *foreign;
  guint16 foreign_port;
  guint8 state;
  guint32 recv_q;
  guint32 inode;
  int pid;
  const char *name;
  gboolean ours;
} Line;

static const Line LINES[] = {
  { IPPROTO_TCP, AF_INET, "9.9.9.9", 22, "0.0.0.0", 0, SV_TCP_LISTEN, 0, 10, 0, "", FALSE },
  { IPPROTO_TCP, AF_INET, "127.0.0.1", 9999, "0.0.0.0", 0, SV_TCP_LISTEN, 2, 11, 4711, "sockview", TRUE },
  { IPPROTO_TCP, AF_INET, "127.0.0.1", 9999, "127.0.0.1", 43210, SV_TCP_ESTABLISHED, 0, 12, 4711, "sockview", TRUE },
  { IPPROTO_TCP, AF_INET, "127.0.0.1", 43210, "127.0.0.1", 9999, SV_TCP_ESTABLISHED, 100, 13, 5123, "nc", TRUE },
  { IPPROTO_TCP, AF_INET, "127.0.0.1", 43212, "127.0.0.1", 9999, SV_TCP_TIME_WAIT, 0, 0, 0, "", TRUE },
  { IPPROTO_TCP, AF_INET, "192.168.1.7", 48112, "10.0.0.25", 443, SV_TCP_FIN_WAIT2, 20, 14, 99, "Web Content", FALSE },
  { IPPROTO_TCP, AF_INET6, "::", 80, "::", 0, SV_TCP_LISTEN, 0, 15, 0, "", FALSE },
  { IPPROTO_TCP, AF_INET6, "::ffff:127.0.0.1", 80, "::ffff:10.1.2.3", 50000, SV_TCP_CLOSE_WAIT, 3, 16, 0, "", FALSE },
  { IPPROTO_UDP, AF_INET, "0.0.0.0", 67, "0.0.0.0", 0, SV_TCP_CLOSE, 0, 17, 7, "dhcp\xff", FALSE },
  { IPPROTO_UDP, AF_INET, "127.0.0.1", 5353, "127.0.0.1", 53, SV_TCP_ESTABLISHED, 0, 18, 0, "", FALSE },
  { IPPROTO_UDP, AF_INET6, "fe80::1", 546, "::", 0, SV_TCP_CLOSE, 0, 19, 0, "", FALSE },
};

static SvEndpoint
endpoint (guint16 family, const char *address, guint16 port)
{
  SvEndpoint result = { .family = family, .port = port };

  g_assert_cmpint (inet_pton (family, address, result.address), ==, 1);
  return result;
}

static SvTableRow
make_row (guint i)
{
  const Line *line = &LINES[i];
  SvTableRow row = { 0 };

  row.row.key = i + 1;
  row.row.protocol = line->protocol;
  row.row.family = (guint8) line->family;
  row.row.local = endpoint (line->family, line->local, line->local_port);
  row.row.foreign = endpoint (line->family, line->foreign, line->foreign_port);
  row.row.state = line->state;
  row.row.recv_q = line->recv_q;
  row.row.inode = line->inode;
  row.owner.pid = line->pid;
  g_strlcpy (row.owner.name, line->name, sizeof row.owner.name);
  row.ours = line->ours;
  return row;
}

/* In an order that is nobody's. */
static GArray *
make_rows (void)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (SvTableRow));

  for (guint i = 0; i < G_N_ELEMENTS (LINES); i++)
    {
      SvTableRow row = make_row ((i * 7 + 3) % G_N_ELEMENTS (LINES));
      g_array_append_val (rows, row);
    }
  return rows;
}

static char *
run (const char *text, gboolean only_ours, SvColumn sort, gboolean descending)
{
  g_autoptr (SvTableQuery) query = sv_table_query_new (text, only_ours, sort, descending);
  g_autoptr (GArray) rows = make_rows ();
  g_autoptr (GArray) found = sv_table_query_run (query, rows);
  g_autoptr (GString) keys = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (keys, "%s%u", i > 0 ? " " : "",
                            (guint) g_array_index (found, SvTableRow, i).row.key);
  return g_strdup (keys->str);
}

static void
test_filter (void)
{
  static const struct
  {
    const char *text;
    const char *keys;
  } CASES[] = {
    { "", "1 2 3 4 5 6 7 8 9 10 11" },
    { "  \t ", "1 2 3 4 5 6 7 8 9 10 11" },
    { "port:9999", "2 3 4 5" },
    { "PORT:9999", "2 3 4 5" },
    { "lport:9999", "2 3" },
    { "fport:9999", "4 5" },
    { "local:9999", "2 3" },
    { "foreign:9999", "4 5" },
    { "fport:*", "1 2 7 9 11" },
    { "local:127.", "2 3 4 5 8 10" },
    { "addr:10.", "6 8" },
    { "foreign:10.1.2.3", "8" },
    { "local:::", "7" },
    { "addr:FE80::", "11" },
    { "state:established", "3 4 10" },
    { "state:ESTAB", "3 4 10" },
    { "state:e", "3 4 10" },
    { "state:listen", "1 2 7" },
    { "state:time_wait", "5" },
    { "state:TIME-WAIT", "5" },
    { "state:timewait", "5" },
    { "state:fin", "6" },
    { "state:finwait-2", "6" },
    { "state:close", "8" },
    { "state:unconn", "9 11" },
    { "proto:udp", "9 10 11" },
    { "proto:udp6", "11" },
    { "proto:tcp", "1 2 3 4 5 6 7 8" },
    { "proto:tcp4", "1 2 3 4 5 6" },
    { "proto:t", "1 2 3 4 5 6 7 8" },
    { "process:nc", "4" },
    { "process:SOCK", "2 3" },
    { "process:5123", "4" },
    { "pid:4711", "2 3" },
    { "pid:0", "" },
    { "inode:16", "8" },
    { "9999", "2 3 4 5" },
    { "127.0.0.1 sockview", "2 3" },
    { "content", "6" },
    { "visible", "1 7 8 10 11" },
    { "—", "5" },
    { "-port:9999", "1 6 7 8 9 10 11" },
    { "!state:listen port:9999", "3 4 5" },
    { "port:9999 state:established process:nc", "4" },
    { "port:9999 -127", "" },
    { "colour:red", "" },
    { "http://x", "" },
    { "-", "1 2 3 4 5 6 7 8 9 10 11" },
    { "port: state: proto:", "1 2 3 4 5 6 7 8 9 10 11" },
    { "port:abc state:listen", "1 2 7" },
    { "\xff\xfe", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *keys = run (CASES[i].text, FALSE, SV_COLUMN_PROTO, FALSE);

      g_test_message ("%s", CASES[i].text);
      g_assert_cmpstr (keys, ==, CASES[i].keys);
    }
}

static void
test_only_ours (void)
{
  g_autofree char *ours = run ("", TRUE, SV_COLUMN_PROTO, FALSE);
  g_autofree char *some = run ("state:estab", TRUE, SV_COLUMN_PROTO, FALSE);

  g_assert_cmpstr (ours, ==, "2 3 4 5");
  g_assert_cmpstr (some, ==, "3 4");
}

static void
test_sort (void)
{
  static const struct
  {
    SvColumn column;
    gboolean descending;
    const char *keys;
  } CASES[] = {
    { SV_COLUMN_PROTO, FALSE, "1 2 3 4 5 6 7 8 9 10 11" },
    { SV_COLUMN_PROTO, TRUE, "11 9 10 7 8 1 2 3 4 5 6" },
    { SV_COLUMN_RECV_Q, FALSE, "1 3 5 7 9 10 11 2 8 6 4" },
    { SV_COLUMN_RECV_Q, TRUE, "4 6 8 2 1 3 5 7 9 10 11" },
    { SV_COLUMN_SEND_Q, FALSE, "1 2 3 4 5 6 7 8 9 10 11" },
    { SV_COLUMN_LOCAL, FALSE, "9 1 10 2 3 4 5 6 7 8 11" },
    { SV_COLUMN_FOREIGN, FALSE, "1 2 9 6 10 4 5 3 7 11 8" },
    { SV_COLUMN_STATE, FALSE, "1 2 7 3 4 10 6 8 5 9 11" },
    { SV_COLUMN_STATE, TRUE, "9 11 5 8 6 3 4 10 1 2 7" },
    { SV_COLUMN_PROCESS, FALSE, "9 4 2 3 6 1 7 8 10 11 5" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *keys = run ("", FALSE, CASES[i].column, CASES[i].descending);

      g_test_message ("column %d", CASES[i].column);
      g_assert_cmpstr (keys, ==, CASES[i].keys);
    }
}

static void
test_complaint (void)
{
  static const struct
  {
    const char *text;
    const char *about;
  } CASES[] = {
    { "", NULL },         { "port:9999 hello", NULL }, { "port:", NULL },       { "port:abc", "abc" },
    { "port:-1", "-1" },  { "port:70000", "70000" },   { "pid:x", "pid" },      { "inode:99999999999999999999", "inode" },
    { "state:nix", "nix" }, { "proto:icmp", "icmp" },  { "-lport:x", "lport" }, { "port:a state:b", "port" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SvTableQuery) query = sv_table_query_new (CASES[i].text, FALSE, SV_COLUMN_PROTO, FALSE);
      g_autoptr (SvTableQuery) copy = sv_table_query_copy (query);
      g_autofree char *complaint = sv_table_query_get_complaint (copy);

      if (CASES[i].about == NULL)
        g_assert_null (complaint);
      else
        g_assert_nonnull (strstr (complaint, CASES[i].about));
    }
}

static void
test_format (void)
{
  static const struct
  {
    guint row;
    const char *cells[SV_N_COLUMNS];
  } CASES[] = {
    { 1, { "tcp", "2", "0", "127.0.0.1:9999", "0.0.0.0:*", "LISTEN", "sockview (4711)" } },
    { 0, { "tcp", "0", "0", "9.9.9.9:22", "0.0.0.0:*", "LISTEN", "not visible" } },
    { 4, { "tcp", "0", "0", "127.0.0.1:43212", "127.0.0.1:9999", "TIME_WAIT", "—" } },
    { 6, { "tcp6", "0", "0", ":::80", ":::*", "LISTEN", "not visible" } },
    { 7, { "tcp6", "3", "0", "127.0.0.1:80", "10.1.2.3:50000", "CLOSE_WAIT", "not visible" } },
    { 8, { "udp", "0", "0", "0.0.0.0:67", "0.0.0.0:*", "", "dhcp\xef\xbf\xbd (7)" } },
    { 9, { "udp", "0", "0", "127.0.0.1:5353", "127.0.0.1:53", "ESTABLISHED", "not visible" } },
    { 10, { "udp6", "0", "0", "fe80::1:546", ":::*", "", "not visible" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SvTableRow row = make_row (CASES[i].row);

      for (SvColumn column = 0; column < SV_N_COLUMNS; column++)
        {
          g_autofree char *cell = sv_table_row_format (&row, column);
          g_assert_cmpstr (cell, ==, CASES[i].cells[column]);
        }
    }
}

/* A process that nobody looked up yet is not called invisible. */
static void
test_unknown_owner (void)
{
  g_autoptr (SvTableQuery) query = sv_table_query_new ("process:…", FALSE, SV_COLUMN_PROTO, FALSE);
  SvTableRow row = make_row (0);
  g_autofree char *cell = NULL;

  row.owner.pid = SV_OWNER_UNKNOWN;
  cell = sv_table_row_format (&row, SV_COLUMN_PROCESS);
  g_assert_cmpstr (cell, ==, "…");
  g_assert_false (sv_table_row_has_hidden_owner (&row));
  g_assert_false (sv_table_query_matches (query, &row));
}

static void
test_twins (void)
{
  g_autoptr (GArray) rows = make_rows ();

  sv_table_rows_find_twins (rows);
  for (guint i = 0; i < rows->len; i++)
    {
      const SvTableRow *row = &g_array_index (rows, SvTableRow, i);
      guint64 twin = row->row.key == 3 ? 4 : row->row.key == 4 ? 3 : 0;

      g_assert_cmpuint (row->twin, ==, twin);
    }
}

/* An IPv4 client of a tcp6 server is its twin; a socket connected to itself has none. */
static void
test_mapped_twins (void)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (SvTableRow));
  SvTableRow *row;

  g_array_set_size (rows, 3);
  for (guint i = 0; i < rows->len; i++)
    {
      row = &g_array_index (rows, SvTableRow, i);
      row->row.key = i + 1;
      row->row.protocol = IPPROTO_TCP;
    }
  row = &g_array_index (rows, SvTableRow, 0);
  row->row.local = endpoint (AF_INET6, "::ffff:127.0.0.1", 80);
  row->row.foreign = endpoint (AF_INET6, "::ffff:127.0.0.1", 5000);
  row = &g_array_index (rows, SvTableRow, 1);
  row->row.local = endpoint (AF_INET, "127.0.0.1", 5000);
  row->row.foreign = endpoint (AF_INET, "127.0.0.1", 80);
  row = &g_array_index (rows, SvTableRow, 2);
  row->row.local = row->row.foreign = endpoint (AF_INET, "127.0.0.1", 7777);

  sv_table_rows_find_twins (rows);
  g_assert_cmpuint (g_array_index (rows, SvTableRow, 0).twin, ==, 2);
  g_assert_cmpuint (g_array_index (rows, SvTableRow, 1).twin, ==, 1);
  g_assert_cmpuint (g_array_index (rows, SvTableRow, 2).twin, ==, 0);
}

/* The same 10 000 rows in any order give one order. */
static void
test_many (void)
{
  g_autoptr (SvTableQuery) query = sv_table_query_new ("127", FALSE, SV_COLUMN_FOREIGN, TRUE);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvTableRow));
  g_autoptr (GArray) turned = g_array_new (FALSE, FALSE, sizeof (SvTableRow));

  for (guint i = 0; i < 10000; i++)
    {
      SvTableRow row = make_row (3);

      row.row.key = i + 1;
      row.row.foreign.port = (guint16) (1 + i * 7919u % 5000u);
      g_array_append_val (rows, row);
      g_array_prepend_val (turned, row);
    }

  gint64 start = g_get_monotonic_time ();
  g_autoptr (GArray) one = sv_table_query_run (query, rows);
  g_test_message ("10 000 rows: %.1f ms", (double) (g_get_monotonic_time () - start) / 1000.0);
  g_autoptr (GArray) other = sv_table_query_run (query, turned);

  g_assert_cmpuint (one->len, ==, 10000);
  for (guint i = 0; i < one->len; i++)
    {
      const SvTableRow *a = &g_array_index (one, SvTableRow, i), *b = &g_array_index (other, SvTableRow, i);

      g_assert_cmpuint (a->row.key, ==, b->row.key);
      if (i > 0)
        g_assert_cmpuint (a[-1].row.foreign.port, >=, a->row.foreign.port);
    }
}

/* One refresh of the history: rows 1 to @n of LINES at second @now. */
static GArray *
see (SvTableHistory *history, guint n, double now, gboolean adopt)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (SvTableRow));

  for (guint i = 0; i < n; i++)
    {
      SvTableRow row = make_row (i);
      g_array_append_val (rows, row);
    }
  sv_table_history_update (history, rows, (gint64) (now * 1e9), adopt);
  return rows;
}

static void
assert_row (GArray *rows, guint i, double added_at, double removed_at)
{
  const SvTableRow *row = &g_array_index (rows, SvTableRow, i);

  g_assert_cmpuint (row->row.key, ==, i + 1);
  g_assert_cmpint (row->added_at, ==, (gint64) (added_at * 1e9));
  g_assert_cmpint (row->removed_at, ==, (gint64) (removed_at * 1e9));
}

static void
test_history (void)
{
  g_autoptr (SvTableHistory) history = sv_table_history_new ();
  g_autoptr (GArray) first = see (history, 2, 10, TRUE);
  assert_row (first, 1, 0, 0);
  g_assert_cmpint (sv_table_history_get_next_expiry (history), ==, 0);

  g_autoptr (GArray) grown = see (history, 3, 11, FALSE);
  assert_row (grown, 1, 0, 0);
  assert_row (grown, 2, 11, 0);
  g_assert_cmpint (sv_table_history_get_next_expiry (history), ==, (gint64) 13e9);

  g_autoptr (GArray) shrunk = see (history, 1, 12, FALSE);
  g_assert_cmpuint (shrunk->len, ==, 3);
  assert_row (shrunk, 0, 0, 0);
  assert_row (shrunk, 1, 0, 12);
  assert_row (shrunk, 2, 0, 12);

  /* One comes back while it was leaving: it is new. */
  g_autoptr (GArray) back = see (history, 2, 13, FALSE);
  g_assert_cmpuint (back->len, ==, 3);
  assert_row (back, 1, 13, 0);
  assert_row (back, 2, 0, 12);

  g_autoptr (GArray) later = see (history, 2, 14, FALSE);
  g_assert_cmpuint (later->len, ==, 2);
  assert_row (later, 1, 13, 0);
  g_assert_cmpint (sv_table_history_get_next_expiry (history), ==, (gint64) 15e9);

  /* After a step back in time nothing leaves and nothing is new. */
  g_autoptr (GArray) before = see (history, 1, 14.5, TRUE);
  g_assert_cmpuint (before->len, ==, 1);
  g_assert_cmpint (sv_table_history_get_next_expiry (history), ==, 0);
}

/* Of the UNIX domain: the name, else the inode, and the peer's inode. */
static void
test_unix (void)
{
  SvTableRow rows[] = {
    { .row = { .key = 1, .family = AF_UNIX, .state = SV_TCP_ESTABLISHED, .inode = 70, .unix_row = { .path = "/run/x" },
               .local = sv_endpoint_for_inode (70), .foreign = sv_endpoint_for_inode (71) } },
    { .row = { .key = 2, .family = AF_UNIX, .state = SV_TCP_ESTABLISHED, .inode = 71,
               .local = sv_endpoint_for_inode (71), .foreign = sv_endpoint_for_inode (70) } },
  };
  g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof (SvTableRow));
  static const char *const EXPECTED[2][4] = { { "unix", "/run/x", "socket:[71]", "CONNECTED" },
                                              { "unix", "socket:[71]", "socket:[70]", "CONNECTED" } };
  static const SvColumn COLUMNS[] = { SV_COLUMN_PROTO, SV_COLUMN_LOCAL, SV_COLUMN_FOREIGN, SV_COLUMN_STATE };

  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 4; j++)
      {
        g_autofree char *text = sv_table_row_format (&rows[i], COLUMNS[j]);

        g_assert_cmpstr (text, ==, EXPECTED[i][j]);
      }
  g_array_append_vals (array, rows, 2);
  sv_table_rows_find_twins (array);
  g_assert_cmpuint (g_array_index (array, SvTableRow, 0).twin, ==, 2);
  g_assert_cmpuint (g_array_index (array, SvTableRow, 1).twin, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table-query/filter", test_filter);
  g_test_add_func ("/table-query/only-ours", test_only_ours);
  g_test_add_func ("/table-query/sort", test_sort);
  g_test_add_func ("/table-query/complaint", test_complaint);
  g_test_add_func ("/table-query/many", test_many);
  g_test_add_func ("/table-row/format", test_format);
  g_test_add_func ("/table-row/unknown-owner", test_unknown_owner);
  g_test_add_func ("/table-row/twins", test_twins);
  g_test_add_func ("/table-row/mapped-twins", test_mapped_twins);
  g_test_add_func ("/table-row/unix", test_unix);
  g_test_add_func ("/table-history", test_history);
  return g_test_run ();
}
