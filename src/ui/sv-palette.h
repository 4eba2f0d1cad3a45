/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

#include "sv-scene.h"
#include "sv-tcp-state.h"

G_BEGIN_DECLS

/* How many colours connections take in turn. */
#define SV_PALETTE_N_CONNECTIONS 8

/* The alpha of a state's or a connection's colour behind text: with it the
 * same colour, and the colour of text, still read well on top. */
#define SV_PALETTE_TINT 0.15f

void sv_palette_get (SvPaint paint, gboolean dark, gboolean high_contrast, GdkRGBA *out);
void sv_palette_get_current (SvPaint paint, GdkRGBA *out);

G_END_DECLS
