/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fixtures are one moment of one network namespace, taken three ways: by
 * sock_diag, from /proc/net, and by net-tools' netstat -tuna. */
#include "sv-diag-codec.h"
#include "sv-netstat-text.h"
#include "sv-proc-codec.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>

typedef struct
{
  const char *name;
  guint8 protocol;
  guint16 sequence; /* 0: a text of /proc */
} Fixture;

static const Fixture DIAG[] = {
  { "diag-tcp.bin", IPPROTO_TCP, 1 },
  { "diag-udp.bin", IPPROTO_UDP, 2 },
  { "diag-udp6.bin", IPPROTO_UDP, 3 },
};

static const Fixture PROC[] = {
  { "proc-tcp.txt", IPPROTO_TCP, 0 },
  { "proc-tcp6.txt", IPPROTO_TCP, 0 },
  { "proc-udp.txt", IPPROTO_UDP, 0 },
  { "proc-udp6.txt", IPPROTO_UDP, 0 },
};

static GBytes *
load (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "kernel", "fixtures", name, NULL);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize length;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

static GArray *
new_rows (void)
{
  return g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
}

static GArray *
read_diag (void)
{
  GArray *rows = new_rows ();

  for (guint i = 0; i < G_N_ELEMENTS (DIAG); i++)
    {
      g_autoptr (GBytes) bytes = load (DIAG[i].name);
      SvDiagReply reply = { .sequence = DIAG[i].sequence, .protocol = DIAG[i].protocol, .seen_at = 11 };

      sv_diag_codec_read (&reply, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), rows);
      g_assert_true (reply.done);
      g_assert_false (reply.interrupted);
      g_assert_cmpint (reply.error, ==, 0);
      g_assert_cmpuint (reply.malformed, ==, 0);
    }
  return rows;
}

static GArray *
read_proc (void)
{
  GArray *rows = new_rows ();
  guint malformed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (PROC); i++)
    {
      g_autoptr (GBytes) bytes = load (PROC[i].name);
      gsize length = g_bytes_get_size (bytes);

      g_assert_cmpuint (sv_proc_codec_read (g_bytes_get_data (bytes, NULL), length, PROC[i].protocol, 11, rows,
                                            &malformed),
                        ==, length);
    }
  g_assert_cmpuint (malformed, ==, 0);
  return rows;
}

static char *
to_text (GArray *rows)
{
  static const char *const KINDS[] = { "tcp", "tcp6", "udp", "udp6" };
  GString *text = g_string_new (NULL);

  sv_netstat_text_append_header (text);
  for (guint kind = 0; kind < G_N_ELEMENTS (KINDS); kind++)
    for (guint i = 0; i < rows->len; i++)
      {
        const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);

        if (g_str_equal (sv_socket_row_protocol_name (row), KINDS[kind]))
          sv_netstat_text_append_row (text, row);
      }
  return g_string_free (text, FALSE);
}

static gboolean
skip_foreign_order (void)
{
  if (G_BYTE_ORDER == G_LITTLE_ENDIAN)
    return FALSE;
  g_test_skip ("the fixtures were recorded on a little-endian machine");
  return TRUE;
}

static void
test_netstat_is_witness (void)
{
  if (skip_foreign_order ())
    return;

  g_autoptr (GArray) diag = read_diag (), proc = read_proc ();
  g_autoptr (GBytes) expected = load ("netstat.txt");
  g_autofree char *by_diag = to_text (diag), *by_proc = to_text (proc);

  g_autofree char *text = g_strndup (g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));

  g_assert_cmpstr (by_diag, ==, text);
  g_assert_cmpstr (by_proc, ==, text);
}

/* Both know the same of a socket, but for cookie and backlog. */
static void
test_same_rows (void)
{
  if (skip_foreign_order ())
    return;

  g_autoptr (GArray) diag = read_diag (), proc = read_proc ();
  guint listeners = 0;

  g_assert_cmpuint (diag->len, ==, proc->len);
  for (guint i = 0; i < diag->len; i++)
    {
      SvSocketRow a = g_array_index (diag, SvSocketRow, i);
      guint met = 0;

      g_assert_cmpuint (a.cookie, !=, 0);
      g_assert_cmpuint (a.key, ==, 0);
      g_assert_cmpint (a.seen_at, ==, 11);
      if (a.state == SV_TCP_LISTEN)
        {
          listeners++;
          g_assert_cmpuint (a.backlog, ==,
                            a.local.port == 9999   ? 5
                            : a.local.port == 9998 ? 128
                            : a.local.port == 9997 ? 7
                            : a.local.port == 9996 ? 0
                                                   : 10);
        }
      a.backlog = 0;
      for (guint j = 0; j < proc->len; j++)
        {
          const SvSocketRow *b = &g_array_index (proc, SvSocketRow, j);

          g_assert_cmpuint (b->cookie, ==, 0);
          if (!sv_socket_row_tuple_equal (&a, b))
            continue;
          met++;
          g_assert_true (sv_socket_row_same_content (&a, b));
          g_assert_cmpuint (ABS ((gint64) a.timer_ms - (gint64) b->timer_ms), <, 1000);
        }
      g_assert_cmpuint (met, ==, 1);
    }
  g_assert_cmpuint (listeners, ==, 5);
}

static void
test_requests (void)
{
  SvEndpoint local, foreign;
  guint8 bytes[SV_DIAG_REQUEST_SIZE];
  struct nlmsghdr header;
  struct inet_diag_req_v2 request;

  sv_endpoint_parse ("[::1]:80", 0, &local, NULL);
  sv_endpoint_parse ("[::2]:4000", 0, &foreign, NULL);
  for (guint udp = 0; udp < 2; udp++)
    {
      gsize length = sv_diag_codec_write_find (bytes, udp ? IPPROTO_UDP : IPPROTO_TCP, &local, &foreign, 42);

      g_assert_cmpuint (length, ==, sizeof header + sizeof request);
      memcpy (&header, bytes, sizeof header);
      memcpy (&request, bytes + sizeof header, sizeof request);
      g_assert_cmpuint (header.nlmsg_len, ==, length);
      g_assert_cmpuint (header.nlmsg_flags, ==, NLM_F_REQUEST);
      g_assert_cmpuint (header.nlmsg_seq, ==, 42);
      g_assert_cmpuint (request.sdiag_family, ==, AF_INET6);
      g_assert_cmpuint (g_ntohs (udp ? request.id.idiag_dport : request.id.idiag_sport), ==, 80);
      g_assert_cmpmem (udp ? request.id.idiag_src : request.id.idiag_dst, 16, foreign.address, 16);
      g_assert_cmpuint (request.id.idiag_cookie[0] & request.id.idiag_cookie[1], ==, INET_DIAG_NOCOOKIE);
    }

  /* Sockets that are only bound are in no netstat. */
  g_assert_cmphex (SV_DIAG_ALL_STATES, ==, 0x1ffe);
  g_assert_cmpuint (sv_diag_codec_write_tcp_dump (bytes, SV_DIAG_ALL_STATES, 1), ==, SV_DIAG_REQUEST_SIZE);
  memcpy (&header, bytes, sizeof header);
  g_assert_cmpuint (header.nlmsg_type, ==, TCPDIAG_GETSOCK);
  g_assert_cmphex (header.nlmsg_flags, ==, NLM_F_REQUEST | NLM_F_DUMP);
}

static SvDiagReply
read_message (guint16 type, guint16 flags, guint32 sequence, gconstpointer payload, gsize size, guint *n_rows)
{
  SvDiagReply reply = { .sequence = 5, .protocol = IPPROTO_TCP };
  g_autoptr (GArray) rows = new_rows ();
  struct nlmsghdr header = { (guint32) (NLMSG_HDRLEN + size), type, flags, sequence, 0 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  g_byte_array_append (bytes, payload, (guint) size);
  sv_diag_codec_read (&reply, bytes->data, bytes->len, rows);
  if (n_rows != NULL)
    *n_rows = rows->len;
  return reply;
}

static void
test_replies (void)
{
  gint32 refused = -EPERM, fine = 0, odd = G_MININT32;
  struct inet_diag_msg found = { .idiag_family = AF_INET, .idiag_state = SV_TCP_NEW_SYN_RECV };
  SvDiagReply reply;
  guint n_rows;

  reply = read_message (NLMSG_ERROR, 0, 5, &refused, sizeof refused, NULL);
  g_assert_true (reply.done);
  g_assert_cmpint (reply.error, ==, EPERM);
  reply = read_message (NLMSG_ERROR, 0, 5, &fine, sizeof fine, NULL);
  g_assert_true (reply.done && reply.error == 0);
  reply = read_message (NLMSG_ERROR, 0, 5, &odd, sizeof odd, NULL);
  g_assert_true (reply.done && reply.error == 0);
  reply = read_message (NLMSG_ERROR, 0, 5, NULL, 0, NULL);
  g_assert_true (reply.done && reply.malformed == 1);
  reply = read_message (NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, 5, &fine, sizeof fine, NULL);
  g_assert_true (reply.done && reply.interrupted);
  reply = read_message (NLMSG_DONE, NLM_F_MULTI, 5, NULL, 0, NULL);
  g_assert_true (reply.done && reply.malformed == 0);
  reply = read_message (NLMSG_OVERRUN, 0, 5, NULL, 0, NULL);
  g_assert_true (!reply.done && reply.interrupted);
  reply = read_message (NLMSG_DONE, 0, 4, NULL, 0, NULL);
  g_assert_false (reply.done);
  reply = read_message (NLMSG_NOOP, 0, 5, NULL, 0, NULL);
  g_assert_true (!reply.done && reply.malformed == 0);
  reply = read_message (99, 0, 5, NULL, 0, NULL);
  g_assert_true (!reply.done && reply.malformed == 1);

  reply = read_message (TCPDIAG_GETSOCK, 0, 5, &found, sizeof found, &n_rows);
  g_assert_true (reply.done && n_rows == 1);
  reply = read_message (TCPDIAG_GETSOCK, NLM_F_MULTI, 5, &found, sizeof found - 1, &n_rows);
  g_assert_true (!reply.done && n_rows == 0 && reply.malformed == 1);
  found.idiag_state = 13;
  reply = read_message (TCPDIAG_GETSOCK, NLM_F_MULTI, 5, &found, sizeof found, &n_rows);
  g_assert_true (n_rows == 0 && reply.malformed == 1);
  found.idiag_state = SV_TCP_LISTEN;
  found.idiag_family = AF_UNIX;
  reply = read_message (TCPDIAG_GETSOCK, NLM_F_MULTI, 5, &found, sizeof found, &n_rows);
  g_assert_true (n_rows == 0 && reply.malformed == 1);
}

#define GOOD "   0: 0100007F:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000        0 4711 1 0 100\n"

static void
test_damaged_lines (void)
{
  static const char *const LINES[] = {
    "\n",
    "garbage\n",
    "   0 0100007F:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000        0 4711 1\n",
    "   0: 0100007:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000        0 4711 1\n",
    "   0: 0100007F0:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000        0 4711 1\n",
    "   0: 0100007F:1270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000        0 4711 1\n",
    "   0: 0100007F:270F 00000000000000000000000000000000:0000 0A 00000000:00000003 00:0 0  1000 0 4711 1\n",
    "   0: 0100007F:270F 00000000:0000 0F 00000000:00000003 00:00000000 00000000  1000        0 4711 1\n",
    "   0: 0100007F:270F 00000000:0000 00 00000000:00000003 00:00000000 00000000  1000        0 4711 1\n",
    "   0: 0100007F:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000   0 99999999999999999999999\n",
    "   0: 0100007F:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000        0 47x11 1\n",
    "   0: 0100007F:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000\n",
    "   0: 0100007F:270F 00000000:0000 0A 100000000:00000003 00:00000000 00000000  1000        0 4711 1\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (LINES); i++)
    {
      g_autoptr (GArray) rows = new_rows ();
      g_autofree char *text = g_strconcat ("  sl  local_address\n", GOOD, LINES[i], GOOD, "   0: 01000", NULL);
      guint malformed = 0;
      gsize used = sv_proc_codec_read (text, strlen (text), IPPROTO_TCP, 0, rows, &malformed);

      g_test_message ("%s", LINES[i]);
      g_assert_cmpuint (malformed, ==, 1);
      g_assert_cmpuint (rows->len, ==, 2);
      g_assert_cmpuint (used, ==, strlen (text) - strlen ("   0: 01000"));
      g_assert_cmpuint (g_array_index (rows, SvSocketRow, 1).inode, ==, 4711);
      g_assert_cmpuint (g_array_index (rows, SvSocketRow, 1).recv_q, ==, 3);
      g_assert_cmpuint (g_array_index (rows, SvSocketRow, 1).uid, ==, 1000);
    }
}

static guint8 *
mutate (GRand *rand, GBytes *bytes, gsize *length)
{
  const guint8 *data = g_bytes_get_data (bytes, length);
  guint n = (guint) g_rand_int_range (rand, 1, 8);

  if (g_rand_int_range (rand, 0, 4) == 0)
    *length = (gsize) g_rand_int_range (rand, 0, (gint32) *length);
  /* A block of just that size, so that a sanitizer sees a byte too far. */
  guint8 *copy = g_memdup2 (data, *length);
  for (guint i = 0; i < n && *length > 0; i++)
    {
      static const guint8 LIKELY[] = { 0, 0xff, 0x7f, 0x80, '\n', ' ', ':', 16, 3, 2 };
      gsize at = (gsize) g_rand_int_range (rand, 0, (gint32) *length);

      if (g_rand_boolean (rand))
        copy[at] = LIKELY[g_rand_int_range (rand, 0, G_N_ELEMENTS (LIKELY))];
      else
        copy[at] ^= (guint8) (1u << g_rand_int_range (rand, 0, 8));
    }
  return copy;
}

/* Whatever was read can be printed and has sensible values. */
static void
check_rows (GArray *rows)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);
      gsize before = text->len;

      g_assert_true (row->family == AF_INET || row->family == AF_INET6);
      g_assert_cmpint (row->family, ==, row->local.family);
      g_assert_cmpint (row->family, ==, row->foreign.family);
      g_assert_cmpint (row->state, >, SV_TCP_NONE);
      g_assert_cmpint (row->state, <, SV_TCP_NEW_SYN_RECV);
      g_assert_cmpint (row->timer, <=, SV_TIMER_ZERO_WINDOW);
      sv_netstat_text_append_row (text, row);
      g_assert_cmpuint (text->len - before, >=, 80);
    }
}

static void
test_fuzz_diag (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (9293);

  for (guint i = 0; i < G_N_ELEMENTS (DIAG); i++)
    {
      g_autoptr (GBytes) bytes = load (DIAG[i].name);

      for (guint round = 0; round < 10000; round++)
        {
          g_autoptr (GArray) rows = new_rows ();
          SvDiagReply reply = { .sequence = DIAG[i].sequence, .protocol = DIAG[i].protocol };
          gsize length;
          g_autofree guint8 *data = mutate (rand, bytes, &length);

          sv_diag_codec_read (&reply, data, length, rows);
          g_assert_cmpint (reply.error, >=, 0);
          check_rows (rows);
        }
    }
}

static void
test_fuzz_proc (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (793);

  for (guint i = 0; i < G_N_ELEMENTS (PROC); i++)
    {
      g_autoptr (GBytes) bytes = load (PROC[i].name);

      for (guint round = 0; round < 10000; round++)
        {
          g_autoptr (GArray) rows = new_rows ();
          guint malformed = 0;
          gsize length;
          g_autofree guint8 *data = mutate (rand, bytes, &length);
          gsize used = sv_proc_codec_read ((const char *) data, length, PROC[i].protocol, 0, rows, &malformed);

          g_assert_cmpuint (used, <=, length);
          g_assert_true (used == 0 || data[used - 1] == '\n');
          check_rows (rows);
        }
    }
}

/* As read(2) may give it: in pieces. */
static void
test_pieces (void)
{
  g_autoptr (GBytes) bytes = load ("proc-tcp.txt");
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  for (gsize cut = 0; cut <= length; cut++)
    {
      g_autoptr (GArray) rows = new_rows ();
      guint malformed = 0;
      gsize used = sv_proc_codec_read (text, cut, IPPROTO_TCP, 0, rows, &malformed);

      used += sv_proc_codec_read (text + used, length - used, IPPROTO_TCP, 0, rows, &malformed);
      g_assert_cmpuint (used, ==, length);
      g_assert_cmpuint (malformed, ==, 0);
      g_assert_cmpuint (rows->len, ==, 15);
    }
}

static void
test_wide_values (void)
{
  SvSocketRow row = { .family = AF_INET, .protocol = IPPROTO_UDP, .state = SV_TCP_LISTEN,
                      .recv_q = G_MAXUINT32, .send_q = 1234567 };
  g_autoptr (GString) text = g_string_new (NULL);

  sv_endpoint_parse ("255.255.255.255:65535", 0, &row.local, NULL);
  sv_endpoint_parse ("0.0.0.0:0", 0, &row.foreign, NULL);
  sv_netstat_text_append_row (text, &row);
  g_assert_cmpstr (text->str, ==,
                   "udp   4294967295 1234567 255.255.255.255:65535   0.0.0.0:*               UNKNOWN    \n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket-codecs/netstat-is-witness", test_netstat_is_witness);
  g_test_add_func ("/socket-codecs/same-rows", test_same_rows);
  g_test_add_func ("/socket-codecs/requests", test_requests);
  g_test_add_func ("/socket-codecs/replies", test_replies);
  g_test_add_func ("/socket-codecs/damaged-lines", test_damaged_lines);
  g_test_add_func ("/socket-codecs/pieces", test_pieces);
  g_test_add_func ("/socket-codecs/wide-values", test_wide_values);
  g_test_add_func ("/socket-codecs/fuzz/diag", test_fuzz_diag);
  g_test_add_func ("/socket-codecs/fuzz/proc", test_fuzz_proc);
  return g_test_run ();
}
