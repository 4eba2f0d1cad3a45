/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-drawer.h"
#include "sv-port-card.h"
#include "sv-scene-view.h"
#include "sv-session.h"

G_BEGIN_DECLS

/**
 * SvStage:
 *
 * The picture beside the table: clients, ladder, server, replay, ports and
 * drawer. Only what explains something is shown: the ports with the first
 * port, the replay with the first connection. It drives the session while it
 * plays, and asks for no frame else.
 */
#define SV_TYPE_STAGE (sv_stage_get_type ())
G_DECLARE_FINAL_TYPE (SvStage, sv_stage, SV, STAGE, GtkWidget)

GtkWidget *sv_stage_new (SvSession *session);

SvDrawer *sv_stage_get_drawer (SvStage *self);
SvSceneView *sv_stage_get_ladder (SvStage *self);
SvPortCard *sv_stage_get_ports (SvStage *self);

G_END_DECLS
