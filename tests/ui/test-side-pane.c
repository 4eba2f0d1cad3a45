/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-netstat-text.h"
#include "sv-screenshot.h"
#include "sv-side-pane.h"
#include "sv-socket-table.h"
#include "table-fixture.h"

/* A real server and real clients on this computer, and the pane that shows them. */
typedef struct
{
  SvSession *session;
  GtkWidget *window;
  SvSidePane *pane;
  SvSocketTable *table;
} Fixture;

static GtkWidget *
find_widget (GtkWidget *root, GType type, const char *css_class)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && (css_class == NULL || gtk_widget_has_css_class (root, css_class)))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type, css_class);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/org/example/SockView/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->session = sv_session_new ();
  sv_player_set_animated (sv_session_get_player (self->session), FALSE);
  self->window = g_object_ref_sink (gtk_window_new ());
  self->pane = SV_SIDE_PANE (sv_side_pane_new (self->session));
  gtk_window_set_default_size (GTK_WINDOW (self->window), 450, 680);
  gtk_window_set_child (GTK_WINDOW (self->window), GTK_WIDGET (self->pane));
  gtk_window_present (GTK_WINDOW (self->window));
  sv_session_start (self->session);
  self->table = SV_SOCKET_TABLE (find_widget (GTK_WIDGET (self->pane), SV_TYPE_SOCKET_TABLE, NULL));
  wait_until (sv_side_pane_is_settled (self->pane));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  sv_session_stop (self->session);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_object_unref (self->window);
  g_assert_finalize_object (self->session);
}

/* On a port that is free; returns it. */
static guint16 counted_port;

static void
count_row (const SvSocketRow *row, gpointer n)
{
  if (row->local.port == counted_port || row->foreign.port == counted_port)
    ++*(guint *) n;
}

/* On a port that nobody else on this computer has, not even a client in
 * TIME_WAIT whose server of an earlier test had it. */
static guint16
start_server (Fixture *self)
{
  SvServerOptions options;

  sv_server_options_init (&options);
  options.bind = sv_endpoint_loopback (AF_INET, 0);
  for (guint i = 0; i < 100; i++)
    {
      guint n = 0;

      g_assert_true (sv_session_start_server (self->session, &options));
      wait_until (sv_session_get_plan (self->session)->has_listener
                  && sv_session_get_plan (self->session)->listener.row_key != 0);
      counted_port = sv_session_get_plan (self->session)->listener.local.port;
      sv_row_table_foreach (sv_moment_get_table (sv_session_get_moment (self->session), SV_MACHINE_THIS), count_row, &n);
      if (n == 1)
        return counted_port;
      sv_lab_stop_server (sv_session_get_lab (self->session));
    }
  g_assert_not_reached ();
}

static SvTableResult *
get_result (Fixture *self)
{
  return sv_socket_table_get_result (self->table);
}

static guint
count_shown (Fixture *self)
{
  SvTableResult *result = get_result (self);

  return sv_side_pane_is_settled (self->pane) && result != NULL ? result->n_shown : G_MAXUINT;
}

static gboolean
is_filtered (Fixture *self, guint16 port)
{
  SvTableResult *result = get_result (self);

  for (guint i = 0; result != NULL && i < result->rows->len; i++)
    {
      const SvSocketRow *row = &sv_table_result_get (result, i)->row;

      if (row->local.port != port && row->foreign.port != port)
        return FALSE;
    }
  return result != NULL;
}

static void
filter_port (Fixture *self, guint16 port)
{
  g_autofree char *text = g_strdup_printf ("port:%u", port);

  sv_side_pane_set_filter (self->pane, text);
  wait_until (sv_side_pane_is_settled (self->pane));
  g_assert_true (is_filtered (self, port));
}

static guint
count_state (Fixture *self, SvTcpState state)
{
  SvTableResult *result = get_result (self);
  guint n = 0;

  for (guint i = 0; result != NULL && i < result->rows->len; i++)
    n += sv_table_result_get (result, i)->row.state == state && sv_table_result_get (result, i)->removed_at == 0;
  return n;
}

/* Whose a row is, is found by the next snapshot after it. */
static guint
count_owned (Fixture *self)
{
  SvTableResult *result = get_result (self);
  guint n = 0;

  for (guint i = 0; result != NULL && i < result->rows->len; i++)
    n += sv_table_result_get (result, i)->owner.pid == getpid ();
  return n;
}

/* Server and clients are in the table, as ours, each half the other's twin. */
static void
test_real (Fixture *self, gconstpointer unused)
{
  guint16 port = start_server (self);
  SvTableResult *result;

  filter_port (self, port);
  wait_until (count_shown (self) == 1);
  sv_session_spawn_clients (self->session, 3);
  wait_until (count_state (self, SV_TCP_ESTABLISHED) == 6 && count_owned (self) == 7);
  result = get_result (self);
  g_assert_cmpuint (result->n_shown, ==, 7);
  g_assert_cmpuint (result->n_total, >=, 7);
  for (guint i = 0; i < result->rows->len; i++)
    {
      const SvTableRow *row = sv_table_result_get (result, i);

      g_assert_true (row->ours);
      g_assert_cmpint (row->owner.pid, ==, getpid ());
      if (row->row.state == SV_TCP_LISTEN)
        continue;
      g_assert_cmpuint (row->connection, >=, 1);
      g_assert_cmpuint (row->connection, <=, 3);
      g_assert_nonnull (sv_table_result_lookup (result, row->twin));
      g_assert_cmpuint (sv_table_result_lookup (result, row->twin)->connection, ==, row->connection);
    }
}

/* Rows that leave stay a while, marked, and then go by themselves. */
static void
test_leaving (Fixture *self, gconstpointer unused)
{
  guint16 port;

  /* What comes and goes before the first snapshot leaves no trace. */
  wait_until (sv_monitor_get_asked_at (sv_session_get_monitor (self->session, SV_SIDE_CLIENT)) != 0);
  port = start_server (self);
  filter_port (self, port);
  wait_until (count_state (self, SV_TCP_LISTEN) == 1);
  sv_lab_stop_server (sv_session_get_lab (self->session));
  wait_until (count_shown (self) == 0);
  g_assert_cmpuint (get_result (self)->rows->len, ==, 1);
  g_assert_cmpint (sv_table_result_get (get_result (self), 0)->removed_at, !=, 0);
  wait_until (get_result (self)->rows->len == 0);
}

static const char *
get_detail_text (Fixture *self)
{
  GtkWidget *detail = find_widget (GTK_WIDGET (self->pane), g_type_from_name ("SvRowDetail"), NULL);
  GtkWidget *heading = find_widget (detail, GTK_TYPE_LABEL, "heading");

  return gtk_label_get_text (GTK_LABEL (heading));
}

static gboolean
detail_says (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (detail_says (child, text))
      return TRUE;
  return FALSE;
}

/* The row of a server that was stopped stays explained. */
static void
test_gone (Fixture *self, gconstpointer unused)
{
  GtkWidget *detail = find_widget (GTK_WIDGET (self->pane), g_type_from_name ("SvRowDetail"), NULL);

  g_assert_true (detail_says (detail, "Choose a row"));
  start_server (self);
  sv_session_choose_row (self->session, SV_MACHINE_THIS, sv_session_get_plan (self->session)->listener.row_key);
  g_assert_true (detail_says (detail, "LISTEN"));
  g_assert_false (detail_says (detail, "Gone since"));
  sv_lab_stop_server (sv_session_get_lab (self->session));
  wait_until (detail_says (detail, "Gone since"));
  g_assert_true (detail_says (detail, "LISTEN"));
  g_assert_true (detail_says (detail, "SockView’s “server” holds it"));
  sv_session_choose_nothing (self->session);
  g_assert_true (detail_says (detail, "Choose a row"));
}

/* In a replay the table shows the moment that everything else shows. */
static void
test_replay (Fixture *self, gconstpointer unused)
{
  SvPlayer *player = sv_session_get_player (self->session);
  GtkWidget *detail = find_widget (GTK_WIDGET (self->pane), g_type_from_name ("SvRowDetail"), NULL);

  filter_port (self, start_server (self));
  sv_session_spawn_clients (self->session, 1);
  wait_until (count_state (self, SV_TCP_ESTABLISHED) == 2);
  sv_session_choose_connection (self->session, 1);
  wait_until (sv_timeline_get_connection (sv_player_get_timeline (player)) == 1);
  g_assert_true (detail_says (GTK_WIDGET (self->pane), "live"));
  wait_until (detail_says (detail, "ESTABLISHED"));

  sv_player_go_to_start (player);
  wait_until (count_shown (self) != G_MAXUINT && count_state (self, SV_TCP_ESTABLISHED) == 0);
  g_assert_true (detail_says (GTK_WIDGET (self->pane), "this computer · at "));
  /* What was not in the table had no state there either. */
  g_assert_true (detail_says (detail, "At the moment shown"));
  g_assert_false (detail_says (detail, "ESTABLISHED"));
  /* What the step back took away did not leave. */
  for (guint i = 0; i < get_result (self)->rows->len; i++)
    g_assert_cmpint (sv_table_result_get (get_result (self), i)->removed_at, ==, 0);

  sv_player_go_live (player);
  wait_until (count_state (self, SV_TCP_ESTABLISHED) == 2);
  g_assert_true (detail_says (GTK_WIDGET (self->pane), "live"));
}

/* Choosing a row chooses its connection, and the other way round. */
static void
test_choice (Fixture *self, gconstpointer unused)
{
  guint16 port = start_server (self);
  GtkSelectionModel *model;
  const SvTableRow *row;

  filter_port (self, port);
  wait_until (sv_socket_table_is_built (self->table));
  model = gtk_column_view_get_model (
    GTK_COLUMN_VIEW (find_widget (GTK_WIDGET (self->table), GTK_TYPE_COLUMN_VIEW, NULL)));
  sv_session_spawn_clients (self->session, 2);
  wait_until (count_state (self, SV_TCP_ESTABLISHED) == 4);
  for (guint i = 0; i < get_result (self)->rows->len; i++)
    {
      row = sv_table_result_get (get_result (self), i);
      gtk_selection_model_select_item (model, i, TRUE);
      g_assert_cmpuint (sv_session_get_chosen_row (self->session, SV_MACHINE_THIS), ==, row->row.key);
      if (row->connection != 0)
        g_assert_cmpuint (sv_session_get_chosen_connection (self->session), ==, row->connection);
      g_assert_cmpstr (get_detail_text (self), !=, "");
    }

  sv_session_choose_connection (self->session, 1);
  row = sv_table_result_lookup (get_result (self), sv_session_get_chosen_row (self->session, SV_MACHINE_THIS));
  g_assert_nonnull (row);
  g_assert_cmpuint (row->connection, ==, 1);
  g_assert_cmpuint (row->row.foreign.port, ==, port);
  for (guint i = 0; i < get_result (self)->rows->len; i++)
    g_assert_cmpint (gtk_selection_model_is_selected (model, i), ==, sv_table_result_get (get_result (self), i) == row);
}

/* A damaged filter is complained about, and the rest of it works. */
static void
test_complaint (Fixture *self, gconstpointer unused)
{
  GtkWidget *complaint = find_widget (GTK_WIDGET (self->pane), GTK_TYPE_LABEL, "sv-complaint");

  g_assert_false (gtk_widget_get_visible (complaint));
  sv_side_pane_set_filter (self->pane, "port:abc state:listen");
  wait_until (gtk_widget_get_visible (complaint));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (complaint)), "abc"));
  sv_side_pane_set_filter (self->pane, "state:listen");
  wait_until (!gtk_widget_get_visible (complaint));
}

/* Paused, the rows stay as they are, though the filter goes on working. */
static void
test_pause (Fixture *self, gconstpointer unused)
{
  GtkWidget *pause = find_widget (GTK_WIDGET (self->pane), GTK_TYPE_TOGGLE_BUTTON, "flat");
  guint16 port = start_server (self);

  filter_port (self, port);
  wait_until (count_shown (self) == 1);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pause), TRUE);
  sv_session_spawn_clients (self->session, 1);
  wait_until (sv_machines_plan_find (sv_session_get_plan (self->session), 1, SV_SIDE_SERVER) != NULL);
  sv_side_pane_set_filter (self->pane, "state:listen");
  wait_until (count_shown (self) != G_MAXUINT && count_state (self, SV_TCP_LISTEN) == get_result (self)->n_shown);
  filter_port (self, port);
  wait_until (count_shown (self) == 1);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pause), FALSE);
  wait_until (count_shown (self) == 3);
}

/* After the marks are over, nothing is drawn any more. */
static void
test_quiet (Fixture *self, gconstpointer unused)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (self->window);
  SvMonitor *monitor = sv_session_get_monitor (self->session, SV_SIDE_CLIENT);
  guint16 port = start_server (self);
  guint frames = 0, refreshes = 0;

  /* What others do on this computer goes on; so only our own port is asked for. */
  sv_monitor_start (monitor, 50, port);
  wait_until (count_shown (self) == 1 && get_result (self)->rows->len == 1
              && sv_table_result_get (get_result (self), 0)->added_at == 0);
  wait_frame (self->window);
  g_signal_connect_swapped (monitor, "refreshed", G_CALLBACK (count_frame_cb), &refreshes);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (count_frame_cb), &frames);
  /* On a busy computer the last of what faded may be drawn late; but it ends. */
  for (guint tries = 0; tries == 0 || (frames > 0 && tries < 20); tries++)
    {
      frames = refreshes = 0;
      wait_until (refreshes >= 10);
    }
  g_assert_cmpuint (frames, ==, 0);
  g_signal_handlers_disconnect_by_data (clock, &frames);
  g_signal_handlers_disconnect_by_data (monitor, &refreshes);
}

static void
copied_cb (GObject *clipboard, GAsyncResult *result, gpointer text)
{
  *(char **) text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

static void
test_copy (Fixture *self, gconstpointer unused)
{
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_autofree char *text = NULL;

  filter_port (self, start_server (self));
  wait_until (count_shown (self) == 1);
  sv_netstat_text_append_header (wanted);
  sv_netstat_text_append_row (wanted, &sv_table_result_get (get_result (self), 0)->row);
  sv_side_pane_copy (self->pane);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (self->window), NULL, copied_cb, &text);
  wait_until (text != NULL);
  g_assert_cmpstr (text, ==, wanted->str);
}

/* SV_PICTURES=FOLDER: pictures for people to look at. */
static void
save_picture (Fixture *self, const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s/pane-%s.png", g_getenv ("SV_PICTURES"), name);
  g_autoptr (GdkTexture) texture = NULL;

  wait_until (sv_side_pane_is_settled (self->pane));
  wait_frame (self->window);
  wait_frame (self->window);
  texture = sv_screenshot_render (self->window);
  g_assert_true (sv_screenshot_save (texture, file, NULL));
}

static void
test_pictures (Fixture *self, gconstpointer unused)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  const char *many = g_getenv ("SV_PICTURES_CLIENTS");

  start_server (self);
  sv_session_spawn_clients (self->session, many != NULL ? (guint) atoi (many) : 3);
  wait_until (count_state (self, SV_TCP_ESTABLISHED) >= (many != NULL ? 2 * (guint) atoi (many) : 6));
  save_picture (self, "light");
  for (guint i = 0; i < 2; i++)
    {
      GtkColumnView *view = GTK_COLUMN_VIEW (find_widget (GTK_WIDGET (self->table), GTK_TYPE_COLUMN_VIEW, NULL));
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (gtk_column_view_get_columns (view),
                                                                      SV_COLUMN_STATE);

      gtk_column_view_sort_by_column (view, column, i == 0 ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
      save_picture (self, i == 0 ? "sorted-down" : "sorted-up");
    }
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  save_picture (self, "dark");
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_DEFAULT);
  sv_side_pane_set_filter (self->pane, "port:abc zzz");
  wait_until (count_shown (self) == 0 && get_result (self)->rows->len == 0);
  save_picture (self, "empty");
  sv_side_pane_set_filter (self->pane, "");
  wait_until (count_shown (self) > 0);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 300, 680);
  save_picture (self, "300");
  gtk_window_set_default_size (GTK_WINDOW (self->window), 700, 500);
  save_picture (self, "700");
  gtk_window_set_default_size (GTK_WINDOW (self->window), 450, 680);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  wait_frame (self->window);
  save_picture (self, "rtl");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  load_style ();
  if (g_getenv ("SV_PICTURES") != NULL)
    {
      add_test ("/side-pane/pictures", test_pictures);
      return g_test_run ();
    }
  add_test ("/side-pane/real", test_real);
  add_test ("/side-pane/leaving", test_leaving);
  add_test ("/side-pane/choice", test_choice);
  add_test ("/side-pane/gone", test_gone);
  add_test ("/side-pane/replay", test_replay);
  add_test ("/side-pane/complaint", test_complaint);
  add_test ("/side-pane/pause", test_pause);
  add_test ("/side-pane/quiet", test_quiet);
  add_test ("/side-pane/copy", test_copy);
  return g_test_run ();
}
