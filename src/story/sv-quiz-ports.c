/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions about the ports of the machine's own table. */
#include "sv-config.h"

#include "sv-quiz-private.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

static SvQuizQuestion *
begin (const char *id, const char *topic, SvQuizKind kind, char *text, const SvSocketRow *row)
{
  SvQuizQuestion *question = sv_quiz_question_new (id, topic, kind, text);

  if (row != NULL)
    question->listing = sv_quiz_rows_format (&row, 1);
  return question;
}

static void
add_wrong (SvQuizQuestion *question, char *text, const char *why)
{
  if (sv_quiz_question_has_choice (question, text))
    g_free (text);
  else
    sv_quiz_question_add_wrong (question, text, g_strdup (why));
}

static gboolean
is_clients_end (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && row->state == SV_TCP_ESTABLISHED
         && sv_quiz_table_is_ephemeral (table, row->local.port) && !sv_quiz_table_is_ephemeral (table, row->foreign.port)
         && !sv_quiz_table_has_listener (table, row);
}

static gboolean
is_one_end (const SvQuizTable *table, const SvSocketRow *row)
{
  gboolean serves = sv_quiz_table_has_listener (table, row);

  return row->protocol == IPPROTO_TCP && row->state == SV_TCP_ESTABLISHED
         && !(serves && sv_quiz_table_is_ephemeral (table, row->local.port))
         && sv_quiz_table_is_ephemeral (table, row->local.port)
                != sv_quiz_table_is_ephemeral (table, row->foreign.port);
}

static SvQuizQuestion *
make_client_end (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_clients_end, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup (C_ ("quiz", "Whose end of the connection is this row, and what tells it?")), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "The client’s: its local port is an ephemeral one")),
                              g_strdup_printf (C_ ("quiz", "Port %u is from the range that the kernel gives out to who "
                                                           "connects, and nobody listens there."), row->local.port));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "The server’s: its local port is the higher one")),
                              g_strdup (C_ ("quiz", "Servers mostly have the lower one: a port that their clients know.")));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "The server’s: ESTABLISHED stands only on its side")),
                              g_strdup (C_ ("quiz", "Both ends are ESTABLISHED.")));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "Nobody can tell: both ends of a row look the same")),
                              g_strdup (C_ ("quiz", "The ports tell a lot.")));
  return question;
}

static SvQuizQuestion *
make_ephemeral (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_one_end, random);
  gboolean local_is;
  SvQuizQuestion *question;
  guint low, high;

  if (row == NULL)
    return NULL;
  low = sv_port_space_get_ephemeral_low (table->ports);
  high = sv_port_space_get_ephemeral_high (table->ports);
  local_is = sv_quiz_table_is_ephemeral (table, row->local.port);
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup (C_ ("quiz", "Which of the two ports was chosen by a kernel, because its program did not ask "
                                          "for any?")), row);
  sv_quiz_question_add_right (question, g_strdup_printf ("%u", local_is ? row->local.port : row->foreign.port),
                              g_strdup_printf (C_ ("quiz", "It is in the ephemeral range, %u–%u on this machine."), low,
                                               high));
  sv_quiz_question_add_wrong (question, g_strdup_printf ("%u", local_is ? row->foreign.port : row->local.port),
                              g_strdup_printf (C_ ("quiz", "That one is outside of the ephemeral range, %u–%u: a server asked "
                                                           "for it, so that clients know it."), low, high));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "both of them")),
                              g_strdup (C_ ("quiz", "Then the client could not have known where to connect.")));
  sv_quiz_question_add_wrong (question, g_strdup (C_ ("quiz", "neither of them")),
                              g_strdup (C_ ("quiz", "Clients hardly ever ask for a port.")));
  return question;
}

static SvQuizQuestion *
make_next_port (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  SvQuizQuestion *question;
  guint low, high, port;

  if (table->ports == NULL)
    return NULL;
  low = sv_port_space_get_ephemeral_low (table->ports);
  high = sv_port_space_get_ephemeral_high (table->ports);
  if (high - low < 100 || low < 100 || high > 65000)
    return NULL;
  port = low + 2 * (guint) g_rand_int_range (random, 0, (gint32) (high - low) / 2);
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup_printf (C_ ("quiz", "On this machine ip_local_port_range is %u–%u. A program calls connect() "
                                                 "without bind(). Which port may it get?"), low, high), NULL);
  sv_quiz_question_add_right (question, g_strdup_printf ("%u", port),
                              g_strdup (C_ ("quiz", "It is inside of the range, and as even or odd as its begin: such "
                                                    "ones today’s Linux tries first.")));
  add_wrong (question, g_strdup_printf ("%u", low - 1 - (guint) g_rand_int_range (random, 0, 90)),
             C_ ("quiz", "That port is below the range."));
  add_wrong (question, g_strdup_printf ("%u", high + 1 + (guint) g_rand_int_range (random, 0, 500)),
             C_ ("quiz", "That port is above the range."));
  add_wrong (question, g_strdup_printf ("%u", 65536 + (guint) g_rand_int_range (random, 0, 9000)),
             C_ ("quiz", "There is no such port: 65535 is the last."));
  return question;
}

static gboolean
listens_low (const SvQuizTable *table, const SvSocketRow *row)
{
  return sv_quiz_row_is_listener (row) && table->ports != NULL
         && row->local.port < sv_port_space_get_unprivileged_start (table->ports);
}

static SvQuizQuestion *
make_privileged (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, listens_low, random);
  SvQuizQuestion *question;
  guint start;

  if (row == NULL)
    return NULL;
  start = sv_port_space_get_unprivileged_start (table->ports);
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup (C_ ("quiz", "What do we know of the program that has bound this port?")), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "It had a special right when it called bind()")),
                              g_strdup_printf (C_ ("quiz", "On this machine ports below %u are privileged: bind() wants "
                                                           "CAP_NET_BIND_SERVICE, which root has."), start));
  add_wrong (question, g_strdup (C_ ("quiz", "It runs as root")),
             C_ ("quiz", "Many programs bind as root and then become an ordinary user; others have only that one right."));
  add_wrong (question, g_strdup (C_ ("quiz", "It can be reached by everybody on the Internet")),
             C_ ("quiz", "That depends on the address, not on the port."));
  add_wrong (question, g_strdup (C_ ("quiz", "It is the program that /etc/services names")),
             C_ ("quiz", "Any program with the right may take any port; the file only gives names."));
  return question;
}

static gboolean
is_listener (const SvQuizTable *table, const SvSocketRow *row)
{
  return sv_quiz_row_is_listener (row);
}

static SvQuizQuestion *
make_taken (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_listener, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  g_autofree char *local = sv_endpoint_to_string (&row->local);
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup_printf (C_ ("quiz", "Root starts another server that binds to %s as well, without any option. "
                                                 "What happens?"), local), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "bind() fails with EADDRINUSE")),
                              g_strdup (C_ ("quiz", "A listening socket has that address and port already.")));
  add_wrong (question, g_strdup (C_ ("quiz", "bind() fails with EACCES")),
             C_ ("quiz", "That is about rights, and root has them all."));
  add_wrong (question, g_strdup (C_ ("quiz", "Both servers take turns with the clients")),
             C_ ("quiz", "That needs SO_REUSEPORT, set by both."));
  add_wrong (question, g_strdup (C_ ("quiz", "The kernel gives it the next port that is free")),
             C_ ("quiz", "A port that was asked for is given or refused, never replaced."));
  return question;
}

static SvQuizQuestion *
make_refused (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  SvQuizQuestion *question;
  guint16 port = 0;

  for (guint i = 0; i < 50 && port == 0; i++)
    {
      guint16 candidate = (guint16) g_rand_int_range (random, 7000, 20000);

      if (!sv_quiz_table_has_port (table, candidate, IPPROTO_TCP))
        port = candidate;
    }
  if (port == 0)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup_printf (C_ ("quiz", "No row of this machine has the local TCP port %u now. What happens if a "
                                                 "program connects to 127.0.0.1:%u?"), port, port), NULL);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "connect() fails at once: connection refused")),
                              g_strdup (C_ ("quiz", "Nobody listens, so the kernel answers with RST (ECONNREFUSED).")));
  add_wrong (question, g_strdup (C_ ("quiz", "connect() waits until somebody listens there")),
             C_ ("quiz", "It waits only for an answer, and here one comes: no."));
  add_wrong (question, g_strdup (C_ ("quiz", "connect() succeeds, but nothing can be sent")),
             C_ ("quiz", "Without a listening socket there is no connection."));
  add_wrong (question, g_strdup (C_ ("quiz", "The kernel opens the port")),
             C_ ("quiz", "Only a program that calls listen() opens a port."));
  return question;
}

static gboolean
has_service (const SvQuizTable *table, const SvSocketRow *row)
{
  return (sv_quiz_row_is_listener (row) || (row->protocol == IPPROTO_UDP && !sv_quiz_row_is_connected (row)))
         && table->ports != NULL && sv_port_space_get_service (table->ports, row->local.port, row->protocol) != NULL;
}

static SvQuizQuestion *
make_service (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  static const guint16 OTHERS[] = { 25, 80, 22, 443, 631, 53, 110, 143, 5432, 3306 };
  const SvSocketRow *row = sv_quiz_table_pick (table, has_service, random);
  SvQuizQuestion *question;
  const char *name;

  if (row == NULL)
    return NULL;
  name = sv_port_space_get_service (table->ports, row->local.port, row->protocol);
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup (C_ ("quiz", "Which service is the port of this row for, by convention?")), row);
  sv_quiz_question_add_right (question, g_strdup (name),
                              g_strdup_printf (C_ ("quiz", "“grep %u /etc/services” tells; whether the program really is "
                                                           "one of those, only its owner tells."), row->local.port));
  for (guint i = (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (OTHERS)), n = 0;
       n < G_N_ELEMENTS (OTHERS) && question->choices->len < 4; i++, n++)
    {
      guint16 port = OTHERS[i % G_N_ELEMENTS (OTHERS)];
      const char *other = sv_port_space_get_service (table->ports, port, IPPROTO_TCP);

      if (other != NULL && port != row->local.port && !sv_quiz_question_has_choice (question, other))
        sv_quiz_question_add_wrong (question, g_strdup (other),
                                    g_strdup_printf (C_ ("quiz", "That one has port %u."), port));
    }
  return question;
}

/* 0.0.0.0, or a loopback address: of :: the row does not tell whether IPv4 is taken, too. */
static gboolean
is_plain_listener (const SvQuizTable *table, const SvSocketRow *row)
{
  return sv_quiz_row_is_listener (row)
         && (sv_endpoint_is_loopback (&row->local) || (row->family == AF_INET && sv_endpoint_is_any (&row->local)));
}

static SvQuizQuestion *
make_reachable (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_plain_listener, random);
  const char *inside = C_ ("quiz", "Only programs on this machine");
  const char *everybody = C_ ("quiz", "Other machines, too, by any address of this one");
  gboolean loopback;
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  loopback = sv_endpoint_is_loopback (&row->local);
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup (C_ ("quiz", "Who can connect to this socket, if no firewall is in the way?")), row);
  if (loopback)
    sv_quiz_question_add_right (question, g_strdup (inside),
                                g_strdup (C_ ("quiz", "It listens on a loopback address, which leads nowhere but into the "
                                                      "machine itself.")));
  else
    sv_quiz_question_add_right (question, g_strdup (everybody),
                                g_strdup (C_ ("quiz", "0.0.0.0 stands for all IPv4 addresses of the machine, the loopback "
                                                      "address among them.")));
  add_wrong (question, g_strdup (loopback ? everybody : inside),
             loopback ? C_ ("quiz", "For that it would have to listen on 0.0.0.0, :: or an address of the network.")
                      : C_ ("quiz", "For that it would have to listen on 127.0.0.1 or ::1."));
  add_wrong (question, g_strdup (C_ ("quiz", "Nobody yet: it has no foreign address")),
             C_ ("quiz", "A listening socket never has one; it is ready."));
  add_wrong (question, g_strdup (C_ ("quiz", "Only the user who has started the program")),
             C_ ("quiz", "TCP does not ask who the client’s user is."));
  return question;
}

static gboolean
shares_port (const SvQuizTable *table, const SvSocketRow *row)
{
  if (!sv_quiz_row_is_listener (row))
    return FALSE;
  for (guint i = 0; i < table->rows->len; i++)
    {
      const SvSocketRow *other = &g_array_index (table->rows, SvSocketRow, i);

      if (other->protocol == IPPROTO_UDP && !sv_quiz_row_is_connected (other) && other->local.port == row->local.port)
        return TRUE;
    }
  return FALSE;
}

static SvQuizQuestion *
make_shared (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *rows[2] = { sv_quiz_table_pick (table, shares_port, random), NULL };
  SvQuizQuestion *question;

  if (rows[0] == NULL)
    return NULL;
  for (guint i = 0; i < table->rows->len && rows[1] == NULL; i++)
    {
      const SvSocketRow *other = &g_array_index (table->rows, SvSocketRow, i);

      if (other->protocol == IPPROTO_UDP && !sv_quiz_row_is_connected (other)
          && other->local.port == rows[0]->local.port)
        rows[1] = other;
    }
  question = begin (id, topic, SV_QUIZ_CHOOSE,
                    g_strdup_printf (C_ ("quiz", "Port %u is there twice. Why is that no conflict?"), rows[0]->local.port),
                    NULL);
  question->listing = sv_quiz_rows_format (rows, 2);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "TCP and UDP have ports of their own")),
                              g_strdup (C_ ("quiz", "Each protocol has 65,535 ports, and a packet says which protocol it "
                                                    "is of.")));
  add_wrong (question, g_strdup (C_ ("quiz", "One of them gets nothing until the other closes")),
             C_ ("quiz", "Both get what is for them."));
  add_wrong (question, g_strdup (C_ ("quiz", "The same program holds both, and it may")),
             C_ ("quiz", "It may be, but two programs could have them as well."));
  add_wrong (question, g_strdup (C_ ("quiz", "Privileged ports may be taken twice")),
             C_ ("quiz", "Privileged only means that a right is wanted to bind."));
  return question;
}

const SvQuizMaker sv_quiz_port_makers[] = {
  { "client-end", "client-server", make_client_end },
  { "ephemeral", "handshake", make_ephemeral },
  { "next-port", "handshake", make_next_port },
  { "privileged-row", "ports", make_privileged },
  { "taken", "when-it-breaks", make_taken },
  { "nobody-listens", "when-it-breaks", make_refused },
  { "service", "ports", make_service },
  { "reachable", "other-machine", make_reachable },
  { "shared-port", "ports", make_shared },
};
const guint sv_quiz_n_port_makers = G_N_ELEMENTS (sv_quiz_port_makers);
