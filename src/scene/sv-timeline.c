/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-timeline-private.h"

#include <netinet/in.h>

/* How long things are shown, in s. */
#define CALL 0.6
#define BRIEF_CALL 0.3
#define MANY_CALLS 0.9
#define ENTER 0.4  /* a call, before its first packet leaves */
#define SEARCH 1.2 /* connect(), which looks for a port before */
#define FLIGHT 1.2
#define NEXT_FLIGHT 0.5 /* of one more data segment in the same direction */
#define LAND 0.1   /* between two packets */
#define RETURN 0.3 /* a call, after its last packet arrived */
#define ROWS 0.3

#define NEAR_NS (50 * G_GINT64_CONSTANT (1000000))

static double
length_of_flight (const SvTimelineItem *item, guint index)
{
  const SvFlight *flight = &g_array_index (item->flights, SvFlight, index);

  return index > 0 && flight[-1].side == flight->side && ((flight[-1].flags ^ flight->flags) & ~SV_TCP_PSH) == 0 ? NEXT_FLIGHT : FLIGHT;
}

static double
length_of_entry (const SvTimelineItem *item)
{
  if (item->kind != SV_ITEM_CALL)
    return 0;
  return g_str_equal (item->name, "connect") ? SEARCH : ENTER;
}

static double
length_of (const SvTimelineItem *item)
{
  double length = item->kind == SV_ITEM_CALL ? length_of_entry (item) + RETURN : 0;

  if (item->kind == SV_ITEM_ROWS)
    return ROWS;
  if (item->flights != NULL)
    {
      for (guint i = 0; i < item->flights->len; i++)
        length += length_of_flight (item, i) + LAND;
      return length - LAND;
    }
  if (item->count > 1)
    return MANY_CALLS;
  return item->brief ? BRIEF_CALL : CALL;
}

static double
add_gap (SvTimeline *self, const SvTimelineItem *before, const SvTimelineItem *item, double at)
{
  SvTimelineGap gap = { at, at + SV_TIMELINE_LONG_GAP, item->time - before->end_time };

  if (gap.real < SV_TIMELINE_LONG_NS)
    return before->episode == item->episode ? SV_TIMELINE_CLOSE_BY : SV_TIMELINE_EPISODE;
  g_array_append_val (self->gaps, gap);
  return SV_TIMELINE_LONG_GAP;
}

static void
lay_out_flights (SvTimelineItem *item)
{
  double at = item->start + length_of_entry (item);

  for (guint i = 0; item->flights != NULL && i < item->flights->len; i++)
    {
      SvFlight *flight = &g_array_index (item->flights, SvFlight, i);

      flight->start = at;
      flight->end = at + length_of_flight (item, i);
      at = flight->end + LAND;
    }
}

static void
lay_out (SvTimeline *self, GArray *items)
{
  double at = 0;

  self->own_start = -1;
  for (guint i = 0; i < items->len; i++)
    {
      SvTimelineItem *item = &g_array_index (items, SvTimelineItem, i);
      const SvTimelineItem *before = i > 0 ? item - 1 : NULL;

      if (before != NULL)
        {
          gboolean same = item->phase == before->phase && item->time - before->end_time <= NEAR_NS;

          item->episode = before->episode + !same;
          at += add_gap (self, before, item, at);
        }
      item->start = at;
      at += length_of (item);
      item->end = at;
      lay_out_flights (item);
      if (self->own_start < 0 && item->connection == self->connection)
        self->own_start = item->start;
    }
  self->duration = items->len > 0 ? at + SV_TIMELINE_TAIL : 0;
  if (self->own_start < 0)
    self->own_start = self->duration;
}

static void
add_beats (SvTimeline *self, const SvTimelineItem *item)
{
  SvBeat call = { .kind = SV_BEAT_CALL, .serial = item->serial, .bytes_serial = SV_NO_SERIAL, .arrival = SV_NO_SERIAL,
                  .count = item->count,
                  .mixed = item->mixed, .side = item->side, .episode = item->episode, .time = item->time,
                  .start = item->start, .duration = item->end - item->start };

  if (item->kind == SV_ITEM_CALL)
    g_array_append_val (self->beats, call);
  for (guint i = 0; item->flights != NULL && i < item->flights->len; i++)
    {
      const SvFlight *flight = &g_array_index (item->flights, SvFlight, i);
      SvBeat beat = { .kind = SV_BEAT_PACKET, .serial = flight->serial, .bytes_serial = flight->bytes_serial,
                      .arrival = SV_NO_SERIAL, .lost = flight->lost, .count = 1, .side = flight->side,
                      .reconstructed = flight->reconstructed, .unanswered = flight->unanswered,
                      .episode = item->episode, .time = flight->time, .start = flight->start,
                      .duration = flight->end - flight->start };

      g_array_append_val (self->beats, beat);
      g_array_append_val (self->stops, flight->end);
    }
  if (item->kind == SV_ITEM_CALL)
    g_array_append_val (self->stops, item->end);
}

static void
add_cursor (SvTimeline *self, double position, guint64 serial)
{
  guint n = self->cursors->len;
  SvTimelineCursor cursor = { position, serial };

  if (n > 0)
    cursor.serial = MAX (serial, g_array_index (self->cursors, SvTimelineCursor, n - 1).serial);
  g_array_append_val (self->cursors, cursor);
}

static void
add_to_episode (SvTimeline *self, const SvTimelineItem *item)
{
  SvTimelineEpisode *episode;

  if (self->episodes->len <= item->episode)
    g_array_set_size (self->episodes, item->episode + 1);
  episode = &g_array_index (self->episodes, SvTimelineEpisode, item->episode);
  if (item->kind != SV_ITEM_CALL)
    return;
  episode->kernel += item->kernel;
  episode->shown += item->end - item->start;
}

/* A row must never be seen before the call that caused it. Where the order of
 * the recording is not that of the picture (a foreign SYN is told of only by
 * accept), the moment waits. */
static void
add_cursors (SvTimeline *self, const SvTimelineItem *item)
{
  if (item->kind == SV_ITEM_ROWS)
    {
      add_cursor (self, item->start, item->after);
      return;
    }
  add_cursor (self, item->start, MIN (item->serial, item->after));
  add_cursor (self, item->end, item->after);
}

/* Only TCP has states to live through. */
static void
forget_states (SvTimeline *self)
{
  g_array_set_size (self->spans, 0);
  for (SvSide side = SV_SIDE_CLIENT; side <= SV_SIDE_SERVER; side++)
    {
      SvStateSpan span = { .side = side, .state = SV_TCP_NONE, .serial = SV_NO_SERIAL, .end = self->duration };

      g_array_append_val (self->spans, span);
    }
}

/**
 * sv_timeline_new:
 * @connection: 0 for the newest listener alone
 *
 * Lays the connection's story out in the time in which people watch, from what
 * the recording has now.
 */
SvTimeline *
sv_timeline_new (SvRecording *recording, guint connection)
{
  SvTimeline *self;
  gboolean listening;

  g_return_val_if_fail (SV_IS_RECORDING (recording), NULL);
  g_return_val_if_fail (connection <= sv_recording_get_n_connections (recording), NULL);

  self = g_atomic_rc_box_new0 (SvTimeline);
  self->recording = g_object_ref (recording);
  self->connection = connection;
  self->end_serial = sv_recording_get_end (recording);
  self->beats = g_array_new (FALSE, TRUE, sizeof (SvBeat));
  self->gaps = g_array_new (FALSE, TRUE, sizeof (SvTimelineGap));
  self->cursors = g_array_new (FALSE, TRUE, sizeof (SvTimelineCursor));
  self->episodes = g_array_new (FALSE, TRUE, sizeof (SvTimelineEpisode));
  self->stops = g_array_new (FALSE, TRUE, sizeof (double));

  self->anchors = g_array_new (FALSE, TRUE, sizeof (SvTimelineAnchor));
  self->observed = sv_timeline_was_observed (recording, connection);

  g_autoptr (GArray) items = self->observed ? sv_timeline_gather_listener (recording, connection, &listening)
                                            : sv_timeline_gather (recording, connection, &listening);
  lay_out (self, items);
  for (guint i = 0; i < items->len; i++)
    {
      const SvTimelineItem *item = &g_array_index (items, SvTimelineItem, i);

      add_beats (self, item);
      add_cursors (self, item);
      add_to_episode (self, item);
    }
  if (self->observed)
    {
      self->spans = g_array_new (FALSE, FALSE, sizeof (SvStateSpan));
      sv_timeline_observe (self, items, listening);
    }
  else
    self->spans = sv_timeline_list_spans (items, listening, self->duration);
  if (connection != 0 && sv_recording_get_connection (recording, connection)->protocol != IPPROTO_TCP)
    forget_states (self);
  return self;
}

SvTimeline *
sv_timeline_ref (SvTimeline *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SvTimeline *self = data;

  g_array_unref (self->beats);
  g_array_unref (self->spans);
  g_array_unref (self->gaps);
  g_array_unref (self->cursors);
  g_array_unref (self->episodes);
  g_array_unref (self->stops);
  g_array_unref (self->anchors);
  g_object_unref (self->recording);
}

void
sv_timeline_unref (SvTimeline *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

SvRecording *
sv_timeline_get_recording (SvTimeline *self)
{
  return self->recording;
}

guint
sv_timeline_get_connection (SvTimeline *self)
{
  return self->connection;
}

/**
 * sv_timeline_is_observed:
 *
 * Returns: whether its packets were seen on a wire of ours: then nothing in it is worked out, and what is
 *   happening now is shown as it happens, not replayed
 */
gboolean
sv_timeline_is_observed (SvTimeline *self)
{
  return self->observed;
}

double
sv_timeline_get_duration (SvTimeline *self)
{
  return self->duration;
}

/**
 * sv_timeline_get_own_start:
 *
 * Returns: where the connection's own story begins, after the listener's calls, in s
 */
double
sv_timeline_get_own_start (SvTimeline *self)
{
  return self->own_start;
}

guint64
sv_timeline_get_end_serial (SvTimeline *self)
{
  return self->end_serial;
}

guint
sv_timeline_get_n_beats (SvTimeline *self)
{
  return self->beats->len;
}

const SvBeat *
sv_timeline_get_beat (SvTimeline *self, guint index)
{
  g_return_val_if_fail (index < self->beats->len, NULL);

  return &g_array_index (self->beats, SvBeat, index);
}

guint
sv_timeline_get_n_spans (SvTimeline *self)
{
  return self->spans->len;
}

const SvStateSpan *
sv_timeline_get_span (SvTimeline *self, guint index)
{
  g_return_val_if_fail (index < self->spans->len, NULL);

  return &g_array_index (self->spans, SvStateSpan, index);
}

guint
sv_timeline_get_n_gaps (SvTimeline *self)
{
  return self->gaps->len;
}

const SvTimelineGap *
sv_timeline_get_gap (SvTimeline *self, guint index)
{
  g_return_val_if_fail (index < self->gaps->len, NULL);

  return &g_array_index (self->gaps, SvTimelineGap, index);
}

/**
 * sv_timeline_find_beat:
 *
 * Returns: the index of the beat that began last at @position, -1 before the first
 */
int
sv_timeline_find_beat (SvTimeline *self, double position)
{
  guint low = 0, high = self->beats->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->beats, SvBeat, middle).start <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return (int) low - 1;
}

/**
 * sv_timeline_get_stop:
 * @direction: above 0 forwards, below 0 backwards
 *
 * Returns: where the next beat ends in that direction; the timeline's end or
 *   start if there is none
 */
double
sv_timeline_get_stop (SvTimeline *self, double position, int direction)
{
  const double nearly = 1e-6;

  if (direction > 0)
    {
      for (guint i = 0; i < self->stops->len; i++)
        if (g_array_index (self->stops, double, i) > position + nearly)
          return g_array_index (self->stops, double, i);
      return self->duration;
    }
  for (guint i = self->stops->len; i-- > 0;)
    if (g_array_index (self->stops, double, i) < position - nearly)
      return g_array_index (self->stops, double, i);
  return 0;
}

/**
 * sv_timeline_get_serial_at:
 *
 * Returns: the moment that belongs to @position, for sv_moment_seek(): a call's
 *   rows are there when its picture ends, never before
 */
guint64
sv_timeline_get_serial_at (SvTimeline *self, double position)
{
  guint low = 0, high = self->cursors->len;

  if (high == 0)
    return self->end_serial;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->cursors, SvTimelineCursor, middle).position <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return g_array_index (self->cursors, SvTimelineCursor, low > 0 ? low - 1 : 0).serial;
}

/**
 * sv_timeline_get_position_of:
 *
 * Returns: where the beat that shows this fact begins, in s; -1 if none does
 */
double
sv_timeline_get_position_of (SvTimeline *self, guint64 serial)
{
  for (guint i = 0; i < self->beats->len; i++)
    {
      const SvBeat *beat = &g_array_index (self->beats, SvBeat, i);

      if (beat->serial == serial
          || (serial != SV_NO_SERIAL && (beat->bytes_serial == serial || beat->arrival == serial)))
        return beat->start;
    }
  return -1;
}

/**
 * sv_timeline_get_slowdown:
 * @kernel_ns: (out) (optional): how long the kernel worked on the calls of this episode, in ns
 *
 * Returns: how many times longer they are shown; 0 if that is not known
 */
double
sv_timeline_get_slowdown (SvTimeline *self, double position, gint64 *kernel_ns)
{
  int index = sv_timeline_find_beat (self, position);
  const SvTimelineEpisode *episode = NULL;

  if (index >= 0)
    episode = &g_array_index (self->episodes, SvTimelineEpisode, g_array_index (self->beats, SvBeat, index).episode);
  if (kernel_ns != NULL)
    *kernel_ns = episode != NULL ? episode->kernel : 0;
  return episode != NULL && episode->kernel > 0 ? episode->shown * 1e9 / (double) episode->kernel : 0;
}

/**
 * sv_timeline_get_hunt:
 * @port: (out): the ephemeral port that the kernel chose
 * @progress: (out): how far the search is, 0 to 1; from then on the port is taken
 *
 * connect() on a socket without a name looks for a free port before the SYN
 * leaves. The table tells of it only when the call has returned.
 *
 * Returns: whether connect() is being shown at @position
 */
gboolean
sv_timeline_get_hunt (SvTimeline *self, double position, guint16 *port, double *progress)
{
  for (int i = sv_timeline_find_beat (self, position); i >= 0; i--)
    {
      const SvBeat *beat = sv_timeline_get_beat (self, (guint) i);
      const SvFact *fact = sv_recording_get (self->recording, beat->serial);

      if (beat->kind != SV_BEAT_CALL)
        continue;
      if (fact == NULL || !g_str_equal (fact->call.name, "connect") || fact->call.local.port == 0
          || position >= beat->start + beat->duration)
        return FALSE;
      *port = fact->call.local.port;
      *progress = CLAMP ((position - beat->start) / MIN (SEARCH, beat->duration), 0, 1);
      return TRUE;
    }
  return FALSE;
}
