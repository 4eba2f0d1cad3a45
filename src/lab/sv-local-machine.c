/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-local-machine.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct _SvLocalMachine
{
  GObject parent_instance;

  SvPortSpace *ports;
};

static void sv_local_machine_iface_init (SvMachineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SvLocalMachine, sv_local_machine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SV_TYPE_MACHINE, sv_local_machine_iface_init))

static SvMachineId
sv_local_machine_get_id (SvMachine *machine)
{
  return SV_MACHINE_THIS;
}

static GSocket *
sv_local_machine_open_socket (SvMachine *machine, GSocketFamily family, GSocketType type, GSocketProtocol protocol,
                              GError **error)
{
  return g_socket_new (family, type, protocol, error);
}

static SvSocketSource *
sv_local_machine_open_source (SvMachine *machine, GError **error)
{
  return sv_socket_source_new_default (error);
}

static void
add_once (GArray *addresses, const SvEndpoint *endpoint)
{
  for (guint i = 0; i < addresses->len; i++)
    if (sv_endpoint_equal (&g_array_index (addresses, SvEndpoint, i), endpoint))
      return;
  g_array_append_vals (addresses, endpoint, 1);
}

/* @native is as long as its family says. */
static void
add_native (GArray *addresses, const struct sockaddr *native)
{
  gsize length = native->sa_family == AF_INET ? sizeof (struct sockaddr_in) : sizeof (struct sockaddr_in6);
  g_autoptr (GSocketAddress) address = g_socket_address_new_from_native ((gpointer) native, length);
  SvEndpoint endpoint;

  if (address != NULL && sv_endpoint_from_socket_address (&endpoint, address))
    add_once (addresses, &endpoint);
}

static gboolean
has_ipv6 (const struct ifaddrs *interfaces)
{
  for (const struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next)
    if (i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_INET6)
      return TRUE;
  return FALSE;
}

/* getifaddrs(3). */
static GArray *
sv_local_machine_list_addresses (SvMachine *machine)
{
  GArray *addresses = g_array_new (FALSE, FALSE, sizeof (SvEndpoint));
  struct ifaddrs *interfaces = NULL;
  gboolean v6;

  if (getifaddrs (&interfaces) != 0)
    interfaces = NULL;
  v6 = has_ipv6 (interfaces);
  for (int all = 0; all <= 1; all++)
    for (int i = 0; i <= (v6 ? 1 : 0); i++)
      {
        guint16 family = i == 1 ? AF_INET6 : AF_INET;
        SvEndpoint endpoint = all == 1 ? sv_endpoint_any (family, 0) : sv_endpoint_loopback (family, 0);

        add_once (addresses, &endpoint);
      }
  for (const struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next)
    if (i->ifa_addr != NULL && (i->ifa_flags & IFF_UP) != 0
        && (i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6))
      add_native (addresses, i->ifa_addr);
  if (interfaces != NULL)
    freeifaddrs (interfaces);
  return addresses;
}

static SvPortSpace *
sv_local_machine_get_port_space (SvMachine *machine)
{
  return SV_LOCAL_MACHINE (machine)->ports;
}

static void
sv_local_machine_finalize (GObject *object)
{
  g_clear_pointer (&SV_LOCAL_MACHINE (object)->ports, sv_port_space_free);
  G_OBJECT_CLASS (sv_local_machine_parent_class)->finalize (object);
}

static void
sv_local_machine_class_init (SvLocalMachineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_local_machine_finalize;
}

static void
sv_local_machine_init (SvLocalMachine *self)
{
  self->ports = sv_port_space_new_default ();
  /* What GIO does once must not count as the first call's time. */
  g_type_class_unref (g_type_class_ref (G_TYPE_SOCKET));
}

static void
sv_local_machine_iface_init (SvMachineInterface *iface)
{
  iface->get_id = sv_local_machine_get_id;
  iface->open_socket = sv_local_machine_open_socket;
  iface->open_source = sv_local_machine_open_source;
  iface->list_addresses = sv_local_machine_list_addresses;
  iface->get_port_space = sv_local_machine_get_port_space;
}

/**
 * sv_local_machine_new:
 *
 * Returns: (transfer full): this computer
 */
SvMachine *
sv_local_machine_new (void)
{
  return g_object_new (SV_TYPE_LOCAL_MACHINE, NULL);
}
