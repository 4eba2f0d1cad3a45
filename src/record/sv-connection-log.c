/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-connection-log.h"

#include <netinet/in.h>

struct _SvConnectionLog
{
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

SvConnectionLog *
sv_connection_log_new (void)
{
  SvConnectionLog *self = g_new0 (SvConnectionLog, 1);

  for (guint i = 0; i < SV_N_MACHINES; i++)
    self->by_row[i] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->oldest = 1;
  self->connections = g_ptr_array_new_with_free_func (connection_free);
  self->connection_facts = g_ptr_array_new_with_free_func (serials_free);
  self->shared_facts = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->no_facts = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->by_tuple = g_hash_table_new_full (tuple_hash, tuple_equal, g_free, NULL);
  return self;
}

void
sv_connection_log_free (SvConnectionLog *self)
{
  for (guint i = 0; i < SV_N_MACHINES; i++)
    g_hash_table_unref (self->by_row[i]);
  g_ptr_array_unref (self->connections);
  g_ptr_array_unref (self->connection_facts);
  g_array_unref (self->shared_facts);
  g_array_unref (self->no_facts);
  g_hash_table_unref (self->by_tuple);
  g_free (self);
}

static gboolean
is_forgotten (SvConnectionLog *self, guint id)
{
  return g_ptr_array_index (self->connections, id - 1) == &FORGOTTEN;
}

/* The connections that a socket of ours or a row of a table still is of. */
static GHashTable *
list_living (SvConnectionLog *self, SvSocketLog *sockets)
{
  GHashTable *living = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer owner;

  for (guint i = 0; i < sv_socket_log_get_size (sockets); i++)
    {
      const SvHeldSocket *held = sv_socket_log_get (sockets, i);

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
add_tuple (SvConnectionLog *self, guint id, const SvEndpoint *client, const SvEndpoint *server)
{
  Tuple tuple = make_tuple (client, server, sv_connection_log_get (self, id)->protocol);

  g_hash_table_replace (self->by_tuple, g_memdup2 (&tuple, sizeof tuple), GUINT_TO_POINTER (id));
}

static void
remove_tuple (SvConnectionLog *self, guint id, const SvEndpoint *client, const SvEndpoint *server)
{
  Tuple tuple = make_tuple (client, server, sv_connection_log_get (self, id)->protocol);

  if (GPOINTER_TO_UINT (g_hash_table_lookup (self->by_tuple, &tuple)) == id)
    g_hash_table_remove (self->by_tuple, &tuple);
}

static void
forget_connection (SvConnectionLog *self, guint id)
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

/**
 * sv_connection_log_trim:
 * @sockets: the same recording's sockets
 * @first: the oldest fact that is kept
 *
 * Connections come and go without end, so those that are over must not stay.
 */
void
sv_connection_log_trim (SvConnectionLog *self, SvSocketLog *sockets, guint64 first)
{
  g_autoptr (GHashTable) living = list_living (self, sockets);

  for (guint id = self->oldest; id <= self->connections->len; id++)
    {
      GArray *serials = g_ptr_array_index (self->connection_facts, id - 1);
      gboolean has_facts = serials != NULL && serials->len > 0
                           && g_array_index (serials, guint64, serials->len - 1) >= first;

      if (serials == NULL || has_facts || g_hash_table_contains (living, GUINT_TO_POINTER (id))
          || sv_connection_log_get (self, id)->opened >= first)
        continue;
      forget_connection (self, id);
    }
  while (self->oldest <= self->connections->len && is_forgotten (self, self->oldest))
    self->oldest++;
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
find_row_connection (SvConnectionLog *self, const SvFact *fact, SvSide *side)
{
  const SvSocketRow *row = SV_ROW_CHANGE_ROW (&fact->row);
  const RowOwner *owner = g_hash_table_lookup (self->by_row[fact->machine], &row->key);

  if (owner == NULL || (fact->row.event != SV_ROW_REMOVED && row->state != SV_TCP_TIME_WAIT))
    return sv_connection_log_find (self, row, side);
  *side = owner->side;
  return owner->connection;
}

static void
remember_row (SvConnectionLog *self, const SvFact *fact)
{
  const SvSocketRow *row = SV_ROW_CHANGE_ROW (&fact->row);
  RowOwner owner = { fact->connection, fact->side };

  if (fact->row.event == SV_ROW_REMOVED)
    g_hash_table_remove (self->by_row[fact->machine], &row->key);
  else if (fact->connection != 0)
    g_hash_table_replace (self->by_row[fact->machine], g_memdup2 (&row->key, sizeof row->key),
                          g_memdup2 (&owner, sizeof owner));
}

/**
 * sv_connection_log_assign:
 * @fact: gets its connection and its actor, if it is a row of one
 */
void
sv_connection_log_assign (SvConnectionLog *self, SvFact *fact)
{
  if (fact->connection != 0 && is_forgotten (self, fact->connection))
    fact->connection = 0;
  if (fact->kind != SV_FACT_ROW)
    return;
  if (fact->connection == 0)
    {
      fact->connection = find_row_connection (self, fact, &fact->side);
      if (fact->connection != 0 && fact->side == SV_SIDE_SERVER)
        sv_fact_set_actor (fact, sv_connection_log_get (self, fact->connection)->server_actor);
      else if (fact->connection != 0)
        sv_fact_set_actor (fact, sv_connection_log_get (self, fact->connection)->actor);
    }
  remember_row (self, fact);
}

/**
 * sv_connection_log_add_fact:
 * @fact: with its serial and its connection, after sv_connection_log_assign()
 * @first: the oldest fact that is kept
 */
void
sv_connection_log_add_fact (SvConnectionLog *self, const SvFact *fact, guint64 first)
{
  if (fact->connection != 0)
    {
      SvConnection *connection = g_ptr_array_index (self->connections, fact->connection - 1);

      connection->opened = MIN (connection->opened, fact->serial);
      remember_serial (g_ptr_array_index (self->connection_facts, fact->connection - 1), fact->serial, first);
    }
  else if (fact->kind == SV_FACT_CALL || fact->kind == SV_FACT_NOTE)
    remember_serial (self->shared_facts, fact->serial, first);
}

/**
 * sv_connection_log_add:
 * @opened: serial of the fact that comes next
 *
 * Returns: the id of the new connection
 */
guint
sv_connection_log_add (SvConnectionLog *self, guint8 protocol, const char *actor, gboolean foreign, guint64 opened)
{
  SvConnection *connection = g_new0 (SvConnection, 1);

  connection->protocol = protocol;
  connection->actor = sv_actor_ref (actor);
  connection->server_actor = sv_actor_ref ("server");
  connection->foreign = foreign;
  connection->opened = opened;
  g_ptr_array_add (self->connections, connection);
  g_ptr_array_add (self->connection_facts, g_array_new (FALSE, FALSE, sizeof (guint64)));
  connection->id = self->connections->len;
  return connection->id;
}

void
sv_connection_log_name (SvConnectionLog *self, guint id, const SvEndpoint *client, const SvEndpoint *server)
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

void
sv_connection_log_name_end (SvConnectionLog *self, guint id, SvSide side, const SvEndpoint *own)
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

void
sv_connection_log_name_sender (SvConnectionLog *self, guint id, const SvEndpoint *sender)
{
  SvEndpoint nobody = { 0 };

  g_return_if_fail (id > 0 && id <= self->connections->len);

  if (is_forgotten (self, id))
    return;
  ((SvConnection *) g_ptr_array_index (self->connections, id - 1))->sender = *sender;
  add_tuple (self, id, sender, &nobody);
}

void
sv_connection_log_alias (SvConnectionLog *self, guint id, const SvEndpoint *client, const SvEndpoint *server)
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

void
sv_connection_log_set_actor (SvConnectionLog *self, guint id, const char *actor)
{
  SvConnection *connection;

  g_return_if_fail (id > 0 && id <= self->connections->len);

  if (is_forgotten (self, id))
    return;
  connection = g_ptr_array_index (self->connections, id - 1);
  sv_actor_unref (connection->actor);
  connection->actor = sv_actor_ref (actor);
}

void
sv_connection_log_set_server_actor (SvConnectionLog *self, guint id, const char *actor)
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
sv_connection_log_get_size (SvConnectionLog *self)
{
  return self->connections->len;
}

const SvConnection *
sv_connection_log_get (SvConnectionLog *self, guint id)
{
  g_return_val_if_fail (id > 0 && id <= self->connections->len, NULL);

  return g_ptr_array_index (self->connections, id - 1);
}

guint
sv_connection_log_find (SvConnectionLog *self, const SvSocketRow *row, SvSide *side)
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

GArray *
sv_connection_log_get_facts (SvConnectionLog *self, guint id)
{
  g_return_val_if_fail (id > 0 && id <= self->connections->len, NULL);

  return is_forgotten (self, id) ? self->no_facts : g_ptr_array_index (self->connection_facts, id - 1);
}

GArray *
sv_connection_log_get_shared_facts (SvConnectionLog *self)
{
  return self->shared_facts;
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
