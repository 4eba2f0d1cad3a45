/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-packet.h"

G_BEGIN_DECLS

/**
 * SvPacketHeaders:
 * @ip_length: of the IP header: IPv4 with its options, IPv6 its fixed 40 bytes
 * @transport: where the TCP or UDP header begins: behind extension headers
 * @transport_length: of the TCP header with its options, or of UDP's
 * @total: of the whole packet, as the IP header says
 *
 * Where the headers of a packet lie, in bytes. Shared by what decodes a packet
 * and what lists its fields; private to both.
 */
typedef struct
{
  guint8 version;
  guint8 protocol;
  gsize ip_length;
  gsize transport;
  gsize transport_length;
  gsize total;
} SvPacketHeaders;

/* An option of IPv4 or TCP; both are coded alike (RFC 791 §3.1, RFC 9293 §3.1).
 * @sound: FALSE: it does not fit, and all that follows is lost */
typedef struct
{
  guint8 kind;
  gboolean sound;
  gsize at;
  gsize length;
} SvPacketOption;

gboolean sv_packet_headers_find (SvPacketHeaders *self, const guint8 *bytes, gsize length, GError **error);
gboolean sv_packet_next_option (const guint8 *bytes, gsize *at, gsize end, SvPacketOption *option);
gboolean sv_packet_is_extension (guint8 next_header);
gsize sv_packet_extension_length (const guint8 *extension, guint8 kind);

guint16 sv_packet_get16 (const guint8 *bytes);
guint32 sv_packet_get32 (const guint8 *bytes);

G_END_DECLS
