/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"
#include "sv-network.h"

G_BEGIN_DECLS

/* How long a packet flies unless somebody says otherwise, in ms. */
#define SV_NETWORK_ACTIONS_HOP 2000

/**
 * SvNetworkActions:
 *
 * What a person can do to the wire, as actions of a window: "wire-hold",
 * "wire-pause" and "nat" (with a state), "wire-deliver-all", "wire-deliver",
 * "wire-drop" and "wire-hold-one" (t: a packet's number on the wire), "wire-slower", "wire-faster", "open-shell" (s: "client" or "server"), "skip-time-wait" (u: a
 * connection). They act on the network that
 * is shown, and are insensitive where there is none. Hops, loss and holding stay
 * as they are when another network takes its place; the hops are remembered.
 *
 * Signals: "nat-wanted" (whether there shall be routers), "failed" (a
 * sentence), "told" (what was done, in words).
 */
#define SV_TYPE_NETWORK_ACTIONS (sv_network_actions_get_type ())
G_DECLARE_FINAL_TYPE (SvNetworkActions, sv_network_actions, SV, NETWORK_ACTIONS, GObject)

SvNetworkActions *sv_network_actions_new (GActionMap *map, GSettings *settings);
void sv_network_actions_set_hop (SvNetworkActions *self, gint64 hop);
void sv_network_actions_set_network (SvNetworkActions *self, SvNetwork *network);

G_END_DECLS
