/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-table-result.h"

G_BEGIN_DECLS

/**
 * SvSocketTable:
 *
 * The netstat table: columns that are sorted by a click on their heads,
 * resized, and scrolled sideways where the window is narrow. What a person
 * looks at stays where it is when rows come and go.
 *
 * Properties:
 * - "sort-column": int, an SvColumn
 * - "descending": boolean
 *
 * Signals:
 * - "sorted": a person wants another order
 * - "row-chosen" (key): a person chose a row, 0 for none
 */
#define SV_TYPE_SOCKET_TABLE (sv_socket_table_get_type ())
G_DECLARE_FINAL_TYPE (SvSocketTable, sv_socket_table, SV, SOCKET_TABLE, GtkWidget)

GtkWidget *sv_socket_table_new (void);
void sv_socket_table_set_name (SvSocketTable *self, const char *name);
void sv_socket_table_set_as_rows (SvSocketTable *self, gboolean as_rows);

void sv_socket_table_set_result (SvSocketTable *self, SvTableResult *result, gboolean query_changed);
SvTableResult *sv_socket_table_get_result (SvSocketTable *self);
SvColumn sv_socket_table_get_sort (SvSocketTable *self, gboolean *descending);
void sv_socket_table_sort (SvSocketTable *self, SvColumn column, gboolean descending);

void sv_socket_table_choose (SvSocketTable *self, guint64 key, guint connection);
void sv_socket_table_scroll_to (SvSocketTable *self, guint64 key, guint connection);
guint64 sv_socket_table_get_first_visible (SvSocketTable *self, double *offset);
guint64 sv_socket_table_find_at (SvSocketTable *self, double x, double y);
gboolean sv_socket_table_is_built (SvSocketTable *self);
gboolean sv_socket_table_shows_process (SvSocketTable *self);

G_END_DECLS
