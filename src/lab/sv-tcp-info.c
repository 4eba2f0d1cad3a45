/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-tcp-info.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

/**
 * sv_tcp_info_read:
 *
 * Returns: whether the kernel told; what an older kernel does not know is 0
 */
gboolean
sv_tcp_info_read (int fd, SvTcpInfo *info)
{
  struct tcp_info native = { 0 };
  socklen_t length = sizeof native;

  *info = (SvTcpInfo){ 0 };
  if (getsockopt (fd, IPPROTO_TCP, TCP_INFO, &native, &length) != 0)
    return FALSE;
  info->state = native.tcpi_state;
  info->timestamps = (native.tcpi_options & TCPI_OPT_TIMESTAMPS) != 0;
  info->sack = (native.tcpi_options & TCPI_OPT_SACK) != 0;
  info->window_scaling = (native.tcpi_options & TCPI_OPT_WSCALE) != 0;
  info->send_scale = native.tcpi_snd_wscale;
  info->receive_scale = native.tcpi_rcv_wscale;
  info->send_mss = native.tcpi_snd_mss;
  info->receive_mss = native.tcpi_rcv_mss;
  info->rtt = native.tcpi_rtt;
  info->rtt_variance = native.tcpi_rttvar;
  info->congestion_window = native.tcpi_snd_cwnd;
  info->total_retransmits = native.tcpi_total_retrans;
  info->segments_out = native.tcpi_segs_out;
  info->segments_in = native.tcpi_segs_in;
  info->data_segments_out = native.tcpi_data_segs_out;
  info->data_segments_in = native.tcpi_data_segs_in;
  info->not_sent = native.tcpi_notsent_bytes;
  info->bytes_acked = native.tcpi_bytes_acked;
  info->bytes_received = native.tcpi_bytes_received;
  return TRUE;
}

/**
 * sv_tcp_info_read_saved_syn:
 *
 * The headers of the SYN that opened an accepted connection, from the IP header
 * on: TCP_SAVED_SYN. The kernel gives them out once.
 *
 * Returns: (transfer full) (nullable): %NULL where they were not kept
 */
GBytes *
sv_tcp_info_read_saved_syn (int fd)
{
  guint8 bytes[512];
  socklen_t length = sizeof bytes;

  if (getsockopt (fd, IPPROTO_TCP, TCP_SAVED_SYN, bytes, &length) != 0 || length == 0)
    return NULL;
  return g_bytes_new (bytes, length);
}
