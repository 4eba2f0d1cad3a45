/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps towards each state that a picture can show, by the same doors as a
 * person would take. Nothing is made up: the server listens, the clients
 * connect, the port is taken by another socket. */
#include "sv-config.h"

#include "sv-picture-private.h"

#include "sv-demo.h"
#include "sv-stage.h"

gboolean
sv_picture_begin (SvPicture *self)
{
  gboolean first = !self->begun;

  self->begun = TRUE;
  return first;
}

/* The size that is wanted is the picture's. Where nothing composes windows GTK
 * draws a thick frame around them, which no desktop has: not in a picture. */
gboolean
sv_picture_fit (SvPicture *self)
{
  GtkWidget *window = GTK_WIDGET (self->window);
  int extra_width = self->options->width - gtk_widget_get_width (window);
  int extra_height = self->options->height - gtk_widget_get_height (window);

  if (gtk_widget_get_width (window) == 0)
    return FALSE;
  if (gtk_widget_has_css_class (window, "solid-csd"))
    {
      gtk_widget_remove_css_class (window, "solid-csd");
      gtk_widget_add_css_class (window, "csd");
      return FALSE;
    }
  if (self->options->width > 0 && sv_picture_begin (self))
    gtk_window_set_default_size (GTK_WINDOW (window), self->options->width + extra_width,
                                 self->options->height + extra_height);
  return TRUE;
}

/* Every table as it is from now on. */
gboolean
sv_picture_refresh (SvPicture *self)
{
  if (sv_picture_begin (self))
    for (int side = 0; side < 2; side++)
      {
        self->refreshes[side] = 0;
        sv_monitor_refresh (sv_session_get_monitor (self->session, (SvSide) side));
      }
  return self->refreshes[SV_SIDE_CLIENT] > 0 && self->refreshes[SV_SIDE_SERVER] > 0;
}

gboolean
sv_picture_start (SvPicture *self)
{
  if (sv_picture_begin (self))
    {
      if (self->options->bind.family != 0 && self->occupant == NULL)
        sv_server_form_set_bind (sv_window_get_form (self->window), &self->options->bind);
      sv_window_toggle_server (self->window);
    }
  return sv_session_get_plan (self->session)->has_listener;
}

gboolean
sv_picture_spawn (SvPicture *self)
{
  sv_session_spawn_clients (self->session, self->clients);
  return TRUE;
}

static gboolean
demo (SvPicture *self)
{
  sv_demo_run (self->session, self->clients);
  return TRUE;
}

/* Each client has what the server echoed. */
static gboolean
echoed (SvPicture *self)
{
  SvRecording *recording = sv_session_get_recording (self->session);
  guint n = 0;

  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      n += fact->kind == SV_FACT_CALL && fact->side == SV_SIDE_CLIENT && fact->call.result > 0
           && g_str_equal (fact->call.name, "recv");
    }
  return n >= self->clients;
}

static gboolean
hold (SvPicture *self)
{
  g_object_set (sv_window_get_form (self->window), "hold-accept", TRUE, NULL);
  return TRUE;
}

static guint
count_established (GArray *sockets)
{
  guint n = 0;

  for (guint i = 0; i < sockets->len; i++)
    n += g_array_index (sockets, SvPlanSocket, i).state == SV_TCP_ESTABLISHED;
  return n;
}

gboolean
sv_picture_connected (SvPicture *self)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);

  return count_established (plan->clients) >= self->clients && count_established (plan->accepted) >= self->clients;
}

/* The queue takes one more than the backlog; the clients beyond that wait in SYN_SENT. */
static gboolean
queued (SvPicture *self)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);

  return plan->accept_queue >= MIN (self->clients, plan->backlog + 1);
}

gboolean
sv_picture_shut (SvPicture *self)
{
  g_autoptr (GError) error = NULL;
  guint connection = sv_session_get_chosen_connection (self->session);

  if (connection == 0)
    return FALSE;
  if (!sv_lab_close (sv_session_get_lab (self->session), connection, SV_SIDE_CLIENT, &error))
    sv_session_report (self->session, "connection", error);
  return TRUE;
}

static gboolean
time_wait (SvPicture *self)
{
  guint connection = sv_session_get_chosen_connection (self->session);
  const SvPlanSocket *end = sv_machines_plan_find (sv_session_get_plan (self->session), connection, SV_SIDE_CLIENT);

  return end != NULL && end->state == SV_TCP_TIME_WAIT;
}

/* Half of the way of the second segment: SYN, ACK flies. */
static gboolean
seek_handshake (SvPicture *self)
{
  SvPlayer *player = sv_session_get_player (self->session);
  SvTimeline *timeline = sv_player_get_timeline (player);
  guint segments = 0;

  if (timeline == NULL || sv_timeline_get_connection (timeline) == 0)
    return FALSE;
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      if (beat->kind == SV_BEAT_PACKET && ++segments == 2)
        {
          sv_player_set_animated (player, TRUE);
          sv_player_seek (player, beat->start + beat->duration / 2);
          return TRUE;
        }
    }
  return FALSE;
}

/* Somebody else's socket has the port: ours, but no server of ours. */
static gboolean
occupy (SvPicture *self)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  SvEndpoint bind = self->options->bind;

  if (bind.family == 0)
    bind = sv_endpoint_loopback (G_SOCKET_FAMILY_IPV4, SV_LAB_DEFAULT_PORT);
  address = sv_endpoint_to_socket_address (&bind);
  self->occupant = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL);
  /* If that fails, somebody has it already, which is as good. */
  if (self->occupant != NULL && g_socket_bind (self->occupant, address, FALSE, NULL))
    {
      g_socket_listen (self->occupant, NULL);
      bound = g_socket_get_local_address (self->occupant, NULL);
      sv_endpoint_from_socket_address (&bind, bound);
    }
  sv_server_form_set_bind (sv_window_get_form (self->window), &bind);
  return TRUE;
}

static gboolean
refused (SvPicture *self)
{
  if (sv_picture_begin (self))
    sv_window_toggle_server (self->window);
  return sv_server_form_get_problem (sv_window_get_form (self->window)) != NULL;
}

gboolean
sv_picture_open_drawer (SvPicture *self)
{
  SvDrawer *drawer = sv_stage_get_drawer (SV_STAGE (sv_window_get_stage (self->window)));

  if (self->options->drawer != NULL && sv_picture_begin (self))
    sv_drawer_show_page (drawer, sv_start_options_get_drawer_page (self->options));
  return TRUE;
}

/* Who asks about the server's own port. */
static gboolean
search_port (SvPicture *self)
{
  SvPortCard *ports = sv_stage_get_ports (SV_STAGE (sv_window_get_stage (self->window)));
  g_autofree char *port = g_strdup_printf ("%u", sv_session_get_plan (self->session)->listener.local.port);

  if (sv_picture_begin (self))
    sv_port_card_search (ports, port);
  return sv_port_card_get_answer (ports)[0] != '\0';
}

#define MOST_STEPS 12

/* By state; each ends with NULL. */
static const SvPictureStep steps[][MOST_STEPS] = {
  [SV_SHOW_WELCOME] = { sv_picture_fit, sv_picture_refresh },
  [SV_SHOW_LISTENING] = { sv_picture_fit, sv_picture_start, sv_picture_refresh, sv_picture_open_drawer },
  [SV_SHOW_HANDSHAKE] = { sv_picture_fit, sv_picture_start, sv_picture_spawn, sv_picture_connected, sv_picture_refresh,
                          seek_handshake, sv_picture_open_drawer },
  [SV_SHOW_CONNECTIONS] = { sv_picture_fit, sv_picture_start, sv_picture_spawn, sv_picture_connected,
                            sv_picture_refresh, sv_picture_open_drawer },
  [SV_SHOW_HELD] = { sv_picture_fit, hold, sv_picture_start, sv_picture_spawn, queued, sv_picture_refresh,
                     sv_picture_open_drawer },
  [SV_SHOW_TEARDOWN] = { sv_picture_fit, sv_picture_start, sv_picture_spawn, sv_picture_connected, sv_picture_refresh,
                         sv_picture_shut, time_wait, sv_picture_refresh, sv_picture_open_drawer },
  [SV_SHOW_PORT_IN_USE] = { sv_picture_fit, occupy, refused, sv_picture_refresh },
  [SV_SHOW_PORT_SEARCH] = { sv_picture_fit, sv_picture_start, sv_picture_spawn, sv_picture_connected,
                            sv_picture_refresh, search_port },
};

static const SvPictureStep demo_steps[] = { sv_picture_fit, sv_picture_start, demo, sv_picture_connected, echoed,
                                            sv_picture_refresh, sv_picture_open_drawer, NULL };
static const SvPictureStep unavailable_steps[] = { sv_picture_fit, NULL };

/**
 * sv_picture_find_steps:
 *
 * Returns: (transfer none): what leads to the state that is wanted, up to %NULL
 */
const SvPictureStep *
sv_picture_find_steps (SvPicture *self)
{
  SvShow show = self->options->show;
  const SvPictureStep *on_wire = sv_picture_find_wire_steps (show);

  if (self->session == NULL)
    return unavailable_steps;
  if (on_wire != NULL)
    return on_wire;
  if (sv_picture_find_kind_steps (show) != NULL)
    return sv_picture_find_kind_steps (show);
  if (sv_picture_find_page_steps (show) != NULL)
    return sv_picture_find_page_steps (show);

  if (sv_picture_find_lesson_steps (show) != NULL)
    return sv_picture_find_lesson_steps (show);
  if (show == SV_SHOW_AS_IT_IS && self->options->clients > 0)
    return demo_steps;
  return show < G_N_ELEMENTS (steps) && steps[show][0] != NULL ? steps[show] : steps[SV_SHOW_WELCOME];
}
