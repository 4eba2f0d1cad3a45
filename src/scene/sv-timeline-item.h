/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-timeline.h"

G_BEGIN_DECLS

typedef enum
{
  SV_ITEM_CALL,   /* with the packets and rows that it caused */
  SV_ITEM_PACKET, /* a packet that no call of ours caused */
  SV_ITEM_ROWS,   /* rows that changed by themselves: a timer, a peer elsewhere */
} SvItemKind;

/* What is replayed without a pause. */
typedef enum
{
  SV_PHASE_LISTEN,
  SV_PHASE_OPEN,
  SV_PHASE_HANDSHAKE,
  SV_PHASE_ACCEPT,
  SV_PHASE_TALK,
  SV_PHASE_TEARDOWN,
} SvPhase;

/* A packet on its way. */
typedef struct
{
  guint64 serial;
  guint64 bytes_serial;
  SvSide side; /* who sends */
  guint8 flags;
  gboolean reconstructed;
  gboolean lost;
  gboolean unanswered; /* a SYN that was sent again */
  gint64 time;
  double start;
  double end;
} SvFlight;

/**
 * SvTimelineItem:
 * @serial: its first fact; before it, nothing of the item has happened
 * @after: the first fact that has not happened when the item has
 * @time: when it began, ns
 * @end_time: when the last of it was known, ns
 * @kernel: ns inside of its calls
 * @after_taker: of packets that were known only by a later call, that call; else %SV_NO_SERIAL
 * @flights: (nullable) (element-type SvFlight)
 * @rows: (nullable) (element-type SvFact): borrowed from the recording
 * @accepts: it is an accept() that succeeded
 * @start, @end: when it is shown, in s
 *
 * One thing that is replayed, before it has become beats.
 */
typedef struct
{
  SvItemKind kind;
  SvPhase phase;
  SvSide side;
  guint64 serial;
  guint64 after;
  gint64 time;
  gint64 end_time;
  gint64 kernel;
  guint64 after_taker;
  guint count;
  gboolean mixed;
  gboolean brief;
  gboolean failed;
  gboolean accepts;
  gboolean listens;
  guint connection;
  const char *name;
  GArray *flights;
  GPtrArray *rows;
  guint episode;
  double start;
  double end;
} SvTimelineItem;

GArray *sv_timeline_gather (SvRecording *recording, guint connection, gboolean *listening);
GArray *sv_timeline_gather_listener (SvRecording *recording, guint connection, gboolean *listening);
gboolean sv_timeline_is_quiet_call (const SvFact *fact);
SvPhase sv_timeline_get_phase (const SvFact *fact);
GArray *sv_timeline_list_spans (GArray *items, gboolean listening, double duration);

G_END_DECLS
