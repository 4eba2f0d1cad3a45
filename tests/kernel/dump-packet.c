/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For test-packet-witness.py: packets as lines of hex digits in, what SvPacket
 * says of them out: a line "name TAB value" each, an empty line after each packet. */
#include "sv-packet.h"

#include <stdio.h>
#include <string.h>

static gsize
read_hex (const char *line, guint8 *bytes, gsize max)
{
  gsize n = 0;

  for (; n < max && g_ascii_isxdigit (line[0]) && g_ascii_isxdigit (line[1]); line += 2)
    bytes[n++] = (guint8) (g_ascii_xdigit_value (line[0]) << 4 | g_ascii_xdigit_value (line[1]));
  return n;
}

static void
dump (const guint8 *bytes, gsize length)
{
  g_autoptr (GPtrArray) fields = sv_packet_list_fields (bytes, length);
  g_autoptr (GError) error = NULL;
  SvPacket packet;

  if (!sv_packet_decode (bytes, length, &packet, &error))
    {
      printf ("error\t%s\n\n", error->message);
      return;
    }
  g_autofree char *source = sv_endpoint_address_to_string (&packet.source);
  g_autofree char *destination = sv_endpoint_address_to_string (&packet.destination);
  printf ("version\t%u\nprotocol\t%u\nttl\t%u\nflags\t%u\n", packet.version, packet.protocol, packet.ttl, packet.flags);
  printf ("source\t%s\ndestination\t%s\n", source, destination);
  printf ("sport\t%u\ndport\t%u\n", packet.source.port, packet.destination.port);
  printf ("seq\t%u\nack\t%u\nwindow\t%u\nmss\t%u\nscale\t%d\n", packet.seq, packet.ack, packet.window, packet.mss,
          packet.window_scale);
  printf ("sack\t%d\ntimestamps\t%d\ntsval\t%u\ntsecr\t%u\n", packet.sack_permitted, packet.has_timestamps,
          packet.ts_value, packet.ts_echo);
  printf ("header\t%u\npayload\t%u\nchecksum\t%u\n", packet.header_length, packet.payload_length,
          sv_packet_check_transport (bytes, length));
  for (guint i = 0; i < fields->len; i++)
    {
      SvPacketField *field = fields->pdata[i];

      printf ("%s:%s\t%s\n", field->layer, field->name, field->value);
    }
  printf ("\n");
}

int
main (void)
{
  char line[4096];
  guint8 bytes[2048];

  while (fgets (line, sizeof line, stdin) != NULL)
    dump (bytes, read_hex (line, bytes, sizeof bytes));
  return 0;
}
