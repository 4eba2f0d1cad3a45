/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-trial-private.h"

#include <errno.h>
#include <sys/socket.h>

/* A UDP server that does not read, udp(7): what finds no room is dropped, and
 * counted in the column "drops" of /proc/net/udp. */

/* The kernel keeps to its least, SOCK_MIN_RCVBUF. */
#define SMALL_BUFFER 2048
#define N_DATAGRAMS 8
#define LENGTH 200
#define ROOM 1024

static SvStepResult
bind_narrowly (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (
    sv_bench_open_datagram (bench, SV_SLOT_LISTENER)
    && sv_bench_set (bench, SV_SLOT_LISTENER, SOL_SOCKET, SO_RCVBUF, SMALL_BUFFER, "SOL_SOCKET, SO_RCVBUF")
    && sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address));
}

static SvStepResult
send_all (SvBench *bench, gpointer data)
{
  if (!sv_bench_open_datagram_client (bench, SV_SLOT_CLIENT)
      || !sv_bench_connect (bench, SV_SLOT_CLIENT, &bench->target))
    return SV_STEP_FAILED;
  for (guint i = 0; i < N_DATAGRAMS; i++)
    if (sv_bench_send_bytes (bench, SV_SLOT_CLIENT, LENGTH) != LENGTH)
      return SV_STEP_FAILED;
  return SV_STEP_DONE;
}

static SvStepResult
read_all (SvBench *bench, gpointer data)
{
  if (sv_bench_recv (bench, SV_SLOT_LISTENER, ROOM) > 0)
    return SV_STEP_WAIT;
  sv_trial_keep_outcome (data);
  return sv_trial_result_of (bench->last.error == EAGAIN);
}

const SvStep SV_TRIAL_DROPPED[] = { SV_TRIAL_STEP ("bind", bind_narrowly), SV_TRIAL_STEP ("send", send_all),
                                    SV_TRIAL_STEP ("read", read_all), SV_TRIAL_END };
