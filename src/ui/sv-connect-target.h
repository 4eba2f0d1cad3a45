/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"

G_BEGIN_DECLS

/* Where clients of ours are told to connect to, when it is not our own server. */

gboolean sv_connect_target_go (SvSession *session, const char *text, guint n_clients, GError **error);
gboolean sv_connect_target_parse (SvSession *session, const char *text, SvEndpoint *target, GError **error);

G_END_DECLS
