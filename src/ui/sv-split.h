/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Two widgets: side by side where there is room, else one above the other. */
#define SV_TYPE_SPLIT (sv_split_get_type ())
G_DECLARE_FINAL_TYPE (SvSplit, sv_split, SV, SPLIT, GtkWidget)

GtkWidget *sv_split_new (GtkWidget *start, GtkWidget *end, int threshold, int spacing);

G_END_DECLS
