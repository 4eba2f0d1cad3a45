/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-row.h"

G_BEGIN_DECLS

gsize sv_proc_codec_read (const char *text, gsize length, guint8 protocol, gint64 seen_at, GArray *rows,
                          guint *malformed);

G_END_DECLS
