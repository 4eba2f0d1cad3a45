/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-row-menu.h"

#include <glib/gi18n-lib.h>

static void
closed_cb (GtkWidget *popover)
{
  /* An item that was chosen is activated after this. */
  g_idle_add_once ((GSourceOnceFunc) gtk_widget_unparent, popover);
}

static void
show (GtkWidget *table, const GdkRectangle *place)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *popover;

  g_menu_append (menu, _("_Look at This Row Closely"), "win.microscope");
  g_menu_append (menu, _("_Copy Table"), "win.copy-table");
  popover = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), place);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_widget_set_parent (popover, table);
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

static void
pressed_cb (GtkGesture *gesture, int n_press, double x, double y, gpointer data)
{
  SvSocketTable *table = SV_SOCKET_TABLE (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)));
  guint64 key = sv_socket_table_find_at (table, x, y);

  if (key == 0)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit_by_name (table, "row-chosen", key);
  show (GTK_WIDGET (table), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
}

/* By key, for the row that is chosen. */
static gboolean
menu_key_cb (GtkWidget *table, GVariant *unused, gpointer data)
{
  show (table, &(GdkRectangle) { gtk_widget_get_width (table) / 4, gtk_widget_get_height (table) / 3, 1, 1 });
  return TRUE;
}

static void
add_key (GtkEventController *controller, guint key, GdkModifierType modifiers)
{
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers),
                                                          gtk_callback_action_new (menu_key_cb, NULL, NULL)));
}

/**
 * sv_row_menu_attach:
 *
 * Gives each row of @table a menu, by the right mouse button, the menu key or
 * Shift+F10.
 */
void
sv_row_menu_attach (SvSocketTable *table)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  g_return_if_fail (SV_IS_SOCKET_TABLE (table));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), NULL);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (table), GTK_EVENT_CONTROLLER (click));
  add_key (keys, GDK_KEY_Menu, 0);
  add_key (keys, GDK_KEY_F10, GDK_SHIFT_MASK);
  gtk_widget_add_controller (GTK_WIDGET (table), keys);
}
