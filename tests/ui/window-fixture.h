/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The whole window in one process with the test: its application, waiting for
 * it, and finding what is in it. */

#include <string.h>

#include "sv-application.h"
#include "sv-window.h"

/* A process has one, as ever; each test has a window of its own. */
static SvApplication *application;

static inline void
start_application (void)
{
  application = sv_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
}

/* Runs the tests that were added. Returns: the status to exit with. */
static inline int
run_tests (void)
{
  int status = g_test_run ();

  g_object_unref (application);
  return status;
}

static inline gboolean
deadline_cb (gpointer passed)
{
  *(gboolean *) passed = TRUE;
  return G_SOURCE_REMOVE;
}

static inline gboolean
look_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Turns the main loop until @condition, a function of @self, holds. The window
 * draws meanwhile, so that layouts happen. */
#define wait_for(self, condition, what) \
  G_STMT_START { \
    gboolean passed_ = FALSE; \
    guint deadline_ = g_timeout_add_seconds (30, deadline_cb, &passed_); \
    guint tick_ = gtk_widget_add_tick_callback (GTK_WIDGET ((self)->window), look_cb, NULL, NULL); \
    while (!condition (self) && !passed_) \
      g_main_context_iteration (NULL, TRUE); \
    gtk_widget_remove_tick_callback (GTK_WIDGET ((self)->window), tick_); \
    if (passed_) \
      g_error ("waited in vain until %s", what); \
    g_source_remove (deadline_); \
  } G_STMT_END

typedef gboolean (*Match) (GtkWidget *widget, const char *text);

/* The first widget under @widget for which @matches; depth first. */
static inline GtkWidget *
find (GtkWidget *widget, Match matches, const char *text)
{
  if (matches (widget, text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, matches, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* A label that is to be seen and has @text in it. */
static inline gboolean
says (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && strstr (gtk_label_get_label (GTK_LABEL (widget)), text) != NULL;
}
