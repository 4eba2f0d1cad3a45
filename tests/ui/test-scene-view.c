/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-scene-view.h"
#include "stage-fixture.h"

/* A still box that stands for a fact, one for a port, and a thing that moves. */
static SvScene *
make_scene (float moved)
{
  SvScene *scene = sv_scene_new (200, 100);
  SvShape *shape = sv_scene_add (scene, SV_SHAPE_BOX, 10, 10, 40, 20);

  shape->fill = (SvPaint) { SV_PAINT_ACCENT, 0, 0 };
  shape->target = (SvTarget) { SV_TARGET_FACT, 7 };
  shape = sv_scene_add (scene, SV_SHAPE_BOX, 100, 10, 40, 20);
  shape->stroke = (SvPaint) { SV_PAINT_ERROR, 0, 0 };
  shape->dashed = TRUE;
  shape->radius = 4;
  shape->target = (SvTarget) { SV_TARGET_PORT, 9999 };
  shape = sv_scene_add (scene, SV_SHAPE_LINE, 0, 60, 150, 20);
  shape->stroke = (SvPaint) { SV_PAINT_CONNECTION, 1, 0 };
  shape = sv_scene_add (scene, SV_SHAPE_ARC, 10, 70, 100, 20);
  shape->stroke = (SvPaint) { SV_PAINT_CONNECTION, 2, 0 };
  shape = sv_scene_add_text (scene, 10, 40, 60, 16, SV_TEXT_MONO, 0, "a text that is far longer than its box");
  shape = sv_scene_add (scene, SV_SHAPE_BOX, moved, 80, 10, 10);
  shape->fill = (SvPaint) { SV_PAINT_ACCENT, 0, 0 };
  shape->moving = TRUE;
  return scene;
}

static GtkWidget *
make_view (float moved)
{
  GtkWidget *view = sv_scene_view_new ();
  g_autoptr (SvScene) scene = make_scene (moved);

  gtk_widget_set_size_request (view, 200, 100);
  gtk_widget_set_halign (view, GTK_ALIGN_START);
  gtk_widget_set_valign (view, GTK_ALIGN_START);
  sv_scene_view_set_scene (SV_SCENE_VIEW (view), scene);
  return view;
}

/* Where the widget's picture has a pixel that is not clear. */
static gboolean
is_painted (GtkWidget *view, int x, int y)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (view);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 200, 100);
  cairo_t *cr = cairo_create (surface);

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (view), gtk_widget_get_height (view));
  node = gtk_snapshot_free_to_node (snapshot);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  guint32 pixel = ((guint32 *) cairo_image_surface_get_data (surface))[y * 200 + x];
  cairo_surface_destroy (surface);
  return pixel >> 24 != 0;
}

static void
test_draws (void)
{
  Screen screen;
  GtkWidget *view = make_view (150);

  screen_open (&screen, view, 300, 200);
  g_assert_true (is_painted (view, 30, 20));   /* the box */
  g_assert_false (is_painted (view, 120, 20)); /* a frame is hollow */
  g_assert_true (is_painted (view, 75, 70));   /* the slanted line's middle */
  g_assert_true (is_painted (view, 60, 90));   /* the arc's lowest point */
  g_assert_true (is_painted (view, 155, 85));  /* what moves */
  for (int x = 72; x < 98; x++)
    for (int y = 40; y < 56; y++)
      g_assert_false (is_painted (view, x, y)); /* no text outside of its box */
  screen_close (&screen);
}

static void
test_keeps_still (void)
{
  Screen screen;
  GtkWidget *view = make_view (150);
  g_autoptr (SvScene) moved = make_scene (160);
  g_autoptr (SvScene) other = make_scene (160);
  GskRenderNode *still;

  screen_open (&screen, view, 300, 200);
  still = sv_scene_view_get_still_node (SV_SCENE_VIEW (view));
  g_assert_nonnull (still);
  sv_scene_view_set_scene (SV_SCENE_VIEW (view), moved);
  screen_settle (&screen);
  g_assert_true (sv_scene_view_get_still_node (SV_SCENE_VIEW (view)) == still);
  g_assert_true (is_painted (view, 168, 85));

  sv_scene_add_text (other, 0, 0, 50, 10, SV_TEXT_SMALL, 0, "new");
  sv_scene_view_set_scene (SV_SCENE_VIEW (view), other);
  g_assert_null (sv_scene_view_get_still_node (SV_SCENE_VIEW (view)));
  screen_close (&screen);
}

static void
test_idle (void)
{
  Screen screen;
  GtkWidget *view = make_view (150);
  guint before;

  screen_open (&screen, view, 300, 200);
  screen_settle (&screen);
  before = screen.n_paints;
  screen_settle (&screen);
  g_assert_cmpuint (screen.n_paints, ==, before);
  screen_close (&screen);
}

static void
activated_cb (SvSceneView *view, guint kind, guint64 id, SvTarget *target)
{
  *target = (SvTarget) { kind, id };
}

static void
press (GtkWidget *view, guint keyval)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  gboolean handled;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, 0, &handled);
    }
}

static void
test_keyboard (void)
{
  Screen screen;
  GtkWidget *view = make_view (150);
  SvTarget target = { SV_TARGET_NONE, 0 };

  g_signal_connect (view, "activated", G_CALLBACK (activated_cb), &target);
  screen_open (&screen, view, 300, 200);
  press (view, GDK_KEY_Right);
  g_assert_cmpint (sv_scene_view_get_focus_target (SV_SCENE_VIEW (view)).kind, ==, SV_TARGET_FACT);
  press (view, GDK_KEY_Right);
  press (view, GDK_KEY_Right);
  press (view, GDK_KEY_Return);
  g_assert_cmpint (target.kind, ==, SV_TARGET_PORT);
  g_assert_cmpuint (target.id, ==, 9999);
  press (view, GDK_KEY_Left);
  press (view, GDK_KEY_space);
  g_assert_cmpint (target.kind, ==, SV_TARGET_FACT);
  g_assert_cmpuint (target.id, ==, 7);
  screen_close (&screen);
}

static void
test_pointer (void)
{
  Screen screen;
  GtkWidget *view = make_view (150);
  SvTarget target = { SV_TARGET_NONE, 0 };
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);

  g_signal_connect (view, "activated", G_CALLBACK (activated_cb), &target);
  screen_open (&screen, view, 300, 200);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_CLICK (controller))
        g_signal_emit_by_name (controller, "pressed", 1, 120.0, 20.0);
    }
  g_assert_cmpint (target.kind, ==, SV_TARGET_PORT);
  screen_close (&screen);
}

/* The text twin comes at rest: a scene in which something moves is not told. */
static void
test_described (void)
{
  g_autoptr (SvScene) scene = sv_scene_new (100, 50);
  GtkWidget *view = make_view (150);
  g_autofree char *description = NULL;
  Screen screen;

  screen_open (&screen, view, 300, 200);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
  sv_scene_add_text (scene, 0, 0, 100, 20, SV_TEXT_BODY, 0, "the handshake is done");
  sv_scene_view_set_scene (SV_SCENE_VIEW (view), scene);
  description = sv_scene_describe (scene);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description);
  screen_close (&screen);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/scene-view/draws", test_draws);
  g_test_add_func ("/scene-view/keeps-what-stands-still", test_keeps_still);
  g_test_add_func ("/scene-view/no-frame-while-idle", test_idle);
  g_test_add_func ("/scene-view/keyboard", test_keyboard);
  g_test_add_func ("/scene-view/pointer", test_pointer);
  g_test_add_func ("/scene-view/described-at-rest", test_described);
  return g_test_run ();
}
