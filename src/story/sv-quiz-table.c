/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-quiz-table.h"

#include "sv-netstat-text.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef struct
{
  guint8 protocol;
  const char *local;
  const char *foreign;
  SvTcpState state;
  guint32 recv_q;
  guint32 send_q;
  guint32 inode;
} Example;

/* A small server's table, with the addresses that the lessons use too. */
static const Example EXAMPLE[] = {
  { IPPROTO_TCP, "0.0.0.0:22", "0.0.0.0", SV_TCP_LISTEN, 0, 0, 1001 },
  { IPPROTO_TCP, "0.0.0.0:9999", "0.0.0.0", SV_TCP_LISTEN, 2, 0, 1002 },
  { IPPROTO_TCP, "127.0.0.1:3306", "0.0.0.0", SV_TCP_LISTEN, 0, 0, 1003 },
  { IPPROTO_TCP, "127.0.0.53:53", "0.0.0.0", SV_TCP_LISTEN, 0, 0, 1004 },
  { IPPROTO_TCP, "127.0.0.1:631", "0.0.0.0", SV_TCP_LISTEN, 0, 0, 1005 },
  { IPPROTO_TCP, "172.31.46.24:22", "212.50.96.83:39152", SV_TCP_ESTABLISHED, 0, 0, 1006 },
  { IPPROTO_TCP, "172.31.46.24:22", "212.50.96.83:58894", SV_TCP_ESTABLISHED, 0, 52, 1007 },
  { IPPROTO_TCP, "172.31.46.24:9999", "212.50.96.83:52038", SV_TCP_ESTABLISHED, 6, 0, 1008 },
  { IPPROTO_TCP, "172.31.46.24:9999", "212.50.96.83:52044", SV_TCP_CLOSE_WAIT, 1, 0, 1009 },
  { IPPROTO_TCP, "172.31.46.24:38150", "54.229.116.227:80", SV_TCP_TIME_WAIT, 0, 0, 0 },
  { IPPROTO_TCP, "127.0.0.1:631", "127.0.0.1:59330", SV_TCP_ESTABLISHED, 0, 0, 1010 },
  { IPPROTO_TCP, "127.0.0.1:59330", "127.0.0.1:631", SV_TCP_ESTABLISHED, 0, 0, 1011 },
  { IPPROTO_TCP, "127.0.0.1:3306", "127.0.0.1:41216", SV_TCP_CLOSE_WAIT, 1, 0, 1012 },
  { IPPROTO_TCP, "127.0.0.1:41216", "127.0.0.1:3306", SV_TCP_FIN_WAIT2, 0, 0, 1013 },
  { IPPROTO_TCP, "[::]:22", "[::]", SV_TCP_LISTEN, 0, 0, 1014 },
  { IPPROTO_TCP, "[::]:80", "[::]", SV_TCP_LISTEN, 0, 0, 1015 },
  { IPPROTO_UDP, "127.0.0.1:323", "0.0.0.0", SV_TCP_CLOSE, 0, 0, 1016 },
  { IPPROTO_UDP, "127.0.0.53:53", "0.0.0.0", SV_TCP_CLOSE, 0, 0, 1017 },
  { IPPROTO_UDP, "172.31.46.24:68", "0.0.0.0", SV_TCP_CLOSE, 0, 0, 1018 },
  { IPPROTO_UDP, "[::1]:323", "[::]", SV_TCP_CLOSE, 0, 0, 1019 },
};

/* By what the connection is, whether IPv4 is written mapped or not. */
static guint
hash_tuple (gconstpointer data)
{
  const SvSocketRow *row = data;
  SvEndpoint local = sv_endpoint_unmapped (&row->local), foreign = sv_endpoint_unmapped (&row->foreign);

  return sv_endpoint_hash (&local) * 31u + sv_endpoint_hash (&foreign);
}

static gboolean
equal_tuple (gconstpointer a, gconstpointer b)
{
  const SvSocketRow *x = a, *y = b;
  SvEndpoint x_local = sv_endpoint_unmapped (&x->local), x_foreign = sv_endpoint_unmapped (&x->foreign);
  SvEndpoint y_local = sv_endpoint_unmapped (&y->local), y_foreign = sv_endpoint_unmapped (&y->foreign);

  return sv_endpoint_equal (&x_local, &y_local) && sv_endpoint_equal (&x_foreign, &y_foreign);
}

static guint
hash_local (gconstpointer data)
{
  return sv_endpoint_hash (&((const SvSocketRow *) data)->local);
}

static gboolean
equal_local (gconstpointer a, gconstpointer b)
{
  return sv_endpoint_equal (&((const SvSocketRow *) a)->local, &((const SvSocketRow *) b)->local);
}

/**
 * sv_quiz_table_init:
 * @rows: (element-type SvSocketRow): each with a key of its own; not changed
 *   while the table is in use
 * @ports: (nullable)
 */
void
sv_quiz_table_init (SvQuizTable *self, GArray *rows, SvPortSpace *ports)
{
  *self = (SvQuizTable) { rows, ports, g_hash_table_new (hash_tuple, equal_tuple),
                          g_hash_table_new (hash_local, equal_local) };
  for (guint i = 0; i < rows->len; i++)
    {
      SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);

      if (row->protocol != IPPROTO_TCP || !sv_quiz_row_is_connected (row))
        continue;
      g_hash_table_add (self->by_tuple, row);
      if (!g_hash_table_contains (self->by_local, row))
        g_hash_table_add (self->by_local, row);
    }
}

void
sv_quiz_table_clear (SvQuizTable *self)
{
  g_clear_pointer (&self->by_tuple, g_hash_table_unref);
  g_clear_pointer (&self->by_local, g_hash_table_unref);
}

/**
 * sv_quiz_table_new_example:
 *
 * Returns: (transfer full) (element-type SvSocketRow): a table that has
 *   everything that is asked about, for machines that have it not
 */
GArray *
sv_quiz_table_new_example (void)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));

  for (guint i = 0; i < G_N_ELEMENTS (EXAMPLE); i++)
    {
      const Example *example = &EXAMPLE[i];
      SvSocketRow row = {
        .key = i + 1,
        .protocol = example->protocol,
        .state = (guint8) example->state,
        .recv_q = example->recv_q,
        .send_q = example->send_q,
        .inode = example->inode,
      };

      if (!sv_endpoint_parse (example->local, 0, &row.local, NULL)
          || !sv_endpoint_parse (example->foreign, 0, &row.foreign, NULL))
        g_assert_not_reached ();
      row.family = (guint8) row.local.family;
      g_array_append_val (rows, row);
    }
  return rows;
}

/**
 * sv_quiz_table_pick:
 *
 * Returns: (transfer none) (nullable): any row that is wanted
 */
const SvSocketRow *
sv_quiz_table_pick (const SvQuizTable *self, SvQuizWanted wanted, GRand *random)
{
  const SvSocketRow *picked = NULL;
  gint32 n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const SvSocketRow *row = &g_array_index (self->rows, SvSocketRow, i);

      /* The questions are about the Internet's sockets. */
      if (row->family != AF_UNIX && wanted (self, row) && g_rand_int_range (random, 0, ++n) == 0)
        picked = row;
    }
  return picked;
}

/**
 * sv_quiz_table_find_twin:
 *
 * Returns: (transfer none) (nullable): the other half of its connection
 */
const SvSocketRow *
sv_quiz_table_find_twin (const SvQuizTable *self, const SvSocketRow *row)
{
  SvSocketRow swapped = { .local = row->foreign, .foreign = row->local };
  const SvSocketRow *other = g_hash_table_lookup (self->by_tuple, &swapped);

  return other != NULL && sv_socket_row_is_twin (row, other) ? other : NULL;
}

/**
 * sv_quiz_table_find_sibling:
 *
 * Returns: (transfer none) (nullable): another connection of the same local
 *   end, if @row is not the first of them
 */
const SvSocketRow *
sv_quiz_table_find_sibling (const SvQuizTable *self, const SvSocketRow *row)
{
  const SvSocketRow *first = g_hash_table_lookup (self->by_local, row);

  return first != NULL && first->key != row->key && first->foreign.port != row->foreign.port ? first : NULL;
}

static gboolean
takes (const SvSocketRow *listener, const SvSocketRow *row)
{
  SvEndpoint at = sv_endpoint_unmapped (&listener->local), local = sv_endpoint_unmapped (&row->local);

  if (!sv_quiz_row_is_listener (listener) || listener->protocol != row->protocol || at.port != local.port)
    return FALSE;
  /* [::] takes IPv4 too, as a rule; 0.0.0.0 never takes IPv6. */
  if (sv_endpoint_is_any (&at))
    return at.family == AF_INET6 || local.family == AF_INET;
  at.port = local.port = 0;
  return sv_endpoint_equal (&at, &local);
}

/**
 * sv_quiz_table_find_listener:
 *
 * Returns: (transfer none) (nullable): the one listening socket that such a
 *   connection can have come by; %NULL also if there are several
 */
const SvSocketRow *
sv_quiz_table_find_listener (const SvQuizTable *self, const SvSocketRow *row)
{
  const SvSocketRow *found = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const SvSocketRow *other = &g_array_index (self->rows, SvSocketRow, i);

      if (!takes (other, row))
        continue;
      if (found != NULL)
        return NULL;
      found = other;
    }
  return found;
}

/**
 * sv_quiz_table_has_listener:
 *
 * Returns: whether such a connection can have come by any listening socket
 */
gboolean
sv_quiz_table_has_listener (const SvQuizTable *self, const SvSocketRow *row)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (takes (&g_array_index (self->rows, SvSocketRow, i), row))
      return TRUE;
  return FALSE;
}

/**
 * sv_quiz_table_has_port:
 *
 * Returns: whether a socket of that protocol has this port as its own
 */
gboolean
sv_quiz_table_has_port (const SvQuizTable *self, guint16 port, guint8 protocol)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const SvSocketRow *row = &g_array_index (self->rows, SvSocketRow, i);

      if (row->protocol == protocol && row->local.port == port)
        return TRUE;
    }
  return FALSE;
}

gboolean
sv_quiz_table_is_ephemeral (const SvQuizTable *self, guint16 port)
{
  return self->ports != NULL && port >= sv_port_space_get_ephemeral_low (self->ports)
         && port <= sv_port_space_get_ephemeral_high (self->ports);
}

gboolean
sv_quiz_row_is_connected (const SvSocketRow *row)
{
  return row->foreign.port != 0;
}

gboolean
sv_quiz_row_is_listener (const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && row->state == SV_TCP_LISTEN;
}

/**
 * sv_quiz_row_format:
 *
 * Returns: (transfer full): the row as netstat -tuna prints it, without the blanks at its end
 */
char *
sv_quiz_row_format (const SvSocketRow *row)
{
  GString *text = g_string_new (NULL);

  sv_netstat_text_append_row (text, row);
  return g_strchomp (g_string_free (text, FALSE));
}

/**
 * sv_quiz_row_format_gap:
 *
 * Returns: (transfer full): the row with a gap in place of its state
 */
char *
sv_quiz_row_format_gap (const SvSocketRow *row)
{
  g_autofree char *line = sv_quiz_row_format (row);
  const char *state = row->protocol == IPPROTO_TCP ? sv_tcp_state_to_netstat (row->state) : "";
  gsize length = strlen (line);

  if (state[0] != '\0' && g_str_has_suffix (line, state))
    length -= strlen (state);
  return g_strdup_printf ("%.*s%s_______", (int) length, line, state[0] != '\0' ? "" : "   ");
}

/**
 * sv_quiz_rows_format:
 *
 * Returns: (transfer full): a listing with the headline
 */
char *
sv_quiz_rows_format (const SvSocketRow *const *rows, guint n)
{
  GString *text = g_string_new ("Proto Recv-Q Send-Q Local Address           Foreign Address         State");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *line = sv_quiz_row_format (rows[i]);

      g_string_append_printf (text, "\n%s", line);
    }
  return g_string_free (text, FALSE);
}
