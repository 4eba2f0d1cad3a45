/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps towards pictures of lessons: begun at a step, answered, done. What
 * the step shows is shown by its own button. */
#include "sv-config.h"

#include "sv-picture-private.h"

#include "sv-lesson-guide.h"

static SvLessonRun *
get_run (SvPicture *self)
{
  return sv_lesson_guide_get_run (sv_window_get_lessons (self->window));
}

static gboolean
begin (SvPicture *self)
{
  g_autoptr (GError) error = NULL;

  if (sv_picture_begin (self)
      && !sv_lesson_guide_begin (sv_window_get_lessons (self->window),
                                 self->options->lesson != NULL ? self->options->lesson : "socket", self->options->step,
                                 &error))
    {
      sv_application_fail (self->application, error->message);
      return FALSE;
    }
  return get_run (self) != NULL && !sv_lesson_run_is_playing (get_run (self));
}

static gboolean
answer (SvPicture *self)
{
  sv_lesson_run_predict (get_run (self), 0);
  return TRUE;
}

static gboolean
perform (SvPicture *self)
{
  SvLessonRun *run = get_run (self);
  g_autoptr (GPtrArray) deeds = sv_lesson_run_list_deeds (run);
  g_autoptr (GError) error = NULL;

  if (!sv_picture_begin (self))
    return sv_lesson_run_is_done (run);
  for (guint i = 0; i < deeds->len; i++)
    if (!sv_lesson_run_perform (run, g_ptr_array_index (deeds, i), &error))
      {
        sv_application_fail (self->application, error->message);
        break;
      }
  return sv_lesson_run_is_done (run);
}

static gboolean
present (SvPicture *self)
{
  if (self->options->presentation)
    g_action_group_change_action_state (G_ACTION_GROUP (self->window), "present", g_variant_new_boolean (TRUE));
  return TRUE;
}

static const SvPictureStep begun_steps[]
  = { sv_picture_fit, present, begin, sv_picture_refresh, sv_picture_open_drawer, NULL };
static const SvPictureStep answered_steps[]
  = { sv_picture_fit, present, begin, answer, sv_picture_refresh, sv_picture_open_drawer, NULL };
static const SvPictureStep done_steps[]
  = { sv_picture_fit, present, begin, answer, perform, sv_picture_refresh, sv_picture_open_drawer, NULL };

/**
 * sv_picture_find_lesson_steps:
 *
 * Returns: (nullable): what leads there, if the state is one of a lesson
 */
const SvPictureStep *
sv_picture_find_lesson_steps (SvShow show)
{
  switch ((int) show)
    {
    case SV_SHOW_LESSON:
      return begun_steps;
    case SV_SHOW_LESSON_ANSWERED:
      return answered_steps;
    case SV_SHOW_LESSON_DONE:
      return done_steps;
    default:
      return NULL;
    }
}
