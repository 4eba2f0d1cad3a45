/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-state-diagram.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define N_COLUMNS 7
#define N_LANES 3
/* The longest name, and what a small letter is to a usual one at most. */
#define NAME_CHARS 11
#define MARGIN 4
#define PADDING 5
#define BORDER 3
#define DETOUR 9
#define HEAD 6
#define RADIUS 8
/* Below this many letters in a row the diagram goes from top to bottom. */
#define LANDSCAPE_CHARS 92

/* From left to right in time; the lanes are the passive side, the middle, the active side. */
static const struct
{
  guint column;
  guint lane;
} PLACES[SV_N_STATIONS] = {
  [SV_STATION_CLOSED] = { 0, 1 },     [SV_STATION_LISTEN] = { 1, 0 },      [SV_STATION_SYN_SENT] = { 1, 2 },
  [SV_STATION_SYN_RECV] = { 2, 0 },   [SV_STATION_UNACCEPTED] = { 3, 0 },  [SV_STATION_ESTABLISHED] = { 3, 1 },
  [SV_STATION_FIN_WAIT1] = { 4, 2 },  [SV_STATION_FIN_WAIT2] = { 5, 2 },   [SV_STATION_CLOSE_WAIT] = { 4, 0 },
  [SV_STATION_LAST_ACK] = { 5, 0 },   [SV_STATION_CLOSING] = { 5, 1 },     [SV_STATION_TIME_WAIT] = { 6, 2 },
  [SV_STATION_GONE] = { 6, 0 },
};

typedef struct
{
  float x;
  float y;
} Point;

typedef struct
{
  const SvStateDiagramLook *look;
  SvScene *scene;
  gboolean portrait;
  float box_width;
  float box_height;
  float column_step; /* from one column to the next, and so the next two */
  float lane_step;
} Diagram;

/* How an edge is drawn: the strongest of its reasons. */
typedef enum
{
  EDGE_QUIET,
  EDGE_OTHER_QUICK,
  EDGE_OTHER,
  EDGE_QUICK,
  EDGE_TAKEN,
} EdgeKind;

static gboolean
is_portrait (float width, float char_width)
{
  return width < LANDSCAPE_CHARS * char_width;
}

static Point
center_of (const Diagram *self, SvStation station)
{
  float column = (float) PLACES[station].column, lane = (float) PLACES[station].lane;

  if (self->portrait)
    return (Point){ MARGIN + self->box_width / 2 + lane * self->lane_step,
                    MARGIN + self->box_height / 2 + column * self->column_step };
  return (Point){ MARGIN + self->box_width / 2 + column * self->column_step,
                  MARGIN + self->box_height / 2 + lane * self->lane_step };
}

/* Where the line from @from to the middle of a box meets its border. */
static Point
border_of (const Diagram *self, SvStation station, Point from)
{
  Point middle = center_of (self, station);
  float dx = from.x - middle.x, dy = from.y - middle.y;
  float scale_x = dx != 0 ? self->box_width / 2 / fabsf (dx) : INFINITY;
  float scale_y = dy != 0 ? self->box_height / 2 / fabsf (dy) : INFINITY;
  float scale = fminf (scale_x, scale_y);

  return (Point){ middle.x + dx * scale, middle.y + dy * scale };
}

/* ---- Edges. */

static EdgeKind
find_in (GArray *steps, SvStation from, SvStation to, EdgeKind observed, EdgeKind quick)
{
  EdgeKind kind = EDGE_QUIET;

  for (guint i = 0; steps != NULL && i < steps->len; i++)
    {
      const SvStateStep *step = &g_array_index (steps, SvStateStep, i);

      if (step->from == from && step->to == to)
        kind = MAX (kind, step->observed ? observed : quick);
    }
  return kind;
}

static EdgeKind
kind_of (const Diagram *self, SvStation from, SvStation to)
{
  EdgeKind own = find_in (self->look->steps, from, to, EDGE_TAKEN, EDGE_QUICK);
  EdgeKind other = find_in (self->look->other_steps, from, to, EDGE_OTHER, EDGE_OTHER_QUICK);

  return MAX (own, other);
}

static void
add_line (const Diagram *self, Point from, Point to, EdgeKind kind)
{
  SvShape *line = sv_scene_add (self->scene, SV_SHAPE_LINE, from.x, from.y, to.x - from.x, to.y - from.y);

  line->stroke.role = kind == EDGE_QUIET ? SV_PAINT_LINE : SV_PAINT_ACCENT;
  line->line_width = kind == EDGE_QUIET ? 1 : kind == EDGE_TAKEN || kind == EDGE_QUICK ? 3.5f : 2;
  line->dashed = kind == EDGE_QUICK || kind == EDGE_OTHER_QUICK;
}

static void
add_head (const Diagram *self, Point from, Point tip, EdgeKind kind)
{
  float angle = atan2f (tip.y - from.y, tip.x - from.x);

  for (int side = -1; side <= 1; side += 2)
    {
      float turned = angle + (float) (side * 2.6);
      Point end = { tip.x + HEAD * cosf (turned), tip.y + HEAD * sinf (turned) };

      add_line (self, tip, end, kind == EDGE_QUICK ? EDGE_TAKEN : kind == EDGE_OTHER_QUICK ? EDGE_OTHER : kind);
    }
}

/* Around FIN_WAIT2, which lies between. */
static void
add_detour (const Diagram *self, EdgeKind kind)
{
  Point from = center_of (self, SV_STATION_FIN_WAIT1), to = center_of (self, SV_STATION_TIME_WAIT);
  Point corners[4];

  if (self->portrait)
    {
      float x = from.x + self->box_width / 2;

      corners[0] = (Point){ x, from.y };
      corners[1] = (Point){ x + DETOUR, from.y };
      corners[2] = (Point){ x + DETOUR, to.y };
      corners[3] = (Point){ x, to.y };
    }
  else
    {
      float y = from.y + self->box_height / 2;

      corners[0] = (Point){ from.x, y };
      corners[1] = (Point){ from.x, y + DETOUR };
      corners[2] = (Point){ to.x, y + DETOUR };
      corners[3] = (Point){ to.x, y };
    }
  for (guint i = 0; i < 3; i++)
    add_line (self, corners[i], corners[i + 1], kind);
  add_head (self, corners[2], corners[3], kind);
}

static void
add_edge (const Diagram *self, SvStation from, SvStation to, EdgeKind kind)
{
  Point start, tip;

  if (from == SV_STATION_FIN_WAIT1 && to == SV_STATION_TIME_WAIT)
    {
      add_detour (self, kind);
      return;
    }
  start = border_of (self, from, center_of (self, to));
  tip = border_of (self, to, center_of (self, from));
  add_line (self, start, tip, kind);
  add_head (self, start, tip, kind);
}

/* Those that were taken over those that were not. */
static void
add_edges (const Diagram *self)
{
  for (EdgeKind kind = EDGE_QUIET; kind <= EDGE_TAKEN; kind++)
    for (guint from = 0; from < SV_N_STATIONS; from++)
      for (guint to = 0; to < SV_N_STATIONS; to++)
        if (sv_station_leads_to (from, to) && kind_of (self, from, to) == kind)
          add_edge (self, from, to, kind);
}

/* ---- Stations. */

static const char *
caption_of (const Diagram *self, SvStation station)
{
  const SvStateDiagramLook *look = self->look;

  if (look->here == station)
    return C_ ("state diagram", "here");
  if (look->other == station)
    return C_ ("state diagram", "other end");
  if (station == SV_STATION_UNACCEPTED)
    return C_ ("state diagram", "not accepted");
  if (station == SV_STATION_CLOSED || station == SV_STATION_GONE)
    return C_ ("state diagram", "in no table");
  return (look->reached & 1u << station) != 0 ? C_ ("state diagram", "reached") : NULL;
}

static void
add_station (const Diagram *self, SvStation station)
{
  const SvStateDiagramLook *look = self->look;
  Point middle = center_of (self, station);
  float x = middle.x - self->box_width / 2, y = middle.y - self->box_height / 2;
  gboolean here = look->here == station, other = look->other == station;
  gboolean reached = (look->reached & 1u << station) != 0;
  const char *name = station == SV_STATION_UNACCEPTED ? "ESTABLISHED" : station == SV_STATION_GONE ? "CLOSED"
                                                                      : sv_station_get_name (station);
  const char *caption = caption_of (self, station);
  float inner = self->box_height - 2 * BORDER;
  float top = caption != NULL ? inner / 2 : inner;
  SvTarget target = { station == SV_STATION_GONE ? SV_TARGET_NONE : SV_TARGET_STATION, station };
  SvShape *box = sv_scene_add (self->scene, SV_SHAPE_BOX, x, y, self->box_width, self->box_height);
  SvShape *text;

  box->radius = RADIUS;
  box->target = target;
  box->fill = here || other ? (SvPaint){ SV_PAINT_STATE, sv_station_get_state (station), here ? .35f : .15f }
                            : (SvPaint){ SV_PAINT_CARD, 0, 0 };
  box->stroke = look->chosen == station || here ? (SvPaint){ SV_PAINT_ACCENT, 0, 0 }
                : reached || other              ? (SvPaint){ SV_PAINT_STATE, sv_station_get_state (station), 0 }
                                                : (SvPaint){ SV_PAINT_LINE, 0, 0 };
  box->line_width = look->chosen == station || here ? 3 : reached || other ? 2 : 1.5f;
  text = sv_scene_add_text (self->scene, x + 1, y + BORDER, self->box_width - 2, top, SV_TEXT_MONO_SMALL, .5f, name);
  text->target = target;
  if (caption == NULL)
    return;
  text = sv_scene_add_text (self->scene, x + 1, y + BORDER + top, self->box_width - 2, inner - top, SV_TEXT_SMALL, .5f,
                            caption);
  text->fill.role = here || other ? SV_PAINT_TEXT : SV_PAINT_DIM_TEXT;
  text->target = target;
}

static void
measure (Diagram *self)
{
  const SvStateDiagramLook *look = self->look;
  guint across = self->portrait ? N_LANES : N_COLUMNS, down = self->portrait ? N_COLUMNS : N_LANES;
  float width = look->width - 2 * MARGIN - (self->portrait ? DETOUR : 0);
  float height = look->height - 2 * MARGIN - (self->portrait ? 0 : DETOUR);
  float step_x, step_y;

  self->box_width = fminf (NAME_CHARS * look->char_width + 2 * PADDING, width / (float) across - 8);
  self->box_height = fminf (look->line_height * 2.6f, height / (float) down - 8);
  step_x = (width - self->box_width) / (float) (across - 1);
  step_y = (height - self->box_height) / (float) (down - 1);
  self->column_step = self->portrait ? step_y : step_x;
  self->lane_step = self->portrait ? step_x : step_y;
}

/**
 * sv_state_diagram_get_height:
 * @char_width: of the monospace font
 *
 * Returns: how high the diagram is at its best, in pixels
 */
float
sv_state_diagram_get_height (float width, float line_height, float char_width)
{
  if (is_portrait (width, char_width))
    return N_COLUMNS * line_height * 3.6f;
  return N_LANES * line_height * 4.2f;
}

/**
 * sv_state_diagram_build:
 *
 * The states of RFC 9293 §3.3.2 and the edges between them: from left to right,
 * or from top to bottom where it is narrow. Edges that a real socket took are
 * lit; dashed where it went through so quickly that nobody saw it.
 *
 * Returns: (transfer full): the picture; a shape's %SV_TARGET_STATION is an #SvStation
 */
SvScene *
sv_state_diagram_build (const SvStateDiagramLook *look)
{
  Diagram self = { .look = look, .scene = sv_scene_new (look->width, look->height) };

  self.portrait = is_portrait (look->width, look->char_width);
  measure (&self);
  add_edges (&self);
  for (guint station = 0; station < SV_N_STATIONS; station++)
    add_station (&self, station);
  if (look->right_to_left)
    sv_scene_mirror (self.scene);
  return self.scene;
}
