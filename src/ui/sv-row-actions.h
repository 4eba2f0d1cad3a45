/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvRowActions:
 *
 * What can be done about a row of one of the two machines beside reading it: let
 * a client connect to somebody else's server, end a TIME_WAIT early. It is not
 * there where there is nothing to do.
 */
#define SV_TYPE_ROW_ACTIONS (sv_row_actions_get_type ())
G_DECLARE_FINAL_TYPE (SvRowActions, sv_row_actions, SV, ROW_ACTIONS, GtkWidget)

GtkWidget *sv_row_actions_new (SvSession *session);
void sv_row_actions_set_row (SvRowActions *self, SvMachineId machine, const SvSocketRow *row);

G_END_DECLS
