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
 * SvConnection:
 * @id: from 1 on
 * @actor: (not nullable): who connects: "client 3", "nc (5123)"
 * @protocol: IPPROTO_TCP; IPPROTO_UDP, where it is no connection but two who talk; 0 for the UNIX domain
 * @server_actor: (not nullable): who is at the other end: "server", "peer 2"
 * @foreign: the client is no socket of ours
 * @client: the client's end, family 0 until it is known
 * @server: the server's end, family 0 until it is known
 * @seen_client: the client's end as the server's machine has it: another address
 *   if a router lies between; family 0 as long as nobody said so
 * @seen_server: likewise
 * @alone: by #SvSide: the local end of a row without a foreign one, family 0: none
 * @sender: where its client's datagrams come from, as the server has it, family 0: not known
 * @opened: serial of the first fact about it
 */
typedef struct
{
  guint id;
  const char *actor;
  const char *server_actor;
  guint8 protocol;
  gboolean foreign;
  SvEndpoint client;
  SvEndpoint server;
  SvEndpoint seen_client;
  SvEndpoint seen_server;
  SvEndpoint alone[2];
  SvEndpoint sender;
  guint64 opened;
} SvConnection;

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
