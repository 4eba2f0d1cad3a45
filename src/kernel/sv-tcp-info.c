/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-tcp-info.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static void
convert (SvTcpInfo *info, const struct tcp_info *native)
{
  info->state = native->tcpi_state;
  info->timestamps = (native->tcpi_options & TCPI_OPT_TIMESTAMPS) != 0;
  info->sack = (native->tcpi_options & TCPI_OPT_SACK) != 0;
  info->window_scaling = (native->tcpi_options & TCPI_OPT_WSCALE) != 0;
  info->send_scale = native->tcpi_snd_wscale;
  info->receive_scale = native->tcpi_rcv_wscale;
  info->send_mss = native->tcpi_snd_mss;
  info->receive_mss = native->tcpi_rcv_mss;
  info->rtt = native->tcpi_rtt;
  info->rtt_variance = native->tcpi_rttvar;
  info->congestion_window = native->tcpi_snd_cwnd;
  info->total_retransmits = native->tcpi_total_retrans;
  info->segments_out = native->tcpi_segs_out;
  info->segments_in = native->tcpi_segs_in;
  info->data_segments_out = native->tcpi_data_segs_out;
  info->data_segments_in = native->tcpi_data_segs_in;
  info->not_sent = native->tcpi_notsent_bytes;
  info->bytes_acked = native->tcpi_bytes_acked;
  info->bytes_received = native->tcpi_bytes_received;
  info->retransmit_timeout = native->tcpi_rto;
  info->delayed_ack_timeout = native->tcpi_ato;
  info->min_rtt = native->tcpi_min_rtt;
  info->path_mtu = native->tcpi_pmtu;
  info->unacked = native->tcpi_unacked;
  info->lost = native->tcpi_lost;
  info->send_threshold = native->tcpi_snd_ssthresh;
  info->send_window = native->tcpi_snd_wnd;
  info->receive_space = native->tcpi_rcv_space;
  info->bytes_sent = native->tcpi_bytes_sent;
  info->bytes_retransmitted = native->tcpi_bytes_retrans;
}

/**
 * sv_tcp_info_parse:
 * @info: (out caller-allocates)
 * @native: the kernel's struct tcp_info, as long as this kernel has it
 *
 * Returns: whether it has what every kernel of these days tells
 */
gboolean
sv_tcp_info_parse (SvTcpInfo *info, gconstpointer native, gsize length)
{
  struct tcp_info whole = { 0 };

  g_return_val_if_fail (info != NULL, FALSE);
  g_return_val_if_fail (native != NULL || length == 0, FALSE);

  *info = (SvTcpInfo) { 0 };
  if (length < G_STRUCT_OFFSET (struct tcp_info, tcpi_pacing_rate))
    return FALSE;
  memcpy (&whole, native, MIN (length, sizeof whole));
  convert (info, &whole);
  return TRUE;
}

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
  convert (info, &native);
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
