/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-ink.h"
#include "sv-text-cache.h"

G_BEGIN_DECLS

/**
 * SvCell:
 *
 * A widget that draws texts of its own from cached layouts: one widget for a
 * list's item instead of a tree of labels. It asks for as many lines of text
 * as its class says, so that filling it never measures anything.
 */
#define SV_TYPE_CELL (sv_cell_get_type ())
G_DECLARE_DERIVABLE_TYPE (SvCell, sv_cell, SV, CELL, GtkWidget)

struct _SvCellClass
{
  GtkWidgetClass parent_class;

  void (*measure) (SvCell *self, int *min_width, int *height);
  void (*draw) (SvCell *self, GtkSnapshot *snapshot, SvInk ink, float width, float height);
};

SvTextCache *sv_cell_get_texts (SvCell *self);
gboolean sv_cell_is_right_to_left (SvCell *self);
void sv_cell_draw_text (SvCell *self, GtkSnapshot *snapshot, SvTextStyle style, const graphene_rect_t *box,
                        gboolean at_end, const GdkRGBA *color, const char *text);
void sv_cell_set_name (SvCell *self, const char *name);

G_END_DECLS
