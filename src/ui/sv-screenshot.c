/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-screenshot.h"

#include <string.h>

/**
 * sv_screenshot_render:
 * @window: a window that is realized
 *
 * Returns: (transfer full) (nullable): what the window looks like, one pixel
 *   for each of its own; %NULL while it has no size
 */
GdkTexture *
sv_screenshot_render (GtkWidget *window)
{
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  GskRenderer *renderer;
  int width;
  int height;

  g_return_val_if_fail (GTK_IS_NATIVE (window), NULL);

  renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  width = gtk_widget_get_width (window);
  height = gtk_widget_get_height (window);
  if (renderer == NULL || width == 0 || height == 0)
    return NULL;
  paintable = gtk_widget_paintable_new (window);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  if (node == NULL)
    return NULL;
  return gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
}

static guchar *
download (GdkTexture *texture, gsize *size)
{
  gsize stride = (gsize) gdk_texture_get_width (texture) * 4;
  guchar *pixels;

  *size = stride * (gsize) gdk_texture_get_height (texture);
  pixels = g_malloc (*size);
  gdk_texture_download (texture, pixels, stride);
  return pixels;
}

/**
 * sv_screenshot_equal:
 *
 * Returns: whether both have the same size and the same pixels
 */
gboolean
sv_screenshot_equal (GdkTexture *a, GdkTexture *b)
{
  g_autofree guchar *pixels_a = NULL;
  g_autofree guchar *pixels_b = NULL;
  gsize size_a;
  gsize size_b;

  if (a == NULL || b == NULL || gdk_texture_get_width (a) != gdk_texture_get_width (b))
    return FALSE;
  pixels_a = download (a, &size_a);
  pixels_b = download (b, &size_b);
  return size_a == size_b && memcmp (pixels_a, pixels_b, size_a) == 0;
}

/**
 * sv_screenshot_save:
 * @path: a file name; what is there is replaced
 *
 * Returns: whether the picture is in the file, as PNG
 */
gboolean
sv_screenshot_save (GdkTexture *texture, const char *path, GError **error)
{
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GFile) file = NULL;

  g_return_val_if_fail (GDK_IS_TEXTURE (texture), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  png = gdk_texture_save_to_png_bytes (texture);
  file = g_file_new_for_path (path);
  return g_file_replace_contents (file, g_bytes_get_data (png, NULL), g_bytes_get_size (png), NULL, FALSE,
                                  G_FILE_CREATE_NONE, NULL, NULL, error);
}
