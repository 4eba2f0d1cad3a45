/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-port-ruler.h"

#include "sv-port-map.h"
#include "sv-port-use.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define STEP 1.5    /* of a key */
#define NOTCH 1.25  /* of a wheel */
#define PAGE 0.5    /* of what is shown */

struct _SvPortRuler
{
  SvSceneView parent_instance;

  SvSession *session;
  guint hunted; /* whose port is looked for in the picture, 0 for none */
  double hunt;  /* and how far that is */
  SvPortRange range;
  gboolean only_listening;
  guint16 marked; /* the port that was looked for, 0 for none */
  double pointer; /* where the pointer is, px */
};

enum
{
  RANGE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvPortRuler, sv_port_ruler, SV_TYPE_SCENE_VIEW)

/* One for each machine. */
static guint
list_lanes (SvPortRuler *self, SvPortLane lanes[2])
{
  guint n = sv_session_get_network (self->session) != NULL ? 2 : 1;

  for (guint side = 0; side < n; side++)
    {
      SvMachineId machine = sv_session_get_machine_id (self->session, (SvSide) side);

      lanes[side] = (SvPortLane){
        .machine = machine,
        .name = n < 2 ? NULL : side == SV_SIDE_CLIENT ? C_("port ruler", "client") : C_("port ruler", "server"),
        .ports = sv_session_get_ports (self->session, (SvSide) side),
        .rows = sv_moment_get_table (sv_session_get_moment (self->session), machine),
      };
    }
  return n;
}

/* While connect() is replayed, the kernel's search for a free port is shown. */
static void
find_hunt (SvPortRuler *self, guint *hunted, guint16 *port, double *progress)
{
  SvPlayer *player = sv_session_get_player (self->session);
  SvTimeline *timeline = sv_player_get_timeline (player);

  *hunted = 0;
  *progress = 0;
  if (timeline == NULL || sv_player_is_live (player))
    return;
  if (sv_timeline_get_hunt (timeline, sv_player_get_position (player), port, progress))
    *hunted = sv_timeline_get_connection (timeline);
}

/**
 * sv_port_ruler_get_owner:
 * @session: an #SvSession
 *
 * Returns: whether it is visible who holds the socket with that inode
 */
gboolean
sv_port_ruler_get_owner (SvMachineId machine, guint32 inode, SvOwner *owner, gpointer session)
{
  SvSide side = machine == SV_MACHINE_SERVER ? SV_SIDE_SERVER : SV_SIDE_CLIENT;

  return sv_monitor_get_owner (sv_session_get_monitor (session, side), inode, owner);
}

static SvPortMapLook
make_look (SvPortRuler *self)
{
  return (SvPortMapLook){
    .width = (float) gtk_widget_get_width (GTK_WIDGET (self)),
    .right_to_left = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL,
    .chosen = sv_session_get_chosen_connection (self->session),
    .range = self->range,
    .only_listening = self->only_listening,
    .marked = self->marked,
    .get_owner = sv_port_ruler_get_owner,
    .owner_data = self->session,
  };
}

static SvScene *
sv_port_ruler_build (SvSceneView *view, const SvSceneRoom *room)
{
  SvPortRuler *self = SV_PORT_RULER (view);
  SvPortMapLook look = make_look (self);
  SvPortLane lanes[2];

  look.width = room->width;
  look.height = room->height;
  look.line_height = room->line_height;
  look.char_width = room->char_width;
  find_hunt (self, &look.hunted, &look.hunted_port, &look.hunt);
  self->hunted = look.hunted;
  self->hunt = look.hunt;
  return sv_port_map_build (lanes, list_lanes (self, lanes), sv_session_get_plan (self->session), &look);
}

static void
set_range (SvPortRuler *self, SvPortRange range)
{
  if (range.first == self->range.first && range.end == self->range.end)
    return;
  self->range = range;
  sv_scene_view_update (SV_SCENE_VIEW (self));
  g_signal_emit (self, signals[RANGE_CHANGED], 0);
}

/* What is at @x stays there. */
static void
zoom_at (SvPortRuler *self, double factor, double x)
{
  SvPortMapLook look = make_look (self);
  SvPortRange range = self->range;
  SvPortLane lanes[2];
  guint n = list_lanes (self, lanes);

  look.char_width = sv_scene_view_get_char_width (SV_SCENE_VIEW (self));
  sv_port_range_zoom (&range, lanes[0].ports, factor, sv_port_map_find_place (lanes, n, &look, (float) x));
  set_range (self, range);
}

static void
pan (SvPortRuler *self, double share)
{
  SvPortRange range = self->range;

  sv_port_range_pan (&range, sv_session_get_ports (self->session, SV_SIDE_CLIENT), share);
  set_range (self, range);
}

/* The port that was looked for, or the chosen connection's, stays where it is; else the middle does. */
static double
find_centre (SvPortRuler *self)
{
  guint connection = sv_session_get_chosen_connection (self->session);
  const SvPlanSocket *client = sv_machines_plan_find (sv_session_get_plan (self->session), connection, SV_SIDE_CLIENT);
  guint port = self->marked != 0 ? self->marked : client != NULL && !self->only_listening ? client->local.port : 0;
  double end = self->range.end > 0 ? self->range.end : SV_N_PORTS;

  if (port != 0 && port >= self->range.first && port < end)
    return port + 0.5;
  return -1;
}

/**
 * sv_port_ruler_zoom:
 * @factor: above 1 to come nearer
 */
void
sv_port_ruler_zoom (SvPortRuler *self, double factor)
{
  SvPortRange range = self->range;
  double centre;

  g_return_if_fail (SV_IS_PORT_RULER (self) && factor > 0);

  centre = find_centre (self);
  if (centre < 0)
    {
      zoom_at (self, factor, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0);
      return;
    }
  sv_port_range_zoom (&range, sv_session_get_ports (self->session, SV_SIDE_CLIENT), factor, centre);
  set_range (self, range);
}

void
sv_port_ruler_show_all (SvPortRuler *self)
{
  g_return_if_fail (SV_IS_PORT_RULER (self));

  set_range (self, (SvPortRange){ 0 });
}

/**
 * sv_port_ruler_show_port:
 * @n_ports: how many ports are shown, @port in their middle
 */
void
sv_port_ruler_show_port (SvPortRuler *self, guint port, guint n_ports)
{
  SvPortRange range;

  g_return_if_fail (SV_IS_PORT_RULER (self));

  sv_port_range_show (&range, port, n_ports);
  set_range (self, range);
}

/**
 * sv_port_ruler_get_range:
 *
 * Returns: (transfer none): which ports are shown
 */
const SvPortRange *
sv_port_ruler_get_range (SvPortRuler *self)
{
  g_return_val_if_fail (SV_IS_PORT_RULER (self), NULL);

  return &self->range;
}

/**
 * sv_port_ruler_set_only_listening:
 * @only_listening: leave out what nobody new can talk to
 */
void
sv_port_ruler_set_only_listening (SvPortRuler *self, gboolean only_listening)
{
  g_return_if_fail (SV_IS_PORT_RULER (self));

  self->only_listening = only_listening;
  sv_scene_view_update (SV_SCENE_VIEW (self));
}

/**
 * sv_port_ruler_set_marked:
 * @port: the one that was looked for, 0 for none
 */
void
sv_port_ruler_set_marked (SvPortRuler *self, guint16 port)
{
  g_return_if_fail (SV_IS_PORT_RULER (self));

  self->marked = port;
  sv_scene_view_update (SV_SCENE_VIEW (self));
}

/* A port that is taken by another process: its row says whose it is. */
static void
choose_port (SvPortRuler *self, SvMachineId machine, guint port)
{
  SvRowTable *table = sv_moment_get_table (sv_session_get_moment (self->session), machine);
  g_autoptr (GArray) uses = sv_port_use_list (table, FALSE);
  const SvPortUse *use = sv_port_use_find (uses, port);

  if (use != NULL)
    sv_session_choose_row (self->session, machine, use->row_key);
}

static void
activated_cb (SvPortRuler *self, guint kind, guint64 id)
{
  if (kind == SV_TARGET_CONNECTION)
    sv_session_choose_connection (self->session, (guint) id);
  else if (kind == SV_TARGET_PORT)
    choose_port (self, (SvMachineId) (id >> 16), (guint) (id & 0xffff));
}

static void
position_cb (SvPortRuler *self)
{
  guint hunted;
  guint16 port;
  double progress;

  find_hunt (self, &hunted, &port, &progress);
  if (hunted != self->hunted || progress != self->hunt)
    sv_scene_view_update (SV_SCENE_VIEW (self));
}

static void
motion_cb (SvPortRuler *self, double x, double y)
{
  self->pointer = x;
}

/* Upwards comes nearer; who sees all already scrolls what is around the ruler. */
static gboolean
scroll_cb (SvPortRuler *self, double dx, double dy)
{
  if (dx != 0)
    {
      pan (self, gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -0.1 * dx : 0.1 * dx);
      return GDK_EVENT_STOP;
    }
  if (dy > 0 && sv_port_range_is_all (&self->range))
    return GDK_EVENT_PROPAGATE;
  zoom_at (self, pow (NOTCH, -dy), self->pointer);
  return GDK_EVENT_STOP;
}

static gboolean
zoom_key_cb (GtkWidget *widget, GVariant *args, gpointer unused)
{
  sv_port_ruler_zoom (SV_PORT_RULER (widget), g_variant_get_double (args));
  return GDK_EVENT_STOP;
}

static gboolean
all_key_cb (GtkWidget *widget, GVariant *args, gpointer unused)
{
  sv_port_ruler_show_all (SV_PORT_RULER (widget));
  return GDK_EVENT_STOP;
}

static gboolean
pan_key_cb (GtkWidget *widget, GVariant *args, gpointer unused)
{
  pan (SV_PORT_RULER (widget), g_variant_get_double (args));
  return GDK_EVENT_STOP;
}

static void
sv_port_ruler_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  gboolean two = sv_session_get_network (SV_PORT_RULER (widget)->session) != NULL;
  float lines = two ? SV_PORT_MAP_LINES_OF_TWO : SV_PORT_MAP_LINES;

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL
                          ? 0 : (int) (sv_scene_view_get_line_height (SV_SCENE_VIEW (widget)) * lines);
}

static void
sv_port_ruler_dispose (GObject *object)
{
  g_clear_object (&SV_PORT_RULER (object)->session);
  G_OBJECT_CLASS (sv_port_ruler_parent_class)->dispose (object);
}

static void
add_keys (GtkWidgetClass *klass)
{
  static const guint NEARER[] = { GDK_KEY_plus, GDK_KEY_KP_Add, GDK_KEY_equal };
  static const guint FARTHER[] = { GDK_KEY_minus, GDK_KEY_KP_Subtract };

  for (guint i = 0; i < G_N_ELEMENTS (NEARER); i++)
    gtk_widget_class_add_binding (klass, NEARER[i], 0, zoom_key_cb, "d", STEP);
  for (guint i = 0; i < G_N_ELEMENTS (FARTHER); i++)
    gtk_widget_class_add_binding (klass, FARTHER[i], 0, zoom_key_cb, "d", 1 / STEP);
  gtk_widget_class_add_binding (klass, GDK_KEY_0, 0, all_key_cb, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_KP_0, 0, all_key_cb, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_Page_Up, 0, pan_key_cb, "d", PAGE);
  gtk_widget_class_add_binding (klass, GDK_KEY_Page_Down, 0, pan_key_cb, "d", -PAGE);
}

static void
sv_port_ruler_class_init (SvPortRulerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_port_ruler_dispose;
  GTK_WIDGET_CLASS (klass)->measure = sv_port_ruler_measure;
  SV_SCENE_VIEW_CLASS (klass)->build = sv_port_ruler_build;

  signals[RANGE_CHANGED] = g_signal_new ("range-changed", SV_TYPE_PORT_RULER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
  add_keys (GTK_WIDGET_CLASS (klass));
}

static void
sv_port_ruler_init (SvPortRuler *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *motion = gtk_event_controller_motion_new ();

  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (self, "activated", G_CALLBACK (activated_cb), NULL);
}

GtkWidget *
sv_port_ruler_new (SvSession *session)
{
  SvPortRuler *self = g_object_new (SV_TYPE_PORT_RULER, NULL);

  self->session = g_object_ref (session);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sv_session_get_network (session) != NULL
                                    ? _("The ports of both machines, and who has taken them")
                                    : _("The ports of this computer, and who has taken them"), -1);
  g_signal_connect_object (sv_session_get_player (session), "notify::position", G_CALLBACK (position_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (sv_scene_view_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (sv_scene_view_update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
