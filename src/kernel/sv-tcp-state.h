/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvTcpState:
 *
 * The states of RFC 9293 §3.3.2 with the numbers Linux gives them
 * (include/net/tcp_states.h). UDP borrows two: ESTABLISHED for a connected
 * socket, CLOSE for the rest.
 */
typedef enum
{
  SV_TCP_NONE = 0,
  SV_TCP_ESTABLISHED = 1,
  SV_TCP_SYN_SENT,
  SV_TCP_SYN_RECV,
  SV_TCP_FIN_WAIT1,
  SV_TCP_FIN_WAIT2,
  SV_TCP_TIME_WAIT,
  SV_TCP_CLOSE,
  SV_TCP_CLOSE_WAIT,
  SV_TCP_LAST_ACK,
  SV_TCP_LISTEN,
  SV_TCP_CLOSING,
  SV_TCP_NEW_SYN_RECV, /* Linux: a SYN_RECV that is only a request; printed as SYN_RECV */
  SV_N_TCP_STATES
} SvTcpState;

const char *sv_tcp_state_to_netstat (SvTcpState state);
const char *sv_tcp_state_to_ss (SvTcpState state);
SvTcpState sv_tcp_state_from_name (const char *name);
gboolean sv_tcp_state_may_follow (SvTcpState before, SvTcpState after);

G_END_DECLS
