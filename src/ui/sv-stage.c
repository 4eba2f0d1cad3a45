/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-stage.h"

#include "sv-client-list.h"
#include "sv-ladder-view.h"
#include "sv-port-card.h"
#include "sv-server-panel.h"
#include "sv-stage-body.h"
#include "sv-transport.h"

#include <glib/gi18n-lib.h>

struct _SvStage
{
  GtkWidget parent_instance;

  SvSession *session;
  GtkWidget *scroller;
  GtkWidget *ladder;
  GtkWidget *transport;
  GtkWidget *ports;
  GtkWidget *drawer;
  guint tick;
};

G_DEFINE_FINAL_TYPE (SvStage, sv_stage, GTK_TYPE_WIDGET)

/* A replay goes on though the table alone is seen; flying packets are for who sees them. */
static gboolean
wants_frames (SvStage *self)
{
  return sv_player_is_playing (sv_session_get_player (self->session))
         || (gtk_widget_get_mapped (GTK_WIDGET (self)) && sv_session_wants_frames (self->session));
}

/* The one place where time goes on in a replay. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  SvStage *self = SV_STAGE (widget);

  sv_session_advance (self->session, gdk_frame_clock_get_frame_time (clock));
  if (wants_frames (self))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

/* A replay goes on, or packets fly. */
static void
playing_cb (SvStage *self)
{
  if (self->tick == 0 && wants_frames (self))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
packet_opened_cb (SvStage *self)
{
  sv_drawer_show_page (SV_DRAWER (self->drawer), SV_DRAWER_PACKET);
}

/* Calm first: nothing is there before it has something to say. Once there, it stays. */
static void
update (SvStage *self)
{
  guint n_connections = sv_recording_get_n_connections (sv_session_get_recording (self->session));
  gboolean has_listener = sv_session_get_plan (self->session)->has_listener;

  /* A wire can be held before the first packet is on it. */
  if (n_connections > 0 || (has_listener && sv_session_get_network (self->session) != NULL))
    gtk_widget_set_visible (self->transport, TRUE);
  if (n_connections > 0 || has_listener)
    gtk_widget_set_visible (self->ports, TRUE);
  playing_cb (self);
}

static void
animations_cb (SvStage *self, GParamSpec *pspec, GtkSettings *settings)
{
  gboolean enabled;

  g_object_get (settings, "gtk-enable-animations", &enabled, NULL);
  sv_player_set_animated (sv_session_get_player (self->session), enabled);
}

static void
sv_stage_realize (GtkWidget *widget)
{
  SvStage *self = SV_STAGE (widget);
  GtkSettings *settings = gtk_widget_get_settings (widget);

  GTK_WIDGET_CLASS (sv_stage_parent_class)->realize (widget);
  g_signal_connect_object (settings, "notify::gtk-enable-animations", G_CALLBACK (animations_cb), self,
                           G_CONNECT_SWAPPED);
  animations_cb (self, NULL, settings);
}

static void
sv_stage_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sv_stage_parent_class)->map (widget);
  playing_cb (SV_STAGE (widget));
}

static void
sv_stage_unrealize (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_settings (widget), animations_cb, widget);
  GTK_WIDGET_CLASS (sv_stage_parent_class)->unrealize (widget);
}

static void
sv_stage_dispose (GObject *object)
{
  SvStage *self = SV_STAGE (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_stage_parent_class)->dispose (object);
}

static void
sv_stage_class_init (SvStageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_stage_dispose;
  widget_class->realize = sv_stage_realize;
  widget_class->map = sv_stage_map;
  widget_class->unrealize = sv_stage_unrealize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_stage_init (SvStage *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, C_("stage", "Stage"), -1);
}

static GtkWidget *
create_body (SvStage *self)
{
  GtkWidget *body = sv_stage_body_new ();

  self->ladder = sv_ladder_view_new (self->session);
  self->transport = sv_transport_new (self->session);
  self->ports = sv_port_card_new (self->session);
  self->drawer = sv_drawer_new (self->session);
  gtk_widget_set_visible (self->transport, FALSE);
  gtk_widget_set_visible (self->ports, FALSE);
  sv_stage_body_set (SV_STAGE_BODY (body), SV_STAGE_CLIENTS, sv_client_list_new (self->session));
  sv_stage_body_set (SV_STAGE_BODY (body), SV_STAGE_LADDER, self->ladder);
  sv_stage_body_set (SV_STAGE_BODY (body), SV_STAGE_SERVER, sv_server_panel_new (self->session));
  sv_stage_body_set (SV_STAGE_BODY (body), SV_STAGE_TRANSPORT, self->transport);
  sv_stage_body_set (SV_STAGE_BODY (body), SV_STAGE_PORTS, self->ports);
  sv_stage_body_set (SV_STAGE_BODY (body), SV_STAGE_DRAWER, self->drawer);
  return body;
}

/**
 * sv_stage_new:
 *
 * Returns: (transfer floating): everything beside the table once a server runs
 */
GtkWidget *
sv_stage_new (SvSession *session)
{
  SvStage *self = g_object_new (SV_TYPE_STAGE, NULL);

  self->session = g_object_ref (session);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), create_body (self));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  g_signal_connect_object (session, "notify::playing", G_CALLBACK (playing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "frame", G_CALLBACK (playing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::live", G_CALLBACK (playing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->ladder, "packet-opened", G_CALLBACK (packet_opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  /* What comes with the first connection comes before its replay, not in the middle of it. */
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  playing_cb (self);
  return GTK_WIDGET (self);
}

SvDrawer *
sv_stage_get_drawer (SvStage *self)
{
  g_return_val_if_fail (SV_IS_STAGE (self), NULL);

  return SV_DRAWER (self->drawer);
}

SvSceneView *
sv_stage_get_ladder (SvStage *self)
{
  g_return_val_if_fail (SV_IS_STAGE (self), NULL);

  return SV_SCENE_VIEW (self->ladder);
}

SvPortCard *
sv_stage_get_ports (SvStage *self)
{
  g_return_val_if_fail (SV_IS_STAGE (self), NULL);

  return SV_PORT_CARD (self->ports);
}
