/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-endpoint.h"
#include "sv-tcp-state.h"

G_BEGIN_DECLS

/* What a socket's timer waits for, as sock_diag(7) numbers it. */
typedef enum
{
  SV_TIMER_OFF,
  SV_TIMER_RETRANSMIT,
  SV_TIMER_KEEPALIVE,
  SV_TIMER_TIME_WAIT,
  SV_TIMER_ZERO_WINDOW,
} SvTimer;

/* What a socket row of the UNIX domain says beside the rest. */
typedef struct
{
  const char *path;   /* interned; NULL without a name; "@name" where it is abstract, as netstat(8) prints it */
  guint32 ref_count;  /* references to the kernel's record; 0 where unknown */
  guint16 type;       /* SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET */
  gboolean listens;   /* __SO_ACCEPTCON */
} SvUnixRow;

/**
 * SvSocketRow:
 * @key: what names this row from one snapshot to the next: the same socket
 *   keeps it even when the kernel replaces its record (TIME_WAIT does).
 *   0 until an #SvRowTable has given one.
 * @cookie: the kernel's name of its record, or 0 where /proc was read
 * @seen_at: CLOCK_MONOTONIC in ns when the kernel was asked
 * @recv_q: bytes not yet read; for LISTEN, connections waiting for accept()
 * @send_q: bytes not yet acknowledged; for LISTEN 0, as netstat prints it
 * @backlog: for LISTEN, the limit of the accept queue; 0 where unknown
 * @timer_ms: what is left of @timer at @seen_at, in ms
 * @inode: 0 while no process holds the socket
 * @unix_row: only where @family is AF_UNIX
 *
 * One line of the socket table. A plain value, never changed once it is in a
 * table. Recv-Q and Send-Q mean what netstat(8) and sock_diag(7) say. UDP's
 * Recv-Q is memory: the datagrams' bytes and what the kernel needs to keep them.
 *
 * A socket of the UNIX domain has no address but an inode: its endpoints hold
 * its own and its peer's (sv_endpoint_for_inode()), so that it fits into the
 * same tables. @protocol is 0.
 */
typedef struct
{
  guint64 key;
  guint64 cookie;
  gint64 seen_at;
  SvEndpoint local;
  SvEndpoint foreign;
  guint32 recv_q;
  guint32 send_q;
  guint32 backlog;
  guint32 timer_ms;
  guint32 uid;
  guint32 inode;
  guint32 interface;
  SvUnixRow unix_row;
  guint8 family;   /* AF_INET or AF_INET6: tcp or tcp6; AF_UNIX */
  guint8 protocol; /* IPPROTO_TCP or IPPROTO_UDP; 0 for AF_UNIX */
  guint8 state;    /* SvTcpState */
  guint8 timer;    /* SvTimer */
  guint8 retransmits;
} SvSocketRow;

const char *sv_socket_row_protocol_name (const SvSocketRow *self);
gboolean sv_socket_row_same_content (const SvSocketRow *a, const SvSocketRow *b);
gboolean sv_socket_row_is_twin (const SvSocketRow *a, const SvSocketRow *b);
guint sv_socket_row_tuple_hash (gconstpointer row);
gboolean sv_socket_row_tuple_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
