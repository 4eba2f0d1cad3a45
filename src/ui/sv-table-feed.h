/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"
#include "sv-table-result.h"

G_BEGIN_DECLS

/**
 * SvTableFeed:
 *
 * Makes what a machine's table shows out of the moment that the session shows
 * and of a query: marks, twins, filter and order, in a thread. At most one such work is
 * in flight; of all that is asked for meanwhile only the newest counts.
 *
 * Signal "ready" (result, query-changed): what to show from now on.
 */
#define SV_TYPE_TABLE_FEED (sv_table_feed_get_type ())
G_DECLARE_FINAL_TYPE (SvTableFeed, sv_table_feed, SV, TABLE_FEED, GObject)

SvTableFeed *sv_table_feed_new (SvSession *session, SvSide side);

void sv_table_feed_set_query (SvTableFeed *self, const SvTableQuery *query);
void sv_table_feed_set_active (SvTableFeed *self, gboolean active);
void sv_table_feed_set_paused (SvTableFeed *self, gboolean paused);
void sv_table_feed_refresh (SvTableFeed *self);
gboolean sv_table_feed_is_busy (SvTableFeed *self);

G_END_DECLS
