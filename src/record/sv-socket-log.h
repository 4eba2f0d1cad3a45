/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"

G_BEGIN_DECLS

/**
 * SvHeldSocket:
 * @fd: its descriptor in @actor's process
 * @connection: 0 for a listener
 * @protocol: IPPROTO_TCP, IPPROTO_UDP, or 0 for the UNIX domain
 * @listening: waits for clients: after listen(), or, for UDP, after a server's bind()
 * @opened: serial of the call that made it
 * @named: serial of the call after which @local was known, G_MAXUINT64 if none yet
 * @closed: serial of its close(), G_MAXUINT64 while it is open
 *
 * A socket of ours, from the call that opened it to the one that closed it.
 */
typedef struct
{
  SvMachineId machine;
  SvSide side;
  const char *actor;
  int fd;
  guint connection;
  guint8 protocol;
  gboolean listening;
  SvEndpoint local;
  SvEndpoint foreign;
  guint64 opened;
  guint64 named;
  guint64 closed;
} SvHeldSocket;

/**
 * SvSocketLog:
 *
 * What the calls in a recording say about our own sockets: an index over the
 * recording, never a second truth.
 */
typedef struct _SvSocketLog SvSocketLog;

SvSocketLog *sv_socket_log_new (void);
void sv_socket_log_free (SvSocketLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvSocketLog, sv_socket_log_free)

void sv_socket_log_add (SvSocketLog *self, const SvFact *fact);
void sv_socket_log_trim (SvSocketLog *self, guint64 first);

guint sv_socket_log_get_size (SvSocketLog *self);
const SvHeldSocket *sv_socket_log_get (SvSocketLog *self, guint index);
const SvHeldSocket *sv_socket_log_find_fd (SvSocketLog *self, SvMachineId machine, int fd);

G_END_DECLS
