/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-foreign.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

/**
 * sv_foreign_add:
 *
 * A foreign client is called by its address until its process is found.
 *
 * Returns: the id of its connection
 */
guint
sv_foreign_add (SvRecording *recording, const SvEndpoint *client, const SvEndpoint *server)
{
  return sv_foreign_add_of (recording, IPPROTO_TCP, client, server);
}

/**
 * sv_foreign_add_of:
 * @protocol: IPPROTO_UDP, if they have no connection
 *
 * As sv_foreign_add().
 */
guint
sv_foreign_add_of (SvRecording *recording, guint8 protocol, const SvEndpoint *client, const SvEndpoint *server)
{
  SvEndpoint unmapped = sv_endpoint_unmapped (client);
  g_autofree char *address = sv_endpoint_to_string (&unmapped);
  guint id = sv_recording_add_conversation (recording, protocol, address, TRUE);

  sv_recording_name_connection (recording, id, client, server);
  return id;
}

/**
 * sv_foreign_list_listeners:
 *
 * Returns: (transfer full) (element-type SvEndpoint): where TCP sockets of ours listen now
 */
GArray *
sv_foreign_list_listeners (SvRecording *recording, SvMachineId machine)
{
  SvSocketLog *sockets = sv_recording_get_sockets (recording);
  GArray *listeners = g_array_new (FALSE, FALSE, sizeof (SvEndpoint));

  for (guint i = 0; i < sv_socket_log_get_size (sockets); i++)
    {
      const SvHeldSocket *held = sv_socket_log_get (sockets, i);

      if (held->machine == machine && held->protocol == IPPROTO_TCP && held->listening
          && held->closed == G_MAXUINT64)
        g_array_append_val (listeners, held->local);
    }
  return listeners;
}

static gboolean
same_address (const SvEndpoint *a, const SvEndpoint *b)
{
  SvEndpoint x = sv_endpoint_unmapped (a), y = sv_endpoint_unmapped (b);

  return sv_endpoint_equal (&x, &y);
}

static gboolean
is_at (GArray *listeners, const SvEndpoint *endpoint, gboolean only_loopback)
{
  for (guint i = 0; i < listeners->len; i++)
    {
      const SvEndpoint *listener = &g_array_index (listeners, SvEndpoint, i);

      if (listener->port != endpoint->port)
        continue;
      if (same_address (listener, endpoint)
          || (sv_endpoint_is_any (listener) && (!only_loopback || sv_endpoint_is_loopback (endpoint))))
        return TRUE;
    }
  return FALSE;
}

/**
 * sv_foreign_adopt:
 * @listeners: as sv_foreign_list_listeners() says
 * @row: a row that belongs to no connection yet
 *
 * If the row is an end of a connection to a server of ours that waits for
 * accept(), or still for the handshake, it becomes a connection of the
 * recording. What is left of earlier servers on that port (TIME_WAIT, orphans
 * that still close) does not.
 *
 * Returns: the id of the connection, 0 if it is none
 */
guint
sv_foreign_adopt (SvRecording *recording, GArray *listeners, const SvSocketRow *row)
{
  if (row->protocol != IPPROTO_TCP || row->foreign.port == 0)
    return 0;
  if ((row->state == SV_TCP_ESTABLISHED || row->state == SV_TCP_SYN_RECV || row->state == SV_TCP_NEW_SYN_RECV
       || row->state == SV_TCP_CLOSE_WAIT)
      && is_at (listeners, &row->local, FALSE))
    return sv_foreign_add (recording, &row->foreign, &row->local);
  /* Its SYN was dropped: the server's side knows nothing of it. */
  if (row->state == SV_TCP_SYN_SENT && is_at (listeners, &row->foreign, TRUE))
    return sv_foreign_add (recording, &row->local, &row->foreign);
  return 0;
}

/* Whether a socket of ours was the server's end of it, and is closed. */
static gboolean
is_over (SvRecording *recording, guint connection)
{
  SvSocketLog *sockets = sv_recording_get_sockets (recording);
  gboolean over = FALSE;

  for (guint i = 0; i < sv_socket_log_get_size (sockets); i++)
    {
      const SvHeldSocket *held = sv_socket_log_get (sockets, i);

      if (held->connection == connection && held->side == SV_SIDE_SERVER)
        over = held->closed != G_MAXUINT64;
    }
  return over;
}

/**
 * sv_foreign_is_known:
 *
 * Returns: whether the row that has appeared belongs to a connection of the
 *   recording. A row that waits for accept() with the addresses of one that is
 *   over belongs to somebody else.
 */
gboolean
sv_foreign_is_known (SvRecording *recording, const SvSocketRow *row)
{
  SvSide side;
  guint connection = sv_recording_find_connection (recording, row, &side);

  if (connection == 0)
    return FALSE;
  return side != SV_SIDE_SERVER || row->inode != 0 || row->state != SV_TCP_ESTABLISHED
         || !is_over (recording, connection);
}

/**
 * sv_foreign_set_owner:
 *
 * Its process was found: from now on it is called "nc (5123)".
 */
void
sv_foreign_set_owner (SvRecording *recording, SvMachineId machine, guint connection, const SvOwner *owner)
{
  g_autofree char *before = g_strdup (sv_recording_get_connection (recording, connection)->actor);
  g_autofree char *name = g_strdup_printf ("%s (%d)", owner->name, owner->pid);
  SvFact *fact;

  if (g_str_equal (before, name))
    return;
  sv_recording_set_actor (recording, connection, name);
  fact = sv_fact_new_note (sv_clock_now (), machine, _("%s is %s."), before, name);
  fact->connection = connection;
  sv_recording_append (recording, fact);
}
