/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-ladder.h"

G_BEGIN_DECLS

/* What is written on a ladder. */
char *sv_ladder_call_text (const SvBeat *beat, const SvFact *fact, guint max_chars);
char *sv_ladder_result_text (const SvBeat *beat, const SvFact *fact, guint max_chars, SvPaintRole *role);
char *sv_ladder_packet_label (const SvFact *fact);
char *sv_ladder_packet_caption (const SvBeat *beat, const SvFact *bytes, guint max_chars);
char *sv_ladder_flight_caption (const SvBeat *beat, const SvFact *fact, const SvFact *dropped, guint max_chars);
char *sv_ladder_addresses_text (const SvSegment *packet, gboolean arrived, guint max_chars);
char *sv_ladder_shorten (const char *text, guint max_chars);
char *sv_ladder_lesson (SvTimeline *timeline, double position, const SvLadderLook *look);
char *sv_ladder_wire_lesson (SvTimeline *timeline, double position);
gboolean sv_ladder_is_between_peers (SvTimeline *timeline);
const SvStateSpan *sv_ladder_span_at (SvTimeline *timeline, SvSide side, double position);

G_END_DECLS
