/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-trial-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

/* How long the client waits for an answer, in ms: three retransmissions. */
#define USER_TIMEOUT_MS 1500
#define PATIENCE_MS 20000

/* A trial for which one computer is not enough: tcp(7), RFC 9293 §3.5.1 (half-open connections). */

static SvStepResult
open_client (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT)
                             && sv_bench_set (bench, SV_SLOT_CLIENT, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS,
                                              "IPPROTO_TCP, TCP_USER_TIMEOUT"));
}

/* From now on nothing arrives, not even the last word of the server's kernel:
 * as if somebody had pulled the plug of its machine. */
static SvStepResult
cut_off_server (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;
  SvSocketRow own, peer;

  sv_wire_set_loss (sv_network_get_wire (trial->network), 100, 0);
  sv_bench_reset (bench, SV_SLOT_SERVER);
  if (!sv_bench_close (bench, SV_SLOT_LISTENER))
    return SV_STEP_FAILED;
  sv_bench_observe (bench, SV_SLOT_CLIENT, &own, &peer);
  return own.state == SV_TCP_ESTABLISHED && peer.state == SV_TCP_NONE ? SV_STEP_DONE : SV_STEP_FAILED;
}

static SvStepResult
send_to_nobody (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_send (bench, SV_SLOT_CLIENT, "are you there?\n") > 0);
}

static SvStepResult
await_end (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  sv_bench_observe (bench, SV_SLOT_CLIENT, &own, &peer);
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLIN))
    return SV_STEP_WAIT;
  sv_bench_recv (bench, SV_SLOT_CLIENT, 1024);
  sv_trial_keep_outcome (data);
  return SV_STEP_DONE;
}

const SvStep SV_TRIAL_HALF_OPEN[] = { SV_TRIAL_STEP ("connect", sv_trial_listen),
                                      SV_TRIAL_THEN (open_client),
                                      SV_TRIAL_THEN (sv_trial_connect),
                                      SV_TRIAL_THEN (sv_trial_await_connect),
                                      SV_TRIAL_THEN (sv_trial_accept),
                                      SV_TRIAL_STEP ("cut", cut_off_server),
                                      SV_TRIAL_STEP ("send", send_to_nobody),
                                      { "wait", await_end, PATIENCE_MS },
                                      SV_TRIAL_END };
