/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's two modes in one process with the test: switching, two machines
 * by the same widgets as this computer, and where they cannot be had. */
#include "sv-packet-facts.h"
#include "sv-config.h"

#include <signal.h>

#include "sv-demo.h"
#include "sv-settings.h"
#include "sv-side-pane.h"
#include "stage-fixture.h"
#include "window-fixture.h"

#define HELPER "SOCKVIEW_MACHINE"

typedef struct
{
  SvWindow *window;
  char *helper; /* as the test was told */
} Fixture;

static void
open_window (Fixture *self, gconstpointer data)
{
  self->helper = g_strdup (g_getenv (HELPER));
  self->window = SV_WINDOW (sv_window_new (ADW_APPLICATION (application), NULL));
  g_object_set (sv_window_get_form (self->window), "port", 0, NULL);
  gtk_window_present (GTK_WINDOW (self->window));
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (self->window)));
}

static void
close_window (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_setenv (HELPER, self->helper, TRUE);
  g_free (self->helper);
}

static void
activate (Fixture *self, const char *action, GVariant *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), action, parameter);
}

static void
switch_to (Fixture *self, SvMode mode)
{
  activate (self, "mode", g_variant_new_string (sv_mode_get_name (mode)));
  g_assert_cmpint (sv_window_get_mode (self->window), ==, mode);
}

/* Returns: whether two machines can be had here; if not, the test is skipped and says why. */
static gboolean
have_machines (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (100);
  g_autoptr (GError) error = NULL;
  g_autoptr (SvNetwork) network = sv_network_new (recording, FALSE, &error);

  if (network == NULL)
    g_test_skip (error->message);
  return network != NULL;
}

static gboolean
is_button (GtkWidget *widget, const char *label)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget)
         && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

static gboolean
window_says (Fixture *self, const char *text)
{
  return find (GTK_WIDGET (self->window), says, text) != NULL;
}

static SvLab *
get_lab (Fixture *self)
{
  return sv_session_get_lab (sv_window_get_session (self->window));
}

static SvWire *
get_wire (Fixture *self)
{
  return sv_network_get_wire (sv_session_get_network (sv_window_get_session (self->window)));
}

static void
set_hop (Fixture *self, gint64 hop)
{
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (get_wire (self), (SvSide) side, hop);
}

static void
start_server (Fixture *self)
{
  activate (self, "start-server", NULL);
  wait_until (sv_lab_is_running (get_lab (self)));
}

/* The helper processes, by /proc: children of this one with that name. */
static guint
list_helpers (int pids[2])
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", getpid (), getpid ());
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  words = g_strsplit (text, " ", -1);
  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_autofree char *name_path = g_strdup_printf ("/proc/%s/comm", words[i]);
      g_autofree char *name = NULL;

      /* comm is cut after 15 letters. A zombie has one, too, until it is waited for. */
      if (g_file_get_contents (name_path, &name, NULL, NULL) && g_str_has_prefix (name, "sockview-machin"))
        {
          if (pids != NULL && n < 2)
            pids[n] = atoi (words[i]);
          n++;
        }
    }
  return n;
}

/* ---- */

static void
test_switch (Fixture *self, gconstpointer data)
{
  GtkWidget *here, *there;
  SvSession *first = sv_window_get_session (self->window), *second;

  if (!have_machines ())
    return;
  wait_until (list_helpers (NULL) == 0);
  here = find (GTK_WIDGET (self->window), is_button, "This Computer");
  there = find (GTK_WIDGET (self->window), is_button, "Two Machines");
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (here)));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (there)));
  g_assert_null (sv_session_get_network (first));
  start_server (self);

  /* Nothing was made before it was wanted. */
  g_assert_cmpuint (list_helpers (NULL), ==, 0);
  g_signal_emit_by_name (there, "clicked");
  g_assert_cmpint (sv_window_get_mode (self->window), ==, SV_MODE_TWO_MACHINES);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (there)));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (here)));
  g_assert_cmpuint (list_helpers (NULL), ==, 2);
  second = sv_window_get_session (self->window);
  g_assert_true (second != first);
  g_assert_nonnull (sv_session_get_network (second));
  g_assert_cmpint (sv_session_get_machine_id (second, SV_SIDE_SERVER), ==, SV_MACHINE_SERVER);
  wait_until (window_says (self, "Two machines, one wire."));
  wait_until (window_says (self, "0.0.0.0, the client machine can connect"));
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), "spawn-clients"));

  /* What ran goes on, and nobody makes another network. */
  switch_to (self, SV_MODE_THIS_COMPUTER);
  g_assert_true (sv_window_get_session (self->window) == first);
  g_assert_true (sv_lab_is_running (get_lab (self)));
  g_assert_true (g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), "spawn-clients"));
  switch_to (self, SV_MODE_TWO_MACHINES);
  g_assert_true (sv_window_get_session (self->window) == second);
  g_assert_cmpuint (list_helpers (NULL), ==, 2);
}

/* The switches of a mode act on that mode. */
static void
test_actions (Fixture *self, gconstpointer data)
{
  SvServerForm *first = sv_window_get_form (self->window), *second;
  gboolean held;

  if (!have_machines ())
    return;
  switch_to (self, SV_MODE_TWO_MACHINES);
  second = sv_window_get_form (self->window);
  activate (self, "hold-accept", NULL);
  g_object_get (first, "hold-accept", &held, NULL);
  g_assert_false (held);
  g_object_get (second, "hold-accept", &held, NULL);
  g_assert_true (held);
  switch_to (self, SV_MODE_THIS_COMPUTER);
  activate (self, "hold-accept", NULL);
  activate (self, "hold-accept", NULL);
  g_object_get (second, "hold-accept", &held, NULL);
  g_assert_true (held);
}

static gboolean
has_accepted (Fixture *self, guint n)
{
  return sv_session_get_plan (sv_window_get_session (self->window))->accepted->len == n;
}

static gboolean
has_echo (Fixture *self, guint n)
{
  SvRecording *recording = sv_session_get_recording (sv_window_get_session (self->window));
  guint found = 0;

  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      found += fact->kind == SV_FACT_CALL && fact->side == SV_SIDE_CLIENT && fact->call.result > 0
               && g_str_equal (fact->call.name, "recv");
    }
  return found >= n;
}

/* Start, spawn, send, close: the header bar's and the cards' own doors. */
static void
test_server_and_clients (Fixture *self, gconstpointer data)
{
  const SvPlanSocket *client;
  SvSession *session;

  if (!have_machines ())
    return;
  switch_to (self, SV_MODE_TWO_MACHINES);
  session = sv_window_get_session (self->window);
  set_hop (self, 1000000);
  start_server (self);
  g_assert_cmpstr (sv_workplace_get_page (sv_window_get_workplace (self->window)), ==, SV_PAGE_STAGE);
  sv_demo_run (session, 2);
  wait_until (has_accepted (self, 2));
  wait_until (has_echo (self, 2));
  client = &g_array_index (sv_session_get_plan (session)->clients, SvPlanSocket, 0);
  g_assert_cmpint (client->state, ==, SV_TCP_ESTABLISHED);
  {
    g_autofree char *local = sv_endpoint_address_to_string (&client->local);
    g_autofree char *peer = sv_endpoint_address_to_string (&client->peer);

    g_assert_cmpstr (local, ==, "172.16.17.74");
    g_assert_cmpstr (peer, ==, "13.51.197.134");
  }
  g_assert_true (sv_session_is_live (session));
  g_assert_true (sv_lab_close (get_lab (self), 1, SV_SIDE_CLIENT, NULL));
  wait_until (has_accepted (self, 1));
  activate (self, "start-server", NULL);
  g_assert_false (sv_lab_is_running (get_lab (self)));
}

static gboolean
shows_packet (Fixture *self, guint flags)
{
  const SvFact *fact = sv_packet_find_shown (sv_window_get_session (self->window));

  return fact != NULL && fact->packet.flags == flags && fact->packet.bytes != NULL;
}

/* Who has chosen no packet is told of the one that waits. */
static void
test_packet_shown (Fixture *self, gconstpointer data)
{
  SvSession *session;

  if (!have_machines ())
    return;
  switch_to (self, SV_MODE_TWO_MACHINES);
  session = sv_window_get_session (self->window);
  sv_wire_set_holding (get_wire (self), TRUE);
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (1));
  wait_until (shows_packet (self, SV_TCP_SYN));
  activate (self, "wire-deliver-all", NULL);
  wait_until (shows_packet (self, SV_TCP_SYN | SV_TCP_ACK));
  activate (self, "wire-deliver-all", NULL);
  wait_until (shows_packet (self, SV_TCP_ACK));
  sv_player_go_to_start (sv_session_get_player (session));
  g_assert_false (shows_packet (self, SV_TCP_ACK));
}

static guint n_frames;

static void
frame_cb (void)
{
  n_frames++;
}

/* While a packet flies the stage asks for frames; while all are held, or nothing flies, it does not. */
static void
test_frames (Fixture *self, gconstpointer data)
{
  SvSession *session;

  if (!have_machines ())
    return;
  switch_to (self, SV_MODE_TWO_MACHINES);
  session = sv_window_get_session (self->window);
  sv_wire_set_holding (get_wire (self), TRUE);
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (1));
  wait_until (sv_wire_get_n_flights (get_wire (self)) == 1);
  /* It flies up to where it stands. */
  wait_until (!sv_session_wants_frames (session));
  g_assert_cmpuint (sv_wire_get_n_held (get_wire (self)), ==, 1);
  wait_until (sv_session_get_plan (session)->clients->len == 1);

  sv_wire_set_holding (get_wire (self), FALSE);
  set_hop (self, 100 * 1000000);
  sv_wire_deliver_all (get_wire (self));
  n_frames = 0;
  g_signal_connect (session, "frame", G_CALLBACK (frame_cb), NULL);
  wait_until (sv_session_wants_frames (session));
  wait_until (n_frames > 3);
  wait_until (has_accepted (self, 1) && !sv_session_wants_frames (session));
}

/* A helper that somebody kills: a sentence, and a way to begin again. */
static void
test_killed (Fixture *self, gconstpointer data)
{
  SvMessageBar *bar;
  GtkWidget *again;
  SvSession *session;
  int pids[2];

  if (!have_machines ())
    return;
  switch_to (self, SV_MODE_TWO_MACHINES);
  session = sv_window_get_session (self->window);
  set_hop (self, 1000000);
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (2));
  wait_until (has_accepted (self, 2));
  bar = sv_window_get_message_bar (self->window);
  wait_until (list_helpers (pids) == 2);
  kill (pids[1], SIGKILL);
  wait_until (sv_message_bar_get_sentence (bar) != NULL);
  g_assert_nonnull (strstr (sv_message_bar_get_sentence (bar), "machine's process has ended"));
  g_assert_true (sv_session_is_over (session));
  g_assert_false (sv_lab_is_running (get_lab (self)));
  wait_until (list_helpers (NULL) == 0);
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), "spawn-clients"));
  /* What happened can still be looked at. */
  g_assert_cmpuint (sv_recording_get_n_connections (sv_session_get_recording (session)), ==, 2);

  wait_until ((again = find (GTK_WIDGET (bar), is_button, "Start Again")) != NULL);
  g_signal_emit_by_name (again, "clicked");
  g_assert_true (sv_window_get_session (self->window) != NULL);
  g_assert_false (sv_workplace_is_over (sv_window_get_workplace (self->window)));
  g_assert_cmpuint (list_helpers (NULL), ==, 2);
  g_assert_null (sv_message_bar_get_sentence (sv_window_get_message_bar (self->window)));
  start_server (self);
}

/* With NAT or without: another network in the place of the first. */
static void
test_renew (Fixture *self, gconstpointer data)
{
  GObject *workplace, *session, *network;

  if (!have_machines ())
    return;
  switch_to (self, SV_MODE_TWO_MACHINES);
  g_object_set (sv_window_get_form (self->window), "port", 8080, "echo", FALSE, NULL);
  set_hop (self, 1000000);
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (2));
  wait_until (has_accepted (self, 2));
  workplace = G_OBJECT (sv_window_get_workplace (self->window));
  session = G_OBJECT (sv_window_get_session (self->window));
  network = G_OBJECT (sv_session_get_network (SV_SESSION (session)));
  g_object_add_weak_pointer (workplace, (gpointer *) &workplace);
  g_object_add_weak_pointer (session, (gpointer *) &session);
  g_object_add_weak_pointer (network, (gpointer *) &network);
  sv_window_renew_network (self->window, TRUE);
  g_assert_cmpuint (sv_server_form_get_port (sv_window_get_form (self->window)), ==, 8080);
  g_assert_cmpint (sv_window_get_mode (self->window), ==, SV_MODE_TWO_MACHINES);
  g_assert_true (sv_network_has_nat (sv_session_get_network (sv_window_get_session (self->window))));
  g_assert_false (sv_lab_is_running (get_lab (self)));
  wait_until (list_helpers (NULL) == 2);
  /* Nothing is left of the first. */
  wait_until (workplace == NULL && session == NULL && network == NULL);
}

/* Nowhere else does this test need two machines: it goes everywhere. */
static void
test_unavailable (Fixture *self, gconstpointer data)
{
  SvSession *first = sv_window_get_session (self->window);
  /* Of the window, wherever it is. */
  static const char *const OTHERS[] = { "close-window", "fullscreen", "show-help-overlay", NULL };
  g_auto (GStrv) actions = g_action_group_list_actions (G_ACTION_GROUP (self->window));

  g_setenv (HELPER, "/nonexistent", TRUE);
  switch_to (self, SV_MODE_TWO_MACHINES);
  g_assert_null (sv_window_get_session (self->window));
  wait_until (window_says (self, "Two Machines cannot be had here"));
  g_assert_true (window_says (self, "sockview-machine could not be started"));
  g_assert_nonnull (find (GTK_WIDGET (self->window), is_button, "This Computer"));

  /* Nothing of what a person may press crashes, or changes it. */
  for (guint i = 0; actions[i] != NULL; i++)
    if (g_action_group_get_action_parameter_type (G_ACTION_GROUP (self->window), actions[i]) == NULL
        && !g_strv_contains (OTHERS, actions[i]))
      {
        /* Some lead to this computer. */
        switch_to (self, SV_MODE_TWO_MACHINES);
        activate (self, actions[i], NULL);
      }
  switch_to (self, SV_MODE_TWO_MACHINES);
  activate (self, "step", g_variant_new_int32 (1));
  activate (self, "start-server", NULL);
  g_assert_null (sv_window_get_session (self->window));

  /* Everything else works. */
  switch_to (self, SV_MODE_THIS_COMPUTER);
  g_assert_true (sv_window_get_session (self->window) == first);
  start_server (self);

  /* What has failed can be tried again. */
  g_setenv (HELPER, self->helper, TRUE);
  switch_to (self, SV_MODE_TWO_MACHINES);
  g_assert_null (sv_window_get_session (self->window));
  if (!have_machines ())
    return;
  wait_until (window_says (self, "Two Machines cannot be had here"));
  activate (self, "start-again", NULL);
  g_assert_nonnull (sv_window_get_session (self->window));
  wait_until (window_says (self, "Two machines, one wire."));
}

static gboolean
has_mode (Fixture *self, SvMode mode)
{
  return sv_window_get_mode (self->window) == mode;
}

static void
reopen (Fixture *self, GSettings *settings)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = SV_WINDOW (sv_window_new (ADW_APPLICATION (application), settings));
  gtk_window_present (GTK_WINDOW (self->window));
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (self->window)));
}

/* Everything that was to be done when nothing else is. */
static void
settle (void)
{
  gboolean idle = FALSE;

  g_idle_add_full (G_PRIORITY_LOW + 1, timeout_cb, &idle, NULL);
  wait_until (idle);
}

/* The mode is remembered; a start with what cannot be had is one on this computer, without a word. */
static void
test_remembered (Fixture *self, gconstpointer data)
{
  g_autoptr (GSettings) settings = sv_settings_open ();
  g_autofree char *kept = NULL;

  g_assert_nonnull (settings);
  g_settings_set_string (settings, "mode", "two-machines");
  g_setenv (HELPER, "/nonexistent", TRUE);
  reopen (self, settings);
  settle ();
  g_assert_true (has_mode (self, SV_MODE_THIS_COMPUTER));
  g_assert_null (sv_message_bar_get_sentence (sv_window_get_message_bar (self->window)));
  /* It may be there again at the next start. */
  kept = g_settings_get_string (settings, "mode");
  g_assert_cmpstr (kept, ==, "two-machines");

  g_setenv (HELPER, self->helper, TRUE);
  if (have_machines ())
    {
      reopen (self, settings);
      wait_until (has_mode (self, SV_MODE_TWO_MACHINES));
      g_assert_nonnull (sv_window_get_session (self->window));
      /* What a person chooses is never overruled. */
      reopen (self, settings);
      switch_to (self, SV_MODE_THIS_COMPUTER);
      settle ();
      g_assert_true (has_mode (self, SV_MODE_THIS_COMPUTER));
    }
  g_settings_reset (settings, "mode");
}

/* The window's end is the end of both machines. */
static void
test_close (Fixture *self, gconstpointer data)
{
  if (!have_machines ())
    return;
  switch_to (self, SV_MODE_TWO_MACHINES);
  set_hop (self, 1000000);
  start_server (self);
  activate (self, "spawn-clients", g_variant_new_int32 (2));
  wait_until (has_accepted (self, 2));
  g_assert_cmpuint (list_helpers (NULL), ==, 2);
  gtk_window_close (GTK_WINDOW (self->window));
  wait_until (list_helpers (NULL) == 0);
  self->window = SV_WINDOW (sv_window_new (ADW_APPLICATION (application), NULL));
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
  add ("/modes/unavailable", test_unavailable);
  add ("/modes/switch", test_switch);
  add ("/modes/actions", test_actions);
  add ("/modes/server-and-clients", test_server_and_clients);
  add ("/modes/frames", test_frames);
  add ("/modes/packet-shown", test_packet_shown);
  add ("/modes/killed", test_killed);
  add ("/modes/renew", test_renew);
  add ("/modes/remembered", test_remembered);
  add ("/modes/close", test_close);
  return run_tests ();
}
