/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-row-table.h"

#include <netinet/in.h>
#include <string.h>

static SvSocketRow
make_row (guint8 protocol, const char *local, const char *foreign, SvTcpState state, guint64 cookie, guint32 inode)
{
  SvSocketRow row = { .protocol = protocol, .state = (guint8) state, .cookie = cookie, .inode = inode };

  g_assert_true (sv_endpoint_parse (local, 0, &row.local, NULL));
  g_assert_true (sv_endpoint_parse (foreign, 0, &row.foreign, NULL));
  row.family = (guint8) row.local.family;
  return row;
}

static SvSocketRow
make_tcp (SvTcpState state, guint64 cookie, guint32 inode)
{
  return make_row (IPPROTO_TCP, "127.0.0.1:40000", "127.0.0.1:9999", state, cookie, inode);
}

static SvSocketRow
make_listener (guint64 cookie, guint32 inode)
{
  return make_row (IPPROTO_TCP, "127.0.0.1:9999", "0.0.0.0:*", SV_TCP_LISTEN, cookie, inode);
}

static void
apply_all (SvRowTable *table, GArray *changes)
{
  for (guint i = 0; i < changes->len; i++)
    sv_row_table_apply (table, &g_array_index (changes, SvRowChange, i));
}

static void
revert_all (SvRowTable *table, GArray *changes)
{
  for (guint i = changes->len; i-- > 0;)
    sv_row_table_revert (table, &g_array_index (changes, SvRowChange, i));
}

/* A snapshot, applied. Returns: the events as text: "+" added, "~" changed, "-" removed */
static char *
see (SvRowTable *table, gint64 asked_at, guint n_rows, const SvSocketRow *rows)
{
  g_autoptr (GArray) snapshot = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  GString *events = g_string_new (NULL);

  g_array_append_vals (snapshot, rows, n_rows);
  g_autoptr (GArray) changes = sv_row_table_diff (table, snapshot, asked_at);
  for (guint i = 0; i < changes->len; i++)
    g_string_append_c (events, "+~-"[g_array_index (changes, SvRowChange, i).event]);
  apply_all (table, changes);
  return g_string_free (events, FALSE);
}

/* One socket, read and applied. @found may be NULL. */
static char *
see_one (SvRowTable *table, gint64 asked_at, const SvSocketRow *asked, const SvSocketRow *found)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (SvRowChange));
  GString *events = g_string_new (NULL);
  SvSocketRow question = *asked;

  question.seen_at = asked_at;
  sv_row_table_diff_one (table, &question, found, changes);
  for (guint i = 0; i < changes->len; i++)
    g_string_append_c (events, "+~-"[g_array_index (changes, SvRowChange, i).event]);
  apply_all (table, changes);
  return g_string_free (events, FALSE);
}

#define ASSERT_SEES(events, table, at, ...)                                                            \
  G_STMT_START                                                                                         \
  {                                                                                                    \
    const SvSocketRow rows_[] = { __VA_ARGS__ };                                                       \
    g_autofree char *seen_ = see (table, at, G_N_ELEMENTS (rows_), rows_);                             \
    g_assert_cmpstr (seen_, ==, events);                                                               \
  }                                                                                                    \
  G_STMT_END

#define ASSERT_SEES_NOTHING(events, table, at)                                                         \
  G_STMT_START                                                                                         \
  {                                                                                                    \
    g_autofree char *seen_ = see (table, at, 0, NULL);                                                 \
    g_assert_cmpstr (seen_, ==, events);                                                               \
  }                                                                                                    \
  G_STMT_END

#define ASSERT_SEES_ONE(events, table, at, asked, found)                                               \
  G_STMT_START                                                                                         \
  {                                                                                                    \
    g_autofree char *seen_ = see_one (table, at, asked, found);                                        \
    g_assert_cmpstr (seen_, ==, events);                                                               \
  }                                                                                                    \
  G_STMT_END

static void
test_life (void)
{
  g_autoptr (SvRowTable) table = sv_row_table_new ();
  SvSocketRow row = make_tcp (SV_TCP_SYN_SENT, 7, 70);

  ASSERT_SEES ("+", table, 1, row);
  ASSERT_SEES ("", table, 2, row);
  g_assert_cmpuint (sv_row_table_find (table, row.protocol, &row.local, &row.foreign)->key, ==, 7);
  row.state = SV_TCP_ESTABLISHED;
  ASSERT_SEES ("~", table, 3, row);
  g_assert_cmpint (sv_row_table_lookup (table, 7)->state, ==, SV_TCP_ESTABLISHED);
  g_assert_cmpint (sv_row_table_lookup (table, 7)->seen_at, ==, 3);
  ASSERT_SEES_NOTHING ("-", table, 4);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 0);
  g_assert_null (sv_row_table_find (table, row.protocol, &row.local, &row.foreign));
}

/* The small record of a closing connection is the same connection. */
static void
test_time_wait (void)
{
  static const SvTcpState SMALL[] = { SV_TCP_TIME_WAIT, SV_TCP_FIN_WAIT2 };

  for (guint i = 0; i < G_N_ELEMENTS (SMALL); i++)
    {
      g_autoptr (SvRowTable) table = sv_row_table_new ();

      ASSERT_SEES ("+", table, 1, make_tcp (SV_TCP_FIN_WAIT1, 7, 70));
      ASSERT_SEES ("~", table, 2, make_tcp (SMALL[i], 8, 0));
      g_assert_nonnull (sv_row_table_lookup (table, 7));
      ASSERT_SEES ("", table, 3, make_tcp (SMALL[i], 8, 0));
      ASSERT_SEES (SMALL[i] == SV_TCP_TIME_WAIT ? "" : "~", table, 4, make_tcp (SV_TCP_TIME_WAIT, 8, 0));
      g_assert_nonnull (sv_row_table_lookup (table, 7));
    }
}

static void
test_reuse (void)
{
  static const struct
  {
    SvTcpState before, after;
    guint64 cookie_before, cookie_after;
    guint32 inode_before, inode_after;
    const char *events;
  } CASES[] = {
    { SV_TCP_TIME_WAIT, SV_TCP_SYN_SENT, 7, 8, 0, 80, "-+" },
    { SV_TCP_TIME_WAIT, SV_TCP_ESTABLISHED, 7, 8, 0, 80, "-+" },
    { SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, 7, 8, 70, 80, "-+" },
    { SV_TCP_ESTABLISHED, SV_TCP_TIME_WAIT, 7, 8, 70, 0, "~" },
    { SV_TCP_TIME_WAIT, SV_TCP_SYN_SENT, 0, 0, 0, 80, "-+" },
    { SV_TCP_ESTABLISHED, SV_TCP_SYN_SENT, 0, 0, 70, 80, "-+" },
    { SV_TCP_ESTABLISHED, SV_TCP_SYN_RECV, 0, 0, 0, 0, "-+" },
    { SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, 0, 0, 70, 80, "-+" },
    { SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, 0, 0, 0, 80, "~" },
    { SV_TCP_SYN_SENT, SV_TCP_ESTABLISHED, 0, 0, 70, 70, "~" },
    { SV_TCP_FIN_WAIT1, SV_TCP_TIME_WAIT, 0, 0, 0, 0, "~" },
    { SV_TCP_ESTABLISHED, SV_TCP_FIN_WAIT1, 7, 0, 70, 0, "~" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    for (guint single = 0; single < 2; single++)
      {
        g_autoptr (SvRowTable) table = sv_row_table_new ();
        SvSocketRow before = make_tcp (CASES[i].before, CASES[i].cookie_before, CASES[i].inode_before);
        SvSocketRow after = make_tcp (CASES[i].after, CASES[i].cookie_after, CASES[i].inode_after);

        g_test_message ("case %u%s", i, single ? ", read alone" : "");
        ASSERT_SEES ("+", table, 1, before);
        if (single)
          ASSERT_SEES_ONE (CASES[i].events, table, 2, &after, &after);
        else
          ASSERT_SEES (CASES[i].events, table, 2, after);
        g_assert_cmpuint (sv_row_table_get_size (table), ==, 1);
        ASSERT_SEES ("", table, 3, after);
      }
}

static void
test_stale_snapshot (void)
{
  g_autoptr (SvRowTable) table = sv_row_table_new ();
  SvSocketRow old = make_tcp (SV_TCP_SYN_SENT, 7, 70), new = make_tcp (SV_TCP_ESTABLISHED, 7, 70);
  SvSocketRow other = make_listener (9, 90);

  ASSERT_SEES ("++", table, 10, old, other);
  ASSERT_SEES_ONE ("~", table, 30, &new, &new);
  /* Asked before the single read: neither takes it back nor removes it. */
  ASSERT_SEES ("", table, 20, old, other);
  ASSERT_SEES ("", table, 25, other);
  g_assert_cmpint (sv_row_table_lookup (table, 7)->state, ==, SV_TCP_ESTABLISHED);
  /* A read that changed nothing counts too. */
  ASSERT_SEES_ONE ("", table, 50, &other, &other);
  ASSERT_SEES ("", table, 40, new);
  g_assert_nonnull (sv_row_table_lookup (table, 9));
  ASSERT_SEES ("-", table, 60, new);
}

static void
test_removed_stays_removed (void)
{
  g_autoptr (SvRowTable) table = sv_row_table_new ();
  SvSocketRow row = make_tcp (SV_TCP_ESTABLISHED, 7, 70), again = make_tcp (SV_TCP_SYN_SENT, 8, 80);

  ASSERT_SEES ("+", table, 10, row);
  ASSERT_SEES_ONE ("-", table, 30, &row, NULL);
  ASSERT_SEES_ONE ("", table, 31, &row, NULL);
  ASSERT_SEES ("", table, 20, row);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 0);
  /* The tuple's next user is new, and the first one still does not come back. */
  ASSERT_SEES_ONE ("+", table, 35, &again, &again);
  ASSERT_SEES ("", table, 25, row);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 1);
  g_assert_nonnull (sv_row_table_lookup (table, 8));
  ASSERT_SEES ("", table, 40, again);
}

/* SO_REUSEPORT: one tuple, several sockets. */
static void
test_shared_tuple (void)
{
  g_autoptr (SvRowTable) table = sv_row_table_new ();
  SvSocketRow a = make_listener (7, 70), b = make_listener (8, 80), c = make_listener (9, 90);

  ASSERT_SEES ("+++", table, 10, b, a, c);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 3);
  g_assert_cmpuint (sv_row_table_find (table, a.protocol, &a.local, &a.foreign)->key, ==, 9);
  /* The kernel answers with any of them. */
  ASSERT_SEES_ONE ("", table, 11, &a, &a);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 3);
  ASSERT_SEES ("-", table, 12, a, b);
  g_assert_cmpuint (sv_row_table_find (table, a.protocol, &a.local, &a.foreign)->key, ==, 8);
  b.recv_q = 5;
  ASSERT_SEES ("~", table, 13, a, b);
  ASSERT_SEES ("-", table, 14, b);
  g_assert_cmpuint (sv_row_table_find (table, a.protocol, &a.local, &a.foreign)->key, ==, 8);
  /* One that went does not take the others with it. */
  ASSERT_SEES ("+", table, 20, a, b);
  ASSERT_SEES ("", table, 20, a, b);
  ASSERT_SEES_ONE ("--", table, 30, &a, NULL);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 0);
}

/* connect() on a bound UDP socket: new addresses, same socket. */
static void
test_moving_socket (void)
{
  g_autoptr (SvRowTable) table = sv_row_table_new ();
  SvSocketRow bound = make_row (IPPROTO_UDP, "0.0.0.0:5000", "0.0.0.0:*", SV_TCP_CLOSE, 7, 70);
  SvSocketRow connected = make_row (IPPROTO_UDP, "127.0.0.1:5000", "127.0.0.1:53", SV_TCP_ESTABLISHED, 7, 70);

  ASSERT_SEES_ONE ("+", table, 1, &bound, &bound);
  ASSERT_SEES_ONE ("~", table, 2, &connected, &connected);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 1);
  g_assert_null (sv_row_table_find (table, bound.protocol, &bound.local, &bound.foreign));
  g_assert_nonnull (sv_row_table_find (table, connected.protocol, &connected.local, &connected.foreign));
  ASSERT_SEES_ONE ("", table, 3, &bound, NULL);
  ASSERT_SEES ("", table, 4, connected);
}

/* Met twice while the kernel walked its table. */
static void
test_met_twice (void)
{
  g_autoptr (SvRowTable) table = sv_row_table_new ();
  SvSocketRow before = make_tcp (SV_TCP_FIN_WAIT1, 7, 70), after = make_tcp (SV_TCP_TIME_WAIT, 7, 0);

  ASSERT_SEES ("+", table, 1, before, after);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 1);
  ASSERT_SEES ("", table, 2, before, after);
  ASSERT_SEES ("~", table, 3, after);
  g_assert_cmpuint (sv_row_table_get_size (table), ==, 1);
}

static void
test_without_cookie (void)
{
  g_autoptr (SvRowTable) table = sv_row_table_new ();
  SvSocketRow listener = make_listener (0, 70), waiting = make_tcp (SV_TCP_ESTABLISHED, 0, 0);
  SvSocketRow accepted = make_tcp (SV_TCP_ESTABLISHED, 0, 71);

  ASSERT_SEES ("++", table, 1, listener, waiting);
  guint64 key = sv_row_table_find (table, waiting.protocol, &waiting.local, &waiting.foreign)->key;
  ASSERT_SEES ("~", table, 2, listener, accepted);
  g_assert_cmpuint (sv_row_table_find (table, waiting.protocol, &waiting.local, &waiting.foreign)->key, ==, key);
  ASSERT_SEES ("-", table, 3, listener);
  ASSERT_SEES ("-+", table, 4, make_listener (0, 72));
}

/* A computer in small: few tuples, so that they are used again and shared. */
typedef struct
{
  GRand *rand;
  GArray *sockets; /* SvSocketRow: what the kernel has */
  guint64 next_cookie;
  gboolean cookies;
} World;

static void
world_open (World *world)
{
  g_autofree char *port = g_strdup_printf ("127.0.0.1:%d", g_rand_int_range (world->rand, 1000, 1012));
  guint kind = (guint) g_rand_int_range (world->rand, 0, 3);
  guint64 cookie = ++world->next_cookie;
  SvSocketRow row;

  if (kind == 0)
    row = make_row (IPPROTO_TCP, port, "0.0.0.0:*", SV_TCP_LISTEN, cookie, (guint32) cookie);
  else if (kind == 1)
    row = make_row (IPPROTO_UDP, port, "0.0.0.0:*", SV_TCP_CLOSE, cookie, (guint32) cookie);
  else
    row = make_row (IPPROTO_TCP, port, "127.0.0.1:9999", SV_TCP_SYN_SENT, cookie, (guint32) cookie);
  for (guint i = 0; kind == 2 && i < world->sockets->len; i++)
    if (sv_socket_row_tuple_equal (&g_array_index (world->sockets, SvSocketRow, i), &row))
      return;
  if (!world->cookies)
    row.cookie = 0;
  g_array_append_val (world->sockets, row);
}

static void
world_turn (World *world)
{
  guint n = world->sockets->len, at = n > 0 ? (guint) g_rand_int_range (world->rand, 0, (gint32) n) : 0;
  SvSocketRow *row = n > 0 ? &g_array_index (world->sockets, SvSocketRow, at) : NULL;

  switch (n > 0 ? g_rand_int_range (world->rand, 0, 5) : 0)
    {
    case 0:
    case 1:
      world_open (world);
      break;
    case 2:
      g_array_remove_index_fast (world->sockets, at);
      break;
    case 3:
      row->recv_q = (guint32) g_rand_int_range (world->rand, 0, 3);
      break;
    default:
      if (row->state == SV_TCP_SYN_SENT)
        row->state = SV_TCP_ESTABLISHED;
      else if (row->state == SV_TCP_ESTABLISHED)
        {
          row->state = SV_TCP_TIME_WAIT;
          row->inode = 0;
          row->cookie = world->cookies ? ++world->next_cookie : 0;
        }
      break;
    }
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const SvSocketRow *x = a, *y = b;
  int order = sv_endpoint_compare (&x->local, &y->local);

  if (order == 0)
    order = sv_endpoint_compare (&x->foreign, &y->foreign);
  if (order == 0)
    order = x->protocol - y->protocol;
  return order != 0 ? order : (x->inode > y->inode) - (x->inode < y->inode);
}

static void
assert_same_rows (GArray *a, GArray *b)
{
  g_array_sort (a, compare_rows);
  g_array_sort (b, compare_rows);
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    {
      const SvSocketRow *x = &g_array_index (a, SvSocketRow, i), *y = &g_array_index (b, SvSocketRow, i);

      g_assert_true (sv_socket_row_same_content (x, y));
      g_assert_cmpuint (x->cookie, ==, y->cookie);
    }
}

/* Whoever is asked for is found, and it is the one with the greatest key. */
static void
assert_index (SvRowTable *table, GArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);
      const SvSocketRow *found = sv_row_table_find (table, row->protocol, &row->local, &row->foreign);

      g_assert_nonnull (found);
      g_assert_true (sv_socket_row_tuple_equal (found, row));
      g_assert_cmpuint (found->key, >=, row->key);
      g_assert_nonnull (sv_row_table_lookup (table, found->key));
    }
}

static void
read_one (World *world, SvRowTable *table, gint64 time)
{
  guint at = (guint) g_rand_int_range (world->rand, 0, (gint32) world->sockets->len);
  SvSocketRow *row = &g_array_index (world->sockets, SvSocketRow, at);
  g_autofree char *events = see_one (table, time, row, row);
}

static void
check_round (World *world, SvRowTable *table, gint64 time)
{
  g_autoptr (GArray) before = sv_row_table_to_array (table);
  g_autoptr (GArray) truth = g_array_copy (world->sockets);
  g_autoptr (GArray) changes = sv_row_table_diff (table, truth, time);
  g_autoptr (GArray) untouched = sv_row_table_to_array (table);

  assert_same_rows (before, untouched);
  apply_all (table, changes);
  g_autoptr (GArray) after = sv_row_table_to_array (table);
  assert_same_rows (after, truth);
  assert_index (table, after);

  g_autoptr (SvRowTable) copy = sv_row_table_copy (table);
  revert_all (copy, changes);
  g_autoptr (GArray) reverted = sv_row_table_to_array (copy);
  assert_same_rows (reverted, before);
  assert_index (copy, reverted);
  apply_all (copy, changes);
  g_autoptr (GArray) repeated = sv_row_table_to_array (copy);
  assert_same_rows (repeated, truth);

  g_autoptr (GArray) nothing = sv_row_table_diff (table, truth, time + 1);
  g_assert_cmpuint (nothing->len, ==, 0);
}

static void
test_random (gconstpointer cookies)
{
  for (guint32 seed = 1; seed <= 40; seed++)
    {
      g_autoptr (SvRowTable) table = sv_row_table_new ();
      World world = { .rand = g_rand_new_with_seed (seed),
                      .sockets = g_array_new (FALSE, FALSE, sizeof (SvSocketRow)),
                      .next_cookie = 1,
                      .cookies = GPOINTER_TO_INT (cookies) };

      for (gint64 time = 10; time < 1000; time += 10)
        {
          guint turns = (guint) g_rand_int_range (world.rand, 0, 15);

          for (guint i = 0; i < turns; i++)
            {
              world_turn (&world);
              if (world.cookies && world.sockets->len > 0 && g_rand_boolean (world.rand))
                read_one (&world, table, time);
            }
          check_round (&world, table, time + 5);
        }
      g_array_unref (world.sockets);
      g_rand_free (world.rand);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/row-table/life", test_life);
  g_test_add_func ("/row-table/time-wait", test_time_wait);
  g_test_add_func ("/row-table/reuse", test_reuse);
  g_test_add_func ("/row-table/stale-snapshot", test_stale_snapshot);
  g_test_add_func ("/row-table/removed-stays-removed", test_removed_stays_removed);
  g_test_add_func ("/row-table/shared-tuple", test_shared_tuple);
  g_test_add_func ("/row-table/moving-socket", test_moving_socket);
  g_test_add_func ("/row-table/met-twice", test_met_twice);
  g_test_add_func ("/row-table/without-cookie", test_without_cookie);
  g_test_add_data_func ("/row-table/random/cookies", GINT_TO_POINTER (TRUE), test_random);
  g_test_add_data_func ("/row-table/random/no-cookies", GINT_TO_POINTER (FALSE), test_random);
  return g_test_run ();
}
