/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-table-metrics.h"

G_BEGIN_DECLS

/**
 * SvTableCell:
 *
 * One cell of the socket table. Its size follows from its column and the font,
 * never from its text, so another text only draws, and only if it differs.
 * Beside the text it shows what the row is: of which connection, new, leaving.
 */
#define SV_TYPE_TABLE_CELL (sv_table_cell_get_type ())
G_DECLARE_FINAL_TYPE (SvTableCell, sv_table_cell, SV, TABLE_CELL, GtkWidget)

GtkWidget *sv_table_cell_new (SvColumn column, SvTableMetrics *metrics);

SvColumn sv_table_cell_get_column (SvTableCell *self);
const char *sv_table_cell_get_text (SvTableCell *self);
guint64 sv_table_cell_get_row_key (SvTableCell *self);
void sv_table_cell_show (SvTableCell *self, const SvTableRow *row, gboolean lit);
guint sv_table_cell_get_n_changes (SvTableCell *self); /* how often it had to draw anew */

const char *sv_table_column_get_title (SvColumn column);

G_END_DECLS
