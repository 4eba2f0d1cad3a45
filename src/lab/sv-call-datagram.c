/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-call-private.h"

#include <netinet/in.h>
#include <sys/socket.h>

/**
 * sv_call_v6_only:
 *
 * The socket shall not take IPv4 as well: IPV6_V6ONLY, ipv6(7).
 */
SvOutcome
sv_call_v6_only (SvEnd *self)
{
  int one = 1;

  return sv_call_set_option (self, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one, "IPPROTO_IPV6, IPV6_V6ONLY, 1");
}

/**
 * sv_call_receive_buffer:
 * @bytes: the kernel doubles it, and gives a few kilobytes at least; socket(7)
 *
 * How much memory unread data may take: SO_RCVBUF.
 */
SvOutcome
sv_call_receive_buffer (SvEnd *self, int bytes)
{
  g_autofree char *args = g_strdup_printf ("SOL_SOCKET, SO_RCVBUF, %d", bytes);

  return sv_call_set_option (self, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes, args);
}

/**
 * sv_call_sendto:
 * @address: where the datagram shall go
 *
 * sendto(2): one call, one datagram. A socket without a name gets a port by it.
 */
SvOutcome
sv_call_sendto (SvEnd *self, const void *data, gsize length, const SvEndpoint *address)
{
  g_autoptr (GSocketAddress) socket_address = sv_endpoint_to_socket_address (address);
  g_autofree char *where = sv_endpoint_to_string (address);
  g_autoptr (GError) error = NULL;
  SvOutcome outcome = sv_call_begin ("sendto");
  gssize sent = g_socket_send_to (self->socket, socket_address, data, length, NULL, &error);

  sv_call_finish (&outcome, sent, error);
  self->foreign = *address;
  sv_end_read_names (self);
  sv_call_record_data (&outcome, self, g_strdup_printf ("%" G_GSIZE_FORMAT " bytes, MSG_NOSIGNAL, %s", length, where),
                       data, sent > 0 ? (gsize) sent : 0);
  return outcome;
}

/**
 * sv_call_recvfrom:
 * @identify: (nullable): whose datagram it is, before the call is recorded
 *
 * recvfrom(2): takes one datagram, and says whose; that is @self's foreign end
 * then. 0 means a datagram without content.
 */
SvOutcome
sv_call_recvfrom (SvEnd *self, void *buffer, gsize size, SvIdentifyFunc identify, gpointer user_data)
{
  g_autoptr (GSocketAddress) sender = NULL;
  g_autofree char *from = NULL;
  g_autoptr (GError) error = NULL;
  SvOutcome outcome = sv_call_begin ("recvfrom");
  gssize received = g_socket_receive_from (self->socket, &sender, buffer, size, NULL, &error);

  sv_call_finish (&outcome, received, error);
  if (received >= 0 && sender != NULL && sv_endpoint_from_socket_address (&self->foreign, sender))
    {
      from = sv_endpoint_to_string (&self->foreign);
      if (identify != NULL)
        identify (self, user_data);
    }
  sv_call_record_data (&outcome, self,
                       g_strdup_printf ("%" G_GSIZE_FORMAT " bytes%s%s", size, from != NULL ? ", " : "",
                                        from != NULL ? from : ""),
                       buffer, received > 0 ? (gsize) received : 0);
  return outcome;
}
