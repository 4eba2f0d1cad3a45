/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machine.h"
#include "sv-owner-map.h"
#include "sv-recording.h"

G_BEGIN_DECLS

/**
 * SvMonitor:
 *
 * Reads a machine's whole socket table in a thread, again and again, and adds
 * what changed to the recording. Emits "refreshed" after each snapshot.
 * "failed" (a sentence) when the kernel cannot be asked; it goes on trying.
 */
#define SV_TYPE_MONITOR (sv_monitor_get_type ())
G_DECLARE_FINAL_TYPE (SvMonitor, sv_monitor, SV, MONITOR, GObject)

SvMonitor *sv_monitor_new (SvRecording *recording, SvMachine *machine);

void sv_monitor_start (SvMonitor *self, guint interval_ms, guint16 only_port);
void sv_monitor_stop (SvMonitor *self);
void sv_monitor_refresh (SvMonitor *self); /* at once, then on */
gboolean sv_monitor_get_owner (SvMonitor *self, guint32 inode, SvOwner *owner); /* as of the last snapshot */
gboolean sv_monitor_sees_all_owners (SvMonitor *self);
gint64 sv_monitor_get_asked_at (SvMonitor *self); /* CLOCK_MONOTONIC in ns: when that snapshot was begun */

G_END_DECLS
