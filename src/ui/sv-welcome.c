/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-welcome.h"

#include <glib/gi18n-lib.h>

struct _SvWelcome
{
  AdwBin parent_instance;

  SvServerForm *form;

  GtkWidget *picture;
  GtkWidget *title;
  GtkLabel *lead;
  GtkWidget *start_button;
  GtkImage *start_icon;
  GtkLabel *start_label;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
  GtkWidget *where_box;
  GtkWidget *where_icon;
  GtkLabel *where_label;
  GtkMenuButton *change_button;
};

G_DEFINE_FINAL_TYPE (SvWelcome, sv_welcome, ADW_TYPE_BIN)

static void
show_start (SvWelcome *self)
{
  gboolean resolving = sv_server_form_is_resolving (self->form);
  guint port = sv_server_form_get_port (self->form);
  g_autofree char *label = NULL;

  if (resolving)
    label = g_strdup (_("Cancel"));
  else if (port == 0)
    label = g_strdup (_("Start on a free port"));
  else
    label = g_strdup_printf (_("Start on port %u"), port);
  gtk_label_set_label (self->start_label, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->start_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_image_set_from_icon_name (self->start_icon,
                                resolving ? "process-stop-symbolic" : "media-playback-start-symbolic");
}

static void
show_where (SvWelcome *self)
{
  const char *address = sv_server_form_get_address (self->form);
  g_autofree char *label = NULL;
  g_autofree char *meaning = NULL;
  gboolean lets_others_in;
  SvEndpoint bind;

  meaning = sv_server_form_explain_bind (self->form, &lets_others_in);
  if (sv_server_form_is_resolving (self->form))
    label = g_strdup_printf (_("Looking up “%s”"), address);
  else if (!sv_server_form_peek_bind (self->form, &bind))
    label = g_strdup (meaning);
  else if (sv_server_form_get_machine (self->form) != SV_MACHINE_THIS)
    label = g_strdup_printf (sv_endpoint_is_loopback (&bind) ? _("%s, only the server machine itself can connect")
                                                             : _("%s, the client machine can connect"), address);
  else if (lets_others_in)
    label = g_strdup_printf (_("%s, other computers can connect"), address);
  else
    label = g_strdup_printf (_("%s, only this computer can connect"), address);
  gtk_label_set_label (self->where_label, label);
  gtk_widget_set_tooltip_text (self->where_box, meaning);
  gtk_widget_set_visible (self->where_icon, lets_others_in);
  if (lets_others_in)
    gtk_widget_add_css_class (self->where_box, "sv-warning");
  else
    gtk_widget_remove_css_class (self->where_box, "sv-warning");
}

/* What this place is: said once, the server's machine does not change. */
static void
show_place (SvWelcome *self)
{
  if (sv_server_form_get_machine (self->form) == SV_MACHINE_THIS)
    return;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->picture), "sockview-machines-symbolic");
  gtk_label_set_label (GTK_LABEL (self->title), _("Two machines, one wire. Start the server."));
  gtk_label_set_label (self->lead, _("The kernel made two machines for you, each with a network of its own. Every packet "
                                     "between them is real, and takes its time: you see it fly."));
}

static void
form_changed_cb (SvWelcome *self)
{
  show_start (self);
  show_where (self);
}

static void
form_problem_cb (SvWelcome *self)
{
  const char *problem = sv_server_form_get_problem (self->form);

  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (self->problem_box, problem != NULL);
}

static void
sv_welcome_dispose (GObject *object)
{
  SvWelcome *self = SV_WELCOME (object);

  g_clear_object (&self->form);
  G_OBJECT_CLASS (sv_welcome_parent_class)->dispose (object);
}

static void
sv_welcome_class_init (SvWelcomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_welcome_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SockView/sv-welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, picture);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, title);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, lead);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, start_button);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, start_icon);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, start_label);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, problem_box);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, problem_label);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, where_box);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, where_icon);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, where_label);
  gtk_widget_class_bind_template_child (widget_class, SvWelcome, change_button);
}

static void
sv_welcome_init (SvWelcome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
sv_welcome_new (SvServerForm *form)
{
  SvWelcome *self;

  g_return_val_if_fail (SV_IS_SERVER_FORM (form), NULL);

  self = g_object_new (SV_TYPE_WELCOME, NULL);
  self->form = g_object_ref (form);
  show_place (self);
  g_signal_connect_object (form, "notify::address", G_CALLBACK (form_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "notify::port", G_CALLBACK (form_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "notify::resolving", G_CALLBACK (form_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "notify::problem", G_CALLBACK (form_problem_cb), self, G_CONNECT_SWAPPED);
  form_changed_cb (self);
  form_problem_cb (self);
  return GTK_WIDGET (self);
}

/**
 * sv_welcome_set_popover:
 * @popover: (nullable): the server's options, opened by "Change…"
 */
void
sv_welcome_set_popover (SvWelcome *self, GtkWidget *popover)
{
  g_return_if_fail (SV_IS_WELCOME (self));

  gtk_menu_button_set_popover (self->change_button, popover);
}

/**
 * sv_welcome_set_compact:
 * @compact: whether there is too little room for the picture
 */
void
sv_welcome_set_compact (SvWelcome *self, gboolean compact)
{
  g_return_if_fail (SV_IS_WELCOME (self));

  gtk_widget_set_visible (self->picture, !compact);
  gtk_widget_remove_css_class (self->title, compact ? "title-1" : "title-2");
  gtk_widget_add_css_class (self->title, compact ? "title-2" : "title-1");
}

GtkWidget *
sv_welcome_get_start_button (SvWelcome *self)
{
  g_return_val_if_fail (SV_IS_WELCOME (self), NULL);

  return self->start_button;
}
