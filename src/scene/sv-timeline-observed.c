/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection whose packets were seen on a wire: nothing is worked out here. Time is real time as long as something
 * flies; only what is too short to be seen is stretched, and long waiting is cut short. */
#include "sv-timeline-private.h"

#include <netinet/in.h>
#include <string.h>

/* How long things are shown, in s. */
#define CALL 0.4
#define LEAST_FLIGHT 0.8
#define OPEN_FLIGHT 0.5 /* one that has not arrived, at the least */
#define HELD 3.0

/* A flight without an event for longer than this, in ns, was held: that is cut short. */
#define HELD_NS (12 * SV_TIMELINE_LONG_NS)
/* Rows that are read this soon after something, in ns, tell of it. */
#define NEAR_NS (5 * G_GINT64_CONSTANT (1000000))
/* Of a long story only its beginning and its end are looked at, so that it costs no more than a short one. */
#define FIRST_FACTS 120
#define LAST_FACTS 320

/* A packet that has left. */
typedef struct
{
  guint beat;
  guint64 id; /* on the wire */
  SvSide side;
  gboolean counts; /* it takes sequence numbers */
  guint32 seq;
  guint32 end;
  gint64 last; /* when the kernel sent that for the last time, ns */
  gboolean open;
} Sent;

typedef struct
{
  double at;
  SvTcpState state;
  guint64 serial;
} Change;

typedef struct
{
  SvTimeline *timeline;
  double at;      /* s */
  gint64 time;    /* that it was there, ns */
  gboolean begun;
  guint n_open;
  guint episode;
  SvPhase phase;
  GArray *sent;       /* Sent */
  GArray *changes[2]; /* Change, by side */
} Observer;

static void
add_cursor (Observer *self, double position, guint64 serial)
{
  GArray *cursors = self->timeline->cursors;
  SvTimelineCursor cursor = { position, serial };

  if (cursors->len > 0)
    cursor.serial = MAX (serial, g_array_index (cursors, SvTimelineCursor, cursors->len - 1).serial);
  g_array_append_val (cursors, cursor);
}

static void
add_anchor (Observer *self)
{
  SvTimelineAnchor anchor = { self->at, self->time };

  g_array_append_val (self->timeline->anchors, anchor);
}

static void
add_gap (Observer *self, double shown, gint64 real, gboolean folded)
{
  SvTimelineGap gap = { self->at, self->at + shown, real, folded };

  g_array_append_val (self->timeline->gaps, gap);
}

/* Goes on to @time; at least @least s are shown of what lies between. */
static void
pass (Observer *self, gint64 time, double least)
{
  gint64 real = MAX (time - self->time, 0);
  double shown = (double) real / 1e9;

  if (!self->begun)
    real = 0, shown = 0;
  else if (self->n_open > 0)
    shown = real > HELD_NS ? MAX (HELD, least) : MAX (MAX (shown, SV_TIMELINE_CLOSE_BY), least);
  else
    shown = real >= SV_TIMELINE_LONG_NS ? SV_TIMELINE_LONG_GAP
                                        : CLAMP (shown, SV_TIMELINE_CLOSE_BY, SV_TIMELINE_EPISODE);
  if (real > (self->n_open > 0 ? HELD_NS : SV_TIMELINE_LONG_NS - 1))
    add_gap (self, shown, real, FALSE);
  self->at += shown;
  self->time = MAX (self->time, time);
  self->begun = TRUE;
  if (self->timeline->own_start < 0)
    self->timeline->own_start = self->at;
  add_anchor (self);
}

/* Things of one kind that follow each other closely belong together. */
static void
enter_phase (Observer *self, SvPhase phase, gint64 time)
{
  if (phase != self->phase || (self->n_open == 0 && time - self->time >= SV_TIMELINE_LONG_NS))
    self->episode++;
  self->phase = phase;
  if (self->timeline->episodes->len <= self->episode)
    g_array_set_size (self->timeline->episodes, self->episode + 1);
}

static void
add_stop (Observer *self, double position)
{
  g_array_append_val (self->timeline->stops, position);
}

static void
observe_call (Observer *self, const SvFact *fact)
{
  SvBeat beat = { .kind = SV_BEAT_CALL, .serial = fact->serial, .bytes_serial = SV_NO_SERIAL, .count = 1,
                  .arrival = SV_NO_SERIAL, .side = fact->side, .time = fact->time, .duration = CALL };
  SvTimelineEpisode *episode;

  if (sv_timeline_is_quiet_call (fact))
    return;
  enter_phase (self, sv_timeline_get_phase (fact), fact->time);
  pass (self, fact->time, 0);
  beat.start = self->at;
  beat.episode = self->episode;
  g_array_append_val (self->timeline->beats, beat);
  add_cursor (self, self->at, fact->serial);
  self->at += CALL;
  self->time = MAX (self->time, fact->time + fact->call.duration);
  add_anchor (self);
  add_cursor (self, self->at, fact->serial + 1);
  add_stop (self, self->at);
  episode = &g_array_index (self->timeline->episodes, SvTimelineEpisode, self->episode);
  episode->kernel += fact->call.duration;
  episode->shown += CALL;
}

/* RFC 9293 §3.4: SEG.LEN */
static guint32
get_sequence_length (const SvSegment *packet)
{
  return packet->length + ((packet->flags & SV_TCP_SYN) != 0) + ((packet->flags & SV_TCP_FIN) != 0);
}

/* The packet that took (some of) the same sequence numbers before; RFC 9293 §3.8: it is sent again. */
static Sent *
find_before (Observer *self, SvSide side, guint32 seq, guint32 end)
{
  for (guint i = self->sent->len; i-- > 0;)
    {
      Sent *sent = &g_array_index (self->sent, Sent, i);

      if (sent->side == side && sent->counts && (gint32) (end - sent->seq) > 0 && (gint32) (sent->end - seq) > 0)
        return sent;
    }
  return NULL;
}

static void
observe_leaving (Observer *self, const SvFact *fact)
{
  guint32 length = get_sequence_length (&fact->packet), end = fact->packet.seq + length;
  SvBeat beat = { .kind = SV_BEAT_PACKET, .serial = fact->serial, .bytes_serial = fact->serial, .count = 1,
                  .arrival = SV_NO_SERIAL, .side = fact->side, .open = TRUE, .time = fact->time,
                  .flight = fact->packet.flight };
  Sent sent = { .beat = self->timeline->beats->len, .id = fact->packet.flight, .side = fact->side, .open = TRUE,
                .counts = fact->packet.protocol == IPPROTO_TCP && length > 0, .seq = fact->packet.seq, .end = end,
                .last = fact->time };
  Sent *before = sent.counts ? find_before (self, fact->side, sent.seq, end) : NULL;

  enter_phase (self, sv_timeline_get_phase (fact), fact->time);
  pass (self, fact->time, 0);
  if (before != NULL)
    {
      beat.again = TRUE;
      beat.waited = fact->time - before->last;
      before->last = fact->time;
    }
  beat.start = self->at;
  beat.episode = self->episode;
  g_array_append_val (self->timeline->beats, beat);
  g_array_append_val (self->sent, sent);
  self->n_open++;
  add_cursor (self, self->at, fact->serial + 1);
}

static Sent *
find_sent (Observer *self, guint64 id)
{
  for (guint i = self->sent->len; id != 0 && i-- > 0;)
    if (g_array_index (self->sent, Sent, i).id == id)
      return &g_array_index (self->sent, Sent, i);
  return NULL;
}

/* It has arrived, or was dropped. Of one that left in a part that is not looked at, nothing is known. */
static void
observe_end (Observer *self, const SvFact *fact)
{
  Sent *sent = find_sent (self, fact->packet.flight);
  SvBeat *beat;

  if (sent == NULL || !sent->open)
    return;
  beat = &g_array_index (self->timeline->beats, SvBeat, sent->beat);
  pass (self, fact->time, beat->start + LEAST_FLIGHT - self->at);
  beat->open = sent->open = FALSE;
  beat->lost = fact->packet.event == SV_PACKET_DROPPED;
  beat->arrival = fact->serial;
  beat->duration = self->at - beat->start;
  self->n_open--;
  add_cursor (self, self->at, fact->serial + 1);
  add_stop (self, beat->start + beat->duration / 2);
  add_stop (self, self->at);
}

/* A copy is no event of its own: the wire has kept it back, and has counted it. */
static void
observe_copy (Observer *self, const SvFact *fact)
{
  Sent *sent = find_sent (self, fact->packet.flight);

  if (sent == NULL)
    sent = find_before (self, fact->side, fact->packet.seq, fact->packet.seq + get_sequence_length (&fact->packet));
  if (sent == NULL)
    return;
  g_array_index (self->timeline->beats, SvBeat, sent->beat).n_copies++;
  sent->last = fact->time;
}

static void
observe_packet (Observer *self, const SvFact *fact)
{
  switch (fact->packet.event)
    {
    case SV_PACKET_SENT:
      observe_leaving (self, fact);
      break;
    case SV_PACKET_DELIVERED:
    case SV_PACKET_DROPPED:
      observe_end (self, fact);
      break;
    case SV_PACKET_SWALLOWED:
      observe_copy (self, fact);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
add_change (Observer *self, SvSide side, SvTcpState state, guint64 serial)
{
  GArray *changes = self->changes[side];
  Change change = { self->at, state, serial };
  Change *last = changes->len > 0 ? &g_array_index (changes, Change, changes->len - 1) : NULL;

  if (last == NULL || last->state != state)
    g_array_append_val (changes, change);
  else if (serial != SV_NO_SERIAL)
    last->serial = serial;
}

static void
observe_row (Observer *self, const SvFact *fact)
{
  gboolean has_state = SV_ROW_CHANGE_ROW (&fact->row)->protocol == IPPROTO_TCP && fact->row.event != SV_ROW_REMOVED;
  SvTcpState state = has_state ? (SvTcpState) fact->row.after.state : SV_TCP_NONE; /* only TCP lives through states */

  if (!self->begun || fact->time - self->time > NEAR_NS)
    pass (self, fact->time, 0);
  add_cursor (self, self->at, fact->serial + 1);
  add_change (self, fact->side, state, fact->serial);
}

static void
observe (Observer *self, const SvFact *fact)
{
  if (fact == NULL)
    return;
  if (fact->kind == SV_FACT_CALL)
    observe_call (self, fact);
  else if (fact->kind == SV_FACT_PACKET)
    observe_packet (self, fact);
  else if (fact->kind == SV_FACT_ROW)
    observe_row (self, fact);
}

/* What left before the part that is left out and has not arrived by its end is not followed any more. */
static void
close_all (Observer *self)
{
  for (guint i = 0; i < self->sent->len; i++)
    {
      Sent *sent = &g_array_index (self->sent, Sent, i);
      SvBeat *beat = &g_array_index (self->timeline->beats, SvBeat, sent->beat);

      if (!sent->open)
        continue;
      sent->open = beat->open = FALSE;
      beat->duration = MAX (self->at - beat->start, OPEN_FLIGHT);
    }
  self->n_open = 0;
}

/* In the state that the part that is left out has led to. */
static void
take_up_states (Observer *self, GArray *serials, guint from)
{
  gboolean found[2] = { FALSE, FALSE };

  for (guint i = from; i < serials->len && !(found[0] && found[1]); i++)
    {
      const SvFact *fact = sv_recording_get (self->timeline->recording, g_array_index (serials, guint64, i));

      if (fact == NULL || fact->kind != SV_FACT_ROW || found[fact->side])
        continue;
      found[fact->side] = TRUE;
      if (fact->row.event != SV_ROW_ADDED && fact->row.before.protocol == IPPROTO_TCP)
        add_change (self, fact->side, (SvTcpState) fact->row.before.state, SV_NO_SERIAL);
    }
}

static void
leave_out (Observer *self, GArray *serials, guint from)
{
  const SvFact *next = sv_recording_get (self->timeline->recording, g_array_index (serials, guint64, from));
  gint64 time = next != NULL ? next->time : self->time;

  close_all (self);
  add_gap (self, SV_TIMELINE_LONG_GAP, time - self->time, TRUE);
  self->at += SV_TIMELINE_LONG_GAP;
  self->time = MAX (self->time, time);
  self->episode++;
  add_anchor (self);
  take_up_states (self, serials, from);
}

static void
observe_connection (Observer *self)
{
  GArray *serials = sv_recording_get_connection_facts (self->timeline->recording, self->timeline->connection);
  gboolean is_long = serials->len > FIRST_FACTS + LAST_FACTS;
  guint first_end = is_long ? FIRST_FACTS : serials->len;

  for (guint i = 0; i < first_end; i++)
    observe (self, sv_recording_get (self->timeline->recording, g_array_index (serials, guint64, i)));
  if (!is_long)
    return;
  leave_out (self, serials, serials->len - LAST_FACTS);
  for (guint i = serials->len - LAST_FACTS; i < serials->len; i++)
    observe (self, sv_recording_get (self->timeline->recording, g_array_index (serials, guint64, i)));
}

/* Of what still flies nobody knows yet when it arrives. */
static void
end_open_flights (Observer *self)
{
  SvTimeline *timeline = self->timeline;

  timeline->duration = self->at + SV_TIMELINE_TAIL;
  for (guint i = 0; i < self->sent->len; i++)
    {
      const Sent *sent = &g_array_index (self->sent, Sent, i);

      if (sent->open)
        timeline->duration = MAX (timeline->duration,
                                  g_array_index (timeline->beats, SvBeat, sent->beat).start + OPEN_FLIGHT);
    }
  for (guint i = 0; i < self->sent->len; i++)
    {
      const Sent *sent = &g_array_index (self->sent, Sent, i);
      SvBeat *beat = &g_array_index (timeline->beats, SvBeat, sent->beat);

      if (sent->open)
        beat->duration = timeline->duration - beat->start;
    }
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
add_spans (Observer *self, SvSide side)
{
  SvTimeline *timeline = self->timeline;
  GArray *changes = self->changes[side];

  for (guint i = 0; i < changes->len; i++)
    {
      const Change *change = &g_array_index (changes, Change, i);
      double end = i + 1 < changes->len ? g_array_index (changes, Change, i + 1).at : timeline->duration;
      SvStateSpan span = { side, change->state, FALSE, change->serial, change->at, end };

      if (end > change->at)
        g_array_append_val (timeline->spans, span);
    }
}

/* What each side was before its first row: nothing, or the listener; of a connection whose first facts have gone, what
 * the first row that is left says. */
static void
begin_states (Observer *self, GArray *listener, gboolean listening)
{
  GArray *serials = sv_recording_get_connection_facts (self->timeline->recording, self->timeline->connection);
  double now = self->at;

  self->at = 0;
  add_change (self, SV_SIDE_CLIENT, SV_TCP_NONE, SV_NO_SERIAL);
  add_change (self, SV_SIDE_SERVER, listening ? SV_TCP_LISTEN : SV_TCP_NONE, SV_NO_SERIAL);
  for (guint i = 0; i < listener->len; i++)
    {
      const SvTimelineItem *item = &g_array_index (listener, SvTimelineItem, i);

      self->at = item->end;
      if (item->listens)
        add_change (self, SV_SIDE_SERVER, SV_TCP_LISTEN, SV_NO_SERIAL);
    }
  self->at = now;
  if (serials->len > 0 && sv_recording_get (self->timeline->recording, g_array_index (serials, guint64, 0)) == NULL)
    take_up_states (self, serials, 0);
}

/**
 * sv_timeline_was_observed:
 *
 * Returns: whether the connection's packets go over a wire of ours, where each is seen
 */
gboolean
sv_timeline_was_observed (SvRecording *recording, guint connection)
{
  GArray *serials = connection != 0 ? sv_recording_get_connection_facts (recording, connection) : NULL;
  const SvFact *last = NULL;

  if (serials != NULL && serials->len > 0)
    last = sv_recording_get (recording, g_array_index (serials, guint64, serials->len - 1));
  return last != NULL && last->machine != SV_MACHINE_THIS;
}

/**
 * sv_timeline_is_in_call:
 *
 * Returns: whether the beat that began last is a call that is still shown
 */
gboolean
sv_timeline_is_in_call (SvTimeline *self, double position)
{
  int index = sv_timeline_find_beat (self, position);
  const SvBeat *beat = index >= 0 ? sv_timeline_get_beat (self, (guint) index) : NULL;

  return beat != NULL && beat->kind == SV_BEAT_CALL && position <= beat->start + beat->duration;
}

/**
 * sv_timeline_observe:
 * @listener: (element-type SvTimelineItem): the listener's calls, laid out already: the story begins behind them
 * @listening: whether a listener was there whose calls have gone
 *
 * Lays out what was seen of the connection: beats, states, and where in it which moment is.
 */
void
sv_timeline_observe (SvTimeline *self, GArray *listener, gboolean listening)
{
  const SvTimelineItem *last = listener->len > 0 ? &g_array_index (listener, SvTimelineItem, listener->len - 1) : NULL;
  Observer observer = { .timeline = self, .phase = SV_PHASE_LISTEN, .begun = last != NULL };

  if (last != NULL)
    {
      observer.at = last->end;
      observer.time = last->end_time;
      observer.episode = last->episode;
    }
  observer.sent = g_array_new (FALSE, FALSE, sizeof (Sent));
  observer.changes[SV_SIDE_CLIENT] = g_array_new (FALSE, FALSE, sizeof (Change));
  observer.changes[SV_SIDE_SERVER] = g_array_new (FALSE, FALSE, sizeof (Change));
  self->own_start = -1;
  begin_states (&observer, listener, listening);
  observe_connection (&observer);
  end_open_flights (&observer);
  if (self->own_start < 0)
    self->own_start = self->duration;
  add_spans (&observer, SV_SIDE_CLIENT);
  add_spans (&observer, SV_SIDE_SERVER);
  g_array_sort (self->stops, compare_positions);
  g_array_unref (observer.sent);
  g_array_unref (observer.changes[SV_SIDE_CLIENT]);
  g_array_unref (observer.changes[SV_SIDE_SERVER]);
}
