/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-diag-codec.h"

G_BEGIN_DECLS

#define SV_UNIX_REQUEST_SIZE 40

gsize sv_unix_codec_write_find (guint8 bytes[SV_UNIX_REQUEST_SIZE], guint32 inode, guint32 sequence);
void sv_unix_codec_read (SvDiagReply *reply, const guint8 *bytes, gsize length, GArray *rows);

gboolean sv_unix_codec_read_line (const char *line, gsize length, SvSocketRow *row);

G_END_DECLS
