/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-explain.h"

void
sv_explanation_free (SvExplanation *self)
{
  g_free (self->title);
  g_ptr_array_unref (self->lines);
  g_free (self);
}
