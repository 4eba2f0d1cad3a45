/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-session.h"
#include "sv-socket-table.h"

G_BEGIN_DECLS

/**
 * SvSidePane:
 *
 * The netstat table of this computer, or those of two machines one above the
 * other, what they are filtered by, and the chosen row in plain words.
 */
#define SV_TYPE_SIDE_PANE (sv_side_pane_get_type ())
G_DECLARE_FINAL_TYPE (SvSidePane, sv_side_pane, SV, SIDE_PANE, GtkWidget)

GtkWidget *sv_side_pane_new (SvSession *session);

SvSocketTable *sv_side_pane_get_table (SvSidePane *self, SvSide side);
int sv_side_pane_get_least_width (SvSidePane *self);
void sv_side_pane_focus_filter (SvSidePane *self);
void sv_side_pane_copy (SvSidePane *self);
void sv_side_pane_set_filter (SvSidePane *self, const char *text);
gboolean sv_side_pane_is_settled (SvSidePane *self);

G_END_DECLS
