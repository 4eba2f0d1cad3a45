/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-ladder-private.h"

#include "sv-ladder-words.h"
#include "sv-quantity.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <netinet/in.h>

/* What leaves this soon after a state has begun, in s, is drawn through its beginning. */
#define NEXT_S 0.15
#define TEXT_LINES 1.2f /* height of a line's box */
/* The captions are in the window's font, which is higher than that of code. */
#define SMALL_LINES 1.25f
#define STRONG_LINES 1.45f

/* @x: the text's left end if @align is 0, its right end if 1, its middle if 0.5 */
static SvShape *
write_text (SvLadder *self, float x, float y, float width, SvTextStyle style, float align, const char *text,
            SvPaintRole role)
{
  float height = self->line * TEXT_LINES;
  SvShape *shape;

  sv_ladder_add_halo (self, x - align * width, y + 0.15f * self->line, width, height - 0.3f * self->line);
  shape = sv_scene_add_text (self->scene, x - align * width, y, width, height, style, align, text);
  shape->fill.role = role;
  sv_ladder_take (self, shape->x, y, width, height);
  return shape;
}

static gboolean
is_in_sight (SvLadder *self, const SvLadderRow *row)
{
  float y = sv_ladder_to_px (self, row->y);
  const float nearly = 0.5f;

  return row->begins <= self->position && y >= self->top - nearly
         && y + (float) row->height * self->line <= self->bottom + nearly;
}

static void
add_lifelines (SvLadder *self)
{
  for (SvSide side = self->connection == 0 ? SV_SIDE_SERVER : SV_SIDE_CLIENT; side <= SV_SIDE_SERVER; side++)
    {
      float x = side == SV_SIDE_CLIENT ? SV_LADDER_MARGIN : self->look->width - SV_LADDER_MARGIN - SV_LADDER_LIFELINE;
      SvShape *guide
        = sv_scene_add (self->scene, SV_SHAPE_BOX, x, self->top, SV_LADDER_LIFELINE, self->bottom - self->top);

      guide->radius = 3;
      guide->fill = (SvPaint){ SV_PAINT_LINE, 0, 0.35f };
    }
}

static void
add_span (SvLadder *self, const SvStateSpan *span)
{
  gboolean ended = self->position >= sv_timeline_get_duration (self->timeline);
  double end = MIN (span->end, self->position);
  float y = sv_ladder_to_px (self, sv_ladder_layout_get_y (&self->layout, span->start));
  float y_end = sv_ladder_to_px (self, sv_ladder_layout_get_y (&self->layout, end));
  float x = span->side == SV_SIDE_CLIENT ? SV_LADDER_MARGIN : self->look->width - SV_LADDER_MARGIN - SV_LADDER_LIFELINE;
  SvShape *box;

  if (span->start > self->position || span->state == SV_TCP_NONE)
    return;
  if (ended && span->end >= sv_timeline_get_duration (self->timeline))
    y_end = self->bottom;
  y = CLAMP (y, self->top, self->bottom);
  y_end = CLAMP (y_end, self->top, self->bottom);
  if (y_end - y < 1)
    return;
  box = sv_scene_add (self->scene, SV_SHAPE_BOX, x, y, SV_LADDER_LIFELINE, y_end - y);
  box->radius = 3;
  box->moving = !ended && span->end > self->position;
  box->fill = (SvPaint){ SV_PAINT_STATE, span->state, span->reconstructed ? 0.45f : 1 };
  if (span->reconstructed)
    {
      box->dashed = TRUE;
      box->stroke = (SvPaint){ SV_PAINT_STATE, span->state, 0 };
    }
}

static void
add_highlight (SvLadder *self, const SvBeat *beat, float y)
{
  SvShape *box;

  if (!sv_ladder_is_chosen (self, beat))
    return;
  box = sv_scene_add (self->scene, SV_SHAPE_BOX, self->left - 4, y, self->right - self->left + 8,
                      TEXT_LINES * self->line);
  box->radius = 4;
  box->fill = (SvPaint){ SV_PAINT_ACCENT, 0, 0.15f };
}

static void
add_call (SvLadder *self, const SvLadderRow *row)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, row->index);
  const SvFact *fact = sv_recording_get (self->recording, beat->serial);
  gboolean returned = beat->start + beat->duration <= self->position;
  gboolean from_left = beat->side == SV_SIDE_CLIENT;
  float y = sv_ladder_to_px (self, row->y), room = self->right - self->left, align = from_left ? 0 : 1, width;
  float x = from_left ? self->left : self->right;
  g_autofree char *result = NULL, *call = NULL;
  SvPaintRole role;

  if (fact == NULL)
    return;
  result = sv_ladder_result_text (beat, fact, sv_ladder_fit (self, room * 0.55f), &role);
  /* The result's place is kept free until it is known. */
  float result_width = row->inside || *result == '\0' ? 0 : sv_ladder_width_of (self, result) + self->look->char_width;
  call = sv_ladder_call_text (beat, fact, sv_ladder_fit (self, room - result_width));
  width = sv_ladder_width_of (self, call);
  add_highlight (self, beat, y);
  /* Code is read from left to right in every language: "socket() = 13". */
  gboolean call_first = from_left != self->look->right_to_left;
  float inwards = from_left ? 1 : -1;
  write_text (self, call_first ? x : x + inwards * result_width, y, width, SV_TEXT_MONO, align, call,
              beat->mixed ? SV_PAINT_DIM_TEXT : SV_PAINT_TEXT)->target = sv_ladder_target_of (beat);
  if (result_width > 0 && returned)
    write_text (self, call_first ? x + inwards * (width + self->look->char_width) : x, y,
                sv_ladder_width_of (self, result), SV_TEXT_MONO_STRONG, align, result, role)->target = sv_ladder_target_of (beat);
}

static void
add_return (SvLadder *self, const SvLadderRow *row)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, row->index);
  const SvFact *fact = sv_recording_get (self->recording, beat->serial);
  gboolean from_left = beat->side == SV_SIDE_CLIENT;
  g_autofree char *text = NULL;
  SvPaintRole role;

  if (fact == NULL || beat->start + beat->duration > self->position)
    return;
  text = sv_ladder_result_text (beat, fact, sv_ladder_fit (self, self->right - self->left), &role);
  write_text (self, from_left ? self->left : self->right, sv_ladder_to_px (self, row->y),
              sv_ladder_width_of (self, text), SV_TEXT_MONO_STRONG, from_left ? 0 : 1, text, role)->target = sv_ladder_target_of (beat);
}

static void
add_gap (SvLadder *self, const SvLadderRow *row)
{
  const SvTimelineGap *gap = sv_timeline_get_gap (self->timeline, row->index);
  g_autofree char *duration = sv_quantity_format_duration (gap->real);
  g_autofree char *sentence = g_strdup_printf (gap->folded
                                                 /* Translators: of many calls and packets, "4.2 s" */
                                                 ? _("⋯ %s of talk, not drawn")
                                                 : _("%s passed"), duration);
  g_autofree char *text = sv_ladder_shorten (sentence, sv_ladder_fit (self, self->right - self->left));

  write_text (self, (self->left + self->right) / 2, sv_ladder_to_px (self, row->y),
              sv_ladder_width_of (self, text), SV_TEXT_SMALL, 0.5f,
              text, SV_PAINT_DIM_TEXT);
}

static void
add_row (SvLadder *self, const SvLadderRow *row)
{
  static void (*const ADD[]) (SvLadder *, const SvLadderRow *) = {
    [SV_LADDER_CALL] = add_call,
    [SV_LADDER_PACKET] = sv_ladder_add_packet,
    [SV_LADDER_RETURN] = add_return,
    [SV_LADDER_GAP] = add_gap,
  };

  /* What flies is drawn when all that is written has its place. */
  if (row->kind == SV_LADDER_TAIL || row->kind == SV_LADDER_ARRIVAL
      || (row->kind == SV_LADDER_PACKET && self->observed))
    return;
  if (is_in_sight (self, row))
    ADD[row->kind] (self, row);
}

/* The places of calls that are still to come are kept free, so that no label moves when they come. */
static void
reserve_row (SvLadder *self, const SvLadderRow *row)
{
  const SvBeat *beat = row->kind == SV_LADDER_CALL ? sv_timeline_get_beat (self->timeline, row->index) : NULL;
  float y = sv_ladder_to_px (self, row->y), width = (self->right - self->left) * 0.4f;

  if (beat == NULL || row->begins <= self->position || y < self->top || y > self->bottom)
    return;
  sv_ladder_take (self, beat->side == SV_SIDE_CLIENT ? self->left : self->right - width, y, width,
                  TEXT_LINES * self->line);
}

static void
for_each_flight (SvLadder *self, void (*add) (SvLadder *, const SvLadderRow *))
{
  for (guint i = 0; self->observed && i < self->layout.rows->len; i++)
    {
      const SvLadderRow *row = &g_array_index (self->layout.rows, SvLadderRow, i);

      if (row->kind == SV_LADDER_PACKET)
        add (self, row);
    }
}

static void
reserve_rows (SvLadder *self)
{
  for (guint i = 0; self->observed && i < self->layout.rows->len; i++)
    reserve_row (self, &g_array_index (self->layout.rows, SvLadderRow, i));
}

/* How far below the span's start its name is clear of the arrow that leaves
 * there, in lines; @width: of the name, px. */
static float
get_name_drop (SvLadder *self, const SvStateSpan *span, float width)
{
  const float usual = 0.15f, clear = 0.1f; /* a line's box is higher than its letters */
  float way = self->look->width - 2 * (SV_LADDER_MARGIN + SV_LADDER_LIFELINE + 2);

  for (guint i = 0; i < self->layout.rows->len; i++)
    {
      const SvLadderRow *row = &g_array_index (self->layout.rows, SvLadderRow, i);
      const SvBeat *beat = row->kind == SV_LADDER_PACKET ? sv_timeline_get_beat (self->timeline, row->index) : NULL;
      float rise = (float) (row->arrives - row->leaves) * (SV_LADDER_GAP_PX + width) / MAX (way, 1);
      float later = (float) (row->leaves - sv_ladder_layout_get_y (&self->layout, span->start));

      if (beat != NULL && beat->side == span->side && beat->start - span->start > -0.01
          && beat->start - span->start < NEXT_S)
        return MAX (usual, later + rise - clear);
    }
  return usual;
}

/* A state's name where it begins, if nothing else is written there. */
static void
add_state_name (SvLadder *self, const SvStateSpan *span)
{
  const char *name = sv_tcp_state_to_netstat (span->state);
  float width = sv_ladder_width_of (self, name), height = 0.95f * self->line;
  double start = sv_ladder_layout_get_y (&self->layout, span->start);
  double end = sv_ladder_layout_get_y (&self->layout, MIN (span->end, self->position));
  float x = span->side == SV_SIDE_CLIENT ? self->left : self->right - width;
  float y = sv_ladder_to_px (self, start + get_name_drop (self, span, width));
  SvShape *text;

  if (span->state == SV_TCP_NONE || span->start > self->position || (span->end <= self->position && end - start < 0.8))
    return;
  if (y < self->top || y + height > self->bottom || !sv_ladder_is_free (self, x, y, width, height))
    return;
  text = sv_scene_add_text (self->scene, x, y, width, height, SV_TEXT_MONO_SMALL,
                            span->side == SV_SIDE_CLIENT ? 0 : 1, name);
  text->fill = (SvPaint){ SV_PAINT_STATE, span->state, 0 };
  sv_ladder_take (self, x, y, width, height);
}

static const char *
say_no_state (SvLadder *self)
{
  guint8 protocol = self->connection != 0 ? sv_recording_get_connection (sv_timeline_get_recording (self->timeline),
                                                                         self->connection)->protocol
                                          : IPPROTO_TCP;

  if (protocol == IPPROTO_TCP)
    return _("in no table");
  /* Translators: at the head of a lifeline: such a socket has no state, as TCP has, that could be said there */
  return protocol == IPPROTO_UDP ? _("UDP: no states") : _("UNIX: no packets");
}

/* What the kernel says of this end, at the head of its lifeline. */
static void
add_state_now (SvLadder *self, SvSide side)
{
  const SvStateSpan *span = sv_ladder_span_at (self->timeline, side, self->position);
  float room = self->look->width / 2 - SV_LADDER_MARGIN - 4;
  gboolean from_left = side == SV_SIDE_CLIENT;
  g_autofree char *text = NULL, *longer = NULL;
  SvShape *shape;

  if (span == NULL || (self->connection == 0 && side == SV_SIDE_CLIENT))
    return;
  text = sv_ladder_shorten (span->state == SV_TCP_NONE ? say_no_state (self) : sv_tcp_state_to_netstat (span->state),
                            sv_ladder_fit (self, room));
  if (*text == '\0')
    return;
  longer = g_strdup_printf ("%s · %s", text, _("reconstructed"));
  if (span->reconstructed && g_utf8_strlen (longer, -1) <= sv_ladder_fit (self, room))
    {
      g_free (text);
      text = g_steal_pointer (&longer);
    }
  shape = write_text (self, from_left ? SV_LADDER_MARGIN : self->look->width - SV_LADDER_MARGIN, 0, room,
                      SV_TEXT_MONO_STRONG, from_left ? 0 : 1, text, SV_PAINT_DIM_TEXT);
  if (span->state != SV_TCP_NONE)
    shape->fill = (SvPaint){ SV_PAINT_STATE, span->state, 0 };
}

static guint
count_lesson_lines (const SvLadderLook *look)
{
  if (look->height < 7 * look->line_height)
    return 0;
  if (look->height >= 13 * look->line_height && look->width < 50 * look->char_width)
    return 3;
  return look->height >= 11 * look->line_height && look->width < 75 * look->char_width ? 2 : 1;
}

static gboolean
has_slowdown (const SvLadderLook *look)
{
  return look->height >= 14 * look->line_height;
}

static float
get_lesson_height (const SvLadderLook *look)
{
  return (float) count_lesson_lines (look) * STRONG_LINES * look->line_height;
}

static void
add_captions (SvLadder *self)
{
  g_autofree char *slowdown = sv_timeline_describe_slowdown (self->timeline, self->position, self->look->speed);
  g_autofree char *lesson = sv_ladder_lesson (self->timeline, self->position, self->look);
  float width = self->look->width - 2 * SV_LADDER_MARGIN, y = self->bottom + 0.3f * self->line;
  SvShape *shape;

  if (has_slowdown (self->look) && *slowdown != '\0')
    {
      shape = sv_scene_add_text (self->scene, SV_LADDER_MARGIN, y, width, SMALL_LINES * self->line, SV_TEXT_SMALL, 0.5f,
                                 slowdown);
      shape->fill.role = SV_PAINT_DIM_TEXT;
    }
  y += has_slowdown (self->look) ? SMALL_LINES * self->line : 0;
  if (count_lesson_lines (self->look) > 0 && *lesson != '\0')
    sv_scene_add_text (self->scene, SV_LADDER_MARGIN, y, width, get_lesson_height (self->look), SV_TEXT_STRONG,
                       0.5f, lesson);
}

static void
find_room (SvLadder *self)
{
  const SvLadderLook *look = self->look;
  float captions = get_lesson_height (look) + (has_slowdown (look) ? SMALL_LINES * look->line_height : 0);

  self->top = 1.5f * self->line + sv_ladder_get_wire_height (self);
  self->bottom = MAX (self->top, look->height - captions - 0.4f * self->line);
  self->left = SV_LADDER_MARGIN + SV_LADDER_LIFELINE + SV_LADDER_GAP_PX;
  if (self->routed)
    self->left += SV_LADDER_ROUTER + 5;
  self->right = look->width - self->left;
  self->scroll = MAX (0, (float) sv_ladder_layout_get_bottom (&self->layout, self->position) * self->line
                           - (self->bottom - self->top));
}

static void
ladder_init (SvLadder *self, SvTimeline *timeline, double position, const SvLadderLook *look)
{
  guint connection = sv_timeline_get_connection (timeline);

  *self = (SvLadder){ .timeline = timeline, .position = position, .look = look, .line = look->line_height };
  self->recording = sv_timeline_get_recording (timeline);
  self->connection = connection;
  self->observed = sv_timeline_is_observed (timeline);
  self->routed = self->observed
                 && sv_recording_get_connection (self->recording, connection)->seen_client.family != 0;
  self->scene = sv_scene_new (look->width, look->height);
  self->taken = g_array_new (FALSE, FALSE, sizeof (SvLadderArea));
  sv_ladder_layout_init (&self->layout, timeline);
  find_room (self);
}

static void
ladder_clear (SvLadder *self)
{
  sv_ladder_layout_clear (&self->layout);
  g_array_unref (self->taken);
}

static void
draw (SvLadder *self)
{
  SvTimeline *timeline = self->timeline;

  sv_ladder_add_wire (self);
  add_lifelines (self);
  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    add_span (self, sv_timeline_get_span (timeline, i));
  for_each_flight (self, sv_ladder_add_flight_line);
  for (guint i = 0; i < self->layout.rows->len; i++)
    add_row (self, &g_array_index (self->layout.rows, SvLadderRow, i));
  reserve_rows (self);
  for_each_flight (self, sv_ladder_add_flight_words);
  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    add_state_name (self, sv_timeline_get_span (timeline, i));
  add_state_now (self, SV_SIDE_CLIENT);
  add_state_now (self, SV_SIDE_SERVER);
  add_captions (self);
}

/**
 * sv_ladder_build:
 * @timeline: (nullable): %NULL for an empty picture
 * @position: in s
 *
 * Returns: (transfer full): the picture. Text is wide enough at
 *   @look's char_width, but for the captions at the bottom (SV_TEXT_SMALL and
 *   SV_TEXT_STRONG): those are to be wrapped and, at last, cut in their box.
 */
SvScene *
sv_ladder_build (SvTimeline *timeline, double position, const SvLadderLook *look)
{
  SvLadder self;

  g_return_val_if_fail (look != NULL && look->line_height > 0 && look->char_width > 0, NULL);

  if (timeline == NULL || sv_timeline_get_n_beats (timeline) == 0)
    return sv_scene_new (look->width, look->height);
  ladder_init (&self, timeline, position, look);
  draw (&self);
  if (look->right_to_left)
    sv_scene_mirror (self.scene);
  ladder_clear (&self);
  return self.scene;
}

/**
 * sv_ladder_find_place:
 * @serial: of a packet's fact
 * @x: (out): where there is room for what one can do with it, the middle of its upper edge, in pixels
 * @y: (out)
 *
 * That place does not move while the packet flies.
 *
 * Returns: whether that packet is on the wire at @position, and in sight
 */
gboolean
sv_ladder_find_place (SvTimeline *timeline, double position, const SvLadderLook *look, guint64 serial, float *x,
                      float *y)
{
  gboolean found = FALSE;
  SvLadder self;

  if (timeline == NULL || !sv_timeline_is_observed (timeline) || sv_timeline_get_n_beats (timeline) == 0)
    return FALSE;
  ladder_init (&self, timeline, position, look);
  for (guint i = 0; i < self.layout.rows->len && !found; i++)
    {
      const SvLadderRow *row = &g_array_index (self.layout.rows, SvLadderRow, i);
      const SvBeat *beat = row->kind == SV_LADDER_PACKET ? sv_timeline_get_beat (timeline, row->index) : NULL;

      if (beat == NULL || !beat->open || beat->serial != serial)
        continue;
      found = TRUE;
      *x = look->width / 2;
      *y = CLAMP (sv_ladder_to_px (&self, (row->leaves + row->arrives) / 2 + 1.85), self.top, self.bottom);
    }
  ladder_clear (&self);
  sv_scene_unref (self.scene);
  return found;
}
