/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-start-options.h"

static gboolean
parse (SvStartOptions *options, const char *line, GError **error)
{
  g_auto (GStrv) arguments = g_strsplit (line, " ", -1);

  return sv_start_options_parse (options, arguments, error);
}

static void
test_good (void)
{
  g_auto (SvStartOptions) options = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (parse (&options, "sockview --demo=3 --bind=[::1]:80 --screenshot=a.png --size=700x600 --dark "
                                  "--show=held --drawer=files",
                        &error));
  g_assert_no_error (error);
  g_assert_cmpuint (options.clients, ==, 3);
  g_assert_cmpuint (options.bind.port, ==, 80);
  g_assert_true (sv_endpoint_is_loopback (&options.bind));
  g_assert_cmpstr (options.screenshot, ==, "a.png");
  g_assert_cmpint (options.width, ==, 700);
  g_assert_cmpint (options.height, ==, 600);
  g_assert_true (options.dark);
  g_assert_cmpint (options.show, ==, SV_SHOW_HELD);
  g_assert_cmpstr (options.drawer, ==, "files");
}

static void
test_two_machines (void)
{
  g_auto (SvStartOptions) options = { 0 }, nat = { 0 };

  g_assert_true (parse (&options, "sockview --two-machines --nat --hop=0.5 --loss=30 --demo=2", NULL));
  g_assert_true (options.two_machines);
  g_assert_true (options.nat);
  g_assert_cmpint (options.hop, ==, 500000);
  g_assert_cmpfloat (options.loss, ==, 30);
  /* A state of two machines says itself where it is. */
  g_assert_true (parse (&nat, "sockview --show=nat", NULL));
  g_assert_true (nat.two_machines && nat.nat);
  g_assert_cmpint (nat.hop, ==, -1);
}

static void
test_nothing (void)
{
  g_auto (SvStartOptions) options = { 0 };

  g_assert_true (parse (&options, "sockview", NULL));
  g_assert_cmpuint (options.clients, ==, 0);
  g_assert_cmpuint (options.bind.family, ==, 0);
  g_assert_cmpint (options.show, ==, SV_SHOW_AS_IT_IS);
  g_assert_false (options.two_machines);
  g_assert_null (options.screenshot);
}

/* Each is refused, and the sentence names what was wrong. */
static void
test_bad (void)
{
  static const struct
  {
    const char *line;
    const char *named;
  } cases[] = {
    { "sockview --demo=0", "0" },
    { "sockview --demo=100000", "100000" },
    { "sockview --demo=-1", "-1" },
    { "sockview --demo=many", "many" },
    { "sockview --demo=3x", "3x" },
    { "sockview --demo=99999999999999999999999", "99999999999999999999999" },
    { "sockview --bind=nowhere:1", "nowhere:1" },
    { "sockview --bind=127.0.0.1:65536", "127.0.0.1:65536" },
    { "sockview --bind=", "--bind" },
    { "sockview --size=700", "700" },
    { "sockview --size=700x", "700x" },
    { "sockview --size=0x0", "0x0" },
    { "sockview --size=1x2x3", "1x2x3" },
    { "sockview --size=99999x99999", "99999x99999" },
    { "sockview --show=nothing", "nothing" },
    { "sockview --drawer=shelf", "shelf" },
    { "sockview --nat", "--two-machines" },
    { "sockview --hop=100", "--two-machines" },
    { "sockview --loss=1", "--two-machines" },
    { "sockview --two-machines --hop=20000", "20000" },
    { "sockview --two-machines --hop=nan", "nan" },
    { "sockview --two-machines --loss=101", "101" },
    { "sockview --two-machines --loss=-1", "-1" },
    { "sockview --nonsense", "nonsense" },
    { "sockview file", "file" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (SvStartOptions) options = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (parse (&options, cases[i].line, &error));
      g_assert_nonnull (error);
      if (strstr (error->message, cases[i].named) == NULL)
        g_error ("“%s” does not name “%s”", error->message, cases[i].named);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/start-options/good", test_good);
  g_test_add_func ("/start-options/two-machines", test_two_machines);
  g_test_add_func ("/start-options/nothing", test_nothing);
  g_test_add_func ("/start-options/bad", test_bad);
  return g_test_run ();
}
