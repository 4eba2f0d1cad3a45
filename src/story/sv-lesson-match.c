/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a lesson's conditions compare and what its texts may say: numbers, and
 * the fields of rows, calls, packets and held sockets as text. */
#include "sv-config.h"

#include "sv-lesson-match.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

static const char *const ROW_FIELDS[] = {
  "local", "local-port", "local-address", "foreign", "foreign-port", "foreign-address", "state", "protocol", "parity",
  "band", "recv-q", "send-q", "inode", "owned", "backlog", "service", "actor", "seconds-left", NULL,
};
static const char *const CALL_FIELDS[] = {
  "local", "local-port", "local-address", "foreign", "foreign-port", "foreign-address", "name", "parity", "band",
  "args", "result", "error", "fd", "duration", "text", "actor", NULL,
};
static const char *const PACKET_FIELDS[] = { "flags", "seq", "ack", "length", "source", "destination", "actor", NULL };
static const char *const HELD_FIELDS[] = { "fd", "local", "local-port", NULL };

/**
 * sv_lesson_list_fields:
 *
 * Returns: (array zero-terminated=1): what may be asked of such a thing
 */
const char *const *
sv_lesson_list_fields (SvFieldKind kind)
{
  static const char *const *const LISTS[] = { ROW_FIELDS, CALL_FIELDS, PACKET_FIELDS, HELD_FIELDS };

  return LISTS[kind];
}

gboolean
sv_lesson_has_field (SvFieldKind kind, const char *field)
{
  return g_strv_contains (sv_lesson_list_fields (kind), field);
}

/* A UDP server does not listen; it has one socket, with a name, for all of its clients. */
static gboolean
is_server (const SvHeldSocket *held)
{
  return held->listening || (held->side == SV_SIDE_SERVER && held->connection == 0 && held->local.port != 0);
}

/* (transfer none) (nullable): the server's own socket that was opened last in this lesson and still is */
static const SvHeldSocket *
find_listener (const SvLessonView *view)
{
  SvSocketLog *sockets = sv_recording_get_sockets (view->recording);

  for (guint i = sv_socket_log_get_size (sockets); i-- > 0;)
    {
      const SvHeldSocket *held = sv_socket_log_get (sockets, i);

      if (held->opened < view->lesson_start)
        continue;
      if (is_server (held) && held->closed == G_MAXUINT64)
        return held;
    }
  return NULL;
}

/**
 * sv_lesson_view_get_server_port:
 *
 * Returns: where our server listens, or would
 */
guint16
sv_lesson_view_get_server_port (const SvLessonView *view)
{
  const SvHeldSocket *listener = find_listener (view);

  return listener != NULL ? listener->local.port : view->port;
}

/**
 * sv_lesson_view_is_listener:
 *
 * Returns: whether it is the row of our server's listening socket
 */
gboolean
sv_lesson_view_is_listener (const SvLessonView *view, const SvSocketRow *row)
{
  const SvHeldSocket *listener;

  if (row->protocol != IPPROTO_TCP || row->state != SV_TCP_LISTEN)
    return FALSE;
  listener = find_listener (view);
  return listener != NULL && sv_endpoint_equal (&listener->local, &row->local);
}

/**
 * sv_lesson_view_find:
 * @name: "port", "low", "c.local-port" …
 * @owned: (out) (nullable): set where the text must be freed
 *
 * Returns: (nullable): what is known under that name
 */
const char *
sv_lesson_view_find (const SvLessonView *view, const char *name, char **owned)
{
  guint number;

  *owned = NULL;
  if (strchr (name, '.') != NULL)
    return g_hash_table_lookup (view->values, name);
  if (g_str_equal (name, "port"))
    number = sv_lesson_view_get_server_port (view);
  else if (g_str_equal (name, "pid"))
    number = (guint) getpid ();
  else if (view->ports == NULL)
    return NULL;
  else if (g_str_equal (name, "low"))
    number = sv_port_space_get_ephemeral_low (view->ports);
  else if (g_str_equal (name, "high"))
    number = sv_port_space_get_ephemeral_high (view->ports);
  else if (g_str_equal (name, "privileged"))
    number = sv_port_space_get_unprivileged_start (view->ports);
  else
    return NULL;
  return *owned = g_strdup_printf ("%u", number);
}

/* ---- Numbers. */

static const char *
skip_operator (const char *text, char *op)
{
  static const struct { const char *text; char op; } OPERATORS[] = {
    { ">=", 'g' }, { "<=", 'l' }, { "!=", '!' }, { ">", '>' }, { "<", '<' },
  };

  for (guint i = 0; i < G_N_ELEMENTS (OPERATORS); i++)
    if (g_str_has_prefix (text, OPERATORS[i].text))
      {
        *op = OPERATORS[i].op;
        return text + strlen (OPERATORS[i].text);
      }
  *op = '=';
  return text;
}

gboolean
sv_number_match_is_valid (const char *text)
{
  char op;
  const char *rest = skip_operator (text, &op);

  return (rest[0] == '$' && rest[1] != '\0') || g_ascii_string_to_signed (rest, 10, G_MININT64, G_MAXINT64, NULL, NULL);
}

/**
 * sv_number_match_new:
 * @text: (nullable): %NULL: any number
 */
SvNumberMatch
sv_number_match_new (const char *text, const SvLessonView *view)
{
  SvNumberMatch self = { 0 };
  g_autofree char *owned = NULL;

  if (text == NULL)
    return self;
  text = skip_operator (text, &self.op);
  if (text[0] == '$')
    text = sv_lesson_view_find (view, text + 1, &owned);
  self.unknown = text == NULL || !g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &self.number, NULL);
  return self;
}

gboolean
sv_number_match_holds (const SvNumberMatch *self, gint64 number)
{
  if (self->op == 0)
    return TRUE;
  if (self->unknown)
    return FALSE;
  switch (self->op)
    {
    case '<':
      return number < self->number;
    case '>':
      return number > self->number;
    case 'l':
      return number <= self->number;
    case 'g':
      return number >= self->number;
    case '!':
      return number != self->number;
    default:
      return number == self->number;
    }
}

/* ---- Fields. */

static char *
number_text (gint64 number)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, number);
}

static const char *
get_band (const SvLessonView *view, guint16 port)
{
  if (port == 0)
    return "none";
  if (view->ports == NULL)
    return "registered";
  if (port < sv_port_space_get_unprivileged_start (view->ports))
    return "privileged";
  return port >= sv_port_space_get_ephemeral_low (view->ports) && port <= sv_port_space_get_ephemeral_high (view->ports)
           ? "ephemeral"
           : "registered";
}

/* (nullable): @field without its prefix: "local-port" → "-port" */
static const char *
after (const char *field, const char *prefix)
{
  return g_str_has_prefix (field, prefix) ? field + strlen (prefix) : NULL;
}

/* (transfer full) (nullable) */
static char *
endpoint_field (const SvEndpoint *endpoint, const char *rest)
{
  if (endpoint->family == 0)
    return NULL;
  if (g_str_equal (rest, "-port"))
    return number_text (endpoint->port);
  return g_str_equal (rest, "-address") ? sv_endpoint_address_to_string (endpoint) : sv_endpoint_to_string (endpoint);
}

/* What rows and calls have in common. */
static char *
common_field (const SvLessonView *view, const SvEndpoint *local, const SvEndpoint *foreign, const char *field)
{
  const char *rest;

  if ((rest = after (field, "local")) != NULL)
    return endpoint_field (local, rest);
  if ((rest = after (field, "foreign")) != NULL)
    return endpoint_field (foreign, rest);
  if (g_str_equal (field, "parity"))
    return g_strdup (local->port % 2 == 0 ? "even" : "odd");
  return g_strdup (get_band (view, local->port));
}

static const char *
find_service (const SvLessonView *view, const SvSocketRow *row)
{
  const char *name = view->ports != NULL ? sv_port_space_get_service (view->ports, row->local.port, row->protocol) : NULL;

  return name != NULL ? name : "none";
}

/**
 * sv_lesson_row_field:
 *
 * Returns: (transfer full) (nullable): what the row says, as text
 */
char *
sv_lesson_row_field (const SvLessonView *view, const SvSocketRow *row, const char *field)
{
  SvSide side;
  guint id;

  if (g_str_equal (field, "state"))
    return g_strdup (row->protocol == IPPROTO_TCP ? sv_tcp_state_to_netstat (row->state) : "none");
  if (g_str_equal (field, "protocol"))
    return g_strdup (sv_socket_row_protocol_name (row));
  if (g_str_equal (field, "recv-q"))
    return number_text (row->recv_q);
  if (g_str_equal (field, "send-q"))
    return number_text (row->send_q);
  if (g_str_equal (field, "inode"))
    return number_text (row->inode);
  if (g_str_equal (field, "owned"))
    return g_strdup (row->inode != 0 ? "yes" : "no");
  if (g_str_equal (field, "backlog"))
    return number_text (row->backlog);
  if (g_str_equal (field, "seconds-left"))
    return number_text ((row->timer_ms + 500) / 1000);
  if (g_str_equal (field, "service"))
    return g_strdup (find_service (view, row));
  if (!g_str_equal (field, "actor"))
    return common_field (view, &row->local, &row->foreign, field);
  id = sv_recording_find_connection (view->recording, row, &side);
  return g_strdup (id != 0 && side == SV_SIDE_CLIENT ? sv_recording_get_connection (view->recording, id)->actor
                                                     : "server");
}

/* A line that was sent or received, without its line end. */
static char *
data_text (GBytes *data)
{
  gsize length = 0;
  const char *bytes = data != NULL ? g_bytes_get_data (data, &length) : NULL;
  char *text = g_utf8_make_valid (bytes != NULL ? bytes : "", (gssize) MIN (length, 60));

  return g_strchomp (text);
}

static char *
call_field (const SvLessonView *view, const SvFact *fact, const char *field)
{
  const SvCall *call = &fact->call;
  int failure = sv_fact_get_failure (fact);

  if (g_str_equal (field, "name"))
    return g_strdup (call->name);
  if (g_str_equal (field, "args"))
    return g_strdup (call->args != NULL ? call->args : "");
  if (g_str_equal (field, "result"))
    return number_text (call->result);
  if (g_str_equal (field, "error"))
    return g_strdup (failure != 0 ? sv_errno_to_name (failure) : "none");
  if (g_str_equal (field, "fd"))
    return number_text (call->fd);
  if (g_str_equal (field, "duration"))
    return g_strdup_printf (C_("lesson", "%.1f µs"), (double) call->duration / 1000);
  if (g_str_equal (field, "text"))
    return data_text (call->data);
  if (g_str_equal (field, "actor"))
    return g_strdup (fact->actor);
  return common_field (view, &call->local, &call->foreign, field);
}

static char *
packet_field (const SvFact *fact, const char *field)
{
  const SvSegment *packet = &fact->packet;

  if (g_str_equal (field, "flags"))
    return sv_tcp_flags_to_string (packet->flags);
  if (g_str_equal (field, "length"))
    return number_text (packet->length);
  if (g_str_equal (field, "source"))
    return sv_endpoint_to_string (&packet->source);
  if (g_str_equal (field, "destination"))
    return sv_endpoint_to_string (&packet->destination);
  if (g_str_equal (field, "actor"))
    return g_strdup (fact->actor);
  if (!packet->numbers_known)
    return g_strdup (C_("lesson: a number that nobody told us", "unknown"));
  return number_text (g_str_equal (field, "seq") ? packet->seq : packet->ack);
}

/**
 * sv_lesson_fact_field:
 * @fact: a call or a packet
 */
char *
sv_lesson_fact_field (const SvLessonView *view, const SvFact *fact, const char *field)
{
  return fact->kind == SV_FACT_CALL ? call_field (view, fact, field) : packet_field (fact, field);
}

char *
sv_lesson_held_field (const SvLessonView *view, const SvHeldSocket *held, const char *field)
{
  const char *rest = after (field, "local");

  return rest != NULL ? endpoint_field (&held->local, rest) : number_text (held->fd);
}
