/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-renderer.h"

#include "sv-compat.h"

/* Device nodes of GPUs whose drivers have none in /dev/dri: NVIDIA's own, Arm's
 * and Qualcomm's own, and the one of WSL. */
static const char *const other_nodes[] = { "nvidiactl", "mali0", "kgsl-3d0", "dxg" };

/**
 * sv_renderer_has_gpu:
 * @dev_root: "/dev"
 *
 * Returns: whether there is a device that could draw with OpenGL. Mesa draws
 *   by render nodes (/dev/dri/renderD128 and on); without any it draws in
 *   software.
 */
gboolean
sv_renderer_has_gpu (const char *dev_root)
{
  g_autofree char *folder = g_build_filename (dev_root, "dri", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (other_nodes); i++)
    {
      g_autofree char *path = g_build_filename (dev_root, other_nodes[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}

/**
 * sv_renderer_choose:
 *
 * Lets GTK draw with cairo where OpenGL would be emulated by the processor: the
 * window comes up in half the time and takes half the memory. OpenGL is then not
 * even looked for, which saves as much again. To be called before gtk_init().
 * Asking OpenGL itself which renderer it has would cost what is to be saved, so
 * the question is only whether there is a GPU at all. GSK_RENDERER, if set, is
 * obeyed.
 */
void
sv_renderer_choose (void)
{
  const char *renderer = g_getenv ("GSK_RENDERER");
  gboolean forced = g_strcmp0 (g_getenv ("LIBGL_ALWAYS_SOFTWARE"), "1") == 0;

  if (renderer == NULL && (forced || !sv_renderer_has_gpu ("/dev")))
    {
      renderer = "cairo";
      g_setenv ("GSK_RENDERER", renderer, TRUE);
    }
  if (g_strcmp0 (renderer, "cairo") == 0)
    sv_disable_gl ();
}

/**
 * sv_renderer_tune_text:
 *
 * Where cairo draws, text begins on whole pixels: between them cairo cuts off
 * the glyphs' topmost row, and an i loses its dot. To be called after gtk_init().
 */
void
sv_renderer_tune_text (void)
{
  if (g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") == 0)
    g_object_set (gtk_settings_get_default (), "gtk-hint-font-metrics", TRUE, NULL);
}
