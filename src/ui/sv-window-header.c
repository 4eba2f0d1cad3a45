/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header bar of a window, and how it has room. */
#include "sv-config.h"

#include "sv-window-private.h"

#include <glib/gi18n-lib.h>

#include "sv-explain.h"

/* Below these widths, in pixels, the header bar's buttons are icons, and the
 * switch and the pane's button have no room; below this height the welcome
 * page's picture has none. */
#define COMPACT_BELOW 760
#define NO_SWITCH_BELOW 520
#define NO_PANE_BUTTON_BELOW 420
#define NO_PICTURE_BELOW 520

static void
set_face (GtkButton *button, const char *icon, const char *label, gboolean compact)
{
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), label);
  if (compact)
    {
      gtk_button_set_icon_name (button, icon);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
      return;
    }

  /* What is written on it is its name; both together GTK 4.8 would say twice. */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
  GtkWidget *content = adw_button_content_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), label);
  gtk_button_set_child (button, content);
}

static void
set_css_class (GtkWidget *widget, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* Where the server really listens: port 0 became one of the kernel's choice. */
static void
show_where (SvWindow *self)
{
  SvLab *lab = sv_session_get_lab (sv_workplace_get_session (self->workplace));
  g_autofree char *where = NULL, *meaning = NULL, *tooltip = NULL;
  SvEndpoint endpoint;

  if (!sv_lab_get_listener_endpoint (lab, &endpoint))
    return;
  where = sv_endpoint_to_string (&endpoint);
  meaning = sv_explain_bind (sv_machine_get_id (sv_lab_get_machine (lab, SV_SIDE_SERVER)), &endpoint, NULL);
  /* Translators: an address and port, and who can connect to it */
  tooltip = g_strdup_printf (_("Stop the server on %s. %s"), where, meaning);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->server_button), tooltip);
}

static void
show_server_button (SvWindow *self)
{
  SvLab *lab = sv_session_get_lab (sv_workplace_get_session (self->workplace));
  gboolean begun = sv_workplace_has_begun (self->workplace);
  gboolean running = sv_lab_is_running (lab);
  /* What comes next in a lesson, its card says. */
  gboolean guided = self->lessons != NULL && sv_lesson_guide_get_run (self->lessons) != NULL;
  guint n_clients = 0;

  if (sv_workplace_is_over (self->workplace))
    set_face (self->server_button, "view-refresh-symbolic", _("Start Again"), self->compact);
  else if (running)
    set_face (self->server_button, "media-playback-stop-symbolic", _("Stop Server"), self->compact);
  else if (sv_server_form_is_resolving (sv_workplace_get_form (self->workplace)))
    set_face (self->server_button, "process-stop-symbolic", _("Cancel"), self->compact);
  else
    set_face (self->server_button, "media-playback-start-symbolic", _("Start Server"), self->compact);
  show_where (self);

  /* One thing to do next: the welcome page's own button, then clients. */
  g_object_get (lab, "n-clients", &n_clients, NULL);
  set_css_class (GTK_WIDGET (self->server_button), "suggested-action", begun && !running && !guided);
  sv_client_button_set_suggested (self->client_button, running && n_clients == 0 && !guided);
  if (lab != NULL)
    {
      gboolean resolving;

      g_object_get (lab, "resolving", &resolving, NULL);
      sv_client_button_show_kind (self->client_button, sv_lab_get_options (lab)->kind, sv_lab_get_manner (lab));
      sv_client_button_show_resolving (self->client_button, resolving);
    }
}

/**
 * sv_window_show_header:
 *
 * What the header bar says about the workplace shown, and what can be done there.
 */
void
sv_window_show_header (SvWindow *self)
{
  SvSession *session = sv_workplace_get_session (self->workplace);
  gboolean available = session != NULL;
  gboolean begun = sv_workplace_has_begun (self->workplace);
  GAction *spawn = g_action_map_lookup_action (G_ACTION_MAP (self), "spawn-clients");

  gtk_widget_set_visible (self->server_box, available);
  gtk_widget_set_visible (GTK_WIDGET (self->client_button), begun);
  gtk_widget_set_visible (GTK_WIDGET (self->options_button), begun && !sv_workplace_is_over (self->workplace));
  gtk_widget_set_visible (self->search_button, available && gtk_widget_get_visible (GTK_WIDGET (self->mode_switch)));
  gtk_widget_set_visible (self->pane_button, available && !self->tiny);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (spawn), available && sv_lab_is_running (sv_session_get_lab (session)));
  if (available)
    show_server_button (self);
}

/**
 * sv_window_follow_lesson:
 *
 * A lesson has begun, or was left: one place alone says what to do next.
 */
void
sv_window_follow_lesson (SvWindow *self)
{
  g_return_if_fail (SV_IS_WINDOW (self));

  sv_window_show_header (self);
}

static int
measure_width (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* What else is in the header bar comes and goes, and is as wide as its language. */
static void
adapt_switch (SvWindow *self, int width)
{
  int others = measure_width (GTK_WIDGET (self->header_bar)) - measure_width (GTK_WIDGET (self->mode_switch));

  sv_mode_switch_set_compact (self->mode_switch, others + sv_mode_switch_get_full_width (self->mode_switch) > width);
}

/**
 * sv_window_adapt:
 * @width: of the window, in pixels, and so @height
 *
 * What has no room there is smaller, or in the main menu. To be called before the
 * children are laid out.
 */
void
sv_window_adapt (SvWindow *self, int width, int height)
{
  gboolean compact = width < COMPACT_BELOW;
  gboolean has_switch = width >= NO_SWITCH_BELOW;
  gboolean small = !has_switch || height < NO_PICTURE_BELOW;

  sv_split_view_adapt (self->split_view, width);
  if (small != self->small)
    for (int i = 0; i < SV_N_MODES; i++)
      if (self->workplaces[i] != NULL)
        sv_workplace_set_compact (self->workplaces[i], small);
  self->small = small;
  self->tiny = width < NO_PANE_BUTTON_BELOW;
  /* The main menu has both, too. */
  gtk_widget_set_visible (GTK_WIDGET (self->mode_switch), has_switch);
  gtk_widget_set_visible (self->pane_button, !self->tiny && sv_workplace_is_available (self->workplace));
  /* The side pane has its own entry, and Ctrl+F stays. */
  gtk_widget_set_visible (self->search_button, has_switch && sv_workplace_is_available (self->workplace));
  if (compact != self->compact)
    {
      self->compact = compact;
      sv_client_button_set_compact (self->client_button, compact);
      sv_lesson_button_set_compact (self->lesson_button, compact);
      sv_window_show_header (self);
    }
  adapt_switch (self, width);
}
