/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"
#include "sv-slot-list.h"

G_BEGIN_DECLS

/* The sockets of one side at the moment shown, as cards: the clients', or
 * those that the server has accepted. Choosing one chooses its connection. */
#define SV_TYPE_SOCKET_LIST (sv_socket_list_get_type ())
G_DECLARE_FINAL_TYPE (SvSocketList, sv_socket_list, SV, SOCKET_LIST, GtkWidget)

GtkWidget *sv_socket_list_new (SvSession *session, SvSide side, const char *name);

SvSlotList *sv_socket_list_get_slots (SvSocketList *self);

G_END_DECLS
