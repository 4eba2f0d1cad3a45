/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-machine.h"

G_DEFINE_INTERFACE (SvMachine, sv_machine, G_TYPE_OBJECT)

static void
sv_machine_default_init (SvMachineInterface *iface)
{
}

SvMachineId
sv_machine_get_id (SvMachine *self)
{
  return SV_MACHINE_GET_IFACE (self)->get_id (self);
}

/**
 * sv_machine_open_socket:
 *
 * socket(2) in this machine's network.
 *
 * Returns: (transfer full) (nullable): the socket, not blocking
 */
GSocket *
sv_machine_open_socket (SvMachine *self, GSocketFamily family, GSocketType type, GSocketProtocol protocol,
                        GError **error)
{
  return SV_MACHINE_GET_IFACE (self)->open_socket (self, family, type, protocol, error);
}

/**
 * sv_machine_open_source:
 *
 * Returns: (transfer full) (nullable): a new way to ask this machine for its
 *   rows; each thread wants its own
 */
SvSocketSource *
sv_machine_open_source (SvMachine *self, GError **error)
{
  return SV_MACHINE_GET_IFACE (self)->open_source (self, error);
}

/**
 * sv_machine_list_addresses:
 *
 * Returns: (transfer full) (element-type SvEndpoint): the addresses that a
 *   server here can bind to, port 0; loopback first, then "all", then each
 *   interface's
 */
GArray *
sv_machine_list_addresses (SvMachine *self)
{
  return SV_MACHINE_GET_IFACE (self)->list_addresses (self);
}

/**
 * sv_machine_get_port_space:
 *
 * Returns: (transfer none): how this machine divides its ports
 */
SvPortSpace *
sv_machine_get_port_space (SvMachine *self)
{
  return SV_MACHINE_GET_IFACE (self)->get_port_space (self);
}

/**
 * sv_machine_has_address:
 *
 * Returns: whether it is an address of the machine itself; the port does not count
 */
gboolean
sv_machine_has_address (SvMachine *self, const SvEndpoint *endpoint)
{
  g_autoptr (GArray) addresses = sv_machine_list_addresses (self);
  SvEndpoint plain = sv_endpoint_unmapped (endpoint);

  /* All of 127.0.0.0/8 is. */
  if (sv_endpoint_is_loopback (&plain))
    return TRUE;
  for (guint i = 0; i < addresses->len; i++)
    {
      SvEndpoint own = g_array_index (addresses, SvEndpoint, i);

      own.port = plain.port;
      if (sv_endpoint_equal (&own, &plain))
        return TRUE;
    }
  return FALSE;
}
