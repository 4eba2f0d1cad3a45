/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-ladder-view.h"

#include "sv-ladder-words.h"

#include <glib/gi18n-lib.h>

/* So many packets of other connections are looked at, a frame; the rest are only counted. */
#define MAX_OTHERS 64

struct _SvLadderView
{
  SvSceneView parent_instance;

  SvSession *session;
  GtkWidget *buttons;   /* NULL without a wire */
  guint64 pointed;      /* the packet on the wire that the pointer was over last */
  guint64 active;       /* the packet on the wire that the buttons are for, SV_NO_FACT for none */
  guint64 active_id;    /* its number there */
  gboolean active_held;
  float x;              /* where they are: the middle of their upper edge, px */
  float y;
};

enum
{
  PACKET_OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvLadderView, sv_ladder_view, SV_TYPE_SCENE_VIEW)

static SvWire *
get_wire (SvLadderView *self)
{
  SvNetwork *network = sv_session_get_network (self->session);

  return network != NULL ? sv_network_get_wire (network) : NULL;
}

static gint64
get_time_shown (SvLadderView *self)
{
  return sv_session_is_live (self->session) ? sv_clock_now ()
                                            : sv_moment_get_time (sv_session_get_moment (self->session));
}

/* ---- What is on the wire. */

static guint
find_connection (SvLadderView *self, const SvWireFlight *flight)
{
  SvSocketRow row = { .protocol = flight->packet.protocol, .local = flight->packet.source,
                      .foreign = flight->packet.destination };

  return flight->known ? sv_recording_find_connection (sv_session_get_recording (self->session), &row, NULL) : 0;
}

/* Ten thousand packets can be on the wire: those of the chosen connection are found in the order in which they left.
 * @at: (inout): where in the timeline to go on */
static gboolean
is_own (SvTimeline *timeline, guint *at, const SvWireFlight *flight)
{
  for (; timeline != NULL && *at < sv_timeline_get_n_beats (timeline); *at += 1)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, *at);

      if (beat->open && beat->flight >= flight->id)
        return beat->flight == flight->id;
    }
  return FALSE;
}

static SvLadderFlight
describe_flight (SvLadderView *self, const SvWireFlight *flight, guint connection, gint64 now)
{
  SvWire *wire = get_wire (self);
  gboolean animated = sv_player_is_animated (sv_session_get_player (self->session));

  return (SvLadderFlight) {
    .id = flight->id,
    .connection = connection,
    .from = flight->from,
    .progress = animated ? sv_wire_get_progress (wire, flight, now) : 0.5,
    .held = flight->due == SV_WIRE_HOLD,
    .still = !animated || !sv_wire_is_moving (wire, flight, now),
  };
}

/* @n_others: (out): how many are of other connections, or of none
 * Returns: (transfer full): (element-type SvLadderFlight) */
static GArray *
list_flights (SvLadderView *self, guint *n_others)
{
  SvWire *wire = get_wire (self);
  SvTimeline *timeline = sv_player_get_timeline (sv_session_get_player (self->session));
  guint n = wire != NULL ? sv_wire_get_n_flights (wire) : 0, at = 0;
  guint chosen = timeline != NULL ? sv_timeline_get_connection (timeline) : 0;
  GArray *flights = g_array_new (FALSE, FALSE, sizeof (SvLadderFlight));
  gint64 now = sv_clock_now ();

  *n_others = 0;
  for (guint i = 0; i < n; i++)
    {
      const SvWireFlight *flight = sv_wire_get_flight (wire, i);
      gboolean own = is_own (timeline, &at, flight);
      guint id = own ? chosen : *n_others < MAX_OTHERS ? find_connection (self, flight) : 0;
      SvLadderFlight there;

      /* One's own that has left just now: the timeline does not have it yet. */
      if (!own && id != 0 && id == chosen)
        continue;
      if (!own && (*n_others)++ >= MAX_OTHERS)
        continue;
      there = describe_flight (self, flight, id, now);
      g_array_append_val (flights, there);
    }
  return flights;
}

/* ---- Which packet the buttons are for. */

static const SvBeat *
find_open (SvTimeline *timeline, guint64 serial)
{
  for (guint i = sv_timeline_get_n_beats (timeline); serial != SV_NO_FACT && i-- > 0;)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      if (beat->open && beat->serial == serial)
        return beat;
    }
  return NULL;
}

static const SvLadderFlight *
find_flight (const SvLadderLook *look, const SvBeat *beat)
{
  for (guint i = 0; beat != NULL && i < look->n_flights; i++)
    if (look->flights[i].id == beat->flight)
      return &look->flights[i];
  return NULL;
}

/* Somebody has to say what becomes of what is held. */
static const SvBeat *
find_standing (SvLadderView *self, SvTimeline *timeline, const SvLadderLook *look)
{
  gboolean paused = sv_wire_is_paused (get_wire (self));

  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);
      const SvLadderFlight *flight = beat->open ? find_flight (look, beat) : NULL;

      if (flight != NULL && (flight->held || paused))
        return beat;
    }
  return NULL;
}

static const SvBeat *
find_active (SvLadderView *self, SvTimeline *timeline, const SvLadderLook *look)
{
  SvTarget focus = sv_scene_view_get_focus_target (SV_SCENE_VIEW (self));
  const SvBeat *beat = NULL;

  if (timeline == NULL || self->buttons == NULL || !look->live)
    return NULL;
  if (gtk_widget_has_focus (GTK_WIDGET (self)) && focus.kind == SV_TARGET_FACT)
    beat = find_open (timeline, focus.id);
  if (beat == NULL)
    beat = find_open (timeline, self->pointed);
  if (beat == NULL)
    beat = find_open (timeline, look->chosen);
  if (beat == NULL)
    beat = find_standing (self, timeline, look);
  return find_flight (look, beat) != NULL ? beat : NULL;
}

static void
find_place (SvLadderView *self, SvTimeline *timeline, const SvLadderLook *look)
{
  const SvBeat *beat = find_active (self, timeline, look);
  const SvLadderFlight *flight = find_flight (look, beat);

  self->active = SV_NO_FACT;
  if (flight == NULL
      || !sv_ladder_find_place (timeline, sv_timeline_get_duration (timeline), look, beat->serial, &self->x, &self->y))
    return;
  self->active = beat->serial;
  self->active_id = flight->id;
  self->active_held = flight->held;
}

static void
show_buttons (SvLadderView *self)
{
  const SvFact *fact = sv_recording_get (sv_session_get_recording (self->session), self->active);
  SvFlightButtons *buttons = SV_FLIGHT_BUTTONS (self->buttons);
  g_autofree char *name = fact != NULL ? sv_ladder_packet_label (fact) : NULL;

  sv_flight_buttons_set_flight (buttons, fact != NULL ? self->active_id : 0, name, self->active_held);
  if (fact == NULL && gtk_widget_get_visible (self->buttons) && gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_set_visible (self->buttons, fact != NULL);
}

/* The picture is built, and the buttons before it follow. */
static void
update (SvLadderView *self)
{
  guint64 active = self->active;
  gboolean held = self->active_held;
  float x = self->x, y = self->y;

  sv_scene_view_update (SV_SCENE_VIEW (self));
  if (self->buttons == NULL)
    return;
  if (active != self->active || held != self->active_held
      || (self->active != SV_NO_FACT) != gtk_widget_get_visible (self->buttons))
    show_buttons (self);
  if (self->active != SV_NO_FACT && (x != self->x || y != self->y))
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static SvScene *
sv_ladder_view_build (SvSceneView *view, const SvSceneRoom *room)
{
  SvLadderView *self = SV_LADDER_VIEW (view);
  SvPlayer *player = sv_session_get_player (self->session);
  SvTimeline *timeline = sv_player_get_timeline (player);
  guint n_others = 0;
  g_autoptr (GArray) flights = list_flights (self, &n_others);
  const SvLadderLook look = {
    .width = room->width,
    .height = room->height,
    .line_height = room->line_height,
    .char_width = room->char_width,
    .right_to_left = room->right_to_left,
    .live = sv_player_is_live (player),
    .speed = sv_player_get_speed (player),
    .chosen = sv_session_get_chosen_fact (self->session),
    .now = get_time_shown (self),
    .flights = (const SvLadderFlight *) flights->data,
    .n_flights = flights->len,
    .n_others = n_others,
  };

  find_place (self, timeline, &look);
  return timeline != NULL ? sv_ladder_build (timeline, sv_player_get_position (player), &look) : NULL;
}

static void
sv_ladder_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SvLadderView *self = SV_LADDER_VIEW (widget);
  GtkRequisition size;

  GTK_WIDGET_CLASS (sv_ladder_view_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->buttons == NULL || !gtk_widget_should_layout (self->buttons))
    return;
  gtk_widget_get_preferred_size (self->buttons, &size, NULL);
  gtk_widget_size_allocate (self->buttons,
                            &(GtkAllocation) {
                              CLAMP ((int) self->x - size.width / 2, 0, MAX (0, width - size.width)),
                              CLAMP ((int) self->y, 0, MAX (0, height - size.height)),
                              size.width,
                              size.height,
                            },
                            -1);
}

static void
sv_ladder_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SvLadderView *self = SV_LADDER_VIEW (widget);

  GTK_WIDGET_CLASS (sv_ladder_view_parent_class)->snapshot (widget, snapshot);
  if (self->buttons != NULL)
    gtk_widget_snapshot_child (widget, self->buttons, snapshot);
}

/* ---- What people do. */

static void
describe_focus (SvLadderView *self)
{
  SvTimeline *timeline = sv_player_get_timeline (sv_session_get_player (self->session));
  SvTarget focus = sv_scene_view_get_focus_target (SV_SCENE_VIEW (self));
  guint n_others;
  g_autoptr (GArray) flights = list_flights (self, &n_others);
  const SvLadderLook look = { .flights = (const SvLadderFlight *) flights->data, .n_flights = flights->len };
  g_autofree char *words
    = focus.kind == SV_TARGET_FACT ? sv_ladder_describe_flight (timeline, focus.id, &look) : NULL;
  g_autofree char *label = NULL;

  if (words != NULL && self->active == focus.id)
    label = g_strdup_printf (_("%s Press D to deliver it, X to drop it, H to hold it."), words);
  else
    label = g_strdup (words != NULL ? words : _("The chosen connection: states, calls and packets in time"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* The pointer may go from a packet to its buttons without losing them. */
static void
sv_ladder_view_targeted (SvSceneView *view)
{
  SvLadderView *self = SV_LADDER_VIEW (view);
  SvTarget pointed = sv_scene_view_get_pointed_target (view);
  SvTimeline *timeline = sv_player_get_timeline (sv_session_get_player (self->session));

  if (pointed.kind == SV_TARGET_FACT && timeline != NULL && find_open (timeline, pointed.id) != NULL)
    self->pointed = pointed.id;
  if (self->buttons == NULL)
    return;
  update (self);
  describe_focus (self);
}

static void
left_cb (SvLadderView *self)
{
  self->pointed = SV_NO_FACT;
  update (self);
}

static gboolean
key_cb (SvLadderView *self, guint keyval, guint keycode, GdkModifierType state)
{
  SvFlightButtons *buttons;

  if (self->active == SV_NO_FACT || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  buttons = SV_FLIGHT_BUTTONS (self->buttons);
  switch (gdk_keyval_to_lower (keyval))
    {
    case GDK_KEY_d:
      return sv_flight_buttons_do (buttons, SV_FLIGHT_DELIVER);
    case GDK_KEY_x:
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
      return sv_flight_buttons_do (buttons, SV_FLIGHT_DROP);
    case GDK_KEY_h:
      return sv_flight_buttons_do (buttons, SV_FLIGHT_HOLD);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* Choosing what is chosen already opens it. */
static void
activated_cb (SvLadderView *self, guint kind, guint64 id)
{
  const SvFact *fact = kind == SV_TARGET_FACT ? sv_recording_get (sv_session_get_recording (self->session), id) : NULL;
  gboolean again = kind == SV_TARGET_FACT && sv_session_get_chosen_fact (self->session) == id;

  if (kind == SV_TARGET_FACT)
    sv_session_choose_fact (self->session, id);
  else if (kind == SV_TARGET_CONNECTION)
    sv_session_choose_connection (self->session, (guint) id);
  if (again && fact != NULL && fact->kind == SV_FACT_PACKET)
    g_signal_emit (self, signals[PACKET_OPENED], 0);
}

/* TIME_WAIT counts down while nothing else happens. */
static void
refreshed_cb (SvLadderView *self)
{
  guint connection = sv_session_get_chosen_connection (self->session);
  SvMachinesPlan *plan;

  if (connection == 0 || !sv_session_is_live (self->session))
    return;
  plan = sv_session_get_plan (self->session);
  for (SvSide side = SV_SIDE_CLIENT; side <= SV_SIDE_SERVER; side++)
    {
      const SvPlanSocket *socket = sv_machines_plan_find (plan, connection, side);

      if (socket != NULL && socket->state == SV_TCP_TIME_WAIT)
        update (self);
    }
}

static void
sv_ladder_view_dispose (GObject *object)
{
  SvLadderView *self = SV_LADDER_VIEW (object);

  g_clear_pointer (&self->buttons, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_ladder_view_parent_class)->dispose (object);
}

static void
sv_ladder_view_class_init (SvLadderViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_ladder_view_dispose;
  widget_class->size_allocate = sv_ladder_view_size_allocate;
  widget_class->snapshot = sv_ladder_view_snapshot;
  SV_SCENE_VIEW_CLASS (klass)->build = sv_ladder_view_build;
  SV_SCENE_VIEW_CLASS (klass)->targeted = sv_ladder_view_targeted;
  SV_SCENE_VIEW_CLASS (klass)->from_top_to_bottom = TRUE;

  /**
   * SvLadderView::packet-opened:
   *
   * A person wants to see all of the chosen packet.
   */
  signals[PACKET_OPENED] = g_signal_new ("packet-opened", SV_TYPE_LADDER_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

static void
sv_ladder_view_init (SvLadderView *self)
{
  self->pointed = self->active = SV_NO_FACT;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("The chosen connection: states, calls and packets in time"), -1);
  g_signal_connect (self, "activated", G_CALLBACK (activated_cb), NULL);
}

static void
add_wire (SvLadderView *self, SvWire *wire)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  self->buttons = sv_flight_buttons_new (wire);
  gtk_widget_set_visible (self->buttons, FALSE);
  gtk_widget_set_parent (self->buttons, GTK_WIDGET (self));
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (left_cb), self);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  g_signal_connect_object (self->buttons, "done", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wire, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "frame", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sv_session_get_monitor (self->session, SV_SIDE_SERVER), "refreshed",
                           G_CALLBACK (refreshed_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
sv_ladder_view_new (SvSession *session)
{
  SvLadderView *self = g_object_new (SV_TYPE_LADDER_VIEW, NULL);
  SvPlayer *player = sv_session_get_player (session);
  const char *const changes[] = { "notify::position", "notify::timeline", "notify::live", "notify::speed" };

  self->session = g_object_ref (session);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    g_signal_connect_object (player, changes[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sv_session_get_monitor (session, SV_SIDE_CLIENT), "refreshed", G_CALLBACK (refreshed_cb),
                           self, G_CONNECT_SWAPPED);
  if (get_wire (self) != NULL)
    add_wire (self, get_wire (self));
  return GTK_WIDGET (self);
}

/**
 * sv_ladder_view_get_buttons:
 *
 * Returns: (transfer none) (nullable): the buttons of the packet that is active; %NULL without a wire
 */
SvFlightButtons *
sv_ladder_view_get_buttons (SvLadderView *self)
{
  g_return_val_if_fail (SV_IS_LADDER_VIEW (self), NULL);

  return self->buttons != NULL ? SV_FLIGHT_BUTTONS (self->buttons) : NULL;
}
