/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"
#include "sv-network.h"

G_BEGIN_DECLS

/**
 * SvShellButton:
 *
 * "Open a shell here", on the card of one of the two machines: the person's
 * terminal with a shell on that machine, the line that does the same to be copied,
 * and what to try there, with the addresses that are so.
 */
#define SV_TYPE_SHELL_BUTTON (sv_shell_button_get_type ())
G_DECLARE_FINAL_TYPE (SvShellButton, sv_shell_button, SV, SHELL_BUTTON, GtkWidget)

GtkWidget *sv_shell_button_new (SvNetwork *network, SvSide side);

gboolean sv_shell_button_open (SvNetwork *network, SvSide side, GError **error);
GPtrArray *sv_shell_button_list_hints (SvNetwork *network, SvSide side);

G_END_DECLS
