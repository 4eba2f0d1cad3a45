/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-scene.h"

G_BEGIN_DECLS

/* How much room a scene has. The font is the window's monospace font. Pixels. */
typedef struct
{
  float width;
  float height;
  float line_height;
  float char_width;
  gboolean right_to_left;
} SvSceneRoom;

/**
 * SvSceneView:
 *
 * Shows an #SvScene. It keeps the node of what stands still and draws anew
 * only what moves. A subclass says by build() which scene that is; it is asked
 * again after sv_scene_view_update() and when the room changes.
 *
 * Signals:
 * - "activated" (kind, id): a person chose a shape's #SvTarget by pointer or key
 *
 * A subclass is told by targeted() that the arrow keys or the pointer have reached another target.
 */
#define SV_TYPE_SCENE_VIEW (sv_scene_view_get_type ())
G_DECLARE_DERIVABLE_TYPE (SvSceneView, sv_scene_view, SV, SCENE_VIEW, GtkWidget)

struct _SvSceneViewClass
{
  GtkWidgetClass parent_class;

  SvScene *(*build) (SvSceneView *self, const SvSceneRoom *room); /* (transfer full) (nullable) */
  void (*targeted) (SvSceneView *self);
  gboolean from_top_to_bottom; /* the arrow keys go so, not in the order of drawing */
};

GtkWidget *sv_scene_view_new (void);

void sv_scene_view_set_scene (SvSceneView *self, SvScene *scene);
SvScene *sv_scene_view_get_scene (SvSceneView *self);
void sv_scene_view_update (SvSceneView *self);
float sv_scene_view_get_line_height (SvSceneView *self);
float sv_scene_view_get_char_width (SvSceneView *self);
SvTarget sv_scene_view_get_focus_target (SvSceneView *self);
SvTarget sv_scene_view_get_pointed_target (SvSceneView *self);
GskRenderNode *sv_scene_view_get_still_node (SvSceneView *self);

G_END_DECLS
