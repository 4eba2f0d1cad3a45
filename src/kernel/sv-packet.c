/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-packet.h"

#include "sv-packet-headers.h"

#include <netinet/in.h>
#include <string.h>

/* Kinds of TCP options: RFC 9293 §3.1, RFC 7323, RFC 2018. */
enum
{
  OPTION_END = 0,
  OPTION_MSS = 2,
  OPTION_WINDOW_SCALE = 3,
  OPTION_SACK_PERMITTED = 4,
  OPTION_TIMESTAMPS = 8,
};

G_DEFINE_QUARK (sv-packet-error-quark, sv_packet_error)

static SvEndpoint
endpoint_at (const guint8 *address, guint8 version, const guint8 *port)
{
  SvEndpoint endpoint = { .family = version == 4 ? AF_INET : AF_INET6, .port = sv_packet_get16 (port) };

  memcpy (endpoint.address, address, version == 4 ? 4 : 16);
  return endpoint;
}

/* An option whose length is not the one its RFC gives it counts as missing, as for Linux. */
static void
decode_option (SvPacket *packet, const guint8 *option, gsize length)
{
  if (option[0] == OPTION_MSS && length == 4)
    packet->mss = sv_packet_get16 (option + 2);
  else if (option[0] == OPTION_WINDOW_SCALE && length == 3)
    packet->window_scale = option[2];
  else if (option[0] == OPTION_SACK_PERMITTED && length == 2)
    packet->sack_permitted = TRUE;
  else if (option[0] == OPTION_TIMESTAMPS && length == 10)
    {
      packet->has_timestamps = TRUE;
      packet->ts_value = sv_packet_get32 (option + 2);
      packet->ts_echo = sv_packet_get32 (option + 6);
    }
}

static void
decode_tcp (SvPacket *packet, const guint8 *tcp, gsize length)
{
  SvPacketOption option;
  gsize at = 20;

  packet->seq = sv_packet_get32 (tcp + 4);
  packet->ack = sv_packet_get32 (tcp + 8);
  packet->flags = tcp[13];
  packet->window = sv_packet_get16 (tcp + 14);
  while (sv_packet_next_option (tcp, &at, length, &option) && option.sound && option.kind != OPTION_END)
    decode_option (packet, tcp + option.at, option.length);
}

/**
 * sv_packet_decode:
 * @bytes: a packet from the IP header's first byte on; what follows the TCP or
 *   UDP header may be missing (TCP_SAVED_SYN of tcp(7) gives just the headers)
 * @packet: (out): the fields; without meaning after an error
 *
 * Reads the headers of TCP and UDP over IPv4 and IPv6: RFC 791, 8200, 9293,
 * 768. Options of IPv4 and extension headers of IPv6 are stepped over. A TCP
 * option that does not fit ends the list of options, as in Linux; it is no error.
 *
 * Returns: %TRUE, or %FALSE with an error of #SvPacketError
 */
gboolean
sv_packet_decode (const guint8 *bytes, gsize length, SvPacket *packet, GError **error)
{
  SvPacketHeaders headers;
  const guint8 *transport;

  g_return_val_if_fail (bytes != NULL || length == 0, FALSE);
  g_return_val_if_fail (packet != NULL, FALSE);

  *packet = (SvPacket){ .window_scale = -1 };
  if (!sv_packet_headers_find (&headers, bytes, length, error))
    return FALSE;

  transport = bytes + headers.transport;
  packet->version = headers.version;
  packet->protocol = headers.protocol;
  packet->ttl = bytes[headers.version == 4 ? 8 : 7];
  packet->source = endpoint_at (bytes + (headers.version == 4 ? 12 : 8), headers.version, transport);
  packet->destination = endpoint_at (bytes + (headers.version == 4 ? 16 : 24), headers.version, transport + 2);
  packet->header_length = (guint32) (headers.transport + headers.transport_length);
  packet->payload_length = (guint32) headers.total - packet->header_length;
  if (headers.protocol == IPPROTO_TCP)
    decode_tcp (packet, transport, headers.transport_length);
  else
    packet->payload_length = sv_packet_get16 (transport + 4) - 8u;
  return TRUE;
}

/* The Internet checksum's sum, RFC 1071, not yet complemented. */
static guint32
add_bytes (guint32 sum, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i + 1 < length; i += 2)
    sum += sv_packet_get16 (bytes + i);
  if (length % 2 == 1)
    sum += (guint32) bytes[length - 1] << 8;
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

/* What the checksum covers beside the segment itself: RFC 9293 §3.1, RFC 8200 §8.1. */
static guint32
add_pseudo_header (const guint8 *bytes, const SvPacketHeaders *headers, gsize segment)
{
  gboolean v4 = headers->version == 4;
  guint8 rest[4] = { (guint8) (segment >> 8), (guint8) segment, 0, headers->protocol };

  return add_bytes (add_bytes (0, bytes + (v4 ? 12 : 8), v4 ? 8 : 32), rest, sizeof rest);
}

/**
 * sv_packet_check_transport:
 *
 * Returns: what the checksum of the TCP or UDP header says about the packet;
 *   %SV_CHECKSUM_UNKNOWN if bytes are missing or UDP left it out
 */
SvChecksum
sv_packet_check_transport (const guint8 *bytes, gsize length)
{
  SvPacketHeaders headers;
  gsize segment;
  guint32 pseudo;
  guint16 field;

  g_return_val_if_fail (bytes != NULL || length == 0, SV_CHECKSUM_UNKNOWN);

  if (!sv_packet_headers_find (&headers, bytes, length, NULL))
    return SV_CHECKSUM_UNKNOWN;
  segment = headers.protocol == IPPROTO_UDP ? sv_packet_get16 (bytes + headers.transport + 4)
                                            : headers.total - headers.transport;
  field = sv_packet_get16 (bytes + headers.transport + (headers.protocol == IPPROTO_UDP ? 6 : 16));
  pseudo = add_pseudo_header (bytes, &headers, segment);
  if (field == 0 && headers.protocol == IPPROTO_UDP)
    return SV_CHECKSUM_UNKNOWN;
  if (headers.transport + segment <= length
      && add_bytes (pseudo, bytes + headers.transport, segment) == 0xffff)
    return SV_CHECKSUM_RIGHT;
  if (field == pseudo)
    return SV_CHECKSUM_PARTIAL;
  return headers.transport + segment <= length ? SV_CHECKSUM_WRONG : SV_CHECKSUM_UNKNOWN;
}
