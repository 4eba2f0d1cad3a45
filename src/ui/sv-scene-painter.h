/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-ink.h"
#include "sv-text-cache.h"

G_BEGIN_DECLS

/* What of a scene to draw. */
typedef enum
{
  SV_SHAPES_STILL,
  SV_SHAPES_MOVING,
  SV_SHAPES_MOVING_BELOW,
} SvShapeChoice;

GskRenderNode *sv_scene_paint (SvScene *scene, SvShapeChoice choice, SvTextCache *texts, SvInk ink);
gboolean sv_scene_same_still (SvScene *a, SvScene *b);
graphene_rect_t sv_shape_get_bounds (const SvShape *shape);

G_END_DECLS
