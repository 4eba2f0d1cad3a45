/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-ladder.h"

#include "sv-ladder-layout.h"
#include "sv-ladder-words.h"
#include "sv-quantity.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MARGIN 8.0f     /* px, at the left and right */
#define LIFELINE 10.0f  /* px, width */
#define GAP 8.0f        /* px, between lifeline and text */
#define LABEL_PAD 6.0f  /* px */
#define HEAD 8.0f       /* px, of an arrow */
#define LOST_AT 0.6     /* how far a dropped packet comes */
#define TEXT_LINES 1.2f /* height of a line's box */
/* The captions are in the window's font, which is higher than that of code. */
#define SMALL_LINES 1.25f
#define STRONG_LINES 1.45f

typedef struct
{
  float x;
  float y;
  float width;
  float height;
} Area;

typedef struct
{
  SvScene *scene;
  SvTimeline *timeline;
  SvRecording *recording;
  const SvLadderLook *look;
  double position;
  SvLadderLayout layout;
  guint connection;
  float line;   /* height, px */
  float top;    /* of the ladder, below the states, px */
  float bottom; /* of the ladder, above the captions, px */
  float scroll; /* px */
  float left;   /* where text may begin, px */
  float right;  /* and end, px */
  GArray *taken; /* Area: where there is text, or will be */
} Ladder;

static float
to_px (Ladder *self, double lines)
{
  return self->top + (float) lines * self->line - self->scroll;
}

static guint
fit (Ladder *self, float width)
{
  return (guint) MAX (0, floorf ((width - 1) / self->look->char_width));
}

static float
width_of (Ladder *self, const char *text)
{
  return (float) g_utf8_strlen (text, -1) * self->look->char_width + 1;
}

static void
take (Ladder *self, float x, float y, float width, float height)
{
  Area area = { x, y, width, height };

  g_array_append_val (self->taken, area);
}

static gboolean
is_free (Ladder *self, float x, float y, float width, float height)
{
  for (guint i = 0; i < self->taken->len; i++)
    {
      const Area *area = &g_array_index (self->taken, Area, i);

      if (x < area->x + area->width && area->x < x + width && y < area->y + area->height && area->y < y + height)
        return FALSE;
    }
  return TRUE;
}

/* @x: the text's left end if @align is 0, its right end if 1, its middle if 0.5 */
static SvShape *
write_text (Ladder *self, float x, float y, float width, SvTextStyle style, float align, const char *text,
            SvPaintRole role)
{
  float height = self->line * TEXT_LINES;
  SvShape *shape = sv_scene_add_text (self->scene, x - align * width, y, width, height, style, align, text);

  shape->fill.role = role;
  take (self, shape->x, y, width, height);
  return shape;
}

static gboolean
is_in_sight (Ladder *self, const SvLadderRow *row)
{
  float y = to_px (self, row->y);
  const float nearly = 0.5f;

  return row->begins <= self->position && y >= self->top - nearly
         && y + (float) row->height * self->line <= self->bottom + nearly;
}

static SvTarget
target_of (const SvBeat *beat)
{
  guint64 serial = beat->bytes_serial != SV_NO_SERIAL ? beat->bytes_serial : beat->serial;

  return (SvTarget){ SV_TARGET_FACT, serial };
}

static gboolean
is_chosen (Ladder *self, const SvBeat *beat)
{
  return self->look->chosen != SV_NO_SERIAL
         && (self->look->chosen == beat->serial || self->look->chosen == beat->bytes_serial);
}

static void
add_lifelines (Ladder *self)
{
  for (SvSide side = self->connection == 0 ? SV_SIDE_SERVER : SV_SIDE_CLIENT; side <= SV_SIDE_SERVER; side++)
    {
      float x = side == SV_SIDE_CLIENT ? MARGIN : self->look->width - MARGIN - LIFELINE;
      SvShape *guide = sv_scene_add (self->scene, SV_SHAPE_BOX, x, self->top, LIFELINE, self->bottom - self->top);

      guide->radius = 3;
      guide->fill = (SvPaint){ SV_PAINT_LINE, 0, 0.35f };
    }
}

static void
add_span (Ladder *self, const SvStateSpan *span)
{
  gboolean ended = self->position >= sv_timeline_get_duration (self->timeline);
  double end = MIN (span->end, self->position);
  float y = to_px (self, sv_ladder_layout_get_y (&self->layout, span->start));
  float y_end = to_px (self, sv_ladder_layout_get_y (&self->layout, end));
  float x = span->side == SV_SIDE_CLIENT ? MARGIN : self->look->width - MARGIN - LIFELINE;
  SvShape *box;

  if (span->start > self->position || span->state == SV_TCP_NONE)
    return;
  if (ended && span->end >= sv_timeline_get_duration (self->timeline))
    y_end = self->bottom;
  y = CLAMP (y, self->top, self->bottom);
  y_end = CLAMP (y_end, self->top, self->bottom);
  if (y_end - y < 1)
    return;
  box = sv_scene_add (self->scene, SV_SHAPE_BOX, x, y, LIFELINE, y_end - y);
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
add_arrow_line (Ladder *self, const SvBeat *beat, float x, float y, float width, float height, gboolean moving)
{
  SvShape *line = sv_scene_add (self->scene, SV_SHAPE_LINE, x, y, width, height);

  line->line_width = is_chosen (self, beat) ? 3 : 2;
  line->dashed = beat->reconstructed;
  line->moving = moving;
  line->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->connection, 0 };
  line->target = target_of (beat);
}

static void
add_arrow_head (Ladder *self, const SvBeat *beat, float x, float y, float width, float height)
{
  float length = hypotf (width, height);
  float dx = -HEAD * width / length, dy = -HEAD * height / length;

  for (float turn = -0.45f; turn < 0.5f; turn += 0.9f)
    {
      SvShape *line = sv_scene_add (self->scene, SV_SHAPE_LINE, x, y, dx - turn * dy, dy + turn * dx);

      line->line_width = 2;
      line->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->connection, 0 };
      line->target = target_of (beat);
    }
}

/* @x, @y: the middle of the label */
static void
add_label (Ladder *self, const SvBeat *beat, const char *label, float x, float y, float row_y, gboolean flying)
{
  g_autofree char *text = sv_ladder_shorten (label, fit (self, self->right - self->left - 2 * LABEL_PAD));
  float width = width_of (self, text) + 2 * LABEL_PAD, height = 1.3f * self->line;
  SvShape *shape;

  x = CLAMP (x - width / 2, self->left, self->right - width);
  shape = sv_scene_add (self->scene, SV_SHAPE_BOX, x, y - height / 2, width, height);
  shape->radius = 6;
  shape->line_width = is_chosen (self, beat) ? 3 : 1.5f;
  shape->moving = flying;
  shape->fill.role = SV_PAINT_CARD;
  shape->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->connection, 0 };
  shape->target = target_of (beat);
  shape = sv_scene_add_text (self->scene, x + LABEL_PAD, y - height / 2, width - 2 * LABEL_PAD, height,
                             SV_TEXT_MONO_STRONG, 0.5f, text);
  shape->fill = (SvPaint){ SV_PAINT_CONNECTION, self->connection, 0 };
  shape->moving = flying;
  shape->target = target_of (beat);
  /* While it flies, all of its way is its own. */
  if (flying)
    take (self, self->left, row_y, self->right - self->left, 2.8f * self->line);
  else
    take (self, x, y - height / 2, width, height);
}

static void
add_caption (Ladder *self, const SvBeat *beat, float row_y, gboolean lost)
{
  const SvFact *bytes = beat->bytes_serial != SV_NO_SERIAL ? sv_recording_get (self->recording, beat->bytes_serial)
                                                           : NULL;
  float middle = (self->left + self->right) / 2, room = self->right - self->left;
  g_autofree char *text = lost ? sv_ladder_shorten (_("lost on its way"), fit (self, room))
                               : sv_ladder_packet_caption (beat, bytes, fit (self, room));
  float width = width_of (self, text);
  SvShape *shape;

  if (*text == '\0')
    return;
  shape = sv_scene_add_text (self->scene, middle - width / 2, row_y + 2.8f * self->line, width, 0.9f * self->line,
                             SV_TEXT_MONO_SMALL, 0.5f, text);
  shape->fill.role = lost ? SV_PAINT_ERROR : SV_PAINT_DIM_TEXT;
  shape->target = target_of (beat);
  take (self, shape->x, shape->y, shape->width, shape->height);
}

static void
add_packet (Ladder *self, const SvLadderRow *row)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, row->index);
  const SvFact *fact = sv_recording_get (self->recording, beat->serial);
  float from = MARGIN + LIFELINE + 2, to = self->look->width - from;
  float y = to_px (self, row->y), rise = (float) (SV_LADDER_ARRIVES - SV_LADDER_LEAVES) * self->line;
  double progress = CLAMP ((self->position - beat->start) / beat->duration, 0, 1);
  gboolean flying = progress < 1;
  g_autofree char *label = NULL;

  if (fact == NULL)
    return;
  gboolean lost = fact->packet.event == SV_PACKET_DROPPED;
  float way = (float) (progress * (lost ? LOST_AT : 1));
  float start_y = y + (float) SV_LADDER_LEAVES * self->line;
  float start_x = beat->side == SV_SIDE_CLIENT ? from : to;
  float run = beat->side == SV_SIDE_CLIENT ? to - from : from - to;
  label = sv_ladder_packet_label (fact);
  if (way > 0)
    add_arrow_line (self, beat, start_x, start_y, run * way, rise * way, flying);
  if (!flying && !lost)
    add_arrow_head (self, beat, start_x + run, start_y + rise, run, rise);
  if (!flying)
    way /= 2;
  add_label (self, beat, label, start_x + run * way, start_y + rise * way, y, flying);
  add_caption (self, beat, y, lost && !flying);
}

static void
add_highlight (Ladder *self, const SvBeat *beat, float y)
{
  SvShape *box;

  if (!is_chosen (self, beat))
    return;
  box = sv_scene_add (self->scene, SV_SHAPE_BOX, self->left - 4, y, self->right - self->left + 8,
                      TEXT_LINES * self->line);
  box->radius = 4;
  box->fill = (SvPaint){ SV_PAINT_ACCENT, 0, 0.15f };
}

static void
add_call (Ladder *self, const SvLadderRow *row)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, row->index);
  const SvFact *fact = sv_recording_get (self->recording, beat->serial);
  gboolean returned = beat->start + beat->duration <= self->position;
  gboolean from_left = beat->side == SV_SIDE_CLIENT;
  float y = to_px (self, row->y), room = self->right - self->left, align = from_left ? 0 : 1, width;
  float x = from_left ? self->left : self->right;
  g_autofree char *result = NULL, *call = NULL;
  SvPaintRole role;

  if (fact == NULL)
    return;
  result = sv_ladder_result_text (beat, fact, fit (self, room * 0.55f), &role);
  /* The result's place is kept free until it is known. */
  float result_width = row->inside || *result == '\0' ? 0 : width_of (self, result) + self->look->char_width;
  call = sv_ladder_call_text (beat, fact, fit (self, room - result_width));
  width = width_of (self, call);
  add_highlight (self, beat, y);
  /* Code is read from left to right in every language: "socket() = 13". */
  gboolean call_first = from_left != self->look->right_to_left;
  float inwards = from_left ? 1 : -1;
  write_text (self, call_first ? x : x + inwards * result_width, y, width, SV_TEXT_MONO, align, call,
              beat->mixed ? SV_PAINT_DIM_TEXT : SV_PAINT_TEXT)->target = target_of (beat);
  if (result_width > 0 && returned)
    write_text (self, call_first ? x + inwards * (width + self->look->char_width) : x, y, width_of (self, result),
                SV_TEXT_MONO_STRONG, align, result, role)->target = target_of (beat);
}

static void
add_return (Ladder *self, const SvLadderRow *row)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, row->index);
  const SvFact *fact = sv_recording_get (self->recording, beat->serial);
  gboolean from_left = beat->side == SV_SIDE_CLIENT;
  g_autofree char *text = NULL;
  SvPaintRole role;

  if (fact == NULL || beat->start + beat->duration > self->position)
    return;
  text = sv_ladder_result_text (beat, fact, fit (self, self->right - self->left), &role);
  write_text (self, from_left ? self->left : self->right, to_px (self, row->y), width_of (self, text),
              SV_TEXT_MONO_STRONG, from_left ? 0 : 1, text, role)->target = target_of (beat);
}

static void
add_gap (Ladder *self, const SvLadderRow *row)
{
  const SvTimelineGap *gap = sv_timeline_get_gap (self->timeline, row->index);
  g_autofree char *duration = sv_quantity_format_duration (gap->real);
  g_autofree char *sentence = g_strdup_printf (_("%s passed"), duration);
  g_autofree char *text = sv_ladder_shorten (sentence, fit (self, self->right - self->left));

  write_text (self, (self->left + self->right) / 2, to_px (self, row->y), width_of (self, text), SV_TEXT_SMALL, 0.5f,
              text, SV_PAINT_DIM_TEXT);
}

static void
add_row (Ladder *self, const SvLadderRow *row)
{
  static void (*const ADD[]) (Ladder *, const SvLadderRow *) = {
    [SV_LADDER_CALL] = add_call,
    [SV_LADDER_PACKET] = add_packet,
    [SV_LADDER_RETURN] = add_return,
    [SV_LADDER_GAP] = add_gap,
  };

  if (row->kind != SV_LADDER_TAIL && is_in_sight (self, row))
    ADD[row->kind] (self, row);
}

/* How far below the span's start its name is clear of the arrow that leaves
 * there, in lines; @width: of the name, px. */
static float
get_name_drop (Ladder *self, const SvStateSpan *span, float width)
{
  const float usual = 0.15f, clear = 0.1f; /* a line's box is higher than its letters */
  float way = self->look->width - 2 * (MARGIN + LIFELINE + 2);
  float rise = (float) (SV_LADDER_ARRIVES - SV_LADDER_LEAVES) * (GAP + width) / MAX (way, 1);

  for (guint i = 0; i < sv_timeline_get_n_beats (self->timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (self->timeline, i);

      if (beat->kind == SV_BEAT_PACKET && beat->side == span->side && fabs (beat->start - span->start) < 0.01)
        return MAX (usual, rise - clear);
    }
  return usual;
}

/* A state's name where it begins, if nothing else is written there. */
static void
add_state_name (Ladder *self, const SvStateSpan *span)
{
  const char *name = sv_tcp_state_to_netstat (span->state);
  float width = width_of (self, name), height = 0.95f * self->line;
  double start = sv_ladder_layout_get_y (&self->layout, span->start);
  double end = sv_ladder_layout_get_y (&self->layout, MIN (span->end, self->position));
  float x = span->side == SV_SIDE_CLIENT ? self->left : self->right - width;
  float y = to_px (self, start + get_name_drop (self, span, width));
  SvShape *text;

  if (span->state == SV_TCP_NONE || span->start > self->position || (span->end <= self->position && end - start < 0.8))
    return;
  if (y < self->top || y + height > self->bottom || !is_free (self, x, y, width, height))
    return;
  text = sv_scene_add_text (self->scene, x, y, width, height, SV_TEXT_MONO_SMALL,
                            span->side == SV_SIDE_CLIENT ? 0 : 1, name);
  text->fill = (SvPaint){ SV_PAINT_STATE, span->state, 0 };
  take (self, x, y, width, height);
}

/* What the kernel says of this end, at the head of its lifeline. */
static void
add_state_now (Ladder *self, SvSide side)
{
  const SvStateSpan *span = sv_ladder_span_at (self->timeline, side, self->position);
  float room = self->look->width / 2 - MARGIN - 4;
  gboolean from_left = side == SV_SIDE_CLIENT;
  g_autofree char *text = NULL, *longer = NULL;
  SvShape *shape;

  if (span == NULL || (self->connection == 0 && side == SV_SIDE_CLIENT))
    return;
  text = sv_ladder_shorten (span->state == SV_TCP_NONE ? _("in no table") : sv_tcp_state_to_netstat (span->state),
                            fit (self, room));
  longer = g_strdup_printf ("%s · %s", text, _("reconstructed"));
  if (span->reconstructed && g_utf8_strlen (longer, -1) <= fit (self, room))
    {
      g_free (text);
      text = g_steal_pointer (&longer);
    }
  shape = write_text (self, from_left ? MARGIN : self->look->width - MARGIN, 0, room, SV_TEXT_MONO_STRONG,
                      from_left ? 0 : 1, text, SV_PAINT_DIM_TEXT);
  if (span->state != SV_TCP_NONE)
    shape->fill = (SvPaint){ SV_PAINT_STATE, span->state, 0 };
}

static guint
count_lesson_lines (const SvLadderLook *look)
{
  if (look->height < 7 * look->line_height)
    return 0;
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
add_captions (Ladder *self)
{
  g_autofree char *slowdown = sv_timeline_describe_slowdown (self->timeline, self->position, self->look->speed);
  g_autofree char *lesson = sv_ladder_lesson (self->timeline, self->position, self->look);
  float width = self->look->width - 2 * MARGIN, y = self->bottom + 0.3f * self->line;
  SvShape *shape;

  if (has_slowdown (self->look) && *slowdown != '\0')
    {
      shape = sv_scene_add_text (self->scene, MARGIN, y, width, SMALL_LINES * self->line, SV_TEXT_SMALL, 0.5f,
                                 slowdown);
      shape->fill.role = SV_PAINT_DIM_TEXT;
    }
  y += has_slowdown (self->look) ? SMALL_LINES * self->line : 0;
  if (count_lesson_lines (self->look) > 0 && *lesson != '\0')
    sv_scene_add_text (self->scene, MARGIN, y, width, get_lesson_height (self->look), SV_TEXT_STRONG,
                       0.5f, lesson);
}

static void
ladder_init (Ladder *self, SvTimeline *timeline, double position, const SvLadderLook *look)
{
  float captions = get_lesson_height (look) + (has_slowdown (look) ? SMALL_LINES * look->line_height : 0);

  *self = (Ladder){ .timeline = timeline, .position = position, .look = look, .line = look->line_height };
  self->recording = sv_timeline_get_recording (timeline);
  self->connection = sv_timeline_get_connection (timeline);
  self->scene = sv_scene_new (look->width, look->height);
  self->taken = g_array_new (FALSE, FALSE, sizeof (Area));
  self->top = 1.5f * self->line;
  self->bottom = MAX (self->top, look->height - captions - 0.4f * self->line);
  self->left = MARGIN + LIFELINE + GAP;
  self->right = look->width - self->left;
  sv_ladder_layout_init (&self->layout, timeline);
  self->scroll = MAX (0, (float) sv_ladder_layout_get_bottom (&self->layout, position) * self->line
                           - (self->bottom - self->top));
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
  Ladder self;

  g_return_val_if_fail (look != NULL && look->line_height > 0 && look->char_width > 0, NULL);

  if (timeline == NULL || sv_timeline_get_n_beats (timeline) == 0)
    return sv_scene_new (look->width, look->height);
  ladder_init (&self, timeline, position, look);
  add_lifelines (&self);
  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    add_span (&self, sv_timeline_get_span (timeline, i));
  for (guint i = 0; i < self.layout.rows->len; i++)
    add_row (&self, &g_array_index (self.layout.rows, SvLadderRow, i));
  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    add_state_name (&self, sv_timeline_get_span (timeline, i));
  add_state_now (&self, SV_SIDE_CLIENT);
  add_state_now (&self, SV_SIDE_SERVER);
  add_captions (&self);
  if (look->right_to_left)
    sv_scene_mirror (self.scene);
  sv_ladder_layout_clear (&self.layout);
  g_array_unref (self.taken);
  return self.scene;
}
