/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"
#include "sv-wire.h"

G_BEGIN_DECLS

/* What the bar lets a hop be, in ms; the wire itself bears any. */
#define SV_WIRE_BAR_MIN_HOP 50
#define SV_WIRE_BAR_MAX_HOP 10000

/**
 * SvWireBar:
 *
 * By which the wire is held and slowed: time of a hop, packets held, deliver
 * all, and, in a popover, each direction's own delay, the loss, and what has
 * become of the packets, in words. Shows what is so, whoever set it. Its buttons
 * are win.wire-hold, win.wire-deliver-all, win.nat.
 */
#define SV_TYPE_WIRE_BAR (sv_wire_bar_get_type ())
G_DECLARE_FINAL_TYPE (SvWireBar, sv_wire_bar, SV, WIRE_BAR, GtkWidget)

GtkWidget *sv_wire_bar_new (SvWire *wire);

G_END_DECLS
