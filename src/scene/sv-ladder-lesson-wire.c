/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to learn while a packet is on the wire: who knows what already. Each sentence says only what both
 * machines' own tables say at that moment. */
#include "sv-config.h"

#include "sv-ladder-words.h"

#include "sv-quantity.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

typedef struct
{
  SvTimeline *timeline;
  const SvBeat *beat; /* the packet */
  const SvFact *fact;
  SvTcpState sender;
  SvTcpState receiver;
  gboolean peers; /* neither end is a server */
} Flying;

static guint32
get_sequence_length (const SvSegment *packet)
{
  return packet->length + ((packet->flags & SV_TCP_SYN) != 0) + ((packet->flags & SV_TCP_FIN) != 0);
}

static gboolean
is_flying (const SvBeat *beat, double position)
{
  return beat->kind == SV_BEAT_PACKET && beat->start <= position
         && (beat->open || position < beat->start + beat->duration);
}

/* Which of several packets one should look at. */
static guint
weigh (const SvFact *fact)
{
  guint8 flags = fact->packet.flags;

  if (fact->packet.protocol != IPPROTO_TCP)
    return 1;
  if (flags & SV_TCP_RST)
    return 5;
  if (flags & (SV_TCP_SYN | SV_TCP_FIN))
    return 4;
  return fact->packet.length > 0 ? 3 : 2;
}

static gboolean
find_flying (Flying *self, double position)
{
  SvRecording *recording = sv_timeline_get_recording (self->timeline);

  for (guint i = 0; i < sv_timeline_get_n_beats (self->timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (self->timeline, i);
      const SvFact *fact = is_flying (beat, position) ? sv_recording_get (recording, beat->serial) : NULL;

      if (fact == NULL || (self->fact != NULL && weigh (fact) < weigh (self->fact)))
        continue;
      self->beat = beat;
      self->fact = fact;
    }
  return self->fact != NULL;
}

static char *
tell_syn (const Flying *self)
{
  g_autofree char *from = sv_endpoint_address_to_string (&self->fact->packet.source);

  if (self->sender == SV_TCP_SYN_SENT && self->receiver == SV_TCP_SYN_SENT)
    return g_strdup (_("Both ends ask at the same time: two SYNs cross on the wire (simultaneous open)."));
  if (self->peers)
    return self->sender != SV_TCP_SYN_SENT
             ? NULL
             : g_strdup_printf (_("The SYN has left %s and is on the wire: its sender is SYN_SENT."), from);
  if (self->sender != SV_TCP_SYN_SENT || self->beat->side != SV_SIDE_CLIENT)
    return NULL;
  if (self->receiver != SV_TCP_LISTEN)
    return g_strdup_printf (_("The SYN has left %s and is on the wire: the client is SYN_SENT."), from);
  if (self->beat->again)
    return g_strdup (_("No answer came in time, so the client’s kernel sends the SYN again. The server knows "
                       "nothing of it."));
  return g_strdup_printf (_("The SYN has left %s and is on the wire: the client is SYN_SENT, the server knows nothing "
                            "of it."),
                          from);
}

static char *
tell_syn_ack (const Flying *self)
{
  if (self->peers)
    return self->sender != SV_TCP_SYN_RECV
             ? NULL
             : g_strdup (_("SYN, ACK: its sender has asked and was asked, so it is SYN_RECV. Nobody listens, nobody "
                           "accepts."));
  if (self->beat->side != SV_SIDE_SERVER)
    return NULL;
  if (self->beat->again)
    return g_strdup (_("The server’s kernel has heard no ACK, so it sends SYN, ACK again."));
  if (self->sender == SV_TCP_SYN_RECV && self->receiver == SV_TCP_SYN_SENT)
    return g_strdup (_("The server’s kernel agrees, without accept(), and is SYN_RECV. The client does not know yet."));
  return NULL;
}

static char *
tell_fin (const Flying *self)
{
  gboolean client = self->beat->side == SV_SIDE_CLIENT;

  if (self->sender == SV_TCP_FIN_WAIT1 && self->receiver == SV_TCP_ESTABLISHED && !self->peers)
    return g_strdup (client
                       ? _("FIN: the client will send no more data. It is FIN_WAIT1; the server does not know yet.")
                       : _("FIN: the server will send no more data. It is FIN_WAIT1; the client does not know yet."));
  if (self->sender == SV_TCP_LAST_ACK)
    return g_strdup (_("The second FIN is on the wire. LAST_ACK: when its ACK comes, that socket is gone."));
  if (self->sender == SV_TCP_FIN_WAIT1 && self->receiver == SV_TCP_FIN_WAIT1)
    return g_strdup (_("Both ends close at the same time: two FINs cross on the wire."));
  return NULL;
}

/* Whether it confirms the last byte of a packet of data that the other end has sent. */
static gboolean
confirms_data (const Flying *self)
{
  for (guint i = 0; i < sv_timeline_get_n_beats (self->timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (self->timeline, i);
      const SvFact *fact = sv_recording_get (sv_timeline_get_recording (self->timeline), beat->serial);

      if (beat->kind == SV_BEAT_PACKET && beat->side != self->beat->side && fact != NULL && fact->packet.length > 0
          && fact->packet.seq + get_sequence_length (&fact->packet) == self->fact->packet.ack)
        return TRUE;
    }
  return FALSE;
}

static char *
tell_ack (const Flying *self)
{
  if (!self->peers && self->beat->side == SV_SIDE_CLIENT && self->sender == SV_TCP_ESTABLISHED
      && self->receiver == SV_TCP_SYN_RECV)
    return g_strdup (_("The client is ESTABLISHED; the server stays SYN_RECV until this ACK arrives."));
  if (self->sender == SV_TCP_TIME_WAIT && self->receiver == SV_TCP_LAST_ACK)
    return g_strdup (_("The last ACK: once it is there, the other end is gone. TIME_WAIT stays, to repeat it if need "
                       "be."));
  if (self->sender == SV_TCP_CLOSE_WAIT && self->receiver == SV_TCP_FIN_WAIT1)
    return g_strdup (_("The FIN has arrived (CLOSE_WAIT); the ACK that says so is still on the wire."));
  if (self->sender == SV_TCP_ESTABLISHED && self->receiver == SV_TCP_ESTABLISHED && confirms_data (self))
    return g_strdup (_("The bytes have arrived. Until this ACK is there, the sender keeps them in its Send-Q."));
  return NULL;
}

static char *
tell_data (const Flying *self)
{
  if (self->beat->again)
    {
      g_autofree char *waited = sv_quantity_format_duration (self->beat->waited);

      /* Translators: how long, "1.2 s" */
      return g_strdup_printf (_("No ACK came for %s, so the kernel sends the same bytes again."), waited);
    }
  if (!self->peers && self->beat->side == SV_SIDE_CLIENT && self->sender == SV_TCP_ESTABLISHED
      && self->receiver == SV_TCP_SYN_RECV)
    return g_strdup (_("The data follows the ACK at once: the client need not know what the server’s state is."));
  return g_strdup (_("send() has returned, the bytes are on the wire: Send-Q keeps them until the ACK comes."));
}

static char *
tell_other (const Flying *self)
{
  switch (self->fact->packet.protocol)
    {
    case IPPROTO_UDP:
      return g_strdup (_("A datagram is on the wire: no handshake before it, and nobody promises that it arrives."));
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return g_strdup (_("ICMP: a kernel complains about a packet that it could not use. No program has sent it."));
    default:
      return NULL;
    }
}

static char *
tell_flying (const Flying *self)
{
  guint8 flags = self->fact->packet.flags;

  if (self->fact->packet.protocol != IPPROTO_TCP)
    return tell_other (self);
  if (flags & SV_TCP_RST)
    return g_strdup (_("RST is on the wire: its sender wants nothing to do with this connection."));
  if (flags & SV_TCP_SYN)
    return flags & SV_TCP_ACK ? tell_syn_ack (self) : tell_syn (self);
  if (flags & SV_TCP_FIN)
    return tell_fin (self);
  return self->fact->packet.length > 0 ? tell_data (self) : tell_ack (self);
}

/* Nothing flies, and what flew last was dropped. */
static char *
tell_loss (SvTimeline *timeline, double position)
{
  const SvBeat *last = NULL;
  const SvFact *fact;

  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      if (beat->kind == SV_BEAT_PACKET && beat->start + beat->duration <= position
          && (last == NULL || beat->start + beat->duration >= last->start + last->duration))
        last = beat;
    }
  fact = last != NULL && last->lost ? sv_recording_get (sv_timeline_get_recording (timeline), last->serial) : NULL;
  if (fact != NULL && fact->packet.protocol == IPPROTO_UDP)
    return g_strdup (_("It is lost, and no kernel will send it again: UDP promises nothing."));
  if (fact == NULL || fact->packet.protocol != IPPROTO_TCP)
    return NULL;
  if (get_sequence_length (&fact->packet) == 0)
    return g_strdup (_("It is lost. Nobody repeats an ACK by itself: the other end sends again what was not "
                       "confirmed."));
  return g_strdup (_("It is lost, and nobody tells the sender: its kernel waits for an answer, then sends it again."));
}

/**
 * sv_ladder_wire_lesson:
 *
 * Returns: (transfer full) (nullable): what a packet on the wire teaches at @position, %NULL if that is nothing
 */
char *
sv_ladder_wire_lesson (SvTimeline *timeline, double position)
{
  Flying flying = { .timeline = timeline };
  const SvStateSpan *sender, *receiver;
  SvSide side;

  if (!sv_timeline_is_observed (timeline))
    return NULL;
  if (!find_flying (&flying, position))
    return tell_loss (timeline, position);
  side = flying.beat->side;
  sender = sv_ladder_span_at (timeline, side, position);
  receiver = sv_ladder_span_at (timeline, side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT, position);
  if (sender == NULL || receiver == NULL)
    return NULL;
  flying.peers = sv_ladder_is_between_peers (timeline);
  flying.sender = sender->state == SV_TCP_NEW_SYN_RECV ? SV_TCP_SYN_RECV : sender->state;
  flying.receiver = receiver->state == SV_TCP_NEW_SYN_RECV ? SV_TCP_SYN_RECV : receiver->state;
  return tell_flying (&flying);
}
