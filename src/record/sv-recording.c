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

  GPtrArray *connections;      /* SvConnection, owned, or FORGOTTEN; id - 1 is the index */
  GPtrArray *connection_facts; /* GArray of serials, beside @connections; NULL if forgotten */
  guint oldest;                /* the ids before it are forgotten */
  GArray *shared_facts;        /* serials of what belongs to no one connection */
  GArray *no_facts;
  GHashTable *by_tuple;        /* Tuple, owned → connection id */
  GHashTable *by_row[SV_N_MACHINES]; /* key of a row in the table, owned → RowOwner, owned */
};

typedef struct
{
  SvEndpoint client;
  SvEndpoint server;
  guint8 protocol;
} Tuple;

typedef struct
{
  guint connection;
  SvSide side;
} RowOwner;

/* What is left of a connection that is over and of which every fact has gone:
 * one that was never opened, for whoever counts through all of them. */
static const SvConnection FORGOTTEN = { .actor = "", .server_actor = "", .opened = G_MAXUINT64 };

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

  return sv_endpoint_hash (&tuple->client) * 31u + sv_endpoint_hash (&tuple->server) + tuple->protocol;
}

static gboolean
tuple_equal (gconstpointer a, gconstpointer b)
{
  const Tuple *x = a, *y = b;

  return x->protocol == y->protocol && sv_endpoint_equal (&x->client, &y->client)
         && sv_endpoint_equal (&x->server, &y->server);
}

static void
connection_free (gpointer data)
{
  if (data == &FORGOTTEN)
    return;
  sv_actor_unref (((SvConnection *) data)->actor);
  sv_actor_unref (((SvConnection *) data)->server_actor);
  g_free (data);
}

static void
serials_free (gpointer data)
{
  if (data != NULL)
    g_array_unref (data);
}

static void
sv_recording_finalize (GObject *object)
{
  SvRecording *self = SV_RECORDING (object);

  for (guint64 i = self->first; i < self->end; i++)
    sv_fact_unref (self->facts[i % self->capacity]);
  g_free (self->facts);
  for (guint i = 0; i < SV_N_MACHINES; i++)
    {
      sv_row_table_free (self->tables[i]);
      g_hash_table_unref (self->by_row[i]);
    }
  sv_socket_log_free (self->sockets);
  g_ptr_array_unref (self->connections);
  g_ptr_array_unref (self->connection_facts);
  g_array_unref (self->shared_facts);
  g_array_unref (self->no_facts);
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
    {
      self->tables[i] = sv_row_table_new ();
      self->by_row[i] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
    }
  self->oldest = 1;
  self->connections = g_ptr_array_new_with_free_func (connection_free);
  self->connection_facts = g_ptr_array_new_with_free_func (serials_free);
  self->shared_facts = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->no_facts = g_array_new (FALSE, FALSE, sizeof (guint64));
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

static gboolean
is_forgotten (SvRecording *self, guint id)
{
  return g_ptr_array_index (self->connections, id - 1) == &FORGOTTEN;
}

/* The connections that a socket of ours or a row of a table still is of. */
static GHashTable *
list_living (SvRecording *self)
{
  GHashTable *living = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer owner;

  for (guint i = 0; i < sv_socket_log_get_size (self->sockets); i++)
    {
      const SvHeldSocket *held = sv_socket_log_get (self->sockets, i);

      if (held->closed == G_MAXUINT64)
        g_hash_table_add (living, GUINT_TO_POINTER (held->connection));
    }
  for (guint i = 0; i < SV_N_MACHINES; i++)
    {
      g_hash_table_iter_init (&iter, self->by_row[i]);
      while (g_hash_table_iter_next (&iter, NULL, &owner))
        g_hash_table_add (living, GUINT_TO_POINTER (((RowOwner *) owner)->connection));
    }
  return living;
}

static Tuple
make_tuple (const SvEndpoint *client, const SvEndpoint *server, guint8 protocol)
{
  return (Tuple){ sv_endpoint_unmapped (client), sv_endpoint_unmapped (server), protocol };
}

static void
add_tuple (SvRecording *self, guint id, const SvEndpoint *client, const SvEndpoint *server)
{
  Tuple tuple = make_tuple (client, server, sv_recording_get_connection (self, id)->protocol);

  g_hash_table_replace (self->by_tuple, g_memdup2 (&tuple, sizeof tuple), GUINT_TO_POINTER (id));
}

static void
remove_tuple (SvRecording *self, guint id, const SvEndpoint *client, const SvEndpoint *server)
{
  Tuple tuple = make_tuple (client, server, sv_recording_get_connection (self, id)->protocol);

  if (GPOINTER_TO_UINT (g_hash_table_lookup (self->by_tuple, &tuple)) == id)
    g_hash_table_remove (self->by_tuple, &tuple);
}

static void
forget_connection (SvRecording *self, guint id)
{
  SvConnection *connection = g_ptr_array_index (self->connections, id - 1);
  SvEndpoint nobody = { 0 };

  remove_tuple (self, id, &connection->client, &connection->server);
  remove_tuple (self, id, &connection->alone[SV_SIDE_CLIENT], &nobody);
  remove_tuple (self, id, &nobody, &connection->alone[SV_SIDE_SERVER]);
  remove_tuple (self, id, &connection->sender, &nobody);
  remove_tuple (self, id, &connection->seen_client, &connection->seen_server);
  g_clear_pointer (&self->connection_facts->pdata[id - 1], g_array_unref);
  self->connections->pdata[id - 1] = (gpointer) &FORGOTTEN;
  connection_free (connection);
}

/* Connections come and go without end, so those that are over must not stay. */
static void
forget_connections (SvRecording *self)
{
  g_autoptr (GHashTable) living = list_living (self);

  for (guint id = self->oldest; id <= self->connections->len; id++)
    {
      GArray *serials = g_ptr_array_index (self->connection_facts, id - 1);
      gboolean has_facts = serials != NULL && serials->len > 0
                           && g_array_index (serials, guint64, serials->len - 1) >= self->first;

      if (serials == NULL || has_facts || g_hash_table_contains (living, GUINT_TO_POINTER (id))
          || sv_recording_get_connection (self, id)->opened >= self->first)
        continue;
      forget_connection (self, id);
    }
  while (self->oldest <= self->connections->len && is_forgotten (self, self->oldest))
    self->oldest++;
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
  forget_connections (self);
}

static void
remember_serial (GArray *serials, guint64 serial, guint64 first)
{
  guint half = serials->len / 2;

  /* Dropping in batches keeps appending cheap. */
  if (serials->len > 64 && g_array_index (serials, guint64, half) < first)
    g_array_remove_range (serials, 0, half);
  g_array_append_val (serials, serial);
}

/* A four-tuple may be used again while the row of its last connection is still
 * in TIME_WAIT: that row, and its going, belong to the connection it was of. */
static guint
find_row_connection (SvRecording *self, const SvFact *fact, SvSide *side)
{
  const SvSocketRow *row = SV_ROW_CHANGE_ROW (&fact->row);
  const RowOwner *owner = g_hash_table_lookup (self->by_row[fact->machine], &row->key);

  if (owner == NULL || (fact->row.event != SV_ROW_REMOVED && row->state != SV_TCP_TIME_WAIT))
    return sv_recording_find_connection (self, row, side);
  *side = owner->side;
  return owner->connection;
}

static void
remember_row (SvRecording *self, const SvFact *fact)
{
  const SvSocketRow *row = SV_ROW_CHANGE_ROW (&fact->row);
  RowOwner owner = { fact->connection, fact->side };

  if (fact->row.event == SV_ROW_REMOVED)
    g_hash_table_remove (self->by_row[fact->machine], &row->key);
  else if (fact->connection != 0)
    g_hash_table_replace (self->by_row[fact->machine], g_memdup2 (&row->key, sizeof row->key),
                          g_memdup2 (&owner, sizeof owner));
}

static void
assign_connection (SvRecording *self, SvFact *fact)
{
  if (fact->connection != 0 && is_forgotten (self, fact->connection))
    fact->connection = 0;
  if (fact->kind != SV_FACT_ROW)
    return;
  if (fact->connection == 0)
    {
      fact->connection = find_row_connection (self, fact, &fact->side);
      if (fact->connection != 0 && fact->side == SV_SIDE_SERVER)
        sv_fact_set_actor (fact, sv_recording_get_connection (self, fact->connection)->server_actor);
      else if (fact->connection != 0)
        sv_fact_set_actor (fact, sv_recording_get_connection (self, fact->connection)->actor);
    }
  remember_row (self, fact);
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
  g_return_val_if_fail (fact->connection <= self->connections->len, NULL);

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
  SvConnection *connection = g_new0 (SvConnection, 1);

  connection->protocol = protocol;
  connection->actor = sv_actor_ref (actor);
  connection->server_actor = sv_actor_ref ("server");
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
  SvConnection *connection;

  g_return_if_fail (id > 0 && id <= self->connections->len);

  if (is_forgotten (self, id))
    return;
  connection = g_ptr_array_index (self->connections, id - 1);
  connection->client = *client;
  connection->server = *server;
  add_tuple (self, id, client, server);
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
  SvEndpoint nobody = { 0 };
  SvConnection *connection;

  g_return_if_fail (id > 0 && id <= self->connections->len);

  if (is_forgotten (self, id))
    return;
  connection = g_ptr_array_index (self->connections, id - 1);
  connection->alone[side] = *own;
  add_tuple (self, id, side == SV_SIDE_CLIENT ? own : &nobody, side == SV_SIDE_CLIENT ? &nobody : own);
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
  SvEndpoint nobody = { 0 };

  g_return_if_fail (id > 0 && id <= self->connections->len);

  if (is_forgotten (self, id))
    return;
  ((SvConnection *) g_ptr_array_index (self->connections, id - 1))->sender = *sender;
  add_tuple (self, id, sender, &nobody);
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
  SvConnection *connection;

  g_return_if_fail (id > 0 && id <= self->connections->len);

  if (is_forgotten (self, id))
    return;
  connection = g_ptr_array_index (self->connections, id - 1);
  connection->seen_client = *client;
  connection->seen_server = *server;
  add_tuple (self, id, client, server);
}

/**
 * sv_connection_get_ends:
 * @side: whose view: the client's machine's or the server's
 * @own: (out): the end on that side, as its own machine has it
 * @peer: (out): the other end, as that machine has it
 */
void
sv_connection_get_ends (const SvConnection *self, SvSide side, SvEndpoint *own, SvEndpoint *peer)
{
  gboolean translated = side == SV_SIDE_SERVER && self->seen_server.family != 0;
  SvEndpoint client = translated ? self->seen_client : self->client;
  SvEndpoint server = translated ? self->seen_server : self->server;

  *own = side == SV_SIDE_CLIENT ? client : server;
  *peer = side == SV_SIDE_CLIENT ? server : client;
}

/**
 * sv_recording_set_actor:
 *
 * A foreign client has got a name (its process was found).
 */
void
sv_recording_set_actor (SvRecording *self, guint id, const char *actor)
{
  SvConnection *connection;

  g_return_if_fail (id > 0 && id <= self->connections->len);

  if (is_forgotten (self, id))
    return;
  connection = g_ptr_array_index (self->connections, id - 1);
  sv_actor_unref (connection->actor);
  connection->actor = sv_actor_ref (actor);
}

/**
 * sv_recording_set_server_actor:
 *
 * At the other end is no server.
 */
void
sv_recording_set_server_actor (SvRecording *self, guint id, const char *actor)
{
  SvConnection *connection;

  g_return_if_fail (id > 0 && id <= self->connections->len);

  if (is_forgotten (self, id))
    return;
  connection = g_ptr_array_index (self->connections, id - 1);
  sv_actor_unref (connection->server_actor);
  connection->server_actor = sv_actor_ref (actor);
}

guint
sv_recording_get_n_connections (SvRecording *self)
{
  return self->connections->len;
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
  gboolean alone = row->foreign.port == 0;
  SvEndpoint nobody = { 0 };
  Tuple tuple = make_tuple (&row->local, alone ? &nobody : &row->foreign, row->protocol);
  Tuple turned = make_tuple (&tuple.server, &tuple.client, row->protocol);
  guint id;

  if (alone && row->protocol == IPPROTO_TCP)
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

  return is_forgotten (self, id) ? self->no_facts : g_ptr_array_index (self->connection_facts, id - 1);
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
