/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Bytes in hexadecimal, sixteen or eight a line, with some of their bits lit. */
#define SV_TYPE_HEX_VIEW (sv_hex_view_get_type ())
G_DECLARE_FINAL_TYPE (SvHexView, sv_hex_view, SV, HEX_VIEW, GtkWidget)

GtkWidget *sv_hex_view_new (void);
void sv_hex_view_set_bytes (SvHexView *self, GBytes *bytes);
void sv_hex_view_set_lit (SvHexView *self, guint bit_offset, guint bit_length);

G_END_DECLS
