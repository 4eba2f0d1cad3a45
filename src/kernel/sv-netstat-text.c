/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-netstat-text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* An address and its port together; netstat(8) cuts the address without -W. */
#define ENDPOINT_WIDTH 22
#define LINE_SIZE 128

/* A line that grows to the right. */
typedef struct
{
  char text[LINE_SIZE];
  gsize length;
} Line;

static void
put_text (Line *line, const char *text, gsize length)
{
  g_assert (line->length + length <= LINE_SIZE);
  memcpy (line->text + line->length, text, length);
  line->length += length;
}

/* At least one blank, up to the column. */
static void
put_blanks (Line *line, gsize column)
{
  gsize blanks = line->length < column ? column - line->length : 1;

  g_assert (line->length + blanks <= LINE_SIZE);
  memset (line->text + line->length, ' ', blanks);
  line->length += blanks;
}

/* Returns: the digits' length. printf() would be most of the time for 50 000 rows. */
static gsize
format_number (char digits[10], guint32 number)
{
  char reversed[10];
  gsize length = 0;

  do
    reversed[length++] = (char) ('0' + number % 10);
  while ((number /= 10) != 0);
  for (gsize i = 0; i < length; i++)
    digits[i] = reversed[length - 1 - i];
  return length;
}

/* Right-aligned in six columns; a longer number pushes the rest to the right. */
static void
put_queue (Line *line, guint32 number)
{
  char digits[10];
  gsize length = format_number (digits, number);

  put_blanks (line, line->length + 7 - MIN (length, 6));
  put_text (line, digits, length);
}

static gsize
format_v4 (char text[INET6_ADDRSTRLEN], const guint8 *address)
{
  gsize length = 0;

  for (guint i = 0; i < 4; i++)
    {
      if (i > 0)
        text[length++] = '.';
      length += format_number (text + length, address[i]);
    }
  return length;
}

/* A mapped address without its ::ffff:, as netstat has it. */
static gsize
format_address (char text[INET6_ADDRSTRLEN], const SvEndpoint *endpoint)
{
  SvEndpoint plain = sv_endpoint_unmapped (endpoint);

  if (plain.family == AF_INET)
    return format_v4 (text, plain.address);
  return inet_ntop (AF_INET6, plain.address, text, INET6_ADDRSTRLEN) != NULL ? strlen (text) : 0;
}

static void
put_endpoint (Line *line, const SvEndpoint *endpoint)
{
  char address[INET6_ADDRSTRLEN], port[10] = "*";
  gsize port_length = endpoint->port != 0 ? format_number (port, endpoint->port) : 1;
  gsize address_length = format_address (address, endpoint);

  put_text (line, address, MIN (address_length, ENDPOINT_WIDTH - port_length));
  put_text (line, ":", 1);
  put_text (line, port, port_length);
}

static const char *
state_name (const SvSocketRow *row)
{
  if (row->protocol != IPPROTO_UDP)
    return sv_tcp_state_to_netstat (row->state);
  if (row->state == SV_TCP_ESTABLISHED)
    return "ESTABLISHED";
  return row->state == SV_TCP_CLOSE ? "" : "UNKNOWN";
}

/**
 * sv_netstat_text_append_header:
 *
 * Appends the two lines that `netstat -tuna` (net-tools 2.10) begins with.
 */
void
sv_netstat_text_append_header (GString *text)
{
  g_return_if_fail (text != NULL);

  g_string_append (text,
                   "Active Internet connections (servers and established)\n"
                   "Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n");
}

/**
 * sv_netstat_text_append_row:
 *
 * Appends the row as `netstat -tuna` (net-tools 2.10) prints it, byte for byte
 * and with a line end: long IPv6 addresses are cut, and the state is filled up
 * with blanks. Not translated.
 */
void
sv_netstat_text_append_row (GString *text, const SvSocketRow *row)
{
  const char *protocol, *state;
  Line line;

  g_return_if_fail (text != NULL);
  g_return_if_fail (row != NULL);

  protocol = sv_socket_row_protocol_name (row);
  state = state_name (row);
  line.length = 0;
  put_text (&line, protocol, strlen (protocol));
  put_blanks (&line, 5);
  put_queue (&line, row->recv_q);
  put_queue (&line, row->send_q);
  put_blanks (&line, line.length + 1);
  gsize column = line.length;
  put_endpoint (&line, &row->local);
  put_blanks (&line, column += ENDPOINT_WIDTH + 2);
  put_endpoint (&line, &row->foreign);
  put_blanks (&line, column += ENDPOINT_WIDTH + 2);
  put_text (&line, state, strlen (state));
  if (line.length < column + 11)
    put_blanks (&line, column + 11);
  put_text (&line, "\n", 1);
  g_string_append_len (text, line.text, (gssize) line.length);
}
