/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-end.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

/**
 * sv_end_new:
 *
 * Returns: (transfer full): an end without a socket yet
 */
SvEnd *
sv_end_new (SvRecording *recording, SvMachineId machine, SvSide side, const char *actor, guint connection)
{
  SvEnd *self = g_new0 (SvEnd, 1);

  self->recording = recording;
  self->machine = machine;
  self->side = side;
  self->actor = sv_actor_ref (actor);
  self->protocol = IPPROTO_TCP;
  self->connection = connection;
  self->fd = -1;
  return self;
}

/**
 * sv_end_free:
 *
 * The socket must have been closed by sv_call_close(): a close() that nobody
 * recorded would be a lost fact.
 */
void
sv_end_free (SvEnd *self)
{
  g_assert (self->socket == NULL);
  sv_actor_unref (self->actor);
  g_free (self);
}

/**
 * sv_end_take_socket:
 * @socket: (transfer full): open
 */
void
sv_end_take_socket (SvEnd *self, GSocket *socket)
{
  g_assert (self->socket == NULL);

  /* GIO has made the descriptor itself non-blocking already (fcntl). */
  g_socket_set_blocking (socket, FALSE);
  self->socket = socket;
  self->fd = g_socket_get_fd (socket);
}

static gboolean
read_name (int fd, int (*get_name) (int, struct sockaddr *, socklen_t *), SvEndpoint *endpoint)
{
  struct sockaddr_storage native;
  socklen_t length = sizeof native;

  return get_name (fd, (struct sockaddr *) &native, &length) == 0
         && sv_endpoint_from_native (endpoint, &native, length);
}

static int
get_own_name (int fd, struct sockaddr *address, socklen_t *length)
{
  return getsockname (fd, address, length);
}

static int
get_peer_name (int fd, struct sockaddr *address, socklen_t *length)
{
  return getpeername (fd, address, length);
}

/* /proc/PID/fd says the same. */
static void
read_inode (SvEnd *self)
{
  struct stat status;

  if (fstat (self->fd, &status) == 0)
    self->local = sv_endpoint_for_inode ((guint32) status.st_ino);
}

/**
 * sv_end_read_names:
 *
 * Asks getsockname(2) and getpeername(2). What is not known (a listener has no
 * peer, a fresh socket no port) stays as it was.
 */
void
sv_end_read_names (SvEnd *self)
{
  SvEndpoint local;

  if (self->socket == NULL)
    return;
  if (self->protocol == 0)
    {
      read_inode (self);
      return;
    }
  /* Before bind() or connect() the answer is 0.0.0.0:0: no name yet. */
  if (read_name (self->fd, get_own_name, &local) && local.port != 0)
    self->local = local;
  read_name (self->fd, get_peer_name, &self->foreign);
}
