/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-window.h"

G_BEGIN_DECLS

/* What a window has for two machines: the wire's actions, the question before
 * other machines take the place of these, and packets that are saved. */

void sv_window_network_add (SvWindow *window, SvNetworkActions *actions);
void sv_window_network_follow (SvWindow *window, SvWorkplace *workplace);
void sv_window_network_save (SvWindow *window, guint machines, GFile *file);

G_END_DECLS
