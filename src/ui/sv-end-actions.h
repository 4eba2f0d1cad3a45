/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvEndActions:
 *
 * What can be done at one end of the chosen connection: send, close, shut
 * down, reset. Where that end is not ours, or closed, it says so.
 */
#define SV_TYPE_END_ACTIONS (sv_end_actions_get_type ())
G_DECLARE_FINAL_TYPE (SvEndActions, sv_end_actions, SV, END_ACTIONS, GtkWidget)

GtkWidget *sv_end_actions_new (SvSession *session, SvSide side);

GActionGroup *sv_end_actions_get_group (SvEndActions *self);
GMenuModel *sv_end_actions_create_menu (void);

G_END_DECLS
