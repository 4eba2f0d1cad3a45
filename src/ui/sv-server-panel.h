/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"
#include "sv-slot-list.h"

G_BEGIN_DECLS

/* The card of the server: its listener, the queues, the sockets it has
 * accepted, and what can be done there. */
#define SV_TYPE_SERVER_PANEL (sv_server_panel_get_type ())
G_DECLARE_FINAL_TYPE (SvServerPanel, sv_server_panel, SV, SERVER_PANEL, GtkWidget)

GtkWidget *sv_server_panel_new (SvSession *session);

SvSlotList *sv_server_panel_get_slots (SvServerPanel *self);

G_END_DECLS
