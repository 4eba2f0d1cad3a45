/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"

G_BEGIN_DECLS

GdkTexture *sv_screenshot_render (GtkWidget *window);
gboolean sv_screenshot_equal (GdkTexture *a, GdkTexture *b);
gboolean sv_screenshot_save (GdkTexture *texture, const char *path, GError **error);

G_END_DECLS
