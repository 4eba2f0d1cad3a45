/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-owner-map.h"

G_BEGIN_DECLS

/**
 * SvOwnerFinder:
 *
 * Finds out which process holds the socket at the other end of a connection.
 * It looks through /proc in a thread: many questions, one walk.
 */
typedef struct _SvOwnerFinder SvOwnerFinder;

typedef void (*SvOwnerFoundFunc) (guint connection, const SvOwner *owner, gpointer user_data);

SvOwnerFinder *sv_owner_finder_new (SvOwnerFoundFunc func, gpointer user_data);
void sv_owner_finder_free (SvOwnerFinder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvOwnerFinder, sv_owner_finder_free)

void sv_owner_finder_ask (SvOwnerFinder *self, guint connection, guint32 inode);

G_END_DECLS
