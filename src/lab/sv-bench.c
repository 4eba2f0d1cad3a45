/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-bench.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define CHUNK (64 * 1024)

/**
 * sv_bench_new:
 * @recording: outlives it
 * @server_machine: may be the same as @client_machine
 *
 * Its servers listen on 127.0.0.1, or on the address that the caller sets.
 *
 * Returns: (transfer full) (nullable): %NULL if a kernel cannot be asked
 */
SvBench *
sv_bench_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine, GError **error)
{
  SvWitness *witness = sv_witness_new (recording, client_machine, server_machine, error);
  SvBench *self;

  if (witness == NULL)
    return NULL;
  self = g_new0 (SvBench, 1);
  self->recording = g_object_ref (recording);
  self->machines[SV_SIDE_CLIENT] = g_object_ref (client_machine);
  self->machines[SV_SIDE_SERVER] = g_object_ref (server_machine);
  self->witness = witness;
  self->address = self->target = sv_endpoint_loopback (AF_INET, 0);
  return self;
}

/* Clients first: a listener that goes resets what nobody has accepted. Each
 * row is asked for once more, so that the recording has its going. */
void
sv_bench_free (SvBench *self)
{
  for (guint i = SV_N_SLOTS; i > 0; i--)
    if (sv_bench_is_open (self, i - 1))
      sv_bench_reset (self, i - 1);
  for (guint i = 0; i < SV_N_SLOTS; i++)
    {
      SvSocketRow own, peer;

      sv_bench_observe (self, i, &own, &peer);
      g_clear_pointer (&self->ends[i], sv_end_free);
    }
  sv_witness_free (self->witness);
  g_object_unref (self->machines[SV_SIDE_CLIENT]);
  g_object_unref (self->machines[SV_SIDE_SERVER]);
  g_object_unref (self->recording);
  g_free (self);
}

/* A slot that is used again loses its former socket. */
static void
clear_slot (SvBench *self, SvSlot slot)
{
  if (sv_bench_is_open (self, slot))
    sv_bench_reset (self, slot);
  g_clear_pointer (&self->ends[slot], sv_end_free);
}

static void
put_end (SvBench *self, SvSlot slot, SvEnd *end)
{
  clear_slot (self, slot);
  self->ends[slot] = end;
}

/* The call is the first fact since @before; its consequences come after it. */
static gboolean
remember (SvBench *self, guint64 before, const SvOutcome *outcome)
{
  self->last = *outcome;
  self->last_fact = before;
  return outcome->result >= 0;
}

static gboolean
call_socket (SvBench *self, SvSlot slot)
{
  SvEnd *end = self->ends[slot];
  guint64 before = sv_recording_get_end (self->recording);
  SvOutcome outcome = sv_call_socket (end, self->machines[end->side], self->target.family);

  return remember (self, before, &outcome);
}

/**
 * sv_bench_open_client:
 *
 * socket(2), for a new client with a connection of its own.
 */
gboolean
sv_bench_open_client (SvBench *self, SvSlot slot)
{
  g_autofree char *actor = g_strdup_printf ("client %u", ++self->n_clients);
  guint id = sv_recording_add_connection (self->recording, actor, FALSE);

  put_end (self, slot,
           sv_end_new (self->recording, sv_machine_get_id (self->machines[SV_SIDE_CLIENT]), SV_SIDE_CLIENT, actor, id));
  return call_socket (self, slot);
}

/**
 * sv_bench_open_peer:
 * @actor: what the program is called
 *
 * socket(2), for a program that is neither server nor client: @side says where its
 * socket is drawn. With %SV_SIDE_CLIENT it has a connection of its own.
 */
gboolean
sv_bench_open_peer (SvBench *self, SvSlot slot, SvSide side, const char *actor)
{
  guint id = side == SV_SIDE_CLIENT ? sv_recording_add_connection (self->recording, actor, FALSE) : 0;

  put_end (self, slot, sv_end_new (self->recording, sv_machine_get_id (self->machines[side]), side, actor, id));
  return call_socket (self, slot);
}

static void
put_server (SvBench *self, SvSlot slot)
{
  const char *actor = slot == SV_SLOT_LISTENER ? "server" : "server 2";

  put_end (self, slot,
           sv_end_new (self->recording, sv_machine_get_id (self->machines[SV_SIDE_SERVER]), SV_SIDE_SERVER, actor, 0));
}

/**
 * sv_bench_open_server:
 *
 * socket(2), for a server.
 */
gboolean
sv_bench_open_server (SvBench *self, SvSlot slot)
{
  put_server (self, slot);
  return call_socket (self, slot);
}

/**
 * sv_bench_open_datagram:
 *
 * socket(2) of UDP, for a server.
 */
gboolean
sv_bench_open_datagram (SvBench *self, SvSlot slot)
{
  put_server (self, slot);
  self->ends[slot]->protocol = IPPROTO_UDP;
  return call_socket (self, slot);
}

/**
 * sv_bench_open_datagram_client:
 *
 * socket(2) of UDP, for a new client.
 */
gboolean
sv_bench_open_datagram_client (SvBench *self, SvSlot slot)
{
  g_autofree char *actor = g_strdup_printf ("client %u", ++self->n_clients);
  guint id = sv_recording_add_connection (self->recording, actor, FALSE);

  put_end (self, slot,
           sv_end_new (self->recording, sv_machine_get_id (self->machines[SV_SIDE_CLIENT]), SV_SIDE_CLIENT, actor, id));
  self->ends[slot]->protocol = IPPROTO_UDP;
  return call_socket (self, slot);
}

/**
 * sv_bench_set_value:
 * @args: level, option and value as a program writes them
 *
 * setsockopt(2).
 */
gboolean
sv_bench_set_value (SvBench *self, SvSlot slot, int level, int option, const void *value, gsize length,
                    const char *args)
{
  guint64 before = sv_recording_get_end (self->recording);
  SvOutcome outcome = sv_call_set_option (self->ends[slot], level, option, value, length, args);

  return remember (self, before, &outcome);
}

/**
 * sv_bench_set:
 * @name: level and option as a program writes them: "SOL_SOCKET, SO_RCVBUF"
 *
 * setsockopt(2) of a number.
 */
gboolean
sv_bench_set (SvBench *self, SvSlot slot, int level, int option, int value, const char *name)
{
  g_autofree char *args = g_strdup_printf ("%s, %d", name, value);

  return sv_bench_set_value (self, slot, level, option, &value, sizeof value, args);
}

/**
 * sv_bench_bind:
 *
 * bind(2). The port that the kernel chose for the first listener is the one
 * that the bench's clients connect to.
 */
gboolean
sv_bench_bind (SvBench *self, SvSlot slot, const SvEndpoint *address)
{
  guint64 before = sv_recording_get_end (self->recording);
  SvOutcome outcome = sv_call_bind (self->ends[slot], address);

  if (slot == SV_SLOT_LISTENER && outcome.result == 0)
    self->address.port = self->target.port = self->ends[slot]->local.port;
  if (slot == SV_SLOT_LISTENER && outcome.result == 0 && self->ends[slot]->protocol == IPPROTO_UDP)
    sv_witness_set_datagram_server (self->witness, self->ends[slot]->fd, &self->ends[slot]->local);
  return remember (self, before, &outcome);
}

gboolean
sv_bench_listen (SvBench *self, SvSlot slot, int backlog)
{
  SvEnd *end = self->ends[slot];
  guint64 before = sv_recording_get_end (self->recording);
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (self->witness, end, &sight);
  outcome = sv_call_listen (end, backlog);
  if (slot == SV_SLOT_LISTENER && outcome.result == 0)
    sv_witness_set_listener (self->witness, &end->local);
  sv_witness_after (self->witness, end, &sight, &outcome);
  return remember (self, before, &outcome);
}

/**
 * sv_bench_connect:
 *
 * connect(2). Then sv_bench_is_ready() for POLLOUT says when it has ended and
 * sv_bench_finish_connect() how.
 *
 * Returns: whether it has begun: EINPROGRESS is no failure
 */
gboolean
sv_bench_connect (SvBench *self, SvSlot slot, const SvEndpoint *to)
{
  SvEnd *end = self->ends[slot];
  guint64 before = sv_recording_get_end (self->recording);
  SvSight sight = { 0 };
  SvOutcome outcome = sv_call_connect (end, to);

  /* Nothing came of it; whoever has these two addresses and ports is another socket. */
  if (outcome.error == EADDRNOTAVAIL)
    {
      end->foreign = (SvEndpoint){ 0 };
      return remember (self, before, &outcome);
    }
  /* connect() gave the socket its name: its rows are now known as this connection's. */
  if (end->local.family != 0)
    sv_recording_name_connection (self->recording, end->connection, &end->local, &end->foreign);
  sv_witness_after (self->witness, end, &sight, &outcome);
  return remember (self, before, &outcome) || outcome.error == EINPROGRESS;
}

/**
 * sv_bench_is_ready:
 * @events: of poll(2)
 *
 * Returns: whether one of them, an error or the end is there now; nothing waits
 */
gboolean
sv_bench_is_ready (SvBench *self, SvSlot slot, short events)
{
  struct pollfd watched = { .fd = self->ends[slot]->fd, .events = events };

  g_return_val_if_fail (sv_bench_is_open (self, slot), FALSE);

  return poll (&watched, 1, 0) > 0;
}

/**
 * sv_bench_finish_connect:
 *
 * getsockopt(SO_ERROR).
 *
 * Returns: 0, or the errno that connect() ended with; @last has it as its error
 */
int
sv_bench_finish_connect (SvBench *self, SvSlot slot)
{
  SvEnd *end = self->ends[slot];
  guint64 before = sv_recording_get_end (self->recording);
  SvSight sight;
  SvOutcome outcome;
  int code;

  sv_witness_before (self->witness, end, &sight);
  outcome = sv_call_finish_connect (end, &code);
  sv_witness_after_finish (self->witness, end, &sight, &outcome, code);
  remember (self, before, &outcome);
  self->last.error = code;
  return code;
}

static void
identify_cb (SvEnd *accepted, gpointer user_data)
{
  SvBench *self = user_data;
  SvSocketRow row = { .protocol = IPPROTO_TCP, .local = accepted->local, .foreign = accepted->foreign };
  SvSide side;

  accepted->connection = sv_recording_find_connection (self->recording, &row, &side);
}

/**
 * sv_bench_accept:
 * @slot: where the new socket goes
 *
 * accept(2).
 */
gboolean
sv_bench_accept (SvBench *self, SvSlot listener, SvSlot slot)
{
  guint64 before = sv_recording_get_end (self->recording);
  SvSight sight;
  SvEnd *accepted;
  SvOutcome outcome;

  sv_witness_before (self->witness, self->ends[listener], &sight);
  outcome = sv_call_accept (self->ends[listener], identify_cb, self, &accepted);
  if (accepted != NULL)
    {
      put_end (self, slot, accepted);
      sv_witness_after_accept (self->witness, accepted, &outcome);
    }
  else
    sv_witness_after (self->witness, self->ends[listener], &sight, &outcome);
  return remember (self, before, &outcome);
}

static gssize
send_data (SvBench *self, SvSlot slot, const void *data, gsize length)
{
  SvEnd *end = self->ends[slot];
  guint64 before = sv_recording_get_end (self->recording);
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (self->witness, end, &sight);
  outcome = sv_call_send (end, data, length);
  sv_witness_after (self->witness, end, &sight, &outcome);
  remember (self, before, &outcome);
  return (gssize) outcome.result;
}

/**
 * sv_bench_send:
 *
 * send(2).
 *
 * Returns: how many bytes the kernel took, -1 if none
 */
gssize
sv_bench_send (SvBench *self, SvSlot slot, const char *text)
{
  return send_data (self, slot, text, strlen (text));
}

/**
 * sv_bench_send_bytes:
 *
 * send(2) of so many letters x.
 */
gssize
sv_bench_send_bytes (SvBench *self, SvSlot slot, gsize length)
{
  g_autofree char *data = g_malloc (length);

  memset (data, 'x', length);
  return send_data (self, slot, data, length);
}

/**
 * sv_bench_recv:
 * @size: 64 KiB at most
 *
 * recv(2).
 *
 * Returns: how many bytes came, 0 at the end, -1 if it failed
 */
gssize
sv_bench_recv (SvBench *self, SvSlot slot, gsize size)
{
  SvEnd *end = self->ends[slot];
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 before = sv_recording_get_end (self->recording);
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (self->witness, end, &sight);
  outcome = sv_call_recv (end, buffer, MIN (size, CHUNK));
  sv_witness_after (self->witness, end, &sight, &outcome);
  remember (self, before, &outcome);
  return (gssize) outcome.result;
}

/**
 * sv_bench_shut_down:
 *
 * shutdown(2) with SHUT_WR.
 */
gboolean
sv_bench_shut_down (SvBench *self, SvSlot slot)
{
  SvEnd *end = self->ends[slot];
  guint64 before;
  SvSight sight;
  SvOutcome outcome;

  sv_witness_look (self->witness, end);
  before = sv_recording_get_end (self->recording);
  sv_witness_before (self->witness, end, &sight);
  outcome = sv_call_shutdown (end);
  sv_witness_after (self->witness, end, &sight, &outcome);
  return remember (self, before, &outcome);
}

/**
 * sv_bench_close:
 *
 * close(2).
 */
gboolean
sv_bench_close (SvBench *self, SvSlot slot)
{
  SvEnd *end = self->ends[slot];
  guint64 before;
  SvSight sight;
  SvOutcome outcome;

  sv_witness_look (self->witness, end);
  before = sv_recording_get_end (self->recording);
  sv_witness_before (self->witness, end, &sight);
  outcome = sv_call_close (end);
  if (slot == SV_SLOT_LISTENER && end->protocol == IPPROTO_UDP)
    sv_witness_set_datagram_server (self->witness, -1, NULL);
  sv_witness_after (self->witness, end, &sight, &outcome);
  return remember (self, before, &outcome);
}

/**
 * sv_bench_reset:
 *
 * close(2) that sends an RST, so that no end of the connection stays behind.
 */
void
sv_bench_reset (SvBench *self, SvSlot slot)
{
  SvEnd *end = self->ends[slot];
  SvSocketRow own, peer;
  guint64 before;
  SvSight sight;
  SvOutcome outcome;

  sv_witness_observe (self->witness, end, &own, &peer);
  if (end->protocol != IPPROTO_TCP || end->foreign.family == 0 || own.state == SV_TCP_NONE)
    {
      sv_bench_close (self, slot);
      return;
    }
  sv_call_no_linger (end);
  before = sv_recording_get_end (self->recording);
  sv_witness_before (self->witness, end, &sight);
  outcome = sv_call_close (end);
  sv_witness_after_reset (self->witness, end, &sight, &outcome);
  remember (self, before, &outcome);
}

/**
 * sv_bench_is_open:
 *
 * Returns: whether the slot has a socket that is not closed
 */
gboolean
sv_bench_is_open (SvBench *self, SvSlot slot)
{
  return self->ends[slot] != NULL && self->ends[slot]->socket != NULL;
}

/**
 * sv_bench_observe:
 * @own: (out): the row of the slot's socket, also after close(); state
 *   %SV_TCP_NONE if it is in no table
 * @peer: (out): the row of the other end, likewise
 *
 * Asks the kernel, and records what has changed.
 */
void
sv_bench_observe (SvBench *self, SvSlot slot, SvSocketRow *own, SvSocketRow *peer)
{
  *own = *peer = (SvSocketRow){ .state = SV_TCP_NONE };
  if (self->ends[slot] != NULL)
    sv_witness_observe (self->witness, self->ends[slot], own, peer);
}

/**
 * sv_bench_set_error:
 *
 * Sets %SV_LAB_ERROR_CALL with a sentence about the last call.
 */
void
sv_bench_set_error (SvBench *self, GError **error)
{
  sv_call_set_error (error, self->last.name != NULL ? self->last.name : "socket", self->last.error, &self->address);
}
