/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-packet-facts.h"

#include "sv-packet.h"

#include <netinet/in.h>

static void
line_free (gpointer data)
{
  SvPacketLine *line = data;

  g_free (line->layer);
  g_free (line->name);
  g_free (line->value);
  g_free (line);
}

/* Takes @value. */
static void
add (GPtrArray *lines, const char *layer, const char *name, char *value, guint bit_offset, guint bit_length)
{
  SvPacketLine *line = g_new (SvPacketLine, 1);

  *line = (SvPacketLine) { g_strdup (layer), g_strdup (name), value, bit_offset, bit_length };
  g_ptr_array_add (lines, line);
}

static void
add_observed (GPtrArray *lines, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GPtrArray) fields = sv_packet_list_fields (data, length);

  for (guint i = 0; i < fields->len; i++)
    {
      const SvPacketField *field = g_ptr_array_index (fields, i);

      add (lines, field->layer, field->name, g_strdup (field->value), field->bit_offset, field->bit_length);
    }
}

/* Under the names that the fields have in RFC 791, 8200 and 9293. */
static void
add_implied (GPtrArray *lines, const SvSegment *packet)
{
  const char *network = packet->source.family == AF_INET6 ? "IPv6" : "IPv4";
  const char *transport = packet->protocol == IPPROTO_UDP ? "UDP" : "TCP";

  add (lines, network, "Source Address", sv_endpoint_address_to_string (&packet->source), 0, 0);
  add (lines, network, "Destination Address", sv_endpoint_address_to_string (&packet->destination), 0, 0);
  add (lines, transport, "Source Port", g_strdup_printf ("%u", packet->source.port), 0, 0);
  add (lines, transport, "Destination Port", g_strdup_printf ("%u", packet->destination.port), 0, 0);
  if (packet->protocol != IPPROTO_TCP)
    return;
  if (packet->numbers_known)
    {
      add (lines, transport, "Sequence Number", g_strdup_printf ("%u", packet->seq), 0, 0);
      if (packet->flags & SV_TCP_ACK)
        add (lines, transport, "Acknowledgment Number", g_strdup_printf ("%u", packet->ack), 0, 0);
    }
  add (lines, transport, "Control Bits", sv_tcp_flags_to_string (packet->flags), 0, 0);
  add (lines, transport, "Data", g_strdup_printf ("%u", packet->length), 0, 0);
}

/**
 * sv_packet_lines_new:
 * @packet: a fact of kind %SV_FACT_PACKET
 *
 * Returns: (transfer full) (element-type SvPacketLine): its header's fields
 *   where its bytes are known, else what calls and states imply
 */
GPtrArray *
sv_packet_lines_new (const SvFact *packet)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (line_free);

  g_return_val_if_fail (packet->kind == SV_FACT_PACKET, lines);

  if (packet->packet.bytes != NULL)
    add_observed (lines, packet->packet.bytes);
  else
    add_implied (lines, &packet->packet);
  return lines;
}

/* The one whose bytes the kernel has kept (TCP_SAVED_SYN, tcp(7)), else the one that was worked out. */
static const SvFact *
find_syn (SvRecording *recording, guint connection)
{
  GArray *serials = sv_recording_get_connection_facts (recording, connection);
  const SvFact *found = NULL;

  for (guint i = 0; i < serials->len; i++)
    {
      const SvFact *fact = sv_recording_get (recording, g_array_index (serials, guint64, i));

      if (fact == NULL || fact->kind != SV_FACT_PACKET
          || (fact->packet.flags & (SV_TCP_SYN | SV_TCP_ACK)) != SV_TCP_SYN)
        continue;
      if (fact->packet.bytes != NULL)
        return fact;
      if (found == NULL)
        found = fact;
    }
  return found;
}

/* Between two machines every packet is seen. Now: the first that is still on the
 * wire, as that is the one that waits for a person; else the last that has left
 * by the moment that is shown. */
static const SvFact *
find_flying (SvSession *session)
{
  SvRecording *recording = sv_session_get_recording (session);
  SvTimeline *timeline = sv_player_get_timeline (sv_session_get_player (session));
  guint64 shown = sv_moment_get_serial (sv_session_get_moment (session));
  const SvFact *last = NULL;

  if (timeline == NULL || sv_session_get_network (session) == NULL
      || sv_timeline_get_connection (timeline) != sv_session_get_chosen_connection (session))
    return NULL;
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);
      const SvFact *fact = beat->serial < shown ? sv_recording_get (recording, beat->serial) : NULL;

      if (fact == NULL || fact->kind != SV_FACT_PACKET)
        continue;
      if (beat->open && sv_session_is_live (session))
        return fact;
      last = fact;
    }
  return last;
}

/**
 * sv_packet_find_shown:
 *
 * Returns: (transfer none) (nullable): the chosen packet, else of the chosen
 *   connection the one on the wire, else its SYN
 */
const SvFact *
sv_packet_find_shown (SvSession *session)
{
  SvRecording *recording = sv_session_get_recording (session);
  const SvFact *chosen = sv_recording_get (recording, sv_session_get_chosen_fact (session));
  guint connection = sv_session_get_chosen_connection (session);
  const SvFact *flying;

  if (chosen != NULL && chosen->kind == SV_FACT_PACKET)
    return chosen;
  flying = find_flying (session);
  if (flying != NULL)
    return flying;
  return connection != 0 ? find_syn (recording, connection) : NULL;
}
