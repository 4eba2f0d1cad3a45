/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-client.h"

#include <errno.h>
#include <sys/socket.h>

static SvOutcome
call_connect (SvEnd *end, const SvEndpoint *server, SvWitness *witness)
{
  SvSight sight = { 0 };
  SvOutcome outcome = sv_call_connect (end, server);

  /* connect() gave the socket its name: its rows are now known as this connection's. */
  if (end->local.family != 0 && end->side == SV_SIDE_CLIENT)
    sv_recording_name_connection (end->recording, end->connection, &end->local, &end->foreign);
  sv_witness_after (witness, end, &sight, &outcome);
  return outcome;
}

/* A socket that nobody listens to: it has no stream yet. */
static void
call_close (SvEnd *end, SvWitness *witness)
{
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (witness, end, &sight);
  outcome = sv_call_close (end);
  sv_witness_after (witness, end, &sight, &outcome);
}

/**
 * sv_client_connect:
 * @end: (transfer full): without a socket yet
 * @server: where to
 *
 * socket and connect. The stream's writable event says that connect() has
 * ended; then sv_client_finish_connect() says how.
 *
 * Returns: (transfer full) (nullable): %NULL with %SV_LAB_ERROR_CALL if a call failed at once
 */
SvStream *
sv_client_connect (SvEnd *end, SvMachine *machine, const SvEndpoint *server, SvPoller *poller, SvWitness *witness,
                   const SvStreamEvents *events, gpointer user_data, GError **error)
{
  return sv_client_connect_from (end, machine, NULL, server, poller, witness, events, user_data, error);
}

/**
 * sv_client_connect_from:
 * @own: (nullable): address and port to bind first
 *
 * As sv_client_connect(); with @own socket, bind and connect.
 */
SvStream *
sv_client_connect_from (SvEnd *end, SvMachine *machine, const SvEndpoint *own, const SvEndpoint *server,
                        SvPoller *poller, SvWitness *witness, const SvStreamEvents *events, gpointer user_data,
                        GError **error)
{
  g_autoptr (SvEnd) owned = end;
  SvOutcome outcome = sv_call_socket (end, machine, server->family);
  g_autoptr (SvStream) stream = NULL;

  if (outcome.error == 0 && own != NULL)
    outcome = sv_call_reuse_address (end);
  if (outcome.error == 0 && own != NULL)
    outcome = sv_call_bind (end, own);
  if (outcome.error == 0)
    outcome = call_connect (end, server, witness);
  if (outcome.error != 0 && outcome.error != EINPROGRESS)
    {
      if (end->socket != NULL)
        call_close (end, witness);
      sv_call_set_error (error, outcome.name, outcome.error, server);
      return NULL;
    }
  stream = sv_stream_new (g_steal_pointer (&owned), poller, witness, events, user_data);
  if (!sv_stream_await_connect (stream))
    {
      sv_call_set_error (error, "epoll_ctl", errno, server);
      call_close (end, witness);
      return NULL;
    }
  return g_steal_pointer (&stream);
}

static SvOutcome
call_connect_path (SvEnd *end, const char *path, SvWitness *witness)
{
  SvSight sight = { 0 };
  SvOutcome outcome = sv_call_connect_path (end, path);

  if (outcome.error == 0)
    sv_recording_name_end (end->recording, end->connection, SV_SIDE_CLIENT, &end->local);
  sv_witness_after (witness, end, &sight, &outcome);
  return outcome;
}

/**
 * sv_client_connect_path:
 * @end: (transfer full): of the UNIX domain, without a socket yet
 * @path: where to
 *
 * socket and connect. There is no handshake: it is connected when this returns.
 *
 * Returns: (transfer full) (nullable): %NULL with %SV_LAB_ERROR_CALL
 */
SvStream *
sv_client_connect_path (SvEnd *end, SvMachine *machine, const char *path, SvPoller *poller, SvWitness *witness,
                        const SvStreamEvents *events, gpointer user_data, GError **error)
{
  g_autoptr (SvEnd) owned = end;
  SvOutcome outcome = sv_call_socket (end, machine, AF_UNIX);
  g_autoptr (SvStream) stream = NULL;

  if (outcome.error == 0)
    outcome = call_connect_path (end, path, witness);
  if (outcome.error != 0)
    {
      if (end->socket != NULL)
        call_close (end, witness);
      sv_call_set_path_error (error, outcome.name, outcome.error, path);
      return NULL;
    }
  stream = sv_stream_new (g_steal_pointer (&owned), poller, witness, events, user_data);
  if (!sv_stream_start (stream))
    {
      sv_call_set_error (error, "epoll_ctl", errno, NULL);
      call_close (end, witness);
      return NULL;
    }
  return g_steal_pointer (&stream);
}

/**
 * sv_client_finish_connect:
 * @code: (out): why it failed: an errno
 *
 * Asks how connect() ended.
 *
 * Returns: whether the connection is established
 */
gboolean
sv_client_finish_connect (SvStream *stream, SvWitness *witness, int *code)
{
  SvEnd *end = sv_stream_get_end (stream);
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (witness, end, &sight);
  outcome = sv_call_finish_connect (end, code);
  sv_witness_after_finish (witness, end, &sight, &outcome, *code);
  return *code == 0;
}
