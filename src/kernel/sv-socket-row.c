/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-socket-row.h"

#include <netinet/in.h>
#include <string.h>

/**
 * sv_socket_row_protocol_name:
 *
 * Returns: the word of netstat's first column: tcp, tcp6, udp, udp6 or unix
 */
const char *
sv_socket_row_protocol_name (const SvSocketRow *self)
{
  gboolean v6 = self->family == AF_INET6;

  if (self->family == AF_UNIX)
    return "unix";
  if (self->protocol == IPPROTO_UDP)
    return v6 ? "udp6" : "udp";
  return v6 ? "tcp6" : "tcp";
}

/**
 * sv_socket_row_same_content:
 *
 * Returns: whether a reader would see the same line. A timer that only ran on
 *   is no change: what is left of it follows from @seen_at.
 */
gboolean
sv_socket_row_same_content (const SvSocketRow *a, const SvSocketRow *b)
{
  return a->state == b->state && a->recv_q == b->recv_q && a->send_q == b->send_q && a->inode == b->inode
         && a->backlog == b->backlog && a->uid == b->uid && a->timer == b->timer
         && a->retransmits == b->retransmits && a->unix_row.path == b->unix_row.path
         && a->unix_row.ref_count == b->unix_row.ref_count && sv_socket_row_tuple_equal (a, b);
}

/**
 * sv_socket_row_is_twin:
 *
 * Returns: whether @a and @b are both halves of one connection, as a table
 *   shows when both ends live on this machine. An IPv4 client of a tcp6 server
 *   is recognised by its mapped address.
 */
gboolean
sv_socket_row_is_twin (const SvSocketRow *a, const SvSocketRow *b)
{
  SvEndpoint a_local = sv_endpoint_unmapped (&a->local);
  SvEndpoint a_foreign = sv_endpoint_unmapped (&a->foreign);
  SvEndpoint b_local = sv_endpoint_unmapped (&b->local);
  SvEndpoint b_foreign = sv_endpoint_unmapped (&b->foreign);

  if (a->family == AF_UNIX)
    return b->family == AF_UNIX && sv_endpoint_get_inode (&a->foreign) != 0 && a->key != b->key
           && sv_endpoint_equal (&a->local, &b->foreign);
  return a->protocol == b->protocol && a->foreign.port != 0 && a->key != b->key
         && sv_endpoint_equal (&a_local, &b_foreign) && sv_endpoint_equal (&a_foreign, &b_local);
}

/* For GHashTable: protocol and four-tuple. */
guint
sv_socket_row_tuple_hash (gconstpointer row)
{
  const SvSocketRow *self = row;

  return sv_endpoint_hash (&self->local) * 31u + sv_endpoint_hash (&self->foreign) + self->protocol;
}

gboolean
sv_socket_row_tuple_equal (gconstpointer a, gconstpointer b)
{
  const SvSocketRow *x = a, *y = b;

  return x->protocol == y->protocol && x->family == y->family && sv_endpoint_equal (&x->local, &y->local)
         && sv_endpoint_equal (&x->foreign, &y->foreign);
}
