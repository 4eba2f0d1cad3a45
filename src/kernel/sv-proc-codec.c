/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-proc-codec.h"

#include <netinet/in.h>
#include <string.h>

/* A place in one line. Once something did not fit, @p is NULL and stays so. */
typedef struct
{
  const char *p;
  const char *end;
} Cursor;

static void
skip_blanks (Cursor *self)
{
  while (self->p != NULL && self->p < self->end && *self->p == ' ')
    self->p++;
}

static void
expect (Cursor *self, char c)
{
  if (self->p != NULL && self->p < self->end && *self->p == c)
    self->p++;
  else
    self->p = NULL;
}

/* A field of which nothing is wanted. */
static void
skip_field (Cursor *self)
{
  skip_blanks (self);
  if (self->p != NULL && self->p == self->end)
    self->p = NULL;
  while (self->p != NULL && self->p < self->end && *self->p != ' ')
    self->p++;
}

/* 1 to @max digits of @base; larger numbers do not fit. */
static guint64
read_number (Cursor *self, guint base, guint64 max)
{
  guint64 value = 0;
  const char *start = self->p;

  if (start == NULL)
    return 0;
  for (; self->p < self->end; self->p++)
    {
      int digit = g_ascii_xdigit_value (*self->p);

      if (digit < 0 || digit >= (int) base)
        break;
      value = value * base + (guint) digit;
      if (value > max)
        {
          self->p = NULL;
          return 0;
        }
    }
  if (self->p == start)
    self->p = NULL;
  return value;
}

static guint64
read_hex (Cursor *self, guint64 max)
{
  return read_number (self, 16, max);
}

static guint64
read_decimal (Cursor *self, guint64 max)
{
  skip_blanks (self);
  return read_number (self, 10, max);
}

/* Eight digits: the number that these four bytes of the address are to this
 * machine, so that copying it gives network order again. */
static void
read_word (Cursor *self, guint8 *bytes)
{
  guint32 word = 0;

  if (self->p == NULL || self->end - self->p < 8)
    {
      self->p = NULL;
      return;
    }
  for (guint i = 0; i < 8; i++)
    {
      int digit = g_ascii_xdigit_value (self->p[i]);

      if (digit < 0)
        {
          self->p = NULL;
          return;
        }
      word = word << 4 | (guint) digit;
    }
  memcpy (bytes, &word, sizeof word);
  self->p += 8;
}

/* "0100007F:270F", or 32 digits for IPv6 */
static void
read_endpoint (Cursor *self, SvEndpoint *endpoint)
{
  guint words = 1;

  skip_blanks (self);
  read_word (self, endpoint->address);
  while (words < 4 && self->p != NULL && self->p < self->end && *self->p != ':')
    read_word (self, endpoint->address + 4 * words++);
  if (words != 1 && words != 4)
    self->p = NULL;
  endpoint->family = words == 4 ? AF_INET6 : AF_INET;
  expect (self, ':');
  endpoint->port = (guint16) read_hex (self, G_MAXUINT16);
}

/* "0A 00000000:00000000 00:00000000 00000000": the state, both queues, the
 * timer and when it expires (in ticks of 10 ms, proc(5)), retransmissions. */
static void
read_numbers (Cursor *self, SvSocketRow *row)
{
  skip_blanks (self);
  row->state = (guint8) read_hex (self, SV_N_TCP_STATES - 1);
  skip_blanks (self);
  row->send_q = (guint32) read_hex (self, G_MAXUINT32);
  expect (self, ':');
  row->recv_q = (guint32) read_hex (self, G_MAXUINT32);
  skip_blanks (self);
  row->timer = (guint8) read_hex (self, G_MAXUINT8);
  expect (self, ':');
  guint64 ticks = read_hex (self, G_MAXUINT64 / 16);
  row->timer_ms = (guint32) MIN (ticks, G_MAXUINT32 / 10) * 10;
  skip_blanks (self);
  guint64 retransmits = read_hex (self, G_MAXUINT32);
  row->retransmits = (guint8) MIN (retransmits, G_MAXUINT8);
}

/* Makes of /proc's row the one that sock_diag(7) would have given. */
static void
settle (SvSocketRow *row)
{
  row->family = (guint8) row->local.family;
  if (row->state == SV_TCP_NEW_SYN_RECV)
    row->state = SV_TCP_SYN_RECV;
  if (row->state == SV_TCP_LISTEN && row->protocol == IPPROTO_TCP)
    row->send_q = 0;
  if (row->timer > SV_TIMER_ZERO_WINDOW)
    row->timer = SV_TIMER_OFF;
  if (row->timer == SV_TIMER_OFF)
    row->timer_ms = 0;
}

static gboolean
read_line (const char *line, const char *end, SvSocketRow *row)
{
  Cursor cursor = { line, end };

  read_decimal (&cursor, G_MAXUINT32);
  expect (&cursor, ':');
  read_endpoint (&cursor, &row->local);
  read_endpoint (&cursor, &row->foreign);
  read_numbers (&cursor, row);
  row->uid = (guint32) read_decimal (&cursor, G_MAXUINT32);
  skip_field (&cursor);
  row->inode = (guint32) read_decimal (&cursor, G_MAXUINT32);
  if (cursor.p == NULL || (cursor.p < end && *cursor.p != ' '))
    return FALSE;
  if (row->local.family != row->foreign.family || row->state == SV_TCP_NONE)
    return FALSE;
  settle (row);
  return TRUE;
}

static gboolean
is_headline (const char *line, const char *end)
{
  while (line < end && *line == ' ')
    line++;
  return end - line >= 2 && memcmp (line, "sl", 2) == 0;
}

/**
 * sv_proc_codec_read:
 * @text: from /proc/net/tcp, tcp6, udp or udp6, proc(5); not NUL-terminated
 * @protocol: which of them, IPPROTO_TCP or IPPROTO_UDP
 * @seen_at: for the rows, CLOCK_MONOTONIC in ns from before the file was read
 * @rows: (element-type SvSocketRow): rows are appended, without keys
 * @malformed: (inout): counts the lines that could not be understood
 *
 * Reads all complete lines. The headline is passed over.
 *
 * Returns: bytes read; the rest is the begin of a line
 */
gsize
sv_proc_codec_read (const char *text, gsize length, guint8 protocol, gint64 seen_at, GArray *rows, guint *malformed)
{
  const char *p = text, *end = text + length, *line_end;

  g_return_val_if_fail (text != NULL || length == 0, 0);
  g_return_val_if_fail (rows != NULL, 0);
  g_return_val_if_fail (malformed != NULL, 0);

  while (p < end && (line_end = memchr (p, '\n', (gsize) (end - p))) != NULL)
    {
      SvSocketRow row = { .protocol = protocol, .seen_at = seen_at };

      if (read_line (p, line_end, &row))
        g_array_append_val (rows, row);
      else if (!is_headline (p, line_end))
        ++*malformed;
      p = line_end + 1;
    }
  return (gsize) (p - text);
}
