/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-flight-buttons.h"
#include "sv-scene-view.h"
#include "sv-session.h"

G_BEGIN_DECLS

/* The ladder of the chosen connection where the player is. What is on a wire now
 * can be held, delivered and dropped: by buttons beneath it, and by keys. */
#define SV_TYPE_LADDER_VIEW (sv_ladder_view_get_type ())
G_DECLARE_FINAL_TYPE (SvLadderView, sv_ladder_view, SV, LADDER_VIEW, SvSceneView)

GtkWidget *sv_ladder_view_new (SvSession *session);
SvFlightButtons *sv_ladder_view_get_buttons (SvLadderView *self);

G_END_DECLS
