/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions about rows of the machine's own table: which one is it? */
#include "sv-config.h"

#include "sv-quiz-private.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

/* Tries to find one more row that reads different. */
#define MOST_TRIES 20

static gboolean
is_any (const SvQuizTable *table, const SvSocketRow *row)
{
  return TRUE;
}

/* Adds up to @most wrong choices: rows that are not there yet. */
void
sv_quiz_add_other_rows (SvQuizQuestion *question, const SvQuizTable *table, GRand *random, guint most, const char *why)
{
  for (guint i = 0; i < MOST_TRIES && most > 0; i++)
    {
      const SvSocketRow *row = sv_quiz_table_pick (table, is_any, random);
      g_autofree char *line = row != NULL ? sv_quiz_row_format (row) : NULL;

      if (line == NULL || sv_quiz_question_has_choice (question, line)
          || (question->listing != NULL && strstr (question->listing, line) != NULL))
        continue;
      sv_quiz_question_add_wrong (question, g_steal_pointer (&line), g_strdup (why));
      most--;
    }
}

/* As a question: @line is the listing, or part of it. */
static SvQuizQuestion *
begin (const char *id, const char *topic, SvQuizKind kind, const char *text, const SvSocketRow *row)
{
  SvQuizQuestion *question = sv_quiz_question_new (id, topic, kind, g_strdup (text));

  if (row != NULL)
    question->listing = sv_quiz_rows_format (&row, 1);
  return question;
}

/* A question needs something to choose from. */
static SvQuizQuestion *
finish (SvQuizQuestion *question)
{
  if (question->choices->len >= 3)
    return question;
  sv_quiz_question_free (question);
  return NULL;
}

static gboolean
has_twin (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && sv_quiz_row_is_connected (row) && sv_quiz_table_find_twin (table, row) != NULL;
}

static SvQuizQuestion *
make_twin (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, has_twin, random), *twin, *listener;
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  twin = sv_quiz_table_find_twin (table, row);
  question = begin (id, topic, SV_QUIZ_ROW, C_ ("quiz", "Which row is the other half of this connection?"), row);
  sv_quiz_question_add_right (question, sv_quiz_row_format (twin),
                              g_strdup (C_ ("quiz", "The right row has this one’s foreign end as its local end, and the "
                                                    "other way round.")));
  listener = sv_quiz_table_find_listener (table, row);
  if (listener != NULL)
    sv_quiz_question_add_wrong (question, sv_quiz_row_format (listener),
                                g_strdup (C_ ("quiz", "That socket listens for further clients; it is no half of any "
                                                      "connection.")));
  sv_quiz_add_other_rows (question, table, random, 3 - (listener != NULL),
                          C_ ("quiz", "Both addresses and both ports have to match crosswise, and here they do not."));
  return finish (question);
}

static gboolean
came_by_listener (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && row->state == SV_TCP_ESTABLISHED
         && sv_quiz_table_find_listener (table, row) != NULL;
}

static SvQuizQuestion *
make_listener (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, came_by_listener, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_ROW,
                    C_ ("quiz", "This is the server’s end of a connection. By which socket did the client get in?"), row);
  sv_quiz_question_add_right (question, sv_quiz_row_format (sv_quiz_table_find_listener (table, row)),
                              g_strdup_printf (C_ ("quiz", "It listens on the connection’s local port, %u."),
                                               row->local.port));
  sv_quiz_add_other_rows (question, table, random, 3,
                          C_ ("quiz", "It has to be in LISTEN, on the local port of the connection."));
  return finish (question);
}

static gboolean
is_tcp_v4 (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && row->family == AF_INET && row->local.port > 255;
}

/* As the kernel writes an IPv4 address: as a number of this computer. */
static char *
format_raw (const SvEndpoint *endpoint)
{
  guint32 word;

  memcpy (&word, endpoint->address, sizeof word);
  return g_strdup_printf ("%08X:%04X", word, endpoint->port);
}

static SvQuizQuestion *
make_hex (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_tcp_v4, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_ROW,
                    C_ ("quiz", "/proc/net/tcp writes addresses and ports in hexadecimal. Which row is this?"), NULL);
  g_autofree char *local = format_raw (&row->local), *foreign = format_raw (&row->foreign);
  question->listing = g_strdup_printf ("local_address rem_address   st\n%s %s %02X", local, foreign, row->state);
  sv_quiz_question_add_right (question, sv_quiz_row_format (row),
                              g_strdup_printf (C_ ("quiz", "The part behind the colon is the port: %04X is %u."),
                                               row->local.port, row->local.port));
  for (guint i = 0; i < MOST_TRIES && question->choices->len < 4; i++)
    {
      const SvSocketRow *other = sv_quiz_table_pick (table, is_tcp_v4, random);
      g_autofree char *line = sv_quiz_row_format (other);

      if (!sv_quiz_question_has_choice (question, line))
        sv_quiz_question_add_wrong (question, g_steal_pointer (&line),
                                    g_strdup_printf (C_ ("quiz", "Its ports would be written %04X and %04X."),
                                                     other->local.port, other->foreign.port));
    }
  return finish (question);
}

static gboolean
has_sibling (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && sv_quiz_row_is_connected (row)
         && sv_quiz_table_find_sibling (table, row) != NULL;
}

static SvQuizQuestion *
make_apart (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *rows[2] = { sv_quiz_table_pick (table, has_sibling, random), NULL };
  SvQuizQuestion *question;

  if (rows[0] == NULL)
    return NULL;
  rows[1] = sv_quiz_table_find_sibling (table, rows[0]);
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    C_ ("quiz", "Both rows have the same local address and port. How does the kernel know which of the "
                                "two a packet is for?"), NULL);
  question->listing = sv_quiz_rows_format (rows, 2);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "By where the packet comes from")),
                              g_strdup_printf (C_ ("quiz", "The foreign ends differ: one is port %u, the other %u."),
                                               rows[0]->foreign.port, rows[1]->foreign.port));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "By the file descriptor")),
                              g_strdup (C_ ("quiz", "Packets know nothing of descriptors.")));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "By asking the program that holds both sockets")),
                              g_strdup (C_ ("quiz", "The kernel decides before any program is asked.")));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "By a hidden port that accept() has opened")),
                              g_strdup (C_ ("quiz", "accept() opens no port, and none is hidden.")));
  return question;
}

static gboolean
is_listener (const SvQuizTable *table, const SvSocketRow *row)
{
  return sv_quiz_row_is_listener (row);
}

static gboolean
is_udp (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_UDP && row->state == SV_TCP_CLOSE;
}

static gboolean
is_established (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && row->state == SV_TCP_ESTABLISHED;
}

/* A row that cannot be, made of one that is; and why it cannot. */
static char *
falsify (const SvQuizTable *table, GRand *random, const char **why)
{
  guint first = (guint) g_rand_int_range (random, 0, 3);

  for (guint i = 0; i < 3; i++)
    {
      static const SvQuizWanted WANTED[] = { is_listener, is_udp, is_established };
      guint kind = (first + i) % 3;
      const SvSocketRow *row = sv_quiz_table_pick (table, WANTED[kind], random);
      SvSocketRow wrong;

      if (row == NULL)
        continue;
      wrong = *row;
      if (kind == 0)
        {
          wrong.foreign = sv_endpoint_loopback (row->family, (guint16) g_rand_int_range (random, 32768, 60999));
          *why = C_ ("quiz", "A listening socket is connected to nobody: its foreign address is all zeros and “*”.");
        }
      else if (kind == 1)
        {
          g_autofree char *line = sv_quiz_row_format (row);

          *why = C_ ("quiz", "UDP has no handshake and no listening: netstat leaves its State empty.");
          return g_strdup_printf ("%-67s LISTEN", line);
        }
      else
        {
          wrong.foreign = sv_endpoint_any (row->family, 0);
          *why = C_ ("quiz", "ESTABLISHED means connected to somebody, so there is a foreign address and port.");
        }
      return sv_quiz_row_format (&wrong);
    }
  return NULL;
}

static SvQuizQuestion *
make_error (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const char *why = NULL;
  g_autofree char *line = falsify (table, random, &why);
  SvQuizQuestion *question;

  if (line == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_ERROR,
                    C_ ("quiz", "One of these lines has been changed, so that netstat could never print it. Which?"), NULL);
  sv_quiz_question_add_right (question, g_steal_pointer (&line), g_strdup (why));
  sv_quiz_add_other_rows (question, table, random, 3, C_ ("quiz", "That one is in the table as it stands here."));
  return finish (question);
}

static SvQuizQuestion *
make_rows_of_one (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, has_twin, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    C_ ("quiz", "How many rows of this machine’s table belong to this one connection?"), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "Two")),
                              g_strdup (C_ ("quiz", "Both ends are on this machine, and each end is a socket with a row of "
                                                    "its own.")));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "One")),
                              g_strdup (C_ ("quiz", "That would be so if the other end were on another machine.")));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "Three")),
                              g_strdup (C_ ("quiz", "The listening socket belongs to no connection: it waits for new "
                                                    "ones.")));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "Four")),
                              g_strdup (C_ ("quiz", "The direction of the data does not matter: a socket both sends and "
                                                    "receives.")));
  return question;
}

const SvQuizMaker sv_quiz_row_makers[] = {
  { "twin", "netstat", make_twin },
  { "listener", "many-clients", make_listener },
  { "hex", "netstat", make_hex },
  { "apart", "many-clients", make_apart },
  { "impossible", "netstat", make_error },
  { "rows-of-one", "client-server", make_rows_of_one },
};
const guint sv_quiz_n_row_makers = G_N_ELEMENTS (sv_quiz_row_makers);
