/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-trial.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvTrialCard:
 *
 * One trial of the bench: try it, see each step with its real calls, then how
 * it ended and what to learn from it. It has a recording of its own. Signals:
 * "began", "ended".
 */
#define SV_TYPE_TRIAL_CARD (sv_trial_card_get_type ())
G_DECLARE_FINAL_TYPE (SvTrialCard, sv_trial_card, SV, TRIAL_CARD, GtkWidget)

GtkWidget *sv_trial_card_new (const SvTrialRecipe *recipe, SvMachine *client_machine, SvMachine *server_machine);

void sv_trial_card_try (SvTrialCard *self);
void sv_trial_card_stop (SvTrialCard *self);
gboolean sv_trial_card_is_running (SvTrialCard *self);
gboolean sv_trial_card_is_done (SvTrialCard *self);
const SvTrialOutcome *sv_trial_card_get_outcome (SvTrialCard *self);

G_END_DECLS
