/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-socket-log.h"

#include <netinet/in.h>

struct _SvSocketLog
{
  GPtrArray *sockets;                /* SvHeldSocket, owned, by the time they were opened */
  GHashTable *open[SV_N_MACHINES];   /* fd → SvHeldSocket */
};

static void
held_socket_free (gpointer data)
{
  SvHeldSocket *socket = data;

  if (socket == NULL) /* moved up when the log was trimmed */
    return;
  sv_actor_unref (socket->actor);
  g_free (socket);
}

SvSocketLog *
sv_socket_log_new (void)
{
  SvSocketLog *self = g_new0 (SvSocketLog, 1);

  self->sockets = g_ptr_array_new_with_free_func (held_socket_free);
  for (guint i = 0; i < SV_N_MACHINES; i++)
    self->open[i] = g_hash_table_new (NULL, NULL);
  return self;
}

void
sv_socket_log_free (SvSocketLog *self)
{
  for (guint i = 0; i < SV_N_MACHINES; i++)
    g_hash_table_unref (self->open[i]);
  g_ptr_array_unref (self->sockets);
  g_free (self);
}

static void
open_socket (SvSocketLog *self, const SvFact *fact, int fd)
{
  SvHeldSocket *socket = g_new0 (SvHeldSocket, 1);
  SvHeldSocket *before = g_hash_table_lookup (self->open[fact->machine], GINT_TO_POINTER (fd));

  if (before != NULL) /* the kernel gives a number again only when it is free */
    before->closed = fact->serial;
  socket->machine = fact->machine;
  socket->side = fact->side;
  socket->actor = sv_actor_ref (fact->actor);
  socket->fd = fd;
  socket->connection = fact->connection;
  socket->protocol = fact->call.protocol;
  socket->opened = fact->serial;
  socket->named = G_MAXUINT64;
  socket->closed = G_MAXUINT64;
  g_ptr_array_add (self->sockets, socket);
  g_hash_table_insert (self->open[fact->machine], GINT_TO_POINTER (fd), socket);
}

static void
name_socket (SvHeldSocket *socket, const SvFact *fact)
{
  if (fact->call.local.family == 0)
    return;
  if (socket->named == G_MAXUINT64)
    socket->named = fact->serial;
  socket->local = fact->call.local;
  if (fact->call.foreign.family != 0)
    socket->foreign = fact->call.foreign;
}

/**
 * sv_socket_log_add:
 * @fact: any fact that has just been given its serial; only calls matter here
 */
void
sv_socket_log_add (SvSocketLog *self, const SvFact *fact)
{
  SvHeldSocket *socket;

  if (fact->kind != SV_FACT_CALL)
    return;

  const char *name = fact->call.name;
  gboolean accepted = g_str_equal (name, "accept");
  if (fact->call.result >= 0 && (accepted || g_str_equal (name, "socket")))
    open_socket (self, fact, (int) fact->call.result);

  if (fact->call.fd < 0 && !g_str_equal (name, "socket"))
    return;
  int fd = accepted || fact->call.fd < 0 ? (int) fact->call.result : fact->call.fd;
  socket = g_hash_table_lookup (self->open[fact->machine], GINT_TO_POINTER (fd));
  if (socket == NULL)
    return;
  name_socket (socket, fact);
  if (g_str_equal (name, "listen") && fact->call.result == 0)
    socket->listening = TRUE;
  if (g_str_equal (name, "bind") && fact->call.result == 0 && fact->call.protocol == IPPROTO_UDP
      && fact->side == SV_SIDE_SERVER && fact->connection == 0)
    socket->listening = TRUE;
  if (g_str_equal (name, "close"))
    {
      socket->closed = fact->serial;
      g_hash_table_remove (self->open[fact->machine], GINT_TO_POINTER (fd));
    }
}

/**
 * sv_socket_log_trim:
 * @first: the oldest serial that the recording still has
 *
 * Forgets the sockets that were closed before that.
 */
void
sv_socket_log_trim (SvSocketLog *self, guint64 first)
{
  guint kept = 0;

  for (guint i = 0; i < self->sockets->len; i++)
    {
      SvHeldSocket *socket = g_ptr_array_index (self->sockets, i);

      if (socket->closed < first)
        held_socket_free (socket);
      else
        self->sockets->pdata[kept++] = socket;
    }
  for (guint i = kept; i < self->sockets->len; i++)
    self->sockets->pdata[i] = NULL;
  g_ptr_array_set_size (self->sockets, (int) kept);
}

guint
sv_socket_log_get_size (SvSocketLog *self)
{
  return self->sockets->len;
}

const SvHeldSocket *
sv_socket_log_get (SvSocketLog *self, guint index)
{
  return g_ptr_array_index (self->sockets, index);
}

/**
 * sv_socket_log_find_fd:
 *
 * Returns: (transfer none) (nullable): the socket that now has that descriptor
 */
const SvHeldSocket *
sv_socket_log_find_fd (SvSocketLog *self, SvMachineId machine, int fd)
{
  return g_hash_table_lookup (self->open[machine], GINT_TO_POINTER (fd));
}
