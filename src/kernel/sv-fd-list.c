/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-fd-list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

static void
entry_free (gpointer data)
{
  SvFdEntry *entry = data;

  g_free (entry->target);
  g_free (entry);
}

static int
compare_fd (gconstpointer a, gconstpointer b)
{
  const SvFdEntry *x = *(SvFdEntry *const *) a, *y = *(SvFdEntry *const *) b;

  return x->fd < y->fd ? -1 : x->fd > y->fd;
}

static DIR *
open_folder (const char *proc_root, int pid)
{
  g_autofree char *path = g_strdup_printf ("%s/%d/fd", proc_root, pid);

  return opendir (path);
}

/* Who reads a list of its own descriptors meets the one it reads with: that
 * one is gone when the list is shown. */
static gboolean
is_the_folder_itself (DIR *folder, int fd, const char *name)
{
  struct stat self, entry;

  return fd == dirfd (folder) && fstat (fd, &self) == 0 && fstatat (fd, name, &entry, 0) == 0
         && self.st_dev == entry.st_dev && self.st_ino == entry.st_ino;
}

/* Returns: FALSE at the end, with errno 0, and at an error. */
static gboolean
next_fd (DIR *folder, int *fd, const char **name)
{
  struct dirent *entry;

  while (errno = 0, (entry = readdir (folder)) != NULL)
    {
      guint64 number;

      if (!g_ascii_string_to_unsigned (entry->d_name, 10, 0, G_MAXINT, &number, NULL)
          || is_the_folder_itself (folder, (int) number, entry->d_name))
        continue;
      *fd = (int) number;
      *name = entry->d_name;
      return TRUE;
    }
  return FALSE;
}

static guint32
inode_of (const char *target)
{
  guint64 inode;
  g_autofree char *digits = NULL;

  if (!g_str_has_prefix (target, "socket:[") || !g_str_has_suffix (target, "]"))
    return 0;
  digits = g_strndup (target + 8, strlen (target) - 9);
  return g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT32, &inode, NULL) ? (guint32) inode : 0;
}

static void
add_entry (GPtrArray *entries, DIR *folder, int fd, const char *name)
{
  char target[4096];
  ssize_t length = readlinkat (dirfd (folder), name, target, sizeof target - 1);
  SvFdEntry *entry;

  if (length < 0)
    return; /* closed meanwhile */
  target[length] = '\0';
  entry = g_new0 (SvFdEntry, 1);
  entry->fd = fd;
  entry->target = g_utf8_make_valid (target, -1);
  entry->inode = inode_of (target);
  g_ptr_array_add (entries, entry);
}

static void
set_error (GError **error, int pid, int code)
{
  if (code == ENOENT || code == ESRCH)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("There is no process %d any more, so it holds no files."), pid);
  else if (code == EACCES || code == EPERM)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _("The files of process %d are not visible to us: Linux shows them to its own user and to root."),
                 pid);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                 _("The files of process %d could not be read: %s."), pid, g_strerror (code));
}

/**
 * sv_fd_list_read:
 * @proc_root: "/proc"
 * @pid: the process
 *
 * What a process has open, as /proc/PID/fd says (proc(5)); without the
 * descriptor that this function itself reads with.
 *
 * Returns: (transfer full) (element-type SvFdEntry): the entries by descriptor,
 *   or %NULL with an error of #GIOErrorEnum
 */
GPtrArray *
sv_fd_list_read (const char *proc_root, int pid, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  const char *name;
  DIR *folder;
  int fd, code;

  g_return_val_if_fail (proc_root != NULL, NULL);

  folder = open_folder (proc_root, pid);
  if (folder == NULL)
    {
      set_error (error, pid, errno);
      return NULL;
    }
  entries = g_ptr_array_new_with_free_func (entry_free);
  while (next_fd (folder, &fd, &name))
    add_entry (entries, folder, fd, name);
  code = errno;
  closedir (folder);
  if (code != 0)
    {
      set_error (error, pid, code);
      return NULL;
    }
  g_ptr_array_sort (entries, compare_fd);
  return g_steal_pointer (&entries);
}

/**
 * sv_fd_list_count:
 *
 * Returns: how many descriptors the process has open, 0 if that cannot be
 *   seen; cheaper than sv_fd_list_read(), because no link is read
 */
guint
sv_fd_list_count (const char *proc_root, int pid)
{
  const char *name;
  DIR *folder;
  guint count = 0;
  int fd;

  g_return_val_if_fail (proc_root != NULL, 0);

  folder = open_folder (proc_root, pid);
  if (folder == NULL)
    return 0;
  while (next_fd (folder, &fd, &name))
    count++;
  closedir (folder);
  return count;
}
