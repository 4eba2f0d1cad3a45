/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-port-space.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  char *root;
  char *services;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autofree char *folder = NULL;

  f->root = g_dir_make_tmp ("sockview-XXXXXX", NULL);
  f->services = g_build_filename (f->root, "services", NULL);
  folder = g_build_filename (f->root, "sys/net/ipv4", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
}

static void
remove_below (const char *root, const char *name)
{
  g_autofree char *path = g_build_filename (root, name, NULL);

  g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  remove_below (f->root, "sys/net/ipv4/ip_local_port_range");
  remove_below (f->root, "sys/net/ipv4/ip_unprivileged_port_start");
  remove_below (f->root, "sys/net/ipv4");
  remove_below (f->root, "sys/net");
  remove_below (f->root, "sys");
  remove_below (f->root, "services");
  g_assert_cmpint (g_remove (f->root), ==, 0);
  g_free (f->root);
  g_free (f->services);
}

static void
put (Fixture *f, const char *name, const char *text, gssize length)
{
  g_autofree char *path = g_build_filename (f->root, name, NULL);

  g_assert_true (g_file_set_contents (path, text, length, NULL));
}

static void
test_kernel (Fixture *f, gconstpointer unused)
{
  static const struct { const char *range; const char *start; guint low, high, unprivileged; gboolean real; } CASES[] = {
    { "32768\t60999\n", "1024\n", 32768, 60999, 1024, TRUE },
    { "10000 10000", "0", 10000, 10000, 0, TRUE },
    { " 1\t65535 \n\n", "65535\n", 1, 65535, 65535, TRUE },
    { "50000\t40000\n", "80\n", 32768, 60999, 80, FALSE },
    { "0\t60999\n", "1024\n", 32768, 60999, 1024, FALSE },
    { "32768\t65536\n", "1024\n", 32768, 60999, 1024, FALSE },
    { "32768\n", "1024\n", 32768, 60999, 1024, FALSE },
    { "32768 60999 7\n", "1024\n", 32768, 60999, 1024, FALSE },
    { "low\thigh\n", "1024\n", 32768, 60999, 1024, FALSE },
    { "-5\t60999\n", "1024\n", 32768, 60999, 1024, FALSE },
    { "+32768\t60999\n", "1024\n", 32768, 60999, 1024, FALSE },
    { "", "1024\n", 32768, 60999, 1024, FALSE },
    { "40000\t50000\n", "", 40000, 50000, 1024, FALSE },
    { "40000\t50000\n", "70000\n", 40000, 50000, 1024, FALSE },
    { "40000\t50000\n", "99999999999999999999999\n", 40000, 50000, 1024, FALSE },
    { NULL, "1024", 32768, 60999, 1024, FALSE },
    { "40000\t50000\n", NULL, 40000, 50000, 1024, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SvPortSpace) ports = NULL;

      remove_below (f->root, "sys/net/ipv4/ip_local_port_range");
      remove_below (f->root, "sys/net/ipv4/ip_unprivileged_port_start");
      if (CASES[i].range != NULL)
        put (f, "sys/net/ipv4/ip_local_port_range", CASES[i].range, -1);
      if (CASES[i].start != NULL)
        put (f, "sys/net/ipv4/ip_unprivileged_port_start", CASES[i].start, -1);
      ports = sv_port_space_new (f->root, f->services);
      g_test_message ("case %u", i);
      g_assert_cmpint (sv_port_space_get_ephemeral_low (ports), ==, CASES[i].low);
      g_assert_cmpint (sv_port_space_get_ephemeral_high (ports), ==, CASES[i].high);
      g_assert_cmpint (sv_port_space_get_unprivileged_start (ports), ==, CASES[i].unprivileged);
      g_assert_cmpint (sv_port_space_is_from_kernel (ports), ==, CASES[i].real);
    }
}

/* This computer's own values, read a second time by other means. */
static void
test_this_computer (void)
{
  g_autoptr (SvPortSpace) ports = sv_port_space_new_default ();
  FILE *file = fopen ("/proc/sys/net/ipv4/ip_local_port_range", "r");
  guint low, high;

  if (file == NULL)
    {
      g_test_skip ("this system has no /proc/sys/net");
      return;
    }
  g_assert_cmpint (fscanf (file, "%u %u", &low, &high), ==, 2);
  fclose (file);
  g_assert_cmpint (sv_port_space_get_ephemeral_low (ports), ==, low);
  g_assert_cmpint (sv_port_space_get_ephemeral_high (ports), ==, high);
  g_assert_true (sv_port_space_is_from_kernel (ports));
}

static void
test_services (Fixture *f, gconstpointer unused)
{
  static const char TEXT[] =
    "# a comment\n\n"
    "http 80/tcp www  # WorldWideWeb HTTP\n"
    "www-two 80/tcp # a second name for the port does not count\n"
    "mysql 3306/tcp\r\n"
    "Postgres 5432/tcp POSTGRESQL\n"
    "mine 5353/udp\n"
    "  spaced\t  9999/tcp\t# \ttabs \x01 and \xff bytes \r\n"
    "nocomment 9998/tcp #\n"
    "noslash 22\nnoport /tcp\nbig 65536/tcp\nneg -1/tcp\nsctp 7/sctp\nupper 8/TCP\n"
    "\xff\xfe 9/tcp\nlonely\n/tcp\n9 9/udp\n"
    "last 10/tcp # no line end";
  static const struct { guint16 port; guint8 protocol; const char *name; const char *comment; gboolean from_file; }
  CASES[] = {
    { 80, IPPROTO_TCP, "http", "WorldWideWeb HTTP", TRUE },
    { 80, IPPROTO_UDP, NULL, NULL, FALSE },
    { 3306, IPPROTO_TCP, "mysql", "MySQL or MariaDB database", TRUE },
    { 5432, IPPROTO_TCP, "Postgres", "PostgreSQL database", TRUE }, /* known by its alias */
    { 5353, IPPROTO_UDP, "mine", NULL, TRUE },                      /* not the catalogue's service */
    { 9999, IPPROTO_TCP, "spaced", "tabs   and \xef\xbf\xbd bytes", TRUE },
    { 9998, IPPROTO_TCP, "nocomment", NULL, TRUE },
    { 22, IPPROTO_TCP, "ssh", "Secure shell: remote login", FALSE },
    { 323, IPPROTO_UDP, "chrony", "Commands for the clock daemon chronyd", FALSE },
    { 10, IPPROTO_TCP, "last", "no line end", TRUE },
    { 9, IPPROTO_UDP, "9", NULL, TRUE },
    { 8, IPPROTO_TCP, NULL, NULL, FALSE },
    { 12345, IPPROTO_TCP, NULL, NULL, FALSE },
    { 0, IPPROTO_TCP, NULL, NULL, FALSE },
  };
  g_autoptr (SvPortSpace) ports = NULL;

  put (f, "services", TEXT, -1);
  ports = sv_port_space_new (f->root, f->services);
  g_assert_true (sv_port_space_services_from_file (ports));
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      guint16 port = CASES[i].port;
      guint8 protocol = CASES[i].protocol;

      g_assert_cmpstr (sv_port_space_get_service (ports, port, protocol), ==, CASES[i].name);
      g_assert_cmpstr (sv_port_space_get_service_comment (ports, port, protocol), ==, CASES[i].comment);
      g_assert_cmpint (sv_port_space_is_service_from_file (ports, port, protocol), ==, CASES[i].from_file);
    }
}

static void
check_catalogue (SvPortSpace *ports)
{
  static const struct { guint16 port; guint8 protocol; const char *name; } CASES[] = {
    { 22, IPPROTO_TCP, "ssh" },      { 53, IPPROTO_UDP, "domain" }, { 67, IPPROTO_UDP, "bootps" },
    { 68, IPPROTO_UDP, "bootpc" },   { 80, IPPROTO_TCP, "http" },   { 123, IPPROTO_UDP, "ntp" },
    { 323, IPPROTO_UDP, "chrony" },  { 631, IPPROTO_TCP, "ipp" },   { 3306, IPPROTO_TCP, "mysql" },
    { 5432, IPPROTO_TCP, "postgresql" },
  };

  g_assert_false (sv_port_space_services_from_file (ports));
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_assert_cmpstr (sv_port_space_get_service (ports, CASES[i].port, CASES[i].protocol), ==, CASES[i].name);
      g_assert_nonnull (sv_port_space_get_service_comment (ports, CASES[i].port, CASES[i].protocol));
    }
}

static void
test_damaged_services (Fixture *f, gconstpointer unused)
{
  g_autofree char *line = g_strnfill (2000000, 'x');
  g_autofree char *noise = g_malloc (300000);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  struct { const char *text; gssize length; } cases[] = {
    { "", 0 }, { "\n\n\n", 3 }, { "# nothing\n", 10 }, { "\0\0\0\n", 4 }, { "a\0b 80/tcp\n", 11 }, { line, 2000000 },
    { noise, 300000 },
  };

  for (guint i = 0; i < 300000; i++)
    noise[i] = (char) g_rand_int_range (rand, 0, 32);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SvPortSpace) ports = NULL;

      put (f, "services", cases[i].text, cases[i].length);
      ports = sv_port_space_new (f->root, f->services);
      check_catalogue (ports);
    }

  g_autoptr (SvPortSpace) missing = sv_port_space_new ("/nowhere", "/nowhere/services");
  g_autoptr (SvPortSpace) folder = sv_port_space_new (f->root, f->root);
  g_autoptr (SvPortSpace) endless = sv_port_space_new (f->root, "/dev/zero");
  check_catalogue (missing);
  check_catalogue (folder);
  check_catalogue (endless);
}

/* Seeded noise made of what such a file has: nothing may crash, no name may be odd. */
static void
test_noise (Fixture *f, gconstpointer unused)
{
  static const char ALPHABET[] = "ab9/tcpudp \t\r\n##\xff\x80\x01";
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);

  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (SvPortSpace) ports = NULL;

      for (guint i = 0; i < 2000; i++)
        if (g_rand_int_range (rand, 0, 20) == 0)
          g_string_append (text, "\nname 99/tcp ");
        else
          g_string_append_c (text, ALPHABET[g_rand_int_range (rand, 0, sizeof ALPHABET - 1)]);
      put (f, "services", text->str, (gssize) text->len);
      ports = sv_port_space_new (f->root, f->services);
      for (guint port = 0; port < 1000; port++)
        {
          const char *name = sv_port_space_get_service (ports, (guint16) port, IPPROTO_TCP);
          const char *comment = sv_port_space_get_service_comment (ports, (guint16) port, IPPROTO_TCP);

          g_assert_true (name == NULL || g_str_is_ascii (name));
          g_assert_true (comment == NULL || g_utf8_validate (comment, -1, NULL));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/port-space/kernel", Fixture, NULL, set_up, test_kernel, tear_down);
  g_test_add_func ("/port-space/this-computer", test_this_computer);
  g_test_add ("/port-space/services", Fixture, NULL, set_up, test_services, tear_down);
  g_test_add ("/port-space/damaged-services", Fixture, NULL, set_up, test_damaged_services, tear_down);
  g_test_add ("/port-space/noise", Fixture, NULL, set_up, test_noise, tear_down);
  return g_test_run ();
}
