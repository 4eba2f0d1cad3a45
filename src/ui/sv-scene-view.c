/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-scene-view.h"

#include "sv-compat.h"
#include "sv-scene-painter.h"

#define FOCUS_MARGIN 3
#define FOCUS_WIDTH 2

typedef struct
{
  SvScene *scene;
  SvTextCache *texts;
  GskRenderNode *still; /* NULL: to be drawn again */
  SvTarget focus;
  SvTarget pointed; /* what the pointer is over */
  gboolean stale;    /* update() was called while nobody could see it */
  char *description;
} SvSceneViewPrivate;

enum
{
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (SvSceneView, sv_scene_view, GTK_TYPE_WIDGET)

#define PRIVATE(self) ((SvSceneViewPrivate *) sv_scene_view_get_instance_private (self))

static gboolean
same_target (SvTarget a, SvTarget b)
{
  return a.kind == b.kind && a.id == b.id;
}

static void
forget_nodes (SvSceneView *self)
{
  g_clear_pointer (&PRIVATE (self)->still, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
style_cb (SvSceneView *self)
{
  forget_nodes (self);
}

static gboolean
moves (SvScene *scene)
{
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    if (sv_scene_get (scene, i)->moving)
      return TRUE;
  return FALSE;
}

/* The text twin. A screen reader wants to be told at rest, not sixty times a second. */
static void
describe (SvSceneView *self)
{
  SvSceneViewPrivate *priv = PRIVATE (self);
  g_autofree char *description = NULL;

  if (priv->scene == NULL || moves (priv->scene))
    return;
  description = sv_scene_describe (priv->scene);
  if (g_strcmp0 (description, priv->description) == 0)
    return;
  g_free (priv->description);
  priv->description = g_steal_pointer (&description);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, priv->description, -1);
}

static gboolean
has_target (SvScene *scene, SvTarget target)
{
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    if (same_target (sv_scene_get (scene, i)->target, target))
      return TRUE;
  return FALSE;
}

static void
show_scene (SvSceneView *self, SvScene *scene)
{
  SvSceneViewPrivate *priv = PRIVATE (self);
  g_autoptr (SvScene) before = g_steal_pointer (&priv->scene);

  priv->scene = scene;
  if (before == NULL || scene == NULL || !sv_scene_same_still (before, scene))
    g_clear_pointer (&priv->still, gsk_render_node_unref);
  if (scene == NULL || !has_target (scene, priv->focus))
    priv->focus = (SvTarget) { SV_TARGET_NONE, 0 };
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
build (SvSceneView *self)
{
  SvSceneViewPrivate *priv = PRIVATE (self);
  GtkWidget *widget = GTK_WIDGET (self);
  SvSceneViewClass *klass = SV_SCENE_VIEW_GET_CLASS (self);
  const SvSceneRoom room = {
    .width = (float) gtk_widget_get_width (widget),
    .height = (float) gtk_widget_get_height (widget),
    .line_height = sv_text_cache_get_line_height (priv->texts, SV_TEXT_MONO),
    .char_width = sv_text_cache_get_char_width (priv->texts, SV_TEXT_MONO),
    .right_to_left = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL,
  };

  priv->stale = FALSE;
  if (klass->build != NULL && room.width > 0 && room.height > 0)
    show_scene (self, klass->build (self, &room));
}

static void
sv_scene_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  build (SV_SCENE_VIEW (widget));
}

static void
sv_scene_view_map (GtkWidget *widget)
{
  SvSceneView *self = SV_SCENE_VIEW (widget);

  GTK_WIDGET_CLASS (sv_scene_view_parent_class)->map (widget);
  if (PRIVATE (self)->stale)
    build (self);
}

static void
sv_scene_view_realize (GtkWidget *widget)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (widget));

  GTK_WIDGET_CLASS (sv_scene_view_parent_class)->realize (widget);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (style_cb), widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (style_cb), widget, G_CONNECT_SWAPPED);
  forget_nodes (SV_SCENE_VIEW (widget));
}

static void
sv_scene_view_unrealize (GtkWidget *widget)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (widget));

  g_signal_handlers_disconnect_by_func (manager, style_cb, widget);
  GTK_WIDGET_CLASS (sv_scene_view_parent_class)->unrealize (widget);
}

static void
forget_layouts (SvSceneView *self)
{
  forget_nodes (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
sv_scene_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sv_scene_view_parent_class)->css_changed (widget, change);
  if (sv_text_cache_check_font (PRIVATE (SV_SCENE_VIEW (widget))->texts))
    forget_layouts (SV_SCENE_VIEW (widget));
}

static void
sv_scene_view_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (sv_scene_view_parent_class)->system_setting_changed (widget, setting);
  sv_text_cache_clear (PRIVATE (SV_SCENE_VIEW (widget))->texts);
  forget_layouts (SV_SCENE_VIEW (widget));
}

static void
sv_scene_view_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  GTK_WIDGET_CLASS (sv_scene_view_parent_class)->direction_changed (widget, previous);
  sv_text_cache_clear (PRIVATE (SV_SCENE_VIEW (widget))->texts);
  forget_layouts (SV_SCENE_VIEW (widget));
}

static graphene_rect_t
get_target_bounds (SvScene *scene, SvTarget target)
{
  graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, 0, 0);
  gboolean first = TRUE;

  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    {
      const SvShape *shape = sv_scene_get (scene, i);
      graphene_rect_t bounds = sv_shape_get_bounds (shape);

      if (!same_target (shape->target, target))
        continue;
      if (first)
        all = bounds;
      else
        graphene_rect_union (&all, &bounds, &all);
      first = FALSE;
    }
  return all;
}

static void
snapshot_focus (SvSceneView *self, GtkSnapshot *snapshot, SvInk ink)
{
  SvSceneViewPrivate *priv = PRIVATE (self);
  GdkRGBA color = sv_ink_get (ink, SV_PAINT_ACCENT, 0);
  graphene_rect_t bounds;

  if (!gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    return;
  if (priv->focus.kind == SV_TARGET_NONE)
    bounds = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (GTK_WIDGET (self)),
                                 (float) gtk_widget_get_height (GTK_WIDGET (self)));
  else
    {
      bounds = get_target_bounds (priv->scene, priv->focus);
      graphene_rect_inset (&bounds, -FOCUS_MARGIN, -FOCUS_MARGIN);
    }
  sv_ink_append_frame (snapshot, &bounds, 6, FOCUS_WIDTH, &color);
}

static void
sv_scene_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SvSceneView *self = SV_SCENE_VIEW (widget);
  SvSceneViewPrivate *priv = PRIVATE (self);
  SvInk ink = sv_ink_of (widget);
  g_autoptr (GskRenderNode) below = NULL, moving = NULL;

  if (priv->scene == NULL)
    return;
  if (priv->still == NULL)
    priv->still = sv_scene_paint (priv->scene, SV_SHAPES_STILL, priv->texts, ink);
  below = sv_scene_paint (priv->scene, SV_SHAPES_MOVING_BELOW, priv->texts, ink);
  moving = sv_scene_paint (priv->scene, SV_SHAPES_MOVING, priv->texts, ink);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                                         (float) gtk_widget_get_height (widget)));
  if (below != NULL)
    gtk_snapshot_append_node (snapshot, below);
  if (priv->still != NULL)
    gtk_snapshot_append_node (snapshot, priv->still);
  if (moving != NULL)
    gtk_snapshot_append_node (snapshot, moving);
  snapshot_focus (self, snapshot, ink);
  gtk_snapshot_pop (snapshot);
}

static void
activate (SvSceneView *self, SvTarget target)
{
  if (target.kind != SV_TARGET_NONE)
    g_signal_emit (self, signals[ACTIVATED], 0, (guint) target.kind, target.id);
}

static void
pressed_cb (SvSceneView *self, int n_press, double x, double y)
{
  SvSceneViewPrivate *priv = PRIVATE (self);

  if (priv->scene == NULL || gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT) != GTK_WIDGET (self))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  activate (self, sv_scene_pick (priv->scene, (float) x, (float) y));
}

static void
tell_target (SvSceneView *self)
{
  if (SV_SCENE_VIEW_GET_CLASS (self)->targeted != NULL)
    SV_SCENE_VIEW_GET_CLASS (self)->targeted (self);
}

static void
point_at (SvSceneView *self, SvTarget target)
{
  SvSceneViewPrivate *priv = PRIVATE (self);

  if (same_target (target, priv->pointed))
    return;
  priv->pointed = target;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), target.kind != SV_TARGET_NONE ? "pointer" : NULL);
  tell_target (self);
}

/* What stands before the picture is not the picture. */
static void
motion_cb (SvSceneView *self, double x, double y)
{
  SvSceneViewPrivate *priv = PRIVATE (self);

  if (priv->scene != NULL && gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT) == GTK_WIDGET (self))
    point_at (self, sv_scene_pick (priv->scene, (float) x, (float) y));
}

static void
leave_cb (SvSceneView *self)
{
  point_at (self, (SvTarget) { SV_TARGET_NONE, 0 });
}

static float
get_top (SvScene *scene, SvTarget target)
{
  float top = G_MAXFLOAT;

  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    if (same_target (sv_scene_get (scene, i)->target, target))
      top = MIN (top, sv_shape_get_bounds (sv_scene_get (scene, i)).origin.y);
  return top;
}

static int
compare_tops (gconstpointer a, gconstpointer b, gpointer scene)
{
  float x = get_top (scene, *(const SvTarget *) a), y = get_top (scene, *(const SvTarget *) b);

  return (x > y) - (x < y);
}

/* All targets in the order in which they are drawn, each once. */
static GArray *
list_targets (SvScene *scene)
{
  GArray *targets = g_array_new (FALSE, FALSE, sizeof (SvTarget));

  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    {
      SvTarget target = sv_scene_get (scene, i)->target;
      gboolean known = target.kind == SV_TARGET_NONE;

      for (guint k = 0; k < targets->len && !known; k++)
        known = same_target (g_array_index (targets, SvTarget, k), target);
      if (!known)
        g_array_append_val (targets, target);
    }
  return targets;
}

static gboolean
walk (SvSceneView *self, int step)
{
  SvSceneViewPrivate *priv = PRIVATE (self);
  g_autoptr (GArray) targets = list_targets (priv->scene);

  if (SV_SCENE_VIEW_GET_CLASS (self)->from_top_to_bottom)
    g_array_sort_with_data (targets, compare_tops, priv->scene);
  int at = step > 0 ? -1 : (int) targets->len;

  for (guint i = 0; i < targets->len; i++)
    if (same_target (g_array_index (targets, SvTarget, i), priv->focus))
      at = (int) i;
  at += step;
  if (at < 0 || at >= (int) targets->len)
    return targets->len > 0;
  priv->focus = g_array_index (targets, SvTarget, at);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  tell_target (self);
  return TRUE;
}

static gboolean
key_cb (SvSceneView *self, guint keyval, guint keycode, GdkModifierType state)
{
  SvSceneViewPrivate *priv = PRIVATE (self);
  int ahead = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -1 : 1;

  if (priv->scene == NULL || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Down:
      return walk (self, 1);
    case GDK_KEY_Up:
      return walk (self, -1);
    case GDK_KEY_Right:
      return walk (self, ahead);
    case GDK_KEY_Left:
      return walk (self, -ahead);
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      activate (self, priv->focus);
      return priv->focus.kind != SV_TARGET_NONE;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
sv_scene_view_finalize (GObject *object)
{
  SvSceneViewPrivate *priv = PRIVATE (SV_SCENE_VIEW (object));

  g_clear_pointer (&priv->scene, sv_scene_unref);
  g_clear_pointer (&priv->still, gsk_render_node_unref);
  sv_text_cache_free (priv->texts);
  g_free (priv->description);
  G_OBJECT_CLASS (sv_scene_view_parent_class)->finalize (object);
}

static void
sv_scene_view_class_init (SvSceneViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = sv_scene_view_finalize;
  widget_class->size_allocate = sv_scene_view_size_allocate;
  widget_class->map = sv_scene_view_map;
  widget_class->realize = sv_scene_view_realize;
  widget_class->unrealize = sv_scene_view_unrealize;
  widget_class->snapshot = sv_scene_view_snapshot;
  widget_class->css_changed = sv_scene_view_css_changed;
  widget_class->system_setting_changed = sv_scene_view_system_setting_changed;
  widget_class->direction_changed = sv_scene_view_direction_changed;

  /**
   * SvSceneView::activated:
   * @kind: an #SvTargetKind
   * @id: what it is of that kind
   */
  signals[ACTIVATED] = g_signal_new ("activated", SV_TYPE_SCENE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT64);

  gtk_widget_class_set_css_name (widget_class, "scene");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
sv_scene_view_init (SvSceneView *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  PRIVATE (self)->texts = sv_text_cache_new (GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

GtkWidget *
sv_scene_view_new (void)
{
  return g_object_new (SV_TYPE_SCENE_VIEW, NULL);
}

/**
 * sv_scene_view_set_scene:
 * @scene: (transfer none) (nullable): what to show
 */
void
sv_scene_view_set_scene (SvSceneView *self, SvScene *scene)
{
  g_return_if_fail (SV_IS_SCENE_VIEW (self));

  show_scene (self, scene != NULL ? sv_scene_ref (scene) : NULL);
}

/**
 * sv_scene_view_get_scene:
 *
 * Returns: (transfer none) (nullable): what is shown
 */
SvScene *
sv_scene_view_get_scene (SvSceneView *self)
{
  g_return_val_if_fail (SV_IS_SCENE_VIEW (self), NULL);

  return PRIVATE (self)->scene;
}

/**
 * sv_scene_view_update:
 *
 * The scene may be another now: build() is called, at once if somebody can
 * see it, else when it is next shown.
 */
void
sv_scene_view_update (SvSceneView *self)
{
  g_return_if_fail (SV_IS_SCENE_VIEW (self));

  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && gtk_widget_get_width (GTK_WIDGET (self)) > 0)
    build (self);
  else
    PRIVATE (self)->stale = TRUE;
}

/**
 * sv_scene_view_get_line_height:
 *
 * Returns: of the monospace font, in pixels
 */
float
sv_scene_view_get_line_height (SvSceneView *self)
{
  g_return_val_if_fail (SV_IS_SCENE_VIEW (self), 0);

  return sv_text_cache_get_line_height (PRIVATE (self)->texts, SV_TEXT_MONO);
}

/**
 * sv_scene_view_get_char_width:
 *
 * Returns: of the monospace font, in pixels
 */
float
sv_scene_view_get_char_width (SvSceneView *self)
{
  g_return_val_if_fail (SV_IS_SCENE_VIEW (self), 0);

  return sv_text_cache_get_char_width (PRIVATE (self)->texts, SV_TEXT_MONO);
}

/**
 * sv_scene_view_get_focus_target:
 *
 * Returns: which target the arrow keys have reached
 */
SvTarget
sv_scene_view_get_focus_target (SvSceneView *self)
{
  g_return_val_if_fail (SV_IS_SCENE_VIEW (self), ((SvTarget) { SV_TARGET_NONE, 0 }));

  return PRIVATE (self)->focus;
}

/**
 * sv_scene_view_get_pointed_target:
 *
 * Returns: which target the pointer was over last, without having left the view since
 */
SvTarget
sv_scene_view_get_pointed_target (SvSceneView *self)
{
  g_return_val_if_fail (SV_IS_SCENE_VIEW (self), ((SvTarget) { SV_TARGET_NONE, 0 }));

  return PRIVATE (self)->pointed;
}

/**
 * sv_scene_view_get_still_node:
 *
 * Returns: (transfer none) (nullable): the kept node of what stands still
 */
GskRenderNode *
sv_scene_view_get_still_node (SvSceneView *self)
{
  g_return_val_if_fail (SV_IS_SCENE_VIEW (self), NULL);

  return PRIVATE (self)->still;
}
