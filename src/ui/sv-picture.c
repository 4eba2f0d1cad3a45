/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brings a window into a state, by the same doors as a person would, and saves
 * what it looks like if asked to. Nothing is made up: the server listens, the clients
 * connect, the port is taken by another socket. */
#include "sv-config.h"

#include "sv-picture.h"

#include <glib/gi18n-lib.h>

#include "sv-demo.h"
#include "sv-microscope.h"
#include "sv-screenshot.h"
#include "sv-side-pane.h"
#include "sv-stage.h"

#define USUAL_CLIENTS 3
#define DEADLINE (30 * G_USEC_PER_SEC)

/* As many equal frames in a row are a window that stands still. */
#define STILL_FRAMES 4

typedef struct _Picture Picture;

/* One step towards a state: asked at each frame until it says that it is done. */
typedef gboolean (*Step) (Picture *self);

struct _Picture
{
  SvApplication *application;
  SvWindow *window;
  SvSession *session;
  const SvStartOptions *options;
  const Step *steps; /* up to NULL */
  gboolean begun;    /* the current step has done its part and waits */
  guint clients;
  guint refreshes;   /* of the monitor, since the current step began */
  gulong refreshed_handler;
  GSocket *occupant;
  GdkTexture *last;
  guint still;
  gint64 deadline;
};

static void
picture_free (Picture *self)
{
  if (self->session != NULL)
    g_clear_signal_handler (&self->refreshed_handler, sv_session_get_monitor (self->session, SV_SIDE_CLIENT));
  g_clear_object (&self->occupant);
  g_clear_object (&self->last);
  g_clear_object (&self->session);
  g_free (self);
}

static gboolean
begin (Picture *self)
{
  gboolean first = !self->begun;

  self->begun = TRUE;
  return first;
}

/* The size that is wanted is the picture's. Where nothing composes windows GTK
 * draws a thick frame around them, which no desktop has: not in a picture. */
static gboolean
fit (Picture *self)
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
  if (self->options->width > 0 && begin (self))
    gtk_window_set_default_size (GTK_WINDOW (window), self->options->width + extra_width,
                                 self->options->height + extra_height);
  return TRUE;
}

static gboolean
refresh (Picture *self)
{
  if (begin (self))
    {
      self->refreshes = 0;
      sv_monitor_refresh (sv_session_get_monitor (self->session, SV_SIDE_CLIENT));
    }
  return self->refreshes > 0;
}

static gboolean
start (Picture *self)
{
  if (begin (self))
    {
      if (self->options->bind.family != 0 && self->occupant == NULL)
        sv_server_form_set_bind (sv_window_get_form (self->window), &self->options->bind);
      sv_window_toggle_server (self->window);
    }
  return sv_session_get_plan (self->session)->has_listener;
}

static gboolean
spawn (Picture *self)
{
  sv_session_spawn_clients (self->session, self->clients);
  return TRUE;
}

static gboolean
demo (Picture *self)
{
  sv_demo_run (self->session, self->clients);
  return TRUE;
}

/* Each client has what the server echoed. */
static gboolean
echoed (Picture *self)
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
hold (Picture *self)
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

static gboolean
connected (Picture *self)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);

  return count_established (plan->clients) >= self->clients && count_established (plan->accepted) >= self->clients;
}

/* The queue takes one more than the backlog; the clients beyond that wait in SYN_SENT. */
static gboolean
queued (Picture *self)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);

  return plan->accept_queue >= MIN (self->clients, plan->backlog + 1);
}

static gboolean
shut (Picture *self)
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
time_wait (Picture *self)
{
  guint connection = sv_session_get_chosen_connection (self->session);
  const SvPlanSocket *end = sv_machines_plan_find (sv_session_get_plan (self->session), connection, SV_SIDE_CLIENT);

  return end != NULL && end->state == SV_TCP_TIME_WAIT;
}

/* Half of the way of the second segment: SYN, ACK flies. */
static gboolean
seek_handshake (Picture *self)
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
occupy (Picture *self)
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
refused (Picture *self)
{
  if (begin (self))
    sv_window_toggle_server (self->window);
  return sv_server_form_get_problem (sv_window_get_form (self->window)) != NULL;
}

static gboolean
open_drawer (Picture *self)
{
  SvDrawer *drawer = sv_stage_get_drawer (SV_STAGE (sv_window_get_stage (self->window)));

  if (self->options->drawer != NULL && begin (self))
    sv_drawer_show_page (drawer, sv_start_options_get_drawer_page (self->options));
  return TRUE;
}

/* The client's end of the chosen connection, or the listener where nobody connects. */
static gboolean
open_microscope (Picture *self)
{
  GtkWidget *page;

  if (begin (self))
    {
      SvMachinesPlan *plan = sv_session_get_plan (self->session);

      if (sv_session_get_chosen_connection (self->session) == 0 && plan->has_listener)
        sv_session_choose_row (self->session, sv_session_get_machine_id (self->session, SV_SIDE_SERVER),
                               plan->listener.row_key);
      g_action_group_activate_action (G_ACTION_GROUP (self->window), "microscope", NULL);
    }
  page = gtk_stack_get_visible_child (GTK_STACK (sv_workplace_get_content (sv_window_get_workplace (self->window))));
  return SV_IS_MICROSCOPE (page) && sv_microscope_is_settled (SV_MICROSCOPE (page));
}

static const Step unavailable_steps[] = { fit, NULL };
static const Step welcome_steps[] = { fit, refresh, NULL };
static const Step listening_steps[] = { fit, start, refresh, open_drawer, NULL };
static const Step connections_steps[] = { fit, start, spawn, connected, refresh, open_drawer, NULL };
static const Step demo_steps[] = { fit, start, demo, connected, echoed, refresh, open_drawer, NULL };
static const Step handshake_steps[] = { fit, start, spawn, connected, refresh, seek_handshake, open_drawer, NULL };
static const Step held_steps[] = { fit, hold, start, spawn, queued, refresh, open_drawer, NULL };
static const Step teardown_steps[] = { fit, start, spawn, connected, refresh, shut, time_wait, refresh, open_drawer, NULL };
static const Step microscope_steps[] = { fit, start, spawn, connected, refresh, open_microscope, NULL };
static const Step port_in_use_steps[] = { fit, occupy, refused, refresh, NULL };

static const Step *
find_steps (const SvStartOptions *options)
{
  switch (options->show)
    {
    case SV_SHOW_LISTENING:
      return listening_steps;
    case SV_SHOW_HANDSHAKE:
      return handshake_steps;
    case SV_SHOW_CONNECTIONS:
      return connections_steps;
    case SV_SHOW_HELD:
      return held_steps;
    case SV_SHOW_TEARDOWN:
      return teardown_steps;
    case SV_SHOW_PORT_IN_USE:
      return port_in_use_steps;
    case SV_SHOW_MICROSCOPE:
      return microscope_steps;
    case SV_SHOW_AS_IT_IS:
      return options->clients > 0 ? demo_steps : welcome_steps;
    case SV_SHOW_WELCOME:
    default:
      return welcome_steps;
    }
}

static void
fail (Picture *self, const char *sentence)
{
  sv_application_fail (self->application, sentence);
}

static void
save (Picture *self, GdkTexture *texture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (sv_screenshot_save (texture, self->options->screenshot, &error))
    {
      gtk_window_close (GTK_WINDOW (self->window));
      return;
    }
  sentence = g_strdup_printf (_("The picture could not be saved: %s"), error->message);
  fail (self, sentence);
}

/* Returns whether the picture was taken: two frames that differ are not it. */
static gboolean
take_when_still (Picture *self)
{
  g_autoptr (GdkTexture) texture = sv_screenshot_render (GTK_WIDGET (self->window));
  GtkWidget *pane = sv_window_get_side_pane (self->window);

  if ((pane == NULL || !gtk_widget_get_mapped (pane) || sv_side_pane_is_settled (SV_SIDE_PANE (pane)))
      && sv_screenshot_equal (texture, self->last))
    self->still++;
  else
    self->still = 0;
  g_set_object (&self->last, texture);
  if (self->still < STILL_FRAMES)
    return FALSE;
  save (self, texture);
  return TRUE;
}

/* Returns whether there is nothing more to do for one who waits for a picture, or for one who only looks on. */
static gboolean
finish (Picture *self)
{
  return self->options->screenshot == NULL || take_when_still (self);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Picture *self = data;
  SvServerForm *form = sv_window_get_form (self->window);
  const char *problem = form != NULL ? sv_server_form_get_problem (form) : NULL;

  /* Without a window manager nobody gives it the focus that it would have. */
  if (self->options->screenshot != NULL)
    gtk_widget_unset_state_flags (widget, GTK_STATE_FLAG_BACKDROP);
  while (*self->steps != NULL && (*self->steps) (self))
    {
      self->begun = FALSE;
      self->steps++;
    }
  if (problem != NULL && self->options->show != SV_SHOW_PORT_IN_USE)
    {
      fail (self, problem);
      return G_SOURCE_REMOVE;
    }
  if (*self->steps == NULL && finish (self))
    return G_SOURCE_REMOVE;
  if (g_get_monotonic_time () < self->deadline)
    return G_SOURCE_CONTINUE;
  fail (self, _("The window did not come to rest within 30 seconds, so there is no picture."));
  return G_SOURCE_REMOVE;
}

static void
refreshed_cb (Picture *self)
{
  self->refreshes++;
}

/**
 * sv_picture_take:
 * @options: must live as long as @application
 *
 * Brings @window into the state that @options name. If they name a picture too,
 * saves it once nothing moves, and closes the window. What fails ends
 * @application with status 1.
 */
void
sv_picture_take (SvApplication *application, SvWindow *window, const SvStartOptions *options)
{
  Picture *self = g_new0 (Picture, 1);

  self->application = application;
  self->window = window;
  if (sv_window_get_session (window) != NULL)
    self->session = g_object_ref (sv_window_get_session (window));
  self->options = options;
  self->steps = self->session != NULL ? find_steps (options) : unavailable_steps;
  self->clients = options->clients > 0 ? options->clients : USUAL_CLIENTS;
  self->deadline = g_get_monotonic_time () + DEADLINE;
  if (self->session != NULL)
    self->refreshed_handler = g_signal_connect_swapped (sv_session_get_monitor (self->session, SV_SIDE_CLIENT), "refreshed",
                                                        G_CALLBACK (refreshed_cb), self);
  if (options->screenshot != NULL)
    g_object_set (gtk_widget_get_settings (GTK_WIDGET (window)), "gtk-enable-animations", FALSE,
                  "gtk-cursor-blink", FALSE, NULL);
  gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb, self, (GDestroyNotify) picture_free);
}
