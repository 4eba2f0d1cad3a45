/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-quiz-choices.h"

#include <glib/gi18n-lib.h>

#define MOST 8
#define NOTHING G_MAXUINT

struct _SvQuizChoices
{
  AdwBin parent_instance;

  const SvQuizQuestion *question; /* (nullable): unowned, until the next */
  GtkWidget *list;
  GtkWidget *rows[MOST];   /* by the choice's index */
  GtkWidget *checks[MOST]; /* where one is picked */
  GtkWidget *marks[MOST];
  guint order[MOST];       /* the picked one, or all in their order */
  guint n_order;
  gboolean revealed;
};

enum
{
  PICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvQuizChoices, sv_quiz_choices, ADW_TYPE_BIN)

static gboolean
is_order (SvQuizChoices *self)
{
  return self->question != NULL && self->question->kind == SV_QUIZ_ORDER;
}

static guint
find_row (SvQuizChoices *self, GtkWidget *row)
{
  for (guint i = 0; self->question != NULL && i < self->question->choices->len; i++)
    if (self->rows[i] == row)
      return i;
  return NOTHING;
}

static void
toggled_cb (SvQuizChoices *self, GtkCheckButton *check)
{
  if (self->revealed || !gtk_check_button_get_active (check))
    return;
  for (guint i = 0; i < self->question->choices->len; i++)
    if (self->checks[i] == GTK_WIDGET (check))
      {
        self->order[0] = i;
        self->n_order = 1;
        g_signal_emit (self, signals[PICKED], 0);
      }
}

static void
row_activated_cb (SvQuizChoices *self, GtkListBoxRow *row)
{
  guint index = find_row (self, GTK_WIDGET (row));

  if (index != NOTHING && self->checks[index] != NULL && !self->revealed)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (self->checks[index]), TRUE);
}

/* The place that a choice has in the order now. */
static guint
find_place (SvQuizChoices *self, guint index)
{
  for (guint i = 0; i < self->n_order; i++)
    if (self->order[i] == index)
      return i;
  return 0;
}

static void
name_rows (SvQuizChoices *self)
{
  for (guint place = 0; is_order (self) && place < self->n_order; place++)
    {
      const SvQuizChoice *choice = g_ptr_array_index (self->question->choices, self->order[place]);
      g_autofree char *name = g_strdup_printf (C_ ("quiz", "%u: %s"), place + 1, choice->text);

      gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows[self->order[place]]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      name, -1);
    }
}

static void
up_cb (SvQuizChoices *self, GtkWidget *button)
{
  sv_quiz_choices_move (self, find_row (self, gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW)), -1);
}

static void
down_cb (SvQuizChoices *self, GtkWidget *button)
{
  sv_quiz_choices_move (self, find_row (self, gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW)), 1);
}

static GtkWidget *
create_arrow (SvQuizChoices *self, const char *icon, const char *name, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
create_text (SvQuizChoices *self, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  if (self->question->monospace)
    {
      gtk_widget_add_css_class (label, "monospace");
      gtk_widget_add_css_class (label, "sv-terminal");
      gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
    }
  return label;
}

/* One that is picked by a round check button, the same for all. */
static void
add_check (SvQuizChoices *self, GtkWidget *box, guint index, const char *text)
{
  GtkWidget *check = gtk_check_button_new ();

  self->checks[index] = check;
  if (index > 0)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (self->checks[0]));
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), check);
}

static GtkWidget *
create_row (SvQuizChoices *self, guint index)
{
  const SvQuizChoice *choice = g_ptr_array_index (self->question->choices, index);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->checks[index] = NULL;
  if (!is_order (self))
    add_check (self, box, index, choice->text);
  gtk_box_append (GTK_BOX (box), create_text (self, choice->text));
  if (is_order (self))
    {
      gtk_box_append (GTK_BOX (box), create_arrow (self, "go-up-symbolic", _("Earlier"), G_CALLBACK (up_cb)));
      gtk_box_append (GTK_BOX (box), create_arrow (self, "go-down-symbolic", _("Later"), G_CALLBACK (down_cb)));
    }
  self->marks[index] = gtk_image_new ();
  gtk_widget_set_visible (self->marks[index], FALSE);
  gtk_box_append (GTK_BOX (box), self->marks[index]);
  gtk_widget_add_css_class (box, "sv-quiz-choice");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), !is_order (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, choice->text, -1);
  self->rows[index] = row;
  return row;
}

/* A number key picks that choice, whatever of the page has the focus. */
static gboolean
number_cb (GtkWidget *widget, GVariant *number, gpointer data)
{
  SvQuizChoices *self = SV_QUIZ_CHOICES (widget);
  guint index = g_variant_get_uint32 (number);

  if (self->question == NULL || is_order (self) || index >= self->question->choices->len)
    return FALSE;
  sv_quiz_choices_pick (self, index);
  return TRUE;
}

static gboolean
move_cb (GtkWidget *widget, GVariant *by, gpointer data)
{
  SvQuizChoices *self = SV_QUIZ_CHOICES (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_BOX_ROW) : NULL;
  guint index = find_row (self, row);

  if (!is_order (self) || index == NOTHING)
    return FALSE;
  sv_quiz_choices_move (self, index, g_variant_get_int32 (by));
  return TRUE;
}

static void
sv_quiz_choices_class_init (SvQuizChoicesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[PICKED] = g_signal_new ("picked", SV_TYPE_QUIZ_CHOICES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  0);
  for (guint i = 0; i < MOST; i++)
    {
      gtk_widget_class_add_binding (widget_class, GDK_KEY_1 + i, 0, number_cb, "u", i);
      gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_1 + i, 0, number_cb, "u", i);
    }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_ALT_MASK, move_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_ALT_MASK, move_cb, "i", 1);
}

static void
sv_quiz_choices_init (SvQuizChoices *self)
{
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), self->list);
}

GtkWidget *
sv_quiz_choices_new (void)
{
  return g_object_new (SV_TYPE_QUIZ_CHOICES, NULL);
}

/**
 * sv_quiz_choices_set_question:
 * @question: (nullable): must live until the next is set
 *
 * Shows its choices; nothing is picked. What is to be put in order has an order
 * from the start, which is an answer.
 */
void
sv_quiz_choices_set_question (SvQuizChoices *self, const SvQuizQuestion *question)
{
  GtkWidget *child;

  g_return_if_fail (SV_IS_QUIZ_CHOICES (self));
  g_return_if_fail (question == NULL || question->choices->len <= MOST);

  self->question = question;
  self->revealed = FALSE;
  self->n_order = 0;
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  for (guint i = 0; question != NULL && i < question->choices->len; i++)
    {
      gtk_list_box_append (GTK_LIST_BOX (self->list), create_row (self, i));
      if (is_order (self))
        self->order[self->n_order++] = i;
    }
  name_rows (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_order (self) ? _("What to put in order: Alt+Up and Alt+Down move a line")
                                                  : _("Answers"), -1);
}

/**
 * sv_quiz_choices_pick:
 *
 * Picks that choice.
 */
void
sv_quiz_choices_pick (SvQuizChoices *self, guint index)
{
  g_return_if_fail (SV_IS_QUIZ_CHOICES (self));
  g_return_if_fail (self->question != NULL && index < self->question->choices->len);

  if (self->revealed || self->checks[index] == NULL)
    return;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->checks[index]), TRUE);
  gtk_widget_grab_focus (self->checks[index]);
}

/**
 * sv_quiz_choices_move:
 * @index: of a choice that is put in order
 * @by: 1 makes it later, -1 earlier
 */
void
sv_quiz_choices_move (SvQuizChoices *self, guint index, int by)
{
  guint place, other;
  g_autoptr (GtkWidget) row = NULL;

  g_return_if_fail (SV_IS_QUIZ_CHOICES (self));

  if (!is_order (self) || self->revealed || index >= self->n_order)
    return;
  place = find_place (self, index);
  if ((by < 0 && place == 0) || (by > 0 && place + 1 >= self->n_order))
    return;
  other = by < 0 ? place - 1 : place + 1;
  self->order[place] = self->order[other];
  self->order[other] = index;
  row = g_object_ref (self->rows[index]);
  gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  gtk_list_box_insert (GTK_LIST_BOX (self->list), row, (int) other);
  name_rows (self);
  gtk_widget_grab_focus (row);
  g_signal_emit (self, signals[PICKED], 0);
}

/**
 * sv_quiz_choices_get_picked:
 * @n: (out): 0 as long as there is no answer
 *
 * Returns: (transfer none) (array length=n): as sv_quiz_answer() takes it
 */
const guint *
sv_quiz_choices_get_picked (SvQuizChoices *self, guint *n)
{
  g_return_val_if_fail (SV_IS_QUIZ_CHOICES (self), NULL);

  *n = self->n_order;
  return self->order;
}

static void
set_mark (SvQuizChoices *self, guint index, gboolean right)
{
  const SvQuizChoice *choice = g_ptr_array_index (self->question->choices, index);
  g_autofree char *name = g_strdup_printf (right ? C_ ("quiz", "%s (right)") : C_ ("quiz", "%s (wrong)"), choice->text);

  gtk_image_set_from_icon_name (GTK_IMAGE (self->marks[index]), right ? "object-select-symbolic" : "window-close-symbolic");
  gtk_widget_add_css_class (self->marks[index], right ? "success" : "error");
  gtk_widget_set_visible (self->marks[index], TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows[index]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/**
 * sv_quiz_choices_reveal:
 *
 * Shows what is right, and what was picked wrongly. Nothing can be picked any more.
 */
void
sv_quiz_choices_reveal (SvQuizChoices *self)
{
  g_return_if_fail (SV_IS_QUIZ_CHOICES (self));
  g_return_if_fail (self->question != NULL);

  self->revealed = TRUE;
  for (guint i = 0; i < self->question->choices->len; i++)
    {
      const SvQuizChoice *choice = g_ptr_array_index (self->question->choices, i);

      if (is_order (self))
        set_mark (self, i, choice->place == find_place (self, i));
      else if (i == self->question->right)
        set_mark (self, i, TRUE);
      else if (self->n_order == 1 && self->order[0] == i)
        set_mark (self, i, FALSE);
      if (self->checks[i] != NULL)
        gtk_widget_set_sensitive (self->checks[i], FALSE);
    }
}

/* The first of them, for who answers by keyboard. */
void
sv_quiz_choices_focus (SvQuizChoices *self)
{
  g_return_if_fail (SV_IS_QUIZ_CHOICES (self));

  gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}
