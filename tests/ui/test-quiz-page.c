/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage-fixture.h"
#include "sv-quiz-choices.h"
#include "sv-quiz-page.h"

/* The quiz about a table that has a server and a connection. */
typedef struct
{
  SvSession *session;
  GtkWidget *page;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  SvServerOptions options = { .bind = sv_endpoint_loopback (AF_INET, 0), .backlog = 5 };

  self->session = sv_session_new ();
  sv_player_set_animated (sv_session_get_player (self->session), FALSE);
  sv_session_start (self->session);
  g_assert_true (sv_session_start_server (self->session, &options));
  sv_session_spawn_clients (self->session, 1);
  self->page = sv_quiz_page_new (self->session);
  screen_open (&self->screen, self->page, 800, 600);
  wait_until (sv_session_get_plan (self->session)->accepted->len == 1);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  sv_session_stop (self->session);
  g_assert_finalize_object (self->session);
}

static SvQuizPage *
get (Fixture *self)
{
  return SV_QUIZ_PAGE (self->page);
}

static const SvQuizQuestion *
get_question (Fixture *self)
{
  return sv_quiz_get_question (sv_quiz_page_get_quiz (get (self)));
}

static gboolean
has_text (GtkWidget *root, const char *text)
{
  if (!gtk_widget_get_child_visible (root) || !gtk_widget_get_visible (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (has_text (child, text))
      return TRUE;
  return FALSE;
}

/* Puts the lines in order, as a person would with the arrows. */
static void
put_in_order (Fixture *self)
{
  SvQuizChoices *choices = SV_QUIZ_CHOICES (find_widget (self->page, SV_TYPE_QUIZ_CHOICES));
  const SvQuizQuestion *question = get_question (self);
  guint n = question->choices->len;

  for (guint wanted = 0; wanted < n; wanted++)
    for (guint i = 0; i < n; i++)
      if (((SvQuizChoice *) g_ptr_array_index (question->choices, i))->place == wanted)
        {
          guint count;

          for (guint j = 0; j < n; j++)
            {
              const guint *order = sv_quiz_choices_get_picked (choices, &count);

              g_assert_cmpuint (count, ==, n);
              if (order[wanted] != i)
                sv_quiz_page_move (get (self), i, -1);
            }
        }
}

static void
test_through (Fixture *self, gconstpointer wrong)
{
  SvQuiz *quiz;
  guint n_wrong = 0, n_order = 0;

  g_assert_true (has_text (self->page, "What Do You Know?"));
  sv_quiz_page_start (get (self), sv_quiz_get_n_questions (), 5);
  quiz = sv_quiz_page_get_quiz (get (self));
  while (!sv_quiz_is_over (quiz))
    {
      const SvQuizQuestion *question = get_question (self);
      gboolean err = wrong != NULL && question->kind != SV_QUIZ_ORDER && n_wrong < 20;

      g_assert_true (has_text (self->page, question->text));
      if (question->listing != NULL)
        g_assert_true (has_text (self->page, question->listing));
      if (question->kind == SV_QUIZ_ORDER)
        {
          put_in_order (self);
          n_order++;
        }
      else
        {
          /* Nothing is picked yet, so nothing is answered. */
          sv_quiz_page_answer (get (self));
          g_assert_false (has_text (self->page, "Right. "));
          sv_quiz_page_pick (get (self), err ? (question->right + 1) % question->choices->len : question->right);
        }
      sv_quiz_page_answer (get (self));
      g_assert_true (has_text (self->page, err ? "Not so. " : "Right. "));
      n_wrong += err;
      sv_quiz_page_next (get (self));
    }
  g_assert_cmpuint (n_order, >, 0);
  g_assert_true (has_text (self->page, wrong != NULL ? "Not passed yet" : "Passed."));
  g_assert_true (has_text (self->page, "Reading netstat"));
  g_assert_cmpuint (sv_quiz_get_n_right (quiz), ==, sv_quiz_get_size (quiz) - n_wrong);
  g_assert_true (has_text (self->page, wrong != NULL ? "Lesson" : "New Questions"));
}

/* An answer counts once, and can't be changed afterwards. */
static void
test_once (Fixture *self, gconstpointer unused)
{
  SvQuizChoices *choices = SV_QUIZ_CHOICES (find_widget (self->page, SV_TYPE_QUIZ_CHOICES));
  SvQuiz *quiz;
  const guint *picked;
  guint n, before;

  sv_quiz_page_start (get (self), SV_QUIZ_SHORT, 1);
  quiz = sv_quiz_page_get_quiz (get (self));
  while (get_question (self)->kind == SV_QUIZ_ORDER)
    {
      sv_quiz_page_answer (get (self));
      sv_quiz_page_next (get (self));
    }
  before = sv_quiz_get_n_answered (quiz);
  sv_quiz_page_pick (get (self), 0);
  sv_quiz_page_answer (get (self));
  sv_quiz_page_pick (get (self), 1);
  sv_quiz_page_answer (get (self));
  picked = sv_quiz_choices_get_picked (choices, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (picked[0], ==, 0);
  g_assert_cmpuint (sv_quiz_get_n_answered (quiz), ==, before + 1);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/quiz-page/all-right", Fixture, NULL, set_up, test_through, tear_down);
  g_test_add ("/quiz-page/some-wrong", Fixture, "wrong", set_up, test_through, tear_down);
  g_test_add ("/quiz-page/once", Fixture, NULL, set_up, test_once, tear_down);
  return g_test_run ();
}
