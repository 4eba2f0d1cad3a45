/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-explain.h"

G_BEGIN_DECLS

/**
 * SvParkStory: what is told about a connection that is parked in a state; translated
 * @made: how it was brought there
 * @ends: what ends it, by itself or by us
 * @met: what it means when one meets it on a machine at work
 */
typedef struct
{
  const char *made;
  const char *ends;
  const char *met;
} SvParkStory;

gboolean sv_park_story_find (const char *name, SvParkStory *story);
SvExplanation *sv_explain_park (const char *name);

G_END_DECLS
