/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-port-search.h"

#include <glib/gstdio.h>

static SvPortSpace *
make_ports (void)
{
  const char *const SERVICES = "ssh 22/tcp # SSH Remote Login Protocol\n"
                               "domain 53/tcp\ndomain 53/udp\n"
                               "http 80/tcp www # WorldWideWeb HTTP\n"
                               "https 443/tcp # http protocol over TLS/SSL\n"
                               "ipp 631/tcp # Internet Printing Protocol\n"
                               "http-alt 8080/tcp webcache\n";
  g_autofree char *file = NULL;
  int fd = g_file_open_tmp ("sockview-XXXXXX", &file, NULL);
  SvPortSpace *ports;

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (file, SERVICES, -1, NULL));
  ports = sv_port_space_new_for (32768, 60999, 1024, file);
  g_remove (file);
  return ports;
}

/* What is typed, and the ports that are found first. */
static void
test_found (void)
{
  static const struct { const char *text; guint16 found[3]; guint n; } CASES[] = {
    { "631", { 631 }, 1 },
    { " 8080 ", { 8080 }, 1 },
    { "which service is 631?", { 631 }, 1 },
    { "Why is 8080 taken?", { 8080 }, 1 },
    { "65535", { 65535 }, 1 },
    { "ipp", { 631 }, 1 },
    { "IPP", { 631 }, 1 },
    { "http", { 80, 443, 8080 }, 3 },
    { "https", { 443 }, 1 },
    { "which port has ssh?", { 22 }, 1 },
    { "printing", { 631 }, 1 },
    { "domain", { 53 }, 1 },
  };
  g_autoptr (SvPortSpace) ports = make_ports ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GArray) found = sv_port_search (ports, CASES[i].text, 50);

      g_test_message ("%s", CASES[i].text);
      g_assert_cmpuint (found->len, >=, CASES[i].n);
      for (guint k = 0; k < CASES[i].n; k++)
        g_assert_cmpuint (g_array_index (found, guint16, k), ==, CASES[i].found[k]);
    }
}

/* Nonsense finds nothing, and never more than is wanted. */
static void
test_nothing (void)
{
  static const char *const TEXTS[] = { "", "   ", "?", "0", "65536", "99999999999999999999", "-1", "qqqqqq",
                                       "\xc3\xa4\xc3\xb6", "%s%n" };
  g_autoptr (SvPortSpace) ports = make_ports ();

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      g_autoptr (GArray) found = sv_port_search (ports, TEXTS[i], 50);

      g_test_message ("“%s”", TEXTS[i]);
      g_assert_cmpuint (found->len, ==, 0);
    }
  g_autoptr (GArray) few = sv_port_search (ports, "t", 2);
  g_assert_cmpuint (few->len, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/port-search/found", test_found);
  g_test_add_func ("/port-search/nothing", test_nothing);
  return g_test_run ();
}
