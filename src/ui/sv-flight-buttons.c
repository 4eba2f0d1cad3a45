/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-flight-buttons.h"

#include <glib/gi18n-lib.h>

struct _SvFlightButtons
{
  GtkWidget parent_instance;

  SvWire *wire;
  GtkWidget *buttons[SV_N_FLIGHT_DEEDS];
  guint64 id;   /* of the packet on the wire, 0 for none */
  char *name;   /* what it is called */
  gboolean held;
};

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvFlightButtons, sv_flight_buttons, GTK_TYPE_WIDGET)

static void
sv_flight_buttons_dispose (GObject *object)
{
  SvFlightButtons *self = SV_FLIGHT_BUTTONS (object);

  for (guint i = 0; i < SV_N_FLIGHT_DEEDS; i++)
    g_clear_pointer (&self->buttons[i], gtk_widget_unparent);
  g_clear_pointer (&self->name, g_free);
  g_clear_object (&self->wire);
  G_OBJECT_CLASS (sv_flight_buttons_parent_class)->dispose (object);
}

static void
sv_flight_buttons_class_init (SvFlightButtonsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_flight_buttons_dispose;
  signals[DONE] = g_signal_new ("done", SV_TYPE_FLIGHT_BUTTONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "flight");
}

static void
clicked_cb (SvFlightButtons *self, GtkWidget *button)
{
  for (guint i = 0; i < SV_N_FLIGHT_DEEDS; i++)
    if (self->buttons[i] == button)
      sv_flight_buttons_do (self, (SvFlightDeed) i);
}

static void
sv_flight_buttons_init (SvFlightButtons *self)
{
  const char *const labels[] = { C_("packet", "Hold"), C_("packet", "Deliver"), C_("packet", "Drop") };
  const char *const tips[] = { _("Let it stand where it is (H)"), _("It arrives at once (D)"),
                               _("It is lost: the kernel will send it again (X)") };

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
  for (guint i = 0; i < SV_N_FLIGHT_DEEDS; i++)
    {
      self->buttons[i] = gtk_button_new_with_label (labels[i]);
      gtk_widget_set_tooltip_text (self->buttons[i], tips[i]);
      gtk_widget_set_parent (self->buttons[i], GTK_WIDGET (self));
      g_signal_connect_object (self->buttons[i], "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
    }
  gtk_widget_add_css_class (self->buttons[SV_FLIGHT_DROP], "sv-drop");
}

GtkWidget *
sv_flight_buttons_new (SvWire *wire)
{
  SvFlightButtons *self = g_object_new (SV_TYPE_FLIGHT_BUTTONS, NULL);

  self->wire = g_object_ref (wire);
  return GTK_WIDGET (self);
}

static char *
name_deed (SvFlightDeed deed, const char *packet)
{
  switch (deed)
    {
    case SV_FLIGHT_HOLD:
      /* Translators: a packet: "SYN" */
      return g_strdup_printf (_("Hold %s"), packet);
    case SV_FLIGHT_DELIVER:
      return g_strdup_printf (_("Deliver %s"), packet);
    case SV_FLIGHT_DROP:
    case SV_N_FLIGHT_DEEDS:
    default:
      return g_strdup_printf (_("Drop %s"), packet);
    }
}

/**
 * sv_flight_buttons_set_flight:
 * @id: of a packet on the wire, 0 for none
 * @name: (nullable): what it is called: "SYN"
 * @held: whether it stands already
 */
void
sv_flight_buttons_set_flight (SvFlightButtons *self, guint64 id, const char *name, gboolean held)
{
  g_return_if_fail (SV_IS_FLIGHT_BUTTONS (self));

  if (self->id == id && self->held == held && g_strcmp0 (self->name, name) == 0)
    return;
  self->id = id;
  self->held = held;
  g_free (self->name);
  self->name = g_strdup (name);
  gtk_widget_set_visible (self->buttons[SV_FLIGHT_HOLD], !held);
  for (guint i = 0; i < SV_N_FLIGHT_DEEDS && name != NULL; i++)
    {
      g_autofree char *label = name_deed ((SvFlightDeed) i, name);

      gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    }
}

/**
 * sv_flight_buttons_do:
 *
 * Returns: whether its packet was still on the wire
 */
gboolean
sv_flight_buttons_do (SvFlightButtons *self, SvFlightDeed deed)
{
  guint64 id;
  gboolean found;

  g_return_val_if_fail (SV_IS_FLIGHT_BUTTONS (self), FALSE);

  id = self->id;
  if (id == 0)
    return FALSE;
  if (deed == SV_FLIGHT_HOLD)
    found = sv_wire_hold (self->wire, id, sv_clock_now ());
  else
    found = deed == SV_FLIGHT_DELIVER ? sv_wire_deliver (self->wire, id) : sv_wire_drop (self->wire, id);
  g_signal_emit (self, signals[DONE], 0);
  return found;
}

/**
 * sv_flight_buttons_get_button:
 *
 * Returns: (transfer none)
 */
GtkWidget *
sv_flight_buttons_get_button (SvFlightButtons *self, SvFlightDeed deed)
{
  g_return_val_if_fail (SV_IS_FLIGHT_BUTTONS (self) && deed < SV_N_FLIGHT_DEEDS, NULL);

  return self->buttons[deed];
}
