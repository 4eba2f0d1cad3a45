/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-unix-source.h"

#include "sv-unix-codec.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_SIZE (64 * 1024)
#define TABLE "/proc/net/unix"

struct _SvUnixSource
{
  int fd;
  guint32 sequence;
  guint8 buffer[BUFFER_SIZE];
};

static gboolean
fail (GError **error, int code)
{
  g_set_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE,
               _("The kernel does not show its UNIX-domain sockets: %s."), g_strerror (code));
  return FALSE;
}

/**
 * sv_unix_source_new:
 *
 * Returns: (transfer full) (nullable): %NULL if no descriptor was free
 */
SvUnixSource *
sv_unix_source_new (GError **error)
{
  int fd = socket (AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  SvUnixSource *self;

  if (fd < 0)
    {
      fail (error, errno);
      return NULL;
    }
  self = g_new0 (SvUnixSource, 1);
  self->fd = fd;
  return self;
}

void
sv_unix_source_free (SvUnixSource *self)
{
  close (self->fd);
  g_free (self);
}

/* The kernel answers inside send(2) and recvfrom(2): what is not there will not come. */
static gboolean
ask (SvUnixSource *self, const guint8 *request, gsize length, SvDiagReply *reply, GArray *rows, GError **error)
{
  gssize n;

  do
    n = send (self->fd, request, length, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return fail (error, errno);
  while (!reply->done)
    {
      struct sockaddr_nl sender = { 0 };
      socklen_t sender_size = sizeof sender;

      n = recvfrom (self->fd, self->buffer, sizeof self->buffer, MSG_DONTWAIT, (struct sockaddr *) &sender,
                    &sender_size);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (error, errno == EAGAIN ? ENODATA : errno);
      if (sender.nl_pid == 0)
        sv_unix_codec_read (reply, self->buffer, (gsize) n, rows);
    }
  return reply->error == 0 || reply->error == ENOENT || fail (error, reply->error);
}

typedef void (*LineFunc) (const SvSocketRow *row, gpointer data);

static gboolean
foreach_line (LineFunc func, gpointer data)
{
  g_autofree char *text = NULL;
  SvSocketRow row;
  gsize length;

  if (!g_file_get_contents (TABLE, &text, &length, NULL))
    return FALSE;
  for (const char *line = text; line < text + length;)
    {
      const char *end = memchr (line, '\n', (gsize) (text + length - line));

      if (end == NULL)
        end = text + length;
      if (sv_unix_codec_read_line (line, (gsize) (end - line), &row))
        func (&row, data);
      line = end + 1;
    }
  return TRUE;
}

static void
take_count (const SvSocketRow *line, gpointer data)
{
  SvSocketRow *row = data;

  if (line->inode == row->inode)
    row->unix_row.ref_count = line->unix_row.ref_count;
}

/**
 * sv_unix_source_find:
 *
 * Returns: whether there is a socket with that inode
 */
gboolean
sv_unix_source_find (SvUnixSource *self, guint32 inode, SvSocketRow *row, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  SvDiagReply reply = { .sequence = ++self->sequence, .seen_at = sv_socket_source_clock () };
  guint8 request[SV_UNIX_REQUEST_SIZE];
  gsize length = sv_unix_codec_write_find (request, inode, reply.sequence);

  if (inode == 0 || !ask (self, request, length, &reply, rows, error) || rows->len == 0)
    return FALSE;
  *row = g_array_index (rows, SvSocketRow, 0);
  foreach_line (take_count, row);
  return TRUE;
}
