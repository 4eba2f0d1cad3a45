/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-session.h"

#include "sv-explain.h"

/* Facts that come in a burst are shown together, once a frame. */
#define UPDATE_INTERVAL_MS 16
#define MONITOR_INTERVAL_MS 1000

struct _SvSession
{
  GObject parent_instance;

  SvRecording *recording;
  SvNetwork *network;     /* NULL on this computer */
  SvMachine *machines[2]; /* by SvSide */
  SvMonitor *monitors[2]; /* likewise; may be the same one twice */
  SvLab *lab;
  SvPlayer *player;
  SvMoment *moment;
  SvMachinesPlan *plan; /* of @moment; NULL until somebody asks */

  guint connection;  /* chosen */
  guint64 row_key;   /* chosen, of @row_machine; 0 for none */
  SvMachineId row_machine;
  guint64 fact;      /* chosen */
  guint newest;      /* the newest connection that was met */
  guint64 failed;    /* failures before this serial have been said */
  gboolean timeline_stale;
  gboolean replay_wanted; /* the connection chosen is new: its story is played */
  guint update_source;
  gulong appended_handler;
};

enum
{
  PROP_LIVE = 1,
  PROP_PLAYING,
  N_PROPS
};

enum
{
  MOMENT_CHANGED,
  CHOSEN_CHANGED,
  FAILURE,
  FRAME,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvSession, sv_session, G_TYPE_OBJECT)

static void
emit_failure (SvSession *self, const char *origin, const char *sentence)
{
  g_signal_emit (self, signals[FAILURE], 0, sentence, origin);
}

/* The moment follows the player: its serial, or the end while it is live. */
static void
show_moment (SvSession *self)
{
  guint64 before = sv_moment_get_serial (self->moment);

  sv_moment_seek (self->moment, sv_player_get_serial (self->player));
  if (before == sv_moment_get_serial (self->moment))
    return;
  g_clear_pointer (&self->plan, sv_machines_plan_free);
  g_signal_emit (self, signals[MOMENT_CHANGED], 0);
}

static void
show_timeline (SvSession *self)
{
  g_autoptr (SvTimeline) timeline = sv_timeline_new (self->recording, self->connection);
  SvTimeline *old = sv_player_get_timeline (self->player);
  gboolean other = old == NULL || sv_timeline_get_connection (old) != self->connection;
  gboolean live = sv_player_is_live (self->player);

  self->timeline_stale = FALSE;
  g_object_freeze_notify (G_OBJECT (self->player));
  sv_player_set_timeline (self->player, timeline);
  /* Who looks at another connection wants to see how it stands, not to be
   * taken back to its beginning. What a wire carries is not played: it is shown
   * while it happens. */
  if (live && (self->network != NULL || (other && !self->replay_wanted)))
    sv_player_go_live (self->player);
  g_object_thaw_notify (G_OBJECT (self->player));
  self->replay_wanted = FALSE;
}

/* Who connects by name tries one address after the other: what failed on the way
 * to success, or may still succeed, is no failure of the whole. */
static gboolean
still_tries (SvSession *self, const SvFact *fact, const char *connected)
{
  gboolean resolving;

  if (g_strcmp0 (fact->actor, connected) == 0)
    return TRUE;
  g_object_get (self->lab, "resolving", &resolving, NULL);
  return resolving && fact->call.socket_error != 0;
}

static gboolean
has_connected (const SvFact *fact)
{
  return fact->kind == SV_FACT_CALL && fact->side == SV_SIDE_CLIENT && g_str_equal (fact->call.name, "getsockopt")
         && fact->call.result == 0 && fact->call.socket_error == 0;
}

/* Of many failures at once the last one is said. */
static void
report_failures (SvSession *self, guint64 end)
{
  guint64 first = MAX (self->failed, sv_recording_get_first (self->recording));
  const char *connected = NULL;
  g_autofree char *sentence = NULL;

  for (guint64 i = end; i > first && sentence == NULL; i--)
    {
      const SvFact *fact = sv_recording_get (self->recording, i - 1);

      if (has_connected (fact))
        connected = fact->actor;
      if (sv_fact_failed (fact) && fact->side == SV_SIDE_CLIENT && !still_tries (self, fact, connected))
        sentence = sv_explain_failure (fact, NULL);
    }
  self->failed = end;
  if (sentence != NULL)
    emit_failure (self, "connection", sentence);
}

static gboolean
update_cb (gpointer data)
{
  SvSession *self = data;
  guint64 end = sv_recording_get_end (self->recording);

  self->update_source = 0;
  if (self->timeline_stale)
    show_timeline (self);
  show_moment (self);
  report_failures (self, end);
  return G_SOURCE_REMOVE;
}

static void
queue_update (SvSession *self)
{
  if (self->update_source == 0)
    self->update_source = g_timeout_add (UPDATE_INTERVAL_MS, update_cb, self);
}

/* What a person has just caused is what they look at: a new connection is
 * chosen, but never in the middle of another one's replay. */
static void
follow_newest (SvSession *self, const SvFact *fact)
{
  if (fact->connection <= self->newest)
    return;
  self->newest = fact->connection;
  if (self->connection == 0 || (sv_player_is_live (self->player) && !self->timeline_stale))
    {
      sv_session_choose_connection (self, fact->connection);
      /* What a wire carries is slow enough to be looked at while it happens. */
      self->replay_wanted = self->network == NULL;
    }
}

static void
appended_cb (SvRecording *recording, SvFact *fact, SvSession *self)
{
  follow_newest (self, fact);
  if (fact->connection == self->connection || (fact->connection == 0 && fact->kind == SV_FACT_CALL))
    self->timeline_stale = TRUE;
  queue_update (self);
}

static void
player_position_cb (SvSession *self)
{
  show_moment (self);
}

static void
player_live_cb (SvSession *self)
{
  show_moment (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LIVE]);
}

static void
player_playing_cb (SvSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PLAYING]);
}

static void
monitor_failed_cb (SvSession *self, const char *sentence)
{
  emit_failure (self, "monitor", sentence);
}

/* Somebody holds a packet, pauses the wire, or changes its pace. */
static void
wire_changed_cb (SvSession *self)
{
  g_signal_emit (self, signals[FRAME], 0);
}

static void
network_ended_cb (SvSession *self, const char *sentence)
{
  emit_failure (self, "network", sentence);
}

static void
sv_session_dispose (GObject *object)
{
  SvSession *self = SV_SESSION (object);

  sv_session_stop (self);
  g_clear_handle_id (&self->update_source, g_source_remove);
  g_clear_signal_handler (&self->appended_handler, self->recording);
  g_clear_pointer (&self->plan, sv_machines_plan_free);
  g_clear_object (&self->player);
  g_clear_object (&self->moment);
  for (int side = 0; side < 2; side++)
    {
      g_clear_object (&self->monitors[side]);
      g_clear_object (&self->machines[side]);
    }
  g_clear_object (&self->lab);
  g_clear_object (&self->network);
  g_clear_object (&self->recording);
  G_OBJECT_CLASS (sv_session_parent_class)->dispose (object);
}

static void
sv_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SvSession *self = SV_SESSION (object);

  switch (id)
    {
    case PROP_LIVE:
      g_value_set_boolean (value, sv_player_is_live (self->player));
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, sv_player_is_playing (self->player));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_session_class_init (SvSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sv_session_dispose;
  object_class->get_property = sv_session_get_property;

  props[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[MOMENT_CHANGED] = g_signal_new ("moment-changed", SV_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[CHOSEN_CHANGED] = g_signal_new ("chosen-changed", SV_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  signals[FAILURE] = g_signal_new ("failure", SV_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                   G_TYPE_STRING, G_TYPE_STRING);
  signals[FRAME] = g_signal_new ("frame", SV_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sv_session_init (SvSession *self)
{
  self->player = sv_player_new ();
  self->fact = SV_NO_FACT;
}

/* Of several attempts of one client the one that succeeds is what it is about. */
static void
connected_cb (SvSession *self, guint connection)
{
  guint id = sv_session_get_chosen_connection (self);
  const SvConnection *chosen = id != 0 ? sv_recording_get_connection (self->recording, id) : NULL;

  if (chosen != NULL && chosen->id != connection
      && g_str_equal (chosen->actor, sv_recording_get_connection (self->recording, connection)->actor))
    sv_session_choose_connection (self, connection);
}

static void
watch (SvSession *self)
{
  g_signal_connect_object (self->lab, "connected", G_CALLBACK (connected_cb), self, G_CONNECT_SWAPPED);
  self->moment = sv_moment_new (self->recording);
  self->appended_handler = g_signal_connect (self->recording, "appended", G_CALLBACK (appended_cb), self);
  g_signal_connect_object (self->player, "notify::position", G_CALLBACK (player_position_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->player, "notify::live", G_CALLBACK (player_live_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->player, "notify::playing", G_CALLBACK (player_playing_cb), self, G_CONNECT_SWAPPED);
  for (int side = 0; side < 2; side++)
    if (side == 0 || self->monitors[side] != self->monitors[0])
      g_signal_connect_object (self->monitors[side], "failed", G_CALLBACK (monitor_failed_cb), self,
                               G_CONNECT_SWAPPED);
  show_timeline (self);
}

/**
 * sv_session_new:
 *
 * Returns: (transfer full): of this computer
 */
SvSession *
sv_session_new (void)
{
  SvSession *self = g_object_new (SV_TYPE_SESSION, NULL);
  g_autoptr (SvMachine) machine = sv_local_machine_new ();

  self->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  self->lab = sv_lab_new (self->recording, machine, machine);
  self->monitors[SV_SIDE_CLIENT] = sv_monitor_new (self->recording, machine);
  self->monitors[SV_SIDE_SERVER] = g_object_ref (self->monitors[SV_SIDE_CLIENT]);
  for (int side = 0; side < 2; side++)
    self->machines[side] = g_object_ref (machine);
  watch (self);
  return self;
}

/**
 * sv_session_new_for_network:
 * @network: open; the session closes it when it stops
 *
 * Returns: (transfer full): of two machines; what happens is shown live
 */
SvSession *
sv_session_new_for_network (SvNetwork *network)
{
  SvSession *self;

  g_return_val_if_fail (SV_IS_NETWORK (network), NULL);

  self = g_object_new (SV_TYPE_SESSION, NULL);
  self->network = g_object_ref (network);
  self->lab = g_object_ref (sv_network_get_lab (network));
  self->recording = g_object_ref (sv_lab_get_recording (self->lab));
  for (int side = 0; side < 2; side++)
    {
      self->machines[side] = g_object_ref (SV_MACHINE (sv_network_get_machine (network, (SvSide) side)));
      self->monitors[side] = g_object_ref (sv_network_get_monitor (network, (SvSide) side));
    }
  g_signal_connect_object (sv_network_get_wire (network), "changed", G_CALLBACK (wire_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (network, "ended", G_CALLBACK (network_ended_cb), self, G_CONNECT_SWAPPED);
  watch (self);
  return self;
}

SvRecording *
sv_session_get_recording (SvSession *self)
{
  return self->recording;
}

SvLab *
sv_session_get_lab (SvSession *self)
{
  return self->lab;
}

SvNetwork *
sv_session_get_network (SvSession *self)
{
  return self->network;
}

/**
 * sv_session_is_over:
 *
 * Returns: whether its machines are no more; what happened can still be looked at
 */
gboolean
sv_session_is_over (SvSession *self)
{
  return self->network != NULL && !sv_network_is_open (self->network);
}

SvMachine *
sv_session_get_machine (SvSession *self, SvSide side)
{
  return self->machines[side];
}

SvMachineId
sv_session_get_machine_id (SvSession *self, SvSide side)
{
  return sv_machine_get_id (self->machines[side]);
}

SvMonitor *
sv_session_get_monitor (SvSession *self, SvSide side)
{
  return self->monitors[side];
}

SvPortSpace *
sv_session_get_ports (SvSession *self, SvSide side)
{
  return sv_machine_get_port_space (self->machines[side]);
}

SvPlayer *
sv_session_get_player (SvSession *self)
{
  return self->player;
}

SvMoment *
sv_session_get_moment (SvSession *self)
{
  return self->moment;
}

/**
 * sv_session_get_plan:
 *
 * Returns: (transfer none): who holds which socket at the moment shown; valid
 *   until the next "moment-changed"
 */
SvMachinesPlan *
sv_session_get_plan (SvSession *self)
{
  if (self->plan == NULL)
    self->plan = sv_machines_plan_new (self->moment);
  return self->plan;
}

gboolean
sv_session_is_live (SvSession *self)
{
  return sv_player_is_live (self->player);
}

guint
sv_session_get_chosen_connection (SvSession *self)
{
  return self->connection;
}

guint64
sv_session_get_chosen_row (SvSession *self, SvMachineId machine)
{
  return machine == self->row_machine ? self->row_key : 0;
}

guint64
sv_session_get_chosen_fact (SvSession *self)
{
  return self->fact;
}

static void
choose (SvSession *self, guint connection, SvMachineId machine, guint64 row_key, guint64 fact)
{
  gboolean other = connection != self->connection;

  if (!other && row_key == self->row_key && machine == self->row_machine && fact == self->fact)
    return;
  self->connection = connection;
  self->row_machine = machine;
  self->row_key = row_key;
  self->fact = fact;
  if (other)
    {
      self->timeline_stale = TRUE;
      queue_update (self);
    }
  g_signal_emit (self, signals[CHOSEN_CHANGED], 0);
}

/* With a connection its client's row is chosen. */
static void
choose_connection (SvSession *self, guint connection, guint64 fact)
{
  const SvPlanSocket *socket = NULL;

  if (connection != 0)
    socket = sv_machines_plan_find (sv_session_get_plan (self), connection, SV_SIDE_CLIENT);
  choose (self, connection, sv_session_get_machine_id (self, SV_SIDE_CLIENT), socket != NULL ? socket->row_key : 0,
          fact);
}

/**
 * sv_session_choose_connection:
 * @connection: its id, 0 for the listener alone
 */
void
sv_session_choose_connection (SvSession *self, guint connection)
{
  g_return_if_fail (SV_IS_SESSION (self));

  choose_connection (self, connection, SV_NO_FACT);
}

/**
 * sv_session_move_on:
 * @to_newest: whether the newest connection is what is looked at now
 *
 * For whoever begins something new: what is replayed ends, and what has failed
 * until now is not told any more.
 */
void
sv_session_move_on (SvSession *self, gboolean to_newest)
{
  g_return_if_fail (SV_IS_SESSION (self));

  self->failed = sv_recording_get_end (self->recording);
  if (to_newest && self->newest != 0)
    sv_session_choose_connection (self, self->newest);
  sv_player_go_live (self->player);
}

/**
 * sv_session_choose_row:
 * @machine: whose row
 * @key: of a row of the moment shown; its connection is chosen with it
 */
void
sv_session_choose_row (SvSession *self, SvMachineId machine, guint64 key)
{
  const SvSocketRow *row;
  guint connection = 0;

  g_return_if_fail (SV_IS_SESSION (self));

  row = sv_row_table_lookup (sv_moment_get_table (self->moment, machine), key);
  if (row != NULL)
    connection = sv_recording_find_connection (self->recording, row, NULL);
  choose (self, connection != 0 ? connection : self->connection, machine, key, SV_NO_FACT);
}

/**
 * sv_session_choose_fact:
 * @serial: of a fact in the recording; its connection is chosen with it
 */
void
sv_session_choose_fact (SvSession *self, guint64 serial)
{
  const SvFact *fact;

  g_return_if_fail (SV_IS_SESSION (self));

  fact = sv_recording_get (self->recording, serial);
  if (fact == NULL)
    return;

  choose_connection (self, fact->connection != 0 ? fact->connection : self->connection, serial);
}

void
sv_session_choose_nothing (SvSession *self)
{
  g_return_if_fail (SV_IS_SESSION (self));

  choose (self, self->connection, self->row_machine, 0, SV_NO_FACT);
}

/* What the kernel answered says more than the lab's word for it. */
static char *
explain_last_failure (SvSession *self, guint64 from, const SvEndpoint *bind, const GError *error)
{
  for (guint64 i = sv_recording_get_end (self->recording); i > from; i--)
    {
      const SvFact *fact = sv_recording_get (self->recording, i - 1);

      if (fact != NULL && sv_fact_failed (fact))
        return sv_explain_failure (fact, bind);
    }
  return g_strdup (error->message);
}

/**
 * sv_session_start_server:
 *
 * Returns: whether it listens; if not, "failure" has said why
 */
gboolean
sv_session_start_server (SvSession *self, const SvServerOptions *options)
{
  guint64 from = sv_recording_get_end (self->recording);
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (SV_IS_SESSION (self), FALSE);

  choose (self, 0, sv_session_get_machine_id (self, SV_SIDE_SERVER), 0, SV_NO_FACT);
  self->replay_wanted = self->network == NULL;
  if (sv_lab_start_server (self->lab, options, &error))
    return TRUE;

  g_autofree char *sentence = explain_last_failure (self, from, &options->bind, error);
  emit_failure (self, "server", sentence);
  return FALSE;
}

/**
 * sv_session_spawn_clients:
 *
 * Lets @n clients connect; "failure" says why if it can't.
 */
void
sv_session_spawn_clients (SvSession *self, guint n)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SV_IS_SESSION (self));

  if (!sv_lab_spawn_clients (self->lab, n, &error))
    sv_session_report (self, "clients", error);
}

void
sv_session_report (SvSession *self, const char *origin, const GError *error)
{
  emit_failure (self, origin, error->message);
}

/**
 * sv_session_start:
 *
 * Begins to look at this computer's table; a network's are looked at already.
 */
void
sv_session_start (SvSession *self)
{
  g_return_if_fail (SV_IS_SESSION (self));

  if (self->network == NULL)
    sv_monitor_start (self->monitors[SV_SIDE_CLIENT], MONITOR_INTERVAL_MS, 0);
}

/**
 * sv_session_stop:
 *
 * Ends server, clients, monitors, and the network's machines. The recording stays.
 */
void
sv_session_stop (SvSession *self)
{
  if (self->network != NULL)
    sv_network_close (self->network);
  for (int side = 0; side < 2; side++)
    if (self->monitors[side] != NULL)
      sv_monitor_stop (self->monitors[side]);
  if (self->lab != NULL)
    sv_lab_stop (self->lab);
}

/* What is held stands, and where people want no motion everything does. */
static gboolean
has_moving_packets (SvSession *self)
{
  SvWire *wire = self->network != NULL ? sv_network_get_wire (self->network) : NULL;
  guint n = wire != NULL && sv_player_is_animated (self->player) ? sv_wire_get_n_flights (wire) : 0;
  gint64 now = sv_clock_now ();

  for (guint i = 0; i < n; i++)
    if (sv_wire_is_moving (wire, sv_wire_get_flight (wire, i), now))
      return TRUE;
  return FALSE;
}

/**
 * sv_session_advance:
 * @frame_time: of the frame clock, in µs
 */
void
sv_session_advance (SvSession *self, gint64 frame_time)
{
  sv_player_advance (self->player, frame_time);
  if (sv_player_is_live (self->player) && has_moving_packets (self))
    g_signal_emit (self, signals[FRAME], 0);
}

/**
 * sv_session_wants_frames:
 *
 * Returns: whether a replay goes on, or the moment is now and a packet flies;
 *   to be asked again on "notify::playing", "notify::live", "moment-changed" and "frame"
 */
gboolean
sv_session_wants_frames (SvSession *self)
{
  return sv_player_is_playing (self->player) || (sv_player_is_live (self->player) && has_moving_packets (self));
}
