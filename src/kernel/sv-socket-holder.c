/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-socket-holder.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns: 0 for what is no socket */
static guint32
read_inode (DIR *folder, const char *name)
{
  char target[64];
  ssize_t n = readlinkat (dirfd (folder), name, target, sizeof target - 1);
  guint64 inode;

  if (n <= 0)
    return 0;
  target[n] = '\0';
  if (!g_str_has_prefix (target, "socket:[") || target[n - 1] != ']')
    return 0;
  target[n - 1] = '\0';
  return g_ascii_string_to_unsigned (target + 8, 10, 1, G_MAXUINT32, &inode, NULL) ? (guint32) inode : 0;
}

/* A process that ends meanwhile, or is not ours to look into, has nothing. */
static void
read_process (const char *proc_root, int pid, guint32 wanted, GArray *holders)
{
  g_autofree char *folder_path = g_strdup_printf ("%s/%d", proc_root, pid);
  g_autofree char *fd_path = g_build_filename (folder_path, "fd", NULL);
  g_autofree char *comm_path = g_build_filename (folder_path, "comm", NULL);
  g_autofree char *comm = NULL;
  SvSocketHolder holder = { .pid = pid };
  DIR *folder = opendir (fd_path);
  struct dirent *entry;
  struct stat status;

  if (folder == NULL)
    return;
  while ((entry = readdir (folder)) != NULL)
    {
      guint32 inode = read_inode (folder, entry->d_name);
      guint64 fd;

      if (inode == 0 || (wanted != 0 && inode != wanted)
          || !g_ascii_string_to_unsigned (entry->d_name, 10, 0, G_MAXINT, &fd, NULL))
        continue;
      if (comm == NULL && g_file_get_contents (comm_path, &comm, NULL, NULL))
        g_strlcpy (holder.name, g_strchomp (comm), sizeof holder.name);
      holder.uid = stat (folder_path, &status) == 0 ? status.st_uid : 0;
      holder.inode = inode;
      holder.fd = (int) fd;
      g_array_append_val (holders, holder);
    }
  closedir (folder);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const SvSocketHolder *x = a, *y = b;

  if (x->inode != y->inode)
    return x->inode < y->inode ? -1 : 1;
  if (x->pid != y->pid)
    return x->pid < y->pid ? -1 : 1;
  return x->fd < y->fd ? -1 : x->fd > y->fd;
}

/**
 * sv_socket_holder_list:
 * @proc_root: "/proc"
 * @inode: of a socket; 0 asks for those of all sockets
 *
 * Who holds a socket, as far as we may look: every process and every
 * descriptor, by /proc/PID/fd (proc(5)). A look into all processes, for a
 * thread of its own.
 *
 * Returns: (transfer full) (element-type SvSocketHolder): by inode, process and descriptor
 */
GArray *
sv_socket_holder_list (const char *proc_root, guint32 inode)
{
  GArray *holders = g_array_new (FALSE, FALSE, sizeof (SvSocketHolder));
  struct dirent *entry;
  DIR *folder;

  g_return_val_if_fail (proc_root != NULL, holders);

  folder = opendir (proc_root);
  if (folder == NULL)
    return holders;
  while ((entry = readdir (folder)) != NULL)
    {
      guint64 pid;

      if (g_ascii_string_to_unsigned (entry->d_name, 10, 1, G_MAXINT, &pid, NULL))
        read_process (proc_root, (int) pid, inode, holders);
    }
  closedir (folder);
  g_array_sort (holders, compare);
  return holders;
}

/**
 * sv_socket_holder_pick:
 * @holders: (element-type SvSocketHolder): as sv_socket_holder_list() gives them
 * @inode: 0 is nobody's
 *
 * Returns: (transfer full) (element-type SvSocketHolder): those of that socket
 */
GArray *
sv_socket_holder_pick (GArray *holders, guint32 inode)
{
  GArray *picked = g_array_new (FALSE, FALSE, sizeof (SvSocketHolder));
  guint low = 0, high;

  g_return_val_if_fail (holders != NULL, picked);

  high = holders->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (holders, SvSocketHolder, middle).inode < inode)
        low = middle + 1;
      else
        high = middle;
    }
  for (; inode != 0 && low < holders->len && g_array_index (holders, SvSocketHolder, low).inode == inode; low++)
    g_array_append_val (picked, g_array_index (holders, SvSocketHolder, low));
  return picked;
}
