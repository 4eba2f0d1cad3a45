/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-machines-plan.h"

#include <netinet/in.h>

#define N_PORTS 65536

/* What is known of one connection's two ends, by #SvSide. */
typedef struct
{
  const SvHeldSocket *held[2];
  const SvSocketRow *row[2];
} Ends;

typedef struct
{
  SvMachinesPlan *plan;
  SvMoment *moment;
  SvRecording *recording;
  const SvHeldSocket *listener;
  guint n_connections;
  guint n_held[2];     /* by side */
  Ends *ends;          /* by connection id */
  guint32 *by_port;    /* client port → newest connection with it, 0 for none */
  guint32 *next;       /* by connection id: the next older one with the same client port */
  GPtrArray *strangers; /* rows of the listener's queues that belong to no connection */
} Build;

static void
index_connections (Build *build)
{
  guint64 now = sv_moment_get_serial (build->moment);

  build->n_connections = sv_recording_get_n_connections (build->recording);
  build->ends = g_new0 (Ends, build->n_connections + 1);
  build->next = g_new0 (guint32, build->n_connections + 1);
  build->by_port = g_new0 (guint32, N_PORTS);
  for (guint id = 1; id <= build->n_connections; id++)
    {
      const SvConnection *connection = sv_recording_get_connection (build->recording, id);

      if (connection->client.family == 0 || connection->opened >= now)
        continue;
      build->next[id] = build->by_port[connection->client.port];
      build->by_port[connection->client.port] = id;
    }
}

static void
index_sockets (Build *build)
{
  SvSocketLog *log = sv_recording_get_sockets (build->recording);

  for (guint i = 0; i < sv_socket_log_get_size (log); i++)
    {
      const SvHeldSocket *held = sv_socket_log_get (log, i);

      if (!sv_moment_holds (build->moment, held))
        continue;
      if (held->listening)
        build->listener = held;
      else if (held->connection != 0 && held->connection <= build->n_connections)
        {
          build->ends[held->connection].held[held->side] = held;
          build->n_held[held->side]++;
        }
    }
}

static gboolean
same_end (const SvEndpoint *a, const SvEndpoint *b)
{
  if (a->port != b->port)
    return FALSE;
  if (a->family == b->family)
    return sv_endpoint_equal (a, b);

  SvEndpoint x = sv_endpoint_unmapped (a), y = sv_endpoint_unmapped (b);
  return sv_endpoint_equal (&x, &y);
}

/* As sv_recording_find_connection(), but of the connections that there were at
 * this moment, and fast enough for ten thousand rows a frame. */
static guint
find_connection (Build *build, const SvEndpoint *client, const SvEndpoint *server)
{
  for (guint id = build->by_port[client->port]; id != 0; id = build->next[id])
    {
      const SvConnection *connection = sv_recording_get_connection (build->recording, id);

      if ((same_end (client, &connection->client) && same_end (server, &connection->server))
          || (same_end (client, &connection->seen_client) && same_end (server, &connection->seen_server)))
        return id;
    }
  return 0;
}

static gboolean
is_of_listener (Build *build, const SvSocketRow *row)
{
  const SvHeldSocket *listener = build->listener;

  return listener != NULL && row->local.port == listener->local.port
         && (sv_endpoint_is_any (&listener->local) || same_end (&row->local, &listener->local));
}

static void
see_listener_row (Build *build, const SvSocketRow *row)
{
  SvMachinesPlan *plan = build->plan;

  if (build->listener == NULL || !sv_endpoint_equal (&row->local, &build->listener->local))
    return;
  plan->accept_queue = row->recv_q;
  plan->backlog = row->backlog;
  plan->listener.row_key = row->key;
  plan->listener.state = row->state;
  plan->listener.recv_q = row->recv_q;
  plan->listener.inode = row->inode;
  plan->listener.seen_at = row->seen_at;
}

static void
see_row_cb (const SvSocketRow *row, gpointer data)
{
  Build *build = data;
  guint id;

  if (row->protocol != IPPROTO_TCP)
    return;
  if (row->foreign.port == 0)
    {
      if (row->state == SV_TCP_LISTEN)
        see_listener_row (build, row);
      return;
    }
  id = find_connection (build, &row->local, &row->foreign);
  if (id != 0)
    build->ends[id].row[SV_SIDE_CLIENT] = row;
  id = find_connection (build, &row->foreign, &row->local);
  if (id != 0)
    build->ends[id].row[SV_SIDE_SERVER] = row;
  else if (row->inode == 0 && is_of_listener (build, row))
    g_ptr_array_add (build->strangers, (gpointer) row);
}

static void
describe_row (SvPlanSocket *socket, const SvSocketRow *row)
{
  if (row == NULL)
    return;
  socket->local = row->local;
  socket->peer = row->foreign;
  socket->row_key = row->key;
  socket->state = row->state;
  socket->recv_q = row->recv_q;
  socket->send_q = row->send_q;
  socket->inode = row->inode;
  socket->timer = row->timer;
  socket->timer_ms = row->timer_ms;
  socket->seen_at = row->seen_at;
}

static void
describe_held (SvPlanSocket *socket, const SvHeldSocket *held, guint64 now)
{
  if (held == NULL)
    return;
  socket->actor = held->actor;
  socket->fd = held->fd;
  if (held->named >= now)
    return;
  socket->local = held->local;
  socket->peer = held->foreign;
}

static void
add_end (Build *build, GArray *sockets, guint id, SvSide side)
{
  const SvConnection *connection = sv_recording_get_connection (build->recording, id);
  const Ends *ends = &build->ends[id];
  SvPlanSocket *socket;

  g_array_set_size (sockets, sockets->len + 1);
  socket = &g_array_index (sockets, SvPlanSocket, sockets->len - 1);
  socket->fd = -1;
  socket->connection = id;
  socket->actor = side == SV_SIDE_SERVER ? "server" : connection->actor;
  socket->foreign = side == SV_SIDE_CLIENT && connection->foreign;
  describe_held (socket, ends->held[side], sv_moment_get_serial (build->moment));
  describe_row (socket, ends->row[side]);
  if (socket->local.family == 0 && socket->foreign)
    {
      socket->local = connection->client;
      socket->peer = connection->server;
    }
}

/* Nobody has taken it yet: the kernel keeps it, complete, until accept(). */
static gboolean
is_waiting (const SvSocketRow *row)
{
  return row->inode == 0 && (row->state == SV_TCP_ESTABLISHED || row->state == SV_TCP_CLOSE_WAIT);
}

static gboolean
is_handshaking (const SvSocketRow *row)
{
  return row->state == SV_TCP_SYN_RECV || row->state == SV_TCP_NEW_SYN_RECV;
}

static GArray *
queue_of (SvMachinesPlan *plan, const SvSocketRow *row)
{
  if (is_handshaking (row))
    return plan->handshaking;
  return is_waiting (row) ? plan->waiting : NULL;
}

static void
add_ends (Build *build)
{
  SvMachinesPlan *plan = build->plan;

  for (guint id = 1; id <= build->n_connections; id++)
    {
      const Ends *ends = &build->ends[id];
      const SvSocketRow *row = ends->row[SV_SIDE_SERVER];
      gboolean foreign = sv_recording_get_connection (build->recording, id)->foreign;
      GArray *server = plan->accepted;

      if (ends->held[SV_SIDE_CLIENT] != NULL || ends->row[SV_SIDE_CLIENT] != NULL
          || (foreign && (row != NULL || ends->held[SV_SIDE_SERVER] != NULL)))
        add_end (build, plan->clients, id, SV_SIDE_CLIENT);
      if (row == NULL && ends->held[SV_SIDE_SERVER] == NULL)
        continue;
      if (ends->held[SV_SIDE_SERVER] == NULL && queue_of (plan, row) != NULL)
        server = queue_of (plan, row);
      add_end (build, server, id, SV_SIDE_SERVER);
    }
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const SvSocketRow *x = *(const SvSocketRow *const *) a, *y = *(const SvSocketRow *const *) b;

  return sv_endpoint_compare (&x->foreign, &y->foreign);
}

/* Clients that nobody has met yet: they knocked, and are known only by their rows. */
static void
add_strangers (Build *build)
{
  g_ptr_array_sort (build->strangers, compare_rows);
  for (guint i = 0; i < build->strangers->len; i++)
    {
      const SvSocketRow *row = build->strangers->pdata[i];
      SvPlanSocket socket = { .actor = "", .fd = -1, .foreign = TRUE };
      GArray *queue = queue_of (build->plan, row);

      if (queue == NULL)
        continue;
      describe_row (&socket, row);
      g_array_append_val (queue, socket);
    }
}

static void
add_listener (Build *build)
{
  SvMachinesPlan *plan = build->plan;

  plan->has_listener = build->listener != NULL;
  plan->listener.fd = -1;
  plan->listener.actor = "server";
  describe_held (&plan->listener, build->listener, sv_moment_get_serial (build->moment));
}

/**
 * sv_machines_plan_new:
 *
 * Which process holds which socket at that moment: the calls in the recording
 * say who opened them, the table's rows what the kernel makes of them.
 *
 * Returns: (transfer full): the plan; it stays as it is when @moment moves
 */
SvMachinesPlan *
sv_machines_plan_new (SvMoment *moment)
{
  SvMachinesPlan *self;

  g_return_val_if_fail (SV_IS_MOMENT (moment), NULL);

  Build build = { .moment = moment, .recording = sv_moment_get_recording (moment) };
  self = build.plan = g_new0 (SvMachinesPlan, 1);
  build.strangers = g_ptr_array_new ();
  index_connections (&build);
  index_sockets (&build);
  self->clients = g_array_sized_new (FALSE, TRUE, sizeof (SvPlanSocket), build.n_held[SV_SIDE_CLIENT]);
  self->accepted = g_array_sized_new (FALSE, TRUE, sizeof (SvPlanSocket), build.n_held[SV_SIDE_SERVER]);
  self->waiting = g_array_new (FALSE, TRUE, sizeof (SvPlanSocket));
  self->handshaking = g_array_new (FALSE, TRUE, sizeof (SvPlanSocket));
  add_listener (&build);
  for (guint i = 0; i < SV_N_MACHINES; i++)
    sv_row_table_foreach (sv_moment_get_table (moment, i), see_row_cb, &build);
  add_ends (&build);
  add_strangers (&build);
  g_ptr_array_unref (build.strangers);
  g_free (build.by_port);
  g_free (build.next);
  g_free (build.ends);
  return self;
}

void
sv_machines_plan_free (SvMachinesPlan *self)
{
  g_array_unref (self->clients);
  g_array_unref (self->accepted);
  g_array_unref (self->waiting);
  g_array_unref (self->handshaking);
  g_free (self);
}

static int
compare_connection (gconstpointer a, gconstpointer b)
{
  const SvPlanSocket *x = a, *y = b;

  return (x->connection > y->connection) - (x->connection < y->connection);
}

static const SvPlanSocket *
find_in (GArray *sockets, guint connection)
{
  SvPlanSocket wanted = { .connection = connection };
  guint n = sockets->len;

  /* Those without a connection stand at the end. */
  while (n > 0 && g_array_index (sockets, SvPlanSocket, n - 1).connection == 0)
    n--;
  return n > 0 ? bsearch (&wanted, sockets->data, n, sizeof wanted, compare_connection) : NULL;
}

/**
 * sv_machines_plan_find:
 *
 * Returns: (transfer none) (nullable): that end of the connection, %NULL if it
 *   is not there; a server's end that still waits for accept() too
 */
const SvPlanSocket *
sv_machines_plan_find (SvMachinesPlan *self, guint connection, SvSide side)
{
  const SvPlanSocket *found;

  g_return_val_if_fail (self != NULL, NULL);

  if (connection == 0)
    return NULL;
  if (side == SV_SIDE_CLIENT)
    return find_in (self->clients, connection);
  found = find_in (self->accepted, connection);
  if (found == NULL)
    found = find_in (self->waiting, connection);
  return found != NULL ? found : find_in (self->handshaking, connection);
}
