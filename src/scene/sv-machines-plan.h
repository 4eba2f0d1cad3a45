/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-moment.h"

G_BEGIN_DECLS

/**
 * SvPlanSocket:
 * @fd: -1 for a foreign process's socket, and for one that waits for accept()
 * @row_key: its row in the table, 0 if it has none at this moment
 * @state: %SV_TCP_NONE if it has no row
 * @timer_ms: what was left of its timer at @seen_at
 *
 * One socket as the stage shows it.
 */
typedef struct
{
  const char *actor;
  int fd;
  guint connection;
  gboolean foreign;
  SvEndpoint local;
  SvEndpoint peer;
  guint64 row_key;
  SvTcpState state;
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
 * @accepted: (element-type SvPlanSocket): the server's connected sockets
 * @waiting: (element-type SvPlanSocket): in the accept queue: ESTABLISHED, inode 0
 * @handshaking: (element-type SvPlanSocket): SYN_RECV rows of the listener: the SYN queue
 * @accept_queue: Recv-Q of the LISTEN row
 * @backlog: the accept queue's limit as the kernel says; it takes one more than that
 *
 * Who holds which socket at one moment.
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
  GArray *handshaking;
} SvMachinesPlan;

SvMachinesPlan *sv_machines_plan_new (SvMoment *moment);
void sv_machines_plan_free (SvMachinesPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvMachinesPlan, sv_machines_plan_free)

const SvPlanSocket *sv_machines_plan_find (SvMachinesPlan *self, guint connection, SvSide side);

G_END_DECLS
