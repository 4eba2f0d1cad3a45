/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-scene-painter.h"

#include <math.h>

#define DASH_ON 6.0f
#define DASH_OFF 4.0f

/* How far a cubic curve's control points lie from its ends so that it sags by 1. */
#define SAG (4.0 / 3.0)

typedef struct
{
  GtkSnapshot *snapshot;
  SvTextCache *texts;
  SvInk ink;
} Painter;

/**
 * sv_shape_get_bounds:
 *
 * Returns: the rectangle around the shape without its stroke, with a size of 0 or more
 */
graphene_rect_t
sv_shape_get_bounds (const SvShape *shape)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (shape->x, shape->y, shape->width, shape->height);

  graphene_rect_normalize (&bounds);
  return bounds;
}

static float
get_line_width (const SvShape *shape)
{
  return shape->line_width > 0 ? shape->line_width : 1;
}

static cairo_t *
begin_cairo (Painter *self, const SvShape *shape, const GdkRGBA *color)
{
  graphene_rect_t bounds = sv_shape_get_bounds (shape);
  cairo_t *cr;

  graphene_rect_inset (&bounds, -get_line_width (shape), -get_line_width (shape));
  cr = gtk_snapshot_append_cairo (self->snapshot, &bounds);
  cairo_set_line_width (cr, get_line_width (shape));
  gdk_cairo_set_source_rgba (cr, color);
  if (shape->dashed)
    cairo_set_dash (cr, (const double[]) { DASH_ON, DASH_OFF }, 2, 0);
  return cr;
}

static void
trace_rounded (cairo_t *cr, double x, double y, double width, double height, double radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -(G_PI / 2), 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, (G_PI / 2));
  cairo_arc (cr, x + radius, y + height - radius, radius, (G_PI / 2), G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * (G_PI / 2));
  cairo_close_path (cr);
}

static void
paint_dashed_frame (Painter *self, const SvShape *shape, const GdkRGBA *color)
{
  double inset = get_line_width (shape) / 2;
  double width = shape->width - 2 * inset, height = shape->height - 2 * inset;
  cairo_t *cr;

  if (width <= 0 || height <= 0)
    return;
  cr = begin_cairo (self, shape, color);
  trace_rounded (cr, shape->x + inset, shape->y + inset, width, height,
                 CLAMP (shape->radius - inset, 0, MIN (width, height) / 2));
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
paint_box (Painter *self, const SvShape *shape)
{
  graphene_rect_t box = sv_shape_get_bounds (shape);
  GdkRGBA fill = sv_ink_get_paint (self->ink, shape->fill);
  GdkRGBA stroke = sv_ink_get_paint (self->ink, shape->stroke);

  sv_ink_append_box (self->snapshot, &box, shape->radius, &fill);
  if (stroke.alpha <= 0)
    return;
  if (shape->dashed)
    paint_dashed_frame (self, shape, &stroke);
  else
    sv_ink_append_frame (self->snapshot, &box, shape->radius, get_line_width (shape), &stroke);
}

/* Upright and level lines are filled rectangles: far cheaper than a path. */
static void
paint_axis_line (Painter *self, const SvShape *shape, const GdkRGBA *color)
{
  graphene_rect_t bounds = sv_shape_get_bounds (shape);
  gboolean level = bounds.size.width >= bounds.size.height;
  float width = get_line_width (shape);
  float length = level ? bounds.size.width : bounds.size.height;
  float step = shape->dashed ? DASH_ON + DASH_OFF : length;
  float on = shape->dashed ? DASH_ON : length;

  if (length <= 0)
    return;
  for (float at = 0; at < length; at += step)
    {
      float piece = MIN (on, length - at);
      graphene_rect_t dash = level
        ? GRAPHENE_RECT_INIT (bounds.origin.x + at, bounds.origin.y - width / 2, piece, width)
        : GRAPHENE_RECT_INIT (bounds.origin.x - width / 2, bounds.origin.y + at, width, piece);

      gtk_snapshot_append_color (self->snapshot, color, &dash);
    }
}

static void
paint_line (Painter *self, const SvShape *shape)
{
  GdkRGBA color = sv_ink_get_paint (self->ink, shape->stroke);
  cairo_t *cr;

  if (color.alpha <= 0)
    return;
  if (fabsf (shape->width) < 0.01f || fabsf (shape->height) < 0.01f)
    {
      paint_axis_line (self, shape, &color);
      return;
    }
  cr = begin_cairo (self, shape, &color);
  cairo_move_to (cr, shape->x, shape->y);
  cairo_line_to (cr, shape->x + shape->width, shape->y + shape->height);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
paint_arc (Painter *self, const SvShape *shape)
{
  GdkRGBA color = sv_ink_get_paint (self->ink, shape->stroke);
  double sag = shape->y + shape->height * SAG;
  cairo_t *cr;

  if (color.alpha <= 0)
    return;
  cr = begin_cairo (self, shape, &color);
  cairo_move_to (cr, shape->x, shape->y);
  cairo_curve_to (cr, shape->x, sag, shape->x + shape->width, sag, shape->x + shape->width, shape->y);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
paint_curve (Painter *self, const SvShape *shape)
{
  GdkRGBA color = sv_ink_get_paint (self->ink, shape->stroke);
  double middle = shape->y + shape->height / 2;
  cairo_t *cr;

  if (color.alpha <= 0)
    return;
  cr = begin_cairo (self, shape, &color);
  cairo_move_to (cr, shape->x, shape->y);
  cairo_curve_to (cr, shape->x, middle, shape->x + shape->width, middle, shape->x + shape->width,
                  shape->y + shape->height);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
paint_text (Painter *self, const SvShape *shape)
{
  graphene_rect_t box = sv_shape_get_bounds (shape);
  GdkRGBA color = sv_ink_get_paint (self->ink, shape->fill);

  if (shape->fill.role == SV_PAINT_NONE)
    color = sv_ink_get (self->ink, SV_PAINT_TEXT, 0);
  sv_text_cache_draw (self->texts, self->snapshot, shape->text_style, &box, shape->align, &color, shape->text);
}

static void
paint_shape (Painter *self, const SvShape *shape)
{
  static void (*const painters[]) (Painter *, const SvShape *) = {
    [SV_SHAPE_BOX] = paint_box,
    [SV_SHAPE_LINE] = paint_line,
    [SV_SHAPE_ARC] = paint_arc,
    [SV_SHAPE_CURVE] = paint_curve,
    [SV_SHAPE_TEXT] = paint_text,
  };

  painters[shape->kind] (self, shape);
}

static SvShapeChoice
choose (const SvShape *shape)
{
  if (!shape->moving)
    return SV_SHAPES_STILL;
  return shape->below ? SV_SHAPES_MOVING_BELOW : SV_SHAPES_MOVING;
}

/**
 * sv_scene_paint:
 *
 * Returns: (transfer full) (nullable): the chosen shapes of the scene as a render node, %NULL if they show nothing
 */
GskRenderNode *
sv_scene_paint (SvScene *scene, SvShapeChoice choice, SvTextCache *texts, SvInk ink)
{
  Painter painter = { gtk_snapshot_new (), texts, ink };

  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    {
      const SvShape *shape = sv_scene_get (scene, i);

      if (choose (shape) == choice)
        paint_shape (&painter, shape);
    }
  return gtk_snapshot_free_to_node (painter.snapshot);
}

static const SvShape *
next_still (SvScene *scene, guint *index)
{
  while (*index < sv_scene_get_size (scene))
    {
      const SvShape *shape = sv_scene_get (scene, (*index)++);

      if (!shape->moving)
        return shape;
    }
  return NULL;
}

static gboolean
same_paint (const SvPaint *a, const SvPaint *b)
{
  return a->role == b->role && a->index == b->index && a->alpha == b->alpha;
}

static gboolean
same_look (const SvShape *a, const SvShape *b)
{
  return a->kind == b->kind && a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height
         && a->radius == b->radius && a->line_width == b->line_width && a->align == b->align
         && a->dashed == b->dashed && same_paint (&a->fill, &b->fill) && same_paint (&a->stroke, &b->stroke)
         && a->text_style == b->text_style && g_strcmp0 (a->text, b->text) == 0;
}

/**
 * sv_scene_same_still:
 *
 * Returns: whether what stands still looks the same in both, so that its node can be kept
 */
gboolean
sv_scene_same_still (SvScene *a, SvScene *b)
{
  guint i = 0, k = 0;

  for (;;)
    {
      const SvShape *x = next_still (a, &i), *y = next_still (b, &k);

      if (x == NULL || y == NULL)
        return x == y;
      if (!same_look (x, y))
        return FALSE;
    }
}
