/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-owner-map.h"
#include "sv-port-space.h"
#include "sv-row-table.h"

G_BEGIN_DECLS

typedef enum
{
  SV_COLUMN_PROTO,
  SV_COLUMN_RECV_Q,
  SV_COLUMN_SEND_Q,
  SV_COLUMN_LOCAL,
  SV_COLUMN_FOREIGN,
  SV_COLUMN_STATE,
  SV_COLUMN_PROCESS,
  SV_N_COLUMNS
} SvColumn;

/* The pid of an owner that nobody has looked up yet. */
#define SV_OWNER_UNKNOWN (-1)

/**
 * SvTableRow: a row as the table shows it.
 * @owner: pid 0: not visible to us; %SV_OWNER_UNKNOWN: not looked up
 * @connection: 0 if it is none of ours
 * @twin: key of the other half of its connection, 0 if that is not in the same table
 * @ours: a socket of SockView, or the other end of one
 * @added_at, @removed_at: CLOCK_MONOTONIC in ns, 0 if not lately: new and leaving rows are marked
 */
typedef struct
{
  SvSocketRow row;
  SvOwner owner;
  guint64 twin;
  guint connection;
  gboolean ours;
  gint64 added_at;
  gint64 removed_at;
} SvTableRow;

/**
 * SvTableQuery: what to show and in which order. A plain value of words,
 * joined by "and", never changed once it is made:
 *
 * - port:9999 (either end), lport:9999, fport:9999; port:* for "any"
 * - local:127.0.0.1 foreign:10. addr:::1 (begins so), local:9999 (a port)
 * - state:established, in any spelling, or its beginning
 * - proto:tcp (tcp and tcp6), proto:tcp4, proto:tcp6, the same for udp
 * - process:nc, pid:123, inode:4711
 * - any other word is looked for in all columns
 *
 * A leading "-" or "!" turns a word around.
 */
typedef struct _SvTableQuery SvTableQuery;

SvTableQuery *sv_table_query_new (const char *text, gboolean only_ours, SvColumn sort, gboolean descending);
SvTableQuery *sv_table_query_copy (const SvTableQuery *self);
void sv_table_query_free (SvTableQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvTableQuery, sv_table_query_free)

gboolean sv_table_query_matches (const SvTableQuery *self, const SvTableRow *row);
GArray *sv_table_query_run (const SvTableQuery *self, GArray *rows); /* of SvTableRow; safe in a thread */
char *sv_table_query_get_complaint (const SvTableQuery *self);      /* "port: wants a number", NULL if fine */

char *sv_table_row_format (const SvTableRow *self, SvColumn column);
void sv_table_row_append (const SvTableRow *self, SvColumn column, GString *text);
gboolean sv_table_row_has_hidden_owner (const SvTableRow *self); /* a process holds it that we may not see */

void sv_table_rows_find_twins (GArray *rows);
GArray *sv_table_rows_in_order (GPtrArray *rows, SvColumn sort, gboolean descending);

G_END_DECLS
