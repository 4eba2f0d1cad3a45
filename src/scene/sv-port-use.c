/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-port-use.h"

#include <netinet/in.h>
#include <stdlib.h>

#define N_PORTS 65536

typedef struct
{
  GArray *uses;   /* SvPortUse, as they are met */
  guint32 *known; /* by port: 1 + its place in @uses, 0 for none */
  gboolean only_listening;
} Gathering;

/**
 * sv_socket_row_is_listening:
 *
 * Returns: whether anybody may talk to it: a UDP socket has no state for that,
 *   but no peer either
 */
gboolean
sv_socket_row_is_listening (const SvSocketRow *row)
{
  if (row->protocol == IPPROTO_TCP)
    return row->state == SV_TCP_LISTEN;
  return row->foreign.port == 0;
}

static void
describe (SvPortUse *use, const SvSocketRow *row)
{
  use->row_key = row->key;
  use->local = row->local;
  use->inode = row->inode;
}

static void
gather_cb (const SvSocketRow *row, gpointer data)
{
  Gathering *self = data;
  gboolean listening = sv_socket_row_is_listening (row), better;
  SvPortUse *use;

  if (row->local.port == 0 || (self->only_listening && !listening))
    return;
  if (self->known[row->local.port] == 0)
    {
      g_array_set_size (self->uses, self->uses->len + 1);
      self->known[row->local.port] = self->uses->len;
    }
  use = &g_array_index (self->uses, SvPortUse, self->known[row->local.port] - 1);
  better = use->n_sockets == 0 || (listening && !use->listening)
           || (listening == use->listening && row->inode != 0 && use->inode == 0);
  if (better)
    describe (use, row);
  use->port = row->local.port;
  use->listening |= listening;
  use->tcp |= row->protocol == IPPROTO_TCP;
  use->udp |= row->protocol == IPPROTO_UDP;
  use->n_sockets++;
}

/**
 * sv_port_use_list:
 * @only_listening: leave out ports that only connections have
 *
 * Returns: (transfer full) (element-type SvPortUse): the taken ports, lowest first
 */
GArray *
sv_port_use_list (SvRowTable *rows, gboolean only_listening)
{
  Gathering self = { g_array_new (FALSE, TRUE, sizeof (SvPortUse)), g_new0 (guint32, N_PORTS), only_listening };
  GArray *sorted;

  sv_row_table_foreach (rows, gather_cb, &self);
  sorted = g_array_sized_new (FALSE, TRUE, sizeof (SvPortUse), self.uses->len);
  for (guint port = 0; port < N_PORTS && sorted->len < self.uses->len; port++)
    if (self.known[port] != 0)
      g_array_append_val (sorted, g_array_index (self.uses, SvPortUse, self.known[port] - 1));
  g_array_unref (self.uses);
  g_free (self.known);
  return sorted;
}

static int
compare_port (gconstpointer a, gconstpointer b)
{
  return (int) ((const SvPortUse *) a)->port - (int) ((const SvPortUse *) b)->port;
}

/**
 * sv_port_use_find:
 * @uses: as sv_port_use_list() made them
 *
 * Returns: (transfer none) (nullable): who has @port, %NULL if it is free
 */
const SvPortUse *
sv_port_use_find (GArray *uses, guint port)
{
  SvPortUse wanted = { .port = (guint16) port };

  if (uses->len == 0 || port >= N_PORTS)
    return NULL;
  return bsearch (&wanted, uses->data, uses->len, sizeof wanted, compare_port);
}
