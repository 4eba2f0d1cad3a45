/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-button.h"

#include <glib/gi18n-lib.h>

#define LIST_WIDTH 400
#define LIST_HEIGHT 560

struct _SvLessonButton
{
  GtkWidget parent_instance;

  GtkWidget *button;
  GtkWidget *popover;
  GtkWidget *list;
  SvLessonCatalog *catalog; /* unowned: the window's */
  SvLessonProgress *progress;
};

G_DEFINE_FINAL_TYPE (SvLessonButton, sv_lesson_button, GTK_TYPE_WIDGET)

static GtkWidget *
create_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static char *
describe_progress (SvLessonButton *self, SvLesson *lesson)
{
  const char *id = sv_lesson_get_id (lesson);
  guint step = sv_lesson_progress_get_step (self->progress, id);

  if (step > 0)
    return g_strdup_printf (C_("lesson", "at step %u"), step + 1);
  if (sv_lesson_progress_is_done (self->progress, id))
    return g_strdup (C_("lesson", "✓ done"));
  return g_strdup_printf (C_("lesson", "%u min"), sv_lesson_get_minutes (lesson));
}

static GtkWidget *
create_row (SvLessonButton *self, SvLesson *lesson)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *title = sv_lesson_dup_title (lesson);
  g_autofree char *summary = sv_lesson_dup_summary (lesson);
  g_autofree char *number = g_strdup_printf ("%u", sv_lesson_get_number (lesson));
  g_autofree char *progress = describe_progress (self, lesson);
  GtkWidget *label = create_label (number, "dim-label");

  gtk_widget_set_size_request (label, 20, -1);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (words), create_label (title, "heading"));
  gtk_box_append (GTK_BOX (words), create_label (summary, "caption"));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), words);
  label = create_label (progress, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (label), FALSE);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "sv-lesson-row");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "lesson", g_strdup (sv_lesson_get_id (lesson)), g_free);
  return row;
}

/* As it is now, each time it is opened. */
static void
fill (SvLessonButton *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  for (guint i = 0; self->catalog != NULL && i < sv_lesson_catalog_get_size (self->catalog); i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), create_row (self, sv_lesson_catalog_get (self->catalog, i)));
}

static void
row_activated_cb (SvLessonButton *self, GtkListBoxRow *row)
{
  const char *id = g_object_get_data (G_OBJECT (row), "lesson");

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.lesson", "s", id);
}

static void
sv_lesson_button_dispose (GObject *object)
{
  SvLessonButton *self = SV_LESSON_BUTTON (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->progress);
  G_OBJECT_CLASS (sv_lesson_button_parent_class)->dispose (object);
}

static void
sv_lesson_button_class_init (SvLessonButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_lesson_button_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
sv_lesson_button_init (SvLessonButton *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lessons"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), LIST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_widget_set_size_request (scrolled, LIST_WIDTH, -1);

  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), scrolled);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->popover), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lessons"), -1);
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (fill), self);

  self->button = gtk_menu_button_new ();
  gtk_widget_add_css_class (self->button, "raised");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  sv_lesson_button_set_compact (self, FALSE);
}

/**
 * sv_lesson_button_set_lessons:
 * @catalog: must live as long
 */
void
sv_lesson_button_set_lessons (SvLessonButton *self, SvLessonCatalog *catalog, SvLessonProgress *progress)
{
  g_return_if_fail (SV_IS_LESSON_BUTTON (self));

  self->catalog = catalog;
  g_set_object (&self->progress, progress);
}

/**
 * sv_lesson_button_set_compact:
 * @compact: an icon instead of the word
 */
void
sv_lesson_button_set_compact (SvLessonButton *self, gboolean compact)
{
  g_return_if_fail (SV_IS_LESSON_BUTTON (self));

  if (compact)
    gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "sockview-lessons-symbolic");
  else
    gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), _("Lessons"));
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->button), !compact);
  gtk_widget_set_tooltip_text (self->button, compact ? _("Lessons") : NULL);
}
