/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-trial-private.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* How long a packet flies where a trial has a wire, in ns. */
#define HOP (5 * G_GINT64_CONSTANT (1000000))

enum
{
  STEPPED,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvTrial, sv_trial, G_TYPE_OBJECT)

/* From who may have an address to what becomes of a connection. */
static const SvTrialRecipe RECIPES[] = {
  { "in-use", "bind", EADDRINUSE, SV_TRIAL_IN_USE, FALSE },
  { "in-use-time-wait", "bind", EADDRINUSE, SV_TRIAL_IN_USE_GRID, FALSE },
  { "other-address", "bind", EADDRINUSE, SV_TRIAL_OTHER_ADDRESS, FALSE },
  { "reuse-port", "bind", EADDRINUSE, SV_TRIAL_REUSE_PORT, FALSE },
  { "privileged", "bind", EACCES, SV_TRIAL_PRIVILEGED, FALSE },
  { "not-available", "bind", EADDRNOTAVAIL, SV_TRIAL_NOT_AVAILABLE, FALSE },
  { "refused", "connect", ECONNREFUSED, SV_TRIAL_REFUSED, FALSE },
  { "timed-out", "connect", ETIMEDOUT, SV_TRIAL_TIMED_OUT, FALSE },
  { "full-backlog", "connect", EINPROGRESS, SV_TRIAL_FULL_BACKLOG, FALSE },
  { "no-descriptors", "accept", EMFILE, SV_TRIAL_NO_DESCRIPTORS, FALSE },
  { "full-window", "send", EAGAIN, SV_TRIAL_FULL_WINDOW, FALSE },
  { "dropped", "recv", EAGAIN, SV_TRIAL_DROPPED, FALSE },
  { "broken-pipe", "send", EPIPE, SV_TRIAL_BROKEN_PIPE, FALSE },
  { "reset", "recv", ECONNRESET, SV_TRIAL_RESET, FALSE },
  { "half-open", "recv", ETIMEDOUT, SV_TRIAL_HALF_OPEN, TRUE },
  { "self-connect", "bind", EADDRINUSE, SV_TRIAL_SELF_CONNECT, FALSE },
  { "peers", "connect", EADDRNOTAVAIL, SV_TRIAL_PEERS, FALSE },
};

/**
 * sv_trial_recipe_get:
 * @index: from 0 on
 *
 * Returns: (transfer none) (nullable): %NULL behind the last one
 */
const SvTrialRecipe *
sv_trial_recipe_get (guint index)
{
  return index < G_N_ELEMENTS (RECIPES) ? &RECIPES[index] : NULL;
}

/**
 * sv_trial_recipe_find:
 * @name: in any case
 *
 * Returns: (transfer none) (nullable)
 */
const SvTrialRecipe *
sv_trial_recipe_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (RECIPES); i++)
    if (g_ascii_strcasecmp (RECIPES[i].name, name) == 0)
      return &RECIPES[i];
  return NULL;
}

static void
sv_trial_dispose (GObject *object)
{
  sv_trial_stop (SV_TRIAL (object));
  G_OBJECT_CLASS (sv_trial_parent_class)->dispose (object);
}

static void
sv_trial_finalize (GObject *object)
{
  SvTrial *self = SV_TRIAL (object);

  g_array_unref (self->steps);
  g_object_unref (self->recording);
  g_object_unref (self->machines[SV_SIDE_CLIENT]);
  g_object_unref (self->machines[SV_SIDE_SERVER]);
  G_OBJECT_CLASS (sv_trial_parent_class)->finalize (object);
}

static void
sv_trial_class_init (SvTrialClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sv_trial_dispose;
  object_class->finalize = sv_trial_finalize;

  signals[STEPPED] = g_signal_new ("stepped", SV_TYPE_TRIAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", SV_TYPE_TRIAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_STRING);
}

static void
sv_trial_init (SvTrial *self)
{
  self->steps = g_array_new (FALSE, TRUE, sizeof (SvTrialStep));
}

/**
 * sv_trial_new:
 * @server_machine: may be the same as @client_machine
 */
SvTrial *
sv_trial_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine)
{
  SvTrial *self;

  g_return_val_if_fail (SV_IS_RECORDING (recording), NULL);
  g_return_val_if_fail (SV_IS_MACHINE (client_machine), NULL);
  g_return_val_if_fail (SV_IS_MACHINE (server_machine), NULL);

  self = g_object_new (SV_TYPE_TRIAL, NULL);
  self->recording = g_object_ref (recording);
  self->machines[SV_SIDE_CLIENT] = g_object_ref (client_machine);
  self->machines[SV_SIDE_SERVER] = g_object_ref (server_machine);
  return self;
}

/* The facts up to now belong to the step that began last. */
static void
end_step (SvTrial *self)
{
  if (self->steps->len > 0)
    g_array_index (self->steps, SvTrialStep, self->steps->len - 1).end = sv_recording_get_end (self->recording);
}

static void
began_cb (const char *name, gpointer user_data)
{
  SvTrial *self = user_data;
  SvTrialStep step = { .name = name, .first = sv_recording_get_end (self->recording), .end = G_MAXUINT64 };

  end_step (self);
  g_array_append_val (self->steps, step);
  g_signal_emit (self, signals[STEPPED], 0);
}

/* Nothing is left open before anybody hears of the end. */
static void
ended_cb (const GError *error, gpointer user_data)
{
  g_autoptr (SvTrial) self = g_object_ref (user_data);
  g_autofree char *failure = g_steal_pointer (&self->failure);
  g_autofree char *sentence = error != NULL ? g_strdup (failure != NULL ? failure : error->message) : NULL;

  end_step (self);
  sv_trial_stop (self);
  g_signal_emit (self, signals[ENDED], 0, sentence);
}

static const SvStepsEvents EVENTS = { began_cb, ended_cb };

/* A short wire: what is to be seen here is not its length. */
static gboolean
open_network (SvTrial *self, GError **error)
{
  SvBench *bench;

  self->network = sv_network_new (self->recording, FALSE, error);
  if (self->network == NULL)
    return FALSE;
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (sv_network_get_wire (self->network), (SvSide) side, HOP);
  bench = sv_bench_new (self->recording, SV_MACHINE (sv_network_get_machine (self->network, SV_SIDE_CLIENT)),
                        SV_MACHINE (sv_network_get_machine (self->network, SV_SIDE_SERVER)), error);
  if (bench != NULL)
    bench->address = bench->target = *sv_network_get_server_address (self->network, AF_INET);
  self->bench = bench;
  return bench != NULL;
}

static gboolean
open_computer (SvTrial *self, GError **error)
{
  self->bench = sv_bench_new (self->recording, self->machines[SV_SIDE_CLIENT], self->machines[SV_SIDE_SERVER], error);
  return self->bench != NULL;
}

/**
 * sv_trial_run:
 *
 * Begins; "ended" follows from the main loop. What ran before is stopped and
 * forgotten.
 *
 * Returns: %FALSE if the kernel cannot be asked, or two machines that it needs
 *   cannot be had
 */
gboolean
sv_trial_run (SvTrial *self, const SvTrialRecipe *recipe, GError **error)
{
  g_return_val_if_fail (SV_IS_TRIAL (self), FALSE);
  g_return_val_if_fail (recipe != NULL, FALSE);

  sv_trial_stop (self);
  self->recipe = recipe;
  self->outcome = (SvTrialOutcome){ 0 };
  memset (self->cells, 0, sizeof self->cells);
  self->cell = 0;
  g_array_set_size (self->steps, 0);
  if (!(recipe->two_machines ? open_network : open_computer) (self, error))
    {
      sv_trial_stop (self);
      return FALSE;
    }
  self->sequence = sv_steps_new (self->bench, recipe->steps, &EVENTS, self);
  return TRUE;
}

/**
 * sv_trial_stop:
 *
 * Closes all of its sockets. What was seen so far stays.
 */
void
sv_trial_stop (SvTrial *self)
{
  g_return_if_fail (SV_IS_TRIAL (self));

  g_clear_pointer (&self->sequence, sv_steps_free);
  g_clear_pointer (&self->bench, sv_bench_free);
  if (self->network != NULL)
    sv_network_close (self->network);
  g_clear_object (&self->network);
  g_clear_pointer (&self->failure, g_free);
}

gboolean
sv_trial_is_running (SvTrial *self)
{
  return self->sequence != NULL;
}

/**
 * sv_trial_get_recipe:
 *
 * Returns: (transfer none) (nullable): what was run last
 */
const SvTrialRecipe *
sv_trial_get_recipe (SvTrial *self)
{
  return self->recipe;
}

/**
 * sv_trial_get_n_steps:
 *
 * Returns: how many steps have begun
 */
guint
sv_trial_get_n_steps (SvTrial *self)
{
  return self->steps->len;
}

/**
 * sv_trial_get_step:
 *
 * Returns: (transfer none): valid until the next one begins
 */
const SvTrialStep *
sv_trial_get_step (SvTrial *self, guint index)
{
  g_return_val_if_fail (index < self->steps->len, NULL);

  return &g_array_index (self->steps, SvTrialStep, index);
}

/**
 * sv_trial_get_outcome:
 *
 * Returns: (transfer none): how the call went that the trial is about
 */
const SvTrialOutcome *
sv_trial_get_outcome (SvTrial *self)
{
  return &self->outcome;
}

/**
 * sv_trial_get_cell:
 * @index: below %SV_TRIAL_N_CELLS; for "in-use-time-wait": 1 if the new socket
 *   had set SO_REUSEADDR, plus 2 if the old one had
 *
 * Returns: (transfer none): its call is %NULL where there was none
 */
const SvTrialOutcome *
sv_trial_get_cell (SvTrial *self, guint index)
{
  g_return_val_if_fail (index < SV_TRIAL_N_CELLS, NULL);

  return &self->cells[index];
}

/* ---- For the recipes. */

/* The last call is the one that the trial is about. */
void
sv_trial_keep_outcome (SvTrial *self)
{
  const SvBench *bench = self->bench;

  self->outcome = (SvTrialOutcome){ bench->last.name, bench->last.result, bench->last.error, bench->last_fact };
}

/* As connect() would have answered if it had waited. */
void
sv_trial_keep_connect_outcome (SvTrial *self)
{
  sv_trial_keep_outcome (self);
  self->outcome.call = "connect";
  self->outcome.result = self->outcome.error != 0 ? -1 : 0;
}

/* A call that is none on a socket of the bench's. @args: (transfer full) */
void
sv_trial_record_call (SvTrial *self, gint64 entered, const char *actor, const char *name, char *args, int fd,
                      gint64 result, int error)
{
  SvMachineId machine = sv_machine_get_id (self->machines[SV_SIDE_SERVER]);
  SvFact *fact = sv_fact_new_call (entered, machine, SV_SIDE_SERVER, actor, name, fd);

  fact->call.args = args;
  fact->call.result = result;
  fact->call.error = error;
  fact->call.duration = sv_clock_now () - entered;
  self->bench->last = (SvOutcome){ name, entered, fact->call.duration, result, error };
  self->bench->last_fact = sv_recording_get_end (self->recording);
  sv_recording_append (self->recording, fact);
}

SvStepResult
sv_trial_result_of (gboolean worked)
{
  return worked ? SV_STEP_DONE : SV_STEP_FAILED;
}

SvStepResult
sv_trial_listen (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_server (bench, SV_SLOT_LISTENER)
                             && sv_bench_bind (bench, SV_SLOT_LISTENER, &bench->address)
                             && sv_bench_listen (bench, SV_SLOT_LISTENER, 5));
}

SvStepResult
sv_trial_open_client (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_open_client (bench, SV_SLOT_CLIENT));
}

SvStepResult
sv_trial_connect (SvBench *bench, gpointer data)
{
  return sv_trial_result_of (sv_bench_connect (bench, SV_SLOT_CLIENT, &bench->target));
}

SvStepResult
sv_trial_await_connect (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_CLIENT, POLLOUT))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_finish_connect (bench, SV_SLOT_CLIENT) == 0);
}

SvStepResult
sv_trial_accept (SvBench *bench, gpointer data)
{
  if (!sv_bench_is_ready (bench, SV_SLOT_LISTENER, POLLIN))
    return SV_STEP_WAIT;
  return sv_trial_result_of (sv_bench_accept (bench, SV_SLOT_LISTENER, SV_SLOT_SERVER));
}
