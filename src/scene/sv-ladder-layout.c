/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-ladder-layout.h"

#define CALL_LINES 1.35
#define PACKET_LINES 3.75
#define GAP_LINES 1.3
#define TAIL_LINES 1.0
/* The ladder makes room for what comes before it comes. */
#define SCROLL_S 0.25

typedef struct
{
  double position;
  double y;
} Anchor;

static void
add_anchor (SvLadderLayout *self, double position, double y)
{
  Anchor anchor = { position, y };
  guint n = self->anchors->len;

  if (n > 0)
    {
      anchor.position = MAX (position, g_array_index (self->anchors, Anchor, n - 1).position);
      anchor.y = MAX (y, g_array_index (self->anchors, Anchor, n - 1).y);
    }
  g_array_append_val (self->anchors, anchor);
}

static double
add_row (SvLadderLayout *self, SvLadderRowKind kind, guint index, double begins, double y, double height)
{
  SvLadderRow row = { .kind = kind, .index = index, .begins = begins, .y = y, .height = height };

  g_array_append_val (self->rows, row);
  return y + height;
}

static double
add_gaps (SvLadderLayout *self, SvTimeline *timeline, guint *gap, double until, double y)
{
  for (; *gap < sv_timeline_get_n_gaps (timeline); *gap += 1)
    {
      const SvTimelineGap *next = sv_timeline_get_gap (timeline, *gap);

      if (next->start >= until)
        break;
      add_anchor (self, next->start, y);
      y = add_row (self, SV_LADDER_GAP, *gap, next->start, y, GAP_LINES);
      add_anchor (self, next->end, y);
    }
  return y;
}

static double
add_packet (SvLadderLayout *self, SvTimeline *timeline, guint index, double y)
{
  const SvBeat *beat = sv_timeline_get_beat (timeline, index);

  add_anchor (self, beat->start, y + SV_LADDER_LEAVES);
  add_anchor (self, beat->start + beat->duration, y + SV_LADDER_ARRIVES);
  return add_row (self, SV_LADDER_PACKET, index, beat->start, y, PACKET_LINES);
}

/* Adds a call and what flies inside of it; returns the next beat. */
static guint
add_call (SvLadderLayout *self, SvTimeline *timeline, guint index, double *y)
{
  const SvBeat *call = sv_timeline_get_beat (timeline, index);
  double end = call->start + call->duration;
  guint next = index + 1;

  add_anchor (self, call->start, *y + 0.1);
  *y = add_row (self, SV_LADDER_CALL, index, call->start, *y, CALL_LINES);
  for (; next < sv_timeline_get_n_beats (timeline); next++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, next);

      if (beat->kind != SV_BEAT_PACKET || beat->start >= end)
        break;
      g_array_index (self->rows, SvLadderRow, self->rows->len - (next - index)).inside = TRUE;
      *y = add_packet (self, timeline, next, *y);
    }
  if (next > index + 1)
    {
      const SvBeat *last = sv_timeline_get_beat (timeline, next - 1);

      *y = add_row (self, SV_LADDER_RETURN, index, last->start + last->duration, *y, CALL_LINES);
    }
  add_anchor (self, end, *y - 0.1);
  return next;
}

/**
 * sv_ladder_layout_init:
 *
 * Places all of @timeline; it does not depend on the position, so that nothing
 * moves but what is moving.
 */
void
sv_ladder_layout_init (SvLadderLayout *self, SvTimeline *timeline)
{
  guint n = sv_timeline_get_n_beats (timeline), gap = 0;
  double y = 0, duration = sv_timeline_get_duration (timeline);

  self->rows = g_array_sized_new (FALSE, FALSE, sizeof (SvLadderRow), 2 * n + 8);
  self->anchors = g_array_sized_new (FALSE, FALSE, sizeof (Anchor), 3 * n + 8);
  for (guint i = 0; i < n;)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      y = add_gaps (self, timeline, &gap, beat->start, y);
      if (beat->kind == SV_BEAT_CALL)
        i = add_call (self, timeline, i, &y);
      else
        y = add_packet (self, timeline, i++, y);
    }
  y = add_gaps (self, timeline, &gap, duration, y);
  y = add_row (self, SV_LADDER_TAIL, 0, duration, y, TAIL_LINES);
  add_anchor (self, duration, y);
}

void
sv_ladder_layout_clear (SvLadderLayout *self)
{
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->anchors, g_array_unref);
}

/**
 * sv_ladder_layout_get_y:
 *
 * Returns: how far down @position is, in lines
 */
double
sv_ladder_layout_get_y (const SvLadderLayout *self, double position)
{
  guint low = 0, high = self->anchors->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->anchors, Anchor, middle).position <= position)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == 0)
    return 0;

  const Anchor *before = &g_array_index (self->anchors, Anchor, low - 1);
  if (low == self->anchors->len)
    return before->y;
  const Anchor *after = before + 1;
  return before->y + (after->y - before->y) * (position - before->position) / (after->position - before->position);
}

/**
 * sv_ladder_layout_get_bottom:
 *
 * Returns: how far down there is something to see at @position, in lines
 */
double
sv_ladder_layout_get_bottom (const SvLadderLayout *self, double position)
{
  double bottom = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const SvLadderRow *row = &g_array_index (self->rows, SvLadderRow, i);
      double t = CLAMP ((position - row->begins) / SCROLL_S + 1, 0, 1);

      bottom += row->height * t * t * (3 - 2 * t);
    }
  return bottom;
}
