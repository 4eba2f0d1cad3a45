/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-wire.h"

G_BEGIN_DECLS

/* For SvWire alone: how a packet moves on the wire, and which one is a copy. */

void sv_wire_flight_free (SvWireFlight *flight);
gint64 sv_wire_flight_get_travelled (const SvWireFlight *flight, gint64 now);
void sv_wire_flight_go_on (SvWireFlight *flight, gint64 earliest, gint64 now);
gboolean sv_wire_is_ignored (const guint8 *bytes, gsize length);
gboolean sv_wire_flight_count_copy (GPtrArray *flights, SvWireFlight *copy);

G_END_DECLS
