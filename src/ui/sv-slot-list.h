/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvSlotCells: how a list's cells are made and filled.
 * @create: a new, empty cell
 * @fill: writes what is at @index into @cell; it is asked again after each change
 */
typedef struct
{
  GtkWidget *(*create) (gpointer data);
  void (*fill) (GtkWidget *cell, guint index, gpointer data);
} SvSlotCells;

/**
 * SvSlotList:
 *
 * A list over an array of any length whose items are only *positions*: just
 * the cells near to what can be seen exist, and a change rewrites them where
 * they are. Its cost does not grow with the array.
 *
 * Signals:
 * - "chosen" (index): a person chose this one
 * - "menu" (index, cell, x, y): a person asked for this one's menu, at that place in the cell
 */
#define SV_TYPE_SLOT_LIST (sv_slot_list_get_type ())
G_DECLARE_FINAL_TYPE (SvSlotList, sv_slot_list, SV, SLOT_LIST, GtkWidget)

GtkWidget *sv_slot_list_new (const SvSlotCells *cells, gpointer data, const char *name);

void sv_slot_list_set_size (SvSlotList *self, guint size);
guint sv_slot_list_get_size (SvSlotList *self);
void sv_slot_list_select (SvSlotList *self, guint index);
void sv_slot_list_scroll_to (SvSlotList *self, guint index);
gboolean sv_slot_list_is_at_end (SvSlotList *self);
guint sv_slot_list_get_n_cells (SvSlotList *self);
void sv_slot_list_set_as_cards (SvSlotList *self);

G_END_DECLS
