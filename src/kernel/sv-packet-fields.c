/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-packet-headers.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

/* How a field's bits are written for people. */
typedef enum
{
  AS_NUMBER,
  AS_HEX,
  AS_PROTOCOL,
  AS_WORDS,    /* a length in words of 32 bits: "5 (20 bytes)" */
  AS_IP_FLAGS,
  AS_FRAGMENT, /* an offset in units of 8 bytes */
  AS_TCP_FLAGS,
  AS_IPV4,
  AS_IPV6,
} Form;

typedef struct
{
  const char *name;
  guint bits;
  Form form;
} FieldType;

static const FieldType IPV4_FIELDS[] = {
  { "Version", 4, AS_NUMBER },          { "IHL", 4, AS_WORDS },
  { "DSCP", 6, AS_NUMBER },             { "ECN", 2, AS_NUMBER },
  { "Total Length", 16, AS_NUMBER },    { "Identification", 16, AS_HEX },
  { "Flags", 3, AS_IP_FLAGS },          { "Fragment Offset", 13, AS_FRAGMENT },
  { "Time to Live", 8, AS_NUMBER },     { "Protocol", 8, AS_PROTOCOL },
  { "Header Checksum", 16, AS_HEX },    { "Source Address", 32, AS_IPV4 },
  { "Destination Address", 32, AS_IPV4 },
};

static const FieldType IPV6_FIELDS[] = {
  { "Version", 4, AS_NUMBER },          { "Traffic Class", 8, AS_NUMBER },
  { "Flow Label", 20, AS_HEX },         { "Payload Length", 16, AS_NUMBER },
  { "Next Header", 8, AS_PROTOCOL },    { "Hop Limit", 8, AS_NUMBER },
  { "Source Address", 128, AS_IPV6 },   { "Destination Address", 128, AS_IPV6 },
};

static const FieldType TCP_FIELDS[] = {
  { "Source Port", 16, AS_NUMBER },     { "Destination Port", 16, AS_NUMBER },
  { "Sequence Number", 32, AS_NUMBER }, { "Acknowledgment Number", 32, AS_NUMBER },
  { "Data Offset", 4, AS_WORDS },       { "Reserved", 4, AS_NUMBER },
  { "Control Bits", 8, AS_TCP_FLAGS },  { "Window", 16, AS_NUMBER },
  { "Checksum", 16, AS_HEX },           { "Urgent Pointer", 16, AS_NUMBER },
};

static const FieldType UDP_FIELDS[] = {
  { "Source Port", 16, AS_NUMBER },     { "Destination Port", 16, AS_NUMBER },
  { "Length", 16, AS_NUMBER },          { "Checksum", 16, AS_HEX },
};

typedef struct
{
  guint8 kind;
  const char *name;
} Kind;

static const Kind IPV4_OPTIONS[] = {
  { 0, "End of Option List" }, { 1, "No-Operation" }, { 7, "Record Route" }, { 68, "Internet Timestamp" },
  { 130, "Security" }, { 131, "Loose Source Route" }, { 137, "Strict Source Route" }, { 148, "Router Alert" },
};

static const Kind TCP_OPTIONS[] = {
  { 0, "End of Option List" }, { 1, "No-Operation" }, { 2, "Maximum Segment Size" }, { 3, "Window Scale" },
  { 4, "SACK Permitted" }, { 5, "SACK" }, { 8, "Timestamps" }, { 19, "MD5 Signature" },
  { 29, "TCP Authentication" }, { 30, "Multipath TCP" }, { 34, "Fast Open Cookie" },
};

static const Kind EXTENSIONS[] = {
  { IPPROTO_HOPOPTS, "Hop-by-Hop Options Header" }, { IPPROTO_ROUTING, "Routing Header" },
  { IPPROTO_DSTOPTS, "Destination Options Header" }, { IPPROTO_FRAGMENT, "Fragment Header" },
};

/* The control bits are numbered as in SvTcpFlags of the recording. */
enum
{
  FIN = 1 << 0,
  SYN = 1 << 1,
  RST = 1 << 2,
  PSH = 1 << 3,
  ACK = 1 << 4,
  URG = 1 << 5,
  ECE = 1 << 6,
  CWR = 1 << 7,
};

static const Kind CONTROL_BITS[] = {
  { SYN, "SYN" }, { FIN, "FIN" }, { RST, "RST" }, { PSH, "PSH" },
  { ACK, "ACK" }, { URG, "URG" }, { ECE, "ECE" }, { CWR, "CWR" },
};

static const char *
find_name (const Kind *kinds, gsize n_kinds, guint8 kind, const char *unknown)
{
  for (gsize i = 0; i < n_kinds; i++)
    if (kinds[i].kind == kind)
      return kinds[i].name;
  return unknown;
}

static void
field_free (gpointer data)
{
  SvPacketField *field = data;

  g_free (field->value);
  g_free (field);
}

static void
add_field (GPtrArray *fields, const char *layer, const char *name, guint bit_offset, guint bit_length, char *value)
{
  SvPacketField *field = g_new (SvPacketField, 1);

  *field = (SvPacketField){ layer, name, bit_offset, bit_length, value };
  g_ptr_array_add (fields, field);
}

static guint32
get_bits (const guint8 *bytes, guint offset, guint n)
{
  guint64 bits = 0;

  for (guint i = offset; i < offset + n; i++)
    bits = bits << 1 | (bytes[i / 8] >> (7 - i % 8) & 1);
  return (guint32) bits;
}

static char *
format_control_bits (guint8 flags)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (CONTROL_BITS); i++)
    if (flags & CONTROL_BITS[i].kind)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", CONTROL_BITS[i].name);
  return g_string_free (text, FALSE);
}

static char *
format_protocol (guint32 number)
{
  static const Kind PROTOCOLS[] = {
    { IPPROTO_ICMP, "ICMP" }, { IPPROTO_TCP, "TCP" }, { IPPROTO_UDP, "UDP" }, { IPPROTO_ICMPV6, "ICMPv6" },
  };
  const char *name = find_name (PROTOCOLS, G_N_ELEMENTS (PROTOCOLS), (guint8) number, NULL);

  if (name == NULL)
    name = find_name (EXTENSIONS, G_N_ELEMENTS (EXTENSIONS), (guint8) number, NULL);
  return name != NULL ? g_strdup_printf ("%u (%s)", number, name) : g_strdup_printf ("%u", number);
}

static char *
format_bits (const guint8 *bytes, guint offset, const FieldType *type)
{
  guint32 number = type->bits <= 32 ? get_bits (bytes, offset, type->bits) : 0;
  char address[INET6_ADDRSTRLEN];

  switch (type->form)
    {
    case AS_NUMBER:
      return g_strdup_printf ("%u", number);
    case AS_HEX:
      return g_strdup_printf ("0x%0*x", (int) type->bits / 4, number);
    case AS_PROTOCOL:
      return format_protocol (number);
    case AS_WORDS:
      return g_strdup_printf (C_ ("header field", "%u (%u bytes)"), number, number * 4);
    case AS_IP_FLAGS:
      return g_strdup (number & 2 ? (number & 1 ? "DF,MF" : "DF") : number & 1 ? "MF" : "");
    case AS_FRAGMENT:
      return number == 0 ? g_strdup ("0") : g_strdup_printf (C_ ("header field", "%u (%u bytes)"), number, number * 8);
    case AS_TCP_FLAGS:
      return format_control_bits ((guint8) number);
    case AS_IPV4:
      return g_strdup (inet_ntop (AF_INET, bytes + offset / 8, address, sizeof address));
    case AS_IPV6:
      return g_strdup (inet_ntop (AF_INET6, bytes + offset / 8, address, sizeof address));
    default:
      g_assert_not_reached ();
    }
}

/* Stops before a field that is not wholly there. */
static void
add_fixed (GPtrArray *fields, const char *layer, const FieldType *types, gsize n_types, const guint8 *bytes, gsize at,
           gsize length)
{
  guint offset = (guint) at * 8;

  for (gsize i = 0; i < n_types && offset + types[i].bits <= length * 8; offset += types[i].bits, i++)
    add_field (fields, layer, types[i].name, offset, types[i].bits, format_bits (bytes, offset, &types[i]));
}

static char *
format_hex (const guint8 *bytes, gsize length)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%s%02x", i > 0 ? " " : "", bytes[i]);
  return g_string_free (text, FALSE);
}

static char *
format_tcp_option (const guint8 *option, gsize length)
{
  if (option[0] <= 1 || (option[0] == 4 && length == 2))
    return g_strdup ("");
  if (option[0] == 2 && length == 4)
    return g_strdup_printf ("%u", sv_packet_get16 (option + 2));
  if (option[0] == 3 && length == 3) /* RFC 7323 §2.3: above 14 counts as 14 */
    return g_strdup_printf ("%u (× %u)", option[2], 1u << MIN (option[2], 14));
  if (option[0] == 8 && length == 10)
    return g_strdup_printf ("TSval %u, TSecr %u", sv_packet_get32 (option + 2), sv_packet_get32 (option + 6));
  return format_hex (option + 2, length - 2);
}

static char *
format_ipv4_option (const guint8 *option, gsize length)
{
  return option[0] <= 1 ? g_strdup ("") : format_hex (option + 2, length - 2);
}

static void
add_options (GPtrArray *fields, const char *layer, const guint8 *bytes, gsize at, gsize end)
{
  gboolean tcp = g_str_equal (layer, "TCP");
  const Kind *kinds = tcp ? TCP_OPTIONS : IPV4_OPTIONS;
  gsize n_kinds = tcp ? G_N_ELEMENTS (TCP_OPTIONS) : G_N_ELEMENTS (IPV4_OPTIONS);
  SvPacketOption option;

  while (sv_packet_next_option (bytes, &at, end, &option))
    {
      const guint8 *data = bytes + option.at;
      const char *name = option.sound ? find_name (kinds, n_kinds, option.kind, "Unknown Option") : "Malformed Option";
      char *value = !option.sound ? format_hex (data, option.length)
                    : tcp         ? format_tcp_option (data, option.length)
                                  : format_ipv4_option (data, option.length);

      add_field (fields, layer, name, (guint) option.at * 8, (guint) option.length * 8, value);
      if (option.kind == 0 && at < end)
        {
          add_field (fields, layer, "Padding", (guint) at * 8, (guint) (end - at) * 8,
                     format_hex (bytes + at, end - at));
          return;
        }
    }
}

static void
add_extensions (GPtrArray *fields, const guint8 *bytes, gsize length)
{
  guint8 kind = bytes[6];
  gsize at = 40;

  while (sv_packet_is_extension (kind) && at + 2 <= length)
    {
      gsize size = sv_packet_extension_length (bytes + at, kind);

      if (at + size > length)
        return;
      add_field (fields, "IPv6", find_name (EXTENSIONS, G_N_ELEMENTS (EXTENSIONS), kind, NULL), (guint) at * 8,
                 (guint) size * 8, format_hex (bytes + at, size));
      if (kind == IPPROTO_FRAGMENT && (sv_packet_get16 (bytes + at + 2) & 0xfff8) != 0)
        return; /* what follows is the middle of something */
      kind = bytes[at];
      at += size;
    }
}

/**
 * sv_packet_list_fields:
 * @bytes: as for sv_packet_decode()
 *
 * Every field of the headers, in order, without gap or overlap; each option
 * and each extension header is one field. Of a packet that is cut short or
 * malformed, the fields that are there.
 *
 * Returns: (transfer full) (element-type SvPacketField): the fields
 */
GPtrArray *
sv_packet_list_fields (const guint8 *bytes, gsize length)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (field_free);
  SvPacketHeaders headers;
  gboolean whole;

  g_return_val_if_fail (bytes != NULL || length == 0, fields);

  whole = sv_packet_headers_find (&headers, bytes, length, NULL);
  if (headers.version == 4)
    {
      add_fixed (fields, "IPv4", IPV4_FIELDS, G_N_ELEMENTS (IPV4_FIELDS), bytes, 0, length);
      if (headers.ip_length <= length)
        add_options (fields, "IPv4", bytes, 20, headers.ip_length);
    }
  else if (headers.version == 6)
    {
      add_fixed (fields, "IPv6", IPV6_FIELDS, G_N_ELEMENTS (IPV6_FIELDS), bytes, 0, length);
      if (length >= 40)
        add_extensions (fields, bytes, MIN (length, headers.total));
    }
  if (whole && headers.protocol == IPPROTO_UDP)
    add_fixed (fields, "UDP", UDP_FIELDS, G_N_ELEMENTS (UDP_FIELDS), bytes, headers.transport, length);
  if (whole && headers.protocol == IPPROTO_TCP)
    {
      add_fixed (fields, "TCP", TCP_FIELDS, G_N_ELEMENTS (TCP_FIELDS), bytes, headers.transport, length);
      add_options (fields, "TCP", bytes, headers.transport + 20, headers.transport + headers.transport_length);
    }
  return fields;
}
