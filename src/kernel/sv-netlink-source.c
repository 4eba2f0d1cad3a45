/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-netlink-source.h"

#include "sv-diag-codec.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel fills at most 32 KiB at once. */
#define BUFFER_SIZE (64 * 1024)
#define RECEIVE_BUFFER (1024 * 1024)
#define MAX_ATTEMPTS 5

struct _SvNetlinkSource
{
  GObject parent_instance;

  int fd;
  guint32 sequence;
  guint8 *buffer;
  gsize size;
};

static void sv_netlink_source_iface_init (SvSocketSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SvNetlinkSource, sv_netlink_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SV_TYPE_SOCKET_SOURCE, sv_netlink_source_iface_init))

static gboolean
fail (GError **error, int saved_errno)
{
  g_set_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE,
               _("The kernel does not show its sockets through netlink (NETLINK_SOCK_DIAG): %s."),
               g_strerror (saved_errno));
  return FALSE;
}

static gboolean
ask (SvNetlinkSource *self, const guint8 *request, gsize length, GError **error)
{
  gssize sent;

  /* Without an address it goes to the kernel, netlink(7). */
  do
    sent = send (self->fd, request, length, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent >= 0 || fail (error, errno);
}

/* The kernel answers inside sendto(2) and recvfrom(2), so there is nothing to
 * wait for: what is not there will not come. */
static gssize
receive (SvNetlinkSource *self, struct sockaddr_nl *sender)
{
  socklen_t sender_size = sizeof *sender;
  gssize n;

  do
    n = recvfrom (self->fd, self->buffer, self->size, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *) sender,
                  &sender_size);
  while (n < 0 && errno == EINTR);
  return n;
}

/* To the end of the answer, even when it is known to be useless: the kernel
 * takes no other request before. */
static gboolean
read_reply (SvNetlinkSource *self, SvDiagReply *reply, GArray *rows, GError **error)
{
  while (!reply->done)
    {
      struct sockaddr_nl sender = { 0 };
      gssize n = receive (self, &sender);

      if (n < 0 && errno == EAGAIN && reply->interrupted)
        return TRUE;
      if (n < 0 && errno != ENOBUFS)
        return fail (error, errno == EAGAIN ? ENODATA : errno);
      if (n < 0 || (gsize) n > self->size)
        reply->interrupted = TRUE;
      if (n > (gssize) self->size)
        {
          self->size = (gsize) n;
          g_free (g_steal_pointer (&self->buffer));
          self->buffer = g_malloc (self->size);
        }
      else if (n > 0 && sender.nl_pid == 0)
        sv_diag_codec_read (reply, self->buffer, (gsize) n, rows);
    }
  return TRUE;
}

static SvDiagReply
begin (SvNetlinkSource *self, guint8 protocol, gint64 seen_at)
{
  return (SvDiagReply) { .sequence = ++self->sequence, .protocol = protocol, .seen_at = seen_at };
}

/* @family 0 means both; the kernel has that for TCP only. */
static gboolean
dump (SvNetlinkSource *self, guint16 family, guint8 protocol, guint32 states, GArray *rows, GError **error)
{
  guint before = rows->len;

  for (guint i = 0; i < MAX_ATTEMPTS; i++)
    {
      SvDiagReply reply = begin (self, protocol, sv_socket_source_clock ());
      guint8 request[SV_DIAG_REQUEST_SIZE];
      gsize length;

      g_array_set_size (rows, before);
      if (family == 0)
        length = sv_diag_codec_write_tcp_dump (request, states, reply.sequence);
      else
        length = sv_diag_codec_write_dump (request, family, protocol, states, reply.sequence);
      if (!ask (self, request, length, error) || !read_reply (self, &reply, rows, error))
        return FALSE;
      if (reply.error != 0)
        return fail (error, reply.error);
      if (!reply.interrupted)
        return TRUE;
    }
  g_set_error_literal (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_INTERRUPTED,
                       _("The socket table changed each time it was read. Try again."));
  return FALSE;
}

static GArray *
sv_netlink_source_list (SvSocketSource *source, GError **error)
{
  SvNetlinkSource *self = SV_NETLINK_SOURCE (source);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));

  if (!dump (self, 0, IPPROTO_TCP, SV_DIAG_ALL_STATES, rows, error)
      || !dump (self, AF_INET, IPPROTO_UDP, SV_DIAG_ALL_STATES, rows, error)
      || !dump (self, AF_INET6, IPPROTO_UDP, SV_DIAG_ALL_STATES, rows, error))
    return NULL;
  return g_steal_pointer (&rows);
}

static gboolean
sv_netlink_source_find (SvSocketSource *source, guint8 protocol, const SvEndpoint *local, const SvEndpoint *foreign,
                        SvSocketRow *row, GError **error)
{
  SvNetlinkSource *self = SV_NETLINK_SOURCE (source);
  SvSocketRow asked = { .family = (guint8) local->family, .protocol = protocol, .local = *local, .foreign = *foreign };
  SvDiagReply reply = begin (self, protocol, sv_socket_source_clock ());
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  guint8 request[SV_DIAG_REQUEST_SIZE];
  gsize length = sv_diag_codec_write_find (request, protocol, local, foreign, reply.sequence);

  if (!ask (self, request, length, error) || !read_reply (self, &reply, rows, error))
    return FALSE;
  if (reply.error != 0 && reply.error != ENOENT)
    return fail (error, reply.error);
  if (rows->len == 0 || !sv_socket_row_tuple_equal (&g_array_index (rows, SvSocketRow, 0), &asked))
    return FALSE;
  *row = g_array_index (rows, SvSocketRow, 0);
  return TRUE;
}

/* A kernel may lack tcp_diag or udp_diag. Asking for the few listening sockets,
 * or for none, shows it. */
static gboolean
probe (SvNetlinkSource *self, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));

  return dump (self, 0, IPPROTO_TCP, 1u << SV_TCP_LISTEN, rows, error)
         && dump (self, AF_INET, IPPROTO_UDP, 0, rows, error);
}

static void
sv_netlink_source_finalize (GObject *object)
{
  SvNetlinkSource *self = SV_NETLINK_SOURCE (object);

  if (self->fd >= 0)
    close (self->fd);
  g_free (self->buffer);
  G_OBJECT_CLASS (sv_netlink_source_parent_class)->finalize (object);
}

static void
sv_netlink_source_class_init (SvNetlinkSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_netlink_source_finalize;
}

static void
sv_netlink_source_init (SvNetlinkSource *self)
{
  self->fd = -1;
  self->size = BUFFER_SIZE;
  self->buffer = g_malloc (self->size);
}

static void
sv_netlink_source_iface_init (SvSocketSourceInterface *iface)
{
  iface->list = sv_netlink_source_list;
  iface->find = sv_netlink_source_find;
}

/**
 * sv_netlink_source_new:
 * @fd: (transfer full): a NETLINK_SOCK_DIAG socket, which may come from another
 *   network namespace; -1 opens one here
 * @error: #SvSocketSourceError, a sentence for people
 *
 * Returns: (transfer full) (nullable): %NULL where the kernel does not answer
 */
SvSocketSource *
sv_netlink_source_new (int fd, GError **error)
{
  g_autoptr (SvNetlinkSource) self = g_object_new (SV_TYPE_NETLINK_SOURCE, NULL);
  int receive_buffer = RECEIVE_BUFFER;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self->fd = fd >= 0 ? fd : socket (AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (self->fd < 0)
    {
      fail (error, errno);
      return NULL;
    }
  /* Only fewer, larger answers depend on it. */
  (void) setsockopt (self->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  if (!probe (self, error))
    return NULL;
  return SV_SOCKET_SOURCE (g_steal_pointer (&self));
}

/* The socket that @asked names, among those that the kernel told of. */
static gboolean
take_inspected (GArray *rows, GArray *infos, SvSocketRow *asked, SvDiagInfo *info)
{
  for (guint i = 0; i < rows->len; i++)
    {
      SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);

      if (asked->cookie != 0 ? row->cookie != asked->cookie : !sv_socket_row_tuple_equal (row, asked))
        continue;
      row->key = asked->key;
      *asked = *row;
      *info = g_array_index (infos, SvDiagInfo, i);
      return TRUE;
    }
  return FALSE;
}

/**
 * sv_netlink_source_inspect:
 * @row: (inout): a row of the table; what the kernel says of that socket now
 * @info: (out caller-allocates)
 *
 * Asks for one socket with all that the kernel tells of it. By its cookie,
 * where it has one, so that it is that very socket even when others have the
 * same addresses.
 *
 * Returns: whether there is one; no socket is no error
 */
gboolean
sv_netlink_source_inspect (SvNetlinkSource *self, SvSocketRow *row, SvDiagInfo *info, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  g_autoptr (GArray) infos = g_array_new (FALSE, FALSE, sizeof (SvDiagInfo));
  guint8 request[SV_DIAG_REQUEST_SIZE];

  g_return_val_if_fail (SV_IS_NETLINK_SOURCE (self), FALSE);
  g_return_val_if_fail (row != NULL && info != NULL, FALSE);

  for (guint attempt = 0; attempt < MAX_ATTEMPTS; attempt++)
    {
      SvDiagReply reply = begin (self, row->protocol, sv_socket_source_clock ());
      gsize length = attempt == 0 ? sv_diag_codec_write_inspect (request, row, reply.sequence)
                                  : sv_diag_codec_write_inspect_all (request, row, reply.sequence);

      reply.infos = infos;
      g_array_set_size (rows, 0);
      g_array_set_size (infos, 0);
      if (!ask (self, request, length, error) || !read_reply (self, &reply, rows, error))
        return FALSE;
      if (reply.error == ENOENT)
        return FALSE;
      if (reply.error != 0 && reply.error != ESTALE)
        return fail (error, reply.error);
      if (reply.error == 0 && !reply.interrupted)
        return take_inspected (rows, infos, row, info);
    }
  return FALSE;
}

/**
 * sv_netlink_source_destroy:
 * @row: a TCP socket, as the kernel told it
 *
 * Ends that socket, whoever holds it. Only who rules over the network may
 * (CAP_NET_ADMIN), by a descriptor that was opened with that right.
 */
gboolean
sv_netlink_source_destroy (SvNetlinkSource *self, const SvSocketRow *row, GError **error)
{
  SvDiagReply reply = begin (self, row->protocol, sv_socket_source_clock ());
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  guint8 request[SV_DIAG_REQUEST_SIZE];
  gsize length = sv_diag_codec_write_destroy (request, row, reply.sequence);

  g_return_val_if_fail (SV_IS_NETLINK_SOURCE (self), FALSE);

  if (!ask (self, request, length, error) || !read_reply (self, &reply, rows, error))
    return FALSE;
  if (reply.error != 0)
    g_set_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE,
                 _("The kernel does not end this socket: %s."), g_strerror (reply.error));
  return reply.error == 0;
}
