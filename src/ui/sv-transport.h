/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Plays the recording: to start, step back, play or pause, step forward, the
 * scrubber, how much slower than real, the speed, and the way back to now. */
#define SV_TYPE_TRANSPORT (sv_transport_get_type ())
G_DECLARE_FINAL_TYPE (SvTransport, sv_transport, SV, TRANSPORT, GtkWidget)

GtkWidget *sv_transport_new (SvSession *session);

gboolean sv_transport_toggle_wire (SvSession *session);

G_END_DECLS
