/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explanation.h"

#include "sv-packet.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

typedef struct
{
  const char *layer;
  const char *name;
  const char *text;
} Field;

/* RFC 791, 2474, 3168, 8200, 9293, 7323, 2018, 768. */
static const Field FIELDS[] = {
  { "IPv4", "Version", NC_ ("header field", "Version 4 of the Internet Protocol.") },
  { "IPv4", "IHL", NC_ ("header field", "The length of the IPv4 header, in units of four bytes: 5 when it has no "
                                        "options.") },
  { "IPv4", "DSCP", NC_ ("header field", "How urgent the packet is for routers (Differentiated Services); 0 is the "
                                         "usual way.") },
  { "IPv4", "ECN", NC_ ("header field", "Lets routers mark a traffic jam instead of dropping packets (Explicit "
                                        "Congestion Notification).") },
  { "IPv4", "Total Length", NC_ ("header field", "The length of the whole packet in bytes, all headers and "
                                                 "the data.") },
  { "IPv4", "Identification", NC_ ("header field", "Tells which fragments belong together, if the packet is cut into "
                                                   "pieces on its way.") },
  { "IPv4", "Flags", NC_ ("header field", "DF forbids to cut the packet into fragments; MF says that more fragments "
                                          "follow.") },
  { "IPv4", "Fragment Offset", NC_ ("header field", "Where this fragment belongs in the whole, in units of eight "
                                                    "bytes; 0 for the first, or if nothing was cut.") },
  { "IPv4", "Time to Live", NC_ ("header field", "How many routers may still pass the packet on; the one that counts "
                                                 "it down to 0 throws it away.") },
  { "IPv4", "Protocol", NC_ ("header field", "What comes after this header: 6 is TCP, 17 is UDP.") },
  { "IPv4", "Header Checksum", NC_ ("header field", "Shows whether the IPv4 header was damaged on the way; the data "
                                                    "is not in it.") },
  { "IPv4", "Source Address", NC_ ("header field", "The address of the computer that sent the packet.") },
  { "IPv4", "Destination Address", NC_ ("header field", "The address of the computer that the packet goes to.") },
  { "IPv4", "End of Option List", NC_ ("header field", "The options end here.") },
  { "IPv4", "No-Operation", NC_ ("header field", "Means nothing: it fills a gap so that the next option begins at a "
                                                 "good place.") },
  { "IPv4", "Record Route", NC_ ("header field", "Each router on the way writes its address here.") },
  { "IPv4", "Internet Timestamp", NC_ ("header field", "Each router on the way writes its time here.") },
  { "IPv4", "Security", NC_ ("header field", "How secret the packet is; only special networks use it.") },
  { "IPv4", "Loose Source Route", NC_ ("header field", "Routers that the packet must pass, with others "
                                                       "between them.") },
  { "IPv4", "Strict Source Route", NC_ ("header field", "The routers that the packet must pass, and no others.") },
  { "IPv4", "Router Alert", NC_ ("header field", "Asks every router on the way to look into the packet.") },

  { "IPv6", "Version", NC_ ("header field", "Version 6 of the Internet Protocol.") },
  { "IPv6", "Traffic Class", NC_ ("header field", "How urgent the packet is for routers, and whether it met a "
                                                  "traffic jam (DSCP and ECN).") },
  { "IPv6", "Flow Label", NC_ ("header field", "A number that packets of one connection share, so that routers can "
                                               "send them the same way.") },
  { "IPv6", "Payload Length", NC_ ("header field", "How many bytes follow the first 40, further headers included.") },
  { "IPv6", "Next Header", NC_ ("header field", "What comes after this header: 6 is TCP, 17 is UDP, others are "
                                                "extension headers.") },
  { "IPv6", "Hop Limit", NC_ ("header field", "How many routers may still pass the packet on; the one that counts it "
                                              "down to 0 throws it away.") },
  { "IPv6", "Source Address", NC_ ("header field", "The address of the computer that sent the packet.") },
  { "IPv6", "Destination Address", NC_ ("header field", "The address of the computer that the packet goes to.") },
  { "IPv6", "Hop-by-Hop Options Header", NC_ ("header field", "Options for every router on the way.") },
  { "IPv6", "Routing Header", NC_ ("header field", "Places that the packet visits on its way.") },
  { "IPv6", "Destination Options Header", NC_ ("header field", "Options for the computer that the packet goes to.") },
  { "IPv6", "Fragment Header", NC_ ("header field", "The packet was cut into pieces by its sender: which piece this "
                                                    "is, and of what.") },

  { "TCP", "Source Port", NC_ ("header field", "The port of the sender’s end of the connection.") },
  { "TCP", "Destination Port", NC_ ("header field", "The port of the receiver’s end of the connection.") },
  { "TCP", "Sequence Number", NC_ ("header field", "The number of the first byte of data in this segment; with SYN, "
                                                   "the number from which this side begins to count.") },
  { "TCP", "Acknowledgment Number", NC_ ("header field", "With ACK: the number of the next byte that this side "
                                                         "expects; all before it has arrived.") },
  { "TCP", "Data Offset", NC_ ("header field", "The length of the TCP header, in units of four bytes: 5 when it has "
                                               "no options.") },
  { "TCP", "Reserved", NC_ ("header field", "Bits kept for later; usually 0.") },
  { "TCP", "Control Bits", NC_ ("header field", "The flags: SYN opens, FIN ends, RST breaks off, ACK acknowledges, "
                                                "PSH asks to pass the data on at once.") },
  { "TCP", "Window", NC_ ("header field", "How many bytes more this side has room for; after the handshake, times "
                                          "the window scale that it announced.") },
  { "TCP", "Checksum", NC_ ("header field", "Shows whether header or data were damaged on the way; on loopback Linux "
                                            "does not work it out to the end, because nothing can be damaged there.") },
  { "TCP", "Urgent Pointer", NC_ ("header field", "With URG: where urgent data ends; hardly used today.") },
  { "TCP", "End of Option List", NC_ ("header field", "The options end here.") },
  { "TCP", "No-Operation", NC_ ("header field", "Means nothing: it fills a gap so that the next option begins at a "
                                                "good place.") },
  { "TCP", "Maximum Segment Size", NC_ ("header field", "In a SYN: the most bytes of data that this side wants in "
                                                        "one segment (MSS).") },
  { "TCP", "Window Scale", NC_ ("header field", "In a SYN: by which power of two this side’s later windows are to be "
                                                "multiplied.") },
  { "TCP", "SACK Permitted", NC_ ("header field", "In a SYN: this side understands selective "
                                                  "acknowledgments (SACK).") },
  { "TCP", "SACK", NC_ ("header field", "Pieces that have arrived although something before them is missing "
                                        "(selective acknowledgment).") },
  { "TCP", "Timestamps", NC_ ("header field", "The sender’s clock (TSval) and the last time it got from the other "
                                              "side (TSecr): so the round trip is measured, and old segments are "
                                              "recognized.") },
  { "TCP", "MD5 Signature", NC_ ("header field", "Proves with a shared password that the segment is from the right "
                                                 "sender; routers use it.") },
  { "TCP", "TCP Authentication", NC_ ("header field", "Proves with a shared key that the segment is from the right "
                                                      "sender (TCP-AO).") },
  { "TCP", "Multipath TCP", NC_ ("header field", "One connection over several ways at once (MPTCP).") },
  { "TCP", "Fast Open Cookie", NC_ ("header field", "Lets a known client send data with its SYN (TCP Fast Open).") },

  { "UDP", "Source Port", NC_ ("header field", "The port of the sender; the receiver answers to it.") },
  { "UDP", "Destination Port", NC_ ("header field", "The port that the datagram goes to.") },
  { "UDP", "Length", NC_ ("header field", "The length of the UDP header and the data in bytes, at least 8.") },
  { "UDP", "Checksum", NC_ ("header field", "Shows whether header or data were damaged on the way; over IPv4 it may "
                                            "be 0, not computed.") },

  { NULL, "Padding", NC_ ("header field", "Fills the header up to a multiple of four bytes.") },
  { NULL, "Unknown Option", NC_ ("header field", "An option that SockView does not know; who does not know it steps "
                                                 "over it.") },
  { NULL, "Malformed Option", NC_ ("header field", "The length of this option does not fit into the header, so it "
                                                   "and all that follows is ignored.") },
};

/**
 * sv_explain_packet_field:
 * @layer: "IPv4", "IPv6", "TCP" or "UDP"
 * @name: as sv_packet_list_fields() calls it
 *
 * Returns: (transfer full): one sentence: what the field is for
 */
char *
sv_explain_packet_field (const char *layer, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (FIELDS); i++)
    if (g_strcmp0 (FIELDS[i].name, name) == 0
        && (FIELDS[i].layer == NULL || g_strcmp0 (FIELDS[i].layer, layer) == 0))
      return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "header field", FIELDS[i].text));
  return g_strdup (C_ ("header field", "A field that SockView has no words for."));
}

static void
add_flags (SvExplanation *self, const SvSegment *packet)
{
  guint8 flags = packet->flags;

  if (flags & SV_TCP_RST)
    sv_explanation_add (self, C_ ("packet", "RST breaks the connection off, or refuses it."));
  else if ((flags & SV_TCP_SYN) && (flags & SV_TCP_ACK))
    sv_explanation_add (self, C_ ("packet", "SYN and ACK, the second step of the handshake: the server’s kernel "
                                            "agrees and begins to count its own bytes."));
  else if (flags & SV_TCP_SYN)
    sv_explanation_add (self, C_ ("packet", "SYN, the first step of the handshake: the client asks for a connection "
                                            "and says from which number it counts its bytes."));
  else if (flags & SV_TCP_FIN)
    sv_explanation_add (self, C_ ("packet", "FIN: this side has sent all it wanted to. The other side may "
                                            "still send."));
  else if (packet->length > 0)
    sv_explanation_add (self, C_ ("packet", "A segment with data."));
  else if (flags & SV_TCP_ACK)
    sv_explanation_add (self, C_ ("packet", "ACK without data: it only says how far everything has arrived."));
}

static void
add_numbers (SvExplanation *self, const SvSegment *packet)
{
  if (packet->length > 0)
    sv_explanation_add (self, ngettext ("It carries %u byte of data.", "It carries %u bytes of data.", packet->length),
                        packet->length);
  if (packet->protocol != IPPROTO_TCP)
    return;
  if (!packet->numbers_known)
    sv_explanation_add (self, C_ ("packet", "Its sequence numbers are not known, because nobody saw the "
                                            "packet itself."));
  else if (packet->flags & SV_TCP_ACK)
    sv_explanation_add (self, C_ ("packet", "Its sequence number is %u; the number acknowledged is %u: the next byte "
                                            "that is expected."), packet->seq, packet->ack);
  else
    sv_explanation_add (self, C_ ("packet", "Its sequence number is %u."), packet->seq);
}

static void
add_event (SvExplanation *self, const SvSegment *packet)
{
  static const char *const EVENTS[] = {
    [SV_PACKET_SENT] = NC_ ("packet", "It has left its machine."),
    [SV_PACKET_DELIVERED] = NC_ ("packet", "It has arrived."),
    [SV_PACKET_DROPPED] = NC_ ("packet", "It does not arrive; if something is missing then, TCP sends it again."),
    [SV_PACKET_SWALLOWED] = NC_ ("packet", "It repeats a packet that is still on the wire, so the wire keeps it back."),
  };

  static const char *const REASONS[SV_N_DROP_REASONS] = {
    [SV_DROP_BY_HAND] = NC_ ("packet", "It was dropped on the wire because you said so."),
    [SV_DROP_BY_CHANCE] = NC_ ("packet", "The wire lost it by chance, as it was told to lose some of a hundred."),
    [SV_DROP_NO_WAY] = NC_ ("packet", "It reached nobody: no machine here has the address that it goes to, or that "
                                      "machine is gone."),
  };

  if (packet->event == SV_PACKET_DROPPED && REASONS[packet->reason] != NULL)
    sv_explanation_take (self, g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "packet", REASONS[packet->reason])));
  if (packet->event < G_N_ELEMENTS (EVENTS))
    sv_explanation_take (self, g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "packet", EVENTS[packet->event])));
}

static const char *
name_protocol (guint8 protocol)
{
  if (protocol == IPPROTO_UDP)
    return "UDP";
  return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ? "ICMP" : "IP";
}

/**
 * sv_explain_packet:
 * @packet: a fact of kind %SV_FACT_PACKET
 *
 * Returns: (transfer full): what the packet says, and how we know of it
 */
SvExplanation *
sv_explain_packet (const SvFact *packet)
{
  g_autofree char *source = NULL, *destination = NULL, *flags = NULL;
  const SvSegment *segment;
  SvExplanation *self;

  g_return_val_if_fail (packet != NULL && packet->kind == SV_FACT_PACKET, NULL);

  segment = &packet->packet;
  source = sv_endpoint_to_string (&segment->source);
  destination = sv_endpoint_to_string (&segment->destination);
  flags = segment->protocol == IPPROTO_TCP ? sv_tcp_flags_to_string (segment->flags)
                                           : g_strdup (name_protocol (segment->protocol));
  /* Translators: the flags of a packet, its source and destination */
  self = sv_explanation_new (g_strdup_printf (C_ ("packet", "%s: %s → %s"), flags, source, destination));
  if (segment->protocol == IPPROTO_UDP)
    sv_explanation_add (self, C_ ("packet", "A UDP datagram: it stands for itself, nobody promises that it arrives."));
  else if (segment->protocol == IPPROTO_ICMP || segment->protocol == IPPROTO_ICMPV6)
    sv_explanation_add (self, C_ ("packet", "A message of the network itself (ICMP): an error about another packet, or "
                                            "what ping sends. It belongs to no socket's connection."));
  else if (segment->protocol != IPPROTO_TCP)
    sv_explanation_add (self, C_ ("packet", "A packet that is neither TCP nor UDP."));
  else
    add_flags (self, segment);
  add_numbers (self, segment);
  add_event (self, segment);
  if (segment->reconstructed)
    sv_explanation_add (self, C_ ("packet", "This packet is reconstructed: SockView worked it out from calls and "
                                            "states, the kernel did not show it."));
  else if (segment->bytes != NULL && segment->flight != 0)
    sv_explanation_add (self, C_ ("packet", "All its bytes are real: they were read from the wire. Nothing here is "
                                            "reconstructed."));
  else if (segment->bytes != NULL)
    sv_explanation_add (self, C_ ("packet", "Its bytes are the real ones, as the kernel kept them."));
  return self;
}
