/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-quiz-page.h"

#include "sv-page-header.h"
#include "sv-quiz-choices.h"
#include "sv-quiz-result.h"

#include <glib/gi18n-lib.h>

#define MAX_WIDTH 760

struct _SvQuizPage
{
  AdwBin parent_instance;

  SvSession *session;
  SvQuiz *quiz; /* (nullable): before the first */
  gboolean answered;

  GtkWidget *header;
  GtkWidget *progress;
  GtkWidget *stack;
  GtkWidget *topic;
  GtkWidget *text;
  GtkWidget *note;
  GtkWidget *listing;
  GtkWidget *listing_box;
  GtkWidget *choices;
  GtkWidget *why;
  GtkWidget *button;
  GtkWidget *lesson;
  GtkWidget *result;
  GtkWidget *scroller;
};

G_DEFINE_FINAL_TYPE (SvQuizPage, sv_quiz_page, ADW_TYPE_BIN)

static void
set_text (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (label, text != NULL && text[0] != '\0');
}

static void
show_progress (SvQuizPage *self)
{
  guint n = sv_quiz_get_n_answered (self->quiz), size = sv_quiz_get_size (self->quiz);
  g_autofree char *text = g_strdup_printf (C_ ("quiz", "%u of %u"), MIN (n + !self->answered, size), size);

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), (double) n / size);
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (self->progress), text);
  gtk_widget_set_visible (self->progress, !sv_quiz_is_over (self->quiz) || self->answered);
}

/* On two machines they take turns. */
static SvSide
get_side (SvQuizPage *self)
{
  return sv_quiz_get_n_answered (self->quiz) % 2 ? SV_SIDE_CLIENT : SV_SIDE_SERVER;
}

static char *
describe_origin (SvQuizPage *self, const SvQuizQuestion *question, SvSide side)
{
  const char *topic = sv_quiz_get_topic_title (question->topic);
  const char *where = C_ ("quiz", "this machine, this moment");

  if (!question->own)
    return g_strdup (topic);
  if (sv_session_get_network (self->session) != NULL)
    where = side == SV_SIDE_SERVER ? C_ ("quiz", "the server machine, this moment")
                                   : C_ ("quiz", "the client machine, this moment");
  return g_strdup_printf ("%s · %s", topic, where);
}

static void
show_question (SvQuizPage *self)
{
  SvSide side = get_side (self);
  SvRowTable *rows = sv_moment_get_table (sv_session_get_moment (self->session),
                                          sv_session_get_machine_id (self->session, side));
  g_autoptr (GArray) array = sv_row_table_to_array (rows);
  g_auto (SvQuizTable) table = { 0 };
  const SvQuizQuestion *question;

  sv_quiz_choices_set_question (SV_QUIZ_CHOICES (self->choices), NULL);
  sv_quiz_table_init (&table, array, sv_session_get_ports (self->session, side));
  question = sv_quiz_ask (self->quiz, &table);
  self->answered = FALSE;
  g_autofree char *origin = describe_origin (self, question, side);
  set_text (self->topic, origin);
  set_text (self->text, question->text);
  set_text (self->note, question->note);
  set_text (self->listing, question->listing);
  gtk_widget_set_visible (self->listing_box, question->listing != NULL);
  sv_quiz_choices_set_question (SV_QUIZ_CHOICES (self->choices), question);
  set_text (self->why, NULL);
  gtk_widget_set_visible (self->lesson, FALSE);
  gtk_button_set_label (GTK_BUTTON (self->button), _("_Answer"));
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  gtk_widget_set_sensitive (self->button, question->kind == SV_QUIZ_ORDER);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "question");
  show_progress (self);
  sv_quiz_choices_focus (SV_QUIZ_CHOICES (self->choices));
}

static void
show_result (SvQuizPage *self)
{
  sv_quiz_result_set_quiz (SV_QUIZ_RESULT (self->result), self->quiz);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "result");
  gtk_widget_set_visible (self->progress, FALSE);
  gtk_widget_child_focus (self->result, GTK_DIR_TAB_FORWARD);
}

static void
button_cb (SvQuizPage *self)
{
  if (self->answered)
    sv_quiz_page_next (self);
  else
    sv_quiz_page_answer (self);
}

static void
picked_cb (SvQuizPage *self)
{
  gtk_widget_set_sensitive (self->button, TRUE);
}

static void
short_cb (SvQuizPage *self)
{
  sv_quiz_page_start (self, SV_QUIZ_SHORT, g_random_int ());
}

static void
long_cb (SvQuizPage *self)
{
  sv_quiz_page_start (self, sv_quiz_get_n_questions (), g_random_int ());
}

static void
sv_quiz_page_dispose (GObject *object)
{
  SvQuizPage *self = SV_QUIZ_PAGE (object);

  if (self->choices != NULL)
    sv_quiz_choices_set_question (SV_QUIZ_CHOICES (self->choices), NULL);
  self->choices = NULL;
  g_clear_pointer (&self->quiz, sv_quiz_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_quiz_page_parent_class)->dispose (object);
}

static void
sv_quiz_page_class_init (SvQuizPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_quiz_page_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
create_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
create_pill (SvQuizPage *self, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
create_start (SvQuizPage *self)
{
  GtkWidget *page = adw_status_page_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *button;
  g_autofree char *some = g_strdup_printf (ngettext ("_%u Question", "_%u Questions", SV_QUIZ_SHORT), SV_QUIZ_SHORT);
  g_autofree char *all = g_strdup_printf (C_ ("quiz", "_All %u"), sv_quiz_get_n_questions ());

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "dialog-question-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("What Do You Know?"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page),
                                   _("Half of the questions are about the sockets that this machine has right now. Every "
                                     "answer is explained."));
  button = create_pill (self, some, G_CALLBACK (short_cb));
  gtk_widget_add_css_class (button, "suggested-action");
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), create_pill (self, all, G_CALLBACK (long_cb)));
  adw_status_page_set_child (ADW_STATUS_PAGE (page), box);
  return page;
}

/* Lines of a terminal scroll sideways, and run from left to right in every language. */
static GtkWidget *
create_listing (SvQuizPage *self)
{
  self->listing_box = gtk_scrolled_window_new ();
  self->listing = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->listing), 0);
  gtk_label_set_selectable (GTK_LABEL (self->listing), TRUE);
  gtk_widget_add_css_class (self->listing, "monospace");
  gtk_widget_add_css_class (self->listing, "sv-terminal");
  gtk_widget_set_direction (self->listing, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (self->listing_box, GTK_TEXT_DIR_LTR);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->listing_box), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->listing_box), self->listing);
  gtk_widget_add_css_class (self->listing_box, "sv-card");
  gtk_widget_add_css_class (self->listing_box, "sv-padded");
  return self->listing_box;
}

static GtkWidget *
create_buttons (SvQuizPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->button = gtk_button_new_with_mnemonic (_("_Answer"));
  gtk_widget_add_css_class (self->button, "suggested-action");
  gtk_widget_add_css_class (self->button, "pill");
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (button_cb), self, G_CONNECT_SWAPPED);
  self->lesson = gtk_button_new_with_mnemonic (_("Take the _Lesson"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->lesson), "s", "socket");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->lesson), "win.lesson");
  gtk_widget_add_css_class (self->lesson, "pill");
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_box_append (GTK_BOX (box), self->lesson);
  return box;
}

static GtkWidget *
create_question (SvQuizPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *clamp = adw_clamp_new ();

  self->scroller = gtk_scrolled_window_new ();
  self->topic = create_label ("caption-heading");
  gtk_widget_add_css_class (self->topic, "dim-label");
  self->text = create_label ("title-3");
  self->note = create_label ("dim-label");
  self->choices = sv_quiz_choices_new ();
  self->why = create_label ("sv-quiz-why");
  gtk_label_set_selectable (GTK_LABEL (self->why), TRUE);
  g_signal_connect_object (self->choices, "picked", G_CALLBACK (picked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->topic);
  gtk_box_append (GTK_BOX (box), self->text);
  gtk_box_append (GTK_BOX (box), self->note);
  gtk_box_append (GTK_BOX (box), create_listing (self));
  gtk_box_append (GTK_BOX (box), self->choices);
  gtk_box_append (GTK_BOX (box), self->why);
  gtk_box_append (GTK_BOX (box), create_buttons (self));
  gtk_widget_add_css_class (box, "sv-padded");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  return self->scroller;
}

static void
sv_quiz_page_init (SvQuizPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->header = sv_page_header_new (_("Self-Check"));
  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_widget_set_size_request (self->progress, 140, -1);
  gtk_widget_set_visible (self->progress, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Questions"), -1);
  sv_page_header_append (SV_PAGE_HEADER (self->header), self->progress);
  self->result = sv_quiz_result_new ();
  g_signal_connect_object (self->result, "again", G_CALLBACK (short_cb), self, G_CONNECT_SWAPPED);
  self->stack = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_named (GTK_STACK (self->stack), create_start (self), "start");
  gtk_stack_add_named (GTK_STACK (self->stack), create_question (self), "question");
  gtk_stack_add_named (GTK_STACK (self->stack), self->result, "result");
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (box), self->header);
  gtk_box_append (GTK_BOX (box), self->stack);
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Self-Check"), -1);
}

GtkWidget *
sv_quiz_page_new (SvSession *session)
{
  SvQuizPage *self;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);

  self = g_object_new (SV_TYPE_QUIZ_PAGE, NULL);
  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

/**
 * sv_quiz_page_start:
 *
 * Begins a quiz, as sv_quiz_new() makes it, and asks its first question.
 */
void
sv_quiz_page_start (SvQuizPage *self, guint size, guint32 seed)
{
  g_return_if_fail (SV_IS_QUIZ_PAGE (self));

  sv_quiz_choices_set_question (SV_QUIZ_CHOICES (self->choices), NULL);
  g_clear_pointer (&self->quiz, sv_quiz_free);
  self->quiz = sv_quiz_new (size, seed);
  show_question (self);
}

/**
 * sv_quiz_page_get_quiz:
 *
 * Returns: (transfer none) (nullable): the one that is being asked
 */
SvQuiz *
sv_quiz_page_get_quiz (SvQuizPage *self)
{
  g_return_val_if_fail (SV_IS_QUIZ_PAGE (self), NULL);

  return self->quiz;
}

void
sv_quiz_page_pick (SvQuizPage *self, guint index)
{
  g_return_if_fail (SV_IS_QUIZ_PAGE (self));

  sv_quiz_choices_pick (SV_QUIZ_CHOICES (self->choices), index);
}

void
sv_quiz_page_move (SvQuizPage *self, guint index, int by)
{
  g_return_if_fail (SV_IS_QUIZ_PAGE (self));

  sv_quiz_choices_move (SV_QUIZ_CHOICES (self->choices), index, by);
}

/**
 * sv_quiz_page_answer:
 *
 * Answers with what is picked, and says why it is right or wrong.
 */
void
sv_quiz_page_answer (SvQuizPage *self)
{
  const SvQuizQuestion *question;
  const guint *picked;
  guint n;

  g_return_if_fail (SV_IS_QUIZ_PAGE (self));
  g_return_if_fail (self->quiz != NULL);

  picked = sv_quiz_choices_get_picked (SV_QUIZ_CHOICES (self->choices), &n);
  question = sv_quiz_get_question (self->quiz);
  if (n == 0 || self->answered)
    return;
  gboolean right = sv_quiz_answer (self->quiz, picked, n);
  g_autofree char *why = sv_quiz_question_explain (question, picked, n);
  g_autofree char *said = g_strdup_printf (right ? C_ ("quiz", "Right. %s") : C_ ("quiz", "Not so. %s"), why);

  self->answered = TRUE;
  sv_quiz_choices_reveal (SV_QUIZ_CHOICES (self->choices));
  set_text (self->why, said);
  gtk_widget_remove_css_class (self->why, right ? "sv-wrong" : "sv-right");
  gtk_widget_add_css_class (self->why, right ? "sv-right" : "sv-wrong");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->lesson), "s", question->topic);
  gtk_widget_set_visible (self->lesson, !right);
  gtk_button_set_label (GTK_BUTTON (self->button), sv_quiz_is_over (self->quiz) ? _("Show the _Result") : _("_Next"));
  /* Who hears the page hears why, together with what to do next. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, said, -1);
  show_progress (self);
  gtk_widget_grab_focus (self->button);
}

/**
 * sv_quiz_page_next:
 *
 * Asks the next question; after the last one shows the result.
 */
void
sv_quiz_page_next (SvQuizPage *self)
{
  g_return_if_fail (SV_IS_QUIZ_PAGE (self));
  g_return_if_fail (self->quiz != NULL);

  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
  if (sv_quiz_is_over (self->quiz))
    show_result (self);
  else
    show_question (self);
}
