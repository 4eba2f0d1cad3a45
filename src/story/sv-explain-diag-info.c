/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explain-proc-line.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

static void
detail_free (gpointer data)
{
  SvDetail *detail = data;

  g_free (detail->value);
  g_free (detail);
}

/* Takes @value. */
static void
add (GPtrArray *details, const char *name, char *value, const char *meaning)
{
  SvDetail *detail = g_new (SvDetail, 1);

  *detail = (SvDetail) { name, value, meaning };
  g_ptr_array_add (details, detail);
}

static char *
format_ms (guint us)
{
  return g_strdup_printf (C_ ("kernel value", "%.3f ms"), us / 1000.0);
}

static char *
format_bytes (guint64 n)
{
  return g_strdup_printf (ngettext ("%llu byte", "%llu bytes", (gulong) MIN (n, G_MAXULONG)), (unsigned long long) n);
}

static char *
format_segments (guint n)
{
  return g_strdup_printf (ngettext ("%u segment", "%u segments", n), n);
}

static void
add_times (GPtrArray *details, const SvTcpInfo *tcp)
{
  if (tcp->rtt != 0)
    add (details, "rtt/rttvar", g_strdup_printf (C_ ("kernel value", "%.3f ms, give or take %.3f ms"),
                                                 tcp->rtt / 1000.0, tcp->rtt_variance / 1000.0),
         C_ ("kernel value", "From sending to acknowledgement and back (round-trip time), smoothed."));
  if (tcp->min_rtt != 0 && tcp->min_rtt != G_MAXUINT)
    add (details, "min_rtt", format_ms (tcp->min_rtt),
         C_ ("kernel value", "The shortest round trip of the last minutes."));
  add (details, "rto", format_ms (tcp->retransmit_timeout),
       C_ ("kernel value", "Without an acknowledgement, the kernel sends again after so long."));
  if (tcp->delayed_ack_timeout != 0)
    add (details, "ato", format_ms (tcp->delayed_ack_timeout),
         C_ ("kernel value", "An acknowledgement may be held back for so long."));
}

static void
add_windows (GPtrArray *details, const SvTcpInfo *tcp)
{
  add (details, "snd_cwnd", format_segments (tcp->congestion_window),
       C_ ("kernel value", "Congestion window: so many segments may be under way."));
  if (tcp->send_threshold < 1u << 30)
    add (details, "snd_ssthresh", format_segments (tcp->send_threshold),
         C_ ("kernel value", "Above it the congestion window grows slowly."));
  if (tcp->send_window != 0)
    add (details, "snd_wnd", format_bytes (tcp->send_window),
         C_ ("kernel value", "So much the other side has room for."));
  add (details, "rcv_space", format_bytes (tcp->receive_space),
       C_ ("kernel value", "What the kernel keeps ready here for data that comes."));
  add (details, "snd_mss", format_bytes (tcp->send_mss),
       C_ ("kernel value", "The most data of one segment that leaves."));
  add (details, "pmtu", format_bytes (tcp->path_mtu), C_ ("kernel value", "The largest packet for this way."));
}

static void
add_counts (GPtrArray *details, const SvTcpInfo *tcp)
{
  add (details, "bytes_sent", format_bytes (tcp->bytes_sent),
       C_ ("kernel value", "Data sent so far, what was sent again included."));
  add (details, "bytes_acked", format_bytes (tcp->bytes_acked),
       C_ ("kernel value", "Acknowledged by the other side; a SYN or FIN may count as one."));
  add (details, "bytes_received", format_bytes (tcp->bytes_received),
       C_ ("kernel value", "Received in order; a FIN counts as one."));
  add (details, "segs_out", format_segments (tcp->segments_out),
       C_ ("kernel value", "Segments sent, those without data too."));
  add (details, "segs_in", format_segments (tcp->segments_in),
       C_ ("kernel value", "Segments received, those without data too."));
  add (details, "total_retrans", format_segments (tcp->total_retransmits),
       C_ ("kernel value", "Sent again, since the connection began."));
  add (details, "unacked", format_segments (tcp->unacked), C_ ("kernel value", "Under way now."));
  if (tcp->lost != 0)
    add (details, "lost", format_segments (tcp->lost), C_ ("kernel value", "Taken for lost now."));
  add (details, "notsent_bytes", format_bytes (tcp->not_sent),
       C_ ("kernel value", "Written by the program, but not sent yet."));
}

static void
add_options (GPtrArray *details, const SvDiagInfo *info)
{
  const SvTcpInfo *tcp = &info->tcp;
  g_autoptr (GString) options = g_string_new (NULL);

  if (tcp->timestamps)
    g_string_append (options, " timestamps");
  if (tcp->sack)
    g_string_append (options, " sack");
  if (tcp->window_scaling)
    g_string_append_printf (options, " wscale:%u,%u", tcp->send_scale, tcp->receive_scale);
  if (options->len > 0)
    add (details, "options", g_strdup (options->str + 1),
         C_ ("kernel value", "What both sides agreed on in the handshake."));
  if (info->congestion[0] != '\0')
    add (details, "congestion", g_strdup (info->congestion),
         C_ ("kernel value", "The algorithm that decides how fast to send (congestion control)."));
}

static void
add_socket (GPtrArray *details, const SvSocketRow *row, const SvDiagInfo *info)
{
  if (info->has_memory)
    {
      add (details, "rmem_alloc/rcvbuf",
           g_strdup_printf (C_ ("kernel value", "%u of %u bytes"), info->receive_memory, info->receive_buffer),
           C_ ("kernel value", "Memory that received data takes, and its limit (SO_RCVBUF)."));
      add (details, "wmem_alloc/sndbuf",
           g_strdup_printf (C_ ("kernel value", "%u of %u bytes"), info->send_memory, info->send_buffer),
           C_ ("kernel value", "Memory that data to be sent takes, and its limit (SO_SNDBUF)."));
      add (details, "drops", g_strdup_printf ("%u", info->drops),
           C_ ("kernel value", "Packets thrown away on arrival at this socket."));
    }
  if (info->has_shut && (row->state != SV_TCP_LISTEN || row->protocol == IPPROTO_UDP))
    add (details, "shutdown",
         g_strdup_printf ("%c-%c", info->shut & SV_SHUT_RECEIVE ? '-' : '<', info->shut & SV_SHUT_SEND ? '-' : '>'),
         C_ ("kernel value", "Which directions are open, as ss draws it: < takes data, > sends data, - is closed."));
}

/**
 * sv_explain_diag_info:
 * @row: the socket
 * @info: what sock_diag(7) says of it besides
 *
 * What the kernel counts and measures for a socket: TCP_INFO, tcp(7).
 *
 * Returns: (transfer full) (element-type SvDetail): in the order to read it
 */
GPtrArray *
sv_explain_diag_info (const SvSocketRow *row, const SvDiagInfo *info)
{
  GPtrArray *details = g_ptr_array_new_with_free_func (detail_free);

  g_return_val_if_fail (row != NULL && info != NULL, details);

  /* A listener's TCP_INFO has other things in the same places. */
  if (info->has_tcp && row->state != SV_TCP_LISTEN)
    {
      add_times (details, &info->tcp);
      add_windows (details, &info->tcp);
      add_counts (details, &info->tcp);
      add_options (details, info);
    }
  add_socket (details, row, info);
  return details;
}

/**
 * sv_explain_timer:
 * @now: CLOCK_MONOTONIC in ns
 *
 * Returns: (transfer full) (nullable): in a few words what the row's timer
 *   waits for and how long still; %NULL if none runs
 */
char *
sv_explain_timer (const SvSocketRow *row, gint64 now)
{
  double left = MAX (row->timer_ms / 1000.0 - (double) (now - row->seen_at) / 1e9, 0);

  g_return_val_if_fail (row != NULL, NULL);

  switch (row->timer)
    {
    case SV_TIMER_RETRANSMIT:
      return g_strdup_printf (C_ ("timer", "Sends again in %.1f s (retransmission timer)"), left);
    case SV_TIMER_KEEPALIVE:
      if (row->state == SV_TCP_FIN_WAIT2)
        return g_strdup_printf (C_ ("timer", "Is given up in %.0f s"), left);
      return g_strdup_printf (C_ ("timer", "Asks in %.0f s whether the other side is still there (keepalive)"), left);
    case SV_TIMER_TIME_WAIT:
      return g_strdup_printf (C_ ("timer", "Goes by itself in %.0f s (TIME_WAIT timer)"), left);
    case SV_TIMER_ZERO_WINDOW:
      return g_strdup_printf (C_ ("timer", "Asks in %.1f s whether there is room again (zero-window probe)"), left);
    default:
      return NULL;
    }
}
