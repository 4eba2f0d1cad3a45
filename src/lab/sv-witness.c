/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-witness.h"

#include "sv-packet.h"
#include "sv-reconstruction.h"
#include "sv-row-reader.h"
#include "sv-unix-reader.h"

#include <glib/gi18n-lib.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct _SvWitness
{
  SvRecording *recording; /* unowned */
  SvMachineId machines[2];
  SvRowReader *readers[2]; /* by SvSide; the same one twice if both sides live in one machine */
  SvUnixReader *unix_reader; /* NULL until a socket of the UNIX domain is seen */
  SvEndpoint listener;     /* family 0: none */
  int datagram_server;     /* descriptor of our UDP server, -1: none */
};

/**
 * sv_witness_new:
 * @recording: outlives it
 *
 * Returns: (transfer full) (nullable): %NULL if a kernel cannot be asked
 */
SvWitness *
sv_witness_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine, GError **error)
{
  g_autoptr (SvRowReader) client_reader = sv_row_reader_new (recording, client_machine, error);
  SvRowReader *server_reader;
  SvWitness *self;

  if (client_reader == NULL)
    return NULL;
  server_reader = client_machine == server_machine ? client_reader
                                                   : sv_row_reader_new (recording, server_machine, error);
  if (server_reader == NULL)
    return NULL;
  self = g_new0 (SvWitness, 1);
  self->recording = recording;
  self->machines[SV_SIDE_CLIENT] = sv_machine_get_id (client_machine);
  self->machines[SV_SIDE_SERVER] = sv_machine_get_id (server_machine);
  self->readers[SV_SIDE_CLIENT] = g_steal_pointer (&client_reader);
  self->readers[SV_SIDE_SERVER] = server_reader;
  self->datagram_server = -1;
  return self;
}

void
sv_witness_free (SvWitness *self)
{
  if (self->readers[SV_SIDE_SERVER] != self->readers[SV_SIDE_CLIENT])
    sv_row_reader_free (self->readers[SV_SIDE_SERVER]);
  sv_row_reader_free (self->readers[SV_SIDE_CLIENT]);
  g_clear_pointer (&self->unix_reader, sv_unix_reader_free);
  g_free (self);
}

/**
 * sv_witness_set_listener:
 * @listener: (nullable): where the server listens; its queue is read beside what may change it
 */
void
sv_witness_set_listener (SvWitness *self, const SvEndpoint *listener)
{
  self->listener = listener != NULL ? *listener : (SvEndpoint){ 0 };
}

static SvSide
other (SvSide side)
{
  return side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
}

/**
 * sv_witness_set_datagram_server:
 * @fd: of our UDP server, -1 if there is none
 * @endpoint: (nullable): where it is bound
 */
void
sv_witness_set_datagram_server (SvWitness *self, int fd, const SvEndpoint *endpoint)
{
  self->datagram_server = fd;
  sv_row_reader_set_datagram_server (self->readers[SV_SIDE_SERVER], endpoint);
}

/* ---- Sockets of the UNIX domain: no packets, no addresses; both ends are of this computer. */

static gboolean
is_unix (const SvEnd *end)
{
  return end->protocol == 0;
}

static SvUnixReader *
get_unix_reader (SvWitness *self)
{
  if (self->unix_reader == NULL)
    self->unix_reader = sv_unix_reader_new (self->recording, self->machines[SV_SIDE_SERVER], NULL);
  return self->unix_reader;
}

static void
look_unix (SvWitness *self, SvEnd *end)
{
  guint32 own = sv_endpoint_get_inode (&end->local), listener = sv_endpoint_get_inode (&self->listener);
  SvUnixReader *reader = get_unix_reader (self);
  SvSocketRow row;

  if (reader == NULL)
    return;
  /* A peer that is gone is not named any more, but it was. */
  if (sv_unix_reader_read (reader, own, &row) && sv_endpoint_get_inode (&row.foreign) != 0)
    end->foreign = row.foreign;
  sv_unix_reader_read (reader, sv_endpoint_get_inode (&end->foreign), NULL);
  if (listener != own)
    sv_unix_reader_read (reader, listener, NULL);
}

/**
 * sv_witness_find_unix_peer:
 *
 * Asks the kernel for the other end of a socket of the UNIX domain.
 */
void
sv_witness_find_unix_peer (SvWitness *self, SvEnd *end)
{
  SvUnixReader *reader = get_unix_reader (self);

  if (reader != NULL)
    end->foreign = sv_endpoint_for_inode (sv_unix_reader_find_peer (reader, sv_endpoint_get_inode (&end->local)));
}

/* ---- The rows of TCP. */

typedef gboolean (*LookFunc) (SvRowReader *reader, const SvEndpoint *local, const SvEndpoint *foreign,
                              SvSocketRow *row);

static void
find_own (SvWitness *self, SvEnd *end, LookFunc look, SvSocketRow *row)
{
  SvEndpoint any = sv_endpoint_any (end->local.family, 0);
  gboolean found = end->local.family != 0
                   && look (self->readers[end->side], &end->local, end->foreign.family != 0 ? &end->foreign : &any,
                            row);

  if (!found)
    *row = (SvSocketRow){ .state = SV_TCP_NONE };
}

/* Where a router lies between, the other machine has other addresses for both. */
static void
find_other_names (SvWitness *self, const SvEnd *end, SvEndpoint *local, SvEndpoint *foreign)
{
  const SvConnection *connection
    = end->connection != 0 ? sv_recording_get_connection (self->recording, end->connection) : NULL;

  if (connection != NULL && connection->seen_server.family != 0)
    sv_connection_get_ends (connection, other (end->side), local, foreign);
}

static void
find_peer (SvWitness *self, SvEnd *end, LookFunc look, SvSocketRow *row)
{
  SvEndpoint local = end->foreign, foreign = end->local;

  find_other_names (self, end, &local, &foreign);
  if (local.family == 0 || foreign.family == 0
      || !look (self->readers[other (end->side)], &local, &foreign, row))
    *row = (SvSocketRow){ .state = SV_TCP_NONE };
}

/**
 * sv_witness_look:
 *
 * Reads and records both rows of the connection without a call: what others
 * did since the last one must not be taken for its effect.
 */
void
sv_witness_look (SvWitness *self, SvEnd *end)
{
  SvSocketRow own, peer;

  sv_witness_observe (self, end, &own, &peer);
}

/**
 * sv_witness_observe:
 * @own: (out): this end's row as it is now, with the time left of its timer;
 *   state %SV_TCP_NONE if it is in no table
 * @peer: (out): the other end's, likewise
 *
 * As sv_witness_look(), and tells what was seen.
 */
void
sv_witness_observe (SvWitness *self, SvEnd *end, SvSocketRow *own, SvSocketRow *peer)
{
  if (is_unix (end))
    {
      *own = *peer = (SvSocketRow){ .state = SV_TCP_NONE };
      look_unix (self, end);
      return;
    }
  find_own (self, end, sv_row_reader_read, own);
  find_peer (self, end, sv_row_reader_read_either, peer);
  sv_row_reader_record (self->readers[end->side]);
  sv_row_reader_record (self->readers[other (end->side)]);
}

/* How many datagrams the kernel has dropped because our UDP server's buffer was
 * full: what the column "drops" of /proc/net/udp says. */
static guint32
count_drops (SvWitness *self)
{
  guint32 numbers[SK_MEMINFO_VARS] = { 0 };
  socklen_t length = sizeof numbers;

  if (self->datagram_server < 0
      || getsockopt (self->datagram_server, SOL_SOCKET, SO_MEMINFO, numbers, &length) != 0)
    return 0;
  return numbers[SK_MEMINFO_DROPS];
}

/**
 * sv_witness_before:
 * @sight: (out): for sv_witness_after()
 *
 * Remembers what is known.
 */
void
sv_witness_before (SvWitness *self, SvEnd *end, SvSight *sight)
{
  *sight = (SvSight){ 0 };
  if (end->protocol == IPPROTO_UDP)
    sight->drops = count_drops (self);
  if (end->protocol != IPPROTO_TCP)
    return;
  find_own (self, end, sv_row_reader_recall, &sight->own);
  find_peer (self, end, sv_row_reader_recall_either, &sight->peer);
  if (end->socket != NULL)
    sv_tcp_info_read (end->fd, &sight->info);
}

static const char *
actor_of (SvWitness *self, const SvEnd *end, SvSide side)
{
  if (side == end->side)
    return end->actor;
  if (side == SV_SIDE_SERVER)
    return end->connection != 0 ? sv_recording_get_connection (self->recording, end->connection)->server_actor : "server";
  return end->connection != 0 ? sv_recording_get_connection (self->recording, end->connection)->actor : "";
}

/* A UDP socket that is bound to no address sends from the one that the route
 * says: to this computer itself from its loopback address. */
static SvEndpoint
own_address (const SvEnd *end)
{
  if (end->protocol == IPPROTO_UDP && end->local.family != 0 && sv_endpoint_is_any (&end->local)
      && sv_endpoint_is_loopback (&end->foreign))
    return sv_endpoint_loopback (sv_endpoint_is_v4_mapped (&end->foreign) ? AF_INET : end->foreign.family,
                                 end->local.port);
  return end->local;
}

static SvSegment
segment_between (SvWitness *self, const SvEnd *end, gboolean outgoing)
{
  SvSide from = outgoing ? end->side : other (end->side);
  SvEndpoint own = own_address (end);

  return (SvSegment){
    .protocol = IPPROTO_TCP,
    .source = outgoing ? own : end->foreign,
    .destination = outgoing ? end->foreign : own,
    .from = actor_of (self, end, from),
    .to = actor_of (self, end, other (from)),
  };
}

static void
record_segment (SvWitness *self, const SvEnd *end, gint64 time, SvSide side, const SvSegment *segment)
{
  SvFact *fact = sv_fact_new_packet (time, self->machines[side], side, segment);

  fact->connection = end->connection;
  sv_recording_append (self->recording, fact);
}

/* Between two machines every packet is seen on the wire: nothing is worked out. */
static gboolean
sees_wire (SvWitness *self)
{
  return self->machines[SV_SIDE_CLIENT] != self->machines[SV_SIDE_SERVER];
}

/* Such a call only takes what has come already. */
static gboolean
is_taker (const SvOutcome *outcome)
{
  static const char *const CALLS[] = { "accept", "recv", "getsockopt", NULL };

  return g_strv_contains (CALLS, outcome->name);
}

/* ICMP has no ports, and comes from the other computer's kernel, not from a program. */
static void
set_protocol (SvSegment *segment, guint8 protocol)
{
  segment->protocol = protocol;
  if (protocol != IPPROTO_ICMP)
    return;
  if (segment->source.family == AF_INET6 && !sv_endpoint_is_v4_mapped (&segment->source))
    segment->protocol = IPPROTO_ICMPV6;
  segment->source.port = segment->destination.port = 0;
  segment->from = "";
}

static void
record_deductions (SvWitness *self, const SvEnd *end, const SvOutcome *outcome, const SvObservation *seen)
{
  SvDeduction deductions[SV_RECONSTRUCTION_MAX];
  gboolean udp = end->protocol == IPPROTO_UDP;
  gboolean talks_to_itself = sv_endpoint_equal (&end->local, &end->foreign);
  /* What a socket says to itself crosses: RFC 9293 §3.5, simultaneous initiation. */
  guint n = sees_wire (self) || talks_to_itself ? 0
            : udp                               ? sv_reconstruct_datagrams (seen, deductions)
                                                : sv_reconstruct (seen, deductions);
  gint64 duration = is_taker (outcome) ? 0 : outcome->duration;

  for (guint i = 0; i < n; i++)
    {
      SvSegment segment = segment_between (self, end, deductions[i].outgoing);

      segment.event = SV_PACKET_SENT;
      segment.reconstructed = TRUE;
      set_protocol (&segment, deductions[i].protocol);
      segment.flags = deductions[i].flags;
      segment.length = deductions[i].length;
      /* Nobody saw when, only that it was within the call, or not later than it. */
      record_segment (self, end, outcome->entered + duration * (i + 1) / (n + 1),
                      deductions[i].outgoing ? end->side : other (end->side), &segment);
    }
}

/* Only these can change how many wait for accept(). */
static gboolean
touches_queue (const SvOutcome *outcome)
{
  static const char *const CALLS[] = { "connect", "getsockopt", "accept", "close", NULL };

  return g_strv_contains (CALLS, outcome->name);
}

static void
read_queue (SvWitness *self)
{
  SvEndpoint any = sv_endpoint_any (self->listener.family, 0);
  SvSocketRow row;

  if (self->listener.family != 0)
    sv_row_reader_read (self->readers[SV_SIDE_SERVER], &self->listener, &any, &row);
}

static void
read_after (SvWitness *self, SvEnd *end, const SvOutcome *outcome, SvSocketRow *own, SvSocketRow *peer)
{
  gboolean is_listener = end->foreign.family == 0;

  find_own (self, end, sv_row_reader_read, own);
  find_peer (self, end, sv_row_reader_read_either, peer);
  if (!is_listener && touches_queue (outcome))
    read_queue (self);
}

static void
record_rows (SvWitness *self)
{
  sv_row_reader_record (self->readers[SV_SIDE_CLIENT]);
  if (self->readers[SV_SIDE_SERVER] != self->readers[SV_SIDE_CLIENT])
    sv_row_reader_record (self->readers[SV_SIDE_SERVER]);
}

static gboolean
is_foreign (SvWitness *self, const SvEnd *end)
{
  return end->connection != 0 && sv_recording_get_connection (self->recording, end->connection)->foreign;
}

/* A send's own segments can only be counted if nothing waited before or after. */
static void
count_sent (const SvTcpInfo *before, const SvTcpInfo *after, SvObservation *seen)
{
  if (before->not_sent == 0 && after->not_sent == 0)
    seen->segments = after->data_segments_out - before->data_segments_out;
}

/* What came since this was last counted; what comes after @info counts the next time. */
static void
count_received (SvEnd *end, const SvTcpInfo *info, SvObservation *seen)
{
  seen->segments = info->data_segments_in - end->data_segments_in;
  seen->arrived = info->bytes_received - end->bytes_received;
  end->data_segments_in = info->data_segments_in;
  end->bytes_received = info->bytes_received;
}

static void
count (SvEnd *end, const SvSight *sight, SvObservation *seen)
{
  SvTcpInfo info;

  if (end->socket == NULL || !sv_tcp_info_read (end->fd, &info))
    return;
  if (g_str_equal (seen->call, "send") && seen->result > 0)
    count_sent (&sight->info, &info, seen);
  else if (g_str_equal (seen->call, "recv"))
    count_received (end, &info, seen);
  else if (g_str_equal (seen->call, "getsockopt"))
    seen->retransmits = info.total_retransmits;
}

/* The datagram was sent, and where it should have been kept there was no room. */
static void
record_drop (SvWitness *self, SvEnd *end, const SvOutcome *outcome, guint32 drops)
{
  SvSegment segment = segment_between (self, end, TRUE);
  SvFact *note;

  segment.event = SV_PACKET_DROPPED;
  segment.reconstructed = TRUE;
  segment.protocol = IPPROTO_UDP;
  segment.length = (guint32) outcome->result;
  record_segment (self, end, outcome->entered + outcome->duration, SV_SIDE_SERVER, &segment);
  note = sv_fact_new_note (outcome->entered + outcome->duration, self->machines[SV_SIDE_SERVER],
                           _("The server's receive buffer is full: the kernel dropped the datagram, and told nobody. "
                             "It has dropped %u so far."),
                           drops);
  note->connection = end->connection;
  note->side = SV_SIDE_SERVER;
  sv_recording_append (self->recording, note);
}

static void
testify_datagram (SvWitness *self, SvEnd *end, const SvSight *sight, const SvOutcome *outcome)
{
  SvObservation seen = {
    .call = outcome->name, .result = outcome->result, .error = outcome->error, .foreign = is_foreign (self, end)
  };
  SvSide there = other (end->side);
  SvSocketRow row;
  guint32 drops;

  if (end->foreign.family != 0)
    record_deductions (self, end, outcome, &seen);
  drops = count_drops (self);
  if (!sees_wire (self) && end->side == SV_SIDE_CLIENT && outcome->result >= 0
      && g_str_has_prefix (outcome->name, "send") && drops > sight->drops)
    record_drop (self, end, outcome, drops);
  if (end->local.family != 0)
    sv_row_reader_read_datagram (self->readers[end->side], &end->local, &end->foreign, &row);
  if (end->foreign.family != 0 && end->local.family != 0)
    {
      SvEndpoint local = end->foreign, foreign = end->local;

      find_other_names (self, end, &local, &foreign);
      sv_row_reader_read_datagram (self->readers[there], &local, &foreign, &row);
    }
  record_rows (self);
}

static void
testify (SvWitness *self, SvEnd *end, const SvSight *sight, const SvOutcome *outcome, int error, gboolean resets)
{
  SvSocketRow own, peer;
  SvObservation seen = {
    .call = outcome->name,
    .result = outcome->result,
    .error = error,
    .own_before = sight->own.state,
    .peer_before = sight->peer.state,
    .unread = sight->own.recv_q,
    .foreign = is_foreign (self, end),
    .resets = resets,
  };

  if (is_unix (end))
    {
      look_unix (self, end);
      return;
    }
  if (end->protocol == IPPROTO_UDP)
    {
      testify_datagram (self, end, sight, outcome);
      return;
    }
  count (end, sight, &seen);
  read_after (self, end, outcome, &own, &peer);
  seen.own_after = own.state;
  seen.send_q = own.send_q;
  seen.peer_after = peer.state;
  seen.peer_visible = sight->peer.state != SV_TCP_NONE || peer.state != SV_TCP_NONE;
  if (end->foreign.family != 0)
    record_deductions (self, end, outcome, &seen);
  record_rows (self);
}

/**
 * sv_witness_after:
 * @outcome: of the call that was made on @end since sv_witness_before()
 */
void
sv_witness_after (SvWitness *self, SvEnd *end, const SvSight *sight, const SvOutcome *outcome)
{
  testify (self, end, sight, outcome, outcome->error, FALSE);
}

/**
 * sv_witness_after_finish:
 * @socket_error: what SO_ERROR said
 */
void
sv_witness_after_finish (SvWitness *self, SvEnd *end, const SvSight *sight, const SvOutcome *outcome,
                         int socket_error)
{
  testify (self, end, sight, outcome, socket_error, FALSE);
}

/**
 * sv_witness_after_reset:
 * @outcome: of the close() that was told not to linger
 */
void
sv_witness_after_reset (SvWitness *self, SvEnd *end, const SvSight *sight, const SvOutcome *outcome)
{
  testify (self, end, sight, outcome, outcome->error, TRUE);
}

/* The real header bytes of the client's SYN, as the kernel kept them. */
static void
record_saved_syn (SvWitness *self, SvEnd *accepted, const SvOutcome *outcome)
{
  g_autoptr (GBytes) bytes = sees_wire (self) ? NULL : sv_tcp_info_read_saved_syn (accepted->fd);
  SvSegment segment = segment_between (self, accepted, FALSE);
  const guint8 *data;
  SvPacket packet;
  gsize length;

  if (bytes == NULL)
    return;
  data = g_bytes_get_data (bytes, &length);
  if (!sv_packet_decode (data, length, &packet, NULL))
    return;
  segment.event = SV_PACKET_DELIVERED;
  segment.numbers_known = TRUE;
  segment.flags = packet.flags;
  segment.seq = packet.seq;
  segment.ack = packet.ack;
  segment.length = packet.payload_length;
  segment.bytes = bytes;
  record_segment (self, accepted, outcome->entered, SV_SIDE_SERVER, &segment);
}

/**
 * sv_witness_after_accept:
 * @accepted: what accept() gave
 */
void
sv_witness_after_accept (SvWitness *self, SvEnd *accepted, const SvOutcome *outcome)
{
  SvObservation seen = { .call = "accept", .result = outcome->result, .foreign = is_foreign (self, accepted) };
  SvSocketRow own, peer;

  if (is_unix (accepted))
    {
      look_unix (self, accepted);
      return;
    }
  record_saved_syn (self, accepted, outcome);
  read_after (self, accepted, outcome, &own, &peer);
  seen.own_after = own.state;
  seen.peer_after = peer.state;
  record_deductions (self, accepted, outcome, &seen);
  record_rows (self);
}

/**
 * sv_witness_find_peer:
 *
 * Returns: whether the other end of @end is in a table that we read, as of the
 *   last reading
 */
gboolean
sv_witness_find_peer (SvWitness *self, SvEnd *end, SvSocketRow *row)
{
  if (is_unix (end))
    return self->unix_reader != NULL
           && sv_unix_reader_read (self->unix_reader, sv_endpoint_get_inode (&end->foreign), row);
  find_peer (self, end, sv_row_reader_recall_either, row);
  return row->state != SV_TCP_NONE;
}
