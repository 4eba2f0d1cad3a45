/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-card-header.h"

/* With a button or without: cards beside each other begin alike. */
#define LINE_HEIGHT 26

/**
 * sv_card_subtitle_new:
 *
 * Returns: (transfer floating): a quiet line that wraps
 */
GtkWidget *
sv_card_subtitle_new (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  return label;
}

/**
 * sv_card_header_new:
 * @title: translated
 * @subtitle: (nullable): under it
 * @button: (nullable): at its end
 *
 * Returns: (transfer floating): the head of a card on the stage
 */
GtkWidget *
sv_card_header_new (const char *title, GtkWidget *subtitle, GtkWidget *button)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_set_size_request (line, -1, LINE_HEIGHT);
  gtk_box_append (GTK_BOX (line), label);
  if (button != NULL)
    gtk_box_append (GTK_BOX (line), button);
  gtk_box_append (GTK_BOX (box), line);
  if (subtitle != NULL)
    gtk_box_append (GTK_BOX (box), subtitle);
  return box;
}

/**
 * sv_card_content_new:
 * @box: the card's rows
 *
 * Returns: (transfer floating): the rows, which scroll in a card that is too low for them
 */
GtkWidget *
sv_card_content_new (GtkWidget *box)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}
