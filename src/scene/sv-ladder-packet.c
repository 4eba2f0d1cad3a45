/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packets of a ladder that fly one after the other, as on one computer, and what all drawing shares. */
#include "sv-config.h"

#include "sv-ladder-private.h"

#include "sv-ladder-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define LABEL_PAD 6.0f  /* px */
#define HEAD 8.0f       /* px, of an arrow */
#define LOST_AT 0.6     /* how far a dropped packet comes */

float
sv_ladder_to_px (SvLadder *self, double lines)
{
  return self->top + (float) lines * self->line - self->scroll;
}

/* How many characters of the font of code there is room for. */
guint
sv_ladder_fit (SvLadder *self, float width)
{
  return (guint) MAX (0, floorf ((width - 1) / self->look->char_width));
}

float
sv_ladder_width_of (SvLadder *self, const char *text)
{
  return (float) g_utf8_strlen (text, -1) * self->look->char_width + 1;
}

void
sv_ladder_take (SvLadder *self, float x, float y, float width, float height)
{
  SvLadderArea area = { x, y, width, height };

  g_array_append_val (self->taken, area);
}

gboolean
sv_ladder_is_free (SvLadder *self, float x, float y, float width, float height)
{
  for (guint i = 0; i < self->taken->len; i++)
    {
      const SvLadderArea *area = &g_array_index (self->taken, SvLadderArea, i);

      if (x < area->x + area->width && area->x < x + width && y < area->y + area->height && area->y < y + height)
        return FALSE;
    }
  return TRUE;
}

/* A line that passes behind text leaves it readable. */
void
sv_ladder_add_halo (SvLadder *self, float x, float y, float width, float height)
{
  if (self->observed)
    sv_scene_add (self->scene, SV_SHAPE_BOX, x, y, width, height)->fill = (SvPaint){ SV_PAINT_WINDOW, 0, 0.85f };
}

SvTarget
sv_ladder_target_of (const SvBeat *beat)
{
  guint64 serial = beat->bytes_serial != SV_NO_SERIAL ? beat->bytes_serial : beat->serial;

  return (SvTarget){ SV_TARGET_FACT, serial };
}

gboolean
sv_ladder_is_chosen (SvLadder *self, const SvBeat *beat)
{
  guint64 chosen = self->look->chosen;

  return chosen != SV_NO_SERIAL && (chosen == beat->serial || chosen == beat->bytes_serial || chosen == beat->arrival);
}

static void
add_arrow_line (SvLadder *self, const SvBeat *beat, float x, float y, float width, float height, gboolean moving)
{
  SvShape *line = sv_scene_add (self->scene, SV_SHAPE_LINE, x, y, width, height);

  line->line_width = sv_ladder_is_chosen (self, beat) ? 3 : 2;
  line->dashed = beat->reconstructed;
  line->moving = moving;
  line->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->connection, 0 };
  line->target = sv_ladder_target_of (beat);
}

void
sv_ladder_add_arrow_head (SvLadder *self, const SvBeat *beat, float x, float y, float width, float height)
{
  float length = hypotf (width, height);
  float dx = -HEAD * width / length, dy = -HEAD * height / length;

  for (float turn = -0.45f; turn < 0.5f; turn += 0.9f)
    {
      SvShape *line = sv_scene_add (self->scene, SV_SHAPE_LINE, x, y, dx - turn * dy, dy + turn * dx);

      line->line_width = 2;
      line->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->connection, 0 };
      line->target = sv_ladder_target_of (beat);
    }
}

/* @x, @y: the middle of the label */
static void
add_label (SvLadder *self, const SvBeat *beat, const char *label, float x, float y, float row_y, gboolean flying)
{
  g_autofree char *text = sv_ladder_shorten (label, sv_ladder_fit (self, self->right - self->left - 2 * LABEL_PAD));
  float width = sv_ladder_width_of (self, text) + 2 * LABEL_PAD, height = 1.3f * self->line;
  SvShape *shape;

  x = CLAMP (x - width / 2, self->left, self->right - width);
  shape = sv_scene_add (self->scene, SV_SHAPE_BOX, x, y - height / 2, width, height);
  shape->radius = 6;
  shape->line_width = sv_ladder_is_chosen (self, beat) ? 3 : 1.5f;
  shape->moving = flying;
  shape->fill.role = SV_PAINT_CARD;
  shape->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->connection, 0 };
  shape->target = sv_ladder_target_of (beat);
  shape = sv_scene_add_text (self->scene, x + LABEL_PAD, y - height / 2, width - 2 * LABEL_PAD, height,
                             SV_TEXT_MONO_STRONG, 0.5f, text);
  shape->fill = (SvPaint){ SV_PAINT_CONNECTION, self->connection, 0 };
  shape->moving = flying;
  shape->target = sv_ladder_target_of (beat);
  /* While it flies, all of its way is its own. */
  if (flying)
    sv_ladder_take (self, self->left, row_y, self->right - self->left, 2.8f * self->line);
  else
    sv_ladder_take (self, x, y - height / 2, width, height);
}

static void
add_caption (SvLadder *self, const SvBeat *beat, float row_y, gboolean lost)
{
  const SvFact *bytes = beat->bytes_serial != SV_NO_SERIAL ? sv_recording_get (self->recording, beat->bytes_serial)
                                                           : NULL;
  float middle = (self->left + self->right) / 2, room = self->right - self->left;
  g_autofree char *text = lost ? sv_ladder_shorten (_("lost on its way"), sv_ladder_fit (self, room))
                               : sv_ladder_packet_caption (beat, bytes, sv_ladder_fit (self, room));
  float width = sv_ladder_width_of (self, text);
  SvShape *shape;

  if (*text == '\0')
    return;
  shape = sv_scene_add_text (self->scene, middle - width / 2, row_y + 2.8f * self->line, width, 0.9f * self->line,
                             SV_TEXT_MONO_SMALL, 0.5f, text);
  shape->fill.role = lost ? SV_PAINT_ERROR : SV_PAINT_DIM_TEXT;
  shape->target = sv_ladder_target_of (beat);
  sv_ladder_take (self, shape->x, shape->y, shape->width, shape->height);
}

/* One of a story that is told: it flies while nothing else happens. */
void
sv_ladder_add_packet (SvLadder *self, const SvLadderRow *row)
{
  const SvBeat *beat = sv_timeline_get_beat (self->timeline, row->index);
  const SvFact *fact = sv_recording_get (self->recording, beat->serial);
  float from = SV_LADDER_MARGIN + SV_LADDER_LIFELINE + 2, to = self->look->width - from;
  float y = sv_ladder_to_px (self, row->y), rise = (float) (row->arrives - row->leaves) * self->line;
  double progress = CLAMP ((self->position - beat->start) / beat->duration, 0, 1);
  gboolean flying = progress < 1;
  g_autofree char *label = NULL;

  if (fact == NULL)
    return;
  gboolean lost = fact->packet.event == SV_PACKET_DROPPED;
  float way = (float) (progress * (lost ? LOST_AT : 1));
  float start_y = sv_ladder_to_px (self, row->leaves);
  float start_x = beat->side == SV_SIDE_CLIENT ? from : to;
  float run = beat->side == SV_SIDE_CLIENT ? to - from : from - to;
  label = sv_ladder_packet_label (fact);
  if (way > 0)
    add_arrow_line (self, beat, start_x, start_y, run * way, rise * way, flying);
  if (!flying && !lost)
    sv_ladder_add_arrow_head (self, beat, start_x + run, start_y + rise, run, rise);
  if (!flying)
    way /= 2;
  add_label (self, beat, label, start_x + run * way, start_y + rise * way, y, flying);
  add_caption (self, beat, y, lost && !flying);
}
