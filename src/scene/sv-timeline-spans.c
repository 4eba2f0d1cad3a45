/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-timeline-item.h"

/* From when on a side is in a state. */
typedef struct
{
  double at;
  SvTcpState state;
  gboolean reconstructed;
  guint64 serial;
} Change;

typedef struct
{
  GArray *changes[2];    /* Change, by side: what is sure by now */
  GArray *candidates[2]; /* Change, by side: what the item's packets would do */
} Lives;

/* How far a connection has come in its life. */
static guint
rank_of (SvTcpState state)
{
  switch (state)
    {
    case SV_TCP_LISTEN:
      return 1;
    case SV_TCP_SYN_SENT:
    case SV_TCP_SYN_RECV:
    case SV_TCP_NEW_SYN_RECV:
      return 2;
    case SV_TCP_ESTABLISHED:
      return 3;
    case SV_TCP_FIN_WAIT1:
    case SV_TCP_CLOSE_WAIT:
      return 4;
    case SV_TCP_FIN_WAIT2:
    case SV_TCP_CLOSING:
    case SV_TCP_LAST_ACK:
      return 5;
    case SV_TCP_TIME_WAIT:
      return 6;
    case SV_TCP_NONE:
    case SV_TCP_CLOSE:
    case SV_N_TCP_STATES:
    default:
      return 7;
    }
}

static Change *
last_change (GArray *changes)
{
  return &g_array_index (changes, Change, changes->len - 1);
}

static void
add_change (GArray *changes, double at, SvTcpState state, guint64 serial, gboolean reconstructed)
{
  Change change = { at, state, reconstructed, serial };

  g_array_append_val (changes, change);
}

static SvTcpState
state_now (Lives *self, SvSide side)
{
  GArray *changes = self->candidates[side]->len > 0 ? self->candidates[side] : self->changes[side];

  return last_change (changes)->state;
}

static void
suppose (Lives *self, SvSide side, double at, SvTcpState state)
{
  if (state_now (self, side) != state)
    add_change (self->candidates[side], at, state, SV_NO_SERIAL, TRUE);
}

static gboolean
is_connected (SvTcpState state)
{
  return state != SV_TCP_NONE && state != SV_TCP_LISTEN && state != SV_TCP_CLOSE;
}

/* RFC 9293 §3.3.2: what a segment's leaving does to its sender. */
static void
suppose_leaving (Lives *self, const SvFlight *flight, double at)
{
  SvTcpState state = state_now (self, flight->side);

  if (flight->flags & SV_TCP_SYN && !(flight->flags & SV_TCP_ACK))
    suppose (self, flight->side, at, SV_TCP_SYN_SENT);
  else if (flight->flags & SV_TCP_SYN && state == SV_TCP_LISTEN)
    suppose (self, flight->side, at, SV_TCP_SYN_RECV);
  else if (flight->flags & SV_TCP_RST && is_connected (state))
    suppose (self, flight->side, at, SV_TCP_NONE);
  else if (flight->flags & SV_TCP_FIN && state == SV_TCP_ESTABLISHED)
    suppose (self, flight->side, at, SV_TCP_FIN_WAIT1);
  else if (flight->flags & SV_TCP_FIN && state == SV_TCP_CLOSE_WAIT)
    suppose (self, flight->side, at, SV_TCP_LAST_ACK);
}

static SvTcpState
after_fin (SvTcpState state)
{
  switch ((int) state)
    {
    case SV_TCP_ESTABLISHED:
    case SV_TCP_SYN_RECV:
      return SV_TCP_CLOSE_WAIT;
    case SV_TCP_FIN_WAIT1:
      return SV_TCP_CLOSING;
    case SV_TCP_FIN_WAIT2:
      return SV_TCP_TIME_WAIT;
    default:
      return state;
    }
}

static SvTcpState
after_ack (SvTcpState state)
{
  switch ((int) state)
    {
    case SV_TCP_SYN_RECV:
      return SV_TCP_ESTABLISHED;
    case SV_TCP_FIN_WAIT1:
      return SV_TCP_FIN_WAIT2;
    case SV_TCP_CLOSING:
      return SV_TCP_TIME_WAIT;
    case SV_TCP_LAST_ACK:
      return SV_TCP_NONE;
    default:
      return state;
    }
}

/* What its arrival does to the receiver. A SYN that nobody answers was not taken. */
static void
suppose_arrival (Lives *self, const SvFlight *flight, double at, gboolean answered)
{
  SvSide receiver = flight->side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  SvTcpState state = state_now (self, receiver);

  if (flight->lost)
    return;
  if (flight->flags & SV_TCP_RST)
    suppose (self, receiver, at, is_connected (state) ? SV_TCP_NONE : state);
  else if (flight->flags & SV_TCP_SYN && !(flight->flags & SV_TCP_ACK))
    suppose (self, receiver, at, answered && state == SV_TCP_LISTEN ? SV_TCP_SYN_RECV : state);
  else if (flight->flags & SV_TCP_SYN)
    suppose (self, receiver, at, state == SV_TCP_SYN_SENT ? SV_TCP_ESTABLISHED : state);
  else
    {
      if (flight->flags & SV_TCP_ACK)
        suppose (self, receiver, at, after_ack (state));
      if (flight->flags & SV_TCP_FIN)
        suppose (self, receiver, at, after_fin (state_now (self, receiver)));
    }
}

static gboolean
is_answered (const SvTimelineItem *item, guint index)
{
  for (guint i = index + 1; i < item->flights->len; i++)
    if (g_array_index (item->flights, SvFlight, i).flags & SV_TCP_SYN)
      return g_array_index (item->flights, SvFlight, i).side == SV_SIDE_SERVER;
  return item->kind == SV_ITEM_PACKET;
}

static SvTcpState
state_of (const SvFact *fact)
{
  return fact->row.event == SV_ROW_REMOVED ? SV_TCP_NONE : (SvTcpState) fact->row.after.state;
}

static const SvFact *
find_observation (const SvTimelineItem *item, SvSide side, SvTcpState state)
{
  for (guint i = 0; item->rows != NULL && i < item->rows->len; i++)
    {
      const SvFact *fact = item->rows->pdata[i];

      if (fact->side == side && state_of (fact) == state)
        return fact;
    }
  return NULL;
}

static const SvFact *
last_observation (const SvTimelineItem *item, SvSide side)
{
  for (guint i = item->rows != NULL ? item->rows->len : 0; i-- > 0;)
    if (((const SvFact *) item->rows->pdata[i])->side == side)
      return item->rows->pdata[i];
  return NULL;
}

/* If the item's own rows say nothing, those that were read next may. */
static const SvFact *
next_observation (GArray *items, guint index, SvSide side)
{
  for (guint i = index; i < items->len; i++)
    {
      const SvTimelineItem *item = &g_array_index (items, SvTimelineItem, i);
      const SvFact *fact;

      if (i > index && item->kind != SV_ITEM_ROWS)
        break;
      fact = last_observation (item, side);
      if (fact != NULL)
        return fact;
    }
  return NULL;
}

static void
observe (GArray *changes, double at, const SvFact *fact)
{
  Change *last = last_change (changes);

  if (last->state != state_of (fact))
    {
      add_change (changes, at, state_of (fact), fact->serial, FALSE);
      return;
    }
  last->reconstructed = FALSE;
  if (last->serial == SV_NO_SERIAL || fact->row.event != SV_ROW_REMOVED)
    last->serial = fact->serial;
}

/* What the packets would do counts as far as no row says otherwise. */
static void
settle (Lives *self, GArray *items, guint index, SvSide side)
{
  const SvTimelineItem *item = &g_array_index (items, SvTimelineItem, index);
  const SvFact *next = next_observation (items, index, side);
  const SvFact *last = last_observation (item, side);
  GArray *candidates = self->candidates[side], *changes = self->changes[side];

  for (guint i = 0; i < candidates->len; i++)
    {
      const Change *candidate = &g_array_index (candidates, Change, i);
      const SvFact *seen = find_observation (item, side, candidate->state);

      if (next != NULL && state_of (next) != candidate->state && rank_of (candidate->state) >= rank_of (state_of (next)))
        break;
      add_change (changes, candidate->at, candidate->state, seen != NULL ? seen->serial : SV_NO_SERIAL, seen == NULL);
    }
  g_array_set_size (candidates, 0);
  for (guint i = 0; item->rows != NULL && i < item->rows->len; i++)
    {
      const SvFact *fact = item->rows->pdata[i];

      if (fact->side == side && (fact == last || rank_of (state_of (fact)) > rank_of (last_change (changes)->state)))
        observe (changes, item->kind == SV_ITEM_ROWS ? item->start : item->end, fact);
    }
}

/* accept() takes only what is complete, whoever the client is. */
static void
suppose_accepted (Lives *self, double at)
{
  SvTcpState server = state_now (self, SV_SIDE_SERVER);
  gboolean is_early = rank_of (server) < rank_of (SV_TCP_ESTABLISHED) || self->changes[SV_SIDE_SERVER]->len == 1;

  if (is_early)
    suppose (self, SV_SIDE_SERVER, at, SV_TCP_ESTABLISHED);
  if (self->changes[SV_SIDE_CLIENT]->len == 1 && (is_early || server == SV_TCP_ESTABLISHED))
    suppose (self, SV_SIDE_CLIENT, at, SV_TCP_ESTABLISHED);
}

static void
live_through (Lives *self, GArray *items, guint index)
{
  const SvTimelineItem *item = &g_array_index (items, SvTimelineItem, index);

  if (item->accepts)
    suppose_accepted (self, item->start);
  if (item->listens)
    add_change (self->changes[SV_SIDE_SERVER], item->end, SV_TCP_LISTEN, SV_NO_SERIAL, FALSE);
  if (item->connection == 0 && item->kind == SV_ITEM_CALL && g_strcmp0 (item->name, "close") == 0)
    add_change (self->changes[SV_SIDE_SERVER], item->end, SV_TCP_NONE, SV_NO_SERIAL, FALSE);
  for (guint i = 0; item->flights != NULL && i < item->flights->len; i++)
    {
      const SvFlight *flight = &g_array_index (item->flights, SvFlight, i);

      suppose_leaving (self, flight, flight->start);
      suppose_arrival (self, flight, flight->end, is_answered (item, i));
    }
  settle (self, items, index, SV_SIDE_CLIENT);
  settle (self, items, index, SV_SIDE_SERVER);
}

static void
add_spans (GArray *spans, SvSide side, GArray *changes, double duration)
{
  for (guint i = 0; i < changes->len; i++)
    {
      const Change *change = &g_array_index (changes, Change, i);
      double end = i + 1 < changes->len ? g_array_index (changes, Change, i + 1).at : duration;
      SvStateSpan span = { side, change->state, change->reconstructed, change->serial, change->at, end };

      if (span.end > span.start)
        g_array_append_val (spans, span);
    }
}

/* Of a connection whose first facts the recording has no longer, the first row that is left says what it was. */
static SvTcpState
first_state (GArray *items, SvSide side, SvTcpState otherwise)
{
  for (guint i = 0; i < items->len; i++)
    {
      GPtrArray *rows = g_array_index (items, SvTimelineItem, i).rows;

      for (guint j = 0; rows != NULL && j < rows->len; j++)
        {
          const SvFact *fact = rows->pdata[j];

          if (fact->side == side)
            return fact->row.event != SV_ROW_ADDED ? (SvTcpState) fact->row.before.state : otherwise;
        }
    }
  return otherwise;
}

/**
 * sv_timeline_list_spans:
 * @items: (element-type SvTimelineItem): laid out already
 * @listening: whether the server listens from the beginning
 * @duration: of the timeline, in s
 *
 * Both lifelines. What the rows say is never contradicted; between two of
 * their answers the states follow the packets as RFC 9293 §3.3.2 has it, and
 * are marked as reconstructed.
 *
 * Returns: (transfer full) (element-type SvStateSpan): the client's spans, then the server's
 */
GArray *
sv_timeline_list_spans (GArray *items, gboolean listening, double duration)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (SvStateSpan));
  Lives self;

  for (SvSide side = SV_SIDE_CLIENT; side <= SV_SIDE_SERVER; side++)
    {
      self.changes[side] = g_array_new (FALSE, FALSE, sizeof (Change));
      self.candidates[side] = g_array_new (FALSE, FALSE, sizeof (Change));
      add_change (self.changes[side], 0,
                  first_state (items, side, listening && side == SV_SIDE_SERVER ? SV_TCP_LISTEN : SV_TCP_NONE),
                  SV_NO_SERIAL, FALSE);
    }
  for (guint i = 0; i < items->len; i++)
    live_through (&self, items, i);
  for (SvSide side = SV_SIDE_CLIENT; side <= SV_SIDE_SERVER; side++)
    {
      add_spans (spans, side, self.changes[side], duration);
      g_array_unref (self.changes[side]);
      g_array_unref (self.candidates[side]);
    }
  return spans;
}
