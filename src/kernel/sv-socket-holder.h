/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvSocketHolder: a descriptor that is open on a socket. A plain value.
 * @uid: of the process, which need not be the socket's
 */
typedef struct
{
  guint32 inode;
  int pid;
  int fd;
  guint32 uid;
  char name[16]; /* the process's comm */
} SvSocketHolder;

GArray *sv_socket_holder_list (const char *proc_root, guint32 inode);
GArray *sv_socket_holder_pick (GArray *holders, guint32 inode);

G_END_DECLS
