/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-scene.h"

#include <math.h>

#define PICK_TOLERANCE 4.0f /* px around a line or an arc */
#define ARC_STEPS 24

struct _SvScene
{
  float width;
  float height;
  gboolean mirrored;
  GArray *shapes; /* SvShape */
};

static void
clear_shape (gpointer data)
{
  g_clear_pointer (&((SvShape *) data)->text, g_free);
}

/**
 * sv_scene_new:
 * @width: of the picture, in pixels
 * @height: of the picture, in pixels
 *
 * Returns: (transfer full): an empty picture
 */
SvScene *
sv_scene_new (float width, float height)
{
  SvScene *self = g_rc_box_new0 (SvScene);

  self->width = width;
  self->height = height;
  self->shapes = g_array_sized_new (FALSE, TRUE, sizeof (SvShape), 64);
  g_array_set_clear_func (self->shapes, clear_shape);
  return self;
}

SvScene *
sv_scene_ref (SvScene *self)
{
  return g_rc_box_acquire (self);
}

static void
clear_scene (gpointer data)
{
  g_array_unref (((SvScene *) data)->shapes);
}

void
sv_scene_unref (SvScene *self)
{
  g_rc_box_release_full (self, clear_scene);
}

/**
 * sv_scene_add:
 *
 * Adds a shape in front of all others.
 *
 * Returns: (transfer none): the shape, to be filled in before the next one is added
 */
SvShape *
sv_scene_add (SvScene *self, SvShapeKind kind, float x, float y, float width, float height)
{
  SvShape shape = { .kind = kind, .x = x, .y = y, .width = width, .height = height, .line_width = 1 };

  g_return_val_if_fail (self != NULL, NULL);

  g_array_append_val (self->shapes, shape);
  return &g_array_index (self->shapes, SvShape, self->shapes->len - 1);
}

/**
 * sv_scene_add_text:
 * @align: 0 left, 0.5 middle, 1 right
 * @text: copied
 *
 * Returns: (transfer none): the shape, in %SV_PAINT_TEXT
 */
SvShape *
sv_scene_add_text (SvScene *self, float x, float y, float width, float height, SvTextStyle style, float align,
                   const char *text)
{
  SvShape *shape = sv_scene_add (self, SV_SHAPE_TEXT, x, y, width, height);

  g_return_val_if_fail (shape != NULL && text != NULL, NULL);

  shape->text_style = style;
  shape->align = align;
  shape->text = g_strdup (text);
  shape->fill.role = SV_PAINT_TEXT;
  return shape;
}

/**
 * sv_scene_mirror:
 *
 * Turns left and right, for a window whose language is written from right to
 * left. To be called once, when all shapes are there.
 */
void
sv_scene_mirror (SvScene *self)
{
  g_return_if_fail (self != NULL);

  self->mirrored = !self->mirrored;
  for (guint i = 0; i < self->shapes->len; i++)
    {
      SvShape *shape = &g_array_index (self->shapes, SvShape, i);

      if (shape->kind == SV_SHAPE_LINE || shape->kind == SV_SHAPE_ARC || shape->kind == SV_SHAPE_CURVE)
        {
          shape->x = self->width - shape->x;
          shape->width = -shape->width;
          continue;
        }
      shape->x = self->width - shape->x - shape->width;
      shape->align = 1 - shape->align;
    }
}

guint
sv_scene_get_size (SvScene *self)
{
  return self->shapes->len;
}

/**
 * sv_scene_get:
 *
 * Returns: (transfer none): the shape at @index, 0 being the one behind all others
 */
const SvShape *
sv_scene_get (SvScene *self, guint index)
{
  g_return_val_if_fail (index < self->shapes->len, NULL);

  return &g_array_index (self->shapes, SvShape, index);
}

float
sv_scene_get_width (SvScene *self)
{
  return self->width;
}

float
sv_scene_get_height (SvScene *self)
{
  return self->height;
}

static gboolean
is_near_segment (float x, float y, float x1, float y1, float x2, float y2)
{
  float dx = x2 - x1, dy = y2 - y1;
  float length = dx * dx + dy * dy;
  float along = length > 0 ? CLAMP (((x - x1) * dx + (y - y1) * dy) / length, 0, 1) : 0;

  return hypotf (x - x1 - along * dx, y - y1 - along * dy) <= PICK_TOLERANCE;
}

/* An arc: a cubic whose control points lie 4/3 of the sag below its ends sags by
 * just that. A curve: its control points lie half way down. */
static float
get_depth (const SvShape *shape, float t)
{
  float u = 1 - t;

  if (shape->kind == SV_SHAPE_ARC)
    return 4 * shape->height * u * t;
  return shape->height * (1.5f * u * t + t * t * t);
}

static gboolean
is_near_curve (const SvShape *shape, float x, float y)
{
  float last_x = shape->x, last_y = shape->y;

  for (int i = 1; i <= ARC_STEPS; i++)
    {
      float t = (float) i / ARC_STEPS, u = 1 - t;
      float next_x = shape->x + shape->width * (3 * u * t * t + t * t * t);
      float next_y = shape->y + get_depth (shape, t);

      if (is_near_segment (x, y, last_x, last_y, next_x, next_y))
        return TRUE;
      last_x = next_x;
      last_y = next_y;
    }
  return FALSE;
}

static gboolean
is_hit (const SvShape *shape, float x, float y)
{
  switch (shape->kind)
    {
    case SV_SHAPE_LINE:
      return is_near_segment (x, y, shape->x, shape->y, shape->x + shape->width, shape->y + shape->height);
    case SV_SHAPE_ARC:
    case SV_SHAPE_CURVE:
      return is_near_curve (shape, x, y);
    case SV_SHAPE_BOX:
    case SV_SHAPE_TEXT:
    default:
      return x >= shape->x && x <= shape->x + shape->width && y >= shape->y && y <= shape->y + shape->height;
    }
}

/**
 * sv_scene_pick:
 *
 * Returns: what the foremost shape at (@x, @y) stands for. Shapes without a
 *   target are looked through; thin lines are met a few pixels beside them.
 */
SvTarget
sv_scene_pick (SvScene *self, float x, float y)
{
  SvTarget nothing = { SV_TARGET_NONE, 0 };

  g_return_val_if_fail (self != NULL, nothing);

  for (guint i = self->shapes->len; i-- > 0;)
    {
      const SvShape *shape = &g_array_index (self->shapes, SvShape, i);

      if (shape->target.kind != SV_TARGET_NONE && is_hit (shape, x, y))
        return shape->target;
    }
  return nothing;
}

static float
middle (const SvShape *shape)
{
  return shape->y + shape->height / 2;
}

static int
compare_reading_order (gconstpointer a, gconstpointer b, gpointer data)
{
  const SvScene *self = data;
  const SvShape *x = *(const SvShape *const *) a, *y = *(const SvShape *const *) b;
  int order = middle (x) < middle (y) ? -1 : middle (x) > middle (y);

  if (order == 0)
    order = x->x < y->x ? -1 : x->x > y->x;
  return self->mirrored && middle (x) == middle (y) ? -order : order;
}

/**
 * sv_scene_describe:
 *
 * Returns: (transfer full): all texts from top to bottom, those of one line
 *   joined by a space
 */
char *
sv_scene_describe (SvScene *self)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  GString *description = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, g_string_free (description, FALSE));

  for (guint i = 0; i < self->shapes->len; i++)
    if (g_array_index (self->shapes, SvShape, i).kind == SV_SHAPE_TEXT)
      g_ptr_array_add (texts, &g_array_index (self->shapes, SvShape, i));
  g_ptr_array_sort_with_data (texts, compare_reading_order, self);
  for (guint i = 0; i < texts->len; i++)
    {
      const SvShape *shape = texts->pdata[i];

      if (i > 0)
        g_string_append_c (description, middle (shape) == middle (texts->pdata[i - 1]) ? ' ' : '\n');
      g_string_append (description, shape->text);
    }
  return g_string_free (description, FALSE);
}
