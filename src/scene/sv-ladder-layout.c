/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-ladder-layout.h"

#define CALL_LINES 1.35
#define PACKET_LINES 3.75
#define GAP_LINES 1.3
#define TAIL_LINES 1.0
/* Where in a packet's row its flight begins, in lines. */
#define LEAVES 0.7
#define LABEL_LINES 1.3
#define CAPTION_LINES 0.95
/* Of packets that fly at the same time, from one leaving to the next, and from one event to another. */
#define NEXT_LINES 2.4
#define MOST_APART 5.0
#define STEP_LINES 0.35
#define BESIDE_LINES 0.9
/* Below what still flies there is room for what one can do with it. */
#define OPEN_TAIL_LINES 2.4
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

static SvLadderRow *
last_row (SvLadderLayout *self)
{
  return &g_array_index (self->rows, SvLadderRow, self->rows->len - 1);
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

  add_anchor (self, beat->start, y + LEAVES);
  add_anchor (self, beat->start + beat->duration, y + LEAVES + SV_LADDER_FALL);
  add_row (self, SV_LADDER_PACKET, index, beat->start, y, PACKET_LINES);
  last_row (self)->leaves = y + LEAVES;
  last_row (self)->arrives = y + LEAVES + SV_LADDER_FALL;
  return y + PACKET_LINES;
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

/* ---- What was seen on a wire: packets fly at the same time, also across each other. */

typedef enum
{
  MARK_ARRIVAL,
  MARK_GAP,
  MARK_CALL,
  MARK_LEAVING,
} MarkKind;

/* Something that has its place on a lifeline. */
typedef struct
{
  MarkKind kind;
  guint index; /* of the beat, or of the gap */
  double position;
} Mark;

typedef struct
{
  SvLadderLayout *layout;
  SvTimeline *timeline;
  GArray *marks;   /* Mark, by position */
  guint *rows;     /* by beat: the row of a packet */
  double y;
  gboolean after_call; /* what was placed last is text: the next line keeps clear of it */
  gboolean landed[2]; /* by side: whether one from there has arrived, and which arrived last */
  guint last[2];
} Stacking;

static int
compare_marks (gconstpointer a, gconstpointer b)
{
  const Mark *x = a, *y = b;

  if (x->position != y->position)
    return x->position > y->position ? 1 : -1;
  if (x->kind != y->kind)
    return (int) x->kind - (int) y->kind;
  return x->index > y->index ? 1 : -1;
}

static void
add_mark (Stacking *self, MarkKind kind, guint index, double position)
{
  Mark mark = { kind, index, position };

  g_array_append_val (self->marks, mark);
}

static void
list_marks (Stacking *self)
{
  for (guint i = 0; i < sv_timeline_get_n_beats (self->timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (self->timeline, i);

      add_mark (self, beat->kind == SV_BEAT_CALL ? MARK_CALL : MARK_LEAVING, i, beat->start);
      if (beat->kind == SV_BEAT_PACKET)
        add_mark (self, MARK_ARRIVAL, i, beat->start + beat->duration);
    }
  for (guint i = 0; i < sv_timeline_get_n_gaps (self->timeline); i++)
    add_mark (self, MARK_GAP, i, sv_timeline_get_gap (self->timeline, i)->start);
  g_array_sort (self->marks, compare_marks);
}

static void
stack_leaving (Stacking *self, const Mark *mark, const Mark *next)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, mark->index);
  double leaves = self->y + LEAVES, end = leaves;
  double words = CAPTION_LINES * sv_ladder_count_address_lines (self->timeline, beat);

  if (next != NULL && next->kind == MARK_LEAVING)
    end = leaves + NEXT_LINES + words - LEAVES;
  else if (next != NULL && (next->kind != MARK_ARRIVAL || next->index != mark->index))
    end = leaves + BESIDE_LINES;
  add_anchor (self->layout, beat->start, leaves);
  add_row (self->layout, SV_LADDER_PACKET, mark->index, beat->start, self->y, end - self->y);
  last_row (self->layout)->leaves = leaves;
  self->rows[mark->index] = self->layout->rows->len - 1;
  self->y = end;
}

/* Those that left one after the other arrive as far from each other: they are as fast. */
static double
get_arrival (Stacking *self, const SvLadderRow *row, SvSide side)
{
  double y = MAX (self->y + (self->after_call ? BESIDE_LINES : STEP_LINES), row->leaves + SV_LADDER_FALL);
  const SvLadderRow *last;

  if (!self->landed[side])
    return y;
  last = &g_array_index (self->layout->rows, SvLadderRow, self->rows[self->last[side]]);
  return MAX (y, last->arrives + MIN (row->leaves - last->leaves, MOST_APART));
}

static void
stack_arrival (Stacking *self, const Mark *mark)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, mark->index);
  SvLadderRow *row = &g_array_index (self->layout->rows, SvLadderRow, self->rows[mark->index]);
  double words = CAPTION_LINES * (1 + sv_ladder_count_address_lines (self->timeline, beat));
  double end;

  row->arrives = get_arrival (self, row, beat->side);
  self->landed[beat->side] = TRUE;
  self->last[beat->side] = mark->index;
  end = MAX (row->arrives + STEP_LINES, (row->leaves + row->arrives + LABEL_LINES) / 2 + words);
  add_anchor (self->layout, mark->position, row->arrives);
  add_row (self->layout, SV_LADDER_ARRIVAL, mark->index, beat->start, self->y, MAX (end - self->y, 0));
  self->y = MAX (self->y, end);
}

static void
stack_call (Stacking *self, const Mark *mark)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, mark->index);

  add_anchor (self->layout, beat->start, self->y + 0.1);
  self->y = add_row (self->layout, SV_LADDER_CALL, mark->index, beat->start, self->y, CALL_LINES);
  add_anchor (self->layout, beat->start + beat->duration, self->y - 0.1);
}

static void
stack_gap (Stacking *self, const Mark *mark)
{
  const SvTimelineGap *gap = sv_timeline_get_gap (self->timeline, mark->index);

  add_anchor (self->layout, gap->start, self->y);
  self->y = add_row (self->layout, SV_LADDER_GAP, mark->index, gap->start, self->y, GAP_LINES);
  add_anchor (self->layout, gap->end, self->y);
}

static void
stack_all (Stacking *self)
{
  for (guint i = 0; i < self->marks->len; i++)
    {
      const Mark *mark = &g_array_index (self->marks, Mark, i);
      const Mark *next = i + 1 < self->marks->len ? mark + 1 : NULL;

      if (mark->kind == MARK_LEAVING)
        stack_leaving (self, mark, next);
      else if (mark->kind == MARK_ARRIVAL)
        stack_arrival (self, mark);
      else if (mark->kind == MARK_CALL)
        stack_call (self, mark);
      else
        stack_gap (self, mark);
      self->after_call = mark->kind == MARK_CALL || mark->kind == MARK_GAP;
    }
}

static void
stack_observed (SvLadderLayout *layout, SvTimeline *timeline)
{
  Stacking self = { .layout = layout, .timeline = timeline };
  double duration = sv_timeline_get_duration (timeline);

  self.marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  self.rows = g_new0 (guint, sv_timeline_get_n_beats (timeline));
  list_marks (&self);
  stack_all (&self);
  add_row (layout, SV_LADDER_TAIL, 0, duration, self.y, OPEN_TAIL_LINES);
  add_anchor (layout, duration, self.y + TAIL_LINES);
  g_array_unref (self.marks);
  g_free (self.rows);
}

/**
 * sv_ladder_count_address_lines:
 *
 * A router has rewritten the addresses of a packet: the first ones of a connection say in words how.
 *
 * Returns: how many lines of words that takes
 */
guint
sv_ladder_count_address_lines (SvTimeline *timeline, const SvBeat *beat)
{
  guint id = sv_timeline_get_connection (timeline);
  const SvConnection *connection = sv_recording_get_connection (sv_timeline_get_recording (timeline), id);
  const SvFact *fact = sv_recording_get (sv_timeline_get_recording (timeline), beat->serial);

  if (connection->seen_client.family == 0 || fact == NULL || !(fact->packet.flags & SV_TCP_SYN))
    return 0;
  return 2;
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
  if (sv_timeline_is_observed (timeline))
    {
      stack_observed (self, timeline);
      return;
    }
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
