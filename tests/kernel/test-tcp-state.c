/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-tcp-state.h"

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    SvTcpState state;
  } NAMES[] = {
    { "ESTABLISHED", SV_TCP_ESTABLISHED }, { "estab", SV_TCP_ESTABLISHED },    { "Established", SV_TCP_ESTABLISHED },
    { "SYN_SENT", SV_TCP_SYN_SENT },       { "syn-sent", SV_TCP_SYN_SENT },    { "syn sent", SV_TCP_SYN_SENT },
    { "SYN-RECEIVED", SV_TCP_SYN_RECV },   { "syn_recv", SV_TCP_SYN_RECV },    { "FIN_WAIT1", SV_TCP_FIN_WAIT1 },
    { "FIN-WAIT-1", SV_TCP_FIN_WAIT1 },    { "finwait1", SV_TCP_FIN_WAIT1 },   { "fin_wait_2", SV_TCP_FIN_WAIT2 },
    { "timewait", SV_TCP_TIME_WAIT },      { "CLOSE", SV_TCP_CLOSE },          { "closed", SV_TCP_CLOSE },
    { "unconn", SV_TCP_CLOSE },            { "close-wait", SV_TCP_CLOSE_WAIT }, { "last ack", SV_TCP_LAST_ACK },
    { "listening", SV_TCP_LISTEN },        { "LISTEN", SV_TCP_LISTEN },        { "closing", SV_TCP_CLOSING },
    { "", SV_TCP_NONE },                   { "-", SV_TCP_NONE },               { "LISTENE", SV_TCP_NONE },
    { "EST", SV_TCP_NONE },                { "FIN_WAIT", SV_TCP_NONE },        { "\xff", SV_TCP_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      g_test_message ("“%s”", NAMES[i].name);
      g_assert_cmpint (sv_tcp_state_from_name (NAMES[i].name), ==, NAMES[i].state);
    }
  for (SvTcpState state = SV_TCP_ESTABLISHED; state < SV_TCP_NEW_SYN_RECV; state++)
    {
      g_assert_cmpint (sv_tcp_state_from_name (sv_tcp_state_to_netstat (state)), ==, state);
      g_assert_cmpint (sv_tcp_state_from_name (sv_tcp_state_to_ss (state)), ==, state);
    }
}

/* Every way through figure 5 of RFC 9293, and some that are none. */
static void
test_ways (void)
{
  static const struct
  {
    const char *way;
    gboolean legal;
  } WAYS[] = {
    { "CLOSE SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE", TRUE },
    { "CLOSE SYN_RECV ESTABLISHED CLOSE_WAIT LAST_ACK CLOSE", TRUE },
    { "CLOSE SYN_SENT SYN_RECV ESTABLISHED", TRUE },
    { "ESTABLISHED FIN_WAIT1 CLOSING TIME_WAIT", TRUE },
    { "FIN_WAIT1 TIME_WAIT", TRUE },
    { "SYN_RECV FIN_WAIT1", TRUE },
    { "SYN_RECV CLOSE_WAIT", TRUE },
    { "CLOSE LISTEN CLOSE", TRUE },
    { "LISTEN SYN_RECV", TRUE },
    { "SYN_SENT CLOSE", TRUE },
    { "SYN_SENT FIN_WAIT1", FALSE },
    { "LISTEN ESTABLISHED", FALSE },
    { "CLOSE ESTABLISHED", FALSE },
    { "ESTABLISHED TIME_WAIT", FALSE },
    { "ESTABLISHED LAST_ACK", FALSE },
    { "ESTABLISHED SYN_SENT", FALSE },
    { "ESTABLISHED ESTABLISHED", FALSE },
    { "TIME_WAIT ESTABLISHED", FALSE },
    { "CLOSE_WAIT TIME_WAIT", FALSE },
    { "LAST_ACK TIME_WAIT", FALSE },
    { "FIN_WAIT2 CLOSING", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (WAYS); i++)
    {
      g_auto (GStrv) states = g_strsplit (WAYS[i].way, " ", -1);

      g_test_message ("%s", WAYS[i].way);
      for (guint j = 1; states[j] != NULL; j++)
        g_assert_cmpint (sv_tcp_state_may_follow (sv_tcp_state_from_name (states[j - 1]),
                                                  sv_tcp_state_from_name (states[j])),
                         ==, WAYS[i].legal);
    }
  g_assert_true (sv_tcp_state_may_follow (SV_TCP_NONE, SV_TCP_NEW_SYN_RECV));
  g_assert_true (sv_tcp_state_may_follow (SV_TCP_NEW_SYN_RECV, SV_TCP_ESTABLISHED));
  g_assert_true (sv_tcp_state_may_follow (SV_TCP_TIME_WAIT, SV_TCP_NONE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp-state/names", test_names);
  g_test_add_func ("/tcp-state/ways", test_ways);
  return g_test_run ();
}
