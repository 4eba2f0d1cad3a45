/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-bench.h"

G_BEGIN_DECLS

typedef enum
{
  SV_STEP_DONE,
  SV_STEP_WAIT,   /* not yet: it is tried again soon */
  SV_STEP_FAILED, /* the bench's last call says why */
} SvStepResult;

/**
 * SvStep:
 * @name: (nullable): of what a learner sees as one step; %NULL if it belongs to the one before
 * @run: does it, without blocking; is called again after %SV_STEP_WAIT. %NULL ends a list of steps
 * @patience_ms: how long it may wait, 0 for the usual time
 */
typedef struct
{
  const char *name;
  SvStepResult (*run) (SvBench *bench, gpointer user_data);
  guint patience_ms;
} SvStep;

/**
 * SvStepsEvents:
 * @began: (nullable): a named step begins
 * @ended: no step is left, or one has failed; @error says which call and why
 */
typedef struct
{
  void (*began) (const char *name, gpointer user_data);
  void (*ended) (const GError *error, gpointer user_data);
} SvStepsEvents;

/**
 * SvSteps:
 *
 * Takes steps one after the other in the main loop, and waits for the kernel
 * where it needs time.
 */
typedef struct _SvSteps SvSteps;

SvSteps *sv_steps_new (SvBench *bench, const SvStep *steps, const SvStepsEvents *events, gpointer user_data);
void sv_steps_free (SvSteps *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvSteps, sv_steps_free)

G_END_DECLS
