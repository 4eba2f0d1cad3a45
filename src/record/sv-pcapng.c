/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-pcapng.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Blocks and options of draft-ietf-opsawg-pcapng, in this machine's byte order. */
enum
{
  BLOCK_SECTION = 0x0A0D0D0A,
  BLOCK_INTERFACE = 1,
  BLOCK_NAMES = 4,
  BLOCK_PACKET = 6,
};

enum
{
  OPTION_END = 0,
  OPTION_COMMENT = 1,
  SECTION_APPLICATION = 4,
  INTERFACE_NAME = 2,
  INTERFACE_DESCRIPTION = 3,
  INTERFACE_TIME_RESOLUTION = 9,
  NAME_IPV4 = 1,
  NAME_IPV6 = 2,
};

#define BYTE_ORDER_MAGIC 0x1A2B3C4Du
#define LINKTYPE_RAW 101 /* packets begin with their IP header */
#define NANOSECONDS 9    /* if_tsresol: 10^-9 s */

static void
put16 (GByteArray *out, guint value)
{
  guint16 number = (guint16) value;

  g_byte_array_append (out, (const guint8 *) &number, sizeof number);
}

static void
put32 (GByteArray *out, guint32 value)
{
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
put_padded (GByteArray *out, gconstpointer data, gsize length)
{
  static const guint8 ZEROS[4] = { 0 };

  g_byte_array_append (out, data, (guint) length);
  g_byte_array_append (out, ZEROS, (guint) (-length & 3));
}

static void
put_option (GByteArray *out, guint code, gconstpointer data, gsize length)
{
  put16 (out, code);
  put16 (out, (guint) length);
  put_padded (out, data, length);
}

static void
put_block (GByteArray *out, guint32 type, GByteArray *body)
{
  guint32 length = 12 + body->len;

  put32 (out, type);
  put32 (out, length);
  g_byte_array_append (out, body->data, body->len);
  put32 (out, length);
}

static void
put_section (GByteArray *out)
{
  static const char APPLICATION[] = "SockView " SV_VERSION;
  g_autoptr (GByteArray) body = g_byte_array_new ();

  put32 (body, BYTE_ORDER_MAGIC);
  put16 (body, 1);
  put16 (body, 0);
  put32 (body, G_MAXUINT32); /* the section's length is not said */
  put32 (body, G_MAXUINT32);
  put_option (body, SECTION_APPLICATION, APPLICATION, strlen (APPLICATION));
  put_option (body, OPTION_END, "", 0);
  put_block (out, BLOCK_SECTION, body);
}

static void
put_interface (GByteArray *out, SvMachineId machine)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autofree char *description = g_strdup_printf ("eth0 of the %s machine", sv_machine_id_to_string (machine));
  guint8 resolution = NANOSECONDS;

  put16 (body, LINKTYPE_RAW);
  put16 (body, 0);
  put32 (body, 0);
  put_option (body, INTERFACE_NAME, "eth0", 4);
  put_option (body, INTERFACE_DESCRIPTION, description, strlen (description));
  put_option (body, INTERFACE_TIME_RESOLUTION, &resolution, 1);
  put_option (body, OPTION_END, "", 0);
  put_block (out, BLOCK_INTERFACE, body);
}

static void
put_name (GByteArray *body, const SvEndpoint *endpoint, const char *name)
{
  gsize address = endpoint->family == AF_INET6 ? 16 : 4;
  g_autoptr (GByteArray) value = g_byte_array_new ();

  g_byte_array_append (value, endpoint->address, (guint) address);
  g_byte_array_append (value, (const guint8 *) name, (guint) strlen (name) + 1);
  put_option (body, endpoint->family == AF_INET6 ? NAME_IPV6 : NAME_IPV4, value->data, value->len);
}

/* Wireshark shows these names beside the addresses. */
static void
put_names (GByteArray *out, SvRecording *recording)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  if (sv_recording_get_n_connections (recording) > 0)
    {
      const SvConnection *first = sv_recording_get_connection (recording, 1);

      if (first->client.family != 0)
        put_name (body, &first->client, "client-machine");
      if (first->server.family != 0)
        put_name (body, &first->server, first->seen_server.family != 0 ? "server-router" : "server-machine");
      if (first->seen_client.family != 0)
        put_name (body, &first->seen_client, "client-router");
      if (first->seen_server.family != 0)
        put_name (body, &first->seen_server, "server-machine");
    }
  put16 (body, 0);
  put16 (body, 0);
  put_block (out, BLOCK_NAMES, body);
}

/* @dropped: the bytes of the packets that did not arrive */
static const char *
get_comment (const SvSegment *packet, GHashTable *dropped)
{
  if (packet->event == SV_PACKET_SWALLOWED)
    return "not carried: a copy of a segment that was still on the wire, or whose acknowledgement was";
  if (packet->event == SV_PACKET_SENT && g_hash_table_contains (dropped, packet->bytes))
    return "dropped on the wire";
  return NULL;
}

static void
put_packet (GByteArray *out, const SvFact *fact, gint64 to_wall_clock, const char *comment)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  guint64 time = (guint64) (fact->time + to_wall_clock);
  gsize length;
  gconstpointer bytes = g_bytes_get_data (fact->packet.bytes, &length);

  put32 (body, 0);
  put32 (body, (guint32) (time >> 32));
  put32 (body, (guint32) time);
  put32 (body, (guint32) length);
  put32 (body, (guint32) length);
  put_padded (body, bytes, length);
  if (comment != NULL)
    {
      put_option (body, OPTION_COMMENT, comment, strlen (comment));
      put_option (body, OPTION_END, "", 0);
    }
  put_block (out, BLOCK_PACKET, body);
}

/* What a capture on that machine would have seen: what it sent, and what reached it. */
static gboolean
was_seen_on (const SvFact *fact, SvMachineId machine)
{
  return fact->kind == SV_FACT_PACKET && fact->machine == machine && !fact->packet.reconstructed
         && fact->packet.bytes != NULL && fact->packet.event != SV_PACKET_DROPPED;
}

/* (element-type GBytes): a packet shares its bytes with the fact of its sending. */
static GHashTable *
list_dropped (SvRecording *recording)
{
  GHashTable *dropped = g_hash_table_new (NULL, NULL);

  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      if (fact->kind == SV_FACT_PACKET && fact->packet.event == SV_PACKET_DROPPED && fact->packet.bytes != NULL)
        g_hash_table_add (dropped, fact->packet.bytes);
    }
  return dropped;
}

static gint64
offset_to_wall_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec - sv_clock_now ();
}

static GByteArray *
encode (SvRecording *recording, SvMachineId machine, guint *n_packets)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GHashTable) dropped = list_dropped (recording);
  gint64 to_wall_clock = offset_to_wall_clock ();

  *n_packets = 0;
  put_section (out);
  put_interface (out, machine);
  put_names (out, recording);
  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      if (!was_seen_on (fact, machine))
        continue;
      put_packet (out, fact, to_wall_clock, get_comment (&fact->packet, dropped));
      (*n_packets)++;
    }
  return out;
}

/**
 * sv_pcapng_encode:
 * @machine: at whose network card the packets are taken
 *
 * Returns: (transfer full): the observed packets of the recording as a pcapng
 *   file, as a capture on that machine would have them. Reconstructed packets
 *   are not in it.
 */
GBytes *
sv_pcapng_encode (SvRecording *recording, SvMachineId machine)
{
  guint n_packets;

  g_return_val_if_fail (SV_IS_RECORDING (recording), NULL);

  return g_byte_array_free_to_bytes (encode (recording, machine, &n_packets));
}

/**
 * sv_pcapng_save:
 * @n_packets: (out): how many packets the file has
 *
 * As sv_pcapng_encode(), into @file. A file that can't be written whole (a full
 * disk) leaves what was there before.
 */
gboolean
sv_pcapng_save (SvRecording *recording, SvMachineId machine, GFile *file, guint *n_packets, GError **error)
{
  g_autoptr (GByteArray) out = NULL;

  g_return_val_if_fail (SV_IS_RECORDING (recording), FALSE);

  out = encode (recording, machine, n_packets);
  return g_file_replace_contents (file, (const char *) out->data, out->len, NULL, FALSE,
                                  G_FILE_CREATE_REPLACE_DESTINATION, NULL, NULL, error);
}
