/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-socket-source.h"

#include "sv-netlink-source.h"
#include "sv-proc-source.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <time.h>

G_DEFINE_INTERFACE (SvSocketSource, sv_socket_source, G_TYPE_OBJECT)
G_DEFINE_QUARK (sv-socket-source-error-quark, sv_socket_source_error)

static void
sv_socket_source_default_init (SvSocketSourceInterface *iface)
{
}

/**
 * sv_socket_source_clock:
 *
 * Returns: CLOCK_MONOTONIC in ns, for the rows' seen_at
 */
gint64
sv_socket_source_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

/**
 * sv_socket_source_list:
 * @error: #SvSocketSourceError, a sentence for people
 *
 * Reads the whole table: TCP and UDP, IPv4 and IPv6, in the order of the
 * kernel's tables. Blocks as long as the kernel walks them (20 ms for 50 000
 * sockets).
 *
 * Returns: (transfer full) (element-type SvSocketRow) (nullable): rows without keys
 */
GArray *
sv_socket_source_list (SvSocketSource *self, GError **error)
{
  g_return_val_if_fail (SV_IS_SOCKET_SOURCE (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return SV_SOCKET_SOURCE_GET_IFACE (self)->list (self, error);
}

/**
 * sv_socket_source_find:
 * @protocol: IPPROTO_TCP or IPPROTO_UDP
 * @foreign: the unspecified address and port 0 for a socket that is not connected
 * @row: (out caller-allocates): what the kernel says, without a key
 * @error: #SvSocketSourceError, a sentence for people
 *
 * Reads one socket of the table. Of sockets that share a tuple (SO_REUSEPORT)
 * any one is found.
 *
 * Returns: whether there is one; no socket is no error
 */
gboolean
sv_socket_source_find (SvSocketSource *self, guint8 protocol, const SvEndpoint *local, const SvEndpoint *foreign,
                       SvSocketRow *row, GError **error)
{
  g_return_val_if_fail (SV_IS_SOCKET_SOURCE (self), FALSE);
  g_return_val_if_fail (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP, FALSE);
  g_return_val_if_fail (local != NULL && foreign != NULL, FALSE);
  g_return_val_if_fail (local->family == AF_INET || local->family == AF_INET6, FALSE);
  g_return_val_if_fail (row != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return SV_SOCKET_SOURCE_GET_IFACE (self)->find (self, protocol, local, foreign, row, error);
}

/**
 * sv_socket_source_new_default:
 * @error: #SvSocketSourceError, a sentence for people
 *
 * Returns: (transfer full) (nullable): this computer's sockets, by netlink
 *   where that works, else by /proc/net
 */
SvSocketSource *
sv_socket_source_new_default (GError **error)
{
  g_autoptr (GError) netlink_error = NULL;
  SvSocketSource *source = sv_netlink_source_new (-1, &netlink_error);

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (source != NULL)
    return source;
  source = sv_proc_source_new ("/proc/net", error);
  if (source == NULL)
    g_prefix_error (error, "%s ", netlink_error->message);
  return source;
}
