/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-explanation.h"

/**
 * sv_explanation_new:
 * @title: (transfer full): its one line
 *
 * Returns: (transfer full): an explanation without lines
 */
SvExplanation *
sv_explanation_new (char *title)
{
  SvExplanation *self = g_new (SvExplanation, 1);

  self->title = title;
  self->lines = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
sv_explanation_free (SvExplanation *self)
{
  g_free (self->title);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

/**
 * sv_explanation_add:
 *
 * Appends a sentence.
 */
void
sv_explanation_add (SvExplanation *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->lines, g_strdup_vprintf (format, args));
  va_end (args);
}

/**
 * sv_explanation_take:
 * @line: (transfer full) (nullable): a sentence; %NULL and "" add nothing
 */
void
sv_explanation_take (SvExplanation *self, char *line)
{
  if (line == NULL || line[0] == '\0')
    g_free (line);
  else
    g_ptr_array_add (self->lines, line);
}
