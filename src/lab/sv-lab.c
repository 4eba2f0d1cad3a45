/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lab.h"

#include "sv-client.h"
#include "sv-descriptors.h"
#include "sv-foreign.h"
#include "sv-owner-finder.h"
#include "sv-server.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

/* Connects of ours that wait for accept(), at most: more would overflow the
 * queue, and a dropped SYN costs a second. */
#define MAX_OUTSTANDING 128
/* Connects in one turn of the main loop. */
#define SPAWN_BATCH 16

/* What the lab knows of a connection beside what is recorded. */
typedef struct
{
  SvLab *lab;
  guint id;
  SvStream *streams[2]; /* by SvSide: the ends that are open and ours */
  gboolean outstanding; /* counted in SvLab.outstanding */
  gboolean accepted;
  gboolean connected;
  gboolean parked; /* one side was shut down by a person: the other one does not close by itself */
  SvTcpInfo info;  /* of the server's end, as last seen */
} Link;

struct _SvLab
{
  GObject parent_instance;

  SvRecording *recording;
  SvMachine *machines[2]; /* by SvSide */

  /* Only while something is open. */
  SvPoller *poller;
  SvWitness *witness;
  SvOwnerFinder *owner_finder;

  SvServer *server;
  SvServerOptions options;
  GPtrArray *links; /* Link, owned, nullable; the connection's id - 1 is the index */
  guint first_connection; /* since the server was started */
  guint n_open;           /* ends */
  guint n_clients;
  guint n_named; /* clients that have got a number */
  guint connect_errors;
  guint outstanding;
  guint spawning;
  GSource *spawn_source;
};

enum
{
  PROP_0,
  PROP_RUNNING,
  PROP_HOLD_ACCEPT,
  PROP_ECHO,
  PROP_SPAWNING,
  PROP_N_CLIENTS,
  N_PROPS
};

enum
{
  CONNECTED,
  RECEIVED,
  CLOSED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_QUARK (sv-lab-error-quark, sv_lab_error)
G_DEFINE_FINAL_TYPE (SvLab, sv_lab, G_TYPE_OBJECT)

static void continue_spawning (SvLab *self);

static void
link_free (gpointer data)
{
  g_free (data);
}

/* (transfer none) (nullable) */
static Link *
find_link (SvLab *self, guint id)
{
  return id > 0 && id <= self->links->len ? g_ptr_array_index (self->links, id - 1) : NULL;
}

static Link *
ensure_link (SvLab *self, guint id)
{
  Link *link = find_link (self, id);

  if (link != NULL)
    return link;
  if (self->links->len < id)
    g_ptr_array_set_size (self->links, (int) id);
  link = g_new0 (Link, 1);
  link->lab = self;
  link->id = id;
  self->links->pdata[id - 1] = link;
  return link;
}

static void
note (SvLab *self, SvSide side, guint connection, char *text)
{
  g_autofree char *owned = text;
  SvFact *fact = sv_fact_new_note (sv_clock_now (), sv_machine_get_id (self->machines[side]), "%s", owned);

  fact->side = side;
  fact->connection = connection;
  sv_recording_append (self->recording, fact);
}

static void
set_outstanding (Link *link, gboolean outstanding)
{
  if (link->outstanding == outstanding)
    return;
  link->outstanding = outstanding;
  link->lab->outstanding += outstanding ? 1u : -1u;
}

static void
set_spawning (SvLab *self, guint n)
{
  if (self->spawning == n)
    return;
  self->spawning = n;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SPAWNING]);
}

static void
set_n_clients (SvLab *self, guint n)
{
  self->n_clients = n;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_CLIENTS]);
}

/* With nothing open there is no descriptor and no source. */
static void
rest (SvLab *self)
{
  if (self->server != NULL || self->n_open > 0)
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

static gboolean
wake (SvLab *self, GError **error)
{
  GMainContext *context = g_main_context_get_thread_default ();

  if (self->poller == NULL)
    self->poller = sv_poller_new (context, error);
  if (self->poller != NULL && self->witness == NULL)
    self->witness = sv_witness_new (self->recording, self->machines[SV_SIDE_CLIENT], self->machines[SV_SIDE_SERVER],
                                    error);
  if (self->witness == NULL)
    {
      rest (self);
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
  Link *link = user_data;
  SvEnd *end = sv_stream_get_end (stream);

  if (end->side == SV_SIDE_SERVER && end->socket != NULL)
    sv_tcp_info_read (end->fd, &link->info);
  g_signal_emit (link->lab, signals[RECEIVED], 0, link->id, end->side, (guint64) length);
}

static void
ended_cb (SvStream *stream, gpointer user_data)
{
  Link *link = user_data;

  if (link->parked && !sv_stream_is_shut_down (stream))
    return;
  sv_stream_close (stream);
}

static void
closed_cb (SvStream *stream, gpointer user_data)
{
  Link *link = user_data;
  SvLab *self = link->lab;
  SvSide side = sv_stream_get_end (stream)->side;
  g_autoptr (SvStream) mine = g_steal_pointer (&link->streams[side]);
  g_autoptr (SvLab) alive = g_object_ref (self);

  g_assert (mine == stream);
  self->n_open--;
  set_outstanding (link, link->outstanding && side == SV_SIDE_SERVER);
  if (self->server != NULL)
    sv_server_descriptor_freed (self->server);
  if (side == SV_SIDE_CLIENT)
    set_n_clients (self, self->n_clients - 1);
  continue_spawning (self);
  rest (self);
  g_signal_emit (self, signals[CLOSED], 0, link->id, side);
}

static void
writable_cb (SvStream *stream, gpointer user_data)
{
  Link *link = user_data;
  SvLab *self = link->lab;
  int code;

  if (sv_client_finish_connect (stream, self->witness, &code))
    {
      link->connected = TRUE;
      g_signal_emit (self, signals[CONNECTED], 0, link->id);
      return;
    }
  self->connect_errors++;
  note (self, SV_SIDE_CLIENT, link->id,
        g_strdup_printf (_("%s could not connect: %s."), sv_stream_get_end (stream)->actor, g_strerror (code)));
  sv_stream_close (stream);
}

static const SvStreamEvents CLIENT_EVENTS = { writable_cb, received_cb, ended_cb, closed_cb };
static const SvStreamEvents SERVER_EVENTS = { NULL, received_cb, ended_cb, closed_cb };

/* ---- The server's events. */

static void
identify_cb (SvEnd *accepted, gpointer user_data)
{
  SvLab *self = user_data;
  SvSocketRow row = { .protocol = IPPROTO_TCP, .local = accepted->local, .foreign = accepted->foreign };
  SvSide side;
  guint id = sv_recording_find_connection (self->recording, &row, &side);
  Link *link = find_link (self, id);

  /* A four-tuple that was accepted before is used again, by somebody else. */
  if (id == 0 || side != SV_SIDE_SERVER || (link != NULL && link->accepted))
    id = sv_foreign_add (self->recording, &accepted->foreign, &accepted->local);
  accepted->connection = id;
}

static void
accepted_cb (SvEnd *accepted, gpointer user_data)
{
  SvLab *self = user_data;
  Link *link = ensure_link (self, accepted->connection);
  SvStream *stream = sv_stream_new (accepted, self->poller, self->witness, &SERVER_EVENTS, link);
  SvSocketRow peer;

  link->accepted = TRUE;
  link->streams[SV_SIDE_SERVER] = stream;
  self->n_open++;
  set_outstanding (link, FALSE);
  sv_tcp_info_read (accepted->fd, &link->info);
  sv_stream_set_echo (stream, self->options.echo);
  if (sv_recording_get_connection (self->recording, link->id)->foreign
      && sv_witness_find_peer (self->witness, accepted, &peer))
    sv_owner_finder_ask (self->owner_finder, link->id, peer.inode);
  if (!sv_stream_start (stream))
    sv_stream_close (stream);
  continue_spawning (self);
}

static const SvServerEvents LISTENER_EVENTS = { identify_cb, accepted_cb };

/* ---- Spawning. */

static SvEndpoint
get_target (SvLab *self)
{
  const SvEndpoint *listener = sv_server_get_endpoint (self->server);

  return sv_endpoint_is_any (listener) ? sv_endpoint_loopback (listener->family, listener->port) : *listener;
}

static void
spawn_one (SvLab *self)
{
  g_autofree char *actor = g_strdup_printf ("client %u", ++self->n_named);
  guint id = sv_recording_add_connection (self->recording, actor, FALSE);
  Link *link = ensure_link (self, id);
  SvEndpoint target = get_target (self);
  SvEnd *end = sv_end_new (self->recording, sv_machine_get_id (self->machines[SV_SIDE_CLIENT]), SV_SIDE_CLIENT, actor,
                           id);
  g_autoptr (GError) error = NULL;

  link->streams[SV_SIDE_CLIENT] = sv_client_connect (end, self->machines[SV_SIDE_CLIENT], &target, self->poller,
                                                     self->witness, &CLIENT_EVENTS, link, &error);
  if (link->streams[SV_SIDE_CLIENT] == NULL)
    {
      self->connect_errors++;
      note (self, SV_SIDE_CLIENT, id, g_strdup (error->message));
      return;
    }
  self->n_open++;
  set_outstanding (link, TRUE);
  set_n_clients (self, self->n_clients + 1);
}

static gboolean
may_spawn (SvLab *self)
{
  guint limit = (guint) CLAMP (self->options.backlog, 1, MAX_OUTSTANDING);

  return self->server != NULL && self->spawning > 0 && (self->options.hold_accept || self->outstanding < limit);
}

static gboolean
spawn_cb (gpointer user_data)
{
  g_autoptr (SvLab) self = g_object_ref (user_data);

  for (guint i = 0; i < SPAWN_BATCH && may_spawn (self); i++)
    {
      spawn_one (self);
      set_spawning (self, self->spawning - 1);
    }
  if (may_spawn (self))
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&self->spawn_source, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
continue_spawning (SvLab *self)
{
  if (self->spawn_source != NULL || !may_spawn (self))
    return;
  self->spawn_source = g_idle_source_new ();
  g_source_set_priority (self->spawn_source, SV_POLLER_PRIORITY);
  g_source_set_callback (self->spawn_source, spawn_cb, self, NULL);
  g_source_attach (self->spawn_source, g_main_context_get_thread_default ());
}

static void
stop_spawning (SvLab *self)
{
  set_spawning (self, 0);
  if (self->spawn_source != NULL)
    g_source_destroy (self->spawn_source);
  g_clear_pointer (&self->spawn_source, g_source_unref);
}

/* ---- The object. */

static void
sv_lab_dispose (GObject *object)
{
  SvLab *self = SV_LAB (object);

  sv_lab_stop (self);
  G_OBJECT_CLASS (sv_lab_parent_class)->dispose (object);
}

static void
sv_lab_finalize (GObject *object)
{
  SvLab *self = SV_LAB (object);

  g_ptr_array_unref (self->links);
  g_object_unref (self->recording);
  g_object_unref (self->machines[SV_SIDE_CLIENT]);
  g_object_unref (self->machines[SV_SIDE_SERVER]);
  G_OBJECT_CLASS (sv_lab_parent_class)->finalize (object);
}

static void
sv_lab_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SvLab *self = SV_LAB (object);

  switch (prop_id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->server != NULL);
      break;
    case PROP_HOLD_ACCEPT:
      g_value_set_boolean (value, self->options.hold_accept);
      break;
    case PROP_ECHO:
      g_value_set_boolean (value, self->options.echo);
      break;
    case PROP_SPAWNING:
      g_value_set_uint (value, self->spawning);
      break;
    case PROP_N_CLIENTS:
      g_value_set_uint (value, self->n_clients);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sv_lab_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SvLab *self = SV_LAB (object);

  switch (prop_id)
    {
    case PROP_HOLD_ACCEPT:
      sv_lab_set_hold_accept (self, g_value_get_boolean (value));
      break;
    case PROP_ECHO:
      sv_lab_set_echo (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sv_lab_class_init (SvLabClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags READ = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags WRITE = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = sv_lab_dispose;
  object_class->finalize = sv_lab_finalize;
  object_class->get_property = sv_lab_get_property;
  object_class->set_property = sv_lab_set_property;

  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, READ);
  props[PROP_HOLD_ACCEPT] = g_param_spec_boolean ("hold-accept", NULL, NULL, FALSE, WRITE);
  props[PROP_ECHO] = g_param_spec_boolean ("echo", NULL, NULL, TRUE, WRITE);
  props[PROP_SPAWNING] = g_param_spec_uint ("spawning", NULL, NULL, 0, G_MAXUINT, 0, READ);
  props[PROP_N_CLIENTS] = g_param_spec_uint ("n-clients", NULL, NULL, 0, G_MAXUINT, 0, READ);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * SvLab::connected:
   * @connection: whose connect() has succeeded
   */
  signals[CONNECTED] = g_signal_new ("connected", SV_TYPE_LAB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                     G_TYPE_UINT);
  /**
   * SvLab::received:
   * @connection: the connection
   * @side: the #SvSide that received
   * @length: bytes
   */
  signals[RECEIVED] = g_signal_new ("received", SV_TYPE_LAB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                    G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT64);
  /**
   * SvLab::closed:
   * @connection: the connection
   * @side: the #SvSide whose socket is no more
   */
  signals[CLOSED] = g_signal_new ("closed", SV_TYPE_LAB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_UINT, G_TYPE_UINT);
}

static void
sv_lab_init (SvLab *self)
{
  self->links = g_ptr_array_new_with_free_func (link_free);
  sv_server_options_init (&self->options);
}

/**
 * sv_lab_new:
 * @client_machine: where the clients live
 * @server_machine: where the server lives; may be the same
 */
SvLab *
sv_lab_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine)
{
  SvLab *self;

  g_return_val_if_fail (SV_IS_RECORDING (recording), NULL);
  g_return_val_if_fail (SV_IS_MACHINE (client_machine), NULL);
  g_return_val_if_fail (SV_IS_MACHINE (server_machine), NULL);

  self = g_object_new (SV_TYPE_LAB, NULL);
  self->recording = g_object_ref (recording);
  self->machines[SV_SIDE_CLIENT] = g_object_ref (client_machine);
  self->machines[SV_SIDE_SERVER] = g_object_ref (server_machine);
  return self;
}

SvRecording *
sv_lab_get_recording (SvLab *self)
{
  return self->recording;
}

SvMachine *
sv_lab_get_machine (SvLab *self, SvSide side)
{
  return self->machines[side];
}

/**
 * sv_server_options_init:
 *
 * 127.0.0.1:9999, backlog 5, echo, accept at once.
 */
void
sv_server_options_init (SvServerOptions *options)
{
  *options = (SvServerOptions){
    .bind = sv_endpoint_loopback (AF_INET, SV_LAB_DEFAULT_PORT),
    .backlog = SV_LAB_DEFAULT_BACKLOG,
    .echo = TRUE,
  };
}

static void
adopt_options (SvLab *self, const SvServerOptions *options)
{
  SvServerOptions before = self->options;

  self->options = *options;
  if (before.hold_accept != options->hold_accept)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HOLD_ACCEPT]);
  if (before.echo != options->echo)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ECHO]);
}

/**
 * sv_lab_start_server:
 *
 * socket, bind, listen; from then on accept.
 *
 * Returns: %FALSE with %SV_LAB_ERROR_RUNNING, %SV_LAB_ERROR_CALL or an error of the machine
 */
gboolean
sv_lab_start_server (SvLab *self, const SvServerOptions *options, GError **error)
{
  g_return_val_if_fail (SV_IS_LAB (self), FALSE);
  g_return_val_if_fail (options != NULL, FALSE);

  if (self->server != NULL)
    {
      g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_RUNNING, _("The server is running already. Stop it first."));
      return FALSE;
    }
  adopt_options (self, options);
  if (!wake (self, error))
    return FALSE;
  self->server = sv_server_new (self->recording, self->machines[SV_SIDE_SERVER], self->poller, self->witness, options,
                                &LISTENER_EVENTS, self, error);
  if (self->server == NULL)
    {
      rest (self);
      return FALSE;
    }
  self->first_connection = sv_recording_get_n_connections (self->recording) + 1;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
  return TRUE;
}

/* Of each connection the end on @side. A close may make others close, never add one. */
static void
close_all (SvLab *self, SvSide side)
{
  for (guint i = 0; i < self->links->len; i++)
    {
      Link *link = g_ptr_array_index (self->links, i);

      if (link == NULL)
        continue;
      link->parked = FALSE;
      if (link->streams[side] != NULL)
        sv_stream_close (link->streams[side]);
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

  end->local = connection->server;
  end->foreign = connection->client;
  sv_witness_before (self->witness, end, &sight);
  sv_witness_after_reset (self->witness, end, &sight, &outcome);
}

/* What closing the listener did to those it had not accepted. */
static void
look_after_queue (SvLab *self)
{
  guint n = sv_recording_get_n_connections (self->recording);

  for (guint id = self->first_connection; id <= n; id++)
    {
      const SvConnection *connection = sv_recording_get_connection (self->recording, id);
      Link *link = find_link (self, id);

      if (connection->client.family != 0 && (link == NULL || !link->accepted))
        see_reset (self, connection);
    }
}

/* Clients that had been left half-closed have nothing to wait for. */
static void
close_ended_clients (SvLab *self)
{
  for (guint i = 0; i < self->links->len; i++)
    {
      Link *link = g_ptr_array_index (self->links, i);
      SvStream *client = link != NULL ? link->streams[SV_SIDE_CLIENT] : NULL;

      if (client != NULL && sv_stream_has_ended (client))
        sv_stream_close (client);
    }
}

/**
 * sv_lab_stop_server:
 *
 * Closes every socket of the server, as its end would. Clients see that and
 * close too.
 */
void
sv_lab_stop_server (SvLab *self)
{
  g_return_if_fail (SV_IS_LAB (self));

  if (self->server == NULL)
    return;
  stop_spawning (self);
  close_all (self, SV_SIDE_SERVER);
  g_clear_pointer (&self->server, sv_server_free);
  look_after_queue (self);
  close_ended_clients (self);
  rest (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

gboolean
sv_lab_is_running (SvLab *self)
{
  return self->server != NULL;
}

/**
 * sv_lab_get_options:
 *
 * Returns: (transfer none): what the server was started with last; hold_accept
 *   and echo as they are now; a port 0 stays 0
 */
const SvServerOptions *
sv_lab_get_options (SvLab *self)
{
  return &self->options;
}

/**
 * sv_lab_get_listener_endpoint:
 * @endpoint: (out): where the server listens, with the port that the kernel chose
 *
 * Returns: whether it listens
 */
gboolean
sv_lab_get_listener_endpoint (SvLab *self, SvEndpoint *endpoint)
{
  if (self->server == NULL)
    return FALSE;
  *endpoint = *sv_server_get_endpoint (self->server);
  return TRUE;
}

/**
 * sv_lab_get_listener_fd:
 *
 * Returns: the descriptor of the listening socket, -1 if there is none
 */
int
sv_lab_get_listener_fd (SvLab *self)
{
  return self->server != NULL ? sv_server_get_fd (self->server) : -1;
}

/**
 * sv_lab_get_connect_errors:
 *
 * Returns: how many clients could not connect so far
 */
guint
sv_lab_get_connect_errors (SvLab *self)
{
  return self->connect_errors;
}

/**
 * sv_lab_set_hold_accept:
 *
 * Whether accept() waits for sv_lab_accept_one(). When that ends, all that
 * wait are accepted.
 */
void
sv_lab_set_hold_accept (SvLab *self, gboolean hold_accept)
{
  g_return_if_fail (SV_IS_LAB (self));

  hold_accept = !!hold_accept;
  if (self->options.hold_accept == hold_accept)
    return;
  self->options.hold_accept = hold_accept;
  if (self->server != NULL)
    sv_server_set_hold_accept (self->server, hold_accept);
  continue_spawning (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HOLD_ACCEPT]);
}

/**
 * sv_lab_set_echo:
 *
 * Whether the server sends back what it receives from now on.
 */
void
sv_lab_set_echo (SvLab *self, gboolean echo)
{
  g_return_if_fail (SV_IS_LAB (self));

  echo = !!echo;
  if (self->options.echo == echo)
    return;
  self->options.echo = echo;
  for (guint i = 0; i < self->links->len; i++)
    {
      Link *link = g_ptr_array_index (self->links, i);

      if (link != NULL && link->streams[SV_SIDE_SERVER] != NULL)
        sv_stream_set_echo (link->streams[SV_SIDE_SERVER], echo);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ECHO]);
}

static gboolean
fail_no_server (GError **error)
{
  g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SERVER, _("No server is running. Start the server first."));
  return FALSE;
}

/**
 * sv_lab_accept_one:
 *
 * accept(2), once.
 */
gboolean
sv_lab_accept_one (SvLab *self, GError **error)
{
  g_return_val_if_fail (SV_IS_LAB (self), FALSE);

  return self->server != NULL ? sv_server_accept_one (self->server, error) : fail_no_server (error);
}

/**
 * sv_lab_spawn_clients:
 * @n: from 1 to %SV_LAB_MAX_CLIENTS, together with those that are open
 *
 * Returns at once; the clients come as fast as the server accepts them, or,
 * while accept() is held, as fast as the kernel answers.
 *
 * Returns: %FALSE with %SV_LAB_ERROR_NO_SERVER, %SV_LAB_ERROR_RANGE or %SV_LAB_ERROR_DESCRIPTORS
 */
gboolean
sv_lab_spawn_clients (SvLab *self, guint n, GError **error)
{
  g_return_val_if_fail (SV_IS_LAB (self), FALSE);

  if (self->server == NULL)
    return fail_no_server (error);
  if (n < 1 || n > SV_LAB_MAX_CLIENTS || self->n_clients + self->spawning + n > SV_LAB_MAX_CLIENTS)
    {
      g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                   _("%u clients are too many or too few: from 1 to %u can be open at once."), n, SV_LAB_MAX_CLIENTS);
      return FALSE;
    }
  if (!sv_descriptors_reserve (n, 2 * self->spawning + self->outstanding, error))
    return FALSE;
  set_spawning (self, self->spawning + n);
  continue_spawning (self);
  return TRUE;
}

/**
 * sv_lab_has_end:
 *
 * Returns: whether that end of the connection is a socket of ours, still open
 */
gboolean
sv_lab_has_end (SvLab *self, guint connection, SvSide side)
{
  Link *link = find_link (self, connection);

  return link != NULL && link->streams[side] != NULL;
}

/**
 * sv_lab_get_tcp_info:
 * @info: (out): TCP_INFO of the server's end, as of the last time something came
 *
 * Returns: whether that connection was accepted
 */
gboolean
sv_lab_get_tcp_info (SvLab *self, guint connection, SvTcpInfo *info)
{
  Link *link = find_link (self, connection);

  if (link == NULL || !link->accepted)
    return FALSE;
  *info = link->info;
  return TRUE;
}

/* (transfer none) (nullable) */
static SvStream *
find_stream (SvLab *self, guint connection, SvSide side, GError **error)
{
  if (sv_lab_has_end (self, connection, side))
    return find_link (self, connection)->streams[side];
  g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SOCKET,
                       _("That end is not open here. It was closed already, or it belongs to another program."));
  return NULL;
}

/**
 * sv_lab_send:
 *
 * send(2); what the kernel does not take at once follows when there is room.
 */
gboolean
sv_lab_send (SvLab *self, guint connection, SvSide side, GBytes *data, GError **error)
{
  SvStream *stream = find_stream (self, connection, side, error);

  return stream != NULL && sv_stream_send (stream, data, error);
}

/**
 * sv_lab_shut_down:
 *
 * shutdown(SHUT_WR): that side sends no more. The other side's program does
 * not answer by closing, so that the half-closed connection can be looked at.
 */
gboolean
sv_lab_shut_down (SvLab *self, guint connection, SvSide side, GError **error)
{
  SvStream *stream = find_stream (self, connection, side, error);

  if (stream == NULL)
    return FALSE;
  find_link (self, connection)->parked = TRUE;
  return sv_stream_shut_down (stream, error);
}

/**
 * sv_lab_close:
 *
 * close(2).
 */
gboolean
sv_lab_close (SvLab *self, guint connection, SvSide side, GError **error)
{
  SvStream *stream = find_stream (self, connection, side, error);

  if (stream == NULL)
    return FALSE;
  sv_stream_close (stream);
  return TRUE;
}

/**
 * sv_lab_reset:
 *
 * close(2) that sends RST.
 */
gboolean
sv_lab_reset (SvLab *self, guint connection, SvSide side, GError **error)
{
  SvStream *stream = find_stream (self, connection, side, error);

  if (stream == NULL)
    return FALSE;
  sv_stream_reset (stream);
  return TRUE;
}

/**
 * sv_lab_stop:
 *
 * Clients first, as they would leave.
 */
void
sv_lab_stop (SvLab *self)
{
  g_return_if_fail (SV_IS_LAB (self));

  stop_spawning (self);
  close_all (self, SV_SIDE_CLIENT);
  close_all (self, SV_SIDE_SERVER);
  sv_lab_stop_server (self);
  rest (self);
}
