/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-server-panel.h"

#include "sv-card-header.h"
#include "sv-end-actions.h"
#include "sv-explain.h"
#include "sv-machine-header.h"
#include "sv-queue-view.h"
#include "sv-shell-button.h"
#include "sv-socket-card.h"
#include "sv-socket-list.h"
#include "sv-split.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <unistd.h>

/* Other programs' servers that are told of; the table has all. */
#define MAX_OTHERS 3

struct _SvServerPanel
{
  GtkWidget parent_instance;

  SvSession *session;
  GtkWidget *content;
  GtkWidget *box;
  GtkWidget *listener;
  GtkWidget *open_note;
  GtkWidget *syn_queue;
  GtkWidget *accept_queue;
  GtkWidget *controls;
  GtkWidget *hold;
  GtkWidget *accept_one;
  GtkWidget *buffer_note; /* UDP: what waits in its one socket */
  GtkWidget *others;      /* who else listens on the server machine */
  GtkWidget *list;
  gboolean in_handshake;
};

G_DEFINE_FINAL_TYPE (SvServerPanel, sv_server_panel, GTK_TYPE_WIDGET)

static void
accept_one_cb (SvServerPanel *self)
{
  g_autoptr (GError) error = NULL;

  if (!sv_lab_accept_one (sv_session_get_lab (self->session), &error))
    sv_session_report (self->session, "server", error);
}

/* What it is called in the row: "udp", or the name in the UNIX domain. */
static char *
describe_listener (SvServerPanel *self, const SvPlanSocket *listener, const char *address)
{
  SvMachineId machine = sv_session_get_machine_id (self->session, SV_SIDE_SERVER);
  const SvSocketRow *row = sv_row_table_lookup (sv_moment_get_table (sv_session_get_moment (self->session), machine),
                                                listener->row_key);

  if (listener->protocol == IPPROTO_UDP)
    return g_strdup_printf ("udp %s", address);
  if (listener->protocol == 0)
    return g_strdup (row != NULL && row->unix_row.path != NULL ? row->unix_row.path : "unix");
  return g_strdup (address);
}

/* UDP has no queue of connections, but one of datagrams, counted as the memory that they take. */
static void
update_buffer (SvServerPanel *self, SvMachinesPlan *plan)
{
  gboolean shown = plan->has_listener && plan->listener.protocol == IPPROTO_UDP;
  g_autofree char *text = plan->listener.recv_q > 0
                            ? g_strdup_printf (_("Unread datagrams take %u bytes of memory (Recv-Q)"),
                                               plan->listener.recv_q)
                            : g_strdup (_("No unread datagram (Recv-Q 0)"));

  gtk_widget_set_visible (self->buffer_note, shown);
  gtk_label_set_text (GTK_LABEL (self->buffer_note), text);
}

static void
update_listener (SvServerPanel *self, SvMachinesPlan *plan)
{
  const SvPlanSocket *listener = &plan->listener;
  g_autofree char *address = NULL, *whole = NULL, *detail = NULL, *port = NULL, *sentence = NULL;
  gboolean open = FALSE;

  if (!plan->has_listener)
    {
      const SvCardFace none = { .title = C_("stage", "server"), .detail = C_("stage", "not listening") };

      sv_socket_card_set_face (SV_SOCKET_CARD (self->listener), &none);
      gtk_widget_set_visible (self->open_note, FALSE);
      return;
    }
  address = sv_endpoint_to_string (&listener->local);
  whole = describe_listener (self, listener, address);
  detail = listener->fd >= 0 ? g_strdup_printf ("fd %d %s", listener->fd, whole) : g_strdup (whole);
  if (listener->protocol == 0)
    port = g_strdup_printf ("fd %d unix", listener->fd);
  else
    port = listener->fd >= 0 ? g_strdup_printf ("fd %d :%u", listener->fd, listener->local.port)
                             : g_strdup_printf (":%u", listener->local.port);
  if (listener->protocol != 0)
    sentence = sv_explain_bind (sv_session_get_machine_id (self->session, SV_SIDE_SERVER), &listener->local, &open);
  const SvCardFace face = { .title = C_("stage", "server"), .detail = detail, .short_detail = port,
                            .state = listener->protocol != IPPROTO_UDP ? listener->state : SV_TCP_NONE };
  sv_socket_card_set_face (SV_SOCKET_CARD (self->listener), &face);
  /* Before bind() it has no address, which lets nobody in. */
  gtk_widget_set_visible (self->open_note, open && listener->local.port != 0);
  gtk_widget_set_tooltip_text (self->open_note, sentence);
}

static guint
list_connections (GArray *sockets, guint *connections)
{
  guint n = 0;

  for (guint i = 0; i < sockets->len && n < SV_QUEUE_MAX_PLACES; i++)
    connections[n++] = g_array_index (sockets, SvPlanSocket, i).connection;
  return n;
}

/* On loopback a handshake is over before the kernel can be asked: the lifeline then shows a SYN_RECV that was worked
 * out, and an empty queue beside it would be false. */
static gboolean
is_in_handshake (SvServerPanel *self)
{
  SvPlayer *player = sv_session_get_player (self->session);
  SvTimeline *timeline = sv_player_get_timeline (player);
  double position = sv_player_get_position (player);

  if (timeline == NULL || sv_session_is_live (self->session))
    return FALSE;
  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    {
      const SvStateSpan *span = sv_timeline_get_span (timeline, i);

      if (span->side == SV_SIDE_SERVER && span->state == SV_TCP_SYN_RECV && span->reconstructed
          && span->start <= position && position < span->end)
        return TRUE;
    }
  return FALSE;
}

static void
update_queues (SvServerPanel *self, SvMachinesPlan *plan)
{
  guint connections[SV_QUEUE_MAX_PLACES], n, places = plan->backlog > 0 ? plan->backlog + 1 : 0;
  gboolean reconstructed = self->in_handshake = is_in_handshake (self);
  guint handshaking = plan->handshaking->len, all = handshaking + (reconstructed ? 1 : 0);
  g_autofree char *seen = g_strdup_printf (ngettext ("SYN queue: %u handshake not finished",
                                                     "SYN queue: %u handshakes not finished", all), all);
  /* Translators: what is not observed but worked out */
  g_autofree char *syn = reconstructed ? g_strdup_printf (_("%s (one is reconstructed)"), seen) : g_strdup (seen);
  g_autofree char *accept = g_strdup_printf (ngettext ("Accept queue: %u connection waits for accept()",
                                                       "Accept queue: %u connections wait for accept()",
                                                       plan->accept_queue), plan->accept_queue);
  g_autofree char *limit = places > 0 ? g_strdup_printf (_("%s; the backlog is %u, and the kernel lets one more wait"),
                                                         accept, plan->backlog)
                                      : g_strdup (accept);
  gboolean shown = plan->has_listener && sv_recording_get_n_connections (sv_session_get_recording (self->session)) > 0;

  n = list_connections (plan->handshaking, connections);
  sv_queue_view_set (SV_QUEUE_VIEW (self->syn_queue), handshaking, 0, connections, n, syn);
  sv_queue_view_set_reconstructed (SV_QUEUE_VIEW (self->syn_queue), reconstructed);
  /* A place has a connection's colour only where its place is known. */
  n = plan->order_known ? list_connections (plan->waiting, connections) : 0;
  sv_queue_view_set (SV_QUEUE_VIEW (self->accept_queue), plan->accept_queue, places, connections, n, limit);
  gtk_widget_set_tooltip_text (self->syn_queue, syn);
  gtk_widget_set_tooltip_text (self->accept_queue, limit);
  gtk_widget_set_visible (self->syn_queue, shown && plan->listener.protocol == IPPROTO_TCP);
  gtk_widget_set_visible (self->accept_queue, shown && plan->listener.protocol != IPPROTO_UDP);
}

/* A server that the learner runs by hand, in a shell on the server machine. */
static char *
describe_other (SvServerPanel *self, const SvPlanSocket *socket)
{
  g_autofree char *address = sv_endpoint_to_string (&socket->local);
  SvOwner owner;

  if (!sv_monitor_get_owner (sv_session_get_monitor (self->session, SV_SIDE_SERVER), socket->inode, &owner))
    return g_strdup_printf (C_("server", "Another program listens on %s"), address);

  g_autofree char *name = g_utf8_make_valid (owner.name, -1);
  /* Translators: a program's name, the number of its process, an address */
  return g_strdup_printf (C_("server", "“%s” (process %d) listens on %s"), name, owner.pid, address);
}

static void
update_others (SvServerPanel *self, SvMachinesPlan *plan)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (plan->listeners->len, MAX_OTHERS); i++)
    {
      g_autofree char *line = describe_other (self, &g_array_index (plan->listeners, SvPlanSocket, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
    }
  gtk_widget_set_visible (self->others, plan->listeners->len > 0);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->others)), text->str) != 0)
    gtk_label_set_text (GTK_LABEL (self->others), text->str);
}

static void
update (SvServerPanel *self)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);

  update_listener (self, plan);
  update_queues (self, plan);
  update_buffer (self, plan);
  update_others (self, plan);
  gtk_widget_set_sensitive (self->accept_one,
                            sv_session_is_live (self->session) ? plan->accept_queue > 0
                                                                   || (plan->listener.protocol == IPPROTO_UDP
                                                                       && plan->listener.recv_q > 0)
                                                               : TRUE);
}

/* The lifeline's state goes with the position; the moment need not change. */
static void
position_cb (SvServerPanel *self)
{
  if (is_in_handshake (self) != self->in_handshake)
    update (self);
}

static void
running_cb (SvServerPanel *self)
{
  gboolean udp = sv_lab_get_options (sv_session_get_lab (self->session))->kind == SV_KIND_UDP;

  gtk_check_button_set_label (GTK_CHECK_BUTTON (self->hold),
                              udp ? C_("server", "Hold recvfrom") : C_("server", "Hold accept"));
  gtk_widget_set_tooltip_text (self->hold, udp ? _("Do not call recvfrom(): datagrams wait in the socket's buffer")
                                               : _("Do not call accept(): connections wait in the accept queue"));
  gtk_button_set_label (GTK_BUTTON (self->accept_one),
                        udp ? C_("server", "Receive one") : C_("server", "Accept one"));
  gtk_widget_set_tooltip_text (self->accept_one, udp ? _("Call recvfrom() once") : _("Call accept() once"));
  gtk_widget_set_visible (self->controls, sv_lab_is_running (sv_session_get_lab (self->session)));
}

static void
sv_server_panel_dispose (GObject *object)
{
  SvServerPanel *self = SV_SERVER_PANEL (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_server_panel_parent_class)->dispose (object);
}

static void
sv_server_panel_class_init (SvServerPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_server_panel_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "stagecard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_server_panel_init (SvServerPanel *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "sv-card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "sv-padded");
}

static GtkWidget *
create_check (GObject *lab, const char *property, const char *label, const char *tooltip)
{
  GtkWidget *check = gtk_check_button_new_with_label (label);

  gtk_widget_set_tooltip_text (check, tooltip);
  g_object_bind_property (lab, property, check, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  return check;
}

static GtkWidget *
create_controls (SvServerPanel *self)
{
  GObject *lab = G_OBJECT (sv_session_get_lab (self->session));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *hold = create_check (lab, "hold-accept", C_("server", "Hold accept"),
                                  _("Do not call accept(): connections wait in the accept queue"));
  GtkWidget *echo = create_check (lab, "echo", C_("server", "Echo"), _("Send back what is received"));

  self->hold = hold;
  self->accept_one = gtk_button_new_with_label (C_("server", "Accept one"));
  gtk_widget_set_tooltip_text (self->accept_one, _("Call accept() once"));
  gtk_widget_add_css_class (self->accept_one, "sv-small");
  g_object_bind_property (lab, "hold-accept", self->accept_one, "visible", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->accept_one, "clicked", G_CALLBACK (accept_one_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), sv_split_new (hold, echo, 0, 6));
  gtk_box_append (GTK_BOX (box), self->accept_one);
  return box;
}

static GtkWidget *
create_open_note (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = sv_card_subtitle_new (_("Other computers can connect"));

  gtk_widget_remove_css_class (label, "dim-label");
  gtk_widget_add_css_class (box, "warning");
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static void
append_children (SvServerPanel *self, GtkWidget *actions)
{
  gboolean here = sv_session_get_network (self->session) == NULL;
  g_autofree char *process = g_strdup_printf (_("of SockView, process %d"), (int) getpid ());
  GtkWidget *rows[] = {
    sv_machine_header_new (self->session, SV_SIDE_SERVER, here ? sv_card_subtitle_new (process) : NULL, NULL),
    self->listener, self->open_note, self->others, self->buffer_note, self->syn_queue, self->accept_queue,
    self->controls, self->list, actions,
  };

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_box_append (GTK_BOX (self->box), rows[i]);
  if (sv_session_get_network (self->session) != NULL)
    gtk_box_append (GTK_BOX (self->box), sv_shell_button_new (sv_session_get_network (self->session), SV_SIDE_SERVER));
  self->content = sv_card_content_new (self->box);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
}

GtkWidget *
sv_server_panel_new (SvSession *session)
{
  SvServerPanel *self = g_object_new (SV_TYPE_SERVER_PANEL, NULL);
  GtkWidget *actions = sv_end_actions_new (session, SV_SIDE_SERVER);

  self->session = g_object_ref (session);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sv_machine_header_get_title (session, SV_SIDE_SERVER), -1);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "end", sv_end_actions_get_group (SV_END_ACTIONS (actions)));
  self->listener = sv_socket_card_new ();
  self->open_note = create_open_note ();
  self->buffer_note = sv_card_subtitle_new ("");
  self->others = sv_card_subtitle_new ("");
  self->syn_queue = sv_queue_view_new (C_("server", "SYN queue"));
  self->accept_queue = sv_queue_view_new (C_("server", "Accept queue"));
  self->controls = create_controls (self);
  self->list = sv_socket_list_new (session, SV_SIDE_SERVER, C_("stage", "Accepted sockets"));
  gtk_widget_set_vexpand (self->list, TRUE);
  append_children (self, actions);

  g_signal_connect_object (session, "moment-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sv_session_get_player (session), "notify::position", G_CALLBACK (position_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sv_session_get_lab (session), "notify::running", G_CALLBACK (running_cb), self,
                           G_CONNECT_SWAPPED);
  update (self);
  running_cb (self);
  return GTK_WIDGET (self);
}

/**
 * sv_server_panel_get_slots:
 *
 * Returns: (transfer none): the list of accepted sockets inside
 */
SvSlotList *
sv_server_panel_get_slots (SvServerPanel *self)
{
  g_return_val_if_fail (SV_IS_SERVER_PANEL (self), NULL);

  return sv_socket_list_get_slots (SV_SOCKET_LIST (self->list));
}
