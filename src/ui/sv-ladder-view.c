/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-ladder-view.h"

#include "sv-ladder.h"

#include <glib/gi18n-lib.h>

struct _SvLadderView
{
  SvSceneView parent_instance;

  SvSession *session;
};

G_DEFINE_FINAL_TYPE (SvLadderView, sv_ladder_view, SV_TYPE_SCENE_VIEW)

static gint64
get_time_shown (SvLadderView *self)
{
  return sv_session_is_live (self->session) ? sv_clock_now ()
                                            : sv_moment_get_time (sv_session_get_moment (self->session));
}

static SvScene *
sv_ladder_view_build (SvSceneView *view, const SvSceneRoom *room)
{
  SvLadderView *self = SV_LADDER_VIEW (view);
  SvPlayer *player = sv_session_get_player (self->session);
  SvTimeline *timeline = sv_player_get_timeline (player);
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
  };

  return timeline != NULL ? sv_ladder_build (timeline, sv_player_get_position (player), &look) : NULL;
}

static void
activated_cb (SvLadderView *self, guint kind, guint64 id)
{
  if (kind == SV_TARGET_FACT)
    sv_session_choose_fact (self->session, id);
  else if (kind == SV_TARGET_CONNECTION)
    sv_session_choose_connection (self->session, (guint) id);
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
        sv_scene_view_update (SV_SCENE_VIEW (self));
    }
}

static void
sv_ladder_view_dispose (GObject *object)
{
  g_clear_object (&SV_LADDER_VIEW (object)->session);
  G_OBJECT_CLASS (sv_ladder_view_parent_class)->dispose (object);
}

static void
sv_ladder_view_class_init (SvLadderViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_ladder_view_dispose;
  SV_SCENE_VIEW_CLASS (klass)->build = sv_ladder_view_build;
}

static void
sv_ladder_view_init (SvLadderView *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("The chosen connection: states, calls and packets in time"), -1);
  g_signal_connect (self, "activated", G_CALLBACK (activated_cb), NULL);
}

GtkWidget *
sv_ladder_view_new (SvSession *session)
{
  SvLadderView *self = g_object_new (SV_TYPE_LADDER_VIEW, NULL);
  SvPlayer *player = sv_session_get_player (session);
  const char *const changes[] = { "notify::position", "notify::timeline", "notify::live", "notify::speed" };

  self->session = g_object_ref (session);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    g_signal_connect_object (player, changes[i], G_CALLBACK (sv_scene_view_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (sv_scene_view_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (sv_scene_view_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sv_session_get_monitor (session, SV_SIDE_CLIENT), "refreshed", G_CALLBACK (refreshed_cb),
                           self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
