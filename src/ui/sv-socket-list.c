/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-socket-list.h"

#include "sv-end-actions.h"
#include "sv-socket-card.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

/* One card. */
#define MIN_HEIGHT 58

struct _SvSocketList
{
  GtkWidget parent_instance;

  SvSession *session;
  SvSide side;
  GtkWidget *list;
  GtkWidget *menu;
  guint shown; /* the chosen connection that was scrolled to */
};

G_DEFINE_FINAL_TYPE (SvSocketList, sv_socket_list, GTK_TYPE_WIDGET)

static GArray *
get_sockets (SvSocketList *self)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);

  return self->side == SV_SIDE_CLIENT ? plan->clients : plan->accepted;
}

static GtkWidget *
create_card (gpointer data)
{
  return sv_socket_card_new ();
}

/* Descriptor and port; and the address, unless @brief or it is this computer's loopback. */
static char *
describe_place (SvSocketList *self, const SvPlanSocket *socket, gboolean brief)
{
  const SvEndpoint *end = self->side == SV_SIDE_CLIENT ? &socket->local : &socket->peer;
  g_autofree char *port = NULL;

  if (end->family == 0)
    port = g_strdup ("");
  else if (socket->protocol == 0)
    port = sv_endpoint_to_string (end);
  else if (brief || sv_endpoint_is_loopback (end))
    port = g_strdup_printf (":%u", end->port);
  else
    port = sv_endpoint_to_string (end);
  if (socket->fd < 0)
    return g_steal_pointer (&port);
  if (self->side == SV_SIDE_CLIENT)
    return g_strdup_printf ("fd %d %s", socket->fd, port);
  return g_strdup_printf ("fd %d ↔ %s", socket->fd, port);
}

/* What waits: bytes in a queue, or TIME_WAIT's end. */
static char *
describe_waiting (SvSocketList *self, const SvPlanSocket *socket)
{
  if (socket->timer == SV_TIMER_TIME_WAIT && socket->state == SV_TCP_TIME_WAIT)
    {
      gint64 now = sv_session_is_live (self->session) ? sv_clock_now ()
                                                      : sv_moment_get_time (sv_session_get_moment (self->session));
      gint64 left = (gint64) socket->timer_ms - (now - socket->seen_at) / 1000000;

      return g_strdup_printf (C_("TIME_WAIT's remaining seconds", "%u s"), (guint) (MAX (left, 0) + 999) / 1000);
    }
  if (socket->recv_q > 0)
    return g_strdup_printf ("Recv-Q %u", socket->recv_q);
  return socket->send_q > 0 ? g_strdup_printf ("Send-Q %u", socket->send_q) : NULL;
}

/* A server's end of our client that another program has: whether it has called accept() its row tells. */
static const char *
get_title (SvSocketList *self, const SvPlanSocket *socket)
{
  /* Of two peers nobody accepts. */
  if (self->side == SV_SIDE_CLIENT || g_str_has_prefix (socket->actor, "peer "))
    return socket->actor;
  if (!socket->foreign)
    return C_("a socket", "accepted");
  return socket->inode != 0 ? C_("a socket", "another program’s") : C_("a socket", "not accepted yet");
}

static void
fill_card (GtkWidget *cell, guint index, gpointer data)
{
  SvSocketList *self = data;
  GArray *sockets = get_sockets (self);
  const SvPlanSocket *socket;

  if (index >= sockets->len)
    return;
  socket = &g_array_index (sockets, SvPlanSocket, index);

  g_autofree char *detail = describe_place (self, socket, FALSE);
  g_autofree char *brief = describe_place (self, socket, TRUE);
  g_autofree char *badge = describe_waiting (self, socket);
  const SvCardFace face = {
    .title = get_title (self, socket),
    .detail = detail,
    .short_detail = brief,
    .badge = badge,
    /* The others are connected or not: that is no state of a connection. */
    .state = socket->protocol == IPPROTO_TCP ? socket->state : SV_TCP_NONE,
    .connection = socket->connection,
    .foreign = socket->foreign,
    .chosen = socket->connection == sv_session_get_chosen_connection (self->session),
  };
  sv_socket_card_set_face (SV_SOCKET_CARD (cell), &face);
}

static guint
find_chosen (SvSocketList *self, GArray *sockets)
{
  guint chosen = sv_session_get_chosen_connection (self->session);

  for (guint i = 0; i < sockets->len && chosen != 0; i++)
    if (g_array_index (sockets, SvPlanSocket, i).connection == chosen)
      return i;
  return GTK_INVALID_LIST_POSITION;
}

static void
update (SvSocketList *self)
{
  GArray *sockets = get_sockets (self);
  guint chosen = sv_session_get_chosen_connection (self->session);
  guint index = find_chosen (self, sockets);

  sv_slot_list_set_size (SV_SLOT_LIST (self->list), sockets->len);
  sv_slot_list_select (SV_SLOT_LIST (self->list), index);
  if (chosen == self->shown || index == GTK_INVALID_LIST_POSITION)
    return;
  self->shown = chosen;
  sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), index);
}

static void
chosen_cb (SvSocketList *self, guint index)
{
  GArray *sockets = get_sockets (self);

  if (index >= sockets->len)
    return;
  /* A person chose what they see: no need to scroll to it. */
  self->shown = g_array_index (sockets, SvPlanSocket, index).connection;
  sv_session_choose_connection (self->session, self->shown);
}

static void
menu_cb (SvSocketList *self, guint index, GtkWidget *cell, double x, double y)
{
  graphene_point_t point = GRAPHENE_POINT_INIT ((float) x, (float) y);

  chosen_cb (self, index);
  if (!gtk_widget_compute_point (cell, GTK_WIDGET (self), &point, &point))
    return;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) point.x, (int) point.y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  SvSocketList *self = SV_SOCKET_LIST (widget);

  if (find_chosen (self, get_sockets (self)) == GTK_INVALID_LIST_POSITION)
    return GDK_EVENT_PROPAGATE;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle) { gtk_widget_get_width (widget) / 2, 0, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
  return GDK_EVENT_STOP;
}

/* A countdown goes on while nothing else happens; the kernel is asked anyway. */
static void
refreshed_cb (SvSocketList *self)
{
  if (sv_session_is_live (self->session) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    sv_slot_list_set_size (SV_SLOT_LIST (self->list), get_sockets (self)->len);
}

static void
sv_socket_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SvSocketList *self = SV_SOCKET_LIST (widget);

  gtk_widget_allocate (self->list, width, height, baseline, NULL);
  gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
sv_socket_list_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (SV_SOCKET_LIST (widget)->list, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
sv_socket_list_dispose (GObject *object)
{
  SvSocketList *self = SV_SOCKET_LIST (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_socket_list_parent_class)->dispose (object);
}

static void
sv_socket_list_class_init (SvSocketListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_socket_list_dispose;
  widget_class->measure = sv_socket_list_measure;
  widget_class->size_allocate = sv_socket_list_size_allocate;
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
}

static void
sv_socket_list_init (SvSocketList *self)
{
}

/**
 * sv_socket_list_new:
 * @name: what a screen reader calls the list, translated
 *
 * The menu of its cards wants the actions of an #SvEndActions in the group
 * "end" at the list or above it.
 */
GtkWidget *
sv_socket_list_new (SvSession *session, SvSide side, const char *name)
{
  const SvSlotCells cells = { create_card, fill_card };
  SvSocketList *self = g_object_new (SV_TYPE_SOCKET_LIST, NULL);
  g_autoptr (GMenuModel) menu = sv_end_actions_create_menu ();

  self->session = g_object_ref (session);
  self->side = side;
  self->list = sv_slot_list_new (&cells, self, name);
  sv_slot_list_set_as_cards (SV_SLOT_LIST (self->list));
  gtk_widget_set_size_request (self->list, -1, MIN_HEIGHT);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  self->menu = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));

  g_signal_connect_object (self->list, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "menu", G_CALLBACK (menu_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sv_session_get_monitor (session, side), "refreshed", G_CALLBACK (refreshed_cb), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * sv_socket_list_get_slots:
 *
 * Returns: (transfer none): the list inside
 */
SvSlotList *
sv_socket_list_get_slots (SvSocketList *self)
{
  g_return_val_if_fail (SV_IS_SOCKET_LIST (self), NULL);

  return SV_SLOT_LIST (self->list);
}
