/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-poller.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MAX_EVENTS 64

struct _SvWatch
{
  int fd;
  guint32 events;
  SvWatchFunc func;
  gpointer user_data;
  gboolean removed;
};

typedef struct
{
  GSource source;
  SvPoller *poller;
  gpointer tag;
} PollerSource;

struct _SvPoller
{
  int epoll_fd;
  GSource *source;
  GHashTable *watches; /* SvWatch, owned */
  GPtrArray *removed;  /* SvWatch, owned: while dispatching, a pending event may still name them */
  gboolean dispatching;
  gboolean freed; /* from inside dispatching: it ends with that */
};

static void
destroy (SvPoller *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->epoll_fd);
  g_ptr_array_unref (self->removed);
  g_hash_table_unref (self->watches);
  g_free (self);
}

static gboolean
dispatch_cb (GSource *source, GSourceFunc callback, gpointer user_data)
{
  SvPoller *self = ((PollerSource *) source)->poller;
  struct epoll_event events[MAX_EVENTS];
  int n = epoll_wait (self->epoll_fd, events, MAX_EVENTS, 0);

  g_assert (!self->dispatching);
  self->dispatching = TRUE;
  for (int i = 0; i < n; i++)
    {
      SvWatch *watch = events[i].data.ptr;

      if (!watch->removed && !self->freed)
        watch->func (events[i].events, watch->user_data);
    }
  self->dispatching = FALSE;
  g_ptr_array_set_size (self->removed, 0);
  if (self->freed)
    {
      destroy (self);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
check_cb (GSource *source)
{
  return g_source_query_unix_fd (source, ((PollerSource *) source)->tag) != 0;
}

static GSourceFuncs source_funcs = { .check = check_cb, .dispatch = dispatch_cb };

/**
 * sv_poller_new:
 * @context: (nullable): where it runs
 *
 * Returns: (transfer full) (nullable): %NULL if no descriptor was free
 */
SvPoller *
sv_poller_new (GMainContext *context, GError **error)
{
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  PollerSource *source;
  SvPoller *self;

  if (epoll_fd < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), "epoll_create1: %s", g_strerror (code));
      return NULL;
    }
  self = g_new0 (SvPoller, 1);
  self->epoll_fd = epoll_fd;
  self->watches = g_hash_table_new_full (NULL, NULL, g_free, NULL);
  self->removed = g_ptr_array_new_with_free_func (g_free);
  self->source = g_source_new (&source_funcs, sizeof (PollerSource));
  g_source_set_static_name (self->source, "SvPoller");
  g_source_set_priority (self->source, SV_POLLER_PRIORITY);
  source = (PollerSource *) self->source;
  source->poller = self;
  source->tag = g_source_add_unix_fd (self->source, epoll_fd, G_IO_IN);
  g_source_attach (self->source, context);
  return self;
}

/**
 * sv_poller_free:
 *
 * No watch is called any more. From inside a watch's function the descriptor
 * goes when that returns.
 */
void
sv_poller_free (SvPoller *self)
{
  self->freed = TRUE;
  if (!self->dispatching)
    destroy (self);
}

/**
 * sv_poller_add:
 * @fd: open until the watch is removed
 * @events: what @func is called for; EPOLLERR and EPOLLHUP always are
 *
 * Returns: (transfer none) (nullable): the watch, until sv_poller_remove();
 *   %NULL with errno set if the kernel takes no more
 */
SvWatch *
sv_poller_add (SvPoller *self, int fd, guint32 events, SvWatchFunc func, gpointer user_data)
{
  struct epoll_event event = { .events = events };
  SvWatch *watch;

  g_return_val_if_fail (func != NULL, NULL);

  watch = g_new0 (SvWatch, 1);
  event.data.ptr = watch;
  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    {
      g_free (watch);
      return NULL;
    }
  watch->fd = fd;
  watch->events = events;
  watch->func = func;
  watch->user_data = user_data;
  g_hash_table_add (self->watches, watch);
  return watch;
}

void
sv_poller_modify (SvPoller *self, SvWatch *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  g_return_if_fail (watch != NULL);

  if (watch->events == events)
    return;
  watch->events = events;
  epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

/**
 * sv_poller_remove:
 *
 * Its function is not called any more, not even for an event that has been
 * fetched already. Call it before close().
 */
void
sv_poller_remove (SvPoller *self, SvWatch *watch)
{
  g_return_if_fail (watch != NULL);

  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  watch->removed = TRUE;
  g_hash_table_steal (self->watches, watch);
  if (self->dispatching)
    g_ptr_array_add (self->removed, watch);
  else
    g_free (watch);
}

guint
sv_poller_get_n_watches (SvPoller *self)
{
  return g_hash_table_size (self->watches);
}
