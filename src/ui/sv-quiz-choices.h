/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "sv-quiz.h"

G_BEGIN_DECLS

/**
 * SvQuizChoices:
 *
 * The choices of a question: one can be picked, or they can be put in order,
 * by mouse and by keyboard (number keys; Alt+Up and Alt+Down).
 *
 * Signals:
 * - "picked": there is an answer now, or another one
 */
#define SV_TYPE_QUIZ_CHOICES (sv_quiz_choices_get_type ())
G_DECLARE_FINAL_TYPE (SvQuizChoices, sv_quiz_choices, SV, QUIZ_CHOICES, AdwBin)

GtkWidget *sv_quiz_choices_new (void);

void sv_quiz_choices_set_question (SvQuizChoices *self, const SvQuizQuestion *question);
void sv_quiz_choices_pick (SvQuizChoices *self, guint index);
void sv_quiz_choices_move (SvQuizChoices *self, guint index, int by);
const guint *sv_quiz_choices_get_picked (SvQuizChoices *self, guint *n);
void sv_quiz_choices_reveal (SvQuizChoices *self);
void sv_quiz_choices_focus (SvQuizChoices *self);

G_END_DECLS
