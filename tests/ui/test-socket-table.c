/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-netstat-text.h"
#include "sv-socket-table.h"
#include "sv-table-model.h"
#include "table-fixture.h"

#define MANY 10000

typedef struct
{
  GtkWidget *window;
  SvSocketTable *table;
  SvTableModel *model;
  GtkColumnView *view;
} Fixture;

static GtkWidget *
find_widget (GtkWidget *root, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  GtkWidget *table = sv_socket_table_new ();

  self->window = g_object_ref_sink (gtk_window_new ());
  self->table = SV_SOCKET_TABLE (table);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 600, 400);
  gtk_window_set_child (GTK_WINDOW (self->window), table);
  gtk_window_present (GTK_WINDOW (self->window));
  wait_until (sv_socket_table_is_built (self->table));
  self->view = GTK_COLUMN_VIEW (find_widget (table, GTK_TYPE_COLUMN_VIEW));
  self->model = SV_TABLE_MODEL (gtk_column_view_get_model (self->view));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_object_unref (self->window);
}

static void
show (Fixture *self, GArray *rows)
{
  g_autoptr (SvTableResult) result = make_result (rows, NULL);

  sv_socket_table_set_result (self->table, result, FALSE);
  wait_frame (self->window);
}

static guint
count_changes (GtkWidget *root)
{
  guint n = SV_IS_TABLE_CELL (root) ? sv_table_cell_get_n_changes (SV_TABLE_CELL (root)) : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_changes (child);
  return n;
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, GArray *changes)
{
  guint change[3] = { position, removed, added };

  g_array_append_vals (changes, change, 3);
}

/* What a refresh costs follows from what is on screen. */
static void
test_work (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (1, MANY, 5);
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (guint));
  guint before;

  show (self, rows);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->model)), ==, MANY);
  g_assert_cmpuint (sv_table_model_get_n_slots (self->model), >, 0);
  g_assert_cmpuint (sv_table_model_get_n_slots (self->model), <, 500);

  /* Nothing changed: no cell draws. */
  g_signal_connect (self->model, "items-changed", G_CALLBACK (items_changed_cb), changes);
  before = count_changes (GTK_WIDGET (self->view));
  show (self, rows);
  g_assert_cmpuint (count_changes (GTK_WIDGET (self->view)), ==, before);
  g_assert_cmpuint (changes->len, ==, 0);

  /* Every row's Recv-Q changes: one cell in each bound row draws, no other. */
  for (guint i = 0; i < rows->len; i++)
    g_array_index (rows, SvTableRow, i).row.recv_q = 7;
  show (self, rows);
  g_assert_cmpuint (count_changes (GTK_WIDGET (self->view)) - before, <=, sv_table_model_get_n_slots (self->model));
  g_assert_cmpuint (count_changes (GTK_WIDGET (self->view)) - before, >, 5);
  g_assert_cmpuint (changes->len, ==, 0);

  /* Rows come and go everywhere: one change of the list, at its tail. */
  g_array_remove_range (rows, 100, 60);
  g_array_remove_index (rows, 0);
  show (self, rows);
  g_assert_cmpuint (changes->len, ==, 3);
  g_assert_cmpuint (g_array_index (changes, guint, 0), ==, MANY - 61);
  g_assert_cmpuint (g_array_index (changes, guint, 1), ==, 61);
  g_assert_cmpuint (g_array_index (changes, guint, 2), ==, 0);
  g_assert_cmpuint (count_changes (GTK_WIDGET (self->view)) - before, <, 500 * (SV_N_COLUMNS + 1));
  g_signal_handlers_disconnect_by_data (self->model, changes);
}

static void
chosen_cb (SvSocketTable *table, guint64 key, guint64 *chosen)
{
  *chosen = key;
}

static guint
get_selected (Fixture *self)
{
  g_autoptr (GtkBitset) selection = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->model));

  return gtk_bitset_is_empty (selection) ? G_MAXUINT : gtk_bitset_get_nth (selection, 0);
}

static GtkWidget *
get_row_widget (Fixture *self, guint position)
{
  SvTableSlot *slot = sv_table_model_peek_slot (self->model, position);

  g_assert_nonnull (slot);
  return gtk_widget_get_parent (gtk_widget_get_parent (sv_table_slot_get_cell (slot)));
}

static gboolean
looks_selected (Fixture *self, guint position)
{
  return (gtk_widget_get_state_flags (get_row_widget (self, position)) & GTK_STATE_FLAG_SELECTED) != 0;
}

/* The selection goes where its row goes, and comes back with it. */
static void
test_selection (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (100, 50, 5);
  g_autoptr (GArray) more = make_rows (80, 70, 5);
  g_autoptr (GArray) without = make_rows (120, 30, 5);
  guint64 chosen = 0;

  show (self, rows);
  g_signal_connect (self->table, "row-chosen", G_CALLBACK (chosen_cb), &chosen);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->model), 3, TRUE);
  g_assert_cmpuint (chosen, ==, 103);
  g_assert_cmpuint (get_selected (self), ==, 3);

  chosen = 0;
  show (self, more);
  g_assert_cmpuint (get_selected (self), ==, 23);
  g_assert_true (looks_selected (self, 23));
  g_assert_false (looks_selected (self, 3));
  show (self, without);
  g_assert_cmpuint (get_selected (self), ==, G_MAXUINT);
  show (self, more);
  g_assert_cmpuint (get_selected (self), ==, 23);
  g_assert_cmpuint (chosen, ==, 0);

  sv_socket_table_choose (self->table, 110, 0);
  g_assert_cmpuint (get_selected (self), ==, 30);
  g_assert_cmpuint (chosen, ==, 0);
  sv_socket_table_choose (self->table, 0, 0);
  g_assert_cmpuint (get_selected (self), ==, G_MAXUINT);
}

/* Rows come above and below what a person looks at: it stays where it is. */
static void
test_scroll (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (3000, 2000, 5);
  g_autoptr (GArray) above = make_rows (2700, 2300, 5);
  g_autoptr (GArray) below = make_rows (2700, 2600, 5);
  g_autoptr (GArray) fewer = make_rows (3900, 1200, 5);
  GArray *const STEPS[] = { rows, above, below, fewer, rows };
  static const guint64 KEYS[] = { 4000, 4998 };

  for (guint k = 0; k < G_N_ELEMENTS (KEYS); k++)
    {
      guint64 first;
      double offset, now;

      show (self, rows);
      sv_socket_table_scroll_to (self->table, KEYS[k], 0);
      wait_frame (self->window);
      first = sv_socket_table_get_first_visible (self->table, &offset);
      g_assert_cmpuint (first, >, 3900);
      for (guint i = 0; i < G_N_ELEMENTS (STEPS); i++)
        {
          show (self, STEPS[i]);
          g_test_message ("key %u, step %u", (guint) KEYS[k], i);
          g_assert_cmpuint (sv_socket_table_get_first_visible (self->table, &now), ==, first);
          g_assert_cmpfloat_with_epsilon (now, offset, 1.01);
        }
    }
}

/* Who is at the top and has selected nothing sees what comes there; a selected
 * row that is in sight stays where it is. */
static void
test_scroll_at_top (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (3000, 200, 5);
  g_autoptr (GArray) above = make_rows (2990, 210, 5);
  double offset;

  show (self, rows);
  sv_socket_table_scroll_to (self->table, 3000, 0);
  wait_frame (self->window);
  g_assert_cmpuint (sv_socket_table_get_first_visible (self->table, &offset), ==, 3000);
  show (self, above);
  g_assert_cmpuint (sv_socket_table_get_first_visible (self->table, &offset), ==, 2990);

  show (self, rows);
  sv_socket_table_choose (self->table, 3001, 0);
  show (self, above);
  g_assert_cmpuint (sv_socket_table_get_first_visible (self->table, &offset), ==, 3000);
}

/* Another filter or order is read from its beginning, unless a chosen row is in sight. */
static void
test_scroll_of_query (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (3000, 2000, 5);
  g_autoptr (SvTableResult) result = make_result (rows, "local:127.");
  guint64 first;
  double offset;

  show (self, rows);
  sv_socket_table_scroll_to (self->table, 4000, 0);
  wait_frame (self->window);
  first = sv_socket_table_get_first_visible (self->table, &offset);
  g_assert_cmpuint (first, >, 3900);
  sv_socket_table_choose (self->table, 4000, 0);
  sv_socket_table_set_result (self->table, result, TRUE);
  wait_frame (self->window);
  g_assert_cmpuint (sv_socket_table_get_first_visible (self->table, &offset), ==, first);
  sv_socket_table_choose (self->table, 0, 0);
  sv_socket_table_set_result (self->table, result, TRUE);
  wait_frame (self->window);
  g_assert_cmpuint (sv_socket_table_get_first_visible (self->table, &offset), ==, 3000);
}

/* The keyboard's focus goes with the selected row, and arrows go on from there. */
static void
test_focus (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (100, 50, 5);
  g_autoptr (GArray) more = make_rows (95, 55, 5);

  show (self, rows);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->model), 3, TRUE);
  g_assert_true (gtk_widget_grab_focus (get_row_widget (self, 3)));
  show (self, more);
  g_assert_cmpuint (get_selected (self), ==, 8);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (self->window)) == get_row_widget (self, 8));
}

/* A row that is chosen before it is there is scrolled to when it comes. */
static void
test_scroll_to_later (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (3000, 200, 5);
  g_autoptr (GArray) more = make_rows (3000, 600, 5);
  guint64 first;
  double offset;

  g_array_index (more, SvTableRow, 500).connection = 4;
  show (self, rows);
  sv_socket_table_scroll_to (self->table, 0, 4);
  wait_frame (self->window);
  g_assert_cmpuint (sv_socket_table_get_first_visible (self->table, &offset), ==, 3000);
  show (self, more);
  wait_frame (self->window);
  first = sv_socket_table_get_first_visible (self->table, &offset);
  g_assert_cmpuint (first, >, 3400);
  g_assert_cmpuint (first, <=, 3500);
}

static void
sorted_cb (SvSocketTable *table, guint *n)
{
  (*n)++;
}

/* A click on a head says which order is wanted. */
static void
test_sort (Fixture *self, gconstpointer unused)
{
  GListModel *columns = gtk_column_view_get_columns (self->view);
  gboolean descending;
  guint n = 0;

  g_assert_cmpuint (g_list_model_get_n_items (columns), ==, SV_N_COLUMNS);
  g_assert_cmpint (sv_socket_table_get_sort (self->table, &descending), ==, SV_COLUMN_PROTO);
  g_assert_false (descending);
  g_signal_connect (self->table, "sorted", G_CALLBACK (sorted_cb), &n);
  for (SvColumn i = 0; i < SV_N_COLUMNS; i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      gtk_column_view_sort_by_column (self->view, column, GTK_SORT_DESCENDING);
      g_assert_cmpint (sv_socket_table_get_sort (self->table, &descending), ==, i);
      g_assert_true (descending);
      gtk_column_view_sort_by_column (self->view, column, GTK_SORT_ASCENDING);
      g_assert_cmpint (sv_socket_table_get_sort (self->table, &descending), ==, i);
      g_assert_false (descending);
    }
  g_assert_cmpuint (n, >=, 2 * SV_N_COLUMNS);

  /* By the menu, which shows what a click chose. */
  g_object_set (self->table, "sort-column", SV_COLUMN_STATE, NULL);
  g_object_set (self->table, "descending", TRUE, NULL);
  g_assert_cmpint (sv_socket_table_get_sort (self->table, &descending), ==, SV_COLUMN_STATE);
  g_assert_true (descending);
}

/* Cells say what the table's rows say, and their names the column too. */
static void
test_cells (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (1, 3, 5);

  show (self, rows);
  for (guint i = 0; i < 3; i++)
    {
      SvTableSlot *slot = sv_table_model_peek_slot (self->model, i);
      SvTableCell *cell = SV_TABLE_CELL (sv_table_slot_get_cell (slot));
      const SvTableRow *row = sv_table_result_get (sv_table_model_get_result (self->model), i);
      g_autofree char *text = sv_table_row_format (row, sv_table_cell_get_column (cell));

      g_assert_cmpuint (sv_table_cell_get_row_key (cell), ==, row->row.key);
      g_assert_cmpstr (sv_table_cell_get_text (cell), ==, text);
      gtk_test_accessible_assert_property (cell, GTK_ACCESSIBLE_PROPERTY_LABEL, "Proto: tcp");
    }
}

/* What is copied is what netstat prints, without rows that are gone. */
static void
test_copy (void)
{
  g_autoptr (GArray) rows = make_rows (1, 5, 5);
  g_autoptr (SvTableResult) result = NULL;
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_autofree char *text = NULL;

  g_array_index (rows, SvTableRow, 2).removed_at = 5;
  result = make_result (rows, "-port:1005");
  text = sv_table_result_to_text (result);
  sv_netstat_text_append_header (wanted);
  for (guint i = 1; i < 5; i++)
    if (i != 2)
      sv_netstat_text_append_row (wanted, &g_array_index (rows, SvTableRow, i).row);
  g_assert_cmpstr (text, ==, wanted->str);
  g_assert_cmpuint (result->n_shown, ==, 3);
  g_assert_cmpuint (result->n_total, ==, 4);
}

/* The window may go while the table still has everything. */
static void
test_slots_outlive_model (void)
{
  g_autoptr (GArray) rows = make_rows (1, 5, 5);
  g_autoptr (SvTableResult) result = make_result (rows, NULL);
  SvTableModel *model = sv_table_model_new ();
  g_autoptr (SvTableSlot) slot = NULL;

  sv_table_model_set_result (model, result);
  slot = g_list_model_get_item (G_LIST_MODEL (model), 2);
  g_assert_true (sv_table_model_peek_slot (model, 2) == slot);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), 5));
  g_object_unref (model);
  g_assert_cmpuint (sv_table_slot_get_position (slot), ==, 2);
}

static gboolean
has_process (Fixture *self)
{
  g_autoptr (GtkColumnViewColumn) column
    = g_list_model_get_item (gtk_column_view_get_columns (self->view), SV_COLUMN_PROCESS);

  return gtk_column_view_column_get_visible (column);
}

static gboolean
is_scrolled (Fixture *self)
{
  GtkScrolledWindow *scroller = GTK_SCROLLED_WINDOW (find_widget (GTK_WIDGET (self->table), GTK_TYPE_SCROLLED_WINDOW));
  GtkAdjustment *adjustment = gtk_scrolled_window_get_hadjustment (scroller);

  return gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment);
}

/* Who holds a socket is a column where there is room for it, and only there. */
static void
test_width (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) rows = make_rows (1, 5, 2);
  int width = 1100, wide;

  show (self, rows);
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, 400);
  wait_until (gtk_widget_get_width (GTK_WIDGET (self->table)) >= 1100 && has_process (self));
  g_assert_false (is_scrolled (self));
  for (wide = width; has_process (self); width -= 20)
    {
      wide = width;
      g_assert_cmpint (width, >, 300);
      gtk_window_set_default_size (GTK_WINDOW (self->window), width, 400);
      wait_until (gtk_widget_get_width (GTK_WIDGET (self->table)) == width);
      wait_frame (self->window);
      g_assert_false (is_scrolled (self));
    }
  gtk_window_set_default_size (GTK_WINDOW (self->window), wide + 60, 400);
  wait_until (has_process (self));
  g_assert_false (is_scrolled (self));
}

/* From right to left the first column is at the right, and is what one sees, also where not all are. */
static void
test_first_column (Fixture *self, gconstpointer unused)
{
  GtkWidget *first;
  graphene_rect_t bounds;
  g_autoptr (GArray) rows = make_rows (1, 5, 2);

  /* The table takes its direction when it is built. */
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  tear_down (self, NULL);
  set_up (self, NULL);
  show (self, rows);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 300, 400);
  wait_until (gtk_widget_get_width (GTK_WIDGET (self->table)) == 300);
  wait_until (is_scrolled (self));
  wait_frame (self->window);
  wait_frame (self->window);
  first = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (self->view)));
  g_assert_true (gtk_widget_compute_bounds (first, GTK_WIDGET (self->table), &bounds));
  g_assert_cmpfloat (bounds.origin.x, >=, -1);
  g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, 301);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  add_test ("/socket-table/work", test_work);
  add_test ("/socket-table/selection", test_selection);
  add_test ("/socket-table/scroll", test_scroll);
  add_test ("/socket-table/scroll-at-top", test_scroll_at_top);
  add_test ("/socket-table/scroll-to-later", test_scroll_to_later);
  add_test ("/socket-table/scroll-of-query", test_scroll_of_query);
  add_test ("/socket-table/focus", test_focus);
  add_test ("/socket-table/sort", test_sort);
  add_test ("/socket-table/width", test_width);
  add_test ("/socket-table/first-column", test_first_column);
  add_test ("/socket-table/cells", test_cells);
  g_test_add_func ("/socket-table/copy", test_copy);
  g_test_add_func ("/socket-table/slots-outlive-model", test_slots_outlive_model);
  return g_test_run ();
}
