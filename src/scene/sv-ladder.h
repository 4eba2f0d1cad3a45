/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-scene.h"
#include "sv-timeline.h"

G_BEGIN_DECLS

/**
 * SvLadderLook: how much room there is. @line_height and @char_width are
 * those of the window's monospace font, in pixels.
 */
typedef struct
{
  float width;
  float height;
  float line_height;
  float char_width;
  gboolean right_to_left;
  gboolean live;
  double speed;
  guint64 chosen; /* serial of the chosen fact, G_MAXUINT64 for none */
  gint64 now;     /* CLOCK_MONOTONIC in ns, for TIME_WAIT's countdown */
} SvLadderLook;

/* The two lifelines, the calls on them, the packets between them, at @position
 * of @timeline. Scrolls by itself so that what happens is in sight. */
SvScene *sv_ladder_build (SvTimeline *timeline, double position, const SvLadderLook *look);

G_END_DECLS
