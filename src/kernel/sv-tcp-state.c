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


/* Letters and digits only, so that FIN_WAIT1, FIN-WAIT-1 and "fin wait 1" are one. */
static gboolean
is_same_name (const char *a, const char *b)
{
  for (;; a++, b++)
    {
      while (*a != '\0' && !g_ascii_isalnum (*a))
        a++;
      while (*b != '\0' && !g_ascii_isalnum (*b))
        b++;
      if (g_ascii_toupper (*a) != g_ascii_toupper (*b))
        return FALSE;
      if (*a == '\0')
        return TRUE;
    }
}

/**
 * sv_tcp_state_from_name:
 * @name: as netstat, ss or RFC 9293 spell it, in any case: "FIN_WAIT1",
 *   "fin-wait-1", "estab", "listening", "SYN-RECEIVED", "closed"
 *
 * Returns: the state, %SV_TCP_NONE for any other text
 */
SvTcpState
sv_tcp_state_from_name (const char *name)
{
  static const struct
  {
    const char *name;
    SvTcpState state;
  } OTHERS[] = {
    { "LISTENING", SV_TCP_LISTEN },
    { "SYNRECEIVED", SV_TCP_SYN_RECV },
    { "CLOSED", SV_TCP_CLOSE },
  };

  g_return_val_if_fail (name != NULL, SV_TCP_NONE);

  for (guint i = SV_TCP_ESTABLISHED; i < SV_N_TCP_STATES; i++)
    if (is_same_name (name, NAMES[i].netstat) || is_same_name (name, NAMES[i].ss))
      return (SvTcpState) i;
  for (guint i = 0; i < G_N_ELEMENTS (OTHERS); i++)
    if (is_same_name (name, OTHERS[i].name))
      return OTHERS[i].state;
  return SV_TCP_NONE;
}

/* A request is a SYN_RECV, and a socket that is in no table is closed. */
static SvTcpState
plain_state (SvTcpState state)
{
  if (state == SV_TCP_NEW_SYN_RECV)
    return SV_TCP_SYN_RECV;
  return state == SV_TCP_NONE ? SV_TCP_CLOSE : state;
}

/**
 * sv_tcp_state_may_follow:
 * @before: %SV_TCP_NONE or %SV_TCP_CLOSE for a socket that is in no table
 * @after: likewise
 *
 * The arrows of RFC 9293 §3.3.2 (figure 5) as Linux takes them: close() of a
 * connection with unread data, a reset or a timeout ends it from any state;
 * the handshake's last ACK may carry the FIN (SYN_RECV → CLOSE_WAIT); the
 * listener itself stays, and a request begins from nothing.
 *
 * Returns: whether @after can come right after @before; a state does not
 *   follow itself
 */
gboolean
sv_tcp_state_may_follow (SvTcpState before, SvTcpState after)
{
#define TO(state) (1u << SV_TCP_##state)
  static const guint NEXT[SV_N_TCP_STATES] = {
    [SV_TCP_CLOSE] = TO (LISTEN) | TO (SYN_SENT) | TO (SYN_RECV),
    [SV_TCP_LISTEN] = TO (CLOSE) | TO (SYN_RECV),
    [SV_TCP_SYN_SENT] = TO (ESTABLISHED) | TO (SYN_RECV) | TO (CLOSE),
    [SV_TCP_SYN_RECV] = TO (ESTABLISHED) | TO (FIN_WAIT1) | TO (CLOSE_WAIT) | TO (CLOSE),
    [SV_TCP_ESTABLISHED] = TO (FIN_WAIT1) | TO (CLOSE_WAIT) | TO (CLOSE),
    [SV_TCP_FIN_WAIT1] = TO (FIN_WAIT2) | TO (CLOSING) | TO (TIME_WAIT) | TO (CLOSE),
    [SV_TCP_FIN_WAIT2] = TO (TIME_WAIT) | TO (CLOSE),
    [SV_TCP_CLOSING] = TO (TIME_WAIT) | TO (CLOSE),
    [SV_TCP_CLOSE_WAIT] = TO (LAST_ACK) | TO (CLOSE),
    [SV_TCP_LAST_ACK] = TO (CLOSE),
    [SV_TCP_TIME_WAIT] = TO (CLOSE),
  };
#undef TO

  g_return_val_if_fail (before < SV_N_TCP_STATES && after < SV_N_TCP_STATES, FALSE);

  return (NEXT[plain_state (before)] & 1u << plain_state (after)) != 0;
}
