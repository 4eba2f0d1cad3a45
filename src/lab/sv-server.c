/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-server.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* How long accept() rests, in ms, when no descriptor is free and none of ours becomes so. */
#define RETRY_MS 1000

struct _SvServer
{
  SvEnd *listener;
  SvPoller *poller;   /* unowned */
  SvWitness *witness; /* unowned */
  SvWatch *watch;
  const SvServerEvents *events;
  gpointer user_data;
  gboolean hold_accept;
  char *path;     /* of the file that bind() has made; NULL if none */
  GSource *retry; /* while accept() rests */
};

static void
update_watch (SvServer *self)
{
  sv_poller_modify (self->poller, self->watch, self->hold_accept || self->retry != NULL ? 0 : EPOLLIN);
}

static void
stop_resting (SvServer *self)
{
  if (self->retry == NULL)
    return;
  g_source_destroy (self->retry);
  g_clear_pointer (&self->retry, g_source_unref);
  update_watch (self);
}

static gboolean
retry_cb (gpointer user_data)
{
  stop_resting (user_data);
  return G_SOURCE_REMOVE;
}

/* The connection that could not be accepted stays in the queue: nothing is
 * lost, but epoll would call again at once. */
static void
rest (SvServer *self, int code)
{
  sv_recording_append (self->listener->recording,
                       sv_fact_new_note (sv_clock_now (), self->listener->machine,
                                         _("accept() failed: %s. Connections wait in the queue until it works again."),
                                         g_strerror (code)));
  self->retry = g_timeout_source_new (RETRY_MS);
  g_source_set_callback (self->retry, retry_cb, self, NULL);
  g_source_attach (self->retry, g_main_context_get_thread_default ());
  update_watch (self);
}

static gboolean
is_lasting (int code)
{
  return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

static int
accept_once (SvServer *self)
{
  SvSight sight;
  SvEnd *accepted;
  SvOutcome outcome;

  sv_witness_before (self->witness, self->listener, &sight);
  outcome = sv_call_accept (self->listener, self->events->identify, self->user_data, &accepted);
  if (accepted == NULL)
    {
      sv_witness_after (self->witness, self->listener, &sight, &outcome);
      if (is_lasting (outcome.error) && self->retry == NULL)
        rest (self, outcome.error);
      return outcome.error;
    }
  sv_witness_after_accept (self->witness, accepted, &outcome);
  self->events->accepted (accepted, self->user_data);
  return 0;
}

static void
ready_cb (guint32 events, gpointer user_data)
{
  accept_once (user_data);
}

static SvOutcome
call_listen (SvServer *self, int backlog)
{
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (self->witness, self->listener, &sight);
  outcome = sv_call_listen (self->listener, backlog);
  sv_witness_after (self->witness, self->listener, &sight, &outcome);
  return outcome;
}

/* An abstract name goes with its socket; a file has to be removed. */
static gboolean
open_unix_listener (SvServer *self, SvMachine *machine, const SvServerOptions *options, GError **error)
{
  SvOutcome outcome;

  self->listener->protocol = 0;
  outcome = sv_call_socket (self->listener, machine, AF_UNIX);
  if (outcome.error == 0)
    outcome = sv_call_bind_path (self->listener, options->path);
  if (outcome.error == 0 && options->path[0] != '@')
    self->path = g_strdup (options->path);
  if (outcome.error == 0 && g_str_equal (outcome.name, "bind"))
    outcome = call_listen (self, options->backlog);
  if (outcome.error != 0)
    sv_call_set_path_error (error, outcome.name, outcome.error, options->path);
  return outcome.error == 0;
}

/* The calls of a server's life before accept(), each as long as the one before worked. */
static gboolean
open_listener (SvServer *self, SvMachine *machine, const SvServerOptions *options, GError **error)
{
  SvOutcome outcome = sv_call_socket (self->listener, machine, options->bind.family);

  if (outcome.error == 0)
    outcome = sv_call_reuse_address (self->listener);
  if (outcome.error == 0 && options->v6_only)
    outcome = sv_call_v6_only (self->listener);
  if (outcome.error == 0 && options->receive_buffer > 0)
    outcome = sv_call_receive_buffer (self->listener, options->receive_buffer);
  /* A kernel that cannot keep SYNs serves as well. */
  if (outcome.error == 0)
    sv_call_save_syn (self->listener);
  if (outcome.error == 0)
    outcome = sv_call_bind (self->listener, &options->bind);
  if (outcome.error == 0)
    outcome = call_listen (self, options->backlog);
  if (outcome.error != 0)
    sv_call_set_error (error, outcome.name, outcome.error, &options->bind);
  return outcome.error == 0;
}

/**
 * sv_server_new:
 * @events: told as long as it lives
 *
 * socket, setsockopt, bind, listen.
 *
 * Returns: (transfer full) (nullable): a server that listens; %NULL with
 *   %SV_LAB_ERROR_CALL and no socket left
 */
SvServer *
sv_server_new (SvRecording *recording, SvMachine *machine, SvPoller *poller, SvWitness *witness,
               const SvServerOptions *options, const SvServerEvents *events, gpointer user_data, GError **error)
{
  g_autoptr (SvServer) self = g_new0 (SvServer, 1);

  self->listener = sv_end_new (recording, sv_machine_get_id (machine), SV_SIDE_SERVER, "server", 0);
  self->poller = poller;
  self->witness = witness;
  self->events = events;
  self->user_data = user_data;
  self->hold_accept = options->hold_accept;
  if (!(options->kind == SV_KIND_UNIX ? open_unix_listener : open_listener) (self, machine, options, error))
    return NULL;
  sv_witness_set_listener (witness, &self->listener->local);
  self->watch = sv_poller_add (poller, self->listener->fd, self->hold_accept ? 0 : EPOLLIN, ready_cb, self);
  if (self->watch == NULL)
    {
      sv_call_set_error (error, "epoll_ctl", errno, NULL);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * sv_server_free:
 *
 * Closes the listening socket. Connections that wait in its queue are reset by
 * the kernel.
 */
void
sv_server_free (SvServer *self)
{
  SvSight sight;
  SvOutcome outcome;

  if (self->retry != NULL)
    g_source_destroy (self->retry);
  g_clear_pointer (&self->retry, g_source_unref);
  if (self->watch != NULL)
    sv_poller_remove (self->poller, self->watch);
  if (self->listener->socket != NULL)
    {
      sv_witness_before (self->witness, self->listener, &sight);
      outcome = sv_call_close (self->listener);
      sv_witness_after (self->witness, self->listener, &sight, &outcome);
    }
  sv_witness_set_listener (self->witness, NULL);
  if (self->path != NULL)
    sv_call_unlink (self->listener, self->path);
  g_free (self->path);
  sv_end_free (self->listener);
  g_free (self);
}

int
sv_server_get_fd (SvServer *self)
{
  return self->listener->fd;
}

/**
 * sv_server_get_endpoint:
 *
 * Returns: (transfer none): where it listens, as getsockname(2) said
 */
const SvEndpoint *
sv_server_get_endpoint (SvServer *self)
{
  return &self->listener->local;
}

/**
 * sv_server_set_hold_accept:
 * @hold_accept: whether accept() is left to sv_server_accept_one(); when that
 *   ends, all that wait are accepted
 */
void
sv_server_set_hold_accept (SvServer *self, gboolean hold_accept)
{
  self->hold_accept = hold_accept;
  update_watch (self);
}

/**
 * sv_server_accept_one:
 *
 * accept(2), now. With an empty queue it answers EAGAIN, which is recorded
 * like any other answer.
 */
gboolean
sv_server_accept_one (SvServer *self, GError **error)
{
  int code = accept_once (self);

  if (code == EAGAIN)
    g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_CALL,
                 _("No connection is waiting: accept() says “%s”."), sv_errno_to_name (code));
  else if (code != 0)
    sv_call_set_error (error, "accept", code, &self->listener->local);
  return code == 0;
}

/**
 * sv_server_descriptor_freed:
 *
 * A descriptor of this process was closed: accept() may work again.
 */
void
sv_server_descriptor_freed (SvServer *self)
{
  stop_resting (self);
}
