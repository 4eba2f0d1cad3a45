/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-endpoint.h"

#include <arpa/inet.h>
#include <gio/gunixsocketaddress.h>
#include <netinet/in.h>

typedef struct
{
  const char *text;
  const char *printed; /* NULL: refused */
  int code;            /* SvEndpointError */
} Case;

static const Case CASES[] = {
  { "127.0.0.1:9999", "127.0.0.1:9999" },
  { " 127.0.0.1:9999 ", "127.0.0.1:9999" },
  { "127.0.0.1", "127.0.0.1:7" },
  { "0.0.0.0:*", "0.0.0.0:*" },
  { "0.0.0.0:0", "0.0.0.0:*" },
  { "*:80", "0.0.0.0:80" },
  { "*:*", "0.0.0.0:*" },
  { ":9999", "127.0.0.1:9999" },
  { "9999", "127.0.0.1:9999" },
  { "65535", "127.0.0.1:65535" },
  { "[::1]:9999", "::1:9999" },
  { "[::1]", "::1:7" },
  { "[::]:*", ":::*" },
  { "::1", "::1:7" },
  { "::", ":::7" },
  { ":::9999", ":::9999" },
  { ":::*", ":::*" },
  { "::1:9999", "::1:9999" },
  { "::1:65535", "::1:65535" },
  { "2001:db8::5:52344", "2001:db8::5:52344" },
  { "2001:db8::5", "2001:db8::5:7" },
  { "fe80::42:acff:fe11:2", "fe80::42:acff:fe11:2:7" },
  { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:7" },
  { "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9" },
  { "::ffff:127.0.0.1", "::ffff:127.0.0.1:7" },
  { "::ffff:127.0.0.1:9999", "::ffff:127.0.0.1:9999" },
  { "[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1:80" },
  { "fe80::1%lo", "fe80::1:7" },
  { "fe80::1%lo:9999", "fe80::1:9999" },
  { "[fe80::1%1]:9999", "fe80::1:9999" },
  { "", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "   ", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { ":", NULL, SV_ENDPOINT_ERROR_PORT },
  { "*", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "localhost:80", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "localhost", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "256.0.0.1:80", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "127.1:80", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "127.0.0.1%lo:80", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "fe80::1%no-such-interface", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "fe80::1%", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "fe80::1%0", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "[::1", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "[127.0.0.1]:80", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "[::1]80", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "[]:80", NULL, SV_ENDPOINT_ERROR_ADDRESS },
  { "127.0.0.1:", NULL, SV_ENDPOINT_ERROR_PORT },
  { "127.0.0.1:65536", NULL, SV_ENDPOINT_ERROR_PORT },
  { "127.0.0.1:-1", NULL, SV_ENDPOINT_ERROR_PORT },
  { "127.0.0.1:+1", NULL, SV_ENDPOINT_ERROR_PORT },
  { "127.0.0.1:80x", NULL, SV_ENDPOINT_ERROR_PORT },
  { "127.0.0.1:http", NULL, SV_ENDPOINT_ERROR_PORT },
  { "[::1]:", NULL, SV_ENDPOINT_ERROR_PORT },
  { "70000", NULL, SV_ENDPOINT_ERROR_PORT },
  { "99999999999999999999999", NULL, SV_ENDPOINT_ERROR_PORT },
  { "\xff\xfe", NULL, SV_ENDPOINT_ERROR_ADDRESS },
};

static SvEndpoint
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SvEndpoint endpoint;

  sv_endpoint_parse (text, 0, &endpoint, &error);
  g_assert_no_error (error);
  return endpoint;
}

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      SvEndpoint endpoint = { .port = 4711 };
      gboolean ok = sv_endpoint_parse (CASES[i].text, 7, &endpoint, &error);

      g_test_message ("case %u: “%s”", i, CASES[i].text);
      if (CASES[i].printed == NULL)
        {
          g_assert_false (ok);
          g_assert_error (error, SV_ENDPOINT_ERROR, CASES[i].code);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          g_assert_cmpuint (endpoint.port, ==, 4711);
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (ok);
      g_autofree char *printed = sv_endpoint_to_string (&endpoint);
      g_assert_cmpstr (printed, ==, CASES[i].printed);
    }
}

static void
test_scope (void)
{
  SvEndpoint scoped = parse ("fe80::1%lo:80"), plain = parse ("[fe80::1]:80");
  g_autofree char *text = sv_endpoint_address_to_string (&scoped);

  g_assert_cmpuint (scoped.scope_id, ==, 1);
  g_assert_cmpstr (text, ==, "fe80::1%lo");
  g_assert_true (sv_endpoint_equal (&scoped, &plain));
  g_assert_cmpuint (sv_endpoint_hash (&scoped), ==, sv_endpoint_hash (&plain));
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *text;
    gboolean any, loopback, mapped;
    const char *unmapped;
  } KINDS[] = {
    { "0.0.0.0:1", TRUE, FALSE, FALSE, "0.0.0.0:1" },
    { ":::1", TRUE, FALSE, FALSE, ":::1" },
    { "[::ffff:0.0.0.0]:1", TRUE, FALSE, TRUE, "0.0.0.0:1" },
    { "127.0.0.1:1", FALSE, TRUE, FALSE, "127.0.0.1:1" },
    { "127.9.8.7:1", FALSE, TRUE, FALSE, "127.9.8.7:1" },
    { "128.0.0.1:1", FALSE, FALSE, FALSE, "128.0.0.1:1" },
    { "[::1]:1", FALSE, TRUE, FALSE, "::1:1" },
    { "[::2]:1", FALSE, FALSE, FALSE, "::2:1" },
    { "[::ffff:127.0.0.1]:1", FALSE, TRUE, TRUE, "127.0.0.1:1" },
    { "[7f00::1]:1", FALSE, FALSE, FALSE, "7f00::1:1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (KINDS); i++)
    {
      SvEndpoint endpoint = parse (KINDS[i].text);
      SvEndpoint unmapped = sv_endpoint_unmapped (&endpoint);
      g_autofree char *text = sv_endpoint_to_string (&unmapped);

      g_assert_cmpint (sv_endpoint_is_any (&endpoint), ==, KINDS[i].any);
      g_assert_cmpint (sv_endpoint_is_loopback (&endpoint), ==, KINDS[i].loopback);
      g_assert_cmpint (sv_endpoint_is_v4_mapped (&endpoint), ==, KINDS[i].mapped);
      g_assert_cmpstr (text, ==, KINDS[i].unmapped);
    }
}

static void
test_unknown (void)
{
  SvEndpoint unknown = { 0 };
  g_autofree char *text = sv_endpoint_to_string (&unknown);
  g_autofree char *address = sv_endpoint_address_to_string (&unknown);

  g_assert_cmpstr (text, ==, "");
  g_assert_cmpstr (address, ==, "");
  g_assert_false (sv_endpoint_is_any (&unknown));
  g_assert_false (sv_endpoint_is_loopback (&unknown));
}

static void
test_order (void)
{
  static const char *const ORDER[] = { "9.0.0.1:5", "10.0.0.1:5", "10.0.0.1:40", "200.0.0.1:1",
                                      ":::1",      "::1:1",      "[ff::]:1" };

  for (guint i = 0; i < G_N_ELEMENTS (ORDER); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ORDER); j++)
      {
        SvEndpoint a = parse (ORDER[i]), b = parse (ORDER[j]);
        int order = sv_endpoint_compare (&a, &b);

        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
        g_assert_cmpint (sv_endpoint_equal (&a, &b), ==, i == j);
      }
}

static void
test_socket_address (void)
{
  static const char *const TEXTS[] = { "127.0.0.1:9999", "[2001:db8::1]:80", "fe80::1%lo:65535", ":::*" };

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      SvEndpoint before = parse (TEXTS[i]), after = { 0 };
      g_autoptr (GSocketAddress) address = sv_endpoint_to_socket_address (&before);

      g_assert_true (sv_endpoint_from_socket_address (&after, address));
      g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
    }

  g_autoptr (GSocketAddress) unix_address = g_unix_socket_address_new ("/run/x");
  SvEndpoint untouched = { .port = 3 };
  g_assert_false (sv_endpoint_from_socket_address (&untouched, unix_address));
  g_assert_cmpuint (untouched.port, ==, 3);
}

static void
test_native (void)
{
  struct sockaddr_in6 mapped = { .sin6_family = AF_INET6, .sin6_port = g_htons (80) };
  struct sockaddr_in plain = { .sin_family = AF_INET, .sin_port = g_htons (80) };
  sa_family_t other = AF_UNIX;
  SvEndpoint endpoint = { .port = 3 };

  inet_pton (AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr);
  inet_pton (AF_INET, "127.0.0.1", &plain.sin_addr);
  g_assert_false (sv_endpoint_from_native (&endpoint, &mapped, sizeof mapped - 1));
  g_assert_false (sv_endpoint_from_native (&endpoint, &plain, sizeof plain - 1));
  g_assert_false (sv_endpoint_from_native (&endpoint, &plain, 1));
  g_assert_false (sv_endpoint_from_native (&endpoint, &other, sizeof other));
  g_assert_cmpuint (endpoint.port, ==, 3);
  g_assert_true (sv_endpoint_from_native (&endpoint, &mapped, sizeof mapped));
  g_assert_true (sv_endpoint_is_v4_mapped (&endpoint));
  SvEndpoint unmapped = sv_endpoint_unmapped (&endpoint);
  g_assert_true (sv_endpoint_from_native (&endpoint, &plain, sizeof plain));
  g_assert_true (sv_endpoint_equal (&endpoint, &unmapped));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/parse", test_parse);
  g_test_add_func ("/endpoint/scope", test_scope);
  g_test_add_func ("/endpoint/kinds", test_kinds);
  g_test_add_func ("/endpoint/unknown", test_unknown);
  g_test_add_func ("/endpoint/order", test_order);
  g_test_add_func ("/endpoint/socket-address", test_socket_address);
  g_test_add_func ("/endpoint/native", test_native);
  return g_test_run ();
}
