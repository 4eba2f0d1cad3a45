/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-steps.h"

G_BEGIN_DECLS

/* How many outcomes a trial can lay side by side. */
#define SV_TRIAL_N_CELLS 4

/**
 * SvTrialRecipe:
 * @name: as one types it: "refused"
 * @call: which call fails
 * @error: its errno
 * @steps: how it comes to that
 * @two_machines: it needs two machines of its own and a wire between them
 */
typedef struct
{
  const char *name;
  const char *call;
  int error;
  const SvStep *steps;
  gboolean two_machines;
} SvTrialRecipe;

/**
 * SvTrialOutcome:
 * @call: (nullable): %NULL if there was none yet
 * @fact: serial of the call
 */
typedef struct
{
  const char *call;
  gint64 result;
  int error;
  guint64 fact;
} SvTrialOutcome;

/**
 * SvTrialStep:
 * @first: serial of its first fact
 * @end: serial after its last one
 *
 * One step as a learner sees it.
 */
typedef struct
{
  const char *name;
  guint64 first;
  guint64 end;
} SvTrialStep;

/**
 * SvTrial:
 *
 * Breaks something for real: takes the steps of a recipe, and keeps how the
 * call went that matters. All calls and rows go into the recording; in the
 * end nothing is open.
 *
 * Signals: "stepped" (a step has begun), "ended" (a sentence, %NULL if all
 * steps were taken).
 */
#define SV_TYPE_TRIAL (sv_trial_get_type ())
G_DECLARE_FINAL_TYPE (SvTrial, sv_trial, SV, TRIAL, GObject)

const SvTrialRecipe *sv_trial_recipe_get (guint index);
const SvTrialRecipe *sv_trial_recipe_find (const char *name);

SvTrial *sv_trial_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine);

gboolean sv_trial_run (SvTrial *self, const SvTrialRecipe *recipe, GError **error);
void sv_trial_stop (SvTrial *self);

gboolean sv_trial_is_running (SvTrial *self);
const SvTrialRecipe *sv_trial_get_recipe (SvTrial *self);
guint sv_trial_get_n_steps (SvTrial *self);
const SvTrialStep *sv_trial_get_step (SvTrial *self, guint index);
const SvTrialOutcome *sv_trial_get_outcome (SvTrial *self);
const SvTrialOutcome *sv_trial_get_cell (SvTrial *self, guint index);

G_END_DECLS
