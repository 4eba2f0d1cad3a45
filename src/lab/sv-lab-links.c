/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lab-private.h"

#include "sv-client.h"
#include "sv-foreign.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

/* (transfer none) (nullable) */
SvLabLink *
sv_lab_find_link (SvLab *self, guint id)
{
  return id > 0 && id <= self->links->len ? g_ptr_array_index (self->links, id - 1) : NULL;
}

/* (transfer none) */
SvLabLink *
sv_lab_ensure_link (SvLab *self, guint id)
{
  SvLabLink *link = sv_lab_find_link (self, id);

  if (link != NULL)
    return link;
  if (self->links->len < id)
    g_ptr_array_set_size (self->links, (int) id);
  link = g_new0 (SvLabLink, 1);
  link->lab = self;
  link->id = id;
  self->links->pdata[id - 1] = link;
  return link;
}

/* What no call says. */
void
sv_lab_note (SvLab *self, SvSide side, guint connection, const char *text)
{
  SvFact *fact = sv_fact_new_note (sv_clock_now (), sv_machine_get_id (self->machines[side]), "%s", text);

  fact->side = side;
  fact->connection = connection;
  sv_recording_append (self->recording, fact);
}

/* Whether it waits for accept(): the spawning keeps their number low. */
void
sv_lab_set_outstanding (SvLabLink *link, gboolean outstanding)
{
  if (link->outstanding == outstanding)
    return;
  link->outstanding = outstanding;
  link->lab->outstanding += outstanding ? 1u : -1u;
}

void
sv_lab_set_n_clients (SvLab *self, guint n)
{
  self->n_clients = n;
  g_object_notify (G_OBJECT (self), "n-clients");
}

/* With nothing open there is no descriptor and no source. */
void
sv_lab_rest (SvLab *self)
{
  if (sv_lab_is_running (self) || self->n_open > 0 || self->spawning > 0 || self->quests->len > 0)
    return;
  g_clear_pointer (&self->poller, sv_poller_free);
  g_clear_pointer (&self->witness, sv_witness_free);
  g_clear_pointer (&self->owner_finder, sv_owner_finder_free);
}

static void
owner_found_cb (guint connection, const SvOwner *owner, gpointer user_data)
{
  SvLab *self = user_data;

  sv_foreign_set_owner (self->recording, sv_machine_get_id (self->machines[SV_SIDE_CLIENT]), connection, owner);
}

/* What is needed while something is open. */
gboolean
sv_lab_wake (SvLab *self, GError **error)
{
  GMainContext *context = g_main_context_get_thread_default ();

  if (self->poller == NULL)
    self->poller = sv_poller_new (context, error);
  if (self->poller != NULL && self->witness == NULL)
    self->witness = sv_witness_new (self->recording, self->machines[SV_SIDE_CLIENT], self->machines[SV_SIDE_SERVER],
                                    error);
  if (self->witness == NULL)
    {
      sv_lab_rest (self);
      return FALSE;
    }
  if (self->owner_finder == NULL)
    self->owner_finder = sv_owner_finder_new (owner_found_cb, self);
  return TRUE;
}

/* ---- The ends' events. */

static void
received_cb (SvStream *stream, const void *data, gsize length, gpointer user_data)
{
  SvLabLink *link = user_data;
  SvEnd *end = sv_stream_get_end (stream);

  if (end->side == SV_SIDE_SERVER && end->socket != NULL)
    sv_tcp_info_read (end->fd, &link->info);
  g_signal_emit_by_name (link->lab, "received", link->id, end->side, (guint64) length);
}

static void
ended_cb (SvStream *stream, gpointer user_data)
{
  SvLabLink *link = user_data;

  if (link->parked && !sv_stream_is_shut_down (stream))
    return;
  sv_stream_close (stream);
}

static void
closed_cb (SvStream *stream, gpointer user_data)
{
  SvLabLink *link = user_data;
  SvLab *self = link->lab;
  SvSide side = sv_stream_get_end (stream)->side;
  g_autoptr (SvStream) mine = g_steal_pointer (&link->streams[side]);
  g_autoptr (SvLab) alive = g_object_ref (self);

  g_assert (mine == stream);
  self->n_open--;
  sv_lab_set_outstanding (link, link->outstanding && side == SV_SIDE_SERVER);
  if (self->server != NULL)
    sv_server_descriptor_freed (self->server);
  if (side == SV_SIDE_CLIENT)
    sv_lab_set_n_clients (self, self->n_clients - 1);
  sv_lab_continue_spawning (self);
  sv_lab_rest (self);
  g_signal_emit_by_name (self, "closed", link->id, side);
}

static void
writable_cb (SvStream *stream, gpointer user_data)
{
  SvLabLink *link = user_data;
  SvLab *self = link->lab;
  g_autofree char *why = NULL;
  int code;

  if (sv_client_finish_connect (stream, self->witness, &code))
    {
      link->n_connected++;
      if (link->peers && link->n_connected < 2)
        return;
      link->connected = TRUE;
      sv_lab_name_connected (self, link->id);
      g_signal_emit_by_name (self, "connected", link->id);
      return;
    }
  self->connect_errors++;
  why = g_strdup_printf (_("%s could not connect: %s."), sv_stream_get_end (stream)->actor, g_strerror (code));
  sv_lab_note (self, SV_SIDE_CLIENT, link->id, why);
  sv_stream_close (stream);
  sv_lab_name_failed (self, link->id);
}

const SvStreamEvents SV_LAB_CLIENT_EVENTS = { writable_cb, received_cb, ended_cb, closed_cb };
static const SvStreamEvents SERVER_EVENTS = { NULL, received_cb, ended_cb, closed_cb };

/* ---- The server's events. */

/* By the client's inode: a socket of the UNIX domain has no address of its own. */
static void
identify_unix (SvLab *self, SvEnd *accepted)
{
  SvSocketRow client = { .family = AF_UNIX };
  g_autofree char *name = NULL;
  SvLabLink *link;
  guint id;

  sv_witness_find_unix_peer (self->witness, accepted);
  client.local = accepted->foreign;
  id = sv_endpoint_get_inode (&client.local) != 0 ? sv_recording_find_connection (self->recording, &client, NULL) : 0;
  link = sv_lab_find_link (self, id);
  if (id == 0 || (link != NULL && link->accepted))
    {
      name = sv_endpoint_to_string (&client.local);
      id = sv_recording_add_conversation (self->recording, 0, name, TRUE);
      sv_recording_name_end (self->recording, id, SV_SIDE_CLIENT, &client.local);
    }
  sv_recording_name_end (self->recording, id, SV_SIDE_SERVER, &accepted->local);
  sv_recording_name_connection (self->recording, id, &client.local, &accepted->local);
  accepted->connection = id;
}

static void
identify_cb (SvEnd *accepted, gpointer user_data)
{
  SvLab *self = user_data;
  SvSocketRow row = { .protocol = IPPROTO_TCP, .local = accepted->local, .foreign = accepted->foreign };
  SvSide side;
  guint id = sv_recording_find_connection (self->recording, &row, &side);
  SvLabLink *link = sv_lab_find_link (self, id);

  if (accepted->protocol == 0)
    {
      identify_unix (self, accepted);
      return;
    }
  /* A four-tuple that was accepted before is used again, by somebody else. */
  if (id == 0 || side != SV_SIDE_SERVER || (link != NULL && link->accepted))
    id = sv_foreign_add (self->recording, &accepted->foreign, &accepted->local);
  accepted->connection = id;
}

static void
accepted_cb (SvEnd *accepted, gpointer user_data)
{
  SvLab *self = user_data;
  SvLabLink *link = sv_lab_ensure_link (self, accepted->connection);
  SvStream *stream = sv_stream_new (accepted, self->poller, self->witness, &SERVER_EVENTS, link);
  SvSocketRow peer;

  link->accepted = TRUE;
  link->streams[SV_SIDE_SERVER] = stream;
  self->n_open++;
  sv_lab_set_outstanding (link, FALSE);
  sv_tcp_info_read (accepted->fd, &link->info);
  sv_stream_set_echo (stream, self->options.echo);
  if (sv_recording_get_connection (self->recording, link->id)->foreign
      && sv_witness_find_peer (self->witness, accepted, &peer))
    sv_owner_finder_ask (self->owner_finder, link->id, peer.inode);
  if (!sv_stream_start (stream))
    sv_stream_close (stream);
  sv_lab_continue_spawning (self);
}

const SvServerEvents SV_LAB_LISTENER_EVENTS = { identify_cb, accepted_cb };

/* Of each connection the end on @side. A close may make others close, never add one. */
void
sv_lab_close_all (SvLab *self, SvSide side)
{
  for (guint i = 0; i < self->links->len; i++)
    {
      SvLabLink *link = g_ptr_array_index (self->links, i);

      if (link == NULL)
        continue;
      link->parked = FALSE;
      if (link->streams[side] != NULL)
        sv_stream_close (link->streams[side]);
      if (side == SV_SIDE_CLIENT && link->datagram != NULL)
        sv_lab_close_datagram (link);
    }
}

/* The kernel has reset a connection that waited in the queue; nobody of ours
 * held the server's end of it. */
static void
see_reset (SvLab *self, const SvConnection *connection)
{
  SvOutcome outcome = { .name = "close", .entered = sv_clock_now () };
  g_autoptr (SvEnd) end = sv_end_new (self->recording, sv_machine_get_id (self->machines[SV_SIDE_SERVER]),
                                      SV_SIDE_SERVER, "server", connection->id);
  SvSight sight;

  sv_connection_get_ends (connection, SV_SIDE_SERVER, &end->local, &end->foreign);
  sv_witness_before (self->witness, end, &sight);
  sv_witness_after_reset (self->witness, end, &sight, &outcome);
}

/* What closing the listener did to those it had not accepted. */
void
sv_lab_look_after_queue (SvLab *self)
{
  guint n = sv_recording_get_n_connections (self->recording);

  for (guint id = self->first_connection; id <= n; id++)
    {
      const SvConnection *connection = sv_recording_get_connection (self->recording, id);
      SvLabLink *link = sv_lab_find_link (self, id);

      if (connection->protocol == IPPROTO_TCP && connection->client.family != 0 && (link == NULL || !link->accepted))
        see_reset (self, connection);
    }
}

/* Clients that had been left half-closed have nothing to wait for. */
void
sv_lab_close_ended_clients (SvLab *self)
{
  for (guint i = 0; i < self->links->len; i++)
    {
      SvLabLink *link = g_ptr_array_index (self->links, i);
      SvStream *client = link != NULL ? link->streams[SV_SIDE_CLIENT] : NULL;

      if (client != NULL && sv_stream_has_ended (client))
        sv_stream_close (client);
    }
}
