/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-tcp-state.h"

typedef struct
{
  const char *netstat;
  const char *ss;
} Names;

static const Names NAMES[SV_N_TCP_STATES] = {
  [SV_TCP_NONE] = { "", "" },
  [SV_TCP_ESTABLISHED] = { "ESTABLISHED", "ESTAB" },
  [SV_TCP_SYN_SENT] = { "SYN_SENT", "SYN-SENT" },
  [SV_TCP_SYN_RECV] = { "SYN_RECV", "SYN-RECV" },
  [SV_TCP_FIN_WAIT1] = { "FIN_WAIT1", "FIN-WAIT-1" },
  [SV_TCP_FIN_WAIT2] = { "FIN_WAIT2", "FIN-WAIT-2" },
  [SV_TCP_TIME_WAIT] = { "TIME_WAIT", "TIME-WAIT" },
  [SV_TCP_CLOSE] = { "CLOSE", "UNCONN" },
  [SV_TCP_CLOSE_WAIT] = { "CLOSE_WAIT", "CLOSE-WAIT" },
  [SV_TCP_LAST_ACK] = { "LAST_ACK", "LAST-ACK" },
  [SV_TCP_LISTEN] = { "LISTEN", "LISTEN" },
  [SV_TCP_CLOSING] = { "CLOSING", "CLOSING" },
  [SV_TCP_NEW_SYN_RECV] = { "SYN_RECV", "SYN-RECV" },
};

/**
 * sv_tcp_state_to_netstat:
 *
 * Returns: the state's name as netstat(8) prints it, "" for none
 */
const char *
sv_tcp_state_to_netstat (SvTcpState state)
{
  return state < SV_N_TCP_STATES ? NAMES[state].netstat : "UNKNOWN";
}

/**
 * sv_tcp_state_to_ss:
 *
 * Returns: the state's name as ss(8) prints it, "" for none
 */
const char *
sv_tcp_state_to_ss (SvTcpState state)
{
  return state < SV_N_TCP_STATES ? NAMES[state].ss : "UNKNOWN";
}
