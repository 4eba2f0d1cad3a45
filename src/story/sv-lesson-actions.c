/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-lesson-actions.h"

G_DEFINE_INTERFACE (SvLessonActions, sv_lesson_actions, G_TYPE_OBJECT)

static void
sv_lesson_actions_default_init (SvLessonActionsInterface *iface)
{
  /**
   * SvLessonActions::chosen:
   * @machine: #SvMachineId
   * @key: of the row, 0 for none
   */
  g_signal_new ("chosen", SV_TYPE_LESSON_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT,
                G_TYPE_UINT64);
}

SvRecording *
sv_lesson_actions_get_recording (SvLessonActions *self)
{
  g_return_val_if_fail (SV_IS_LESSON_ACTIONS (self), NULL);
  return SV_LESSON_ACTIONS_GET_IFACE (self)->get_recording (self);
}

gboolean
sv_lesson_actions_is_two_machines (SvLessonActions *self)
{
  g_return_val_if_fail (SV_IS_LESSON_ACTIONS (self), FALSE);
  return SV_LESSON_ACTIONS_GET_IFACE (self)->is_two_machines (self);
}

SvPortSpace *
sv_lesson_actions_get_ports (SvLessonActions *self)
{
  g_return_val_if_fail (SV_IS_LESSON_ACTIONS (self), NULL);
  return SV_LESSON_ACTIONS_GET_IFACE (self)->get_ports (self);
}

guint16
sv_lesson_actions_get_port (SvLessonActions *self)
{
  g_return_val_if_fail (SV_IS_LESSON_ACTIONS (self), 0);
  return SV_LESSON_ACTIONS_GET_IFACE (self)->get_port (self);
}

gboolean
sv_lesson_actions_perform (SvLessonActions *self, const SvLessonAct *act, GError **error)
{
  g_return_val_if_fail (SV_IS_LESSON_ACTIONS (self), FALSE);
  return SV_LESSON_ACTIONS_GET_IFACE (self)->perform (self, act, error);
}

void
sv_lesson_actions_choose (SvLessonActions *self, SvMachineId machine, guint64 key)
{
  g_return_if_fail (SV_IS_LESSON_ACTIONS (self));
  SV_LESSON_ACTIONS_GET_IFACE (self)->choose (self, machine, key);
}

void
sv_lesson_actions_clear (SvLessonActions *self)
{
  g_return_if_fail (SV_IS_LESSON_ACTIONS (self));
  SV_LESSON_ACTIONS_GET_IFACE (self)->clear (self);
}
