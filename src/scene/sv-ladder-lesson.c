/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-ladder-words.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

/* What has happened on the ladder so far. */
typedef struct
{
  SvTimeline *timeline;
  const SvLadderLook *look;
  double position;
  const SvConnection *connection;
  const SvStateSpan *client;
  const SvStateSpan *server;
  const SvFact *last;      /* the call that returned last */
  const SvBeat *last_beat;
  const SvFact *segment;   /* that left last */
  double arrived;          /* when that is there */
  double called;           /* when a call began or returned last */
  const SvFact *failed;    /* the call that failed last */
  gboolean connect_returned;
  gboolean accepted;
  gboolean goes_on; /* with talk or teardown */
  gboolean reset;
  gboolean asks;    /* the segment that arrived last is a SYN */
  gboolean refused; /* by an RST that answered it */
  gboolean shut[2]; /* by the client, by the server */
  gboolean peers;   /* there is neither */
} Past;

static gboolean
is_after_handshake (const SvFact *fact)
{
  static const char *const NAMES[] = { "send", "recv", "shutdown", "close", "setsockopt", NULL };

  if (fact->kind == SV_FACT_PACKET)
    return fact->packet.length > 0 || fact->packet.flags & (SV_TCP_FIN | SV_TCP_RST);
  return g_strv_contains (NAMES, fact->call.name);
}

static void
note_beat (Past *past, const SvBeat *beat)
{
  const SvFact *fact = sv_recording_get (sv_timeline_get_recording (past->timeline), beat->serial);

  if (fact != NULL && beat->start <= past->position)
    {
      past->goes_on |= is_after_handshake (fact);
      if (fact->kind == SV_FACT_PACKET)
        {
          past->segment = fact;
          past->arrived = beat->start + beat->duration;
        }
      else
        past->called = MAX (past->called, beat->start);
    }
  if (fact == NULL || beat->start + beat->duration > past->position || beat->open || beat->lost)
    return;
  if (fact->kind == SV_FACT_PACKET)
    {
      gboolean resets = (fact->packet.flags & SV_TCP_RST) != 0;

      past->reset |= resets && !past->asks;
      past->refused |= resets && past->asks;
      past->asks = (fact->packet.flags & (SV_TCP_SYN | SV_TCP_ACK)) == SV_TCP_SYN;
      return;
    }
  past->last = fact;
  past->last_beat = beat;
  past->called = MAX (past->called, beat->start + beat->duration);
  past->shut[fact->side == SV_SIDE_SERVER] |= g_str_equal (fact->call.name, "shutdown") && !sv_fact_failed (fact);
  /* A send() that failed is not the end of the story. */
  if (sv_fact_failed (fact) || (past->failed != NULL && past->failed->call.error == EPIPE))
    past->failed = sv_fact_failed (fact) ? fact : NULL;
  past->connect_returned |= g_str_equal (fact->call.name, "connect") && !sv_fact_failed (fact);
  past->accepted |= g_str_equal (fact->call.name, "accept") && fact->call.result >= 0;
}

static char *
tell_failure (const Past *past)
{
  int error = past->failed != NULL ? past->failed->call.error : 0;
  const char *args = past->failed != NULL && past->failed->call.args != NULL ? past->failed->call.args : "";

  if (past->refused || error == ECONNREFUSED || strstr (args, "[ECONNREFUSED]") != NULL)
    return g_strdup (_("Refused: nobody listens there, so the answer was RST."));
  switch (error)
    {
    case EADDRINUSE:
      return g_strdup (_("This address and port are in use: by a socket, or by connections in TIME_WAIT."));
    case EACCES:
      return g_strdup (_("Ports this low are for privileged programs."));
    case ECONNRESET:
      return g_strdup (_("The other end has reset the connection."));
    case EPIPE:
      return g_strdup (past->shut[past->failed->side == SV_SIDE_SERVER]
                         ? _("This end said with shutdown() that it sends no more: it may only read.")
                         : _("The other end takes no more data: the connection is over."));
    case ETIMEDOUT:
      return g_strdup (_("No answer came in time."));
    default:
      return NULL;
    }
}

/* sock_diag tells what is left of the timer when it is asked; from then on it runs. */
static char *
tell_time_wait (const Past *past, const SvStateSpan *span)
{
  const SvFact *fact = sv_recording_get (sv_timeline_get_recording (past->timeline), span->serial);
  const SvSocketRow *row = fact != NULL && fact->kind == SV_FACT_ROW ? &fact->row.after : NULL;
  gint64 left;

  if (row == NULL || row->timer != SV_TIMER_TIME_WAIT)
    return g_strdup (_("TIME_WAIT: the end that closed first waits, so that late packets harm nobody."));
  left = (gint64) row->timer_ms * 1000000;
  if (past->look->live)
    left = CLAMP (left - (past->look->now - row->seen_at), 0, left);
  guint seconds = (guint) ((left + 999999999) / 1000000000);
  return g_strdup_printf (ngettext ("TIME_WAIT: %u s left. The end that closed first waits.",
                                    "TIME_WAIT: %u s left. The end that closed first waits.", seconds),
                          seconds);
}

static gboolean
is_queue_full_on (const Past *past, SvMachineId machine)
{
  SvRowTable *table = sv_recording_get_table (sv_timeline_get_recording (past->timeline), machine);
  SvEndpoint server, client;

  sv_connection_get_ends (past->connection, SV_SIDE_SERVER, &server, &client);
  SvEndpoint here[] = { server, sv_endpoint_any (server.family, server.port),
                        sv_endpoint_any (AF_INET6, server.port) };

  /* Only of now is it known without going through the recording; /proc knows no backlog. */
  for (guint i = 0; past->look->live && i < G_N_ELEMENTS (here); i++)
    {
      SvEndpoint any = sv_endpoint_any (here[i].family, 0);
      const SvSocketRow *row = sv_row_table_find (table, IPPROTO_TCP, &here[i], &any);

      if (row != NULL && row->state == SV_TCP_LISTEN)
        return row->cookie != 0 && row->recv_q > row->backlog;
    }
  return FALSE;
}

/* The server lives on this computer, or on a machine of its own. */
static gboolean
is_queue_full (const Past *past)
{
  return is_queue_full_on (past, SV_MACHINE_THIS) || is_queue_full_on (past, SV_MACHINE_SERVER);
}

static char *
tell_state (const Past *past)
{
  SvTcpState client = past->client->state, server = past->server->state;

  if (past->reset)
    return g_strdup (_("RST ends a connection at once, at both ends, without TIME_WAIT."));
  if (client == SV_TCP_TIME_WAIT)
    return tell_time_wait (past, past->client);
  if (server == SV_TCP_TIME_WAIT)
    return tell_time_wait (past, past->server);
  if (past->peers && (server == SV_TCP_CLOSE_WAIT || client == SV_TCP_CLOSE_WAIT))
    /* Translators: the program that holds this end: "peer 2" */
    return g_strdup_printf (_("CLOSE_WAIT: %s has not called close() yet."),
                            server == SV_TCP_CLOSE_WAIT ? past->connection->server_actor : past->connection->actor);
  if (server == SV_TCP_CLOSE_WAIT)
    return g_strdup (_("CLOSE_WAIT: the server has not called close() yet."));
  if (client == SV_TCP_CLOSE_WAIT)
    return g_strdup (_("CLOSE_WAIT: the client has not called close() yet."));
  if (client == SV_TCP_SYN_SENT && past->connect_returned)
    return g_strdup (is_queue_full (past)
                       ? _("The accept queue is full: the SYN was dropped; the kernel sends it again and again.")
                       : _("No answer to the SYN yet: the kernel sends it again and again."));
  return NULL;
}

/* What the segment that is seen asks for. */
static char *
tell_segment (const Past *past)
{
  guint8 flags = past->segment->packet.flags;

  if (past->peers && !(flags & SV_TCP_FIN))
    return NULL;
  if (flags & SV_TCP_SYN)
    return g_strdup (flags & SV_TCP_ACK ? _("SYN, ACK: the server’s kernel agrees, without accept().")
                                        : _("SYN: the client’s kernel asks for a connection."));
  if (flags & SV_TCP_FIN)
    return g_strdup (_("FIN: whoever sends it will send no more data."));
  if (!past->goes_on)
    return g_strdup (_("ACK: the client’s kernel confirms. Once it arrives, both ends are ESTABLISHED."));
  return NULL;
}

static char *
tell_progress (const Past *past)
{
  const char *name = past->last->call.name;
  int newest = sv_timeline_find_beat (past->timeline, past->position);

  if (!past->goes_on && past->accepted && past->connection->server.family != 0)
    return g_strdup_printf (_("accept() opened no new port: its socket has %u too."),
                            past->connection->server.port);
  if (past->connect_returned && !past->accepted && !past->peers && past->client->state == SV_TCP_ESTABLISHED)
    return g_strdup (_("connect() did not wait for accept()."));
  if (past->connection->foreign && !past->accepted)
    return g_strdup (_("Another program connected: its calls cannot be seen here, its socket can."));
  /* What was last is over when something else has begun. */
  if (past->last_beat->episode != sv_timeline_get_beat (past->timeline, (guint) newest)->episode)
    return NULL;
  if (g_str_equal (name, "send") && past->last->call.result > 0)
    return g_strdup (_("A successful send() means that the kernel has the bytes, not that they were read."));
  if (g_str_equal (name, "recv") && past->last_beat->count > 1)
    return g_strdup (_("TCP is a stream of bytes: one send() is not one recv()."));
  return NULL;
}

/**
 * sv_ladder_is_between_peers:
 *
 * Returns: whether the two programs are of equal rank: neither is a server
 */
gboolean
sv_ladder_is_between_peers (SvTimeline *timeline)
{
  guint id = sv_timeline_get_connection (timeline);
  const SvConnection *connection;

  if (id == 0)
    return FALSE;
  connection = sv_recording_get_connection (sv_timeline_get_recording (timeline), id);
  return !g_str_equal (connection->server_actor, "server") && *connection->server_actor != '\0';
}

/**
 * sv_ladder_lesson:
 *
 * Returns: (transfer full): the one thing to learn at @position, "" if there is none
 */
char *
sv_ladder_lesson (SvTimeline *timeline, double position, const SvLadderLook *look)
{
  guint id = sv_timeline_get_connection (timeline);
  Past past = { .timeline = timeline, .look = look, .position = position };
  char *lesson = NULL;

  past.client = sv_ladder_span_at (timeline, SV_SIDE_CLIENT, position);
  past.server = sv_ladder_span_at (timeline, SV_SIDE_SERVER, position);
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    note_beat (&past, sv_timeline_get_beat (timeline, i));
  if (past.client == NULL || past.server == NULL)
    return g_strdup ("");
  lesson = past.last != NULL ? tell_failure (&past) : NULL;
  if (lesson == NULL)
    lesson = sv_ladder_wire_lesson (timeline, position);
  if (past.last == NULL)
    return lesson != NULL ? lesson : g_strdup ("");
  if (id == 0)
    {
      if (lesson == NULL && past.server->state == SV_TCP_LISTEN)
        lesson = g_strdup (_("The server listens: from now on the kernel answers whoever connects."));
      return lesson != NULL ? lesson : g_strdup ("");
    }
  past.connection = sv_recording_get_connection (sv_timeline_get_recording (timeline), id);
  past.peers = sv_ladder_is_between_peers (timeline);
  if (lesson == NULL)
    lesson = tell_state (&past);
  if (lesson == NULL && past.segment != NULL && past.arrived > past.called)
    lesson = tell_segment (&past);
  if (lesson == NULL)
    lesson = tell_progress (&past);
  return lesson != NULL ? lesson : g_strdup ("");
}
