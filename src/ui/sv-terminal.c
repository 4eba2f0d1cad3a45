/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-terminal.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* What stands between the program and the command. A terminal that is not known
 * gets "-e", as Debian's policy (11.8.3) asks of every x-terminal-emulator. */
static const struct
{
  const char *program;
  const char *words[3];
} KNOWN[] = {
  { "xdg-terminal-exec", { NULL } },
  { "ptyxis", { "--new-window", "--", NULL } },
  { "kgx", { "--", NULL } },
  { "gnome-terminal", { "--", NULL } },
  { "konsole", { "-e", NULL } },
  { "xfce4-terminal", { "-x", NULL } },
  { "mate-terminal", { "-x", NULL } },
  { "terminator", { "-x", NULL } },
  { "tilix", { "-e", NULL } },
  { "qterminal", { "-e", NULL } },
  { "lxterminal", { "-e", NULL } },
  { "ghostty", { "-e", NULL } },
  { "kitty", { NULL } },
  { "foot", { NULL } },
  { "wezterm", { "start", "--", NULL } },
  { "alacritty", { "-e", NULL } },
  { "x-terminal-emulator", { "-e", NULL } },
  { "urxvt", { "-e", NULL } },
  { "xterm", { "-e", NULL } },
  { "st", { "-e", NULL } },
};

/* As execvp(3) would find it in @path. */
static char *
find_in_path (const char *path, const char *program)
{
  g_auto (GStrv) folders = NULL;

  if (strchr (program, G_DIR_SEPARATOR) != NULL)
    return g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) ? g_strdup (program) : NULL;
  folders = g_strsplit (path, G_SEARCHPATH_SEPARATOR_S, -1);
  for (char **folder = folders; *folder != NULL; folder++)
    {
      g_autofree char *file = g_build_filename (**folder != '\0' ? *folder : ".", program, NULL);

      if (g_file_test (file, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test (file, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&file);
    }
  return NULL;
}

static const char *const *
get_words (const char *program)
{
  static const char *const USUAL[] = { "-e", NULL };
  g_autofree char *name = g_path_get_basename (program);

  for (guint i = 0; i < G_N_ELEMENTS (KNOWN); i++)
    if (g_str_equal (name, KNOWN[i].program))
      return KNOWN[i].words;
  return USUAL;
}

/* lxterminal and tilix take a whole command line as one word. */
static gboolean
takes_one_word (const char *program)
{
  g_autofree char *name = g_path_get_basename (program);

  return g_str_equal (name, "lxterminal") || g_str_equal (name, "tilix");
}

static char *
quote (const char *const *command)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; command[i] != NULL; i++)
    {
      g_autofree char *word = g_shell_quote (command[i]);

      g_string_append_printf (line, "%s%s", i > 0 ? " " : "", word);
    }
  return g_string_free (line, FALSE);
}

static char **
compose (const char *program, const char *const *own, const char *const *command)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *line = quote (command);

  g_strv_builder_add (builder, program);
  if (own != NULL)
    g_strv_builder_addv (builder, (const char **) own);
  g_strv_builder_addv (builder, (const char **) get_words (program));
  if (takes_one_word (program))
    g_strv_builder_add (builder, line);
  else
    g_strv_builder_addv (builder, (const char **) command);
  return g_strv_builder_end (builder);
}

/**
 * sv_terminal_find:
 * @path: where programs are looked for, as $PATH
 * @wanted: (nullable): the terminal that the person has named in $TERMINAL, with or
 *   without words of its own
 * @command: what to run in it
 *
 * Returns: (transfer full) (nullable): the words that open a terminal with
 *   @command in it; %NULL where there is none
 */
char **
sv_terminal_find (const char *path, const char *wanted, const char *const *command)
{
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (path != NULL && command != NULL, NULL);

  if (wanted != NULL && g_shell_parse_argv (wanted, NULL, &words, NULL))
    {
      g_autofree char *file = find_in_path (path, words[0]);

      if (file != NULL)
        return compose (file, (const char *const *) words + 1, command);
    }
  for (guint i = 0; i < G_N_ELEMENTS (KNOWN); i++)
    {
      g_autofree char *file = find_in_path (path, KNOWN[i].program);

      if (file != NULL)
        return compose (file, NULL, command);
    }
  return NULL;
}

/**
 * sv_terminal_open:
 * @command: what to run
 *
 * Opens the person's terminal. It outlives this program.
 *
 * Returns: %FALSE with %G_SPAWN_ERROR_NOENT where no terminal is known here, or
 *   with why it could not be started; the message is a sentence
 */
gboolean
sv_terminal_open (const char *const *command, GError **error)
{
  const char *path = g_getenv ("PATH");
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) why = NULL;

  g_return_val_if_fail (command != NULL && command[0] != NULL, FALSE);

  /* In a sandbox there is no terminal of the person's, and no machine to enter. */
  if (!g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    words = sv_terminal_find (path != NULL ? path : "/usr/local/bin:/usr/bin:/bin", g_getenv ("TERMINAL"), command);
  if (words == NULL)
    {
      g_set_error_literal (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT,
                           _("SockView knows no terminal program on this computer. Open one yourself and paste the "
                             "line into it."));
      return FALSE;
    }
  if (g_spawn_async (NULL, words, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &why))
    return TRUE;
  g_set_error (error, G_SPAWN_ERROR, why->code, _("The terminal %s could not be opened: %s."), words[0], why->message);
  return FALSE;
}
