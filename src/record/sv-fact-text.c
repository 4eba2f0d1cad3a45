/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-fact-text.h"

#include "sv-netstat-text.h"
#include "sv-unix-text.h"

#include <netinet/in.h>
#include <string.h>

/* As strace(1) prints calls. */
static void
append_call (const SvFact *self, GString *line)
{
  const SvCall *call = &self->call;
  const char *args = call->args != NULL ? call->args : "";

  g_string_append_printf (line, "%s(", call->name);
  if (call->fd >= 0)
    g_string_append_printf (line, "%d%s", call->fd, args[0] != '\0' ? ", " : "");
  g_string_append_printf (line, "%s) = %" G_GINT64_FORMAT, args, call->result);
  if (call->error != 0)
    g_string_append_printf (line, " %s (%s)", sv_errno_to_name (call->error), g_strerror (call->error));
  /* How long it took is not known of a call that a library made by itself. */
  if (call->duration <= 0)
    return;
  g_string_append_printf (line, "  %" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " µs", call->duration / 1000,
                          call->duration / 100 % 10);
}

static const char *
name_protocol (const SvSegment *packet)
{
  switch (packet->protocol)
    {
    case IPPROTO_UDP:
      return "UDP";
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return "ICMP";
    default:
      return "IP";
    }
}

static void
append_packet (const SvFact *self, GString *line)
{
  const SvSegment *packet = &self->packet;
  gboolean has_ports = packet->source.port != 0 || packet->destination.port != 0;
  char *(*describe) (const SvEndpoint *) = has_ports ? sv_endpoint_to_string : sv_endpoint_address_to_string;
  g_autofree char *source = describe (&packet->source);
  g_autofree char *destination = describe (&packet->destination);
  g_autofree char *flags = sv_tcp_flags_to_string (packet->flags);

  g_string_append_printf (line, "%s  %s > %s  %s", packet->protocol == IPPROTO_TCP ? flags : name_protocol (packet), source, destination,
                          sv_packet_event_to_string (packet->event));
  if (packet->reason != SV_DROP_UNKNOWN)
    g_string_append_printf (line, " (%s)", sv_drop_reason_to_string (packet->reason));
  if (packet->numbers_known)
    g_string_append_printf (line, ", seq %u, ack %u", packet->seq, packet->ack);
  if (packet->length > 0)
    g_string_append_printf (line, ", %u bytes", packet->length);
  if (packet->reconstructed)
    g_string_append (line, " (reconstructed)");
}

/* What the row says, or said before it went away, as netstat(8) prints it. */
static void
append_row (const SvFact *self, GString *line)
{
  static const char MARKS[] = { '+', '~', '-' };
  const SvSocketRow *row = SV_ROW_CHANGE_ROW (&self->row);
  gsize before;

  g_string_append_printf (line, "%c ", MARKS[self->row.event]);
  before = line->len;
  if (row->family == AF_UNIX)
    sv_unix_text_append_row (line, row);
  else
    sv_netstat_text_append_row (line, row);
  while (line->len > before && g_ascii_isspace (line->str[line->len - 1]))
    g_string_truncate (line, line->len - 1);
}

/**
 * sv_fact_append_text:
 * @start: the time that counts as 0, in ns
 *
 * Appends the fact as one line for people, without a line end: when (in
 * seconds), on which of two machines, who, what. Rows begin with "+" (added), "~" (changed) or "-" (removed).
 */
void
sv_fact_append_text (const SvFact *self, gint64 start, GString *line)
{
  gint64 since = MAX (self->time - start, 0) / 1000;

  g_string_append_printf (line, "%4" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT "  ", since / 1000000, since % 1000000);
  if (self->machine != SV_MACHINE_THIS)
    g_string_append_printf (line, "[%s] ", sv_machine_id_to_string (self->machine));
  g_string_append_printf (line, "%-16s  ", self->actor);
  switch (self->kind)
    {
    case SV_FACT_CALL:
      append_call (self, line);
      break;
    case SV_FACT_PACKET:
      append_packet (self, line);
      break;
    case SV_FACT_ROW:
      append_row (self, line);
      break;
    case SV_FACT_NOTE:
      g_string_append (line, self->note);
      break;
    default:
      g_assert_not_reached ();
    }
}
