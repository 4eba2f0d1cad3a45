/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-ladder.h"

#include "sv-ladder-layout.h"

G_BEGIN_DECLS

#define SV_LADDER_MARGIN 8.0f    /* px, at the left and right */
#define SV_LADDER_LIFELINE 10.0f /* px, width */
#define SV_LADDER_ROUTER 8.0f    /* px, width */
#define SV_LADDER_GAP_PX 8.0f    /* px, between lifeline and text */

/* Where there is text, or will be. */
typedef struct
{
  float x;
  float y;
  float width;
  float height;
} SvLadderArea;

/* A ladder while it is drawn. */
typedef struct
{
  SvScene *scene;
  SvTimeline *timeline;
  SvRecording *recording;
  const SvLadderLook *look;
  double position;
  SvLadderLayout layout;
  guint connection;
  gboolean observed; /* its packets were seen on a wire */
  gboolean routed;   /* routers rewrite its addresses */
  float line;        /* height, px */
  float top;         /* of the ladder, below the states, px */
  float bottom;      /* of the ladder, above the captions, px */
  float scroll;      /* px */
  float left;        /* where text may begin, px */
  float right;       /* and end, px */
  GArray *taken;     /* SvLadderArea */
} SvLadder;

float sv_ladder_to_px (SvLadder *self, double lines);
guint sv_ladder_fit (SvLadder *self, float width);
float sv_ladder_width_of (SvLadder *self, const char *text);
void sv_ladder_take (SvLadder *self, float x, float y, float width, float height);
gboolean sv_ladder_is_free (SvLadder *self, float x, float y, float width, float height);
SvTarget sv_ladder_target_of (const SvBeat *beat);
gboolean sv_ladder_is_chosen (SvLadder *self, const SvBeat *beat);

void sv_ladder_add_packet (SvLadder *self, const SvLadderRow *row);
void sv_ladder_add_flight_line (SvLadder *self, const SvLadderRow *row);
void sv_ladder_add_flight_words (SvLadder *self, const SvLadderRow *row);
void sv_ladder_add_halo (SvLadder *self, float x, float y, float width, float height);
void sv_ladder_add_arrow_head (SvLadder *self, const SvBeat *beat, float x, float y, float width, float height);
double sv_ladder_get_progress (SvLadder *self, const SvBeat *beat);
float sv_ladder_get_wire_height (SvLadder *self);
void sv_ladder_add_wire (SvLadder *self);

G_END_DECLS
