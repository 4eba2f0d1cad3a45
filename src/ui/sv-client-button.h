/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"
#include "sv-lab.h"

G_BEGIN_DECLS

/**
 * SvClientButton:
 *
 * Spawns clients (win.spawn-clients) and says how many at once; its popover
 * sends them to another server, too (win.connect-to). Properties,
 * with notify: "count" (1 to 10 000), "compact" (icon in place of text).
 */
#define SV_TYPE_CLIENT_BUTTON (sv_client_button_get_type ())
G_DECLARE_FINAL_TYPE (SvClientButton, sv_client_button, SV, CLIENT_BUTTON, GtkWidget)

GtkWidget *sv_client_button_new (void);

guint sv_client_button_get_count (SvClientButton *self);
void sv_client_button_set_count (SvClientButton *self, guint count);
void sv_client_button_set_compact (SvClientButton *self, gboolean compact);
void sv_client_button_show_resolving (SvClientButton *self, gboolean resolving);
void sv_client_button_show_kind (SvClientButton *self, SvKind kind, SvManner manner);
void sv_client_button_set_suggested (SvClientButton *self, gboolean suggested);

G_END_DECLS
