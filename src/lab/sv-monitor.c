/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-monitor.h"

#include "sv-foreign.h"

#include <netinet/in.h>

/* What lives in the thread. Only one snapshot at a time uses it. */
typedef struct
{
  SvMachine *machine;
  SvSocketSource *source; /* opened there, when it is first needed */
  SvOwnerMap *owners;
  guint16 only_port;
} Worker;

/* What comes back from it. */
typedef struct
{
  GArray *rows;       /* SvSocketRow */
  GHashTable *owners; /* inode → SvOwner, owned: those that are visible */
  gint64 asked_at;
  gboolean sees_all_owners;
} Snapshot;

struct _SvMonitor
{
  GObject parent_instance;

  SvRecording *recording;
  SvMachine *machine;

  GSource *timer;
  Worker *worker; /* NULL while stopped */
  GCancellable *cancellable;
  gboolean asking;
  gboolean ask_again;
  char *failure; /* the last one that was told, until it works again */

  GHashTable *owners;
  gboolean sees_all_owners;
  GArray *nameless; /* guint: foreign connections whose process was not found yet */
  gint64 asked_at;
};

enum
{
  REFRESHED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvMonitor, sv_monitor, G_TYPE_OBJECT)

static void
worker_clear (gpointer data)
{
  Worker *worker = data;

  g_clear_object (&worker->machine);
  g_clear_object (&worker->source);
  g_clear_pointer (&worker->owners, sv_owner_map_free);
}

static void
worker_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, worker_clear);
}

static void
snapshot_free (gpointer data)
{
  Snapshot *snapshot = data;

  g_clear_pointer (&snapshot->rows, g_array_unref);
  g_clear_pointer (&snapshot->owners, g_hash_table_unref);
  g_free (snapshot);
}

/* ---- In the thread. */

static void
keep_port (GArray *rows, guint16 port)
{
  guint kept = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);

      if (row->local.port == port || row->foreign.port == port)
        g_array_index (rows, SvSocketRow, kept++) = *row;
    }
  g_array_set_size (rows, kept);
}

static void
look_up_owners (Worker *worker, Snapshot *snapshot)
{
  g_autofree guint32 *inodes = g_new (guint32, snapshot->rows->len);
  gsize n = 0;

  for (guint i = 0; i < snapshot->rows->len; i++)
    if (g_array_index (snapshot->rows, SvSocketRow, i).inode != 0)
      inodes[n++] = g_array_index (snapshot->rows, SvSocketRow, i).inode;
  sv_owner_map_refresh (worker->owners, inodes, n);
  for (gsize i = 0; i < n; i++)
    {
      SvOwner owner;

      if (sv_owner_map_lookup (worker->owners, inodes[i], &owner) && owner.pid != 0)
        g_hash_table_insert (snapshot->owners, GUINT_TO_POINTER (inodes[i]), g_memdup2 (&owner, sizeof owner));
    }
  snapshot->sees_all_owners = sv_owner_map_sees_all (worker->owners);
}

static void
take_snapshot (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Worker *worker = task_data;
  Snapshot *snapshot = g_new0 (Snapshot, 1);
  GError *error = NULL;

  snapshot->owners = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (worker->source == NULL)
    worker->source = sv_machine_open_source (worker->machine, &error);
  snapshot->asked_at = sv_clock_now ();
  if (worker->source != NULL)
    snapshot->rows = sv_socket_source_list (worker->source, &error);
  if (snapshot->rows == NULL)
    {
      snapshot_free (snapshot);
      g_task_return_error (task, error);
      return;
    }
  if (worker->only_port != 0)
    keep_port (snapshot->rows, worker->only_port);
  if (!g_cancellable_is_cancelled (cancellable))
    look_up_owners (worker, snapshot);
  g_task_return_pointer (task, snapshot, snapshot_free);
}

/* ---- In the main thread. */

/* A foreign client that waits in the accept queue. */
static void
meet_foreign (SvMonitor *self, GArray *listeners, const SvRowChange *change)
{
  const SvSocketRow *row = SV_ROW_CHANGE_ROW (change);
  guint connection;

  if (change->event == SV_ROW_REMOVED || sv_foreign_is_known (self->recording, row))
    return;
  connection = sv_foreign_adopt (self->recording, listeners, row);
  if (connection != 0)
    g_array_append_val (self->nameless, connection);
}

/* An IPv4 client of an IPv6 server is in the table without ::ffff:. */
static const SvSocketRow *
find_row (SvMonitor *self, const SvEndpoint *local, const SvEndpoint *foreign)
{
  SvRowTable *table = sv_recording_get_table (self->recording, sv_machine_get_id (self->machine));
  const SvSocketRow *row = sv_row_table_find (table, IPPROTO_TCP, local, foreign);
  SvEndpoint unmapped[] = { sv_endpoint_unmapped (local), sv_endpoint_unmapped (foreign) };

  return row != NULL ? row : sv_row_table_find (table, IPPROTO_TCP, &unmapped[0], &unmapped[1]);
}

/* Returns: whether there is nothing left to find out */
static gboolean
name_one (SvMonitor *self, guint id)
{
  const SvConnection *connection = sv_recording_get_connection (self->recording, id);
  const SvSocketRow *row = find_row (self, &connection->client, &connection->server);
  SvOwner owner;

  /* A snapshot may have met the server's half only: the client's comes with the next. */
  if (row == NULL)
    return find_row (self, &connection->server, &connection->client) == NULL;
  if (row->inode == 0)
    return TRUE;
  if (!sv_monitor_get_owner (self, row->inode, &owner))
    return FALSE;
  sv_foreign_set_owner (self->recording, sv_machine_get_id (self->machine), id, &owner);
  return TRUE;
}

/* A process may show its descriptor a moment later than the kernel its socket,
 * so this is tried until the connection is gone. */
static void
name_foreign (SvMonitor *self)
{
  for (guint i = self->nameless->len; i > 0; i--)
    if (name_one (self, g_array_index (self->nameless, guint, i - 1)))
      g_array_remove_index_fast (self->nameless, i - 1);
}

static void
apply (SvMonitor *self, Snapshot *snapshot)
{
  SvMachineId machine = sv_machine_get_id (self->machine);
  SvRowTable *table = sv_recording_get_table (self->recording, machine);
  g_autoptr (GArray) changes = sv_row_table_diff (table, snapshot->rows, snapshot->asked_at);
  g_autoptr (GArray) listeners = sv_foreign_list_listeners (self->recording, machine);

  g_clear_pointer (&self->owners, g_hash_table_unref);
  self->owners = g_steal_pointer (&snapshot->owners);
  self->sees_all_owners = snapshot->sees_all_owners;
  self->asked_at = snapshot->asked_at;
  /* Both halves of a connection must be known before the first one is told. */
  if (listeners->len > 0)
    for (guint i = 0; i < changes->len; i++)
      meet_foreign (self, listeners, &g_array_index (changes, SvRowChange, i));
  for (guint i = 0; i < changes->len; i++)
    {
      const SvRowChange *change = &g_array_index (changes, SvRowChange, i);

      sv_recording_append (self->recording, sv_fact_new_row (change->after.seen_at, machine, change));
    }
  name_foreign (self);
}

static void
tell_failure (SvMonitor *self, const GError *error)
{
  if (g_strcmp0 (self->failure, error->message) == 0)
    return;
  g_free (self->failure);
  self->failure = g_strdup (error->message);
  g_signal_emit (self, signals[FAILED], 0, error->message);
}

/* @user_data may be gone: then the cancellable says so. */
static void
snapshot_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = G_TASK (result);
  gboolean cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));
  g_autoptr (GError) error = NULL;
  Snapshot *snapshot = g_task_propagate_pointer (task, &error);

  if (!cancelled)
    {
      g_autoptr (SvMonitor) self = g_object_ref (user_data);

      self->asking = FALSE;
      if (snapshot != NULL)
        {
          g_clear_pointer (&self->failure, g_free);
          apply (self, snapshot);
          g_signal_emit (self, signals[REFRESHED], 0);
        }
      else
        tell_failure (self, error);
      if (self->ask_again && self->worker != NULL)
        sv_monitor_refresh (self);
    }
  g_clear_pointer (&snapshot, snapshot_free);
}

static void
ask (SvMonitor *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, snapshot_cb, self);

  g_task_set_source_tag (task, ask);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (self->worker), worker_unref);
  self->asking = TRUE;
  self->ask_again = FALSE;
  g_task_run_in_thread (task, take_snapshot);
}

static gboolean
timer_cb (gpointer user_data)
{
  SvMonitor *self = user_data;

  if (!self->asking)
    ask (self);
  return G_SOURCE_CONTINUE;
}

static void
sv_monitor_finalize (GObject *object)
{
  SvMonitor *self = SV_MONITOR (object);

  sv_monitor_stop (self);
  g_clear_pointer (&self->owners, g_hash_table_unref);
  g_array_unref (self->nameless);
  g_clear_pointer (&self->failure, g_free);
  g_clear_object (&self->recording);
  g_clear_object (&self->machine);
  G_OBJECT_CLASS (sv_monitor_parent_class)->finalize (object);
}

static void
sv_monitor_class_init (SvMonitorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_monitor_finalize;

  signals[REFRESHED] = g_signal_new ("refreshed", SV_TYPE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", SV_TYPE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_STRING);
}

static void
sv_monitor_init (SvMonitor *self)
{
  self->owners = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->nameless = g_array_new (FALSE, FALSE, sizeof (guint));
}

SvMonitor *
sv_monitor_new (SvRecording *recording, SvMachine *machine)
{
  SvMonitor *self;

  g_return_val_if_fail (SV_IS_RECORDING (recording), NULL);
  g_return_val_if_fail (SV_IS_MACHINE (machine), NULL);

  self = g_object_new (SV_TYPE_MONITOR, NULL);
  self->recording = g_object_ref (recording);
  self->machine = g_object_ref (machine);
  return self;
}

/**
 * sv_monitor_start:
 * @interval_ms: from one snapshot to the next; the first is taken at once
 * @only_port: 0 for all rows, else only those with this local or foreign port
 *
 * While a snapshot takes longer than the interval, none is begun.
 */
void
sv_monitor_start (SvMonitor *self, guint interval_ms, guint16 only_port)
{
  g_return_if_fail (SV_IS_MONITOR (self));
  g_return_if_fail (interval_ms > 0);

  sv_monitor_stop (self);
  self->worker = g_atomic_rc_box_new0 (Worker);
  self->worker->machine = g_object_ref (self->machine);
  self->worker->owners = sv_owner_map_new ("/proc");
  self->worker->only_port = only_port;
  self->cancellable = g_cancellable_new ();
  self->timer = g_timeout_source_new (interval_ms);
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  ask (self);
}

/**
 * sv_monitor_stop:
 *
 * A snapshot that is under way ends by itself, unheard, and with it its thread
 * and its descriptor.
 */
void
sv_monitor_stop (SvMonitor *self)
{
  g_return_if_fail (SV_IS_MONITOR (self));

  if (self->worker == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_clear_pointer (&self->worker, worker_unref);
  self->asking = FALSE;
  self->ask_again = FALSE;
}

/**
 * sv_monitor_refresh:
 *
 * Takes a snapshot now, or right after the one that is under way.
 */
void
sv_monitor_refresh (SvMonitor *self)
{
  g_return_if_fail (SV_IS_MONITOR (self));

  if (self->worker == NULL)
    return;
  if (self->asking)
    self->ask_again = TRUE;
  else
    ask (self);
}

/**
 * sv_monitor_get_owner:
 * @inode: of a socket
 * @owner: (out): who held it at the last snapshot
 *
 * Returns: whether that is visible
 */
gboolean
sv_monitor_get_owner (SvMonitor *self, guint32 inode, SvOwner *owner)
{
  const SvOwner *known = g_hash_table_lookup (self->owners, GUINT_TO_POINTER (inode));

  if (known == NULL)
    return FALSE;
  *owner = *known;
  return TRUE;
}

/**
 * sv_monitor_sees_all_owners:
 *
 * Returns: whether every process could be looked into; otherwise a missing
 *   owner means "not visible"
 */
gboolean
sv_monitor_sees_all_owners (SvMonitor *self)
{
  return self->sees_all_owners;
}

/**
 * sv_monitor_get_asked_at:
 *
 * Returns: CLOCK_MONOTONIC in ns: when the last snapshot was begun, 0 before
 *   the first. Of a row that is newer the owner has not been looked up.
 */
gint64
sv_monitor_get_asked_at (SvMonitor *self)
{
  g_return_val_if_fail (SV_IS_MONITOR (self), 0);

  return self->asked_at;
}
