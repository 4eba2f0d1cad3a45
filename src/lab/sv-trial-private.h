/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The trial's inside: sv-trial.c is the door, the sv-trial-*.c files have the recipes. */

#include "sv-trial.h"

#include "sv-network.h"

G_BEGIN_DECLS

struct _SvTrial
{
  GObject parent_instance;

  SvRecording *recording;
  SvMachine *machines[2]; /* by SvSide */

  /* Only while it runs. */
  SvBench *bench;
  SvSteps *sequence;
  SvNetwork *network; /* NULL on this computer */
  char *failure; /* why the step that runs cannot go on, if no call says so */

  const SvTrialRecipe *recipe;
  GArray *steps; /* SvTrialStep */
  SvTrialOutcome outcome;
  SvTrialOutcome cells[SV_TRIAL_N_CELLS];
  guint cell;          /* which one is worked at */
  guint segments_sent; /* by TCP_INFO, when that was last looked at */
};

#define SV_TRIAL_STEP(name, function) { name, function, 0 }
#define SV_TRIAL_THEN(function) { NULL, function, 0 }
#define SV_TRIAL_END { NULL, NULL, 0 }

void sv_trial_keep_outcome (SvTrial *self);
void sv_trial_keep_connect_outcome (SvTrial *self);
void sv_trial_record_call (SvTrial *self, gint64 entered, const char *actor, const char *name, char *args, int fd,
                           gint64 result, int error);

/* Ingredients. */
SvStepResult sv_trial_result_of (gboolean worked);
SvStepResult sv_trial_listen (SvBench *bench, gpointer data);
SvStepResult sv_trial_open_client (SvBench *bench, gpointer data);
SvStepResult sv_trial_connect (SvBench *bench, gpointer data);
SvStepResult sv_trial_await_connect (SvBench *bench, gpointer data);
SvStepResult sv_trial_accept (SvBench *bench, gpointer data);

#define SV_TRIAL_CONNECTED(name) \
  SV_TRIAL_STEP (name, sv_trial_listen), SV_TRIAL_THEN (sv_trial_open_client), SV_TRIAL_THEN (sv_trial_connect), \
  SV_TRIAL_THEN (sv_trial_await_connect), SV_TRIAL_THEN (sv_trial_accept)

/* Recipes: about ports and addresses, about connections, about queues. */
extern const SvStep SV_TRIAL_IN_USE[];
extern const SvStep SV_TRIAL_IN_USE_GRID[];
extern const SvStep SV_TRIAL_REUSE_PORT[];
extern const SvStep SV_TRIAL_OTHER_ADDRESS[];
extern const SvStep SV_TRIAL_PRIVILEGED[];
extern const SvStep SV_TRIAL_NOT_AVAILABLE[];
extern const SvStep SV_TRIAL_SELF_CONNECT[];
extern const SvStep SV_TRIAL_REFUSED[];
extern const SvStep SV_TRIAL_TIMED_OUT[];
extern const SvStep SV_TRIAL_BROKEN_PIPE[];
extern const SvStep SV_TRIAL_RESET[];
extern const SvStep SV_TRIAL_NO_DESCRIPTORS[];
extern const SvStep SV_TRIAL_FULL_BACKLOG[];
extern const SvStep SV_TRIAL_FULL_WINDOW[];
extern const SvStep SV_TRIAL_HALF_OPEN[];
extern const SvStep SV_TRIAL_DROPPED[];
extern const SvStep SV_TRIAL_PEERS[];

G_END_DECLS
