/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

/**
 * SvUnixReader:
 *
 * Asks this computer's kernel for single sockets of the UNIX domain, each by its
 * inode, and puts what changed into the recording.
 */
typedef struct _SvUnixReader SvUnixReader;

SvUnixReader *sv_unix_reader_new (SvRecording *recording, SvMachineId machine, GError **error);
void sv_unix_reader_free (SvUnixReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvUnixReader, sv_unix_reader_free)

gboolean sv_unix_reader_read (SvUnixReader *self, guint32 inode, SvSocketRow *row);
guint32 sv_unix_reader_find_peer (SvUnixReader *self, guint32 inode);

G_END_DECLS
