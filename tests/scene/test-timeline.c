/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-moment.h"
#include "sv-timeline.h"
#include "story.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <string.h>

/* "C connect", "S SYN,ACK ~" (~: reconstructed), "C SYN ~ !" (!: no answer), "S recv ×1600" */
static char *
describe_beats (SvTimeline *timeline)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);
      const SvFact *fact = sv_recording_get (sv_timeline_get_recording (timeline), beat->serial);
      g_autofree char *flags = fact->kind == SV_FACT_PACKET ? sv_tcp_flags_to_string (fact->packet.flags) : NULL;

      g_string_append_printf (text, "%s%s %s", i > 0 ? "; " : "", beat->side == SV_SIDE_CLIENT ? "C" : "S",
                              flags != NULL ? flags : beat->mixed ? "…" : fact->call.name);
      if (beat->reconstructed)
        g_string_append (text, " ~");
      if (beat->unanswered)
        g_string_append (text, " !");
      if (beat->bytes_serial != SV_NO_SERIAL)
        g_string_append (text, " real");
      if (beat->count > 1)
        g_string_append_printf (text, " ×%u", beat->count);
    }
  return g_string_free (text, FALSE);
}

static char *
describe_spans (SvTimeline *timeline, SvSide side)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    {
      const SvStateSpan *span = sv_timeline_get_span (timeline, i);

      if (span->side != side)
        continue;
      g_string_append_printf (text, "%s%s%s", text->len > 0 ? " " : "",
                              span->state == SV_TCP_NONE ? "-" : sv_tcp_state_to_netstat (span->state),
                              span->reconstructed ? "~" : "");
    }
  return g_string_free (text, FALSE);
}

static void
assert_timeline (Story *story, guint connection, const char *beats, const char *client, const char *server)
{
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story->recording, connection);
  g_autofree char *found = describe_beats (timeline);
  g_autofree char *found_client = describe_spans (timeline, SV_SIDE_CLIENT);
  g_autofree char *found_server = describe_spans (timeline, SV_SIDE_SERVER);

  g_assert_cmpstr (found, ==, beats);
  g_assert_cmpstr (found_client, ==, client);
  g_assert_cmpstr (found_server, ==, server);
}

#define LISTENER "S socket; S bind; S listen; "
#define HANDSHAKE "C socket; C connect; C SYN ~; S SYN,ACK ~; C ACK ~; C getsockopt"
#define REAL_HANDSHAKE "C socket; C connect; C SYN real; S SYN,ACK ~; C ACK ~; C getsockopt; S accept"

static void
test_demo (void)
{
  Story story;

  story_init (&story);
  guint id = story_demo (&story);
  assert_timeline (&story, id,
                   LISTENER REAL_HANDSHAKE "; C send; C PSH,ACK ~; S recv; S send; S PSH,ACK ~; C recv; "
                   "C close; C FIN,ACK ~; S ACK ~; S recv; S close; S FIN,ACK ~; C ACK ~",
                   "- SYN_SENT~ ESTABLISHED FIN_WAIT1~ FIN_WAIT2 TIME_WAIT",
                   "- LISTEN SYN_RECV~ ESTABLISHED CLOSE_WAIT LAST_ACK~ -");
  story_clear (&story);
}

#define SYN SV_TCP_SYN
#define SYN_ACK (SV_TCP_SYN | SV_TCP_ACK)

/* Two machines, and a client's SYN on the wire between them. Returns: the connection's id. */
static guint
start_flying (Story *story)
{
  guint id;

  story_init_two (story, FALSE);
  story_listen (story);
  id = story_wire_connect (story);
  story_on_wire (story, id, SV_PACKET_SENT, SV_SIDE_CLIENT, SYN, 1000, 1);
  return id;
}

/* Held for five minutes: the kernel repeats it, the wire keeps that back; the waiting is cut short, and said. */
static void
test_wire_held (void)
{
  static const double REPEATED[] = { 1, 1, 1, 1, 2, 4, 8, 16, 32, 64 };
  Story story;
  guint id = start_flying (&story);

  for (guint i = 0; i < G_N_ELEMENTS (REPEATED); i++)
    {
      story_wait (&story, REPEATED[i]);
      story_on_wire (&story, id, SV_PACKET_SWALLOWED, SV_SIDE_CLIENT, SYN, 1000, 1);
    }
  story_wait (&story, 170);
  story_on_wire (&story, id, SV_PACKET_DELIVERED, SV_SIDE_CLIENT, SYN, 1000, 1);
  story_row (&story, id, SV_SIDE_SERVER, SV_TCP_SYN_RECV, 0);
  story_on_wire (&story, id, SV_PACKET_SENT, SV_SIDE_SERVER, SYN_ACK, 9000, 2);
  story_wait (&story, 2);
  story_on_wire (&story, id, SV_PACKET_DELIVERED, SV_SIDE_SERVER, SYN_ACK, 9000, 2);
  story_row (&story, id, SV_SIDE_CLIENT, SV_TCP_ESTABLISHED, 601);
  assert_timeline (&story, id, LISTENER "C socket; C connect; C SYN real; S SYN,ACK real", "- SYN_SENT ESTABLISHED",
                   "- LISTEN SYN_RECV");

  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  const SvBeat *syn = sv_timeline_get_beat (timeline, 5), *answer = sv_timeline_get_beat (timeline, 6);
  const SvTimelineGap *gap = sv_timeline_get_gap (timeline, sv_timeline_get_n_gaps (timeline) - 1);
  g_assert_cmpuint (syn->n_copies, ==, G_N_ELEMENTS (REPEATED));
  g_assert_cmpfloat (syn->duration, <, 5);
  g_assert_cmpfloat (fabs (answer->duration - 2), <, 0.01); /* as long as it really flew */
  g_assert_cmpfloat (gap->start, >=, syn->start);
  g_assert_cmpfloat (gap->end, <=, syn->start + syn->duration);
  g_autofree char *passed = sv_timeline_describe_slowdown (timeline, (gap->start + gap->end) / 2, 1);
  g_assert_cmpstr (passed, ==, "5 min passed");
  g_autofree char *speed = sv_timeline_describe_slowdown (timeline, answer->start + 1, 1);
  g_assert_cmpstr (speed, ==, "as fast as it was");
  story_clear (&story);
}

/* What was dropped ends, and what the kernel sends again is another packet, with the time that it had waited. */
static void
test_wire_dropped (void)
{
  Story story;
  guint id = start_flying (&story);

  story_wait (&story, 0.4);
  story_on_wire (&story, id, SV_PACKET_DROPPED, SV_SIDE_CLIENT, SYN, 1000, 1);
  story_wait (&story, 0.63);
  story_on_wire (&story, id, SV_PACKET_SENT, SV_SIDE_CLIENT, SYN, 1000, 2);
  assert_timeline (&story, id, LISTENER "C socket; C connect; C SYN real; C SYN real", "- SYN_SENT", "- LISTEN");

  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  const SvBeat *first = sv_timeline_get_beat (timeline, 5), *again = sv_timeline_get_beat (timeline, 6);
  g_assert_true (first->lost && !first->open && !first->again);
  g_assert_true (again->open && !again->lost && again->again);
  g_assert_cmpint (again->waited, ==, 1030 * G_GINT64_CONSTANT (1000000));
  g_assert_cmpfloat (first->start + first->duration, <, again->start);
  story_clear (&story);
}

/* Two packets fly at once, across each other: each as long as it did. */
static void
test_wire_crossing (void)
{
  Story story;
  guint id = start_flying (&story);

  story_wait (&story, 1);
  story_on_wire (&story, id, SV_PACKET_SENT, SV_SIDE_SERVER, SYN, 9000, 2);
  story_wait (&story, 1);
  story_on_wire (&story, id, SV_PACKET_DELIVERED, SV_SIDE_CLIENT, SYN, 1000, 1);
  story_wait (&story, 1);
  story_on_wire (&story, id, SV_PACKET_DELIVERED, SV_SIDE_SERVER, SYN, 9000, 2);
  assert_timeline (&story, id, LISTENER "C socket; C connect; C SYN real; S SYN real", "- SYN_SENT", "- LISTEN");

  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  const SvBeat *one = sv_timeline_get_beat (timeline, 5), *other = sv_timeline_get_beat (timeline, 6);
  g_assert_cmpfloat (fabs (one->duration - 2), <, 0.01);
  g_assert_cmpfloat (fabs (other->duration - 2), <, 0.01);
  g_assert_cmpfloat (fabs (other->start - one->start - 1), <, 0.01);
  story_clear (&story);
}

static void
test_server_closes_first (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect (&story);
  story_accept (&story, id);
  story_wait (&story, 1);
  story_close (&story, id, SV_SIDE_SERVER);
  story_wait (&story, 60);
  story_row (&story, id, SV_SIDE_SERVER, SV_TCP_NONE, 0);
  assert_timeline (&story, id,
                   LISTENER REAL_HANDSHAKE "; S close; S FIN,ACK ~; C ACK ~; C recv; C close; C FIN,ACK ~; S ACK ~",
                   "- SYN_SENT~ ESTABLISHED CLOSE_WAIT LAST_ACK~ -",
                   "- LISTEN SYN_RECV~ ESTABLISHED FIN_WAIT1~ FIN_WAIT2 TIME_WAIT -");

  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  const SvTimelineGap *gap = sv_timeline_get_gap (timeline, sv_timeline_get_n_gaps (timeline) - 1);
  g_autofree char *passed = sv_timeline_describe_slowdown (timeline, (gap->start + gap->end) / 2, 1);
  g_assert_cmpstr (passed, ==, "1 min passed");
  story_clear (&story);
}

static void
test_refused (void)
{
  Story story;

  story_init (&story);
  guint id = story_connect_refused (&story);
  assert_timeline (&story, id, "C socket; C connect; C SYN ~; S RST,ACK ~; C close", "- SYN_SENT~ -~", "-");
  story_clear (&story);
}

static void
test_held_accept (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect (&story);
  assert_timeline (&story, id, LISTENER HANDSHAKE, "- SYN_SENT~ ESTABLISHED", "- LISTEN SYN_RECV~ ESTABLISHED");

  guint unanswered = story_connect_unanswered (&story);
  assert_timeline (&story, unanswered, LISTENER "C socket; C connect; C SYN ~", "- SYN_SENT", "- LISTEN");

  /* Seconds later there is room: the SYN that was sent again is answered. */
  story_wait (&story, 3);
  story_call (&story, SV_SIDE_CLIENT, unanswered, "getsockopt", 30, "SOL_SOCKET, SO_ERROR, [0]", 0, 0);
  story_packet (&story, unanswered, SV_SIDE_CLIENT, SV_TCP_SYN, 0);
  story_packet (&story, unanswered, SV_SIDE_SERVER, SV_TCP_SYN | SV_TCP_ACK, 0);
  story_packet (&story, unanswered, SV_SIDE_CLIENT, SV_TCP_ACK, 0);
  story_row (&story, unanswered, SV_SIDE_CLIENT, SV_TCP_ESTABLISHED, 9);
  story_row (&story, unanswered, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 0);
  assert_timeline (&story, unanswered,
                   LISTENER "C socket; C connect; C SYN ~ !; C SYN ~; S SYN,ACK ~; C ACK ~; C getsockopt",
                   "- SYN_SENT ESTABLISHED", "- LISTEN SYN_RECV~ ESTABLISHED");
  /* The bytes that the kernel kept are of the SYN that it answered. */
  story_accept (&story, unanswered);
  assert_timeline (&story, unanswered,
                   LISTENER "C socket; C connect; C SYN ~ !; C SYN real; S SYN,ACK ~; C ACK ~; C getsockopt; S accept",
                   "- SYN_SENT ESTABLISHED", "- LISTEN SYN_RECV~ ESTABLISHED");
  story_clear (&story);
}

/* TCP_DEFER_ACCEPT: the client's ACK has come, yet the row says SYN_RECV. What
 * the row says counts. */
static void
test_rows_overrule_packets (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect_unanswered (&story);
  story_packet (&story, id, SV_SIDE_SERVER, SV_TCP_SYN | SV_TCP_ACK, 0);
  story_packet (&story, id, SV_SIDE_CLIENT, SV_TCP_ACK, 0);
  story_row (&story, id, SV_SIDE_CLIENT, SV_TCP_ESTABLISHED, 601);
  story_row (&story, id, SV_SIDE_SERVER, SV_TCP_SYN_RECV, 0);
  assert_timeline (&story, id, LISTENER "C socket; C connect; C SYN ~; S SYN,ACK ~; C ACK ~",
                   "- SYN_SENT ESTABLISHED", "- LISTEN SYN_RECV");
  story_clear (&story);
}

static void
test_reset (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect (&story);
  story_accept (&story, id);
  story_wait (&story, 1);
  story_reset (&story, id, SV_SIDE_CLIENT);
  assert_timeline (&story, id,
                   LISTENER REAL_HANDSHAKE "; C setsockopt; C close; C RST,ACK ~; S recv; S close",
                   "- SYN_SENT~ ESTABLISHED -", "- LISTEN SYN_RECV~ ESTABLISHED -");
  story_clear (&story);
}

/* Nobody saw a foreign client's handshake; it was before accept(), not in it. */
static void
test_foreign (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint near = story_foreign (&story, TRUE);
  guint far = story_foreign (&story, FALSE);
  assert_timeline (&story, near, LISTENER "C SYN real; S SYN,ACK ~; C ACK ~; S accept",
                   "- SYN_SENT~ ESTABLISHED", "- LISTEN SYN_RECV~ ESTABLISHED");
  assert_timeline (&story, far, LISTENER "C SYN real; S SYN,ACK ~; C ACK ~; S accept",
                   "- SYN_SENT~ ESTABLISHED~", "- LISTEN SYN_RECV~ ESTABLISHED");
  story_clear (&story);
}

/* What the recording has no longer was there all the same. */
static void
test_trimmed (void)
{
  Story story;

  story_init (&story);
  g_object_unref (story.recording);
  story.recording = sv_recording_new (12);
  story_listen (&story);
  guint id = story_connect (&story);
  story_accept (&story, id);
  story_close (&story, id, SV_SIDE_CLIENT);
  assert_timeline (&story, id, "C close; C FIN,ACK ~; S ACK ~; S recv; S close; S FIN,ACK ~; C ACK ~",
                   "ESTABLISHED FIN_WAIT1~ FIN_WAIT2 TIME_WAIT", "ESTABLISHED CLOSE_WAIT LAST_ACK~ -");
  story_clear (&story);
}

/* Seconds in the accept queue come after the handshake, not before it. */
static void
test_foreign_waits (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = sv_recording_add_connection (story.recording, "nc (5123)", TRUE);
  SvEndpoint client = sv_endpoint_loopback (AF_INET, 50000), server = sv_endpoint_loopback (AF_INET, story.port);
  sv_recording_name_connection (story.recording, id, &client, &server);
  story_row (&story, id, SV_SIDE_CLIENT, SV_TCP_ESTABLISHED, 800);
  story_row (&story, id, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 0);
  story_wait (&story, 25);
  story_accept (&story, id);
  story_packet (&story, id, SV_SIDE_SERVER, SV_TCP_SYN | SV_TCP_ACK, 0);
  story_packet (&story, id, SV_SIDE_CLIENT, SV_TCP_ACK, 0);
  assert_timeline (&story, id, LISTENER "C SYN real; S SYN,ACK ~; C ACK ~; S accept",
                   "- SYN_SENT~ ESTABLISHED", "- LISTEN SYN_RECV~ ESTABLISHED");
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  const SvTimelineGap *gap = sv_timeline_get_gap (timeline, sv_timeline_get_n_gaps (timeline) - 1);
  const SvBeat *ack = sv_timeline_get_beat (timeline, sv_timeline_get_n_beats (timeline) - 2);
  g_assert_cmpfloat (gap->start, >=, ack->start + ack->duration);
  story_clear (&story);
}

/* Its FIN came before recv() told of it, and before the rows that were read then. */
static void
test_foreign_goodbye (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_foreign (&story, TRUE);
  story_wait (&story, 5);
  story_row (&story, id, SV_SIDE_SERVER, SV_TCP_CLOSE_WAIT, 701);
  story_row (&story, id, SV_SIDE_CLIENT, SV_TCP_FIN_WAIT2, 0);
  story_call (&story, SV_SIDE_SERVER, id, "recv", story_fd (&story, id, SV_SIDE_SERVER), "4096 bytes", 0, 0);
  story_packet (&story, id, SV_SIDE_CLIENT, SV_TCP_FIN | SV_TCP_ACK, 0);
  story_packet (&story, id, SV_SIDE_SERVER, SV_TCP_ACK, 0);
  assert_timeline (&story, id, LISTENER "C SYN real; S SYN,ACK ~; C ACK ~; S accept; C FIN,ACK ~; S ACK ~; S recv",
                   "- SYN_SENT~ ESTABLISHED FIN_WAIT1~ FIN_WAIT2", "- LISTEN SYN_RECV~ ESTABLISHED CLOSE_WAIT");
  story_clear (&story);
}

static void
test_many_recv (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect (&story);
  story_accept (&story, id);
  for (guint i = 0; i < 2000; i++)
    story_call (&story, SV_SIDE_SERVER, id, "recv", story_fd (&story, id, SV_SIDE_SERVER), "4096 bytes", 4096, 0);
  story_close (&story, id, SV_SIDE_CLIENT);
  assert_timeline (&story, id,
                   LISTENER REAL_HANDSHAKE "; S recv ×2000; C close; C FIN,ACK ~; S ACK ~; S recv; S close; "
                   "S FIN,ACK ~; C ACK ~",
                   "- SYN_SENT~ ESTABLISHED FIN_WAIT1~ FIN_WAIT2 TIME_WAIT",
                   "- LISTEN SYN_RECV~ ESTABLISHED CLOSE_WAIT LAST_ACK~ -");
  story_clear (&story);
}

static void
test_long_talk_is_bounded (void)
{
  Story story;

  story_init (&story);
  story_listen (&story);
  guint id = story_connect (&story);
  story_accept (&story, id);
  for (guint i = 0; i < 3000; i++)
    story_talk (&story, id, i % 2 ? SV_SIDE_SERVER : SV_SIDE_CLIENT, "ping");
  story_close (&story, id, SV_SIDE_CLIENT);

  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  g_autofree char *beats = describe_beats (timeline);
  g_assert_cmpuint (sv_timeline_get_n_beats (timeline), <=, 200);
  g_assert_nonnull (strstr (beats, "…"));
  g_assert_true (g_str_has_suffix (beats, "S FIN,ACK ~; C ACK ~"));
  g_assert_cmpfloat (sv_timeline_get_duration (timeline), <, 120);
  story_clear (&story);
}

static void
test_listener_alone (void)
{
  Story story;

  story_init (&story);
  assert_timeline (&story, 0, "", "", "");
  story_listen (&story);
  assert_timeline (&story, 0, "S socket; S bind; S listen", "-", "- LISTEN");
  story_stop_listening (&story);
  assert_timeline (&story, 0, "S socket; S bind; S listen; S close", "-", "- LISTEN -");
  story_listen (&story);
  guint id = story_connect (&story);
  assert_timeline (&story, id, LISTENER HANDSHAKE, "- SYN_SENT~ ESTABLISHED", "- LISTEN SYN_RECV~ ESTABLISHED");
  story_clear (&story);
}

/* Whatever the position: no row is there before the call that caused it has
 * ended, and time never goes back. */
static void
test_moment_follows (void)
{
  Story story;

  story_init (&story);
  guint id = story_demo (&story);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  guint64 last = 0;

  for (double at = 0; at <= sv_timeline_get_duration (timeline) + 0.1; at += 0.01)
    {
      guint64 serial = sv_timeline_get_serial_at (timeline, at);

      g_assert_cmpuint (serial, >=, last);
      last = serial;
      for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
        {
          const SvBeat *beat = sv_timeline_get_beat (timeline, i);

          if (beat->kind != SV_BEAT_CALL)
            continue;
          if (at < beat->start + beat->duration)
            g_assert_cmpuint (serial, <=, beat->serial);
          else
            g_assert_cmpuint (serial, >, beat->serial);
        }
    }
  g_assert_cmpuint (last, ==, sv_recording_get_end (story.recording));
  story_clear (&story);
}

static void
test_beats_nest (void)
{
  Story story;

  story_init (&story);
  guint id = story_demo (&story);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  double last = 0, stop = 0;
  guint n_stops = 0;

  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      g_assert_cmpfloat (beat->start, >=, last);
      g_assert_cmpint (sv_timeline_find_beat (timeline, beat->start), ==, (int) i);
      g_assert_cmpfloat (sv_timeline_get_position_of (timeline, beat->serial), ==, beat->start);
      g_assert_cmpfloat (beat->start + beat->duration, <=, sv_timeline_get_duration (timeline) + 1e-9);
      last = beat->start;
    }
  g_assert_cmpint (sv_timeline_find_beat (timeline, -1), ==, -1);
  g_assert_cmpfloat (sv_timeline_get_position_of (timeline, 99999), ==, -1);
  while (stop < sv_timeline_get_duration (timeline))
    {
      double next = sv_timeline_get_stop (timeline, stop, 1);

      g_assert_cmpfloat (next, >, stop);
      g_assert_cmpfloat (sv_timeline_get_stop (timeline, next, -1), ==, stop);
      stop = next;
      n_stops++;
    }
  g_assert_cmpuint (n_stops, ==, sv_timeline_get_n_beats (timeline) + 1);
  story_clear (&story);
}

static void
test_slowdown (void)
{
  Story story;

  story_init (&story);
  guint id = story_demo (&story);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  gint64 kernel;
  double connect = -1;

  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    if (sv_timeline_get_beat (timeline, i)->duration > 4)
      connect = sv_timeline_get_beat (timeline, i)->start + 1;

  /* connect() 69 µs and getsockopt() 5 µs, shown 5.3 s and 0.3 s. */
  double slowdown = sv_timeline_get_slowdown (timeline, connect, &kernel);
  g_autofree char *text = sv_timeline_describe_slowdown (timeline, connect, 1);
  g_autofree char *faster = sv_timeline_describe_slowdown (timeline, connect, 4);
  g_assert_cmpint (kernel, ==, 74000);
  g_assert_cmpfloat (slowdown, >, 60000);
  g_assert_cmpstr (text, ==, "kernel: 74 µs, shown ×76\u2009000 slower");
  g_assert_cmpstr (faster, ==, "kernel: 74 µs, shown ×19\u2009000 slower");

  const SvTimelineGap *gap = sv_timeline_get_gap (timeline, 1);
  g_autofree char *passed = sv_timeline_describe_slowdown (timeline, (gap->start + gap->end) / 2, 1);
  g_assert_cmpstr (passed, ==, "4.2 s passed");
  story_clear (&story);
}

/* The port is looked for before the SYN leaves, while connect() is shown. */
static void
test_hunt (void)
{
  Story story;

  story_init (&story);
  guint id = story_demo (&story);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  double last = 0;

  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);
      const SvFact *fact = sv_recording_get (story.recording, beat->serial);
      gboolean inside = fact->kind == SV_FACT_CALL ? g_str_equal (fact->call.name, "connect")
                                                   : (fact->packet.flags & SV_TCP_SYN) != 0;
      double progress = -1;
      guint16 port = 0;

      g_assert_cmpint (sv_timeline_get_hunt (timeline, beat->start, &port, &progress) && progress < 2, ==,
                       inside || i == 7);
      if (!inside)
        continue;
      g_assert_cmpuint (port, ==, 43208);
      g_assert_cmpfloat (progress, >=, last);
      g_assert_cmpfloat_with_epsilon (progress, fact->kind == SV_FACT_PACKET, 0.001);
      last = progress;
    }
  story_clear (&story);
}

/* When the oldest facts have gone, what is left is still told. */
static void
test_old_facts_gone (void)
{
  Story story;

  story_init (&story);
  g_object_unref (story.recording);
  story.recording = sv_recording_new (24);
  guint id = story_demo (&story);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (story.recording, id);
  g_autofree char *beats = describe_beats (timeline);
  g_assert_true (g_str_has_suffix (beats, "S FIN,ACK ~; C ACK ~"));
  story_clear (&story);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/wire-held", test_wire_held);
  g_test_add_func ("/timeline/wire-dropped", test_wire_dropped);
  g_test_add_func ("/timeline/wire-crossing", test_wire_crossing);
  g_test_add_func ("/timeline/demo", test_demo);
  g_test_add_func ("/timeline/server-closes-first", test_server_closes_first);
  g_test_add_func ("/timeline/refused", test_refused);
  g_test_add_func ("/timeline/held-accept", test_held_accept);
  g_test_add_func ("/timeline/rows-overrule-packets", test_rows_overrule_packets);
  g_test_add_func ("/timeline/reset", test_reset);
  g_test_add_func ("/timeline/foreign", test_foreign);
  g_test_add_func ("/timeline/trimmed", test_trimmed);
  g_test_add_func ("/timeline/foreign-waits", test_foreign_waits);
  g_test_add_func ("/timeline/foreign-goodbye", test_foreign_goodbye);
  g_test_add_func ("/timeline/many-recv", test_many_recv);
  g_test_add_func ("/timeline/long-talk", test_long_talk_is_bounded);
  g_test_add_func ("/timeline/listener-alone", test_listener_alone);
  g_test_add_func ("/timeline/moment-follows", test_moment_follows);
  g_test_add_func ("/timeline/beats-nest", test_beats_nest);
  g_test_add_func ("/timeline/slowdown", test_slowdown);
  g_test_add_func ("/timeline/hunt", test_hunt);
  g_test_add_func ("/timeline/old-facts-gone", test_old_facts_gone);
  return g_test_run ();
}
