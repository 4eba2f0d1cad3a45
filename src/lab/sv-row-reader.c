/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-row-reader.h"

#include <netinet/in.h>
#include <string.h>

struct _SvRowReader
{
  SvRecording *recording; /* unowned */
  SvMachineId machine;
  SvSocketSource *source;
  GArray *changes; /* SvRowChange: read, not yet recorded */
  gboolean failed; /* said so already */
  SvEndpoint datagram_server; /* family 0: none */
};

/**
 * sv_row_reader_new:
 * @recording: outlives it
 *
 * Returns: (transfer full) (nullable): %NULL if the kernel cannot be asked
 */
SvRowReader *
sv_row_reader_new (SvRecording *recording, SvMachine *machine, GError **error)
{
  SvSocketSource *source = sv_machine_open_source (machine, error);
  SvRowReader *self;

  if (source == NULL)
    return NULL;
  self = g_new0 (SvRowReader, 1);
  self->recording = recording;
  self->machine = sv_machine_get_id (machine);
  self->source = source;
  self->changes = g_array_new (FALSE, FALSE, sizeof (SvRowChange));
  return self;
}

void
sv_row_reader_free (SvRowReader *self)
{
  g_object_unref (self->source);
  g_array_unref (self->changes);
  g_free (self);
}

static void
note_failure (SvRowReader *self, const GError *error)
{
  if (!self->failed)
    sv_recording_append (self->recording, sv_fact_new_note (sv_clock_now (), self->machine, "%s", error->message));
  self->failed = TRUE;
}

static gboolean
read_row (SvRowReader *self, guint8 protocol, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  SvRowTable *table = sv_recording_get_table (self->recording, self->machine);
  g_autoptr (GError) error = NULL;
  SvSocketRow asked = {
    .protocol = protocol, .family = (guint8) local->family, .local = *local, .foreign = *foreign
  };
  gboolean found;

  asked.seen_at = sv_clock_now ();
  found = sv_socket_source_find (self->source, protocol, local, foreign, row, &error);
  if (error != NULL)
    {
      note_failure (self, error);
      return FALSE;
    }
  /* Where there is no connection the kernel may answer with its listener. */
  if (found && !sv_socket_row_tuple_equal (row, &asked))
    found = FALSE;
  sv_row_table_diff_one (table, &asked, found ? row : NULL, self->changes);
  return found;
}

/**
 * sv_row_reader_read:
 * @foreign: any address and port 0 for a listener
 * @row: (out): the row, undefined if there is none
 *
 * Asks the kernel for a TCP socket. What changed waits for
 * sv_row_reader_record(); until then no socket may be read twice.
 *
 * Returns: whether the kernel has such a socket
 */
gboolean
sv_row_reader_read (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  return read_row (self, IPPROTO_TCP, local, foreign, row);
}

static gboolean
recall_row (SvRowReader *self, guint8 protocol, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  SvRowTable *table = sv_recording_get_table (self->recording, self->machine);
  const SvSocketRow *known = sv_row_table_find (table, protocol, local, foreign);

  if (known != NULL)
    *row = *known;
  return known != NULL;
}

/**
 * sv_row_reader_recall:
 *
 * As sv_row_reader_read(), but what the recording knows: nobody is asked.
 */
gboolean
sv_row_reader_recall (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  return recall_row (self, IPPROTO_TCP, local, foreign, row);
}

/* An IPv4 connection may be held by an IPv6 socket at either end. */
static SvEndpoint
other_notation (const SvEndpoint *endpoint)
{
  SvEndpoint mapped = { .family = AF_INET6, .port = endpoint->port };

  if (endpoint->family == AF_INET6)
    return sv_endpoint_unmapped (endpoint);
  mapped.address[10] = mapped.address[11] = 0xff;
  memcpy (mapped.address + 12, endpoint->address, 4);
  return mapped;
}

typedef gboolean (*LookFunc) (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign,
                              SvSocketRow *row);

static gboolean
look_either (SvRowReader *self, LookFunc look, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  SvEndpoint other_local, other_foreign;

  if (look (self, local, foreign, row))
    return TRUE;
  if (local->family != AF_INET && !sv_endpoint_is_v4_mapped (local))
    return FALSE;
  other_local = other_notation (local);
  other_foreign = other_notation (foreign);
  return look (self, &other_local, &other_foreign, row);
}

/**
 * sv_row_reader_read_either:
 *
 * As sv_row_reader_read(), for an IPv4 connection whichever of an IPv4 and an
 * IPv6 socket holds it.
 */
gboolean
sv_row_reader_read_either (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  return look_either (self, sv_row_reader_read, local, foreign, row);
}

/**
 * sv_row_reader_recall_either:
 *
 * As sv_row_reader_recall(), likewise.
 */
gboolean
sv_row_reader_recall_either (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  return look_either (self, sv_row_reader_recall, local, foreign, row);
}

/**
 * sv_row_reader_read_datagram:
 * @local: where its datagrams arrive
 * @foreign: whose they are; family 0 for a socket that nobody is known to talk to
 *
 * As sv_row_reader_read(), for the UDP socket that takes such datagrams: one
 * that is connected, else one that is bound to the address, else to any; an
 * IPv6 socket may take IPv4's.
 */
gboolean
sv_row_reader_read_datagram (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row)
{
  SvEndpoint none = sv_endpoint_any (local->family, 0), all = sv_endpoint_any (local->family, local->port);
  SvEndpoint none6 = sv_endpoint_any (AF_INET6, 0), all6 = sv_endpoint_any (AF_INET6, local->port);
  SvEndpoint local6, foreign6;

  if (foreign->family != 0 && !sv_endpoint_is_any (local) && read_row (self, IPPROTO_UDP, local, foreign, row))
    return TRUE;
  if (read_row (self, IPPROTO_UDP, local, &none, row)
      || (!sv_endpoint_is_any (local) && read_row (self, IPPROTO_UDP, &all, &none, row)))
    return TRUE;
  if (local->family != AF_INET || foreign->family != AF_INET)
    return FALSE;
  local6 = other_notation (local);
  foreign6 = other_notation (foreign);
  return read_row (self, IPPROTO_UDP, &local6, &foreign6, row) || read_row (self, IPPROTO_UDP, &local6, &none6, row)
         || read_row (self, IPPROTO_UDP, &all6, &none6, row);
}

/**
 * sv_row_reader_set_datagram_server:
 * @server: (nullable): where our UDP server is bound: that row is the server's
 */
void
sv_row_reader_set_datagram_server (SvRowReader *self, const SvEndpoint *server)
{
  self->datagram_server = server != NULL ? *server : (SvEndpoint){ 0 };
}

static gboolean
is_servers (SvRowReader *self, const SvSocketRow *row)
{
  if (row->state == SV_TCP_LISTEN)
    return TRUE;
  return row->protocol == IPPROTO_UDP && row->foreign.port == 0
         && sv_endpoint_equal (&row->local, &self->datagram_server);
}

/**
 * sv_row_reader_record:
 *
 * Appends a fact for each change that was read.
 */
void
sv_row_reader_record (SvRowReader *self)
{
  /* Whoever hears of a fact may cause another reading. */
  g_autoptr (GArray) changes = g_steal_pointer (&self->changes);

  self->changes = g_array_new (FALSE, FALSE, sizeof (SvRowChange));
  for (guint i = 0; i < changes->len; i++)
    {
      const SvRowChange *change = &g_array_index (changes, SvRowChange, i);
      SvFact *fact = sv_fact_new_row (change->after.seen_at, self->machine, change);

      if (is_servers (self, SV_ROW_CHANGE_ROW (change)))
        {
          fact->side = SV_SIDE_SERVER;
          sv_fact_set_actor (fact, "server");
        }
      sv_recording_append (self->recording, fact);
    }
}
