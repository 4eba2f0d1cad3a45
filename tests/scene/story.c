/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "story.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#define BACKLOG 5

static const guint8 SYN_BYTES[60] = { 0x45, 0, 0, 60 };

void
story_init (Story *self)
{
  *self = (Story){ .recording = sv_recording_new (100000), .port = 9999, .next_client_port = 43208, .next_fd = 11 };
  self->now = sv_recording_get_start (self->recording);
}

void
story_init_two (Story *self, gboolean nat)
{
  story_init (self);
  self->two = TRUE;
  self->nat = nat;
}

SvMachineId
story_machine (Story *self, SvSide side)
{
  if (!self->two)
    return SV_MACHINE_THIS;
  return side == SV_SIDE_CLIENT ? SV_MACHINE_CLIENT : SV_MACHINE_SERVER;
}

static SvEndpoint
end_at (const char *address, guint16 port)
{
  SvEndpoint end;

  if (!sv_endpoint_parse (address, port, &end, NULL))
    g_assert_not_reached ();
  return end;
}

static SvEndpoint
listener_end (Story *self)
{
  return self->two ? sv_endpoint_any (AF_INET, self->port) : sv_endpoint_loopback (AF_INET, self->port);
}

/* Both ends have their names, on each machine its own. */
static void
name_ends (Story *self, guint connection, guint16 client_port)
{
  SvEndpoint client, server;

  if (!self->two)
    {
      client = sv_endpoint_loopback (AF_INET, client_port);
      server = sv_endpoint_loopback (AF_INET, self->port);
      sv_recording_name_connection (self->recording, connection, &client, &server);
      return;
    }
  client = end_at ("172.16.17.74", client_port);
  server = end_at ("13.51.197.134", self->port);
  sv_recording_name_connection (self->recording, connection, &client, &server);
  if (!self->nat)
    return;
  client = end_at ("212.50.96.83", client_port);
  server = end_at ("172.31.46.24", self->port);
  sv_recording_alias_connection (self->recording, connection, &client, &server);
}

void
story_clear (Story *self)
{
  g_clear_object (&self->recording);
}

void
story_wait (Story *self, double seconds)
{
  self->now += (gint64) (seconds * 1e9);
}

static const char *
actor_of (Story *self, guint connection, SvSide side)
{
  return side == SV_SIDE_SERVER ? "server" : sv_recording_get_connection (self->recording, connection)->actor;
}

SvFact *
story_call (Story *self, SvSide side, guint connection, const char *name, int fd, const char *args, gint64 result,
            int error)
{
  SvFact *fact = sv_fact_new_call (self->now, story_machine (self, side), side, actor_of (self, connection, side), name, fd);

  fact->connection = connection;
  fact->call.args = g_strdup (args);
  fact->call.result = result;
  fact->call.error = error;
  fact->call.duration = g_str_equal (name, "connect") ? 69000 : 5000;
  if (connection != 0)
    {
      const SvConnection *ends = sv_recording_get_connection (self->recording, connection);

      sv_connection_get_ends (ends, side, &fact->call.local, &fact->call.foreign);
    }
  else if (!g_str_equal (name, "socket"))
    fact->call.local = listener_end (self);
  self->now += fact->call.duration + 4000;
  return sv_recording_append (self->recording, fact);
}

static SvSegment
segment_of (Story *self, guint connection, SvSide from)
{
  const SvConnection *ends = sv_recording_get_connection (self->recording, connection);
  SvSide to = from == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;

  SvSegment segment = {
    .protocol = IPPROTO_TCP,
    .from = actor_of (self, connection, from),
    .to = actor_of (self, connection, to),
  };

  sv_connection_get_ends (ends, from, &segment.source, &segment.destination);
  return segment;
}

void
story_packet (Story *self, guint connection, SvSide from, guint8 flags, guint length)
{
  SvSegment segment = segment_of (self, connection, from);
  SvFact *fact;

  segment.event = SV_PACKET_SENT;
  segment.reconstructed = TRUE;
  segment.flags = flags;
  segment.length = length;
  fact = sv_fact_new_packet (self->now, story_machine (self, from), from, &segment);
  fact->connection = connection;
  sv_recording_append (self->recording, fact);
}

void
story_real_syn (Story *self, guint connection)
{
  SvSegment segment = segment_of (self, connection, SV_SIDE_CLIENT);
  g_autoptr (GBytes) bytes = g_bytes_new_static (SYN_BYTES, sizeof SYN_BYTES);
  SvFact *fact;

  segment.event = SV_PACKET_DELIVERED;
  segment.numbers_known = TRUE;
  segment.seq = 1054492208;
  segment.flags = SV_TCP_SYN;
  segment.bytes = bytes;
  fact = sv_fact_new_packet (self->now, story_machine (self, SV_SIDE_SERVER), SV_SIDE_SERVER, &segment);
  fact->connection = connection;
  sv_recording_append (self->recording, fact);
}

void
story_on_wire (Story *self, guint connection, SvPacketEvent event, SvSide from, guint8 flags, guint32 seq,
               guint64 flight)
{
  SvSegment segment = segment_of (self, connection, from);
  SvSide to = from == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  SvSide at = event == SV_PACKET_DELIVERED ? to : from;
  g_autoptr (GBytes) bytes = g_bytes_new_static (SYN_BYTES, sizeof SYN_BYTES);
  SvFact *fact;

  segment.event = event;
  segment.reason = event == SV_PACKET_DROPPED ? SV_DROP_BY_HAND : SV_DROP_UNKNOWN;
  segment.numbers_known = TRUE;
  segment.flags = flags;
  segment.seq = seq;
  segment.bytes = bytes;
  segment.flight = flight;
  fact = sv_fact_new_packet (self->now, story_machine (self, at), at, &segment);
  fact->connection = connection;
  sv_recording_append (self->recording, fact);
}

static void
read_row (Story *self, SvSide side, SvSocketRow *row, gboolean there)
{
  SvMachineId machine = story_machine (self, side);
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (SvRowChange));

  row->seen_at = self->now;
  row->family = AF_INET;
  row->protocol = IPPROTO_TCP;
  sv_row_table_diff_one (sv_recording_get_table (self->recording, machine), row, there ? row : NULL, changes);
  for (guint i = 0; i < changes->len; i++)
    sv_recording_append (self->recording, sv_fact_new_row (self->now, machine,
                                                           &g_array_index (changes, SvRowChange, i)));
}

/* SV_TCP_NONE: the kernel has it no more. */
void
story_row (Story *self, guint connection, SvSide side, SvTcpState state, guint inode)
{
  const SvConnection *ends = sv_recording_get_connection (self->recording, connection);
  SvSocketRow row = { .state = state, .inode = inode, .cookie = connection * 2 + side + 1000 };

  sv_connection_get_ends (ends, side, &row.local, &row.foreign);
  if (state == SV_TCP_TIME_WAIT)
    {
      row.timer = SV_TIMER_TIME_WAIT;
      row.timer_ms = 60000;
    }
  read_row (self, side, &row, state != SV_TCP_NONE);
}

void
story_queue (Story *self, guint waiting)
{
  SvSocketRow row = { .state = SV_TCP_LISTEN, .inode = 500, .cookie = 7, .recv_q = waiting, .backlog = BACKLOG };

  row.local = listener_end (self);
  row.foreign = sv_endpoint_any (AF_INET, 0);
  read_row (self, SV_SIDE_SERVER, &row, TRUE);
}

void
story_listen (Story *self)
{
  self->listener_fd = self->next_fd++;
  story_call (self, SV_SIDE_SERVER, 0, "socket", -1, "AF_INET, SOCK_STREAM, IPPROTO_TCP", self->listener_fd, 0);
  story_call (self, SV_SIDE_SERVER, 0, "setsockopt", self->listener_fd, "SOL_SOCKET, SO_REUSEADDR, 1", 0, 0);
  story_call (self, SV_SIDE_SERVER, 0, "bind", self->listener_fd,
              self->two ? "0.0.0.0:9999" : "127.0.0.1:9999", 0, 0);
  story_call (self, SV_SIDE_SERVER, 0, "listen", self->listener_fd, "5", 0, 0);
  story_queue (self, 0);
  story_wait (self, 3);
}

void
story_stop_listening (Story *self)
{
  SvSocketRow row = { .cookie = 7 };

  story_call (self, SV_SIDE_SERVER, 0, "close", self->listener_fd, "", 0, 0);
  row.local = listener_end (self);
  row.foreign = sv_endpoint_any (AF_INET, 0);
  read_row (self, SV_SIDE_SERVER, &row, FALSE);
}

/* Descriptors are given so that a test can tell them without asking. */
int
story_fd (Story *self, guint connection, SvSide side)
{
  return (int) (20 + connection * 2 + side);
}

static guint
begin_connect (Story *self, int error)
{
  g_autofree char *actor = g_strdup_printf ("client %u", sv_recording_get_n_connections (self->recording) + 1);
  guint id = sv_recording_add_connection (self->recording, actor, FALSE);
  int fd = story_fd (self, id, SV_SIDE_CLIENT);

  story_call (self, SV_SIDE_CLIENT, id, "socket", -1, "AF_INET, SOCK_STREAM, IPPROTO_TCP", fd, 0);
  name_ends (self, id, self->next_client_port);
  self->next_client_port += 2;
  story_call (self, SV_SIDE_CLIENT, id, "connect", fd,
              self->two ? "13.51.197.134:9999" : "127.0.0.1:9999", -1, error);
  story_packet (self, id, SV_SIDE_CLIENT, SV_TCP_SYN, 0);
  return id;
}

guint
story_wire_connect (Story *self)
{
  g_autofree char *actor = g_strdup_printf ("client %u", sv_recording_get_n_connections (self->recording) + 1);
  guint id = sv_recording_add_connection (self->recording, actor, FALSE);

  story_call (self, SV_SIDE_CLIENT, id, "socket", -1, "AF_INET, SOCK_STREAM, IPPROTO_TCP", 20, 0);
  name_ends (self, id, self->next_client_port);
  self->next_client_port += 2;
  story_call (self, SV_SIDE_CLIENT, id, "connect", 20, "13.51.197.134:9999", -1, EINPROGRESS);
  story_row (self, id, SV_SIDE_CLIENT, SV_TCP_SYN_SENT, 600 + id);
  self->now += 60000;
  return id;
}

guint
story_connect (Story *self)
{
  guint id = begin_connect (self, EINPROGRESS);

  story_packet (self, id, SV_SIDE_SERVER, SV_TCP_SYN | SV_TCP_ACK, 0);
  story_packet (self, id, SV_SIDE_CLIENT, SV_TCP_ACK, 0);
  story_row (self, id, SV_SIDE_CLIENT, SV_TCP_ESTABLISHED, 600 + id);
  story_row (self, id, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 0);
  story_queue (self, 1);
  story_call (self, SV_SIDE_CLIENT, id, "getsockopt", story_fd (self, id, SV_SIDE_CLIENT),
              "SOL_SOCKET, SO_ERROR, [0]", 0, 0);
  return id;
}

guint
story_connect_refused (Story *self)
{
  guint id = begin_connect (self, ECONNREFUSED);

  story_packet (self, id, SV_SIDE_SERVER, SV_TCP_RST | SV_TCP_ACK, 0);
  story_call (self, SV_SIDE_CLIENT, id, "close", story_fd (self, id, SV_SIDE_CLIENT), "", 0, 0);
  return id;
}

guint
story_connect_unanswered (Story *self)
{
  guint id = begin_connect (self, EINPROGRESS);

  story_row (self, id, SV_SIDE_CLIENT, SV_TCP_SYN_SENT, 600 + id);
  return id;
}

guint
story_foreign (Story *self, gboolean local)
{
  guint id = sv_recording_add_connection (self->recording, "nc (5123)", TRUE);

  name_ends (self, id, self->next_client_port);
  if (!local)
    {
      SvEndpoint client = sv_endpoint_loopback (AF_INET, self->next_client_port);
      SvEndpoint server = sv_endpoint_loopback (AF_INET, self->port);

      client.address[3] = 77;
      sv_recording_name_connection (self->recording, id, &client, &server);
    }
  self->next_client_port += 2;
  story_call (self, SV_SIDE_SERVER, id, "accept", self->listener_fd, "", story_fd (self, id, SV_SIDE_SERVER), 0);
  story_real_syn (self, id);
  story_packet (self, id, SV_SIDE_SERVER, SV_TCP_SYN | SV_TCP_ACK, 0);
  story_packet (self, id, SV_SIDE_CLIENT, SV_TCP_ACK, 0);
  story_row (self, id, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 700 + id);
  if (local)
    story_row (self, id, SV_SIDE_CLIENT, SV_TCP_ESTABLISHED, 800 + id);
  return id;
}

void
story_accept (Story *self, guint connection)
{
  story_call (self, SV_SIDE_SERVER, connection, "accept", self->listener_fd,
              !self->two ? "127.0.0.1:43208" : self->nat ? "212.50.96.83:43208" : "172.16.17.74:43208",
              story_fd (self, connection, SV_SIDE_SERVER), 0);
  story_real_syn (self, connection);
  story_row (self, connection, SV_SIDE_SERVER, SV_TCP_ESTABLISHED, 700 + connection);
  story_queue (self, 0);
}

void
story_talk (Story *self, guint connection, SvSide from, const char *text)
{
  SvSide to = from == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  gint64 length = (gint64) strlen (text);
  g_autofree char *args = g_strdup_printf ("%d bytes, MSG_NOSIGNAL", (int) length);
  SvFact *fact = story_call (self, from, connection, "send", story_fd (self, connection, from), args, length, 0);

  fact->call.data = g_bytes_new (text, strlen (text));
  story_packet (self, connection, from, SV_TCP_PSH | SV_TCP_ACK, (guint) length);
  story_call (self, to, connection, "recv", story_fd (self, connection, to), "4096 bytes", length, 0);
}

void
story_close (Story *self, guint connection, SvSide first)
{
  SvSide second = first == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;

  story_call (self, first, connection, "close", story_fd (self, connection, first), "", 0, 0);
  story_packet (self, connection, first, SV_TCP_FIN | SV_TCP_ACK, 0);
  story_packet (self, connection, second, SV_TCP_ACK, 0);
  story_row (self, connection, first, SV_TCP_FIN_WAIT2, 0);
  story_row (self, connection, second, SV_TCP_CLOSE_WAIT, 900);
  story_call (self, second, connection, "recv", story_fd (self, connection, second), "4096 bytes", 0, 0);
  story_call (self, second, connection, "close", story_fd (self, connection, second), "", 0, 0);
  story_packet (self, connection, second, SV_TCP_FIN | SV_TCP_ACK, 0);
  story_packet (self, connection, first, SV_TCP_ACK, 0);
  story_row (self, connection, second, SV_TCP_NONE, 0);
  story_row (self, connection, first, SV_TCP_TIME_WAIT, 0);
}

void
story_reset (Story *self, guint connection, SvSide side)
{
  SvSide other = side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  int fd = story_fd (self, connection, side);

  story_call (self, side, connection, "setsockopt", fd, "SOL_SOCKET, SO_LINGER, {on, 0 s}", 0, 0);
  story_call (self, side, connection, "close", fd, "", 0, 0);
  story_packet (self, connection, side, SV_TCP_RST | SV_TCP_ACK, 0);
  story_row (self, connection, side, SV_TCP_NONE, 0);
  story_row (self, connection, other, SV_TCP_NONE, 0);
  story_call (self, other, connection, "recv", story_fd (self, connection, other), "4096 bytes", -1, ECONNRESET);
  story_call (self, other, connection, "close", story_fd (self, connection, other), "", 0, 0);
}

guint
story_demo (Story *self)
{
  guint id;

  story_listen (self);
  id = story_connect (self);
  story_wait (self, 0.001);
  story_accept (self, id);
  story_wait (self, 4.2);
  story_talk (self, id, SV_SIDE_CLIENT, "hello");
  story_talk (self, id, SV_SIDE_SERVER, "hello");
  story_wait (self, 2);
  story_close (self, id, SV_SIDE_CLIENT);
  return id;
}
