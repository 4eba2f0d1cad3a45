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

/* Lets GDK not look for OpenGL, which it does on X11 when it opens a display,
 * needed or not. To be called before gtk_init(). The switch was renamed; where it
 * is not known it does nothing. */
static inline void
sv_disable_gl (void)
{
  if (gtk_get_minor_version () < 15)
    g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
  else
    g_setenv ("GDK_DISABLE", "gl", FALSE);
}
