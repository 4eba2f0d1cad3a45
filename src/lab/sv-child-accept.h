/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvChildAccept:
 * @pid: of the child, which has ended
 * @limit: how many descriptors it could have: as many as it had
 * @limited_at: CLOCK_MONOTONIC in ns
 * @accepted_at: likewise, before accept()
 * @error: errno of accept(), 0 if it worked
 */
typedef struct
{
  int pid;
  int limit;
  gint64 limited_at;
  gint64 accepted_at;
  int error;
} SvChildAccept;

gboolean sv_child_accept (int listener, SvChildAccept *tried);

G_END_DECLS
