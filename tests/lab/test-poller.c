/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-poller.h"

#include <gio/gio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Pair Pair;

struct Pair
{
  SvPoller *poller;
  int fds[2];
  SvWatch *watch;
  guint calls;
  guint32 events;
  Pair *other;    /* its watch is removed from inside this one's function */
  gboolean frees; /* the poller is freed from inside */
};

static void
ready_cb (guint32 events, gpointer user_data)
{
  Pair *pair = user_data;
  char byte;

  pair->calls++;
  pair->events |= events;
  if (events & EPOLLIN)
    g_assert_cmpint (read (pair->fds[0], &byte, 1), ==, 1);
  if (pair->other != NULL && pair->other->watch != NULL)
    {
      sv_poller_remove (pair->poller, pair->other->watch);
      close (pair->other->fds[0]);
      pair->other->fds[0] = -1;
      pair->other->watch = NULL;
      if (pair->watch != NULL)
        sv_poller_remove (pair->poller, pair->watch);
      pair->watch = NULL;
    }
  if (pair->frees)
    sv_poller_free (pair->poller);
}

static void
open_pair (Pair *pair, SvPoller *poller, guint32 events)
{
  *pair = (Pair){ .poller = poller };
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pair->fds), ==, 0);
  pair->watch = sv_poller_add (poller, pair->fds[0], events, ready_cb, pair);
  g_assert_nonnull (pair->watch);
}

static void
close_pair (Pair *pair)
{
  if (pair->watch != NULL)
    sv_poller_remove (pair->poller, pair->watch);
  if (pair->fds[0] >= 0)
    close (pair->fds[0]);
  close (pair->fds[1]);
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
test_ready (void)
{
  g_autoptr (SvPoller) poller = sv_poller_new (NULL, NULL);
  Pair pair;

  open_pair (&pair, poller, EPOLLIN);
  turn ();
  g_assert_cmpuint (pair.calls, ==, 0);
  g_assert_cmpint (write (pair.fds[1], "ab", 2), ==, 2);
  turn ();
  g_assert_cmpuint (pair.calls, ==, 2); /* level-triggered */
  sv_poller_modify (poller, pair.watch, 0);
  g_assert_cmpint (write (pair.fds[1], "c", 1), ==, 1);
  turn ();
  g_assert_cmpuint (pair.calls, ==, 2);
  sv_poller_modify (poller, pair.watch, EPOLLIN);
  turn ();
  g_assert_cmpuint (pair.calls, ==, 3);
  close_pair (&pair);
  g_assert_cmpuint (sv_poller_get_n_watches (poller), ==, 0);
}

/* Both are ready; whichever comes first takes the other one away. */
static void
test_remove_while_dispatching (void)
{
  g_autoptr (SvPoller) poller = sv_poller_new (NULL, NULL);
  Pair a, b;

  open_pair (&a, poller, EPOLLIN);
  open_pair (&b, poller, EPOLLIN);
  a.other = &b;
  b.other = &a;
  g_assert_cmpint (write (a.fds[1], "x", 1), ==, 1);
  g_assert_cmpint (write (b.fds[1], "x", 1), ==, 1);
  turn ();
  g_assert_cmpuint (a.calls + b.calls, ==, 1);
  g_assert_cmpuint (sv_poller_get_n_watches (poller), ==, 0);
  close_pair (&a);
  close_pair (&b);
}

static void
test_free_while_dispatching (void)
{
  SvPoller *poller = sv_poller_new (NULL, NULL);
  Pair a, b;

  open_pair (&a, poller, EPOLLIN);
  open_pair (&b, poller, EPOLLIN);
  a.frees = b.frees = TRUE;
  g_assert_cmpint (write (a.fds[1], "x", 1), ==, 1);
  g_assert_cmpint (write (b.fds[1], "x", 1), ==, 1);
  turn ();
  g_assert_cmpuint (a.calls + b.calls, ==, 1);
  a.watch = b.watch = NULL;
  close_pair (&a);
  close_pair (&b);
}

/* One turn handles a bounded number, and the rest is not forgotten. */
static void
test_many (void)
{
  enum { N = 500 };
  g_autoptr (SvPoller) poller = sv_poller_new (NULL, NULL);
  g_autofree Pair *pairs = g_new0 (Pair, N);
  guint first = 0, all = 0;

  for (guint i = 0; i < N; i++)
    {
      open_pair (&pairs[i], poller, EPOLLIN);
      g_assert_cmpint (write (pairs[i].fds[1], "x", 1), ==, 1);
    }
  g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; i < N; i++)
    first += pairs[i].calls;
  g_assert_cmpuint (first, >, 0);
  g_assert_cmpuint (first, <, N);
  turn ();
  for (guint i = 0; i < N; i++)
    all += pairs[i].calls;
  g_assert_cmpuint (all, ==, N);
  for (guint i = 0; i < N; i++)
    close_pair (&pairs[i]);
}

static void
test_hang_up (void)
{
  g_autoptr (SvPoller) poller = sv_poller_new (NULL, NULL);
  Pair pair;

  open_pair (&pair, poller, 0);
  close (pair.fds[1]);
  pair.fds[1] = dup (0);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (pair.calls, ==, 1);
  g_assert_cmpuint (pair.events & EPOLLHUP, !=, 0);
  close_pair (&pair);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/poller/ready", test_ready);
  g_test_add_func ("/poller/remove-while-dispatching", test_remove_while_dispatching);
  g_test_add_func ("/poller/free-while-dispatching", test_free_while_dispatching);
  g_test_add_func ("/poller/many", test_many);
  g_test_add_func ("/poller/hang-up", test_hang_up);
  return g_test_run ();
}
