/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"
#include "sv-slot-list.h"

G_BEGIN_DECLS

/* The chosen packet, or the SYN of the chosen connection: its bytes and its
 * fields; of one that nobody observed, what is known. */
#define SV_TYPE_PACKET_VIEW (sv_packet_view_get_type ())
G_DECLARE_FINAL_TYPE (SvPacketView, sv_packet_view, SV, PACKET_VIEW, GtkWidget)

GtkWidget *sv_packet_view_new (SvSession *session);

SvSlotList *sv_packet_view_get_slots (SvPacketView *self);

G_END_DECLS
