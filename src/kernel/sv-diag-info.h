/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-tcp-info.h"

G_BEGIN_DECLS

/* What the two directions of a socket still do. */
typedef enum
{
  SV_SHUT_RECEIVE = 1 << 0, /* nothing more will be read: FIN received, or shutdown(SHUT_RD) */
  SV_SHUT_SEND = 1 << 1,    /* nothing more will be sent: our FIN is on its way */
} SvShut;

/**
 * SvDiagInfo:
 * @has_tcp: for UDP, LISTEN, SYN_RECV and TIME_WAIT the kernel has no @tcp;
 *   for LISTEN it gives one in which little means something
 * @has_shut: whether @shut (#SvShut) was told; not for SYN_RECV and TIME_WAIT
 * @v6_only: of LISTEN and unconnected IPv6 sockets: IPV6_V6ONLY is set
 * @has_memory: whether the next six were told (INET_DIAG_SKMEMINFO), in bytes
 * @drops: packets that found no room, or came too late
 * @congestion: the congestion control algorithm, "" where none is told
 *
 * What sock_diag(7) says of one socket besides its row. A plain value.
 */
typedef struct
{
  gboolean has_tcp;
  SvTcpInfo tcp;
  gboolean has_shut;
  guint8 shut;
  gboolean v6_only;
  gboolean has_memory;
  guint32 receive_memory;
  guint32 receive_buffer;
  guint32 send_memory;
  guint32 send_buffer;
  guint32 drops;
  char congestion[16];
} SvDiagInfo;

/* Extensions to ask for, as bits of inet_diag_req_v2.idiag_ext. */
guint8 sv_diag_info_get_extensions (void);
void sv_diag_info_read (SvDiagInfo *self, const guint8 *attributes, gsize length);

G_END_DECLS
