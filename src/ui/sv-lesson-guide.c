/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-guide.h"

#include <glib/gi18n-lib.h>

#include "sv-lesson-lab.h"
#include "sv-lesson-look.h"

/* How much larger everything is for whoever sits far away. */
#define PRESENTATION_SCALE 1.5

struct _SvLessonGuide
{
  GObject parent_instance;

  SvWindow *window; /* unowned */
  SvLessonCatalog *catalog;
  SvLessonProgress *progress;
  GtkWidget *card;

  SvSession *session; /* of the lesson; NULL without one, and so the following */
  SvServerForm *form;
  gboolean was_held;  /* the form's switches before the lesson */
  gboolean was_echo;
  SvLessonLab *hands;
  SvLessonRun *run;
  int step_shown; /* -1: none yet */
  gboolean was_playing;
  gboolean presenting;
};

G_DEFINE_FINAL_TYPE (SvLessonGuide, sv_lesson_guide, G_TYPE_OBJECT)

/* ---- The lesson and the session. */

static void
choosing_cb (SvLessonGuide *self, guint machine, guint64 key)
{
  sv_session_choose_row (self->session, (SvMachineId) machine, key);
}

static void
chosen_changed_cb (SvLessonGuide *self)
{
  for (int side = 0; side < 2; side++)
    {
      SvMachineId machine = sv_session_get_machine_id (self->session, (SvSide) side);
      guint64 key = sv_session_get_chosen_row (self->session, machine);

      if (key != 0)
        {
          sv_lesson_lab_choose (self->hands, machine, key);
          return;
        }
    }
}

static void
changed_cb (SvLessonGuide *self)
{
  int step = (int) sv_lesson_run_get_step (self->run);
  gboolean playing = sv_lesson_run_is_playing (self->run);

  /* What went wrong on purpose in the step before is said and done. */
  if (step != self->step_shown && !playing)
    {
      sv_session_move_on (self->session, self->was_playing);
      sv_message_bar_hide (sv_window_get_message_bar (self->window));
    }
  self->step_shown = step;
  self->was_playing = playing;
  sv_lesson_look_at (self->window, (const char *const *) sv_lesson_run_get_step_info (self->run)->look);
}

/* The form shows what the lesson has switched, also while no server runs. */
static void
switched_cb (SvLessonGuide *self, GParamSpec *pspec, SvLab *lab)
{
  gboolean value;

  g_object_get (lab, pspec->name, &value, NULL);
  g_object_set (self->form, pspec->name, value, NULL);
}

/* A lesson begins with the usual switches, and leaves those that a person had chosen. */
static void
borrow_form (SvLessonGuide *self, SvServerForm *form)
{
  SvLab *lab = sv_session_get_lab (self->session);

  self->form = g_object_ref (form);
  g_object_get (form, "hold-accept", &self->was_held, "echo", &self->was_echo, NULL);
  g_object_set (form, "hold-accept", FALSE, "echo", TRUE, NULL);
  g_signal_connect_swapped (lab, "notify::hold-accept", G_CALLBACK (switched_cb), self);
  g_signal_connect_swapped (lab, "notify::echo", G_CALLBACK (switched_cb), self);
}

static void
end_lesson (SvLessonGuide *self)
{
  if (self->run == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->run, self);
  g_signal_handlers_disconnect_by_data (self->hands, self);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_signal_handlers_disconnect_by_data (sv_session_get_lab (self->session), self);
  sv_lesson_card_set_run (SV_LESSON_CARD (self->card), NULL);
  g_object_set (self->form, "hold-accept", self->was_held, "echo", self->was_echo, NULL);
  g_clear_object (&self->run);
  g_clear_object (&self->hands);
  g_clear_object (&self->form);
  g_clear_object (&self->session);
}

static guint16
get_port (SvWorkplace *workplace)
{
  SvEndpoint bind;

  return sv_server_form_peek_bind (sv_workplace_get_form (workplace), &bind) ? bind.port : SV_LAB_DEFAULT_PORT;
}

/**
 * sv_lesson_guide_leave:
 *
 * Puts the card away. What is open stays open, and the progress is kept.
 */
void
sv_lesson_guide_leave (SvLessonGuide *self)
{
  g_return_if_fail (SV_IS_LESSON_GUIDE (self));

  if (self->run == NULL)
    return;
  end_lesson (self);
  gtk_widget_set_visible (self->card, FALSE);
  sv_lesson_look_away (self->window);
  sv_window_follow_lesson (self->window);
}

static void
begin (SvLessonGuide *self, SvLesson *lesson, SvWorkplace *workplace)
{
  self->session = g_object_ref (sv_workplace_get_session (workplace));
  self->hands = sv_lesson_lab_new (sv_session_get_lab (self->session), sv_session_get_network (self->session),
                                   get_port (workplace));
  borrow_form (self, sv_workplace_get_form (workplace));
  self->step_shown = -1;
  self->was_playing = FALSE;
  self->run = sv_lesson_run_new (lesson, SV_LESSON_ACTIONS (self->hands), self->progress);
  g_signal_connect_swapped (self->hands, "choosing", G_CALLBACK (choosing_cb), self);
  g_signal_connect_swapped (self->session, "chosen-changed", G_CALLBACK (chosen_changed_cb), self);
  g_signal_connect_swapped (self->run, "changed", G_CALLBACK (changed_cb), self);
}

/**
 * sv_lesson_guide_begin:
 * @id: of a lesson, or the path of its file
 * @step: (nullable): id or number of a step; %NULL: where the learner has left it
 *
 * Begins the lesson in the mode that is shown, with nothing open there.
 *
 * Returns: %FALSE with a sentence if there is no such lesson or step, or no
 *   machines to give it on
 */
gboolean
sv_lesson_guide_begin (SvLessonGuide *self, const char *id, const char *step, GError **error)
{
  SvWorkplace *workplace = sv_window_get_workplace (self->window);
  g_autoptr (SvLesson) lesson = NULL;
  int index;

  g_return_val_if_fail (SV_IS_LESSON_GUIDE (self), FALSE);

  lesson = sv_lesson_catalog_find (self->catalog, id, error);
  if (lesson == NULL)
    return FALSE;
  if (!sv_workplace_is_available (workplace) || sv_workplace_is_over (workplace))
    {
      g_set_error_literal (error, SV_LESSON_ERROR, SV_LESSON_ERROR_IMPOSSIBLE,
                           _("There are no two machines here to give this lesson on. Take it on “This Computer”."));
      return FALSE;
    }
  sv_lesson_guide_leave (self);
  begin (self, lesson, workplace);
  index = step != NULL ? sv_lesson_run_find_step (self->run, step)
                       : (int) MIN (sv_lesson_progress_get_step (self->progress, id),
                                    sv_lesson_run_get_n_steps (self->run) - 1);
  if (index < 0)
    {
      sv_lesson_guide_leave (self);
      g_set_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_UNKNOWN, _("The lesson has no step “%s”."), step);
      return FALSE;
    }
  /* What a step points at is on the stage, also before a server runs. */
  sv_workplace_begin (workplace);
  sv_workplace_show_page (workplace, SV_PAGE_STAGE);
  sv_lesson_run_start (self->run, (guint) index);
  sv_lesson_card_set_run (SV_LESSON_CARD (self->card), self->run);
  gtk_widget_set_visible (self->card, TRUE);
  sv_window_follow_lesson (self->window);
  return TRUE;
}

/**
 * sv_lesson_guide_follow:
 *
 * Another workplace is shown: a lesson that was given in another one is left.
 */
void
sv_lesson_guide_follow (SvLessonGuide *self)
{
  g_return_if_fail (SV_IS_LESSON_GUIDE (self));

  if (self->run != NULL && sv_window_get_session (self->window) != self->session)
    sv_lesson_guide_leave (self);
}

/* ---- Actions. */

static void
lesson_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvLessonGuide *self = data;
  g_autoptr (GError) error = NULL;

  if (!sv_lesson_guide_begin (self, g_variant_get_string (parameter, NULL), NULL, &error))
    sv_window_show_message (self->window, error->message);
  else
    gtk_widget_child_focus (self->card, GTK_DIR_TAB_FORWARD);
}

static void
leave_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sv_lesson_guide_leave (data);
}

static void
go_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sv_lesson_card_go (SV_LESSON_CARD (((SvLessonGuide *) data)->card));
}

/* Every text is larger, the drawn ones too: they all ask for the resolution of fonts. */
static void
set_presenting (SvLessonGuide *self, gboolean presenting)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self->window));
  int dpi;

  if (self->presenting == presenting)
    return;
  self->presenting = presenting;
  if (!presenting)
    {
      gtk_settings_reset_property (settings, "gtk-xft-dpi");
      gtk_window_unfullscreen (GTK_WINDOW (self->window));
      return;
    }
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", (int) ((dpi > 0 ? dpi : 96 * 1024) * PRESENTATION_SCALE), NULL);
  gtk_window_fullscreen (GTK_WINDOW (self->window));
}

static void
present_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  set_presenting (data, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static const GActionEntry ENTRIES[] = {
  { .name = "lesson", .activate = lesson_cb, .parameter_type = "s" },
  { .name = "leave-lesson", .activate = leave_cb },
  { .name = "lesson-go", .activate = go_cb },
  { .name = "present", .state = "false", .change_state = present_cb },
};

static void
sv_lesson_guide_dispose (GObject *object)
{
  SvLessonGuide *self = SV_LESSON_GUIDE (object);

  end_lesson (self);
  g_clear_object (&self->card);
  g_clear_object (&self->progress);
  g_clear_pointer (&self->catalog, sv_lesson_catalog_free);
  G_OBJECT_CLASS (sv_lesson_guide_parent_class)->dispose (object);
}

static void
sv_lesson_guide_class_init (SvLessonGuideClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_lesson_guide_dispose;
}

static void
sv_lesson_guide_init (SvLessonGuide *self)
{
}

/**
 * sv_lesson_guide_new:
 * @window: must live longer
 * @remember: whether progress is kept from one start to the next
 */
SvLessonGuide *
sv_lesson_guide_new (SvWindow *window, SvLessonButton *button, gboolean remember)
{
  SvLessonGuide *self = g_object_new (SV_TYPE_LESSON_GUIDE, NULL);
  g_autofree char *path = remember ? sv_lesson_progress_dup_default_path () : NULL;
  const char *const *complaints;

  self->window = window;
  self->catalog = sv_lesson_catalog_new ();
  self->progress = sv_lesson_progress_new (path);
  self->card = g_object_ref_sink (sv_lesson_card_new ());
  gtk_widget_set_visible (self->card, FALSE);
  sv_lesson_button_set_lessons (button, self->catalog, self->progress);
  g_action_map_add_action_entries (G_ACTION_MAP (window), ENTRIES, G_N_ELEMENTS (ENTRIES), self);
  /* Where a teacher who writes one looks: on the terminal. */
  complaints = sv_lesson_catalog_get_complaints (self->catalog);
  for (guint i = 0; complaints[i] != NULL; i++)
    g_printerr ("sockview: %s\n", complaints[i]);
  return self;
}

GtkWidget *
sv_lesson_guide_get_card (SvLessonGuide *self)
{
  g_return_val_if_fail (SV_IS_LESSON_GUIDE (self), NULL);

  return self->card;
}

/**
 * sv_lesson_guide_get_run:
 *
 * Returns: (transfer none) (nullable): the lesson that is being taken
 */
SvLessonRun *
sv_lesson_guide_get_run (SvLessonGuide *self)
{
  g_return_val_if_fail (SV_IS_LESSON_GUIDE (self), NULL);

  return self->run;
}

SvLessonProgress *
sv_lesson_guide_get_progress (SvLessonGuide *self)
{
  g_return_val_if_fail (SV_IS_LESSON_GUIDE (self), NULL);

  return self->progress;
}
