/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program sockview-window: what the command `sockview` becomes when a
 * window is wanted. */
#include "sv-config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "sv-application.h"
#include "sv-renderer.h"

int
main (int argc, char **argv)
{
  g_autoptr (SvApplication) application = NULL;
  const char *catalogues = g_getenv ("SOCKVIEW_LOCALEDIR");
  int status;

  setlocale (LC_ALL, "");
  /* A test brings a catalogue of its own. */
  bindtextdomain (GETTEXT_PACKAGE, catalogues != NULL ? catalogues : SV_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* X11 takes the window's class from it: the desktop finds the menu entry so. */
  g_set_prgname (SV_APP_ID);
  g_set_application_name ("SockView");
  sv_renderer_choose ();

  application = sv_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  return status != 0 ? status : sv_application_get_exit_status (application);
}
