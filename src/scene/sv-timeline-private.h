/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-timeline-item.h"

G_BEGIN_DECLS

/* From @position on, the moment is @serial. */
typedef struct
{
  double position;
  guint64 serial;
} SvTimelineCursor;

/* An episode's calls: how long they took, and how long they are shown. */
typedef struct
{
  gint64 kernel;
  double shown;
} SvTimelineEpisode;

/* At @position it was @time, in ns. */
typedef struct
{
  double position;
  gint64 time;
} SvTimelineAnchor;

struct _SvTimeline
{
  SvRecording *recording;
  guint connection;
  guint64 end_serial;
  gboolean observed;
  double duration;
  double own_start;
  GArray *beats;    /* SvBeat, by start */
  GArray *spans;    /* SvStateSpan */
  GArray *gaps;     /* SvTimelineGap */
  GArray *cursors;  /* SvTimelineCursor, both rising */
  GArray *episodes; /* SvTimelineEpisode */
  GArray *stops;    /* double: where one stops when stepping, rising */
  GArray *anchors;  /* SvTimelineAnchor, both rising; only of what was observed on a wire */
};

/* How long things are shown, in s. */
#define SV_TIMELINE_CLOSE_BY 0.1
#define SV_TIMELINE_EPISODE 0.3
#define SV_TIMELINE_LONG_GAP 0.8
#define SV_TIMELINE_TAIL 0.3 /* so that the last state is seen */
/* Nothing for longer than this, in ns, is cut short. */
#define SV_TIMELINE_LONG_NS G_GINT64_CONSTANT (1000000000)

gboolean sv_timeline_was_observed (SvRecording *recording, guint connection);
gboolean sv_timeline_is_in_call (SvTimeline *self, double position);
void sv_timeline_observe (SvTimeline *self, GArray *listener, gboolean listening);

G_END_DECLS
