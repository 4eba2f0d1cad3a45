/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"
#include "sv-session.h"

G_BEGIN_DECLS

const char *sv_machine_header_get_title (SvSession *session, SvSide side);
GtkWidget *sv_machine_header_new (SvSession *session, SvSide side, GtkWidget *subtitle, GtkWidget *button);

G_END_DECLS
