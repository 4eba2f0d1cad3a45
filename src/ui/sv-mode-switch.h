/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"

G_BEGIN_DECLS

/**
 * SvModeSwitch:
 *
 * The switch "This Computer | Two Machines" of the header bar: the action
 * win.mode as two buttons side by side or, where there is less room, as one
 * that opens a menu.
 */
#define SV_TYPE_MODE_SWITCH (sv_mode_switch_get_type ())
G_DECLARE_FINAL_TYPE (SvModeSwitch, sv_mode_switch, SV, MODE_SWITCH, AdwBin)

GtkWidget *sv_mode_switch_new (void);

int sv_mode_switch_get_full_width (SvModeSwitch *self);
void sv_mode_switch_set_compact (SvModeSwitch *self, gboolean compact);

G_END_DECLS
