/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text-mode.h"

#include <glib.h>

G_BEGIN_DECLS

gboolean sv_text_park (const char *name, const char *duration, gboolean list, SvTextFormat format, int *status,
                       GError **error);

G_END_DECLS
