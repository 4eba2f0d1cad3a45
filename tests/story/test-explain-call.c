/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

typedef struct
{
  const char *name;
  int fd;
  const char *args;
  gint64 result;
  int error;
  const char *local;
  const char *foreign;
  const char *title;
  const char *words;
} Case;

static SvFact *
make_call (const Case *c)
{
  SvFact *call = sv_fact_new_call (0, SV_MACHINE_THIS, SV_SIDE_CLIENT, "client 1", c->name, c->fd);

  call->call.args = g_strdup (c->args);
  call->call.result = c->result;
  call->call.error = c->error;
  call->call.duration = 69300;
  call->call.local = endpoint (c->local);
  call->call.foreign = endpoint (c->foreign);
  return call;
}

static const Case CASES[] = {
  { "socket", -1, "AF_INET, SOCK_STREAM, IPPROTO_TCP", 16, 0, "", "",
    "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 16", "16 is its file descriptor" },
  { "socket", -1, "AF_INET6, SOCK_STREAM, IPPROTO_TCP", -1, EAFNOSUPPORT, "", "",
    "socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = -1 EAFNOSUPPORT", "IPv6 is turned off" },
  { "bind", 13, "127.0.0.1:9999", 0, 0, "127.0.0.1:9999", "", "bind(13, 127.0.0.1:9999) = 0",
    "address is now 127.0.0.1:9999" },
  { "bind", 13, "127.0.0.1:9999", -1, EADDRINUSE, "0.0.0.0:*", "", "bind(13, 127.0.0.1:9999) = -1 EADDRINUSE",
    "127.0.0.1:9999 is in use" },
  { "bind", 13, NULL, -1, EADDRINUSE, "0.0.0.0:*", "", "bind(13) = -1 EADDRINUSE", "That address is in use" },
  { "listen", 13, NULL, -1, EADDRINUSE, "", "", "listen(13) = -1 EADDRINUSE", "listens on that address already" },
  { "listen", 13, "16", 0, 0, "127.0.0.1:9999", "", "listen(13, 16) = 0", "as LISTEN" },
  { "accept", 13, "127.0.0.1:43210", 14, 0, "127.0.0.1:9999", "127.0.0.1:43210",
    "accept(13, 127.0.0.1:43210) = 14", "opens no new port" },
  { "accept", 13, "", -1, EAGAIN, "127.0.0.1:9999", "", "accept(13) = -1 EAGAIN", "no failure" },
  { "accept4", 13, "", -1, EMFILE, "127.0.0.1:9999", "", "accept4(13) = -1 EMFILE", "as it may" },
  { "connect", 16, "127.0.0.1:9999", -1, EINPROGRESS, "127.0.0.1:43210", "127.0.0.1:9999",
    "connect(16, 127.0.0.1:9999) = -1 EINPROGRESS", "no failure" },
  { "connect", 16, "127.0.0.1:9999", 0, 0, "127.0.0.1:43210", "127.0.0.1:9999", "connect(16, 127.0.0.1:9999) = 0",
    "need not have called accept()" },
  { "connect", 16, "127.0.0.1:9999", -1, ECONNREFUSED, "", "127.0.0.1:9999",
    "connect(16, 127.0.0.1:9999) = -1 ECONNREFUSED", "nobody listens on 127.0.0.1:9999" },
  { "getsockopt", 16, "SOL_SOCKET, SO_ERROR, [0]", 0, 0, "127.0.0.1:43210", "127.0.0.1:9999",
    "getsockopt(16, SOL_SOCKET, SO_ERROR, [0]) = 0", "the connection stands" },
  { "getsockopt", 16, "SOL_SOCKET, SO_ERROR, [ECONNREFUSED]", 0, 0, "", "127.0.0.1:9999",
    "getsockopt(16, SOL_SOCKET, SO_ERROR, [ECONNREFUSED]) = 0", "nobody listens on 127.0.0.1:9999" },
  { "getsockopt", 16, "SOL_SOCKET, SO_ERROR, [EODD]", 0, 0, "", "", "getsockopt(16, SOL_SOCKET, SO_ERROR, [EODD]) = 0",
    "no name here" },
  { "getsockopt", 16, "IPPROTO_TCP, TCP_SAVED_SYN", 60, 0, "", "", "getsockopt(16, IPPROTO_TCP, TCP_SAVED_SYN) = 60",
    "asks about its socket" },
  { "setsockopt", 13, "SOL_SOCKET, SO_REUSEADDR, 1", 0, 0, "", "", "setsockopt(13, SOL_SOCKET, SO_REUSEADDR, 1) = 0",
    "TIME_WAIT" },
  { "setsockopt", 13, "IPPROTO_TCP, TCP_SAVE_SYN, 1", 0, 0, "", "", "setsockopt(13, IPPROTO_TCP, TCP_SAVE_SYN, 1) = 0",
    "each client’s SYN" },
  { "setsockopt", 13, "SOL_SOCKET, SO_LINGER, {1, 0}", 0, 0, "", "", "setsockopt(13, SOL_SOCKET, SO_LINGER, {1, 0}) = 0",
    "with an RST" },
  { "send", 16, "6 bytes, MSG_NOSIGNAL", 6, 0, "127.0.0.1:43210", "127.0.0.1:9999",
    "send(16, 6 bytes, MSG_NOSIGNAL) = 6", "not delivery" },
  { "send", 16, "6 bytes, MSG_NOSIGNAL", -1, EAGAIN, "", "", "send(16, 6 bytes, MSG_NOSIGNAL) = -1 EAGAIN",
    "send buffer is full" },
  { "send", 16, "6 bytes, MSG_NOSIGNAL", -1, EPIPE, "", "", "send(16, 6 bytes, MSG_NOSIGNAL) = -1 EPIPE",
    "takes nothing more" },
  { "recv", 14, "65536 bytes", 6, 0, "", "", "recv(14, 65536 bytes) = 6", "stream of bytes" },
  { "recv", 14, "65536 bytes", 0, 0, "", "", "recv(14, 65536 bytes) = 0", "0 means the end" },
  { "recv", 14, "65536 bytes", -1, EAGAIN, "", "", "recv(14, 65536 bytes) = -1 EAGAIN", "nothing has arrived" },
  { "recv", 14, "65536 bytes", -1, ECONNRESET, "", "", "recv(14, 65536 bytes) = -1 ECONNRESET", "with an RST" },
  { "shutdown", 16, "SHUT_WR", 0, 0, "", "", "shutdown(16, SHUT_WR) = 0", "only sending has ended" },
  { "shutdown", 16, "SHUT_RD", 0, 0, "", "", "shutdown(16, SHUT_RD) = 0", "does not learn" },
  { "shutdown", 16, "SHUT_RDWR", 0, 0, "", "", "shutdown(16, SHUT_RDWR) = 0", "sends a FIN" },
  { "close", 16, NULL, 0, 0, "127.0.0.1:43210", "127.0.0.1:9999", "close(16) = 0", "then a FIN" },
  { "close", 13, "", 0, 0, "127.0.0.1:9999", "", "close(13) = 0", "number is free again" },
  { "frobnicate", 3, "1", -1, ENOSYS, "", "", "frobnicate(3, 1) = -1 ENOSYS", "refused frobnicate()" },
};

static void
test_calls (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SvFact) call = make_call (&CASES[i]);
      g_autoptr (SvExplanation) explanation = sv_explain_call (call);

      assert_explanation (explanation);
      g_assert_cmpstr (explanation->title, ==, CASES[i].title);
      if (!says (explanation, CASES[i].words))
        g_error ("%s does not say “%s”", CASES[i].title, CASES[i].words);
      g_assert_true (says (explanation, "69.3 µs"));
    }
}

static void
test_durations (void)
{
  static const struct { gint64 ns; const char *words; } DURATIONS[] = {
    { 999, "took 999 ns." }, { 1000, "took 1.0 µs." }, { 2500000, "took 2.5 ms." },
    { G_GINT64_CONSTANT (7200000000000), "took 7200.0 s." }, { 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (DURATIONS); i++)
    {
      g_autoptr (SvFact) call = make_call (&CASES[0]);
      g_autoptr (SvExplanation) explanation = NULL;

      call->call.duration = DURATIONS[i].ns;
      explanation = sv_explain_call (call);
      if (DURATIONS[i].words == NULL)
        g_assert_false (says (explanation, "took"));
      else
        g_assert_true (says (explanation, DURATIONS[i].words));
    }
}

static void
test_data (void)
{
  static const struct { const char *bytes; gsize length; const char *words; } DATA[] = {
    { "hello\n", 6, "The data is “hello\\n”." },
    { "a\0b\xff\\", 5, "The data is “a\\000b\\377\\\\”." },
    { "0123456789012345678901234567890123456789x", 41, "begins with “0123456789012345678901234567890123456789”." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (DATA); i++)
    {
      Case c = { "recv", 14, "65536 bytes", (gint64) DATA[i].length, 0, "", "", NULL, NULL };
      g_autoptr (SvFact) call = make_call (&c);
      g_autoptr (SvExplanation) explanation = NULL;

      call->call.data = g_bytes_new (DATA[i].bytes, DATA[i].length);
      explanation = sv_explain_call (call);
      g_assert_true (says (explanation, DATA[i].words));
    }
}

static void
assert_other (guint8 protocol, const char *name, int error, const char *part, const char *absent)
{
  g_autoptr (SvFact) fact = sv_fact_new_call (0, SV_MACHINE_THIS, SV_SIDE_CLIENT, "client 1", name, 7);
  g_autoptr (SvExplanation) words = NULL;
  g_autoptr (GString) all = g_string_new (NULL);

  fact->call.protocol = protocol;
  fact->call.args = g_strdup ("/run/x.sock");
  fact->call.error = error;
  fact->call.result = error != 0 ? -1 : 5;
  sv_endpoint_parse ("127.0.0.1:9", 0, &fact->call.foreign, NULL);
  words = sv_explain_call (fact);
  for (guint i = 0; i < words->lines->len; i++)
    g_string_append (all, words->lines->pdata[i]);
  g_assert_nonnull (strstr (all->str, part));
  g_assert_null (strstr (all->str, absent));
}

/* What holds of TCP only is not said of the others. */
static void
test_other_protocols (void)
{
  assert_other (IPPROTO_UDP, "connect", 0, "sends nothing", "SYN");
  assert_other (IPPROTO_UDP, "recvfrom", 0, "one whole datagram", "stream of bytes");
  assert_other (IPPROTO_UDP, "close", 0, "Nobody is told", "FIN");
  assert_other (IPPROTO_UDP, "recv", ECONNREFUSED, "ICMP", "RST");
  assert_other (0, "connect", 0, "no handshake", "SYN");
  assert_other (0, "connect", ECONNREFUSED, "no program listens", "RST");
  assert_other (0, "connect", EAGAIN, "queue is full", "RST");
  assert_other (0, "close", 0, "reads 0", "FIN");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/call/all", test_calls);
  g_test_add_func ("/explain/call/durations", test_durations);
  g_test_add_func ("/explain/call/data", test_data);
  g_test_add_func ("/explain-call/other-protocols", test_other_protocols);
  return g_test_run ();
}
