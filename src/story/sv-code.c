/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-code.h"

#include "sv-code-data.h"
#include "sv-explanation.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define RESOURCES "/org/example/SockView/code/"

struct _SvCode
{
  SvCodeLanguage language;
  const char *name;
  char *text;
  GPtrArray *calls; /* of each line: its call's name, a static one, or NULL */
};

typedef struct
{
  const char *name;
  const char *manual;  /* page and section: "bind(2)" */
  const char *meaning;
  const char *section; /* what to read there */
} Call;

static const Call CALLS[] = {
  { "socket", "socket(2)", NC_ ("code", "Asks the kernel for a socket: one end of a conversation, without address and port."),
    NC_ ("code", "DESCRIPTION tells what a domain and a type are.") },
  { "setsockopt", "socket(7)", NC_ ("code", "Sets an option before bind(): SO_REUSEADDR, so that TIME_WAIT of an earlier run "
                                            "is no hindrance."),
    NC_ ("code", "“Socket options” has SO_REUSEADDR among them.") },
  { "bind", "bind(2)", NC_ ("code", "Gives the socket its own address and port, by which clients find it."),
    NC_ ("code", "ERRORS has EADDRINUSE and EACCES.") },
  { "listen", "listen(2)", NC_ ("code", "From here on the kernel takes connections for this port, even while the program "
                                        "does something else."),
    NC_ ("code", "NOTES tells what the backlog limits.") },
  { "accept", "accept(2)", NC_ ("code", "Takes a finished connection out of the queue, as a new socket; waits while there is "
                                        "none."),
    NC_ ("code", "DESCRIPTION tells why the listening socket is not affected.") },
  { "connect", "connect(2)", NC_ ("code", "Gets an address and a port of its own from the kernel, shakes hands with the "
                                          "server’s kernel, and waits until that is done. (SockView’s own clients do not "
                                          "wait in it: there it says EINPROGRESS, and getsockopt() tells how it ended.)"),
    NC_ ("code", "ERRORS has ECONNREFUSED and ETIMEDOUT.") },
  { "send", "send(2)", NC_ ("code", "Gives bytes to the kernel. They may be fewer than all, and they are not delivered yet."),
    NC_ ("code", "RETURN VALUE, and MSG_NOSIGNAL among the flags.") },
  { "recv", "recv(2)", NC_ ("code", "Takes bytes that have arrived, waits while there are none, and gives 0 when the other side "
                                    "has finished."),
    NC_ ("code", "RETURN VALUE tells what 0 means.") },
  { "close", "close(2)", NC_ ("code", "Gives the socket back: the kernel says goodbye with a FIN."),
    NC_ ("code", "DESCRIPTION; what comes after it is in tcp(7).") },
};

/* Names that the kernel or Python has for the same. */
static const struct { const char *name; const char *same_as; } ALIASES[] = {
  { "accept4", "accept" }, { "sendall", "send" }, { "sendto", "send" }, { "recvfrom", "recv" },
};

static const Call *
find_call (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (ALIASES); i++)
    if (strlen (ALIASES[i].name) == length && strncmp (ALIASES[i].name, name, length) == 0)
      return find_call (ALIASES[i].same_as, strlen (ALIASES[i].same_as));
  for (guint i = 0; i < G_N_ELEMENTS (CALLS); i++)
    if (strlen (CALLS[i].name) == length && strncmp (CALLS[i].name, name, length) == 0)
      return &CALLS[i];
  return NULL;
}

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* Blanks in place of what is no code. @inside: (inout): the line begins within
 * a comment of C, or within a text of Python that has lines. */
static void
blank_out (SvCodeLanguage language, char *line, gboolean *inside)
{
  const char *opening = language == SV_CODE_C ? "/*" : "\"\"\"", *closing = language == SV_CODE_C ? "*/" : "\"\"\"";
  gboolean in_string = FALSE;

  for (char *c = line; *c != '\0'; c++)
    {
      const char *mark = *inside ? closing : opening;

      if (!in_string && g_str_has_prefix (c, mark))
        {
          *inside = !*inside;
          memset (c, ' ', strlen (mark));
          c += strlen (mark) - 1;
        }
      else if (!*inside && !in_string && language == SV_CODE_PYTHON && *c == '#')
        {
          *c = '\0';
          return;
        }
      else if (!*inside && *c == '"' && (c == line || c[-1] != '\\'))
        in_string = !in_string;
      else if (*inside || in_string)
        *c = ' ';
    }
}

/* In C “bind (”, in Python “.bind(”. */
static const Call *
find_in_line (SvCodeLanguage language, const char *line)
{
  for (const char *c = line; *c != '\0';)
    {
      const char *begin = c, *end;

      while (is_word (*c))
        c++;
      end = c;
      if (end == begin)
        {
          c++;
          continue;
        }
      if (language == SV_CODE_C ? g_str_has_prefix (end, " (") : *end == '(' && begin > line && begin[-1] == '.')
        {
          const Call *call = find_call (begin, (gsize) (end - begin));

          if (call != NULL)
            return call;
        }
    }
  return NULL;
}

static void
read_lines (SvCode *self)
{
  g_auto (GStrv) lines = g_strsplit (self->text, "\n", -1);
  gboolean inside = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const Call *call;

      blank_out (self->language, lines[i], &inside);
      call = find_in_line (self->language, lines[i]);
      g_ptr_array_add (self->calls, call != NULL ? (gpointer) call->name : NULL);
    }
  /* Behind the last line end there is no line. */
  if (self->calls->len > 0 && g_str_has_suffix (self->text, "\n"))
    g_ptr_array_set_size (self->calls, (int) self->calls->len - 1);
}

/**
 * sv_code_new:
 *
 * Returns: (transfer full): the program of that side
 */
SvCode *
sv_code_new (SvCodeLanguage language, SvSide side)
{
  static const char *const NAMES[SV_N_CODE_LANGUAGES][2] = {
    [SV_CODE_C] = { [SV_SIDE_CLIENT] = "client.c", [SV_SIDE_SERVER] = "server.c" },
    [SV_CODE_PYTHON] = { [SV_SIDE_CLIENT] = "client.py", [SV_SIDE_SERVER] = "server.py" },
  };
  SvCode *self = g_new0 (SvCode, 1);
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (language < SV_N_CODE_LANGUAGES, NULL);
  g_return_val_if_fail (side == SV_SIDE_CLIENT || side == SV_SIDE_SERVER, NULL);

  self->language = language;
  self->name = NAMES[language][side];
  self->calls = g_ptr_array_new ();
  path = g_strconcat (RESOURCES, self->name, NULL);
  bytes = g_resource_lookup_data (sv_code_get_resource (), path, 0, NULL);
  g_assert (bytes != NULL);
  self->text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  read_lines (self);
  return self;
}

void
sv_code_free (SvCode *self)
{
  g_free (self->text);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

/**
 * sv_code_get_name:
 *
 * Returns: what its file is called: "server.c"
 */
const char *
sv_code_get_name (SvCode *self)
{
  return self->name;
}

const char *
sv_code_get_text (SvCode *self)
{
  return self->text;
}

guint
sv_code_get_n_lines (SvCode *self)
{
  return self->calls->len;
}

/**
 * sv_code_get_call:
 * @line: from 1
 *
 * Returns: (nullable): the call that is made there
 */
const char *
sv_code_get_call (SvCode *self, guint line)
{
  return line >= 1 && line <= self->calls->len ? g_ptr_array_index (self->calls, line - 1) : NULL;
}

/**
 * sv_code_find_line:
 * @call: a fact of kind %SV_FACT_CALL
 *
 * Returns: the line that makes such a call, from 1; 0 if none does
 */
guint
sv_code_find_line (SvCode *self, const SvFact *call)
{
  const Call *wanted;
  guint found = 0;

  g_return_val_if_fail (call != NULL && call->kind == SV_FACT_CALL, 0);

  wanted = find_call (call->call.name, strlen (call->call.name));
  for (guint i = 0; wanted != NULL && i < self->calls->len; i++)
    if (g_ptr_array_index (self->calls, i) == wanted->name)
      {
        found = i + 1;
        if (call->connection != 0)
          break;
      }
  return found;
}

/**
 * sv_code_explain:
 * @call: as sv_code_get_call() gives it
 *
 * Returns: (transfer full) (nullable): what the call does there, and where to
 *   read about it
 */
SvExplanation *
sv_code_explain (const char *call)
{
  const Call *found = find_call (call, strlen (call));
  SvExplanation *self;
  const char *bracket;

  if (found == NULL)
    return NULL;
  bracket = strchr (found->manual, '(');
  self = sv_explanation_new (g_strdup_printf ("%s()", found->name));
  sv_explanation_take (self, g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "code", found->meaning)));
  /* Translators: a command for a terminal: “man 2 bind”; what to read on that page follows */
  sv_explanation_add (self, C_ ("code", "Read “man %c %.*s”: %s"), bracket[1], (int) (bracket - found->manual),
                      found->manual, g_dpgettext2 (GETTEXT_PACKAGE, "code", found->section));
  return self;
}
