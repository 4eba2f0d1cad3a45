/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gio-order NAME: prints a name's addresses in the order in which GIO's own
 * GSocketClient would try them. A witness for the order that SockView says. */
#include <gio/gio.h>

typedef struct
{
  GSocketAddressEnumerator *enumerator;
  GMainLoop *loop;
} Walk;

static void next_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static gboolean
ask_cb (gpointer user_data)
{
  g_socket_address_enumerator_next_async (((Walk *) user_data)->enumerator, NULL, next_cb, user_data);
  return G_SOURCE_REMOVE;
}

/* GSocketClient asks for the next address when the one before has failed, or not
 * answered: the other family's answer has come by then. */
static void
next_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Walk *walk = user_data;
  g_autoptr (GSocketAddress) address = g_socket_address_enumerator_next_finish (walk->enumerator, result, NULL);
  g_autofree char *text = NULL;

  if (address == NULL)
    {
      g_main_loop_quit (walk->loop);
      return;
    }
  text = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
  g_print ("%s\n", text);
  g_timeout_add (100, ask_cb, walk);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSocketConnectable) name = g_network_address_new (argv[1], 9999);
  g_autoptr (GSocketAddressEnumerator) enumerator = g_socket_connectable_enumerate (name);
  Walk walk = { enumerator, loop };

  ask_cb (&walk);
  g_main_loop_run (loop);
  return 0;
}
