/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* IPv4 packets for tests, with checksums computed the long way: over all bytes
 * at once (RFC 1071), not updated. */

#include <glib.h>
#include <netinet/in.h>
#include <string.h>

static inline guint32
sum_words (guint32 sum, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    sum += i % 2 == 0 ? (guint32) bytes[i] << 8 : bytes[i];
  return sum;
}

static inline guint16
fold (guint32 sum)
{
  while (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16);
  return (guint16) sum;
}

/* ffff means that the checksum in the bytes is right. */
static inline guint16
check_ip (const guint8 *bytes)
{
  return fold (sum_words (0, bytes, (gsize) (bytes[0] & 15) * 4));
}

static inline guint16
check_transport (const guint8 *bytes, gsize length)
{
  gsize header = (gsize) (bytes[0] & 15) * 4;
  guint32 sum = sum_words (0, bytes + 12, 8) + bytes[9] + (guint32) (length - header);

  return fold (sum_words (sum, bytes + header, length - header));
}

static inline void
put16 (guint8 *at, guint value)
{
  at[0] = (guint8) (value >> 8);
  at[1] = (guint8) value;
}

static inline void
put32 (guint8 *at, guint32 value)
{
  put16 (at, value >> 16);
  put16 (at + 2, value & 0xffff);
}

static inline void
put_ip (guint8 *bytes, guint length, guint8 protocol, const char *source, const char *destination)
{
  guint8 *octets[] = { bytes + 12, bytes + 16 };
  const char *texts[] = { source, destination };

  bytes[0] = 0x45;
  put16 (bytes + 2, length);
  bytes[8] = 64;
  bytes[9] = protocol;
  for (int i = 0; i < 2; i++)
    {
      g_auto (GStrv) parts = g_strsplit (texts[i], ".", 4);

      for (int j = 0; j < 4; j++)
        octets[i][j] = (guint8) g_ascii_strtoull (parts[j], NULL, 10);
    }
  put16 (bytes + 10, (guint16) ~check_ip (bytes));
}

/* (transfer full) */
static inline GBytes *
make_tcp (const char *source, const char *destination, guint source_port, guint destination_port, guint8 flags,
          guint32 seq, guint32 ack, const char *payload)
{
  guint length = 40 + (guint) strlen (payload);
  guint8 *bytes = g_malloc0 (length);

  put_ip (bytes, length, IPPROTO_TCP, source, destination);
  put16 (bytes + 20, source_port);
  put16 (bytes + 22, destination_port);
  put32 (bytes + 24, seq);
  put32 (bytes + 28, ack);
  bytes[32] = 5 << 4;
  bytes[33] = flags;
  put16 (bytes + 34, 64240);
  memcpy (bytes + 40, payload, strlen (payload));
  put16 (bytes + 36, (guint16) ~check_transport (bytes, length));
  return g_bytes_new_take (bytes, length);
}

/* (transfer full) */
static inline GBytes *
make_udp (const char *source, const char *destination, guint source_port, guint destination_port, const char *payload,
          gboolean with_checksum)
{
  guint length = 28 + (guint) strlen (payload);
  guint8 *bytes = g_malloc0 (length);
  guint16 checksum;

  put_ip (bytes, length, IPPROTO_UDP, source, destination);
  put16 (bytes + 20, source_port);
  put16 (bytes + 22, destination_port);
  put16 (bytes + 24, length - 20);
  memcpy (bytes + 28, payload, strlen (payload));
  checksum = (guint16) ~check_transport (bytes, length);
  put16 (bytes + 26, with_checksum ? (checksum != 0 ? checksum : 0xffff) : 0);
  return g_bytes_new_take (bytes, length);
}
