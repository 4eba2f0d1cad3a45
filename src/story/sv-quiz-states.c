/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions about states and queues of the machine's own table. */
#include "sv-config.h"

#include "sv-quiz-private.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

static SvQuizQuestion *
begin (const char *id, const char *topic, SvQuizKind kind, const char *text, const SvSocketRow *row)
{
  SvQuizQuestion *question = sv_quiz_question_new (id, topic, kind, g_strdup (text));

  if (row != NULL)
    question->listing = sv_quiz_rows_format (&row, 1);
  return question;
}

static void
add_wrong (SvQuizQuestion *question, const char *text, const char *why)
{
  if (!sv_quiz_question_has_choice (question, text))
    sv_quiz_question_add_wrong (question, g_strdup (text), g_strdup (why));
}

static void
take_gap (SvQuizQuestion *question, const SvSocketRow *row)
{
  g_free (question->listing);
  question->listing = sv_quiz_row_format_gap (row);
}

static gboolean
is_listener (const SvQuizTable *table, const SvSocketRow *row)
{
  return sv_quiz_row_is_listener (row);
}

static SvQuizQuestion *
make_listen_gap (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_listener, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_STATE, C_ ("quiz", "Which state stands where the gap is?"), NULL);
  take_gap (question, row);
  sv_quiz_question_add_right (question, g_strdup ("LISTEN"),
                              g_strdup (C_ ("quiz", "A TCP row without a foreign end belongs to a socket that waits for "
                                                    "clients.")));
  add_wrong (question, "ESTABLISHED", C_ ("quiz", "Then there would be a foreign address and port."));
  add_wrong (question, "TIME_WAIT", C_ ("quiz", "It remembers a connection, so there would be a foreign end."));
  add_wrong (question, "SYN_SENT", C_ ("quiz", "Who has sent a SYN has sent it to somebody."));
  return question;
}

/* Both halves are here, and at rest: what the other half must be follows. */
static gboolean
has_settled_twin (const SvQuizTable *table, const SvSocketRow *row)
{
  const SvSocketRow *twin = row->protocol == IPPROTO_TCP ? sv_quiz_table_find_twin (table, row) : NULL;

  return twin != NULL
         && ((row->state == SV_TCP_ESTABLISHED && twin->state == SV_TCP_ESTABLISHED)
             || (row->state == SV_TCP_CLOSE_WAIT && twin->state == SV_TCP_FIN_WAIT2)
             || (row->state == SV_TCP_FIN_WAIT2 && twin->state == SV_TCP_CLOSE_WAIT));
}

static SvQuizQuestion *
make_twin_gap (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, has_settled_twin, random), *twin;
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  twin = sv_quiz_table_find_twin (table, row);
  question = begin (id, topic, SV_QUIZ_STATE,
                    C_ ("quiz", "The second row is the other half of the first one’s connection, and nothing is under way "
                                "between them. Which state stands where the gap is?"), NULL);
  g_autofree char *first = sv_quiz_row_format (row), *second = sv_quiz_row_format_gap (twin);
  question->listing = g_strdup_printf ("%s\n%s", first, second);
  sv_quiz_question_add_right (question, g_strdup (sv_tcp_state_to_netstat (twin->state)),
                              g_strdup (twin->state == SV_TCP_ESTABLISHED
                                            ? C_ ("quiz", "While nobody has finished, both halves are ESTABLISHED.")
                                            : C_ ("quiz", "One side has finished: it is in FIN_WAIT2. The other has not "
                                                          "called close() yet: it is in CLOSE_WAIT.")));
  add_wrong (question, "ESTABLISHED", C_ ("quiz", "It was so until the first side sent its FIN."));
  add_wrong (question, "CLOSE_WAIT", C_ ("quiz", "That is the half whose other side has finished."));
  add_wrong (question, "TIME_WAIT", C_ ("quiz", "That comes when both sides have finished."));
  add_wrong (question, "LISTEN", C_ ("quiz", "A half of a connection does not listen."));
  return question;
}

static gboolean
is_udp (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_UDP && row->state == SV_TCP_CLOSE;
}

static SvQuizQuestion *
make_udp_gap (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_udp, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_STATE, C_ ("quiz", "What does netstat print where the gap is?"), NULL);
  take_gap (question, row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "nothing")),
                              g_strdup (C_ ("quiz", "UDP knows no handshake and no goodbye, so there are no states.")));
  add_wrong (question, "LISTEN", C_ ("quiz", "listen() is for TCP: a UDP socket takes datagrams once it is bound."));
  add_wrong (question, "ESTABLISHED", C_ ("quiz", "netstat prints that for a UDP socket that was connected to one other "
                                                  "side; this one has no foreign end."));
  add_wrong (question, "CLOSE_WAIT", C_ ("quiz", "That belongs to TCP’s goodbye."));
  return question;
}

static SvQuizQuestion *
make_accept_queue (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_listener, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE, C_ ("quiz", "What does the number under Recv-Q count in this row?"), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "Connections that wait for accept()")),
                              g_strdup_printf (C_ ("quiz", "It is the length of the accept queue: now %u."), row->recv_q));
  add_wrong (question, C_ ("quiz", "Bytes that were not read"),
             C_ ("quiz", "So it is for a connection; a listening socket gets no data."));
  add_wrong (question, C_ ("quiz", "Clients that are connected at the moment"),
             C_ ("quiz", "Those that accept() has taken have rows of their own."));
  add_wrong (question, C_ ("quiz", "SYNs that have come since the server started"),
             C_ ("quiz", "Nothing in this table counts what is over."));
  return question;
}

static gboolean
is_open (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && row->state == SV_TCP_ESTABLISHED;
}

static gboolean
has_unsent (const SvQuizTable *table, const SvSocketRow *row)
{
  return is_open (table, row) && row->send_q > 0;
}

static SvQuizQuestion *
make_send_queue (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, has_unsent, random);
  SvQuizQuestion *question;

  if (row == NULL)
    row = sv_quiz_table_pick (table, is_open, random);
  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE, C_ ("quiz", "What does the number under Send-Q count in this row?"), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "Bytes that are not acknowledged yet")),
                              g_strdup_printf (ngettext ("The program has written them; until the other kernel "
                                                         "acknowledges, they are kept to be sent again. Now it is %u byte.",
                                                         "The program has written them; until the other kernel "
                                                         "acknowledges, they are kept to be sent again. Now it is %u bytes.",
                                                         row->send_q), row->send_q));
  add_wrong (question, C_ ("quiz", "Bytes that nobody has read"),
             C_ ("quiz", "What the other program has not read is in the other side’s Recv-Q, and acknowledged."));
  add_wrong (question, C_ ("quiz", "Bytes that were sent since the connection began"),
             C_ ("quiz", "The queue gets shorter with each acknowledgement."));
  add_wrong (question, C_ ("quiz", "Bytes that still fit into the send buffer"),
             C_ ("quiz", "It counts what is there, not the room."));
  return question;
}

static gboolean
has_unread (const SvQuizTable *table, const SvSocketRow *row)
{
  return is_open (table, row) && row->recv_q > 0;
}

static SvQuizQuestion *
make_unread (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, has_unread, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE, C_ ("quiz", "What has to happen for this row’s Recv-Q to become 0?"), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "This row’s program has to call recv()")),
                              g_strdup (C_ ("quiz", "Recv-Q is what has arrived and was not read.")));
  add_wrong (question, C_ ("quiz", "The other one has to call recv()"),
             C_ ("quiz", "It has sent the data; it is here now."));
  add_wrong (question, C_ ("quiz", "This row’s kernel has to acknowledge the data"),
             C_ ("quiz", "It has done that when the data came, or will do so in a moment; the data waits all the same."));
  add_wrong (question, C_ ("quiz", "The other kernel has to send the rest of it"),
             C_ ("quiz", "More data would make the queue longer."));
  return question;
}

static gboolean
is_time_wait (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->state == SV_TCP_TIME_WAIT;
}

static SvQuizQuestion *
make_time_wait (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_time_wait, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE, C_ ("quiz", "What does this row say of how its connection ended?"), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "This end was the first to close")),
                              g_strdup (C_ ("quiz", "As a rule TIME_WAIT is where close() was called first; it goes by "
                                                    "itself within 60 seconds.")));
  add_wrong (question, C_ ("quiz", "The other end was the first to close"),
             C_ ("quiz", "Then this one would have gone through CLOSE_WAIT and LAST_ACK, and left no row."));
  add_wrong (question, C_ ("quiz", "A reset has broken it off"),
             C_ ("quiz", "A reset leaves no row at all."));
  add_wrong (question, C_ ("quiz", "It has not ended: its program waits for data"),
             C_ ("quiz", "No program holds it any more: its inode is 0."));
  return question;
}

static gboolean
is_close_wait (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->state == SV_TCP_CLOSE_WAIT;
}

static SvQuizQuestion *
make_close_wait (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_close_wait, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE, C_ ("quiz", "Who has to do something so that this row goes away?"), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "The program that holds this row’s socket")),
                              g_strdup (C_ ("quiz", "The other side has finished; close() is missing here.")));
  add_wrong (question, C_ ("quiz", "The program at the other end"), C_ ("quiz", "It has sent its FIN already."));
  add_wrong (question, C_ ("quiz", "Nobody: it goes by itself"),
             C_ ("quiz", "TIME_WAIT does, CLOSE_WAIT does not."));
  add_wrong (question, C_ ("quiz", "The owner of the machine, by a setting of the kernel"),
             C_ ("quiz", "There is none for it: the kernel waits for the program."));
  return question;
}

/* Neither end of its connection is a loopback address, and the other half is nowhere here. */
static gboolean
is_remote (const SvQuizTable *table, const SvSocketRow *row)
{
  return row->protocol == IPPROTO_TCP && row->state == SV_TCP_ESTABLISHED && !sv_endpoint_is_loopback (&row->foreign)
         && sv_quiz_table_find_twin (table, row) == NULL;
}

static SvQuizQuestion *
make_remote (const char *id, const char *topic, const SvQuizTable *table, GRand *random)
{
  const SvSocketRow *row = sv_quiz_table_pick (table, is_remote, random);
  SvQuizQuestion *question;

  if (row == NULL)
    return NULL;
  question = begin (id, topic, SV_QUIZ_CHOOSE, C_ ("quiz", "Where is the row of this connection’s other half?"), row);
  sv_quiz_question_add_right (question, g_strdup (C_ ("quiz", "In the other machine’s table")),
                              g_strdup (C_ ("quiz", "Each kernel lists its own sockets; the foreign address is not one of this "
                                                    "machine.")));
  add_wrong (question, C_ ("quiz", "In this table, with both addresses swapped"),
             C_ ("quiz", "So it would be if both programs ran on this machine."));
  add_wrong (question, C_ ("quiz", "Nowhere: it has one row"),
             C_ ("quiz", "It has two ends, and each end is a socket."));
  add_wrong (question, C_ ("quiz", "In the router’s table between the two machines"),
             C_ ("quiz", "A router passes packets on and has no end of the connection, even if it translates addresses."));
  return question;
}

const SvQuizMaker sv_quiz_state_makers[] = {
  { "listen-gap", "listen", make_listen_gap },
  { "twin-gap", "goodbye", make_twin_gap },
  { "udp-gap", "netstat", make_udp_gap },
  { "accept-queue", "listen", make_accept_queue },
  { "send-queue", "talking", make_send_queue },
  { "unread", "talking", make_unread },
  { "time-wait-row", "goodbye", make_time_wait },
  { "close-wait-row", "goodbye", make_close_wait },
  { "remote-half", "other-machine", make_remote },
};
const guint sv_quiz_n_state_makers = G_N_ELEMENTS (sv_quiz_state_makers);
