/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-mode-switch.h"

#include "sv-mode.h"

#include <glib/gi18n-lib.h>

#define ACTION "win.mode"

struct _SvModeSwitch
{
  AdwBin parent_instance;

  GtkWidget *buttons;
  GtkWidget *menu_button;
  GtkLabel *menu_label;
};

G_DEFINE_FINAL_TYPE (SvModeSwitch, sv_mode_switch, ADW_TYPE_BIN)

static const char *
get_label (SvMode mode)
{
  return mode == SV_MODE_TWO_MACHINES ? C_("mode", "Two Machines") : C_("mode", "This Computer");
}

/* A header bar that could not get narrow would keep its window from it, and the
 * menu from coming. */
static void
let_shrink (GtkLabel *label)
{
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (label, 3);
}

static GtkWidget *
create_button (SvMode mode)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (get_label (mode));

  let_shrink (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), ACTION);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", sv_mode_get_name (mode));
  gtk_widget_set_tooltip_text (button, mode == SV_MODE_TWO_MACHINES
                                         ? _("Server and clients on two machines of their own, joined by a slow wire")
                                         : _("Server and clients on this computer"));
  return button;
}

/* The menu's button says which mode it is: what the pressed one of the two says. */
static void
toggled_cb (SvModeSwitch *self, GtkToggleButton *button)
{
  g_autofree char *name = NULL;
  const char *label = gtk_button_get_label (GTK_BUTTON (button));

  if (!gtk_toggle_button_get_active (button))
    return;
  gtk_label_set_label (self->menu_label, label);
  /* Translators: %s is “This Computer” or “Two Machines” */
  name = g_strdup_printf (C_("mode", "Where it runs: %s"), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GMenuModel *
create_menu (void)
{
  GMenu *menu = g_menu_new ();

  for (int mode = 0; mode < SV_N_MODES; mode++)
    {
      g_autofree char *action = g_strdup_printf ("%s::%s", ACTION, sv_mode_get_name ((SvMode) mode));

      g_menu_append (menu, get_label ((SvMode) mode), action);
    }
  return G_MENU_MODEL (menu);
}

static void
sv_mode_switch_class_init (SvModeSwitchClass *klass)
{
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "mode-switch");
}

static void
sv_mode_switch_init (SvModeSwitch *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autoptr (GMenuModel) menu = create_menu ();

  self->buttons = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  gtk_widget_add_css_class (self->buttons, "linked");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  C_("mode", "Where it runs"), -1);
  self->menu_button = gtk_menu_button_new ();
  self->menu_label = GTK_LABEL (gtk_label_new (get_label (SV_MODE_THIS_COMPUTER)));
  let_shrink (self->menu_label);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->menu_button), GTK_WIDGET (self->menu_label));
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->menu_button), TRUE);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), menu);
  gtk_widget_add_css_class (self->menu_button, "flat");
  gtk_widget_set_visible (self->menu_button, FALSE);
  for (int mode = 0; mode < SV_N_MODES; mode++)
    {
      GtkWidget *button = create_button ((SvMode) mode);

      gtk_widget_add_css_class (button, "raised");
      g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (self->buttons), button);
    }
  gtk_box_append (GTK_BOX (box), self->buttons);
  gtk_box_append (GTK_BOX (box), self->menu_button);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
sv_mode_switch_new (void)
{
  return g_object_new (SV_TYPE_MODE_SWITCH, NULL);
}

/**
 * sv_mode_switch_get_full_width:
 *
 * Returns: in pixels: what it wants as two buttons, also while it is one
 */
int
sv_mode_switch_get_full_width (SvModeSwitch *self)
{
  int width = 0;

  g_return_val_if_fail (SV_IS_MODE_SWITCH (self), 0);

  for (GtkWidget *button = gtk_widget_get_first_child (self->buttons); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    {
      int natural;

      gtk_widget_measure (button, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      width += natural;
    }
  return width;
}

/**
 * sv_mode_switch_set_compact:
 * @compact: whether there is room for one button only
 */
void
sv_mode_switch_set_compact (SvModeSwitch *self, gboolean compact)
{
  g_return_if_fail (SV_IS_MODE_SWITCH (self));

  gtk_widget_set_visible (self->buttons, !compact);
  gtk_widget_set_visible (self->menu_button, compact);
}
