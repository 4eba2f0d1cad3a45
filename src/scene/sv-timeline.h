/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

typedef enum
{
  SV_BEAT_CALL,
  SV_BEAT_PACKET,
} SvBeatKind;

/**
 * SvBeat:
 * @serial: the fact that it shows
 * @time: when it happened, in ns; worked out if @reconstructed
 * @start: when it is shown, in s from the timeline's start
 * @duration: how long it is shown, in s
 * @episode: handshake, talk, teardown …: beats of one episode happened close together
 *
 * One step of what is replayed: a call, or a packet that flies.
 */
typedef struct
{
  SvBeatKind kind;
  guint64 serial;
  SvSide side; /* who calls, or who sends */
  gboolean reconstructed;
  guint episode;
  gint64 time;
  double start;
  double duration;
} SvBeat;

/**
 * SvStateSpan:
 * @state: %SV_TCP_NONE: not in the kernel's table
 * @reconstructed: the kernel passed through it too fast to be asked
 *
 * A stretch of one lifeline that has one state.
 */
typedef struct
{
  SvSide side;
  SvTcpState state;
  gboolean reconstructed;
  double start;
  double end;
} SvStateSpan;

/**
 * SvTimeline:
 *
 * One connection's facts, and its listener's, laid out in the time in which
 * people watch: microseconds are stretched, idle minutes are cut short.
 * Immutable; made anew when facts have come.
 */
typedef struct _SvTimeline SvTimeline;

SvTimeline *sv_timeline_new (SvRecording *recording, guint connection);
SvTimeline *sv_timeline_ref (SvTimeline *self);
void sv_timeline_unref (SvTimeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvTimeline, sv_timeline_unref)

SvRecording *sv_timeline_get_recording (SvTimeline *self);
guint sv_timeline_get_connection (SvTimeline *self);
double sv_timeline_get_duration (SvTimeline *self);
guint sv_timeline_get_n_beats (SvTimeline *self);
const SvBeat *sv_timeline_get_beat (SvTimeline *self, guint index);
guint sv_timeline_get_n_spans (SvTimeline *self);
const SvStateSpan *sv_timeline_get_span (SvTimeline *self, guint index);

int sv_timeline_find_beat (SvTimeline *self, double position);           /* the last begun, -1 before the first */
guint64 sv_timeline_get_serial_at (SvTimeline *self, double position);   /* for sv_moment_seek() */
double sv_timeline_get_position_of (SvTimeline *self, guint64 serial);   /* -1 if it has no beat */
double sv_timeline_get_slowdown (SvTimeline *self, double position, gint64 *kernel_ns);
char *sv_timeline_describe_slowdown (SvTimeline *self, double position, double speed);

G_END_DECLS
