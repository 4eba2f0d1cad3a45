/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-client-list.h"

#include "sv-card-header.h"
#include "sv-end-actions.h"
#include "sv-machine-header.h"
#include "sv-shell-button.h"
#include "sv-socket-list.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <unistd.h>

struct _SvClientList
{
  GtkWidget parent_instance;

  SvSession *session;
  GtkWidget *content;
  GtkWidget *box;
  GtkWidget *subtitle;
  GtkWidget *close_all;
  GtkWidget *list;
  GtkWidget *empty;
};

G_DEFINE_FINAL_TYPE (SvClientList, sv_client_list, GTK_TYPE_WIDGET)

static GArray *
get_clients (SvClientList *self)
{
  return sv_session_get_plan (self->session)->clients;
}

/* The plan changes while clients close, so their connections are noted first. */
static void
close_all_cb (SvClientList *self)
{
  SvLab *lab = sv_session_get_lab (self->session);
  GArray *clients = get_clients (self);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < clients->len; i++)
    g_array_append_val (open, g_array_index (clients, SvPlanSocket, i).connection);
  for (guint i = 0; i < open->len && error == NULL; i++)
    if (sv_lab_has_end (lab, g_array_index (open, guint, i), SV_SIDE_CLIENT))
      sv_lab_close (lab, g_array_index (open, guint, i), SV_SIDE_CLIENT, &error);
  if (error != NULL)
    sv_session_report (self->session, "connection", error);
}

static void
count (GArray *clients, guint *ours, guint *foreign)
{
  *ours = *foreign = 0;
  for (guint i = 0; i < clients->len; i++)
    {
      const SvPlanSocket *client = &g_array_index (clients, SvPlanSocket, i);

      if (client->foreign)
        (*foreign)++;
      else if (client->fd >= 0)
        (*ours)++;
    }
}

/* By which address a client gets there. */
static void
reach (SvClientList *self, SvEndpoint *server)
{
  SvNetwork *network = sv_session_get_network (self->session);
  guint16 port = server->port;

  if (network != NULL)
    *server = *sv_network_get_server_address (network, server->family);
  else if (sv_endpoint_is_any (server))
    *server = sv_endpoint_loopback (server->family, port);
  server->port = port;
}

/* The same for UDP and the UNIX domain. */
static void
show_empty_other (SvClientList *self, const SvPlanSocket *listener)
{
  const SvServerOptions *options = sv_lab_get_options (sv_session_get_lab (self->session));
  g_autofree char *command = NULL, *address = NULL, *text = NULL;
  SvEndpoint server = listener->local;

  if (listener->protocol == IPPROTO_UDP)
    {
      reach (self, &server);
      address = sv_endpoint_address_to_string (&server);
      command = g_strdup_printf ("nc -u %s %u", address, server.port);
    }
  else
    command = g_strdup_printf ("nc -U %s", options->path);
  text = g_strdup_printf (listener->protocol == IPPROTO_UDP
                            ? _("No client yet. Add one, and let it send: there is no connection to see before. Or type "
                                "“%s” in a terminal.")
                            : _("No client yet. Add one to see it connect, or type “%s” in a terminal."),
                          command);
  gtk_label_set_text (GTK_LABEL (self->empty), text);
}

/* What to do, with what is to be typed: it stays on one line. */
static void
show_empty (SvClientList *self)
{
  const SvPlanSocket *listener = &sv_session_get_plan (self->session)->listener;
  SvEndpoint server = listener->local;
  g_autofree char *address = NULL, *joined = NULL, *text = NULL;
  g_auto (GStrv) parts = NULL;

  if (listener->protocol != IPPROTO_TCP && sv_session_get_plan (self->session)->has_listener)
    {
      show_empty_other (self, listener);
      return;
    }
  if (!sv_session_get_plan (self->session)->has_listener || server.port == 0)
    {
      gtk_label_set_text (GTK_LABEL (self->empty), _("No client yet."));
      return;
    }
  reach (self, &server);
  address = sv_endpoint_address_to_string (&server);
  /* A line may break after a colon, unless a WORD JOINER follows. */
  parts = g_strsplit (address, ":", -1);
  joined = g_strjoinv (":⁠", parts);
  /* Translators: a command, with the address and the port; between its words are no-break spaces */
  text = g_strdup_printf (sv_session_get_network (self->session) == NULL
                            ? _("No client yet. Add one to see it connect, or type “nc %s %u” in a terminal.")
                            : _("No client yet. Add one to see it connect, or type “nc %s %u” in a shell of this machine."),
                          joined, server.port);
  gtk_label_set_text (GTK_LABEL (self->empty), text);
}

static void
update (SvClientList *self)
{
  GArray *clients = get_clients (self);
  g_autofree char *subtitle = NULL;
  guint ours, foreign;

  count (clients, &ours, &foreign);
  if (foreign > 0 && ours == 0)
    subtitle = g_strdup (_("of other processes"));
  else if (foreign > 0)
    subtitle = g_strdup_printf (_("of SockView, process %d, and others"), (int) getpid ());
  else
    subtitle = g_strdup_printf (_("of SockView, process %d"), (int) getpid ());
  gtk_label_set_text (GTK_LABEL (self->subtitle), subtitle);
  /* The head of a machine's card has more important things to say. */
  gtk_widget_set_visible (self->subtitle, foreign > 0 || sv_session_get_network (self->session) == NULL);
  gtk_widget_set_visible (self->close_all, ours > 0);
  gtk_widget_set_visible (self->list, clients->len > 0);
  gtk_widget_set_visible (self->empty, clients->len == 0);
  if (clients->len == 0)
    show_empty (self);
}

static void
sv_client_list_dispose (GObject *object)
{
  SvClientList *self = SV_CLIENT_LIST (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_client_list_parent_class)->dispose (object);
}

static void
sv_client_list_class_init (SvClientListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_client_list_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "stagecard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_client_list_init (SvClientList *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "sv-card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "sv-padded");
}

static GtkWidget *
create_header (SvClientList *self)
{
  self->subtitle = sv_card_subtitle_new ("");
  self->close_all = gtk_button_new_from_icon_name ("edit-clear-all-symbolic");
  gtk_widget_add_css_class (self->close_all, "flat");
  gtk_widget_add_css_class (self->close_all, "sv-small");
  gtk_widget_set_valign (self->close_all, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->close_all, _("Close all clients"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->close_all), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Close all clients"), -1);
  g_signal_connect_object (self->close_all, "clicked", G_CALLBACK (close_all_cb), self, G_CONNECT_SWAPPED);
  return sv_machine_header_new (self->session, SV_SIDE_CLIENT, self->subtitle, self->close_all);
}

/**
 * sv_client_list_new:
 */
GtkWidget *
sv_client_list_new (SvSession *session)
{
  SvClientList *self = g_object_new (SV_TYPE_CLIENT_LIST, NULL);
  GtkWidget *actions = sv_end_actions_new (session, SV_SIDE_CLIENT);

  self->session = g_object_ref (session);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sv_machine_header_get_title (session, SV_SIDE_CLIENT), -1);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "end",
                                  sv_end_actions_get_group (SV_END_ACTIONS (actions)));
  self->list = sv_socket_list_new (session, SV_SIDE_CLIENT, C_("stage", "Clients"));
  gtk_widget_set_vexpand (self->list, TRUE);
  self->empty = sv_card_subtitle_new ("");
  gtk_widget_set_vexpand (self->empty, TRUE);
  gtk_label_set_yalign (GTK_LABEL (self->empty), 0);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (self->box), create_header (self));
  gtk_box_append (GTK_BOX (self->box), self->list);
  gtk_box_append (GTK_BOX (self->box), self->empty);
  gtk_box_append (GTK_BOX (self->box), actions);
  if (sv_session_get_network (session) != NULL)
    gtk_box_append (GTK_BOX (self->box), sv_shell_button_new (sv_session_get_network (session), SV_SIDE_CLIENT));
  self->content = sv_card_content_new (self->box);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * sv_client_list_get_slots:
 *
 * Returns: (transfer none): the list inside
 */
SvSlotList *
sv_client_list_get_slots (SvClientList *self)
{
  g_return_val_if_fail (SV_IS_CLIENT_LIST (self), NULL);

  return sv_socket_list_get_slots (SV_SOCKET_LIST (self->list));
}
