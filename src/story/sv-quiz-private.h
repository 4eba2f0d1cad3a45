/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-quiz.h"

G_BEGIN_DECLS

/* Private to the quiz: the two kinds of questions, by their numbers. */

guint sv_quiz_text_get_n (void);
SvQuizQuestion *sv_quiz_text_make (guint index);
const char *sv_quiz_text_get_topic (guint index);

/**
 * SvQuizMaker:
 * @make: makes the question of a table; %NULL if the table has not what it takes
 *
 * A question about a machine's own table.
 */
typedef struct
{
  const char *id;
  const char *topic;
  SvQuizQuestion *(*make) (const char *id, const char *topic, const SvQuizTable *table, GRand *random);
} SvQuizMaker;

extern const SvQuizMaker sv_quiz_row_makers[];
extern const guint sv_quiz_n_row_makers;
extern const SvQuizMaker sv_quiz_port_makers[];
extern const guint sv_quiz_n_port_makers;
extern const SvQuizMaker sv_quiz_state_makers[];
extern const guint sv_quiz_n_state_makers;

/* For makers. */
void sv_quiz_add_other_rows (SvQuizQuestion *question, const SvQuizTable *table, GRand *random, guint most,
                             const char *why);

G_END_DECLS
