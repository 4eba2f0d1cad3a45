/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"

#include <netinet/in.h>
#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000000000)

static SvSocketRow
row (guint8 protocol, SvTcpState state, const char *local, const char *foreign)
{
  SvSocketRow self = { .cookie = 1, .seen_at = 100 * SECOND, .protocol = protocol, .state = (guint8) state };

  self.local = endpoint (local);
  self.foreign = endpoint (foreign);
  self.family = (guint8) self.local.family;
  self.inode = 4711;
  self.uid = 1000;
  return self;
}

/* One of two machines: whom it lets in, and what a router hides from it. */
static void
test_machines (void)
{
  const SvRowContext context = { .fd = -1, .machine = SV_MACHINE_SERVER };
  const SvEndpoint client = endpoint ("172.16.17.74:52036");
  SvRowContext behind = context;
  SvSocketRow listener = row (IPPROTO_TCP, SV_TCP_LISTEN, "0.0.0.0:9999", "0.0.0.0:0");
  SvSocketRow server = row (IPPROTO_TCP, SV_TCP_ESTABLISHED, "172.31.46.24:9999", "212.50.96.83:52036");
  g_autoptr (SvExplanation) waiting = sv_explain_row (&listener, &context);
  g_autoptr (SvExplanation) plain = sv_explain_row (&server, &context);

  g_assert_true (says (waiting, "every IPv4 address of this machine: the other machine can reach it"));
  g_assert_false (says (waiting, "this computer"));
  g_assert_true (says (plain, "172.31.46.24 is this machine, 212.50.96.83 is the other end"));
  g_assert_false (says (plain, "NAT"));
  g_assert_false (says (plain, "this computer"));

  behind.behind = &client;
  g_autoptr (SvExplanation) translated = sv_explain_row (&server, &behind);
  g_assert_true (says (translated, "212.50.96.83:52036 is the address of a router that translates (NAT): on its own "
                                   "machine the other end is 172.16.17.74:52036"));
}

static void
test_states (void)
{
  static const char *const NAMES[] = { "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
                                       "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "SYN_RECV" };

  for (guint state = 1; state < SV_N_TCP_STATES; state++)
    {
      g_autoptr (SvExplanation) explanation = sv_explain_state (state);
      g_autofree char *start = g_strconcat (NAMES[state - 1], ": ", NULL);

      assert_explanation (explanation);
      g_assert_true (g_str_has_prefix (explanation->title, start));
      g_assert_cmpint (explanation->lines->len, ==, 2);
    }
  g_autoptr (SvExplanation) none = sv_explain_state (SV_TCP_NONE);
  g_autoptr (SvExplanation) beyond = sv_explain_state (99);
  assert_explanation (none);
  g_assert_cmpstr (none->title, ==, beyond->title);
}

/* Every state with every kind of holder and address: nothing odd is ever said. */
static void
test_all_rows (void)
{
  static const char *const LOCALS[] = { "0.0.0.0:68", "127.0.0.1:631", ":::22", "::1:631", "[::ffff:127.0.0.1]:9999",
                                        "192.168.1.5:40000", "[fe80::1]:546", "[fd00::1]:1", "8.8.8.8:53",
                                        "224.0.0.251:5353", "255.255.255.255:67", "169.254.1.1:5" };
  static const char *const FOREIGNS[] = { "0.0.0.0:*", ":::*", "127.0.0.1:43210", "[::ffff:127.0.0.1]:43210",
                                          "1.1.1.1:443", "192.168.1.5:80", "" };
  static const SvOwner OWNERS[] = { { 0, "" }, { 77, "nc" } };
  g_autoptr (SvPortSpace) ports = sv_port_space_new_default ();

  for (guint i = 0; i < SV_N_TCP_STATES * G_N_ELEMENTS (LOCALS) * G_N_ELEMENTS (FOREIGNS) * 32; i++)
    {
      guint n = i;
      SvTcpState state = n % SV_N_TCP_STATES;
      const char *local = LOCALS[(n /= SV_N_TCP_STATES) % G_N_ELEMENTS (LOCALS)];
      const char *foreign = FOREIGNS[(n /= G_N_ELEMENTS (LOCALS)) % G_N_ELEMENTS (FOREIGNS)];
      guint bits = n / G_N_ELEMENTS (FOREIGNS);
      SvSocketRow self = row (bits & 1 ? IPPROTO_UDP : IPPROTO_TCP, state, local, foreign);
      SvRowContext context = { .actor = bits & 2 ? "client 2" : NULL, .fd = bits & 4 ? 14 : -1, .has_twin = bits & 8,
                               .owner = &OWNERS[bits & 1], .ports = ports, .now = 130 * SECOND };
      g_autoptr (SvExplanation) explanation = NULL;

      self.recv_q = self.send_q = bits & 2 ? 1000 : 0;
      self.inode = bits & 16 ? 0 : 4711;
      self.timer = (guint8) (i % 5);
      self.retransmits = (guint8) (bits & 3);
      self.uid = bits & 8 ? 0 : 65534;
      explanation = sv_explain_row (&self, &context);
      for (guint line = 0; line < explanation->lines->len; line++)
        assert_sentence (explanation->lines->pdata[line]);
      g_assert_cmpint (strlen (explanation->title), >, 0);
    }
}

static void
assert_says (SvSocketRow self, SvRowContext context, const char *title, const char *const *words)
{
  g_autoptr (SvExplanation) explanation = sv_explain_row (&self, &context);

  assert_explanation (explanation);
  g_assert_cmpstr (explanation->title, ==, title);
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] == '!' ? says (explanation, words[i] + 1) : !says (explanation, words[i]))
      g_error ("%s: %s", title, words[i]);
}

#define SAYS(...) (const char *const[]){ __VA_ARGS__, NULL }

static void
test_listener (void)
{
  SvSocketRow self = row (IPPROTO_TCP, SV_TCP_LISTEN, "127.0.0.1:9999", "0.0.0.0:*");
  SvRowContext context = { .actor = "server", .fd = 13 };

  self.backlog = 4;
  self.recv_q = 2;
  assert_says (self, context, "127.0.0.1:9999 waits for connections",
               SAYS ("“server” holds it", "file descriptor is 13", "only programs on this computer", "Recv-Q 2",
                     "(backlog) is 4", "so 5", "0.0.0.0:* stands for nobody", "!queue is full"));
  self.recv_q = 5;
  assert_says (self, context, "127.0.0.1:9999 waits for connections", SAYS ("queue is full"));
  self.backlog = 0;
  self.recv_q = 0;
  assert_says (self, context, "127.0.0.1:9999 waits for connections", SAYS ("(backlog) is 0", "so 1", "!queue is full"));
  self.cookie = 0; /* from /proc: the limit is not known */
  assert_says (self, context, "127.0.0.1:9999 waits for connections", SAYS ("!backlog", "Recv-Q 0"));

  self = row (IPPROTO_TCP, SV_TCP_LISTEN, ":::80", ":::*");
  assert_says (self, context, ":::80 waits for connections", SAYS ("every IPv6 address", "every IPv4 address"));
}

static void
test_holders (void)
{
  SvSocketRow self = row (IPPROTO_TCP, SV_TCP_ESTABLISHED, "127.0.0.1:9999", "127.0.0.1:43210");
  SvOwner nc = { 5123, "nc" };
  const char *title = "127.0.0.1:9999 → 127.0.0.1:43210";

  assert_says (self, (SvRowContext){ .fd = -1 }, title, SAYS ("not visible to us", "(UID) 1000"));
  assert_says (self, (SvRowContext){ .fd = -1, .owner = &nc }, title, SAYS ("The program “nc” holds it", "(PID) is 5123"));
  assert_says (self, (SvRowContext){ .fd = -1, .actor = "nc (5123)" }, title, SAYS ("“nc (5123)” holds it"));
  self.uid = 65534;
  assert_says (self, (SvRowContext){ .fd = -1 }, title, SAYS ("sandbox cannot name"));
  self.uid = 0;
  assert_says (self, (SvRowContext){ .fd = -1 }, title, SAYS ("opened by root"));
  self.inode = 0;
  assert_says (self, (SvRowContext){ .fd = -1, .has_twin = TRUE }, title,
               SAYS ("inode 0", "waits in the accept queue", "Its twin"));
  self.state = SV_TCP_TIME_WAIT;
  assert_says (self, (SvRowContext){ .fd = -1 }, title, SAYS ("No program holds it any more"));
}

static void
test_ports (void)
{
  g_autoptr (SvPortSpace) ports = sv_port_space_new ("/nowhere", "/nowhere");
  SvSocketRow client = row (IPPROTO_TCP, SV_TCP_ESTABLISHED, "127.0.0.1:43210", "127.0.0.1:631");
  SvSocketRow odd = row (IPPROTO_TCP, SV_TCP_ESTABLISHED, "127.0.0.1:43211", "127.0.0.1:631");
  SvSocketRow server = row (IPPROTO_TCP, SV_TCP_ESTABLISHED, "127.0.0.1:631", "127.0.0.1:43210");
  SvSocketRow abroad = row (IPPROTO_TCP, SV_TCP_ESTABLISHED, "10.0.0.1:631", "10.0.0.2:43210");
  SvSocketRow both = row (IPPROTO_TCP, SV_TCP_ESTABLISHED, "127.0.0.1:43210", "127.0.0.1:43212");
  SvRowContext context = { .fd = -1, .ports = ports };

  assert_says (client, context, "127.0.0.1:43210 → 127.0.0.1:631",
               SAYS ("Port 43210 is an ephemeral port", "32768–60999", "could not be read", "It is even, as 32768",
                     "port 631 is for “ipp” (Internet Printing Protocol), says SockView’s own list"));
  assert_says (odd, context, "127.0.0.1:43211 → 127.0.0.1:631", SAYS ("Port 43211 is an ephemeral port", "!It is"
                                                                      " even", "!It is odd"));
  assert_says (server, context, "127.0.0.1:631 → 127.0.0.1:43210", SAYS ("Port 43210 is an ephemeral port"));
  assert_says (abroad, context, "10.0.0.1:631 → 10.0.0.2:43210", SAYS ("Its state is ESTABLISHED", "!ephemeral", "“ipp”")); /* another range */
  assert_says (both, context, "127.0.0.1:43210 → 127.0.0.1:43212", SAYS ("!ephemeral"));
}

static void
test_timers (void)
{
  SvSocketRow self = row (IPPROTO_TCP, SV_TCP_TIME_WAIT, "127.0.0.1:43210", "127.0.0.1:9999");
  static const struct { gint64 now; const char *words; } CASES[] = {
    { 100 * SECOND, "up in 60 seconds" }, { 130 * SECOND, "up in 30 seconds" }, { 159 * SECOND, "up in 1 second." },
    { 500 * SECOND, "up in 0 seconds" },  { 90 * SECOND, "up in 60 seconds" },
  };

  self.timer = SV_TIMER_TIME_WAIT;
  self.timer_ms = 60000;
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    assert_says (self, (SvRowContext){ .fd = -1, .now = CASES[i].now }, "127.0.0.1:43210 → 127.0.0.1:9999",
                 SAYS (CASES[i].words, "built in", "!Recv-Q"));
}

static void
test_queues (void)
{
  SvSocketRow self = row (IPPROTO_TCP, SV_TCP_CLOSE_WAIT, "127.0.0.1:9999", "127.0.0.1:43210");
  const char *title = "127.0.0.1:9999 → 127.0.0.1:43210";

  self.recv_q = 1;
  assert_says (self, (SvRowContext){ .fd = 14 }, title, SAYS ("FIN counts as one", "not called close()"));
  self.state = SV_TCP_ESTABLISHED;
  self.send_q = 6;
  assert_says (self, (SvRowContext){ .fd = 14 }, title, SAYS ("Recv-Q 1: bytes", "Send-Q 6: bytes", "!FIN counts"));
  self.state = SV_TCP_SYN_SENT;
  self.send_q = 1;
  assert_says (self, (SvRowContext){ .fd = 14 }, title, SAYS ("SYN counts as one byte"));
  self.state = SV_TCP_LAST_ACK;
  assert_says (self, (SvRowContext){ .fd = 14 }, title, SAYS ("Send-Q 1", "the FIN counts as one"));
}

static void
test_udp (void)
{
  SvSocketRow self = row (IPPROTO_UDP, SV_TCP_CLOSE, "0.0.0.0:68", "0.0.0.0:*");

  self.recv_q = 832;
  assert_says (self, (SvRowContext){ .fd = -1 }, "0.0.0.0:68 takes UDP datagrams",
               SAYS ("no connections and so no states", "Recv-Q 832: the bytes of memory", "!Its state is"));
  self = row (IPPROTO_UDP, SV_TCP_ESTABLISHED, "127.0.0.1:40000", "127.0.0.1:53");
  assert_says (self, (SvRowContext){ .fd = -1 }, "127.0.0.1:40000 → 127.0.0.1:53", SAYS ("fixes the peer"));
}

static void
test_mapped (void)
{
  SvSocketRow self = row (IPPROTO_TCP, SV_TCP_ESTABLISHED, "[::ffff:127.0.0.1]:9999", "[::ffff:127.0.0.1]:43210");

  assert_says (self, (SvRowContext){ .fd = -1 }, "::ffff:127.0.0.1:9999 → ::ffff:127.0.0.1:43210",
               SAYS ("IPv4-mapped", "127.0.0.1 is the loopback address"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/state", test_states);
  g_test_add_func ("/explain/row/all", test_all_rows);
  g_test_add_func ("/explain/row/listener", test_listener);
  g_test_add_func ("/explain/row/holders", test_holders);
  g_test_add_func ("/explain/row/ports", test_ports);
  g_test_add_func ("/explain/row/timers", test_timers);
  g_test_add_func ("/explain/row/queues", test_queues);
  g_test_add_func ("/explain/row/udp", test_udp);
  g_test_add_func ("/explain/row/mapped", test_mapped);
  g_test_add_func ("/explain/row/machines", test_machines);
  return g_test_run ();
}
