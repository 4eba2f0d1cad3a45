/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explanation.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  const char *summary;
  const char *meaning;
  const char *end;
} State;

/* RFC 9293 §3.3.2; times and numbers as in Linux: tcp(7), ip-sysctl. */
static const State STATES[SV_N_TCP_STATES] = {
  [SV_TCP_NONE] = {
    NC_ ("state", "no state"),
    NC_ ("state", "The kernel has no TCP state for this: either there is no such socket at this moment, or its "
                  "protocol has no states, as UDP."),
    NC_ ("state", "There is nothing to wait for."),
  },
  [SV_TCP_ESTABLISHED] = {
    NC_ ("state", "connected"),
    NC_ ("state", "The handshake is done: both sides may send and receive at any time."),
    NC_ ("state", "It lasts until one side closes the connection, breaks it off or no longer answers. Silence alone "
                  "does not end it, even for days."),
  },
  [SV_TCP_SYN_SENT] = {
    NC_ ("state", "has asked to connect"),
    NC_ ("state", "This side has sent a SYN, the request to connect, and waits for the answer, a SYN-ACK."),
    NC_ ("state", "The answer makes it ESTABLISHED, an RST means “connection refused”. If nothing comes, the kernel "
                  "sends the SYN again and again, and gives up after about two minutes with Linux’ usual settings."),
  },
  [SV_TCP_SYN_RECV] = {
    NC_ ("state", "was asked to connect, and has answered"),
    NC_ ("state", "A SYN has come, the kernel has answered with a SYN-ACK and waits for the ACK that completes the "
                  "handshake."),
    NC_ ("state", "The ACK makes it ESTABLISHED; with the option TCP_DEFER_ACCEPT the kernel waits for the first "
                  "data, too. If nothing comes, it sends the SYN-ACK again and forgets the request after about a "
                  "minute with Linux’ usual settings."),
  },
  [SV_TCP_FIN_WAIT1] = {
    NC_ ("state", "has finished sending"),
    NC_ ("state", "This side has said that it will send no more. The other side has not acknowledged its FIN yet, "
                  "which may still wait behind data."),
    NC_ ("state", "It waits for the ACK of that FIN, which makes it FIN_WAIT2. If the other side’s FIN comes first, "
                  "it becomes CLOSING; if both come together, TIME_WAIT."),
  },
  [SV_TCP_FIN_WAIT2] = {
    NC_ ("state", "has finished, the other side has not"),
    NC_ ("state", "The other side has acknowledged this side’s FIN, but sent none itself: it may go on sending."),
    NC_ ("state", "It waits for the other side’s FIN, which comes when the program there calls close(), and makes it "
                  "TIME_WAIT. After shutdown() it waits as long as that takes; once this program has called close(), "
                  "Linux waits only for tcp_fin_timeout, usually a minute."),
  },
  [SV_TCP_TIME_WAIT] = {
    NC_ ("state", "over, kept for a minute"),
    NC_ ("state", "This side closed first, or both did at once. The connection is over and that is no error: the "
                  "kernel keeps its addresses and ports for a while, so that a late packet is not taken for one of a "
                  "new connection, and so that it can repeat the last ACK."),
    NC_ ("state", "It goes by itself after 60 seconds, which Linux has built in: tcp_fin_timeout does not change "
                  "that. No program needs to do anything."),
  },
  [SV_TCP_CLOSE] = {
    NC_ ("state", "not connected"),
    NC_ ("state", "The socket exists, but it neither listens nor is it connected."),
    NC_ ("state", "It lasts until the program calls listen(), connect() or close()."),
  },
  [SV_TCP_CLOSE_WAIT] = {
    NC_ ("state", "the other side has finished, this one has not"),
    NC_ ("state", "The other side has finished sending: its FIN has come. This program has not called close() yet, "
                  "and it may still send."),
    NC_ ("state", "It waits for this program alone: close() sends the FIN that is missing. As a rule nothing else "
                  "ends it; many such rows mean that a program forgets to close its sockets."),
  },
  [SV_TCP_LAST_ACK] = {
    NC_ ("state", "waits for the last answer"),
    NC_ ("state", "The other side closed first, and now this one has. The other side has not acknowledged its FIN "
                  "yet, which may still wait behind data."),
    NC_ ("state", "It waits for the ACK of that FIN; with it, the connection is gone from the table on this side."),
  },
  [SV_TCP_LISTEN] = {
    NC_ ("state", "waits for connections"),
    NC_ ("state", "A server waits here for clients. The kernel completes each handshake by itself and keeps the "
                  "finished connections in the accept queue, from where the program takes them with accept()."),
    NC_ ("state", "It lasts until the program closes this socket or ends; connections that were accepted live on."),
  },
  [SV_TCP_CLOSING] = {
    NC_ ("state", "both sides have finished at once"),
    NC_ ("state", "Both sides said that they will send no more before they heard it from the other one: this side "
                  "has the other’s FIN, but no ACK of its own yet."),
    NC_ ("state", "It waits for that ACK, which makes it TIME_WAIT."),
  },
  [SV_TCP_NEW_SYN_RECV] = {
    NC_ ("state", "was asked to connect, and has answered"),
    NC_ ("state", "A SYN has come, the kernel has answered with a SYN-ACK and waits for the ACK that completes the "
                  "handshake. Until then it keeps only a small note of the request, not a whole socket."),
    NC_ ("state", "The ACK makes it ESTABLISHED; with the option TCP_DEFER_ACCEPT the kernel waits for the first "
                  "data, too. If nothing comes, it sends the SYN-ACK again and forgets the request after about a "
                  "minute with Linux’ usual settings."),
  },
};

static const char *
translate (const char *text)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "state", text);
}

/* What the state means, and what it waits for. */
void
sv_explain_add_state (SvExplanation *self, SvTcpState state)
{
  const State *known = &STATES[state < SV_N_TCP_STATES ? state : SV_TCP_NONE];

  sv_explanation_take (self, g_strdup (translate (known->meaning)));
  sv_explanation_take (self, g_strdup (translate (known->end)));
}

/**
 * sv_explain_state:
 *
 * Returns: (transfer full): what the state means, what it waits for, and what ends it
 */
SvExplanation *
sv_explain_state (SvTcpState state)
{
  SvTcpState known = state < SV_N_TCP_STATES ? state : SV_TCP_NONE;
  const char *name = sv_tcp_state_to_netstat (known);
  const char *summary = translate (STATES[known].summary);
  SvExplanation *self;

  /* Translators: the name of a TCP state and what it means: "LISTEN: waits for connections" */
  self = sv_explanation_new (known != SV_TCP_NONE ? g_strdup_printf (C_ ("state", "%s: %s"), name, summary)
                                                  : g_strdup (summary));
  sv_explain_add_state (self, known);
  return self;
}
