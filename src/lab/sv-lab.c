/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lab-private.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum
{
  PROP_0,
  PROP_RUNNING,
  PROP_HOLD_ACCEPT,
  PROP_ECHO,
  PROP_SPAWNING,
  PROP_N_CLIENTS,
  PROP_RESOLVING,
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
  g_ptr_array_unref (self->quests);
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
      g_value_set_boolean (value, sv_lab_is_running (self));
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
    case PROP_RESOLVING:
      g_value_set_boolean (value, self->quests->len > 0);
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
  props[PROP_RESOLVING] = g_param_spec_boolean ("resolving", NULL, NULL, FALSE, READ);
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
  self->links = g_ptr_array_new_with_free_func (g_free);
  self->quests = sv_lab_new_quests ();
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
 * sv_lab_set_server_address:
 * @address: IPv4 or IPv6; its port does not count
 *
 * By which address the clients' machine reaches the server's, of that family.
 * Without one, both are the same machine.
 */
void
sv_lab_set_server_address (SvLab *self, const SvEndpoint *address)
{
  g_return_if_fail (SV_IS_LAB (self));

  self->server_addresses[address->family == AF_INET6] = *address;
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

static gboolean
set_path (char path[SV_UNIX_PATH_SIZE], const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length > 0 && length < SV_UNIX_PATH_SIZE)
    {
      memcpy (path, text, length + 1);
      return TRUE;
    }
  g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
               _("The name of a UNIX-domain socket has from 1 to %u bytes (sun_path)."), SV_UNIX_PATH_SIZE - 1);
  return FALSE;
}

/**
 * sv_server_options_set_path:
 * @path: (nullable): of a file, or "@name" for an abstract name; %NULL: a file
 *   of this process in the user's own runtime folder
 *
 * Makes it a server of the UNIX domain.
 */
gboolean
sv_server_options_set_path (SvServerOptions *options, const char *path, GError **error)
{
  g_autofree char *name = g_strdup_printf ("sockview-%d.sock", (int) getpid ());
  g_autofree char *fallback = g_build_filename (g_get_user_runtime_dir (), name, NULL);

  options->kind = SV_KIND_UNIX;
  return set_path (options->path, path != NULL ? path : fallback, error);
}

/**
 * sv_destination_set_path:
 *
 * Clients shall go to a server of the UNIX domain.
 */
gboolean
sv_destination_set_path (SvDestination *target, const char *path, GError **error)
{
  target->kind = SV_KIND_UNIX;
  return set_path (target->path, path, error);
}

/**
 * sv_lab_set_manner:
 *
 * How UDP clients go about it from now on.
 */
void
sv_lab_set_manner (SvLab *self, SvManner manner)
{
  g_return_if_fail (SV_IS_LAB (self));

  self->manner = manner;
}

SvManner
sv_lab_get_manner (SvLab *self)
{
  return self->manner;
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

/* The UNIX domain is within one kernel, and the names of files are this computer's. */
static gboolean
fits_machines (SvLab *self, const SvServerOptions *options, GError **error)
{
  if (options->kind != SV_KIND_UNIX || self->machines[SV_SIDE_CLIENT] == self->machines[SV_SIDE_SERVER])
    return TRUE;
  g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                       _("UNIX-domain sockets join programs of one computer, not two: choose This Computer for them."));
  return FALSE;
}

/**
 * sv_lab_start_server:
 *
 * socket, bind, listen; from then on accept. With UDP socket and bind; from then
 * on recvfrom.
 *
 * Returns: %FALSE with %SV_LAB_ERROR_RUNNING, %SV_LAB_ERROR_CALL or an error of the machine
 */
gboolean
sv_lab_start_server (SvLab *self, const SvServerOptions *options, GError **error)
{
  g_return_val_if_fail (SV_IS_LAB (self), FALSE);
  g_return_val_if_fail (options != NULL, FALSE);

  if (sv_lab_is_running (self))
    {
      g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_RUNNING, _("The server is running already. Stop it first."));
      return FALSE;
    }
  if (!fits_machines (self, options, error))
    return FALSE;
  adopt_options (self, options);
  if (!sv_lab_wake (self, error))
    return FALSE;
  if (options->kind == SV_KIND_UDP)
    sv_lab_start_datagrams (self, options, error);
  else
    self->server = sv_server_new (self->recording, self->machines[SV_SIDE_SERVER], self->poller, self->witness,
                                  options, &SV_LAB_LISTENER_EVENTS, self, error);
  if (!sv_lab_is_running (self))
    {
      sv_lab_rest (self);
      return FALSE;
    }
  self->first_connection = sv_recording_get_n_connections (self->recording) + 1;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
  return TRUE;
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

  if (!sv_lab_is_running (self))
    return;
  sv_lab_stop_spawning (self);
  sv_lab_close_all (self, SV_SIDE_SERVER);
  sv_lab_stop_datagrams (self);
  g_clear_pointer (&self->server, sv_server_free);
  sv_lab_look_after_queue (self);
  sv_lab_close_ended_clients (self);
  sv_lab_rest (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

gboolean
sv_lab_is_running (SvLab *self)
{
  return self->server != NULL || self->datagram_server != NULL;
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
 * @endpoint: (out): where the server listens, with the port that the kernel chose;
 *   of the UNIX domain the listening socket's inode
 *
 * Returns: whether it listens
 */
gboolean
sv_lab_get_listener_endpoint (SvLab *self, SvEndpoint *endpoint)
{
  if (self->server != NULL)
    *endpoint = *sv_server_get_endpoint (self->server);
  else if (self->datagram_server != NULL)
    *endpoint = sv_datagram_get_end (self->datagram_server)->local;
  return sv_lab_is_running (self);
}

/**
 * sv_lab_get_listener_fd:
 *
 * Returns: the descriptor of the listening socket, -1 if there is none
 */
int
sv_lab_get_listener_fd (SvLab *self)
{
  if (self->datagram_server != NULL)
    return sv_datagram_get_end (self->datagram_server)->fd;
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
  if (self->datagram_server != NULL)
    sv_datagram_set_paused (self->datagram_server, hold_accept);
  sv_lab_continue_spawning (self);
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
      SvLabLink *link = g_ptr_array_index (self->links, i);

      if (link != NULL && link->streams[SV_SIDE_SERVER] != NULL)
        sv_stream_set_echo (link->streams[SV_SIDE_SERVER], echo);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ECHO]);
}

gboolean
sv_lab_fail_no_server (GError **error)
{
  g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SERVER, _("No server is running. Start the server first."));
  return FALSE;
}

/**
 * sv_lab_accept_one:
 *
 * accept(2), once; with UDP, recvfrom(2).
 */
gboolean
sv_lab_accept_one (SvLab *self, GError **error)
{
  g_return_val_if_fail (SV_IS_LAB (self), FALSE);

  if (self->datagram_server != NULL)
    return sv_lab_receive_datagram (self, error);
  return self->server != NULL ? sv_server_accept_one (self->server, error) : sv_lab_fail_no_server (error);
}

/**
 * sv_lab_has_end:
 *
 * Returns: whether that end of the connection is a socket of ours, still open
 */
gboolean
sv_lab_has_end (SvLab *self, guint connection, SvSide side)
{
  SvLabLink *link = sv_lab_find_link (self, connection);

  return link != NULL && (link->streams[side] != NULL || (side == SV_SIDE_CLIENT && link->datagram != NULL));
}

/* UDP, and whoever is at that end is ours: our server needs no end of its own to answer. */
static gboolean
is_datagram_end (SvLab *self, guint connection, SvSide side)
{
  SvLabLink *link = sv_lab_find_link (self, connection);
  const SvConnection *known;

  if (side == SV_SIDE_CLIENT || self->datagram_server == NULL || connection == 0
      || connection > sv_recording_get_n_connections (self->recording))
    return side == SV_SIDE_CLIENT && link != NULL && link->datagram != NULL;
  known = sv_recording_get_connection (self->recording, connection);
  return known->protocol == IPPROTO_UDP && known->client.family != 0;
}

/**
 * sv_lab_may_send:
 *
 * Returns: whether that end is a socket of ours, open, and not shut down; or our
 *   UDP server, which has one socket for all
 */
gboolean
sv_lab_may_send (SvLab *self, guint connection, SvSide side)
{
  SvLabLink *link = sv_lab_find_link (self, connection);

  return is_datagram_end (self, connection, side)
         || (link != NULL && link->streams[side] != NULL && sv_stream_may_send (link->streams[side]));
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
  SvLabLink *link = sv_lab_find_link (self, connection);

  if (link == NULL || !link->accepted)
    return FALSE;
  *info = link->info;
  return TRUE;
}

/* (transfer none) (nullable) */
static SvStream *
find_stream (SvLab *self, guint connection, SvSide side, GError **error)
{
  SvLabLink *link = sv_lab_find_link (self, connection);

  if (link != NULL && link->streams[side] != NULL)
    return link->streams[side];
  if (is_datagram_end (self, connection, side))
    {
      g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                           _("UDP has no connection that could be ended: there is nothing to shut down or to reset."));
      return NULL;
    }
  g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SOCKET,
                       _("That end is not open here. It was closed already, or it belongs to another program."));
  return NULL;
}

/**
 * sv_lab_send:
 *
 * send(2); what the kernel does not take at once follows when there is room. With
 * UDP each is one datagram.
 */
gboolean
sv_lab_send (SvLab *self, guint connection, SvSide side, GBytes *data, GError **error)
{
  SvStream *stream;

  if (is_datagram_end (self, connection, side))
    return sv_lab_send_datagram (sv_lab_ensure_link (self, connection), side, data, error);
  stream = find_stream (self, connection, side, error);
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
  sv_lab_find_link (self, connection)->parked = TRUE;
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
  SvLabLink *link = sv_lab_find_link (self, connection);
  SvStream *stream;

  if (link != NULL && side == SV_SIDE_CLIENT && link->datagram != NULL)
    {
      sv_lab_close_datagram (link);
      return TRUE;
    }
  stream = find_stream (self, connection, side, error);
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

  sv_lab_cancel_names (self);
  sv_lab_stop_spawning (self);
  sv_lab_close_all (self, SV_SIDE_CLIENT);
  sv_lab_close_all (self, SV_SIDE_SERVER);
  sv_lab_stop_server (self);
  sv_lab_rest (self);
}
