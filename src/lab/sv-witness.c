/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-witness.h"

#include "sv-packet.h"
#include "sv-reconstruction.h"
#include "sv-row-reader.h"

#include <netinet/in.h>

struct _SvWitness
{
  SvRecording *recording; /* unowned */
  SvMachineId machines[2];
  SvRowReader *readers[2]; /* by SvSide; the same one twice if both sides live in one machine */
  SvEndpoint listener;     /* family 0: none */
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
  return self;
}

void
sv_witness_free (SvWitness *self)
{
  if (self->readers[SV_SIDE_SERVER] != self->readers[SV_SIDE_CLIENT])
    sv_row_reader_free (self->readers[SV_SIDE_SERVER]);
  sv_row_reader_free (self->readers[SV_SIDE_CLIENT]);
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

static void
find_peer (SvWitness *self, SvEnd *end, LookFunc look, SvSocketRow *row)
{
  const SvConnection *connection
    = end->connection != 0 ? sv_recording_get_connection (self->recording, end->connection) : NULL;
  SvEndpoint local = end->foreign, foreign = end->local;

  /* Where a router lies between, the other machine has other addresses for both. */
  if (connection != NULL && connection->seen_server.family != 0)
    sv_connection_get_ends (connection, other (end->side), &local, &foreign);
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
  SvSocketRow row;

  find_own (self, end, sv_row_reader_read, &row);
  find_peer (self, end, sv_row_reader_read_either, &row);
  sv_row_reader_record (self->readers[end->side]);
  sv_row_reader_record (self->readers[other (end->side)]);
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
  find_own (self, end, sv_row_reader_recall, &sight->own);
  find_peer (self, end, sv_row_reader_recall_either, &sight->peer);
  sight->info = (SvTcpInfo){ 0 };
  if (end->socket != NULL)
    sv_tcp_info_read (end->fd, &sight->info);
}

static const char *
actor_of (SvWitness *self, const SvEnd *end, SvSide side)
{
  if (side == end->side)
    return end->actor;
  if (side == SV_SIDE_SERVER)
    return "server";
  return end->connection != 0 ? sv_recording_get_connection (self->recording, end->connection)->actor : "";
}

static SvSegment
segment_between (SvWitness *self, const SvEnd *end, gboolean outgoing)
{
  SvSide from = outgoing ? end->side : other (end->side);

  return (SvSegment){
    .protocol = IPPROTO_TCP,
    .source = outgoing ? end->local : end->foreign,
    .destination = outgoing ? end->foreign : end->local,
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

static void
record_deductions (SvWitness *self, const SvEnd *end, const SvOutcome *outcome, const SvObservation *seen)
{
  SvDeduction deductions[SV_RECONSTRUCTION_MAX];
  guint n = sees_wire (self) ? 0 : sv_reconstruct (seen, deductions);
  gint64 duration = is_taker (outcome) ? 0 : outcome->duration;

  for (guint i = 0; i < n; i++)
    {
      SvSegment segment = segment_between (self, end, deductions[i].outgoing);

      segment.event = SV_PACKET_SENT;
      segment.reconstructed = TRUE;
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
  find_peer (self, end, sv_row_reader_recall_either, row);
  return row->state != SV_TCP_NONE;
}
