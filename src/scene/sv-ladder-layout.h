/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-timeline.h"

G_BEGIN_DECLS

typedef enum
{
  SV_LADDER_CALL,
  SV_LADDER_PACKET,
  SV_LADDER_RETURN, /* of a call with packets inside */
  SV_LADDER_GAP,
  SV_LADDER_ARRIVAL, /* only the room that it takes */
  SV_LADDER_TAIL,
} SvLadderRowKind;

/**
 * SvLadderRow:
 * @index: of the beat, or of the gap
 * @inside: a call's packets follow it, and its return
 * @begins: when it comes into the picture, s
 * @y: in lines, from the ladder's top
 * @height: in lines
 * @leaves: where a packet leaves, in lines from the ladder's top
 * @arrives: where it arrives
 */
typedef struct
{
  SvLadderRowKind kind;
  guint index;
  gboolean inside;
  double begins;
  double y;
  double height;
  double leaves;
  double arrives;
} SvLadderRow;

/**
 * SvLadderLayout:
 *
 * What follows what from top to bottom, in lines of text: time runs downwards,
 * but a step takes the room that it needs.
 */
typedef struct
{
  GArray *rows;    /* SvLadderRow, by y */
  GArray *anchors; /* pairs of s and lines, both rising */
} SvLadderLayout;

/* How far a packet's line falls at the least, in lines. */
#define SV_LADDER_FALL 1.4

void sv_ladder_layout_init (SvLadderLayout *self, SvTimeline *timeline);
void sv_ladder_layout_clear (SvLadderLayout *self);
double sv_ladder_layout_get_y (const SvLadderLayout *self, double position);
double sv_ladder_layout_get_bottom (const SvLadderLayout *self, double position);
guint sv_ladder_count_address_lines (SvTimeline *timeline, const SvBeat *beat);

G_END_DECLS
