/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-row-table.h"

G_BEGIN_DECLS

/**
 * SvPortUse:
 * @listening: a TCP socket in LISTEN has it, or a UDP socket without a peer
 * @tcp: some TCP socket has it
 * @udp: some UDP socket has it
 * @n_sockets: how many rows have it as their local port
 * @row_key: of the one that tells most: one that listens, else one that a process holds
 * @local: that one's own end
 * @inode: that one's, 0 if no process holds it
 *
 * A port that is taken, by whomever.
 */
typedef struct
{
  guint16 port;
  gboolean listening;
  gboolean tcp;
  gboolean udp;
  guint n_sockets;
  guint64 row_key;
  SvEndpoint local;
  guint32 inode;
} SvPortUse;

gboolean sv_socket_row_is_listening (const SvSocketRow *row);
GArray *sv_port_use_list (SvRowTable *rows, gboolean only_listening);
const SvPortUse *sv_port_use_find (GArray *uses, guint port);

G_END_DECLS
