/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-trial-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* Two programs of equal rank on one computer: each listens, connects and accepts,
 * all of that on its one port (socket(7): SO_REUSEPORT). Peer 1 has the slots
 * LISTENER and CLIENT, peer 2 SERVER2, CLIENT2 and CLIENT3. */

static gboolean
open_reusing (SvBench *bench, SvSlot slot, SvSide side, const char *actor, const SvEndpoint *own)
{
  return sv_bench_open_peer (bench, slot, side, actor)
         && sv_bench_set (bench, slot, SOL_SOCKET, SO_REUSEPORT, 1, "SOL_SOCKET, SO_REUSEPORT")
         && sv_bench_bind (bench, slot, own);
}

static SvStepResult
listen_both (SvBench *bench, gpointer data)
{
  SvEndpoint any_port = sv_endpoint_loopback (AF_INET, 0);

  return sv_trial_result_of (open_reusing (bench, SV_SLOT_LISTENER, SV_SIDE_SERVER, "peer 1", &any_port)
                             && sv_bench_listen (bench, SV_SLOT_LISTENER, 5)
                             && open_reusing (bench, SV_SLOT_SERVER2, SV_SIDE_SERVER, "peer 2", &any_port)
                             && sv_bench_listen (bench, SV_SLOT_SERVER2, 5));
}

static SvStepResult
connect_first (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;
  SvEndpoint own = bench->ends[SV_SLOT_LISTENER]->local, other = bench->ends[SV_SLOT_SERVER2]->local;

  if (!open_reusing (bench, SV_SLOT_CLIENT, SV_SIDE_CLIENT, "peer 1", &own))
    return SV_STEP_FAILED;
  sv_recording_set_server_actor (trial->recording, bench->ends[SV_SLOT_CLIENT]->connection, "peer 2");
  return sv_trial_result_of (sv_bench_connect (bench, SV_SLOT_CLIENT, &other));
}

static SvStepResult
accept_first (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_SERVER2, POLLIN))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_accept (bench, SV_SLOT_SERVER2, SV_SLOT_SERVER));
}

/* The four numbers are taken: by the socket that accept() gave. */
static SvStepResult
connect_back (SvBench *bench, gpointer data)
{
  SvEndpoint own = bench->ends[SV_SLOT_SERVER2]->local, other = bench->ends[SV_SLOT_LISTENER]->local;

  if (!open_reusing (bench, SV_SLOT_CLIENT2, SV_SIDE_CLIENT, "peer 2", &own))
    return SV_STEP_FAILED;
  sv_bench_connect (bench, SV_SLOT_CLIENT2, &other);
  sv_trial_keep_outcome (data);
  return sv_trial_result_of (sv_bench_close (bench, SV_SLOT_CLIENT2));
}

static SvStepResult
connect_from_elsewhere (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;

  if (!sv_bench_open_peer (bench, SV_SLOT_CLIENT3, SV_SIDE_CLIENT, "peer 2"))
    return SV_STEP_FAILED;
  sv_recording_set_server_actor (trial->recording, bench->ends[SV_SLOT_CLIENT3]->connection, "peer 1");
  return sv_trial_result_of (sv_bench_connect (bench, SV_SLOT_CLIENT3, &bench->ends[SV_SLOT_LISTENER]->local));
}

static SvStepResult
await_second (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT3, POLLOUT))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_finish_connect (bench, SV_SLOT_CLIENT3) == 0);
}

static SvStepResult
accept_second (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_LISTENER, POLLIN))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_accept (bench, SV_SLOT_LISTENER, SV_SLOT_CLIENT2));
}

const SvStep SV_TRIAL_PEERS[] = { SV_TRIAL_STEP ("listen", listen_both),
                                  SV_TRIAL_STEP ("connect", connect_first),
                                  SV_TRIAL_THEN (sv_trial_await_connect),
                                  SV_TRIAL_THEN (accept_first),
                                  SV_TRIAL_STEP ("back", connect_back),
                                  SV_TRIAL_STEP ("elsewhere", connect_from_elsewhere),
                                  SV_TRIAL_THEN (await_second),
                                  SV_TRIAL_THEN (accept_second),
                                  SV_TRIAL_END };
