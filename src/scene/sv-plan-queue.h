/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machines-plan.h"

G_BEGIN_DECLS

/* The accept queue: who is in it, and in which order. */

gboolean sv_plan_queue_has (const SvSocketRow *row);
gboolean sv_plan_queue_sort (GArray *waiting, SvMoment *moment);

G_END_DECLS
