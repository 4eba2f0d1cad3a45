/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the router does to a packet; checksums are recomputed over all bytes. */
#include "sv-nat.h"

#include "packet-maker.h"

#define INSIDE "172.16.17.74"
#define OUTSIDE "212.50.96.83"
#define PEER "13.51.197.134"

static SvNatRule
get_rule (void)
{
  SvNatRule rule;

  g_assert_true (sv_endpoint_parse (INSIDE, 0, &rule.inside, NULL));
  g_assert_true (sv_endpoint_parse (OUTSIDE, 0, &rule.outside, NULL));
  return rule;
}

static void
assert_address (const guint8 *at, const char *text)
{
  g_autofree char *found = g_strdup_printf ("%u.%u.%u.%u", at[0], at[1], at[2], at[3]);

  g_assert_cmpstr (found, ==, text);
}

static void
test_rewrite (void)
{
  static const struct
  {
    const char *source, *destination;
    SvNatDirection direction;
    const char *new_source, *new_destination; /* NULL: the rule does not meet it */
  } CASES[] = {
    { INSIDE, PEER, SV_NAT_OUTWARD, OUTSIDE, PEER },
    { PEER, OUTSIDE, SV_NAT_INWARD, PEER, INSIDE },
    { PEER, INSIDE, SV_NAT_INWARD, NULL, NULL },
    { PEER, OUTSIDE, SV_NAT_OUTWARD, NULL, NULL },
    { "0.0.0.0", PEER, SV_NAT_OUTWARD, NULL, NULL },
  };
  /* Payloads that bring the checksums through all kinds of carries. */
  static const char *const PAYLOADS[] = { "", "x", "hello", "\xff\xff\xff\xff", "\xff\xfe\x01", "abcdefghijklmnop" };
  SvNatRule rule = get_rule ();

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    for (guint j = 0; j < G_N_ELEMENTS (PAYLOADS) * 2; j++)
      {
        const char *payload = PAYLOADS[j / 2];
        GBytes *packet = j % 2 == 0 ? make_tcp (CASES[i].source, CASES[i].destination, 40000 + j, 9999, 0x18, 1u << 31,
                                                77, payload)
                                    : make_udp (CASES[i].source, CASES[i].destination, 40000, 53, payload, TRUE);
        gsize length;
        g_autofree guint8 *bytes = g_bytes_unref_to_data (packet, &length);
        g_autofree guint8 *before = g_memdup2 (bytes, length);
        gboolean met = CASES[i].new_source != NULL;

        g_assert_cmpuint (check_transport (bytes, length), ==, 0xffff);
        g_assert_cmpint (sv_nat_rewrite (bytes, length, &rule, CASES[i].direction), ==, met);
        if (!met)
          {
            g_assert_true (memcmp (bytes, before, length) == 0);
            continue;
          }
        assert_address (bytes + 12, CASES[i].new_source);
        assert_address (bytes + 16, CASES[i].new_destination);
        g_assert_cmpuint (check_ip (bytes), ==, 0xffff);
        g_assert_cmpuint (check_transport (bytes, length), ==, 0xffff);
        /* The ports, and all that follows the checksum, stay. */
        g_assert_cmpmem (bytes + 20, 4, before + 20, 4);
        g_assert_true (length <= 38 || memcmp (bytes + 38, before + 38, length - 38) == 0);
      }
}

/* 65 536 datagrams: among them the one whose checksum becomes 0, which is sent as ffff. */
static void
test_udp_zero (void)
{
  SvNatRule rule = get_rule ();
  guint n_special = 0;

  for (guint port = 0; port < 65536; port++)
    {
      gsize length;
      g_autofree guint8 *bytes = g_bytes_unref_to_data (make_udp (INSIDE, PEER, port, 53, "zz", TRUE), &length);

      g_assert_true (sv_nat_rewrite (bytes, length, &rule, SV_NAT_OUTWARD));
      g_assert_cmpuint (check_transport (bytes, length), ==, 0xffff);
      g_assert_false (bytes[26] == 0 && bytes[27] == 0);
      n_special += bytes[26] == 0xff && bytes[27] == 0xff;
    }
  g_assert_cmpuint (n_special, >, 0);
}

static void
test_udp_without_checksum (void)
{
  SvNatRule rule = get_rule ();
  gsize length;
  g_autofree guint8 *bytes = g_bytes_unref_to_data (make_udp (INSIDE, PEER, 1, 53, "zz", FALSE), &length);

  g_assert_true (sv_nat_rewrite (bytes, length, &rule, SV_NAT_OUTWARD));
  g_assert_cmpuint (bytes[26], ==, 0);
  g_assert_cmpuint (bytes[27], ==, 0);
  g_assert_cmpuint (check_ip (bytes), ==, 0xffff);
}

/* "Port unreachable" from the peer, about a datagram that had been translated on its way out. */
static void
test_icmp_error (void)
{
  SvNatRule rule = get_rule ();
  gsize quoted_length;
  g_autofree guint8 *quoted = g_bytes_unref_to_data (make_udp (OUTSIDE, PEER, 40000, 53, "what", TRUE), &quoted_length);
  guint length = 28 + (guint) quoted_length;
  g_autofree guint8 *bytes = g_malloc0 (length);

  put_ip (bytes, length, IPPROTO_ICMP, PEER, OUTSIDE);
  bytes[20] = bytes[21] = 3;
  memcpy (bytes + 28, quoted, quoted_length);
  put16 (bytes + 22, (guint16) ~fold (sum_words (0, bytes + 20, length - 20)));
  g_assert_true (sv_nat_rewrite (bytes, length, &rule, SV_NAT_INWARD));
  assert_address (bytes + 16, INSIDE);
  assert_address (bytes + 28 + 12, INSIDE);
  assert_address (bytes + 28 + 16, PEER);
  g_assert_cmpuint (check_ip (bytes), ==, 0xffff);
  g_assert_cmpuint (check_ip (bytes + 28), ==, 0xffff);
  g_assert_cmpuint (fold (sum_words (0, bytes + 20, length - 20)), ==, 0xffff);
}

/* Cut at every byte: nothing is read or written behind the end (for the sanitizers). */
static void
test_truncated (void)
{
  SvNatRule rule = get_rule ();

  for (int kind = 0; kind < 3; kind++)
    for (gsize cut = 0; cut <= 40; cut++)
      {
        gsize length;
        g_autofree guint8 *whole = g_bytes_unref_to_data (make_tcp (INSIDE, PEER, 1, 2, 2, 3, 4, ""), &length);
        g_autofree guint8 *bytes = g_memdup2 (whole, cut);

        if (cut > 9 && kind == 1)
          bytes[9] = IPPROTO_UDP;
        if (cut > 9 && kind == 2)
          bytes[9] = IPPROTO_ICMP;
        g_assert_cmpint (sv_nat_rewrite (bytes, cut, &rule, SV_NAT_OUTWARD), ==, cut >= 20);
        if (cut >= 20)
          bytes[0] = 0x4f;
        g_assert_cmpint (sv_nat_rewrite (bytes, cut, &rule, SV_NAT_INWARD), ==, FALSE);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nat/rewrite", test_rewrite);
  g_test_add_func ("/nat/udp-zero", test_udp_zero);
  g_test_add_func ("/nat/udp-without-checksum", test_udp_without_checksum);
  g_test_add_func ("/nat/icmp-error", test_icmp_error);
  g_test_add_func ("/nat/truncated", test_truncated);
  return g_test_run ();
}
