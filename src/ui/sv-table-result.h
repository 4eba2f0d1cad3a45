/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-table-query.h"

G_BEGIN_DECLS

/**
 * SvTableResult:
 * @rows: (element-type SvTableRow): what is to be shown, in order
 * @n_shown: rows without those that are leaving
 * @n_total: all rows of the moment, shown or not
 * @has_hidden_owner: some row's process is not visible to this user
 * @connections: connection → its client's row, or its other one if that is not shown
 *
 * What a query made of a moment's rows. Made in a thread, immutable, shared by
 * reference.
 */
typedef struct
{
  GArray *rows;
  GHashTable *positions; /* &row->row.key → row */
  guint n_shown;
  guint n_total;
  gboolean has_hidden_owner;
  GHashTable *connections;
} SvTableResult;

SvTableResult *sv_table_result_new (const SvTableQuery *query, GArray *rows);
SvTableResult *sv_table_result_ref (SvTableResult *self);
void sv_table_result_unref (SvTableResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvTableResult, sv_table_result_unref)

const SvTableRow *sv_table_result_get (SvTableResult *self, guint position);
const SvTableRow *sv_table_result_lookup (SvTableResult *self, guint64 key);
const SvTableRow *sv_table_result_lookup_connection (SvTableResult *self, guint connection);
gboolean sv_table_result_find (SvTableResult *self, guint64 key, guint *position);
char *sv_table_result_to_text (SvTableResult *self);
char *sv_table_row_to_netstat (const SvTableRow *row);

G_END_DECLS
