/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-player.h"
#include "story.h"

typedef struct
{
  Story story;
  SvPlayer *player;
  gint64 frame; /* µs */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  story_init (&fixture->story);
  story_listen (&fixture->story);
  fixture->player = sv_player_new ();
  fixture->frame = 1000000;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->player);
  story_clear (&fixture->story);
}

static void
show (Fixture *fixture, guint connection)
{
  g_autoptr (SvTimeline) timeline = sv_timeline_new (fixture->story.recording, connection);

  sv_player_set_timeline (fixture->player, timeline);
}

/* Draws frames at 50 Hz; returns whether the last one wanted another. */
static gboolean
run (Fixture *fixture, double seconds)
{
  gboolean more = sv_player_advance (fixture->player, fixture->frame);

  for (int i = 0; i < (int) (seconds * 50 + 0.5) && more; i++)
    {
      fixture->frame += 20000;
      more = sv_player_advance (fixture->player, fixture->frame);
    }
  return more;
}

static double
duration (Fixture *fixture)
{
  return sv_timeline_get_duration (sv_player_get_timeline (fixture->player));
}

static void
assert_place (Fixture *fixture, double position, gboolean playing, gboolean live)
{
  g_assert_cmpfloat_with_epsilon (sv_player_get_position (fixture->player), position, 0.001);
  g_assert_cmpint (sv_player_is_playing (fixture->player), ==, playing);
  g_assert_cmpint (sv_player_is_live (fixture->player), ==, live);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  assert_place (fixture, 0, FALSE, TRUE);
  sv_player_play (fixture->player);
  sv_player_step (fixture->player, 1);
  sv_player_go_live (fixture->player);
  assert_place (fixture, 0, FALSE, TRUE);
  g_assert_cmpuint (sv_player_get_serial (fixture->player), ==, G_MAXUINT64);
  g_assert_false (sv_player_advance (fixture->player, 1));
  sv_player_set_timeline (fixture->player, NULL);
}

/* A new connection is played from its own first beat; at the end it is live. */
static void
test_new_connection (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);

  show (fixture, id);
  double start = sv_timeline_get_own_start (sv_player_get_timeline (fixture->player));
  g_assert_cmpfloat (start, >, 0);
  assert_place (fixture, start, TRUE, FALSE);
  g_assert_true (run (fixture, 1));
  assert_place (fixture, start + 1, TRUE, FALSE);
  g_assert_cmpuint (sv_player_get_serial (fixture->player), <, sv_recording_get_end (fixture->story.recording));
  g_assert_false (run (fixture, 100));
  assert_place (fixture, duration (fixture), FALSE, TRUE);
  g_assert_cmpuint (sv_player_get_serial (fixture->player), ==, G_MAXUINT64);
}

/* What comes while live is played, and only that. */
static void
test_news (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);

  show (fixture, id);
  run (fixture, 100);
  double before = duration (fixture);
  story_wait (&fixture->story, 2);
  story_accept (&fixture->story, id);
  show (fixture, id);
  g_assert_true (sv_player_is_playing (fixture->player));
  g_assert_cmpfloat (sv_player_get_position (fixture->player), >=, before - 0.5);
  double position = sv_player_get_position (fixture->player);
  g_assert_true (run (fixture, 0.2));

  /* More of it while it plays: it just goes on. */
  story_talk (&fixture->story, id, SV_SIDE_CLIENT, "hello");
  show (fixture, id);
  assert_place (fixture, position + 0.2, TRUE, FALSE);
  run (fixture, 100);
  assert_place (fixture, duration (fixture), FALSE, TRUE);

  /* A timeline without new beats is no news. */
  show (fixture, id);
  assert_place (fixture, duration (fixture), FALSE, TRUE);
}

static void
test_paused_stays (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);

  show (fixture, id);
  run (fixture, 1);
  sv_player_pause (fixture->player);
  double position = sv_player_get_position (fixture->player);
  story_accept (&fixture->story, id);
  show (fixture, id);
  assert_place (fixture, position, FALSE, FALSE);
  g_assert_false (run (fixture, 1));
  assert_place (fixture, position, FALSE, FALSE);
}

/* It never falls behind for ever. */
static void
test_catch_up (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);

  show (fixture, id);
  run (fixture, 1);
  story_accept (&fixture->story, id);
  show (fixture, id);
  g_assert_cmpfloat (sv_player_get_position (fixture->player), <, 5);
  for (guint i = 0; i < 10; i++)
    {
      story_wait (&fixture->story, 1);
      story_talk (&fixture->story, id, SV_SIDE_CLIENT, "hello");
    }
  story_close (&fixture->story, id, SV_SIDE_CLIENT);
  show (fixture, id);
  g_assert_true (sv_player_is_playing (fixture->player));
  g_assert_cmpfloat (sv_player_get_position (fixture->player), >, duration (fixture) - 12.1);

  /* But a person who plays it from the start sees all of it. */
  sv_player_play_from (fixture->player, 0);
  story_talk (&fixture->story, id, SV_SIDE_CLIENT, "hello");
  show (fixture, id);
  assert_place (fixture, 0, TRUE, FALSE);
}

/* Folding moves what comes later: the place stays the same. */
static void
test_folding_keeps_the_place (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);
  int fd = story_fd (&fixture->story, id, SV_SIDE_SERVER);

  story_accept (&fixture->story, id);
  for (guint i = 0; i < 3; i++)
    story_call (&fixture->story, SV_SIDE_SERVER, id, "recv", fd, "4096 bytes", 10, 0);
  show (fixture, id);
  SvTimeline *timeline = sv_player_get_timeline (fixture->player);
  const SvBeat *beat = sv_timeline_get_beat (timeline, sv_timeline_get_n_beats (timeline) - 3);
  guint64 serial = beat->serial;
  sv_player_seek (fixture->player, beat->start + 0.1);
  story_call (&fixture->story, SV_SIDE_SERVER, id, "recv", fd, "4096 bytes", 10, 0);
  show (fixture, id);
  timeline = sv_player_get_timeline (fixture->player);
  int index = sv_timeline_find_beat (timeline, sv_player_get_position (fixture->player));
  g_assert_cmpuint (sv_timeline_get_beat (timeline, (guint) index)->serial, ==, serial);
}

static void
test_speed (Fixture *fixture, gconstpointer data)
{
  static const struct { double asked, speed; } CASES[] = { { 0.25, 0.25 }, { 1, 1 }, { 4, 4 }, { 0.01, 0.25 }, { 99, 4 } };
  guint id = story_connect (&fixture->story);

  show (fixture, id);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      sv_player_set_speed (fixture->player, CASES[i].asked);
      g_assert_cmpfloat (sv_player_get_speed (fixture->player), ==, CASES[i].speed);
      sv_player_play_from (fixture->player, 0);
      run (fixture, 0.5);
      g_assert_cmpfloat_with_epsilon (sv_player_get_position (fixture->player), 0.5 * CASES[i].speed, 0.001);
      sv_player_pause (fixture->player);
    }
}

/* A late frame, or a clock that goes back, does no harm. */
static void
test_odd_clock (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);

  show (fixture, id);
  sv_player_play_from (fixture->player, 0);
  sv_player_advance (fixture->player, 5000000);
  sv_player_advance (fixture->player, 4000000);
  assert_place (fixture, 0, TRUE, FALSE);
  sv_player_advance (fixture->player, 60000000);
  g_assert_cmpfloat (sv_player_get_position (fixture->player), <, 0.5);
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);
  double last = 0;

  show (fixture, id);
  sv_player_go_to_start (fixture->player);
  assert_place (fixture, 0, FALSE, FALSE);
  for (guint i = 0; i < sv_timeline_get_n_beats (sv_player_get_timeline (fixture->player)); i++)
    {
      sv_player_step (fixture->player, 1);
      g_assert_cmpfloat (sv_player_get_position (fixture->player), >, last);
      last = sv_player_get_position (fixture->player);
    }
  sv_player_step (fixture->player, 100);
  assert_place (fixture, duration (fixture), FALSE, FALSE);
  sv_player_step (fixture->player, -1);
  assert_place (fixture, last, FALSE, FALSE);
  sv_player_step (fixture->player, -100);
  assert_place (fixture, 0, FALSE, FALSE);
  sv_player_seek (fixture->player, 1e9);
  assert_place (fixture, duration (fixture), FALSE, FALSE);
  sv_player_play (fixture->player); /* at the end: starts over */
  assert_place (fixture, 0, TRUE, FALSE);
  sv_player_go_live (fixture->player);
  assert_place (fixture, duration (fixture), FALSE, TRUE);
}

/* For people who want no motion nothing plays by itself. */
static void
test_reduced_motion (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);

  sv_player_set_animated (fixture->player, FALSE);
  show (fixture, id);
  assert_place (fixture, duration (fixture), FALSE, TRUE);
  story_accept (&fixture->story, id);
  show (fixture, id);
  assert_place (fixture, duration (fixture), FALSE, TRUE);
  sv_player_step (fixture->player, -1);
  g_assert_false (sv_player_is_live (fixture->player));
  sv_player_play (fixture->player);
  assert_place (fixture, duration (fixture), FALSE, TRUE);
  sv_player_set_animated (fixture->player, TRUE);
  sv_player_play (fixture->player);
  sv_player_set_animated (fixture->player, FALSE);
  assert_place (fixture, duration (fixture), FALSE, TRUE);
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *count)
{
  *count += 1;
}

static void
test_notify (Fixture *fixture, gconstpointer data)
{
  guint id = story_connect (&fixture->story);
  guint positions = 0, lives = 0, playings = 0, speeds = 0, timelines = 0;

  g_signal_connect (fixture->player, "notify::position", G_CALLBACK (count_cb), &positions);
  g_signal_connect (fixture->player, "notify::live", G_CALLBACK (count_cb), &lives);
  g_signal_connect (fixture->player, "notify::playing", G_CALLBACK (count_cb), &playings);
  g_signal_connect (fixture->player, "notify::speed", G_CALLBACK (count_cb), &speeds);
  g_signal_connect (fixture->player, "notify::timeline", G_CALLBACK (count_cb), &timelines);
  show (fixture, id);
  g_assert_cmpuint (positions + lives + playings + timelines, ==, 4);
  run (fixture, 0.1);
  g_assert_cmpuint (positions, ==, 6);
  sv_player_go_live (fixture->player);
  sv_player_go_live (fixture->player);
  g_assert_cmpuint (positions, ==, 7);
  g_assert_cmpuint (lives, ==, 2);
  g_assert_cmpuint (playings, ==, 2);
  g_object_set (fixture->player, "speed", 2.0, NULL);
  g_object_set (fixture->player, "speed", 2.0, NULL);
  g_assert_cmpuint (speeds, ==, 1);
}

int
main (int argc, char *argv[])
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer); } TESTS[] = {
    { "/player/empty", test_empty },
    { "/player/new-connection", test_new_connection },
    { "/player/news", test_news },
    { "/player/paused-stays", test_paused_stays },
    { "/player/catch-up", test_catch_up },
    { "/player/folding-keeps-the-place", test_folding_keeps_the_place },
    { "/player/speed", test_speed },
    { "/player/odd-clock", test_odd_clock },
    { "/player/steps", test_steps },
    { "/player/reduced-motion", test_reduced_motion },
    { "/player/notify", test_notify },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (TESTS); i++)
    g_test_add (TESTS[i].path, Fixture, NULL, set_up, TESTS[i].test, tear_down);
  return g_test_run ();
}
