/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-port-scale.h"
#include "sv-scene-view.h"
#include "sv-session.h"

G_BEGIN_DECLS

/**
 * SvPortRuler:
 *
 * The ports of this computer, or of two machines one above the other, those of
 * our connections joined by arcs. The wheel, and + and - show more of less, down
 * to a single port; Page Up and Page Down go along.
 *
 * Signal "range-changed": other ports are shown.
 */
#define SV_TYPE_PORT_RULER (sv_port_ruler_get_type ())
G_DECLARE_FINAL_TYPE (SvPortRuler, sv_port_ruler, SV, PORT_RULER, SvSceneView)

GtkWidget *sv_port_ruler_new (SvSession *session);

void sv_port_ruler_zoom (SvPortRuler *self, double factor);
void sv_port_ruler_show_all (SvPortRuler *self);
void sv_port_ruler_show_port (SvPortRuler *self, guint port, guint n_ports);
const SvPortRange *sv_port_ruler_get_range (SvPortRuler *self);
void sv_port_ruler_set_only_listening (SvPortRuler *self, gboolean only_listening);
void sv_port_ruler_set_marked (SvPortRuler *self, guint16 port);

gboolean sv_port_ruler_get_owner (SvMachineId machine, guint32 inode, SvOwner *owner, gpointer session);

G_END_DECLS
