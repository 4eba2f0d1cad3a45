/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One position in an array. */
#define SV_TYPE_SLOT (sv_slot_get_type ())
G_DECLARE_FINAL_TYPE (SvSlot, sv_slot, SV, SLOT, GObject)

guint sv_slot_get_index (SvSlot *self);

/* A list of the first N positions. Positions never change, so that a change of
 * what the array holds is none of the list. */
#define SV_TYPE_SLOTS (sv_slots_get_type ())
G_DECLARE_FINAL_TYPE (SvSlots, sv_slots, SV, SLOTS, GObject)

SvSlots *sv_slots_new (void);
void sv_slots_set_size (SvSlots *self, guint size);

G_END_DECLS
