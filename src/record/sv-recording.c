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
  guint64 trimmed; /* where the log was trimmed last */

  GPtrArray *connections;      /* SvConnection, owned; id - 1 is the index */
  GPtrArray *connection_facts; /* GArray of serials, beside @connections */
  GArray *shared_facts;        /* serials of what belongs to no one connection */
  GHashTable *by_tuple;        /* Tuple, owned → connection id */
};

typedef struct
{
  SvEndpoint client;
  SvEndpoint server;
} Tuple;

enum
{
  APPENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvRecording, sv_recording, G_TYPE_OBJECT)

static guint
tuple_hash (gconstpointer data)
{
  const Tuple *tuple = data;

  return sv_endpoint_hash (&tuple->client) * 31u + sv_endpoint_hash (&tuple->server);
}

static gboolean
tuple_equal (gconstpointer a, gconstpointer b)
{
  const Tuple *x = a, *y = b;

  return sv_endpoint_equal (&x->client, &y->client) && sv_endpoint_equal (&x->server, &y->server);
}

static void
connection_free (gpointer data)
{
  g_free (data);
}

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
  g_ptr_array_unref (self->connections);
  g_ptr_array_unref (self->connection_facts);
  g_array_unref (self->shared_facts);
  g_hash_table_unref (self->by_tuple);
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
  for (guint i = 0; i < SV_N_MACHINES; i++)
    self->tables[i] = sv_row_table_new ();
  self->connections = g_ptr_array_new_with_free_func (connection_free);
  self->connection_facts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->shared_facts = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->by_tuple = g_hash_table_new_full (tuple_hash, tuple_equal, g_free, NULL);
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
}

static void
remember_serial (GArray *serials, guint64 serial, guint64 first)
{
  guint gone = 0;

  /* Dropping in batches keeps appending cheap. */
  while (serials->len > 1024 && gone < serials->len && g_array_index (serials, guint64, gone) < first)
    gone++;
  if (gone > serials->len / 2)
    g_array_remove_range (serials, 0, gone);
  g_array_append_val (serials, serial);
}

static void
assign_connection (SvRecording *self, SvFact *fact)
{
  if (fact->kind == SV_FACT_ROW && fact->connection == 0)
    {
      fact->connection = sv_recording_find_connection (self, SV_ROW_CHANGE_ROW (&fact->row), &fact->side);
      if (fact->connection != 0)
        fact->actor = fact->side == SV_SIDE_SERVER ? "server" : sv_recording_get_connection (self, fact->connection)->actor;
    }
}

static void
index_fact (SvRecording *self, SvFact *fact)
{
  if (fact->connection != 0)
    {
      SvConnection *connection = g_ptr_array_index (self->connections, fact->connection - 1);

      connection->opened = MIN (connection->opened, fact->serial);
      remember_serial (g_ptr_array_index (self->connection_facts, fact->connection - 1), fact->serial, self->first);
    }
  else if (fact->kind == SV_FACT_CALL || fact->kind == SV_FACT_NOTE)
    remember_serial (self->shared_facts, fact->serial, self->first);
  if (fact->kind == SV_FACT_ROW)
    sv_row_table_apply (self->tables[fact->machine], &fact->row);
  sv_socket_log_add (self->sockets, fact);
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
  assign_connection (self, fact);
  index_fact (self, fact);
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
  SvConnection *connection = g_new0 (SvConnection, 1);

  connection->actor = g_intern_string (actor);
  connection->foreign = foreign;
  connection->opened = self->end;
  g_ptr_array_add (self->connections, connection);
  g_ptr_array_add (self->connection_facts, g_array_new (FALSE, FALSE, sizeof (guint64)));
  connection->id = self->connections->len;
  return connection->id;
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
  SvConnection *connection = g_ptr_array_index (self->connections, id - 1);
  Tuple tuple = { sv_endpoint_unmapped (client), sv_endpoint_unmapped (server) };

  connection->client = *client;
  connection->server = *server;
  g_hash_table_replace (self->by_tuple, g_memdup2 (&tuple, sizeof tuple), GUINT_TO_POINTER (id));
}

/**
 * sv_recording_set_actor:
 *
 * A foreign client has got a name (its process was found).
 */
void
sv_recording_set_actor (SvRecording *self, guint id, const char *actor)
{
  SvConnection *connection = g_ptr_array_index (self->connections, id - 1);

  connection->actor = g_intern_string (actor);
}

guint
sv_recording_get_n_connections (SvRecording *self)
{
  return self->connections->len;
}

/**
 * sv_recording_get_connection:
 * @id: from 1 to sv_recording_get_n_connections()
 */
const SvConnection *
sv_recording_get_connection (SvRecording *self, guint id)
{
  g_return_val_if_fail (id > 0 && id <= self->connections->len, NULL);

  return g_ptr_array_index (self->connections, id - 1);
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
  Tuple tuple = { sv_endpoint_unmapped (&row->local), sv_endpoint_unmapped (&row->foreign) };
  Tuple turned = { tuple.server, tuple.client };
  guint id;

  if (row->protocol != IPPROTO_TCP || row->foreign.port == 0)
    return 0;
  id = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_tuple, &tuple));
  if (side != NULL)
    *side = id != 0 ? SV_SIDE_CLIENT : SV_SIDE_SERVER;
  return id != 0 ? id : GPOINTER_TO_UINT (g_hash_table_lookup (self->by_tuple, &turned));
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
  g_return_val_if_fail (id > 0 && id <= self->connections->len, NULL);

  return g_ptr_array_index (self->connection_facts, id - 1);
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
  return self->shared_facts;
}
