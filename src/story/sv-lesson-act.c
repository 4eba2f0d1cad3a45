/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-act.h"

#include <glib/gi18n-lib.h>

/* Every act, and the parameters it knows; README.md says what they mean. */
static const struct
{
  const char *name;
  const char *parameters;
} ACTS[] = {
  { "start-server", "kind port address backlog echo hold" },
  { "stop-server", "" },
  { "spawn", "count" },
  { "connect-to", "address port" },
  { "connect-by-name", "host port" },
  { "try", "trial" },
  { "park", "state" },
  { "hold-accept", "" },
  { "release-accept", "" },
  { "accept", "" },
  { "echo", "on" },
  { "send", "side which text bytes" },
  { "shut-down", "side which" },
  { "close", "side which" },
  { "reset", "side which" },
  { "choose-row", "" },
  { "nc", "address" },
  { "hold-wire", "" },
  { "deliver", "" },
  { "drop", "" },
  { "release-wire", "" },
};

static gboolean
is_listed (const char *list, const char *word)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);

  return g_strv_contains ((const char *const *) words, word);
}

/**
 * sv_lesson_act_new:
 * @names: (array zero-terminated=1): the parameters' names, and "name", which is passed over
 * @values: (array zero-terminated=1): beside them
 * @why: (out): a sentence, where %NULL is returned
 */
SvLessonAct *
sv_lesson_act_new (const char *name, const char *const *names, const char *const *values, char **why)
{
  SvLessonAct *self;
  guint kind = 0;

  while (kind < G_N_ELEMENTS (ACTS) && !g_str_equal (ACTS[kind].name, name))
    kind++;
  if (kind == G_N_ELEMENTS (ACTS))
    {
      *why = g_strdup_printf (_("There is no act “%s”."), name);
      return NULL;
    }
  self = g_new0 (SvLessonAct, 1);
  self->name = g_strdup (name);
  self->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (g_str_equal (names[i], "name"))
        continue;
      if (!is_listed (ACTS[kind].parameters, names[i]))
        {
          *why = g_strdup_printf (_("The act “%s” has no “%s”."), name, names[i]);
          sv_lesson_act_free (self);
          return NULL;
        }
      g_hash_table_insert (self->parameters, g_strdup (names[i]), g_strdup (values[i]));
    }
  return self;
}

void
sv_lesson_act_free (SvLessonAct *self)
{
  g_free (self->name);
  g_hash_table_unref (self->parameters);
  g_free (self);
}

/**
 * sv_lesson_act_get:
 *
 * Returns: (nullable): what the file gives for @parameter
 */
const char *
sv_lesson_act_get (const SvLessonAct *self, const char *parameter)
{
  return g_hash_table_lookup (self->parameters, parameter);
}

gint64
sv_lesson_act_get_number (const SvLessonAct *self, const char *parameter, gint64 otherwise)
{
  const char *text = sv_lesson_act_get (self, parameter);
  gint64 number;

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT32, &number, NULL) ? number : otherwise;
}

/**
 * sv_lesson_act_get_flag:
 *
 * Returns: whether the file says "yes"
 */
gboolean
sv_lesson_act_get_flag (const SvLessonAct *self, const char *parameter, gboolean otherwise)
{
  const char *text = sv_lesson_act_get (self, parameter);

  return text != NULL ? g_str_equal (text, "yes") : otherwise;
}
