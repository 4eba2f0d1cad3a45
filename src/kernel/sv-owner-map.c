/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-owner-map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A descriptor appears in /proc a moment after its socket appears in the
 * table; so a socket is looked for this often before it counts as not visible. */
#define MAX_TRIES 3

typedef struct
{
  SvOwner owner;
  guint tries;
  guint round; /* the last refresh that asked for it */
  guint found; /* the last scan that met it */
} Entry;

struct _SvOwnerMap
{
  char *proc_root;
  GHashTable *by_inode; /* inode → Entry, owned */
  guint round;
  guint scan;
  gboolean sees_all;
};

/* What getdents64(2) fills in. */
typedef struct
{
  guint64 inode;
  gint64 offset;
  guint16 length;
  guint8 type;
  char name[];
} Dirent;

typedef struct
{
  int fd;
  gssize end;
  gssize at;
  union
  {
    char bytes[32768];
    Dirent align;
  } buffer;
} Folder;

SvOwnerMap *
sv_owner_map_new (const char *proc_root)
{
  SvOwnerMap *self;

  g_return_val_if_fail (proc_root != NULL, NULL);

  self = g_new0 (SvOwnerMap, 1);
  self->proc_root = g_strdup (proc_root);
  self->by_inode = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
sv_owner_map_free (SvOwnerMap *self)
{
  g_hash_table_unref (self->by_inode);
  g_free (self->proc_root);
  g_free (self);
}

/* The next entry that is a number; -1 at the end. */
static int
next_number (Folder *folder)
{
  while (TRUE)
    {
      Dirent *entry;
      guint64 number = 0;
      const char *p;

      if (folder->at >= folder->end)
        {
          folder->end = syscall (SYS_getdents64, folder->fd, folder->buffer.bytes, sizeof folder->buffer.bytes);
          folder->at = 0;
          if (folder->end <= 0)
            return -1;
        }
      entry = (Dirent *) (folder->buffer.bytes + folder->at);
      folder->at += entry->length;
      for (p = entry->name; g_ascii_isdigit (*p) && number < G_MAXINT; p++)
        number = number * 10 + (guint64) (*p - '0');
      if (p != entry->name && *p == '\0' && number <= G_MAXINT)
        return (int) number;
    }
}

static guint32
read_socket_inode (int folder, int fd)
{
  char name[16], target[64];
  ssize_t length;
  guint64 inode = 0;

  g_snprintf (name, sizeof name, "%d", fd);
  length = readlinkat (folder, name, target, sizeof target - 1);
  if (length < 10 || memcmp (target, "socket:[", 8) != 0)
    return 0;
  for (const char *p = target + 8; p < target + length && g_ascii_isdigit (*p) && inode <= G_MAXUINT32; p++)
    inode = inode * 10 + (guint64) (*p - '0');
  return inode <= G_MAXUINT32 ? (guint32) inode : 0;
}

/* A program chooses its comm itself: any bytes but NUL (proc(5)). */
static void
read_name (int process, SvOwner *owner)
{
  char bytes[16];
  g_autofree char *text = NULL;
  const char *end;
  ssize_t length = -1;
  int fd = openat (process, "comm", O_RDONLY | O_CLOEXEC);

  if (fd >= 0)
    {
      length = read (fd, bytes, sizeof bytes);
      close (fd);
    }
  while (length > 0 && bytes[length - 1] == '\n')
    length--;
  if (length <= 0)
    return;
  text = g_utf8_make_valid (bytes, length);
  for (char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_ascii_iscntrl (*p))
      *p = '?';
  g_strlcpy (owner->name, text, sizeof owner->name);
  if (!g_utf8_validate (owner->name, -1, &end))
    owner->name[end - owner->name] = '\0'; /* cut in the middle of a character */
}

static void
meet_process (SvOwnerMap *self, int process, int files, int pid)
{
  SvOwner owner = { .pid = pid };
  Folder folder = { .fd = files };
  int fd;

  while ((fd = next_number (&folder)) >= 0)
    {
      guint32 inode = read_socket_inode (files, fd);
      Entry *entry = inode != 0 ? g_hash_table_lookup (self->by_inode, GUINT_TO_POINTER (inode)) : NULL;

      if (entry == NULL || entry->found == self->scan)
        continue;
      if (owner.name[0] == '\0')
        read_name (process, &owner);
      entry->owner = owner;
      entry->found = self->scan;
    }
}

static void
visit_process (SvOwnerMap *self, int root, int pid)
{
  char name[16];
  int process, files;

  g_snprintf (name, sizeof name, "%d", pid);
  process = openat (root, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (process < 0)
    return; /* ended meanwhile */
  files = openat (process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (files >= 0)
    {
      meet_process (self, process, files, pid);
      close (files);
    }
  else if (errno != ENOENT && errno != ESRCH)
    self->sees_all = FALSE;
  close (process);
}

static void
scan (SvOwnerMap *self)
{
  Folder folder = { .fd = open (self->proc_root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
  GHashTableIter iter;
  gpointer value;
  int pid;

  self->scan++;
  self->sees_all = folder.fd >= 0;
  while (folder.fd >= 0 && (pid = next_number (&folder)) >= 0)
    visit_process (self, folder.fd, pid);
  if (folder.fd >= 0)
    close (folder.fd);

  g_hash_table_iter_init (&iter, self->by_inode);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      entry->tries = entry->found == self->scan ? 0 : entry->tries + 1;
      if (entry->found != self->scan)
        memset (&entry->owner, 0, sizeof entry->owner);
    }
}

static void
ask_for (SvOwnerMap *self, guint32 inode)
{
  Entry *entry = g_hash_table_lookup (self->by_inode, GUINT_TO_POINTER (inode));

  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      g_hash_table_insert (self->by_inode, GUINT_TO_POINTER (inode), entry);
    }
  entry->round = self->round;
}

/* A socket outlives the process that opened it when another one inherited it. */
static gboolean
is_alive (SvOwnerMap *self, GHashTable *pids, int pid)
{
  gpointer alive;

  if (!g_hash_table_lookup_extended (pids, GINT_TO_POINTER (pid), NULL, &alive))
    {
      g_autofree char *path = g_strdup_printf ("%s/%d", self->proc_root, pid);

      alive = GINT_TO_POINTER (access (path, F_OK) == 0);
      g_hash_table_insert (pids, GINT_TO_POINTER (pid), alive);
    }
  return GPOINTER_TO_INT (alive);
}

/**
 * sv_owner_map_refresh:
 * @inodes: the inodes of all sockets that there are now; 0 is skipped
 *
 * Forgets the sockets that are no more. Reads /proc only if the owner of one
 * is not known yet or has ended; then it learns the owners of all. Of several
 * processes that share a socket it names the one with the lowest number, as a
 * rule the one that opened it.
 */
void
sv_owner_map_refresh (SvOwnerMap *self, const guint32 *inodes, gsize n_inodes)
{
  g_autoptr (GHashTable) pids = g_hash_table_new (NULL, NULL);
  gboolean wanted = FALSE;
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (self != NULL);
  g_return_if_fail (inodes != NULL || n_inodes == 0);

  self->round++;
  for (gsize i = 0; i < n_inodes; i++)
    if (inodes[i] != 0)
      ask_for (self, inodes[i]);
  g_hash_table_iter_init (&iter, self->by_inode);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      if (entry->round != self->round)
        g_hash_table_iter_remove (&iter);
      else if (entry->owner.pid == 0)
        wanted |= entry->tries < MAX_TRIES;
      else
        wanted |= !is_alive (self, pids, entry->owner.pid);
    }
  if (wanted)
    scan (self);
}

/**
 * sv_owner_map_lookup:
 * @owner: (out): the process that holds it; zeroed if it is not visible
 *
 * Returns: whether the owner is visible to us
 */
gboolean
sv_owner_map_lookup (SvOwnerMap *self, guint32 inode, SvOwner *owner)
{
  Entry *entry;

  g_return_val_if_fail (self != NULL, FALSE);

  entry = inode != 0 ? g_hash_table_lookup (self->by_inode, GUINT_TO_POINTER (inode)) : NULL;
  if (entry == NULL || entry->owner.pid == 0)
    {
      memset (owner, 0, sizeof *owner);
      return FALSE;
    }
  *owner = entry->owner;
  return TRUE;
}

/**
 * sv_owner_map_sees_all:
 *
 * Returns: whether the last look at /proc could read every process's
 *   descriptors. %FALSE for an ordinary user: others' are hidden (proc(5)).
 */
gboolean
sv_owner_map_sees_all (SvOwnerMap *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->sees_all;
}
