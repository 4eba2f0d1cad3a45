/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-fd-list.h"
#include "sv-owner-map.h"

#include <dirent.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static guint32
inode_of (int fd)
{
  struct stat status;

  g_assert_cmpint (fstat (fd, &status), ==, 0);
  return (guint32) status.st_ino;
}

static SvFdEntry *
find_entry (GPtrArray *entries, int fd)
{
  for (guint i = 0; i < entries->len; i++)
    if (((SvFdEntry *) entries->pdata[i])->fd == fd)
      return entries->pdata[i];
  return NULL;
}

static void
test_own_files (void)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0), null = open ("/dev/null", O_RDONLY);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = sv_fd_list_read ("/proc", getpid (), &error);
  g_autofree char *target = g_strdup_printf ("socket:[%u]", inode_of (fd));
  SvFdEntry *entry;

  g_assert_no_error (error);
  entry = find_entry (entries, fd);
  g_assert_nonnull (entry);
  g_assert_cmpint (entry->inode, ==, inode_of (fd));
  g_assert_cmpstr (entry->target, ==, target);
  entry = find_entry (entries, null);
  g_assert_cmpint (entry->inode, ==, 0);
  g_assert_cmpstr (entry->target, ==, "/dev/null");
  for (guint i = 1; i < entries->len; i++)
    g_assert_cmpint (((SvFdEntry *) entries->pdata[i - 1])->fd, <, ((SvFdEntry *) entries->pdata[i])->fd);

  /* Every entry is really open: the folder that was read from is not among them. */
  for (guint i = 0; i < entries->len; i++)
    g_assert_cmpint (fcntl (((SvFdEntry *) entries->pdata[i])->fd, F_GETFD), >=, 0);
  g_assert_cmpint (sv_fd_list_count ("/proc", getpid ()), ==, entries->len);
  close (fd);
  close (null);
  g_assert_cmpint (sv_fd_list_count ("/proc", getpid ()), ==, entries->len - 2);
}

static void
test_no_files (void)
{
  g_autofree char *empty = g_dir_make_tmp ("sockview-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (sv_fd_list_read (empty, 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_cmpint (sv_fd_list_count (empty, 1), ==, 0);
  g_rmdir (empty);
}

/* Runs @check in a child that is nobody (if we are root), so that others' files are hidden. */
static void
as_ordinary_user (void (*check) (void))
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      if (getuid () == 0 && (setgid (65534) != 0 || setuid (65534) != 0))
        _exit (2);
      prctl (PR_SET_DUMPABLE, 1);
      check ();
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
check_hidden (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SvOwnerMap) owners = sv_owner_map_new ("/proc");
  guint32 inode = 4294967295u;
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  guint32 own = inode_of (fd);
  SvOwner owner;

  /* Process 1 belongs to root. */
  g_assert_null (sv_fd_list_read ("/proc", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_true (g_str_has_suffix (error->message, "."));
  sv_owner_map_refresh (owners, &inode, 1);
  g_assert_false (sv_owner_map_sees_all (owners));
  sv_owner_map_refresh (owners, &own, 1);
  g_assert_true (sv_owner_map_lookup (owners, own, &owner));
  g_assert_cmpint (owner.pid, ==, getpid ());
  close (fd);
}

static void
test_hidden (void)
{
  struct stat status;

  if (stat ("/proc/1", &status) != 0 || status.st_uid != 0)
    {
      g_test_skip ("process 1 is not root's here: nothing is hidden");
      return;
    }
  as_ordinary_user (check_hidden);
}

/* A child that holds a socket until @gate is closed; its comm is @name. */
static pid_t
spawn_holder (int keep, int gate, const char *name)
{
  int ready[2];
  char byte;
  pid_t child;

  g_assert_cmpint (pipe2 (ready, O_CLOEXEC), ==, 0);
  child = fork ();
  if (child == 0)
    {
      prctl (PR_SET_NAME, name);
      for (int fd = 3; fd < 64; fd++)
        if (fd != keep && fd != gate && fd != ready[1])
          close (fd);
      close (ready[1]);
      _exit (read (gate, &byte, 1) == 0 ? 0 : 1);
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 0);
  close (ready[0]);
  return child;
}

static void
test_owners (void)
{
  g_autoptr (SvOwnerMap) owners = sv_owner_map_new ("/proc");
  int mine = socket (AF_INET, SOCK_STREAM, 0), shared = socket (AF_INET, SOCK_DGRAM, 0), gate[2], status;
  guint32 inodes[3] = { 0, inode_of (mine), inode_of (shared) };
  SvOwner owner;
  pid_t child;

  g_assert_cmpint (pipe2 (gate, O_CLOEXEC), ==, 0);
  child = spawn_holder (shared, gate[0], "a holder \xc3\xa4");
  sv_owner_map_refresh (owners, inodes, 3);
  g_assert_false (sv_owner_map_lookup (owners, 0, &owner));
  g_assert_true (sv_owner_map_lookup (owners, inodes[1], &owner));
  g_assert_cmpint (owner.pid, ==, getpid ());
  g_assert_true (sv_owner_map_lookup (owners, inodes[2], &owner));
  g_assert_cmpint (owner.pid, ==, MIN (getpid (), child));

  /* Closed here, the child alone has it. What is new makes the map look again. */
  int other = socket (AF_INET6, SOCK_DGRAM, 0);
  guint32 later[3] = { inodes[1], inodes[2], inode_of (other) };
  close (shared);
  sv_owner_map_refresh (owners, later, 3);
  g_assert_true (sv_owner_map_lookup (owners, inodes[2], &owner));
  g_assert_cmpint (owner.pid, ==, child);
  g_assert_cmpstr (owner.name, ==, "a holder \xc3\xa4");
  g_assert_true (sv_owner_map_lookup (owners, later[2], &owner));

  /* The child ends: nobody holds it any more. */
  close (gate[1]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  sv_owner_map_refresh (owners, later, 3);
  g_assert_false (sv_owner_map_lookup (owners, inodes[2], &owner));
  g_assert_cmpint (owner.pid, ==, 0);

  /* Dead inodes are forgotten. */
  sv_owner_map_refresh (owners, NULL, 0);
  g_assert_false (sv_owner_map_lookup (owners, inodes[1], &owner));
  close (mine);
  close (other);
  close (gate[0]);
}

/* A tree that looks like /proc, so that damage can be tried. */
static void
test_made_up_proc (void)
{
  g_autofree char *root = g_dir_make_tmp ("sockview-XXXXXX", NULL);
  g_autofree char *remove = g_strdup_printf ("rm -r '%s'", root);
  g_autofree char *make = g_strdup_printf (
    "cd '%s' && mkdir -p 20/fd 3/fd 7 self/fd 12x/fd 99999999999999999999/fd 40/fd && printf 'two\\n' > 20/comm"
    " && printf 'bad \\377\\001\\nend of it' > 3/comm && ln -s 'socket:[500]' 20/fd/1 && ln -s 'socket:[501]' 20/fd/x"
    " && ln -s 'socket:[502]' 3/fd/5 && ln -s 'socket:[]' 3/fd/6 && ln -s 'socket:[99999999999999]' 3/fd/7"
    " && ln -s 'pipe:[503]' 3/fd/8 && ln -s 'socket:[504]' self/fd/1 && ln -s 'socket:[505]' 12x/fd/1"
    " && ln -s 'socket:[502]' 20/fd/2 && ln -s 'socket:[506]' 40/fd/0", root);
  static const guint32 INODES[] = { 500, 501, 502, 503, 504, 505, 506 };
  g_autoptr (SvOwnerMap) owners = sv_owner_map_new (root);
  g_autoptr (GPtrArray) entries = NULL;
  SvOwner owner;

  g_assert_cmpint (system (make), ==, 0);
  sv_owner_map_refresh (owners, INODES, G_N_ELEMENTS (INODES));
  g_assert_true (sv_owner_map_lookup (owners, 500, &owner));
  g_assert_cmpint (owner.pid, ==, 20);
  g_assert_cmpstr (owner.name, ==, "two");
  g_assert_true (sv_owner_map_lookup (owners, 502, &owner));
  g_assert_true (owner.pid == 3 || owner.pid == 20); /* a folder has no order, /proc has */
  g_assert_true (g_utf8_validate (owner.name, -1, NULL));
  g_assert_true (sv_owner_map_lookup (owners, 506, &owner));
  g_assert_cmpstr (owner.name, ==, "");
  for (guint i = 501; i <= 505; i++)
    g_assert_cmpint (sv_owner_map_lookup (owners, i, &owner), ==, i == 502);
  g_assert_true (sv_owner_map_sees_all (owners)); /* 7 has no fd folder: it has ended */

  entries = sv_fd_list_read (root, 3, NULL);
  g_assert_cmpint (entries->len, ==, 4);
  g_assert_cmpint (find_entry (entries, 5)->inode, ==, 502);
  for (int fd = 6; fd <= 8; fd++)
    g_assert_cmpint (find_entry (entries, fd)->inode, ==, 0);
  g_assert_cmpint (system (remove), ==, 0);
}

static void
test_no_proc (void)
{
  g_autoptr (SvOwnerMap) owners = sv_owner_map_new ("/nowhere");
  guint32 inode = 1;
  SvOwner owner;

  g_assert_false (sv_owner_map_sees_all (owners));
  sv_owner_map_refresh (owners, &inode, 1);
  g_assert_false (sv_owner_map_lookup (owners, 1, &owner));
  g_assert_false (sv_owner_map_sees_all (owners));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fd-list/own", test_own_files);
  g_test_add_func ("/fd-list/none", test_no_files);
  g_test_add_func ("/owner-map/owners", test_owners);
  g_test_add_func ("/owner-map/hidden", test_hidden);
  g_test_add_func ("/owner-map/made-up-proc", test_made_up_proc);
  g_test_add_func ("/owner-map/no-proc", test_no_proc);
  return g_test_run ();
}
