/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-scene.h"
#include "sv-timeline.h"

G_BEGIN_DECLS

/**
 * SvLadderFlight:
 * @id: its number on the wire
 * @connection: 0 if it belongs to none
 * @from: which end it came from
 * @progress: how far it is, from 0 to 1; of one that will be dropped, how far on the way to that
 * @still: it stands: it is held, or the wire is frozen
 * @held: it waits until somebody says what becomes of it
 *
 * A packet that is on the wire now.
 */
typedef struct
{
  guint64 id;
  guint connection;
  SvSide from;
  double progress;
  gboolean still;
  gboolean held;
} SvLadderFlight;

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
  const SvLadderFlight *flights; /* what is on the wire now; only looked at while live */
  guint n_flights;
  guint n_others; /* how many packets of other connections are on the wire; not each is among @flights */
} SvLadderLook;

/* The two lifelines, the calls on them, the packets between them, at @position
 * of @timeline. Scrolls by itself so that what happens is in sight. */
SvScene *sv_ladder_build (SvTimeline *timeline, double position, const SvLadderLook *look);
gboolean sv_ladder_find_place (SvTimeline *timeline, double position, const SvLadderLook *look, guint64 serial,
                               float *x, float *y);
GPtrArray *sv_ladder_tell_journey (SvTimeline *timeline, guint64 serial, guint64 moment);
char *sv_ladder_describe_flight (SvTimeline *timeline, guint64 serial, const SvLadderLook *look);

G_END_DECLS
