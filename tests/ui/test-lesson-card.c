/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole lesson in the window, by the buttons of its card; what it points at;
 * leaving, coming back, the list, and large type. */
#include "sv-config.h"

#include "sv-lesson-guide.h"
#include "sv-stage.h"
#include "window-fixture.h"

typedef struct
{
  SvWindow *window;
  SvLessonGuide *guide;
} Fixture;

static gboolean
is_mapped (Fixture *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->window));
}

static void
open_window (Fixture *self, gconstpointer data)
{
  self->window = SV_WINDOW (sv_window_new (ADW_APPLICATION (application), NULL));
  self->guide = sv_window_get_lessons (self->window);
  g_object_set (sv_window_get_form (self->window), "port", 0, NULL);
  gtk_window_present (GTK_WINDOW (self->window));
  wait_for (self, is_mapped, "the window is mapped");
}

static void
close_window (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
}

static gboolean
is_deed (GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON (widget) && g_object_get_data (G_OBJECT (widget), "deed") != NULL
         && gtk_widget_get_child_visible (widget);
}

static gboolean
is_choice (GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_ancestor (widget, GTK_TYPE_FLOW_BOX) != NULL;
}

static void
click (Fixture *self, Match matches)
{
  GtkWidget *button = find (sv_lesson_guide_get_card (self->guide), matches, NULL);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static gboolean
is_done (Fixture *self)
{
  return sv_lesson_run_is_done (sv_lesson_guide_get_run (self->guide));
}

static void
begin (Fixture *self, const char *id, const char *step)
{
  g_autoptr (GError) error = NULL;

  sv_lesson_guide_begin (self->guide, id, step, &error);
  g_assert_no_error (error);
}

/* The question first: the button waits for the answer. The row that is shown is the session's, too. */
static void
test_whole (Fixture *self, gconstpointer data)
{
  GtkWidget *card = sv_lesson_guide_get_card (self->guide);
  SvLessonRun *run;
  guint n_steps = 0;

  g_assert_false (gtk_widget_get_visible (card));
  begin (self, "socket", NULL);
  run = sv_lesson_guide_get_run (self->guide);
  g_assert_true (gtk_widget_get_visible (card));
  for (;;)
    {
      g_autofree char *shown = NULL;

      if (sv_lesson_run_get_prediction (run) != NULL)
        {
          g_assert_false (gtk_widget_get_sensitive (find (card, is_deed, NULL)));
          click (self, is_choice);
        }
      click (self, is_deed);
      wait_for (self, is_done, "the step is done");
      shown = sv_lesson_run_dup_text (run, SV_LESSON_DONE);
      g_assert_nonnull (find (card, says, shown));
      n_steps++;
      if (sv_lesson_run_is_finished (run))
        break;
      g_action_group_activate_action (G_ACTION_GROUP (self->window), "lesson-go", NULL);
    }
  g_assert_cmpuint (n_steps, ==, 6);
  g_assert_true (sv_lesson_progress_is_done (sv_lesson_guide_get_progress (self->guide), "socket"));
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "lesson-go", NULL);
  g_assert_null (sv_lesson_guide_get_run (self->guide));
  g_assert_false (gtk_widget_get_visible (card));
}

static gboolean
is_looked_at (GtkWidget *widget, const char *text)
{
  return gtk_widget_has_css_class (widget, "sv-look") && g_str_equal (G_OBJECT_TYPE_NAME (widget), text);
}

static gboolean
has_arrived (Fixture *self)
{
  return !sv_lesson_run_is_playing (sv_lesson_guide_get_run (self->guide));
}

/* What a step points at is outlined, and no longer when the lesson is left; the drawer it opened is closed. */
static void
test_look (Fixture *self, gconstpointer data)
{
  SvDrawer *drawer = sv_stage_get_drawer (SV_STAGE (sv_window_get_stage (self->window)));

  begin (self, "many-clients", "files");
  wait_for (self, has_arrived, "the steps before are done");
  g_assert_nonnull (find (GTK_WIDGET (self->window), is_looked_at, "SvDrawer"));
  g_assert_nonnull (find (GTK_WIDGET (self->window), is_looked_at, "SvClientButton"));
  g_assert_null (find (GTK_WIDGET (self->window), is_looked_at, "SvPortRuler"));
  g_assert_true (sv_drawer_is_open (drawer));
  click (self, is_choice);
  click (self, is_deed);
  wait_for (self, is_done, "the step is done");
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "lesson-go", NULL);
  g_assert_false (sv_drawer_is_open (drawer));
  g_assert_nonnull (find (GTK_WIDGET (self->window), is_looked_at, "SvPortRuler"));
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "leave-lesson", NULL);
  g_assert_null (find (GTK_WIDGET (self->window), is_looked_at, "SvPortRuler"));
}

/* Left and taken up again, it is where it was. */
static void
test_resume (Fixture *self, gconstpointer data)
{
  begin (self, "socket", NULL);
  click (self, is_choice);
  click (self, is_deed);
  wait_for (self, is_done, "the step is done");
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "leave-lesson", NULL);
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "lesson", g_variant_new_string ("socket"));
  wait_for (self, has_arrived, "the step before is done");
  g_assert_cmpuint (sv_lesson_run_get_step (sv_lesson_guide_get_run (self->guide)), ==, 1);
}

/* The switches that a lesson needs are a person's own again when it is left. */
static void
test_switches (Fixture *self, gconstpointer data)
{
  SvServerForm *form = sv_window_get_form (self->window);
  gboolean hold, echo;

  g_object_set (form, "echo", FALSE, NULL);
  begin (self, "talking", "send");
  wait_for (self, has_arrived, "the step before is done");
  g_object_get (form, "hold-accept", &hold, "echo", &echo, NULL);
  g_assert_true (hold);
  g_assert_false (echo);
  begin (self, "socket", NULL);
  g_object_get (form, "hold-accept", &hold, "echo", &echo, NULL);
  g_assert_false (hold);
  g_assert_true (echo);
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "leave-lesson", NULL);
  g_object_get (form, "hold-accept", &hold, "echo", &echo, NULL);
  g_assert_false (hold);
  g_assert_false (echo);
}

static gboolean
is_suggested (GtkWidget *widget, const char *text)
{
  return gtk_widget_has_css_class (widget, "suggested-action") && gtk_widget_get_mapped (widget);
}

static gboolean
has_calls (Fixture *self)
{
  SvDrawer *drawer = sv_stage_get_drawer (SV_STAGE (sv_window_get_stage (self->window)));

  return gtk_widget_get_mapped (GTK_WIDGET (drawer)) && sv_drawer_is_open (drawer);
}

static gboolean
is_nothing_suggested (Fixture *self)
{
  return find (GTK_WIDGET (self->window), is_suggested, NULL) == NULL;
}

/* The card alone says what to do next; and what it points at can be seen, though no server runs. */
static void
test_one_next (Fixture *self, gconstpointer data)
{
  GtkWidget *card = sv_lesson_guide_get_card (self->guide), *window = GTK_WIDGET (self->window);

  g_assert_nonnull (find (window, is_suggested, NULL));
  begin (self, "handshake", NULL);
  wait_for (self, has_arrived, "the lesson begins");
  g_assert_true (is_suggested (find (card, is_deed, NULL), NULL));
  gtk_widget_set_visible (card, FALSE);
  wait_for (self, is_nothing_suggested, "nothing but the card suggests anything");
  begin (self, "ports", NULL);
  wait_for (self, has_calls, "the calls are in sight");
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "leave-lesson", NULL);
  g_assert_nonnull (find (window, is_suggested, NULL));
}

static gboolean
is_told (Fixture *self)
{
  return sv_message_bar_get_sentence (sv_window_get_message_bar (self->window)) != NULL;
}

/* A refusal is wanted there: it is told, but not in the next step any more. */
static void
test_failure_is_over (Fixture *self, gconstpointer data)
{
  begin (self, "client-server", NULL);
  wait_for (self, has_arrived, "the lesson begins");
  click (self, is_choice);
  click (self, is_deed);
  wait_for (self, is_told, "the refusal is told");
  wait_for (self, is_done, "the step is done");
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "lesson-go", NULL);
  g_assert_false (is_told (self));
  begin (self, "client-server", "many");
  wait_for (self, has_arrived, "the steps before are done");
  g_assert_false (is_told (self));
  g_assert_cmpuint (sv_session_get_chosen_connection (sv_window_get_session (self->window)), ==,
                    sv_recording_get_n_connections (sv_session_get_recording (sv_window_get_session (self->window))));
}

static void
test_unknown (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sv_lesson_guide_begin (self->guide, "moon", NULL, &error));
  g_assert_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_UNKNOWN);
  g_clear_error (&error);
  g_assert_false (sv_lesson_guide_begin (self->guide, "socket", "moon", &error));
  g_assert_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_UNKNOWN);
  g_assert_null (sv_lesson_guide_get_run (self->guide));
}

static void
test_presentation (Fixture *self, gconstpointer data)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self->window));
  int before, larger, after;

  g_object_get (settings, "gtk-xft-dpi", &before, NULL);
  g_action_group_change_action_state (G_ACTION_GROUP (self->window), "present", g_variant_new_boolean (TRUE));
  g_object_get (settings, "gtk-xft-dpi", &larger, NULL);
  g_action_group_change_action_state (G_ACTION_GROUP (self->window), "present", g_variant_new_boolean (FALSE));
  g_object_get (settings, "gtk-xft-dpi", &after, NULL);
  g_assert_cmpint (larger, >, before);
  g_assert_cmpint (after, ==, before);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, open_window, test, close_window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  start_application ();
  add ("/lesson-card/whole", test_whole);
  add ("/lesson-card/look", test_look);
  add ("/lesson-card/resume", test_resume);
  add ("/lesson-card/switches", test_switches);
  add ("/lesson-card/one-next", test_one_next);
  add ("/lesson-card/failure-is-over", test_failure_is_over);
  add ("/lesson-card/unknown", test_unknown);
  add ("/lesson-card/presentation", test_presentation);
  return run_tests ();
}
