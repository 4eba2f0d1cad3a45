/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-application.h"

#include <glib/gi18n-lib.h>

#include "sv-demo.h"
#include "sv-lesson-guide.h"
#include "sv-picture.h"
#include "sv-settings.h"
#include "sv-renderer.h"
#include "sv-start-options.h"
#include "sv-window.h"

#define EXIT_USAGE 2

struct _SvApplication
{
  AdwApplication parent_instance;

  SvStartOptions options; /* of this process */
  int exit_status;
};

G_DEFINE_FINAL_TYPE (SvApplication, sv_application, ADW_TYPE_APPLICATION)

static SvWindow *
find_window (SvApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (SV_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

/* A picture shows what every user would see: nothing remembered, and none of
 * this desktop's preferences. */
static SvWindow *
open_window (SvApplication *self)
{
  gboolean for_picture = self->options.screenshot != NULL;
  g_autoptr (GSettings) settings = for_picture ? NULL : sv_settings_open ();
  GtkWidget *window = sv_window_new (ADW_APPLICATION (self), settings);

  if (g_str_equal (SV_PROFILE, "development"))
    gtk_widget_add_css_class (window, "devel");
  return SV_WINDOW (window);
}

static void
set_style (const SvStartOptions *options)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  if (options->dark)
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  else if (options->screenshot != NULL)
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static void
show_network (SvWindow *window, const SvStartOptions *options)
{
  SvSession *session;
  SvWire *wire;

  if (!options->two_machines)
    return;
  /* A helper that is not there is one of the reasons, and the only one that can be had everywhere. */
  if (options->show == SV_SHOW_UNAVAILABLE)
    g_setenv ("SOCKVIEW_MACHINE", "/nonexistent/sockview-machine", TRUE);
  if (options->nat != sv_window_get_nat (window))
    sv_window_renew_network (window, options->nat);
  else
    sv_window_set_mode (window, SV_MODE_TWO_MACHINES);
  session = sv_window_get_session (window);
  if (session == NULL)
    return;
  wire = sv_network_get_wire (sv_session_get_network (session));
  if (options->hop >= 0)
    sv_network_actions_set_hop (sv_window_get_network_actions (window), options->hop);
  sv_wire_set_loss (wire, options->loss, g_random_int ());
}

static void
run_demo (SvWindow *window, const SvStartOptions *options)
{
  SvServerForm *form = sv_window_get_form (window);
  SvServerOptions server;
  SvLab *lab;

  if (options->clients == 0 || form == NULL)
    return;
  lab = sv_session_get_lab (sv_window_get_session (window));
  if (!sv_lab_is_running (lab))
    {
      sv_server_options_init (&server);
      if (options->bind.family != 0)
        server.bind = options->bind;
      else if (options->two_machines)
        server.bind = sv_endpoint_any (G_SOCKET_FAMILY_IPV4, SV_LAB_DEFAULT_PORT);
      sv_server_form_set_bind (form, &server.bind);
      if (!sv_session_start_server (sv_window_get_session (window), &server))
        return;
    }
  sv_demo_run (sv_window_get_session (window), options->clients);
}

static void
begin_lesson (SvWindow *window, const SvStartOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (!sv_lesson_guide_begin (sv_window_get_lessons (window), options->lesson, options->step, &error))
    sv_window_show_message (window, error->message);
}

static int
sv_application_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  SvApplication *self = SV_APPLICATION (application);
  g_auto (GStrv) arguments = g_application_command_line_get_arguments (command_line, NULL);
  g_auto (SvStartOptions) options = { 0 };
  g_autoptr (GError) error = NULL;
  SvWindow *window = find_window (self);

  /* The process that was started has checked them. */
  if (!sv_start_options_parse (&options, arguments, &error))
    {
      g_application_command_line_printerr (command_line, "%s\n", error->message);
      return EXIT_USAGE;
    }
  set_style (&options);
  if (window == NULL)
    window = open_window (self);
  show_network (window, &options);
  if (options.width > 0)
    gtk_window_set_default_size (GTK_WINDOW (window), options.width, options.height);
  gtk_window_present (GTK_WINDOW (window));

  if (options.screenshot != NULL
      || (options.show != SV_SHOW_AS_IT_IS && !g_application_command_line_get_is_remote (command_line)))
    sv_picture_take (self, window, &self->options);
  else if (options.lesson != NULL)
    begin_lesson (window, &options);
  else
    run_demo (window, &options);
  return EXIT_SUCCESS;
}

static void
sv_application_activate (GApplication *application)
{
  SvApplication *self = SV_APPLICATION (application);
  SvWindow *window = find_window (self);

  if (window == NULL)
    window = open_window (self);
  gtk_window_present (GTK_WINDOW (window));
}

static gboolean
sv_application_local_command_line (GApplication *application, char ***arguments, int *exit_status)
{
  SvApplication *self = SV_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  sv_start_options_clear (&self->options);
  if (!sv_start_options_parse (&self->options, *arguments, &error))
    {
      g_printerr ("%s\n", error->message);
      *exit_status = EXIT_USAGE;
      return TRUE;
    }
  if (self->options.screenshot != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  /* libadwaita has no other way to ask for it; it is read when the style manager is made. */
  if (self->options.high_contrast)
    g_setenv ("ADW_DEBUG_HIGH_CONTRAST", "1", TRUE);
  return G_APPLICATION_CLASS (sv_application_parent_class)->local_command_line (application, arguments, exit_status);
}

static void
sv_application_startup (GApplication *application)
{
  SvApplication *self = SV_APPLICATION (application);

  /* GtkApplication would say it in other words, and exit likewise. */
  if (!gtk_init_check ())
    {
      g_printerr ("%s\n", _("SockView's window needs a display. Set DISPLAY or WAYLAND_DISPLAY, "
                            "or use sockview --text, which needs none."));
      exit (EXIT_FAILURE);
    }
  if (self->options.right_to_left)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  G_APPLICATION_CLASS (sv_application_parent_class)->startup (application);
  sv_renderer_tune_text ();
  gtk_window_set_default_icon_name (SV_APP_ID);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  SvWindow *window = find_window (application);

  /* A window that closes remembers its size and ends every socket. */
  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
  else
    g_application_quit (application);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  static const char *const developers[] = { "The SockView developers", NULL };
  GtkWindow *parent = gtk_application_get_active_window (application);

  adw_show_about_window (parent,
                         "application-name", "SockView",
                         "application-icon", SV_APP_ID,
                         "version", SV_VERSION,
                         "developer-name", _("The SockView developers"),
                         "developers", developers,
                         "comments", _("Start a real server, connect real clients and see what the kernel does."),
                         "website", "https://example.org/sockview",
                         "issue-url", "https://example.org/sockview/issues",
                         "copyright", _("© 2026 The SockView developers"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: put your names here, one a line. */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static const GActionEntry entries[] = {
  { .name = "quit", .activate = quit_cb },
  { .name = "about", .activate = about_cb },
};

static const struct
{
  const char *action;
  const char *keys[3];
} accelerators[] = {
  { "app.quit", { "<Control>q" } },
  { "win.close-window", { "<Control>w" } },
  { "win.start-server", { "<Control>r", "F5" } },
  { "win.spawn-chosen", { "<Control>n" } },
  { "win.search", { "<Control>f" } },
  { "win.copy-table", { "<Control><Shift>c" } },
  { "win.go-live", { "<Control>l" } },
  { "win.toggle-side-pane", { "F9" } },
  { "win.gallery", { "<Control>g" } },
  { "win.break-it", { "<Control>b" } },
  { "win.microscope", { "<Alt>Return" } },
  { "win.quiz", { "<Control>k" } },
  { "win.fullscreen", { "F11" } },
  { "win.present", { "<Shift>F11" } },
  { "win.lesson-go", { "<Control>Return" } },
  { "win.wire-hold", { "<Control>h" } },
  { "win.wire-deliver-all", { "<Control>d" } },
  { "win.wire-pause", { "<Control>p" } },
  { "win.wire-slower", { "<Control>minus", "<Control>KP_Subtract" } },
  { "win.wire-faster", { "<Control>plus", "<Control>equal" } },
  { "win.open-shell('client')", { "<Control>t" } },
  { "win.open-shell('server')", { "<Control><Shift>t" } },
  { "win.save-packets", { "<Control>s" } },
  { "win.mode('this-computer')", { "<Control>1" } },
  { "win.mode('two-machines')", { "<Control>2" } },
};

static void
sv_application_finalize (GObject *object)
{
  sv_start_options_clear (&SV_APPLICATION (object)->options);
  G_OBJECT_CLASS (sv_application_parent_class)->finalize (object);
}

static void
sv_application_class_init (SvApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sv_application_finalize;
  application_class->local_command_line = sv_application_local_command_line;
  application_class->command_line = sv_application_command_line;
  application_class->activate = sv_application_activate;
  application_class->startup = sv_application_startup;
}

static void
sv_application_init (SvApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accelerators[i].action,
                                           (const char **) accelerators[i].keys);
}

SvApplication *
sv_application_new (void)
{
  return g_object_new (SV_TYPE_APPLICATION,
                       "application-id", SV_APP_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/org/example/SockView",
                       NULL);
}

/**
 * sv_application_fail:
 * @sentence: why
 *
 * Ends the application; its exit status will be 1.
 */
void
sv_application_fail (SvApplication *self, const char *sentence)
{
  g_return_if_fail (SV_IS_APPLICATION (self));

  g_printerr ("%s\n", sentence);
  self->exit_status = EXIT_FAILURE;
  quit_cb (NULL, NULL, self);
}

int
sv_application_get_exit_status (SvApplication *self)
{
  g_return_val_if_fail (SV_IS_APPLICATION (self), EXIT_FAILURE);

  return self->exit_status;
}
