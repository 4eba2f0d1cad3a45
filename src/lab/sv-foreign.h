/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-owner-map.h"
#include "sv-recording.h"

G_BEGIN_DECLS

/* Clients that are no sockets of ours: nc, curl, a browser, another computer. */

guint sv_foreign_add (SvRecording *recording, const SvEndpoint *client, const SvEndpoint *server);
guint sv_foreign_add_of (SvRecording *recording, guint8 protocol, const SvEndpoint *client, const SvEndpoint *server);
GArray *sv_foreign_list_listeners (SvRecording *recording, SvMachineId machine);
gboolean sv_foreign_is_known (SvRecording *recording, const SvSocketRow *row);
guint sv_foreign_adopt (SvRecording *recording, GArray *listeners, const SvSocketRow *row);
void sv_foreign_set_owner (SvRecording *recording, SvMachineId machine, guint connection, const SvOwner *owner);

G_END_DECLS
