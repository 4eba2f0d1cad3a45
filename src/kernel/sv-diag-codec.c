/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-diag-codec.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>

static gsize
put (guint8 *bytes, guint16 type, guint16 flags, guint32 sequence, gconstpointer request, gsize size)
{
  struct nlmsghdr header = {
    .nlmsg_len = (guint32) (NLMSG_HDRLEN + size),
    .nlmsg_type = type,
    .nlmsg_flags = (guint16) (NLM_F_REQUEST | flags),
    .nlmsg_seq = sequence,
  };

  g_assert (header.nlmsg_len <= SV_DIAG_REQUEST_SIZE);
  memcpy (bytes, &header, sizeof header);
  memcpy (bytes + NLMSG_HDRLEN, request, size);
  return header.nlmsg_len;
}

/**
 * sv_diag_codec_write_tcp_dump:
 * @states: a bit for each #SvTcpState
 *
 * Asks for all TCP sockets, IPv4 and IPv6, in one walk through the kernel's
 * table: the older TCPDIAG_GETSOCK does not choose a family.
 *
 * Returns: bytes written
 */
gsize
sv_diag_codec_write_tcp_dump (guint8 bytes[SV_DIAG_REQUEST_SIZE], guint32 states, guint32 sequence)
{
  struct inet_diag_req request = { .idiag_family = AF_INET, .idiag_states = states };

  return put (bytes, TCPDIAG_GETSOCK, NLM_F_DUMP, sequence, &request, sizeof request);
}

/**
 * sv_diag_codec_write_dump:
 *
 * Asks for all sockets of one family and protocol; sock_diag(7).
 *
 * Returns: bytes written
 */
gsize
sv_diag_codec_write_dump (guint8 bytes[SV_DIAG_REQUEST_SIZE], guint16 family, guint8 protocol, guint32 states,
                          guint32 sequence)
{
  struct inet_diag_req_v2 request = {
    .sdiag_family = (guint8) family,
    .sdiag_protocol = protocol,
    .idiag_states = states,
  };

  return put (bytes, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sequence, &request, sizeof request);
}

/**
 * sv_diag_codec_write_find:
 *
 * Asks for one socket by its four-tuple, which the kernel looks up in its hash
 * tables. It falls back to a listener that would take such a connection, so
 * the answer's tuple has to be compared.
 *
 * Returns: bytes written
 */
gsize
sv_diag_codec_write_find (guint8 bytes[SV_DIAG_REQUEST_SIZE], guint8 protocol, const SvEndpoint *local,
                          const SvEndpoint *foreign, guint32 sequence)
{
  /* For UDP the kernel takes the two ends the other way round, "for historical
   * reasons" (udp_dump_one() in net/ipv4/udp_diag.c). */
  gboolean swapped = protocol == IPPROTO_UDP;
  const SvEndpoint *source = swapped ? foreign : local, *destination = swapped ? local : foreign;
  struct inet_diag_req_v2 request = {
    .sdiag_family = (guint8) local->family,
    .sdiag_protocol = protocol,
    .idiag_states = SV_DIAG_ALL_STATES,
    .id = {
      .idiag_sport = g_htons (source->port),
      .idiag_dport = g_htons (destination->port),
      .idiag_if = local->scope_id != 0 ? local->scope_id : foreign->scope_id,
      .idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE },
    },
  };

  memcpy (request.id.idiag_src, source->address, sizeof request.id.idiag_src);
  memcpy (request.id.idiag_dst, destination->address, sizeof request.id.idiag_dst);
  return put (bytes, SOCK_DIAG_BY_FAMILY, 0, sequence, &request, sizeof request);
}

/**
 * sv_diag_codec_write_inspect:
 * @row: as the kernel told it
 *
 * Asks for that one socket with all that #SvDiagInfo has. Where it has a
 * cookie and another socket of the same addresses is found first
 * (SO_REUSEPORT), the kernel answers with ESTALE.
 *
 * Returns: bytes written
 */
gsize
sv_diag_codec_write_inspect (guint8 bytes[SV_DIAG_REQUEST_SIZE], const SvSocketRow *row, guint32 sequence)
{
  gsize length = sv_diag_codec_write_find (bytes, row->protocol, &row->local, &row->foreign, sequence);
  struct inet_diag_req_v2 request;

  memcpy (&request, bytes + NLMSG_HDRLEN, sizeof request);
  request.idiag_ext = sv_diag_info_get_extensions ();
  request.id.idiag_if = row->interface;
  if (row->cookie != 0)
    {
      request.id.idiag_cookie[0] = (guint32) row->cookie;
      request.id.idiag_cookie[1] = (guint32) (row->cookie >> 32);
    }
  memcpy (bytes + NLMSG_HDRLEN, &request, sizeof request);
  return length;
}

/**
 * sv_diag_codec_write_inspect_all:
 *
 * Asks likewise for all sockets of the family, protocol and state of @row.
 *
 * Returns: bytes written
 */
gsize
sv_diag_codec_write_inspect_all (guint8 bytes[SV_DIAG_REQUEST_SIZE], const SvSocketRow *row, guint32 sequence)
{
  struct inet_diag_req_v2 request = {
    .sdiag_family = row->family,
    .sdiag_protocol = row->protocol,
    .idiag_ext = sv_diag_info_get_extensions (),
    .idiag_states = 1u << row->state,
  };

  return put (bytes, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sequence, &request, sizeof request);
}

/**
 * sv_diag_codec_write_destroy:
 * @row: a TCP socket, as the kernel told it
 *
 * Asks the kernel to end that socket, Linux 4.5; it answers with an error, 0 if
 * it did.
 *
 * Returns: bytes written
 */
gsize
sv_diag_codec_write_destroy (guint8 bytes[SV_DIAG_REQUEST_SIZE], const SvSocketRow *row, guint32 sequence)
{
  struct inet_diag_req_v2 request = {
    .sdiag_family = row->family,
    .sdiag_protocol = row->protocol,
    .idiag_states = 1u << row->state,
    .id = {
      .idiag_sport = g_htons (row->local.port),
      .idiag_dport = g_htons (row->foreign.port),
      .idiag_if = row->interface,
      .idiag_cookie = { (guint32) row->cookie, (guint32) (row->cookie >> 32) },
    },
  };

  memcpy (request.id.idiag_src, row->local.address, sizeof request.id.idiag_src);
  memcpy (request.id.idiag_dst, row->foreign.address, sizeof request.id.idiag_dst);
  return put (bytes, SOCK_DESTROY, NLM_F_ACK, sequence, &request, sizeof request);
}

static SvEndpoint
read_endpoint (guint8 family, const __be32 address[4], guint16 port, guint32 interface)
{
  SvEndpoint endpoint = { .family = family, .port = g_ntohs (port) };

  memcpy (endpoint.address, address, family == AF_INET6 ? 16 : 4);
  if (family == AF_INET6 && endpoint.address[0] == 0xfe && (endpoint.address[1] & 0xc0) == 0x80)
    endpoint.scope_id = interface;
  return endpoint;
}

static gboolean
read_row (const SvDiagReply *reply, const struct inet_diag_msg *found, SvSocketRow *row)
{
  gboolean listens = found->idiag_state == SV_TCP_LISTEN && reply->protocol == IPPROTO_TCP;

  if (found->idiag_family != AF_INET && found->idiag_family != AF_INET6)
    return FALSE;
  if (found->idiag_state == SV_TCP_NONE || found->idiag_state >= SV_N_TCP_STATES)
    return FALSE;
  *row = (SvSocketRow) {
    .cookie = (guint64) found->id.idiag_cookie[1] << 32 | found->id.idiag_cookie[0],
    .seen_at = reply->seen_at,
    .local = read_endpoint (found->idiag_family, found->id.idiag_src, found->id.idiag_sport, found->id.idiag_if),
    .foreign = read_endpoint (found->idiag_family, found->id.idiag_dst, found->id.idiag_dport, found->id.idiag_if),
    .recv_q = found->idiag_rqueue,
    .send_q = listens ? 0 : found->idiag_wqueue,
    .backlog = listens ? found->idiag_wqueue : 0,
    .timer_ms = found->idiag_expires,
    .uid = found->idiag_uid,
    .inode = found->idiag_inode,
    .interface = found->id.idiag_if,
    .family = found->idiag_family,
    .protocol = reply->protocol,
    .state = found->idiag_state == SV_TCP_NEW_SYN_RECV ? SV_TCP_SYN_RECV : found->idiag_state,
    .timer = found->idiag_timer <= SV_TIMER_ZERO_WINDOW ? found->idiag_timer : SV_TIMER_OFF,
    .retransmits = found->idiag_retrans,
  };
  return TRUE;
}

/* NLMSG_ERROR and NLMSG_DONE both begin with a negative errno, or 0. */
static void
read_end (SvDiagReply *reply, const guint8 *payload, gsize size, gboolean required)
{
  gint32 error = 0;

  if (size >= sizeof error)
    memcpy (&error, payload, sizeof error);
  else if (required)
    reply->malformed++;
  reply->error = error < 0 && error != G_MININT32 ? -error : 0;
  reply->done = TRUE;
}

static void
read_message (SvDiagReply *reply, const struct nlmsghdr *header, const guint8 *payload, GArray *rows)
{
  gsize size = header->nlmsg_len - NLMSG_HDRLEN;
  struct inet_diag_msg found;
  SvSocketRow row;

  if (header->nlmsg_flags & NLM_F_DUMP_INTR)
    reply->interrupted = TRUE;
  switch (header->nlmsg_type)
    {
    case NLMSG_NOOP:
      return;
    case NLMSG_OVERRUN:
      reply->interrupted = TRUE;
      return;
    case NLMSG_ERROR:
    case NLMSG_DONE:
      read_end (reply, payload, size, header->nlmsg_type == NLMSG_ERROR);
      return;
    case SOCK_DIAG_BY_FAMILY:
    case TCPDIAG_GETSOCK:
      break;
    default:
      reply->malformed++;
      return;
    }
  if ((header->nlmsg_flags & NLM_F_MULTI) == 0)
    reply->done = TRUE;
  if (size < sizeof found)
    {
      reply->malformed++;
      return;
    }
  memcpy (&found, payload, sizeof found);
  if (!read_row (reply, &found, &row))
    {
      reply->malformed++;
      return;
    }
  g_array_append_val (rows, row);
  if (reply->infos != NULL)
    {
      gsize begin = MIN (NLMSG_ALIGN (sizeof found), size);
      SvDiagInfo info;

      sv_diag_info_read (&info, payload + begin, size - begin);
      g_array_append_val (reply->infos, info);
    }
}

/**
 * sv_diag_codec_read:
 * @bytes: one datagram of the kernel
 * @rows: (element-type SvSocketRow): the rows in it are appended, without keys
 *
 * Reads the netlink(7) messages of a datagram and notes in @reply what they
 * mean. What cannot be understood is passed over and counted.
 */
void
sv_diag_codec_read (SvDiagReply *reply, const guint8 *bytes, gsize length, GArray *rows)
{
  struct nlmsghdr header;

  g_return_if_fail (reply != NULL);
  g_return_if_fail (bytes != NULL || length == 0);
  g_return_if_fail (rows != NULL);

  while (length >= sizeof header && !reply->done)
    {
      memcpy (&header, bytes, sizeof header);
      if (header.nlmsg_len < sizeof header || header.nlmsg_len > length)
        {
          reply->malformed++;
          return;
        }
      if (header.nlmsg_seq == reply->sequence)
        read_message (reply, &header, bytes + NLMSG_HDRLEN, rows);

      gsize step = MIN (NLMSG_ALIGN ((gsize) header.nlmsg_len), length);
      bytes += step;
      length -= step;
    }
  if (length > 0 && !reply->done)
    reply->malformed++;
}
