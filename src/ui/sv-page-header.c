/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-page-header.h"

#include <glib/gi18n-lib.h>

struct _SvPageHeader
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *subtitle;
};

G_DEFINE_FINAL_TYPE (SvPageHeader, sv_page_header, GTK_TYPE_WIDGET)

static void
sv_page_header_dispose (GObject *object)
{
  g_clear_pointer (&SV_PAGE_HEADER (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (sv_page_header_parent_class)->dispose (object);
}

static void
sv_page_header_class_init (SvPageHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_page_header_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sv_page_header_init (SvPageHeader *self)
{
}

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/**
 * sv_page_header_new:
 * @title: translated
 *
 * Its button activates "win.leave-page".
 */
GtkWidget *
sv_page_header_new (const char *title)
{
  SvPageHeader *self = g_object_new (SV_TYPE_PAGE_HEADER, NULL);
  GtkWidget *back = gtk_button_new_from_icon_name ("go-previous-symbolic");
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (back), "win.leave-page");
  gtk_widget_set_tooltip_text (back, _("Back"));
  gtk_widget_add_css_class (back, "flat");
  gtk_widget_set_valign (back, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (back), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Back"), -1);
  self->subtitle = new_label ("", "caption");
  gtk_widget_add_css_class (self->subtitle, "dim-label");
  gtk_widget_set_visible (self->subtitle, FALSE);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), new_label (title, "heading"));
  gtk_box_append (GTK_BOX (texts), self->subtitle);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class (self->box, "sv-page-header");
  gtk_box_append (GTK_BOX (self->box), back);
  gtk_box_append (GTK_BOX (self->box), texts);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

void
sv_page_header_set_subtitle (SvPageHeader *self, const char *text)
{
  g_autofree char *isolated = NULL;

  g_return_if_fail (SV_IS_PAGE_HEADER (self));

  /* An address in a language from right to left: FIRST STRONG ISOLATE takes it as written. */
  isolated = g_strdup_printf ("\u2068%s\u2069", text);
  gtk_label_set_text (GTK_LABEL (self->subtitle), text[0] != '\0' ? isolated : "");
  gtk_widget_set_visible (self->subtitle, text[0] != '\0');
}

/**
 * sv_page_header_append:
 *
 * Puts a widget at the end of the line.
 */
void
sv_page_header_append (SvPageHeader *self, GtkWidget *widget)
{
  g_return_if_fail (SV_IS_PAGE_HEADER (self));

  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), widget);
}
