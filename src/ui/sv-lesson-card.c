/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-card.h"

#include <glib/gi18n-lib.h>

#include "sv-compat.h"
#include "sv-lesson-look.h"

/* More is scrolled inside: the stage must stay in sight. In pixels. */
#define MOST_HEIGHT 300
#define LEAST_HEIGHT 72

struct _SvLessonCard
{
  GtkWidget parent_instance;

  SvLessonRun *run; /* nullable */
  int step_shown;   /* -1: none yet */
  gboolean done_shown;

  GtkWidget *scrolled;
  GtkWidget *content;
  GtkLabel *where;
  GtkLabel *title;
  GtkLabel *text;
  GtkLabel *question;
  GtkWidget *choices; /* GtkFlowBox */
  GtkLabel *verdict;
  GtkLabel *done;
  GtkLabel *problem;
  GtkLabel *hint;
  GtkWidget *deeds; /* GtkBox of buttons */
  GtkWidget *back;
  GtkWidget *repeat;
  GtkWidget *next;
};

G_DEFINE_FINAL_TYPE (SvLessonCard, sv_lesson_card, GTK_TYPE_WIDGET)

/* ---- What can be done. */

static void
set_problem (SvLessonCard *self, const char *sentence)
{
  gtk_label_set_label (self->problem, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), sentence != NULL);
}

static void
deed_cb (SvLessonCard *self, GtkWidget *button)
{
  const SvLessonDeed *deed = g_object_get_data (G_OBJECT (button), "deed");
  g_autoptr (GError) error = NULL;

  set_problem (self, NULL);
  if (!sv_lesson_run_perform (self->run, deed, &error))
    set_problem (self, error->message);
}

static void
choice_cb (SvLessonCard *self, GtkWidget *button)
{
  sv_lesson_run_predict (self->run, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "choice")));
}

static void
next_cb (SvLessonCard *self)
{
  if (sv_lesson_run_is_finished (self->run))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.leave-lesson", NULL);
  else
    sv_lesson_run_next (self->run);
}

static void
repeat_cb (SvLessonCard *self)
{
  set_problem (self, NULL);
  sv_lesson_run_start (self->run, sv_lesson_run_get_step (self->run));
}

static void
back_cb (SvLessonCard *self)
{
  guint step = sv_lesson_run_get_step (self->run);

  set_problem (self, NULL);
  sv_lesson_run_start (self->run, step > 0 ? step - 1 : 0);
}

/* ---- What is shown. */

/* @text: (transfer full) (nullable): an empty label is none */
static void
take_text (GtkLabel *label, char *text)
{
  g_autofree char *owned = text;

  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && text[0] != '\0');
}

static void
remove_children (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    if (GTK_IS_FLOW_BOX (box))
      gtk_flow_box_remove (GTK_FLOW_BOX (box), child);
    else
      gtk_box_remove (GTK_BOX (box), child);
}

static GtkWidget *
create_button (SvLessonCard *self, const char *label, GCallback clicked)
{
  /* What is written on it is its name. */
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), TRUE);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void
show_deeds (SvLessonCard *self)
{
  g_autoptr (GPtrArray) deeds = sv_lesson_run_list_deeds (self->run);
  gboolean asked = sv_lesson_run_get_prediction (self->run) != NULL && sv_lesson_run_get_guess (self->run) < 0;

  remove_children (self->deeds);
  for (guint i = 0; i < deeds->len; i++)
    {
      const SvLessonDeed *deed = g_ptr_array_index (deeds, i);
      g_autofree char *label = sv_lesson_run_dup_label (self->run, deed);
      GtkWidget *button = create_button (self, label, G_CALLBACK (deed_cb));

      g_object_set_data (G_OBJECT (button), "deed", (gpointer) deed);
      gtk_widget_set_sensitive (button, !asked && !sv_lesson_run_is_playing (self->run));
      gtk_widget_set_tooltip_text (button, asked ? _("First say what you expect") : NULL);
      if (!asked)
        gtk_widget_add_css_class (button, "suggested-action");
      gtk_box_append (GTK_BOX (self->deeds), button);
    }
  gtk_widget_set_visible (self->deeds, !sv_lesson_run_is_done (self->run));
}

static void
show_choices (SvLessonCard *self)
{
  const SvPrediction *prediction = sv_lesson_run_get_prediction (self->run);
  gboolean open = prediction != NULL && sv_lesson_run_get_guess (self->run) < 0 && !sv_lesson_run_is_done (self->run)
                  && !sv_lesson_run_is_playing (self->run);

  remove_children (self->choices);
  gtk_widget_set_visible (self->choices, open);
  take_text (self->question, open ? sv_lesson_run_dup_question (self->run) : NULL);
  for (guint i = 0; open && i < prediction->choices->len; i++)
    {
      g_autofree char *label = sv_lesson_run_dup_choice (self->run, i);
      GtkWidget *button = create_button (self, label, G_CALLBACK (choice_cb));
      GtkWidget *child;

      g_object_set_data (G_OBJECT (button), "choice", GUINT_TO_POINTER (i));
      gtk_flow_box_insert (GTK_FLOW_BOX (self->choices), button, -1);
      /* The button has the focus, not what holds it. */
      child = gtk_widget_get_parent (button);
      gtk_widget_set_focusable (child, FALSE);
    }
}

/* (transfer full) (nullable) */
static char *
describe_verdict (SvLessonCard *self)
{
  SvVerdict verdict = sv_lesson_run_get_verdict (self->run);
  g_autofree char *explanation = sv_lesson_run_dup_explanation (self->run);
  g_autofree char *guess = NULL;

  switch (verdict)
    {
    case SV_VERDICT_GIVEN:
      guess = sv_lesson_run_dup_choice (self->run, (guint) sv_lesson_run_get_guess (self->run));
      /* Translators: the choice of the learner; then the button is pressed */
      return g_strdup_printf (_("You expect: %s"), guess);
    case SV_VERDICT_RIGHT:
      return g_strdup_printf ("%s %s", C_("prediction", "As you expected."), explanation);
    case SV_VERDICT_WRONG:
      guess = sv_lesson_run_dup_choice (self->run, (guint) sv_lesson_run_get_guess (self->run));
      /* Translators: the first is the choice of the learner, the second why it was another one */
      return g_strdup_printf (C_("prediction", "You expected “%s”. %s"), guess, explanation);
    case SV_VERDICT_OTHER:
    case SV_VERDICT_MISSED:
      return g_steal_pointer (&explanation);
    case SV_VERDICT_OPEN:
    default:
      return NULL;
    }
}

static void
set_class (GtkLabel *label, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (GTK_WIDGET (label), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (label), name);
}

static void
show_outcome (SvLessonCard *self)
{
  SvVerdict verdict = sv_lesson_run_get_verdict (self->run);
  gboolean done = sv_lesson_run_is_done (self->run);

  take_text (self->verdict, describe_verdict (self));
  set_class (self->verdict, "sv-right", verdict == SV_VERDICT_RIGHT);
  set_class (self->verdict, "sv-other", verdict == SV_VERDICT_WRONG || verdict == SV_VERDICT_OTHER);
  take_text (self->done, sv_lesson_run_dup_text (self->run, SV_LESSON_DONE));
  gtk_widget_set_visible (self->next, done);
  gtk_button_set_label (GTK_BUTTON (self->next),
                        sv_lesson_run_is_finished (self->run) ? _("_Finish the Lesson") : _("_Next Step"));
}

/* Where to look, and how to do it by hand: while it is to be done. */
static char *
describe_hint (SvLessonCard *self)
{
  g_autofree char *by_hand = sv_lesson_run_dup_text (self->run, SV_LESSON_BY_HAND);
  g_autofree char *places = sv_lesson_look_describe ((const char *const *) sv_lesson_run_get_step_info (self->run)->look);
  GString *hint = g_string_new (NULL);

  if (sv_lesson_run_is_playing (self->run))
    return g_string_free (g_string_append (hint, _("On the way to this step…")), FALSE);
  if (by_hand != NULL && !sv_lesson_run_is_done (self->run))
    g_string_append_printf (hint, _("By hand: %s"), by_hand);
  if (places != NULL && hint->len > 0)
    g_string_append_c (hint, '\n');
  if (places != NULL)
    g_string_append_printf (hint, _("Look at %s."), places);
  return g_string_free (hint, FALSE);
}

static void
show_head (SvLessonCard *self)
{
  SvLesson *lesson = sv_lesson_run_get_lesson (self->run);
  g_autofree char *title = sv_lesson_dup_title (lesson);

  /* Translators: title of a lesson; its step, and how many it has */
  take_text (self->where, g_strdup_printf (C_("lesson", "%s · step %u of %u"), title,
                                           sv_lesson_run_get_step (self->run) + 1,
                                           sv_lesson_run_get_n_steps (self->run)));
  take_text (self->title, sv_lesson_run_dup_text (self->run, SV_LESSON_TITLE));
  take_text (self->text, sv_lesson_run_dup_text (self->run, SV_LESSON_TEXT));
  gtk_widget_set_sensitive (self->back, sv_lesson_run_get_step (self->run) > 0);
}

static gboolean
has_focus_inside (SvLessonCard *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}

/* Whoever goes through with the keyboard stays on what comes next. */
static void
keep_focus (SvLessonCard *self)
{
  GtkWidget *first = gtk_widget_get_first_child (self->choices);

  if (gtk_widget_get_visible (self->next))
    gtk_widget_grab_focus (self->next);
  else if (first != NULL)
    gtk_widget_grab_focus (gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (first)));
  else if (gtk_widget_get_first_child (self->deeds) != NULL)
    gtk_widget_grab_focus (gtk_widget_get_first_child (self->deeds));
}

/* A screen reader says what is new: the step, or what the kernel has shown. */
static void
announce (SvLessonCard *self, gboolean other_step)
{
  gboolean done = sv_lesson_run_is_done (self->run);
  g_autofree char *text = NULL;

  if (done && (!self->done_shown || other_step))
    text = g_strdup_printf ("%s %s", gtk_label_get_label (self->verdict), gtk_label_get_label (self->done));
  else if (other_step)
    text = g_strdup_printf ("%s. %s", gtk_label_get_label (self->title), gtk_label_get_label (self->text));
  self->done_shown = done;
  if (text != NULL && !sv_lesson_run_is_playing (self->run))
    sv_announce (GTK_WIDGET (self), text);
}

static void
changed_cb (SvLessonCard *self)
{
  gboolean had_focus = has_focus_inside (self);
  int step = (int) sv_lesson_run_get_step (self->run);
  gboolean other_step = step != self->step_shown;

  if (other_step)
    {
      set_problem (self, NULL);
      gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), 0);
    }
  self->step_shown = step;
  show_head (self);
  show_choices (self);
  show_deeds (self);
  show_outcome (self);
  take_text (self->hint, describe_hint (self));
  announce (self, other_step);
  if (had_focus)
    keep_focus (self);
}

/* ---- The widget. */

static void
sv_lesson_card_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  SvLessonCard *self = SV_LESSON_CARD (widget);
  int least, most;

  *minimum_baseline = *natural_baseline = -1;
  gtk_widget_measure (self->content, orientation, for_size, &least, &most, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = least;
      *natural = MAX (most, least);
      return;
    }
  *minimum = MIN (least, LEAST_HEIGHT);
  *natural = CLAMP (most, *minimum, MOST_HEIGHT);
}

static GtkSizeRequestMode
sv_lesson_card_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sv_lesson_card_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (SV_LESSON_CARD (widget)->scrolled, width, height, baseline, NULL);
}

static void
sv_lesson_card_dispose (GObject *object)
{
  SvLessonCard *self = SV_LESSON_CARD (object);

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_object (&self->run);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  G_OBJECT_CLASS (sv_lesson_card_parent_class)->dispose (object);
}

static void
sv_lesson_card_class_init (SvLessonCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_lesson_card_dispose;
  widget_class->measure = sv_lesson_card_measure;
  widget_class->get_request_mode = sv_lesson_card_get_request_mode;
  widget_class->size_allocate = sv_lesson_card_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "lesson-card");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkLabel *
add_label (GtkWidget *box, const char *class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static GtkWidget *
add_icon_button (SvLessonCard *self, GtkWidget *box, const char *icon, const char *words, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, words);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  if (clicked != NULL)
    g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static GtkWidget *
create_head (SvLessonCard *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *leave;

  self->title = add_label (head, "sv-lesson-title");
  gtk_widget_set_hexpand (GTK_WIDGET (self->title), TRUE);
  self->where = add_label (head, "sv-hint");
  self->back = add_icon_button (self, head, "go-previous-symbolic", _("Previous Step"), G_CALLBACK (back_cb));
  self->repeat = add_icon_button (self, head, "view-refresh-symbolic", _("Repeat This Step"), G_CALLBACK (repeat_cb));
  leave = add_icon_button (self, head, "window-close-symbolic", _("Leave the Lesson"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (leave), "win.leave-lesson");
  return head;
}

static GtkWidget *
create_choices (void)
{
  GtkWidget *box = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (box), GTK_SELECTION_NONE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (box), 1);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (box), 4);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (box), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (box), 6);
  return box;
}

static GtkWidget *
create_foot (SvLessonCard *self)
{
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->deeds = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_valign (self->deeds, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (foot), self->deeds);
  self->next = gtk_button_new_with_mnemonic (_("_Next Step"));
  gtk_widget_add_css_class (self->next, "suggested-action");
  gtk_widget_set_valign (self->next, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (next_cb), self);
  gtk_box_append (GTK_BOX (foot), self->next);
  self->hint = add_label (foot, "sv-hint");
  gtk_widget_set_hexpand (GTK_WIDGET (self->hint), TRUE);
  return foot;
}

static void
sv_lesson_card_init (SvLessonCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->step_shown = -1;
  self->content = box;
  gtk_widget_add_css_class (box, "sv-lesson");
  gtk_box_append (GTK_BOX (box), create_head (self));
  self->text = add_label (box, NULL);
  self->question = add_label (box, "sv-question");
  self->choices = create_choices ();
  gtk_box_append (GTK_BOX (box), self->choices);
  self->verdict = add_label (box, "sv-verdict");
  self->done = add_label (box, "sv-shown");
  self->problem = add_label (box, "sv-problem");
  gtk_box_append (GTK_BOX (box), create_foot (self));

  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), box);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

GtkWidget *
sv_lesson_card_new (void)
{
  GtkWidget *self = g_object_new (SV_TYPE_LESSON_CARD, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lesson"), -1);
  return self;
}

/**
 * sv_lesson_card_set_run:
 * @run: (nullable): has been started
 */
void
sv_lesson_card_set_run (SvLessonCard *self, SvLessonRun *run)
{
  g_return_if_fail (SV_IS_LESSON_CARD (self));

  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  self->step_shown = -1;
  if (run == NULL)
    return;
  g_signal_connect_swapped (run, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (run, "stuck", G_CALLBACK (sv_lesson_card_show_problem), self);
  changed_cb (self);
}

/**
 * sv_lesson_card_show_problem:
 * @sentence: why the step's button did not work
 */
void
sv_lesson_card_show_problem (SvLessonCard *self, const char *sentence)
{
  g_return_if_fail (SV_IS_LESSON_CARD (self));

  set_problem (self, sentence);
}

/**
 * sv_lesson_card_go:
 *
 * What comes next: the question, the button, the next step. For one key.
 */
void
sv_lesson_card_go (SvLessonCard *self)
{
  GtkWidget *button;

  g_return_if_fail (SV_IS_LESSON_CARD (self));

  if (self->run == NULL)
    return;
  button = gtk_widget_get_first_child (self->deeds);
  if (sv_lesson_run_is_done (self->run))
    next_cb (self);
  else if (button != NULL && gtk_widget_get_sensitive (button))
    deed_cb (self, button);
  else
    keep_focus (self);
}
