/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

/**
 * SvCallIndex:
 *
 * Which facts of a recording are calls, or of another kind that is wanted, in
 * order. Emits "changed" soon after
 * calls have come or gone, once for many of them.
 */
#define SV_TYPE_CALL_INDEX (sv_call_index_get_type ())
G_DECLARE_FINAL_TYPE (SvCallIndex, sv_call_index, SV, CALL_INDEX, GObject)

typedef gboolean (*SvFactFilter) (const SvFact *fact);

SvCallIndex *sv_call_index_new (SvRecording *recording);
SvCallIndex *sv_call_index_new_for (SvRecording *recording, SvFactFilter wanted);

SvRecording *sv_call_index_get_recording (SvCallIndex *self);
guint sv_call_index_get_size (SvCallIndex *self);
const SvFact *sv_call_index_get (SvCallIndex *self, guint index);
guint sv_call_index_find (SvCallIndex *self, guint64 serial);

G_END_DECLS
