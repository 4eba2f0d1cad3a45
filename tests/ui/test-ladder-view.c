/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ladder of two real machines: what is on the wire is held, delivered and dropped by keys and by buttons. */
#include "sv-ladder-view.h"

#include "network-fixture.h"
#include "stage-fixture.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>

#define MS G_GINT64_CONSTANT (1000000)

typedef struct
{
  SvSession *session; /* NULL: two machines can't be had here */
  SvWire *wire;
  GtkWidget *view;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (SvNetwork) network = make_network (FALSE);
  SvServerOptions options;

  if (network == NULL)
    return;
  self->session = sv_session_new_for_network (network);
  self->wire = sv_network_get_wire (network);
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 50 * MS);
  sv_server_options_init (&options);
  options.bind = sv_endpoint_any (AF_INET, 9999);
  options.echo = FALSE;
  g_assert_true (sv_session_start_server (self->session, &options));
  self->view = sv_ladder_view_new (self->session);
  screen_open (&self->screen, self->view, 420, 500);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->session == NULL)
    return;
  screen_close (&self->screen);
  sv_session_stop (self->session);
  g_clear_object (&self->session);
}

static void
press (GtkWidget *view, guint keyval)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  gboolean handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !handled; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, 0, &handled);
    }
}

static const SvWireFlight *
get_flight (Fixture *self)
{
  return sv_wire_get_n_flights (self->wire) > 0 ? sv_wire_get_flight (self->wire, 0) : NULL;
}

static gboolean
flies (Fixture *self, guint8 flags)
{
  return get_flight (self) != NULL && get_flight (self)->packet.flags == flags;
}

static SvScene *
get_scene (Fixture *self)
{
  return sv_scene_view_get_scene (SV_SCENE_VIEW (self->view));
}

static gboolean
shows (Fixture *self, const char *part)
{
  g_autofree char *text = sv_scene_describe (get_scene (self));

  return strstr (text, part) != NULL;
}

/* The arrow keys reach the packet on the wire. */
static gboolean
walk_to_flight (Fixture *self)
{
  SvRecording *recording = sv_session_get_recording (self->session);

  for (guint i = 0; i < 30; i++)
    {
      SvTarget target = sv_scene_view_get_focus_target (SV_SCENE_VIEW (self->view));
      const SvFact *fact = target.kind == SV_TARGET_FACT ? sv_recording_get (recording, target.id) : NULL;

      if (fact != NULL && fact->kind == SV_FACT_PACKET && fact->packet.flight == get_flight (self)->id)
        return TRUE;
      press (self->view, GDK_KEY_Down);
    }
  return FALSE;
}

static gboolean
has_buttons (Fixture *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (sv_ladder_view_get_buttons (SV_LADDER_VIEW (self->view))));
}

static GtkWidget *
get_button (Fixture *self, SvFlightDeed deed)
{
  return sv_flight_buttons_get_button (sv_ladder_view_get_buttons (SV_LADDER_VIEW (self->view)), deed);
}

/* D delivers it: the server's kernel answers. X drops it: the kernel sends it again. */
static void
test_keys (Fixture *self, gconstpointer data)
{
  guint64 dropped;

  if (self->session == NULL)
    return;
  sv_wire_set_holding (self->wire, TRUE);
  sv_session_spawn_clients (self->session, 1);
  wait_until (flies (self, SV_TCP_SYN) && shows (self, "SYN_SENT"));
  gtk_widget_grab_focus (self->view);
  g_assert_true (walk_to_flight (self));
  wait_until (has_buttons (self));
  dropped = get_flight (self)->id;
  press (self->view, GDK_KEY_x);
  g_assert_cmpuint (sv_wire_get_n_dropped (self->wire, SV_DROP_BY_HAND), ==, 1);
  wait_until (flies (self, SV_TCP_SYN) && shows (self, "sent again after"));
  g_assert_cmpuint (get_flight (self)->id, >, dropped);
  g_assert_true (shows (self, "dropped by hand"));

  g_assert_true (walk_to_flight (self));
  press (self->view, GDK_KEY_D);
  wait_until (flies (self, SV_TCP_SYN | SV_TCP_ACK) && shows (self, "SYN_RECV"));
  /* What is held can be delivered without being looked for. */
  wait_until (has_buttons (self));
  press (self->view, GDK_KEY_d);
  wait_until (flies (self, SV_TCP_ACK));
  wait_until (has_buttons (self));
  press (self->view, GDK_KEY_Delete);
  g_assert_cmpuint (sv_wire_get_n_dropped (self->wire, SV_DROP_BY_HAND), ==, 2);
}

/* By pointer: real buttons, with names that say which packet. */
static void
test_buttons (Fixture *self, gconstpointer data)
{
  if (self->session == NULL)
    return;
  g_assert_false (has_buttons (self));
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 20000 * MS);
  sv_session_spawn_clients (self->session, 1);
  wait_until (flies (self, SV_TCP_SYN) && shows (self, "SYN_SENT"));
  screen_settle (&self->screen);
  g_assert_false (has_buttons (self)); /* calm: it flies, and nobody looks at it */
  gtk_widget_grab_focus (self->view);
  g_assert_true (walk_to_flight (self));
  wait_until (has_buttons (self) && gtk_widget_get_mapped (get_button (self, SV_FLIGHT_HOLD)));
  g_signal_emit_by_name (get_button (self, SV_FLIGHT_HOLD), "clicked");
  g_assert_cmpuint (sv_wire_get_n_held (self->wire), ==, 1);
  wait_until (!gtk_widget_get_visible (get_button (self, SV_FLIGHT_HOLD)));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (get_button (self, SV_FLIGHT_DROP)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Drop SYN");
  g_signal_emit_by_name (get_button (self, SV_FLIGHT_DELIVER), "clicked");
  wait_until (flies (self, SV_TCP_SYN | SV_TCP_ACK));
  screen_settle (&self->screen);
  g_assert_true (gtk_widget_is_focus (self->view));
}

static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer session)
{
  sv_session_advance (session, gdk_frame_clock_get_frame_time (clock));
  return G_SOURCE_CONTINUE;
}

/* The arrow keys go down the ladder: calls and packets in the order in which they happened. */
static void
test_order (Fixture *self, gconstpointer data)
{
  SvRecording *recording;
  gint64 last = 0;
  guint n = 0;

  if (self->session == NULL)
    return;
  recording = sv_session_get_recording (self->session);
  sv_session_spawn_clients (self->session, 1);
  wait_until (sv_session_get_plan (self->session)->accepted->len == 1 && get_flight (self) == NULL);
  wait_until (shows (self, "accept()"));
  for (guint i = 0; i < 12; i++)
    {
      SvTarget before = sv_scene_view_get_focus_target (SV_SCENE_VIEW (self->view)), target;
      const SvFact *fact;

      press (self->view, GDK_KEY_Down);
      target = sv_scene_view_get_focus_target (SV_SCENE_VIEW (self->view));
      fact = sv_recording_get (recording, target.id);
      g_assert_nonnull (fact);
      g_assert_cmpint (fact->time, >=, last);
      last = fact->time;
      n += before.id != target.id && fact->kind == SV_FACT_PACKET;
    }
  g_assert_cmpuint (n, ==, 3);
}

static float
get_place (Fixture *self)
{
  const SvShape *found = NULL;

  for (guint i = 0; i < sv_scene_get_size (get_scene (self)); i++)
    if (g_strcmp0 (sv_scene_get (get_scene (self), i)->text, "SYN") == 0)
      found = sv_scene_get (get_scene (self), i);
  return found != NULL ? found->x : -1;
}

/* While it flies it is drawn where it is; while the wire is frozen it stands. */
static void
test_flies (Fixture *self, gconstpointer data)
{
  float last, place;
  double way;
  guint tick;

  if (self->session == NULL)
    return;
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 3000 * MS);
  sv_session_spawn_clients (self->session, 1);
  wait_until (flies (self, SV_TCP_SYN) && get_place (self) >= 0);
  tick = gtk_widget_add_tick_callback (self->view, frame_cb, self->session, NULL);
  last = get_place (self);
  for (guint i = 0; i < 5; i++)
    {
      wait_until (get_place (self) > last + 3);
      place = get_place (self);
      way = sv_wire_get_progress (self->wire, get_flight (self), sv_clock_now ());
      g_assert_cmpfloat (fabs (way * 420 - place), <, 90);
      last = place;
    }
  sv_wire_set_paused (self->wire, TRUE, sv_clock_now ());
  gtk_widget_remove_tick_callback (self->view, tick);
  place = get_place (self);
  screen_settle (&self->screen);
  g_assert_cmpfloat (get_place (self), ==, place);
  g_assert_false (sv_session_wants_frames (self->session));
}

/* Enter chooses the packet; once more, and all of it is wanted. */
static void
opened_cb (gboolean *opened)
{
  *opened = TRUE;
}

static void
test_choose (Fixture *self, gconstpointer data)
{
  gboolean opened = FALSE;
  const SvFact *fact;

  if (self->session == NULL)
    return;
  sv_wire_set_holding (self->wire, TRUE);
  sv_session_spawn_clients (self->session, 1);
  wait_until (flies (self, SV_TCP_SYN) && shows (self, "SYN_SENT"));
  g_signal_connect_swapped (self->view, "packet-opened", G_CALLBACK (opened_cb), &opened);
  gtk_widget_grab_focus (self->view);
  g_assert_true (walk_to_flight (self));
  press (self->view, GDK_KEY_Return);
  fact = sv_recording_get (sv_session_get_recording (self->session), sv_session_get_chosen_fact (self->session));
  g_assert_nonnull (fact);
  g_assert_cmpuint (fact->packet.flight, ==, get_flight (self)->id);
  g_assert_cmpuint (g_bytes_get_size (fact->packet.bytes), ==, 60);
  g_assert_false (opened);
  press (self->view, GDK_KEY_Return);
  g_assert_true (opened);
}

/* Where people want no motion nothing flies: it stands half way, and no frame is drawn. */
static void
test_reduced_motion (Fixture *self, gconstpointer data)
{
  guint before;

  if (self->session == NULL)
    return;
  sv_player_set_animated (sv_session_get_player (self->session), FALSE);
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 20000 * MS);
  sv_session_spawn_clients (self->session, 1);
  wait_until (flies (self, SV_TCP_SYN) && shows (self, "SYN_SENT"));
  g_assert_false (sv_session_wants_frames (self->session));
  for (guint i = 0; i < sv_scene_get_size (get_scene (self)); i++)
    {
      const SvShape *shape = sv_scene_get (get_scene (self), i);

      g_assert_false (shape->moving);
      if (g_strcmp0 (shape->text, "SYN") == 0)
        g_assert_cmpfloat (fabsf (shape->x + shape->width / 2 - 210), <, 2);
    }
  screen_settle (&self->screen);
  before = self->screen.n_paints;
  screen_settle (&self->screen);
  g_assert_cmpuint (self->screen.n_paints, ==, before);
}

static guint
count_accepted (Fixture *self)
{
  GArray *accepted = sv_session_get_plan (self->session)->accepted;
  guint n = 0;

  for (guint i = 0; i < accepted->len; i++)
    n += g_array_index (accepted, SvPlanSocket, i).state == SV_TCP_ESTABLISHED;
  return n;
}

/* Each client has something on the wire. */
static void
fill_wire (Fixture *self, guint n_clients)
{
  gboolean holding = sv_wire_is_holding (self->wire);

  sv_wire_set_holding (self->wire, FALSE);
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 0);
  sv_session_spawn_clients (self->session, n_clients);
  wait_until (count_accepted (self) == n_clients && sv_wire_get_n_flights (self->wire) == 0);
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (self->wire, (SvSide) side, 5000 * MS);
  sv_wire_set_holding (self->wire, holding);
  for (guint id = 1; id <= n_clients; id++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);

      g_assert_true (sv_lab_send (sv_session_get_lab (self->session), id, SV_SIDE_CLIENT, bytes, NULL));
    }
}

/* A hundred clients at once: one's own ladder, the others as a few dots and a number. */
static void
test_crowd (Fixture *self, gconstpointer data)
{
  gint64 begun;
  guint n_dots = 0, n_builds = 200, n_clients = 100;

  if (self->session == NULL)
    return;
  sv_wire_set_holding (self->wire, TRUE);
  fill_wire (self, n_clients);
  wait_until (sv_wire_get_n_flights (self->wire) >= n_clients && shows (self, "packets more"));
  for (guint i = 0; i < sv_scene_get_size (get_scene (self)); i++)
    n_dots += sv_scene_get (get_scene (self), i)->target.kind == SV_TARGET_CONNECTION;
  g_assert_cmpuint (n_dots, >, 10);
  g_assert_cmpuint (n_dots, <=, 40);
  g_assert_true (shows (self, "99 packets more"));
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < n_builds; i++)
    sv_scene_view_update (SV_SCENE_VIEW (self->view));
  g_test_message ("a frame's picture takes %.0f µs", (double) (g_get_monotonic_time () - begun) / n_builds);
  sv_session_choose_connection (self->session, 50);
  wait_until (shows (self, "ESTABLISHED"));
}

static double
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* A hundred packets that fly at once, each frame drawn. */
static void
test_smooth (Fixture *self, gconstpointer data)
{
  double cpu;
  guint paints;

  if (self->session == NULL)
    return;
  fill_wire (self, 100);
  gtk_widget_add_tick_callback (self->view, frame_cb, self->session, NULL);
  cpu = get_cpu ();
  paints = self->screen.n_paints;
  wait_until (self->screen.n_paints >= paints + 60);
  g_test_message ("a frame with %u packets on the wire takes %.1f ms of the processor",
                  sv_wire_get_n_flights (self->wire), (get_cpu () - cpu) * 1000 / (self->screen.n_paints - paints));
}

#define add(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  add ("/ladder-view/keys", test_keys);
  add ("/ladder-view/buttons", test_buttons);
  add ("/ladder-view/choose", test_choose);
  add ("/ladder-view/order", test_order);
  add ("/ladder-view/flies", test_flies);
  add ("/ladder-view/reduced-motion", test_reduced_motion);
  add ("/ladder-view/crowd", test_crowd);
  add ("/ladder-view/smooth", test_smooth);
  return g_test_run ();
}
