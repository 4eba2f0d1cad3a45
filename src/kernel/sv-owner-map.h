/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvOwner: the process that holds a socket. A plain value.
 */
typedef struct
{
  int pid;        /* 0: not visible to us */
  char name[16];  /* its comm */
} SvOwner;

/**
 * SvOwnerMap: inode → owning process, by /proc/PID/fd, as far as we may look.
 * Not thread-safe: one thread refreshes and asks.
 */
typedef struct _SvOwnerMap SvOwnerMap;

SvOwnerMap *sv_owner_map_new (const char *proc_root);
void sv_owner_map_free (SvOwnerMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvOwnerMap, sv_owner_map_free)

void sv_owner_map_refresh (SvOwnerMap *self, const guint32 *inodes, gsize n_inodes);
gboolean sv_owner_map_lookup (SvOwnerMap *self, guint32 inode, SvOwner *owner);
gboolean sv_owner_map_sees_all (SvOwnerMap *self);

G_END_DECLS
