/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-table-query.h"

G_BEGIN_DECLS

/* How long a new row stays marked, and a row that left stays in sight: ns. */
#define SV_TABLE_MARK_NS (2 * G_GINT64_CONSTANT (1000000000))

/**
 * SvTableHistory:
 *
 * What the table showed lately, so that people see what came and what went.
 * Used by one thread at a time.
 */
typedef struct _SvTableHistory SvTableHistory;

SvTableHistory *sv_table_history_new (void);
void sv_table_history_free (SvTableHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvTableHistory, sv_table_history_free)

void sv_table_history_update (SvTableHistory *self, GArray *rows, gint64 now, gboolean adopt);
gint64 sv_table_history_get_next_expiry (SvTableHistory *self);

G_END_DECLS
