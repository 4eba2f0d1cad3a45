/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-scene-view.h"
#include "sv-state-diagram.h"

G_BEGIN_DECLS

/* The TCP states as a diagram, with the ways that two ends took. */
#define SV_TYPE_STATE_VIEW (sv_state_view_get_type ())
G_DECLARE_FINAL_TYPE (SvStateView, sv_state_view, SV, STATE_VIEW, SvSceneView)

GtkWidget *sv_state_view_new (void);

void sv_state_view_set_reached (SvStateView *self, guint reached);
void sv_state_view_set_chosen (SvStateView *self, SvStation chosen);
void sv_state_view_set_ways (SvStateView *self, SvStation here, GArray *steps, SvStation other, GArray *other_steps);

G_END_DECLS
