/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-fact-json.h"

#include "sv-unix-text.h"

#include <math.h>
#include <netinet/in.h>
#include <string.h>

/**
 * sv_json_append_string:
 * @length: bytes of @text, -1 for all up to NUL
 *
 * Appends @text as a JSON string (RFC 8259 §7), quotes included. Bytes that
 * are no UTF-8 become U+FFFD, so that the line always parses.
 */
void
sv_json_append_string (GString *line, const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);

  g_string_append_c (line, '"');
  for (const guchar *p = (const guchar *) valid; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_printf (line, "\\%c", *p);
      else if (*p < 0x20 || *p == 0x7f)
        g_string_append_printf (line, "\\u%04x", *p);
      else
        g_string_append_c (line, (char) *p);
    }
  g_string_append_c (line, '"');
}

static void
append_member (GString *line, const char *name, const char *text)
{
  g_string_append_printf (line, ",\"%s\":", name);
  sv_json_append_string (line, text, -1);
}

static void
append_endpoint (GString *line, const char *name, const SvEndpoint *endpoint)
{
  g_autofree char *text = sv_endpoint_to_string (endpoint);

  append_member (line, name, text);
}

/* "local" and "foreign" name the sockets by their inodes: their halves are joined by that. */
static void
append_unix_row (const SvSocketRow *self, GString *line)
{
  append_member (line, "proto", "unix");
  append_endpoint (line, "local", &self->local);
  append_endpoint (line, "foreign", &self->foreign);
  append_member (line, "state", sv_unix_row_get_state_name (self));
  g_string_append_printf (line, ",\"recv_q\":%u,\"send_q\":%u,\"inode\":%u,\"peer_inode\":%u,\"refcnt\":%u",
                          self->recv_q, self->send_q, self->inode, sv_endpoint_get_inode (&self->foreign),
                          self->unix_row.ref_count);
  append_member (line, "type", sv_unix_row_get_type_name (self));
  append_member (line, "path", self->unix_row.path != NULL ? self->unix_row.path : "");
}

/**
 * sv_row_append_json:
 *
 * Appends the members of a row, each with a leading comma.
 */
void
sv_row_append_json (const SvSocketRow *self, GString *line)
{
  if (self->family == AF_UNIX)
    {
      append_unix_row (self, line);
      return;
    }
  append_member (line, "proto", sv_socket_row_protocol_name (self));
  append_endpoint (line, "local", &self->local);
  append_endpoint (line, "foreign", &self->foreign);
  append_member (line, "state",
                 self->protocol == IPPROTO_UDP && self->state != SV_TCP_ESTABLISHED
                   ? ""
                   : sv_tcp_state_to_netstat (self->state));
  g_string_append_printf (line, ",\"recv_q\":%u,\"send_q\":%u,\"inode\":%u", self->recv_q, self->send_q, self->inode);
}

static void
append_call (const SvFact *self, GString *line)
{
  append_member (line, "actor", self->actor);
  g_string_append_printf (line, ",\"fd\":%d", self->call.fd);
  append_member (line, "call", self->call.name);
  append_member (line, "args", self->call.args != NULL ? self->call.args : "");
  g_string_append_printf (line, ",\"result\":%" G_GINT64_FORMAT, self->call.result);
  if (self->call.error != 0)
    append_member (line, "errno", sv_errno_to_name (self->call.error));
}

static const char *
protocol_name (guint8 protocol)
{
  switch (protocol)
    {
    case IPPROTO_TCP:
      return "tcp";
    case IPPROTO_UDP:
      return "udp";
    case IPPROTO_ICMP:
      return "icmp";
    case IPPROTO_ICMPV6:
      return "icmp6";
    default:
      return "ip";
    }
}

static void
append_packet (const SvFact *self, GString *line)
{
  const SvSegment *packet = &self->packet;
  g_autofree char *flags = sv_tcp_flags_to_string (packet->flags);

  append_member (line, "event", sv_packet_event_to_string (packet->event));
  if (packet->reason != SV_DROP_UNKNOWN)
    append_member (line, "reason", sv_drop_reason_to_string (packet->reason));
  g_string_append_printf (line, ",\"reconstructed\":%s", packet->reconstructed ? "true" : "false");
  append_member (line, "from", packet->from != NULL ? packet->from : "");
  append_member (line, "to", packet->to != NULL ? packet->to : "");
  append_member (line, "proto", protocol_name (packet->protocol));
  append_endpoint (line, "src", &packet->source);
  append_endpoint (line, "dst", &packet->destination);
  append_member (line, "flags", flags);
  if (packet->numbers_known)
    g_string_append_printf (line, ",\"seq\":%u,\"ack\":%u", packet->seq, packet->ack);
  else
    g_string_append (line, ",\"seq\":null,\"ack\":null");
  g_string_append_printf (line, ",\"len\":%u", packet->length);
}

static void
append_row (const SvFact *self, GString *line)
{
  static const char *const EVENTS[] = { "added", "changed", "removed" };

  append_member (line, "event", EVENTS[self->row.event]);
  sv_row_append_json (SV_ROW_CHANGE_ROW (&self->row), line);
}

/**
 * sv_fact_append_json:
 * @start: the time that counts as 0, in ns
 *
 * Appends the fact as one JSON object, without a line end. The names are fixed:
 * other programs read them.
 */
void
sv_fact_append_json (const SvFact *self, gint64 start, GString *line)
{
  static const char *const KINDS[] = { "call", "packet", "row", "note" };
  gint64 since = MAX (self->time - start, 0);

  g_string_append_printf (line, "{\"t\":%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT, since / 1000000000,
                          since % 1000000000);
  append_member (line, "kind", KINDS[self->kind]);
  append_member (line, "machine", sv_machine_id_to_string (self->machine));
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
      append_member (line, "text", self->note);
      break;
    default:
      g_assert_not_reached ();
    }
  g_string_append_c (line, '}');
}
