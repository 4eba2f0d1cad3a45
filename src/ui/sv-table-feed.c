/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-feed.h"

#include <sys/prctl.h>
#include <unistd.h>

#include "sv-table-history.h"

struct _SvTableFeed
{
  GObject parent_instance;

  SvSession *session;
  SvSide side;             /* whose machine's table */
  SvTableQuery *query;
  SvTableHistory *history; /* belongs to the thread while @in_flight */
  GArray *rows;            /* of SvTableRow: of the moment asked for last; never changed once made */

  guint64 serial;          /* of the moment that @rows are of */
  guint64 first_snapshot;  /* the moment in which the whole table was known, SV_NO_FACT before */
  gboolean adopted;        /* the history has met that moment */
  guint expiry_source;

  gboolean active;
  gboolean paused;
  gboolean in_flight;
  gboolean rows_stale;
  gboolean wanted;
  gboolean query_changed;
};

enum
{
  READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvTableFeed, sv_table_feed, G_TYPE_OBJECT)

static void request (SvTableFeed *self);

/* What the thread is given. */
typedef struct
{
  GArray *rows;
  SvTableQuery *query;
  SvTableHistory *history; /* the feed lives as long as its task */
  gint64 now;
  gboolean adopt;
  gboolean query_changed;
  gint64 next_expiry;
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  g_array_unref (self->rows);
  sv_table_query_free (self->query);
  g_free (self);
}

static void
work_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  g_autoptr (GArray) rows = g_array_copy (work->rows);

  sv_table_rows_find_twins (rows);
  sv_table_history_update (work->history, rows, work->now, work->adopt);
  work->next_expiry = sv_table_history_get_next_expiry (work->history);
  g_task_return_pointer (task, sv_table_result_new (work->query, rows), (GDestroyNotify) sv_table_result_unref);
}

typedef struct
{
  SvTableFeed *feed;
  SvMonitor *monitor;
  GHashTable *held; /* &row_key → SvPlanSocket: sockets of this process */
  SvMachineId machine;
  SvOwner self;
  gboolean live;
} Gathering;

static void
add_held (Gathering *gathering, const SvPlanSocket *socket)
{
  if (socket->row_key != 0 && socket->machine == gathering->machine && !socket->foreign && socket->fd >= 0)
    g_hash_table_insert (gathering->held, (gpointer) &socket->row_key, (gpointer) socket);
}

static void
add_all_held (Gathering *gathering, SvMachinesPlan *plan)
{
  GArray *const parts[] = { plan->clients, plan->accepted };

  if (plan->has_listener)
    add_held (gathering, &plan->listener);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    for (guint k = 0; k < parts[i]->len; k++)
      add_held (gathering, &g_array_index (parts[i], SvPlanSocket, k));
}

/* The monitor knows owners as of its last snapshot: of a row that came since
 * it can't say whether its process is visible, nor of one that is past. */
static SvOwner
find_owner (Gathering *gathering, const SvSocketRow *row)
{
  SvOwner owner = { 0 };

  if (row->inode == 0)
    return owner;
  if (g_hash_table_contains (gathering->held, &row->key))
    return gathering->self;
  if (sv_monitor_get_owner (gathering->monitor, row->inode, &owner))
    return owner;
  owner.pid = gathering->live && row->seen_at <= sv_monitor_get_asked_at (gathering->monitor) ? 0 : SV_OWNER_UNKNOWN;
  return owner;
}

static void
gather_row (const SvSocketRow *row, gpointer data)
{
  Gathering *gathering = data;
  SvTableFeed *self = gathering->feed;
  SvTableRow shown = { .row = *row };

  shown.owner = find_owner (gathering, row);
  shown.connection = sv_recording_find_connection (sv_session_get_recording (self->session), row, NULL);
  shown.ours = shown.connection != 0 || shown.owner.pid == gathering->self.pid;
  g_array_append_val (self->rows, shown);
}

static void
gather_rows (SvTableFeed *self)
{
  SvMoment *moment = sv_session_get_moment (self->session);
  SvMachineId machine = sv_session_get_machine_id (self->session, self->side);
  SvRowTable *table = sv_moment_get_table (moment, machine);
  g_autoptr (GHashTable) held = g_hash_table_new (g_int64_hash, g_int64_equal);
  Gathering gathering = { .feed = self, .held = held, .machine = machine };

  gathering.monitor = sv_session_get_monitor (self->session, self->side);
  gathering.live = sv_session_is_live (self->session);
  gathering.self.pid = getpid ();
  /* The main thread's name is the process's. */
  prctl (PR_GET_NAME, gathering.self.name);
  add_all_held (&gathering, sv_session_get_plan (self->session));

  g_clear_pointer (&self->rows, g_array_unref);
  self->rows = g_array_sized_new (FALSE, FALSE, sizeof (SvTableRow), sv_row_table_get_size (table));
  sv_row_table_foreach (table, gather_row, &gathering);
  self->rows_stale = FALSE;
}

/* What was there before this program looked is not new, and what a step back
 * in time takes away does not leave. */
static gboolean
must_adopt (SvTableFeed *self)
{
  guint64 serial = sv_moment_get_serial (sv_session_get_moment (self->session));
  gboolean back = serial < self->serial;
  gboolean known = self->first_snapshot != SV_NO_FACT && serial >= self->first_snapshot;
  gboolean first = known && !self->adopted;

  self->serial = serial;
  self->adopted |= known;
  return back || first;
}

static gboolean
expiry_cb (gpointer data)
{
  SvTableFeed *self = data;

  self->expiry_source = 0;
  request (self);
  return G_SOURCE_REMOVE;
}

static void
watch_expiry (SvTableFeed *self, gint64 next_expiry)
{
  g_clear_handle_id (&self->expiry_source, g_source_remove);
  if (next_expiry != 0)
    {
      gint64 left = MAX (next_expiry - sv_clock_now (), 0) / 1000000 + 1;
      self->expiry_source = g_timeout_add ((guint) left, expiry_cb, self);
    }
}

static void
done_cb (GObject *source, GAsyncResult *task, gpointer unused)
{
  SvTableFeed *self = SV_TABLE_FEED (source);
  Work *work = g_task_get_task_data (G_TASK (task));
  g_autoptr (SvTableResult) result = g_task_propagate_pointer (G_TASK (task), NULL);

  self->in_flight = FALSE;
  if (self->session == NULL)
    return;
  watch_expiry (self, work->next_expiry);
  g_signal_emit (self, signals[READY], 0, result, work->query_changed);
  if (self->wanted)
    request (self);
}

static void
request (SvTableFeed *self)
{
  self->wanted = TRUE;
  if (self->in_flight || !self->active || self->query == NULL || self->session == NULL)
    return;
  self->wanted = FALSE;
  self->in_flight = TRUE;

  Work *work = g_new0 (Work, 1);
  if (self->rows == NULL || (self->rows_stale && !self->paused))
    {
      work->adopt = must_adopt (self);
      gather_rows (self);
    }
  work->rows = g_array_ref (self->rows);
  work->query = sv_table_query_copy (self->query);
  work->history = self->history;
  work->now = sv_clock_now ();
  work->query_changed = self->query_changed;
  self->query_changed = FALSE;

  g_autoptr (GTask) task = g_task_new (self, NULL, done_cb, NULL);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, work_in_thread);
}

static void
moment_changed_cb (SvTableFeed *self)
{
  self->rows_stale = TRUE;
  if (!self->paused)
    request (self);
}

/* The snapshot's facts are in the recording now; the moment will show them. */
static void
refreshed_cb (SvTableFeed *self)
{
  if (self->first_snapshot == SV_NO_FACT)
    self->first_snapshot = sv_recording_get_end (sv_session_get_recording (self->session));
  moment_changed_cb (self);
}

static void
sv_table_feed_dispose (GObject *object)
{
  SvTableFeed *self = SV_TABLE_FEED (object);

  g_clear_handle_id (&self->expiry_source, g_source_remove);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_table_feed_parent_class)->dispose (object);
}

static void
sv_table_feed_finalize (GObject *object)
{
  SvTableFeed *self = SV_TABLE_FEED (object);

  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->query, sv_table_query_free);
  sv_table_history_free (self->history);
  G_OBJECT_CLASS (sv_table_feed_parent_class)->finalize (object);
}

static void
sv_table_feed_class_init (SvTableFeedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sv_table_feed_dispose;
  object_class->finalize = sv_table_feed_finalize;

  signals[READY] = g_signal_new ("ready", SV_TYPE_TABLE_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                 G_TYPE_POINTER, G_TYPE_BOOLEAN);
}

static void
sv_table_feed_init (SvTableFeed *self)
{
  self->history = sv_table_history_new ();
  self->first_snapshot = SV_NO_FACT;
}

/**
 * sv_table_feed_new:
 * @side: which of the session's machines
 */
SvTableFeed *
sv_table_feed_new (SvSession *session, SvSide side)
{
  SvTableFeed *self;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);

  self = g_object_new (SV_TYPE_TABLE_FEED, NULL);
  self->session = g_object_ref (session);
  self->side = side;
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (moment_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sv_session_get_monitor (session, side), "refreshed", G_CALLBACK (refreshed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * sv_table_feed_set_query:
 *
 * Asks for the rows that match it; "ready" comes when they are there.
 */
void
sv_table_feed_set_query (SvTableFeed *self, const SvTableQuery *query)
{
  g_return_if_fail (SV_IS_TABLE_FEED (self) && query != NULL);

  g_clear_pointer (&self->query, sv_table_query_free);
  self->query = sv_table_query_copy (query);
  self->query_changed = TRUE;
  request (self);
}

/**
 * sv_table_feed_set_active:
 * @active: whether anybody sees the table; if not, no work is done for it
 */
void
sv_table_feed_set_active (SvTableFeed *self, gboolean active)
{
  g_return_if_fail (SV_IS_TABLE_FEED (self));

  self->active = active;
  if (active)
    request (self);
}

/**
 * sv_table_feed_set_paused:
 * @paused: keep the rows of this moment; the query still works on them
 */
void
sv_table_feed_set_paused (SvTableFeed *self, gboolean paused)
{
  g_return_if_fail (SV_IS_TABLE_FEED (self));

  self->paused = paused;
  request (self);
}

/**
 * sv_table_feed_refresh:
 *
 * What is known around the rows changed, not the moment: owners, connections.
 */
void
sv_table_feed_refresh (SvTableFeed *self)
{
  g_return_if_fail (SV_IS_TABLE_FEED (self));

  moment_changed_cb (self);
}

/**
 * sv_table_feed_is_busy:
 *
 * Returns: whether "ready" is to come
 */
gboolean
sv_table_feed_is_busy (SvTableFeed *self)
{
  g_return_val_if_fail (SV_IS_TABLE_FEED (self), FALSE);

  return self->in_flight || self->wanted;
}
