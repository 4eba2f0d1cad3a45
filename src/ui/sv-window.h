/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-client-button.h"
#include "sv-network-actions.h"
#include "sv-split-view.h"
#include "sv-workplace.h"

G_BEGIN_DECLS

/**
 * SvWindow:
 *
 * The window: header bar, and one workplace for each mode, of which one is
 * shown. Closing it ends every socket and every machine.
 */
#define SV_TYPE_WINDOW (sv_window_get_type ())
G_DECLARE_FINAL_TYPE (SvWindow, sv_window, SV, WINDOW, AdwApplicationWindow)

GtkWidget *sv_window_new (AdwApplication *application, GSettings *settings);

void sv_window_set_mode (SvWindow *self, SvMode mode);
SvMode sv_window_get_mode (SvWindow *self);
void sv_window_renew_network (SvWindow *self, gboolean nat);
gboolean sv_window_get_nat (SvWindow *self);

SvWorkplace *sv_window_get_workplace (SvWindow *self);
SvSession *sv_window_get_session (SvWindow *self);
SvServerForm *sv_window_get_form (SvWindow *self);
SvSplitView *sv_window_get_split_view (SvWindow *self);
GtkWidget *sv_window_get_side_pane (SvWindow *self);
GtkWidget *sv_window_get_stage (SvWindow *self);
GSettings *sv_window_get_settings (SvWindow *self);
SvClientButton *sv_window_get_client_button (SvWindow *self);
GtkWidget *sv_window_get_server_box (SvWindow *self);
gpointer sv_window_get_lessons (SvWindow *self);
void sv_window_follow_lesson (SvWindow *self);
SvNetworkActions *sv_window_get_network_actions (SvWindow *self);
SvMessageBar *sv_window_get_message_bar (SvWindow *self);

void sv_window_toggle_server (SvWindow *self);
void sv_window_show_message (SvWindow *self, const char *sentence);
void sv_window_show_toast (SvWindow *self, const char *text);

G_END_DECLS
