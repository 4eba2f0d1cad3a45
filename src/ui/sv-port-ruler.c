/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-port-ruler.h"

#include "sv-port-map.h"

#include <glib/gi18n-lib.h>

struct _SvPortRuler
{
  SvSceneView parent_instance;

  SvSession *session;
  guint hunted; /* whose port is looked for in the picture, 0 for none */
  double hunt;  /* and how far that is */
};

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

static gboolean
get_owner (SvMachineId machine, guint32 inode, SvOwner *owner, gpointer session)
{
  SvSide side = machine == SV_MACHINE_SERVER ? SV_SIDE_SERVER : SV_SIDE_CLIENT;

  return sv_monitor_get_owner (sv_session_get_monitor (session, side), inode, owner);
}

static SvScene *
sv_port_ruler_build (SvSceneView *view, const SvSceneRoom *room)
{
  SvPortRuler *self = SV_PORT_RULER (view);
  SvPortMapLook look = {
    .width = room->width,
    .height = room->height,
    .line_height = room->line_height,
    .char_width = room->char_width,
    .right_to_left = room->right_to_left,
    .chosen = sv_session_get_chosen_connection (self->session),
    .get_owner = get_owner,
    .owner_data = self->session,
  };
  SvPortLane lanes[2];

  find_hunt (self, &look.hunted, &look.hunted_port, &look.hunt);
  self->hunted = look.hunted;
  self->hunt = look.hunt;
  return sv_port_map_build (lanes, list_lanes (self, lanes), sv_session_get_plan (self->session), &look);
}

/* A port that is taken by another process: its row says whose it is. */
static void
choose_port (SvPortRuler *self, SvMachineId machine, guint port)
{
  SvRowTable *table = sv_moment_get_table (sv_session_get_moment (self->session), machine);
  g_autoptr (GArray) rows = sv_row_table_to_array (table);

  for (guint i = 0; i < rows->len; i++)
    {
      const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);

      if (row->local.port == port)
        {
          sv_session_choose_row (self->session, machine, row->key);
          return;
        }
    }
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
sv_port_ruler_class_init (SvPortRulerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_port_ruler_dispose;
  GTK_WIDGET_CLASS (klass)->measure = sv_port_ruler_measure;
  SV_SCENE_VIEW_CLASS (klass)->build = sv_port_ruler_build;
}

static void
sv_port_ruler_init (SvPortRuler *self)
{
  g_signal_connect (self, "activated", G_CALLBACK (activated_cb), NULL);
}

GtkWidget *
sv_port_ruler_new (SvSession *session)
{
  SvPortRuler *self = g_object_new (SV_TYPE_PORT_RULER, NULL);

  self->session = g_object_ref (session);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sv_session_get_network (session) == NULL
                                    ? _("The ports of this computer, and who has taken them")
                                    : _("The ports of both machines, and who has taken them"),
                                  -1);
  g_signal_connect_object (sv_session_get_player (session), "notify::position", G_CALLBACK (position_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (sv_scene_view_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (sv_scene_view_update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
