/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-session.h"
#include "sv-socket-table.h"

G_BEGIN_DECLS

/**
 * SvMachineTable:
 *
 * The netstat table of one machine, and what it says where there are no rows.
 * Where the session has two machines it has a title, and is as high as its rows
 * if there is room for that.
 *
 * Signals:
 * - "shown": other rows are shown, or none
 * - "clear-filter": a person wants to see all rows
 */
#define SV_TYPE_MACHINE_TABLE (sv_machine_table_get_type ())
G_DECLARE_FINAL_TYPE (SvMachineTable, sv_machine_table, SV, MACHINE_TABLE, GtkWidget)

GtkWidget *sv_machine_table_new (SvSession *session, SvSide side);

SvSocketTable *sv_machine_table_get_table (SvMachineTable *self);
void sv_machine_table_set_filter (SvMachineTable *self, const char *text, gboolean only_ours);
char *sv_machine_table_get_complaint (SvMachineTable *self);
void sv_machine_table_set_paused (SvMachineTable *self, gboolean paused);
gboolean sv_machine_table_is_settled (SvMachineTable *self);
guint sv_machine_table_get_n_shown (SvMachineTable *self);
char *sv_machine_table_to_text (SvMachineTable *self);

G_END_DECLS
