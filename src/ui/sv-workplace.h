/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-message-bar.h"
#include "sv-mode.h"
#include "sv-server-form.h"
#include "sv-session.h"

G_BEGIN_DECLS

/* Pages that every workplace has; those that can't be had have none but the last. */
#define SV_PAGE_WELCOME "welcome"
#define SV_PAGE_STAGE "stage"
#define SV_PAGE_UNAVAILABLE "unavailable"

/**
 * SvWorkplace:
 *
 * Everything of one mode in the window: its session, the server's form, the
 * pages (welcome, stage, and what is added), the pane of tables, and its
 * message bar. The window has one for each mode and shows one of them. Another
 * network, with NAT or after the first has ended, is another workplace in its place.
 *
 * Where two machines can't be had it has no session, no pane, and one page that
 * says why.
 *
 * Signals:
 * - "changed": what the header bar says about it is another: its server, its
 *   clients, its page
 * - "began": its first server listens, the stage is shown in place of the welcome
 *   page
 */
#define SV_TYPE_WORKPLACE (sv_workplace_get_type ())
G_DECLARE_FINAL_TYPE (SvWorkplace, sv_workplace, SV, WORKPLACE, GObject)

SvWorkplace *sv_workplace_new (GSettings *settings);
SvWorkplace *sv_workplace_new_for_two_machines (gboolean nat, GSettings *settings);

SvMode sv_workplace_get_mode (SvWorkplace *self);
gboolean sv_workplace_is_available (SvWorkplace *self);
const char *sv_workplace_get_problem (SvWorkplace *self);
gboolean sv_workplace_is_over (SvWorkplace *self);
gboolean sv_workplace_has_begun (SvWorkplace *self);
void sv_workplace_begin (SvWorkplace *self);

SvSession *sv_workplace_get_session (SvWorkplace *self);
SvServerForm *sv_workplace_get_form (SvWorkplace *self);
GtkWidget *sv_workplace_get_content (SvWorkplace *self);
GtkWidget *sv_workplace_get_side_pane (SvWorkplace *self);
GtkWidget *sv_workplace_get_stage (SvWorkplace *self);
GtkWidget *sv_workplace_get_popover (SvWorkplace *self);
GtkWidget *sv_workplace_get_start_button (SvWorkplace *self);
SvMessageBar *sv_workplace_get_message_bar (SvWorkplace *self);

void sv_workplace_add_page (SvWorkplace *self, const char *name, GtkWidget *page);
void sv_workplace_show_page (SvWorkplace *self, const char *name);
const char *sv_workplace_get_page (SvWorkplace *self);

void sv_workplace_toggle_server (SvWorkplace *self);
void sv_workplace_set_compact (SvWorkplace *self, gboolean compact);
void sv_workplace_close (SvWorkplace *self);

G_END_DECLS
