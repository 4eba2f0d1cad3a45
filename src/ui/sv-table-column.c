/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-column.h"

#include "sv-table-model.h"

/* What the factory of one column needs. */
typedef struct
{
  SvColumn column;
  SvTableMetrics *metrics;
} CellMaker;

static void
cell_maker_free (gpointer data, GClosure *closure)
{
  CellMaker *self = data;

  sv_table_metrics_unref (self->metrics);
  g_free (self);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, CellMaker *maker)
{
  gtk_list_item_set_child (item, sv_table_cell_new (maker->column, maker->metrics));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer unused)
{
  sv_table_slot_bind (gtk_list_item_get_item (item), SV_TABLE_CELL (gtk_list_item_get_child (item)));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer unused)
{
  sv_table_slot_unbind (gtk_list_item_get_item (item), SV_TABLE_CELL (gtk_list_item_get_child (item)));
}

/**
 * sv_table_column_new:
 * @metrics: shared by all columns of a table
 *
 * Returns: (transfer full): a column of a view of an #SvTableModel
 */
GtkColumnViewColumn *
sv_table_column_new (SvColumn column, SvTableMetrics *metrics)
{
  GtkListItemFactory *factory;
  GtkColumnViewColumn *self;
  CellMaker *maker;

  g_return_val_if_fail (column < SV_N_COLUMNS && metrics != NULL, NULL);

  factory = gtk_signal_list_item_factory_new ();
  maker = g_new (CellMaker, 1);
  *maker = (CellMaker){ column, sv_table_metrics_ref (metrics) };
  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), maker, cell_maker_free, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);

  self = gtk_column_view_column_new (sv_table_column_get_title (column), factory);
  gtk_column_view_column_set_resizable (self, TRUE);
  gtk_column_view_column_set_expand (self, column == SV_COLUMN_PROCESS);
  return self;
}
