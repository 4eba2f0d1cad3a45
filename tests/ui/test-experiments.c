/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../count-sockets.h"
#include "sv-gallery-page.h"
#include "sv-state-view.h"
#include "sv-trial-page.h"
#include "window-fixture.h"

#define PATIENCE_S 30

typedef struct
{
  GtkWidget *window;
  GSettings *settings;
} Fixture;

#define wait_until(condition) \
  G_STMT_START { \
    gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        g_assert_cmpint (g_get_monotonic_time (), <, deadline); \
        g_main_context_iteration (NULL, FALSE); \
        g_usleep (500); \
      } \
  } G_STMT_END

static void
set_up (Fixture *self, gconstpointer data)
{
  self->settings = g_settings_new ("org.example.SockView");
  g_settings_reset (self->settings, "states-reached");
  self->window = sv_window_new (ADW_APPLICATION (application), self->settings);
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  gtk_window_present (GTK_WINDOW (self->window));
  wait_until (gtk_widget_get_width (self->window) > 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  wait_until (self->window == NULL);
  g_object_unref (self->settings);
}

static SvWorkplace *
get_workplace (Fixture *self)
{
  return sv_window_get_workplace (SV_WINDOW (self->window));
}

static GtkWidget *
open_page (Fixture *self, const char *action)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), action, NULL);
  return gtk_stack_get_visible_child (GTK_STACK (sv_workplace_get_content (get_workplace (self))));
}

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Whether a label that is to be seen has these words. */
static gboolean
page_says (GtkWidget *widget, const char *words)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), words) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (page_says (child, words))
      return TRUE;
  return FALSE;
}

static gboolean
is_parked (GtkWidget *page)
{
  const SvParked *parked = sv_gallery_page_get_parked (SV_GALLERY_PAGE (page));

  return parked != NULL && parked->phase == SV_PARK_PARKED;
}

/* Every state: chosen in the diagram, told, shown in the table beside, kept as reached, and freed. */
static void
test_gallery (Fixture *self, gconstpointer data)
{
  GtkWidget *page = open_page (self, "gallery");
  GtkWidget *view = find_widget (page, SV_TYPE_STATE_VIEW);
  SvSession *session = sv_workplace_get_session (get_workplace (self));
  const SvParkRecipe *recipe;
  guint n = 0;

  for (guint i = 0; (recipe = sv_park_recipe_get (i)) != NULL; i++)
    {
      g_auto (GStrv) reached = NULL;
      SvStation station;

      g_test_message ("%s", recipe->name);
      g_assert_true (sv_station_find (recipe->name, &station));
      g_signal_emit_by_name (view, "activated", (guint) SV_TARGET_STATION, (guint64) station);
      wait_until (is_parked (page));
      if (recipe->state != SV_TCP_CLOSE)
        {
          g_assert_true (page_says (page, sv_tcp_state_to_netstat (recipe->state)));
          sv_session_choose_nothing (session);
          wait_until (sv_session_get_chosen_row (session, SV_MACHINE_THIS) != 0 || page_says (page, "Parked for 1 second"));
        }
      else
        g_assert_true (page_says (page, "There is no row."));
      reached = g_settings_get_strv (self->settings, "states-reached");
      g_assert_true (g_strv_contains ((const char *const *) reached, recipe->name));
      n++;
    }
  sv_gallery_page_release (SV_GALLERY_PAGE (page));
  g_assert_true (page_says (page, "Park Again"));
  g_assert_null (sv_gallery_page_get_parked (SV_GALLERY_PAGE (page)));
  g_assert_cmpint (n, ==, 12);
}

/* Between two machines the handshake is not too quick to be seen. */
static void
test_two_machines (Fixture *self, gconstpointer data)
{
  GtkWidget *page;

  sv_window_set_mode (SV_WINDOW (self->window), SV_MODE_TWO_MACHINES);
  if (!sv_workplace_is_available (get_workplace (self)))
    {
      g_test_skip (sv_workplace_get_problem (get_workplace (self)));
      return;
    }
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (sv_network_get_wire (sv_session_get_network (sv_workplace_get_session (get_workplace (self)))),
                     (SvSide) side, 50 * 1000000);
  page = open_page (self, "gallery");
  g_assert_cmpint (sv_workplace_get_mode (get_workplace (self)), ==, SV_MODE_TWO_MACHINES);
  sv_gallery_page_choose (SV_GALLERY_PAGE (page), "FIN_WAIT2");
  wait_until (is_parked (page));
  g_assert_true (page_says (page, "13.51.197.134"));
  g_assert_true (page_says (page, "CLOSED → SYN_SENT → ESTABLISHED"));
  g_assert_true (page_says (page, "LISTEN → SYN_RECV "));
  /* What is broken on the bench is broken on this computer. */
  open_page (self, "break-it");
  g_assert_cmpint (sv_workplace_get_mode (get_workplace (self)), ==, SV_MODE_THIS_COMPUTER);
}

/* What was reached is there at the next start. */
static void
test_reached (Fixture *self, gconstpointer data)
{
  const char *const before[] = { "LISTEN", "CLOSING", "of another program", NULL };
  GtkWidget *page;
  SvScene *scene;
  guint n = 0;

  g_settings_set_strv (self->settings, "states-reached", before);
  page = open_page (self, "gallery");
  wait_until (sv_scene_view_get_scene (SV_SCENE_VIEW (find_widget (page, SV_TYPE_STATE_VIEW))) != NULL);
  scene = sv_scene_view_get_scene (SV_SCENE_VIEW (find_widget (page, SV_TYPE_STATE_VIEW)));
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    n += g_strcmp0 (sv_scene_get (scene, i)->text, "reached") == 0;
  g_assert_cmpint (n, ==, 2);
}

/* A page is left by the way back, and another server does not disturb it. */
static void
test_pages (Fixture *self, gconstpointer data)
{
  SvWorkplace *workplace = get_workplace (self);

  open_page (self, "gallery");
  g_assert_cmpstr (sv_workplace_get_page (workplace), ==, SV_PAGE_GALLERY);
  open_page (self, "break-it");
  g_assert_cmpstr (sv_workplace_get_page (workplace), ==, SV_PAGE_TRIALS);
  open_page (self, "leave-page");
  g_assert_cmpstr (sv_workplace_get_page (workplace), ==, SV_PAGE_WELCOME);
}

static GtkWidget *
try (GtkWidget *page, const char *name)
{
  SvTrialCard *card = sv_trial_page_open (SV_TRIAL_PAGE (page), name);

  sv_trial_card_try (card);
  wait_until (!sv_trial_card_is_running (card));
  return GTK_WIDGET (card);
}

/* Each trial tells its steps, its errno by name, and what to learn from it. */
static void
test_trials (Fixture *self, gconstpointer data)
{
  GtkWidget *page = open_page (self, "break-it");
  const SvTrialRecipe *recipe;

  for (guint i = 0; (recipe = sv_trial_recipe_get (i)) != NULL; i++)
    {
      GtkWidget *card = try (page, recipe->name);

      g_test_message ("%s", recipe->name);
      /* Where two machines cannot be had, the sentence that says so is shown. */
      if (!sv_trial_card_is_done (SV_TRIAL_CARD (card)))
        {
          g_assert_true (recipe->two_machines);
          g_assert_true (page_says (card, "."));
          continue;
        }
      if (sv_trial_card_get_outcome (SV_TRIAL_CARD (card))->error != recipe->error)
        {
          g_test_message ("not here: this computer answers otherwise");
          continue;
        }
      g_assert_true (page_says (card, "1. "));
      g_assert_true (page_says (card, "socket("));
      g_assert_true (page_says (card, sv_errno_to_name (recipe->error)));
      g_assert_true (page_says (card, "What the kernel did"));
      g_assert_true (page_says (card, "What a program should do"));
      g_assert_true (page_says (page, sv_errno_to_name (recipe->error)));
    }
}

/* What is closed while it runs ends. */
static void
test_stopped (Fixture *self, gconstpointer data)
{
  GtkWidget *page = open_page (self, "break-it");
  SvTrialCard *card = sv_trial_page_open (SV_TRIAL_PAGE (page), "timed-out");

  sv_trial_card_try (card);
  wait_until (page_says (GTK_WIDGET (card), "2. "));
  sv_trial_page_open (SV_TRIAL_PAGE (page), "refused");
  g_assert_false (sv_trial_card_is_running (card));
}

/* With the window goes what was parked in it. */
static void
test_closed (void)
{
  guint before = 0;

  for (guint round = 0; round < 3; round++)
    {
      Fixture self = { 0 };
      GtkWidget *page;

      set_up (&self, NULL);
      page = open_page (&self, "gallery");
      sv_gallery_page_choose (SV_GALLERY_PAGE (page), "CLOSING");
      wait_until (is_parked (page));
      tear_down (&self, NULL);
      /* GTK keeps some of its own from the first window on. */
      if (round == 0)
        before = count_sockets ();
      wait_until (count_sockets () <= before);
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  start_application ();
  ADD ("/experiments/pages", test_pages);
  ADD ("/experiments/gallery", test_gallery);
  ADD ("/experiments/reached", test_reached);
  ADD ("/experiments/two-machines", test_two_machines);
  ADD ("/experiments/trials", test_trials);
  ADD ("/experiments/stopped", test_stopped);
  g_test_add_func ("/experiments/closed", test_closed);
  return run_tests ();
}
