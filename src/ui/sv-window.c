/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-window.h"

#include <glib/gi18n-lib.h>

#include "sv-lesson-guide.h"
#include "sv-mode-switch.h"
#include "sv-explain.h"
#include "sv-side-pane.h"
#include "sv-window-actions.h"
#include "sv-window-network.h"

#define DEFAULT_WIDTH 1280
#define DEFAULT_HEIGHT 720
#define LEAST_WIDTH 360
#define LEAST_HEIGHT 294

/* Below these widths, in pixels, the header bar's buttons are icons, and the
 * switch has no room; below this height the welcome page's picture has none. */
#define COMPACT_BELOW 760
#define NO_SWITCH_BELOW 520
#define NO_PICTURE_BELOW 520

struct _SvWindow
{
  AdwApplicationWindow parent_instance;

  GSettings *settings;                /* NULL: nothing is remembered */
  SvWorkplace *workplaces[SV_N_MODES]; /* NULL before it is first switched to */
  SvWorkplace *workplace;             /* unowned: the one that is shown */
  GtkStack *places;                   /* the contents of all */
  GtkStack *panes;                    /* and their tables */
  SvNetworkActions *network_actions;
  SvLessonGuide *lessons;
  gboolean nat;                       /* of the next network */
  gboolean compact;
  gboolean small;                     /* no room for pictures */
  guint restore_source;

  AdwToastOverlay *toasts;
  AdwHeaderBar *header_bar;
  SvModeSwitch *mode_switch;
  GtkWidget *search_button;
  GtkWidget *pane_button;
  GtkWidget *server_box;
  GtkButton *server_button;
  GtkMenuButton *options_button;
  SvClientButton *client_button;
  SvLessonButton *lesson_button;
  GtkBox *message_box;
  SvSplitView *split_view;
};

G_DEFINE_FINAL_TYPE (SvWindow, sv_window, ADW_TYPE_APPLICATION_WINDOW)

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

/* Where the server really listens: port 0 became one of the kernel's choice. */
static void
show_where (SvWindow *self)
{
  SvLab *lab = sv_session_get_lab (sv_workplace_get_session (self->workplace));
  g_autofree char *where = NULL, *meaning = NULL, *tooltip = NULL;
  SvEndpoint endpoint;

  if (!sv_lab_get_listener_endpoint (lab, &endpoint))
    return;
  where = sv_endpoint_to_string (&endpoint);
  meaning = sv_explain_bind (sv_machine_get_id (sv_lab_get_machine (lab, SV_SIDE_SERVER)), &endpoint, NULL);
  /* Translators: an address and port, and who can connect to it */
  tooltip = g_strdup_printf (_("Stop the server on %s. %s"), where, meaning);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->server_button), tooltip);
}

static void
show_server_button (SvWindow *self)
{
  SvLab *lab = sv_session_get_lab (sv_workplace_get_session (self->workplace));
  gboolean begun = sv_workplace_has_begun (self->workplace);
  gboolean running = sv_lab_is_running (lab);
  guint n_clients = 0;

  if (sv_workplace_is_over (self->workplace))
    set_face (self->server_button, "view-refresh-symbolic", _("Start Again"), self->compact);
  else if (running)
    set_face (self->server_button, "media-playback-stop-symbolic", _("Stop Server"), self->compact);
  else if (sv_server_form_is_resolving (sv_workplace_get_form (self->workplace)))
    set_face (self->server_button, "process-stop-symbolic", _("Cancel"), self->compact);
  else
    set_face (self->server_button, "media-playback-start-symbolic", _("Start Server"), self->compact);
  show_where (self);

  /* One thing to do next: the welcome page's own button, then clients. */
  g_object_get (lab, "n-clients", &n_clients, NULL);
  set_css_class (GTK_WIDGET (self->server_button), "suggested-action", begun && !running);
  sv_client_button_set_suggested (self->client_button, running && n_clients == 0);
  if (lab != NULL)
    sv_client_button_show_kind (self->client_button, sv_lab_get_options (lab)->kind, sv_lab_get_manner (lab));
}

/* What the header bar says about the workplace shown, and what it can do there. */
static void
show_header (SvWindow *self)
{
  SvSession *session = sv_workplace_get_session (self->workplace);
  gboolean available = session != NULL;
  gboolean begun = sv_workplace_has_begun (self->workplace);
  GAction *spawn = g_action_map_lookup_action (G_ACTION_MAP (self), "spawn-clients");

  gtk_widget_set_visible (self->server_box, available);
  gtk_widget_set_visible (GTK_WIDGET (self->client_button), begun);
  gtk_widget_set_visible (GTK_WIDGET (self->options_button), begun && !sv_workplace_is_over (self->workplace));
  gtk_widget_set_visible (self->search_button, available && gtk_widget_get_visible (GTK_WIDGET (self->mode_switch)));
  gtk_widget_set_visible (self->pane_button, available);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (spawn), available && sv_lab_is_running (sv_session_get_lab (session)));
  if (available)
    show_server_button (self);
}

static void
changed_cb (SvWindow *self, SvWorkplace *workplace)
{
  if (workplace == self->workplace)
    show_header (self);
}

static void
began_cb (SvWindow *self, SvWorkplace *workplace)
{
  if (workplace != self->workplace)
    return;
  gtk_menu_button_set_popover (self->options_button, sv_workplace_get_popover (workplace));
  show_header (self);
  gtk_widget_child_focus (GTK_WIDGET (self->client_button), GTK_DIR_TAB_FORWARD);
}

/* ---- Workplaces. */

/* Its message bar is seen only with it. */
static GtkWidget *
create_message_holder (SvWorkplace *workplace)
{
  GtkWidget *holder = adw_bin_new ();

  adw_bin_set_child (ADW_BIN (holder), GTK_WIDGET (sv_workplace_get_message_bar (workplace)));
  return holder;
}

static GtkWidget *
get_message_holder (SvWorkplace *workplace)
{
  return gtk_widget_get_parent (GTK_WIDGET (sv_workplace_get_message_bar (workplace)));
}

/* @workplace is taken. */
static void
install (SvWindow *self, SvWorkplace *workplace)
{
  self->workplaces[sv_workplace_get_mode (workplace)] = workplace;
  gtk_stack_add_child (self->places, sv_workplace_get_content (workplace));
  if (sv_workplace_is_available (workplace))
    gtk_stack_add_child (self->panes, sv_workplace_get_side_pane (workplace));
  gtk_box_append (self->message_box, create_message_holder (workplace));
  sv_workplace_set_compact (workplace, self->small);
  g_signal_connect_object (workplace, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workplace, "began", G_CALLBACK (began_cb), self, G_CONNECT_SWAPPED);
}

static void
remove_workplace (SvWindow *self, SvMode mode)
{
  g_autoptr (SvWorkplace) workplace = g_steal_pointer (&self->workplaces[mode]);

  if (workplace == NULL)
    return;
  g_signal_handlers_disconnect_by_data (workplace, self);
  sv_workplace_close (workplace);
  if (self->workplace == workplace)
    {
      gtk_menu_button_set_popover (self->options_button, NULL);
      sv_window_actions_follow (self, NULL);
      self->workplace = NULL;
    }
  gtk_stack_remove (self->places, sv_workplace_get_content (workplace));
  if (sv_workplace_is_available (workplace))
    gtk_stack_remove (self->panes, sv_workplace_get_side_pane (workplace));
  gtk_box_remove (self->message_box, get_message_holder (workplace));
}

static void
show_workplace (SvWindow *self, SvMode mode)
{
  SvWorkplace *workplace = self->workplaces[mode];
  gboolean available = sv_workplace_is_available (workplace);

  self->workplace = workplace;
  gtk_stack_set_visible_child (self->places, sv_workplace_get_content (workplace));
  if (available)
    gtk_stack_set_visible_child (self->panes, sv_workplace_get_side_pane (workplace));
  sv_split_view_set_pane (self->split_view, available ? GTK_WIDGET (self->panes) : NULL);
  if (available)
    sv_split_view_set_least_width (self->split_view, sv_side_pane_get_least_width (
                                                       SV_SIDE_PANE (sv_workplace_get_side_pane (workplace))));
  for (int i = 0; i < SV_N_MODES; i++)
    if (self->workplaces[i] != NULL)
      gtk_widget_set_visible (get_message_holder (self->workplaces[i]), (SvMode) i == mode);
  gtk_menu_button_set_popover (self->options_button, sv_workplace_has_begun (workplace)
                                                       ? sv_workplace_get_popover (workplace)
                                                       : NULL);
  sv_window_actions_follow (self, workplace);
  if (self->lessons != NULL)
    sv_lesson_guide_follow (self->lessons);
  show_header (self);
}

static void
ensure_workplace (SvWindow *self, SvMode mode)
{
  if (self->workplaces[mode] == NULL)
    install (self, mode == SV_MODE_TWO_MACHINES ? sv_workplace_new_for_two_machines (self->nat, self->settings)
                                                : sv_workplace_new (self->settings));
}

static int
measure_width (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* What else is in the header bar comes and goes, and is as wide as its language. */
static void
adapt_switch (SvWindow *self, int width)
{
  int others = measure_width (GTK_WIDGET (self->header_bar)) - measure_width (GTK_WIDGET (self->mode_switch));

  sv_mode_switch_set_compact (self->mode_switch, others + sv_mode_switch_get_full_width (self->mode_switch) > width);
}

static void
adapt (SvWindow *self, int width, int height)
{
  gboolean compact = width < COMPACT_BELOW;
  gboolean has_switch = width >= NO_SWITCH_BELOW;
  gboolean small = !has_switch || height < NO_PICTURE_BELOW;

  sv_split_view_adapt (self->split_view, width);
  if (small != self->small)
    for (int i = 0; i < SV_N_MODES; i++)
      if (self->workplaces[i] != NULL)
        sv_workplace_set_compact (self->workplaces[i], small);
  self->small = small;
  /* The main menu has it, too. */
  gtk_widget_set_visible (GTK_WIDGET (self->mode_switch), has_switch);
  /* The side pane has its own entry, and Ctrl+F stays. */
  gtk_widget_set_visible (self->search_button, has_switch && sv_workplace_is_available (self->workplace));
  if (compact != self->compact)
    {
      self->compact = compact;
      sv_client_button_set_compact (self->client_button, compact);
      sv_lesson_button_set_compact (self->lesson_button, compact);
      show_header (self);
    }
  adapt_switch (self, width);
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
  g_clear_handle_id (&self->restore_source, g_source_remove);
  for (int i = 0; i < SV_N_MODES; i++)
    if (self->workplaces[i] != NULL)
      sv_workplace_close (self->workplaces[i]);
  return GTK_WINDOW_CLASS (sv_window_parent_class)->close_request (window);
}

static void
sv_window_dispose (GObject *object)
{
  SvWindow *self = SV_WINDOW (object);

  g_clear_handle_id (&self->restore_source, g_source_remove);
  for (int i = 0; i < SV_N_MODES; i++)
    if (self->workplaces[i] != NULL)
      {
        g_signal_handlers_disconnect_by_data (self->workplaces[i], self);
        sv_workplace_close (self->workplaces[i]);
      }
  g_clear_object (&self->panes);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sv_window_parent_class)->dispose (object);
  self->workplace = NULL;
  g_clear_object (&self->network_actions);
  g_clear_object (&self->lessons);
  for (int i = 0; i < SV_N_MODES; i++)
    g_clear_object (&self->workplaces[i]);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SvWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, mode_switch);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, pane_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, server_box);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, server_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, options_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, client_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, lesson_button);
  gtk_widget_class_bind_template_child (widget_class, SvWindow, message_box);
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
  g_type_ensure (SV_TYPE_LESSON_BUTTON);
  g_type_ensure (SV_TYPE_MODE_SWITCH);
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

/* Not homogeneous: what is not seen needs no room. */
static GtkStack *
create_stack (void)
{
  GtkStack *stack = GTK_STACK (gtk_stack_new ());

  gtk_stack_set_vhomogeneous (stack, FALSE);
  gtk_stack_set_hhomogeneous (stack, FALSE);
  return stack;
}

/* Only where it can be had: a start is no place for bad news. The window is there already. */
static gboolean
restore_mode_cb (gpointer data)
{
  SvWindow *self = data;
  g_autofree char *name = g_settings_get_string (self->settings, "mode");
  SvMode mode;

  self->restore_source = 0;
  if (!sv_mode_find (name, &mode) || mode == sv_window_get_mode (self))
    return G_SOURCE_REMOVE;
  ensure_workplace (self, mode);
  if (sv_workplace_is_available (self->workplaces[mode]))
    sv_window_set_mode (self, mode);
  else
    remove_workplace (self, mode);
  return G_SOURCE_REMOVE;
}

/* Whatever page is shown, the lesson's card stands above it. */
static GtkWidget *
create_lesson_place (SvWindow *self, gboolean remember)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->lessons = sv_lesson_guide_new (self, self->lesson_button, remember);
  gtk_box_append (GTK_BOX (box), sv_lesson_guide_get_card (self->lessons));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->places));
  gtk_widget_set_vexpand (GTK_WIDGET (self->places), TRUE);
  return box;
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
  self->places = create_stack ();
  self->panes = g_object_ref_sink (create_stack ());
  gtk_stack_set_transition_type (self->places, GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  sv_split_view_set_content (self->split_view, create_lesson_place (self, settings != NULL));
  sv_window_actions_add (self);
  self->network_actions = sv_network_actions_new (G_ACTION_MAP (self), settings);
  sv_window_network_add (self, self->network_actions);
  ensure_workplace (self, SV_MODE_THIS_COMPUTER);
  show_workplace (self, SV_MODE_THIS_COMPUTER);
  g_signal_connect (self, "notify::default-width", G_CALLBACK (default_width_cb), NULL);
  if (settings != NULL)
    {
      g_settings_bind (settings, "client-count", self->client_button, "count", G_SETTINGS_BIND_DEFAULT);
      self->restore_source = g_idle_add_full (G_PRIORITY_LOW, restore_mode_cb, self, NULL);
    }
  restore_size (self);
  gtk_widget_grab_focus (sv_workplace_get_start_button (self->workplace));
  return GTK_WIDGET (self);
}

/**
 * sv_window_set_mode:
 *
 * Shows the workplace of that mode. Two machines are made when they are first
 * wanted; where they can't be had, a page says why. What runs in the other mode
 * goes on.
 */
void
sv_window_set_mode (SvWindow *self, SvMode mode)
{
  g_return_if_fail (SV_IS_WINDOW (self));
  g_return_if_fail (mode < SV_N_MODES);

  /* A person's choice, or the start options': not what was remembered. */
  g_clear_handle_id (&self->restore_source, g_source_remove);
  ensure_workplace (self, mode);
  if (self->workplace != self->workplaces[mode])
    show_workplace (self, mode);
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "mode", sv_mode_get_name (mode));
}

SvMode
sv_window_get_mode (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), SV_MODE_THIS_COMPUTER);

  return sv_workplace_get_mode (self->workplace);
}

static void
copy_property (GObject *from, GObject *to, const char *name)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (from, name, &value);
  g_object_set_property (to, name, &value);
}

/* What a person has chosen for the server is for the next one, too. */
static void
copy_form (SvServerForm *from, SvServerForm *to)
{
  static const char *const NAMES[] = { "address", "port", "backlog", "echo", "hold-accept" };

  for (guint i = 0; from != NULL && to != NULL && i < G_N_ELEMENTS (NAMES); i++)
    copy_property (G_OBJECT (from), G_OBJECT (to), NAMES[i]);
}

/**
 * sv_window_renew_network:
 * @nat: whether routers translate addresses
 *
 * Ends the two machines, if there are any, and shows new ones in their place.
 */
void
sv_window_renew_network (SvWindow *self, gboolean nat)
{
  g_autoptr (SvServerForm) form = NULL;

  g_return_if_fail (SV_IS_WINDOW (self));

  if (self->workplaces[SV_MODE_TWO_MACHINES] != NULL)
    g_set_object (&form, sv_workplace_get_form (self->workplaces[SV_MODE_TWO_MACHINES]));
  self->nat = nat;
  /* Something is shown at any time, though nobody needs to see it. */
  gtk_stack_set_transition_type (self->places, GTK_STACK_TRANSITION_TYPE_NONE);
  show_workplace (self, SV_MODE_THIS_COMPUTER);
  remove_workplace (self, SV_MODE_TWO_MACHINES);
  sv_window_set_mode (self, SV_MODE_TWO_MACHINES);
  gtk_stack_set_transition_type (self->places, GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  copy_form (form, sv_workplace_get_form (self->workplace));
  if (sv_workplace_is_available (self->workplace))
    gtk_widget_grab_focus (sv_workplace_get_start_button (self->workplace));
}

gboolean
sv_window_get_nat (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), FALSE);

  return self->nat;
}

/**
 * sv_window_get_workplace:
 *
 * Returns: (transfer none): the one that is shown
 */
SvWorkplace *
sv_window_get_workplace (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->workplace;
}

/**
 * sv_window_get_session:
 *
 * Returns: (transfer none) (nullable): of the workplace that is shown, and so
 *   form, side pane and stage; %NULL where two machines are wanted and can't be had
 */
SvSession *
sv_window_get_session (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return sv_workplace_get_session (self->workplace);
}

SvServerForm *
sv_window_get_form (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return sv_workplace_get_form (self->workplace);
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

  return sv_workplace_get_side_pane (self->workplace);
}

GtkWidget *
sv_window_get_stage (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return sv_workplace_get_stage (self->workplace);
}

SvClientButton *
sv_window_get_client_button (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->client_button;
}

/* (transfer none): what a lesson points at when it speaks of the server's button */
GtkWidget *
sv_window_get_server_box (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->server_box;
}

/**
 * sv_window_get_lessons:
 *
 * Returns: (transfer none): the #SvLessonGuide
 */
gpointer
sv_window_get_lessons (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->lessons;
}

SvNetworkActions *
sv_window_get_network_actions (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->network_actions;
}

SvMessageBar *
sv_window_get_message_bar (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return sv_workplace_get_message_bar (self->workplace);
}

/**
 * sv_window_toggle_server:
 *
 * Starts the server, stops it, or gives up looking up its name; where the
 * machines are no more, makes new ones.
 */
void
sv_window_toggle_server (SvWindow *self)
{
  g_return_if_fail (SV_IS_WINDOW (self));

  if (!sv_workplace_is_available (self->workplace) || sv_workplace_is_over (self->workplace))
    sv_window_renew_network (self, self->nat);
  else
    sv_workplace_toggle_server (self->workplace);
}

void
sv_window_show_message (SvWindow *self, const char *sentence)
{
  g_return_if_fail (SV_IS_WINDOW (self));

  sv_message_bar_show (sv_workplace_get_message_bar (self->workplace), sentence);
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

/**
 * sv_window_get_settings:
 *
 * Returns: (transfer none) (nullable): what is remembered from one start to the next
 */
GSettings *
sv_window_get_settings (SvWindow *self)
{
  g_return_val_if_fail (SV_IS_WINDOW (self), NULL);

  return self->settings;
}
