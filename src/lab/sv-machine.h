/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"
#include "sv-port-space.h"
#include "sv-socket-source.h"

G_BEGIN_DECLS

/**
 * SvMachine:
 *
 * A kernel's network that server and clients can live in: this computer, or a
 * network namespace. A socket stays in the machine that opened it, so
 * everything after opening is the same for all machines.
 */
#define SV_TYPE_MACHINE (sv_machine_get_type ())
G_DECLARE_INTERFACE (SvMachine, sv_machine, SV, MACHINE, GObject)

struct _SvMachineInterface
{
  GTypeInterface parent_interface;

  SvMachineId (*get_id) (SvMachine *self);
  GSocket *(*open_socket) (SvMachine *self, GSocketFamily family, GSocketType type, GSocketProtocol protocol,
                           GError **error);
  SvSocketSource *(*open_source) (SvMachine *self, GError **error);
  GArray *(*list_addresses) (SvMachine *self);
  SvPortSpace *(*get_port_space) (SvMachine *self);
};

SvMachineId sv_machine_get_id (SvMachine *self);
GSocket *sv_machine_open_socket (SvMachine *self, GSocketFamily family, GSocketType type, GSocketProtocol protocol,
                                 GError **error);
SvSocketSource *sv_machine_open_source (SvMachine *self, GError **error);
GArray *sv_machine_list_addresses (SvMachine *self);
SvPortSpace *sv_machine_get_port_space (SvMachine *self);
gboolean sv_machine_has_address (SvMachine *self, const SvEndpoint *endpoint);

G_END_DECLS
