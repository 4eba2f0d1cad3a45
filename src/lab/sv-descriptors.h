/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean sv_descriptors_reserve (guint n_clients, guint promised, GError **error);

G_END_DECLS
