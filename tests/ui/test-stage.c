/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-client-list.h"
#include "sv-end-actions.h"
#include "sv-server-panel.h"
#include "sv-stage.h"
#include "sv-transport.h"
#include "stage-fixture.h"

typedef struct
{
  SvSession *session;
  SvLab *lab;
  GtkWidget *stage;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->session = sv_session_new ();
  self->lab = sv_session_get_lab (self->session);
  self->stage = sv_stage_new (self->session);
  screen_open (&self->screen, self->stage, 820, 670);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  sv_session_stop (self->session);
  g_assert_finalize_object (self->session);
}

static void
start_server (Fixture *self)
{
  SvServerOptions options;

  sv_server_options_init (&options);
  options.bind = sv_endpoint_loopback (AF_INET, 0);
  g_assert_true (sv_session_start_server (self->session, &options));
  wait_until (sv_session_get_plan (self->session)->has_listener);
  wait_until (sv_player_get_timeline (sv_session_get_player (self->session)) != NULL);
  wait_until (sv_session_is_live (self->session));
}

/* Each part comes with what it shows, and not before. */
static void
test_calm (Fixture *self, gconstpointer unused)
{
  GtkWidget *transport = find_widget (self->stage, SV_TYPE_TRANSPORT);

  g_assert_false (gtk_widget_get_visible (transport));
  start_server (self);
  screen_settle (&self->screen);
  g_assert_false (gtk_widget_get_visible (transport));
  sv_session_spawn_clients (self->session, 1);
  wait_until (gtk_widget_get_visible (transport));
}

/* A replay runs to its end by frames; then there is none. */
static void
test_frames (Fixture *self, gconstpointer unused)
{
  SvPlayer *player = sv_session_get_player (self->session);
  guint before;

  start_server (self);
  sv_player_set_speed (player, 4);
  sv_session_spawn_clients (self->session, 1);
  wait_until (sv_session_get_chosen_connection (self->session) == 1);
  before = self->screen.n_paints;
  wait_until (sv_player_is_playing (player));
  wait_until (sv_player_is_live (player) && !sv_player_is_playing (player));
  g_assert_cmpuint (self->screen.n_paints, >, before + 10);

  screen_settle (&self->screen);
  before = self->screen.n_paints;
  screen_settle (&self->screen);
  g_assert_cmpuint (self->screen.n_paints, ==, before);
}

static gboolean
has_tooltip (GtkWidget *widget, const char *text)
{
  gboolean found = g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && !found;
       child = gtk_widget_get_next_sibling (child))
    found = has_tooltip (child, text);
  return found;
}

/* While the lifeline says SYN_RECV, the SYN queue is not empty. */
static void
test_syn_queue (Fixture *self, gconstpointer unused)
{
  SvPlayer *player = sv_session_get_player (self->session);
  const char *const WORDS[] = { "SYN queue: 0 handshakes not finished", "SYN queue: 1 handshake not finished (one is reconstructed)" };
  guint n_handshakes = 0;
  SvTimeline *timeline;

  start_server (self);
  sv_player_set_speed (player, 4);
  sv_session_spawn_clients (self->session, 1);
  wait_until (sv_session_get_chosen_connection (self->session) == 1);
  wait_until (sv_player_is_playing (player));
  wait_until (sv_player_is_live (player) && !sv_player_is_playing (player));
  timeline = sv_player_get_timeline (player);
  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    {
      const SvStateSpan *span = sv_timeline_get_span (timeline, i);
      gboolean handshakes = span->state == SV_TCP_SYN_RECV;

      if (span->side != SV_SIDE_SERVER || span->state == SV_TCP_NONE)
        continue;
      n_handshakes += handshakes;
      sv_player_seek (player, (span->start + span->end) / 2);
      wait_until (has_tooltip (self->stage, WORDS[handshakes]));
    }
  g_assert_cmpuint (n_handshakes, ==, 1);
}

/* Who wants no motion gets steps. */
static void
test_reduced_motion (Fixture *self, gconstpointer unused)
{
  SvPlayer *player = sv_session_get_player (self->session);

  g_object_set (gtk_widget_get_settings (self->stage), "gtk-enable-animations", FALSE, NULL);
  start_server (self);
  sv_session_spawn_clients (self->session, 1);
  wait_until (sv_session_get_chosen_connection (self->session) == 1);
  screen_settle (&self->screen);
  g_assert_false (sv_player_is_playing (player));
  g_assert_true (sv_player_is_live (player));
  g_object_set (gtk_widget_get_settings (self->stage), "gtk-enable-animations", TRUE, NULL);
}

static void
assert_inside (GtkWidget *root, GtkWidget *child)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (child, root, &bounds));
  g_assert_cmpfloat (bounds.origin.x, >=, 0);
  g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, gtk_widget_get_width (root));
}

/* 96 and 192 dots an inch, as GtkSettings counts them. */
static const int TEXT_SIZES[] = { 96 * 1024, 192 * 1024 };

/* What the stage may want at least with the larger text. */
#define LEAST_WIDTH 480

/* At every width, and with text twice as large, the stage stays inside of it, and the ladder keeps its room. */
static void
test_sizes (Fixture *self, gconstpointer unused)
{
  const int widths[] = { 1200, 820, 700, 640, 480, 360 };
  GtkWidget *ladder = GTK_WIDGET (sv_stage_get_ladder (SV_STAGE (self->stage)));

  start_server (self);
  sv_session_spawn_clients (self->session, 3);
  wait_until (sv_session_get_plan (self->session)->accepted->len == 3);
  for (guint i = 0; i < G_N_ELEMENTS (widths) * G_N_ELEMENTS (TEXT_SIZES); i++)
    {
      int width = widths[i % G_N_ELEMENTS (widths)];

      g_object_set (gtk_widget_get_settings (self->stage), "gtk-xft-dpi", TEXT_SIZES[i / G_N_ELEMENTS (widths)], NULL);
      gtk_window_set_default_size (GTK_WINDOW (self->screen.window), width, 600);
      wait_until (gtk_widget_get_width (self->stage) >= width
                  && gtk_widget_get_width (self->stage) <= MAX (width, LEAST_WIDTH));
      g_assert_cmpint (gtk_widget_get_width (ladder), >=, 280);
      assert_inside (self->stage, ladder);
      assert_inside (self->stage, find_widget (self->stage, SV_TYPE_TRANSPORT));
    }
}

static GActionGroup *
get_end_actions (Fixture *self, SvSide side)
{
  GtkWidget *panel = find_widget (self->stage, side == SV_SIDE_CLIENT ? SV_TYPE_CLIENT_LIST : SV_TYPE_SERVER_PANEL);

  return sv_end_actions_get_group (SV_END_ACTIONS (find_widget (panel, SV_TYPE_END_ACTIONS)));
}

/* Who has said that no more comes can't send, nor say it again; the rest goes on. */
static void
test_half_closed (Fixture *self, gconstpointer unused)
{
  GActionGroup *client = get_end_actions (self, SV_SIDE_CLIENT), *server = get_end_actions (self, SV_SIDE_SERVER);

  start_server (self);
  sv_session_spawn_clients (self->session, 1);
  wait_until (sv_session_get_plan (self->session)->accepted->len == 1);
  sv_session_choose_connection (self->session, 1);
  wait_until (g_action_group_get_action_enabled (client, "send") && g_action_group_get_action_enabled (server, "send"));
  g_action_group_activate_action (client, "shut-down", NULL);
  wait_until (!g_action_group_get_action_enabled (client, "send"));
  g_assert_false (g_action_group_get_action_enabled (client, "shut-down"));
  g_assert_true (g_action_group_get_action_enabled (client, "close"));
  g_assert_true (g_action_group_get_action_enabled (client, "reset"));
  g_assert_true (g_action_group_get_action_enabled (server, "send"));
  g_assert_true (g_action_group_get_action_enabled (server, "shut-down"));
  wait_until (has_tooltip (self->stage, "This end is half-closed: it sends no more, but it goes on reading"));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/stage/calm-first", test_calm);
  ADD ("/stage/no-frame-while-idle", test_frames);
  ADD ("/stage/syn-queue", test_syn_queue);
  ADD ("/stage/half-closed", test_half_closed);
  ADD ("/stage/reduced-motion", test_reduced_motion);
  ADD ("/stage/every-width", test_sizes);
  return g_test_run ();
}
