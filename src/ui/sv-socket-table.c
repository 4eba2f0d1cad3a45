/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-socket-table.h"

#include <math.h>

#include "sv-table-column.h"
#include "sv-table-fit.h"
#include "sv-table-model.h"

#include "sv-config.h"

#include <glib/gi18n-lib.h>

/* Of a table that is as high as its rows: its head and one of them. */
#define MIN_HEIGHT 56

struct _SvSocketTable
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *view; /* NULL until the first frame is drawn */
  char *name;      /* for screen readers */
  GtkAdjustment *adjustment;
  SvTableModel *model;
  GtkSorter *sorter; /* of the view */

  SvColumn sort;
  gboolean descending;
  SvColumn asked_column; /* while the view's sorter is asked */

  guint frames;          /* drawn so far */
  guint tick;
  gboolean choosing;     /* the model's selection changes because we say so */
  guint64 wanted_key;    /* row to be scrolled to as soon as it is there, 0 for none */
  guint wanted_connection; /* likewise */
  SvTableFit fit;        /* sideways */
  double wanted_value;   /* of the adjustment, once it reaches that far; -1 for none */
  gulong layout_handler; /* of the frame clock */
};

enum
{
  SORTED,
  ROW_CHOSEN,
  N_SIGNALS
};

enum
{
  PROP_SORT_COLUMN = 1,
  PROP_DESCENDING,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvSocketTable, sv_socket_table, GTK_TYPE_WIDGET)

/* The view sorts nothing: rows are sorted in a thread. Its heads only say which
 * order is wanted. GTK 4.8 has no function for that, but its sorter asks
 * the sorter of the column that counts most, and turns the answer around when
 * the order is descending: so an answer that is always "smaller" tells both. */
static int
asked_cb (gconstpointer a, gconstpointer b, gpointer column)
{
  SvSocketTable *self = SV_SOCKET_TABLE ((gpointer) (SV_IS_SOCKET_TABLE ((gpointer) a) ? a : b));

  if (self->asked_column == SV_N_COLUMNS)
    self->asked_column = GPOINTER_TO_UINT (column);
  return -1;
}

static void
take_order (SvSocketTable *self, SvColumn column, gboolean descending)
{
  self->sort = column;
  self->descending = descending;
  g_signal_emit (self, signals[SORTED], 0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SORT_COLUMN]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DESCENDING]);
}

static void
sorter_changed_cb (SvSocketTable *self)
{
  GtkOrdering order;

  self->asked_column = SV_N_COLUMNS;
  order = gtk_sorter_compare (self->sorter, self, self->view);
  take_order (self, self->asked_column != SV_N_COLUMNS ? self->asked_column : SV_COLUMN_PROTO,
              self->asked_column != SV_N_COLUMNS && order == GTK_ORDERING_LARGER);
}

static void
add_column (SvSocketTable *self, SvColumn column, SvTableMetrics *metrics)
{
  g_autoptr (GtkColumnViewColumn) view_column = sv_table_column_new (column, metrics);
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (asked_cb, GUINT_TO_POINTER (column), NULL));

  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), view_column);
}

/* Height of one row in pixels, 0 while none is shown. All are equally high. */
static double
get_row_height (SvSocketTable *self, guint near)
{
  SvTableSlot *slot = sv_table_model_peek_slot (self->model, near);
  GtkWidget *cell = slot != NULL ? sv_table_slot_get_cell (slot) : NULL;
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (gtk_widget_get_parent (cell)) : NULL;

  return row != NULL ? gtk_widget_get_height (row) : 0;
}

static double
get_value (SvSocketTable *self)
{
  return self->wanted_value >= 0 ? self->wanted_value : gtk_adjustment_get_value (self->adjustment);
}

/* The first position whose row is shown as a whole. */
static guint
get_first_position (SvSocketTable *self, double row_height)
{
  return (guint) ceil (get_value (self) / row_height - 0.01);
}

static double
find_row_height (SvSocketTable *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  double upper = self->adjustment != NULL ? gtk_adjustment_get_upper (self->adjustment) : 0;
  guint guess;

  if (self->view == NULL || n == 0 || upper <= 0)
    return 0;
  guess = (guint) CLAMP (gtk_adjustment_get_value (self->adjustment) / upper * n, 0, n - 1);
  for (guint i = 0; i < 3; i++)
    {
      double height = get_row_height (self, MIN (guess + i, n - 1));

      if (height > 0)
        return height;
    }
  return get_row_height (self, 0);
}

static void laid_out_cb (SvSocketTable *self, GdkFrameClock *clock);

/* What needs the list's new size comes right after its layout, in the same
 * frame: nothing is drawn in the wrong place. */
static void
queue_after_layout (SvSocketTable *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (clock == NULL || self->layout_handler != 0)
    return;
  self->layout_handler = g_signal_connect_object (clock, "layout", G_CALLBACK (laid_out_cb), self,
                                                  G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

/* A list that has taken in other rows can't be scrolled before it knows their
 * heights, so it is done after its layout. */
static void
set_value (SvSocketTable *self, double value)
{
  self->wanted_value = value;
  queue_after_layout (self);
}

static gboolean
is_visible (SvSocketTable *self, guint position, double row_height)
{
  double top = position * row_height;
  double value = get_value (self);

  return top >= value - 0.5 && top + row_height <= value + gtk_adjustment_get_page_size (self->adjustment) + 0.5;
}

static const SvTableRow *
find_wanted (SvSocketTable *self)
{
  SvTableResult *result = sv_table_model_get_result (self->model);
  const SvTableRow *row = sv_table_result_lookup (result, self->wanted_key);

  return row != NULL ? row : sv_table_result_lookup_connection (result, self->wanted_connection);
}

/* Both halves of a connection come into sight if there is room for both. */
static double
choose_value (SvSocketTable *self, const SvTableRow *row, double height)
{
  SvTableResult *result = sv_table_model_get_result (self->model);
  double page = gtk_adjustment_get_page_size (self->adjustment);
  guint position, twin;

  sv_table_result_find (result, row->row.key, &position);
  if (!sv_table_result_find (result, row->twin, &twin))
    twin = position;
  if (is_visible (self, position, height) && is_visible (self, twin, height))
    return -1;
  if ((MAX (position, twin) - MIN (position, twin) + 1) * height > page)
    twin = position;
  if (is_visible (self, position, height) && twin == position)
    return -1;
  return MAX (0, (position + twin + 1) * height / 2 - page / 2);
}

static void
scroll_to_wanted (SvSocketTable *self)
{
  double height = find_row_height (self);
  const SvTableRow *row = find_wanted (self);
  double value;

  if (row == NULL || height <= 0 || gtk_adjustment_get_page_size (self->adjustment) < height)
    return;
  self->wanted_key = 0;
  self->wanted_connection = 0;
  value = choose_value (self, row, height);
  if (value >= 0)
    set_value (self, value);
}

static void
laid_out_cb (SvSocketTable *self, GdkFrameClock *clock)
{
  double value = self->wanted_value;

  g_clear_signal_handler (&self->layout_handler, clock);
  self->wanted_value = -1;
  /* What is not on screen, and what is empty, has no heights to scroll by. */
  if (self->view == NULL || !gtk_widget_get_mapped (self->view)
      || g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0)
    return;
  if (sv_table_fit_run (&self->fit))
    queue_after_layout (self);
  if (value >= 0)
    gtk_adjustment_set_value (self->adjustment, value);
  scroll_to_wanted (self);
}

/* The list has another size. It listens to its adjustment only when it is done. */
static void
adjustment_cb (SvSocketTable *self)
{
  if (self->wanted_key != 0 || self->wanted_connection != 0 || sv_table_fit_is_due (&self->fit))
    queue_after_layout (self);
}

static void
selected_cb (SvSocketTable *self)
{
  if (!self->choosing)
    g_signal_emit (self, signals[ROW_CHOSEN], 0, sv_table_model_get_selected_key (self->model));
}

static void
copy_row (GtkWidget *widget, const char *action, GVariant *parameter)
{
  SvSocketTable *self = SV_SOCKET_TABLE (widget);
  guint64 key = sv_table_model_get_selected_key (self->model);
  const SvTableRow *row = sv_table_result_lookup (sv_table_model_get_result (self->model), key);

  if (row == NULL)
    return;
  g_autofree char *text = sv_table_row_to_netstat (row);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

/* The column view costs a third of the start: it comes after the first frame. */
static void
build_view (SvSocketTable *self)
{
  g_autoptr (SvTableMetrics) metrics = sv_table_metrics_new ();

  self->view = gtk_column_view_new (g_object_ref (GTK_SELECTION_MODEL (self->model)));
  gtk_widget_add_css_class (self->view, "sv-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->name != NULL ? self->name : _("Sockets of this computer"), -1);
  for (SvColumn column = 0; column < SV_N_COLUMNS; column++)
    add_column (self, column, metrics);
  self->sorter = gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view));
  g_signal_connect_object (self->sorter, "changed", G_CALLBACK (sorter_changed_cb), self, G_CONNECT_SWAPPED);

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->view);
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (self->adjustment, "changed", G_CALLBACK (adjustment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller)), "changed",
                           G_CALLBACK (adjustment_cb), self, G_CONNECT_SWAPPED);
  /* Who sorts by the menu need not wait for the first row. */
  if (self->sort != SV_COLUMN_PROTO || self->descending)
    sv_socket_table_sort (self, self->sort, self->descending);
  sv_table_fit_init (&self->fit, GTK_SCROLLED_WINDOW (self->scroller), GTK_COLUMN_VIEW (self->view));
}

static gboolean
first_frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer unused)
{
  SvSocketTable *self = SV_SOCKET_TABLE (widget);

  if (self->frames++ == 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  build_view (self);
  return G_SOURCE_REMOVE;
}

static void
sv_socket_table_map (GtkWidget *widget)
{
  SvSocketTable *self = SV_SOCKET_TABLE (widget);

  GTK_WIDGET_CLASS (sv_socket_table_parent_class)->map (widget);
  if (self->view == NULL && self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (widget, first_frame_cb, NULL, NULL);
}

static void
sv_socket_table_dispose (GObject *object)
{
  SvSocketTable *self = SV_SOCKET_TABLE (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  /* A view that goes takes its columns away, but nobody asks for another order. */
  if (self->sorter != NULL)
    g_signal_handlers_disconnect_by_data (self->sorter, self);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  self->view = NULL;
  self->adjustment = NULL;
  self->sorter = NULL;
  g_clear_object (&self->model);
  G_OBJECT_CLASS (sv_socket_table_parent_class)->dispose (object);
}

static void
sv_socket_table_finalize (GObject *object)
{
  g_free (SV_SOCKET_TABLE (object)->name);
  G_OBJECT_CLASS (sv_socket_table_parent_class)->finalize (object);
}

static void
sv_socket_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SvSocketTable *self = SV_SOCKET_TABLE (object);

  if (id == PROP_SORT_COLUMN)
    g_value_set_int (value, (int) self->sort);
  else
    g_value_set_boolean (value, self->descending);
}

static void
sv_socket_table_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SvSocketTable *self = SV_SOCKET_TABLE (object);

  if (id == PROP_SORT_COLUMN)
    sv_socket_table_sort (self, (SvColumn) g_value_get_int (value), self->descending);
  else
    sv_socket_table_sort (self, self->sort, g_value_get_boolean (value));
}

static void
sv_socket_table_class_init (SvSocketTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->dispose = sv_socket_table_dispose;
  G_OBJECT_CLASS (klass)->finalize = sv_socket_table_finalize;
  G_OBJECT_CLASS (klass)->get_property = sv_socket_table_get_property;
  G_OBJECT_CLASS (klass)->set_property = sv_socket_table_set_property;
  props[PROP_SORT_COLUMN] = g_param_spec_int ("sort-column", NULL, NULL, 0, SV_N_COLUMNS - 1, SV_COLUMN_PROTO, flags);
  props[PROP_DESCENDING] = g_param_spec_boolean ("descending", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  widget_class->map = sv_socket_table_map;

  signals[SORTED] = g_signal_new ("sorted", SV_TYPE_SOCKET_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ROW_CHOSEN] = g_signal_new ("row-chosen", SV_TYPE_SOCKET_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_UINT64);

  gtk_widget_class_install_action (widget_class, "table.copy-row", NULL, copy_row);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "table.copy-row", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Insert, GDK_CONTROL_MASK, "table.copy-row", NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "socket-table");
}

static void
sv_socket_table_init (SvSocketTable *self)
{
  self->wanted_value = -1;
  self->model = sv_table_model_new ();
  g_signal_connect_object (self->model, "notify::selected-key", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
sv_socket_table_new (void)
{
  return g_object_new (SV_TYPE_SOCKET_TABLE, NULL);
}

/**
 * sv_socket_table_set_name:
 * @name: whose sockets these are, for screen readers, translated
 */
void
sv_socket_table_set_name (SvSocketTable *self, const char *name)
{
  g_return_if_fail (SV_IS_SOCKET_TABLE (self) && self->view == NULL);

  g_free (self->name);
  self->name = g_strdup (name);
}

/**
 * sv_socket_table_set_as_rows:
 * @as_rows: whether it wants to be as high as its rows are together
 */
void
sv_socket_table_set_as_rows (SvSocketTable *self, gboolean as_rows)
{
  g_return_if_fail (SV_IS_SOCKET_TABLE (self));

  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), as_rows);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scroller), as_rows ? MIN_HEIGHT : -1);
}

/* The chosen row, or a row of the chosen connection. */
static guint64
get_chosen_key (SvSocketTable *self)
{
  guint64 selected = sv_table_model_get_selected_key (self->model);
  const SvTableRow *row;

  if (selected != 0)
    return selected;
  row = sv_table_result_lookup_connection (sv_table_model_get_result (self->model),
                                           sv_table_model_get_lit_connection (self->model));
  return row != NULL ? row->row.key : 0;
}

/* What a person looks at: the chosen row if it is in sight, else the first row
 * in sight that goes on to exist. Who is at the very top looks at the top, and
 * who has just asked for another order or another filter wants to see its
 * beginning. Returns the row's position before and after, and whether there is any. */
static gboolean
find_anchor (SvSocketTable *self, SvTableResult *result, gboolean query_changed, double row_height, guint *before,
             guint *after)
{
  SvTableResult *shown = sv_table_model_get_result (self->model);
  guint64 chosen = get_chosen_key (self);

  if (sv_table_result_find (shown, chosen, before) && is_visible (self, *before, row_height)
      && sv_table_result_find (result, chosen, after))
    return TRUE;
  if (query_changed || get_value (self) < 1)
    return FALSE;
  for (*before = get_first_position (self, row_height); is_visible (self, *before, row_height); (*before)++)
    {
      const SvTableRow *row = sv_table_result_get (shown, *before);

      if (row != NULL && sv_table_result_find (result, row->row.key, after))
        return TRUE;
    }
  return FALSE;
}

static GtkWidget *
find_row_widget (SvSocketTable *self, guint position)
{
  SvTableSlot *slot = sv_table_model_peek_slot (self->model, position);
  GtkWidget *cell = slot != NULL ? sv_table_slot_get_cell (slot) : NULL;

  return cell != NULL ? gtk_widget_get_parent (gtk_widget_get_parent (cell)) : NULL;
}

/* The key of the row that has the keyboard's focus, 0 if none has. */
static guint64
get_focus_key (SvSocketTable *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  guint64 selected = sv_table_model_get_selected_key (self->model);
  guint position;

  if (focus == NULL || self->view == NULL || !gtk_widget_is_ancestor (focus, self->view)
      || !sv_table_result_find (sv_table_model_get_result (self->model), selected, &position)
      || find_row_widget (self, position) != focus)
    return 0;
  return selected;
}

/* The focus is the list's, by position: it has to go where its row went. */
static void
restore_focus (SvSocketTable *self, guint64 key)
{
  guint position;
  GtkWidget *row;

  if (key == 0 || !sv_table_result_find (sv_table_model_get_result (self->model), key, &position))
    return;
  row = find_row_widget (self, position);
  if (row != NULL)
    gtk_widget_grab_focus (row);
}

/**
 * sv_socket_table_set_result:
 * @result: what to show from now on
 * @query_changed: the order or the filter is another one, so that the reader
 *   expects to see another part of the table
 */
void
sv_socket_table_set_result (SvSocketTable *self, SvTableResult *result, gboolean query_changed)
{
  guint64 focus_key;
  double height, value = 0;
  guint before, after;
  gboolean anchored;

  g_return_if_fail (SV_IS_SOCKET_TABLE (self) && result != NULL);

  height = find_row_height (self);
  focus_key = get_focus_key (self);
  anchored = height > 0 && find_anchor (self, result, query_changed, height, &before, &after);
  if (self->adjustment != NULL)
    value = get_value (self);
  sv_table_model_set_result (self->model, result);
  if (anchored && before != after)
    set_value (self, MAX (0, value + ((double) after - (double) before) * height));
  else if (!anchored && query_changed && height > 0)
    set_value (self, 0);
  restore_focus (self, focus_key);
  scroll_to_wanted (self);
}

/**
 * sv_socket_table_get_result:
 *
 * Returns: (transfer none) (nullable): what is shown
 */
SvTableResult *
sv_socket_table_get_result (SvSocketTable *self)
{
  g_return_val_if_fail (SV_IS_SOCKET_TABLE (self), NULL);

  return sv_table_model_get_result (self->model);
}

SvColumn
sv_socket_table_get_sort (SvSocketTable *self, gboolean *descending)
{
  g_return_val_if_fail (SV_IS_SOCKET_TABLE (self), SV_COLUMN_PROTO);

  if (descending != NULL)
    *descending = self->descending;
  return self->sort;
}

/**
 * sv_socket_table_sort:
 *
 * What a click on the head of @column does, for those who have no pointer.
 */
void
sv_socket_table_sort (SvSocketTable *self, SvColumn column, gboolean descending)
{
  g_autoptr (GtkColumnViewColumn) view_column = NULL;

  g_return_if_fail (SV_IS_SOCKET_TABLE (self) && column < SV_N_COLUMNS);

  if (self->view == NULL)
    {
      take_order (self, column, descending);
      return;
    }
  view_column = g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->view)), column);
  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (self->view), view_column,
                                  descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

/**
 * sv_socket_table_choose:
 * @key: the row to select, 0 for none
 * @connection: whose rows stand out, 0 for none
 */
void
sv_socket_table_choose (SvSocketTable *self, guint64 key, guint connection)
{
  g_return_if_fail (SV_IS_SOCKET_TABLE (self));

  self->choosing = TRUE;
  sv_table_model_set_selected_key (self->model, key);
  sv_table_model_set_lit_connection (self->model, connection);
  self->choosing = FALSE;
}

/**
 * sv_socket_table_scroll_to:
 * @key: of a row, 0 for none
 * @connection: 0 for none
 *
 * Brings that row, or else the connection's, into sight; if it is not in the
 * table yet, when it comes.
 */
void
sv_socket_table_scroll_to (SvSocketTable *self, guint64 key, guint connection)
{
  g_return_if_fail (SV_IS_SOCKET_TABLE (self));

  self->wanted_key = key;
  self->wanted_connection = connection;
  scroll_to_wanted (self);
}

/**
 * sv_socket_table_get_first_visible:
 * @offset: (out): how far its top is below the top of what is in sight, in px
 *
 * Returns: the key of the first row that is in sight as a whole, 0 if none is
 */
guint64
sv_socket_table_get_first_visible (SvSocketTable *self, double *offset)
{
  const SvTableRow *row;
  double height;
  guint position;

  g_return_val_if_fail (SV_IS_SOCKET_TABLE (self), 0);

  height = find_row_height (self);
  if (height <= 0)
    return 0;
  position = get_first_position (self, height);
  row = sv_table_result_get (sv_table_model_get_result (self->model), position);
  *offset = position * height - get_value (self);
  return row != NULL ? row->row.key : 0;
}

/**
 * sv_socket_table_find_at:
 * @x: in the widget, in pixels, and likewise @y
 *
 * Returns: the key of the row that is there, 0 for none
 */
guint64
sv_socket_table_find_at (SvSocketTable *self, double x, double y)
{
  SvTableResult *result;
  GtkWidget *found;
  double height;

  g_return_val_if_fail (SV_IS_SOCKET_TABLE (self), 0);

  found = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);
  height = self->view != NULL ? find_row_height (self) : 0;
  result = sv_table_model_get_result (self->model);
  if (found == NULL || height <= 0)
    return 0;
  for (guint i = get_first_position (self, height); i < result->rows->len; i++)
    {
      SvTableSlot *slot = sv_table_model_peek_slot (self->model, i);
      GtkWidget *cell = slot != NULL ? sv_table_slot_get_cell (slot) : NULL;
      GtkWidget *row = cell != NULL ? gtk_widget_get_parent (gtk_widget_get_parent (cell)) : NULL;

      if (row == NULL)
        return 0; /* below what is on screen */
      if (found == row || gtk_widget_is_ancestor (found, row))
        return sv_table_result_get (result, i)->row.key;
    }
  return 0;
}

/**
 * sv_socket_table_is_built:
 *
 * Returns: whether the rows are on screen, which they are after the first frame
 */
gboolean
sv_socket_table_is_built (SvSocketTable *self)
{
  g_return_val_if_fail (SV_IS_SOCKET_TABLE (self), FALSE);

  return self->view != NULL;
}

/**
 * sv_socket_table_shows_process:
 *
 * Returns: whether there is room for the column that says who holds a socket
 */
gboolean
sv_socket_table_shows_process (SvSocketTable *self)
{
  g_autoptr (GtkColumnViewColumn) process = NULL;

  g_return_val_if_fail (SV_IS_SOCKET_TABLE (self), FALSE);

  if (self->view == NULL)
    return FALSE;
  process = g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->view)), SV_COLUMN_PROCESS);
  return gtk_column_view_column_get_visible (process);
}
