/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-explain.h"

G_BEGIN_DECLS

/**
 * SvTrialStory: what is told about a trial; translated
 * @title: what is broken, in a few words
 * @question: what a learner may ask before trying
 * @kernel: what the kernel did, and why
 * @program: what a program should do
 */
typedef struct
{
  const char *title;
  const char *question;
  const char *kernel;
  const char *program;
} SvTrialStory;

gboolean sv_trial_story_find (const char *trial, SvTrialStory *story);
const char *sv_trial_story_find_step (const char *trial, const char *step);
char *sv_trial_story_describe_outcome (const char *call, gint64 result, int error);

G_END_DECLS
