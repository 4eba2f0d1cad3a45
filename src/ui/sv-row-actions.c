/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-row-actions.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

struct _SvRowActions
{
  GtkWidget parent_instance;

  SvSession *session;
  GtkWidget *box;
  GtkWidget *connect;
  GtkWidget *skip;
};

G_DEFINE_FINAL_TYPE (SvRowActions, sv_row_actions, GTK_TYPE_WIDGET)

static void
sv_row_actions_dispose (GObject *object)
{
  SvRowActions *self = SV_ROW_ACTIONS (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_row_actions_parent_class)->dispose (object);
}

static void
sv_row_actions_class_init (SvRowActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_row_actions_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "rowactions");
}

static GtkWidget *
append_button (SvRowActions *self, const char *label, const char *action, GVariant *target, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (self->box), button);
  return button;
}

static void
sv_row_actions_init (SvRowActions *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->connect = append_button (self, C_ ("row", "Connect a Client to It"), "win.connect-to",
                                 g_variant_new ("(is)", 1, ""), _("One of SockView's clients connects to this server"));
  self->skip = append_button (self, C_ ("row", "Don't Wait 60 s"), "win.skip-time-wait",
                              g_variant_new_uint32 (0),
                              _("Ends TIME_WAIT now (SOCK_DESTROY). A kernel never does that by itself; the recording "
                                "says that it was you."));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * sv_row_actions_new:
 */
GtkWidget *
sv_row_actions_new (SvSession *session)
{
  SvRowActions *self = g_object_new (SV_TYPE_ROW_ACTIONS, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

static gboolean
is_own_listener (SvRowActions *self, const SvSocketRow *row)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);

  return plan->has_listener && plan->listener.row_key == row->key;
}

/* As the client machine reaches it: a server on all addresses, or on the machine's own. */
static gboolean
set_target (SvRowActions *self, SvNetwork *network, SvMachineId machine, const SvSocketRow *row)
{
  SvEndpoint local = sv_endpoint_unmapped (&row->local), target;
  const SvEndpoint *own = sv_virtual_machine_get_address (sv_network_get_machine (network, SV_SIDE_SERVER),
                                                          local.family);
  g_autofree char *text = NULL;

  if (machine != SV_MACHINE_SERVER || row->protocol != IPPROTO_TCP || row->state != SV_TCP_LISTEN
      || is_own_listener (self, row))
    return FALSE;
  target = *own;
  target.port = local.port;
  if (!sv_endpoint_is_any (&local) && !sv_endpoint_equal (&local, &target))
    return FALSE;
  target = *sv_network_get_server_address (network, local.family);
  target.port = local.port;
  text = sv_endpoint_to_string (&target);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->connect), "(is)", 1, text);
  return TRUE;
}

static gboolean
set_connection (SvRowActions *self, const SvSocketRow *row)
{
  guint connection = sv_recording_find_connection (sv_session_get_recording (self->session), row, NULL);

  if (connection == 0 || row->state != SV_TCP_TIME_WAIT)
    return FALSE;
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->skip), "u", connection);
  return TRUE;
}

/**
 * sv_row_actions_set_row:
 * @machine: whose row it is
 * @row: (nullable): %NULL if none is there now
 */
void
sv_row_actions_set_row (SvRowActions *self, SvMachineId machine, const SvSocketRow *row)
{
  SvNetwork *network;
  gboolean usable;

  g_return_if_fail (SV_IS_ROW_ACTIONS (self));

  network = sv_session_get_network (self->session);
  usable = row != NULL && network != NULL && sv_network_is_open (network) && sv_session_is_live (self->session);
  gtk_widget_set_visible (self->connect, usable && set_target (self, network, machine, row));
  gtk_widget_set_visible (self->skip, usable && set_connection (self, row));
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_visible (self->connect)
                                               || gtk_widget_get_visible (self->skip));
}
