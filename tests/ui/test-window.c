/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window in one process with the test, driven by its actions. */
#include "sv-config.h"

#include "../count-sockets.h"
#include "sv-side-pane.h"
#include "test-resolver.h"
#include "window-fixture.h"

typedef struct
{
  SvApplication *application;
  SvWindow *window;
  SvSession *session;
  SvLab *lab;
  guint descriptors; /* of sockets, before the window */
} Fixture;

static gboolean
is_mapped (Fixture *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->window)) && gtk_widget_get_width (GTK_WIDGET (self->window)) > 0;
}

static void
open_window (Fixture *self, gconstpointer data)
{
  self->application = application;
  self->window = SV_WINDOW (sv_window_new (ADW_APPLICATION (self->application), NULL));
  self->session = sv_window_get_session (self->window);
  self->lab = sv_session_get_lab (self->session);
  g_object_set (sv_window_get_form (self->window), "port", 0, NULL);
  gtk_window_present (GTK_WINDOW (self->window));
  wait_for (self, is_mapped, "the window is mapped");
  self->descriptors = count_sockets ();
}

static void
close_window (Fixture *self, gconstpointer data)
{
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
}

static void
activate (Fixture *self, const char *action, GVariant *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), action, parameter);
}

static gboolean
runs (Fixture *self)
{
  return sv_lab_is_running (self->lab);
}

static void
start_server (Fixture *self)
{
  activate (self, "start-server", NULL);
  wait_for (self, runs, "the server runs");
}

static gboolean
has_action (GtkWidget *widget, const char *name)
{
  return GTK_IS_ACTIONABLE (widget) && gtk_widget_get_mapped (widget)
         && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), name) == 0;
}

static void
assert_named (Fixture *self, const char *action, GtkAccessibleRole role, const char *name)
{
  GtkWidget *widget = find (GTK_WIDGET (self->window), has_action, action);

  g_assert_nonnull (widget);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (widget), role);
  /* What is written on a button is its name. */
  if (GTK_IS_BUTTON (widget) && ADW_IS_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (widget))))
    g_assert_cmpstr (adw_button_content_get_label (ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (widget)))), ==,
                     name);
  else
    gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
}

/* The role of its own came with GTK 4.10. */
static GtkAccessibleRole
role_of_toggles (void)
{
  g_autoptr (GtkWidget) toggle = g_object_ref_sink (gtk_toggle_button_new ());

  return gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (toggle));
}

static void
test_opens (Fixture *self, gconstpointer data)
{
  assert_named (self, "win.start-server", GTK_ACCESSIBLE_ROLE_BUTTON, "Start Server");
  assert_named (self, "win.toggle-side-pane", role_of_toggles (), "Table of Sockets");
  assert_named (self, "win.search", GTK_ACCESSIBLE_ROLE_BUTTON, "Search the Table");
  g_assert_nonnull (find (GTK_WIDGET (self->window), says, "A server waits on a port. Start one."));
  g_assert_nonnull (find (GTK_WIDGET (self->window), says, "only this computer can connect"));
  /* Nothing to spawn for. */
  g_assert_null (find (GTK_WIDGET (self->window), has_action, "win.spawn-clients"));
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), "spawn-clients"));
}

/* Whether the kernel lists @port as LISTEN (0A), by its own text. */
static gboolean
kernel_listens (guint16 port)
{
  g_autofree char *text = NULL;
  g_autofree char *row = g_strdup_printf (" 0100007F:%04X 00000000:0000 0A ", port);

  g_assert_true (g_file_get_contents ("/proc/net/tcp", &text, NULL, NULL));
  return strstr (text, row) != NULL;
}

static guint16
find_port (Fixture *self)
{
  SvSocketLog *log = sv_recording_get_sockets (sv_session_get_recording (self->session));

  return sv_socket_log_find_fd (log, SV_MACHINE_THIS, sv_lab_get_listener_fd (self->lab))->local.port;
}

static void
test_start_stop (Fixture *self, gconstpointer data)
{
  guint16 port;
  g_autofree char *where = NULL;
  GtkWidget *button;

  start_server (self);
  port = find_port (self);
  g_assert_cmpuint (port, >, 0);
  g_assert_true (kernel_listens (port));
  assert_named (self, "win.start-server", GTK_ACCESSIBLE_ROLE_BUTTON, "Stop Server");
  where = g_strdup_printf ("127.0.0.1:%u. Only programs on this computer can connect", port);
  button = find (GTK_WIDGET (self->window), has_action, "win.start-server");
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (button), where));

  activate (self, "start-server", NULL);
  g_assert_false (runs (self));
  g_assert_false (kernel_listens (port));
  assert_named (self, "win.start-server", GTK_ACCESSIBLE_ROLE_BUTTON, "Start Server");
}

static gboolean
has_three (Fixture *self)
{
  return sv_session_get_plan (self->session)->accepted->len == 3;
}

static void
test_spawn (Fixture *self, gconstpointer data)
{
  GtkWidget *button;

  start_server (self);
  button = find (GTK_WIDGET (self->window), has_action, "win.spawn-clients");
  g_assert_nonnull (button);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, "Spawn 3 Clients");
  g_signal_emit_by_name (button, "clicked");
  wait_for (self, has_three, "three clients are accepted");
  g_assert_cmpuint (sv_recording_get_n_connections (sv_session_get_recording (self->session)), ==, 3);
}

static void
test_count (Fixture *self, gconstpointer data)
{
  SvClientButton *button = sv_window_get_client_button (self->window);

  sv_client_button_set_count (button, 100000);
  g_assert_cmpuint (sv_client_button_get_count (button), ==, 10000);
  sv_client_button_set_count (button, 0);
  g_assert_cmpuint (sv_client_button_get_count (button), ==, 1);
  sv_client_button_set_count (button, 7);
  g_assert_cmpuint (sv_client_button_get_count (button), ==, 7);
}

/* Takes a port, as another program would. */
static GSocket *
occupy (guint16 *port)
{
  SvEndpoint endpoint = sv_endpoint_loopback (G_SOCKET_FAMILY_IPV4, 0);
  g_autoptr (GSocketAddress) address = sv_endpoint_to_socket_address (&endpoint);
  g_autoptr (GSocketAddress) bound = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return socket;
}

static gboolean
has_problem (Fixture *self)
{
  return sv_server_form_get_problem (sv_window_get_form (self->window)) != NULL;
}

static void
test_port_in_use (Fixture *self, gconstpointer data)
{
  SvServerForm *form = sv_window_get_form (self->window);
  SvMessageBar *bar = sv_window_get_message_bar (self->window);
  guint16 port;
  g_autoptr (GSocket) other = occupy (&port);
  g_autofree char *number = g_strdup_printf ("%u", port);
  g_autofree char *problem = NULL;

  /* On the first page: under the button that caused it. */
  g_object_set (form, "port", (int) port, NULL);
  activate (self, "start-server", NULL);
  wait_for (self, has_problem, "the port is in use");
  g_assert_false (runs (self));
  problem = g_strdup (sv_server_form_get_problem (form));
  g_assert_nonnull (strstr (problem, number));
  g_assert_nonnull (find (GTK_WIDGET (self->window), says, problem));
  g_assert_null (sv_message_bar_get_sentence (bar));

  /* Changing what was wrong takes the sentence away. */
  g_object_set (form, "port", 0, NULL);
  g_assert_false (has_problem (self));
  start_server (self);

  /* On the stage: under the header bar. */
  activate (self, "start-server", NULL);
  g_object_set (form, "port", (int) port, NULL);
  activate (self, "start-server", NULL);
  wait_for (self, has_problem, "the port is in use again");
  g_assert_cmpstr (sv_message_bar_get_sentence (bar), ==, problem);
  sv_message_bar_hide (bar);
  g_assert_null (sv_message_bar_get_sentence (bar));
}

static gboolean
resolves (Fixture *self)
{
  return sv_server_form_is_resolving (sv_window_get_form (self->window));
}

static void
test_names (Fixture *self, gconstpointer data)
{
  SvServerForm *form = sv_window_get_form (self->window);
  g_autoptr (GResolver) before = g_resolver_get_default ();
  g_autoptr (GResolver) resolver = test_resolver_new ();

  g_resolver_set_default (resolver);

  /* A name that nobody knows. */
  g_object_set (form, "address", "unknown.invalid", NULL);
  activate (self, "start-server", NULL);
  wait_for (self, has_problem, "the name is unknown");
  g_assert_nonnull (strstr (sv_server_form_get_problem (form), "unknown.invalid"));

  /* No address at all. */
  g_object_set (form, "address", " ", NULL);
  g_assert_false (has_problem (self));
  activate (self, "start-server", NULL);
  wait_for (self, has_problem, "no address was typed");

  /* A name server that does not answer: the same button gives up. */
  g_object_set (form, "address", "slow.invalid", NULL);
  activate (self, "start-server", NULL);
  g_assert_true (resolves (self));
  assert_named (self, "win.start-server", GTK_ACCESSIBLE_ROLE_BUTTON, "Cancel");
  activate (self, "start-server", NULL);
  g_assert_false (resolves (self));
  g_assert_false (has_problem (self));
  assert_named (self, "win.start-server", GTK_ACCESSIBLE_ROLE_BUTTON, "Start Server");

  /* A name of this computer. */
  g_object_set (form, "address", "here.invalid", NULL);
  start_server (self);
  g_assert_true (sv_endpoint_is_loopback (&sv_lab_get_options (self->lab)->bind));
  g_resolver_set_default (before);
}

static gboolean
warns (Fixture *self)
{
  return find (GTK_WIDGET (self->window), says, "Other computers can connect") != NULL;
}

static void
test_others (Fixture *self, gconstpointer data)
{
  SvServerForm *form = sv_window_get_form (self->window);

  g_assert_null (find (GTK_WIDGET (self->window), says, "other computers can connect"));
  g_object_set (form, "address", "0.0.0.0", NULL);
  g_assert_nonnull (find (GTK_WIDGET (self->window), says, "0.0.0.0, other computers can connect"));
  start_server (self);
  wait_for (self, warns, "the server's card says that other computers can connect");
}

static void
test_switches (Fixture *self, gconstpointer data)
{
  gboolean hold_accept;
  gboolean echo;

  activate (self, "hold-accept", NULL);
  start_server (self);
  g_object_get (self->lab, "hold-accept", &hold_accept, "echo", &echo, NULL);
  g_assert_true (hold_accept);
  g_assert_true (echo);
  activate (self, "hold-accept", NULL);
  activate (self, "echo", NULL);
  g_object_get (self->lab, "hold-accept", &hold_accept, "echo", &echo, NULL);
  g_assert_false (hold_accept);
  g_assert_false (echo);
  sv_lab_set_hold_accept (self->lab, TRUE);
  g_object_get (sv_window_get_form (self->window), "hold-accept", &hold_accept, NULL);
  g_assert_true (hold_accept);
}

static gboolean
is_narrow (Fixture *self)
{
  return gtk_widget_get_width (GTK_WIDGET (self->window)) < 720
         && sv_split_view_get_collapsed (sv_window_get_split_view (self->window));
}

static gboolean
is_wide (Fixture *self)
{
  return gtk_widget_get_width (GTK_WIDGET (self->window)) > 1100
         && !sv_split_view_get_collapsed (sv_window_get_split_view (self->window));
}

static void
test_collapses (Fixture *self, gconstpointer data)
{
  SvSplitView *view = sv_window_get_split_view (self->window);
  GtkWidget *pane = sv_window_get_side_pane (self->window);

  wait_for (self, is_wide, "the window is wide");
  g_assert_true (gtk_widget_is_visible (pane));
  g_assert_nonnull (find (GTK_WIDGET (self->window), says, "Start Server"));

  /* One or the other, the content first; buttons are icons. */
  gtk_window_set_default_size (GTK_WINDOW (self->window), 700, 600);
  wait_for (self, is_narrow, "the window is narrow");
  g_assert_false (gtk_widget_is_visible (pane));
  g_assert_false (sv_split_view_get_show_pane (view));
  g_assert_null (find (GTK_WIDGET (self->window), says, "Start Server"));
  assert_named (self, "win.start-server", GTK_ACCESSIBLE_ROLE_BUTTON, "Start Server");
  activate (self, "toggle-side-pane", NULL);
  g_assert_true (gtk_widget_is_visible (pane));
  g_assert_null (find (GTK_WIDGET (self->window), says, "A server waits"));

  gtk_window_set_default_size (GTK_WINDOW (self->window), 1200, 700);
  wait_for (self, is_wide, "the window is wide again");
  g_assert_true (gtk_widget_is_visible (pane));
  activate (self, "toggle-side-pane", NULL);
  g_assert_false (gtk_widget_is_visible (pane));
  g_assert_false (sv_split_view_get_pane_beside (view));
}

static gboolean
has_toast (Fixture *self)
{
  return find (GTK_WIDGET (self->window), says, "Copied ") != NULL;
}

static gboolean
table_is_settled (Fixture *self)
{
  return sv_side_pane_is_settled (SV_SIDE_PANE (sv_window_get_side_pane (self->window)));
}

static void
test_copy (Fixture *self, gconstpointer data)
{
  activate (self, "copy-table", NULL); /* before there is a table: nothing happens */
  wait_for (self, table_is_settled, "the table is there");
  activate (self, "copy-table", NULL);
  wait_for (self, has_toast, "the copy is confirmed");
}

/* All three clients' sockets, the server's, and the listener go with the window. */
static void
test_close (Fixture *self, gconstpointer data)
{
  SvWindow *window = self->window;

  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (3));
  wait_for (self, has_three, "three clients are accepted");
  g_assert_cmpuint (count_sockets (), >=, self->descriptors + 7);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  activate (self, "close-window", NULL);
  g_assert_null (gtk_application_get_windows (GTK_APPLICATION (self->application)));
  while (window != NULL && g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_null (window);
  self->window = NULL;
  g_assert_cmpuint (count_sockets (), <=, self->descriptors);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, open_window, test, close_window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  start_application ();
  add ("/window/opens", test_opens);
  add ("/window/start-stop", test_start_stop);
  add ("/window/spawn", test_spawn);
  add ("/window/count", test_count);
  add ("/window/port-in-use", test_port_in_use);
  add ("/window/names", test_names);
  add ("/window/others", test_others);
  add ("/window/switches", test_switches);
  add ("/window/collapses", test_collapses);
  add ("/window/copy", test_copy);
  add ("/window/close", test_close);
  return run_tests ();
}
