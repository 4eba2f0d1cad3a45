/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-window.h"

G_BEGIN_DECLS

void sv_window_actions_install (GtkWidgetClass *widget_class);
void sv_window_actions_add (SvWindow *window);
void sv_window_actions_follow (SvWindow *window, SvWorkplace *workplace);

G_END_DECLS
