/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-packet.h"

#include "packet-fixtures.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static GBytes *
from_hex (const char *hex)
{
  gsize n = strlen (hex) / 2;
  guint8 *bytes = g_malloc (MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return g_bytes_new_take (bytes, n);
}

static gboolean
decode (GBytes *bytes, SvPacket *packet, GError **error)
{
  gsize n;
  const guint8 *data = g_bytes_get_data (bytes, &n);

  return sv_packet_decode (data, n, packet, error);
}

static const char *const FIXTURES[] = {
  SAVED_SYN_V4, SAVED_SYN_V6, DATA_V4, OPTIONS_V4, EXTENSIONS_V6, SACK_V4, UDP_V6,
};

static void
test_saved_syn (void)
{
  static const struct { const char *hex; guint16 family; guint16 port; guint32 seq; guint16 mss; guint size; }
  CASES[] = {
    { SAVED_SYN_V4, AF_INET, 41558, 0x9fe36689, 65495, 60 },
    { SAVED_SYN_V6, AF_INET6, 43398, 0xa457040c, 65476, 80 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (CASES[i].hex);
      g_autoptr (GError) error = NULL;
      SvPacket packet;

      g_assert_true (decode (bytes, &packet, &error));
      g_assert_no_error (error);
      g_assert_cmpint (packet.source.family, ==, CASES[i].family);
      g_assert_cmpint (packet.source.port, ==, CASES[i].port);
      g_assert_true (sv_endpoint_is_loopback (&packet.source));
      g_assert_true (sv_endpoint_is_loopback (&packet.destination));
      g_assert_cmphex (packet.seq, ==, CASES[i].seq);
      g_assert_cmpint (packet.ack, ==, 0);
      g_assert_cmpint (packet.flags, ==, 2);
      g_assert_cmpint (packet.mss, ==, CASES[i].mss);
      g_assert_cmpint (packet.window_scale, ==, 10);
      g_assert_true (packet.sack_permitted);
      g_assert_true (packet.has_timestamps);
      g_assert_cmpint (packet.header_length, ==, CASES[i].size);
      g_assert_cmpint (packet.payload_length, ==, 0);
      g_assert_cmpint (sv_packet_check_transport (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)), ==,
                       SV_CHECKSUM_PARTIAL);
    }
}

static void
test_checksum (void)
{
  g_autoptr (GBytes) bytes = from_hex (DATA_V4);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  gsize n = g_bytes_get_size (bytes);

  g_assert_cmpint (sv_packet_check_transport (data, n), ==, SV_CHECKSUM_RIGHT);
  g_assert_cmpint (sv_packet_check_transport (data, n - 1), ==, SV_CHECKSUM_UNKNOWN);
  data[n - 1] ^= 1;
  g_assert_cmpint (sv_packet_check_transport (data, n), ==, SV_CHECKSUM_WRONG);
}

/* Of a connection made here: the SYN that the kernel kept says what getsockname(2) says. */
static void
check_live (int family)
{
  struct sockaddr_storage address = { .ss_family = (sa_family_t) family };
  socklen_t length = sizeof address, size = 512;
  struct sockaddr_in6 client = { 0 };
  socklen_t client_length = sizeof client;
  guint8 bytes[512];
  SvPacket packet;
  int on = 1, listener = socket (family, SOCK_STREAM, 0), active = socket (family, SOCK_STREAM, 0), passive;

  if (family == AF_INET)
    ((struct sockaddr_in *) &address)->sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  else
    ((struct sockaddr_in6 *) &address)->sin6_addr = in6addr_loopback;
  if (listener < 0 || bind (listener, (struct sockaddr *) &address, length) != 0)
    {
      g_test_message ("skipped: this system has no loopback of family %d", family);
      close (listener);
      close (active);
      return;
    }
  g_assert_cmpint (setsockopt (listener, IPPROTO_TCP, TCP_SAVE_SYN, &on, sizeof on), ==, 0);
  g_assert_cmpint (listen (listener, 1), ==, 0);
  g_assert_cmpint (getsockname (listener, (struct sockaddr *) &address, &length), ==, 0);
  g_assert_cmpint (connect (active, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (getsockname (active, (struct sockaddr *) &client, &client_length), ==, 0);
  passive = accept (listener, NULL, NULL);
  g_assert_cmpint (getsockopt (passive, IPPROTO_TCP, TCP_SAVED_SYN, bytes, &size), ==, 0);

  g_assert_true (sv_packet_decode (bytes, size, &packet, NULL));
  g_assert_cmpint (packet.source.family, ==, family);
  g_assert_cmpint (packet.source.port, ==, ntohs (client.sin6_port));
  g_assert_cmpint (packet.destination.port, ==, ntohs (((struct sockaddr_in6 *) &address)->sin6_port));
  g_assert_cmpint (packet.flags & 0x17, ==, 2);
  g_assert_cmpint (packet.header_length, ==, size);
  close (passive);
  close (active);
  close (listener);
}

static void
test_live (void)
{
  check_live (AF_INET);
  check_live (AF_INET6);
}

/* Returns: where the fields end, in bits. */
static guint
check_tiles (GPtrArray *fields)
{
  guint at = 0;

  for (guint i = 0; i < fields->len; i++)
    {
      SvPacketField *field = fields->pdata[i];

      g_assert_cmpint (field->bit_offset, ==, at);
      g_assert_cmpint (field->bit_length, >, 0);
      g_assert_nonnull (field->name);
      g_assert_true (g_utf8_validate (field->value, -1, NULL));
      at += field->bit_length;
    }
  return at;
}

static void
test_tiles (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (FIXTURES); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (FIXTURES[i]);
      g_autoptr (GPtrArray) fields = sv_packet_list_fields (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      SvPacket packet;

      g_assert_true (decode (bytes, &packet, NULL));
      g_assert_cmpint (check_tiles (fields), ==, packet.header_length * 8);
    }
}

static void
test_fields (void)
{
  static const struct { const char *layer; const char *name; guint offset; guint length; const char *value; }
  EXPECTED[] = {
    { "IPv4", "Version", 0, 4, "4" },
    { "IPv4", "IHL", 4, 4, "5 (20 bytes)" },
    { "IPv4", "DSCP", 8, 6, "0" },
    { "IPv4", "ECN", 14, 2, "0" },
    { "IPv4", "Total Length", 16, 16, "60" },
    { "IPv4", "Identification", 32, 16, "0x7b95" },
    { "IPv4", "Flags", 48, 3, "DF" },
    { "IPv4", "Fragment Offset", 51, 13, "0" },
    { "IPv4", "Time to Live", 64, 8, "64" },
    { "IPv4", "Protocol", 72, 8, "6 (TCP)" },
    { "IPv4", "Header Checksum", 80, 16, "0xc124" },
    { "IPv4", "Source Address", 96, 32, "127.0.0.1" },
    { "IPv4", "Destination Address", 128, 32, "127.0.0.1" },
    { "TCP", "Source Port", 160, 16, "41558" },
    { "TCP", "Destination Port", 176, 16, "41941" },
    { "TCP", "Sequence Number", 192, 32, "2682480265" },
    { "TCP", "Acknowledgment Number", 224, 32, "0" },
    { "TCP", "Data Offset", 256, 4, "10 (40 bytes)" },
    { "TCP", "Reserved", 260, 4, "0" },
    { "TCP", "Control Bits", 264, 8, "SYN" },
    { "TCP", "Window", 272, 16, "65495" },
    { "TCP", "Checksum", 288, 16, "0xfe30" },
    { "TCP", "Urgent Pointer", 304, 16, "0" },
    { "TCP", "Maximum Segment Size", 320, 32, "65495" },
    { "TCP", "SACK Permitted", 352, 16, "" },
    { "TCP", "Timestamps", 368, 80, "TSval 1065167083, TSecr 0" },
    { "TCP", "No-Operation", 448, 8, "" },
    { "TCP", "Window Scale", 456, 24, "10 (× 1024)" },
  };
  g_autoptr (GBytes) bytes = from_hex (SAVED_SYN_V4);
  g_autoptr (GPtrArray) fields = sv_packet_list_fields (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpint (fields->len, ==, G_N_ELEMENTS (EXPECTED));
  for (guint i = 0; i < fields->len; i++)
    {
      SvPacketField *field = fields->pdata[i];

      g_assert_cmpstr (field->layer, ==, EXPECTED[i].layer);
      g_assert_cmpstr (field->name, ==, EXPECTED[i].name);
      g_assert_cmpint (field->bit_offset, ==, EXPECTED[i].offset);
      g_assert_cmpint (field->bit_length, ==, EXPECTED[i].length);
      g_assert_cmpstr (field->value, ==, EXPECTED[i].value);
    }
}

/* Every shorter piece of a good packet is TRUNCATED, never anything else. */
static void
test_truncated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (FIXTURES); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (FIXTURES[i]);
      SvPacket whole;

      g_assert_true (decode (bytes, &whole, NULL));
      for (gsize n = 0; n < whole.header_length; n++)
        {
          g_autofree guint8 *piece = g_memdup2 (g_bytes_get_data (bytes, NULL), n);
          g_autoptr (GPtrArray) fields = sv_packet_list_fields (piece, n);
          g_autoptr (GError) error = NULL;
          SvPacket packet;

          g_assert_false (sv_packet_decode (piece, n, &packet, &error));
          g_assert_error (error, SV_PACKET_ERROR, SV_PACKET_ERROR_TRUNCATED);
          g_assert_true (g_str_has_suffix (error->message, "."));
          g_assert_cmpint (check_tiles (fields), <=, n * 8);
        }
    }
}

static void
test_refused (void)
{
  static const struct { const char *hex; SvPacketError code; } CASES[] = {
    { "05000000", SV_PACKET_ERROR_UNKNOWN },                                   /* version 0 */
    { "4400002800000000400600007f0000017f000001", SV_PACKET_ERROR_MALFORMED }, /* IHL 4 */
    { "4500001000000000400600007f0000017f000001", SV_PACKET_ERROR_MALFORMED }, /* Total Length 16 */
    { "4500001c00000000400100007f0000017f0000010800f7ff00000000", SV_PACKET_ERROR_UNKNOWN },   /* ICMP */
    { "4500003000000001400600007f0000017f0000010000000000000000", SV_PACKET_ERROR_UNKNOWN },   /* later fragment */
    { "4500001c00000000401100007f0000017f000001003500350007" "0000", SV_PACKET_ERROR_MALFORMED }, /* UDP length 7 */
    { "4500001c00000000401100007f0000017f000001003500350009" "0000", SV_PACKET_ERROR_MALFORMED }, /* UDP length 9 */
    { "4500002800000000400600007f0000017f00000100350035000000000000000040020000" "00000000",
      SV_PACKET_ERROR_MALFORMED },
    { "4500002800000000400600007f0000017f00000100350035000000000000000060020000" "00000000",
      SV_PACKET_ERROR_MALFORMED },
    { "600000000000064000000000000000000000000000000001" "00000000000000000000000000000001",
      SV_PACKET_ERROR_MALFORMED },
    { "600000000008" "3b" "4000000000000000000000000000000001" "00000000000000000000000000000001" "0000000000000000",
      SV_PACKET_ERROR_UNKNOWN }, /* no next header */
    { "600000000008" "2c" "4000000000000000000000000000000001" "00000000000000000000000000000001" "0600000900000001",
      SV_PACKET_ERROR_UNKNOWN }, /* later fragment */
    { "600000000008" "00" "4000000000000000000000000000000001" "00000000000000000000000000000001" "06ff000000000000",
      SV_PACKET_ERROR_MALFORMED }, /* an extension header longer than the packet */
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (CASES[i].hex);
      g_autoptr (GPtrArray) fields = sv_packet_list_fields (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_autoptr (GError) error = NULL;
      SvPacket packet;

      g_test_message ("%s", CASES[i].hex);
      g_assert_false (decode (bytes, &packet, &error));
      g_assert_error (error, SV_PACKET_ERROR, (int) CASES[i].code);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_assert_cmpint (check_tiles (fields), <=, g_bytes_get_size (bytes) * 8);
    }
}

/* Options that do not fit end the list; the rest of the packet stays readable. */
static void
test_malformed_options (void)
{
  static const struct { const char *options; guint16 mss; const char *last; } CASES[] = {
    { "020405b402000000", 1460, "Malformed Option" }, /* length 0 */
    { "020405b402010000", 1460, "Malformed Option" }, /* length 1 */
    { "020405b408ff0000", 1460, "Malformed Option" }, /* past the end */
    { "020405b401010108", 1460, "Malformed Option" }, /* no room for the length */
    { "0203050303070000", 0, "Padding" },            /* MSS of a wrong length is no MSS */
    { "00020405b4000000", 0, "Padding" },             /* nothing counts after the end */
    { "020405b4fe040000", 1460, "Unknown Option" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *hex = g_strconcat ("4500003000000000400600007f0000017f000001",
                                          "003500350000000000000000" "70020000" "00000000", CASES[i].options, NULL);
      g_autoptr (GBytes) bytes = from_hex (hex);
      g_autoptr (GPtrArray) fields = sv_packet_list_fields (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      SvPacketField *last = fields->pdata[fields->len - 1];
      SvPacket packet;

      g_assert_true (decode (bytes, &packet, NULL));
      g_assert_cmpint (packet.mss, ==, CASES[i].mss);
      g_assert_cmpstr (last->name, ==, CASES[i].last);
      g_assert_cmpint (check_tiles (fields), ==, packet.header_length * 8);
    }
}

/* Bytes at random in good packets: no crash, no read outside, and fields that still tile. */
static void
test_mutations (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240607);

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GBytes) bytes = from_hex (FIXTURES[round % G_N_ELEMENTS (FIXTURES)]);
      gsize n = (gsize) g_rand_int_range (rand, 0, (int) g_bytes_get_size (bytes) + 1);
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), n);
      g_autoptr (GPtrArray) fields = NULL;
      SvPacket packet;

      if (round % 2 == 0)
        {
          n = g_bytes_get_size (bytes);
          g_free (data);
          data = g_memdup2 (g_bytes_get_data (bytes, NULL), n);
        }
      for (int i = g_rand_int_range (rand, 0, 6); i > 0 && n > 0; i--)
        data[g_rand_int_range (rand, 0, (int) n)] = (guint8) g_rand_int (rand);
      fields = sv_packet_list_fields (data, n);
      sv_packet_check_transport (data, n);
      if (sv_packet_decode (data, n, &packet, NULL))
        {
          g_assert_cmpint (packet.header_length, <=, n);
          g_assert_cmpint (check_tiles (fields), ==, packet.header_length * 8);
        }
      else
        g_assert_cmpint (check_tiles (fields), <=, n * 8);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packet/saved-syn", test_saved_syn);
  g_test_add_func ("/packet/checksum", test_checksum);
  g_test_add_func ("/packet/live", test_live);
  g_test_add_func ("/packet/tiles", test_tiles);
  g_test_add_func ("/packet/fields", test_fields);
  g_test_add_func ("/packet/truncated", test_truncated);
  g_test_add_func ("/packet/refused", test_refused);
  g_test_add_func ("/packet/malformed-options", test_malformed_options);
  g_test_add_func ("/packet/mutations", test_mutations);
  return g_test_run ();
}
