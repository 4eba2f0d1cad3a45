/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

/**
 * SvMoment:
 *
 * What was true after the first facts of a recording: a cursor that goes
 * forwards and backwards in it, one change at a time. At the recording's end
 * it is what is true now.
 */
#define SV_TYPE_MOMENT (sv_moment_get_type ())
G_DECLARE_FINAL_TYPE (SvMoment, sv_moment, SV, MOMENT, GObject)

SvMoment *sv_moment_new (SvRecording *recording);

SvRecording *sv_moment_get_recording (SvMoment *self);
void sv_moment_seek (SvMoment *self, guint64 serial);
void sv_moment_seek_time (SvMoment *self, gint64 time);
guint64 sv_moment_get_serial (SvMoment *self);
gint64 sv_moment_get_time (SvMoment *self);

SvRowTable *sv_moment_get_table (SvMoment *self, SvMachineId machine);
gboolean sv_moment_holds (SvMoment *self, const SvHeldSocket *socket);

G_END_DECLS
