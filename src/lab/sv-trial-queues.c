/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-trial-private.h"

#include "sv-child-accept.h"
#include "sv-tcp-info.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

/* The kernel doubles it, and has a least value of its own: socket(7). */
#define SMALL_BUFFER 2048
#define CHUNK 4096
/* A SYN that was dropped is sent again after a second. */
#define RETRANSMIT_PATIENCE_MS 15000

/* Trials about what is full: listen(2), accept(2), send(2), tcp(7). */

/* ---- no-descriptors. */

/* The limit counts for a whole process, so it is a child of ours that has it. */
static SvStepResult
accept_in_child (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;
  SvChildAccept tried;
  g_autofree char *actor = NULL;

  if (!sv_bench_is_ready (bench, SV_SLOT_LISTENER, POLLIN))
    return SV_STEP_WAIT;
  if (!sv_child_accept (bench->ends[SV_SLOT_LISTENER]->fd, &tried))
    {
      bench->last = (SvOutcome){ .name = "fork", .result = -1, .error = errno };
      return SV_STEP_FAILED;
    }
  actor = g_strdup_printf ("child (%d)", tried.pid);
  sv_trial_record_call (trial, tried.limited_at, actor, "setrlimit",
                        g_strdup_printf ("RLIMIT_NOFILE, %d", tried.limit), -1, 0, 0);
  sv_trial_record_call (trial, tried.accepted_at, actor, "accept", g_strdup (""),
                        bench->ends[SV_SLOT_LISTENER]->fd, tried.error != 0 ? -1 : 0, tried.error);
  sv_trial_keep_outcome (trial);
  return SV_STEP_DONE;
}

static SvStepResult
talk_to_queue (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  if (sv_bench_send (bench, SV_SLOT_CLIENT, "I am waiting\n") <= 0)
    return SV_STEP_FAILED;
  sv_bench_observe (bench, SV_SLOT_LISTENER, &own, &peer);
  return SV_STEP_DONE;
}

static SvStepResult
recv_what_waited (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_SERVER, POLLIN))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_recv (bench, SV_SLOT_SERVER, 1024) > 0);
}

const SvStep SV_TRIAL_NO_DESCRIPTORS[] = { SV_TRIAL_STEP ("connect", sv_trial_listen),
                                           SV_TRIAL_THEN (sv_trial_open_client),
                                           SV_TRIAL_THEN (sv_trial_connect),
                                           SV_TRIAL_THEN (sv_trial_await_connect),
                                           SV_TRIAL_STEP ("accept", accept_in_child),
                                           SV_TRIAL_STEP ("wait", talk_to_queue),
                                           SV_TRIAL_STEP ("again", sv_trial_accept),
                                           SV_TRIAL_THEN (recv_what_waited),
                                           SV_TRIAL_END };

/* ---- full-backlog. */

static SvStepResult
listen_to_two (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_server (bench, SV_SLOT_LISTENER)
                             && sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address)
                             && sv_bench_listen (bench, SV_SLOT_LISTENER, 1));
}

static SvStepResult
come_first (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT)
                             && sv_bench_connect (bench, SV_SLOT_CLIENT, &bench->target));
}

static SvStepResult
come_second (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT2)
                             && sv_bench_connect (bench, SV_SLOT_CLIENT2, &bench->target));
}

/* The handshake's last ACK puts it into the queue. */
static SvStepResult
await_place (SvBench *bench, SvSlot slot)
{
  SvSocketRow own, peer;

  sv_bench_observe (bench, slot, &own, &peer);
  if (peer.state != SV_TCP_ESTABLISHED || !sv_bench_is_ready (bench, slot, POLLOUT))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_finish_connect (bench, slot) == 0);
}

static SvStepResult
await_first (SvBench *bench, gpointer data)
{
  return await_place (bench, SV_SLOT_CLIENT);
}

static SvStepResult
await_second (SvBench *bench, gpointer data)
{
  return await_place (bench, SV_SLOT_CLIENT2);
}

static SvStepResult
come_third (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  if (!sv_bench_open_client (bench, SV_SLOT_CLIENT3)
      || !sv_bench_connect (bench, SV_SLOT_CLIENT3, &bench->target))
    return SV_STEP_FAILED;
  sv_trial_keep_outcome (data);
  sv_bench_observe (bench, SV_SLOT_LISTENER, &own, &peer);
  return SV_STEP_DONE;
}

/* Its kernel asks again, and by then there is room. */
static SvStepResult
await_third (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT3, POLLOUT))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_finish_connect (bench, SV_SLOT_CLIENT3) == 0);
}

const SvStep SV_TRIAL_FULL_BACKLOG[] = { SV_TRIAL_STEP ("listen", listen_to_two),
                                         SV_TRIAL_STEP ("two", come_first),
                                         SV_TRIAL_THEN (await_first),
                                         SV_TRIAL_THEN (come_second),
                                         SV_TRIAL_THEN (await_second),
                                         SV_TRIAL_STEP ("third", come_third),
                                         SV_TRIAL_STEP ("accept", sv_trial_accept),
                                         { NULL, await_third, RETRANSMIT_PATIENCE_MS },
                                         SV_TRIAL_END };

/* ---- full-window. */

static gboolean
shrink (SvBench *bench, SvSlot slot, int option, const char *name)
{
  return sv_bench_set (bench, slot, SOL_SOCKET, option, SMALL_BUFFER, name);
}

/* Accepted sockets inherit it. */
static SvStepResult
listen_narrowly (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_server (bench, SV_SLOT_LISTENER)
                             && shrink (bench, SV_SLOT_LISTENER, SO_RCVBUF, "SOL_SOCKET, SO_RCVBUF")
                             && sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address)
                             && sv_bench_listen (bench, SV_SLOT_LISTENER, 5));
}

static SvStepResult
open_narrow_client (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT)
                             && shrink (bench, SV_SLOT_CLIENT, SO_SNDBUF, "SOL_SOCKET, SO_SNDBUF"));
}

static guint
count_segments (SvBench *bench)
{
  SvTcpInfo info;

  return sv_tcp_info_read (bench->ends[SV_SLOT_CLIENT]->fd, &info) ? info.segments_out : 0;
}

/* One call a turn, until the kernel takes no more. */
static SvStepResult
fill (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;

  if (sv_bench_send_bytes (bench, SV_SLOT_CLIENT, CHUNK) > 0)
    return SV_STEP_WAIT;
  sv_trial_keep_outcome (trial);
  return sv_trial_result_of (bench->last.error == EAGAIN);
}

static SvStepResult
await_zero_window (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;
  SvSocketRow own, peer;

  sv_bench_observe (bench, SV_SLOT_CLIENT, &own, &peer);
  trial->segments_sent = count_segments (bench);
  return own.timer == SV_TIMER_ZERO_WINDOW ? SV_STEP_DONE : SV_STEP_WAIT;
}

/* Nothing else is sent while the window is shut. */
static SvStepResult
await_probe (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;
  SvSocketRow own, peer;
  SvFact *note;

  sv_bench_observe (bench, SV_SLOT_CLIENT, &own, &peer);
  if (count_segments (bench) <= trial->segments_sent)
    return SV_STEP_WAIT;
  note = sv_fact_new_note (sv_clock_now (), sv_machine_get_id (trial->machines[SV_SIDE_CLIENT]),
                           _("TCP_INFO: %u segments had left this client, now %u; its row’s timer is the "
                             "zero-window probe’s."),
                           trial->segments_sent, count_segments (bench));
  sv_recording_append (trial->recording, note);
  return SV_STEP_DONE;
}

static SvStepResult
drain (SvBench *bench, gpointer data)
{
  if (sv_bench_recv (bench, SV_SLOT_SERVER, CHUNK) > 0)
    return SV_STEP_WAIT;
  return sv_trial_result_of (bench->last.error == EAGAIN);
}

static SvStepResult
send_again (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLOUT))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_send (bench, SV_SLOT_CLIENT, "there is room again\n") > 0);
}

const SvStep SV_TRIAL_FULL_WINDOW[] = { SV_TRIAL_STEP ("connect", listen_narrowly),
                                        SV_TRIAL_THEN (open_narrow_client),
                                        SV_TRIAL_THEN (sv_trial_connect),
                                        SV_TRIAL_THEN (sv_trial_await_connect),
                                        SV_TRIAL_THEN (sv_trial_accept),
                                        SV_TRIAL_STEP ("fill", fill),
                                        SV_TRIAL_STEP ("probe", await_zero_window),
                                        SV_TRIAL_THEN (await_probe),
                                        SV_TRIAL_STEP ("read", drain),
                                        SV_TRIAL_STEP ("again", send_again),
                                        SV_TRIAL_END };
