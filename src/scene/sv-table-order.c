/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-query.h"

#include <netinet/in.h>

/* A row and what is compared first: worked out once for each row. */
typedef struct
{
  guint64 rank;
  const SvTableRow *row;
} SortKey;

typedef struct
{
  SvColumn sort;
  gboolean descending;
} Order;

/* Where a state stands in the life of a connection. */
static guint
state_rank (const SvSocketRow *row)
{
  static const guint8 RANKS[SV_N_TCP_STATES] = {
    [SV_TCP_LISTEN] = 1,     [SV_TCP_SYN_SENT] = 2,   [SV_TCP_SYN_RECV] = 3,  [SV_TCP_NEW_SYN_RECV] = 3,
    [SV_TCP_ESTABLISHED] = 4, [SV_TCP_FIN_WAIT1] = 5, [SV_TCP_FIN_WAIT2] = 6, [SV_TCP_CLOSING] = 7,
    [SV_TCP_CLOSE_WAIT] = 8, [SV_TCP_LAST_ACK] = 9,   [SV_TCP_TIME_WAIT] = 10, [SV_TCP_CLOSE] = 11,
  };

  if (row->protocol == IPPROTO_UDP && row->state != SV_TCP_ESTABLISHED)
    return 13;
  return row->state < SV_N_TCP_STATES ? RANKS[row->state] : 12;
}

static guint
proto_rank (const SvSocketRow *row)
{
  if (row->family == AF_UNIX)
    return 4;
  return (row->protocol == IPPROTO_UDP ? 2 : 0) + (row->family == AF_INET6 ? 1 : 0);
}

/* Processes that we see first, then those that we don't, then none at all. */
static guint64
process_rank (const SvTableRow *row)
{
  if (row->owner.pid > 0)
    return 0;
  return sv_table_row_has_hidden_owner (row) ? 1 : 2;
}

static guint64
rank_of (const SvTableRow *row, SvColumn column)
{
  switch (column)
    {
    case SV_COLUMN_PROTO:
      return proto_rank (&row->row);
    case SV_COLUMN_RECV_Q:
      return row->row.recv_q;
    case SV_COLUMN_SEND_Q:
      return row->row.send_q;
    case SV_COLUMN_STATE:
      return state_rank (&row->row);
    case SV_COLUMN_PROCESS:
      return process_rank (row);
    case SV_COLUMN_LOCAL:
    case SV_COLUMN_FOREIGN:
    case SV_N_COLUMNS:
    default:
      return 0;
    }
}

static int
compare_by_column (const SortKey *a, const SortKey *b, SvColumn column)
{
  if (a->rank != b->rank)
    return a->rank < b->rank ? -1 : 1;
  if (column == SV_COLUMN_LOCAL)
    return sv_endpoint_compare (&a->row->row.local, &b->row->row.local);
  if (column == SV_COLUMN_FOREIGN)
    return sv_endpoint_compare (&a->row->row.foreign, &b->row->row.foreign);
  if (column == SV_COLUMN_PROCESS)
    {
      int order = g_ascii_strcasecmp (a->row->owner.name, b->row->owner.name);
      return order != 0 ? order : (a->row->owner.pid > b->row->owner.pid) - (a->row->owner.pid < b->row->owner.pid);
    }
  return 0;
}

/* Rows that a column can't tell apart stand in netstat's order; the key makes
 * the order one and the same from refresh to refresh. */
static int
compare_rows (gconstpointer x, gconstpointer y, gpointer data)
{
  const Order *self = data;
  const SortKey *a = x, *b = y;
  int order = compare_by_column (a, b, self->sort);

  if (order != 0)
    return self->descending ? -order : order;
  order = (int) proto_rank (&a->row->row) - (int) proto_rank (&b->row->row);
  if (order == 0)
    order = sv_endpoint_compare (&a->row->row.local, &b->row->row.local);
  if (order == 0)
    order = sv_endpoint_compare (&a->row->row.foreign, &b->row->row.foreign);
  if (order == 0)
    order = (a->row->row.key > b->row->row.key) - (a->row->row.key < b->row->row.key);
  return order;
}

/**
 * sv_table_rows_in_order:
 * @rows: (element-type SvTableRow): pointers to rows, left as they are
 *
 * Addresses go by number, states by the life of a connection.
 *
 * Returns: (transfer full) (element-type SvTableRow): copies of them, in order
 */
GArray *
sv_table_rows_in_order (GPtrArray *rows, SvColumn sort, gboolean descending)
{
  g_return_val_if_fail (rows != NULL && sort < SV_N_COLUMNS, NULL);

  Order order = { sort, descending };
  g_autofree SortKey *keys = g_new (SortKey, rows->len);
  for (guint i = 0; i < rows->len; i++)
    keys[i] = (SortKey){ rank_of (g_ptr_array_index (rows, i), sort), g_ptr_array_index (rows, i) };
  g_qsort_with_data (keys, (int) rows->len, sizeof (SortKey), compare_rows, &order);

  GArray *result = g_array_sized_new (FALSE, FALSE, sizeof (SvTableRow), rows->len);
  for (guint i = 0; i < rows->len; i++)
    g_array_append_vals (result, keys[i].row, 1);
  return result;
}
