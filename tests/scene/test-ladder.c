/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-ladder.h"
#include "check-scene.h"
#include "story.h"

#include <errno.h>
#include <string.h>

static const SvLadderLook LOOK = { .width = 406, .height = 370, .line_height = 18, .char_width = 7.8f, .speed = 1,
                                   .chosen = G_MAXUINT64 };

static const struct { float width, height, line_height, char_width; } SIZES[] = {
  { 300, 240, 18, 7.8f }, { 300, 900, 18, 7.8f }, { 406, 370, 18, 7.8f }, { 620, 480, 20, 9 },
  { 900, 900, 18, 7.8f }, { 360, 294, 34, 15 },   { 900, 240, 34, 15 },   { 300, 240, 34, 15 },
};

static void
check_at (SvTimeline *timeline, double position)
{
  for (guint i = 0; i < G_N_ELEMENTS (SIZES); i++)
    for (int mirrored = 0; mirrored < 2; mirrored++)
      {
        SvLadderLook look = { SIZES[i].width, SIZES[i].height, SIZES[i].line_height, SIZES[i].char_width };

        look.right_to_left = mirrored;
        look.speed = 1;
        look.chosen = sv_timeline_get_beat (timeline, 0)->serial;
        g_autoptr (SvScene) scene = sv_ladder_build (timeline, position, &look);
        check_scene (scene, look.char_width);
      }
}

static void
check_everywhere (Story *story, guint connection)
{
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story->recording, connection);
  double duration = sv_timeline_get_duration (timeline);

  for (double position = 0; position < duration; position += 0.171)
    check_at (timeline, position);
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      check_at (timeline, beat->start);
      check_at (timeline, beat->start + beat->duration);
    }
  check_at (timeline, duration);
}

static void
tell_anything (Story *story, guint id)
{
  static const char *const TEXTS[] = { "hi", "a line that is far too long for any of the sizes that a stage can have\n",
                                       "\x01\xff\x80", "žluťoučký kůň", "" };
  SvSide side = (SvSide) g_test_rand_int_range (0, 2);

  switch (g_test_rand_int_range (0, 8))
    {
    case 0:
      story_wait (story, g_test_rand_double_range (0, 100));
      break;
    case 1:
      for (int i = g_test_rand_int_range (1, 60); i > 0; i--)
        story_call (story, side, id, "recv", story_fd (story, id, side), "4096 bytes", 4096, 0);
      break;
    case 2:
      story_call (story, side, id, "send", story_fd (story, id, side), "99999999 bytes", -1,
                  g_test_rand_bit () ? EAGAIN : EPIPE);
      break;
    case 3:
      story_row (story, id, side, (SvTcpState) g_test_rand_int_range (0, SV_N_TCP_STATES), 3);
      break;
    case 4:
      story_packet (story, id, side, (guint8) g_test_rand_int_range (0, 256), (guint) g_test_rand_int_range (0, 70000));
      break;
    case 5:
      story_call (story, side, id, "shutdown", story_fd (story, id, side), "SHUT_WR", 0, 0);
      break;
    default:
      story_talk (story, id, side, TEXTS[g_test_rand_int_range (0, G_N_ELEMENTS (TEXTS))]);
    }
}

static guint
tell_beginning (Story *story)
{
  guint id;

  if (g_test_rand_bit ())
    story_listen (story);
  switch (g_test_rand_int_range (0, 5))
    {
    case 0:
      return story_connect_refused (story);
    case 1:
      return story_connect_unanswered (story);
    case 2:
      return story_foreign (story, g_test_rand_bit ());
    default:
      id = story_connect (story);
      if (g_test_rand_bit ())
        story_accept (story, id);
      return id;
    }
}

static void
test_any_recording (void)
{
  for (guint round = 0; round < (g_test_slow () ? 200 : 12); round++)
    {
      Story story;

      story_init (&story);
      guint id = tell_beginning (&story);
      for (int i = g_test_rand_int_range (0, 12); i > 0; i--)
        tell_anything (&story, id);
      if (g_test_rand_bit ())
        story_close (&story, id, (SvSide) g_test_rand_int_range (0, 2));
      else
        story_reset (&story, id, (SvSide) g_test_rand_int_range (0, 2));
      check_everywhere (&story, id);
      story_clear (&story);
    }
}

static void
test_demo_everywhere (void)
{
  Story story;

  story_init (&story);
  check_everywhere (&story, story_demo (&story));
  check_everywhere (&story, 0);
  story_clear (&story);
}

static double
position_of (SvTimeline *timeline, const char *call, double share)
{
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);
      const SvFact *fact = sv_recording_get (sv_timeline_get_recording (timeline), beat->serial);
      g_autofree char *flags = fact->kind == SV_FACT_PACKET ? sv_tcp_flags_to_string (fact->packet.flags) : NULL;

      if (i >= 3 && g_str_equal (flags != NULL ? flags : fact->call.name, call))
        return beat->start + share * beat->duration;
    }
  g_assert_not_reached ();
}

static void
assert_lesson (Story *story, guint id, const char *call, double share, const char *lesson)
{
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story->recording, id);
  double position = call != NULL ? position_of (timeline, call, share) : sv_timeline_get_duration (timeline);
  SvLadderLook look = LOOK;

  look.live = call == NULL;
  look.now = story->now;
  g_autoptr (SvScene) scene = sv_ladder_build (timeline, position, &look);
  const SvShape *last = sv_scene_get (scene, sv_scene_get_size (scene) - 1);
  g_assert_cmpstr (last->text_style == SV_TEXT_STRONG ? last->text : "", ==, lesson);

  /* In a narrow picture it takes more lines. */
  look.width = 280;
  look.height = 250;
  g_autoptr (SvScene) narrow = sv_ladder_build (timeline, position, &look);
  last = sv_scene_get (narrow, sv_scene_get_size (narrow) - 1);
  if (*lesson != '\0')
    g_assert_cmpfloat (last->height, >=, 3 * look.line_height);
}

static void
test_lessons (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  assert_lesson (&story, 0, NULL, 0, "The server listens: from now on the kernel answers whoever connects.");
  guint id = story_connect (&story);
  assert_lesson (&story, id, "SYN", 0.5, "SYN: the client’s kernel asks for a connection.");
  assert_lesson (&story, id, "SYN,ACK", 0.5, "SYN, ACK: the server’s kernel agrees, without accept().");
  assert_lesson (&story, id, "ACK", 0.5,
                 "ACK: the client’s kernel confirms. Once it arrives, both ends are ESTABLISHED.");
  assert_lesson (&story, id, "connect", 1, "connect() did not wait for accept().");
  assert_lesson (&story, id, NULL, 0, "connect() did not wait for accept().");
  guint unanswered = story_connect_unanswered (&story);
  assert_lesson (&story, unanswered, NULL, 0, "No answer to the SYN yet: the kernel sends it again and again.");
  story_queue (&story, 6);
  assert_lesson (&story, unanswered, NULL, 0,
                 "The accept queue is full: the SYN was dropped; the kernel sends it again and again.");
  story_accept (&story, id);
  assert_lesson (&story, id, NULL, 0, "accept() opened no new port: its socket has 9999 too.");
  story_wait (&story, 1);
  story_close (&story, id, SV_SIDE_CLIENT);
  story_wait (&story, 3);
  assert_lesson (&story, id, "FIN,ACK", 0.5, "FIN: whoever sends it will send no more data.");
  assert_lesson (&story, id, "recv", 1, "CLOSE_WAIT: the server has not called close() yet.");
  assert_lesson (&story, id, NULL, 0, "TIME_WAIT: 57 s left. The end that closed first waits.");
  guint refused = story_connect_refused (&story);
  assert_lesson (&story, refused, "RST,ACK", 1, "Refused: nobody listens there, so the answer was RST.");
  assert_lesson (&story, refused, NULL, 0, "Refused: nobody listens there, so the answer was RST.");
  guint reset = story_connect (&story);
  story_accept (&story, reset);
  story_reset (&story, reset, SV_SIDE_SERVER);
  assert_lesson (&story, reset, NULL, 0, "The other end has reset the connection.");
  guint shut = story_connect (&story);
  story_accept (&story, shut);
  story_call (&story, SV_SIDE_CLIENT, shut, "shutdown", story_fd (&story, shut, SV_SIDE_CLIENT), "SHUT_WR", 0, 0);
  story_call (&story, SV_SIDE_CLIENT, shut, "send", story_fd (&story, shut, SV_SIDE_CLIENT), "6 bytes", -1, EPIPE);
  assert_lesson (&story, shut, NULL, 0, "This end said with shutdown() that it sends no more: it may only read.");
  guint foreign = sv_recording_add_connection (story.recording, "nc (5123)", TRUE);
  story_row (&story, foreign, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 900);
  assert_lesson (&story, foreign, NULL, 0,
                 "Another program connected: its calls cannot be seen here, its socket can.");
  story_close (&story, shut, SV_SIDE_CLIENT);
  assert_lesson (&story, shut, NULL, 0, "TIME_WAIT: 60 s left. The end that closed first waits.");
  story_clear (&story);
}

/* A call's answer is not there before it returned; the SYN has its real bytes;
 * what was worked out is dashed and says so. */
static void
test_handshake (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect (&story);
  story_accept (&story, id);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  SvLadderLook look = LOOK;
  look.height = 900;

  g_autoptr (SvScene) flying = sv_ladder_build (timeline, position_of (timeline, "SYN", 0.5), &look);
  g_assert_nonnull (find_text (flying, "connect(127.0.0.1:9999)"));
  g_assert_nonnull (find_text (flying, "SYN_SENT · reconstructed"));
  g_assert_nonnull (find_text (flying, "60 real bytes · seq 1054492208"));
  g_assert_true (find_text (flying, "SYN")->moving);
  g_assert_null (find_text (flying, "SYN, ACK"));
  g_assert_null (find_text (flying, "= -1 EINPROGRESS"));
  g_assert_null (find_text (flying, "accept()"));

  g_autoptr (SvScene) done = sv_ladder_build (timeline, sv_timeline_get_duration (timeline), &look);
  guint n_dashed = 0;
  g_assert_false (find_text (done, "SYN")->moving);
  g_assert_nonnull (find_text (done, "= -1 EINPROGRESS"));
  g_assert_nonnull (find_text (done, "→ 0"));
  g_assert_nonnull (find_text (done, "= 23"));
  g_assert_nonnull (find_text (done, "reconstructed"));
  for (guint i = 0; i < sv_scene_get_size (done); i++)
    n_dashed += sv_scene_get (done, i)->kind == SV_SHAPE_LINE && sv_scene_get (done, i)->dashed;
  g_assert_cmpuint (n_dashed, ==, 2); /* the SYN was kept by the server's kernel */

  /* A click on the SYN chooses its real bytes. */
  const SvShape *syn = find_text (done, "SYN");
  SvTarget target = sv_scene_pick (done, syn->x + syn->width / 2, syn->y + syn->height / 2);
  g_assert_cmpint (target.kind, ==, SV_TARGET_FACT);
  g_assert_nonnull (sv_recording_get (story.recording, target.id)->packet.bytes);
  story_clear (&story);
}

static float
find_x (SvScene *scene, const char *text)
{
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    {
      const SvShape *shape = sv_scene_get (scene, i);

      if (shape->kind == SV_SHAPE_TEXT && g_str_has_prefix (shape->text, text))
        return shape->x;
    }
  g_error ("no “%s” in the picture", text);
}

/* A call stands before its result, whichever way the window's language is read. */
static void
test_code_order (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect (&story);
  story_accept (&story, id);
  g_autofree char *accepted = g_strdup_printf ("= %d", story_fd (&story, id, SV_SIDE_SERVER));
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  for (int mirrored = 0; mirrored < 2; mirrored++)
    {
      SvLadderLook look = LOOK;

      look.right_to_left = mirrored;
      g_autoptr (SvScene) scene = sv_ladder_build (timeline, sv_timeline_get_duration (timeline), &look);
      g_assert_cmpfloat (find_x (scene, "accept("), <, find_x (scene, accepted));
      g_assert_cmpfloat (find_x (scene, "getsockopt("), <, find_x (scene, "\342\206\222"));
    }
  story_clear (&story);
}

static void
test_narrow (void)
{
  Story story;
  SvLadderLook look = LOOK;

  story_init (&story);
  guint id = story_connect_refused (&story);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  look.width = 180;
  look.height = 900;
  g_autoptr (SvScene) narrow = sv_ladder_build (timeline, sv_timeline_get_duration (timeline), &look);
  g_assert_nonnull (find_text (narrow, "connect(…:9999)"));
  g_assert_nonnull (find_text (narrow, "ECONNREFUSED"));
  g_autoptr (SvScene) empty = sv_ladder_build (NULL, 0, &look);
  g_assert_cmpuint (sv_scene_get_size (empty), ==, 0);
  story_clear (&story);
}

static void
test_long (void)
{
  Story story;
  gint64 start;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect (&story);
  story_accept (&story, id);
  for (guint i = 0; i < 200; i++)
    story_talk (&story, id, i % 2 ? SV_SIDE_SERVER : SV_SIDE_CLIENT, "ping");
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 100; i++)
    sv_scene_unref (sv_ladder_build (timeline, sv_timeline_get_duration (timeline), &LOOK));
  g_test_message ("a ladder of %u beats takes %g µs", sv_timeline_get_n_beats (timeline),
                  (double) (g_get_monotonic_time () - start) / 100);
  check_at (timeline, sv_timeline_get_duration (timeline));
  story_clear (&story);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ladder/any-recording", test_any_recording);
  g_test_add_func ("/ladder/demo-everywhere", test_demo_everywhere);
  g_test_add_func ("/ladder/lessons", test_lessons);
  g_test_add_func ("/ladder/handshake", test_handshake);
  g_test_add_func ("/ladder/code-order", test_code_order);
  g_test_add_func ("/ladder/narrow", test_narrow);
  g_test_add_func ("/ladder/long", test_long);
  return g_test_run ();
}
