/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvTcpInfo: what getsockopt(TCP_INFO), tcp(7), and sock_diag's INET_DIAG_INFO
 * say. Times in µs.
 */
typedef struct
{
  guint8 state; /* SvTcpState */
  gboolean timestamps;
  gboolean sack;
  gboolean window_scaling;
  guint8 send_scale;
  guint8 receive_scale;
  guint send_mss;
  guint receive_mss;
  guint rtt;
  guint rtt_variance;
  guint congestion_window; /* segments */
  guint total_retransmits;
  guint segments_out;
  guint segments_in;
  guint data_segments_out;
  guint data_segments_in;
  guint not_sent; /* bytes */
  guint64 bytes_acked;
  guint64 bytes_received;
  guint retransmit_timeout;
  guint delayed_ack_timeout; /* 0: no delayed acknowledgement is planned */
  guint min_rtt;             /* G_MAXUINT: nothing measured yet */
  guint path_mtu;
  guint unacked; /* segments */
  guint lost;
  guint send_threshold; /* segments; beyond 2³⁰: not set yet */
  guint send_window;    /* bytes the other side takes; 0 before Linux 5.4 */
  guint receive_space;  /* bytes */
  guint64 bytes_sent;   /* 0 before Linux 4.19 */
  guint64 bytes_retransmitted;
} SvTcpInfo;

gboolean sv_tcp_info_parse (SvTcpInfo *info, gconstpointer native, gsize length);
gboolean sv_tcp_info_read (int fd, SvTcpInfo *info);
GBytes *sv_tcp_info_read_saved_syn (int fd);

G_END_DECLS
