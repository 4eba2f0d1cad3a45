/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"
#include "sv-server-form.h"
#include "sv-session.h"

G_BEGIN_DECLS

/**
 * SvServerPopover:
 *
 * The server's options: where it listens and how it answers. Where it listens
 * can't change while it does.
 */
#define SV_TYPE_SERVER_POPOVER (sv_server_popover_get_type ())
G_DECLARE_FINAL_TYPE (SvServerPopover, sv_server_popover, SV, SERVER_POPOVER, GtkPopover)

GtkWidget *sv_server_popover_new (SvSession *session, SvServerForm *form);

G_END_DECLS
