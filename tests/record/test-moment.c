/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-moment.h"

#include <netinet/in.h>
#include <string.h>

/* A world whose table is looked at again and again; what changed goes into the
 * recording. */
typedef struct
{
  GRand *rand;
  SvRecording *recording;
  GArray *rows;
  GPtrArray *history; /* GArray of rows after each fact, by serial */
  guint64 cookie;
  gint64 time;
} World;

static SvSocketRow
make_row (World *world)
{
  SvSocketRow row = { .family = AF_INET, .protocol = IPPROTO_TCP, .state = SV_TCP_ESTABLISHED, .inode = 1 };

  row.cookie = ++world->cookie;
  row.local = sv_endpoint_loopback (AF_INET, (guint16) g_rand_int_range (world->rand, 1, 30));
  row.foreign = sv_endpoint_loopback (AF_INET, (guint16) g_rand_int_range (world->rand, 1, 5));
  return row;
}

static void
live (World *world)
{
  for (guint i = 0; i < world->rows->len; i++)
    {
      SvSocketRow *row = &g_array_index (world->rows, SvSocketRow, i);

      switch (g_rand_int_range (world->rand, 0, 8))
        {
        case 0:
          g_array_remove_index_fast (world->rows, i--);
          break;
        case 1:
          row->recv_q = g_rand_int (world->rand);
          break;
        case 2:
          row->state = SV_TCP_TIME_WAIT;
          row->cookie = ++world->cookie;
          row->inode = 0;
          break;
        default:
          break;
        }
    }
  for (int n = g_rand_int_range (world->rand, 0, 4); n > 0; n--)
    {
      SvSocketRow row = make_row (world);
      gboolean taken = FALSE;

      for (guint i = 0; i < world->rows->len; i++)
        taken |= sv_socket_row_tuple_equal (&row, &g_array_index (world->rows, SvSocketRow, i));
      if (!taken)
        g_array_append_val (world->rows, row);
    }
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const SvSocketRow *x = a, *y = b;

  return x->key < y->key ? -1 : x->key > y->key;
}

static GArray *
sorted (SvRowTable *table)
{
  GArray *rows = sv_row_table_to_array (table);

  g_array_sort (rows, compare_rows);
  return rows;
}

static void
assert_same (GArray *a, GArray *b)
{
  g_assert_cmpint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    {
      const SvSocketRow *x = &g_array_index (a, SvSocketRow, i), *y = &g_array_index (b, SvSocketRow, i);

      g_assert_cmpint (x->key, ==, y->key);
      g_assert_true (sv_socket_row_same_content (x, y));
      g_assert_cmpint (x->seen_at, ==, y->seen_at);
    }
}

static void
appended_cb (SvRecording *recording, SvFact *fact, World *world)
{
  g_ptr_array_add (world->history, sorted (sv_recording_get_table (recording, SV_MACHINE_THIS)));
  g_assert_cmpint (world->history->len, ==, fact->serial + 1);
}

static void
step (World *world)
{
  g_autoptr (GArray) changes = NULL;

  live (world);
  world->time += g_rand_int_range (world->rand, 1, 5);
  changes = sv_row_table_diff (sv_recording_get_table (world->recording, SV_MACHINE_THIS), world->rows, world->time);
  for (guint i = 0; i < changes->len; i++)
    sv_recording_append (world->recording,
                         sv_fact_new_row (world->time, SV_MACHINE_THIS, &g_array_index (changes, SvRowChange, i)));
  if (g_rand_boolean (world->rand))
    sv_recording_append (world->recording, sv_fact_new_note (world->time, SV_MACHINE_THIS, "nothing"));
}

static World *
world_new (guint32 seed, guint capacity)
{
  World *world = g_new0 (World, 1);

  world->rand = g_rand_new_with_seed (seed);
  world->recording = sv_recording_new (capacity);
  world->rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  world->history = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_signal_connect (world->recording, "appended", G_CALLBACK (appended_cb), world);
  return world;
}

static void
world_free (World *world)
{
  g_rand_free (world->rand);
  g_signal_handlers_disconnect_by_data (world->recording, world);
  g_object_unref (world->recording);
  g_array_unref (world->rows);
  g_ptr_array_unref (world->history);
  g_free (world);
}

static void
assert_moment (World *world, SvMoment *moment)
{
  g_autoptr (GArray) nothing = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  guint64 serial = sv_moment_get_serial (moment);
  g_autoptr (GArray) rows = sorted (sv_moment_get_table (moment, SV_MACHINE_THIS));

  assert_same (rows, serial > 0 ? world->history->pdata[serial - 1] : nothing);
}

/* However the cursor got there, the table is what it was at that moment. */
static void
test_seek (void)
{
  for (guint32 seed = 0; seed < 20; seed++)
    {
      World *world = world_new (seed, 100000);
      g_autoptr (SvMoment) moment = sv_moment_new (world->recording);

      for (guint round = 0; round < 60; round++)
        {
          guint64 end;

          step (world);
          end = sv_recording_get_end (world->recording);
          for (guint i = 0; i < 4; i++)
            {
              guint64 serial = (guint64) g_rand_int_range (world->rand, 0, (int) end + 1);

              sv_moment_seek (moment, serial);
              g_assert_cmpint (sv_moment_get_serial (moment), ==, serial);
              assert_moment (world, moment);
            }
        }
      sv_moment_seek (moment, G_MAXUINT64);
      g_assert_cmpint (sv_moment_get_serial (moment), ==, sv_recording_get_end (world->recording));
      world_free (world);
    }
}

/* The oldest facts go while cursors stand among them. */
static void
test_trimmed (void)
{
  for (guint32 seed = 100; seed < 120; seed++)
    {
      World *world = world_new (seed, 50);
      g_autoptr (SvMoment) past = sv_moment_new (world->recording), any = sv_moment_new (world->recording);

      for (guint round = 0; round < 100; round++)
        {
          guint64 first, end;

          step (world);
          first = sv_recording_get_first (world->recording);
          end = sv_recording_get_end (world->recording);
          if (round % 5 == 0) /* else it stands still while facts go */
            {
              sv_moment_seek (past, 0);
              g_assert_cmpint (sv_moment_get_serial (past), ==, first);
              assert_moment (world, past);
            }
          sv_moment_seek (any, first + (guint64) g_rand_int_range (world->rand, 0, (int) (end - first) + 1));
          assert_moment (world, any);
        }
      world_free (world);
    }
}

static void
test_time (void)
{
  World *world = world_new (7, 1000);
  g_autoptr (SvMoment) moment = sv_moment_new (world->recording);

  g_assert_cmpint (sv_moment_get_time (moment), ==, sv_recording_get_start (world->recording));
  for (guint round = 0; round < 40; round++)
    step (world);
  for (gint64 time = 0; time <= world->time + 1; time++)
    {
      sv_moment_seek_time (moment, time);
      guint64 serial = sv_moment_get_serial (moment);

      assert_moment (world, moment);
      if (serial > 0)
        g_assert_cmpint (sv_moment_get_time (moment), <=, time);
      if (serial < sv_recording_get_end (world->recording))
        g_assert_cmpint (sv_recording_get (world->recording, serial)->time, >, time);
    }
  world_free (world);
}

/* The recording may go before the one who looks at it. */
static void
test_holds_recording (void)
{
  SvRecording *recording = sv_recording_new (10);
  g_autoptr (SvMoment) moment = sv_moment_new (recording);

  g_object_unref (recording);
  g_assert_true (SV_IS_RECORDING (sv_moment_get_recording (moment)));
  sv_moment_seek (moment, 5);
  g_assert_cmpint (sv_row_table_get_size (sv_moment_get_table (moment, SV_MACHINE_CLIENT)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/moment/seek", test_seek);
  g_test_add_func ("/moment/trimmed", test_trimmed);
  g_test_add_func ("/moment/time", test_time);
  g_test_add_func ("/moment/holds-recording", test_holds_recording);
  return g_test_run ();
}
