/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person can do to the wire, by the window's actions, on two real machines. */
#include "sv-network-actions.h"

#include "network-fixture.h"
#include "stage-fixture.h"
#include "sv-shell-button.h"
#include "sv-stage.h"
#include "sv-wire-bar.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS G_GINT64_CONSTANT (1000000)

typedef struct
{
  GSimpleActionGroup *group;
  GSettings *settings;
  SvNetworkActions *actions;
  SvNetwork *network; /* NULL: they can't be had here */
  SvWire *wire;
  char *failure;
  int nat_wanted; /* -1: nobody has asked */
} Fixture;

static void
failed_cb (Fixture *self, const char *sentence)
{
  g_free (self->failure);
  self->failure = g_strdup (sentence);
}

static void
nat_cb (Fixture *self, gboolean wanted)
{
  self->nat_wanted = wanted;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->group = g_simple_action_group_new ();
  self->settings = g_settings_new ("org.example.SockView");
  g_settings_reset (self->settings, "hop");
  g_settings_reset (self->settings, "hop-back");
  self->actions = sv_network_actions_new (G_ACTION_MAP (self->group), self->settings);
  self->nat_wanted = -1;
  g_signal_connect_swapped (self->actions, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (self->actions, "nat-wanted", G_CALLBACK (nat_cb), self);
  self->network = make_network (FALSE);
  if (self->network == NULL)
    return;
  self->wire = sv_network_get_wire (self->network);
  sv_network_actions_set_network (self->actions, self->network);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->actions);
  g_clear_object (&self->network);
  g_clear_object (&self->settings);
  g_clear_object (&self->group);
  g_free (self->failure);
}

static void
activate (Fixture *self, const char *name, GVariant *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->group), name, parameter);
}

static gboolean
get_state (Fixture *self, const char *name)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (self->group), name);

  return g_variant_get_boolean (state);
}

static void
start_server (Fixture *self)
{
  SvServerOptions options;

  sv_server_options_init (&options);
  options.bind = sv_endpoint_any (AF_INET, 9999);
  g_assert_true (sv_lab_start_server (sv_network_get_lab (self->network), &options, NULL));
}

static void
spawn (Fixture *self, guint n)
{
  g_assert_true (sv_lab_spawn_clients (sv_network_get_lab (self->network), n, NULL));
}

static SvTcpState
get_state_of (Fixture *self, SvMachineId machine)
{
  SvRecording *recording = sv_lab_get_recording (sv_network_get_lab (self->network));
  SvRowTable *table = sv_recording_get_table (recording, machine);
  const SvConnection *connection;
  const SvSocketRow *row;

  if (sv_recording_get_n_connections (recording) == 0)
    return SV_TCP_NONE;
  connection = sv_recording_get_connection (recording, 1);
  row = machine == SV_MACHINE_CLIENT
          ? sv_row_table_find (table, IPPROTO_TCP, &connection->client, &connection->server)
          : sv_row_table_find (table, IPPROTO_TCP, &connection->server, &connection->client);
  return row != NULL ? row->state : SV_TCP_NONE;
}

/* Without two machines they stay visible, and can't be used. */
static void
test_insensitive (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (self->group));

  sv_network_actions_set_network (self->actions, NULL);
  g_assert_cmpuint (g_strv_length (names), ==, 11);
  for (guint i = 0; names[i] != NULL; i++)
    g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (self->group), names[i]));
  if (self->network == NULL)
    return;
  sv_network_actions_set_network (self->actions, self->network);
  for (guint i = 0; names[i] != NULL; i++)
    g_assert_true (g_action_group_get_action_enabled (G_ACTION_GROUP (self->group), names[i]));
}

/* The SYN waits until it is delivered, and so do its answer and the last step. */
static void
test_hold (Fixture *self, gconstpointer data)
{
  if (self->network == NULL)
    return;
  start_server (self);
  activate (self, "wire-hold", NULL);
  g_assert_true (get_state (self, "wire-hold"));
  spawn (self, 1);
  wait_until (sv_wire_get_n_held (self->wire) == 1);
  g_assert_cmpint (get_state_of (self, SV_MACHINE_CLIENT), ==, SV_TCP_SYN_SENT);
  g_assert_cmpint (get_state_of (self, SV_MACHINE_SERVER), ==, SV_TCP_NONE);
  activate (self, "wire-deliver-all", NULL);
  wait_until (get_state_of (self, SV_MACHINE_SERVER) == SV_TCP_SYN_RECV && sv_wire_get_n_held (self->wire) == 1);
  activate (self, "wire-deliver-all", NULL);
  wait_until (get_state_of (self, SV_MACHINE_CLIENT) == SV_TCP_ESTABLISHED);
  g_assert_cmpint (get_state_of (self, SV_MACHINE_SERVER), ==, SV_TCP_SYN_RECV);
  /* When it is not held any more it flies on by itself. */
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 10 * MS);
  activate (self, "wire-hold", NULL);
  g_assert_false (get_state (self, "wire-hold"));
  wait_until (get_state_of (self, SV_MACHINE_SERVER) == SV_TCP_ESTABLISHED);
}

static void
test_pause (Fixture *self, gconstpointer data)
{
  if (self->network == NULL)
    return;
  start_server (self);
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 50 * MS);
  activate (self, "wire-pause", NULL);
  g_assert_true (sv_wire_is_paused (self->wire));
  spawn (self, 1);
  wait_until (sv_wire_get_n_flights (self->wire) == 1);
  /* Somebody else sets it: the state follows. */
  sv_wire_set_paused (self->wire, FALSE, sv_clock_now ());
  g_assert_false (get_state (self, "wire-pause"));
  wait_until (get_state_of (self, SV_MACHINE_SERVER) == SV_TCP_ESTABLISHED);
}

/* The hops are remembered; keys make the wire slower and faster within bounds. */
static void
test_hop (Fixture *self, gconstpointer data)
{
  if (self->network == NULL)
    return;
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_CLIENT), ==, SV_NETWORK_ACTIONS_HOP * MS);
  sv_wire_set_hop (self->wire, SV_SIDE_SERVER, 700 * MS);
  g_assert_cmpint (g_settings_get_int (self->settings, "hop"), ==, 2000);
  g_assert_cmpint (g_settings_get_int (self->settings, "hop-back"), ==, 700);
  activate (self, "wire-slower", NULL);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_CLIENT), ==, 3000 * MS);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_SERVER), ==, 1050 * MS);
  for (int i = 0; i < 20; i++)
    activate (self, "wire-slower", NULL);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_CLIENT), ==, 10000 * MS);
  for (int i = 0; i < 30; i++)
    activate (self, "wire-faster", NULL);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_SERVER), ==, 50 * MS);
  g_assert_cmpint (g_settings_get_int (self->settings, "hop-back"), ==, 50);
}

/* What a command line says is for this run. */
static void
test_hop_for_this_run (Fixture *self, gconstpointer data)
{
  if (self->network == NULL)
    return;
  sv_network_actions_set_hop (self->actions, 400 * MS);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_CLIENT), ==, 400 * MS);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_SERVER), ==, 400 * MS);
  sv_wire_set_loss (self->wire, 5, 1);
  g_assert_cmpint (g_settings_get_int (self->settings, "hop"), ==, 2000);
  g_assert_cmpint (g_settings_get_int (self->settings, "hop-back"), ==, 2000);
  sv_wire_set_hop (self->wire, SV_SIDE_SERVER, 700 * MS);
  g_assert_cmpint (g_settings_get_int (self->settings, "hop"), ==, 2000);
  g_assert_cmpint (g_settings_get_int (self->settings, "hop-back"), ==, 700);
}

/* What was set goes on in the next network, which begins with nothing. */
static void
test_next_network (Fixture *self, gconstpointer data)
{
  SvWire *wire;

  if (self->network == NULL)
    return;
  sv_wire_set_hop (self->wire, SV_SIDE_CLIENT, 300 * MS);
  sv_wire_set_loss (self->wire, 20, 1);
  activate (self, "wire-hold", NULL);
  sv_network_actions_set_network (self->actions, NULL);
  g_assert_false (get_state (self, "wire-hold"));
  sv_network_close (self->network);
  g_clear_object (&self->network);
  self->network = make_network (TRUE);
  wire = sv_network_get_wire (self->network);
  sv_network_actions_set_network (self->actions, self->network);
  g_assert_cmpint (sv_wire_get_hop (wire, SV_SIDE_CLIENT), ==, 300 * MS);
  g_assert_cmpint (sv_wire_get_hop (wire, SV_SIDE_SERVER), ==, 2000 * MS);
  g_assert_cmpfloat (sv_wire_get_loss (wire), ==, 20);
  g_assert_true (sv_wire_is_holding (wire));
  g_assert_true (get_state (self, "nat"));
  /* One that is shown again is as it was left. */
  sv_wire_set_holding (wire, FALSE);
  sv_network_actions_set_network (self->actions, NULL);
  sv_network_actions_set_network (self->actions, self->network);
  g_assert_false (sv_wire_is_holding (wire));
}

/* NAT is another network: the state does not change before there is one. */
static void
test_nat (Fixture *self, gconstpointer data)
{
  if (self->network == NULL)
    return;
  activate (self, "nat", NULL);
  g_assert_cmpint (self->nat_wanted, ==, TRUE);
  g_assert_false (get_state (self, "nat"));
}

static void
test_skip_time_wait (Fixture *self, gconstpointer data)
{
  SvRecording *recording;
  gboolean said = FALSE;

  if (self->network == NULL)
    return;
  recording = sv_lab_get_recording (sv_network_get_lab (self->network));
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 1 * MS);
  start_server (self);
  spawn (self, 1);
  wait_until (get_state_of (self, SV_MACHINE_SERVER) == SV_TCP_ESTABLISHED
              && sv_lab_has_end (sv_network_get_lab (self->network), 1, SV_SIDE_SERVER));
  activate (self, "skip-time-wait", g_variant_new_uint32 (1));
  g_assert_nonnull (self->failure);
  activate (self, "skip-time-wait", g_variant_new_uint32 (12345));
  sv_lab_close (sv_network_get_lab (self->network), 1, SV_SIDE_CLIENT, NULL);
  wait_until (get_state_of (self, SV_MACHINE_CLIENT) == SV_TCP_TIME_WAIT);
  g_clear_pointer (&self->failure, g_free);
  activate (self, "skip-time-wait", g_variant_new_uint32 (1));
  g_assert_cmpstr (self->failure, ==, NULL);
  g_assert_cmpint (get_state_of (self, SV_MACHINE_CLIENT), ==, SV_TCP_NONE);
  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      said |= fact->kind == SV_FACT_NOTE && fact->connection == 1 && strstr (fact->note, "SOCK_DESTROY") != NULL;
    }
  g_assert_true (said);
}

/* A machine that has ended does nothing any more, and nothing breaks. */
static void
test_closed (Fixture *self, gconstpointer data)
{
  if (self->network == NULL)
    return;
  start_server (self);
  activate (self, "wire-hold", NULL);
  spawn (self, 3);
  wait_until (sv_wire_get_n_held (self->wire) == 3);
  sv_network_close (self->network);
  activate (self, "wire-deliver-all", NULL);
  activate (self, "wire-hold", NULL);
  activate (self, "skip-time-wait", g_variant_new_uint32 (1));
  g_assert_cmpuint (sv_wire_get_n_flights (self->wire), ==, 0);
}

/* ---- The shell. */

/* A terminal that runs its command without a window. */
static char *
make_terminal (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "test-terminal-emulator", NULL);

  g_assert_true (g_file_set_contents_full (path, "#!/bin/sh\nshift\nexec \"$@\" > \"${0%/*}/out\" 2>&1 << END\n"
                                                 "netstat -tuna; grep CapEff /proc/self/status; id -u; echo the end\nEND\n",
                                           -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  return g_steal_pointer (&path);
}

static gboolean
contains (const char *file, const char *text)
{
  g_autofree char *content = NULL;

  return g_file_get_contents (file, &content, NULL, NULL) && strstr (content, text) != NULL;
}

/* The shell is on that machine: it sees the server's socket and no other. */
static void
test_shell (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("sockview-shell-XXXXXX", NULL);
  g_autofree char *terminal = make_terminal (folder);
  g_autofree char *out = g_build_filename (folder, "out", NULL);
  g_autofree char *uid = NULL;

  if (self->network != NULL)
    {
      start_server (self);
      g_setenv ("TERMINAL", terminal, TRUE);
      g_setenv ("SHELL", "/bin/sh", TRUE);
      activate (self, "open-shell", g_variant_new_string ("server"));
      g_assert_cmpstr (self->failure, ==, NULL);
      wait_until (contains (out, "the end"));
      g_assert_true (contains (out, "0.0.0.0:9999"));
      g_unlink (out);
      activate (self, "open-shell", g_variant_new_string ("client"));
      wait_until (contains (out, "the end"));
      g_assert_false (contains (out, "LISTEN"));
      /* The same user, who may see packets, and nothing else. */
      g_assert_true (geteuid () == 0 || contains (out, "CapEff:\t0000000000002000"));
      uid = g_strdup_printf ("\n%u\n", geteuid ());
      g_assert_true (contains (out, uid));
      g_unsetenv ("TERMINAL");
    }
  g_unlink (out);
  g_unlink (terminal);
  g_rmdir (folder);
}

/* The hints have the addresses that are so, and the line is the one that enters. */
static void
test_hints (Fixture *self, gconstpointer data)
{
  GtkWidget *button;
  Screen screen;
  int height;

  if (self->network == NULL)
    return;
  start_server (self);
  for (int side = 0; side < 2; side++)
    {
      g_autoptr (GPtrArray) hints = sv_shell_button_list_hints (self->network, (SvSide) side);

      g_assert_cmpuint (hints->len, >=, 6);
      g_assert_cmpstr (g_ptr_array_index (hints, 0), ==, side == SV_SIDE_CLIENT ? "nc 13.51.197.134 9999"
                                                                                : "nc -l -p 7777");
    }
  button = sv_shell_button_new (self->network, SV_SIDE_CLIENT);
  screen_open (&screen, button, 300, 60);
  gtk_menu_button_popup (GTK_MENU_BUTTON (find_widget (button, GTK_TYPE_MENU_BUTTON)));
  wait_until (gtk_widget_get_mapped (find_widget (button, GTK_TYPE_POPOVER)));
  /* All of it is in reach on a screen of 768 lines. */
  gtk_widget_measure (find_widget (button, GTK_TYPE_POPOVER), GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  g_assert_cmpint (height, >, 0);
  g_assert_cmpint (height, <, 500);
  /* A machine that has ended has no shell. */
  g_assert_true (gtk_widget_is_sensitive (find_widget (button, GTK_TYPE_MENU_BUTTON)));
  kill (sv_virtual_machine_get_pid (sv_network_get_machine (self->network, SV_SIDE_CLIENT)), SIGKILL);
  wait_until (!sv_network_is_open (self->network));
  wait_until (!gtk_widget_is_sensitive (find_widget (button, GTK_TYPE_MENU_BUTTON)));
  g_assert_false (gtk_widget_get_mapped (find_widget (button, GTK_TYPE_POPOVER)));
  screen_close (&screen);
}

/* Beside a table in a window of 900 by 650: what is done to the wire can be done where the packet is seen. */
static void
test_small_stage (Fixture *self, gconstpointer data)
{
  g_autoptr (SvSession) session = NULL;
  graphene_rect_t bounds = { 0 };
  GtkWidget *stage, *bar;
  Screen screen;

  if (self->network == NULL)
    return;
  session = sv_session_new_for_network (self->network);
  sv_session_start (session);
  sv_wire_set_holding (self->wire, TRUE);
  start_server (self);
  spawn (self, 1);
  wait_until (sv_wire_get_n_held (self->wire) == 1);
  stage = sv_stage_new (session);
  screen_open (&screen, stage, 456, 603);
  wait_until (gtk_widget_get_mapped (find_widget (stage, SV_TYPE_WIRE_BAR)));
  wait_until (gtk_widget_get_width (stage) == 456 && gtk_widget_get_height (stage) == 603);
  bar = find_widget (find_widget (stage, SV_TYPE_WIRE_BAR), GTK_TYPE_TOGGLE_BUTTON);
  wait_until (gtk_widget_compute_bounds (bar, stage, &bounds) && bounds.size.height > 0);
  g_assert_cmpfloat (bounds.origin.y, >, 300);
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, 603);
  screen_close (&screen);
  sv_session_stop (session);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/network-actions/insensitive", test_insensitive);
  ADD ("/network-actions/hold", test_hold);
  ADD ("/network-actions/pause", test_pause);
  ADD ("/network-actions/hop", test_hop);
  ADD ("/network-actions/hop-for-this-run", test_hop_for_this_run);
  ADD ("/network-actions/next-network", test_next_network);
  ADD ("/network-actions/nat", test_nat);
  ADD ("/network-actions/skip-time-wait", test_skip_time_wait);
  ADD ("/network-actions/closed", test_closed);
  ADD ("/network-actions/shell", test_shell);
  ADD ("/network-actions/small-stage", test_small_stage);
  ADD ("/network-actions/hints", test_hints);
  return g_test_run ();
}
