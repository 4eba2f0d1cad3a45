/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-moment.h"

G_BEGIN_DECLS

/**
 * SvPlanSocket:
 * @machine: whose kernel it lives in
 * @fd: -1 for a foreign process's socket, and for one that waits for accept()
 * @foreign: it is no socket of ours, and never was
 * @local: its own end, as its machine has it; a router may lie between, so its
 *   peer's own end need not be @peer
 * @row_key: its row in @machine's table, 0 if it has none at this moment
 * @state: %SV_TCP_NONE if it has no row
 * @timer_ms: what was left of its timer at @seen_at
 *
 * One socket as the stage shows it.
 */
typedef struct
{
  SvMachineId machine;
  const char *actor;
  int fd;
  guint connection;
  gboolean foreign;
  SvEndpoint local;
  SvEndpoint peer;
  guint64 row_key;
  guint8 protocol; /* IPPROTO_TCP, IPPROTO_UDP, or 0 for the UNIX domain */
  SvTcpState state; /* of TCP; UDP and the UNIX domain have only %SV_TCP_ESTABLISHED, if they are connected */
  guint32 recv_q;
  guint32 send_q;
  guint32 inode;
  guint8 timer;
  guint32 timer_ms;
  gint64 seen_at;
} SvPlanSocket;

/**
 * SvMachinesPlan:
 * @clients: (element-type SvPlanSocket): ours and foreign ones, by connection
 * @accepted: (element-type SvPlanSocket): the server's connected sockets, and the
 *   server's ends of our clients that a foreign server has (foreign; inode 0 while
 *   that server has not accepted them)
 * @waiting: (element-type SvPlanSocket): in the accept queue: ESTABLISHED, inode 0;
 *   the one that accept() gives next comes first
 * @order_known: the order of @waiting is the queue's: each of them was seen to
 *   come at a time of its own
 * @listeners: (element-type SvPlanSocket): sockets of other programs that listen
 *   on the server machine, by port; none on This Computer, where that is the
 *   table's business
 * @handshaking: (element-type SvPlanSocket): SYN_RECV rows of the listener: the SYN queue
 * @accept_queue: Recv-Q of the LISTEN row
 * @backlog: the accept queue's limit as the kernel says; it takes one more than that
 *
 * Who holds which socket at one moment. Of two machines the clients' ends come
 * from the client machine's table, the server's from the server machine's.
 */
typedef struct
{
  gboolean has_listener;
  SvPlanSocket listener;
  guint32 accept_queue;
  guint32 backlog;
  GArray *clients;
  GArray *accepted;
  GArray *waiting;
  gboolean order_known;
  GArray *handshaking;
  GArray *listeners;
} SvMachinesPlan;

SvMachinesPlan *sv_machines_plan_new (SvMoment *moment);
void sv_machines_plan_free (SvMachinesPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvMachinesPlan, sv_machines_plan_free)

const SvPlanSocket *sv_machines_plan_find (SvMachinesPlan *self, guint connection, SvSide side);

G_END_DECLS
