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
  static const char *const NAMES[SV_N_MACHINES] = { "this computer", "eth0", "eth0" };
  static const char *const DESCRIPTIONS[SV_N_MACHINES]
    = { "first segments that the kernel of this computer has kept", "the client machine", "the server machine" };
  guint8 resolution = NANOSECONDS;

  put16 (body, LINKTYPE_RAW);
  put16 (body, 0);
  put32 (body, 0);
  put_option (body, INTERFACE_NAME, NAMES[machine], strlen (NAMES[machine]));
  put_option (body, INTERFACE_DESCRIPTION, DESCRIPTIONS[machine], strlen (DESCRIPTIONS[machine]));
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

/* Wireshark shows these names beside the addresses. On this computer both ends may have the same one. */
static void
put_names (GByteArray *out, SvRecording *recording)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  if (sv_recording_get_n_connections (recording) > 0
      && sv_pcapng_count (recording, SV_PCAPNG_MACHINE (SV_MACHINE_THIS)) == 0)
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

/* @dropped: (element-type GBytes SvDropReason): the packets that did not arrive */
static const char *
get_comment (const SvSegment *packet, GHashTable *dropped)
{
  static const char *const REASONS[SV_N_DROP_REASONS] = {
    [SV_DROP_UNKNOWN] = "dropped on the wire",
    [SV_DROP_BY_HAND] = "dropped on the wire by hand",
    [SV_DROP_BY_CHANCE] = "lost on the wire by chance",
    [SV_DROP_NO_WAY] = "reached nobody: no machine has that address",
  };
  gpointer reason;

  if (packet->event == SV_PACKET_SWALLOWED)
    return "not carried: a copy of a segment that was still on the wire, or whose acknowledgement was";
  if (packet->event == SV_PACKET_SENT && g_hash_table_lookup_extended (dropped, packet->bytes, NULL, &reason))
    return REASONS[GPOINTER_TO_UINT (reason)];
  return NULL;
}

static void
put_packet (GByteArray *out, guint interface, const SvFact *fact, gint64 to_wall_clock, const char *comment)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  guint64 time = (guint64) (fact->time + to_wall_clock);
  gsize length;
  gconstpointer bytes = g_bytes_get_data (fact->packet.bytes, &length);

  put32 (body, interface);
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

/* What a capture on one of the machines would have seen: what it sent, and what reached it. */
static gboolean
was_seen_on (const SvFact *fact, guint machines)
{
  return fact->kind == SV_FACT_PACKET && (machines & SV_PCAPNG_MACHINE (fact->machine)) != 0
         && !fact->packet.reconstructed && fact->packet.bytes != NULL && fact->packet.event != SV_PACKET_DROPPED;
}

/* (element-type GBytes SvDropReason): a packet shares its bytes with the fact of its sending. */
static GHashTable *
list_dropped (SvRecording *recording)
{
  GHashTable *dropped = g_hash_table_new (NULL, NULL);

  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      if (fact->kind == SV_FACT_PACKET && fact->packet.event == SV_PACKET_DROPPED && fact->packet.bytes != NULL)
        g_hash_table_insert (dropped, fact->packet.bytes, GUINT_TO_POINTER (fact->packet.reason));
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

/* Of each machine that has packets in the recording its number as an interface of the file. */
static void
put_interfaces (GByteArray *out, SvRecording *recording, guint machines, guint *interfaces)
{
  guint n = 0;

  for (SvMachineId id = SV_MACHINE_THIS; id < SV_N_MACHINES; id++)
    {
      if (sv_pcapng_count (recording, machines & SV_PCAPNG_MACHINE (id)) == 0)
        continue;
      put_interface (out, id);
      interfaces[id] = n++;
    }
}

static GByteArray *
encode (SvRecording *recording, guint machines, guint *n_packets)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GHashTable) dropped = list_dropped (recording);
  gint64 to_wall_clock = offset_to_wall_clock ();
  guint interfaces[SV_N_MACHINES] = { 0 };

  *n_packets = 0;
  put_section (out);
  put_interfaces (out, recording, machines, interfaces);
  put_names (out, recording);
  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      if (!was_seen_on (fact, machines))
        continue;
      put_packet (out, interfaces[fact->machine], fact, to_wall_clock, get_comment (&fact->packet, dropped));
      (*n_packets)++;
    }
  return out;
}

/**
 * sv_pcapng_count:
 * @machines: a set of %SV_PCAPNG_MACHINE
 *
 * Returns: how many observed packets the recording has of those machines
 */
guint
sv_pcapng_count (SvRecording *recording, guint machines)
{
  guint n = 0;

  g_return_val_if_fail (SV_IS_RECORDING (recording), 0);

  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording) && machines != 0; i++)
    n += was_seen_on (sv_recording_get (recording, i), machines);
  return n;
}

/**
 * sv_pcapng_encode:
 * @machines: a set of %SV_PCAPNG_MACHINE: at whose network cards the packets are
 *   taken. A packet that went from one to the other is in it twice.
 * @n_packets: (out): how many packets the file has
 *
 * Returns: (transfer full): the observed packets of the recording as a pcapng
 *   file, as a capture on those machines would have them. Reconstructed packets
 *   are not in it.
 */
GBytes *
sv_pcapng_encode (SvRecording *recording, guint machines, guint *n_packets)
{
  g_return_val_if_fail (SV_IS_RECORDING (recording) && n_packets != NULL, NULL);

  return g_byte_array_free_to_bytes (encode (recording, machines, n_packets));
}

/**
 * sv_pcapng_save:
 * @n_packets: (out): how many packets the file has
 *
 * As sv_pcapng_encode(), into @file. A file that can't be written whole (a full
 * disk) leaves what was there before.
 */
gboolean
sv_pcapng_save (SvRecording *recording, guint machines, GFile *file, guint *n_packets, GError **error)
{
  g_autoptr (GByteArray) out = NULL;

  g_return_val_if_fail (SV_IS_RECORDING (recording), FALSE);

  out = encode (recording, machines, n_packets);
  return g_file_replace_contents (file, (const char *) out->data, out->len, NULL, FALSE,
                                  G_FILE_CREATE_REPLACE_DESTINATION, NULL, NULL, error);
}
