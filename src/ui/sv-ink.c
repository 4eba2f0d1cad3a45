/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-ink.h"

#include "sv-compat.h"
#include "sv-palette.h"

/**
 * sv_ink_of:
 *
 * Returns: the style of the display that @widget is on
 */
SvInk
sv_ink_of (GtkWidget *widget)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (widget));

  return (SvInk) { adw_style_manager_get_dark (manager), adw_style_manager_get_high_contrast (manager) };
}

GdkRGBA
sv_ink_get_paint (SvInk self, SvPaint paint)
{
  GdkRGBA color = { 0, 0, 0, 0 };

  if (paint.role != SV_PAINT_NONE)
    sv_palette_get (paint, self.dark, self.high_contrast, &color);
  return color;
}

GdkRGBA
sv_ink_get (SvInk self, SvPaintRole role, guint index)
{
  return sv_ink_get_paint (self, (SvPaint) { role, index, 0 });
}

/**
 * sv_ink_get_faded:
 * @alpha: from 0 to 1
 *
 * Returns: the colour as a tint, to lie under text
 */
GdkRGBA
sv_ink_get_faded (SvInk self, SvPaintRole role, guint index, float alpha)
{
  return sv_ink_get_paint (self, (SvPaint) { role, index, alpha });
}

void
sv_ink_append_box (GtkSnapshot *snapshot, const graphene_rect_t *box, float radius, const GdkRGBA *color)
{
  GskRoundedRect clip;

  if (color->alpha <= 0 || box->size.width <= 0 || box->size.height <= 0)
    return;
  if (radius <= 0)
    {
      gtk_snapshot_append_color (snapshot, color, box);
      return;
    }
  gsk_rounded_rect_init_from_rect (&clip, box, MIN (radius, MIN (box->size.width, box->size.height) / 2));
  gtk_snapshot_push_rounded_clip (snapshot, &clip);
  gtk_snapshot_append_color (snapshot, color, box);
  gtk_snapshot_pop (snapshot);
}

/**
 * sv_ink_append_frame:
 * @width: of the line, which lies inside of @box
 */
void
sv_ink_append_frame (GtkSnapshot *snapshot, const graphene_rect_t *box, float radius, float width,
                     const GdkRGBA *color)
{
  const float widths[4] = { width, width, width, width };
  const GdkRGBA colors[4] = { *color, *color, *color, *color };
  GskRoundedRect outline;

  if (color->alpha <= 0 || box->size.width <= 0 || box->size.height <= 0)
    return;
  gsk_rounded_rect_init_from_rect (&outline, box, MIN (radius, MIN (box->size.width, box->size.height) / 2));
  gtk_snapshot_append_border (snapshot, &outline, widths, colors);
}
