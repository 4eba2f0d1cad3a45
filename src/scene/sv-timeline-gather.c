/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-timeline-item.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

/* What comes this soon after a call was caused by it. */
#define NEAR_NS (50 * G_GINT64_CONSTANT (1000000))
#define MAX_ROWS_AFTER 4096
/* A run of like calls longer than this is shown as one. */
#define MAX_RUN 3
/* At most this many items of talk are shown one by one. */
#define MAX_TALK 14

typedef struct
{
  SvRecording *recording;
  guint connection;
  GArray *items;
  guint own; /* index of the connection's first item */
} Gather;

static void
clear_item (gpointer data)
{
  SvTimelineItem *item = data;

  g_clear_pointer (&item->flights, g_array_unref);
  g_clear_pointer (&item->rows, g_ptr_array_unref);
}

/**
 * sv_timeline_is_quiet_call:
 *
 * Calls that say nothing about the connection are left to the list of calls;
 * so is asking in vain ("nothing there yet").
 */
gboolean
sv_timeline_is_quiet_call (const SvFact *fact)
{
  static const char *const OPTIONS[] = { "getsockname", "getpeername", "fcntl", "ioctl", "poll", "epoll_wait" };
  const char *name = fact->call.name, *args = fact->call.args != NULL ? fact->call.args : "";

  for (guint i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
    if (g_str_equal (name, OPTIONS[i]))
      return TRUE;
  if (g_str_equal (name, "getsockopt"))
    return strstr (args, "SO_ERROR") == NULL;
  if (g_str_equal (name, "setsockopt"))
    return strstr (args, "SO_LINGER") == NULL;
  return fact->call.error == EAGAIN && !g_str_equal (name, "send");
}

static SvPhase
phase_of_packet (const SvFact *fact)
{
  if (fact->packet.flags & (SV_TCP_FIN | SV_TCP_RST))
    return SV_PHASE_TEARDOWN;
  return fact->packet.length > 0 ? SV_PHASE_TALK : SV_PHASE_HANDSHAKE;
}

static SvPhase
phase_of (const SvFact *fact)
{
  static const struct { const char *name; SvPhase phase; } PHASES[] = {
    { "socket", SV_PHASE_OPEN }, { "bind", SV_PHASE_OPEN }, { "connect", SV_PHASE_HANDSHAKE },
    { "getsockopt", SV_PHASE_HANDSHAKE }, { "accept", SV_PHASE_ACCEPT }, { "setsockopt", SV_PHASE_TEARDOWN },
    { "shutdown", SV_PHASE_TEARDOWN }, { "close", SV_PHASE_TEARDOWN },
  };

  if (fact->connection == 0 && !g_str_equal (fact->call.name, "close"))
    return SV_PHASE_LISTEN;
  for (guint i = 0; i < G_N_ELEMENTS (PHASES); i++)
    if (g_str_equal (fact->call.name, PHASES[i].name))
      return PHASES[i].phase;
  return SV_PHASE_TALK;
}

/**
 * sv_timeline_get_phase:
 * @fact: a call or a packet
 */
SvPhase
sv_timeline_get_phase (const SvFact *fact)
{
  return fact->kind == SV_FACT_CALL ? phase_of (fact) : phase_of_packet (fact);
}

/* The rows that were read right after a call stand right behind it, but for calls that nobody is shown. */
static guint64
skip_rows (SvRecording *recording, const SvFact *call)
{
  guint64 serial = call->serial + 1;
  gint64 until = call->time + call->call.duration + NEAR_NS;

  while (serial - call->serial <= MAX_ROWS_AFTER)
    {
      const SvFact *fact = sv_recording_get (recording, serial);

      if (fact == NULL || fact->kind == SV_FACT_NOTE || fact->time > until
          || (fact->kind == SV_FACT_CALL && !sv_timeline_is_quiet_call (fact)))
        break;
      serial++;
    }
  return serial;
}

static SvTimelineItem *
add_item (GArray *items, SvItemKind kind, const SvFact *fact)
{
  SvTimelineItem item = { .kind = kind, .side = fact->side, .serial = fact->serial, .after = fact->serial + 1,
                          .time = fact->time, .end_time = fact->time, .count = 1, .name = "",
                          .connection = fact->connection, .after_taker = SV_NO_SERIAL };

  g_array_append_val (items, item);
  return &g_array_index (items, SvTimelineItem, items->len - 1);
}

static SvTimelineItem *
last_item (Gather *self)
{
  return self->items->len > self->own ? &g_array_index (self->items, SvTimelineItem, self->items->len - 1) : NULL;
}

static void
add_call (Gather *self, const SvFact *fact)
{
  SvTimelineItem *item = add_item (self->items, SV_ITEM_CALL, fact);

  item->name = fact->call.name;
  item->phase = phase_of (fact);
  item->kernel = fact->call.duration;
  item->end_time = fact->time + fact->call.duration;
  item->after = skip_rows (self->recording, fact);
  item->failed = sv_fact_failed (fact);
  item->brief = item->phase == SV_PHASE_LISTEN || g_str_equal (item->name, "getsockopt")
                || g_str_equal (item->name, "setsockopt");
  item->accepts = fact->connection != 0 && g_str_equal (item->name, "accept") && fact->call.result >= 0;
  item->listens = g_str_equal (item->name, "listen") && fact->call.result == 0;
}

static gboolean
is_syn (guint8 flags)
{
  return (flags & SV_TCP_SYN) && !(flags & SV_TCP_ACK);
}

static SvSide
sender_of (Gather *self, const SvFact *fact)
{
  const SvConnection *connection = sv_recording_get_connection (self->recording, self->connection);
  SvEndpoint source = sv_endpoint_unmapped (&fact->packet.source);
  SvEndpoint client = sv_endpoint_unmapped (&connection->client);
  SvEndpoint server = sv_endpoint_unmapped (&connection->server);

  if (is_syn (fact->packet.flags))
    return SV_SIDE_CLIENT;
  if (source.family != 0 && client.family != 0 && sv_endpoint_equal (&source, &client))
    return SV_SIDE_CLIENT;
  if (source.family != 0 && server.family != 0 && sv_endpoint_equal (&source, &server))
    return SV_SIDE_SERVER;
  if (fact->packet.event == SV_PACKET_DELIVERED)
    return fact->side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  return fact->side;
}

static SvFlight
flight_of (Gather *self, const SvFact *fact)
{
  SvFlight flight = { .serial = fact->serial, .bytes_serial = SV_NO_SERIAL, .flags = fact->packet.flags,
                      .reconstructed = fact->packet.reconstructed, .time = fact->time };

  flight.side = sender_of (self, fact);
  flight.lost = fact->packet.event == SV_PACKET_DROPPED;
  if (!fact->packet.reconstructed && fact->packet.bytes != NULL)
    flight.bytes_serial = fact->serial;
  return flight;
}

static void
add_flight (SvTimelineItem *item, const SvFlight *flight)
{
  if (item->flights == NULL)
    item->flights = g_array_new (FALSE, FALSE, sizeof (SvFlight));
  g_array_append_val (item->flights, *flight);
}

static gboolean
is_near (const SvTimelineItem *item, const SvFact *fact)
{
  return item != NULL && fact->time - item->end_time <= NEAR_NS;
}

/* Such a call only takes what has come already: the packets were before it. */
static gboolean
is_taker (const SvTimelineItem *item)
{
  static const char *const NAMES[] = { "accept", "recv", "recvfrom", "getsockopt", NULL };

  return item->kind == SV_ITEM_CALL && g_strv_contains (NAMES, item->name);
}


/* Whoever has waited long for accept() had the handshake before all else. */
static guint
find_place_before (Gather *self, const SvTimelineItem *taker)
{
  guint index = self->items->len - 1;

  if (g_str_equal (taker->name, "accept"))
    return self->own;
  while (index > self->own)
    {
      const SvTimelineItem *before = &g_array_index (self->items, SvTimelineItem, index - 1);

      if (before->kind == SV_ITEM_PACKET && before->after_taker == taker->serial)
        return index - 1;
      if (before->kind != SV_ITEM_ROWS || taker->time - before->end_time > NEAR_NS)
        break;
      index--;
    }
  return index;
}

/* The item of packets that is shown before the last one, a taker, and before
 * the rows that told of them. It is known, at the earliest, when they are. */
static SvTimelineItem *
ensure_packets_before (Gather *self, const SvFact *fact)
{
  SvTimelineItem *taker = last_item (self);
  guint index = find_place_before (self, taker);
  SvTimelineItem *there = &g_array_index (self->items, SvTimelineItem, index);
  SvTimelineItem item = { .kind = SV_ITEM_PACKET, .phase = phase_of_packet (fact), .count = 1, .name = "",
                          .side = taker->side, .connection = taker->connection };

  if (there->kind == SV_ITEM_PACKET && there->after_taker == taker->serial)
    return there;
  item.after_taker = taker->serial;
  item.serial = item.after = there->serial;
  item.time = item.end_time = there->time;
  g_array_insert_val (self->items, index, item);
  return &g_array_index (self->items, SvTimelineItem, index);
}

/* The SYN that left last, so far. */
static SvFlight *
find_syn (Gather *self)
{
  for (guint i = self->items->len; i-- > self->own;)
    {
      GArray *flights = g_array_index (self->items, SvTimelineItem, i).flights;

      for (guint j = flights != NULL ? flights->len : 0; j-- > 0;)
        if (is_syn (g_array_index (flights, SvFlight, j).flags))
          return &g_array_index (flights, SvFlight, j);
    }
  return NULL;
}

/* The server's kernel kept the real bytes of the SYN that it answered: they
 * belong to the flight that was drawn for it, which was observed so, whoever
 * the client is. */
static gboolean
enrich_syn (Gather *self, const SvFact *real)
{
  SvFlight *flight = find_syn (self);

  if (flight == NULL)
    return FALSE;
  flight->bytes_serial = real->serial;
  flight->reconstructed = FALSE;
  return TRUE;
}

/* RFC 9293 §3.8.1: a SYN is sent again when no answer has come. */
static void
mark_unanswered (Gather *self)
{
  SvFlight *flight = find_syn (self);

  if (flight != NULL)
    flight->unanswered = TRUE;
}

static void
add_packet (Gather *self, const SvFact *fact)
{
  SvTimelineItem *item = last_item (self);
  SvFlight flight = flight_of (self, fact);

  if (!fact->packet.reconstructed && is_syn (fact->packet.flags) && enrich_syn (self, fact))
    {
      item->after = MAX (item->after, fact->serial + 1);
      return;
    }
  if (is_syn (flight.flags))
    mark_unanswered (self);
  if (is_near (item, fact) && is_taker (item))
    item = ensure_packets_before (self, fact);
  else if (!is_near (item, fact) || item->kind == SV_ITEM_ROWS)
    {
      item = add_item (self->items, SV_ITEM_PACKET, fact);
      item->side = flight.side;
      item->phase = phase_of_packet (fact);
    }
  if (item->after_taker == SV_NO_SERIAL)
    item->after = MAX (item->after, fact->serial + 1);
  add_flight (item, &flight);
}

static void
add_row (Gather *self, const SvFact *fact)
{
  SvTimelineItem *item = last_item (self);

  if (!is_near (item, fact))
    {
      SvPhase phase = item != NULL ? item->phase : SV_PHASE_HANDSHAKE;

      item = add_item (self->items, SV_ITEM_ROWS, fact);
      item->phase = phase;
    }
  if (item->rows == NULL)
    item->rows = g_ptr_array_new ();
  g_ptr_array_add (item->rows, (gpointer) fact);
  item->after = MAX (item->after, fact->serial + 1);
  if (item->kind == SV_ITEM_ROWS)
    item->end_time = fact->time;
}

static const SvHeldSocket *
find_listener (SvRecording *recording, guint connection)
{
  SvSocketLog *log = sv_recording_get_sockets (recording);
  guint64 before = connection != 0 ? sv_recording_get_connection (recording, connection)->opened : G_MAXUINT64;

  for (guint i = sv_socket_log_get_size (log); i-- > 0;)
    {
      const SvHeldSocket *held = sv_socket_log_get (log, i);

      if (held->connection != 0 || held->side != SV_SIDE_SERVER)
        continue;
      if (connection == 0 || (held->listening && held->opened < before && held->closed > before))
        return held;
    }
  return NULL;
}

static guint
find_serial (GArray *serials, guint64 serial)
{
  guint low = 0, high = serials->len;

  while (low < high)
    {
      guint between = low + (high - low) / 2;

      if (g_array_index (serials, guint64, between) < serial)
        low = between + 1;
      else
        high = between;
    }
  return low;
}

static gboolean
is_call_of (const SvFact *fact, const SvHeldSocket *held)
{
  if (fact == NULL || fact->kind != SV_FACT_CALL || fact->side != SV_SIDE_SERVER || fact->machine != held->machine)
    return FALSE;
  return fact->serial == held->opened || fact->call.fd == held->fd;
}

/* socket, bind, listen; then only the end of it is of interest. */
static gboolean
gather_listener (Gather *self)
{
  GArray *serials = sv_recording_get_shared_facts (self->recording);
  const SvHeldSocket *held = find_listener (self->recording, self->connection);
  gboolean known = FALSE;

  if (held == NULL)
    return FALSE;
  for (guint i = find_serial (serials, held->opened); i < serials->len && !known; i++)
    {
      const SvFact *fact = sv_recording_get (self->recording, g_array_index (serials, guint64, i));

      if (!is_call_of (fact, held) || sv_timeline_is_quiet_call (fact))
        continue;
      add_call (self, fact);
      known = g_str_equal (fact->call.name, "listen") || g_str_equal (fact->call.name, "close")
              || (held->protocol == IPPROTO_UDP && g_str_equal (fact->call.name, "bind"));
    }
  const SvFact *closed = self->connection == 0 ? sv_recording_get (self->recording, held->closed) : NULL;
  if (closed != NULL && known && g_array_index (self->items, SvTimelineItem, self->items->len - 1).serial != closed->serial)
    add_call (self, closed);
  return held->listening && !known;
}

static void
gather_connection (Gather *self)
{
  GArray *serials = sv_recording_get_connection_facts (self->recording, self->connection);

  for (guint i = 0; i < serials->len; i++)
    {
      const SvFact *fact = sv_recording_get (self->recording, g_array_index (serials, guint64, i));

      if (fact == NULL)
        continue;
      if (fact->kind == SV_FACT_CALL && !sv_timeline_is_quiet_call (fact))
        add_call (self, fact);
      else if (fact->kind == SV_FACT_PACKET)
        add_packet (self, fact);
      else if (fact->kind == SV_FACT_ROW)
        add_row (self, fact);
    }
}

static void
gather_init (Gather *self, SvRecording *recording, guint connection)
{
  *self = (Gather){ .recording = recording, .connection = connection };
  self->items = g_array_new (FALSE, TRUE, sizeof (SvTimelineItem));
  g_array_set_clear_func (self->items, clear_item);
}

static void
merge (SvTimelineItem *item, SvTimelineItem *other)
{
  item->after = MAX (item->after, other->after);
  item->end_time = MAX (item->end_time, other->end_time);
  item->kernel += other->kernel;
  if (other->kind == SV_ITEM_CALL)
    {
      item->count += other->count;
      item->mixed |= other->mixed || other->name != item->name || other->side != item->side;
    }
  /* One flight for many calls would be a false picture. */
  g_clear_pointer (&item->flights, g_array_unref);
  if (other->rows == NULL)
    return;
  if (item->rows == NULL)
    item->rows = g_ptr_array_new ();
  g_ptr_array_extend (item->rows, other->rows, NULL, NULL);
}

static void
merge_range (GArray *items, guint first, guint end)
{
  for (guint i = first + 1; i < end; i++)
    merge (&g_array_index (items, SvTimelineItem, first), &g_array_index (items, SvTimelineItem, i));
  if (end > first + 1)
    g_array_remove_range (items, first + 1, end - first - 1);
}

static guint
end_of_run (GArray *items, guint first, guint *n_calls)
{
  const SvTimelineItem *item = &g_array_index (items, SvTimelineItem, first);
  guint end = first + 1;

  *n_calls = 1;
  for (guint i = end; i < items->len; i++)
    {
      const SvTimelineItem *other = &g_array_index (items, SvTimelineItem, i);

      if (other->kind == SV_ITEM_ROWS)
        continue;
      if (other->kind != SV_ITEM_CALL || other->name != item->name || other->side != item->side
          || other->failed || other->phase != SV_PHASE_TALK)
        break;
      *n_calls += 1;
      end = i + 1;
    }
  return end;
}

static void
fold_runs (GArray *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      const SvTimelineItem *item = &g_array_index (items, SvTimelineItem, i);
      guint n_calls, end;

      if (item->kind != SV_ITEM_CALL || item->phase != SV_PHASE_TALK || item->failed)
        continue;
      end = end_of_run (items, i, &n_calls);
      if (n_calls > MAX_RUN)
        merge_range (items, i, end);
    }
}

/* A long talk keeps its beginning and its end; what lies between is one step. */
static void
fold_middle (GArray *items)
{
  guint n_talk = 0, met = 0, first = 0, end = 0;

  for (guint i = 0; i < items->len; i++)
    n_talk += g_array_index (items, SvTimelineItem, i).phase == SV_PHASE_TALK;
  if (n_talk <= MAX_TALK)
    return;
  for (guint i = 0; i < items->len && end == 0; i++)
    {
      if (g_array_index (items, SvTimelineItem, i).phase != SV_PHASE_TALK)
        continue;
      met++;
      if (met == MAX_TALK / 2 || (first == 0 && met > MAX_TALK / 2))
        first = g_array_index (items, SvTimelineItem, i).kind == SV_ITEM_CALL ? i : 0;
      if (met == n_talk - MAX_TALK / 2)
        end = i + 1;
    }
  if (first != 0 && end > first)
    merge_range (items, first, end);
}

/**
 * sv_timeline_gather_listener:
 *
 * Returns: (transfer full) (element-type SvTimelineItem): only the calls of the listener that @connection came to
 */
GArray *
sv_timeline_gather_listener (SvRecording *recording, guint connection, gboolean *listening)
{
  Gather self;

  gather_init (&self, recording, connection);
  *listening = gather_listener (&self);
  return self.items;
}

/**
 * sv_timeline_gather:
 * @connection: 0 for the newest listener alone
 * @listening: (out): whether a listener was there whose calls have gone from the recording
 *
 * Returns: (transfer full) (element-type SvTimelineItem): what is to be
 *   replayed, in order, not laid out yet; bounded however long the talk was
 */
GArray *
sv_timeline_gather (SvRecording *recording, guint connection, gboolean *listening)
{
  Gather self;

  gather_init (&self, recording, connection);
  *listening = gather_listener (&self);
  self.own = self.items->len;
  if (connection != 0)
    gather_connection (&self);
  fold_runs (self.items);
  fold_middle (self.items);
  return self.items;
}
