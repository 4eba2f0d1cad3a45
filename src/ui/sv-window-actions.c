/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-window-actions.h"

#include "sv-connect-target.h"
#include "sv-page-actions.h"
#include "sv-side-pane.h"
#include "sv-transport.h"
#include "sv-window-network.h"

/* (nullable): where two machines can't be had there is none. */
static SvSession *
get_session (gpointer window)
{
  return sv_window_get_session (window);
}

static SvSidePane *
get_side_pane (gpointer window)
{
  return (SvSidePane *) sv_window_get_side_pane (window);
}

static void
start_server_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  sv_window_toggle_server (window);
}

static void
spawn_clients_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  int count = g_variant_get_int32 (parameter);

  if (get_session (window) != NULL)
    sv_session_spawn_clients (get_session (window), (guint) MAX (count, 0));
}

static void
connect_to_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvSession *session = get_session (window);
  g_autoptr (GError) error = NULL;
  const char *text;
  int count;

  if (session == NULL)
    return;
  g_variant_get (parameter, "(i&s)", &count, &text);
  if (!sv_connect_target_go (session, text, (guint) MAX (count, 0), &error))
    sv_window_show_message (window, error->message);
}

static void
cancel_names_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  if (get_session (window) != NULL)
    sv_lab_cancel_names (sv_session_get_lab (get_session (window)));
}

static void
set_manner_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvSession *session = get_session (window);
  int manner = g_variant_get_int32 (parameter);

  if (session != NULL && manner >= SV_MANNER_CONNECTED && manner <= SV_MANNER_BOUND)
    sv_lab_set_manner (sv_session_get_lab (session), (SvManner) manner);
}

/* The key spawns as many as the button says. */
static void
spawn_chosen_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  guint count = sv_client_button_get_count (sv_window_get_client_button (window));

  g_action_group_activate_action (window, "spawn-clients", g_variant_new_int32 ((int) count));
}

static void
close_window_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  gtk_window_close (window);
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  if (get_side_pane (window) == NULL)
    return;
  sv_split_view_set_show_pane (sv_window_get_split_view (window), TRUE);
  sv_side_pane_focus_filter (get_side_pane (window));
}

static void
copy_table_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  if (get_side_pane (window) != NULL)
    sv_side_pane_copy (get_side_pane (window));
}

/* No property action: that would hold the window that holds it. */
static void
fullscreen_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

/* For what is inside of the window and knows nothing of it. */
static void
show_toast_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  sv_window_show_toast (window, g_variant_get_string (parameter, NULL));
}

static void
mode_cb (GSimpleAction *action, GVariant *state, gpointer window)
{
  SvMode mode;

  if (sv_mode_find (g_variant_get_string (state, NULL), &mode))
    sv_window_set_mode (window, mode);
}

static void
start_again_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  sv_window_renew_network (window, sv_window_get_nat (window));
}

static SvPlayer *
get_player (gpointer window)
{
  return get_session (window) != NULL ? sv_session_get_player (get_session (window)) : NULL;
}

static void
play_pause_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvPlayer *player = get_player (window);

  if (player == NULL || sv_transport_toggle_wire (get_session (window)))
    return;
  if (sv_player_is_playing (player))
    sv_player_pause (player);
  else
    sv_player_play (player);
}

static void
step_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  if (get_player (window) != NULL)
    sv_player_step (get_player (window), g_variant_get_int32 (parameter));
}

static void
go_live_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  if (get_player (window) != NULL)
    sv_player_go_live (get_player (window));
}

static void
go_to_start_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  if (get_player (window) != NULL)
    sv_player_go_to_start (get_player (window));
}

static const GActionEntry entries[] = {
  { .name = "start-server", .activate = start_server_cb },
  { .name = "mode", .parameter_type = "s", .state = "'this-computer'", .change_state = mode_cb },
  { .name = "start-again", .activate = start_again_cb },
  { .name = "spawn-clients", .activate = spawn_clients_cb, .parameter_type = "i" },
  { .name = "connect-to", .activate = connect_to_cb, .parameter_type = "(is)" },
  { .name = "cancel-names", .activate = cancel_names_cb },
  { .name = "set-manner", .activate = set_manner_cb, .parameter_type = "i" },
  { .name = "spawn-chosen", .activate = spawn_chosen_cb },
  { .name = "close-window", .activate = close_window_cb },
  { .name = "search", .activate = search_cb },
  { .name = "copy-table", .activate = copy_table_cb },
  { .name = "show-toast", .activate = show_toast_cb, .parameter_type = "s" },
  { .name = "fullscreen", .activate = fullscreen_cb },
  { .name = "play-pause", .activate = play_pause_cb },
  { .name = "step", .activate = step_cb, .parameter_type = "i" },
  { .name = "go-live", .activate = go_live_cb },
  { .name = "go-to-start", .activate = go_to_start_cb },
};

/* Keys that text entries and lists use for themselves: the window has them
 * only when nothing that is focused wants them. */
void
sv_window_actions_install (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "win.play-pause", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_CONTROL_MASK, "win.step", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Right, GDK_CONTROL_MASK, "win.step", "i", 1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Home, 0, "win.go-to-start", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_End, 0, "win.go-live", NULL);
}

static void
add_property_action (SvWindow *window, const char *name, gpointer object, const char *property)
{
  g_autoptr (GPropertyAction) action = g_property_action_new (name, object, property);

  g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
}

/**
 * sv_window_actions_add:
 *
 * Gives @window everything that a person can do in it, as "win." actions.
 */
void
sv_window_actions_add (SvWindow *window)
{
  g_return_if_fail (SV_IS_WINDOW (window));

  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
  sv_page_actions_add (window);
}

/**
 * sv_window_actions_follow:
 * @workplace: (nullable): the one shown: what switches something switches it there
 */
void
sv_window_actions_follow (SvWindow *window, SvWorkplace *workplace)
{
  static const char *const OF_WORKPLACE[]
    = { "hold-accept", "echo", "sort-table", "sort-descending", "toggle-side-pane" };
  SvSocketTable *table;

  g_return_if_fail (SV_IS_WINDOW (window));

  for (guint i = 0; i < G_N_ELEMENTS (OF_WORKPLACE); i++)
    g_action_map_remove_action (G_ACTION_MAP (window), OF_WORKPLACE[i]);
  sv_window_network_follow (window, workplace);
  if (workplace == NULL)
    return;
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (window), "mode")),
                             g_variant_new_string (sv_mode_get_name (sv_workplace_get_mode (workplace))));
  if (!sv_workplace_is_available (workplace))
    return;
  table = sv_side_pane_get_table (SV_SIDE_PANE (sv_workplace_get_side_pane (workplace)), SV_SIDE_CLIENT);
  add_property_action (window, "hold-accept", sv_workplace_get_form (workplace), "hold-accept");
  add_property_action (window, "echo", sv_workplace_get_form (workplace), "echo");
  add_property_action (window, "sort-table", table, "sort-column");
  add_property_action (window, "sort-descending", table, "descending");
  add_property_action (window, "toggle-side-pane", sv_window_get_split_view (window), "show-pane");
}
