/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-wire-flight.h"

#include <netinet/in.h>

void
sv_wire_flight_free (SvWireFlight *flight)
{
  g_bytes_unref (flight->bytes);
  g_clear_pointer (&flight->arrived, g_bytes_unref);
  g_free (flight);
}

/**
 * sv_wire_flight_get_travelled:
 * @now: in ns; of a paused wire, when it was paused
 *
 * Returns: how much of its way it has behind it, from 0 to its hop, in ns
 */
gint64
sv_wire_flight_get_travelled (const SvWireFlight *flight, gint64 now)
{
  gint64 end = flight->due == SV_WIRE_HOLD ? flight->stop : flight->hop;

  return MIN (flight->travelled + MAX (now - flight->since, 0), end);
}

/**
 * sv_wire_flight_go_on:
 * @earliest: when it may arrive: not before one that left earlier
 *
 * From where it is held it flies on.
 */
void
sv_wire_flight_go_on (SvWireFlight *flight, gint64 earliest, gint64 now)
{
  gint64 travelled = sv_wire_flight_get_travelled (flight, now);

  flight->travelled = travelled;
  flight->since = now;
  flight->due = MAX (now + flight->hop - travelled, earliest);
  flight->hop = travelled + flight->due - now;
}

/**
 * sv_wire_is_ignored:
 *
 * Returns: whether nobody here would listen to the packet: IPv4 to 224.0.0.0/3
 *   (multicast, broadcast), IPv6 to ff00::/8, or no IP at all
 */
gboolean
sv_wire_is_ignored (const guint8 *bytes, gsize length)
{
  if (length >= 20 && bytes[0] >> 4 == 4)
    return bytes[16] >= 224;
  if (length >= 40 && bytes[0] >> 4 == 6)
    return bytes[24] == 0xff;
  return TRUE;
}

/* How many sequence numbers it takes: RFC 9293 §3.4, SEG.LEN. */
static guint32
sequence_length (const SvPacket *packet)
{
  return packet->payload_length + ((packet->flags & SV_TCP_SYN) != 0) + ((packet->flags & SV_TCP_FIN) != 0);
}

/* In a simultaneous open each end sends a SYN, and then a SYN,ACK with the same
 * number: that is no copy, and the other's SYN,ACK, though it acknowledges it,
 * does not make it needless (RFC 9293 §3.5, figure 7). */
static gboolean
is_other_syn (const SvPacket *a, const SvPacket *b)
{
  return (a->flags & b->flags & SV_TCP_SYN) != 0 && (a->flags & SV_TCP_ACK) != (b->flags & SV_TCP_ACK);
}

static gboolean
cross (const SvPacket *a, const SvPacket *b)
{
  return (a->flags & b->flags & SV_TCP_SYN) != 0 && (a->flags & b->flags & SV_TCP_ACK) != 0;
}

/* @flight from the same end, of the same connection, has the sequence number @seq in it. */
static gboolean
covers (const SvWireFlight *flight, const SvWireFlight *copy, guint32 seq)
{
  const SvPacket *a = &flight->packet, *b = &copy->packet;

  return flight->known && flight->from == copy->from && a->protocol == IPPROTO_TCP && !is_other_syn (a, b)
         && (a->flags & (SV_TCP_SYN | SV_TCP_RST)) == (b->flags & (SV_TCP_SYN | SV_TCP_RST))
         && seq - a->seq < sequence_length (a) && sv_endpoint_equal (&a->source, &b->source)
         && sv_endpoint_equal (&a->destination, &b->destination);
}

/* From the other end, and says that all of @copy has arrived. A router may have
 * another address on either side, but the ports stay. */
static gboolean
acknowledges (const SvWireFlight *flight, const SvWireFlight *copy)
{
  const SvPacket *a = &flight->packet, *b = &copy->packet;
  guint32 end = b->seq + sequence_length (b);

  return flight->known && flight->from != copy->from && !flight->lost && a->protocol == IPPROTO_TCP && !cross (a, b)
         && a->version == b->version && (a->flags & SV_TCP_ACK) != 0 && (gint32) (a->ack - end) >= 0
         && a->source.port == b->destination.port && a->destination.port == b->source.port;
}

/* A segment of which all is still on the wire, or an answer to all of it: the
 * kernel sends it again because it hears nothing, but nothing has been lost. It
 * may have cut the bytes in another way than before. */
static gboolean
is_copy (GPtrArray *flights, const SvWireFlight *copy)
{
  guint32 seq = copy->packet.seq, end = seq + sequence_length (&copy->packet);
  gboolean found = TRUE;

  if (!copy->known || copy->packet.protocol != IPPROTO_TCP || seq == end)
    return FALSE;
  for (guint i = 0; i < flights->len; i++)
    if (acknowledges (g_ptr_array_index (flights, i), copy))
      return TRUE;
  while (found && (gint32) (end - seq) > 0)
    {
      found = FALSE;
      for (guint i = 0; i < flights->len && !found; i++)
        {
          const SvWireFlight *flight = g_ptr_array_index (flights, i);

          found = covers (flight, copy, seq);
          if (found)
            seq = flight->packet.seq + sequence_length (&flight->packet);
        }
    }
  return found;
}

/**
 * sv_wire_flight_count_copy:
 * @flights: (element-type SvWireFlight): what is on the wire
 * @copy: has just left a machine
 *
 * Returns: whether @copy only repeats what has not been lost; each flight that
 *   it repeats, even in part, knows of it then, and @copy of the first
 */
gboolean
sv_wire_flight_count_copy (GPtrArray *flights, SvWireFlight *copy)
{
  guint32 length = sequence_length (&copy->packet);

  if (!is_copy (flights, copy))
    return FALSE;
  for (guint i = 0; i < flights->len; i++)
    {
      SvWireFlight *flight = g_ptr_array_index (flights, i);

      if (covers (flight, copy, copy->packet.seq)
          || (flight->packet.seq - copy->packet.seq < length && covers (flight, copy, flight->packet.seq)))
        {
          flight->n_copies++;
          copy->copy_of = copy->copy_of != 0 ? copy->copy_of : flight->id;
        }
    }
  return TRUE;
}
