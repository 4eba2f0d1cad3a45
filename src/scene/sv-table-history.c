/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-history.h"

struct _SvTableHistory
{
  GArray *rows;       /* of SvTableRow: the last that were shown, with those that leave */
  GHashTable *by_key; /* &row->row.key → SvTableRow in @rows */
  gint64 next_expiry;
};

SvTableHistory *
sv_table_history_new (void)
{
  SvTableHistory *self = g_new0 (SvTableHistory, 1);

  self->rows = g_array_new (FALSE, FALSE, sizeof (SvTableRow));
  self->by_key = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

void
sv_table_history_free (SvTableHistory *self)
{
  g_hash_table_unref (self->by_key);
  g_array_unref (self->rows);
  g_free (self);
}

/* When a mark ends that was made at @since, or 0 if that has been. */
static gint64
expiry_of (gint64 since, gint64 now)
{
  return since != 0 && now - since < SV_TABLE_MARK_NS ? since + SV_TABLE_MARK_NS : 0;
}

static void
note_expiry (SvTableHistory *self, gint64 expiry)
{
  if (expiry != 0 && (self->next_expiry == 0 || expiry < self->next_expiry))
    self->next_expiry = expiry;
}

static void
mark_added (SvTableHistory *self, SvTableRow *row, gint64 now, gboolean adopt)
{
  const SvTableRow *before = g_hash_table_lookup (self->by_key, &row->row.key);

  row->removed_at = 0;
  row->added_at = before != NULL && before->removed_at == 0 ? before->added_at : now;
  if (adopt || expiry_of (row->added_at, now) == 0)
    row->added_at = 0;
  note_expiry (self, expiry_of (row->added_at, now));
}

static GHashTable *
index_rows (GArray *rows)
{
  GHashTable *by_key = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < rows->len; i++)
    {
      SvTableRow *row = &g_array_index (rows, SvTableRow, i);
      g_hash_table_replace (by_key, &row->row.key, row);
    }
  return by_key;
}

/* Rows that were there before and are not in @rows stay for a while. */
static void
append_leaving (SvTableHistory *self, GArray *rows, gint64 now)
{
  g_autoptr (GHashTable) present = index_rows (rows);
  g_autoptr (GArray) leaving = g_array_new (FALSE, FALSE, sizeof (SvTableRow));

  for (guint i = 0; i < self->rows->len; i++)
    {
      SvTableRow row = g_array_index (self->rows, SvTableRow, i);

      if (g_hash_table_contains (present, &row.row.key))
        continue;
      if (row.removed_at == 0)
        row.removed_at = now;
      row.added_at = 0;
      if (expiry_of (row.removed_at, now) == 0)
        continue;
      note_expiry (self, expiry_of (row.removed_at, now));
      g_array_append_val (leaving, row);
    }
  g_array_append_vals (rows, leaving->data, leaving->len);
}

/**
 * sv_table_history_update:
 * @rows: (element-type SvTableRow): all rows of the moment that is shown now;
 *   their marks are set, and the rows that left lately are appended. Not to
 *   be changed afterwards.
 * @now: in ns, on the clock of the person who looks
 * @adopt: take the rows as they are, nothing is new and nothing leaves: the
 *   first time, and after a step back in time
 */
void
sv_table_history_update (SvTableHistory *self, GArray *rows, gint64 now, gboolean adopt)
{
  g_return_if_fail (self != NULL && rows != NULL);

  self->next_expiry = 0;
  for (guint i = 0; i < rows->len; i++)
    mark_added (self, &g_array_index (rows, SvTableRow, i), now, adopt);
  if (!adopt)
    append_leaving (self, rows, now);

  g_hash_table_unref (self->by_key);
  g_array_unref (self->rows);
  self->rows = g_array_ref (rows);
  self->by_key = index_rows (rows);
}

/**
 * sv_table_history_get_next_expiry:
 *
 * Returns: when the next mark ends, on the clock of sv_table_history_update();
 *   0 if nothing is marked
 */
gint64
sv_table_history_get_next_expiry (SvTableHistory *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->next_expiry;
}
