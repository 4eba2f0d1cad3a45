/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The timeline and the ladder of two machines of this kernel: what was seen on a real wire. */
#include "../two-machines-fixture.h"
#include "sv-ladder.h"
#include "sv-ladder-words.h"
#include "sv-player.h"
#include "check-scene.h"

#include <string.h>

#define PEER_PORT 20450

static const SvLadderLook LOOK = { .width = 406, .height = 600, .line_height = 18, .char_width = 7.8f, .speed = 1,
                                   .chosen = G_MAXUINT64, .live = TRUE };

static gboolean
has_no_flights (Fixture *fixture, gpointer data)
{
  return sv_wire_get_n_flights (fixture->wire) == 0;
}

static gboolean
has_swallowed (Fixture *fixture, gpointer n)
{
  return sv_wire_get_n_swallowed (fixture->wire) >= GPOINTER_TO_UINT (n);
}

static gboolean
is_in_state (Fixture *fixture, SvSide side, SvTcpState state)
{
  return sv_recording_get_n_connections (fixture->recording) > 0 && get_state (fixture, 1, side) == state;
}

static gboolean
is_established (Fixture *fixture, gpointer data)
{
  return is_in_state (fixture, SV_SIDE_SERVER, SV_TCP_ESTABLISHED) && has_no_flights (fixture, NULL)
         && sv_lab_has_end (fixture->lab, 1, SV_SIDE_SERVER);
}

static gboolean
are_peers_established (Fixture *fixture, gpointer data)
{
  return is_in_state (fixture, SV_SIDE_CLIENT, SV_TCP_ESTABLISHED)
         && is_in_state (fixture, SV_SIDE_SERVER, SV_TCP_ESTABLISHED) && has_no_flights (fixture, NULL);
}

static gboolean
is_over (Fixture *fixture, gpointer data)
{
  return is_in_state (fixture, SV_SIDE_CLIENT, SV_TCP_TIME_WAIT) && is_in_state (fixture, SV_SIDE_SERVER, SV_TCP_NONE);
}

/* ---- Fixture. */

static void
set_up_kind (Fixture *fixture, SvKind kind, gboolean nat, gint64 hop)
{
  SvServerOptions options;
  g_autoptr (GError) error = NULL;

  set_up_network (fixture, nat, hop);
  sv_server_options_init (&options);
  options.bind = sv_endpoint_any (AF_INET, PORT);
  options.echo = FALSE;
  options.kind = kind;
  sv_lab_start_server (fixture->lab, &options, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gboolean nat, gint64 hop)
{
  set_up_kind (fixture, SV_KIND_TCP, nat, hop);
}

static void
spawn_client (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  sv_lab_spawn_clients (fixture->lab, 1, &error);
  g_assert_no_error (error);
}

static void
send_text (Fixture *fixture, SvSide side, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  sv_lab_send (fixture->lab, 1, side, bytes, &error);
  g_assert_no_error (error);
}

/* ---- What the timeline says. */

static void
describe_beat (SvTimeline *timeline, const SvBeat *beat, GString *text)
{
  const SvFact *fact = sv_recording_get (sv_timeline_get_recording (timeline), beat->serial);
  g_autofree char *label = fact->kind == SV_FACT_PACKET ? sv_ladder_packet_label (fact) : NULL;

  g_assert_false (beat->reconstructed);
  g_string_append_printf (text, "%s%s %s", text->len > 0 ? "; " : "", beat->side == SV_SIDE_CLIENT ? "C" : "S",
                          label != NULL ? label : fact->call.name);
  if (beat->open)
    g_string_append (text, " …");
  if (beat->lost)
    g_string_append (text, " x");
  if (beat->again)
    g_string_append (text, " again");
  if (beat->n_copies > 0)
    g_string_append_printf (text, " +%u", beat->n_copies);
}

static char *
describe_spans (SvTimeline *timeline, SvSide side)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    {
      const SvStateSpan *span = sv_timeline_get_span (timeline, i);

      g_assert_false (span->reconstructed);
      if (span->side == side)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "",
                                span->state == SV_TCP_NONE ? "-" : sv_tcp_state_to_netstat (span->state));
    }
  return g_string_free (text, FALSE);
}

static SvTimeline *
assert_timeline (Fixture *fixture, const char *beats, const char *client, const char *server)
{
  SvTimeline *timeline = sv_timeline_new (fixture->recording, 1);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autofree char *found_client = describe_spans (timeline, SV_SIDE_CLIENT);
  g_autofree char *found_server = describe_spans (timeline, SV_SIDE_SERVER);

  g_assert_true (sv_timeline_is_observed (timeline));
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    describe_beat (timeline, sv_timeline_get_beat (timeline, i), found);
  g_assert_cmpstr (found->str, ==, beats);
  g_assert_cmpstr (found_client, ==, client);
  g_assert_cmpstr (found_server, ==, server);
  return timeline;
}

static gboolean
has_text (SvScene *scene, const char *part)
{
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    if (sv_scene_get (scene, i)->text != NULL && strstr (sv_scene_get (scene, i)->text, part) != NULL)
      return TRUE;
  return FALSE;
}

/* What became of the packet by then has such a sentence. */
static void
assert_told (SvTimeline *timeline, const SvBeat *beat, guint64 moment, const char *part)
{
  g_autoptr (GPtrArray) sentences = sv_ladder_tell_journey (timeline, beat->serial, moment);

  for (guint i = 0; i < sentences->len; i++)
    if (strstr (g_ptr_array_index (sentences, i), part) != NULL)
      return;
  g_error ("nothing says “%s”", part);
}

#define OPENING "S socket; S bind; S listen; C socket; C connect"

static void
test_handshake (void)
{
  Fixture fixture;

  set_up (&fixture, FALSE, 50 * MS);
  sv_wire_set_holding (fixture.wire, TRUE);
  spawn_client (&fixture);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  sv_timeline_unref (assert_timeline (&fixture, OPENING "; C SYN …", "- SYN_SENT", "- LISTEN"));
  sv_wire_deliver_all (fixture.wire);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  sv_timeline_unref (assert_timeline (&fixture, OPENING "; C SYN; S SYN, ACK …", "- SYN_SENT", "- LISTEN SYN_RECV"));
  sv_wire_deliver_all (fixture.wire);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));

  g_autoptr (SvTimeline) third = sv_timeline_new (fixture.recording, 1);
  g_autofree char *client = describe_spans (third, SV_SIDE_CLIENT), *server = describe_spans (third, SV_SIDE_SERVER);
  g_assert_cmpstr (client, ==, "- SYN_SENT ESTABLISHED");
  g_assert_cmpstr (server, ==, "- LISTEN SYN_RECV");
  sv_wire_set_holding (fixture.wire, FALSE);
  wait_for (&fixture, is_established, NULL);
  g_autoptr (SvTimeline) done = sv_timeline_new (fixture.recording, 1);
  g_autofree char *server_done = describe_spans (done, SV_SIDE_SERVER);
  g_assert_cmpstr (server_done, ==, "- LISTEN SYN_RECV ESTABLISHED");
  tear_down (&fixture);
}

/* However the packets cross, what arrived had left before, and nothing is shown before its time. */
static void
check_order (Fixture *fixture, SvTimeline *timeline)
{
  double last = 0;

  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);
      double end = beat->start + beat->duration;

      g_assert_cmpfloat (beat->start, >=, last);
      g_assert_cmpfloat (beat->duration, >, 0);
      last = beat->start;
      if (beat->kind == SV_BEAT_CALL)
        continue;
      g_assert_cmpuint (beat->arrival, !=, SV_NO_SERIAL);
      g_assert_cmpuint (sv_timeline_get_serial_at (timeline, beat->start), >, beat->serial);
      g_assert_cmpuint (sv_timeline_get_serial_at (timeline, end - 0.001), <=, beat->arrival);
      g_assert_cmpuint (sv_timeline_get_serial_at (timeline, end), >, beat->arrival);
    }
}

static void
check_pictures (SvTimeline *timeline)
{
  static const float SIZES[][4] = { { 300, 240, 18, 7.8f }, { 406, 370, 18, 7.8f }, { 900, 900, 18, 7.8f },
                                    { 360, 294, 34, 15 } };
  const SvLadderFlight others[] = { { .id = 900, .connection = 7, .progress = 0.3 },
                                    { .id = 901, .from = SV_SIDE_SERVER, .progress = 1, .still = TRUE } };

  for (double position = 0; position <= sv_timeline_get_duration (timeline) + 0.05; position += 0.173)
    for (guint i = 0; i < G_N_ELEMENTS (SIZES); i++)
      {
        SvLadderLook look = { SIZES[i][0], SIZES[i][1], SIZES[i][2], SIZES[i][3], .right_to_left = i == 2, .speed = 1,
                              .live = i % 2, .chosen = sv_timeline_get_beat (timeline, 5)->serial,
                              .flights = others, .n_flights = G_N_ELEMENTS (others) };
        g_autoptr (SvScene) scene = sv_ladder_build (timeline, position, &look);

        check_scene_in_flight (scene, look.char_width);
      }
}

static void
test_life (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;
  gint64 before;

  set_up (&fixture, FALSE, 60 * MS);
  spawn_client (&fixture);
  wait_for (&fixture, is_established, NULL);
  send_text (&fixture, SV_SIDE_CLIENT, "hello\n");
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  wait_for (&fixture, has_no_flights, NULL);
  sv_lab_close (fixture.lab, 1, SV_SIDE_CLIENT, &error);
  g_assert_no_error (error);
  wait_for (&fixture, is_over, NULL);

  g_autoptr (SvTimeline) timeline = sv_timeline_new (fixture.recording, 1);
  g_autofree char *client = describe_spans (timeline, SV_SIDE_CLIENT);
  g_autofree char *server = describe_spans (timeline, SV_SIDE_SERVER);
  g_assert_cmpstr (client, ==, "- SYN_SENT ESTABLISHED FIN_WAIT1 TIME_WAIT");
  g_assert_cmpstr (server, ==, "- LISTEN SYN_RECV ESTABLISHED CLOSE_WAIT LAST_ACK -");
  check_order (&fixture, timeline);
  before = g_get_monotonic_time ();
  check_pictures (timeline);
  g_test_message ("all pictures took %.1f ms", (double) (g_get_monotonic_time () - before) / 1000);
  tear_down (&fixture);
}

static void
test_dropped (void)
{
  Fixture fixture;

  set_up (&fixture, FALSE, 50 * MS);
  sv_wire_set_holding (fixture.wire, TRUE);
  spawn_client (&fixture);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  sv_wire_drop (fixture.wire, sv_wire_get_flight (fixture.wire, 0)->id);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));

  g_autoptr (SvTimeline) timeline
    = assert_timeline (&fixture, OPENING "; C SYN x; C SYN … again", "- SYN_SENT", "- LISTEN");
  const SvBeat *first = sv_timeline_get_beat (timeline, 5), *again = sv_timeline_get_beat (timeline, 6);
  g_assert_cmpint (again->waited, >=, 900 * MS); /* RFC 6298 §2.1: 1 s */
  g_assert_cmpint (again->waited, <, 3000 * MS);
  g_assert_cmpfloat (again->start, >, first->start + first->duration);
  assert_told (timeline, first, first->arrival, "It is on the wire");
  assert_told (timeline, first, first->arrival + 1, "It was dropped on its way");
  assert_told (timeline, again, G_MAXUINT64, "had no answer for 1");
  assert_told (timeline, again, G_MAXUINT64, "It is on the wire");
  g_autoptr (SvScene) scene = sv_ladder_build (timeline, sv_timeline_get_duration (timeline), &LOOK);
  g_assert_true (has_text (scene, "dropped by hand"));
  g_assert_true (has_text (scene, "sent again after "));
  tear_down (&fixture);
}

static void
assert_lesson (Fixture *fixture, const char *part)
{
  g_autoptr (SvTimeline) timeline = sv_timeline_new (fixture->recording, 1);
  g_autofree char *lesson = sv_ladder_lesson (timeline, sv_timeline_get_duration (timeline), &LOOK);

  if (strstr (lesson, part) == NULL)
    g_error ("“%s” is not in “%s”", part, lesson);
}

/* The only packet on the wire is this one; it arrives, or is dropped. */
static void
expect_packet (Fixture *fixture, guint8 flags, gboolean arrives)
{
  const SvWireFlight *flight;

  wait_for (fixture, has_flights, GUINT_TO_POINTER (1));
  flight = sv_wire_get_flight (fixture->wire, 0);
  g_assert_cmphex (flight->packet.flags, ==, flags);
  if (arrives)
    sv_wire_deliver (fixture->wire, flight->id);
  else
    sv_wire_drop (fixture->wire, flight->id);
}

/* Nobody is a client and nobody a server: no sentence says so. */
static void
test_peers (void)
{
  static const char *const WRONG[] = { "client", "server", "accept()" };
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  set_up_network (&fixture, FALSE, 50 * MS);
  sv_wire_set_holding (fixture.wire, TRUE);
  g_assert_cmpuint (sv_network_open_peers (fixture.network, PEER_PORT, &error), ==, 1);
  g_assert_no_error (error);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (2));
  assert_lesson (&fixture, "two SYNs cross on the wire");
  sv_wire_deliver (fixture.wire, sv_wire_get_flight (fixture.wire, 0)->id);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (2));
  assert_lesson (&fixture, "so it is SYN_RECV. Nobody listens, nobody accepts.");
  sv_wire_set_holding (fixture.wire, FALSE);
  while (sv_wire_get_n_flights (fixture.wire) > 0)
    sv_wire_deliver (fixture.wire, sv_wire_get_flight (fixture.wire, 0)->id);
  wait_for (&fixture, are_peers_established, NULL);

  g_autoptr (SvTimeline) timeline = sv_timeline_new (fixture.recording, 1);
  for (double at = 0; at <= sv_timeline_get_duration (timeline); at += sv_timeline_get_duration (timeline) / 200)
    {
      g_autofree char *lesson = sv_ladder_lesson (timeline, at, &LOOK);

      for (guint i = 0; i < G_N_ELEMENTS (WRONG); i++)
        if (strstr (lesson, WRONG[i]) != NULL)
          g_error ("“%s”", lesson);
    }
  tear_down (&fixture);
}

/* Each sentence at the moment at which both kernels' tables make it true. */
static void
test_lessons (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  set_up (&fixture, FALSE, 50 * MS);
  sv_wire_set_holding (fixture.wire, TRUE);
  spawn_client (&fixture);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "The SYN has left 172.16.17.74 and is on the wire: the client is SYN_SENT, the server "
                           "knows nothing of it.");
  expect_packet (&fixture, SV_TCP_SYN, FALSE);
  assert_lesson (&fixture, "It is lost, and nobody tells the sender");
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "sends the SYN again");
  expect_packet (&fixture, SV_TCP_SYN, TRUE);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "The server’s kernel agrees, without accept(), and is SYN_RECV.");
  expect_packet (&fixture, SV_TCP_SYN | SV_TCP_ACK, TRUE);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "The client is ESTABLISHED; the server stays SYN_RECV until this ACK arrives.");
  expect_packet (&fixture, SV_TCP_ACK, TRUE);
  wait_for (&fixture, is_established, NULL);
  assert_lesson (&fixture, "accept() opened no new port");

  send_text (&fixture, SV_SIDE_CLIENT, "hello\n");
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "send() has returned, the bytes are on the wire");
  expect_packet (&fixture, SV_TCP_PSH | SV_TCP_ACK, TRUE);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "The bytes have arrived. Until this ACK is there");
  expect_packet (&fixture, SV_TCP_ACK, FALSE);
  assert_lesson (&fixture, "Nobody repeats an ACK by itself");
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "so the kernel sends the same bytes again.");
  expect_packet (&fixture, SV_TCP_PSH | SV_TCP_ACK, TRUE);
  expect_packet (&fixture, SV_TCP_ACK, TRUE);

  sv_lab_close (fixture.lab, 1, SV_SIDE_CLIENT, &error);
  g_assert_no_error (error);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "It is FIN_WAIT1; the server does not know yet.");
  sv_wire_set_holding (fixture.wire, FALSE);
  wait_for (&fixture, is_over, NULL);
  assert_lesson (&fixture, "TIME_WAIT");
  tear_down (&fixture);
}

/* Copies that the wire keeps back are counted where they belong, and are no packets of their own. */
static void
test_swallowed (void)
{
  Fixture fixture;

  set_up (&fixture, FALSE, 50 * MS);
  sv_wire_set_holding (fixture.wire, TRUE);
  spawn_client (&fixture);
  wait_for (&fixture, has_swallowed, GUINT_TO_POINTER (2));
  g_autoptr (SvTimeline) timeline = assert_timeline (&fixture, OPENING "; C SYN … +2", "- SYN_SENT", "- LISTEN");
  g_autoptr (SvScene) scene = sv_ladder_build (timeline, sv_timeline_get_duration (timeline), &LOOK);
  g_assert_true (has_text (scene, "2 copies swallowed"));
  sv_wire_drop (fixture.wire, sv_wire_get_flight (fixture.wire, 0)->id);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  g_autoptr (SvTimeline) later
    = assert_timeline (&fixture, OPENING "; C SYN x +2; C SYN … again", "- SYN_SENT", "- LISTEN");
  g_assert_cmpint (sv_timeline_get_beat (later, 6)->waited, <, 1900 * MS); /* since the last copy */
  tear_down (&fixture);
}

static void
test_nat (void)
{
  Fixture fixture;

  set_up (&fixture, TRUE, 50 * MS);
  spawn_client (&fixture);
  wait_for (&fixture, is_established, NULL);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (fixture.recording, 1);
  g_autofree char *server = describe_spans (timeline, SV_SIDE_SERVER);
  g_assert_cmpstr (server, ==, "- LISTEN SYN_RECV ESTABLISHED");
  const SvBeat *syn = sv_timeline_get_beat (timeline, 5);
  assert_told (timeline, syn, syn->arrival, "It is on the wire");
  assert_told (timeline, syn, G_MAXUINT64, "to 172.31.46.24:9999: routers on its way have replaced addresses");
  SvLadderLook look = LOOK;
  look.width = 700;
  g_autoptr (SvScene) scene = sv_ladder_build (timeline, sv_timeline_get_position_of (timeline,
                                                 sv_timeline_get_beat (timeline, 5)->arrival) + 2, &look);
  g_assert_true (has_text (scene, "NAT 172.16.17.74 ⇄ 212.50.96.83"));
  g_assert_true (has_text (scene, "NAT 172.31.46.24 ⇄ 13.51.197.134"));
  g_assert_true (has_text (scene, "leaves from 172.16.17.74:"));
  g_assert_true (has_text (scene, "to 172.31.46.24:9999"));
  check_order (&fixture, timeline);
  check_pictures (timeline);
  tear_down (&fixture);
}

static gboolean
has_facts (Fixture *fixture, gpointer n)
{
  return sv_recording_get_connection_facts (fixture->recording, 1)->len >= GPOINTER_TO_UINT (n);
}

/* However long they talk, the picture keeps the beginning and the end, and costs no more. */
static void
test_long (void)
{
  Fixture fixture;
  gint64 begun, first;
  guint n_folded = 0;

  set_up (&fixture, FALSE, 0);
  spawn_client (&fixture);
  wait_for (&fixture, is_established, NULL);
  for (guint i = 0; i < 300; i++)
    {
      send_text (&fixture, i % 2 ? SV_SIDE_CLIENT : SV_SIDE_SERVER, "a line\n");
      wait_for (&fixture, has_facts, GUINT_TO_POINTER (5 * i));
    }
  wait_for (&fixture, has_no_flights, NULL);
  g_autoptr (SvTimeline) timeline = sv_timeline_new (fixture.recording, 1);
  g_autofree char *client = describe_spans (timeline, SV_SIDE_CLIENT);
  g_autofree char *server = describe_spans (timeline, SV_SIDE_SERVER);
  g_assert_cmpstr (client, ==, "- SYN_SENT ESTABLISHED");
  g_assert_cmpstr (server, ==, "- LISTEN SYN_RECV ESTABLISHED");
  g_assert_cmpuint (sv_timeline_get_n_beats (timeline), <, 300);
  for (guint i = 0; i < sv_timeline_get_n_gaps (timeline); i++)
    n_folded += sv_timeline_get_gap (timeline, i)->folded;
  g_assert_cmpuint (n_folded, ==, 1);
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    g_assert_false (sv_timeline_get_beat (timeline, i)->open);
  check_pictures (timeline);
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < 100; i++)
    sv_timeline_unref (sv_timeline_new (fixture.recording, 1));
  first = g_get_monotonic_time () - begun;
  g_test_message ("a timeline of %u facts takes %.0f µs",
                  sv_recording_get_connection_facts (fixture.recording, 1)->len, (double) first / 100);
  tear_down (&fixture);
}

static gboolean
has_client (Fixture *fixture, gpointer data)
{
  return sv_lab_has_end (fixture->lab, 1, SV_SIDE_CLIENT);
}

/* UDP: no handshake and no states; where nobody is, the other kernel answers with ICMP. */
static void
test_datagrams (void)
{
  Fixture fixture;

  set_up_kind (&fixture, SV_KIND_UDP, FALSE, 50 * MS);
  spawn_client (&fixture);
  wait_for (&fixture, has_client, NULL);
  sv_wire_set_holding (fixture.wire, TRUE);
  send_text (&fixture, SV_SIDE_CLIENT, "hello\n");
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "A datagram is on the wire");
  sv_wire_deliver_all (fixture.wire);
  sv_lab_stop_server (fixture.lab);
  send_text (&fixture, SV_SIDE_CLIENT, "anybody?\n");
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  sv_wire_deliver_all (fixture.wire);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  assert_lesson (&fixture, "ICMP: a kernel complains");

  g_autoptr (SvTimeline) timeline = sv_timeline_new (fixture.recording, 1);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autofree char *client = describe_spans (timeline, SV_SIDE_CLIENT);
  g_autofree char *server = describe_spans (timeline, SV_SIDE_SERVER);
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    describe_beat (timeline, sv_timeline_get_beat (timeline, i), found);
  g_assert_nonnull (strstr (found->str, "C send; C UDP · 6 bytes"));
  g_assert_nonnull (strstr (found->str, "C UDP · 9 bytes; S ICMP port unreachable …"));
  g_assert_cmpstr (client, ==, "-");
  g_assert_cmpstr (server, ==, "-");
  g_autoptr (SvScene) scene = sv_ladder_build (timeline, sv_timeline_get_duration (timeline), &LOOK);
  g_assert_true (has_text (scene, "UDP: no states"));
  g_assert_false (has_text (scene, "in no table"));
  check_pictures (timeline);
  expect_packet (&fixture, 0, FALSE);
  tear_down (&fixture);
}

/* Live is live: what flies slowly already is not replayed by itself. */
static void
test_player (void)
{
  Fixture fixture;
  g_autoptr (SvPlayer) player = sv_player_new ();

  set_up (&fixture, FALSE, 50 * MS);
  sv_wire_set_holding (fixture.wire, TRUE);
  spawn_client (&fixture);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  g_autoptr (SvTimeline) timeline = sv_timeline_new (fixture.recording, 1);
  sv_player_set_timeline (player, timeline);
  g_assert_true (sv_player_is_live (player));
  sv_wire_deliver_all (fixture.wire);
  wait_for (&fixture, has_flights, GUINT_TO_POINTER (1));
  g_autoptr (SvTimeline) later = sv_timeline_new (fixture.recording, 1);
  sv_player_set_timeline (player, later);
  g_assert_true (sv_player_is_live (player));
  g_assert_cmpfloat (sv_player_get_position (player), ==, sv_timeline_get_duration (later));

  /* The past is replayed as ever: step by step, through the middle of a flight. */
  sv_player_step (player, -1);
  g_assert_false (sv_player_is_live (player));
  const SvBeat *syn = sv_timeline_get_beat (later, 5);
  g_assert_cmpfloat (sv_player_get_position (player), ==, syn->start + syn->duration);
  sv_player_step (player, -1);
  g_assert_cmpfloat (sv_player_get_position (player), ==, syn->start + syn->duration / 2);
  g_assert_cmpuint (sv_player_get_serial (player), >, syn->serial);
  g_assert_cmpuint (sv_player_get_serial (player), <=, syn->arrival);
  sv_player_play (player);
  g_assert_true (sv_player_is_playing (player));
  tear_down (&fixture);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    Test test;
  } TESTS[] = {
    { "/two-machines/handshake", { test_handshake } }, { "/two-machines/life", { test_life } },
    { "/two-machines/dropped", { test_dropped } },     { "/two-machines/swallowed", { test_swallowed } },
    { "/two-machines/nat", { test_nat } },             { "/two-machines/player", { test_player } },
    { "/two-machines/long", { test_long } },           { "/two-machines/lessons", { test_lessons } },
    { "/two-machines/peers", { test_peers } },
    { "/two-machines/datagrams", { test_datagrams } },
  };
  int status;

  g_test_init (&argc, &argv, NULL);
  try_once ();
  for (gsize i = 0; i < G_N_ELEMENTS (TESTS); i++)
    g_test_add_data_func (TESTS[i].name, &TESTS[i].test, run_test);
  status = g_test_run ();
  g_free (reason);
  return status;
}
