/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-scene-view.h"
#include "sv-session.h"

G_BEGIN_DECLS

/* The ports of this computer, those of our connections joined by arcs. */
#define SV_TYPE_PORT_RULER (sv_port_ruler_get_type ())
G_DECLARE_FINAL_TYPE (SvPortRuler, sv_port_ruler, SV, PORT_RULER, SvSceneView)

GtkWidget *sv_port_ruler_new (SvSession *session);

G_END_DECLS
