/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-window.h"

#include <glib/gi18n-lib.h>

#include "sv-explain.h"
#include "sv-server-popover.h"
#include "sv-side-pane.h"
#include "sv-stage.h"
#include "sv-welcome.h"
#include "sv-window-actions.h"

#define DEFAULT_WIDTH 1280
#define DEFAULT_HEIGHT 720
#define LEAST_WIDTH 360
#define LEAST_HEIGHT 294

/* Below these widths, in pixels, the header bar's buttons are icons, and its
 * title has no room; below this height the welcome page's picture has none. */
#define COMPACT_BELOW 760
#define NO_TITLE_BELOW 520
#define NO_PICTURE_BELOW 520

struct _SvWindow
{
  AdwApplicationWindow parent_instance;

  GSettings *settings; /* NULL: nothing is remembered */
  SvSession *session;
  SvServerForm *form;
  GtkWidget *popover; /* of the server's options; welcome page and header bar take turns */
  GtkWidget *welcome;
  GtkWidget *stage;
  GtkWidget *side_pane;
  GtkStack *pages;
  gboolean compact;

  AdwToastOverlay *toasts;
  AdwHeaderBar *header_bar;
  GtkWidget *title_box;
  GtkWidget *search_button;
  GtkWidget *subtitle_box;
  GtkWidget *subtitle_icon;
  GtkLabel *subtitle_label;
  GtkButton *server_button;
  GtkMenuButton *options_button;
  SvClientButton *client_button;
  SvMessageBar *message_bar;
  SvSplitView *split_view;
};

G_DEFINE_FINAL_TYPE (SvWindow, sv_window, ADW_TYPE_APPLICATION_WINDOW)

static gboolean
shows_stage (SvWindow *self)
{
  return gtk_stack_get_visible_child (self->pages) == self->stage;
}

static void
set_face (GtkButton *button, const char *icon, const char *label, gboolean compact)
{
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), label);
  if (compact)
    {
      gtk_button_set_icon_name (button, icon);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
      return;
    }

  /* What is written on it is its name; both together GTK 4.8 would say twice. */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
  GtkWidget *content = adw_button_content_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), label);
  gtk_button_set_child (button, content);
}

static void
set_css_class (GtkWidget *widget, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_server_button (SvWindow *self)
{
  SvLab *lab = sv_session_get_lab (self->session);
  gboolean running = sv_lab_is_running (lab);
  guint n_clients = 0;

  if (running)
    set_face (self->server_button, "media-playback-stop-symbolic", _("Stop Server"), self->compact);
  else if (sv_server_form_is_resolving (self->form))
    set_face (self->server_button, "process-stop-symbolic", _("Cancel"), self->compact);
  else
    set_face (self->server_button, "media-playback-start-symbolic", _("Start Server"), self->compact);

  /* One thing to do next: the welcome page's own button, then clients. */
  g_object_get (lab, "n-clients", &n_clients, NULL);
  set_css_class (GTK_WIDGET (self->server_button), "suggested-action", shows_stage (self) && !running);
  sv_client_button_set_suggested (self->client_button, running && n_clients == 0);
}

/* Where the server really listens: port 0 became one of the kernel's choice. */
static gboolean
find_listening (SvWindow *self, SvEndpoint *endpoint)
{
  SvLab *lab = sv_session_get_lab (self->session);
  SvRecording *recording = sv_session_get_recording (self->session);
  const SvHeldSocket *held;

  if (!sv_lab_is_running (lab))
    return FALSE;
  held = sv_socket_log_find_fd (sv_recording_get_sockets (recording), SV_MACHINE_THIS, sv_lab_get_listener_fd (lab));
  *endpoint = held != NULL && held->local.family != 0 ? held->local : sv_lab_get_options (lab)->bind;
  return TRUE;
}

static void
show_subtitle (SvWindow *self)
{
  g_autofree char *where = NULL;
  g_autofree char *label = NULL;
  g_autofree char *meaning = NULL;
  gboolean lets_others_in = FALSE;
  SvEndpoint endpoint;

  if (find_listening (self, &endpoint))
    {
      where = sv_endpoint_to_string (&endpoint);
      meaning = sv_explain_bind (&endpoint, &lets_others_in);
      /* Where there is no room for the words, the sign and the tooltip say it. */
      if (self->compact)
        label = g_steal_pointer (&where);
      else
        label = g_strdup_printf (lets_others_in ? _("%s, other computers can connect")
                                                : _("%s, only this computer can connect"), where);
    }
  else if (shows_stage (self))
    label = g_strdup (_("No server runs"));
  gtk_label_set_label (self->subtitle_label, label != NULL ? label : "");
  gtk_widget_set_visible (self->subtitle_box, label != NULL);
  gtk_widget_set_visible (self->subtitle_icon, lets_others_in);
  gtk_widget_set_tooltip_text (self->title_box, meaning);
  set_css_class (self->subtitle_box, "sv-others", lets_others_in);
}

/* From the welcome page to the stage, once there is something to see. */
static void
show_page (SvWindow *self)
{
  if (shows_stage (self) || !sv_lab_is_running (sv_session_get_lab (self->session)))
    return;

  sv_welcome_set_popover (SV_WELCOME (self->welcome), NULL);
  gtk_menu_button_set_popover (self->options_button, self->popover);
  gtk_widget_set_visible (GTK_WIDGET (self->options_button), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->client_button), TRUE);
  gtk_stack_set_visible_child (self->pages, self->stage);
  gtk_widget_child_focus (GTK_WIDGET (self->client_button), GTK_DIR_TAB_FORWARD);
}

static void
server_changed_cb (SvWindow *self)
{
  gboolean running = sv_lab_is_running (sv_session_get_lab (self->session));

  show_page (self);
  show_server_button (self);
  show_subtitle (self);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "spawn-clients")),
                               running);
}

static void
failure_cb (SvWindow *self, const char *sentence, const char *origin)
{
  if (g_strcmp0 (origin, "server") == 0)
    {
      sv_server_form_set_problem (self->form, sentence);
      /* The welcome page says it under its button. */
      if (!shows_stage (self))
        return;
    }
  /* The side pane says it where the table would be. */
  if (g_strcmp0 (origin, "monitor") != 0)
    sv_message_bar_show (self->message_bar, sentence);
}

/* The form is what a person wants, the lab what is: each follows the other. */
static void
form_switch_cb (SvWindow *self)
{
  SvLab *lab = sv_session_get_lab (self->session);
  gboolean hold_accept;
  gboolean echo;

  g_object_get (self->form, "hold-accept", &hold_accept, "echo", &echo, NULL);
  if (!sv_lab_is_running (lab))
    return;
  sv_lab_set_hold_accept (lab, hold_accept);
  sv_lab_set_echo (lab, echo);
}

static void
lab_switch_cb (SvWindow *self, GParamSpec *pspec, SvLab *lab)
{
  gboolean value;

  if (!sv_lab_is_running (lab))
    return;
  g_object_get (lab, pspec->name, &value, NULL);
  g_object_set (self->form, pspec->name, value, NULL);
}

/* Reduced motion is the desktop's choice. */
static void
animations_cb (SvWindow *self)
{
  sv_player_set_animated (sv_session_get_player (self->session), adw_get_enable_animations (GTK_WIDGET (self)));
}

static void
adapt (SvWindow *self, int width, int height)
{
  gboolean compact = width < COMPACT_BELOW;
  gboolean has_title = width >= NO_TITLE_BELOW;

  sv_split_view_adapt (self->split_view, width);
  sv_welcome_set_compact (SV_WELCOME (self->welcome), !has_title || height < NO_PICTURE_BELOW);
  gtk_widget_set_visible (self->title_box, has_title);
  /* The side pane has its own entry, and Ctrl+F stays. */
  gtk_widget_set_visible (self->search_button, has_title);
  /* A title in the very middle costs as much room at one side as at the other. */
  adw_header_bar_set_centering_policy (self->header_bar,
                                       has_title ? ADW_CENTERING_POLICY_STRICT : ADW_CENTERING_POLICY_LOOSE);
  if (compact == self->compact)
    return;
  self->compact = compact;
  sv_client_button_set_compact (self->client_button, compact);
  show_server_button (self);
  show_subtitle (self);
}

/* After GTK has laid out the window for a new size: what changes here is laid
 * out in the same frame. */
static void
surface_layout_cb (SvWindow *self)
{
  adapt (self, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));
}

static void
sv_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sv_window_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "layout", G_CALLBACK (surface_layout_cb),
                           widget, G_CONNECT_SWAPPED);
}

static void
save_size (SvWindow *self)
{
  int width;
  int height;

  if (self->settings == NULL)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", MAX (width, LEAST_WIDTH));
  g_settings_set_int (self->settings, "window-height", MAX (height, LEAST_HEIGHT));
  g_settings_set_boolean (self->settings, "maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_boolean (self->settings, "side-pane-visible", sv_split_view_get_pane_beside (self->split_view));
  g_settings_set_int (self->settings, "side-pane-width", MAX (sv_split_view_get_pane_width (self->split_view), 200));
}

static void
restore_size (SvWindow *self)
{
  int width = DEFAULT_WIDTH;
  int height = DEFAULT_HEIGHT;

  if (self->settings != NULL)
    {
      width = g_settings_get_int (self->settings, "window-width");
      height = g_settings_get_int (self->settings, "window-height");
      sv_split_view_set_pane_width (self->split_view, g_settings_get_int (self->settings, "side-pane-width"));
      sv_split_view_set_show_pane (self->split_view, g_settings_get_boolean (self->settings, "side-pane-visible"));
      if (g_settings_get_boolean (self->settings, "maximized"))
        gtk_window_maximize (GTK_WINDOW (self));
    }
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
}

/* A window that is set narrow before it is shown must not ask for the room of
 * a wide one. */
static void
default_width_cb (SvWindow *self)
{
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) && width > 0)
    adapt (self, width, height);
}

static gboolean
sv_window_close_request (GtkWindow *window)
{
  SvWindow *self = SV_WINDOW (window);

  save_size (self);
  sv_server_form_cancel (self->form);
  sv_session_stop (self->session);
  return GTK_WINDOW_CLASS (sv_window_parent_class)->close_request (window);
}

static void
sv_window_dispose (GObject *object)
{
  SvWindow *self = SV_WINDOW (object);

  if (self->session != NULL)
    sv_session_stop (self->session);
  g_clear_object (&self->popover);
  g_clear_object (&self->form);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sv_window_parent_class)->dispose (object);
  g_clear_object (&self->session);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SvWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, title_box);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, subtitle_box);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, subtitle_icon);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, server_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, options_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, client_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, message_bar);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, split_view);
}

static void
sv_window_class_init (SvWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_window_dispose;
  widget_class->realize = sv_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = sv_window_close_request;

  g_type_ensure (SV_TYPE_CLIENT_BUTTON);
  g_type_ensure (SV_TYPE_MESSAGE_BAR);
  g_type_ensure (SV_TYPE_SPLIT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SockView/sv-window.ui");
  bind_children (widget_class);
  sv_window_actions_install (widget_class);
}

static void
sv_window_init (SvWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_size_request (GTK_WIDGET (self), LEAST_WIDTH, LEAST_HEIGHT);
}

static void
add_pages (SvWindow *self)
{
  self->pages = GTK_STACK (gtk_stack_new ());
  self->welcome = sv_welcome_new (self->form);
  self->stage = sv_stage_new (self->session);
  self->side_pane = sv_side_pane_new (self->session);
  gtk_stack_set_vhomogeneous (self->pages, FALSE);
  gtk_stack_set_hhomogeneous (self->pages, FALSE);
  gtk_stack_set_transition_type (self->pages, GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_stack_add_named (self->pages, self->welcome, "welcome");
  gtk_stack_add_named (self->pages, self->stage, "stage");
  sv_split_view_set_content (self->split_view, GTK_WIDGET (self->pages));
  sv_split_view_set_pane (self->split_view, self->side_pane);

  self->popover = g_object_ref_sink (sv_server_popover_new (self->session, self->form));
  sv_welcome_set_popover (SV_WELCOME (self->welcome), self->popover);
  gtk_widget_set_visible (GTK_WIDGET (self->client_button), FALSE);
}

static void
connect_session (SvWindow *self)
{
  SvLab *lab = sv_session_get_lab (self->session);

  g_signal_connect_object (lab, "notify::running", G_CALLBACK (server_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab, "notify::n-clients", G_CALLBACK (show_server_button), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab, "notify::hold-accept", G_CALLBACK (lab_switch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lab, "notify::echo", G_CALLBACK (lab_switch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::hold-accept", G_CALLBACK (form_switch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::echo", G_CALLBACK (form_switch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::resolving", G_CALLBACK (show_server_button), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "failure", G_CALLBACK (failure_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (self)), "notify::gtk-enable-animations",
                           G_CALLBACK (animations_cb), self, G_CONNECT_SWAPPED);
  animations_cb (self);
}

/**
 * sv_window_new:
 * @settings: (nullable): what is remembered from one start to the next
 */
GtkWidget *
sv_window_new (AdwApplication *application, GSettings *settings)
{
  SvWindow *self;

  g_return_val_if_fail (ADW_IS_APPLICATION (application), NULL);

  self = g_object_new (SV_TYPE_WINDOW, "application", application, NULL);
  g_set_object (&self->settings, settings);
  self->session = sv_session_new ();
  self->form = sv_server_form_new (settings);
  add_pages (self);
  sv_window_actions_add (self);
  connect_session (self);
  g_signal_connect (self, "notify::default-width", G_CALLBACK (default_width_cb), NULL);
  if (settings != NULL)
    {
      g_settings_bind (settings, "client-count", self->client_button, "count", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "speed", sv_session_get_player (self->session), "speed", G_SETTINGS_BIND_DEFAULT);
    }
  restore_size (self);
  server_changed_cb (self);
  gtk_widget_grab_focus (sv_welcome_get_start_button (SV_WELCOME (self->welcome)));
  sv_session_start (self->session);
  return GTK_WIDGET (self);
}

SvSession *
sv_window_get_session (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->session;
}

SvServerForm *
sv_window_get_form (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->form;
}

SvSplitView *
sv_window_get_split_view (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->split_view;
}

GtkWidget *
sv_window_get_side_pane (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->side_pane;
}

GtkWidget *
sv_window_get_stage (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->stage;
}

SvClientButton *
sv_window_get_client_button (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->client_button;
}

SvMessageBar *
sv_window_get_message_bar (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->message_bar;
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SvWindow) self = data;
  g_autoptr (GError) error = NULL;
  SvServerOptions options;

  if (!sv_server_form_prepare_finish (SV_SERVER_FORM (source), result, &options, &error))
    {
      /* The form says it itself, where it is seen. */
      if (shows_stage (self) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        sv_message_bar_show (self->message_bar, error->message);
      return;
    }
  sv_message_bar_hide (self->message_bar);
  sv_session_start_server (self->session, &options);
}

/**
 * sv_window_toggle_server:
 *
 * Starts the server with the form's options, stops it, or gives up looking up
 * its name, whichever can be done now.
 */
void
sv_window_toggle_server (SvWindow *self)
{
  SvLab *lab;

  g_return_if_fail (SV_IS_WINDOW (self));

  lab = sv_session_get_lab (self->session);
  if (sv_lab_is_running (lab))
    sv_lab_stop_server (lab);
  else if (sv_server_form_is_resolving (self->form))
    sv_server_form_cancel (self->form);
  else
    sv_server_form_prepare (self->form, prepared_cb, g_object_ref (self));
}

void
sv_window_show_message (SvWindow *self, const char *sentence)
{
  g_return_if_fail (SV_IS_WINDOW (self));

  sv_message_bar_show (self->message_bar, sentence);
}

/**
 * sv_window_show_toast:
 * @text: a small confirmation: "Copied 12 rows"
 */
void
sv_window_show_toast (SvWindow *self, const char *text)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (SV_IS_WINDOW (self));

  escaped = g_markup_escape_text (text, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}
