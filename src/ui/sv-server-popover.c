/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-server-popover.h"

#include <glib/gi18n-lib.h>

struct _SvServerPopover
{
  GtkPopover parent_instance;

  SvSession *session;
  SvServerForm *form;
  GPtrArray *addresses; /* as text, one for each choice but "Other" */
  gboolean choosing;    /* the choice is being set from the form, or the other way */

  GtkWidget *address_list;
  AdwComboRow *kind_row;
  GtkWidget *path_row;
  GtkWidget *v6_only_row;
  GtkSwitch *v6_only_switch;
  GtkWidget *port_row;
  GtkWidget *backlog_row;
  AdwComboRow *address_row;
  GtkEditable *other_row;
  GtkSpinner *spinner;
  GtkWidget *meaning_box;
  GtkWidget *meaning_icon;
  GtkLabel *meaning_label;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
  GtkWidget *number_list;
  GtkSpinButton *port_spin;
  GtkSpinButton *backlog_spin;
  GtkSwitch *echo_switch;
  GtkSwitch *hold_switch;
  GtkWidget *running_label;
};

G_DEFINE_FINAL_TYPE (SvServerPopover, sv_server_popover, GTK_TYPE_POPOVER)

static char *
describe_address (SvMachineId machine, const SvEndpoint *endpoint, const char *address)
{
  if (sv_endpoint_is_loopback (endpoint) && machine == SV_MACHINE_THIS)
    return g_strdup_printf (_("%s, only this computer"), address);
  if (sv_endpoint_is_loopback (endpoint))
    return g_strdup_printf (_("%s, only the server machine itself"), address);
  if (sv_endpoint_is_any (endpoint) && endpoint->family == G_SOCKET_FAMILY_IPV4)
    return g_strdup_printf (_("%s, all IPv4 addresses"), address);
  if (sv_endpoint_is_any (endpoint))
    return g_strdup_printf (_("%s, all IPv6 and IPv4 addresses"), address);
  return g_strdup_printf (_("%s, this address only"), address);
}

/* The row's own list cuts its texts after 20 characters. */
static void
choice_setup_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
choice_bind_cb (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkStringObject *choice = GTK_STRING_OBJECT (gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), gtk_string_object_get_string (choice));
}

static void
set_list_factory (SvServerPopover *self, AdwComboRow *row)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (choice_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (choice_bind_cb), NULL);
  adw_combo_row_set_list_factory (row, factory);
}

static void
fill_addresses (SvServerPopover *self)
{
  g_autoptr (GArray) endpoints = sv_machine_list_addresses (sv_session_get_machine (self->session, SV_SIDE_SERVER));
  g_autoptr (GtkStringList) choices = gtk_string_list_new (NULL);

  g_ptr_array_set_size (self->addresses, 0);
  for (guint i = 0; i < endpoints->len; i++)
    {
      const SvEndpoint *endpoint = &g_array_index (endpoints, SvEndpoint, i);
      char *address = sv_endpoint_address_to_string (endpoint);

      g_ptr_array_add (self->addresses, address);
      gtk_string_list_take (choices, describe_address (sv_server_form_get_machine (self->form), endpoint, address));
    }
  gtk_string_list_append (choices, _("Other…"));
  adw_combo_row_set_model (self->address_row, G_LIST_MODEL (choices));
}

/* The form's address among the choices, or "Other". */
static void
show_address (SvServerPopover *self)
{
  const char *address = sv_server_form_get_address (self->form);
  guint index = 0;

  if (self->choosing)
    return;
  self->choosing = TRUE;
  if (!g_ptr_array_find_with_equal_func (self->addresses, address, g_str_equal, &index))
    index = self->addresses->len;
  adw_combo_row_set_selected (self->address_row, index);
  gtk_widget_set_visible (GTK_WIDGET (self->other_row), index == self->addresses->len);
  if (g_strcmp0 (gtk_editable_get_text (self->other_row), address) != 0)
    gtk_editable_set_text (self->other_row, address);
  self->choosing = FALSE;
}

static void
fill_kinds (SvServerPopover *self)
{
  const char *const KINDS[] = { _("TCP: a connection, a stream of bytes"), _("UDP: datagrams, each for itself"),
                                _("UNIX domain: within this computer"), NULL };
  g_autoptr (GtkStringList) kinds = gtk_string_list_new (KINDS);

  /* The UNIX domain joins no two machines. */
  if (sv_server_form_get_machine (self->form) != SV_MACHINE_THIS)
    gtk_string_list_remove (kinds, SV_KIND_UNIX);
  adw_combo_row_set_model (self->kind_row, G_LIST_MODEL (kinds));
}

/* Only what the kind has is asked for. */
static void
show_kind (SvServerPopover *self)
{
  guint index = adw_combo_row_get_selected (self->address_row);
  SvEndpoint bind;
  guint kind;

  g_object_get (self->form, "kind", &kind, NULL);
  if (adw_combo_row_get_selected (self->kind_row) != kind)
    adw_combo_row_set_selected (self->kind_row, kind);
  gtk_widget_set_visible (self->path_row, kind == SV_KIND_UNIX);
  gtk_widget_set_visible (GTK_WIDGET (self->address_row), kind != SV_KIND_UNIX);
  gtk_widget_set_visible (GTK_WIDGET (self->other_row), kind != SV_KIND_UNIX && index >= self->addresses->len);
  gtk_widget_set_visible (self->v6_only_row, kind != SV_KIND_UNIX && sv_server_form_peek_bind (self->form, &bind)
                                                 && bind.family == G_SOCKET_FAMILY_IPV6
                                                 && sv_endpoint_is_any (&bind));
  gtk_widget_set_visible (self->port_row, kind != SV_KIND_UNIX);
  gtk_widget_set_visible (self->backlog_row, kind != SV_KIND_UDP);
}

static void
kind_selected_cb (SvServerPopover *self)
{
  guint kind = adw_combo_row_get_selected (self->kind_row);

  if (kind <= SV_KIND_UNIX)
    g_object_set (self->form, "kind", kind, NULL);
}

static void
show_meaning (SvServerPopover *self)
{
  gboolean lets_others_in;
  g_autofree char *sentence = sv_server_form_explain_bind (self->form, &lets_others_in);

  gtk_label_set_label (self->meaning_label, sentence);
  gtk_widget_set_visible (self->meaning_icon, lets_others_in);
  if (lets_others_in)
    gtk_widget_add_css_class (self->meaning_box, "sv-warning");
  else
    gtk_widget_remove_css_class (self->meaning_box, "sv-warning");
}

static void
address_selected_cb (SvServerPopover *self)
{
  guint index = adw_combo_row_get_selected (self->address_row);

  if (self->choosing || index == GTK_INVALID_LIST_POSITION)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->other_row), index >= self->addresses->len);
  if (index < self->addresses->len)
    g_object_set (self->form, "address", g_ptr_array_index (self->addresses, index), NULL);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->other_row));
}

/* What is typed counts at once, so that Start uses it; a name is looked up
 * when it is complete. */
static void
other_changed_cb (SvServerPopover *self)
{
  if (self->choosing)
    return;
  self->choosing = TRUE;
  g_object_set (self->form, "address", gtk_editable_get_text (self->other_row), NULL);
  self->choosing = FALSE;
}

static void
other_apply_cb (SvServerPopover *self)
{
  sv_server_form_prepare (self->form, NULL, NULL);
}

static void
form_address_cb (SvServerPopover *self)
{
  show_address (self);
  show_kind (self);
  show_meaning (self);
}

static void
form_problem_cb (SvServerPopover *self)
{
  const char *problem = sv_server_form_get_problem (self->form);

  gtk_label_set_label (self->problem_label, problem != NULL ? problem : "");
  gtk_widget_set_visible (self->problem_box, problem != NULL);
  gtk_widget_set_visible (self->meaning_box, problem == NULL);
}

static void
lab_running_cb (SvServerPopover *self)
{
  gboolean running = sv_lab_is_running (sv_session_get_lab (self->session));

  gtk_widget_set_sensitive (self->address_list, !running);
  gtk_widget_set_sensitive (self->number_list, !running);
  gtk_widget_set_visible (self->running_label, running);
}

/* Interfaces come and go. */
static void
show_cb (SvServerPopover *self)
{
  self->choosing = TRUE;
  fill_addresses (self);
  self->choosing = FALSE;
  form_address_cb (self);
}

static void
sv_server_popover_dispose (GObject *object)
{
  SvServerPopover *self = SV_SERVER_POPOVER (object);

  g_clear_object (&self->form);
  g_clear_object (&self->session);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  G_OBJECT_CLASS (sv_server_popover_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, address_list);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, kind_row);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, path_row);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, v6_only_row);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, v6_only_switch);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, port_row);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, backlog_row);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, address_row);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, other_row);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, spinner);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, meaning_box);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, meaning_icon);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, meaning_label);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, problem_box);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, problem_label);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, number_list);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, port_spin);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, backlog_spin);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, echo_switch);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, hold_switch);
  gtk_widget_class_bind_template_child (widget_class, SvServerPopover, running_label);
}

static void
sv_server_popover_class_init (SvServerPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_server_popover_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SockView/sv-server-popover.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, other_apply_cb);
}

static void
sv_server_popover_init (SvServerPopover *self)
{
  self->addresses = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
bind_form (SvServerPopover *self)
{
  GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  g_object_bind_property (self->form, "port", self->port_spin, "value", both);
  g_object_bind_property (self->form, "backlog", self->backlog_spin, "value", both);
  g_object_bind_property (self->form, "v6-only", self->v6_only_switch, "active", both);
  g_object_bind_property (self->form, "path", self->path_row, "text", both);
  g_object_bind_property (self->form, "echo", self->echo_switch, "active", both);
  g_object_bind_property (self->form, "hold-accept", self->hold_switch, "active", both);
  g_object_bind_property (self->form, "resolving", self->spinner, "spinning", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->form, "notify::address", G_CALLBACK (form_address_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::kind", G_CALLBACK (form_address_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::v6-only", G_CALLBACK (form_address_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "notify::problem", G_CALLBACK (form_problem_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
sv_server_popover_new (SvSession *session, SvServerForm *form)
{
  SvServerPopover *self;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);
  g_return_val_if_fail (SV_IS_SERVER_FORM (form), NULL);

  self = g_object_new (SV_TYPE_SERVER_POPOVER, NULL);
  self->session = g_object_ref (session);
  self->form = g_object_ref (form);
  set_list_factory (self, self->address_row);
  set_list_factory (self, self->kind_row);
  fill_kinds (self);
  bind_form (self);
  g_signal_connect_swapped (self, "show", G_CALLBACK (show_cb), self);
  g_signal_connect_swapped (self->address_row, "notify::selected", G_CALLBACK (address_selected_cb), self);
  g_signal_connect_swapped (self->kind_row, "notify::selected", G_CALLBACK (kind_selected_cb), self);
  g_signal_connect_swapped (self->other_row, "changed", G_CALLBACK (other_changed_cb), self);
  g_signal_connect_object (sv_session_get_lab (session), "notify::running", G_CALLBACK (lab_running_cb), self,
                           G_CONNECT_SWAPPED);
  show_cb (self);
  form_problem_cb (self);
  lab_running_cb (self);
  return GTK_WIDGET (self);
}
