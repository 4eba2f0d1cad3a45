/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lab.h"
#include "sv-monitor.h"
#include "sv-virtual-machine.h"
#include "sv-wire.h"

G_BEGIN_DECLS

/**
 * SvNetwork:
 *
 * Two machines of their own and the wire between them, with a lab whose
 * clients live on one and whose server lives on the other. What is on the wire,
 * and what each machine's kernel says about its sockets after it, goes into the
 * recording. With NAT a router lies at each machine: the client has a private
 * address, and so has the server.
 *
 * Signal "ended" (a sentence): a machine's process has ended by itself. The
 * network is closed then; a new one can be made, with the same recording.
 */
#define SV_TYPE_NETWORK (sv_network_get_type ())
G_DECLARE_FINAL_TYPE (SvNetwork, sv_network, SV, NETWORK, GObject)

SvNetwork *sv_network_new (SvRecording *recording, gboolean nat, GError **error);

SvLab *sv_network_get_lab (SvNetwork *self);
SvVirtualMachine *sv_network_get_machine (SvNetwork *self, SvSide side);
SvMonitor *sv_network_get_monitor (SvNetwork *self, SvSide side);
SvWire *sv_network_get_wire (SvNetwork *self);
gboolean sv_network_has_nat (SvNetwork *self);
const SvEndpoint *sv_network_get_server_address (SvNetwork *self, guint16 family);
const SvEndpoint *sv_network_get_outside_address (SvNetwork *self, SvSide side, guint16 family);
gboolean sv_network_is_open (SvNetwork *self);

guint sv_network_open_peers (SvNetwork *self, guint16 port, GError **error);
gboolean sv_network_skip_time_wait (SvNetwork *self, guint connection, GError **error);
GSubprocess *sv_network_spawn (SvNetwork *self, SvSide side, GSubprocessLauncher *launcher, const char *const *argv,
                               GError **error);
void sv_network_close (SvNetwork *self);

G_END_DECLS
