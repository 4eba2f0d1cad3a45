/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"
#include "sv-trial-card.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SV_PAGE_TRIALS "break-it"

/* The bench on which things are broken: a list of trials, each of which opens. */
#define SV_TYPE_TRIAL_PAGE (sv_trial_page_get_type ())
G_DECLARE_FINAL_TYPE (SvTrialPage, sv_trial_page, SV, TRIAL_PAGE, AdwBin)

GtkWidget *sv_trial_page_new (SvSession *session);

SvTrialCard *sv_trial_page_open (SvTrialPage *self, const char *name);

G_END_DECLS
