/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-local-machine.h"
#include "sv-two-sends.h"

#define PATIENCE_S 30

static void
done_cb (SvTwoSends *sends, gboolean *done)
{
  *done = TRUE;
}

static void
check (SvTwoSends *sends, SvKind kind, SvSide side, const char *name, guint n, const gint64 *results)
{
  g_autoptr (GPtrArray) calls = sv_two_sends_list_calls (sends, kind, side);

  g_assert_cmpuint (calls->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const SvFact *fact = calls->pdata[i];

      g_assert_cmpstr (fact->call.name, ==, name);
      g_assert_cmpint (fact->call.result, ==, results[i]);
    }
}

/* The stream is read at once, the messages one by one; twenty times, so that no chance is in it. */
static void
test_boundaries (void)
{
  g_autoptr (SvMachine) machine = sv_local_machine_new ();
  g_autoptr (SvTwoSends) sends = sv_two_sends_new (machine);
  g_autoptr (GBytes) first = g_bytes_new_static ("hello", 5), second = g_bytes_new_static ("you", 3);
  gboolean done;

  g_signal_connect (sends, "done", G_CALLBACK (done_cb), &done);
  for (guint i = 0; i < 20; i++)
    {
      gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
      g_autoptr (GError) error = NULL;

      done = FALSE;
      g_assert_true (sv_two_sends_run (sends, first, second, &error));
      g_assert_no_error (error);
      while (!done)
        {
          g_assert_cmpint (g_get_monotonic_time (), <, deadline);
          g_main_context_iteration (NULL, TRUE);
        }
      g_assert_false (sv_two_sends_is_running (sends));
      for (SvKind kind = SV_KIND_TCP; kind <= SV_KIND_UDP; kind++)
        check (sends, kind, SV_SIDE_CLIENT, "send", 2, (gint64[]){ 5, 3 });
      check (sends, SV_KIND_TCP, SV_SIDE_SERVER, "recv", 1, (gint64[]){ 8 });
      check (sends, SV_KIND_UDP, SV_SIDE_SERVER, "recvfrom", 2, (gint64[]){ 5, 3 });
      g_assert_cmpuint (sv_two_sends_get_waiting (sends, SV_KIND_TCP), ==, 8);
      /* Memory, not payload. */
      g_assert_cmpuint (sv_two_sends_get_waiting (sends, SV_KIND_UDP), >, 8);
    }
}

static void
test_nothing (void)
{
  g_autoptr (SvMachine) machine = sv_local_machine_new ();
  g_autoptr (SvTwoSends) sends = sv_two_sends_new (machine);
  g_autoptr (GBytes) first = g_bytes_new_static ("hello", 5), none = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;

  g_assert_false (sv_two_sends_run (sends, first, none, &error));
  g_assert_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE);
  g_assert_false (sv_two_sends_is_running (sends));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/two-sends/boundaries", test_boundaries);
  g_test_add_func ("/two-sends/nothing", test_nothing);
  return g_test_run ();
}
