/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-reconstruction.h"

#include <errno.h>
#include <string.h>

typedef struct
{
  const char *name;
  SvObservation seen;
  const char *expected; /* ">" is sent by who called, "<" by the peer */
} Case;

/* clang-format off */
static const Case CASES[] = {
  { "connect/established",
    { "connect", -1, EINPROGRESS, SV_TCP_NONE, SV_TCP_ESTABLISHED, TRUE, SV_TCP_NONE, SV_TCP_ESTABLISHED },
    ">SYN <SYN,ACK >ACK" },
  { "connect/server-still-syn-recv",
    { "connect", -1, EINPROGRESS, SV_TCP_NONE, SV_TCP_ESTABLISHED, TRUE, SV_TCP_NONE, SV_TCP_SYN_RECV },
    ">SYN <SYN,ACK >ACK" },
  { "connect/blocking",
    { "connect", 0, 0, SV_TCP_NONE, SV_TCP_ESTABLISHED, TRUE, SV_TCP_NONE, SV_TCP_ESTABLISHED },
    ">SYN <SYN,ACK >ACK" },
  { "connect/dropped", { "connect", -1, EINPROGRESS, SV_TCP_NONE, SV_TCP_SYN_SENT }, ">SYN" },
  { "connect/refused-later", { "connect", -1, EINPROGRESS, SV_TCP_NONE, SV_TCP_NONE }, ">SYN" },
  { "connect/refused", { "connect", -1, ECONNREFUSED, SV_TCP_NONE, SV_TCP_NONE }, ">SYN <RST,ACK" },
  { "connect/no-port-left", { "connect", -1, EADDRNOTAVAIL, SV_TCP_NONE, SV_TCP_NONE }, "" },
  { "connect/no-route", { "connect", -1, ENETUNREACH, SV_TCP_NONE, SV_TCP_NONE }, "" },

  { "finish/known-already", { "getsockopt", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED }, "" },
  { "finish/answer-came-late", { "getsockopt", 0, 0, SV_TCP_SYN_SENT, SV_TCP_ESTABLISHED }, "<SYN,ACK >ACK" },
  { "finish/answer-to-the-third-syn", { "getsockopt", 0, 0, SV_TCP_SYN_SENT, SV_TCP_ESTABLISHED, .retransmits = 2 },
    ">SYN >SYN <SYN,ACK >ACK" },
  { "finish/refused", { "getsockopt", 0, ECONNREFUSED, SV_TCP_NONE, SV_TCP_NONE }, "<RST,ACK" },
  { "finish/timed-out", { "getsockopt", 0, ETIMEDOUT, SV_TCP_SYN_SENT, SV_TCP_NONE }, "" },

  { "accept/own", { "accept", 9, 0, SV_TCP_NONE, SV_TCP_ESTABLISHED }, "" },
  { "accept/foreign", { "accept", 9, 0, SV_TCP_NONE, SV_TCP_ESTABLISHED, .foreign = TRUE }, ">SYN,ACK <ACK" },
  { "accept/failed", { "accept", -1, EMFILE, .foreign = TRUE }, "" },

  { "send/one", { "send", 20, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .segments = 1 },
    ">PSH,ACK:20" },
  { "send/three", { "send", 3000, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .segments = 3 }, "" },
  { "send/nothing-left", { "send", 20, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .segments = 0 }, "" },
  { "send/failed", { "send", -1, EPIPE, SV_TCP_NONE, SV_TCP_NONE, .segments = 1 }, "" },

  { "recv/own", { "recv", 20, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .segments = 1 }, "" },
  { "recv/foreign", { "recv", 20, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .foreign = TRUE, .segments = 1,
    .arrived = 20 }, "<PSH,ACK:20" },
  { "recv/foreign-and-fin",
    { "recv", 20, 0, SV_TCP_ESTABLISHED, SV_TCP_CLOSE_WAIT, .foreign = TRUE, .segments = 1, .arrived = 21 },
    "<PSH,ACK:20" },
  { "recv/foreign-and-leftover",
    { "recv", 20, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .foreign = TRUE, .segments = 1, .arrived = 12 }, "" },
  { "recv/foreign-in-part",
    { "recv", 20, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .foreign = TRUE, .segments = 1, .arrived = 21 }, "" },
  { "recv/foreign-many", { "recv", 20, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .foreign = TRUE, .segments = 2, .arrived = 20 }, "" },
  { "recv/foreign-fin", { "recv", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_CLOSE_WAIT, .foreign = TRUE }, "<FIN,ACK" },
  { "recv/foreign-fin-acknowledged",
    { "recv", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_CLOSE_WAIT, TRUE, SV_TCP_ESTABLISHED, SV_TCP_FIN_WAIT2, .foreign = TRUE },
    "<FIN,ACK >ACK" },
  { "recv/foreign-reset", { "recv", -1, ECONNRESET, SV_TCP_ESTABLISHED, SV_TCP_NONE, .foreign = TRUE }, "<RST" },
  { "recv/own-reset", { "recv", -1, ECONNRESET, SV_TCP_ESTABLISHED, SV_TCP_NONE }, "" },

  { "close/first", { "close", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_FIN_WAIT2, TRUE, SV_TCP_ESTABLISHED, SV_TCP_CLOSE_WAIT },
    ">FIN,ACK <ACK" },
  { "close/first-ack-delayed",
    { "close", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_FIN_WAIT1, TRUE, SV_TCP_ESTABLISHED, SV_TCP_CLOSE_WAIT, .send_q = 1 },
    ">FIN,ACK" },
  { "close/fin-behind-data",
    { "close", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_FIN_WAIT1, TRUE, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .send_q = 9000 },
    "" },
  { "close/fin-not-arrived",
    { "close", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_FIN_WAIT1, TRUE, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, .send_q = 1 },
    "" },
  { "close/first-to-another-computer",
    { "close", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_FIN_WAIT1, .send_q = 1 }, ">FIN,ACK" },
  { "close/second", { "close", 0, 0, SV_TCP_CLOSE_WAIT, SV_TCP_NONE, TRUE, SV_TCP_FIN_WAIT2, SV_TCP_TIME_WAIT },
    ">FIN,ACK <ACK" },
  { "close/second-with-fin-unread",
    { "close", 0, 0, SV_TCP_CLOSE_WAIT, SV_TCP_NONE, TRUE, SV_TCP_FIN_WAIT2, SV_TCP_TIME_WAIT, .unread = 1 },
    ">FIN,ACK <ACK" },
  { "close/second-not-yet-acknowledged", { "close", 0, 0, SV_TCP_CLOSE_WAIT, SV_TCP_LAST_ACK, .send_q = 1 },
    ">FIN,ACK" },
  { "close/after-shutdown", { "close", 0, 0, SV_TCP_FIN_WAIT2, SV_TCP_FIN_WAIT2, TRUE, SV_TCP_CLOSE_WAIT,
    SV_TCP_CLOSE_WAIT }, "" },
  { "close/syn-sent", { "close", 0, 0, SV_TCP_SYN_SENT, SV_TCP_NONE }, "" },
  { "close/listener", { "close", 0, 0, SV_TCP_LISTEN, SV_TCP_NONE }, "" },
  { "close/unread-data",
    { "close", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_NONE, TRUE, SV_TCP_ESTABLISHED, SV_TCP_NONE, .unread = 6 }, ">RST,ACK" },
  { "close/reset",
    { "close", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_NONE, TRUE, SV_TCP_ESTABLISHED, SV_TCP_NONE, .resets = TRUE },
    ">RST,ACK" },
  { "close/reset-of-syn-sent", { "close", 0, 0, SV_TCP_SYN_SENT, SV_TCP_NONE, .resets = TRUE }, "" },
  { "shutdown", { "shutdown", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_FIN_WAIT2, TRUE, SV_TCP_ESTABLISHED,
    SV_TCP_CLOSE_WAIT }, ">FIN,ACK <ACK" },
  { "shutdown/failed", { "shutdown", -1, ENOTCONN, SV_TCP_NONE, SV_TCP_NONE }, "" },
  { "setsockopt", { "setsockopt", 0, 0, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED }, "" },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  SvDeduction deductions[SV_RECONSTRUCTION_MAX];
  guint n = sv_reconstruct (&c->seen, deductions);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *flags = sv_tcp_flags_to_string (deductions[i].flags);

      g_string_append_printf (text, "%s%c%s", i > 0 ? " " : "", deductions[i].outgoing ? '>' : '<', flags);
      if (deductions[i].length > 0)
        g_string_append_printf (text, ":%u", deductions[i].length);
    }
  g_assert_cmpstr (text->str, ==, c->expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = g_strconcat ("/reconstruction/", CASES[i].name, NULL);

      g_test_add_data_func (path, &CASES[i], test_case);
    }
  return g_test_run ();
}
