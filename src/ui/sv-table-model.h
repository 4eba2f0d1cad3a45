/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-table-cell.h"
#include "sv-table-result.h"

G_BEGIN_DECLS

/**
 * SvTableSlot: one position of the table that is on screen, and the cells that
 * show it.
 */
#define SV_TYPE_TABLE_SLOT (sv_table_slot_get_type ())
G_DECLARE_FINAL_TYPE (SvTableSlot, sv_table_slot, SV, TABLE_SLOT, GObject)

void sv_table_slot_bind (SvTableSlot *self, SvTableCell *cell);
void sv_table_slot_unbind (SvTableSlot *self, SvTableCell *cell);
guint sv_table_slot_get_position (SvTableSlot *self);

/**
 * SvTableModel:
 *
 * The table's rows as GTK wants them: a list and its selection. Its items are
 * positions, not rows: a position exists as an object only while GTK shows it.
 * New rows rewrite the cells that are bound and whose text changed; the
 * list itself only changes at its tail. So a refresh costs what is on screen,
 * not what is in the table. One row at most is selected, by its key, so the
 * selection goes where the row goes.
 *
 * Property, with notify: "selected-key" (0 for none).
 */
#define SV_TYPE_TABLE_MODEL (sv_table_model_get_type ())
G_DECLARE_FINAL_TYPE (SvTableModel, sv_table_model, SV, TABLE_MODEL, GObject)

SvTableModel *sv_table_model_new (void);

void sv_table_model_set_result (SvTableModel *self, SvTableResult *result);
SvTableResult *sv_table_model_get_result (SvTableModel *self);

guint64 sv_table_model_get_selected_key (SvTableModel *self);
void sv_table_model_set_selected_key (SvTableModel *self, guint64 key);
guint sv_table_model_get_lit_connection (SvTableModel *self);
void sv_table_model_set_lit_connection (SvTableModel *self, guint connection);

guint sv_table_model_get_n_slots (SvTableModel *self);
SvTableSlot *sv_table_model_peek_slot (SvTableModel *self, guint position);
GtkWidget *sv_table_slot_get_cell (SvTableSlot *self);

G_END_DECLS
