/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvChoice:
 * @value: what the kernel's answer must be for this to be right
 * @up_to: (nullable): for numbers: from @value up to this
 * @label: in English: the msgid
 */
typedef struct
{
  char *value;
  char *up_to;
  char *label;
} SvChoice;

/**
 * SvPrediction:
 * @place: an #SvLessonPlace
 * @question: in English, as all texts: the msgids
 * @choices: (element-type SvChoice)
 * @answer: what the kernel's answer is: "c.parity"
 * @against: (nullable): the answer is then "same" or "different": whether both are equal
 * @right: said when the learner was right
 * @wrong: said when not
 *
 * A question that is answered before the kernel answers it.
 */
typedef struct
{
  guint place;
  char *question;
  GPtrArray *choices;
  char *answer;
  char *against;
  char *right;
  char *wrong;
} SvPrediction;

typedef enum
{
  SV_VERDICT_OPEN,    /* not asked, or not answered by the learner yet */
  SV_VERDICT_GIVEN,   /* the learner has answered, the kernel not yet */
  SV_VERDICT_RIGHT,
  SV_VERDICT_WRONG,
  SV_VERDICT_OTHER,   /* the kernel's answer is none of the choices */
  SV_VERDICT_MISSED,  /* the kernel answered before the learner */
} SvVerdict;

SvPrediction *sv_prediction_new (void);
void sv_prediction_free (SvPrediction *self);
void sv_prediction_add_choice (SvPrediction *self, const char *value, const char *up_to, const char *label);

char *sv_prediction_get_answer (const SvPrediction *self, GHashTable *values);
int sv_prediction_find_choice (const SvPrediction *self, const char *answer);
SvVerdict sv_prediction_judge (const SvPrediction *self, int guess, const char *answer);
const char *sv_verdict_to_string (SvVerdict verdict);

G_END_DECLS
