/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-machines-plan.h"

#include "sv-plan-queue.h"

#include <netinet/in.h>

#define N_PORTS 65536

/* What is known of one connection's two ends, by #SvSide. */
typedef struct
{
  const SvHeldSocket *held[2]; /* at this moment */
  const SvHeldSocket *ours[2]; /* at any time */
  const SvSocketRow *row[2];
  SvMachineId machine[2];      /* whose table @row is in */
} Ends;

typedef struct
{
  SvMachinesPlan *plan;
  SvMoment *moment;
  SvRecording *recording;
  const SvHeldSocket *listener;
  SvMachineId machine; /* whose table is read */
  gboolean two;        /* there are two machines, not this computer */
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
      gboolean connected = !held->listening && held->connection != 0 && held->connection <= build->n_connections;

      build->two |= held->machine != SV_MACHINE_THIS;
      if (connected)
        build->ends[held->connection].ours[held->side] = held;
      if (!sv_moment_holds (build->moment, held))
        continue;
      if (held->listening)
        build->listener = held;
      else if (connected)
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

/* Each machine has a loopback of its own: the same four-tuple may be on both. A
 * connection over it lives where a socket of ours is, else where our server is. */
static gboolean
may_be_here (Build *build, guint id, const SvEndpoint *local)
{
  const Ends *ends = &build->ends[id];
  const SvHeldSocket *ours = ends->ours[SV_SIDE_CLIENT] != NULL ? ends->ours[SV_SIDE_CLIENT]
                                                                 : ends->ours[SV_SIDE_SERVER];

  if (build->machine == SV_MACHINE_THIS || !sv_endpoint_is_loopback (local))
    return TRUE;
  return build->machine == (ours != NULL ? ours->machine : SV_MACHINE_SERVER);
}

/* As sv_recording_find_connection(), but of the connections that there were at
 * this moment, by the ends that @side's machine has, and fast enough for ten
 * thousand rows a frame. No router translates ports. */
static guint
find_connection (Build *build, const SvSocketRow *row, SvSide side)
{
  guint16 port = side == SV_SIDE_CLIENT ? row->local.port : row->foreign.port;

  for (guint id = build->by_port[port]; id != 0; id = build->next[id])
    {
      SvEndpoint own, peer;

      sv_connection_get_ends (sv_recording_get_connection (build->recording, id), side, &own, &peer);
      if (sv_recording_get_connection (build->recording, id)->protocol == row->protocol
          && same_end (&row->local, &own) && same_end (&row->foreign, &peer) && may_be_here (build, id, &row->local))
        return id;
    }
  return 0;
}

static gboolean
is_at_listener (Build *build, SvMachineId machine, const SvEndpoint *local)
{
  const SvHeldSocket *listener = build->listener;

  return listener != NULL && listener->machine == machine && local->port == listener->local.port
         && (sv_endpoint_is_any (&listener->local) || same_end (local, &listener->local));
}

static void
describe_row (SvPlanSocket *socket, const SvSocketRow *row, SvMachineId machine)
{
  if (row == NULL)
    return;
  socket->machine = machine;
  socket->local = row->local;
  socket->peer = row->foreign;
  socket->row_key = row->key;
  socket->protocol = row->protocol;
  socket->state = row->state;
  socket->recv_q = row->recv_q;
  socket->send_q = row->send_q;
  socket->inode = row->inode;
  socket->timer = row->timer;
  socket->timer_ms = row->timer_ms;
  socket->seen_at = row->seen_at;
}

static void
add_foreign_listener (Build *build, const SvSocketRow *row)
{
  SvPlanSocket socket = { .machine = build->machine, .actor = "", .fd = -1, .foreign = TRUE };

  describe_row (&socket, row, build->machine);
  g_array_append_val (build->plan->listeners, socket);
}

static void
see_listener_row (Build *build, const SvSocketRow *row)
{
  SvMachinesPlan *plan = build->plan;

  if (build->listener == NULL || build->listener->machine != build->machine
      || !sv_endpoint_equal (&row->local, &build->listener->local))
    {
      if (build->machine == SV_MACHINE_SERVER)
        add_foreign_listener (build, row);
      return;
    }
  plan->accept_queue = row->recv_q;
  plan->backlog = row->backlog;
  plan->listener.row_key = row->key;
  plan->listener.state = row->state;
  plan->listener.recv_q = row->recv_q;
  plan->listener.inode = row->inode;
  plan->listener.seen_at = row->seen_at;
}

static void
see_end (Build *build, guint id, SvSide side, const SvSocketRow *row)
{
  build->ends[id].row[side] = row;
  build->ends[id].machine[side] = build->machine;
}

/* UDP: a socket that is not connected has no foreign end in its row. */
static void
see_datagram_row (Build *build, const SvSocketRow *row)
{
  const SvHeldSocket *listener = build->listener;

  if (row->foreign.port == 0 && listener != NULL && listener->protocol == IPPROTO_UDP
      && listener->machine == build->machine && sv_endpoint_equal (&row->local, &listener->local))
    {
      describe_row (&build->plan->listener, row, build->machine);
      return;
    }
  for (guint id = build->by_port[row->local.port]; id != 0; id = build->next[id])
    {
      const SvConnection *connection = sv_recording_get_connection (build->recording, id);
      const SvEndpoint *own = row->foreign.port == 0 ? &connection->alone[SV_SIDE_CLIENT] : &connection->client;

      if (connection->protocol != IPPROTO_UDP || !same_end (&row->local, own)
          || (row->foreign.port != 0 && !same_end (&row->foreign, &connection->server)))
        continue;
      see_end (build, id, SV_SIDE_CLIENT, row);
      return;
    }
}

static void
see_row_cb (const SvSocketRow *row, gpointer data)
{
  Build *build = data;
  guint id;

  build->two |= build->machine != SV_MACHINE_THIS;
  if (row->protocol == IPPROTO_UDP)
    {
      see_datagram_row (build, row);
      return;
    }
  if (row->family == AF_UNIX ? row->unix_row.listens : row->foreign.port == 0)
    {
      if (row->state == SV_TCP_LISTEN)
        see_listener_row (build, row);
      return;
    }
  id = find_connection (build, row, SV_SIDE_CLIENT);
  if (id != 0)
    see_end (build, id, SV_SIDE_CLIENT, row);
  id = find_connection (build, row, SV_SIDE_SERVER);
  if (id != 0)
    see_end (build, id, SV_SIDE_SERVER, row);
  else if (row->inode == 0 && is_at_listener (build, build->machine, &row->local))
    g_ptr_array_add (build->strangers, (gpointer) row);
}

static void
describe_held (SvPlanSocket *socket, const SvHeldSocket *held, guint64 now)
{
  if (held == NULL)
    return;
  socket->machine = held->machine;
  socket->actor = held->actor;
  socket->fd = held->fd;
  socket->protocol = held->protocol;
  if (held->named >= now)
    return;
  socket->local = held->local;
  socket->peer = held->foreign;
}

static SvMachineId
usual_machine (Build *build, SvSide side)
{
  if (!build->two)
    return SV_MACHINE_THIS;
  return side == SV_SIDE_CLIENT ? SV_MACHINE_CLIENT : SV_MACHINE_SERVER;
}

/* A server's end that is no socket of ours and waits in no queue of ours: the
 * learner runs a server by hand. */
static gboolean
is_foreign_end (Build *build, guint id, SvSide side)
{
  const Ends *ends = &build->ends[id];

  if (side == SV_SIDE_CLIENT)
    return sv_recording_get_connection (build->recording, id)->foreign;
  return ends->ours[side] == NULL && ends->row[side] != NULL
         && !is_at_listener (build, ends->machine[side], &ends->row[side]->local);
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
  socket->protocol = connection->protocol;
  socket->machine = usual_machine (build, side);
  socket->actor = side == SV_SIDE_SERVER ? connection->server_actor : connection->actor;
  socket->foreign = is_foreign_end (build, id, side);
  describe_held (socket, ends->held[side], sv_moment_get_serial (build->moment));
  describe_row (socket, ends->row[side], ends->machine[side]);
  if (socket->local.family == 0 && socket->foreign)
    sv_connection_get_ends (connection, side, &socket->local, &socket->peer);
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
  return sv_plan_queue_has (row) ? plan->waiting : NULL;
}

static GArray *
find_place (Build *build, guint id)
{
  const Ends *ends = &build->ends[id];
  const SvSocketRow *row = ends->row[SV_SIDE_SERVER];
  GArray *queue = row != NULL ? queue_of (build->plan, row) : NULL;

  if (ends->held[SV_SIDE_SERVER] != NULL || queue == NULL || is_foreign_end (build, id, SV_SIDE_SERVER))
    return build->plan->accepted;
  return queue;
}

static void
add_ends (Build *build)
{
  for (guint id = 1; id <= build->n_connections; id++)
    {
      const Ends *ends = &build->ends[id];
      gboolean has_server = ends->row[SV_SIDE_SERVER] != NULL || ends->held[SV_SIDE_SERVER] != NULL;
      gboolean foreign = sv_recording_get_connection (build->recording, id)->foreign;

      if (ends->held[SV_SIDE_CLIENT] != NULL || ends->row[SV_SIDE_CLIENT] != NULL || (foreign && has_server))
        add_end (build, build->plan->clients, id, SV_SIDE_CLIENT);
      if (has_server)
        add_end (build, find_place (build, id), id, SV_SIDE_SERVER);
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
      describe_row (&socket, row, build->listener->machine);
      g_array_append_val (queue, socket);
    }
}

static int
compare_listeners (gconstpointer a, gconstpointer b)
{
  const SvPlanSocket *x = a, *y = b;
  int order = (int) x->local.port - (int) y->local.port;

  return order != 0 ? order : sv_endpoint_compare (&x->local, &y->local);
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
  self->listeners = g_array_new (FALSE, TRUE, sizeof (SvPlanSocket));
  add_listener (&build);
  for (build.machine = 0; build.machine < SV_N_MACHINES; build.machine++)
    sv_row_table_foreach (sv_moment_get_table (moment, build.machine), see_row_cb, &build);
  add_ends (&build);
  add_strangers (&build);
  self->order_known = sv_plan_queue_sort (self->waiting, moment);
  g_array_sort (self->listeners, compare_listeners);
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
  g_array_unref (self->listeners);
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

/* In the order of the queue, not of the connections; it has few. */
static const SvPlanSocket *
find_waiting (GArray *sockets, guint connection)
{
  for (guint i = 0; i < sockets->len; i++)
    if (g_array_index (sockets, SvPlanSocket, i).connection == connection)
      return &g_array_index (sockets, SvPlanSocket, i);
  return NULL;
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
    found = find_waiting (self->waiting, connection);
  return found != NULL ? found : find_in (self->handshaking, connection);
}
