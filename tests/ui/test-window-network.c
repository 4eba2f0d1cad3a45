/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two machines in the window: NAT by one switch, packets saved, clients sent elsewhere. */
#include "sv-config.h"

#include "network-fixture.h"
#include "stage-fixture.h"
#include "sv-pcapng.h"
#include "sv-row-actions.h"
#include "sv-stage.h"
#include "sv-window-network.h"
#include "window-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/socket.h>

#define MS G_GINT64_CONSTANT (1000000)

typedef struct
{
  SvWindow *window;
  gboolean available;
} Fixture;

static SvSession *
get_session (Fixture *self)
{
  return sv_window_get_session (self->window);
}

static SvNetwork *
get_network (Fixture *self)
{
  return sv_session_get_network (get_session (self));
}

static SvWire *
get_wire (Fixture *self)
{
  return sv_network_get_wire (get_network (self));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->window = SV_WINDOW (sv_window_new (ADW_APPLICATION (application), NULL));
  gtk_window_present (GTK_WINDOW (self->window));
  sv_window_set_mode (self->window, SV_MODE_TWO_MACHINES);
  self->available = get_session (self) != NULL;
  if (!self->available)
    g_test_skip ("two machines cannot be had here");
  else
    for (int side = 0; side < 2; side++)
      sv_wire_set_hop (get_wire (self), (SvSide) side, 5 * MS);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
}

static void
activate (Fixture *self, const char *action, GVariant *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), action, parameter);
}

static gboolean
is_enabled (Fixture *self, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), action);
}

static void
start_server (Fixture *self)
{
  SvServerOptions options;

  sv_server_options_init (&options);
  options.bind = sv_endpoint_any (AF_INET, 9999);
  g_assert_true (sv_session_start_server (get_session (self), &options));
}

static guint
count_received (Fixture *self, SvMachineId machine)
{
  return sv_pcapng_count (sv_session_get_recording (get_session (self)), SV_PCAPNG_MACHINE (machine));
}

static GtkWindow *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }
  return NULL;
}

static const char *
find_server_address (Fixture *self)
{
  return sv_network_has_nat (get_network (self)) ? "172.31.46.24" : "13.51.197.134";
}

/* Where nothing runs nothing is asked. */
static void
test_nat_unused (Fixture *self, gconstpointer data)
{
  g_autoptr (SvNetwork) first = NULL;

  if (!self->available)
    return;
  first = g_object_ref (get_network (self));
  activate (self, "nat", NULL);
  g_assert_null (find_dialog ());
  g_assert_true (get_network (self) != first);
  g_assert_true (sv_network_has_nat (get_network (self)));
  g_assert_cmpint (sv_wire_get_hop (get_wire (self), SV_SIDE_SERVER), ==, 5 * MS);
  activate (self, "nat", NULL);
  g_assert_false (sv_network_has_nat (get_network (self)));
}

/* Where something runs the dialog says what ends; nothing ends before the answer. */
static void
test_nat_asks (Fixture *self, gconstpointer data)
{
  SvNetwork *first;
  const char *body;

  if (!self->available)
    return;
  first = get_network (self);
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (2));
  wait_until (count_received (self, SV_MACHINE_SERVER) > 4);
  activate (self, "nat", NULL);
  wait_until (find_dialog () != NULL);
  body = adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (find_dialog ()));
  g_assert_nonnull (strstr (body, "The server stops."));
  g_assert_nonnull (strstr (body, "2 clients are closed."));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "cancel");
  gtk_window_destroy (find_dialog ());
  g_assert_true (get_network (self) == first && sv_network_is_open (first));

  activate (self, "nat", NULL);
  wait_until (find_dialog () != NULL);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "renew");
  gtk_window_destroy (find_dialog ());
  g_assert_true (sv_network_has_nat (get_network (self)));
  g_assert_cmpstr (find_server_address (self), ==, "172.31.46.24");
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (1));
  wait_until (count_received (self, SV_MACHINE_SERVER) > 2);
}

static char *
run (const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  char *out = NULL;

  /* tshark does not bear it, and reads settings of its own at home, where an ordinary user may have no place. */
  g_subprocess_launcher_unsetenv (launcher, "MALLOC_PERTURB_");
  g_subprocess_launcher_setenv (launcher, "HOME", g_get_tmp_dir (), TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, NULL);
  g_assert_true (process != NULL && g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, NULL));
  return out;
}

static guint
count_lines (const char *text, const char *line)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = 0;

  for (char **l = lines; *l != NULL; l++)
    n += g_str_equal (*l, line);
  return n;
}

static gboolean
has_toast (Fixture *self, const char *text)
{
  GtkWidget *pending[512];
  guint n = 0;

  pending[n++] = GTK_WIDGET (self->window);
  while (n > 0)
    {
      GtkWidget *widget = pending[--n];

      if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
        return TRUE;
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && n < G_N_ELEMENTS (pending);
           child = gtk_widget_get_next_sibling (child))
        pending[n++] = child;
    }
  return FALSE;
}

/* Both machines in one file: each packet at either end, as tshark reads it. */
static void
test_save (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("sockview-save-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "both.pcapng", NULL);
  g_autofree char *tshark = g_find_program_in_path ("tshark");
  g_autoptr (GFile) file = g_file_new_for_path (path);

  if (!self->available)
    {
      g_rmdir (folder);
      return;
    }
  g_assert_false (is_enabled (self, "save-packets"));
  g_assert_true (g_action_group_has_action (G_ACTION_GROUP (self->window), "no-packets"));
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (1));
  wait_until (count_received (self, SV_MACHINE_SERVER) >= 3 && sv_wire_get_n_flights (get_wire (self)) == 0);
  g_assert_true (is_enabled (self, "save-packets") && is_enabled (self, "save-server-packets"));
  g_assert_false (g_action_group_has_action (G_ACTION_GROUP (self->window), "no-packets"));
  sv_window_network_save (self->window, SV_PCAPNG_ALL, file);
  wait_until (has_toast (self, "packets saved in “both.pcapng”"));
  if (tshark != NULL)
    {
      const char *const argv[] = { tshark, "-r", path, "-T", "fields", "-e", "frame.interface_description", NULL };
      g_autofree char *read = run (argv);

      g_assert_cmpuint (count_lines (read, "the client machine"), ==, count_received (self, SV_MACHINE_CLIENT));
      g_assert_cmpuint (count_lines (read, "the server machine"), ==, count_received (self, SV_MACHINE_SERVER));
    }
  else
    g_test_message ("tshark is not installed: the file is not read by it");
  g_unlink (path);
  g_rmdir (folder);
}

/* On this computer the kernel keeps each client's SYN, and nothing else is real. */
static void
test_save_here (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("sockview-save-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "here.pcapng", NULL);
  g_autofree char *tshark = g_find_program_in_path ("tshark");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  SvServerOptions options;

  sv_window_set_mode (self->window, SV_MODE_THIS_COMPUTER);
  g_assert_false (is_enabled (self, "save-packets"));
  sv_server_options_init (&options);
  options.bind.port = 0;
  g_assert_true (sv_session_start_server (get_session (self), &options));
  activate (self, "spawn-clients", g_variant_new_int32 (2));
  wait_until (count_received (self, SV_MACHINE_THIS) == 2);
  g_assert_true (is_enabled (self, "save-packets"));
  g_assert_false (is_enabled (self, "save-client-packets"));
  sv_window_network_save (self->window, SV_PCAPNG_ALL, file);
  wait_until (has_toast (self, "2 packets saved in “here.pcapng”"));
  if (tshark != NULL)
    {
      const char *const argv[] = { tshark, "-r", path, "-n", "-T", "fields", "-e", "ip.src", "-e", "tcp.flags.syn",
                                   "-e", "_ws.malformed", NULL };
      g_autofree char *read = run (argv);

      g_assert_cmpuint (count_lines (read, "127.0.0.1\t1\t") + count_lines (read, "127.0.0.1\tTrue\t"), ==, 2);
    }
  else
    g_test_message ("tshark is not installed: the file is not read by it");
  g_unlink (path);
  g_rmdir (folder);
}

/* What can't be written is said in a sentence, and nothing breaks. */
static void
test_save_fails (Fixture *self, gconstpointer data)
{
  static const char *const PATHS[] = { "/nowhere/at-all.pcapng", "/dev/full", "/proc" };

  if (!self->available)
    return;
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (1));
  wait_until (count_received (self, SV_MACHINE_SERVER) >= 3);
  for (guint i = 0; i < G_N_ELEMENTS (PATHS); i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (PATHS[i]);
      SvMessageBar *bar = sv_window_get_message_bar (self->window);

      sv_message_bar_hide (bar);
      sv_window_network_save (self->window, SV_PCAPNG_ALL, file);
      wait_until (sv_message_bar_get_sentence (bar) != NULL);
      g_assert_true (g_str_has_prefix (sv_message_bar_get_sentence (bar), "The packets cannot be saved as “"));
    }
}

static gboolean
contains (const char *file, const char *text)
{
  g_autofree char *content = NULL;

  return g_file_get_contents (file, &content, NULL, NULL) && strstr (content, text) != NULL;
}

/* A server that the learner started by hand on the server machine. */
static void
test_connect_to (Fixture *self, gconstpointer data)
{
  g_autofree char *nc = g_find_program_in_path ("nc");
  g_autofree char *folder = g_dir_make_tmp ("sockview-connect-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "heard", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);
  const char *const argv[] = { "nc", "-l", "-p", "7777", NULL };
  g_autoptr (GSubprocess) server = NULL;
  g_autoptr (GBytes) line = g_bytes_new_static ("hello\n", 6);
  GtkWidget *entry;
  SvLab *lab;

  if (!self->available || nc == NULL)
    {
      g_rmdir (folder);
      if (nc == NULL)
        g_test_skip ("nc is not installed");
      return;
    }
  g_subprocess_launcher_set_stdout_file_path (launcher, path);
  lab = sv_session_get_lab (get_session (self));
  server = sv_network_spawn (get_network (self), SV_SIDE_SERVER, launcher, argv, NULL);
  g_assert_nonnull (server);
  wait_until (sv_row_table_get_size (sv_recording_get_table (sv_session_get_recording (get_session (self)),
                                                              SV_MACHINE_SERVER)) > 0);
  /* Nothing of ours runs: the stage comes with the client. */
  g_assert_false (sv_workplace_has_begun (sv_window_get_workplace (self->window)));
  sv_client_button_set_count (sv_window_get_client_button (self->window), 1);
  entry = find_widget (GTK_WIDGET (sv_window_get_client_button (self->window)), GTK_TYPE_ENTRY);
  g_signal_emit_by_name (entry, "activate"); /* empty: nothing happens */
  gtk_editable_set_text (GTK_EDITABLE (entry), "7777");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (sv_message_bar_get_sentence (sv_window_get_message_bar (self->window)), ==, NULL);
  wait_until (sv_lab_has_end (lab, 1, SV_SIDE_CLIENT));
  wait_until (g_strcmp0 (sv_workplace_get_page (sv_window_get_workplace (self->window)), SV_PAGE_STAGE) == 0);
  wait_until (sv_lab_send (lab, 1, SV_SIDE_CLIENT, line, NULL));
  wait_until (contains (path, "hello\n"));
  g_subprocess_force_exit (server);
  g_unlink (path);
  g_rmdir (folder);
}

/* What is no address, or not of this computer, is refused in a sentence. */
static void
test_connect_to_fails (Fixture *self, gconstpointer data)
{
  static const struct
  {
    SvMode mode;
    const char *text;
    const char *sentence;
  } CASES[] = {
    { SV_MODE_TWO_MACHINES, "13.51.197.134", "has no port" },
    { SV_MODE_TWO_MACHINES, "13.51.197.134:99999", "" },
    { SV_MODE_TWO_MACHINES, "nonsense", "" },
    { SV_MODE_THIS_COMPUTER, "192.0.2.1:80", "is not of this computer" },
    { SV_MODE_THIS_COMPUTER, "[2001:db8::1]:80", "is not of this computer" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const char *sentence;

      if (CASES[i].mode == SV_MODE_TWO_MACHINES && !self->available)
        continue;
      sv_window_set_mode (self->window, CASES[i].mode);
      sv_message_bar_hide (sv_window_get_message_bar (self->window));
      activate (self, "connect-to", g_variant_new ("(is)", 1, CASES[i].text));
      sentence = sv_message_bar_get_sentence (sv_window_get_message_bar (self->window));
      g_assert_nonnull (sentence);
      g_assert_nonnull (strstr (sentence, CASES[i].sentence));
    }
}

/* Live, play and pause are the wire's; in the past they are the replay's. */
static void
test_play_pause (Fixture *self, gconstpointer data)
{
  if (!self->available)
    return;
  start_server (self);
  activate (self, "play-pause", NULL);
  g_assert_true (sv_wire_is_paused (get_wire (self)));
  activate (self, "play-pause", NULL);
  g_assert_false (sv_wire_is_paused (get_wire (self)));
  activate (self, "spawn-clients", g_variant_new_int32 (1));
  wait_until (count_received (self, SV_MACHINE_SERVER) >= 3);
  activate (self, "go-to-start", NULL);
  g_assert_false (sv_session_is_live (get_session (self)));
  activate (self, "play-pause", NULL);
  g_assert_false (sv_wire_is_paused (get_wire (self)));
}

/* A machine dies while packets are held: a sentence, nothing to do on the wire, and all can begin again. */
static void
test_killed (Fixture *self, gconstpointer data)
{
  SvMessageBar *bar;

  if (!self->available)
    return;
  bar = sv_window_get_message_bar (self->window);
  start_server (self);
  activate (self, "wire-hold", NULL);
  activate (self, "spawn-clients", g_variant_new_int32 (5));
  wait_until (sv_wire_get_n_held (get_wire (self)) >= 5);
  kill (sv_virtual_machine_get_pid (sv_network_get_machine (get_network (self), SV_SIDE_CLIENT)), SIGKILL);
  wait_until (sv_message_bar_get_sentence (bar) != NULL);
  g_assert_nonnull (strstr (sv_message_bar_get_sentence (bar), "client machine"));
  g_assert_false (is_enabled (self, "wire-hold"));
  g_assert_cmpuint (sv_wire_get_n_flights (get_wire (self)), ==, 0);
  activate (self, "start-again", NULL);
  g_assert_true (is_enabled (self, "wire-hold"));
  start_server (self);
  activate (self, "wire-hold", NULL);
  activate (self, "spawn-clients", g_variant_new_int32 (1));
  wait_until (count_received (self, SV_MACHINE_SERVER) >= 3);
}

typedef struct
{
  SvTcpState state;
  guint64 key;
} Search;

static void
find_row (const SvSocketRow *row, gpointer data)
{
  Search *search = data;

  if (row->state == search->state)
    search->key = row->key;
}

static guint64
find_state (Fixture *self, SvMachineId machine, SvTcpState state)
{
  Search search = { state, 0 };

  sv_row_table_foreach (sv_recording_get_table (sv_session_get_recording (get_session (self)), machine), find_row,
                        &search);
  return search.key;
}

static GtkWidget *
find_actions (Fixture *self)
{
  return find_widget (sv_window_get_side_pane (self->window), SV_TYPE_ROW_ACTIONS);
}

static GtkWidget *
get_action_button (Fixture *self, guint n)
{
  GtkWidget *button = gtk_widget_get_first_child (gtk_widget_get_first_child (find_actions (self)));

  return n == 0 ? button : gtk_widget_get_next_sibling (button);
}

/* A row in TIME_WAIT can be ended, and says who did it; a foreign server can be connected to. */
static void
test_row_actions (Fixture *self, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);
  const char *const argv[] = { "nc", "-l", "-p", "7777", NULL };
  g_autofree char *nc = g_find_program_in_path ("nc");
  g_autoptr (GSubprocess) server = NULL;
  SvLab *lab;

  if (!self->available)
    return;
  lab = sv_session_get_lab (get_session (self));
  start_server (self);
  sv_session_choose_row (get_session (self), SV_MACHINE_SERVER, find_state (self, SV_MACHINE_SERVER, SV_TCP_LISTEN));
  wait_until (gtk_widget_get_mapped (find_actions (self)) == FALSE);
  activate (self, "spawn-clients", g_variant_new_int32 (1));
  wait_until (sv_lab_has_end (lab, 1, SV_SIDE_SERVER));
  sv_lab_close (lab, 1, SV_SIDE_CLIENT, NULL);
  wait_until (find_state (self, SV_MACHINE_CLIENT, SV_TCP_TIME_WAIT) != 0);
  sv_session_choose_row (get_session (self), SV_MACHINE_CLIENT, find_state (self, SV_MACHINE_CLIENT, SV_TCP_TIME_WAIT));
  sv_player_go_live (sv_session_get_player (get_session (self)));
  wait_until (gtk_widget_get_mapped (get_action_button (self, 1)));
  g_signal_emit_by_name (get_action_button (self, 1), "clicked");
  g_assert_true (find_state (self, SV_MACHINE_CLIENT, SV_TCP_TIME_WAIT) == 0);
  wait_until (has_toast (self, "TIME_WAIT has ended early"));
  wait_until (has_toast (self, "SockView asked the kernel to (SOCK_DESTROY)"));

  if (nc == NULL)
    {
      g_test_message ("nc is not installed: no server of somebody else's");
      return;
    }
  sv_lab_stop_server (lab);
  server = sv_network_spawn (get_network (self), SV_SIDE_SERVER, launcher, argv, NULL);
  wait_until (find_state (self, SV_MACHINE_SERVER, SV_TCP_LISTEN) != 0);
  sv_session_choose_row (get_session (self), SV_MACHINE_SERVER, find_state (self, SV_MACHINE_SERVER, SV_TCP_LISTEN));
  sv_player_go_live (sv_session_get_player (get_session (self)));
  wait_until (gtk_widget_get_mapped (get_action_button (self, 0)));
  g_signal_emit_by_name (get_action_button (self, 0), "clicked");
  wait_until (find_state (self, SV_MACHINE_SERVER, SV_TCP_ESTABLISHED) != 0);
  g_subprocess_force_exit (server);
}

/* The wire's actions are not those of this computer. */
static void
test_modes (Fixture *self, gconstpointer data)
{
  if (!self->available)
    return;
  g_assert_true (is_enabled (self, "wire-hold"));
  sv_window_set_mode (self->window, SV_MODE_THIS_COMPUTER);
  g_assert_false (is_enabled (self, "wire-hold"));
  g_assert_false (is_enabled (self, "nat"));
  sv_window_set_mode (self->window, SV_MODE_TWO_MACHINES);
  g_assert_true (is_enabled (self, "nat"));
  sv_network_close (get_network (self));
}

/* No key means two things, and each of the wire's actions has one. */
static void
test_keys (void)
{
  static const char *const WITH_KEY[] = { "win.wire-hold", "win.wire-deliver-all", "win.wire-pause", "win.wire-slower",
                                          "win.wire-faster", "win.save-packets", "win.open-shell::client",
                                          "win.open-shell::server" };
  GtkApplication *app = GTK_APPLICATION (application);
  g_auto (GStrv) actions = gtk_application_list_action_descriptions (app);
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (char **action = actions; *action != NULL; action++)
    {
      g_auto (GStrv) accels = gtk_application_get_accels_for_action (app, *action);

      for (char **accel = accels; *accel != NULL; accel++)
        g_assert_true (g_hash_table_add (keys, g_strdup (*accel)));
    }
  for (guint i = 0; i < G_N_ELEMENTS (WITH_KEY); i++)
    {
      g_auto (GStrv) accels = gtk_application_get_accels_for_action (app, WITH_KEY[i]);

      g_assert_cmpuint (g_strv_length (accels), >=, 1);
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  start_application ();
  g_test_add_func ("/window-network/keys", test_keys);
  ADD ("/window-network/nat-unused", test_nat_unused);
  ADD ("/window-network/nat-asks", test_nat_asks);
  ADD ("/window-network/save", test_save);
  ADD ("/window-network/save-here", test_save_here);
  ADD ("/window-network/save-fails", test_save_fails);
  ADD ("/window-network/connect-to", test_connect_to);
  ADD ("/window-network/connect-to-fails", test_connect_to_fails);
  ADD ("/window-network/play-pause", test_play_pause);
  ADD ("/window-network/modes", test_modes);
  ADD ("/window-network/killed", test_killed);
  ADD ("/window-network/row-actions", test_row_actions);
  return run_tests ();
}
