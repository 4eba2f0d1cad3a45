/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workplaces of a window: one for each mode, made when it is wanted. */
#include "sv-config.h"

#include "sv-window-private.h"

#include "sv-side-pane.h"
#include "sv-window-actions.h"

static void
changed_cb (SvWindow *self, SvWorkplace *workplace)
{
  if (workplace == self->workplace)
    sv_window_show_header (self);
}

static void
began_cb (SvWindow *self, SvWorkplace *workplace)
{
  if (workplace != self->workplace)
    return;
  gtk_menu_button_set_popover (self->options_button, sv_workplace_get_popover (workplace));
  sv_window_show_header (self);
  gtk_widget_child_focus (GTK_WIDGET (self->client_button), GTK_DIR_TAB_FORWARD);
}

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

/* One that is not shown any more; @workplace is taken. */
static void
discard (SvWindow *self, SvWorkplace *workplace)
{
  g_signal_handlers_disconnect_by_data (workplace, self);
  sv_workplace_close (workplace);
  gtk_stack_remove (self->places, sv_workplace_get_content (workplace));
  if (sv_workplace_is_available (workplace))
    gtk_stack_remove (self->panes, sv_workplace_get_side_pane (workplace));
  gtk_box_remove (self->message_box, get_message_holder (workplace));
  g_object_unref (workplace);
}

/* The one of that mode, which is there. */
void
sv_window_show_workplace (SvWindow *self, SvMode mode)
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
  sv_window_show_header (self);
}

void
sv_window_ensure_workplace (SvWindow *self, SvMode mode)
{
  if (self->workplaces[mode] == NULL)
    install (self, mode == SV_MODE_TWO_MACHINES ? sv_workplace_new_for_two_machines (self->nat, self->settings)
                                                : sv_workplace_new (self->settings));
}

/* Only where it can be had: a start is no place for bad news. The window is there already. */
gboolean
sv_window_restore_mode_cb (gpointer data)
{
  SvWindow *self = data;
  g_autofree char *name = g_settings_get_string (self->settings, "mode");
  SvMode mode;

  self->restore_source = 0;
  if (!sv_mode_find (name, &mode) || mode == sv_window_get_mode (self))
    return G_SOURCE_REMOVE;
  sv_window_ensure_workplace (self, mode);
  if (sv_workplace_is_available (self->workplaces[mode]))
    sv_window_set_mode (self, mode);
  else
    discard (self, g_steal_pointer (&self->workplaces[mode]));
  return G_SOURCE_REMOVE;
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
  sv_window_ensure_workplace (self, mode);
  if (self->workplace != self->workplaces[mode])
    sv_window_show_workplace (self, mode);
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
  SvWorkplace *old;

  g_return_if_fail (SV_IS_WINDOW (self));

  self->nat = nat;
  old = g_steal_pointer (&self->workplaces[SV_MODE_TWO_MACHINES]);
  sv_window_set_mode (self, SV_MODE_TWO_MACHINES);
  if (old != NULL)
    {
      copy_form (sv_workplace_get_form (old), sv_workplace_get_form (self->workplace));
      discard (self, old);
    }
  if (sv_workplace_is_available (self->workplace))
    gtk_widget_grab_focus (sv_workplace_get_start_button (self->workplace));
}
