/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"

G_BEGIN_DECLS

/**
 * SvSplitView:
 *
 * Content, and a pane at its end. In a wide window they stand side by side with
 * a divider to drag; in a narrow one either is shown. (AdwOverlaySplitView and
 * AdwBreakpoint are newer than libadwaita 1.2.)
 *
 * Properties: "show-pane" (writable), "collapsed" (as the window's width says).
 */
#define SV_TYPE_SPLIT_VIEW (sv_split_view_get_type ())
G_DECLARE_FINAL_TYPE (SvSplitView, sv_split_view, SV, SPLIT_VIEW, AdwBin)

GtkWidget *sv_split_view_new (void);

void sv_split_view_set_content (SvSplitView *self, GtkWidget *content);
void sv_split_view_set_pane (SvSplitView *self, GtkWidget *pane);
void sv_split_view_set_show_pane (SvSplitView *self, gboolean show_pane);
gboolean sv_split_view_get_show_pane (SvSplitView *self);
gboolean sv_split_view_get_collapsed (SvSplitView *self);
gboolean sv_split_view_get_pane_beside (SvSplitView *self);
void sv_split_view_set_pane_width (SvSplitView *self, int width);
void sv_split_view_set_least_width (SvSplitView *self, int width);
int sv_split_view_get_pane_width (SvSplitView *self);

void sv_split_view_adapt (SvSplitView *self, int width);

G_END_DECLS
