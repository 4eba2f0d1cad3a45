/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-netlink-source.h"
#include "sv-proc-source.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A kernel whose answers lie ready. It numbers them as the source will ask. */
typedef struct
{
  int fd;
  guint32 sequence;
} FakeKernel;

static void
answer (FakeKernel *kernel, guint16 type, guint16 flags, gconstpointer payload, gsize size, gsize padding)
{
  gsize length = NLMSG_HDRLEN + size;
  struct nlmsghdr header = { (guint32) length, type, flags, kernel->sequence, 0 };
  g_autofree guint8 *bytes = g_malloc0 (length + padding);

  memcpy (bytes, &header, sizeof header);
  memcpy (bytes + NLMSG_HDRLEN, payload, size);
  g_assert_cmpint (send (kernel->fd, bytes, length + padding, 0), ==, (gssize) (length + padding));
}

static void
answer_row (FakeKernel *kernel, guint16 flags, guint8 state, guint16 port, guint16 foreign_port)
{
  struct inet_diag_msg row = { .idiag_family = AF_INET, .idiag_state = state };

  row.id.idiag_sport = g_htons (port);
  row.id.idiag_dport = g_htons (foreign_port);
  row.id.idiag_cookie[0] = port;
  answer (kernel, TCPDIAG_GETSOCK, flags, &row, sizeof row, 0);
}

static void
answer_end (FakeKernel *kernel, guint16 type, guint16 flags, gint32 error)
{
  answer (kernel, type, flags, &error, sizeof error, 0);
}

static SvSocketSource *
new_fake (FakeKernel *kernel)
{
  g_autoptr (GError) error = NULL;
  int pair[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
  *kernel = (FakeKernel) { .fd = pair[0] };
  for (kernel->sequence = 1; kernel->sequence <= 2; kernel->sequence++)
    answer_end (kernel, NLMSG_DONE, NLM_F_MULTI, 0);

  SvSocketSource *source = sv_netlink_source_new (pair[1], &error);
  g_assert_no_error (error);
  g_assert_nonnull (source);
  return source;
}

static void
answer_empty_udp (FakeKernel *kernel)
{
  for (guint i = 0; i < 2; i++, kernel->sequence++)
    answer_end (kernel, NLMSG_DONE, NLM_F_MULTI, 0);
}

static void
test_interrupted (void)
{
  FakeKernel kernel;
  g_autoptr (SvSocketSource) source = new_fake (&kernel);
  g_autoptr (GError) error = NULL;

  /* Interrupted in the middle, then at the end, then an answer to nobody, then whole. */
  answer_row (&kernel, NLM_F_MULTI | NLM_F_DUMP_INTR, SV_TCP_LISTEN, 1, 0);
  answer_end (&kernel, NLMSG_DONE, NLM_F_MULTI, 0);
  kernel.sequence++;
  answer_row (&kernel, NLM_F_MULTI, SV_TCP_LISTEN, 2, 0);
  answer_end (&kernel, NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, 0);
  answer_row (&kernel, NLM_F_MULTI, SV_TCP_LISTEN, 3, 0);
  kernel.sequence++;
  answer_row (&kernel, NLM_F_MULTI, SV_TCP_LISTEN, 4, 0);
  answer_end (&kernel, NLMSG_DONE, NLM_F_MULTI, 0);
  kernel.sequence++;
  answer_empty_udp (&kernel);

  g_autoptr (GArray) rows = sv_socket_source_list (source, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpuint (g_array_index (rows, SvSocketRow, 0).local.port, ==, 4);
  close (kernel.fd);
}

static void
test_always_interrupted (void)
{
  FakeKernel kernel;
  g_autoptr (SvSocketSource) source = new_fake (&kernel);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 10; i++, kernel.sequence++)
    answer_end (&kernel, NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, 0);
  g_assert_null (sv_socket_source_list (source, &error));
  g_assert_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_INTERRUPTED);
  close (kernel.fd);
}

/* An answer longer than any buffer so far: asked again, with room for it. */
static void
test_truncated (void)
{
  FakeKernel kernel;
  g_autoptr (SvSocketSource) source = new_fake (&kernel);
  g_autoptr (GError) error = NULL;
  struct inet_diag_msg row = { .idiag_family = AF_INET, .idiag_state = SV_TCP_LISTEN };

  for (guint i = 0; i < 2; i++, kernel.sequence++)
    {
      answer (&kernel, TCPDIAG_GETSOCK, NLM_F_MULTI, &row, sizeof row, 100000);
      answer_end (&kernel, NLMSG_DONE, NLM_F_MULTI, 0);
    }
  answer_empty_udp (&kernel);
  g_autoptr (GArray) rows = sv_socket_source_list (source, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  close (kernel.fd);
}

static void
test_refused (void)
{
  FakeKernel kernel;
  g_autoptr (SvSocketSource) source = new_fake (&kernel);
  g_autoptr (GError) error = NULL;

  answer_end (&kernel, NLMSG_ERROR, 0, -EPERM);
  g_assert_null (sv_socket_source_list (source, &error));
  g_assert_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE);
  g_clear_error (&error);
  /* No answer at all is a failure, too, and no waiting. */
  g_assert_null (sv_socket_source_list (source, &error));
  g_assert_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE);
  g_clear_error (&error);
  close (kernel.fd);
  g_assert_null (sv_socket_source_list (source, &error));
  g_assert_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE);
}

/* The kernel may answer with the listener that would take the connection. */
static void
test_other_tuple (void)
{
  FakeKernel kernel;
  g_autoptr (SvSocketSource) source = new_fake (&kernel);
  g_autoptr (GError) error = NULL;
  SvEndpoint local = sv_endpoint_any (AF_INET, 80), foreign = sv_endpoint_any (AF_INET, 4000);
  SvSocketRow row;

  answer_row (&kernel, 0, SV_TCP_LISTEN, 80, 0);
  kernel.sequence++;
  answer_end (&kernel, NLMSG_ERROR, 0, -ENOENT);
  kernel.sequence++;
  answer_row (&kernel, 0, SV_TCP_ESTABLISHED, 80, 4000);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (sv_socket_source_find (source, IPPROTO_TCP, &local, &foreign, &row, &error), ==, i == 2);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (row.cookie, ==, 80);
  close (kernel.fd);
}

/* The rest asks the real kernel about sockets of our own. */
static int
open_socket (int family, int type, const char *address)
{
  int fd = socket (family, type | SOCK_CLOEXEC, 0);
  struct sockaddr_storage native;
  SvEndpoint endpoint;

  g_assert_no_errno (fd);
  g_assert_true (sv_endpoint_parse (address, 0, &endpoint, NULL));
  g_autoptr (GSocketAddress) socket_address = sv_endpoint_to_socket_address (&endpoint);
  g_assert_true (g_socket_address_to_native (socket_address, &native, sizeof native, NULL));
  socklen_t size = (socklen_t) g_socket_address_get_native_size (socket_address);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &native, size));
  return fd;
}

static SvEndpoint
name_of (int fd, gboolean peer)
{
  struct sockaddr_storage native;
  socklen_t size = sizeof native;
  SvEndpoint endpoint;

  g_assert_no_errno (peer ? getpeername (fd, (struct sockaddr *) &native, &size)
                          : getsockname (fd, (struct sockaddr *) &native, &size));
  g_assert_true (sv_endpoint_from_native (&endpoint, &native, size));
  return endpoint;
}

static void
connect_to (int fd, SvEndpoint to)
{
  struct sockaddr_storage native;
  g_autoptr (GSocketAddress) address = sv_endpoint_to_socket_address (&to);

  g_assert_true (g_socket_address_to_native (address, &native, sizeof native, NULL));
  g_assert_no_errno (connect (fd, (struct sockaddr *) &native, (socklen_t) g_socket_address_get_native_size (address)));
}

static guint32
inode_of (int fd)
{
  GStatBuf status;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  g_assert_no_errno (g_stat (path, &status));
  return (guint32) status.st_ino;
}

/* @state %SV_TCP_NONE: any */
static SvSocketRow
assert_found (SvSocketSource *source, guint8 protocol, SvEndpoint local, SvEndpoint foreign, SvTcpState state)
{
  g_autoptr (GError) error = NULL;
  gint64 before = sv_socket_source_clock ();
  SvSocketRow row = { 0 };
  g_autofree char *text = sv_endpoint_to_string (&local), *foreign_text = sv_endpoint_to_string (&foreign);

  g_test_message ("%s %s %s", G_OBJECT_TYPE_NAME (source), text, foreign_text);
  g_assert_true (sv_socket_source_find (source, protocol, &local, &foreign, &row, &error));
  g_assert_no_error (error);
  if (state != SV_TCP_NONE)
    g_assert_cmpstr (sv_tcp_state_to_netstat (row.state), ==, sv_tcp_state_to_netstat (state));
  g_assert_true (sv_endpoint_equal (&row.local, &local) && sv_endpoint_equal (&row.foreign, &foreign));
  g_assert_cmpint (row.seen_at, >=, before);
  g_assert_cmpint (row.seen_at, <=, sv_socket_source_clock ());
  return row;
}

static void
assert_missing (SvSocketSource *source, guint8 protocol, SvEndpoint local, SvEndpoint foreign)
{
  g_autoptr (GError) error = NULL;
  SvSocketRow row;

  g_assert_false (sv_socket_source_find (source, protocol, &local, &foreign, &row, &error));
  g_assert_no_error (error);
}

typedef struct
{
  int client_family;
  const char *client;
  int server_family;
  const char *server;
} Pairing;

static const Pairing PAIRINGS[] = {
  { AF_INET, "127.0.0.1:0", AF_INET, "127.0.0.1:0" },
  { AF_INET, "127.0.0.1:0", AF_INET, "0.0.0.0:0" },
  { AF_INET6, "[::1]:0", AF_INET6, "[::1]:0" },
  { AF_INET6, "[::1]:0", AF_INET6, "[::]:0" },
  { AF_INET, "127.0.0.1:0", AF_INET6, "[::]:0" },
  { AF_INET6, "[::ffff:127.0.0.1]:0", AF_INET6, "[::ffff:127.0.0.1]:0" },
};

/* Where a client of @pairing has to go to. */
static SvEndpoint
target_of (const Pairing *pairing, SvEndpoint server)
{
  SvEndpoint target;

  sv_endpoint_parse (pairing->client, 0, &target, NULL);
  target.port = server.port;
  return target;
}

static void
follow_tcp (SvSocketSource *source, const Pairing *pairing)
{
  int listener = open_socket (pairing->server_family, SOCK_STREAM, pairing->server);
  int client = open_socket (pairing->client_family, SOCK_STREAM, pairing->client);
  SvEndpoint server = name_of (listener, FALSE), any = sv_endpoint_any (server.family, 0);
  gboolean netlink = SV_IS_NETLINK_SOURCE (source);
  SvSocketRow row;

  assert_missing (source, IPPROTO_TCP, server, any);
  g_assert_no_errno (listen (listener, 3));
  row = assert_found (source, IPPROTO_TCP, server, any, SV_TCP_LISTEN);
  g_assert_cmpuint (row.backlog, ==, netlink ? 3 : 0);
  g_assert_cmpuint (row.send_q, ==, 0);
  g_assert_cmpuint (row.inode, ==, inode_of (listener));
  connect_to (client, target_of (pairing, server));
  SvEndpoint local = name_of (client, FALSE), foreign = name_of (client, TRUE);
  row = assert_found (source, IPPROTO_TCP, local, foreign, SV_TCP_ESTABLISHED);
  g_assert_cmpuint (row.inode, ==, inode_of (client));
  g_assert_cmpuint (assert_found (source, IPPROTO_TCP, server, any, SV_TCP_LISTEN).recv_q, ==, 1);

  int accepted = accept (listener, NULL, NULL);
  g_assert_no_errno (accepted);
  SvEndpoint there = name_of (accepted, FALSE), back = name_of (accepted, TRUE);
  g_assert_cmpint (send (client, "hello", 5, 0), ==, 5);
  row = assert_found (source, IPPROTO_TCP, there, back, SV_TCP_ESTABLISHED);
  g_assert_cmpuint (row.recv_q, ==, 5);
  g_assert_cmpuint (row.inode, ==, inode_of (accepted));
  back.port ^= 1;
  assert_missing (source, IPPROTO_TCP, there, back);
  back.port ^= 1;

  g_assert_no_errno (shutdown (client, SHUT_WR));
  /* The ACK of the FIN may be delayed. */
  row = assert_found (source, IPPROTO_TCP, local, foreign, SV_TCP_NONE);
  g_assert_true (row.state == SV_TCP_FIN_WAIT1 || row.state == SV_TCP_FIN_WAIT2);
  assert_found (source, IPPROTO_TCP, there, back, SV_TCP_CLOSE_WAIT);
  char buffer[8];
  g_assert_cmpint (recv (accepted, buffer, sizeof buffer, 0), ==, 5);
  close (accepted);
  row = assert_found (source, IPPROTO_TCP, local, foreign, SV_TCP_TIME_WAIT);
  g_assert_cmpint (row.timer, ==, SV_TIMER_TIME_WAIT);
  g_assert_cmpuint (row.timer_ms, >, 0);
  g_assert_cmpuint (row.timer_ms, <=, 60100);
  g_assert_cmpuint (row.inode, ==, 0);
  assert_missing (source, IPPROTO_TCP, there, back);
  close (client);
  close (listener);
  assert_missing (source, IPPROTO_TCP, server, any);
}

/* TCP_DEFER_ACCEPT: the server's half stays a request until data comes. */
static void
follow_request (SvSocketSource *source, const Pairing *pairing)
{
  int listener = open_socket (pairing->server_family, SOCK_STREAM, pairing->server);
  int client = open_socket (pairing->client_family, SOCK_STREAM, pairing->client);
  SvEndpoint server = name_of (listener, FALSE);
  int seconds = 30;

  g_assert_no_errno (setsockopt (listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds));
  g_assert_no_errno (listen (listener, 3));
  connect_to (client, target_of (pairing, server));
  SvEndpoint there = name_of (client, TRUE), back = name_of (client, FALSE);
  if (pairing->server_family == AF_INET6 && pairing->client_family == AF_INET)
    {
      sv_endpoint_parse ("[::ffff:127.0.0.1]", there.port, &there, NULL);
      sv_endpoint_parse ("[::ffff:127.0.0.1]", back.port, &back, NULL);
    }
  assert_found (source, IPPROTO_TCP, there, back, SV_TCP_SYN_RECV);
  close (client);
  close (listener);
}

static void
follow_udp (SvSocketSource *source, const Pairing *pairing)
{
  int server = open_socket (pairing->server_family, SOCK_DGRAM, pairing->server);
  int client = open_socket (pairing->client_family, SOCK_DGRAM, pairing->client);
  SvEndpoint bound = name_of (server, FALSE), mine = name_of (client, FALSE);

  assert_found (source, IPPROTO_UDP, bound, sv_endpoint_any (bound.family, 0), SV_TCP_CLOSE);
  assert_found (source, IPPROTO_UDP, mine, sv_endpoint_any (mine.family, 0), SV_TCP_CLOSE);
  connect_to (client, target_of (pairing, bound));
  assert_found (source, IPPROTO_UDP, name_of (client, FALSE), name_of (client, TRUE), SV_TCP_ESTABLISHED);
  assert_missing (source, IPPROTO_UDP, name_of (client, FALSE), sv_endpoint_any (mine.family, 0));
  g_assert_cmpint (send (client, "x", 1, 0), ==, 1);
  g_assert_cmpuint (assert_found (source, IPPROTO_UDP, bound, sv_endpoint_any (bound.family, 0), SV_TCP_CLOSE).recv_q,
                    >, 0);
  close (client);
  close (server);
  assert_missing (source, IPPROTO_UDP, bound, sv_endpoint_any (bound.family, 0));
}

static void
test_find (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SvSocketSource) source
    = data != NULL ? sv_proc_source_new ("/proc/net", &error) : sv_netlink_source_new (-1, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (PAIRINGS); i++)
    {
      follow_tcp (source, &PAIRINGS[i]);
      follow_request (source, &PAIRINGS[i]);
      follow_udp (source, &PAIRINGS[i]);
    }
}

static void
test_proc_root (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("sockview-XXXXXX", &error);
  g_autofree char *tcp = g_build_filename (root, "tcp", NULL), *udp = g_build_filename (root, "udp", NULL);

  g_assert_null (sv_proc_source_new (root, &error));
  g_assert_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE);
  g_clear_error (&error);

  /* No IPv6 is fine, no UDP is not. */
  const char *text = "  sl\nrubbish\n   1: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 0 0 5 1\ncut";
  g_assert_true (g_file_set_contents (tcp, text, -1, NULL));
  g_autoptr (SvSocketSource) source = sv_proc_source_new (root, &error);
  g_assert_no_error (error);
  g_assert_null (sv_socket_source_list (source, &error));
  g_assert_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (udp, "", -1, NULL));
  g_autoptr (GArray) rows = sv_socket_source_list (source, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpuint (sv_proc_source_get_malformed (SV_PROC_SOURCE (source)), ==, 4);

  /* A line longer than any buffer. */
  g_autofree char *long_line = g_strnfill (100000, 'x');
  g_assert_true (g_file_set_contents (udp, long_line, -1, NULL));
  g_autoptr (GArray) again = sv_socket_source_list (source, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 1);
  g_unlink (tcp);
  g_unlink (udp);
  g_rmdir (root);
}

static void
test_default (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SvSocketSource) source = sv_socket_source_new_default (&error);

  g_assert_no_error (error);
  g_assert_true (SV_IS_NETLINK_SOURCE (source) || SV_IS_PROC_SOURCE (source));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket-source/interrupted", test_interrupted);
  g_test_add_func ("/socket-source/always-interrupted", test_always_interrupted);
  g_test_add_func ("/socket-source/truncated", test_truncated);
  g_test_add_func ("/socket-source/refused", test_refused);
  g_test_add_func ("/socket-source/other-tuple", test_other_tuple);
  g_test_add_data_func ("/socket-source/find/netlink", NULL, test_find);
  g_test_add_data_func ("/socket-source/find/proc", "", test_find);
  g_test_add_func ("/socket-source/proc-root", test_proc_root);
  g_test_add_func ("/socket-source/default", test_default);
  return g_test_run ();
}
