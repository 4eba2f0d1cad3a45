/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-quiz-question.h"
#include "sv-quiz-table.h"

G_BEGIN_DECLS

/* How many of a hundred answers must be right. */
#define SV_QUIZ_PASS_PERCENT 80
#define SV_QUIZ_SHORT 12

/**
 * SvQuizTopic:
 * @lesson: the id of the lesson that teaches it
 * @asked: how many of its questions were answered
 */
typedef struct
{
  const char *lesson;
  guint asked;
  guint right;
} SvQuizTopic;

/**
 * SvQuiz:
 *
 * Questions in an order of chance, half of them about the machine's own table
 * at the moment when they are asked.
 */
typedef struct _SvQuiz SvQuiz;

guint sv_quiz_get_n_questions (void);
const char *sv_quiz_get_topic_title (const char *lesson);

SvQuiz *sv_quiz_new (guint size, guint32 seed);
void sv_quiz_free (SvQuiz *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvQuiz, sv_quiz_free)

guint sv_quiz_get_size (SvQuiz *self);
guint sv_quiz_get_n_answered (SvQuiz *self);
guint sv_quiz_get_n_right (SvQuiz *self);
gboolean sv_quiz_is_over (SvQuiz *self);
gboolean sv_quiz_is_passed (SvQuiz *self);

const SvQuizQuestion *sv_quiz_ask (SvQuiz *self, const SvQuizTable *table);
const SvQuizQuestion *sv_quiz_get_question (SvQuiz *self);
gboolean sv_quiz_answer (SvQuiz *self, const guint *picked, guint n_picked);
GArray *sv_quiz_list_topics (SvQuiz *self);

G_END_DECLS
