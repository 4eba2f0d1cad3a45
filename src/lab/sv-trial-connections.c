/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-trial-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

/* After so many ms the client gives up: long enough that its SYN is sent twice. */
#define USER_TIMEOUT_MS 1500
#define TIME_OUT_PATIENCE_MS 20000

/* Trials about what becomes of a connection: connect(2), send(2), recv(2), tcp(7). */

/* ---- refused. */

/* A port that is ours, and nobody listens on it. */
static SvStepResult
bind_only (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_server (bench, SV_SLOT_LISTENER)
                             && sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address));
}

/* The kernel may say so at once. */
static SvStepResult
connect_in_vain (SvBench *bench, gpointer data)
{
  gboolean begun;

  if (!sv_bench_open_client (bench, SV_SLOT_CLIENT))
    return SV_STEP_FAILED;
  begun = sv_bench_connect (bench, SV_SLOT_CLIENT, &bench->target);
  if (!begun)
    sv_trial_keep_connect_outcome (data);
  return SV_STEP_DONE;
}

static SvStepResult
await_no (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;

  if (trial->outcome.call != NULL)
    return SV_STEP_DONE;
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLOUT))
    return SV_STEP_WAIT;
  sv_bench_finish_connect (bench, SV_SLOT_CLIENT);
  sv_trial_keep_connect_outcome (trial);
  return SV_STEP_DONE;
}

const SvStep SV_TRIAL_REFUSED[] = { SV_TRIAL_STEP ("bind", bind_only), SV_TRIAL_STEP ("connect", connect_in_vain),
                                    SV_TRIAL_THEN (await_no), SV_TRIAL_END };

/* ---- timed-out. */

static SvStepResult
listen_to_one (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_server (bench, SV_SLOT_LISTENER)
                             && sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address)
                             && sv_bench_listen (bench, SV_SLOT_LISTENER, 0));
}

static SvStepResult
take_the_place (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT2)
                             && sv_bench_connect (bench, SV_SLOT_CLIENT2, &bench->target));
}

/* The handshake's last ACK puts it into the queue. */
static SvStepResult
await_the_place (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  sv_bench_observe (bench, SV_SLOT_CLIENT2, &own, &peer);
  if (peer.state != SV_TCP_ESTABLISHED || !sv_bench_is_ready (bench, SV_SLOT_CLIENT2, POLLOUT))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_finish_connect (bench, SV_SLOT_CLIENT2) == 0);
}

static SvStepResult
connect_impatiently (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT)
                             && sv_bench_set (bench, SV_SLOT_CLIENT, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS,
                                              "IPPROTO_TCP, TCP_USER_TIMEOUT")
                             && sv_bench_connect (bench, SV_SLOT_CLIENT, &bench->target));
}

/* Meanwhile the rows show each SYN that is sent again. */
static SvStepResult
await_time_out (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  sv_bench_observe (bench, SV_SLOT_CLIENT, &own, &peer);
  return await_no (bench, data);
}

const SvStep SV_TRIAL_TIMED_OUT[] = { SV_TRIAL_STEP ("listen", listen_to_one),
                                      SV_TRIAL_STEP ("fill", take_the_place),
                                      SV_TRIAL_THEN (await_the_place),
                                      SV_TRIAL_STEP ("connect", connect_impatiently),
                                      { "wait", await_time_out, TIME_OUT_PATIENCE_MS },
                                      SV_TRIAL_END };

/* ---- broken-pipe. */

static SvStepResult
close_server (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_close (bench, SV_SLOT_SERVER));
}

static SvStepResult
await_fin (SvBench *bench, gpointer data)
{
  return sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLRDHUP) ? SV_STEP_DONE : SV_STEP_WAIT;
}

static SvStepResult
send_first (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_send (bench, SV_SLOT_CLIENT, "first\n") > 0);
}

/* The RST that answered the first one has come. */
static SvStepResult
send_second (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, 0))
    return SV_STEP_WAIT;
  sv_bench_send (bench, SV_SLOT_CLIENT, "second\n");
  sv_trial_keep_outcome (data);
  return SV_STEP_DONE;
}

const SvStep SV_TRIAL_BROKEN_PIPE[] = { SV_TRIAL_CONNECTED ("connect"),
                                        SV_TRIAL_STEP ("close", close_server),
                                        SV_TRIAL_THEN (await_fin),
                                        SV_TRIAL_STEP ("first", send_first),
                                        SV_TRIAL_STEP ("second", send_second),
                                        SV_TRIAL_END };

/* ---- reset. */

static SvStepResult
send_unread (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_send (bench, SV_SLOT_CLIENT, "read me\n") > 0);
}

/* Once the bytes lie in the server's receive queue. */
static SvStepResult
close_with_unread (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_SERVER, POLLIN))
    return SV_STEP_WAIT;
  return close_server (bench, data);
}

static SvStepResult
recv_reset (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLIN))
    return SV_STEP_WAIT;
  sv_bench_recv (bench, SV_SLOT_CLIENT, 1024);
  sv_trial_keep_outcome (data);
  return SV_STEP_DONE;
}

const SvStep SV_TRIAL_RESET[] = { SV_TRIAL_CONNECTED ("connect"), SV_TRIAL_STEP ("send", send_unread),
                                  SV_TRIAL_STEP ("close", close_with_unread), SV_TRIAL_STEP ("recv", recv_reset),
                                  SV_TRIAL_END };
