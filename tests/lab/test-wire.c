/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wire with a clock driven by hand; pairs of sockets stand in for the tuns. */
#include "sv-wire.h"

#include "packet-maker.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND G_GINT64_CONSTANT (1000000000)
#define CLIENT "172.16.17.74"
#define SERVER "13.51.197.134"

typedef struct
{
  SvWire *wire;
  int machines[2]; /* the machines' ends */
  int tuns[2];
  guint events[4]; /* by SvPacketEvent */
  guint64 last_id;
} Fixture;

static void
event_cb (SvWire *wire, int event, gpointer data, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->events[event]++;
  fixture->last_id = ((const SvWireFlight *) data)->id;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 2; i++)
    {
      int pair[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), ==, 0);
      fixture->machines[i] = pair[0];
      fixture->tuns[i] = pair[1];
    }
  fixture->wire = sv_wire_new (fixture->tuns[0], fixture->tuns[1]);
  sv_wire_set_hop (fixture->wire, SV_SIDE_CLIENT, SECOND);
  sv_wire_set_hop (fixture->wire, SV_SIDE_SERVER, SECOND);
  g_signal_connect (fixture->wire, "event", G_CALLBACK (event_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->wire);
  for (int i = 0; i < 2; i++)
    {
      close (fixture->machines[i]);
      close (fixture->tuns[i]);
    }
}

static void
send_bytes (Fixture *fixture, SvSide from, GBytes *bytes)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  g_assert_cmpint (send (fixture->machines[from], data, length, 0), ==, length);
  g_bytes_unref (bytes);
}

static void
send_segment (Fixture *fixture, SvSide from, guint8 flags, guint32 seq, guint32 ack, const char *payload)
{
  gboolean client = from == SV_SIDE_CLIENT;

  send_bytes (fixture, from,
              make_tcp (client ? CLIENT : SERVER, client ? SERVER : CLIENT, client ? 40000 : 9999,
                        client ? 9999 : 40000, flags, seq, ack, payload));
}

/* The sequence number of the packet that has arrived there, -1 if none has. */
static gint64
receive (Fixture *fixture, SvSide at)
{
  guint8 bytes[4096];
  gssize got = recv (fixture->machines[at], bytes, sizeof bytes, 0);
  SvPacket packet;

  if (got < 0)
    {
      g_assert_cmpint (errno, ==, EAGAIN);
      return -1;
    }
  g_assert_true (sv_packet_decode (bytes, (gsize) got, &packet, NULL));
  return packet.seq;
}

static void
test_fly (Fixture *fixture, gconstpointer data)
{
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_SYN, 7, 0, "");
  g_assert_cmpint (sv_wire_run (fixture->wire, 100), ==, 100 + SECOND);
  g_assert_cmpuint (sv_wire_get_n_flights (fixture->wire), ==, 1);
  g_assert_cmpint (sv_wire_run (fixture->wire, 99 + SECOND), ==, 100 + SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, -1);
  g_assert_cmpint (sv_wire_run (fixture->wire, 100 + SECOND), ==, -1);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 7);
  g_assert_cmpint (receive (fixture, SV_SIDE_CLIENT), ==, -1);
  g_assert_cmpuint (sv_wire_get_n_flights (fixture->wire), ==, 0);
  g_assert_cmpuint (fixture->events[SV_PACKET_SENT], ==, 1);
  g_assert_cmpuint (fixture->events[SV_PACKET_DELIVERED], ==, 1);
}

static void
test_two_delays (Fixture *fixture, gconstpointer data)
{
  sv_wire_set_hop (fixture->wire, SV_SIDE_SERVER, 3 * SECOND);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_SYN, 7, 0, "");
  send_segment (fixture, SV_SIDE_SERVER, SV_TCP_SYN, 8, 0, "");
  sv_wire_run (fixture->wire, 0);
  g_assert_cmpint (sv_wire_run (fixture->wire, SECOND), ==, 3 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 7);
  g_assert_cmpint (receive (fixture, SV_SIDE_CLIENT), ==, -1);
  sv_wire_run (fixture->wire, 3 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_CLIENT), ==, 8);
}

/* A wire does not let the later one overtake. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 1, 0, "a");
  sv_wire_run (fixture->wire, 0);
  sv_wire_set_hop (fixture->wire, SV_SIDE_CLIENT, SECOND / 10);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 2, 0, "b");
  g_assert_cmpint (sv_wire_run (fixture->wire, SECOND / 2), ==, SECOND);
  sv_wire_run (fixture->wire, SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 1);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 2);
}

static void
test_hold (Fixture *fixture, gconstpointer data)
{
  sv_wire_set_holding (fixture->wire, TRUE);
  for (guint32 seq = 1; seq <= 3; seq++)
    send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, seq, 0, "x");
  g_assert_cmpint (sv_wire_run (fixture->wire, 0), ==, -1);
  g_assert_cmpint (sv_wire_run (fixture->wire, 600 * SECOND), ==, -1);
  g_assert_cmpuint (sv_wire_get_n_flights (fixture->wire), ==, 3);
  g_assert_true (sv_wire_deliver (fixture->wire, sv_wire_get_flight (fixture->wire, 1)->id));
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 2);
  g_assert_false (sv_wire_deliver (fixture->wire, fixture->last_id));
  g_assert_true (sv_wire_drop (fixture->wire, sv_wire_get_flight (fixture->wire, 0)->id));
  g_assert_false (sv_wire_drop (fixture->wire, fixture->last_id));
  g_assert_cmpuint (fixture->events[SV_PACKET_DROPPED], ==, 1);
  sv_wire_deliver_all (fixture->wire);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 3);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, -1);
}

/* Held packets stop half way; when holding ends they have the rest before them, and their order is kept. */
static void
test_hold_ends (Fixture *fixture, gconstpointer data)
{
  const SvWireFlight *flight;

  sv_wire_set_holding (fixture->wire, TRUE);
  g_assert_true (sv_wire_is_holding (fixture->wire));
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 1, 0, "x");
  sv_wire_run (fixture->wire, 0);
  flight = sv_wire_get_flight (fixture->wire, 0);
  g_assert_cmpfloat (sv_wire_get_progress (fixture->wire, flight, SECOND / 4), ==, 0.25);
  g_assert_cmpfloat (sv_wire_get_progress (fixture->wire, flight, 60 * SECOND), ==, 0.5);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 2, 0, "x");
  sv_wire_run (fixture->wire, 60 * SECOND);
  g_assert_cmpuint (sv_wire_get_n_held (fixture->wire), ==, 2);
  sv_wire_set_holding (fixture->wire, FALSE);
  g_assert_cmpint (sv_wire_run (fixture->wire, 60 * SECOND), ==, 60 * SECOND + SECOND / 2);
  g_assert_cmpuint (sv_wire_get_n_held (fixture->wire), ==, 0);
  g_assert_cmpfloat (sv_wire_get_progress (fixture->wire, flight, 60 * SECOND + SECOND / 4), ==, 0.75);
  sv_wire_run (fixture->wire, 60 * SECOND + SECOND / 2);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 1);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, -1);
  sv_wire_run (fixture->wire, 61 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 2);
}

/* One packet is stopped where it is; the one behind it overtakes it. */
static void
test_hold_one (Fixture *fixture, gconstpointer data)
{
  const SvWireFlight *flight;
  guint64 id;

  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 1, 0, "x");
  sv_wire_run (fixture->wire, 0);
  flight = sv_wire_get_flight (fixture->wire, 0);
  id = flight->id;
  g_assert_true (sv_wire_hold (fixture->wire, id, SECOND * 3 / 4));
  g_assert_cmpfloat (sv_wire_get_progress (fixture->wire, flight, 9 * SECOND), ==, 0.75);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 2, 0, "x");
  sv_wire_run (fixture->wire, SECOND);
  sv_wire_run (fixture->wire, 9 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 2);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, -1);
  g_assert_true (sv_wire_deliver (fixture->wire, id));
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 1);
  g_assert_false (sv_wire_hold (fixture->wire, id, 9 * SECOND));
}

/* A frozen wire freezes the picture, too; holding may end meanwhile. */
static void
test_progress_paused (Fixture *fixture, gconstpointer data)
{
  const SvWireFlight *flight;

  sv_wire_set_holding (fixture->wire, TRUE);
  send_segment (fixture, SV_SIDE_SERVER, SV_TCP_ACK, 1, 0, "x");
  sv_wire_run (fixture->wire, 0);
  flight = sv_wire_get_flight (fixture->wire, 0);
  sv_wire_set_paused (fixture->wire, TRUE, SECOND / 4);
  g_assert_true (sv_wire_is_paused (fixture->wire));
  sv_wire_set_holding (fixture->wire, FALSE);
  sv_wire_run (fixture->wire, 5 * SECOND);
  g_assert_cmpfloat (sv_wire_get_progress (fixture->wire, flight, 8 * SECOND), ==, 0.25);
  sv_wire_set_paused (fixture->wire, FALSE, 10 * SECOND);
  g_assert_cmpfloat (sv_wire_get_progress (fixture->wire, flight, 10 * SECOND), ==, 0.25);
  g_assert_cmpint (sv_wire_run (fixture->wire, 10 * SECOND), ==, 10 * SECOND + SECOND * 3 / 4);
  g_assert_cmpfloat (sv_wire_get_progress (fixture->wire, flight, 10 * SECOND + SECOND / 4), ==, 0.5);
  sv_wire_run (fixture->wire, 11 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_CLIENT), ==, 1);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* What a switch shows follows what is so, whoever set it. */
static void
test_changed (Fixture *fixture, gconstpointer data)
{
  guint n = 0;

  g_signal_connect_swapped (fixture->wire, "changed", G_CALLBACK (count_cb), &n);
  for (int i = 0; i < 2; i++)
    {
      sv_wire_set_hop (fixture->wire, SV_SIDE_SERVER, 5);
      sv_wire_set_loss (fixture->wire, 12.5, 1);
      sv_wire_set_holding (fixture->wire, TRUE);
      sv_wire_set_paused (fixture->wire, TRUE, 0);
    }
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpfloat (sv_wire_get_loss (fixture->wire), ==, 12.5);
}

static GBytes *
route_nowhere (const SvWireFlight *flight, gpointer data)
{
  return NULL;
}

static void
test_reasons (Fixture *fixture, gconstpointer data)
{
  for (guint32 seq = 1; seq <= 3; seq++)
    {
      send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, seq, 0, "x");
      if (seq == 3)
        sv_wire_set_loss (fixture->wire, 100, 1);
      sv_wire_run (fixture->wire, 0);
    }
  sv_wire_drop (fixture->wire, sv_wire_get_flight (fixture->wire, 0)->id);
  sv_wire_set_router (fixture->wire, route_nowhere, NULL);
  sv_wire_run (fixture->wire, SECOND);
  for (int reason = SV_DROP_BY_HAND; reason < SV_N_DROP_REASONS; reason++)
    g_assert_cmpuint (sv_wire_get_n_dropped (fixture->wire, (SvDropReason) reason), ==, 1);
  g_assert_cmpuint (fixture->events[SV_PACKET_DROPPED], ==, 3);
}

static void
test_pause (Fixture *fixture, gconstpointer data)
{
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 1, 0, "x");
  sv_wire_run (fixture->wire, 0);
  sv_wire_set_paused (fixture->wire, TRUE, SECOND / 4);
  g_assert_cmpint (sv_wire_run (fixture->wire, 9 * SECOND), ==, -1);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, -1);
  /* What enters meanwhile has all of its way before it. */
  send_segment (fixture, SV_SIDE_SERVER, SV_TCP_ACK, 2, 0, "x");
  sv_wire_run (fixture->wire, 9 * SECOND);
  sv_wire_set_paused (fixture->wire, FALSE, 10 * SECOND);
  g_assert_cmpint (sv_wire_run (fixture->wire, 10 * SECOND), ==, 10 * SECOND + SECOND * 3 / 4);
  g_assert_cmpint (sv_wire_run (fixture->wire, 10 * SECOND + SECOND * 3 / 4), ==, 11 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 1);
  g_assert_cmpint (receive (fixture, SV_SIDE_CLIENT), ==, -1);
  sv_wire_run (fixture->wire, 11 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_CLIENT), ==, 2);
}

static void
test_copies (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *what;
    SvSide from;
    guint8 flags;
    guint32 seq, ack;
    const char *payload;
    gboolean swallowed;
  } CASES[] = {
    { "first", SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "abc", FALSE },
    { "second", SV_SIDE_CLIENT, SV_TCP_ACK | SV_TCP_PSH, 103, 1, "def", FALSE },
    { "the first again", SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "abc", TRUE },
    { "with another acknowledgement", SV_SIDE_CLIENT, SV_TCP_ACK, 100, 9, "abc", TRUE },
    { "both in one", SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "abcdef", TRUE },
    { "the middle", SV_SIDE_CLIENT, SV_TCP_ACK, 102, 1, "cd", TRUE },
    { "both and something new", SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "abcdefg", FALSE },
    { "what has not been sent yet", SV_SIDE_CLIENT, SV_TCP_ACK, 107, 1, "h", FALSE },
    { "an acknowledgement", SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "", FALSE },
    { "once more: it carries nothing", SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "", FALSE },
    { "a FIN", SV_SIDE_CLIENT, SV_TCP_FIN | SV_TCP_ACK, 108, 1, "", FALSE },
    { "the FIN again", SV_SIDE_CLIENT, SV_TCP_FIN | SV_TCP_ACK, 108, 1, "", TRUE },
    { "the other end's, same numbers", SV_SIDE_SERVER, SV_TCP_ACK, 100, 1, "abc", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      guint before = fixture->events[SV_PACKET_SWALLOWED];

      g_test_message ("%s", CASES[i].what);
      send_segment (fixture, CASES[i].from, CASES[i].flags, CASES[i].seq, CASES[i].ack, CASES[i].payload);
      sv_wire_run (fixture->wire, 0);
      g_assert_cmpuint (fixture->events[SV_PACKET_SWALLOWED] - before, ==, CASES[i].swallowed);
    }
  g_assert_cmpuint (sv_wire_get_n_swallowed (fixture->wire), ==, fixture->events[SV_PACKET_SWALLOWED]);
  g_assert_cmpuint (sv_wire_get_flight (fixture->wire, 0)->n_copies, ==, 4);
}

/* The segment has arrived and its answer flies: nothing is lost. */
static void
test_answered (Fixture *fixture, gconstpointer data)
{
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "abc");
  sv_wire_run (fixture->wire, 0);
  sv_wire_run (fixture->wire, SECOND);
  send_segment (fixture, SV_SIDE_SERVER, SV_TCP_ACK, 1, 103, "");
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "abc");
  sv_wire_run (fixture->wire, SECOND + 1); /* the client's tun is read first: the answer was not there yet */
  g_assert_cmpuint (fixture->events[SV_PACKET_SWALLOWED], ==, 0);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 101, 1, "bc");
  sv_wire_run (fixture->wire, SECOND + 2);
  g_assert_cmpuint (fixture->events[SV_PACKET_SWALLOWED], ==, 1);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 103, 1, "d");
  sv_wire_run (fixture->wire, SECOND + 3);
  g_assert_cmpuint (fixture->events[SV_PACKET_SWALLOWED], ==, 1);
  /* The answer is dropped: from now on the kernel's copies are needed. */
  for (guint i = 0; i < sv_wire_get_n_flights (fixture->wire); i++)
    if (sv_wire_get_flight (fixture->wire, i)->from == SV_SIDE_SERVER)
      sv_wire_drop (fixture->wire, sv_wire_get_flight (fixture->wire, i)->id);
  sv_wire_run (fixture->wire, 3 * SECOND);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 100, 1, "abc");
  sv_wire_run (fixture->wire, 3 * SECOND);
  g_assert_cmpuint (fixture->events[SV_PACKET_SWALLOWED], ==, 1);
}

/* What was dropped comes again, and this time arrives. */
static void
test_retransmission (Fixture *fixture, gconstpointer data)
{
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_SYN, 7, 0, "");
  sv_wire_run (fixture->wire, 0);
  sv_wire_drop (fixture->wire, fixture->last_id);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_SYN, 7, 0, "");
  sv_wire_run (fixture->wire, SECOND);
  sv_wire_run (fixture->wire, 2 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 7);
  g_assert_cmpuint (fixture->events[SV_PACKET_SWALLOWED], ==, 0);
  g_assert_cmpuint (fixture->events[SV_PACKET_SENT], ==, 2);
}

static void
test_loss (Fixture *fixture, gconstpointer data)
{
  guint n = 0;

  sv_wire_set_loss (fixture->wire, 30, 1);
  for (guint32 i = 0; i < 1000; i++)
    {
      send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, i, 0, "x");
      sv_wire_run (fixture->wire, 2 * SECOND * i);
      sv_wire_run (fixture->wire, 2 * SECOND * i + SECOND);
      n += receive (fixture, SV_SIDE_SERVER) == i;
    }
  g_assert_cmpuint (n, >, 600);
  g_assert_cmpuint (n, <, 800);
  g_assert_cmpuint (fixture->events[SV_PACKET_DROPPED], ==, 1000 - n);
  sv_wire_set_loss (fixture->wire, 100, 1);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 5000, 0, "x");
  sv_wire_run (fixture->wire, 9000 * SECOND);
  sv_wire_run (fixture->wire, 9001 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, -1);
}

static void
test_bound (Fixture *fixture, gconstpointer data)
{
  sv_wire_set_holding (fixture->wire, TRUE);
  for (guint32 seq = 0; seq < SV_WIRE_MAX_FLIGHTS + 3; seq++)
    {
      send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, seq, 0, "");
      if (seq % 100 == 0)
        sv_wire_run (fixture->wire, 0);
    }
  sv_wire_run (fixture->wire, 0);
  g_assert_cmpuint (sv_wire_get_n_flights (fixture->wire), ==, SV_WIRE_MAX_FLIGHTS);
  g_assert_cmpuint (sv_wire_get_n_forced (fixture->wire), ==, 3);
  for (gint64 seq = 0; seq < 3; seq++)
    g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, seq);
}

static void
test_strange (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *what;
    gsize length;
    guint8 bytes[48];
    gboolean carried;
  } CASES[] = {
    { "no IP", 20, { 0 }, FALSE },
    { "one byte", 1, { 0x45 }, FALSE },
    { "cut within the IPv4 header", 19, { 0x45 }, FALSE },
    { "cut within the IPv6 header", 39, { 0x60 }, FALSE },
    { "IPv4 multicast", 20, { 0x45, [9] = 17, [16] = 224, [19] = 251 }, FALSE },
    { "IPv4 broadcast", 20, { 0x45, [9] = 17, [16] = 255, 255, 255, 255 }, FALSE },
    { "IPv6 multicast", 40, { 0x60, [6] = 58, [24] = 0xff, 2 }, FALSE },
    { "TCP without its header", 20, { 0x45, [3] = 20, [9] = 6, [16] = 10 }, TRUE },
    { "a length that is a lie", 28, { 0x45, [2] = 0xff, 0xff, [9] = 17, [16] = 10 }, TRUE },
    { "a header of 0 bytes", 28, { 0x40, [3] = 28, [9] = 6, [16] = 10 }, TRUE },
    { "a data offset of 0", 40, { 0x45, [3] = 40, [9] = 6, [16] = 10 }, TRUE },
    { "ICMP", 28, { 0x45, [3] = 28, [9] = 1, [16] = 10 }, TRUE },
    { "an unknown protocol", 28, { 0x45, [3] = 28, [9] = 253, [16] = 10 }, TRUE },
    { "IPv6 without a next header", 40, { 0x60, [6] = 59, [24] = 0xfd }, TRUE },
  };
  guint8 buffer[64];

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      guint64 ignored = sv_wire_get_n_ignored (fixture->wire);

      g_test_message ("%s", CASES[i].what);
      send_bytes (fixture, SV_SIDE_CLIENT, g_bytes_new (CASES[i].bytes, CASES[i].length));
      sv_wire_run (fixture->wire, 0);
      g_assert_cmpuint (sv_wire_get_n_ignored (fixture->wire) - ignored, ==, !CASES[i].carried);
      g_assert_cmpuint (sv_wire_get_n_flights (fixture->wire), ==, CASES[i].carried);
      if (CASES[i].carried)
        g_assert_false (sv_wire_get_flight (fixture->wire, 0)->known);
      sv_wire_deliver_all (fixture->wire);
      g_assert_cmpint (recv (fixture->machines[SV_SIDE_SERVER], buffer, sizeof buffer, 0), ==,
                       CASES[i].carried ? (gssize) CASES[i].length : -1);
    }
}

static GBytes *
route (const SvWireFlight *flight, gpointer data)
{
  GBytes *other = data;

  return other != NULL ? g_bytes_ref (other) : NULL;
}

static void
test_router (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) other = make_tcp (CLIENT, SERVER, 1, 2, SV_TCP_ACK, 77, 0, "");

  sv_wire_set_router (fixture->wire, route, other);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 1, 0, "x");
  sv_wire_run (fixture->wire, 0);
  sv_wire_run (fixture->wire, SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, 77);
  sv_wire_set_router (fixture->wire, route, NULL);
  send_segment (fixture, SV_SIDE_CLIENT, SV_TCP_ACK, 1, 0, "x");
  sv_wire_run (fixture->wire, SECOND);
  sv_wire_run (fixture->wire, 2 * SECOND);
  g_assert_cmpint (receive (fixture, SV_SIDE_SERVER), ==, -1);
  g_assert_cmpuint (fixture->events[SV_PACKET_DROPPED], ==, 1);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *fixture, gconstpointer data);
  } TESTS[] = {
    { "/wire/fly", test_fly },
    { "/wire/two-delays", test_two_delays },
    { "/wire/order", test_order },
    { "/wire/hold", test_hold },
    { "/wire/hold-ends", test_hold_ends },
    { "/wire/hold-one", test_hold_one },
    { "/wire/progress-paused", test_progress_paused },
    { "/wire/changed", test_changed },
    { "/wire/reasons", test_reasons },
    { "/wire/pause", test_pause },
    { "/wire/copies", test_copies },
    { "/wire/answered", test_answered },
    { "/wire/retransmission", test_retransmission },
    { "/wire/loss", test_loss },
    { "/wire/bound", test_bound },
    { "/wire/strange", test_strange },
    { "/wire/router", test_router },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (TESTS); i++)
    g_test_add (TESTS[i].name, Fixture, NULL, set_up, TESTS[i].test, tear_down);
  return g_test_run ();
}
