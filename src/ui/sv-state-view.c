/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-state-view.h"

#include <glib/gi18n-lib.h>

#define LEAST_WIDTH 280
#define USUAL_WIDTH 760

struct _SvStateView
{
  SvSceneView parent_instance;

  guint reached;
  SvStation chosen;
  SvStation here;
  SvStation other;
  GArray *steps;       /* nullable, and so the next */
  GArray *other_steps;
};

G_DEFINE_FINAL_TYPE (SvStateView, sv_state_view, SV_TYPE_SCENE_VIEW)

static SvScene *
sv_state_view_build (SvSceneView *view, const SvSceneRoom *room)
{
  SvStateView *self = SV_STATE_VIEW (view);
  const SvStateDiagramLook look = {
    .width = room->width,
    .height = room->height,
    .line_height = room->line_height,
    .char_width = room->char_width,
    .right_to_left = room->right_to_left,
    .reached = self->reached,
    .chosen = self->chosen,
    .here = self->here,
    .other = self->other,
    .steps = self->steps,
    .other_steps = self->other_steps,
  };

  return sv_state_diagram_build (&look);
}

static void
sv_state_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  SvSceneView *view = SV_SCENE_VIEW (widget);
  float width = for_size > 0 ? (float) for_size : USUAL_WIDTH;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = LEAST_WIDTH;
      *natural = USUAL_WIDTH;
      return;
    }
  *minimum = *natural = (int) sv_state_diagram_get_height (width, sv_scene_view_get_line_height (view),
                                                           sv_scene_view_get_char_width (view));
}

static GtkSizeRequestMode
sv_state_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sv_state_view_finalize (GObject *object)
{
  SvStateView *self = SV_STATE_VIEW (object);

  g_clear_pointer (&self->steps, g_array_unref);
  g_clear_pointer (&self->other_steps, g_array_unref);
  G_OBJECT_CLASS (sv_state_view_parent_class)->finalize (object);
}

static void
sv_state_view_class_init (SvStateViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_state_view_finalize;
  GTK_WIDGET_CLASS (klass)->measure = sv_state_view_measure;
  GTK_WIDGET_CLASS (klass)->get_request_mode = sv_state_view_get_request_mode;
  SV_SCENE_VIEW_CLASS (klass)->build = sv_state_view_build;
}

static void
sv_state_view_init (SvStateView *self)
{
  self->chosen = self->here = self->other = SV_N_STATIONS;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("The states of a TCP connection and what leads from one to the next"), -1);
}

GtkWidget *
sv_state_view_new (void)
{
  return g_object_new (SV_TYPE_STATE_VIEW, NULL);
}

/**
 * sv_state_view_set_reached:
 * @reached: bits 1 << #SvStation
 */
void
sv_state_view_set_reached (SvStateView *self, guint reached)
{
  g_return_if_fail (SV_IS_STATE_VIEW (self));

  if (self->reached == reached)
    return;
  self->reached = reached;
  sv_scene_view_update (SV_SCENE_VIEW (self));
}

/**
 * sv_state_view_set_chosen:
 * @chosen: %SV_N_STATIONS for none
 */
void
sv_state_view_set_chosen (SvStateView *self, SvStation chosen)
{
  g_return_if_fail (SV_IS_STATE_VIEW (self));

  if (self->chosen == chosen)
    return;
  self->chosen = chosen;
  sv_scene_view_update (SV_SCENE_VIEW (self));
}

/**
 * sv_state_view_set_ways:
 * @here: where the chosen socket is, %SV_N_STATIONS if nowhere
 * @steps: (nullable) (element-type SvStateStep): how it came there
 * @other: where its other end is, likewise
 * @other_steps: (nullable) (element-type SvStateStep): how that came there
 */
void
sv_state_view_set_ways (SvStateView *self, SvStation here, GArray *steps, SvStation other, GArray *other_steps)
{
  g_return_if_fail (SV_IS_STATE_VIEW (self));

  self->here = here;
  self->other = other;
  g_clear_pointer (&self->steps, g_array_unref);
  g_clear_pointer (&self->other_steps, g_array_unref);
  self->steps = steps != NULL ? g_array_ref (steps) : NULL;
  self->other_steps = other_steps != NULL ? g_array_ref (other_steps) : NULL;
  sv_scene_view_update (SV_SCENE_VIEW (self));
}
