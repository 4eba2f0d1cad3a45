/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-steps.h"

#include "sv-lab.h"

#include <glib/gi18n-lib.h>

/* How soon a step that waits is tried again, and how long it may wait as a rule:
 * between two machines a packet may fly for ten seconds. */
#define RETRY_MS 10
#define PATIENCE_MS 60000

struct _SvSteps
{
  SvBench *bench; /* unowned */
  const SvStep *next;
  const SvStepsEvents *events;
  gpointer user_data;
  GSource *source;
  gint64 deadline; /* of the step that waits, in ns; 0 if none does */
};

static gboolean
ready_cb (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = ready_cb };

static void
end (SvSteps *self, const GError *error)
{
  const SvStepsEvents *events = self->events;
  gpointer user_data = self->user_data;

  g_source_set_ready_time (self->source, -1);
  events->ended (error, user_data);
}

static void
fail (SvSteps *self)
{
  g_autoptr (GError) error = NULL;

  sv_bench_set_error (self->bench, &error);
  end (self, error);
}

static void
time_out (SvSteps *self)
{
  g_autoptr (GError) error = NULL;

  g_set_error_literal (&error, SV_LAB_ERROR, SV_LAB_ERROR_CALL,
                       _("The kernel did not do what was expected in time. Other programs may keep it busy: try "
                         "again."));
  end (self, error);
}

static void
wait (SvSteps *self)
{
  guint patience = self->next->patience_ms != 0 ? self->next->patience_ms : PATIENCE_MS;
  gint64 now = sv_clock_now ();

  if (self->deadline == 0)
    self->deadline = now + (gint64) patience * 1000000;
  if (now >= self->deadline)
    time_out (self);
  else
    g_source_set_ready_time (self->source, g_get_monotonic_time () + RETRY_MS * 1000);
}

/* One step a turn of the main loop, so that a window stays alive. */
static gboolean
step_cb (gpointer user_data)
{
  SvSteps *self = user_data;
  const SvStep *step = self->next;
  SvStepResult result;

  if (step->run == NULL)
    {
      end (self, NULL);
      return G_SOURCE_CONTINUE;
    }
  if (step->name != NULL && self->deadline == 0 && self->events->began != NULL)
    self->events->began (step->name, self->user_data);
  result = step->run (self->bench, self->user_data);
  if (result == SV_STEP_DONE)
    {
      self->next++;
      self->deadline = 0;
      g_source_set_ready_time (self->source, 0);
    }
  else if (result == SV_STEP_WAIT)
    wait (self);
  else
    fail (self);
  return G_SOURCE_CONTINUE;
}

/**
 * sv_steps_new:
 * @bench: outlives it
 * @steps: (array zero-terminated): constant
 * @events: constant; from inside they may free the steps, as their last deed
 *
 * The first step is taken in the next turn of the main loop.
 *
 * Returns: (transfer full)
 */
SvSteps *
sv_steps_new (SvBench *bench, const SvStep *steps, const SvStepsEvents *events, gpointer user_data)
{
  SvSteps *self = g_new0 (SvSteps, 1);

  self->bench = bench;
  self->next = steps;
  self->events = events;
  self->user_data = user_data;
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "SvSteps");
  g_source_set_callback (self->source, step_cb, self, NULL);
  g_source_set_ready_time (self->source, 0);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
sv_steps_free (SvSteps *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}
