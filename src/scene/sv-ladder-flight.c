/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packets of a ladder that were seen on a wire: several fly at once, each as long as it did. */
#include "sv-ladder-private.h"

#include "sv-ladder-words.h"

#define LABEL_PAD 6.0f
#define LOST_AT 0.6f   /* how far a dropped packet comes */
#define HOVERS_AT 0.5  /* how far one is of which only its leaving is known */
#define CROSS 6.0f     /* px, half of it */
#define NEARLY 0.3f    /* px: what touches does not overlap */

typedef struct
{
  SvLadder *ladder;
  const SvLadderRow *row;
  const SvBeat *beat;
  const SvFact *fact;
  float x;    /* where it left, px */
  float y;
  float run;  /* to where it arrives, px */
  float fall;
  float way;  /* how far it is, 0 to 1 */
  float place; /* where on its way its words stand, 0 to 1 */
  gboolean flying;
} Flight;

static const SvLadderFlight *
find_on_wire (SvLadder *self, const SvBeat *beat)
{
  for (guint i = 0; i < self->look->n_flights; i++)
    if (self->look->flights[i].id == beat->flight)
      return &self->look->flights[i];
  return NULL;
}

/* How far the packet is, from 0 to 1. */
double
sv_ladder_get_progress (SvLadder *self, const SvBeat *beat)
{
  const SvLadderFlight *there = beat->open && self->look->live ? find_on_wire (self, beat) : NULL;
  double progress = CLAMP ((self->position - beat->start) / beat->duration, 0, 1);

  if (there != NULL)
    return CLAMP (there->progress, 0, 1);
  if (beat->open)
    return self->look->live ? HOVERS_AT : progress * HOVERS_AT;
  return progress;
}

static gboolean
is_moving (SvLadder *self, const SvBeat *beat)
{
  const SvLadderFlight *there = self->look->live ? find_on_wire (self, beat) : NULL;

  return there == NULL || !there->still;
}

/* The part of the line from @from to @to of its way that lies within the ladder. */
static SvShape *
add_line (Flight *self, float from, float to)
{
  SvLadder *ladder = self->ladder;
  float top = MIN ((ladder->top - self->y) / self->fall, 1), bottom = (ladder->bottom - self->y) / self->fall;
  SvShape *line;

  from = MAX (from, top);
  to = MIN (to, bottom);
  if (to <= from)
    return NULL;
  line = sv_scene_add (ladder->scene, SV_SHAPE_LINE, self->x + self->run * from, self->y + self->fall * from,
                       self->run * (to - from), self->fall * (to - from));
  line->moving = self->flying && is_moving (self->ladder, self->beat);
  line->below = TRUE;
  line->target = sv_ladder_target_of (self->beat);
  return line;
}

static gboolean
is_in_ladder (Flight *self, float y, float height)
{
  const float nearly = 0.5f;

  return y >= self->ladder->top - nearly && y + height <= self->ladder->bottom + nearly;
}

static void
add_cross (Flight *self)
{
  float x = self->x + self->run * LOST_AT, y = self->y + self->fall * LOST_AT;

  if (!is_in_ladder (self, y - CROSS, 2 * CROSS))
    return;
  for (int turn = -1; turn <= 1; turn += 2)
    {
      SvShape *line = sv_scene_add (self->ladder->scene, SV_SHAPE_LINE, x - CROSS, y - (float) turn * CROSS,
                                    2 * CROSS, (float) turn * 2 * CROSS);

      line->line_width = 2.5f;
      line->stroke.role = SV_PAINT_ERROR;
      line->target = sv_ladder_target_of (self->beat);
    }
}

static void
add_arrow (Flight *self)
{
  gboolean chosen = sv_ladder_is_chosen (self->ladder, self->beat);
  SvShape *line = add_line (self, 0, self->way);

  if (line != NULL)
    {
      line->line_width = chosen ? 3 : 2;
      line->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->ladder->connection, 0 };
    }
  /* Where it flies to, thin: that is the wire, and nothing is on it yet. */
  line = self->flying ? add_line (self, self->way, 1) : NULL;
  if (line != NULL)
    {
      line->line_width = 1;
      line->stroke.role = SV_PAINT_LINE;
    }
  if (self->flying)
    return;
  if (self->beat->lost)
    add_cross (self);
  else if (is_in_ladder (self, self->y + self->fall, 1))
    sv_ladder_add_arrow_head (self->ladder, self->beat, self->x + self->run, self->y + self->fall, self->run,
                              self->fall);
}

/* Where a thing of @width begins whose middle is at @x, if it is to stay between the lifelines. */
static float
fit_in (SvLadder *ladder, float x, float width)
{
  return CLAMP (x - width / 2, ladder->left, MAX (ladder->left, ladder->right - width));
}

/* Where on its line there is room for the label: in the middle if possible; -1 if there is none. */
static float
find_label_place (Flight *self, float width, float height)
{
  static const float PLACES[] = { 0.5f, 0.4f, 0.6f, 0.3f, 0.7f, 0.2f, 0.8f, 0.12f, 0.88f };
  SvLadder *ladder = self->ladder;

  for (guint i = 0; i < G_N_ELEMENTS (PLACES); i++)
    {
      float place = self->beat->lost ? PLACES[i] * LOST_AT : PLACES[i];
      float x = fit_in (ladder, self->x + self->run * place, width);

      if (sv_ladder_is_free (ladder, x, self->y + self->fall * place - height / 2, width, height))
        return place;
    }
  return -1;
}

static void
add_label (Flight *self)
{
  SvLadder *ladder = self->ladder;
  g_autofree char *label = sv_ladder_packet_label (self->fact);
  guint room = sv_ladder_fit (ladder, ladder->right - ladder->left - 2 * LABEL_PAD);
  g_autofree char *text = sv_ladder_shorten (label, room);
  float width = sv_ladder_width_of (ladder, text) + 2 * LABEL_PAD, height = 1.3f * ladder->line;
  float way = self->flying ? self->way : find_label_place (self, width, height);
  float x = fit_in (ladder, self->x + self->run * way, width);
  float y = self->y + self->fall * way - height / 2;
  SvShape *shape;

  /* Its words stand below it, but do not fly with it. */
  if (way >= 0 && !self->beat->lost && !(self->flying && is_moving (ladder, self->beat)))
    self->place = way;
  /* What flies is always in sight. */
  if (self->flying)
    y = CLAMP (y, ladder->top, MAX (ladder->top, ladder->bottom - height));
  if (way < 0 || !is_in_ladder (self, y, height))
    return;
  shape = sv_scene_add (ladder->scene, SV_SHAPE_BOX, x, y, width, height);
  shape->radius = 6;
  shape->line_width = sv_ladder_is_chosen (ladder, self->beat) ? 3 : 1.5f;
  shape->moving = self->flying && is_moving (ladder, self->beat);
  shape->fill.role = SV_PAINT_CARD;
  shape->stroke = (SvPaint){ SV_PAINT_CONNECTION, ladder->connection, 0 };
  shape->target = sv_ladder_target_of (self->beat);
  shape = sv_scene_add_text (ladder->scene, x + LABEL_PAD, y, width - 2 * LABEL_PAD, height, SV_TEXT_MONO_STRONG, 0.5f,
                             text);
  shape->fill = (SvPaint){ SV_PAINT_CONNECTION, ladder->connection, 0 };
  shape->moving = self->flying && is_moving (ladder, self->beat);
  shape->target = sv_ladder_target_of (self->beat);
  /* What flies passes before what is written, and takes nobody's place. */
  if (!self->flying || !is_moving (ladder, self->beat))
    sv_ladder_take (ladder, x, y, width, height);
}

/* @line: which one below the label */
static void
add_words (Flight *self, guint line, const char *words, SvPaintRole role)
{
  SvLadder *ladder = self->ladder;
  float room = ladder->right - ladder->left, height = 0.9f * ladder->line;
  g_autofree char *text = sv_ladder_shorten (words, sv_ladder_fit (ladder, room));
  float width = sv_ladder_width_of (ladder, text), inset = 0.08f * width; /* the small font is narrower */
  float x = fit_in (ladder, self->x + self->run * self->place, width);
  float y = self->y + self->fall * self->place + (0.7f + 0.95f * (float) line) * ladder->line;
  SvShape *shape;

  if (*text == '\0' || !is_in_ladder (self, y, height)
      || !sv_ladder_is_free (ladder, x, y + NEARLY, width, height - 2 * NEARLY))
    return;
  sv_ladder_add_halo (ladder, x + inset, y, width - 2 * inset, height);
  shape = sv_scene_add_text (ladder->scene, x, y, width, height, SV_TEXT_MONO_SMALL, 0.5f, text);
  shape->fill.role = role;
  shape->target = sv_ladder_target_of (self->beat);
  sv_ladder_take (ladder, x, y, width, height);
}

/* What a router has made of the addresses, of those packets that have room for it. */
static void
add_addresses (Flight *self)
{
  SvLadder *ladder = self->ladder;
  const SvFact *arrival = self->flying ? NULL : sv_recording_get (ladder->recording, self->beat->arrival);
  guint room = sv_ladder_fit (ladder, ladder->right - ladder->left);
  g_autofree char *before = NULL, *after = NULL;

  if (sv_ladder_count_address_lines (ladder->timeline, self->beat) == 0)
    return;
  before = sv_ladder_addresses_text (&self->fact->packet, FALSE, room);
  add_words (self, 1, before, SV_PAINT_TEXT);
  if (arrival == NULL || self->beat->lost)
    return;
  after = sv_ladder_addresses_text (&arrival->packet, TRUE, room);
  add_words (self, 2, after, SV_PAINT_TEXT);
}

/* Returns: whether it has left, and is in sight */
static gboolean
flight_init (Flight *self, SvLadder *ladder, const SvLadderRow *row)
{
  const SvBeat *beat = sv_timeline_get_beat (ladder->timeline, row->index);
  float from = SV_LADDER_MARGIN + SV_LADDER_LIFELINE + 2, to = ladder->look->width - from;

  *self = (Flight){ .ladder = ladder, .row = row, .beat = beat, .place = 0.5f };
  self->fact = sv_recording_get (ladder->recording, beat->serial);
  if (self->fact == NULL || ladder->position < row->begins)
    return FALSE;
  self->x = beat->side == SV_SIDE_CLIENT ? from : to;
  self->run = beat->side == SV_SIDE_CLIENT ? to - from : from - to;
  self->y = sv_ladder_to_px (ladder, row->leaves);
  self->fall = (float) (row->arrives - row->leaves) * ladder->line;
  self->flying = beat->open || ladder->position < beat->start + beat->duration;
  self->way = (float) sv_ladder_get_progress (ladder, beat);
  if (beat->lost)
    self->way *= LOST_AT;
  return self->y <= ladder->bottom && self->y + self->fall >= ladder->top;
}

/* One that was seen: where it left and arrived. Drawn first: what is written lies over it. */
void
sv_ladder_add_flight_line (SvLadder *ladder, const SvLadderRow *row)
{
  Flight self;

  if (flight_init (&self, ladder, row))
    add_arrow (&self);
}

/* What it is and where it is, and what became of it. */
void
sv_ladder_add_flight_words (SvLadder *ladder, const SvLadderRow *row)
{
  g_autofree char *caption = NULL;
  gboolean lost;
  Flight self;

  if (!flight_init (&self, ladder, row))
    return;
  add_label (&self);
  lost = self.beat->lost && !self.flying;
  caption = sv_ladder_flight_caption (self.beat, self.fact,
                                      lost ? sv_recording_get (ladder->recording, self.beat->arrival) : NULL,
                                      sv_ladder_fit (ladder, ladder->right - ladder->left));
  add_words (&self, 0, caption, lost ? SV_PAINT_ERROR : SV_PAINT_DIM_TEXT);
  add_addresses (&self);
}
