/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What differs between GTK 4.8 with libadwaita 1.2 and today's, in one place. */

#include <adwaita.h>
#include <gtk/gtk.h>

/* The colour of the widget's text: gtk_widget_get_color() came with GTK 4.10. */
static inline void
sv_widget_get_color (GtkWidget *widget, GdkRGBA *color)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), color);
}
