/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which terminal is opened, and how the command reaches it: one that is real as
 * far as a shell script is, prints the words that it was started with. */
#include "sv-terminal.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static const char *const COMMAND[] = { "nsenter", "-n", "-t", "12", "sh", "-c", "echo 'a b'", NULL };

typedef struct
{
  char *folder;
  char *out;
} Fixture;

static void
add_terminal (Fixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\nprintf '%%s\\n' \"$@\" > %s.new\n"
                                             "mv %s.new %s\n",
                                             self->out, self->out, self->out);

  g_assert_true (g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("sockview-terminal-XXXXXX", NULL);
  self->out = g_build_filename (self->folder, "words", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->out);
}

/* The words behind the program, joined by |. */
static char *
find (Fixture *self, const char *wanted)
{
  g_auto (GStrv) words = sv_terminal_find (self->folder, wanted, COMMAND);
  g_autofree char *joined = NULL;
  g_autofree char *name = NULL;

  if (words == NULL)
    return g_strdup ("none");
  name = g_path_get_basename (words[0]);
  g_free (words[0]);
  words[0] = g_steal_pointer (&name);
  return g_strjoinv ("|", words);
}

#define TAIL "nsenter|-n|-t|12|sh|-c|echo 'a b'"

static void
test_each (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *program;
    const char *wanted;
    const char *words;
  } CASES[] = {
    { "xdg-terminal-exec", NULL, "xdg-terminal-exec|" TAIL },
    { "ptyxis", NULL, "ptyxis|--new-window|--|" TAIL },
    { "kgx", NULL, "kgx|--|" TAIL },
    { "gnome-terminal", NULL, "gnome-terminal|--|" TAIL },
    { "konsole", NULL, "konsole|-e|" TAIL },
    { "xfce4-terminal", NULL, "xfce4-terminal|-x|" TAIL },
    { "foot", NULL, "foot|" TAIL },
    { "wezterm", NULL, "wezterm|start|--|" TAIL },
    { "xterm", NULL, "xterm|-e|" TAIL },
    { "lxterminal", NULL, "lxterminal|-e|'nsenter' '-n' '-t' '12' 'sh' '-c' 'echo '\\''a b'\\'''" },
    /* What the person names is asked first, known or not. */
    { "my-terminal", "my-terminal", "my-terminal|-e|" TAIL },
    { "my-terminal", "my-terminal --big 'x y'", "my-terminal|--big|x y|-e|" TAIL },
    { "foot", "foot -F", "foot|-F|" TAIL },
    { "xterm", "not-there", "xterm|-e|" TAIL },
    { "xterm", "'never closed", "xterm|-e|" TAIL },
    { "xterm", "", "xterm|-e|" TAIL },
    { "cat", NULL, "none" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, CASES[i].program, NULL);
      g_autofree char *words = NULL;

      add_terminal (self, CASES[i].program);
      words = find (self, CASES[i].wanted);
      g_assert_cmpstr (words, ==, CASES[i].words);
      g_unlink (path);
    }
}

/* Who has chosen a terminal for the desktop gets it, before any other. */
static void
test_order (Fixture *self, gconstpointer data)
{
  g_autofree char *words = NULL;

  add_terminal (self, "xterm");
  add_terminal (self, "gnome-terminal");
  add_terminal (self, "xdg-terminal-exec");
  words = find (self, NULL);
  g_assert_true (g_str_has_prefix (words, "xdg-terminal-exec|"));
}

static void
test_opened (Fixture *self, gconstpointer data)
{
  g_autofree char *old_path = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = g_strconcat (self->folder, ":", old_path, NULL);
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  add_terminal (self, "ptyxis");
  g_setenv ("PATH", path, TRUE);
  g_unsetenv ("TERMINAL");
  /* A terminal of this computer's own may be preferred. */
  g_setenv ("TERMINAL", "ptyxis", TRUE);
  g_assert_true (sv_terminal_open (COMMAND, &error));
  g_assert_no_error (error);
  while (!g_file_get_contents (self->out, &words, NULL, NULL) && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_assert_cmpstr (words, ==, "--new-window\n--\nnsenter\n-n\n-t\n12\nsh\n-c\necho 'a b'\n");
  g_unsetenv ("TERMINAL");
  g_setenv ("PATH", old_path, TRUE);
}

static void
test_none (Fixture *self, gconstpointer data)
{
  g_autofree char *old_path = g_strdup (g_getenv ("PATH"));
  g_autoptr (GError) error = NULL;

  g_unsetenv ("TERMINAL");
  g_setenv ("PATH", self->folder, TRUE);
  g_assert_false (sv_terminal_open (COMMAND, &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
  g_assert_nonnull (strstr (error->message, "no terminal program"));
  g_setenv ("PATH", old_path, TRUE);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/terminal/each", test_each);
  ADD ("/terminal/order", test_order);
  ADD ("/terminal/opened", test_opened);
  ADD ("/terminal/none", test_none);
  return g_test_run ();
}
