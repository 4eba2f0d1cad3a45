/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"
#include "sv-server-form.h"

G_BEGIN_DECLS

/**
 * SvWelcome:
 *
 * What a window shows before the first server: one thing to do.
 */
#define SV_TYPE_WELCOME (sv_welcome_get_type ())
G_DECLARE_FINAL_TYPE (SvWelcome, sv_welcome, SV, WELCOME, AdwBin)

GtkWidget *sv_welcome_new (SvServerForm *form);

void sv_welcome_set_popover (SvWelcome *self, GtkWidget *popover);
void sv_welcome_set_compact (SvWelcome *self, gboolean compact);
GtkWidget *sv_welcome_get_start_button (SvWelcome *self);

G_END_DECLS
