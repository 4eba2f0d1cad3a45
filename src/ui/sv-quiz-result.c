/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-quiz-result.h"

#include <glib/gi18n-lib.h>

#define MAX_WIDTH 620

struct _SvQuizResult
{
  AdwBin parent_instance;

  GtkWidget *title;
  GtkWidget *summary;
  GtkWidget *list;
};

enum
{
  AGAIN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvQuizResult, sv_quiz_result, ADW_TYPE_BIN)

static void
again_cb (SvQuizResult *self)
{
  g_signal_emit (self, signals[AGAIN], 0);
}

static void
sv_quiz_result_class_init (SvQuizResultClass *klass)
{
  signals[AGAIN] = g_signal_new ("again", SV_TYPE_QUIZ_RESULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
create_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
sv_quiz_result_init (SvQuizResult *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *clamp = adw_clamp_new ();
  GtkWidget *scroller = gtk_scrolled_window_new (), *again = gtk_button_new_with_mnemonic (_("_New Questions"));

  self->title = create_label ("title-1");
  self->summary = create_label (NULL);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Result by topic"), -1);
  gtk_widget_add_css_class (again, "pill");
  gtk_widget_add_css_class (again, "suggested-action");
  gtk_widget_set_halign (again, GTK_ALIGN_CENTER);
  g_signal_connect_object (again, "clicked", G_CALLBACK (again_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->summary);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), again);
  gtk_widget_add_css_class (box, "sv-padded");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  adw_bin_set_child (ADW_BIN (self), scroller);
}

GtkWidget *
sv_quiz_result_new (void)
{
  return g_object_new (SV_TYPE_QUIZ_RESULT, NULL);
}

static GtkWidget *
create_row (const SvQuizTopic *topic)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *subtitle = g_strdup_printf (ngettext ("%u of %u answer right", "%u of %u answers right", topic->asked),
                                               topic->right, topic->asked);
  GtkWidget *mark;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sv_quiz_get_topic_title (topic->lesson));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (topic->right == topic->asked)
    {
      mark = gtk_image_new_from_icon_name ("object-select-symbolic");
      gtk_widget_add_css_class (mark, "success");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), mark);
      return row;
    }
  mark = gtk_button_new_with_mnemonic (_("Take the _Lesson"));
  gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (mark), "s", topic->lesson);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (mark), "win.lesson");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), mark);
  return row;
}

/**
 * sv_quiz_result_set_quiz:
 *
 * Shows how it went.
 */
void
sv_quiz_result_set_quiz (SvQuizResult *self, SvQuiz *quiz)
{
  g_autoptr (GArray) topics = NULL;
  g_autofree char *title = NULL;
  GtkWidget *child;

  g_return_if_fail (SV_IS_QUIZ_RESULT (self));
  g_return_if_fail (quiz != NULL);

  title = g_strdup_printf (C_ ("quiz", "%u of %u"), sv_quiz_get_n_right (quiz), sv_quiz_get_n_answered (quiz));
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->summary),
                      sv_quiz_is_passed (quiz)
                          ? _("Passed. You read a socket table as others read a bus timetable.")
                          : _("Not passed yet: it takes 80 %. Each lesson shows for real what was not clear."));
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  topics = sv_quiz_list_topics (quiz);
  for (guint i = 0; i < topics->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), create_row (&g_array_index (topics, SvQuizTopic, i)));
}
