/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-scene.h"

G_BEGIN_DECLS

/* The style in which a widget draws. A plain value. */
typedef struct
{
  gboolean dark;
  gboolean high_contrast;
} SvInk;

SvInk sv_ink_of (GtkWidget *widget);
GdkRGBA sv_ink_get (SvInk self, SvPaintRole role, guint index);
GdkRGBA sv_ink_get_faded (SvInk self, SvPaintRole role, guint index, float alpha);
GdkRGBA sv_ink_get_paint (SvInk self, SvPaint paint);

void sv_ink_append_box (GtkSnapshot *snapshot, const graphene_rect_t *box, float radius, const GdkRGBA *color);
void sv_ink_append_frame (GtkSnapshot *snapshot, const graphene_rect_t *box, float radius, float width,
                          const GdkRGBA *color);

G_END_DECLS
