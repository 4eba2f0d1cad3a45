/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-trial-card.h"

#include "sv-experiment-text.h"
#include "sv-explain-trial.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

struct _SvTrialCard
{
  GtkWidget parent_instance;

  const SvTrialRecipe *recipe;
  SvMachine *machines[2]; /* by SvSide */
  SvRecording *recording; /* of the last try */
  SvTrial *trial;
  gboolean done;

  GtkWidget *box;
  GtkWidget *button;
  GtkWidget *steps;   /* a label for each step, and under it its calls */
  GtkWidget *outcome;
  GtkWidget *grid;
  GtkWidget *lesson;  /* what is told at the end */
};

enum
{
  BEGAN,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvTrialCard, sv_trial_card, GTK_TYPE_WIDGET)

static void
clear_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

/* ---- The steps. */

static void
add_step (SvTrialCard *self, guint index, gboolean with_calls)
{
  const SvTrialStep *step = sv_trial_get_step (self->trial, index);
  const char *text = sv_trial_story_find_step (self->recipe->name, step->name);
  g_autofree char *numbered = g_strdup_printf (C_ ("trial", "%u. %s"), index + 1, text);
  g_autofree char *calls = with_calls ? sv_experiment_list_calls (self->recording, step->first, step->end) : NULL;
  GtkWidget *label = sv_experiment_add_text (self->steps, NULL);

  gtk_label_set_text (GTK_LABEL (label), numbered);
  if (calls != NULL && *calls != '\0')
    gtk_label_set_text (GTK_LABEL (sv_experiment_add_code (self->steps, _("System calls of this step"))), calls);
}

/* What has begun now has no calls yet, those before have all of theirs. */
static void
show_steps (SvTrialCard *self)
{
  guint n = sv_trial_get_n_steps (self->trial);

  clear_box (self->steps);
  for (guint i = 0; i < n; i++)
    add_step (self, i, i + 1 < n || self->done);
}

static void
stepped_cb (SvTrialCard *self)
{
  show_steps (self);
}

/* ---- The end. */

static gboolean
is_failure (const SvTrialOutcome *outcome)
{
  return outcome->error != 0 && outcome->error != EAGAIN && outcome->error != EINPROGRESS;
}

static void
set_outcome (SvTrialCard *self, const char *text, gboolean failure)
{
  gtk_label_set_text (GTK_LABEL (self->outcome), text);
  gtk_widget_set_visible (self->outcome, TRUE);
  gtk_widget_remove_css_class (self->outcome, failure ? "sv-success" : "sv-problem");
  gtk_widget_add_css_class (self->outcome, failure ? "sv-problem" : "sv-success");
}

static void
attach_text (SvTrialCard *self, const char *text, const char *css_class, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_grid_attach (GTK_GRID (self->grid), label, column, row, 1, 1);
}

static void
attach_cell (SvTrialCard *self, guint index)
{
  const SvTrialOutcome *cell = sv_trial_get_cell (self->trial, index);
  g_autofree char *text = sv_trial_story_describe_outcome (cell->call, cell->result, cell->error);

  attach_text (self, text, is_failure (cell) ? "sv-problem" : "sv-success", 1 + (int) (index & 1),
               1 + (int) (index >> 1));
}

/* The old socket's option downwards, the new one's across. */
static void
show_grid (SvTrialCard *self)
{
  if (sv_trial_get_cell (self->trial, SV_TRIAL_N_CELLS - 1)->call == NULL)
    return;
  attach_text (self, C_ ("trial", "New socket without SO_REUSEADDR"), "heading", 1, 0);
  attach_text (self, C_ ("trial", "New socket with it"), "heading", 2, 0);
  attach_text (self, C_ ("trial", "Old socket without SO_REUSEADDR"), "heading", 0, 1);
  attach_text (self, C_ ("trial", "Old socket with it"), "heading", 0, 2);
  for (guint i = 0; i < SV_TRIAL_N_CELLS; i++)
    attach_cell (self, i);
  gtk_widget_set_visible (self->grid, TRUE);
  gtk_widget_set_visible (self->outcome, FALSE);
  /* Four times the same calls: who wants them finds them below. */
  gtk_box_reorder_child_after (GTK_BOX (self->box), self->steps, self->lesson);
}

static void
add_paragraph (SvTrialCard *self, const char *heading, const char *text)
{
  GtkWidget *label = sv_experiment_add_text (self->lesson, "heading");

  gtk_label_set_text (GTK_LABEL (label), heading);
  gtk_label_set_text (GTK_LABEL (sv_experiment_add_text (self->lesson, NULL)), text);
}

/* Another kernel may answer otherwise: then that is shown, and said. */
static void
show_outcome (SvTrialCard *self)
{
  const SvTrialOutcome *outcome = sv_trial_get_outcome (self->trial);
  g_autofree char *text = sv_trial_story_describe_outcome (outcome->call, outcome->result, outcome->error);
  SvTrialStory story;

  set_outcome (self, text, is_failure (outcome));
  show_grid (self);
  if (outcome->error != self->recipe->error)
    {
      add_paragraph (self, C_ ("trial", "This computer answered in another way than most"),
                     C_ ("trial", "What follows does not explain it: it is about the usual answer."));
    }
  sv_trial_story_find (self->recipe->name, &story);
  add_paragraph (self, C_ ("trial", "What the kernel did"), story.kernel);
  add_paragraph (self, C_ ("trial", "What a program should do"), story.program);
}

static void
set_running (SvTrialCard *self, gboolean running)
{
  gtk_button_set_label (GTK_BUTTON (self->button), running     ? C_ ("trial", "Stop")
                                                   : self->done ? C_ ("trial", "Try It Again")
                                                                : C_ ("trial", "Try It"));
  if (!running && !self->done)
    gtk_widget_add_css_class (self->button, "suggested-action");
  else
    gtk_widget_remove_css_class (self->button, "suggested-action");
}

static void
ended_cb (SvTrialCard *self, const char *sentence)
{
  self->done = TRUE;
  show_steps (self);
  if (sentence != NULL)
    set_outcome (self, sentence, TRUE);
  else
    show_outcome (self);
  set_running (self, FALSE);
  g_signal_emit (self, signals[ENDED], 0);
}

static void
clicked_cb (SvTrialCard *self)
{
  if (sv_trial_card_is_running (self))
    sv_trial_card_stop (self);
  else
    sv_trial_card_try (self);
}

static void
forget_trial (SvTrialCard *self)
{
  if (self->trial == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->trial, self);
  sv_trial_stop (self->trial);
  g_clear_object (&self->trial);
  g_clear_object (&self->recording);
}

static void
sv_trial_card_dispose (GObject *object)
{
  SvTrialCard *self = SV_TRIAL_CARD (object);

  forget_trial (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->machines[SV_SIDE_CLIENT]);
  g_clear_object (&self->machines[SV_SIDE_SERVER]);
  G_OBJECT_CLASS (sv_trial_card_parent_class)->dispose (object);
}

static void
sv_trial_card_class_init (SvTrialCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_trial_card_dispose;
  signals[BEGAN] = g_signal_new ("began", SV_TYPE_TRIAL_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", SV_TYPE_TRIAL_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
sv_trial_card_init (SvTrialCard *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (self->box, "sv-experiment");
  self->button = gtk_button_new ();
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), self->button);
  self->steps = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self->box), self->steps);
  self->outcome = sv_experiment_add_text (self->box, NULL);
  gtk_widget_set_visible (self->outcome, FALSE);
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 6);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_widget_set_visible (self->grid, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->grid);
  self->lesson = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self->box), self->lesson);
}

GtkWidget *
sv_trial_card_new (const SvTrialRecipe *recipe, SvMachine *client_machine, SvMachine *server_machine)
{
  SvTrialCard *self = g_object_new (SV_TYPE_TRIAL_CARD, NULL);

  self->recipe = recipe;
  self->machines[SV_SIDE_CLIENT] = g_object_ref (client_machine);
  self->machines[SV_SIDE_SERVER] = g_object_ref (server_machine);
  set_running (self, FALSE);
  return GTK_WIDGET (self);
}

static void
clear (SvTrialCard *self)
{
  GtkWidget *child;

  clear_box (self->steps);
  clear_box (self->lesson);
  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  gtk_widget_set_visible (self->grid, FALSE);
  gtk_widget_set_visible (self->outcome, FALSE);
  self->done = FALSE;
}

/**
 * sv_trial_card_try:
 *
 * Begins; what was seen before is forgotten.
 */
void
sv_trial_card_try (SvTrialCard *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SV_IS_TRIAL_CARD (self));

  forget_trial (self);
  clear (self);
  self->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  self->trial = sv_trial_new (self->recording, self->machines[SV_SIDE_CLIENT], self->machines[SV_SIDE_SERVER]);
  g_signal_connect_swapped (self->trial, "stepped", G_CALLBACK (stepped_cb), self);
  g_signal_connect_swapped (self->trial, "ended", G_CALLBACK (ended_cb), self);
  if (!sv_trial_run (self->trial, self->recipe, &error))
    {
      set_outcome (self, error->message, TRUE);
      return;
    }
  set_running (self, TRUE);
  g_signal_emit (self, signals[BEGAN], 0);
}

/**
 * sv_trial_card_stop:
 *
 * Closes its sockets, if it runs.
 */
void
sv_trial_card_stop (SvTrialCard *self)
{
  g_return_if_fail (SV_IS_TRIAL_CARD (self));

  if (!sv_trial_card_is_running (self))
    return;
  sv_trial_stop (self->trial);
  set_running (self, FALSE);
}

gboolean
sv_trial_card_is_running (SvTrialCard *self)
{
  g_return_val_if_fail (SV_IS_TRIAL_CARD (self), FALSE);

  return self->trial != NULL && sv_trial_is_running (self->trial);
}

/**
 * sv_trial_card_is_done:
 *
 * Returns: whether it was tried to its end
 */
gboolean
sv_trial_card_is_done (SvTrialCard *self)
{
  g_return_val_if_fail (SV_IS_TRIAL_CARD (self), FALSE);

  return self->done;
}

/**
 * sv_trial_card_get_outcome:
 *
 * Returns: (transfer none) (nullable): how the last try went
 */
const SvTrialOutcome *
sv_trial_card_get_outcome (SvTrialCard *self)
{
  g_return_val_if_fail (SV_IS_TRIAL_CARD (self), NULL);

  return self->trial != NULL ? sv_trial_get_outcome (self->trial) : NULL;
}
