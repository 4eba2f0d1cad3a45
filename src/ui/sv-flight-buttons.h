/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"
#include "sv-wire.h"

G_BEGIN_DECLS

/* What one can do with a packet on the wire: hold, deliver, drop it. Signal "done": one of them was pressed. */
#define SV_TYPE_FLIGHT_BUTTONS (sv_flight_buttons_get_type ())
G_DECLARE_FINAL_TYPE (SvFlightButtons, sv_flight_buttons, SV, FLIGHT_BUTTONS, GtkWidget)

typedef enum
{
  SV_FLIGHT_HOLD,
  SV_FLIGHT_DELIVER,
  SV_FLIGHT_DROP,
  SV_N_FLIGHT_DEEDS
} SvFlightDeed;

GtkWidget *sv_flight_buttons_new (SvWire *wire);
void sv_flight_buttons_set_flight (SvFlightButtons *self, guint64 id, const char *name, gboolean held);
gboolean sv_flight_buttons_do (SvFlightButtons *self, SvFlightDeed deed);
GtkWidget *sv_flight_buttons_get_button (SvFlightButtons *self, SvFlightDeed deed);

G_END_DECLS
