/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check-scene.h"

#include <math.h>
#include <string.h>

#define NEARLY 0.6f /* px */

static void
check_inside (SvScene *scene, const SvShape *shape)
{
  float left = MIN (shape->x, shape->x + shape->width), right = MAX (shape->x, shape->x + shape->width);
  float top = MIN (shape->y, shape->y + shape->height), bottom = MAX (shape->y, shape->y + shape->height);

  g_assert_true (isfinite (shape->x) && isfinite (shape->y) && isfinite (shape->width) && isfinite (shape->height));
  g_assert_cmpfloat (left, >=, -NEARLY);
  g_assert_cmpfloat (right, <=, sv_scene_get_width (scene) + NEARLY);
  g_assert_cmpfloat (top, >=, -NEARLY);
  g_assert_cmpfloat (bottom, <=, sv_scene_get_height (scene) + NEARLY);
  if (shape->kind == SV_SHAPE_BOX || shape->kind == SV_SHAPE_TEXT)
    g_assert_true (shape->width >= 0 && shape->height >= 0);
}

static void
check_text (const SvShape *shape, float char_width)
{
  g_assert_nonnull (shape->text);
  g_assert_true (g_utf8_validate (shape->text, -1, NULL));
  g_assert_cmpint (strlen (shape->text), >, 0);
  g_assert_null (strchr (shape->text, '\n'));
  if (shape->text_style >= SV_TEXT_MONO)
    g_assert_cmpfloat ((float) g_utf8_strlen (shape->text, -1) * char_width, <=, shape->width + NEARLY);
}

static void
check_apart (const SvShape *a, const SvShape *b)
{
  gboolean apart = a->x + a->width <= b->x + NEARLY || b->x + b->width <= a->x + NEARLY
                   || a->y + a->height <= b->y + NEARLY || b->y + b->height <= a->y + NEARLY;

  if (!apart)
    g_error ("“%s” (%g, %g, %g × %g) overlaps “%s” (%g, %g, %g × %g)", a->text, a->x, a->y, a->width, a->height,
             b->text, b->x, b->y, b->width, b->height);
}

static void
check (SvScene *scene, float char_width, gboolean may_cross)
{
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    {
      const SvShape *shape = sv_scene_get (scene, i);

      check_inside (scene, shape);
      if (shape->kind != SV_SHAPE_TEXT)
        continue;
      check_text (shape, char_width);
      for (guint j = 0; j < i; j++)
        if (sv_scene_get (scene, j)->kind == SV_SHAPE_TEXT
            && !(may_cross && (shape->moving || sv_scene_get (scene, j)->moving)))
          check_apart (sv_scene_get (scene, j), shape);
    }
}

void
check_scene (SvScene *scene, float char_width)
{
  check (scene, char_width, FALSE);
}

void
check_scene_in_flight (SvScene *scene, float char_width)
{
  check (scene, char_width, TRUE);
}

const SvShape *
find_text (SvScene *scene, const char *text)
{
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    if (g_strcmp0 (sv_scene_get (scene, i)->text, text) == 0)
      return sv_scene_get (scene, i);
  return NULL;
}
