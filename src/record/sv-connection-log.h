/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-log.h"

G_BEGIN_DECLS

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

void sv_connection_get_ends (const SvConnection *self, SvSide side, SvEndpoint *own, SvEndpoint *peer);

/**
 * SvConnectionLog:
 *
 * Which facts of a recording belong to which connection, and whose row is
 * whose: an index over the recording, never a second truth. Only SvRecording
 * has one; sv_recording_name_connection() and its like say what the rest means.
 * Ids are from 1 on. A connection that is over, and of which every fact has
 * gone, is forgotten: its id stays, what is said of it does nothing.
 */
typedef struct _SvConnectionLog SvConnectionLog;

SvConnectionLog *sv_connection_log_new (void);
void sv_connection_log_free (SvConnectionLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvConnectionLog, sv_connection_log_free)

guint sv_connection_log_add (SvConnectionLog *self, guint8 protocol, const char *actor, gboolean foreign,
                             guint64 opened);
void sv_connection_log_name (SvConnectionLog *self, guint id, const SvEndpoint *client, const SvEndpoint *server);
void sv_connection_log_name_end (SvConnectionLog *self, guint id, SvSide side, const SvEndpoint *own);
void sv_connection_log_name_sender (SvConnectionLog *self, guint id, const SvEndpoint *sender);
void sv_connection_log_alias (SvConnectionLog *self, guint id, const SvEndpoint *client, const SvEndpoint *server);
void sv_connection_log_set_actor (SvConnectionLog *self, guint id, const char *actor);
void sv_connection_log_set_server_actor (SvConnectionLog *self, guint id, const char *actor);

void sv_connection_log_assign (SvConnectionLog *self, SvFact *fact);
void sv_connection_log_add_fact (SvConnectionLog *self, const SvFact *fact, guint64 first);
void sv_connection_log_trim (SvConnectionLog *self, SvSocketLog *sockets, guint64 first);

guint sv_connection_log_get_size (SvConnectionLog *self);
const SvConnection *sv_connection_log_get (SvConnectionLog *self, guint id);
guint sv_connection_log_find (SvConnectionLog *self, const SvSocketRow *row, SvSide *side);
GArray *sv_connection_log_get_facts (SvConnectionLog *self, guint id);
GArray *sv_connection_log_get_shared_facts (SvConnectionLog *self);

G_END_DECLS
