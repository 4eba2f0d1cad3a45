/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvTcpInfo: what getsockopt(TCP_INFO) says, tcp(7). Times in µs.
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
} SvTcpInfo;

gboolean sv_tcp_info_read (int fd, SvTcpInfo *info);
GBytes *sv_tcp_info_read_saved_syn (int fd);

G_END_DECLS
