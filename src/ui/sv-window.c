/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-window-private.h"

#include "sv-window-actions.h"
#include "sv-window-network.h"

#define DEFAULT_WIDTH 1280
#define DEFAULT_HEIGHT 720
#define LEAST_WIDTH 360
#define LEAST_HEIGHT 294

G_DEFINE_FINAL_TYPE (SvWindow, sv_window, ADW_TYPE_APPLICATION_WINDOW)

/* After GTK has laid out the window for a new size: what changes here is laid
 * out in the same frame. */
static void
surface_layout_cb (SvWindow *self)
{
  sv_window_adapt (self, gtk_widget_get_width (GTK_WIDGET (self)), gtk_widget_get_height (GTK_WIDGET (self)));
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
    sv_window_adapt (self, width, height);
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
  sv_window_ensure_workplace (self, SV_MODE_THIS_COMPUTER);
  sv_window_show_workplace (self, SV_MODE_THIS_COMPUTER);
  g_signal_connect (self, "notify::default-width", G_CALLBACK (default_width_cb), NULL);
  if (settings != NULL)
    {
      g_settings_bind (settings, "client-count", self->client_button, "count", G_SETTINGS_BIND_DEFAULT);
      self->restore_source = g_idle_add_full (G_PRIORITY_LOW, sv_window_restore_mode_cb, self, NULL);
    }
  restore_size (self);
  gtk_widget_grab_focus (sv_workplace_get_start_button (self->workplace));
  return GTK_WIDGET (self);
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
