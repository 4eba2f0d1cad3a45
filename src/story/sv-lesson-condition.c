/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-condition.h"
#include "sv-lesson-match.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

#define ROW_ATTRIBUTES \
  "as count distinct since side state protocol local-port foreign-port local-address inode recv-q send-q retransmits"

static const struct
{
  const char *element;
  SvFieldKind fields;
  const char *attributes;
} KINDS[SV_N_CONDITIONS] = {
  [SV_CONDITION_ROW] = { "row", SV_FIELDS_ROW, ROW_ATTRIBUTES },
  [SV_CONDITION_SEEN] = { "seen", SV_FIELDS_ROW, ROW_ATTRIBUTES " gone" },
  [SV_CONDITION_CALL] = { "call", SV_FIELDS_CALL, "as count distinct since which name error side result local-address foreign-port foreign-address" },
  [SV_CONDITION_PACKET] = { "packet", SV_FIELDS_PACKET, "as count since which flags from event length" },
  [SV_CONDITION_HELD] = { "held", SV_FIELDS_HELD, "as count side" },
  [SV_CONDITION_CHOSEN] = { "chosen", SV_FIELDS_ROW, ROW_ATTRIBUTES },
};

/* Of these, one word must be given; the lists end in a space. */
static const struct
{
  const char *attribute;
  const char *words;
} WORDS[] = {
  { "since", "step lesson " },
  { "side", "client server either listener " },
  { "protocol", "tcp tcp6 udp udp6 " },
  { "inode", "0 owned " },
  { "from", "client server " },
  { "event", "sent delivered dropped swallowed " },
  { "gone", "yes " },
  { "which", "first last " },
};

static const char *const NUMBERS[] = { "count", "local-port", "foreign-port", "recv-q", "send-q", "retransmits", "result",
                                       "length", NULL };

gboolean
sv_lesson_condition_is_element (const char *element)
{
  for (guint i = 0; i < SV_N_CONDITIONS; i++)
    if (g_str_equal (KINDS[i].element, element))
      return TRUE;
  return FALSE;
}

static gboolean
has_word (const char *words, const char *word)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  return word[0] != '\0' && g_strv_contains ((const char *const *) list, word);
}

static gboolean
are_states (const char *text)
{
  g_auto (GStrv) list = g_strsplit (text, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    if (sv_tcp_state_from_name (list[i]) == SV_TCP_NONE)
      return FALSE;
  return TRUE;
}

static gboolean
is_valid (const SvLessonCondition *self, const char *attribute, const char *value)
{
  if (g_str_equal (attribute, "state"))
    return are_states (value);
  if (g_str_equal (attribute, "distinct"))
    return sv_lesson_condition_has_field (self, value);
  if (g_strv_contains (NUMBERS, attribute))
    return sv_number_match_is_valid (value);
  for (guint i = 0; i < G_N_ELEMENTS (WORDS); i++)
    if (g_str_equal (WORDS[i].attribute, attribute))
      return has_word (WORDS[i].words, value);
  return value[0] != '\0';
}

/**
 * sv_lesson_condition_new:
 * @element: one for which sv_lesson_condition_is_element() is true
 * @names: (array zero-terminated=1)
 * @values: (array zero-terminated=1)
 * @why: (out): a sentence, where %NULL is returned
 */
SvLessonCondition *
sv_lesson_condition_new (const char *element, const char *const *names, const char *const *values, char **why)
{
  SvLessonCondition *self = g_new0 (SvLessonCondition, 1);

  while (!g_str_equal (KINDS[self->kind].element, element))
    self->kind++;
  self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!has_word (KINDS[self->kind].attributes, names[i]))
        *why = g_strdup_printf (_("The condition “%s” has no “%s”."), element, names[i]);
      else if (!is_valid (self, names[i], values[i]))
        *why = g_strdup_printf (_("“%s” cannot be “%s”."), names[i], values[i]);
      if (*why != NULL)
        {
          sv_lesson_condition_free (self);
          return NULL;
        }
      g_hash_table_insert (self->attributes, g_strdup (names[i]), g_strdup (values[i]));
    }
  self->name = g_strdup (g_hash_table_lookup (self->attributes, "as"));
  return self;
}

void
sv_lesson_condition_free (SvLessonCondition *self)
{
  g_free (self->name);
  g_hash_table_unref (self->attributes);
  g_free (self);
}

/**
 * sv_lesson_condition_has_field:
 *
 * Returns: whether texts may name that field of what matched
 */
gboolean
sv_lesson_condition_has_field (const SvLessonCondition *self, const char *field)
{
  return g_str_equal (field, "count") || (self->kind == SV_CONDITION_CALL && g_str_equal (field, "order"))
         || sv_lesson_has_field (KINDS[self->kind].fields, field);
}

/* ---- The attributes, made ready once for many rows or facts. */

typedef struct
{
  const SvLessonCondition *condition;
  const SvLessonView *view;
  const char *side;
  const char *protocol;
  const char *inode;
  const char *local_address;
  const char *foreign_address;
  const char *distinct;
  const char *error;
  gboolean gone;
  gboolean first; /* that match is named, not the last */
  guint32 states; /* bits; 0: any */
  guint first_connection;
  guint64 start;
  SvNumberMatch local_port, foreign_port, recv_q, send_q, retransmits, result, length;
  GStrv names;
  char *flags; /* (nullable) */
  const char *from;
  const char *event;

  guint n;
  GHashTable *values; /* distinct values, NULL if none are wanted */
  GString *order;
  SvSocketRow row; /* the last that matched */
  SvMachineId machine; /* whose table is looked through */
  SvMachineId row_machine;
  guint row_connection;
  const SvFact *fact;
  const SvHeldSocket *held;
} Search;

static const char *
get (const SvLessonCondition *self, const char *attribute)
{
  return g_hash_table_lookup (self->attributes, attribute);
}

static SvNumberMatch
get_number (const Search *search, const char *attribute)
{
  return sv_number_match_new (get (search->condition, attribute), search->view);
}

static guint32
get_states (const char *text)
{
  g_auto (GStrv) list = g_strsplit (text != NULL ? text : "", " ", -1);
  guint32 states = 0;

  for (guint i = 0; list[i] != NULL; i++)
    states |= 1u << sv_tcp_state_from_name (list[i]);
  return states;
}

static void
search_init (Search *self, const SvLessonCondition *condition, const SvLessonView *view)
{
  const char *since = get (condition, "since");
  gboolean of_rows = condition->kind == SV_CONDITION_ROW || condition->kind == SV_CONDITION_CHOSEN;
  gboolean step = since != NULL ? g_str_equal (since, "step") : !of_rows;

  *self = (Search){ .condition = condition, .view = view };
  self->side = get (condition, "side");
  self->protocol = get (condition, "protocol");
  self->inode = get (condition, "inode");
  self->local_address = get (condition, "local-address");
  self->distinct = get (condition, "distinct");
  self->error = get (condition, "error");
  self->foreign_address = get (condition, "foreign-address");
  self->first = g_strcmp0 (get (condition, "which"), "first") == 0;
  self->gone = get (condition, "gone") != NULL;
  self->from = get (condition, "from");
  self->event = get (condition, "event") != NULL ? get (condition, "event") : "sent";
  self->states = get (condition, "state") != NULL ? get_states (get (condition, "state")) : 0;
  /* What a row has said since the step began may be of an older connection. */
  self->first_connection = step && of_rows ? view->step_connection : view->first_connection;
  self->start = step ? view->step_start : view->lesson_start;
  self->local_port = get_number (self, "local-port");
  self->foreign_port = get_number (self, "foreign-port");
  self->recv_q = get_number (self, "recv-q");
  self->send_q = get_number (self, "send-q");
  self->retransmits = get_number (self, "retransmits");
  self->result = get_number (self, "result");
  self->length = get_number (self, "length");
  self->names = get (condition, "name") != NULL ? g_strsplit (get (condition, "name"), " ", -1) : NULL;
  self->flags = g_strdup (get (condition, "flags"));
  self->values = self->distinct != NULL ? g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) : NULL;
  self->order = g_string_new (NULL);
}

static void
search_clear (Search *self)
{
  g_strfreev (self->names);
  g_free (self->flags);
  g_clear_pointer (&self->values, g_hash_table_unref);
  g_string_free (self->order, TRUE);
}

static void
count (Search *self, char *value)
{
  self->n++;
  if (self->values == NULL)
    g_free (value);
  else if (value != NULL)
    g_hash_table_add (self->values, value);
}

/* ---- Rows. */

/* Whether its row belongs to a connection of this lesson, on that side. */
static gboolean
side_matches (Search *self, const SvSocketRow *row, guint *connection)
{
  SvSide side = SV_SIDE_CLIENT;

  *connection = 0;
  if (self->side == NULL)
    return TRUE;
  if (g_str_equal (self->side, "listener"))
    return self->gone ? row->state == SV_TCP_LISTEN : sv_lesson_view_is_listener (self->view, row);
  *connection = sv_recording_find_connection (self->view->recording, row, &side);
  if (*connection < MAX (self->first_connection, 1))
    return FALSE;
  return g_str_equal (self->side, "either")
         || side == (g_str_equal (self->side, "client") ? SV_SIDE_CLIENT : SV_SIDE_SERVER);
}

static gboolean
address_matches (const char *text, const SvEndpoint *endpoint)
{
  g_autofree char *address = text != NULL && endpoint->family != 0 ? sv_endpoint_address_to_string (endpoint) : NULL;

  return text == NULL || g_strcmp0 (address, text) == 0;
}

static void
look_at_row (const SvSocketRow *row, gpointer data)
{
  Search *self = data;
  guint connection;

  if (self->states != 0 && (row->protocol != IPPROTO_TCP || (self->states & (1u << row->state)) == 0)
      && !(row->state == SV_TCP_NEW_SYN_RECV && (self->states & (1u << SV_TCP_SYN_RECV)) != 0))
    return;
  if ((self->protocol != NULL && !g_str_equal (self->protocol, sv_socket_row_protocol_name (row)))
      || (self->inode != NULL && (row->inode == 0) != g_str_equal (self->inode, "0"))
      || !sv_number_match_holds (&self->local_port, row->local.port)
      || !sv_number_match_holds (&self->foreign_port, row->foreign.port)
      || !sv_number_match_holds (&self->recv_q, row->recv_q) || !sv_number_match_holds (&self->send_q, row->send_q)
      || !sv_number_match_holds (&self->retransmits, row->retransmits)
      || !address_matches (self->local_address, &row->local) || !side_matches (self, row, &connection))
    return;
  count (self, self->distinct != NULL ? sv_lesson_row_field (self->view, row, self->distinct) : NULL);
  /* Of many the newest connection's, as tables have no order. */
  if (self->n > 1 && connection < self->row_connection)
    return;
  self->row = *row;
  self->row_machine = self->machine;
  self->row_connection = connection;
}

static void
search_rows (Search *self)
{
  for (self->machine = 0; self->machine < SV_N_MACHINES; self->machine++)
    sv_row_table_foreach (sv_recording_get_table (self->view->recording, self->machine), look_at_row, self);
}

static void
search_chosen (Search *self)
{
  SvRowTable *table = sv_recording_get_table (self->view->recording, self->view->chosen_machine);
  const SvSocketRow *row = sv_row_table_lookup (table, self->view->chosen_key);

  if (row != NULL)
    look_at_row (row, self);
}

static void
look_at_change (Search *self, const SvFact *fact)
{
  if (fact->kind == SV_FACT_ROW && (fact->row.event == SV_ROW_REMOVED) == self->gone)
    look_at_row (SV_ROW_CHANGE_ROW (&fact->row), self);
}

/* ---- Calls and packets. */

static gboolean
error_matches (const char *wanted, const SvFact *fact)
{
  if (wanted == NULL)
    return TRUE;
  if (g_str_equal (wanted, "none"))
    return !sv_fact_failed (fact) && fact->call.error != EAGAIN;
  return g_str_equal (wanted, sv_errno_to_name (fact->call.error != 0 ? fact->call.error : fact->call.socket_error));
}

static gboolean
fact_side_matches (const char *wanted, const SvFact *fact)
{
  if (wanted == NULL)
    return TRUE;
  if (g_str_equal (wanted, "listener"))
    return fact->side == SV_SIDE_SERVER && fact->connection == 0;
  return fact->side == (g_str_equal (wanted, "client") ? SV_SIDE_CLIENT : SV_SIDE_SERVER);
}

static void
look_at_call (Search *self, const SvFact *fact)
{
  if (fact->kind != SV_FACT_CALL
      || (self->names != NULL && !g_strv_contains ((const char *const *) self->names, fact->call.name))
      || !error_matches (self->error, fact) || !fact_side_matches (self->side, fact)
      || !sv_number_match_holds (&self->result, fact->call.result)
      || !sv_number_match_holds (&self->foreign_port, fact->call.foreign.port)
      || !address_matches (self->local_address, &fact->call.local)
      || !address_matches (self->foreign_address, &fact->call.foreign))
    return;
  count (self, self->distinct != NULL ? sv_lesson_fact_field (self->view, fact, self->distinct) : NULL);
  if (self->order->len < 200)
    g_string_append_printf (self->order, "%s%s", self->order->len > 0 ? ", " : "", fact->call.name);
  if (self->fact == NULL || !self->first)
    self->fact = fact;
}

static void
look_at_packet (Search *self, const SvFact *fact)
{
  const guint8 MEANT = SV_TCP_SYN | SV_TCP_FIN | SV_TCP_RST | SV_TCP_ACK;
  g_autofree char *flags = NULL;
  SvSide sender;

  if (fact->kind != SV_FACT_PACKET || !g_str_equal (self->event, sv_packet_event_to_string (fact->packet.event)))
    return;
  sender = fact->packet.event != SV_PACKET_DELIVERED ? fact->side : !fact->side;
  flags = sv_tcp_flags_to_string (fact->packet.flags & MEANT);
  if ((self->flags != NULL && !g_str_equal (self->flags, flags))
      || (self->from != NULL && sender != (g_str_equal (self->from, "client") ? SV_SIDE_CLIENT : SV_SIDE_SERVER))
      || !sv_number_match_holds (&self->length, fact->packet.length))
    return;
  count (self, NULL);
  if (self->fact == NULL || !self->first)
    self->fact = fact;
}

static void
search_facts (Search *self, void (*look) (Search *self, const SvFact *fact))
{
  SvRecording *recording = self->view->recording;
  guint64 end = sv_recording_get_end (recording);

  for (guint64 i = MAX (self->start, sv_recording_get_first (recording)); i < end; i++)
    look (self, sv_recording_get (recording, i));
}

/* ---- Held sockets. */

static void
search_held (Search *self)
{
  SvSocketLog *sockets = sv_recording_get_sockets (self->view->recording);

  for (guint i = 0; i < sv_socket_log_get_size (sockets); i++)
    {
      const SvHeldSocket *held = sv_socket_log_get (sockets, i);

      if (held->closed != G_MAXUINT64 || held->opened < self->view->lesson_start
          || (self->side != NULL && g_str_equal (self->side, "listener") && !held->listening)
          || (self->side != NULL && !g_str_equal (self->side, "listener")
              && held->side != (g_str_equal (self->side, "client") ? SV_SIDE_CLIENT : SV_SIDE_SERVER)))
        continue;
      count (self, NULL);
      self->held = held;
    }
}

/* ---- What is said of the last match. */

static void
publish (Search *self, const char *field, char *value)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", self->condition->name, field);

  if (value != NULL)
    g_hash_table_insert (self->view->values, g_steal_pointer (&name), value);
  else
    g_hash_table_remove (self->view->values, name);
}

static void
publish_all (Search *self, guint n)
{
  const char *const *fields = sv_lesson_list_fields (KINDS[self->condition->kind].fields);

  if (self->condition->name == NULL)
    return;
  publish (self, "count", g_strdup_printf ("%u", n));
  if (self->condition->kind == SV_CONDITION_CALL)
    publish (self, "order", g_strdup (self->order->str));
  for (guint i = 0; self->n > 0 && fields[i] != NULL; i++)
    if (self->fact != NULL)
      publish (self, fields[i], sv_lesson_fact_field (self->view, self->fact, fields[i]));
    else if (self->held != NULL)
      publish (self, fields[i], sv_lesson_held_field (self->view, self->held, fields[i]));
    else
      publish (self, fields[i], sv_lesson_row_field (self->view, &self->row, fields[i]));
}

/**
 * sv_lesson_condition_holds:
 *
 * Looks whether it is so, and notes in the view's values under its name what
 * was found.
 */
gboolean
sv_lesson_condition_holds (const SvLessonCondition *self, const SvLessonView *view)
{
  const char *wanted = get (self, "count");
  SvNumberMatch number = sv_number_match_new (wanted != NULL ? wanted : ">=1", view);
  Search search;
  guint n;

  search_init (&search, self, view);
  switch (self->kind)
    {
    case SV_CONDITION_ROW:
      search_rows (&search);
      break;
    case SV_CONDITION_CHOSEN:
      search_chosen (&search);
      break;
    case SV_CONDITION_SEEN:
      search_facts (&search, look_at_change);
      break;
    case SV_CONDITION_CALL:
      search_facts (&search, look_at_call);
      break;
    case SV_CONDITION_PACKET:
      search_facts (&search, look_at_packet);
      break;
    case SV_CONDITION_HELD:
      search_held (&search);
      break;
    case SV_N_CONDITIONS:
    default:
      g_assert_not_reached ();
    }
  n = search.values != NULL ? g_hash_table_size (search.values) : search.n;
  publish_all (&search, n);
  search_clear (&search);
  return sv_number_match_holds (&number, n);
}

/**
 * sv_lesson_condition_find_row:
 * @self: of %SV_CONDITION_CHOSEN
 * @machine: (out): whose row it is
 *
 * Returns: key of a row that would be right to point at, 0 if there is none
 */
guint64
sv_lesson_condition_find_row (const SvLessonCondition *self, const SvLessonView *view, SvMachineId *machine)
{
  Search search;
  guint64 key;

  search_init (&search, self, view);
  search_rows (&search);
  key = search.n > 0 ? search.row.key : 0;
  *machine = search.row_machine;
  search_clear (&search);
  return key;
}
