/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-descriptors.h"

#include "sv-fd-list.h"
#include "sv-lab.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Left for files, pipes, the display. */
#define SPARE 32

/* As many as the administrator allows: the soft limit is there for programs that use select(2). */
static guint
raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 1024;
  if (limit.rlim_cur < limit.rlim_max)
    {
      struct rlimit raised = { limit.rlim_max, limit.rlim_max };

      if (setrlimit (RLIMIT_NOFILE, &raised) == 0)
        limit = raised;
    }
  return (guint) MIN (limit.rlim_cur, (rlim_t) G_MAXINT);
}

/* In a process with threads each growth of the table stalls all of them:
 * grow it once. */
static void
grow_table (guint size)
{
  int fd = fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, (int) size - 1);

  if (fd >= 0)
    close (fd);
}

/**
 * sv_descriptors_reserve:
 * @n_clients: connections to come, with both ends in this process
 * @promised: descriptors that others will still take
 *
 * Makes sure that this process may open that many. getrlimit(2).
 *
 * Returns: %FALSE with %SV_LAB_ERROR_DESCRIPTORS, which says how many clients are possible
 */
gboolean
sv_descriptors_reserve (guint n_clients, guint promised, GError **error)
{
  guint limit = raise_limit ();
  guint taken = sv_fd_list_count ("/proc", getpid ()) + promised + SPARE;
  guint possible = taken < limit ? (limit - taken) / 2 : 0;

  if (n_clients <= possible)
    {
      grow_table (MIN (taken + 2 * n_clients, limit));
      return TRUE;
    }
  g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_DESCRIPTORS,
               _("%u clients need more file descriptors than this process may have (%u). Clients that are still possible: %u."),
               n_clients, limit, possible);
  return FALSE;
}
