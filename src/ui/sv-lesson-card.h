/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson-run.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvLessonCard:
 *
 * The step of a lesson: what it is about, the question, the button that does
 * it, and what the kernel has shown. It shows an #SvLessonRun and keeps nothing.
 * Leaving is the action "win.leave-lesson".
 */
#define SV_TYPE_LESSON_CARD (sv_lesson_card_get_type ())
G_DECLARE_FINAL_TYPE (SvLessonCard, sv_lesson_card, SV, LESSON_CARD, GtkWidget)

GtkWidget *sv_lesson_card_new (void);

void sv_lesson_card_set_run (SvLessonCard *self, SvLessonRun *run);
void sv_lesson_card_show_problem (SvLessonCard *self, const char *sentence);
void sv_lesson_card_go (SvLessonCard *self);

G_END_DECLS
