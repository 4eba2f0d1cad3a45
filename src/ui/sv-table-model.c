/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-model.h"

#include <string.h>

struct _SvTableSlot
{
  GObject parent_instance;

  SvTableModel *model; /* not owned; NULL once the model is gone */
  guint position;
  SvTableCell *cells[SV_N_COLUMNS]; /* not owned; NULL where none is bound */
  SvTableRow shown;                 /* what the bound cells show; key 0: nothing yet */
  gboolean shown_lit;
};

struct _SvTableModel
{
  GObject parent_instance;

  SvTableResult *result; /* NULL before the first */
  GHashTable *slots;     /* position → SvTableSlot, not owned: those that GTK holds */
  guint64 selected_key;
  guint lit_connection;
};

enum
{
  PROP_SELECTED_KEY = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);
static void selection_model_iface_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE (SvTableSlot, sv_table_slot, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (SvTableModel, sv_table_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL, selection_model_iface_init))

static void
sv_table_slot_finalize (GObject *object)
{
  SvTableSlot *self = SV_TABLE_SLOT (object);

  if (self->model != NULL)
    g_hash_table_remove (self->model->slots, GUINT_TO_POINTER (self->position));
  G_OBJECT_CLASS (sv_table_slot_parent_class)->finalize (object);
}

static void
sv_table_slot_class_init (SvTableSlotClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_table_slot_finalize;
}

static void
sv_table_slot_init (SvTableSlot *self)
{
}

static gboolean
is_lit (SvTableSlot *self, const SvTableRow *row)
{
  return row->connection != 0 && row->connection == self->model->lit_connection;
}

/* Most rows are the same as a second ago: then no text is made. */
static void
show_in_cells (SvTableSlot *self)
{
  const SvTableRow *row = sv_table_result_get (self->model->result, self->position);

  if (row == NULL
      || (memcmp (&self->shown, row, sizeof *row) == 0 && self->shown_lit == is_lit (self, row)))
    return;
  memcpy (&self->shown, row, sizeof *row);
  self->shown_lit = is_lit (self, row);
  for (guint i = 0; i < SV_N_COLUMNS; i++)
    if (self->cells[i] != NULL)
      sv_table_cell_show (self->cells[i], row, self->shown_lit);
}

/**
 * sv_table_slot_bind:
 *
 * Lets @cell show its column of the row that stands at this slot's position,
 * now and after each refresh, until it is unbound.
 */
void
sv_table_slot_bind (SvTableSlot *self, SvTableCell *cell)
{
  const SvTableRow *row;

  g_return_if_fail (SV_IS_TABLE_SLOT (self) && SV_IS_TABLE_CELL (cell));

  self->cells[sv_table_cell_get_column (cell)] = cell;
  row = self->model != NULL ? sv_table_result_get (self->model->result, self->position) : NULL;
  if (row != NULL)
    sv_table_cell_show (cell, row, is_lit (self, row));
}

void
sv_table_slot_unbind (SvTableSlot *self, SvTableCell *cell)
{
  SvColumn column;

  g_return_if_fail (SV_IS_TABLE_SLOT (self) && SV_IS_TABLE_CELL (cell));

  /* GTK may have bound another cell before it unbinds this one. */
  column = sv_table_cell_get_column (cell);
  if (self->cells[column] == cell)
    self->cells[column] = NULL;
}

guint
sv_table_slot_get_position (SvTableSlot *self)
{
  g_return_val_if_fail (SV_IS_TABLE_SLOT (self), 0);

  return self->position;
}

/**
 * sv_table_slot_get_cell:
 *
 * Returns: (transfer none) (nullable): any cell that is bound here
 */
GtkWidget *
sv_table_slot_get_cell (SvTableSlot *self)
{
  g_return_val_if_fail (SV_IS_TABLE_SLOT (self), NULL);

  for (guint i = 0; i < SV_N_COLUMNS; i++)
    if (self->cells[i] != NULL)
      return GTK_WIDGET (self->cells[i]);
  return NULL;
}

static GType
sv_table_model_get_item_type (GListModel *model)
{
  return SV_TYPE_TABLE_SLOT;
}

static guint
sv_table_model_get_n_items (GListModel *model)
{
  SvTableModel *self = SV_TABLE_MODEL (model);

  return self->result != NULL ? self->result->rows->len : 0;
}

static gpointer
sv_table_model_get_item (GListModel *model, guint position)
{
  SvTableModel *self = SV_TABLE_MODEL (model);
  SvTableSlot *slot;

  if (position >= sv_table_model_get_n_items (model))
    return NULL;
  slot = g_hash_table_lookup (self->slots, GUINT_TO_POINTER (position));
  if (slot != NULL)
    return g_object_ref (slot);

  slot = g_object_new (SV_TYPE_TABLE_SLOT, NULL);
  slot->model = self;
  slot->position = position;
  g_hash_table_insert (self->slots, GUINT_TO_POINTER (position), slot);
  return slot;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = sv_table_model_get_item_type;
  iface->get_n_items = sv_table_model_get_n_items;
  iface->get_item = sv_table_model_get_item;
}

static gboolean
sv_table_model_is_selected (GtkSelectionModel *model, guint position)
{
  SvTableModel *self = SV_TABLE_MODEL (model);
  const SvTableRow *row = sv_table_result_get (self->result, position);

  return row != NULL && row->row.key == self->selected_key;
}

static GtkBitset *
sv_table_model_get_selection_in_range (GtkSelectionModel *model, guint position, guint n_items)
{
  SvTableModel *self = SV_TABLE_MODEL (model);
  GtkBitset *selection = gtk_bitset_new_empty ();
  guint selected;

  if (sv_table_result_find (self->result, self->selected_key, &selected))
    gtk_bitset_add (selection, selected);
  return selection;
}

static gboolean
sv_table_model_select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  SvTableModel *self = SV_TABLE_MODEL (model);
  const SvTableRow *row = sv_table_result_get (self->result, position);

  if (row != NULL)
    sv_table_model_set_selected_key (self, row->row.key);
  return TRUE;
}

static gboolean
sv_table_model_unselect_item (GtkSelectionModel *model, guint position)
{
  if (sv_table_model_is_selected (model, position))
    sv_table_model_set_selected_key (SV_TABLE_MODEL (model), 0);
  return TRUE;
}

static gboolean
sv_table_model_unselect_all (GtkSelectionModel *model)
{
  sv_table_model_set_selected_key (SV_TABLE_MODEL (model), 0);
  return TRUE;
}

static void
selection_model_iface_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = sv_table_model_is_selected;
  iface->get_selection_in_range = sv_table_model_get_selection_in_range;
  iface->select_item = sv_table_model_select_item;
  iface->unselect_item = sv_table_model_unselect_item;
  iface->unselect_all = sv_table_model_unselect_all;
}

static void
sv_table_model_dispose (GObject *object)
{
  SvTableModel *self = SV_TABLE_MODEL (object);
  GHashTableIter iter;
  gpointer slot;

  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &slot))
    {
      ((SvTableSlot *) slot)->model = NULL;
      g_hash_table_iter_remove (&iter);
    }
  g_clear_pointer (&self->result, sv_table_result_unref);
  G_OBJECT_CLASS (sv_table_model_parent_class)->dispose (object);
}

static void
sv_table_model_finalize (GObject *object)
{
  g_hash_table_unref (SV_TABLE_MODEL (object)->slots);
  G_OBJECT_CLASS (sv_table_model_parent_class)->finalize (object);
}

static void
sv_table_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SELECTED_KEY:
      g_value_set_uint64 (value, SV_TABLE_MODEL (object)->selected_key);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_table_model_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SELECTED_KEY:
      sv_table_model_set_selected_key (SV_TABLE_MODEL (object), g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_table_model_class_init (SvTableModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sv_table_model_dispose;
  object_class->finalize = sv_table_model_finalize;
  object_class->get_property = sv_table_model_get_property;
  object_class->set_property = sv_table_model_set_property;

  props[PROP_SELECTED_KEY] = g_param_spec_uint64 ("selected-key", NULL, NULL, 0, G_MAXUINT64, 0,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
sv_table_model_init (SvTableModel *self)
{
  self->slots = g_hash_table_new (NULL, NULL);
}

SvTableModel *
sv_table_model_new (void)
{
  return g_object_new (SV_TYPE_TABLE_MODEL, NULL);
}

static void
refresh_slots (SvTableModel *self)
{
  GHashTableIter iter;
  gpointer slot;

  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &slot))
    show_in_cells (slot);
}

static void
announce_selection (SvTableModel *self, gboolean was_selected, guint before)
{
  guint n = sv_table_model_get_n_items (G_LIST_MODEL (self));
  guint after;
  gboolean is_selected = sv_table_result_find (self->result, self->selected_key, &after);

  if (was_selected && is_selected && before == after)
    return;
  if (was_selected && before < n)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), before, 1);
  if (is_selected)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), after, 1);
}

/**
 * sv_table_model_set_result:
 * @result: what to show from now on
 */
void
sv_table_model_set_result (SvTableModel *self, SvTableResult *result)
{
  guint n_before, n_after, n_both, selected = 0;
  gboolean was_selected;

  g_return_if_fail (SV_IS_TABLE_MODEL (self) && result != NULL);

  n_before = sv_table_model_get_n_items (G_LIST_MODEL (self));
  was_selected = sv_table_result_find (self->result, self->selected_key, &selected);
  sv_table_result_ref (result);
  g_clear_pointer (&self->result, sv_table_result_unref);
  self->result = result;

  n_after = result->rows->len;
  n_both = MIN (n_before, n_after);
  refresh_slots (self);
  if (n_before != n_after)
    g_list_model_items_changed (G_LIST_MODEL (self), n_both, n_before - n_both, n_after - n_both);
  announce_selection (self, was_selected, selected);
}

/**
 * sv_table_model_get_result:
 *
 * Returns: (transfer none) (nullable): what is shown
 */
SvTableResult *
sv_table_model_get_result (SvTableModel *self)
{
  g_return_val_if_fail (SV_IS_TABLE_MODEL (self), NULL);

  return self->result;
}

guint64
sv_table_model_get_selected_key (SvTableModel *self)
{
  g_return_val_if_fail (SV_IS_TABLE_MODEL (self), 0);

  return self->selected_key;
}

/**
 * sv_table_model_set_selected_key:
 * @key: of a row, which need not be shown; 0 for none
 */
void
sv_table_model_set_selected_key (SvTableModel *self, guint64 key)
{
  gboolean was_selected;
  guint before = 0;

  g_return_if_fail (SV_IS_TABLE_MODEL (self));

  if (self->selected_key == key)
    return;
  was_selected = sv_table_result_find (self->result, self->selected_key, &before);
  self->selected_key = key;
  announce_selection (self, was_selected, before);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED_KEY]);
}

guint
sv_table_model_get_lit_connection (SvTableModel *self)
{
  g_return_val_if_fail (SV_IS_TABLE_MODEL (self), 0);

  return self->lit_connection;
}

/**
 * sv_table_model_set_lit_connection:
 * @connection: its rows stand out, 0 for none
 */
void
sv_table_model_set_lit_connection (SvTableModel *self, guint connection)
{
  g_return_if_fail (SV_IS_TABLE_MODEL (self));

  if (self->lit_connection == connection)
    return;
  self->lit_connection = connection;
  refresh_slots (self);
}

/**
 * sv_table_model_get_n_slots:
 *
 * Returns: how many positions exist as objects: those that GTK shows, and some
 *   around them
 */
guint
sv_table_model_get_n_slots (SvTableModel *self)
{
  g_return_val_if_fail (SV_IS_TABLE_MODEL (self), 0);

  return g_hash_table_size (self->slots);
}

/**
 * sv_table_model_peek_slot:
 *
 * Returns: (transfer none) (nullable): the slot, if that position is shown
 */
SvTableSlot *
sv_table_model_peek_slot (SvTableModel *self, guint position)
{
  g_return_val_if_fail (SV_IS_TABLE_MODEL (self), NULL);

  return g_hash_table_lookup (self->slots, GUINT_TO_POINTER (position));
}
