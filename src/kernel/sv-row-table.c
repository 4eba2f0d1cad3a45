/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-row-table.h"

#include <netinet/in.h>
#include <string.h>

/* Sockets may share a tuple (SO_REUSEPORT, SO_REUSEADDR for UDP): these form a
 * list, the greatest key first, so that it does not depend on the way to here. */
typedef struct _Entry Entry;
struct _Entry
{
  SvSocketRow row;
  Entry *next;         /* of the same tuple */
  gint64 confirmed_at; /* when the kernel last said just this */
  guint round;         /* the last diff that met this row */
};

struct _SvRowTable
{
  GHashTable *by_key;   /* &entry->row.key → Entry, owned */
  GHashTable *by_tuple; /* &entry->row → the first Entry of that tuple */
  GHashTable *gone;     /* SvSocketRow, owned: rows removed since the last whole snapshot was asked for */
  gboolean is_copy;
  guint round;
};

SvRowTable *
sv_row_table_new (void)
{
  SvRowTable *self = g_new0 (SvRowTable, 1);

  self->by_key = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->by_tuple = g_hash_table_new (sv_socket_row_tuple_hash, sv_socket_row_tuple_equal);
  self->gone = g_hash_table_new_full (sv_socket_row_tuple_hash, sv_socket_row_tuple_equal, g_free, NULL);
  return self;
}

void
sv_row_table_free (SvRowTable *self)
{
  g_hash_table_unref (self->gone);
  g_hash_table_unref (self->by_tuple);
  g_hash_table_unref (self->by_key);
  g_free (self);
}

static void
set_first (SvRowTable *self, Entry *entry)
{
  g_hash_table_replace (self->by_tuple, &entry->row, entry);
}

static void
link_tuple (SvRowTable *self, Entry *entry)
{
  Entry *first = g_hash_table_lookup (self->by_tuple, &entry->row), *place = first;

  if (first == NULL || first->row.key < entry->row.key)
    {
      entry->next = first;
      set_first (self, entry);
      return;
    }
  while (place->next != NULL && place->next->row.key > entry->row.key)
    place = place->next;
  entry->next = place->next;
  place->next = entry;
}

static void
unlink_tuple (SvRowTable *self, Entry *entry)
{
  Entry *place = g_hash_table_lookup (self->by_tuple, &entry->row);

  if (place == entry && entry->next == NULL)
    g_hash_table_remove (self->by_tuple, &entry->row);
  else if (place == entry)
    set_first (self, entry->next);
  else
    {
      while (place->next != entry)
        place = place->next;
      place->next = entry->next;
    }
}

static void
drop (SvRowTable *self, guint64 key)
{
  Entry *entry = g_hash_table_lookup (self->by_key, &key);

  if (entry == NULL)
    return;
  unlink_tuple (self, entry);
  g_hash_table_remove (self->by_key, &key);
}

static void
put (SvRowTable *self, const SvSocketRow *row)
{
  Entry *entry = g_new (Entry, 1);

  g_assert (row->key != 0);
  drop (self, row->key);
  entry->row = *row;
  entry->confirmed_at = row->seen_at;
  entry->round = self->round;
  link_tuple (self, entry);
  g_hash_table_insert (self->by_key, &entry->row.key, entry);
}

/**
 * sv_row_table_copy:
 *
 * Returns: (transfer full): a table to go through time with; it does not
 *   remember what went, so it is not for sv_row_table_diff()
 */
SvRowTable *
sv_row_table_copy (SvRowTable *self)
{
  SvRowTable *copy = sv_row_table_new ();
  GHashTableIter iter;
  gpointer entry;

  copy->is_copy = TRUE;
  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    put (copy, &((Entry *) entry)->row);
  return copy;
}

guint
sv_row_table_get_size (SvRowTable *self)
{
  return g_hash_table_size (self->by_key);
}

/**
 * sv_row_table_lookup:
 *
 * Returns: (transfer none) (nullable): the row of that key; valid until the
 *   table changes
 */
const SvSocketRow *
sv_row_table_lookup (SvRowTable *self, guint64 key)
{
  Entry *entry = g_hash_table_lookup (self->by_key, &key);

  return entry != NULL ? &entry->row : NULL;
}

/**
 * sv_row_table_find:
 *
 * Returns: (transfer none) (nullable): the row of that protocol and four-tuple,
 *   of several the youngest; valid until the table changes
 */
const SvSocketRow *
sv_row_table_find (SvRowTable *self, guint8 protocol, const SvEndpoint *local, const SvEndpoint *foreign)
{
  SvSocketRow wanted = { .protocol = protocol, .family = (guint8) local->family, .local = *local, .foreign = *foreign };
  Entry *entry = g_hash_table_lookup (self->by_tuple, &wanted);

  return entry != NULL ? &entry->row : NULL;
}

/**
 * sv_row_table_to_array:
 *
 * Returns: (transfer full) (element-type SvSocketRow): a copy of all rows, in no order
 */
GArray *
sv_row_table_to_array (SvRowTable *self)
{
  GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (SvSocketRow), sv_row_table_get_size (self));
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_array_append_val (rows, ((Entry *) entry)->row);
  return rows;
}

/**
 * sv_row_table_foreach:
 * @func: called with each row, in no order; the row is valid until the table changes
 */
void
sv_row_table_foreach (SvRowTable *self, SvRowFunc func, gpointer data)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    func (&((Entry *) entry)->row, data);
}

/**
 * sv_row_table_apply:
 *
 * Goes one change forward in time.
 */
void
sv_row_table_apply (SvRowTable *self, const SvRowChange *change)
{
  if (change->event != SV_ROW_ADDED)
    drop (self, change->before.key);
  if (change->event != SV_ROW_REMOVED)
    {
      put (self, &change->after);
      return;
    }
  if (self->is_copy)
    return;

  SvSocketRow *gone = g_memdup2 (&change->before, sizeof change->before);
  gone->seen_at = change->after.seen_at;
  g_hash_table_replace (self->gone, gone, NULL);
}

/**
 * sv_row_table_revert:
 *
 * Takes one change back: the table is as it was before sv_row_table_apply().
 */
void
sv_row_table_revert (SvRowTable *self, const SvRowChange *change)
{
  if (change->event != SV_ROW_REMOVED)
    drop (self, change->after.key);
  if (change->event != SV_ROW_ADDED)
    put (self, &change->before);
  if (change->event == SV_ROW_REMOVED)
    g_hash_table_remove (self->gone, &change->before);
}

static guint64
mix (guint64 hash, guint64 value)
{
  hash = (hash ^ value) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return hash ^ hash >> 32;
}

static guint64
mix_endpoint (guint64 hash, const SvEndpoint *endpoint)
{
  guint64 halves[2];

  memcpy (halves, endpoint->address, sizeof halves);
  return mix (mix (mix (hash, halves[0]), halves[1]), endpoint->port);
}

/* Without a cookie (/proc), what a row says is its name. */
static guint64
key_of (const SvSocketRow *row)
{
  guint64 key;

  if (row->cookie != 0)
    return row->cookie;
  key = mix_endpoint (mix_endpoint (row->protocol, &row->local), &row->foreign);
  return mix (mix (key, row->family), row->inode) | G_GUINT64_CONSTANT (1) << 63;
}

static gboolean
is_connected (const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && row->foreign.port != 0;
}

static gboolean
is_opening (const SvSocketRow *row)
{
  return row->state == SV_TCP_SYN_SENT || row->state == SV_TCP_SYN_RECV;
}

/* Of the same tuple. The kernel may replace a closing socket by a small record
 * with a cookie of its own (inet_timewait_sock, in FIN_WAIT2 or TIME_WAIT). To a
 * reader it is the same connection. A four-tuple that is used again is not. */
static gboolean
is_same_socket (const SvSocketRow *before, const SvSocketRow *after)
{
  gboolean cookies = before->cookie != 0 && after->cookie != 0;

  if (cookies && before->cookie == after->cookie)
    return TRUE;
  if (!is_connected (after))
    return !cookies && before->inode == after->inode;
  if (before->state == SV_TCP_TIME_WAIT)
    return after->state == SV_TCP_TIME_WAIT;
  if (cookies)
    return after->state == SV_TCP_TIME_WAIT || after->state == SV_TCP_FIN_WAIT2;
  if (before->inode != 0 && after->inode != 0 && before->inode != after->inode)
    return FALSE;
  return is_opening (before) || !is_opening (after);
}

/* A cookie names a socket whatever becomes of its addresses: connect() gives a
 * bound UDP socket new ones. */
static Entry *
find_same (SvRowTable *self, const SvSocketRow *row)
{
  Entry *entry = row->cookie != 0 ? g_hash_table_lookup (self->by_key, &row->cookie) : NULL;

  if (entry != NULL)
    return entry;
  entry = g_hash_table_lookup (self->by_tuple, row);
  while (entry != NULL && !is_same_socket (&entry->row, row))
    entry = entry->next;
  return entry;
}

static void
add_change (GArray *changes, SvRowEvent event, const SvSocketRow *before, const SvSocketRow *after)
{
  SvRowChange change = { .event = event };

  if (before != NULL)
    change.before = *before;
  if (after != NULL)
    change.after = *after;
  g_array_append_val (changes, change);
}

static gboolean
went_after (SvRowTable *self, const SvSocketRow *row, gint64 asked_at)
{
  SvSocketRow *gone;

  return g_hash_table_lookup_extended (self->gone, row, (gpointer *) &gone, NULL) && gone->seen_at >= asked_at;
}

static void
diff_row (SvRowTable *self, Entry *entry, const SvSocketRow *found, gint64 asked_at, GArray *changes)
{
  SvSocketRow after = *found;

  after.seen_at = asked_at;
  if (entry == NULL)
    {
      after.key = key_of (found);
      if (!went_after (self, found, asked_at))
        add_change (changes, SV_ROW_ADDED, NULL, &after);
      return;
    }
  after.key = entry->row.key;
  entry->round = self->round;
  if (entry->confirmed_at > asked_at)
    return;
  entry->confirmed_at = asked_at;
  if (!sv_socket_row_same_content (&entry->row, &after))
    add_change (changes, SV_ROW_CHANGED, &entry->row, &after);
}

static guint
key_hash (gconstpointer row)
{
  return (guint) key_of (row);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  return key_of (a) == key_of (b);
}

static gboolean
is_older (gpointer gone, gpointer unused, gpointer asked_at)
{
  return ((SvSocketRow *) gone)->seen_at < *(gint64 *) asked_at;
}

/**
 * sv_row_table_diff:
 * @rows: (element-type SvSocketRow): a whole snapshot, without keys
 * @asked_at: CLOCK_MONOTONIC in ns, from before the snapshot was begun
 *
 * What to apply so that the table says what the snapshot says. A row that was
 * read, or seen to go, after @asked_at is newer than the snapshot and stays
 * as it is. Removals come first, so that a four-tuple used again is free.
 *
 * Returns: (transfer full) (element-type SvRowChange): the changes
 */
GArray *
sv_row_table_diff (SvRowTable *self, GArray *rows, gint64 asked_at)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (SvRowChange));
  g_autoptr (GHashTable) added = g_hash_table_new (key_hash, key_equal);
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (SvRowChange));
  SvSocketRow gone_at = { .seen_at = asked_at };
  GHashTableIter iter;
  gpointer value;

  self->round++;
  g_hash_table_foreach_remove (self->gone, is_older, &asked_at);
  for (guint i = 0; i < rows->len; i++)
    {
      SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);
      Entry *entry = find_same (self, row);

      /* A socket that moves while the kernel walks its table may be met twice. */
      if (entry != NULL ? entry->round != self->round : g_hash_table_add (added, row))
        diff_row (self, entry, row, asked_at, found);
    }
  g_hash_table_iter_init (&iter, self->by_key);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      /* Snapshots are of TCP and UDP; who reads UNIX-domain sockets looks after them. */
      if (entry->round != self->round && entry->confirmed_at < asked_at && entry->row.family != AF_UNIX)
        add_change (changes, SV_ROW_REMOVED, &entry->row, &gone_at);
    }
  g_array_append_vals (changes, found->data, found->len);
  return changes;
}

/**
 * sv_row_table_diff_one:
 * @asked: protocol and four-tuple that the kernel was asked for, and seen_at
 * @found: (nullable): its answer, %NULL if there is no such socket
 * @changes: (element-type SvRowChange): changes are appended
 *
 * As sv_row_table_diff() for one socket. Where several share the tuple the
 * kernel answers with any of them, which says nothing of the others.
 */
void
sv_row_table_diff_one (SvRowTable *self, const SvSocketRow *asked, const SvSocketRow *found, GArray *changes)
{
  Entry *same = found != NULL ? find_same (self, found) : NULL;
  SvSocketRow gone_at = { .seen_at = asked->seen_at };

  if (found == NULL || is_connected (found))
    for (Entry *old = g_hash_table_lookup (self->by_tuple, asked); old != NULL; old = old->next)
      if (old != same && old->confirmed_at <= asked->seen_at)
        add_change (changes, SV_ROW_REMOVED, &old->row, &gone_at);
  if (found != NULL)
    diff_row (self, same, found, asked->seen_at, changes);
}
