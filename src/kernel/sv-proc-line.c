/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-proc-line.h"

#include "sv-socket-row.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

/* How a field is written. */
typedef enum
{
  DECIMAL,
  SIGNED,
  HEX,
  ADDRESS,
} Form;

typedef struct
{
  SvProcFieldKind kind;
  const char *name;
  Form form;
  char end;       /* what stands behind it */
  gboolean ticks; /* it is a time in ticks of sysconf(_SC_CLK_TCK) */
} FieldType;

/* tcp4_seq_show() and its sisters in net/ipv4/tcp_ipv4.c and net/ipv6/tcp_ipv6.c. */
static const FieldType COMMON[] = {
  { SV_PROC_SL, "sl", DECIMAL, ':', FALSE },
  { SV_PROC_LOCAL_ADDRESS, "local_address", ADDRESS, ':', FALSE },
  { SV_PROC_LOCAL_PORT, "local_address", HEX, ' ', FALSE },
  { SV_PROC_REMOTE_ADDRESS, "rem_address", ADDRESS, ':', FALSE },
  { SV_PROC_REMOTE_PORT, "rem_address", HEX, ' ', FALSE },
  { SV_PROC_STATE, "st", HEX, ' ', FALSE },
  { SV_PROC_TX_QUEUE, "tx_queue", HEX, ':', FALSE },
  { SV_PROC_RX_QUEUE, "rx_queue", HEX, ' ', FALSE },
  { SV_PROC_TIMER, "tr", HEX, ':', FALSE },
  { SV_PROC_WHEN, "tm->when", HEX, ' ', TRUE },
  { SV_PROC_RETRANSMITS, "retrnsmt", HEX, ' ', FALSE },
  { SV_PROC_UID, "uid", DECIMAL, ' ', FALSE },
  { SV_PROC_TIMEOUT, "timeout", DECIMAL, ' ', FALSE },
  { SV_PROC_INODE, "inode", DECIMAL, ' ', FALSE },
};

/* What a line may have besides; the headline of TCP does not name it. */
static const FieldType TCP_REST[] = {
  { SV_PROC_REF, "ref", DECIMAL, ' ', FALSE },
  { SV_PROC_POINTER, "pointer", HEX, ' ', FALSE },
  { SV_PROC_RTO, "rto", DECIMAL, ' ', TRUE },
  { SV_PROC_ATO, "ato", DECIMAL, ' ', TRUE },
  { SV_PROC_ACK_MODE, "quick<<1|pingpong", DECIMAL, ' ', FALSE },
  { SV_PROC_CWND, "snd_cwnd", DECIMAL, ' ', FALSE },
  { SV_PROC_SSTHRESH, "snd_ssthresh", SIGNED, ' ', FALSE },
};

static const FieldType UDP_REST[] = {
  { SV_PROC_REF, "ref", DECIMAL, ' ', FALSE },
  { SV_PROC_POINTER, "pointer", HEX, ' ', FALSE },
  { SV_PROC_DROPS, "drops", DECIMAL, ' ', FALSE },
};

static const char *const TIMERS[] = { "off", "on", "keepalive", "timewait", "persist" };

/* 1 to 16 digits that fit into 63 bits, and nothing else. */
static gboolean
read_number (const char *digits, guint length, guint base, gint64 *number)
{
  guint64 value = 0;

  if (length == 0)
    return FALSE;
  for (guint i = 0; i < length; i++)
    {
      int digit = g_ascii_xdigit_value (digits[i]);

      if (digit < 0 || digit >= (int) base || value > (guint64) G_MAXINT64 / base)
        return FALSE;
      value = value * base + (guint) digit;
    }
  *number = (gint64) (value & G_MAXINT64);
  return TRUE;
}

/* Groups of eight digits: each is the number that four bytes of the address
 * are to this machine, so that copying the number gives the bytes again. */
static gboolean
read_address (SvProcField *field, const char *digits)
{
  guint8 bytes[16];

  if (field->length != 8 && field->length != 32)
    return FALSE;
  for (guint i = 0; i < field->length; i += 8)
    {
      gint64 group;
      guint32 word;

      if (!read_number (digits + i, 8, 16, &group))
        return FALSE;
      word = (guint32) group;
      memcpy (bytes + i / 2, &word, sizeof word);
    }
  return inet_ntop (field->length == 8 ? AF_INET : AF_INET6, bytes, field->value, sizeof field->value) != NULL;
}

static gint64
ticks_to_ms (gint64 ticks)
{
  gint64 per_second = sysconf (_SC_CLK_TCK);

  return MIN (ticks, G_MAXINT64 / 1000) * 1000 / MAX (per_second, 1);
}

static gboolean
read_field (SvProcField *field, const FieldType *type, const char *digits)
{
  gboolean negative = type->form == SIGNED && field->length > 1 && digits[0] == '-';
  guint skip = negative ? 1 : 0;

  if (type->form == ADDRESS)
    return read_address (field, digits);
  /* An address of the kernel's memory, or a number made of it, may have all 64 bits. */
  if (type->kind == SV_PROC_POINTER)
    {
      g_snprintf (field->value, sizeof field->value, "%.*s", (int) MIN (field->length, 16), digits);
      for (guint i = 0; i < field->length; i++)
        if (!g_ascii_isxdigit (digits[i]))
          return FALSE;
      return field->length <= 16;
    }
  if (!read_number (digits + skip, field->length - skip, type->form == HEX ? 16 : 10, &field->number))
    return FALSE;
  if (negative)
    field->number = -field->number;
  if (type->ticks)
    field->number = ticks_to_ms (field->number);
  g_snprintf (field->value, sizeof field->value, type->ticks ? "%" G_GINT64_FORMAT " ms" : "%" G_GINT64_FORMAT,
              field->number);
  return TRUE;
}

/* The fields whose numbers stand for words. */
static void
name_number (SvProcField *field, guint8 protocol)
{
  const char *name = NULL;

  if (field->kind == SV_PROC_STATE && field->number < SV_N_TCP_STATES)
    name = sv_tcp_state_to_netstat ((SvTcpState) field->number);
  if (field->kind == SV_PROC_TIMER && field->number < (gint64) G_N_ELEMENTS (TIMERS))
    name = TIMERS[field->number];
  if (field->kind == SV_PROC_STATE && protocol == IPPROTO_UDP && field->number == SV_TCP_CLOSE)
    name = "UNCONN";
  if (name != NULL)
    g_strlcpy (field->value, name, sizeof field->value);
  if (field->kind == SV_PROC_ACK_MODE)
    g_snprintf (field->value, sizeof field->value, "quick %d, pingpong %d", (int) (field->number >> 1),
                (int) (field->number & 1));
}

/* Returns: whether there was one; @at is moved behind it. */
static gboolean
add_field (SvProcLine *self, const FieldType *type, const char *text, gsize length, gsize *at)
{
  SvProcField *field = &self->fields[self->n_fields];
  gsize begin = *at, end;

  while (begin < length && text[begin] == ' ')
    begin++;
  for (end = begin; end < length && text[end] != type->end && text[end] != ' ';)
    end++;
  *field = (SvProcField) { type->kind, type->name, (guint) begin, (guint) (end - begin), 0, "" };
  if (end == begin || (type->end == ':' && end == length) || (end < length && text[end] != type->end)
      || !read_field (field, type, text + begin))
    return FALSE;
  name_number (field, self->protocol);
  *at = end < length ? end + 1 : end;
  self->n_fields++;
  return TRUE;
}

/**
 * sv_proc_line_decode:
 * @self: (out caller-allocates): the line's fields, up to the first that does
 *   not fit
 * @text: one line without its end; not the headline
 * @protocol: IPPROTO_TCP or IPPROTO_UDP, as the file is called
 *
 * Reads a line of /proc/net/tcp, tcp6, udp or udp6, proc(5).
 *
 * Returns: whether it is such a line: all fields up to the inode are there
 */
gboolean
sv_proc_line_decode (SvProcLine *self, const char *text, gsize length, guint8 protocol)
{
  gboolean udp = protocol == IPPROTO_UDP;
  const FieldType *rest = udp ? UDP_REST : TCP_REST;
  guint n_rest = udp ? G_N_ELEMENTS (UDP_REST) : G_N_ELEMENTS (TCP_REST);
  gsize at = 0;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL || length == 0, FALSE);

  *self = (SvProcLine) { .protocol = protocol };
  for (guint i = 0; i < G_N_ELEMENTS (COMMON); i++)
    if (!add_field (self, &COMMON[i], text, length, &at))
      return FALSE;

  SvProcField *local = &self->fields[SV_PROC_LOCAL_ADDRESS], *remote = &self->fields[SV_PROC_REMOTE_ADDRESS];
  if (local->length != remote->length)
    return FALSE;
  self->family = local->length == 32 ? AF_INET6 : AF_INET;
  if (self->family == AF_INET6)
    self->fields[SV_PROC_REMOTE_PORT].name = remote->name = "remote_address";
  for (guint i = 0; i < n_rest; i++)
    if (!add_field (self, &rest[i], text, length, &at))
      break;
  return TRUE;
}

/**
 * sv_proc_line_get:
 *
 * Returns: (transfer none) (nullable): that field, if the line has it
 */
const SvProcField *
sv_proc_line_get (const SvProcLine *self, SvProcFieldKind kind)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_fields; i++)
    if (self->fields[i].kind == kind)
      return &self->fields[i];
  return NULL;
}

/**
 * sv_proc_line_find_at:
 * @offset: of a character of the line
 *
 * Returns: (transfer none) (nullable): the field that it belongs to
 */
const SvProcField *
sv_proc_line_find_at (const SvProcLine *self, guint offset)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_fields; i++)
    if (offset >= self->fields[i].offset && offset < self->fields[i].offset + self->fields[i].length)
      return &self->fields[i];
  return NULL;
}
