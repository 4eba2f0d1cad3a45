/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-child-accept.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The child is a copy of a program with threads: it may only call what
 * signal-safety(7) allows. */

static gint64
read_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

/* As many as are in use from 0 on without a gap: the next one would be one too many. */
static gboolean
use_up_descriptors (int listener, SvChildAccept *tried)
{
  int lowest = dup (listener);
  struct rlimit limit;

  if (lowest < 0 || close (lowest) != 0 || getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return FALSE;
  limit.rlim_cur = (rlim_t) lowest;
  tried->limit = lowest;
  tried->limited_at = read_clock ();
  return setrlimit (RLIMIT_NOFILE, &limit) == 0;
}

static void
be_child (int listener, int report)
{
  SvChildAccept tried = { .pid = getpid () };
  int status = 1;

  if (use_up_descriptors (listener, &tried))
    {
      tried.accepted_at = read_clock ();
      tried.error = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) >= 0 ? 0 : errno;
      status = write (report, &tried, sizeof tried) == sizeof tried ? 0 : 1;
    }
  _exit (status);
}

static gboolean
read_report (int report, SvChildAccept *tried)
{
  ssize_t n;

  do
    n = read (report, tried, sizeof *tried);
  while (n < 0 && errno == EINTR);
  return n == sizeof *tried;
}

/**
 * sv_child_accept:
 * @listener: a listening socket that does not block
 * @tried: (out): what happened
 *
 * Lets a child process that has no descriptor left call accept(): the limit
 * RLIMIT_NOFILE counts for a whole process, getrlimit(2), and this one needs
 * its descriptors.
 *
 * Returns: %FALSE with errno if there could be no child
 */
gboolean
sv_child_accept (int listener, SvChildAccept *tried)
{
  int ends[2];
  gboolean reported;
  pid_t pid;

  if (pipe2 (ends, O_CLOEXEC) != 0)
    return FALSE;
  pid = fork ();
  if (pid == 0)
    be_child (listener, ends[1]);
  close (ends[1]);
  reported = pid > 0 && read_report (ends[0], tried);
  close (ends[0]);
  while (pid > 0 && waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  if (!reported && errno == 0)
    errno = ECHILD;
  return reported;
}
