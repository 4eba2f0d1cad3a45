/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Below GTK's redraw (120): traffic never keeps a window from being drawn. */
#define SV_POLLER_PRIORITY (G_PRIORITY_HIGH_IDLE + 50)

/**
 * SvPoller:
 *
 * Any number of descriptors in one epoll(7) descriptor that is a single
 * #GSource: a source for each socket would cost each turn of the main loop
 * the number of sockets. Level-triggered; bounded work a turn.
 */
typedef struct _SvPoller SvPoller;
typedef struct _SvWatch SvWatch;

/* @events: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDHUP */
typedef void (*SvWatchFunc) (guint32 events, gpointer user_data);

SvPoller *sv_poller_new (GMainContext *context, GError **error);
void sv_poller_free (SvPoller *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvPoller, sv_poller_free)

SvWatch *sv_poller_add (SvPoller *self, int fd, guint32 events, SvWatchFunc func, gpointer user_data);
void sv_poller_modify (SvPoller *self, SvWatch *watch, guint32 events);
void sv_poller_remove (SvPoller *self, SvWatch *watch);
guint sv_poller_get_n_watches (SvPoller *self);

G_END_DECLS
