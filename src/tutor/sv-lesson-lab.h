/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lab.h"
#include "sv-lesson-actions.h"
#include "sv-network.h"

G_BEGIN_DECLS

/**
 * SvLessonLab:
 *
 * The hands of a lesson on a lab: on this computer or on two machines. The
 * window and text mode use the same.
 *
 * Signal "choosing" (SvMachineId, key): the lesson points at a row for the
 * learner; whoever shows rows may show that one.
 */
#define SV_TYPE_LESSON_LAB (sv_lesson_lab_get_type ())
G_DECLARE_FINAL_TYPE (SvLessonLab, sv_lesson_lab, SV, LESSON_LAB, GObject)

SvLessonLab *sv_lesson_lab_new (SvLab *lab, SvNetwork *network, guint16 port);
void sv_lesson_lab_choose (SvLessonLab *self, SvMachineId machine, guint64 key);

G_END_DECLS
