/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-packet-headers.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

guint16
sv_packet_get16 (const guint8 *bytes)
{
  return (guint16) (bytes[0] << 8 | bytes[1]);
}

guint32
sv_packet_get32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

/* Extension headers that have a successor; RFC 8200 §4. */
gboolean
sv_packet_is_extension (guint8 next_header)
{
  return next_header == IPPROTO_HOPOPTS || next_header == IPPROTO_ROUTING || next_header == IPPROTO_DSTOPTS
         || next_header == IPPROTO_FRAGMENT;
}

/* @extension: two readable bytes */
gsize
sv_packet_extension_length (const guint8 *extension, guint8 kind)
{
  return kind == IPPROTO_FRAGMENT ? 8 : ((gsize) extension[1] + 1) * 8;
}

/**
 * sv_packet_next_option:
 * @at: (inout): where the next option begins
 * @end: where the options' space ends
 *
 * Returns: whether there was one more
 */
gboolean
sv_packet_next_option (const guint8 *bytes, gsize *at, gsize end, SvPacketOption *option)
{
  if (*at >= end)
    return FALSE;

  option->kind = bytes[*at];
  option->at = *at;
  option->sound = TRUE;
  option->length = 1;
  if (option->kind > 1) /* neither End of Option List nor No-Operation: a length follows */
    {
      option->length = *at + 1 < end ? bytes[*at + 1] : 0;
      option->sound = option->length >= 2 && option->length <= end - *at;
    }
  if (!option->sound)
    option->length = end - *at;
  *at += option->length;
  return TRUE;
}

static gboolean
fail_truncated (GError **error, gsize wanted, gsize length)
{
  g_set_error (error, SV_PACKET_ERROR, SV_PACKET_ERROR_TRUNCATED,
               _("The packet is cut short: its headers need %u bytes, %u are there."), (guint) wanted, (guint) length);
  return FALSE;
}

static gboolean
fail_malformed (GError **error, const char *field)
{
  g_set_error (error, SV_PACKET_ERROR, SV_PACKET_ERROR_MALFORMED,
               /* Translators: %s is the name of a header field, "Total Length" */
               _("The packet makes no sense: its field “%s” contradicts its size."), field);
  return FALSE;
}

static gboolean
fail_fragment (GError **error)
{
  g_set_error_literal (error, SV_PACKET_ERROR, SV_PACKET_ERROR_UNKNOWN,
                       _("This is a later fragment of a packet: only the first one has the ports."));
  return FALSE;
}

static gboolean
find_ipv4 (SvPacketHeaders *self, const guint8 *bytes, gsize length, GError **error)
{
  if (length < 20)
    return fail_truncated (error, 20, length);
  self->ip_length = (gsize) (bytes[0] & 0x0f) * 4;
  self->total = sv_packet_get16 (bytes + 2);
  self->protocol = bytes[9];
  self->transport = self->ip_length;
  if (self->ip_length < 20)
    return fail_malformed (error, "IHL");
  if (self->ip_length > length)
    return fail_truncated (error, self->ip_length, length);
  if (self->total < self->ip_length)
    return fail_malformed (error, "Total Length");
  if ((sv_packet_get16 (bytes + 6) & 0x1fff) != 0)
    return fail_fragment (error);
  return TRUE;
}

static gboolean
find_ipv6 (SvPacketHeaders *self, const guint8 *bytes, gsize length, GError **error)
{
  if (length < 40)
    return fail_truncated (error, 40, length);
  self->ip_length = self->transport = 40;
  self->total = 40 + (gsize) sv_packet_get16 (bytes + 4);
  self->protocol = bytes[6];
  while (sv_packet_is_extension (self->protocol))
    {
      const guint8 *extension = bytes + self->transport;
      gsize room = MIN (length, self->total) - self->transport;
      gsize wanted = room >= 2 ? sv_packet_extension_length (extension, self->protocol) : 8;

      if (self->transport + wanted > self->total)
        return fail_malformed (error, "Payload Length");
      if (wanted > room)
        return fail_truncated (error, self->transport + wanted, length);
      if (self->protocol == IPPROTO_FRAGMENT && (sv_packet_get16 (extension + 2) & 0xfff8) != 0)
        return fail_fragment (error);
      self->protocol = extension[0];
      self->transport += wanted;
    }
  return TRUE;
}

static gboolean
find_transport (SvPacketHeaders *self, const guint8 *bytes, gsize length, GError **error)
{
  gsize minimum = self->protocol == IPPROTO_TCP ? 20 : 8;
  const guint8 *transport = bytes + self->transport;

  if (self->protocol != IPPROTO_TCP && self->protocol != IPPROTO_UDP)
    {
      g_set_error (error, SV_PACKET_ERROR, SV_PACKET_ERROR_UNKNOWN,
                   _("The packet carries neither TCP nor UDP: its protocol has the number %u."), self->protocol);
      return FALSE;
    }
  if (self->transport + minimum > self->total)
    return fail_malformed (error, self->version == 4 ? "Total Length" : "Payload Length");
  if (self->transport + minimum > length)
    return fail_truncated (error, self->transport + minimum, length);
  self->transport_length = minimum;
  if (self->protocol == IPPROTO_UDP)
    {
      gsize said = sv_packet_get16 (transport + 4);

      return said >= 8 && self->transport + said <= self->total ? TRUE : fail_malformed (error, "Length");
    }
  self->transport_length = (gsize) (transport[12] >> 4) * 4;
  if (self->transport_length < 20 || self->transport + self->transport_length > self->total)
    return fail_malformed (error, "Data Offset");
  if (self->transport + self->transport_length > length)
    return fail_truncated (error, self->transport + self->transport_length, length);
  return TRUE;
}

/**
 * sv_packet_headers_find:
 * @self: (out): where they lie; after an error, as far as known, else 0
 *
 * Returns: whether the packet's TCP or UDP header lies whole in @bytes
 */
gboolean
sv_packet_headers_find (SvPacketHeaders *self, const guint8 *bytes, gsize length, GError **error)
{
  *self = (SvPacketHeaders){ 0 };
  if (length == 0)
    return fail_truncated (error, 20, 0);
  self->version = bytes[0] >> 4;
  if (self->version == 4)
    return find_ipv4 (self, bytes, length, error) && find_transport (self, bytes, length, error);
  if (self->version == 6)
    return find_ipv6 (self, bytes, length, error) && find_transport (self, bytes, length, error);
  g_set_error (error, SV_PACKET_ERROR, SV_PACKET_ERROR_UNKNOWN,
               _("The bytes are no IP packet: they begin with version %u, not 4 or 6."), self->version);
  return FALSE;
}
