/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-demo.h"

#include <string.h>

typedef struct
{
  guint awaited; /* clients that have not said their line yet */
  gulong handler;
} Demo;

static void
demo_free (gpointer demo, GClosure *closure)
{
  g_free (demo);
}

static void
connected_cb (SvLab *lab, guint id, Demo *demo)
{
  const SvConnection *connection = sv_recording_get_connection (sv_lab_get_recording (lab), id);
  g_autofree char *line = g_strdup_printf ("hello from %s\n", connection->actor);
  gsize length = strlen (line);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&line), length);

  /* What fails is a fact already. */
  sv_lab_send (lab, id, SV_SIDE_CLIENT, bytes, NULL);
  if (--demo->awaited == 0)
    g_signal_handler_disconnect (lab, demo->handler);
}

/**
 * sv_demo_run:
 * @n_clients: from 1 to %SV_LAB_MAX_CLIENTS
 *
 * Lets that many clients connect to the running server; each says one line as
 * soon as it is connected, and stays.
 */
void
sv_demo_run (SvSession *session, guint n_clients)
{
  SvLab *lab = sv_session_get_lab (session);
  Demo *demo;

  g_return_if_fail (n_clients > 0);

  demo = g_new0 (Demo, 1);
  demo->awaited = n_clients;
  demo->handler = g_signal_connect_data (lab, "connected", G_CALLBACK (connected_cb), demo, demo_free, 0);
  sv_session_spawn_clients (session, n_clients);
}
