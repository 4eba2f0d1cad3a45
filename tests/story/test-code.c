/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With --write=FOLDER it writes the programs there, as “Save as…” does. */
#include "sentences.h"
#include "sv-code.h"

#include <string.h>

static SvFact *
make_call (SvSide side, const char *name, guint connection)
{
  SvFact *fact = sv_fact_new_call (1, SV_MACHINE_THIS, side, side == SV_SIDE_SERVER ? "server" : "client 1", name, 3);

  fact->connection = connection;
  return fact;
}

static char *
get_line (SvCode *code, guint line)
{
  g_auto (GStrv) lines = g_strsplit (sv_code_get_text (code), "\n", -1);

  return g_strdup (g_strstrip (lines[line - 1]));
}

static void
test_lines (void)
{
  static const struct { SvSide side; const char *call; guint connection; const char *c; const char *python; } CASES[] = {
    { SV_SIDE_SERVER, "socket", 0, "int listener = socket (AF_INET, SOCK_STREAM, 0);",
      "listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)" },
    { SV_SIDE_SERVER, "setsockopt", 0, "if (setsockopt (listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)",
      "listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)" },
    { SV_SIDE_SERVER, "bind", 0, "if (bind (listener, (struct sockaddr *) &address, sizeof address) == -1)",
      "listener.bind((\"127.0.0.1\", port))" },
    { SV_SIDE_SERVER, "listen", 0, "if (listen (listener, 5) == -1)", "listener.listen(5)" },
    { SV_SIDE_SERVER, "accept4", 1, "int client = accept (listener, NULL, NULL);",
      "client, address = listener.accept()" },
    { SV_SIDE_SERVER, "recv", 1, "while ((got = recv (client, data, sizeof data, 0)) > 0)",
      "data = client.recv(4096)" },
    { SV_SIDE_SERVER, "send", 1, "ssize_t sent = send (client, data, length, MSG_NOSIGNAL);", "client.sendall(data)" },
    { SV_SIDE_SERVER, "close", 1, "if (close (client) == -1)", "client.close()" },
    { SV_SIDE_CLIENT, "socket", 1, "int fd = socket (AF_INET, SOCK_STREAM, 0);",
      "fd = socket.socket(socket.AF_INET, socket.SOCK_STREAM)" },
    { SV_SIDE_CLIENT, "connect", 1, "if (connect (fd, (struct sockaddr *) &server, sizeof server) == -1)",
      "fd.connect((address, port))" },
    { SV_SIDE_CLIENT, "send", 1, "ssize_t n = send (fd, line + sent, length - sent, MSG_NOSIGNAL);", "fd.sendall(line)" },
    { SV_SIDE_CLIENT, "recv", 1, "ssize_t n = recv (fd, line, length - received, 0);",
      "data = fd.recv(len(line) - received)" },
    { SV_SIDE_CLIENT, "close", 1, "if (close (fd) == -1)", "fd.close()" },
    { SV_SIDE_CLIENT, "bind", 1, NULL, NULL },
    { SV_SIDE_CLIENT, "getsockopt", 1, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    for (guint language = 0; language < SV_N_CODE_LANGUAGES; language++)
      {
        g_autoptr (SvCode) code = sv_code_new ((SvCodeLanguage) language, CASES[i].side);
        g_autoptr (SvFact) fact = make_call (CASES[i].side, CASES[i].call, CASES[i].connection);
        guint line = sv_code_find_line (code, fact);
        const char *wanted = language == SV_CODE_C ? CASES[i].c : CASES[i].python;

        g_assert_true ((line != 0) == (wanted != NULL));
        if (wanted == NULL)
          continue;
        g_autofree char *text = get_line (code, line);
        g_assert_cmpstr (text, ==, wanted);
        g_assert_nonnull (sv_code_get_call (code, line));
        g_assert_true (g_str_has_prefix (CASES[i].call, sv_code_get_call (code, line)));
      }
}

/* Neither a comment nor a text makes a call. */
static void
test_others (void)
{
  for (guint language = 0; language < SV_N_CODE_LANGUAGES; language++)
    for (guint side = 0; side < 2; side++)
      {
        g_autoptr (SvCode) code = sv_code_new ((SvCodeLanguage) language, (SvSide) side);
        guint n = 0;

        for (guint line = 0; line <= sv_code_get_n_lines (code) + 1; line++)
          {
            const char *call = sv_code_get_call (code, line);
            g_autofree char *text = call != NULL ? get_line (code, line) : NULL;

            if (call == NULL)
              continue;
            n++;
            g_assert_nonnull (strstr (text, call));
            g_assert_null (strstr (text, "/*"));
            g_assert_false (text[0] == '#');
          }
        g_assert_cmpuint (n, ==, side == SV_SIDE_SERVER ? 8 : 5);
      }
}

static void
test_words (void)
{
  static const char *const NAMES[] = { "socket", "setsockopt", "bind", "listen", "accept", "connect", "send", "recv", "close" };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      g_autoptr (SvExplanation) words = sv_code_explain (NAMES[i]);

      assert_explanation (words);
      g_assert_true (says (words, "man "));
    }
  g_assert_null (sv_code_explain ("getpid"));
}

static int
write_all (const char *folder)
{
  for (guint language = 0; language < SV_N_CODE_LANGUAGES; language++)
    for (guint side = 0; side < 2; side++)
      {
        g_autoptr (SvCode) code = sv_code_new ((SvCodeLanguage) language, (SvSide) side);
        g_autofree char *path = g_build_filename (folder, sv_code_get_name (code), NULL);

        if (!g_file_set_contents (path, sv_code_get_text (code), -1, NULL))
          return 1;
      }
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc > 1 && g_str_has_prefix (argv[1], "--write="))
    return write_all (argv[1] + strlen ("--write="));
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/code/lines", test_lines);
  g_test_add_func ("/code/others", test_others);
  g_test_add_func ("/code/words", test_words);
  return g_test_run ();
}
