/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-scene.h"

static void
test_pick (void)
{
  static const struct { float x, y; SvTargetKind kind; guint64 id; } CASES[] = {
    { 15, 15, SV_TARGET_FACT, 1 },          /* box behind */
    { 35, 35, SV_TARGET_CONNECTION, 2 },    /* box in front */
    { 45, 45, SV_TARGET_CONNECTION, 2 },    /* a shape without target is looked through */
    { 100, 53, SV_TARGET_PORT, 3 },         /* beside a line */
    { 100, 58, SV_TARGET_NONE, 0 },
    { 150, 141, SV_TARGET_FACT, 4 },        /* the lowest point of an arc */
    { 150, 120, SV_TARGET_NONE, 0 },        /* inside of the arc */
    { 400, 400, SV_TARGET_NONE, 0 },
  };
  g_autoptr (SvScene) scene = sv_scene_new (200, 200);

  sv_scene_add (scene, SV_SHAPE_BOX, 10, 10, 30, 30)->target = (SvTarget){ SV_TARGET_FACT, 1 };
  sv_scene_add (scene, SV_SHAPE_BOX, 30, 30, 30, 30)->target = (SvTarget){ SV_TARGET_CONNECTION, 2 };
  sv_scene_add_text (scene, 40, 40, 10, 10, SV_TEXT_BODY, 0, "x");
  sv_scene_add (scene, SV_SHAPE_LINE, 80, 50, 100, 0)->target = (SvTarget){ SV_TARGET_PORT, 3 };
  sv_scene_add (scene, SV_SHAPE_ARC, 100, 100, 100, 40)->target = (SvTarget){ SV_TARGET_FACT, 4 };
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SvTarget target = sv_scene_pick (scene, CASES[i].x, CASES[i].y);

      g_assert_cmpint (target.kind, ==, CASES[i].kind);
      g_assert_cmpuint (target.id, ==, CASES[i].id);
    }
  /* Mirrored, everything is met at its mirrored place. */
  sv_scene_mirror (scene);
  for (guint i = 0; i < G_N_ELEMENTS (CASES) - 1; i++)
    {
      SvTarget target = sv_scene_pick (scene, 200 - CASES[i].x, CASES[i].y);

      g_assert_cmpint (target.kind, ==, CASES[i].kind);
      g_assert_cmpuint (target.id, ==, CASES[i].id);
    }
}

static void
test_mirror (void)
{
  g_autoptr (SvScene) scene = sv_scene_new (200, 100);

  sv_scene_add_text (scene, 10, 20, 50, 10, SV_TEXT_MONO, 0, "a");
  sv_scene_add (scene, SV_SHAPE_LINE, 10, 20, 50, 10);
  sv_scene_mirror (scene);

  const SvShape *text = sv_scene_get (scene, 0), *line = sv_scene_get (scene, 1);
  g_assert_cmpfloat (text->x, ==, 140);
  g_assert_cmpfloat (text->width, ==, 50);
  g_assert_cmpfloat (text->align, ==, 1);
  g_assert_cmpfloat (line->x, ==, 190);
  g_assert_cmpfloat (line->width, ==, -50);
  g_assert_cmpfloat (line->y, ==, 20);
}

static void
test_describe (void)
{
  g_autoptr (SvScene) scene = sv_scene_new (200, 100);

  sv_scene_add_text (scene, 10, 50, 50, 10, SV_TEXT_BODY, 0, "below");
  sv_scene_add_text (scene, 60, 10, 50, 10, SV_TEXT_BODY, 0, "= 16");
  sv_scene_add_text (scene, 10, 10, 50, 10, SV_TEXT_BODY, 0, "socket()");
  g_autofree char *text = sv_scene_describe (scene);
  g_assert_cmpstr (text, ==, "socket() = 16\nbelow");

  sv_scene_mirror (scene);
  g_autofree char *mirrored = sv_scene_describe (scene);
  g_assert_cmpstr (mirrored, ==, text);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/pick", test_pick);
  g_test_add_func ("/scene/mirror", test_mirror);
  g_test_add_func ("/scene/describe", test_describe);
  return g_test_run ();
}
