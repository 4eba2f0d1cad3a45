/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage-fixture.h"
#include "sv-scrubber.h"
#include "sv-transport.h"

typedef struct
{
  SvSession *session;
  SvPlayer *player;
  GtkWidget *transport;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->session = sv_session_new ();
  self->player = sv_session_get_player (self->session);
  sv_player_set_animated (self->player, FALSE);
  self->transport = sv_transport_new (self->session);
  screen_open (&self->screen, self->transport, 800, 100);
  record_server (sv_session_get_recording (self->session), sv_clock_now ());
  record_client (sv_session_get_recording (self->session), sv_clock_now () + 100000, 1);
  sv_session_choose_connection (self->session, 1);
  wait_until (sv_player_get_timeline (self->player) != NULL
              && sv_timeline_get_n_beats (sv_player_get_timeline (self->player)) > 4);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  g_assert_finalize_object (self->session);
}

static GtkWidget *
find_button (GtkWidget *root, const char *tooltip)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_widget_get_tooltip_text (root), tooltip) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, tooltip);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
click (Fixture *self, const char *tooltip)
{
  GtkWidget *button = find_button (self->transport, tooltip);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

static void
test_steps (Fixture *self, gconstpointer unused)
{
  SvTimeline *timeline = sv_player_get_timeline (self->player);
  double last = 0;

  click (self, "To the start");
  g_assert_cmpfloat (sv_player_get_position (self->player), ==, 0);
  g_assert_false (sv_player_is_live (self->player));
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      click (self, "One step on");
      g_assert_cmpfloat (sv_player_get_position (self->player), >, last);
      last = sv_player_get_position (self->player);
    }
  click (self, "One step back");
  g_assert_cmpfloat (sv_player_get_position (self->player), <, last);
  click (self, "Back to what the kernel says now");
  g_assert_true (sv_player_is_live (self->player));
}

static void
test_plays (Fixture *self, gconstpointer unused)
{
  sv_player_set_animated (self->player, TRUE);
  click (self, "Play again slowly");
  g_assert_true (sv_player_is_playing (self->player));
  click (self, "Pause");
  g_assert_false (sv_player_is_playing (self->player));
}

/* The scrubber's keys are those of a slider, and it says its value. */
static void
test_scrubber (Fixture *self, gconstpointer unused)
{
  GtkWidget *scrubber = find_widget (self->transport, SV_TYPE_SCRUBBER);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (scrubber);
  const guint keys[] = { GDK_KEY_Home, GDK_KEY_Right, GDK_KEY_Right, GDK_KEY_Left };
  double positions[4];

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (scrubber), GTK_ACCESSIBLE_ROLE_SLIDER);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller))
        continue;
      for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
        {
          g_signal_emit_by_name (controller, "key-pressed", keys[k], 0, 0, &handled);
          g_assert_true (handled);
          positions[k] = sv_player_get_position (self->player);
        }
    }
  g_assert_cmpfloat (positions[0], ==, 0);
  g_assert_cmpfloat (positions[1], >, positions[0]);
  g_assert_cmpfloat (positions[2], >, positions[1]);
  g_assert_cmpfloat (positions[3], <, positions[2]);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (scrubber), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, positions[3]);
}

/* Media run left to right in a window that reads right to left. */
static void
test_mirrored (Fixture *self, gconstpointer unused)
{
  GtkWidget *scrubber = find_widget (self->transport, SV_TYPE_SCRUBBER);

  gtk_widget_set_direction (self->screen.window, GTK_TEXT_DIR_RTL);
  g_assert_cmpint (gtk_widget_get_direction (scrubber), ==, GTK_TEXT_DIR_LTR);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/transport/steps", test_steps);
  ADD ("/transport/plays", test_plays);
  ADD ("/transport/scrubber", test_scrubber);
  ADD ("/transport/mirrored", test_mirrored);
  return g_test_run ();
}
