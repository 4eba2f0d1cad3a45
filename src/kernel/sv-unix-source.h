/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-source.h"

G_BEGIN_DECLS

/**
 * SvUnixSource:
 *
 * Asks this computer's kernel for sockets of the UNIX domain: peer and queues by
 * NETLINK_SOCK_DIAG, the count of references, which that does not tell, from
 * /proc/net/unix. Used by one thread at a time.
 */
typedef struct _SvUnixSource SvUnixSource;

SvUnixSource *sv_unix_source_new (GError **error);
void sv_unix_source_free (SvUnixSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvUnixSource, sv_unix_source_free)

gboolean sv_unix_source_find (SvUnixSource *self, guint32 inode, SvSocketRow *row, GError **error);

G_END_DECLS
