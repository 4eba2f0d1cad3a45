/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-result.h"

#include "sv-netstat-text.h"
#include "sv-unix-text.h"

#include <sys/socket.h>

static guint
count_present (GArray *rows)
{
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    n += g_array_index (rows, SvTableRow, i).removed_at == 0;
  return n;
}

/* The client's end is the one that connected: of both it has the higher port,
 * because the kernel chose it from the ephemeral ones. */
static void
index_connection (SvTableResult *self, SvTableRow *row)
{
  const SvTableRow *known = g_hash_table_lookup (self->connections, GUINT_TO_POINTER (row->connection));

  if (known == NULL || known->row.local.port < row->row.local.port)
    g_hash_table_insert (self->connections, GUINT_TO_POINTER (row->connection), row);
}

static void
index_rows (SvTableResult *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      SvTableRow *row = &g_array_index (self->rows, SvTableRow, i);

      g_hash_table_insert (self->positions, &row->row.key, row);
      if (row->connection != 0)
        index_connection (self, row);
      self->has_hidden_owner |= sv_table_row_has_hidden_owner (row);
    }
}

/**
 * sv_table_result_new:
 * @rows: (element-type SvTableRow): all rows of the moment, left as they are
 *
 * Safe in a thread.
 */
SvTableResult *
sv_table_result_new (const SvTableQuery *query, GArray *rows)
{
  SvTableResult *self = g_rc_box_new0 (SvTableResult);

  self->rows = sv_table_query_run (query, rows);
  self->positions = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->connections = g_hash_table_new (NULL, NULL);
  index_rows (self);
  self->n_shown = count_present (self->rows);
  self->n_total = count_present (rows);
  return self;
}

SvTableResult *
sv_table_result_ref (SvTableResult *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SvTableResult *self = data;

  g_hash_table_unref (self->connections);
  g_hash_table_unref (self->positions);
  g_array_unref (self->rows);
}

void
sv_table_result_unref (SvTableResult *self)
{
  g_rc_box_release_full (self, clear);
}

/**
 * sv_table_result_get:
 *
 * Returns: (transfer none) (nullable): the row there
 */
const SvTableRow *
sv_table_result_get (SvTableResult *self, guint position)
{
  return self != NULL && position < self->rows->len ? &g_array_index (self->rows, SvTableRow, position) : NULL;
}

/**
 * sv_table_result_lookup:
 *
 * Returns: (transfer none) (nullable): the row of that key
 */
const SvTableRow *
sv_table_result_lookup (SvTableResult *self, guint64 key)
{
  return self != NULL ? g_hash_table_lookup (self->positions, &key) : NULL;
}

/**
 * sv_table_result_lookup_connection:
 *
 * Returns: (transfer none) (nullable): a row of that connection, the client's if both are shown
 */
const SvTableRow *
sv_table_result_lookup_connection (SvTableResult *self, guint connection)
{
  return self != NULL ? g_hash_table_lookup (self->connections, GUINT_TO_POINTER (connection)) : NULL;
}

/**
 * sv_table_result_find:
 * @position: (out) (optional): where that row stands
 *
 * Returns: whether there is a row of that key
 */
gboolean
sv_table_result_find (SvTableResult *self, guint64 key, guint *position)
{
  const SvTableRow *row = sv_table_result_lookup (self, key);

  if (row == NULL)
    return FALSE;
  if (position != NULL)
    *position = (guint) (row - (const SvTableRow *) (gpointer) self->rows->data);
  return TRUE;
}

static void
append_row (GString *text, const SvSocketRow *row)
{
  if (row->family == AF_UNIX)
    sv_unix_text_append_row (text, row);
  else
    sv_netstat_text_append_row (text, row);
}

/**
 * sv_table_result_to_text:
 *
 * Returns: (transfer full): the rows as netstat -tuna prints them, with its
 *   head, without those that are leaving; below it those of the UNIX domain, as netstat -x does
 */
char *
sv_table_result_to_text (SvTableResult *self)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GString) unix_rows = g_string_new (NULL);

  sv_netstat_text_append_header (text);
  for (guint i = 0; self != NULL && i < self->rows->len; i++)
    {
      const SvTableRow *row = &g_array_index (self->rows, SvTableRow, i);

      if (row->removed_at == 0)
        append_row (row->row.family == AF_UNIX ? unix_rows : text, &row->row);
    }
  if (unix_rows->len > 0)
    sv_unix_text_append_header (text);
  g_string_append_len (text, unix_rows->str, (gssize) unix_rows->len);
  return g_string_free (text, FALSE);
}

/**
 * sv_table_row_to_netstat:
 *
 * Returns: (transfer full): one line, as netstat -tuna, or -x, prints it
 */
char *
sv_table_row_to_netstat (const SvTableRow *row)
{
  GString *text = g_string_new (NULL);

  append_row (text, &row->row);
  return g_string_free (text, FALSE);
}
