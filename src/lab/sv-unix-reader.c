/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-unix-reader.h"

#include "sv-unix-source.h"

struct _SvUnixReader
{
  SvRecording *recording; /* unowned */
  SvMachineId machine;
  SvUnixSource *source;
  GHashTable *known; /* inode → SvSocketRow, owned: as it was recorded */
};

/**
 * sv_unix_reader_new:
 * @recording: outlives it
 *
 * Returns: (transfer full) (nullable): %NULL if the kernel cannot be asked
 */
SvUnixReader *
sv_unix_reader_new (SvRecording *recording, SvMachineId machine, GError **error)
{
  SvUnixSource *source = sv_unix_source_new (error);
  SvUnixReader *self;

  if (source == NULL)
    return NULL;
  self = g_new0 (SvUnixReader, 1);
  self->recording = recording;
  self->machine = machine;
  self->source = source;
  self->known = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

static void record (SvUnixReader *self, const SvRowChange *change);

/**
 * sv_unix_reader_free:
 *
 * What it followed leaves the table: nobody looks after it any more.
 */
void
sv_unix_reader_free (SvUnixReader *self)
{
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    {
      SvRowChange change = { .event = SV_ROW_REMOVED, .before = *(SvSocketRow *) row, .after.seen_at = sv_clock_now () };

      record (self, &change);
    }
  sv_unix_source_free (self->source);
  g_hash_table_unref (self->known);
  g_free (self);
}

static void
record (SvUnixReader *self, const SvRowChange *change)
{
  SvFact *fact = sv_fact_new_row (change->after.seen_at, self->machine, change);

  if (SV_ROW_CHANGE_ROW (change)->unix_row.listens)
    {
      fact->side = SV_SIDE_SERVER;
      sv_fact_set_actor (fact, "server");
    }
  sv_recording_append (self->recording, fact);
}

static void
put (SvUnixReader *self, SvSocketRow *row)
{
  SvSocketRow *before = g_hash_table_lookup (self->known, GUINT_TO_POINTER (row->inode));
  SvRowChange change = { .event = SV_ROW_ADDED };

  row->key = row->cookie;
  change.after = *row;
  if (before != NULL)
    {
      change.event = SV_ROW_CHANGED;
      change.before = *before;
    }
  if (before != NULL && sv_socket_row_same_content (before, row))
    return;
  g_hash_table_insert (self->known, GUINT_TO_POINTER (row->inode), g_memdup2 (row, sizeof *row));
  record (self, &change);
}

static void
drop (SvUnixReader *self, guint32 inode)
{
  SvSocketRow *before = g_hash_table_lookup (self->known, GUINT_TO_POINTER (inode));
  SvRowChange change = { .event = SV_ROW_REMOVED, .after.seen_at = sv_clock_now () };

  if (before == NULL)
    return;
  change.before = *before;
  g_hash_table_remove (self->known, GUINT_TO_POINTER (inode));
  record (self, &change);
}

/**
 * sv_unix_reader_read:
 * @row: (out) (optional)
 *
 * Asks for the socket and records what changed. An inode that is used again
 * names another socket.
 *
 * Returns: whether there is one
 */
gboolean
sv_unix_reader_read (SvUnixReader *self, guint32 inode, SvSocketRow *row)
{
  SvSocketRow *known = g_hash_table_lookup (self->known, GUINT_TO_POINTER (inode));
  SvSocketRow found;

  if (inode == 0)
    return FALSE;
  if (!sv_unix_source_find (self->source, inode, &found, NULL))
    {
      drop (self, inode);
      return FALSE;
    }
  if (known != NULL && known->cookie != found.cookie)
    drop (self, inode);
  put (self, &found);
  if (row != NULL)
    *row = found;
  return TRUE;
}

/**
 * sv_unix_reader_find_peer:
 *
 * Returns: the inode of the socket at the other end, 0 if there is none, or it
 *   has none because it waits for accept(). Nothing is recorded.
 */
guint32
sv_unix_reader_find_peer (SvUnixReader *self, guint32 inode)
{
  SvSocketRow row;

  return sv_unix_source_find (self->source, inode, &row, NULL) ? sv_endpoint_get_inode (&row.foreign) : 0;
}
