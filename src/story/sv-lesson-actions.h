/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson-act.h"
#include "sv-port-space.h"
#include "sv-recording.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SvLessonActions:
 *
 * Where a lesson happens: the recording it is judged by, and the hands that do
 * what its buttons say. Text mode, window and tests each have one.
 *
 * Signal "chosen" (SvMachineId, key of a row): the learner points at a row of
 * the table; key 0: at none.
 */
#define SV_TYPE_LESSON_ACTIONS (sv_lesson_actions_get_type ())
G_DECLARE_INTERFACE (SvLessonActions, sv_lesson_actions, SV, LESSON_ACTIONS, GObject)

/**
 * SvLessonActionsInterface:
 * @get_recording: (transfer none)
 * @is_two_machines: two machines and a wire, or this computer
 * @get_ports: (transfer none): the client's machine's
 * @get_port: where a server is started unless the lesson says otherwise
 * @perform: does it, or begins it; what comes of it is in the recording
 * @choose: points at a row for the learner
 * @clear: closes every socket and lets all flow: how a lesson begins
 */
struct _SvLessonActionsInterface
{
  GTypeInterface parent_interface;

  SvRecording *(*get_recording) (SvLessonActions *self);
  gboolean (*is_two_machines) (SvLessonActions *self);
  SvPortSpace *(*get_ports) (SvLessonActions *self);
  guint16 (*get_port) (SvLessonActions *self);
  gboolean (*perform) (SvLessonActions *self, const SvLessonAct *act, GError **error);
  void (*choose) (SvLessonActions *self, SvMachineId machine, guint64 key);
  void (*clear) (SvLessonActions *self);
};

SvRecording *sv_lesson_actions_get_recording (SvLessonActions *self);
gboolean sv_lesson_actions_is_two_machines (SvLessonActions *self);
SvPortSpace *sv_lesson_actions_get_ports (SvLessonActions *self);
guint16 sv_lesson_actions_get_port (SvLessonActions *self);
gboolean sv_lesson_actions_perform (SvLessonActions *self, const SvLessonAct *act, GError **error);
void sv_lesson_actions_choose (SvLessonActions *self, SvMachineId machine, guint64 key);
void sv_lesson_actions_clear (SvLessonActions *self);

G_END_DECLS
