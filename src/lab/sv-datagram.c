/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-datagram.h"

#include "sv-lab.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/epoll.h>

#define CHUNK (64 * 1024)

struct _SvDatagram
{
  SvEnd *end;
  SvPoller *poller;   /* unowned */
  SvWitness *witness; /* unowned */
  SvWatch *watch;
  const SvDatagramEvents *events;
  gpointer user_data;
  gboolean connected; /* by connect(): send() and recv() do, and errors are told */
};

static SvOutcome
call_receive (SvDatagram *self, guint8 *buffer)
{
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (self->witness, self->end, &sight);
  if (self->connected)
    outcome = sv_call_recv (self->end, buffer, CHUNK);
  else
    outcome = sv_call_recvfrom (self->end, buffer, CHUNK, self->events->identify, self->user_data);
  sv_witness_after (self->witness, self->end, &sight, &outcome);
  return outcome;
}

/**
 * sv_datagram_receive:
 *
 * recv(2) or recvfrom(2), once.
 *
 * Returns: 0 or an errno; EAGAIN if none is there
 */
int
sv_datagram_receive (SvDatagram *self)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  g_autoptr (SvDatagram) alive = sv_datagram_ref (self);
  SvOutcome outcome;

  g_return_val_if_fail (sv_datagram_is_open (self), EBADF);

  outcome = call_receive (self, buffer);
  if (outcome.result >= 0)
    self->events->received (self, buffer, (gsize) outcome.result, self->user_data);
  else if (outcome.error == ECONNREFUSED && self->events->refused != NULL)
    self->events->refused (self, self->user_data);
  return outcome.error;
}

static void
ready_cb (guint32 events, gpointer user_data)
{
  sv_datagram_receive (user_data);
}

/**
 * sv_datagram_new:
 * @end: (transfer full): an open socket; @poller and @witness outlive it
 * @connected: connect() was called on it
 *
 * Returns: (transfer full) (nullable): %NULL if the kernel takes no more; then
 *   the socket is closed
 */
SvDatagram *
sv_datagram_new (SvEnd *end, gboolean connected, SvPoller *poller, SvWitness *witness, const SvDatagramEvents *events,
                 gpointer user_data, GError **error)
{
  SvDatagram *self = g_rc_box_new0 (SvDatagram);
  int code;

  self->end = end;
  self->poller = poller;
  self->witness = witness;
  self->events = events;
  self->user_data = user_data;
  self->connected = connected;
  self->watch = sv_poller_add (poller, end->fd, EPOLLIN, ready_cb, self);
  if (self->watch != NULL)
    return self;
  code = errno;
  sv_datagram_close (self);
  sv_datagram_unref (self);
  sv_call_set_error (error, "epoll_ctl", code, NULL);
  return NULL;
}

SvDatagram *
sv_datagram_ref (SvDatagram *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  sv_end_free (((SvDatagram *) data)->end);
}

/**
 * sv_datagram_unref:
 *
 * The last reference goes only after sv_datagram_close().
 */
void
sv_datagram_unref (SvDatagram *self)
{
  g_rc_box_release_full (self, clear);
}

SvEnd *
sv_datagram_get_end (SvDatagram *self)
{
  return self->end;
}

gboolean
sv_datagram_is_open (SvDatagram *self)
{
  return self->end->socket != NULL;
}

/**
 * sv_datagram_set_paused:
 * @paused: whether datagrams stay in the socket's queue until sv_datagram_receive()
 */
void
sv_datagram_set_paused (SvDatagram *self, gboolean paused)
{
  if (self->watch != NULL)
    sv_poller_modify (self->poller, self->watch, paused ? 0 : EPOLLIN);
}

/**
 * sv_datagram_send:
 * @to: (nullable): where to; %NULL if the socket is connected
 *
 * send(2) or sendto(2): one datagram. Where there is no room it is not sent:
 * UDP keeps nothing for later.
 */
gboolean
sv_datagram_send (SvDatagram *self, GBytes *data, const SvEndpoint *to, GError **error)
{
  gsize length;
  const void *bytes = g_bytes_get_data (data, &length);
  gboolean known = self->end->local.family != 0;
  SvSight sight;
  SvOutcome outcome;

  g_return_val_if_fail (sv_datagram_is_open (self), FALSE);

  sv_witness_before (self->witness, self->end, &sight);
  if (self->connected)
    outcome = sv_call_send (self->end, bytes, length);
  else
    outcome = sv_call_sendto (self->end, bytes, length, to);
  if (!known && self->end->local.family != 0 && self->events->named != NULL)
    self->events->named (self, self->user_data);
  sv_witness_after (self->witness, self->end, &sight, &outcome);
  if (outcome.error == EMSGSIZE)
    g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                 _("That is too long for one datagram: %u bytes are the most (EMSGSIZE)."), SV_DATAGRAM_MAX);
  else if (outcome.error != 0)
    sv_call_set_error (error, outcome.name, outcome.error, &self->end->foreign);
  return outcome.error == 0;
}

/**
 * sv_datagram_close:
 *
 * close(2). Nobody is told: nothing is sent.
 */
void
sv_datagram_close (SvDatagram *self)
{
  SvSight sight;
  SvOutcome outcome;

  if (!sv_datagram_is_open (self))
    return;
  if (self->watch != NULL)
    sv_poller_remove (self->poller, self->watch);
  self->watch = NULL;
  sv_witness_before (self->witness, self->end, &sight);
  outcome = sv_call_close (self->end);
  sv_witness_after (self->witness, self->end, &sight, &outcome);
}
