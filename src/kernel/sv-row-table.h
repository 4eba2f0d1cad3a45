/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-row.h"

G_BEGIN_DECLS

typedef enum
{
  SV_ROW_ADDED,
  SV_ROW_CHANGED,
  SV_ROW_REMOVED,
} SvRowEvent;

/**
 * SvRowChange:
 * @before: undefined for %SV_ROW_ADDED
 * @after: for %SV_ROW_REMOVED only seen_at counts: when the kernel no longer had it
 *
 * One difference between two moments of a table. It holds both sides, so it
 * can be applied and taken back.
 */
typedef struct
{
  SvRowEvent event;
  SvSocketRow before;
  SvSocketRow after;
} SvRowChange;

/* The row that a change is about: @after, or @before when it went away. */
#define SV_ROW_CHANGE_ROW(change) \
  ((change)->event == SV_ROW_REMOVED ? &(change)->before : &(change)->after)

/**
 * SvRowTable:
 *
 * A machine's socket table at one moment: rows by key, and by protocol and
 * four-tuple. Changed only by applying and taking back #SvRowChange.
 */
typedef struct _SvRowTable SvRowTable;

SvRowTable *sv_row_table_new (void);
SvRowTable *sv_row_table_copy (SvRowTable *self);
void sv_row_table_free (SvRowTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvRowTable, sv_row_table_free)

guint sv_row_table_get_size (SvRowTable *self);
const SvSocketRow *sv_row_table_lookup (SvRowTable *self, guint64 key);
const SvSocketRow *sv_row_table_find (SvRowTable *self, guint8 protocol, const SvEndpoint *local,
                                      const SvEndpoint *foreign);
GArray *sv_row_table_to_array (SvRowTable *self);

typedef void (*SvRowFunc) (const SvSocketRow *row, gpointer data);
void sv_row_table_foreach (SvRowTable *self, SvRowFunc func, gpointer data);

void sv_row_table_apply (SvRowTable *self, const SvRowChange *change);
void sv_row_table_revert (SvRowTable *self, const SvRowChange *change);

GArray *sv_row_table_diff (SvRowTable *self, GArray *rows, gint64 asked_at);
void sv_row_table_diff_one (SvRowTable *self, const SvSocketRow *asked, const SvSocketRow *found, GArray *changes);

G_END_DECLS
