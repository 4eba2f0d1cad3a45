/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-nat.h"

#include <netinet/in.h>
#include <string.h>

#define IPV4_SOURCE 12
#define IPV4_DESTINATION 16
#define IPV4_CHECKSUM 10
#define TCP_CHECKSUM 16
#define UDP_CHECKSUM 6

static guint16
get16 (const guint8 *bytes)
{
  return (guint16) (bytes[0] << 8 | bytes[1]);
}

static void
put16 (guint8 *bytes, guint16 value)
{
  bytes[0] = (guint8) (value >> 8);
  bytes[1] = (guint8) value;
}

/* RFC 1624, equation 3: HC' = ~(~HC + ~m + m'), for the four bytes of an address. */
static void
update_checksum (guint8 *checksum, const guint8 *before, const guint8 *after)
{
  guint32 sum = (guint16) ~get16 (checksum);

  for (int i = 0; i < 4; i += 2)
    sum += (guint32) (guint16) ~get16 (before + i) + get16 (after + i);
  while (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16);
  put16 (checksum, (guint16) ~sum);
}

/* Where the transport's checksum is, 0 if it has none that covers the address. */
static gsize
find_transport_checksum (const guint8 *bytes, gsize length)
{
  gsize header = (gsize) (bytes[0] & 15) * 4;
  gboolean later_fragment = (get16 (bytes + 6) & 0x1fff) != 0;

  if (later_fragment)
    return 0;
  if (bytes[9] == IPPROTO_TCP && length >= header + TCP_CHECKSUM + 2)
    return header + TCP_CHECKSUM;
  if (bytes[9] == IPPROTO_UDP && length >= header + UDP_CHECKSUM + 2 && get16 (bytes + header + UDP_CHECKSUM) != 0)
    return header + UDP_CHECKSUM;
  return 0;
}

static gboolean
is_icmp_error (const guint8 *icmp)
{
  return icmp[0] == 3 || icmp[0] == 11 || icmp[0] == 12; /* RFC 792 */
}

/* An ICMP error quotes the packet that it is about, which went the other way:
 * its other field has the address (RFC 5508 §4.2). The quoted header's checksum
 * makes up for the new address, so the sum over the ICMP message stays right;
 * the quoted transport's checksum, which nobody looks at, stays as it was. */
static void
rewrite_quoted (guint8 *bytes, gsize length, const guint8 *from, const guint8 *to, gboolean outward)
{
  gsize quoted = (gsize) (bytes[0] & 15) * 4 + 8;
  gsize field = quoted + (outward ? IPV4_DESTINATION : IPV4_SOURCE);

  if (bytes[9] != IPPROTO_ICMP || length < quoted + 20 || !is_icmp_error (bytes + quoted - 8)
      || bytes[quoted] >> 4 != 4 || memcmp (bytes + field, from, 4) != 0)
    return;
  update_checksum (bytes + quoted + IPV4_CHECKSUM, from, to);
  memcpy (bytes + field, to, 4);
}

/**
 * sv_nat_rewrite:
 * @bytes: an IPv4 packet; changed in place, with its checksums
 *
 * What a router with source NAT does to a packet: outward the source @inside
 * becomes @outside, inward the destination @outside becomes @inside
 * (RFC 3022 §4.1).
 *
 * Returns: whether the packet was rewritten; one that the rule does not meet,
 *   or that is no whole IPv4 header, stays as it is
 */
gboolean
sv_nat_rewrite (guint8 *bytes, gsize length, const SvNatRule *rule, SvNatDirection direction)
{
  gboolean outward = direction == SV_NAT_OUTWARD;
  const guint8 *from = outward ? rule->inside.address : rule->outside.address;
  const guint8 *to = outward ? rule->outside.address : rule->inside.address;
  gsize field = outward ? IPV4_SOURCE : IPV4_DESTINATION;
  gsize checksum;

  if (length < 20 || bytes[0] >> 4 != 4 || (bytes[0] & 15) < 5 || length < (gsize) (bytes[0] & 15) * 4)
    return FALSE;
  if (memcmp (bytes + field, from, 4) != 0)
    return FALSE;
  checksum = find_transport_checksum (bytes, length);
  update_checksum (bytes + IPV4_CHECKSUM, from, to);
  if (checksum != 0)
    {
      update_checksum (bytes + checksum, from, to);
      /* RFC 768: a UDP checksum of 0 means "none"; a computed 0 is sent as ffff. */
      if (bytes[9] == IPPROTO_UDP && get16 (bytes + checksum) == 0)
        put16 (bytes + checksum, 0xffff);
    }
  memcpy (bytes + field, to, 4);
  rewrite_quoted (bytes, length, from, to, outward);
  return TRUE;
}
