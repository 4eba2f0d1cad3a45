/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-recording.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

struct _SvRecording
{
  GObject parent_instance;

  SvFact **facts; /* a ring of @capacity */
  guint capacity;
  guint64 first;
  guint64 end;
  gint64 start;

  SvRowTable *tables[SV_N_MACHINES];
  SvSocketLog *sockets;
  SvConnectionLog *connections;
  guint64 trimmed; /* where the logs were trimmed last */
};

enum
{
  APPENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvRecording, sv_recording, G_TYPE_OBJECT)

static void
sv_recording_finalize (GObject *object)
{
  SvRecording *self = SV_RECORDING (object);

  for (guint64 i = self->first; i < self->end; i++)
    sv_fact_unref (self->facts[i % self->capacity]);
  g_free (self->facts);
  for (guint i = 0; i < SV_N_MACHINES; i++)
    sv_row_table_free (self->tables[i]);
  sv_socket_log_free (self->sockets);
  sv_connection_log_free (self->connections);
  G_OBJECT_CLASS (sv_recording_parent_class)->finalize (object);
}

static void
sv_recording_class_init (SvRecordingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_recording_finalize;

  /**
   * SvRecording::appended:
   * @fact: the fact, an #SvFact
   *
   * Something happened, and the tables say so already.
   */
  signals[APPENDED] = g_signal_new ("appended", SV_TYPE_RECORDING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    g_cclosure_marshal_VOID__POINTER, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
sv_recording_init (SvRecording *self)
{
  self->start = sv_clock_now ();
  self->sockets = sv_socket_log_new ();
  self->connections = sv_connection_log_new ();
  for (guint i = 0; i < SV_N_MACHINES; i++)
    self->tables[i] = sv_row_table_new ();
}

/**
 * sv_recording_new:
 * @capacity: how many facts it keeps; the oldest go when there are more
 */
SvRecording *
sv_recording_new (guint capacity)
{
  SvRecording *self;

  g_return_val_if_fail (capacity > 0, NULL);

  self = g_object_new (SV_TYPE_RECORDING, NULL);
  self->capacity = capacity;
  self->facts = g_new (SvFact *, capacity);
  return self;
}

static void
forget_oldest (SvRecording *self)
{
  sv_fact_unref (self->facts[self->first % self->capacity]);
  self->first++;
  if (self->first - self->trimmed < self->capacity / 4)
    return;
  self->trimmed = self->first;
  sv_socket_log_trim (self->sockets, self->first);
  sv_connection_log_trim (self->connections, self->sockets, self->first);
}

static SvFact *
append (SvRecording *self, SvFact *fact)
{
  if (self->end > self->first)
    fact->time = MAX (fact->time, self->facts[(self->end - 1) % self->capacity]->time);
  if (self->end - self->first == self->capacity)
    forget_oldest (self);
  fact->serial = self->end++;
  self->facts[fact->serial % self->capacity] = fact;
  sv_connection_log_assign (self->connections, fact);
  sv_connection_log_add_fact (self->connections, fact, self->first);
  if (fact->kind == SV_FACT_ROW)
    sv_row_table_apply (self->tables[fact->machine], &fact->row);
  sv_socket_log_add (self->sockets, fact);
  g_signal_emit (self, signals[APPENDED], 0, fact);
  return fact;
}

/**
 * sv_recording_append:
 * @fact: (transfer full): what happened; its time is never before the last fact's
 *
 * Returns: (transfer none): @fact, now with its serial and its connection
 */
SvFact *
sv_recording_append (SvRecording *self, SvFact *fact)
{
  g_return_val_if_fail (SV_IS_RECORDING (self), NULL);
  g_return_val_if_fail (fact->connection <= sv_connection_log_get_size (self->connections), NULL);

  if (self->end == self->capacity)
    append (self, sv_fact_new_note (fact->time, fact->machine,
                                    _("The recording is full: it keeps the last %u facts, the oldest go."),
                                    self->capacity));
  return append (self, fact);
}

/**
 * sv_recording_get_start:
 *
 * Returns: the time of the recording's beginning, in ns of sv_clock_now()
 */
gint64
sv_recording_get_start (SvRecording *self)
{
  return self->start;
}

/**
 * sv_recording_get_first:
 *
 * Returns: the serial of the oldest fact that is kept; above 0 once facts have gone
 */
guint64
sv_recording_get_first (SvRecording *self)
{
  return self->first;
}

/**
 * sv_recording_get_end:
 *
 * Returns: the serial that the next fact will get
 */
guint64
sv_recording_get_end (SvRecording *self)
{
  return self->end;
}

/**
 * sv_recording_get:
 *
 * Returns: (transfer none) (nullable): that fact, %NULL if it has gone or not come
 */
SvFact *
sv_recording_get (SvRecording *self, guint64 serial)
{
  if (serial < self->first || serial >= self->end)
    return NULL;
  return self->facts[serial % self->capacity];
}

/**
 * sv_recording_find_time:
 *
 * Returns: the serial of the first fact later than @time
 */
guint64
sv_recording_find_time (SvRecording *self, gint64 time)
{
  guint64 low = self->first, high = self->end;

  while (low < high)
    {
      guint64 middle = low + (high - low) / 2;

      if (self->facts[middle % self->capacity]->time <= time)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * sv_recording_get_table:
 *
 * Returns: (transfer none): the machine's sockets as last seen
 */
SvRowTable *
sv_recording_get_table (SvRecording *self, SvMachineId machine)
{
  return self->tables[machine];
}

SvSocketLog *
sv_recording_get_sockets (SvRecording *self)
{
  return self->sockets;
}

/**
 * sv_recording_add_connection:
 * @actor: who connects
 * @foreign: whether the client is no socket of ours
 *
 * Returns: the id of the new connection, from 1 on
 */
guint
sv_recording_add_connection (SvRecording *self, const char *actor, gboolean foreign)
{
  return sv_recording_add_conversation (self, IPPROTO_TCP, actor, foreign);
}

/**
 * sv_recording_add_conversation:
 * @protocol: IPPROTO_TCP, IPPROTO_UDP, or 0 for the UNIX domain
 *
 * As sv_recording_add_connection(). UDP has no connections, but a client and a
 * server who talk.
 */
guint
sv_recording_add_conversation (SvRecording *self, guint8 protocol, const char *actor, gboolean foreign)
{
  return sv_connection_log_add (self->connections, protocol, actor, foreign, self->end);
}

/**
 * sv_recording_name_connection:
 *
 * Both ends are known: from now on rows with this four-tuple belong to it. A
 * four-tuple that is used again belongs to its newest connection.
 */
void
sv_recording_name_connection (SvRecording *self, guint id, const SvEndpoint *client, const SvEndpoint *server)
{
  sv_connection_log_name (self->connections, id, client, server);
}

/**
 * sv_recording_name_end:
 * @own: the row's local end
 *
 * Rows with this local end and no foreign one belong to it, too: a UDP socket
 * that is not connected; and, whatever its peer is, a socket of the UNIX domain.
 */
void
sv_recording_name_end (SvRecording *self, guint id, SvSide side, const SvEndpoint *own)
{
  sv_connection_log_name_end (self->connections, id, side, own);
}

/**
 * sv_recording_name_sender:
 * @sender: an address and port
 *
 * Datagrams from there are the client's, whatever address of the server they were sent to.
 */
void
sv_recording_name_sender (SvRecording *self, guint id, const SvEndpoint *sender)
{
  sv_connection_log_name_sender (self->connections, id, sender);
}

/**
 * sv_recording_alias_connection:
 *
 * The server's machine has other addresses for the same two ends, because a
 * router translates them: rows with that four-tuple belong to the connection too.
 */
void
sv_recording_alias_connection (SvRecording *self, guint id, const SvEndpoint *client, const SvEndpoint *server)
{
  sv_connection_log_alias (self->connections, id, client, server);
}

/**
 * sv_recording_set_actor:
 *
 * A foreign client has got a name (its process was found).
 */
void
sv_recording_set_actor (SvRecording *self, guint id, const char *actor)
{
  sv_connection_log_set_actor (self->connections, id, actor);
}

/**
 * sv_recording_set_server_actor:
 *
 * At the other end is no server.
 */
void
sv_recording_set_server_actor (SvRecording *self, guint id, const char *actor)
{
  sv_connection_log_set_server_actor (self->connections, id, actor);
}

guint
sv_recording_get_n_connections (SvRecording *self)
{
  return sv_connection_log_get_size (self->connections);
}

/**
 * sv_recording_get_connection:
 * @id: from 1 to sv_recording_get_n_connections()
 *
 * Returns: (transfer none): the connection; one that is over, and all of whose
 *   facts have gone, has no ends and counts as not opened
 */
const SvConnection *
sv_recording_get_connection (SvRecording *self, guint id)
{
  return sv_connection_log_get (self->connections, id);
}

/**
 * sv_recording_find_connection:
 * @side: (out) (optional): which end of it @row is
 *
 * Returns: the connection that @row is an end of, 0 if none of ours
 */
guint
sv_recording_find_connection (SvRecording *self, const SvSocketRow *row, SvSide *side)
{
  return sv_connection_log_find (self->connections, row, side);
}

/**
 * sv_recording_get_connection_facts:
 *
 * Returns: (transfer none) (element-type guint64): serials of all facts about
 *   the connection, in order; the first ones may have gone from the recording
 */
GArray *
sv_recording_get_connection_facts (SvRecording *self, guint id)
{
  return sv_connection_log_get_facts (self->connections, id);
}

/**
 * sv_recording_get_shared_facts:
 *
 * Returns: (transfer none) (element-type guint64): serials of the calls and
 *   notes that belong to no one connection: the listener's life
 */
GArray *
sv_recording_get_shared_facts (SvRecording *self)
{
  return sv_connection_log_get_shared_facts (self->connections);
}
