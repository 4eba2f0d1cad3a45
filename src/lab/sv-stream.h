/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-poller.h"
#include "sv-witness.h"

G_BEGIN_DECLS

/* What may wait to be sent when a person adds more. */
#define SV_STREAM_MAX_WAITING (16 * 1024 * 1024)

typedef struct _SvStream SvStream;

/**
 * SvStreamEvents:
 * @writable: (nullable): the first time that it is: connect() has ended
 * @received: (nullable): after a recv() that gave bytes
 * @ended: the peer has finished sending, and what was to be echoed is sent
 * @closed: it is closed, by whomever
 *
 * Told when the call is recorded and nothing of it is left to do; the stream
 * may be closed, not freed, from inside.
 */
typedef struct
{
  void (*writable) (SvStream *stream, gpointer user_data);
  void (*received) (SvStream *stream, const void *data, gsize length, gpointer user_data);
  void (*ended) (SvStream *stream, gpointer user_data);
  void (*closed) (SvStream *stream, gpointer user_data);
} SvStreamEvents;

/**
 * SvStream:
 *
 * One end of a connection at work: receives when there is something, sends
 * what waits when there is room. Shared by server and clients. Reference
 * counted, so that it outlives the event in which it is closed.
 */
SvStream *sv_stream_new (SvEnd *end, SvPoller *poller, SvWitness *witness, const SvStreamEvents *events,
                         gpointer user_data);
SvStream *sv_stream_ref (SvStream *self);
void sv_stream_unref (SvStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvStream, sv_stream_unref)

SvEnd *sv_stream_get_end (SvStream *self);
gboolean sv_stream_is_open (SvStream *self);
gboolean sv_stream_has_ended (SvStream *self);
gboolean sv_stream_is_shut_down (SvStream *self);
gboolean sv_stream_may_send (SvStream *self);

gboolean sv_stream_await_connect (SvStream *self);
gboolean sv_stream_start (SvStream *self);
void sv_stream_set_echo (SvStream *self, gboolean echo);

gboolean sv_stream_send (SvStream *self, GBytes *data, GError **error);
gboolean sv_stream_shut_down (SvStream *self, GError **error);
void sv_stream_close (SvStream *self);
void sv_stream_reset (SvStream *self);

G_END_DECLS
