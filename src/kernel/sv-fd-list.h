/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One entry of /proc/PID/fd. */
typedef struct
{
  int fd;
  guint32 inode;  /* of a socket, else 0 */
  char *target;   /* "socket:[12345]", "/dev/null" */
} SvFdEntry;

GPtrArray *sv_fd_list_read (const char *proc_root, int pid, GError **error);
guint sv_fd_list_count (const char *proc_root, int pid);

G_END_DECLS
