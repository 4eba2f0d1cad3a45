/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "sv-quiz.h"
#include "sv-session.h"

G_BEGIN_DECLS

/* The page's name in a workplace. */
#define SV_PAGE_QUIZ "quiz"

/**
 * SvQuizPage:
 *
 * The self-check: one question at a time, why an answer is right or wrong, and
 * at the end the result by topic, with a way to each lesson.
 */
#define SV_TYPE_QUIZ_PAGE (sv_quiz_page_get_type ())
G_DECLARE_FINAL_TYPE (SvQuizPage, sv_quiz_page, SV, QUIZ_PAGE, AdwBin)

GtkWidget *sv_quiz_page_new (SvSession *session);

void sv_quiz_page_start (SvQuizPage *self, guint size, guint32 seed);
SvQuiz *sv_quiz_page_get_quiz (SvQuizPage *self);
void sv_quiz_page_pick (SvQuizPage *self, guint index);
void sv_quiz_page_move (SvQuizPage *self, guint index, int by);
void sv_quiz_page_answer (SvQuizPage *self);
void sv_quiz_page_next (SvQuizPage *self);

G_END_DECLS
