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

/* ---- A file to save in: GtkFileDialog came with GTK 4.10, which deprecated what was there before. */

/* @file: (nullable): %NULL if the person did not choose one */
typedef void (*SvFileChosen) (GFile *file, gpointer data);

typedef struct
{
  SvFileChosen chosen;
  gpointer data;
} SvFileChoice;

#if GTK_CHECK_VERSION (4, 10, 0)

/* We pin the older interface and use this newer one where it is. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS
static inline void
sv_file_dialog_cb (GObject *dialog, GAsyncResult *result, gpointer data)
{
  SvFileChoice *choice = (SvFileChoice *) data;
  GFile *file = gtk_file_dialog_save_finish ((GtkFileDialog *) dialog, result, NULL);

  choice->chosen (file, choice->data);
  g_clear_object (&file);
  g_free (choice);
}

static inline void
sv_choose_file_to_save (GtkWindow *parent, const char *title, const char *name, SvFileChosen chosen, gpointer data)
{
  SvFileChoice *choice = g_new (SvFileChoice, 1);
  GtkFileDialog *dialog = gtk_file_dialog_new ();

  *choice = (SvFileChoice) { chosen, data };
  gtk_file_dialog_set_title (dialog, title);
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, parent, NULL, sv_file_dialog_cb, choice);
  g_object_unref (dialog);
}
G_GNUC_END_IGNORE_DEPRECATIONS

#else

static inline void
sv_file_dialog_cb (GtkNativeDialog *dialog, int response, gpointer data)
{
  SvFileChoice *choice = (SvFileChoice *) data;
  GFile *file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  choice->chosen (file, choice->data);
  g_clear_object (&file);
  g_free (choice);
  g_object_unref (dialog);
}

static inline void
sv_choose_file_to_save (GtkWindow *parent, const char *title, const char *name, SvFileChosen chosen, gpointer data)
{
  SvFileChoice *choice = g_new (SvFileChoice, 1);
  GtkFileChooserNative *dialog
    = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);

  *choice = (SvFileChoice) { chosen, data };
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (sv_file_dialog_cb), choice);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

#endif

/* ---- Something said aloud that nobody has the focus on: GTK 4.14 and later. */

#if GTK_CHECK_VERSION (4, 14, 0)

G_GNUC_BEGIN_IGNORE_DEPRECATIONS
static inline void
sv_announce (GtkWidget *widget, const char *text)
{
  gtk_accessible_announce (GTK_ACCESSIBLE (widget), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}
G_GNUC_END_IGNORE_DEPRECATIONS

#else

static inline void
sv_announce (GtkWidget *widget, const char *text)
{
}

#endif
