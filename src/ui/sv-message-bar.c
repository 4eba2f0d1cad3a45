/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-message-bar.h"

#include <glib/gi18n-lib.h>

struct _SvMessageBar
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkLabel *label;
  GtkWidget *button; /* of what can be done about it */
};

G_DEFINE_FINAL_TYPE (SvMessageBar, sv_message_bar, ADW_TYPE_BIN)

static void
sv_message_bar_class_init (SvMessageBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_css_name (widget_class, "message-bar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
sv_message_bar_init (SvMessageBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_wrap_mode (self->label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (self->label, GTK_NATURAL_WRAP_NONE);
  gtk_label_set_selectable (self->label, TRUE);
  gtk_widget_set_can_focus (GTK_WIDGET (self->label), FALSE);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_set_valign (close, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (close, _("Close This Message"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Close This Message"), -1);
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_add_css_class (box, "sv-message");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->button, FALSE);
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_box_append (GTK_BOX (box), close);
  g_signal_connect_object (close, "clicked", G_CALLBACK (sv_message_bar_hide), self, G_CONNECT_SWAPPED);

  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, box);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->revealer));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
sv_message_bar_new (void)
{
  return g_object_new (SV_TYPE_MESSAGE_BAR, NULL);
}

/**
 * sv_message_bar_show:
 * @sentence: what happened and what to do
 *
 * Shows @sentence in place of any before it.
 */
void
sv_message_bar_show (SvMessageBar *self, const char *sentence)
{
  sv_message_bar_show_action (self, sentence, NULL, NULL);
}

/**
 * sv_message_bar_show_action:
 * @label: (nullable): of a button beside the sentence, translated
 * @action: (nullable): what it activates, such as "win.start-again"
 */
void
sv_message_bar_show_action (SvMessageBar *self, const char *sentence, const char *label, const char *action)
{
  g_return_if_fail (SV_IS_MESSAGE_BAR (self));
  g_return_if_fail (sentence != NULL);

  /* An alert is read out when it appears, so a second sentence appears anew. */
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_label_set_label (self->label, sentence);
  gtk_widget_set_visible (self->button, label != NULL);
  if (label != NULL)
    gtk_button_set_label (GTK_BUTTON (self->button), label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

void
sv_message_bar_hide (SvMessageBar *self)
{
  g_return_if_fail (SV_IS_MESSAGE_BAR (self));

  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_label_set_label (self->label, "");
}

/**
 * sv_message_bar_get_sentence:
 *
 * Returns: (nullable): what is shown, %NULL if nothing is
 */
const char *
sv_message_bar_get_sentence (SvMessageBar *self)
{
  g_return_val_if_fail (SV_IS_MESSAGE_BAR (self), NULL);

  return gtk_revealer_get_reveal_child (self->revealer) ? gtk_label_get_label (self->label) : NULL;
}
