/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machine.h"

G_BEGIN_DECLS

#define SV_VIRTUAL_MACHINE_ERROR (sv_virtual_machine_error_quark ())
GQuark sv_virtual_machine_error_quark (void);

/* Which check failed. */
typedef enum
{
  SV_VIRTUAL_MACHINE_ERROR_HELPER,            /* sockview-machine is missing or does not run */
  SV_VIRTUAL_MACHINE_ERROR_USER_NAMESPACE,    /* this system forbids user namespaces */
  SV_VIRTUAL_MACHINE_ERROR_NETWORK_NAMESPACE, /* … network namespaces */
  SV_VIRTUAL_MACHINE_ERROR_TUN,               /* /dev/net/tun is missing or closed */
  SV_VIRTUAL_MACHINE_ERROR_ADDRESS,           /* the address could not be set */
  SV_VIRTUAL_MACHINE_ERROR_ENDED,             /* the helper has ended */
} SvVirtualMachineError;

/**
 * SvVirtualMachine:
 *
 * A machine of its own: a network namespace with lo, eth0 and nothing else,
 * kept by a sockview-machine process. What leaves by eth0 comes out of the
 * tun descriptor.
 *
 * Signal "ended": its process has ended, whoever ended it. Sockets that were
 * opened live on, but their network is gone from everybody's sight.
 */
#define SV_TYPE_VIRTUAL_MACHINE (sv_virtual_machine_get_type ())
G_DECLARE_FINAL_TYPE (SvVirtualMachine, sv_virtual_machine, SV, VIRTUAL_MACHINE, GObject)

SvVirtualMachine *sv_virtual_machine_new (SvMachineId id, const SvEndpoint *ipv4, const SvEndpoint *ipv6,
                                          GError **error);

const SvEndpoint *sv_virtual_machine_get_address (SvVirtualMachine *self, guint16 family);
int sv_virtual_machine_get_pid (SvVirtualMachine *self);
int sv_virtual_machine_get_tun (SvVirtualMachine *self);
gboolean sv_virtual_machine_end_socket (SvVirtualMachine *self, const SvSocketRow *row, GError **error);
gboolean sv_virtual_machine_prepare_launcher (SvVirtualMachine *self, GSubprocessLauncher *launcher, GError **error);
char *sv_virtual_machine_get_enter_command (SvVirtualMachine *self, const char *command);
char **sv_virtual_machine_get_shell (SvVirtualMachine *self);
void sv_virtual_machine_end (SvVirtualMachine *self);

G_END_DECLS
