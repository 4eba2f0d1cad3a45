/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"
#include "sv-slot-list.h"

G_BEGIN_DECLS

/* The card of the clients: who they are, and what can be done with the chosen one. */
#define SV_TYPE_CLIENT_LIST (sv_client_list_get_type ())
G_DECLARE_FINAL_TYPE (SvClientList, sv_client_list, SV, CLIENT_LIST, GtkWidget)

GtkWidget *sv_client_list_new (SvSession *session);

SvSlotList *sv_client_list_get_slots (SvClientList *self);

G_END_DECLS
