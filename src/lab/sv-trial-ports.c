/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-trial-private.h"

#include "sv-capability.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51 /* Linux 6.3, ip(7) */
#endif

/* What everybody expects of a web server. */
#define WELL_KNOWN_PORT 80
/* RFC 5737: in books only, on no computer. */
#define BOOK_ADDRESS { 192, 0, 2, 1 }

/* Trials about who may have an address and a port: bind(2), ip(7), socket(7),
 * capabilities(7). A call that is to fail ends no trial. */

static gboolean
try_bind (SvBench *bench, SvSlot slot, const SvEndpoint *address)
{
  return sv_bench_open_server (bench, slot) && (sv_bench_bind (bench, slot, address) || TRUE);
}

static gboolean
set_option (SvBench *bench, SvSlot slot, int option, const char *name)
{
  return sv_bench_set (bench, slot, SOL_SOCKET, option, 1, name);
}

/* ---- in-use. */

static SvStepResult
bind_again (SvBench *bench, gpointer data)
{
  gboolean tried = try_bind (bench, SV_SLOT_SERVER2, &bench->address);

  sv_trial_keep_outcome (data);
  return sv_trial_result_of (tried);
}

const SvStep SV_TRIAL_IN_USE[] = { SV_TRIAL_STEP ("first", sv_trial_listen), SV_TRIAL_STEP ("second", bind_again),
                                   SV_TRIAL_END };

/* ---- in-use-time-wait: old and new socket, each without and with SO_REUSEADDR. */

static gboolean
old_reuses (const SvTrial *trial)
{
  return (trial->cell & 2) != 0;
}

static gboolean
new_reuses (const SvTrial *trial)
{
  return (trial->cell & 1) != 0;
}

static SvStepResult
listen_as_old (SvBench *bench, gpointer data)
{
  bench->address.port = bench->target.port = 0;
  return sv_trial_result_of (
    sv_bench_open_server (bench, SV_SLOT_LISTENER)
    && (!old_reuses (data) || set_option (bench, SV_SLOT_LISTENER, SO_REUSEADDR, "SOL_SOCKET, SO_REUSEADDR"))
    && sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address) && sv_bench_listen (bench, SV_SLOT_LISTENER, 5));
}

/* Who closes first gets the TIME_WAIT. */
static SvStepResult
close_server_first (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_close (bench, SV_SLOT_SERVER));
}

static SvStepResult
close_client_after_it (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLRDHUP))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_close (bench, SV_SLOT_CLIENT));
}

static SvStepResult
await_time_wait (SvBench *bench, gpointer data)
{
  SvSocketRow own, peer;

  sv_bench_observe (bench, SV_SLOT_SERVER, &own, &peer);
  if (own.state != SV_TCP_TIME_WAIT)
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_close (bench, SV_SLOT_LISTENER));
}

static SvStepResult
bind_as_new (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;

  if (!sv_bench_open_server (bench, SV_SLOT_SERVER2)
      || (new_reuses (trial) && !set_option (bench, SV_SLOT_SERVER2, SO_REUSEADDR, "SOL_SOCKET, SO_REUSEADDR")))
    return SV_STEP_FAILED;
  sv_bench_bind (bench, SV_SLOT_SERVER2, &bench->address);
  if (trial->cell == 0)
    sv_trial_keep_outcome (trial);
  trial->cells[trial->cell]
    = (SvTrialOutcome){ bench->last.name, bench->last.result, bench->last.error, bench->last_fact };
  trial->cell++;
  return sv_trial_result_of (sv_bench_close (bench, SV_SLOT_SERVER2));
}

#define CELL(name) \
  SV_TRIAL_STEP (name, listen_as_old), SV_TRIAL_THEN (sv_trial_open_client), SV_TRIAL_THEN (sv_trial_connect), \
  SV_TRIAL_THEN (sv_trial_await_connect), SV_TRIAL_THEN (sv_trial_accept), SV_TRIAL_THEN (close_server_first), \
  SV_TRIAL_THEN (close_client_after_it), SV_TRIAL_THEN (await_time_wait), SV_TRIAL_THEN (bind_as_new)

const SvStep SV_TRIAL_IN_USE_GRID[] = { CELL ("neither"), CELL ("new"), CELL ("old"), CELL ("both"), SV_TRIAL_END };

/* ---- reuse-port. */

static SvStepResult
listen_reusing_port (SvBench *bench, gpointer data)
{
  static const SvSlot SLOTS[] = { SV_SLOT_LISTENER, SV_SLOT_SERVER2 };

  bench->address.port = bench->target.port = 0;
  for (guint i = 0; i < G_N_ELEMENTS (SLOTS); i++)
    if (!sv_bench_open_server (bench, SLOTS[i])
        || !set_option (bench, SLOTS[i], SO_REUSEPORT, "SOL_SOCKET, SO_REUSEPORT")
        || !sv_bench_bind (bench, SLOTS[i], &bench->address) || !sv_bench_listen (bench, SLOTS[i], 5))
      return SV_STEP_FAILED;
  return SV_STEP_DONE;
}

const SvStep SV_TRIAL_REUSE_PORT[] = { SV_TRIAL_STEP ("first", sv_trial_listen), SV_TRIAL_STEP ("without", bind_again),
                                       SV_TRIAL_STEP ("with", listen_reusing_port), SV_TRIAL_END };

/* ---- other-address. */

static SvStepResult
bind_other_address (SvBench *bench, gpointer data)
{
  SvEndpoint other = bench->address;

  other.address[3]++; /* 127.0.0.2: all of 127.0.0.0/8 is this computer */
  return sv_trial_result_of (sv_bench_open_server (bench, SV_SLOT_SERVER2)
                             && sv_bench_bind (bench, SV_SLOT_SERVER2, &other)
                             && sv_bench_listen (bench, SV_SLOT_SERVER2, 5));
}

static SvStepResult
bind_other_protocol (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_datagram (bench, SV_SLOT_SERVER2)
                             && sv_bench_bind (bench, SV_SLOT_SERVER2, &bench->address));
}

static SvStepResult
bind_any_address (SvBench *bench, gpointer data)
{
  SvEndpoint any = sv_endpoint_any (AF_INET, bench->address.port);
  gboolean tried = try_bind (bench, SV_SLOT_SERVER2, &any);

  sv_trial_keep_outcome (data);
  return sv_trial_result_of (tried);
}

const SvStep SV_TRIAL_OTHER_ADDRESS[] = { SV_TRIAL_STEP ("first", sv_trial_listen),
                                          SV_TRIAL_STEP ("address", bind_other_address),
                                          SV_TRIAL_STEP ("protocol", bind_other_protocol),
                                          SV_TRIAL_STEP ("any", bind_any_address), SV_TRIAL_END };

/* ---- privileged. */

static void
set_capability (SvTrial *trial, gboolean on)
{
  gint64 entered = sv_clock_now ();
  int code = sv_capability_raise (SV_CAPABILITY_NET_BIND_SERVICE, on) ? 0 : errno;

  sv_trial_record_call (trial, entered, "server", "capset",
                        g_strdup_printf ("CAP_NET_BIND_SERVICE %s", on ? "effective" : "not effective"), -1,
                        code == 0 ? 0 : -1, code);
}

static SvEndpoint
privileged_address (SvTrial *trial, guint start)
{
  SvEndpoint address = trial->bench->address;

  address.port = (guint16) MIN (WELL_KNOWN_PORT, start - 1);
  return address;
}

/* Root has the right: then it is laid down for this one call, by this thread alone. */
static SvStepResult
bind_without_right (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;
  guint start = sv_port_space_get_unprivileged_start (sv_machine_get_port_space (trial->machines[SV_SIDE_SERVER]));
  gboolean had = sv_capability_is_effective (SV_CAPABILITY_NET_BIND_SERVICE);
  SvEndpoint address;
  gboolean tried;

  if (start <= 1)
    {
      trial->failure = g_strdup (_("On this computer every program may have every port: "
                                   "net.ipv4.ip_unprivileged_port_start is 0. So there is nothing to be refused."));
      return SV_STEP_FAILED;
    }
  address = privileged_address (trial, start);
  if (had)
    set_capability (trial, FALSE);
  tried = try_bind (bench, SV_SLOT_SERVER2, &address);
  sv_trial_keep_outcome (trial);
  if (had)
    set_capability (trial, TRUE);
  return sv_trial_result_of (tried);
}

/* An ordinary user cannot show that part. */
static SvStepResult
bind_with_right (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;
  guint start = sv_port_space_get_unprivileged_start (sv_machine_get_port_space (trial->machines[SV_SIDE_SERVER]));
  SvEndpoint address = privileged_address (trial, start);

  if (!sv_capability_is_effective (SV_CAPABILITY_NET_BIND_SERVICE))
    {
      SvMachineId machine = sv_machine_get_id (trial->machines[SV_SIDE_SERVER]);

      sv_recording_append (trial->recording,
                           sv_fact_new_note (sv_clock_now (), machine, "%s",
                                             _("This program does not have CAP_NET_BIND_SERVICE, so it cannot try "
                                               "the same with it.")));
      return SV_STEP_DONE;
    }
  return sv_trial_result_of (try_bind (bench, SV_SLOT_SERVER2, &address));
}

const SvStep SV_TRIAL_PRIVILEGED[] = { SV_TRIAL_STEP ("without", bind_without_right),
                                       SV_TRIAL_STEP ("with", bind_with_right), SV_TRIAL_END };

/* ---- not-available. */

static SvStepResult
bind_elsewhere (SvBench *bench, gpointer data)
{
  SvEndpoint elsewhere = { .family = AF_INET, .address = BOOK_ADDRESS };
  gboolean tried = try_bind (bench, SV_SLOT_SERVER2, &elsewhere);

  sv_trial_keep_outcome (data);
  return sv_trial_result_of (tried);
}

/* Lets a client have one ephemeral port only. */
static gboolean
set_port_range (SvBench *bench, SvSlot slot, guint16 port)
{
  g_autofree char *name = g_strdup_printf ("IPPROTO_IP, IP_LOCAL_PORT_RANGE, %u to %u", port, port);
  guint32 range = (guint32) port << 16 | port;

  return sv_bench_set_value (bench, slot, IPPROTO_IP, IP_LOCAL_PORT_RANGE, &range, sizeof range, name);
}

/* Two clients of one server, and one ephemeral port for both. Older kernels
 * cannot narrow the range for one socket. */
static SvStepResult
use_up_ports (SvBench *bench, gpointer data)
{
  SvTrial *trial = data;
  SvPortSpace *ports = sv_machine_get_port_space (trial->machines[SV_SIDE_CLIENT]);
  guint low = sv_port_space_get_ephemeral_low (ports), high = sv_port_space_get_ephemeral_high (ports);

  if (sv_trial_listen (bench, data) != SV_STEP_DONE)
    return SV_STEP_FAILED;
  for (guint port = high; port > low && port + 100 > high; port--)
    {
      if (!sv_bench_open_client (bench, SV_SLOT_CLIENT) || !set_port_range (bench, SV_SLOT_CLIENT, (guint16) port))
        return SV_STEP_DONE;
      if (!sv_bench_connect (bench, SV_SLOT_CLIENT, &bench->target))
        continue; /* another program has it */
      if (sv_bench_open_client (bench, SV_SLOT_CLIENT2) && set_port_range (bench, SV_SLOT_CLIENT2, (guint16) port))
        sv_bench_connect (bench, SV_SLOT_CLIENT2, &bench->target);
      return SV_STEP_DONE;
    }
  return SV_STEP_DONE;
}

const SvStep SV_TRIAL_NOT_AVAILABLE[] = { SV_TRIAL_STEP ("address", bind_elsewhere),
                                          SV_TRIAL_STEP ("ports", use_up_ports), SV_TRIAL_END };

/* ---- self-connect. */

static SvStepResult
bind_client (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT)
                             && sv_bench_bind (bench, SV_SLOT_CLIENT, &bench->target));
}

static SvStepResult
connect_to_itself (SvBench *bench, gpointer data)
{
  SvEndpoint itself = bench->ends[SV_SLOT_CLIENT]->local;

  return sv_trial_result_of (sv_bench_connect (bench, SV_SLOT_CLIENT, &itself));
}

static SvStepResult
talk_to_itself (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_send (bench, SV_SLOT_CLIENT, "is anybody there?\n") > 0);
}

static SvStepResult
hear_itself (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLIN))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_recv (bench, SV_SLOT_CLIENT, 1024) > 0);
}

/* As servers do: with SO_REUSEADDR. */
static SvStepResult
bind_where_client_is (SvBench *bench, gpointer data)
{
  gboolean ready = sv_bench_open_server (bench, SV_SLOT_SERVER2)
                   && set_option (bench, SV_SLOT_SERVER2, SO_REUSEADDR, "SOL_SOCKET, SO_REUSEADDR");

  if (!ready)
    return SV_STEP_FAILED;
  sv_bench_bind (bench, SV_SLOT_SERVER2, &bench->ends[SV_SLOT_CLIENT]->local);
  sv_trial_keep_outcome (data);
  return SV_STEP_DONE;
}

const SvStep SV_TRIAL_SELF_CONNECT[] = { SV_TRIAL_STEP ("bind", bind_client),
                                         SV_TRIAL_STEP ("connect", connect_to_itself),
                                         SV_TRIAL_THEN (sv_trial_await_connect),
                                         SV_TRIAL_STEP ("talk", talk_to_itself),
                                         SV_TRIAL_THEN (hear_itself),
                                         SV_TRIAL_STEP ("server", bind_where_client_is),
                                         SV_TRIAL_END };
