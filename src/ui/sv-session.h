/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lab.h"
#include "sv-local-machine.h"
#include "sv-machines-plan.h"
#include "sv-moment.h"
#include "sv-network.h"
#include "sv-player.h"

G_BEGIN_DECLS

#define SV_NO_FACT G_MAXUINT64

/**
 * SvSession:
 *
 * What all views of a mode share: the recording, the lab that fills it, the
 * moment that is shown, and what is chosen. Views are functions of it: they
 * redraw on "moment-changed" and "chosen-changed" and keep nothing of their own.
 * Its machines never change: this computer twice, or the two of a network.
 *
 * Properties: "live" (whether the moment shown is now), "playing".
 *
 * Signals:
 * - "moment-changed": another moment is shown, at most once a frame
 * - "chosen-changed": another connection, row or fact is chosen
 * - "failure" (sentence, origin): something failed; @origin names the control
 *   that caused it: "server", "clients", "connection", "monitor", or "network"
 *   if a machine has ended by itself: the session is over then
 * - "frame": packets on the wire stand elsewhere: once a frame while any flies
 *   and the moment is now, and when the wire is held, paused or let go
 */
#define SV_TYPE_SESSION (sv_session_get_type ())
G_DECLARE_FINAL_TYPE (SvSession, sv_session, SV, SESSION, GObject)

SvSession *sv_session_new (void);
SvSession *sv_session_new_for_network (SvNetwork *network);

SvRecording *sv_session_get_recording (SvSession *self);
SvLab *sv_session_get_lab (SvSession *self);
SvNetwork *sv_session_get_network (SvSession *self); /* NULL on this computer */
gboolean sv_session_is_over (SvSession *self);       /* its network is closed */

/* Of the machine where that side lives: the same one twice on this computer. */
SvMachine *sv_session_get_machine (SvSession *self, SvSide side);
SvMachineId sv_session_get_machine_id (SvSession *self, SvSide side);
SvMonitor *sv_session_get_monitor (SvSession *self, SvSide side);
SvPortSpace *sv_session_get_ports (SvSession *self, SvSide side);

SvPlayer *sv_session_get_player (SvSession *self);
SvMoment *sv_session_get_moment (SvSession *self);
SvMachinesPlan *sv_session_get_plan (SvSession *self); /* of that moment; until the next change */
gboolean sv_session_is_live (SvSession *self);
void sv_session_move_on (SvSession *self, gboolean to_newest);

/* What is chosen. Choosing one chooses what belongs to it: a row its
 * connection, a fact its connection. */
guint sv_session_get_chosen_connection (SvSession *self);
guint64 sv_session_get_chosen_row (SvSession *self, SvMachineId machine); /* 0: none of that machine's */
guint64 sv_session_get_chosen_fact (SvSession *self);
void sv_session_choose_connection (SvSession *self, guint connection);
void sv_session_choose_row (SvSession *self, SvMachineId machine, guint64 key);
void sv_session_choose_fact (SvSession *self, guint64 serial);
void sv_session_choose_nothing (SvSession *self);

/* Actions that need a word when they fail: "failure" is emitted. */
gboolean sv_session_start_server (SvSession *self, const SvServerOptions *options);
void sv_session_spawn_clients (SvSession *self, guint n);
void sv_session_report (SvSession *self, const char *origin, const GError *error);

void sv_session_start (SvSession *self);   /* the monitor begins */
void sv_session_stop (SvSession *self);    /* everything ends */

/* Called for each frame while sv_session_wants_frames(); µs. */
void sv_session_advance (SvSession *self, gint64 frame_time);
gboolean sv_session_wants_frames (SvSession *self);

G_END_DECLS
