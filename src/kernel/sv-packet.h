/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-endpoint.h"

G_BEGIN_DECLS

#define SV_PACKET_ERROR (sv_packet_error_quark ())
GQuark sv_packet_error_quark (void);

typedef enum
{
  SV_PACKET_ERROR_TRUNCATED,
  SV_PACKET_ERROR_MALFORMED,
  SV_PACKET_ERROR_UNKNOWN, /* a protocol that is not TCP or UDP over IPv4 or IPv6 */
} SvPacketError;

/**
 * SvPacket:
 * @flags: TCP's control bits (#SvTcpFlags), 0 for UDP
 * @mss: 0 if the option is missing; likewise the others
 * @header_length: bytes of IP and TCP or UDP header together
 * @payload_length: as the headers say; the bytes need not be there
 *
 * The header fields of RFC 791, 8200, 9293, 768 in host order.
 */
typedef struct
{
  guint8 version;
  guint8 protocol;
  guint8 ttl;
  guint8 flags;
  SvEndpoint source;
  SvEndpoint destination;
  guint32 seq;
  guint32 ack;
  guint16 window;
  guint16 mss;
  gint16 window_scale; /* -1: option missing */
  gboolean sack_permitted;
  gboolean has_timestamps;
  guint32 ts_value;
  guint32 ts_echo;
  guint32 header_length;
  guint32 payload_length;
} SvPacket;

/**
 * SvPacketField: one field of the headers, for people: where it is, what it is
 * called in its RFC, what it says. @layer is "IPv4", "IPv6", "TCP" or "UDP".
 */
typedef struct
{
  const char *layer;
  const char *name;   /* as in the RFC, untranslated: "Sequence Number" */
  guint bit_offset;   /* from the packet's first bit */
  guint bit_length;
  char *value;        /* "1054492208", "SYN" */
} SvPacketField;

/**
 * SvChecksum:
 * @SV_CHECKSUM_PARTIAL: only the sum over addresses, protocol and length: the
 *   rest is left to the network card, or, on loopback, to nobody
 *
 * What a checksum says about a packet.
 */
typedef enum
{
  SV_CHECKSUM_UNKNOWN, /* not all bytes are there, or none was sent */
  SV_CHECKSUM_RIGHT,
  SV_CHECKSUM_PARTIAL,
  SV_CHECKSUM_WRONG,
} SvChecksum;

gboolean sv_packet_decode (const guint8 *bytes, gsize length, SvPacket *packet, GError **error);
GPtrArray *sv_packet_list_fields (const guint8 *bytes, gsize length);
SvChecksum sv_packet_check_transport (const guint8 *bytes, gsize length);

G_END_DECLS
