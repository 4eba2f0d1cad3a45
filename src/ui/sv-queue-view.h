/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-cell.h"

G_BEGIN_DECLS

/* How many places are drawn; a longer queue is a number. */
#define SV_QUEUE_MAX_PLACES 8

/* One queue of a listener: its name, and a place for each connection that may wait in it. */
#define SV_TYPE_QUEUE_VIEW (sv_queue_view_get_type ())
G_DECLARE_FINAL_TYPE (SvQueueView, sv_queue_view, SV, QUEUE_VIEW, SvCell)

GtkWidget *sv_queue_view_new (const char *label);
void sv_queue_view_set (SvQueueView *self, guint waiting, guint places, const guint *connections, guint n_connections,
                        const char *name);
void sv_queue_view_set_reconstructed (SvQueueView *self, gboolean reconstructed);

G_END_DECLS
