/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explain-port.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

#define N_PORTS 65536

/* Who has a port: the socket that says most, and how many there are. */
typedef struct
{
  guint16 port;
  const SvSocketRow *tcp_listener;
  const SvSocketRow *udp;
  const SvSocketRow *connection; /* one that a process holds, if there is any */
} Users;

static void
find_users_cb (const SvSocketRow *row, gpointer data)
{
  Users *self = data;

  if (row->local.port != self->port)
    return;
  if (row->protocol == IPPROTO_UDP)
    self->udp = row;
  else if (row->state == SV_TCP_LISTEN)
    self->tcp_listener = row;
  else if (self->connection == NULL || self->connection->inode == 0)
    self->connection = row;
}

/**
 * sv_explain_port_service:
 *
 * Returns: (transfer full): what the port is known for, and who says so
 */
char *
sv_explain_port_service (guint16 port, SvPortSpace *ports)
{
  guint8 protocol = sv_port_space_get_service (ports, port, IPPROTO_TCP) != NULL ? IPPROTO_TCP : IPPROTO_UDP;
  const char *name = sv_port_space_get_service (ports, port, protocol);
  const char *comment = sv_port_space_get_service_comment (ports, port, protocol);
  gboolean from_file = sv_port_space_is_service_from_file (ports, port, protocol);

  if (name == NULL)
    return g_strdup_printf (C_ ("port", "No service is known for port %u."), port);
  if (comment == NULL)
    return g_strdup_printf (from_file ? C_ ("port", "Port %u is known for “%s” (/etc/services).")
                                      : C_ ("port", "Port %u is registered for “%s”."), port, name);
  return g_strdup_printf (from_file ? C_ ("port", "Port %u is known for “%s” (/etc/services): %s.")
                                    : C_ ("port", "Port %u is registered for “%s”: %s."), port, name, comment);
}

/* Returns: (nullable): the name of the process that holds it, if that is visible */
static char *
find_holder (const SvSocketRow *row, const SvPortContext *context, int *pid)
{
  SvOwner owner;

  if (row->inode == 0 || context->get_owner == NULL
      || !context->get_owner (context->machine, row->inode, &owner, context->owner_data))
    return NULL;
  *pid = owner.pid;
  return g_utf8_make_valid (owner.name, -1);
}

static char *
explain_listener (const SvSocketRow *row, const SvPortContext *context)
{
  g_autofree char *local = sv_endpoint_to_string (&row->local);
  int pid = 0;
  g_autofree char *name = find_holder (row, context, &pid);

  if (name == NULL)
    return g_strdup_printf (C_ ("port", "Taken: a process that is not visible here listens on %s (TCP)."), local);
  return g_strdup_printf (C_ ("port", "Taken: “%s” (process %d) listens on %s (TCP)."), name, pid, local);
}

static char *
explain_udp (const SvSocketRow *row, const SvPortContext *context)
{
  g_autofree char *local = sv_endpoint_to_string (&row->local);
  int pid = 0;
  g_autofree char *name = find_holder (row, context, &pid);

  if (name == NULL)
    return g_strdup_printf (C_ ("port", "Taken for UDP: a process that is not visible here has bound %s. TCP has ports "
                                        "of its own: there it is free."), local);
  return g_strdup_printf (C_ ("port", "Taken for UDP: “%s” (process %d) has bound %s. TCP has ports of its own: there "
                                      "it is free."), name, pid, local);
}

static char *
explain_connection (const SvSocketRow *row, const SvPortContext *context)
{
  g_autofree char *local = sv_endpoint_to_string (&row->local);
  int pid = 0;
  g_autofree char *name = find_holder (row, context, &pid);

  if (name != NULL)
    return g_strdup_printf (C_ ("port", "Nobody listens there, but “%s” (process %d) has a connection from %s."), name,
                            pid, local);
  if (row->inode == 0)
    return g_strdup_printf (C_ ("port", "Nobody listens there and no process holds it, but the kernel still has a "
                                        "connection from %s (%s)."), local, sv_tcp_state_to_netstat (row->state));
  return g_strdup_printf (C_ ("port", "Nobody listens there, but a process that is not visible here has a connection "
                                      "from %s."), local);
}

/**
 * sv_explain_port_use:
 * @is_free: (out): whether no socket of the machine has it
 *
 * Returns: (transfer full): why the port is taken and by whom, or that it is free
 */
char *
sv_explain_port_use (guint16 port, const SvPortContext *context, gboolean *is_free)
{
  Users users = { .port = port };

  sv_row_table_foreach (context->rows, find_users_cb, &users);
  *is_free = FALSE;
  if (users.tcp_listener != NULL)
    return explain_listener (users.tcp_listener, context);
  if (users.connection != NULL)
    return explain_connection (users.connection, context);
  if (users.udp != NULL)
    return explain_udp (users.udp, context);
  *is_free = TRUE;
  return g_strdup_printf (context->machine == SV_MACHINE_THIS
                            ? C_ ("port", "Free: no socket of this computer has port %u.")
                            : C_ ("port", "Free: no socket of this machine has port %u."), port);
}

/**
 * sv_explain_port_band:
 *
 * Returns: (transfer full) (nullable): what is special about the port's place
 */
char *
sv_explain_port_band (guint16 port, SvPortSpace *ports)
{
  guint start = sv_port_space_get_unprivileged_start (ports);

  if (port < start)
    return g_strdup_printf (C_ ("port", "Below %u a program needs a privilege to bind it (CAP_NET_BIND_SERVICE, as "
                                        "root has)."), start);
  if (port >= sv_port_space_get_ephemeral_low (ports) && port <= sv_port_space_get_ephemeral_high (ports))
    return g_strdup (C_ ("port", "It is an ephemeral port: the kernel may give it to any client at any time."));
  return NULL;
}

static void
mark_cb (const SvSocketRow *row, gpointer taken)
{
  ((guint8 *) taken)[row->local.port] = 1;
}

/**
 * sv_explain_find_free_port:
 *
 * Returns: the next port above @from that no socket has, 0 if there is none
 */
guint
sv_explain_find_free_port (guint16 from, SvRowTable *rows)
{
  g_autofree guint8 *taken = g_new0 (guint8, N_PORTS);

  sv_row_table_foreach (rows, mark_cb, taken);
  for (guint port = from + 1u; port < N_PORTS; port++)
    if (!taken[port])
      return port;
  return 0;
}
