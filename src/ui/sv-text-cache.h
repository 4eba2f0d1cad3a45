/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-scene.h"

G_BEGIN_DECLS

/**
 * SvTextCache:
 *
 * The layouts of a widget's texts, made once for each (text, style, box). Its
 * fonts are the widget's own, so the desktop's text size is respected.
 */
typedef struct _SvTextCache SvTextCache;

SvTextCache *sv_text_cache_new (GtkWidget *widget);
void sv_text_cache_free (SvTextCache *self);
void sv_text_cache_clear (SvTextCache *self);
gboolean sv_text_cache_check_font (SvTextCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvTextCache, sv_text_cache_free)

void sv_text_cache_draw (SvTextCache *self, GtkSnapshot *snapshot, SvTextStyle style, const graphene_rect_t *box,
                         float align, const GdkRGBA *color, const char *text);
float sv_text_cache_get_width (SvTextCache *self, SvTextStyle style, const char *text);
float sv_text_cache_get_line_height (SvTextCache *self, SvTextStyle style);
float sv_text_cache_get_char_width (SvTextCache *self, SvTextStyle style);

G_END_DECLS
