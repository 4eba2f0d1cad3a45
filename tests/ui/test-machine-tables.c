/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of two machines against the real netstat, run on each of them. */
#include "sv-netstat-text.h"
#include "sv-server-panel.h"
#include "sv-side-pane.h"
#include "sv-table-model.h"
#include "table-fixture.h"

typedef struct
{
  SvNetwork *network;
  SvSession *session;
  SvWire *wire;
  GtkWidget *window;
  SvSidePane *pane;
} Fixture;

/* Without two machines the test is skipped and says why. */
static void
set_up (Fixture *self, gconstpointer nat)
{
  g_autoptr (SvRecording) recording = sv_recording_new (10000);
  g_autoptr (GError) error = NULL;

  self->network = sv_network_new (recording, GPOINTER_TO_INT (nat), &error);
  if (self->network == NULL)
    {
      g_test_skip (error->message);
      return;
    }
  self->wire = sv_network_get_wire (self->network);
  self->session = sv_session_new_for_network (self->network);
  self->window = g_object_ref_sink (gtk_window_new ());
  self->pane = SV_SIDE_PANE (sv_side_pane_new (self->session));
  gtk_window_set_default_size (GTK_WINDOW (self->window), 490, 800);
  gtk_window_set_child (GTK_WINDOW (self->window), GTK_WIDGET (self->pane));
  gtk_window_present (GTK_WINDOW (self->window));
  sv_session_start (self->session);
  wait_until (sv_side_pane_is_settled (self->pane));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  if (self->network == NULL)
    return;
  sv_session_stop (self->session);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_object_unref (self->window);
  g_assert_finalize_object (self->session);
  g_clear_object (&self->network);
}

static void
start_server (Fixture *self)
{
  SvServerOptions options;

  sv_server_options_init (&options);
  options.bind = sv_endpoint_any (AF_INET, 9999);
  g_assert_true (sv_session_start_server (self->session, &options));
  wait_until (sv_session_get_plan (self->session)->listener.row_key != 0);
}

static SvTableResult *
get_result (Fixture *self, SvSide side)
{
  return sv_socket_table_get_result (sv_side_pane_get_table (self->pane, side));
}

/* One row as netstat prints it, each blank once. */
static char *
squeeze (const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t", -1);
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_strv_builder_add (kept, words[i]);
  g_auto (GStrv) all = g_strv_builder_end (kept);
  return g_strjoinv (" ", all);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* The rows of a listing in an order of its own. */
static char *
sort_rows (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "tcp") || g_str_has_prefix (lines[i], "udp"))
      g_ptr_array_add (rows, squeeze (lines[i]));
  g_ptr_array_sort (rows, compare_lines);
  g_ptr_array_add (rows, NULL);
  return g_strjoinv ("\n", (char **) rows->pdata);
}

static char *
get_rows (Fixture *self, SvSide side)
{
  g_autofree char *text = sv_table_result_to_text (get_result (self, side));

  return sort_rows (text);
}

static void
communicated_cb (GObject *process, GAsyncResult *result, gpointer text)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (process), result, text, NULL, &error);
  g_assert_no_error (error);
}

static char *
run_netstat (Fixture *self, SvSide side)
{
  const char *const argv[] = { "netstat", "-tuna", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = sv_network_spawn (self->network, side, launcher, argv, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, communicated_cb, &text);
  wait_until (text != NULL);
  return sort_rows (text);
}

static gboolean
says_the_same (Fixture *self, SvSide side, const char *wanted)
{
  g_autofree char *rows = get_rows (self, side);

  return g_str_equal (rows, wanted);
}

/* Nothing moves while packets are held: what netstat says then, the pane says. */
static void
check_netstat (Fixture *self, const char *client_state, const char *server_state)
{
  const char *const states[] = { client_state, server_state };

  for (guint side = 0; side < 2; side++)
    {
      g_autofree char *wanted = run_netstat (self, (SvSide) side);

      wait_until (says_the_same (self, (SvSide) side, wanted));
      g_assert_nonnull (strstr (wanted, states[side]));
    }
}

static void
deliver_next (Fixture *self)
{
  wait_until (sv_wire_get_n_flights (self->wire) == 1);
  g_assert_true (sv_wire_deliver (self->wire, sv_wire_get_flight (self->wire, 0)->id));
}

static gboolean
is_in_state (Fixture *self, SvSide side, SvTcpState state)
{
  const SvPlanSocket *end = sv_machines_plan_find (sv_session_get_plan (self->session), 1, side);

  return end != NULL && end->state == state && end->row_key != 0;
}

static gboolean
has_netstat (void)
{
  g_autofree char *path = g_find_program_in_path ("netstat");

  if (path == NULL)
    g_test_skip ("netstat is not installed");
  return path != NULL;
}

static void
test_netstat (Fixture *self, gconstpointer nat)
{
  const char *server_row = GPOINTER_TO_INT (nat) ? "172.31.46.24:9999 212.50.96.83:" : "13.51.197.134:9999 172.16.17.74:";
  g_autofree char *client = NULL, *server = NULL;

  if (self->network == NULL || !has_netstat ())
    return;
  start_server (self);
  sv_wire_set_holding (self->wire, TRUE);
  sv_session_spawn_clients (self->session, 1);
  wait_until (sv_wire_get_n_flights (self->wire) == 1);
  check_netstat (self, "SYN_SENT", "LISTEN");
  g_assert_cmpuint (get_result (self, SV_SIDE_SERVER)->n_shown, ==, 1);

  deliver_next (self);
  wait_until (is_in_state (self, SV_SIDE_SERVER, SV_TCP_SYN_RECV));
  check_netstat (self, "SYN_SENT", "SYN_RECV");

  deliver_next (self);
  wait_until (is_in_state (self, SV_SIDE_CLIENT, SV_TCP_ESTABLISHED));
  check_netstat (self, "ESTABLISHED", "SYN_RECV");

  sv_wire_set_holding (self->wire, FALSE);
  sv_wire_deliver_all (self->wire);
  wait_until (sv_session_get_plan (self->session)->accepted->len == 1);
  check_netstat (self, "ESTABLISHED", "ESTABLISHED");
  client = get_rows (self, SV_SIDE_CLIENT);
  server = get_rows (self, SV_SIDE_SERVER);
  g_assert_nonnull (strstr (client, "172.16.17.74:"));
  g_assert_nonnull (strstr (client, " 13.51.197.134:9999 ESTABLISHED"));
  g_assert_nonnull (strstr (server, server_row));
}

static void
connect_one (Fixture *self)
{
  start_server (self);
  sv_wire_set_hop (self->wire, SV_SIDE_CLIENT, 0);
  sv_wire_set_hop (self->wire, SV_SIDE_SERVER, 0);
  sv_session_spawn_clients (self->session, 2);
  wait_until (sv_session_get_plan (self->session)->accepted->len == 2);
  wait_until (sv_side_pane_is_settled (self->pane) && get_result (self, SV_SIDE_CLIENT)->n_shown == 2
              && get_result (self, SV_SIDE_SERVER)->n_shown == 3);
}

static SvTableModel *
get_model (Fixture *self, SvSide side)
{
  GtkWidget *widget = GTK_WIDGET (sv_side_pane_get_table (self->pane, side));

  while (widget != NULL && !GTK_IS_COLUMN_VIEW (widget))
    widget = gtk_widget_get_first_child (widget);
  return SV_TABLE_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (widget)));
}

static gboolean
says (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

static guint
find_connection (Fixture *self, SvSide side, guint connection)
{
  for (guint i = 0; i < get_result (self, side)->rows->len; i++)
    if (sv_table_result_get (get_result (self, side), i)->connection == connection)
      return i;
  g_assert_not_reached ();
}

/* A row chosen in one table lights its other half in the other, and is no row of that one. */
static void
test_halves (Fixture *self, gconstpointer unused)
{
  if (self->network == NULL)
    return;
  connect_one (self);
  for (guint side = 0; side < 2; side++)
    for (guint connection = 1; connection <= 2; connection++)
      {
        SvTableModel *model = get_model (self, (SvSide) side), *other = get_model (self, (SvSide) !side);
        guint position = find_connection (self, (SvSide) side, connection);
        const SvTableRow *row = sv_table_result_get (get_result (self, (SvSide) side), position);
        g_autofree char *peer = sv_endpoint_to_string (&row->row.foreign);

        gtk_selection_model_select_item (GTK_SELECTION_MODEL (model), position, TRUE);
        g_assert_cmpuint (sv_table_model_get_selected_key (model), ==, row->row.key);
        g_assert_cmpuint (sv_table_model_get_lit_connection (model), ==, connection);
        g_assert_cmpuint (sv_table_model_get_selected_key (other), ==, 0);
        g_assert_cmpuint (sv_table_model_get_lit_connection (other), ==, connection);
        g_assert_true (says (GTK_WIDGET (self->pane), peer));
        wait_until (says (GTK_WIDGET (self->pane), side == SV_SIDE_CLIENT
                                                     ? "in the server machine’s table; its state there is ESTABLISHED"
                                                     : "in the client machine’s table; its state there is ESTABLISHED"));
      }
}

static void
copied_cb (GObject *clipboard, GAsyncResult *result, gpointer text)
{
  *(char **) text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

static void
test_copy (Fixture *self, gconstpointer unused)
{
  g_autofree char *text = NULL, *client = NULL, *server = NULL, *wanted = NULL;

  if (self->network == NULL)
    return;
  connect_one (self);
  client = sv_table_result_to_text (get_result (self, SV_SIDE_CLIENT));
  server = sv_table_result_to_text (get_result (self, SV_SIDE_SERVER));
  wanted = g_strdup_printf ("Client machine 172.16.17.74\n%s\nServer machine 13.51.197.134\n%s", client, server);
  sv_side_pane_copy (self->pane);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (self->window), NULL, copied_cb, &text);
  wait_until (text != NULL);
  g_assert_cmpstr (text, ==, wanted);
}

static gboolean
is_sorted (Fixture *self, SvSide side, SvColumn column)
{
  gboolean descending;
  SvColumn sort = sv_socket_table_get_sort (sv_side_pane_get_table (self->pane, side), &descending);

  return sort == column && descending;
}

/* A table that has its first row later stands in the order that was chosen before. */
static void
test_late_order (Fixture *self, gconstpointer unused)
{
  if (self->network == NULL)
    return;
  start_server (self);
  wait_until (sv_side_pane_is_settled (self->pane) && get_result (self, SV_SIDE_SERVER)->n_shown == 1
              && sv_socket_table_is_built (sv_side_pane_get_table (self->pane, SV_SIDE_SERVER)));
  sv_socket_table_sort (sv_side_pane_get_table (self->pane, SV_SIDE_CLIENT), SV_COLUMN_LOCAL, TRUE);
  g_assert_true (is_sorted (self, SV_SIDE_CLIENT, SV_COLUMN_LOCAL));
  g_assert_true (is_sorted (self, SV_SIDE_SERVER, SV_COLUMN_LOCAL));
  sv_wire_set_hop (self->wire, SV_SIDE_CLIENT, 0);
  sv_wire_set_hop (self->wire, SV_SIDE_SERVER, 0);
  sv_session_spawn_clients (self->session, 2);
  wait_until (sv_socket_table_is_built (sv_side_pane_get_table (self->pane, SV_SIDE_CLIENT)));
  g_assert_true (is_sorted (self, SV_SIDE_CLIENT, SV_COLUMN_LOCAL));
  wait_until (get_result (self, SV_SIDE_CLIENT)->n_shown == 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (sv_table_result_get (get_result (self, SV_SIDE_CLIENT), i)->connection, ==, 2 - i);
}

/* One filter and one order for both. */
static void
test_together (Fixture *self, gconstpointer unused)
{
  gboolean descending;

  if (self->network == NULL)
    return;
  connect_one (self);
  sv_socket_table_sort (sv_side_pane_get_table (self->pane, SV_SIDE_SERVER), SV_COLUMN_STATE, TRUE);
  g_assert_cmpint (sv_socket_table_get_sort (sv_side_pane_get_table (self->pane, SV_SIDE_CLIENT), &descending), ==,
                   SV_COLUMN_STATE);
  g_assert_true (descending);
  sv_side_pane_set_filter (self->pane, "state:listen");
  wait_until (sv_side_pane_is_settled (self->pane) && get_result (self, SV_SIDE_CLIENT)->n_shown == 0
              && get_result (self, SV_SIDE_SERVER)->n_shown == 1);
  sv_side_pane_set_filter (self->pane, "");
  wait_until (get_result (self, SV_SIDE_CLIENT)->n_shown == 2 && get_result (self, SV_SIDE_SERVER)->n_shown == 3);
}

/* Tables as high as their rows: nothing to be scrolled, and no empty room. */
static void
test_heights (Fixture *self, gconstpointer unused)
{
  GtkWidget *tables[2];
  int before;

  if (self->network == NULL)
    return;
  connect_one (self);
  for (guint side = 0; side < 2; side++)
    tables[side] = GTK_WIDGET (sv_side_pane_get_table (self->pane, (SvSide) side));
  wait_until (gtk_widget_get_height (tables[0]) > 0
              && gtk_widget_get_height (tables[0]) < gtk_widget_get_height (tables[1]));
  before = gtk_widget_get_height (tables[0]);
  sv_session_spawn_clients (self->session, 3);
  wait_until (gtk_widget_get_height (tables[0]) > before + 3 * 20 && gtk_widget_get_height (tables[0]) < before + 3 * 40);
  /* Many rows are scrolled, and leave the rest of the pane its room. */
  sv_session_spawn_clients (self->session, 60);
  wait_until (sv_session_get_plan (self->session)->accepted->len == 65);
  wait_until (get_result (self, SV_SIDE_SERVER)->n_shown == 66);
  wait_frame (self->window);
  g_assert_cmpint (gtk_widget_get_height (tables[0]) + gtk_widget_get_height (tables[1]), <, 700);
}

/* The process that holds a socket on a machine is one of this computer: it is seen. */
static void
test_owner (Fixture *self, gconstpointer unused)
{
  const char *const argv[] = { "nc", "-l", "-p", "7777", NULL };
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *nc = g_find_program_in_path ("nc");
  const SvTableRow *row;
  g_autofree char *pid = NULL, *note = NULL;
  g_autoptr (GtkWidget) panel = NULL;

  if (self->network == NULL)
    return;
  if (nc == NULL)
    {
      g_test_skip ("nc is not installed");
      return;
    }
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  process = sv_network_spawn (self->network, SV_SIDE_SERVER, launcher, argv, &error);
  g_assert_no_error (error);
  wait_until (get_result (self, SV_SIDE_SERVER)->n_shown >= 1
              && sv_table_result_get (get_result (self, SV_SIDE_SERVER), 0)->owner.pid > 0);
  row = sv_table_result_get (get_result (self, SV_SIDE_SERVER), 0);
  g_assert_cmpuint (row->row.local.port, ==, 7777);
  pid = g_strdup_printf ("%d", row->owner.pid);
  g_assert_cmpstr (pid, ==, g_subprocess_get_identifier (process));
  g_assert_true (g_str_has_prefix (row->owner.name, "nc"));
  g_assert_false (row->ours);
  g_assert_cmpuint (sv_session_get_plan (self->session)->listeners->len, ==, 1);
  /* The server machine's card tells of it, too. */
  panel = g_object_ref_sink (sv_server_panel_new (self->session));
  note = g_strdup_printf ("“%s” (process %d) listens on 0.0.0.0:7777", row->owner.name, row->owner.pid);
  g_assert_true (says (panel, note));
  g_subprocess_force_exit (process);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  wait_until (get_result (self, SV_SIDE_SERVER)->n_shown == 0);
}

#define add_test(path, nat, func) g_test_add (path, Fixture, GINT_TO_POINTER (nat), set_up, func, tear_down)

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/org/example/SockView/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  load_style ();
  add_test ("/machine-tables/netstat/plain", FALSE, test_netstat);
  add_test ("/machine-tables/netstat/nat", TRUE, test_netstat);
  add_test ("/machine-tables/halves", FALSE, test_halves);
  add_test ("/machine-tables/copy", FALSE, test_copy);
  add_test ("/machine-tables/together", FALSE, test_together);
  add_test ("/machine-tables/late-order", FALSE, test_late_order);
  add_test ("/machine-tables/heights", FALSE, test_heights);
  add_test ("/machine-tables/owner", FALSE, test_owner);
  return g_test_run ();
}
