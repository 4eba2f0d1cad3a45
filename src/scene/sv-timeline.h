/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

#define SV_NO_SERIAL G_MAXUINT64

typedef enum
{
  SV_BEAT_CALL,
  SV_BEAT_PACKET,
} SvBeatKind;

/**
 * SvBeat:
 * @serial: the fact that it shows
 * @bytes_serial: of a packet, the fact that has its real bytes; %SV_NO_SERIAL if nobody has seen them.
 *   A flight can be reconstructed though the bytes are known.
 * @unanswered: a SYN that had no answer: it was sent again
 * @open: a packet that was still on the wire when the timeline was made
 * @lost: dropped on its way
 * @again: the kernel had sent it before, @waited ns ago
 * @n_copies: how often the kernel sent it again while it was on the wire, and the wire kept that back
 * @flight: its number on the wire, 0 if nobody saw it there
 * @arrival: the fact that it has arrived (or was dropped), with the bytes that arrived; %SV_NO_SERIAL if none
 * @count: how many calls it stands for; above 1 @serial is the first of them
 * @mixed: those calls are of several kinds
 * @time: when it happened, in ns; worked out if @reconstructed
 * @start: when it is shown, in s from the timeline's start
 * @duration: how long it is shown, in s
 * @episode: handshake, talk, teardown …: beats of one episode happened close together
 *
 * One step of what is replayed: a call, or a packet that flies. Packets fly
 * inside of the call that caused them: beats nest, they are in the order of
 * their @start. Those that were seen on a wire fly as long as they really did.
 */
typedef struct
{
  SvBeatKind kind;
  guint64 serial;
  guint64 bytes_serial;
  guint count;
  gboolean mixed;
  SvSide side; /* who calls, or who sends */
  gboolean reconstructed;
  gboolean unanswered;
  gboolean open;
  gboolean lost;
  gboolean again;
  gint64 waited;
  guint n_copies;
  guint64 flight;
  guint64 arrival;
  guint episode;
  gint64 time;
  double start;
  double duration;
} SvBeat;

/**
 * SvStateSpan:
 * @state: %SV_TCP_NONE: not in the kernel's table
 * @reconstructed: the kernel passed through it too fast to be asked
 * @serial: the row fact that observed it; %SV_NO_SERIAL if none did
 *
 * A stretch of one lifeline that has one state.
 */
typedef struct
{
  SvSide side;
  SvTcpState state;
  gboolean reconstructed;
  guint64 serial;
  double start;
  double end;
} SvStateSpan;

/* A stretch of time that was cut short: @real ns in which nothing happened, or of
 * which nothing is shown, because there is too much of it (@folded). */
typedef struct
{
  double start;
  double end;
  gint64 real;
  gboolean folded;
} SvTimelineGap;

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
gboolean sv_timeline_is_observed (SvTimeline *self); /* its packets were seen on a wire */
double sv_timeline_get_duration (SvTimeline *self);
guint sv_timeline_get_n_beats (SvTimeline *self);
const SvBeat *sv_timeline_get_beat (SvTimeline *self, guint index);
guint sv_timeline_get_n_spans (SvTimeline *self);
const SvStateSpan *sv_timeline_get_span (SvTimeline *self, guint index);

guint sv_timeline_get_n_gaps (SvTimeline *self);
const SvTimelineGap *sv_timeline_get_gap (SvTimeline *self, guint index);
double sv_timeline_get_own_start (SvTimeline *self);      /* after the listener's calls */
guint64 sv_timeline_get_end_serial (SvTimeline *self);    /* facts before it were looked at */
double sv_timeline_get_stop (SvTimeline *self, double position, int direction); /* the next end of a beat */

int sv_timeline_find_beat (SvTimeline *self, double position);           /* the last begun, -1 before the first */
guint64 sv_timeline_get_serial_at (SvTimeline *self, double position);   /* for sv_moment_seek() */
double sv_timeline_get_position_of (SvTimeline *self, guint64 serial);   /* -1 if it has no beat */
double sv_timeline_get_slowdown (SvTimeline *self, double position, gint64 *kernel_ns);
gboolean sv_timeline_get_hunt (SvTimeline *self, double position, guint16 *port, double *progress);
char *sv_timeline_describe_times (SvTimeline *self, double position, double speed);
char *sv_timeline_describe_slowdown (SvTimeline *self, double position, double speed);

G_END_DECLS
