/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-stream.h"

#include "sv-lab.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/epoll.h>

#define CHUNK (64 * 1024)

struct _SvStream
{
  SvEnd *end;
  SvPoller *poller;   /* unowned */
  SvWitness *witness; /* unowned */
  SvWatch *watch;
  const SvStreamEvents *events;
  gpointer user_data;

  GByteArray *waiting; /* to be sent when there is room; nothing is received meanwhile */
  gsize sent;          /* bytes at its beginning that are sent already */
  gboolean echo;
  gboolean connecting;
  gboolean ended;       /* recv() returned 0 */
  gboolean shut_down;   /* shutdown() was called */
  gboolean will_shut_down;
};

static gsize
count_waiting (SvStream *self)
{
  return self->waiting->len - self->sent;
}

/* What epoll shall say: nothing is read while something waits to be sent, so
 * that a peer who only sends cannot fill the memory. */
static void
update_watch (SvStream *self)
{
  guint32 events = 0;

  if (self->watch == NULL)
    return;
  if (self->connecting || count_waiting (self) > 0)
    events |= EPOLLOUT;
  else if (!self->ended)
    events |= EPOLLIN;
  sv_poller_modify (self->poller, self->watch, events);
}

static void
tell_ended (SvStream *self)
{
  if (self->ended && count_waiting (self) == 0 && sv_stream_is_open (self))
    self->events->ended (self, self->user_data);
}

static gssize
call_send (SvStream *self, const void *data, gsize length, int *error)
{
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (self->witness, self->end, &sight);
  outcome = sv_call_send (self->end, data, length);
  sv_witness_after (self->witness, self->end, &sight, &outcome);
  *error = outcome.error;
  return outcome.result;
}

static int
call_shutdown (SvStream *self)
{
  SvSight sight;
  SvOutcome outcome;

  sv_witness_look (self->witness, self->end);
  sv_witness_before (self->witness, self->end, &sight);
  outcome = sv_call_shutdown (self->end);
  sv_witness_after (self->witness, self->end, &sight, &outcome);
  self->shut_down = TRUE;
  return outcome.error;
}

/* Sends what waits, once: what does not fit waits on. */
static int
flush (SvStream *self)
{
  int error = 0;
  gssize n = call_send (self, self->waiting->data + self->sent, MIN (count_waiting (self), CHUNK), &error);

  if (n < 0)
    return error == EAGAIN ? 0 : error;
  self->sent += (gsize) n;
  if (count_waiting (self) > 0)
    return 0;
  g_byte_array_set_size (self->waiting, 0);
  self->sent = 0;
  if (self->will_shut_down && !self->shut_down)
    call_shutdown (self);
  return 0;
}

static void
receive (SvStream *self)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  SvSight sight;
  SvOutcome outcome;

  sv_witness_before (self->witness, self->end, &sight);
  outcome = sv_call_recv (self->end, buffer, CHUNK);
  sv_witness_after (self->witness, self->end, &sight, &outcome);
  if (outcome.result < 0)
    {
      if (outcome.error != EAGAIN)
        sv_stream_close (self);
      return;
    }
  if (outcome.result == 0)
    {
      self->ended = TRUE;
      tell_ended (self);
      return;
    }
  if (self->echo && !self->shut_down)
    {
      g_byte_array_append (self->waiting, buffer, (guint) outcome.result);
      if (flush (self) != 0)
        {
          sv_stream_close (self);
          return;
        }
    }
  if (self->events->received != NULL)
    self->events->received (self, buffer, (gsize) outcome.result, self->user_data);
}

static void
handle (SvStream *self, guint32 events)
{
  if (self->connecting)
    {
      self->connecting = FALSE;
      self->events->writable (self, self->user_data);
    }
  else if (count_waiting (self) > 0)
    {
      if (flush (self) != 0)
        sv_stream_close (self);
      tell_ended (self);
    }
  else if (!self->ended)
    receive (self);
  else
    /* Both directions have ended, or the peer has reset it. */
    sv_stream_close (self);
}

static void
ready_cb (guint32 events, gpointer user_data)
{
  g_autoptr (SvStream) self = sv_stream_ref (user_data);

  handle (self, events);
  update_watch (self);
}

/**
 * sv_stream_new:
 * @end: (transfer full): an open socket
 * @poller: outlives it; so does @witness
 *
 * Returns: (transfer full): a stream that does nothing yet
 */
SvStream *
sv_stream_new (SvEnd *end, SvPoller *poller, SvWitness *witness, const SvStreamEvents *events, gpointer user_data)
{
  SvStream *self = g_rc_box_new0 (SvStream);

  self->end = end;
  self->poller = poller;
  self->witness = witness;
  self->events = events;
  self->user_data = user_data;
  self->waiting = g_byte_array_new ();
  return self;
}

SvStream *
sv_stream_ref (SvStream *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SvStream *self = data;

  g_assert (self->watch == NULL);
  sv_end_free (self->end);
  g_byte_array_unref (self->waiting);
}

/**
 * sv_stream_unref:
 *
 * The last reference goes only after sv_stream_close() or sv_stream_reset().
 */
void
sv_stream_unref (SvStream *self)
{
  g_rc_box_release_full (self, clear);
}

SvEnd *
sv_stream_get_end (SvStream *self)
{
  return self->end;
}

gboolean
sv_stream_is_open (SvStream *self)
{
  return self->end->socket != NULL;
}

/**
 * sv_stream_has_ended:
 *
 * Returns: whether the peer has finished sending
 */
gboolean
sv_stream_has_ended (SvStream *self)
{
  return self->ended;
}

gboolean
sv_stream_is_shut_down (SvStream *self)
{
  return self->shut_down;
}

/**
 * sv_stream_may_send:
 *
 * Returns: whether it was not asked to send no more; shutdown() itself waits for
 *   what is still to be sent
 */
gboolean
sv_stream_may_send (SvStream *self)
{
  return !self->shut_down && !self->will_shut_down;
}

static gboolean
watch (SvStream *self, guint32 events)
{
  self->watch = sv_poller_add (self->poller, self->end->fd, events, ready_cb, self);
  return self->watch != NULL;
}

/**
 * sv_stream_await_connect:
 *
 * The writable event will say that connect() has ended.
 */
gboolean
sv_stream_await_connect (SvStream *self)
{
  g_assert (self->watch == NULL);

  self->connecting = TRUE;
  return watch (self, EPOLLOUT);
}

/**
 * sv_stream_start:
 *
 * From now on it receives.
 */
gboolean
sv_stream_start (SvStream *self)
{
  if (self->watch == NULL)
    return watch (self, EPOLLIN);
  update_watch (self);
  return TRUE;
}

/**
 * sv_stream_set_echo:
 * @echo: whether what is received from now on is sent back
 */
void
sv_stream_set_echo (SvStream *self, gboolean echo)
{
  self->echo = echo;
}

/**
 * sv_stream_send:
 *
 * send(2) at once; what the kernel does not take waits until it does.
 *
 * Returns: %FALSE if the connection takes no more
 */
gboolean
sv_stream_send (SvStream *self, GBytes *data, GError **error)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (data, &length);
  int code = 0;

  g_return_val_if_fail (sv_stream_is_open (self), FALSE);

  if (length > SV_STREAM_MAX_WAITING - MIN (count_waiting (self), SV_STREAM_MAX_WAITING))
    {
      g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE, _("Too much is waiting to be sent already."));
      return FALSE;
    }
  if (count_waiting (self) == 0)
    {
      gssize n = call_send (self, bytes, length, &code);

      if (n < 0 && code != EAGAIN)
        {
          sv_call_set_error (error, "send", code, &self->end->foreign);
          return FALSE;
        }
      bytes += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
  g_byte_array_append (self->waiting, bytes, (guint) length);
  update_watch (self);
  return TRUE;
}

/**
 * sv_stream_shut_down:
 *
 * shutdown(2) of the sending direction, once what waits is sent.
 */
gboolean
sv_stream_shut_down (SvStream *self, GError **error)
{
  int code;

  g_return_val_if_fail (sv_stream_is_open (self), FALSE);

  self->will_shut_down = TRUE;
  if (self->shut_down || count_waiting (self) > 0)
    return TRUE;
  code = call_shutdown (self);
  if (code != 0)
    sv_call_set_error (error, "shutdown", code, &self->end->foreign);
  return code == 0;
}

static void
leave (SvStream *self)
{
  if (self->watch != NULL)
    sv_poller_remove (self->poller, self->watch);
  self->watch = NULL;
  g_byte_array_set_size (self->waiting, 0);
  self->sent = 0;
}

static void
end_socket (SvStream *self, gboolean resets)
{
  g_autoptr (SvStream) alive = sv_stream_ref (self);
  SvSight sight;
  SvOutcome outcome;

  if (!sv_stream_is_open (self))
    return;
  leave (self);
  sv_witness_look (self->witness, self->end);
  sv_witness_before (self->witness, self->end, &sight);
  if (resets)
    resets = sv_call_no_linger (self->end).error == 0;
  outcome = sv_call_close (self->end);
  if (resets)
    sv_witness_after_reset (self->witness, self->end, &sight, &outcome);
  else
    sv_witness_after (self->witness, self->end, &sight, &outcome);
  self->events->closed (self, self->user_data);
}

/**
 * sv_stream_close:
 *
 * close(2). What waits is not sent any more.
 */
void
sv_stream_close (SvStream *self)
{
  end_socket (self, FALSE);
}

/**
 * sv_stream_reset:
 *
 * close(2) that sends RST instead of FIN.
 */
void
sv_stream_reset (SvStream *self)
{
  end_socket (self, TRUE);
}
