/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lab-private.h"

#include "sv-foreign.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>

/* ---- The server: one socket for all. */

/* A client that is bound to no address has one only in its datagrams. */
static guint
find_conversation (SvLab *self, const SvEndpoint *client, const SvEndpoint *server)
{
  SvSocketRow row = { .protocol = IPPROTO_UDP, .local = *client, .foreign = *server };
  guint id = sv_recording_find_connection (self->recording, &row, NULL);

  if (id != 0)
    return id;
  /* On two machines the wire has seen where it comes from. */
  row.foreign = (SvEndpoint){ 0 };
  id = sv_recording_find_connection (self->recording, &row, NULL);
  if (id != 0)
    return id;
  row.local = sv_endpoint_any (client->family, client->port);
  id = sv_recording_find_connection (self->recording, &row, NULL);
  if (id != 0)
    sv_recording_name_connection (self->recording, id, client, server);
  return id;
}

static void
identify_cb (SvEnd *end, gpointer user_data)
{
  SvLab *self = user_data;
  SvEndpoint client = sv_endpoint_unmapped (&end->foreign), server = end->local;
  guint id;

  /* The server's address is the one that the client used, if it is known. */
  if (sv_endpoint_is_any (&server) && sv_endpoint_is_loopback (&client))
    server = sv_endpoint_loopback (client.family, server.port);
  id = find_conversation (self, &client, &server);
  if (id == 0)
    id = sv_foreign_add_of (self->recording, IPPROTO_UDP, &client, &server);
  end->connection = id;
}

/* Whose process it is, if it lives here. */
static void
ask_owner (SvLab *self, guint id)
{
  const SvConnection *connection = sv_recording_get_connection (self->recording, id);
  SvRowTable *table = sv_recording_get_table (self->recording, sv_machine_get_id (self->machines[SV_SIDE_CLIENT]));
  SvEndpoint any = sv_endpoint_any (connection->client.family, connection->client.port);
  SvEndpoint none = sv_endpoint_any (connection->client.family, 0);
  const SvSocketRow *row;

  if (!connection->foreign)
    return;
  row = sv_row_table_find (table, IPPROTO_UDP, &connection->client, &connection->server);
  if (row == NULL)
    row = sv_row_table_find (table, IPPROTO_UDP, &any, &none);
  if (row != NULL)
    sv_owner_finder_ask (self->owner_finder, id, row->inode);
}

/* The end belongs to nobody in particular between two datagrams. */
static void
forget_client (SvEnd *end)
{
  end->connection = 0;
  end->foreign = (SvEndpoint){ 0 };
}

static void
server_received_cb (SvDatagram *server, const void *data, gsize length, gpointer user_data)
{
  SvLab *self = user_data;
  SvEnd *end = sv_datagram_get_end (server);
  SvEndpoint client = end->foreign;
  SvLabLink *link;

  if (end->connection == 0)
    return;
  link = sv_lab_ensure_link (self, end->connection);
  if (!link->accepted)
    ask_owner (self, link->id);
  link->accepted = TRUE;
  if (self->options.echo)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (data, length);

      /* What fails is a fact already. */
      sv_datagram_send (server, bytes, &client, NULL);
    }
  forget_client (end);
  g_signal_emit_by_name (self, "received", link->id, SV_SIDE_SERVER, (guint64) length);
}

static const SvDatagramEvents SERVER_EVENTS = { identify_cb, NULL, server_received_cb, NULL };

static SvOutcome
open_socket (SvLab *self, SvEnd *end, const SvServerOptions *options)
{
  SvSight sight;
  SvOutcome outcome = sv_call_socket (end, self->machines[SV_SIDE_SERVER], options->bind.family);

  if (outcome.error == 0 && options->v6_only)
    outcome = sv_call_v6_only (end);
  if (outcome.error == 0 && options->receive_buffer > 0)
    outcome = sv_call_receive_buffer (end, options->receive_buffer);
  if (outcome.error != 0)
    return outcome;
  sv_witness_before (self->witness, end, &sight);
  outcome = sv_call_bind (end, &options->bind);
  if (outcome.error == 0)
    sv_witness_set_datagram_server (self->witness, end->fd, &end->local);
  sv_witness_after (self->witness, end, &sight, &outcome);
  return outcome;
}

/**
 * sv_lab_start_datagrams:
 *
 * socket and bind: a UDP server does not listen, and does not accept. No
 * SO_REUSEADDR: with UDP it would let two servers have the same port.
 */
gboolean
sv_lab_start_datagrams (SvLab *self, const SvServerOptions *options, GError **error)
{
  SvEnd *end = sv_end_new (self->recording, sv_machine_get_id (self->machines[SV_SIDE_SERVER]), SV_SIDE_SERVER,
                           "server", 0);
  SvOutcome outcome;

  end->protocol = IPPROTO_UDP;
  outcome = open_socket (self, end, options);
  if (outcome.error != 0)
    {
      sv_call_set_error (error, outcome.name, outcome.error, &options->bind);
      if (end->socket != NULL)
        sv_call_close (end);
      sv_end_free (end);
      return FALSE;
    }
  self->datagram_server = sv_datagram_new (end, FALSE, self->poller, self->witness, &SERVER_EVENTS, self, error);
  if (self->datagram_server != NULL)
    sv_datagram_set_paused (self->datagram_server, options->hold_accept);
  return self->datagram_server != NULL;
}

/**
 * sv_lab_stop_datagrams:
 *
 * Closes the server's socket. Clients are not told; who has nobody to talk to leaves.
 */
void
sv_lab_stop_datagrams (SvLab *self)
{
  if (self->datagram_server == NULL)
    return;
  sv_datagram_close (self->datagram_server);
  g_clear_pointer (&self->datagram_server, sv_datagram_unref);
  sv_witness_set_datagram_server (self->witness, -1, NULL);
}

/**
 * sv_lab_receive_datagram:
 *
 * recvfrom(2), once. With nothing there it answers EAGAIN.
 */
gboolean
sv_lab_receive_datagram (SvLab *self, GError **error)
{
  SvEndpoint local = sv_datagram_get_end (self->datagram_server)->local;
  int code = sv_datagram_receive (self->datagram_server);

  if (code == EAGAIN)
    g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_CALL, _("No datagram is waiting: recvfrom() says “%s”."),
                 sv_errno_to_name (code));
  else if (code != 0)
    sv_call_set_error (error, "recvfrom", code, &local);
  return code == 0;
}

/* ---- Clients. */

static void
client_received_cb (SvDatagram *client, const void *data, gsize length, gpointer user_data)
{
  SvLabLink *link = user_data;

  sv_datagram_get_end (client)->foreign = link->server;
  g_signal_emit_by_name (link->lab, "received", link->id, SV_SIDE_CLIENT, (guint64) length);
}

static void
client_refused_cb (SvDatagram *client, gpointer user_data)
{
  SvLabLink *link = user_data;
  SvLab *self = link->lab;
  SvEnd *end = sv_datagram_get_end (client);
  g_autofree char *where = sv_endpoint_to_string (&end->foreign);
  g_autofree char *why
    = g_strdup_printf (_("Nobody has UDP port %u there: the datagram came to %s, and its kernel answered with ICMP "
                         "“port unreachable”. The next call of %s says so: ECONNREFUSED. The socket can be used on."),
                       end->foreign.port, where, end->actor);

  self->connect_errors++;
  sv_lab_note (self, SV_SIDE_CLIENT, link->id, why);
}

/* From now on rows and datagrams with these ends are known as this conversation's. */
static void
name (SvEnd *end, gboolean connected)
{
  SvEndpoint client = end->local;

  if (end->local.family == 0)
    return;
  if (!connected)
    sv_recording_name_end (end->recording, end->connection, SV_SIDE_CLIENT, &end->local);
  if (end->foreign.family == 0)
    return;
  if (sv_endpoint_is_any (&client) && sv_endpoint_is_loopback (&end->foreign))
    client = sv_endpoint_loopback (end->foreign.family, client.port);
  sv_recording_name_connection (end->recording, end->connection, &client, &end->foreign);
}

static void
client_named_cb (SvDatagram *client, gpointer user_data)
{
  name (sv_datagram_get_end (client), FALSE);
}

static const SvDatagramEvents CLIENT_EVENTS = { NULL, client_named_cb, client_received_cb, client_refused_cb };

static SvOutcome
prepare (SvLab *self, SvEnd *end, const SvEndpoint *target)
{
  SvEndpoint any = sv_endpoint_any (target->family, 0);
  SvSight sight = { 0 };
  SvOutcome outcome = sv_call_socket (end, self->machines[SV_SIDE_CLIENT], target->family);

  if (outcome.error != 0 || self->manner == SV_MANNER_UNBOUND)
    return outcome;
  if (self->manner == SV_MANNER_BOUND)
    outcome = sv_call_bind (end, &any);
  else
    outcome = sv_call_connect (end, target);
  if (outcome.error == 0)
    name (end, self->manner == SV_MANNER_CONNECTED);
  sv_witness_after (self->witness, end, &sight, &outcome);
  return outcome;
}

/**
 * sv_lab_spawn_datagram:
 *
 * A UDP client: socket, and as its manner is, bind or connect. Nothing is sent:
 * nobody knows of it yet.
 */
gboolean
sv_lab_spawn_datagram (SvLabLink *link, const char *actor, const SvEndpoint *target, GError **error)
{
  SvLab *self = link->lab;
  SvEnd *end = sv_end_new (self->recording, sv_machine_get_id (self->machines[SV_SIDE_CLIENT]), SV_SIDE_CLIENT, actor,
                           link->id);
  SvOutcome outcome;

  end->protocol = IPPROTO_UDP;
  outcome = prepare (self, end, target);
  if (outcome.error != 0)
    {
      sv_call_set_error (error, outcome.name, outcome.error, target);
      if (end->socket != NULL)
        sv_call_close (end);
      sv_end_free (end);
      return FALSE;
    }
  end->foreign = link->server = *target;
  link->datagram = sv_datagram_new (end, self->manner == SV_MANNER_CONNECTED, self->poller, self->witness,
                                    &CLIENT_EVENTS, link, error);
  return link->datagram != NULL;
}

static gboolean
send_from_server (SvLab *self, guint id, GBytes *data, GError **error)
{
  SvEnd *end = sv_datagram_get_end (self->datagram_server);
  SvEndpoint own, client;
  gboolean sent;

  sv_connection_get_ends (sv_recording_get_connection (self->recording, id), SV_SIDE_SERVER, &own, &client);
  end->connection = id;
  sent = sv_datagram_send (self->datagram_server, data, &client, error);
  forget_client (end);
  return sent;
}

/**
 * sv_lab_send_datagram:
 *
 * One datagram, from the client or from the server to it.
 */
gboolean
sv_lab_send_datagram (SvLabLink *link, SvSide side, GBytes *data, GError **error)
{
  if (side == SV_SIDE_SERVER)
    return send_from_server (link->lab, link->id, data, error);
  return sv_datagram_send (link->datagram, data, &link->server, error);
}

/**
 * sv_lab_close_datagram:
 *
 * close(2) of the client's socket.
 */
void
sv_lab_close_datagram (SvLabLink *link)
{
  SvLab *self = link->lab;
  g_autoptr (SvDatagram) mine = g_steal_pointer (&link->datagram);
  g_autoptr (SvLab) alive = g_object_ref (self);

  sv_datagram_close (mine);
  self->n_open--;
  sv_lab_set_n_clients (self, self->n_clients - 1);
  sv_lab_continue_spawning (self);
  sv_lab_rest (self);
  g_signal_emit_by_name (self, "closed", link->id, SV_SIDE_CLIENT);
}
