/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-query.h"

#include "sv-unix-text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "sv-config.h"

#include <glib/gi18n-lib.h>

/* As netstat -n prints it: an IPv4-mapped address as IPv4, port 0 as a star. */
static void
append_endpoint (GString *text, const SvEndpoint *endpoint)
{
  SvEndpoint plain = sv_endpoint_unmapped (endpoint);
  char address[INET6_ADDRSTRLEN] = "";

  inet_ntop (plain.family == AF_INET6 ? AF_INET6 : AF_INET, plain.address, address, sizeof address);
  g_string_append (text, address);
  if (plain.port == 0)
    g_string_append (text, ":*");
  else
    g_string_append_printf (text, ":%u", plain.port);
}

/* What netstat -x has in its column "Path"; of the peer, that is its inode. */
static void
append_unix_end (GString *text, const SvSocketRow *row, const SvEndpoint *endpoint)
{
  g_autofree char *socket = sv_endpoint_to_string (endpoint);
  const char *path = endpoint == &row->local ? row->unix_row.path : NULL;

  g_string_append (text, path != NULL ? path : socket);
}

/* netstat gives a UDP socket a state only if it is connected. */
static const char *
state_name (const SvSocketRow *row)
{
  if (row->family == AF_UNIX)
    return sv_unix_row_get_state_name (row);
  if (row->protocol == IPPROTO_UDP && row->state != SV_TCP_ESTABLISHED)
    return row->state == SV_TCP_CLOSE ? "" : "UNKNOWN";
  return sv_tcp_state_to_netstat (row->state);
}

static void
append_process (GString *text, const SvTableRow *self)
{
  if (self->row.inode == 0 || self->owner.pid <= 0)
    {
      g_string_append (text, self->row.inode == 0                ? "—"
                             : sv_table_row_has_hidden_owner (self) ? C_("process", "not visible")
                                                                    : "…");
      return;
    }
  /* A process may call itself anything. */
  g_autofree char *name = g_utf8_make_valid (self->owner.name, -1);
  g_string_append_printf (text, "%s (%d)", name, self->owner.pid);
}

/**
 * sv_table_row_has_hidden_owner:
 *
 * Returns: whether some process holds the socket, but this user may not see which
 */
gboolean
sv_table_row_has_hidden_owner (const SvTableRow *self)
{
  return self->row.inode != 0 && self->owner.pid == 0;
}

/**
 * sv_table_row_append:
 *
 * Appends what the cell says: what `netstat -tuna` prints there, addresses in full.
 */
void
sv_table_row_append (const SvTableRow *self, SvColumn column, GString *text)
{
  g_return_if_fail (self != NULL && text != NULL);

  switch (column)
    {
    case SV_COLUMN_PROTO:
      g_string_append (text, sv_socket_row_protocol_name (&self->row));
      break;
    case SV_COLUMN_RECV_Q:
      g_string_append_printf (text, "%u", self->row.recv_q);
      break;
    case SV_COLUMN_SEND_Q:
      g_string_append_printf (text, "%u", self->row.send_q);
      break;
    case SV_COLUMN_LOCAL:
      if (self->row.family == AF_UNIX)
        append_unix_end (text, &self->row, &self->row.local);
      else
        append_endpoint (text, &self->row.local);
      break;
    case SV_COLUMN_FOREIGN:
      if (self->row.family == AF_UNIX)
        append_unix_end (text, &self->row, &self->row.foreign);
      else
        append_endpoint (text, &self->row.foreign);
      break;
    case SV_COLUMN_STATE:
      g_string_append (text, state_name (&self->row));
      break;
    case SV_COLUMN_PROCESS:
      append_process (text, self);
      break;
    case SV_N_COLUMNS:
    default:
      g_return_if_reached ();
    }
}

/**
 * sv_table_row_format:
 *
 * Returns: (transfer full): what the cell says, as sv_table_row_append()
 */
char *
sv_table_row_format (const SvTableRow *self, SvColumn column)
{
  GString *text = g_string_sized_new (32);

  sv_table_row_append (self, column, text);
  return g_string_free (text, FALSE);
}

/* A connection from one of its ends, addresses without the IPv4-mapped disguise. */
typedef struct
{
  SvEndpoint from;
  SvEndpoint to;
  guint8 protocol;
} Ends;

static guint
ends_hash (gconstpointer data)
{
  const Ends *self = data;

  return sv_endpoint_hash (&self->from) * 31u + sv_endpoint_hash (&self->to) + self->protocol;
}

static gboolean
ends_equal (gconstpointer a, gconstpointer b)
{
  const Ends *x = a, *y = b;

  return x->protocol == y->protocol && sv_endpoint_equal (&x->from, &y->from) && sv_endpoint_equal (&x->to, &y->to);
}

/**
 * sv_table_rows_find_twins:
 * @rows: (element-type SvTableRow)
 *
 * Sets each row's @twin: a connection whose both ends live on this machine is
 * in the table twice. Means what sv_socket_row_is_twin() means, for all rows
 * at once.
 */
void
sv_table_rows_find_twins (GArray *rows)
{
  g_autoptr (GHashTable) by_ends = g_hash_table_new (ends_hash, ends_equal);
  g_autofree Ends *ends = g_new (Ends, rows->len);

  for (guint i = 0; i < rows->len; i++)
    {
      SvTableRow *row = &g_array_index (rows, SvTableRow, i);

      row->twin = 0;
      if (row->row.foreign.port == 0 && sv_endpoint_get_inode (&row->row.foreign) == 0)
        continue;
      ends[i] = (Ends){ sv_endpoint_unmapped (&row->row.local), sv_endpoint_unmapped (&row->row.foreign),
                        row->row.protocol };
      g_hash_table_insert (by_ends, &ends[i], row);
    }
  for (guint i = 0; i < rows->len; i++)
    {
      SvTableRow *row = &g_array_index (rows, SvTableRow, i);

      if (row->row.foreign.port == 0 && sv_endpoint_get_inode (&row->row.foreign) == 0)
        continue;
      Ends turned = { ends[i].to, ends[i].from, row->row.protocol };
      const SvTableRow *twin = g_hash_table_lookup (by_ends, &turned);
      if (twin != NULL && twin != row)
        row->twin = twin->row.key;
    }
}
