/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"

G_BEGIN_DECLS

void sv_demo_run (SvSession *session, guint n_clients);

G_END_DECLS
