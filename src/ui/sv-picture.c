/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brings a window into a state, step by step, and saves what it looks like if
 * asked to. */
#include "sv-config.h"

#include "sv-picture-private.h"

#include <glib/gi18n-lib.h>

#include "sv-screenshot.h"
#include "sv-side-pane.h"

#define DEADLINE (30 * G_USEC_PER_SEC)

/* As many equal frames in a row are a window that stands still. */
#define STILL_FRAMES 4

static void
picture_free (SvPicture *self)
{
  for (int side = 0; self->session != NULL && side < 2; side++)
    g_clear_signal_handler (&self->refreshed_handlers[side], sv_session_get_monitor (self->session, (SvSide) side));
  g_clear_object (&self->occupant);
  g_clear_object (&self->last);
  g_clear_object (&self->session);
  g_free (self);
}

static void
fail (SvPicture *self, const char *sentence)
{
  sv_application_fail (self->application, sentence);
}

static void
save (SvPicture *self, GdkTexture *texture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (sv_screenshot_save (texture, self->options->screenshot, &error))
    {
      gtk_window_close (GTK_WINDOW (self->window));
      return;
    }
  sentence = g_strdup_printf (_("The picture could not be saved: %s"), error->message);
  fail (self, sentence);
}

/* Returns whether the picture was taken: two frames that differ are not it. */
static gboolean
take_when_still (SvPicture *self)
{
  g_autoptr (GdkTexture) texture = sv_screenshot_render (GTK_WIDGET (self->window));
  GtkWidget *pane = sv_window_get_side_pane (self->window);

  if ((pane == NULL || !gtk_widget_get_mapped (pane) || sv_side_pane_is_settled (SV_SIDE_PANE (pane)))
      && sv_screenshot_equal (texture, self->last))
    self->still++;
  else
    self->still = 0;
  g_set_object (&self->last, texture);
  if (self->still < STILL_FRAMES)
    return FALSE;
  save (self, texture);
  return TRUE;
}

/* Returns whether there is nothing more to do for one who waits for a picture, or for one who only looks on. */
static gboolean
finish (SvPicture *self)
{
  return self->options->screenshot == NULL || take_when_still (self);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  SvPicture *self = data;
  SvServerForm *form = sv_window_get_form (self->window);
  const char *problem = form != NULL ? sv_server_form_get_problem (form) : NULL;

  /* Without a window manager nobody gives it the focus that it would have. */
  if (self->options->screenshot != NULL)
    gtk_widget_unset_state_flags (widget, GTK_STATE_FLAG_BACKDROP);
  while (*self->steps != NULL && (*self->steps) (self))
    {
      self->begun = FALSE;
      self->steps++;
    }
  if (problem != NULL && self->options->show != SV_SHOW_PORT_IN_USE)
    {
      fail (self, problem);
      return G_SOURCE_REMOVE;
    }
  if (*self->steps == NULL && finish (self))
    return G_SOURCE_REMOVE;
  if (g_get_monotonic_time () < self->deadline)
    return G_SOURCE_CONTINUE;
  fail (self, _("The window did not come to rest within 30 seconds, so there is no picture."));
  return G_SOURCE_REMOVE;
}

static void
refreshed_cb (guint *refreshes)
{
  (*refreshes)++;
}

/**
 * sv_picture_take:
 * @options: must live as long as @application
 *
 * Brings @window into the state that @options name. If they name a picture too,
 * saves it once nothing moves, and closes the window. What fails ends
 * @application with status 1.
 */
void
sv_picture_take (SvApplication *application, SvWindow *window, const SvStartOptions *options)
{
  SvPicture *self;

  /* Another state is not what was asked for. */
  if (sv_window_get_session (window) == NULL && sv_picture_find_wire_steps (options->show) != NULL)
    {
      sv_application_fail (application, sv_workplace_get_problem (sv_window_get_workplace (window)));
      return;
    }
  self = g_new0 (SvPicture, 1);
  self->application = application;
  self->window = window;
  if (sv_window_get_session (window) != NULL)
    self->session = g_object_ref (sv_window_get_session (window));
  self->options = options;
  self->steps = sv_picture_find_steps (self);
  self->clients = options->clients;
  if (self->clients == 0)
    self->clients = sv_picture_find_wire_steps (options->show) != NULL ? 1 : SV_PICTURE_USUAL_CLIENTS;
  self->deadline = g_get_monotonic_time () + DEADLINE;
  for (int side = 0; self->session != NULL && side < 2; side++)
    self->refreshed_handlers[side]
      = g_signal_connect_swapped (sv_session_get_monitor (self->session, (SvSide) side), "refreshed",
                                  G_CALLBACK (refreshed_cb), &self->refreshes[side]);
  if (options->screenshot != NULL)
    g_object_set (gtk_widget_get_settings (GTK_WIDGET (window)), "gtk-enable-animations", FALSE,
                  "gtk-cursor-blink", FALSE, NULL);
  gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb, self, (GDestroyNotify) picture_free);
}
