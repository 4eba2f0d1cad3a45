/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explanation.h"

#include <glib/gi18n-lib.h>
#include <net/if.h>
#include <netinet/in.h>

#define NS_PER_MS 1000000

static gboolean
is_connected (const SvSocketRow *row)
{
  return row->foreign.family != 0 && row->foreign.port != 0;
}

static char *
make_title (const SvSocketRow *row)
{
  g_autofree char *local = sv_endpoint_to_string (&row->local);
  g_autofree char *foreign = sv_endpoint_to_string (&row->foreign);

  if (row->family == AF_UNIX)
    return g_strdup (row->unix_row.path != NULL ? row->unix_row.path : local);
  if (is_connected (row))
    return g_strdup_printf ("%s → %s", local, foreign);
  if (row->protocol == IPPROTO_UDP)
    return g_strdup_printf (C_ ("socket row", "%s takes UDP datagrams"), local);
  if (row->state == SV_TCP_LISTEN)
    return g_strdup_printf (C_ ("socket row", "%s waits for connections"), local);
  return g_strdup_printf (C_ ("socket row", "%s is not connected"), local);
}

static void
add_nobody (SvExplanation *self, const SvSocketRow *row)
{
  switch (row->state)
    {
    case SV_TCP_SYN_RECV:
    case SV_TCP_NEW_SYN_RECV:
      sv_explanation_add (self, C_ ("socket row", "No program holds it yet (inode 0): the kernel is still busy with "
                                                  "the handshake."));
      break;
    case SV_TCP_ESTABLISHED:
    case SV_TCP_CLOSE_WAIT:
      if (row->protocol == IPPROTO_TCP)
        {
          sv_explanation_add (self, C_ ("socket row", "No program holds it yet (inode 0): it waits in the accept "
                                                      "queue until the server calls accept()."));
          break;
        }
      G_GNUC_FALLTHROUGH;
    case SV_TCP_LISTEN:
    case SV_TCP_SYN_SENT:
    case SV_TCP_CLOSE:
      sv_explanation_add (self, C_ ("socket row", "No program holds it (inode 0)."));
      break;
    default:
      sv_explanation_add (self, C_ ("socket row", "No program holds it any more (inode 0): only the kernel still "
                                                  "looks after it."));
    }
}

static void
add_holder (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context)
{
  gboolean named = context->actor != NULL && context->actor[0] != '\0';

  if (named && context->fd >= 0)
    sv_explanation_add (self, C_ ("socket row", "SockView’s “%s” holds it: its file descriptor is %d."), context->actor,
                        context->fd);
  else if (row->inode == 0)
    add_nobody (self, row);
  else if (context->owner != NULL && context->owner->pid != 0)
    sv_explanation_add (self, C_ ("socket row", "The program “%s” holds it: its process number (PID) is %d."),
                        context->owner->name, context->owner->pid);
  else if (named)
    sv_explanation_add (self, C_ ("socket row", "“%s” holds it."), context->actor);
  else if (row->uid == 0)
    sv_explanation_add (self, C_ ("socket row", "Which program holds it is not visible to us: Linux shows what a "
                                                "process has open only to its own user and to root, and a sandbox or "
                                                "container hides processes outside it. It was opened by root."));
  else if (row->uid == 65534)
    sv_explanation_add (self, C_ ("socket row", "Which program holds it is not visible to us: Linux shows what a "
                                                "process has open only to its own user and to root, and a sandbox or "
                                                "container hides processes outside it. It was opened by the user "
                                                "“nobody”, or by one whom the sandbox cannot name (UID 65534)."));
  else
    sv_explanation_add (self, C_ ("socket row", "Which program holds it is not visible to us: Linux shows what a "
                                                "process has open only to its own user and to root, and a sandbox or "
                                                "container hides processes outside it. It was opened by the user "
                                                "with the number (UID) %u."), row->uid);
}

static gboolean
is_ephemeral (SvPortSpace *ports, guint16 port)
{
  return port >= sv_port_space_get_ephemeral_low (ports) && port <= sv_port_space_get_ephemeral_high (ports);
}

static void
add_service (SvExplanation *self, SvPortSpace *ports, guint16 port, guint8 protocol)
{
  const char *name = port != 0 ? sv_port_space_get_service (ports, port, protocol) : NULL;
  const char *comment = name != NULL ? sv_port_space_get_service_comment (ports, port, protocol) : NULL;
  gboolean from_file = sv_port_space_is_service_from_file (ports, port, protocol);
  const char *source = from_file ? "/etc/services" : C_ ("socket row", "SockView’s own list");

  if (name == NULL)
    return;
  if (comment != NULL)
    /* Translators: a port, a service's name, what it is, where that is written down */
    sv_explanation_add (self, C_ ("socket row", "By convention port %u is for “%s” (%s), says %s; any other program "
                                                "may use it, too."), port, name, comment, source);
  else
    sv_explanation_add (self, C_ ("socket row", "By convention port %u is for “%s”, says %s; any other program may "
                                                "use it, too."), port, name, source);
}

static void
add_ephemeral (SvExplanation *self, SvPortSpace *ports, guint16 port)
{
  guint low = sv_port_space_get_ephemeral_low (ports), high = sv_port_space_get_ephemeral_high (ports);

  if (sv_port_space_is_from_kernel (ports))
    sv_explanation_add (self, C_ ("socket row", "Port %u is an ephemeral port: a program that connects without "
                                                "choosing a port gets a free one from %u–%u "
                                                "(/proc/sys/net/ipv4/ip_local_port_range)."), port, low, high);
  else
    sv_explanation_add (self, C_ ("socket row", "Port %u is an ephemeral port: a program that connects without "
                                                "choosing a port gets a free one, from %u–%u by Linux’ default. "
                                                "(This computer’s own range could not be read.)"), port, low, high);
  if (port % 2 != low % 2)
    return;
  if (low % 2 == 0)
    sv_explanation_add (self, C_ ("socket row", "It is even, as %u is: today’s Linux tries those first at connect()."),
                        low);
  else
    sv_explanation_add (self, C_ ("socket row", "It is odd, as %u is: today’s Linux tries those first at connect()."),
                        low);
}

/* The known port and the one that the client got. Of two ports in the
 * ephemeral range nothing tells which is the client's. */
static void
add_ports (SvExplanation *self, const SvSocketRow *row, SvPortSpace *ports)
{
  guint16 local = row->local.port, foreign = row->foreign.port;

  if (!is_connected (row))
    {
      add_service (self, ports, local, row->protocol);
      return;
    }
  if (!is_ephemeral (ports, local))
    add_service (self, ports, local, row->protocol);
  if (!is_ephemeral (ports, foreign))
    add_service (self, ports, foreign, row->protocol);
  if (is_ephemeral (ports, local) && !is_ephemeral (ports, foreign))
    add_ephemeral (self, ports, local);
  else if (is_ephemeral (ports, foreign) && !is_ephemeral (ports, local) && sv_endpoint_is_loopback (&row->foreign))
    add_ephemeral (self, ports, foreign);
}

static void
add_accept_queue (SvExplanation *self, const SvSocketRow *row)
{
  guint room = row->backlog + 1;

  sv_explanation_add (self, ngettext ("Recv-Q %u: that is how many finished connections wait for accept().",
                                      "Recv-Q %u: that is how many finished connections wait for accept().",
                                      row->recv_q), row->recv_q);
  if (row->backlog == 0 && row->cookie == 0)
    return; /* read from /proc, which does not tell the limit */
  sv_explanation_add (self, ngettext ("The limit of that queue (backlog) is %u; Linux lets one more wait, so %u. ss "
                                      "prints the limit as Send-Q, netstat prints 0.",
                                      "The limit of that queue (backlog) is %u; Linux lets one more wait, so %u. ss "
                                      "prints the limit as Send-Q, netstat prints 0.", row->backlog),
                      row->backlog, room);
  if (row->recv_q >= room)
    sv_explanation_add (self, C_ ("socket row", "The queue is full: the kernel drops the SYN of a further client, "
                                                "which has to try again."));
}

/* A FIN that has come and was not read yet counts in Recv-Q. */
static gboolean
fin_may_count (guint8 state)
{
  return state == SV_TCP_CLOSE_WAIT || state == SV_TCP_LAST_ACK || state == SV_TCP_CLOSING;
}

static gboolean
own_fin_counts (guint8 state)
{
  return state == SV_TCP_FIN_WAIT1 || state == SV_TCP_LAST_ACK || state == SV_TCP_CLOSING;
}

static void
add_tcp_queues (SvExplanation *self, const SvSocketRow *row)
{
  if (row->recv_q == 0)
    sv_explanation_add (self, C_ ("socket row", "Recv-Q 0: nothing has arrived that the program has not read."));
  else if (fin_may_count (row->state))
    sv_explanation_add (self, C_ ("socket row", "Recv-Q %u: bytes that have arrived and that the program has not "
                                                "read; the other side’s FIN counts as one until the program has read "
                                                "to the end."),
                        row->recv_q);
  else
    sv_explanation_add (self, C_ ("socket row", "Recv-Q %u: bytes that have arrived and that the program has "
                                                "not read."),
                        row->recv_q);

  if (row->send_q == 0)
    sv_explanation_add (self, C_ ("socket row", "Send-Q 0: the other side’s kernel has acknowledged all that "
                                                "was sent."));
  else if (row->state == SV_TCP_SYN_SENT)
    sv_explanation_add (self, C_ ("socket row", "Send-Q %u: sent or to be sent, and not acknowledged; the SYN counts "
                                                "as one byte."), row->send_q);
  else if (own_fin_counts (row->state))
    sv_explanation_add (self, C_ ("socket row", "Send-Q %u: bytes sent or to be sent that the other side has not "
                                                "acknowledged; the FIN counts as one."), row->send_q);
  else
    sv_explanation_add (self, C_ ("socket row", "Send-Q %u: bytes sent or to be sent that the other side has not "
                                                "acknowledged."), row->send_q);
}

static void
add_udp_queues (SvExplanation *self, const SvSocketRow *row)
{
  if (row->recv_q == 0)
    sv_explanation_add (self, C_ ("socket row", "Recv-Q 0: no datagram waits to be read."));
  else
    sv_explanation_add (self, C_ ("socket row", "Recv-Q %u: the bytes of memory that datagrams take which the "
                                                "program has not read; the kernel’s own notes about them are "
                                                "counted, too."),
                        row->recv_q);
  if (row->send_q == 0)
    sv_explanation_add (self, C_ ("socket row", "Send-Q 0: no datagram waits to be sent."));
  else
    sv_explanation_add (self, C_ ("socket row", "Send-Q %u: the bytes of memory that datagrams take which have not "
                                                "left yet; the kernel’s own notes about them are counted, too."),
                        row->send_q);
}

static void
add_queues (SvExplanation *self, const SvSocketRow *row)
{
  if (row->protocol == IPPROTO_UDP)
    add_udp_queues (self, row);
  else if (row->state == SV_TCP_LISTEN)
    add_accept_queue (self, row);
  else if (row->state != SV_TCP_TIME_WAIT && row->state != SV_TCP_SYN_RECV && row->state != SV_TCP_NEW_SYN_RECV)
    add_tcp_queues (self, row);
}

static void
add_timer (SvExplanation *self, const SvSocketRow *row, gint64 now)
{
  gint64 passed = now > row->seen_at && row->seen_at > 0 ? (now - row->seen_at) / NS_PER_MS : 0;
  guint seconds = (guint) ((MAX ((gint64) row->timer_ms - passed, 0) + 999) / 1000);

  if (row->timer == SV_TIMER_TIME_WAIT)
    sv_explanation_add (self, ngettext ("Its time is up in %u second.", "Its time is up in %u seconds.", seconds),
                        seconds);
  else if (row->timer == SV_TIMER_RETRANSMIT && row->retransmits > 0)
    /* Of what is sent again before that timer runs out (a tail loss probe, RFC 8985) this does not count. */
    sv_explanation_add (self, ngettext ("The timer that waits for the ACK has run out %u time: then the kernel sends "
                                        "again.",
                                        "The timer that waits for the ACK has run out %u times in a row: then the "
                                        "kernel sends again.", row->retransmits), row->retransmits);
  else if (row->timer == SV_TIMER_ZERO_WINDOW)
    sv_explanation_add (self, C_ ("socket row", "The other side’s receive buffer is full (window 0): the kernel asks "
                                                "now and then whether there is room again."));
  else if (row->timer == SV_TIMER_KEEPALIVE && row->state == SV_TCP_ESTABLISHED)
    sv_explanation_add (self, C_ ("socket row", "While nothing is sent, the kernel asks now and then whether the "
                                                "other side is still there (keep-alive)."));
}

static void
add_udp_state (SvExplanation *self, const SvSocketRow *row)
{
  if (is_connected (row))
    sv_explanation_add (self, C_ ("socket row", "UDP has no handshake. ESTABLISHED means only that the program "
                                                "called connect(), which fixes the peer on this side: the other side "
                                                "was not asked."));
  else
    sv_explanation_add (self, C_ ("socket row", "UDP has no connections and so no states: each datagram stands for "
                                                "itself, and any sender’s is taken."));
}

static void
add_tcp_state (SvExplanation *self, const SvSocketRow *row, gint64 now)
{
  if (row->state != SV_TCP_NONE)
    sv_explanation_add (self, C_ ("socket row", "Its state is %s."), sv_tcp_state_to_netstat (row->state));
  sv_explain_add_state (self, row->state);
  add_timer (self, row, now);
}

static void
add_unix_name (SvExplanation *self, const SvSocketRow *row)
{
  const char *path = row->unix_row.path;

  if (path == NULL)
    sv_explanation_add (self, C_ ("socket row", "It has no name: clients need none, their peer is found by the kernel."));
  else if (path[0] == '@')
    sv_explanation_add (self, C_ ("socket row", "“%s” is an abstract name: no file, only the kernel keeps it, as long as "
                                                "the socket lives."), path);
  else
    sv_explanation_add (self, C_ ("socket row", "Its name is a file: “%s”. Who may write to it may connect. Nothing is "
                                                "stored in it, and it stays until somebody removes it."), path);
}

static void
add_unix_peer (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context)
{
  guint32 peer = sv_endpoint_get_inode (&row->foreign);

  if (row->unix_row.listens)
    return;
  if (peer != 0)
    sv_explanation_add (self, C_ ("socket row", "Its inode is %u, and the socket at the other end has %u (UDIAG_PEER): "
                                                "that is how the two halves are found."), row->inode, peer);
  else if (row->state == SV_TCP_ESTABLISHED)
    sv_explanation_add (self, C_ ("socket row", "Its inode is %u. The other end has none yet: it waits for accept(); or "
                                                "it is closed."), row->inode);
  if (context->has_twin)
    sv_explanation_add (self, C_ ("socket row", "Its twin is in the table, too."));
}

/* A socket of the UNIX domain, unix(7): no address, no port, no packet. */
static void
explain_unix (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context)
{
  sv_explanation_add (self, C_ ("socket row", "A UNIX-domain socket joins programs of this computer. The kernel puts what "
                                              "is sent straight into the other socket’s queue: no network, no address, no "
                                              "port, no packets, no handshake."));
  if (row->unix_row.listens)
    sv_explanation_add (self, C_ ("socket row", "It waits for connections (LISTENING); %u wait for accept() now (Recv-Q)."),
                        row->recv_q);
  else if (row->state == SV_TCP_ESTABLISHED)
    sv_explanation_add (self, C_ ("socket row", "It is connected (CONNECTED): a stream of bytes, as with TCP."));
  add_unix_name (self, row);
  add_holder (self, row, context);
  add_unix_peer (self, row, context);
  if (!row->unix_row.listens)
    sv_explanation_add (self, C_ ("socket row", "Recv-Q %u: bytes that the program has not read yet. Send-Q %u: memory of "
                                                "what the other side has not read yet."), row->recv_q, row->send_q);
  sv_explanation_add (self, C_ ("socket row", "netstat -x prints it, with the count of references to it in the kernel "
                                              "(RefCnt %u)."), row->unix_row.ref_count);
}

/* Numbers of interfaces of other machines have other names than here. */
static void
add_interface (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context)
{
  char name[IF_NAMESIZE];

  if (context->machine != SV_MACHINE_THIS || if_indextoname (row->interface, name) == NULL)
    sv_explanation_add (self, C_ ("socket row", "It is bound to one network interface of this computer, the one with "
                                                "the number %u."), row->interface);
  else
    /* Translators: the interface's name, its number; ss prints "[fe80::1]%%lo:9999" */
    sv_explanation_add (self, C_ ("socket row", "It is bound to one network interface of this computer: %s, the one "
                                                "with the number %u. ss prints it behind the address, netstat does "
                                                "not."), name, row->interface);
}

/**
 * sv_explain_row:
 *
 * Returns: (transfer full): a line of the socket table in plain words: what
 *   each of its fields says
 */
SvExplanation *
sv_explain_row (const SvSocketRow *row, const SvRowContext *context)
{
  SvExplanation *self;

  g_return_val_if_fail (row != NULL, NULL);
  g_return_val_if_fail (context != NULL, NULL);

  self = sv_explanation_new (make_title (row));
  if (row->family == AF_UNIX)
    {
      explain_unix (self, row, context);
      return self;
    }
  if (row->protocol == IPPROTO_UDP)
    add_udp_state (self, row);
  else
    add_tcp_state (self, row, context->now);
  add_holder (self, row, context);
  sv_explain_add_addresses (self, row, context);
  if (context->ports != NULL)
    add_ports (self, row, context->ports);
  if (row->interface != 0)
    add_interface (self, row, context);
  add_queues (self, row);
  if (context->has_twin)
    sv_explanation_add (self, C_ ("socket row", "Its twin is in the table, too: the other end of this connection, "
                                                "with local and foreign address swapped."));
  if (context->machine != SV_MACHINE_THIS)
    sv_explain_add_other_half (self, row, context);
  return self;
}
