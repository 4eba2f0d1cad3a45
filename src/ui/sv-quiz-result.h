/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "sv-quiz.h"

G_BEGIN_DECLS

/* How a quiz went, by topic. Signal "again": a person wants another. */
#define SV_TYPE_QUIZ_RESULT (sv_quiz_result_get_type ())
G_DECLARE_FINAL_TYPE (SvQuizResult, sv_quiz_result, SV, QUIZ_RESULT, AdwBin)

GtkWidget *sv_quiz_result_new (void);
void sv_quiz_result_set_quiz (SvQuizResult *self, SvQuiz *quiz);

G_END_DECLS
