/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The card of the ports on this computer: its zoom, and what it says of ports
 * that the test itself takes. */
#include "sv-port-card.h"
#include "stage-fixture.h"

#include <unistd.h>

typedef struct
{
  SvSession *session;
  GtkWidget *card;
  SvPortRuler *ruler;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->session = sv_session_new ();
  self->card = sv_port_card_new (self->session);
  self->ruler = sv_port_card_get_ruler (SV_PORT_CARD (self->card));
  screen_open (&self->screen, self->card, 780, 300);
  sv_session_start (self->session);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  sv_session_stop (self->session);
  g_assert_finalize_object (self->session);
}

static double
count_ports (Fixture *self)
{
  const SvPortRange *range = sv_port_ruler_get_range (self->ruler);

  return sv_port_range_is_all (range) ? 65536 : range->end - range->first;
}

static GtkWidget *
find_button (GtkWidget *root, const char *icon)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (root)), icon) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, icon);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* From all ports to one and back, by the buttons that a person presses. */
static void
test_buttons (Fixture *self, gconstpointer unused)
{
  GtkWidget *nearer = find_button (self->card, "zoom-in-symbolic");
  GtkWidget *farther = find_button (self->card, "zoom-out-symbolic");
  guint steps = 0;
  double last = 65536;

  g_assert_false (gtk_widget_get_sensitive (farther));
  while (gtk_widget_get_sensitive (nearer))
    {
      g_signal_emit_by_name (nearer, "clicked");
      g_assert_cmpfloat (count_ports (self), <, last);
      g_assert_cmpuint (++steps, <, 40);
      last = count_ports (self);
    }
  g_assert_cmpfloat (last, ==, 1);
  while (gtk_widget_get_sensitive (farther))
    {
      g_signal_emit_by_name (farther, "clicked");
      g_assert_cmpuint (++steps, <, 80);
    }
  g_assert_cmpfloat (count_ports (self), ==, 65536);
}

/* A key that is bound, as GTK would call it. */
static void
press (Fixture *self, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (self->ruler));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

          if (GTK_IS_KEYVAL_TRIGGER (trigger)
              && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key)
            {
              gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, GTK_WIDGET (self->ruler),
                                            gtk_shortcut_get_arguments (shortcut));
              return;
            }
        }
    }
  g_assert_not_reached ();
}

static void
test_keys (Fixture *self, gconstpointer unused)
{
  double before, first;

  for (guint i = 0; i < 12; i++)
    press (self, GDK_KEY_plus);
  before = count_ports (self);
  g_assert_cmpfloat (before, <, 3000);
  first = sv_port_ruler_get_range (self->ruler)->first;
  press (self, GDK_KEY_Page_Up);
  g_assert_cmpfloat (sv_port_ruler_get_range (self->ruler)->first, >, first);
  press (self, GDK_KEY_Page_Down);
  g_assert_cmpfloat_with_epsilon (sv_port_ruler_get_range (self->ruler)->first, first, 2);
  press (self, GDK_KEY_minus);
  g_assert_cmpfloat (count_ports (self), >, before);
  press (self, GDK_KEY_0);
  g_assert_cmpfloat (count_ports (self), ==, 65536);
}

static gboolean
answers (Fixture *self, const char *text)
{
  return strstr (sv_port_card_get_answer (SV_PORT_CARD (self->card)), text) != NULL;
}

static void
refresh (Fixture *self)
{
  sv_monitor_refresh (sv_session_get_monitor (self->session, SV_SIDE_CLIENT));
}

/* "Why is it taken?": because this test listens there; then it is free. */
static void
test_taken_and_free (Fixture *self, gconstpointer unused)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autofree char *question = NULL, *holder = NULL, *free_now = NULL;
  guint16 port;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  question = g_strdup_printf ("why is %u taken?", port);
  holder = g_strdup_printf ("(process %d) listens on 127.0.0.1:%u (TCP)", (int) getpid (), port);
  free_now = g_strdup_printf ("Free: no socket of this computer has port %u.", port);

  sv_port_card_search (SV_PORT_CARD (self->card), question);
  refresh (self);
  wait_until (answers (self, holder));
  g_assert_true (answers (self, "The next free one is "));
  g_assert_cmpfloat (sv_port_ruler_get_range (self->ruler)->first, <=, port);
  g_assert_cmpfloat (sv_port_ruler_get_range (self->ruler)->end, >, port);
  g_assert_true (g_socket_close (socket, NULL));
  refresh (self);
  wait_until (answers (self, free_now));
  sv_port_card_search (SV_PORT_CARD (self->card), "");
  g_assert_cmpstr (sv_port_card_get_answer (SV_PORT_CARD (self->card)), ==, "");
  g_assert_cmpfloat (count_ports (self), ==, 65536);
}

static void
test_services (Fixture *self, gconstpointer unused)
{
  sv_port_card_search (SV_PORT_CARD (self->card), "which service is 631?");
  g_assert_true (answers (self, "“ipp”"));
  sv_port_card_search (SV_PORT_CARD (self->card), "ssh");
  g_assert_true (answers (self, "Port 22 "));
  g_assert_true (answers (self, "CAP_NET_BIND_SERVICE"));
  sv_port_card_search (SV_PORT_CARD (self->card), "no-such-service");
  g_assert_true (answers (self, "No service is called like “no-such-service”."));
  sv_port_card_search (SV_PORT_CARD (self->card), "65536");
  g_assert_true (answers (self, "from 1 to 65535"));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/port-card/buttons", test_buttons);
  ADD ("/port-card/keys", test_keys);
  ADD ("/port-card/taken-and-free", test_taken_and_free);
  ADD ("/port-card/services", test_services);
  return g_test_run ();
}
