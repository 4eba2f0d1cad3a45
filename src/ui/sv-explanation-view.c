/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-explanation-view.h"

#define WIDTH 250

struct _SvExplanationView
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *title;
  GtkWidget *text;
};

G_DEFINE_FINAL_TYPE (SvExplanationView, sv_explanation_view, GTK_TYPE_WIDGET)

static void
sv_explanation_view_dispose (GObject *object)
{
  g_clear_pointer (&SV_EXPLANATION_VIEW (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (sv_explanation_view_parent_class)->dispose (object);
}

static void
sv_explanation_view_class_init (SvExplanationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_explanation_view_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
create_label (void)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  return label;
}

static void
sv_explanation_view_init (SvExplanationView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->title = create_label ();
  gtk_widget_add_css_class (self->title, "heading");
  self->text = create_label ();
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->text);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scroller), 48);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_widget_set_size_request (self->scroller, WIDTH, -1);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
sv_explanation_view_new (void)
{
  return g_object_new (SV_TYPE_EXPLANATION_VIEW, NULL);
}

/* Another text only where it differs: a person may be selecting in it. */
static void
set_text (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, text[0] != '\0');
}

/**
 * sv_explanation_view_set:
 * @title: a line, which may be empty
 * @lines: (array length=n_lines): sentences, translated
 */
void
sv_explanation_view_set (SvExplanationView *self, const char *title, const char *const *lines, guint n_lines)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_if_fail (SV_IS_EXPLANATION_VIEW (self));

  for (guint i = 0; i < n_lines; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", lines[i]);
  /* "A → B" has no letters that tell its direction: in a window from right to
   * left it would say the opposite. FIRST STRONG ISOLATE takes it as written. */
  g_autofree char *isolated = g_strdup_printf ("\u2068%s\u2069", title);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  set_text (self->title, rtl && title[0] != '\0' ? isolated : title);
  set_text (self->text, text->str);
}

void
sv_explanation_view_set_explanation (SvExplanationView *self, const SvExplanation *explanation)
{
  sv_explanation_view_set (self, explanation->title, (const char *const *) explanation->lines->pdata,
                           explanation->lines->len);
}
