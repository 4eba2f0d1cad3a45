/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-ss-text.h"

#include "sv-socket-holder.h"

#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* "980ms", "59sec", "1min12sec", "9.980ms": ss does not say which unit the
 * point belongs to. */
static void
append_time (GString *text, guint32 ms)
{
  guint minutes = ms / 60000, seconds = ms / 1000 % 60, rest = ms % 1000;

  if (minutes > 0)
    g_string_append_printf (text, "%umin", minutes);
  if (minutes > 0)
    rest = 0;
  if (minutes > 9)
    seconds = 0;
  if (seconds > 9)
    rest = 0;
  if (seconds > 0)
    g_string_append_printf (text, "%u%s", seconds, rest > 0 ? "." : "sec");
  if (rest > 0)
    g_string_append_printf (text, "%03ums", rest);
}

static void
append_interface (GString *address, guint32 interface)
{
  char name[IF_NAMESIZE];

  if (interface == 0)
    return;
  if (if_indextoname (interface, name) != NULL)
    g_string_append_printf (address, "%%%s", name);
  else
    g_string_append_printf (address, "%%if%u", interface);
}

/* An IPv6 socket that takes IPv4 too listens on "*". */
static char *
format_address (const SvEndpoint *endpoint, guint32 interface, gboolean v6_only)
{
  SvEndpoint plain = *endpoint;
  GString *text = g_string_new (NULL);

  plain.scope_id = 0;
  if (plain.family == AF_INET6 && sv_endpoint_is_any (&plain) && !v6_only)
    g_string_append_c (text, '*');
  else
    {
      g_autofree char *address = sv_endpoint_address_to_string (&plain);

      g_string_append_printf (text, plain.family == AF_INET6 ? "[%s]" : "%s", address);
    }
  append_interface (text, interface);
  return g_string_free (text, FALSE);
}

static char *
format_port (const SvEndpoint *endpoint)
{
  return endpoint->port != 0 ? g_strdup_printf ("%u", endpoint->port) : g_strdup ("*");
}

static void
append_holders (GString *text, GArray *holders)
{
  if (holders == NULL || holders->len == 0)
    return;
  g_string_append (text, "users:(");
  for (guint i = 0; i < holders->len; i++)
    {
      const SvSocketHolder *holder = &g_array_index (holders, SvSocketHolder, i);

      g_string_append_printf (text, "%s(\"%s\",pid=%d,fd=%d)", i > 0 ? "," : "", holder->name, holder->pid,
                              holder->fd);
    }
  g_string_append_c (text, ')');
}

static void
append_timer (GString *text, const SvSocketRow *row)
{
  static const char *const NAMES[] = { "off", "on", "keepalive", "timewait", "persist" };

  if (row->timer == SV_TIMER_OFF || row->timer >= G_N_ELEMENTS (NAMES))
    return;
  g_string_append_printf (text, "%stimer:(%s,", text->len > 0 ? " " : "", NAMES[row->timer]);
  append_time (text, row->timer_ms);
  g_string_append_printf (text, ",%u)", row->retransmits);
}

static const char *
state_name (const SvSocketRow *row)
{
  return row->protocol == IPPROTO_UDP && row->state == SV_TCP_CLOSE ? "UNCONN" : sv_tcp_state_to_ss (row->state);
}

static int
width_of (const char *title, const char *content)
{
  return (int) MAX (strlen (title), strlen (content));
}

/**
 * sv_ss_text_append:
 * @info: (nullable): tells whether an IPv6 socket is for IPv6 alone
 * @holders: (nullable) (element-type SvSocketHolder)
 *
 * Appends the headline and the row as `ss -tanop` (for UDP `ss -uanop`) of
 * iproute2 6.1 prints them where nothing else is in the table, without the
 * blanks at the end of a line. Not translated.
 */
void
sv_ss_text_append (GString *text, const SvSocketRow *row, const SvDiagInfo *info, GArray *holders)
{
  gboolean listens = row->state == SV_TCP_LISTEN && row->protocol == IPPROTO_TCP;
  gboolean v6_only = info != NULL && info->v6_only;
  g_autofree char *local = NULL, *local_port = NULL, *peer = NULL, *peer_port = NULL;
  g_autoptr (GString) rest = g_string_new (NULL);
  g_autofree char *recv_q = g_strdup_printf ("%u", row->recv_q);
  g_autofree char *send_q = NULL;
  int state_width, recv_width, send_width, local_width, peer_width, port_width, peer_port_width;

  g_return_if_fail (text != NULL);
  g_return_if_fail (row != NULL);

  local = format_address (&row->local, row->interface, v6_only);
  local_port = format_port (&row->local);
  peer = format_address (&row->foreign, 0, v6_only);
  peer_port = format_port (&row->foreign);
  send_q = g_strdup_printf ("%u", listens ? row->backlog : row->send_q);
  append_holders (rest, holders);
  append_timer (rest, row);
  state_width = width_of ("State", state_name (row));
  recv_width = width_of ("Recv-Q", recv_q);
  send_width = width_of ("Send-Q", send_q);
  local_width = width_of ("Local Address", local);
  port_width = width_of ("Port", local_port);
  peer_width = width_of ("Peer Address", peer);
  peer_port_width = width_of ("Port", peer_port);
  g_string_append_printf (text, "%-*s %-*s %-*s %*s:%-*s %*s:%-*sProcess\n", state_width, "State", recv_width,
                          "Recv-Q", send_width, "Send-Q", local_width, "Local Address", port_width, "Port", peer_width,
                          "Peer Address", peer_port_width, "Port");
  g_string_append_printf (text, "%-*s %-*s %-*s %*s:%-*s %*s:%-*s%s%s\n", state_width, state_name (row), recv_width,
                          recv_q, send_width, send_q, local_width, local, port_width, local_port, peer_width, peer,
                          peer_port_width, peer_port, rest->len > 0 ? " " : "", rest->str);
}
