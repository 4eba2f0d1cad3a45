/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-reconstruction.h"

#include <errno.h>
#include <netinet/in.h>

typedef struct
{
  SvDeduction *deductions;
  guint n;
} Result;

static void
add (Result *result, gboolean outgoing, guint8 flags, guint32 length)
{
  g_assert (result->n < SV_RECONSTRUCTION_MAX);
  result->deductions[result->n++] = (SvDeduction){ outgoing, IPPROTO_TCP, flags, length };
}

/* RFC 9293 §3.5: what answers a SYN. */
static void
add_answer (const SvObservation *seen, Result *result)
{
  if (seen->own_after == SV_TCP_ESTABLISHED || seen->own_after == SV_TCP_CLOSE_WAIT)
    {
      add (result, FALSE, SV_TCP_SYN | SV_TCP_ACK, 0);
      add (result, TRUE, SV_TCP_ACK, 0);
    }
  else if (seen->error == ECONNREFUSED)
    add (result, FALSE, SV_TCP_RST | SV_TCP_ACK, 0);
}

static void
deduce_connect (const SvObservation *seen, Result *result)
{
  /* Any other failure (EADDRNOTAVAIL, ENETUNREACH) comes before a SYN leaves. */
  if (seen->result != 0 && seen->error != EINPROGRESS && seen->error != ECONNREFUSED)
    return;
  add (result, TRUE, SV_TCP_SYN, 0);
  add_answer (seen, result);
}

/* The answer came later than connect() returned, perhaps to a SYN that was sent again. */
static void
deduce_finish (const SvObservation *seen, Result *result)
{
  if (seen->own_before == SV_TCP_SYN_SENT && seen->own_after != SV_TCP_NONE)
    for (guint i = 0; i < MIN (seen->retransmits, SV_RECONSTRUCTION_MAX - 2); i++)
      add (result, TRUE, SV_TCP_SYN, 0);
  if (seen->error == ECONNREFUSED || seen->own_before == SV_TCP_SYN_SENT)
    add_answer (seen, result);
}

/* Nobody saw a foreign client connect, but a socket that accept() gives out has been through the handshake. */
static void
deduce_accept (const SvObservation *seen, Result *result)
{
  if (!seen->foreign || seen->result < 0)
    return;
  add (result, TRUE, SV_TCP_SYN | SV_TCP_ACK, 0);
  add (result, FALSE, SV_TCP_ACK, 0);
}

/* How the kernel cut the bytes into several segments nobody can tell: a window that is still small makes them
 * smaller than the MSS. */
static void
deduce_send (const SvObservation *seen, Result *result)
{
  if (seen->result > 0 && seen->segments == 1)
    add (result, TRUE, SV_TCP_PSH | SV_TCP_ACK, (guint32) seen->result);
}

/* Not only a part of what came, nor something that was left over before. */
static gboolean
is_all_that_came (const SvObservation *seen)
{
  gboolean fin = seen->own_after == SV_TCP_CLOSE_WAIT && seen->arrived == (guint64) seen->result + 1;

  return fin || seen->arrived == (guint64) seen->result;
}

/* What our own clients do is known from their own calls. */
static void
deduce_recv (const SvObservation *seen, Result *result)
{
  if (!seen->foreign)
    return;
  if (seen->result > 0 && seen->segments == 1 && is_all_that_came (seen))
    add (result, FALSE, SV_TCP_PSH | SV_TCP_ACK, (guint32) seen->result);
  if (seen->result == 0)
    {
      add (result, FALSE, SV_TCP_FIN | SV_TCP_ACK, 0);
      if (seen->peer_after == SV_TCP_FIN_WAIT2)
        add (result, TRUE, SV_TCP_ACK, 0);
    }
  if (seen->result < 0 && seen->error == ECONNRESET)
    add (result, FALSE, SV_TCP_RST, 0);
}

static gboolean
is_synchronised (SvTcpState state)
{
  return state == SV_TCP_ESTABLISHED || state == SV_TCP_CLOSE_WAIT || state == SV_TCP_SYN_RECV
         || state == SV_TCP_FIN_WAIT1 || state == SV_TCP_FIN_WAIT2;
}

/* close() with unread data, or told not to linger, resets: RFC 2525 §2.17, socket(7). */
static gboolean
was_reset (const SvObservation *seen)
{
  /* A FIN that recv() has not told yet counts in Recv-Q too. */
  guint32 unread = seen->own_before == SV_TCP_CLOSE_WAIT && seen->unread > 0 ? seen->unread - 1 : seen->unread;

  return (seen->resets || unread > 0) && is_synchronised (seen->own_before) && seen->own_after == SV_TCP_NONE
         && (!seen->peer_visible || seen->peer_after == SV_TCP_NONE);
}

static gboolean
peer_got_fin (const SvObservation *seen)
{
  return seen->peer_after != seen->peer_before
         && (seen->peer_after == SV_TCP_CLOSE_WAIT || seen->peer_after == SV_TCP_TIME_WAIT
             || seen->peer_after == SV_TCP_CLOSING);
}

/* RFC 9293 §3.6: the first or the second FIN of a connection, and its ACK. */
static void
deduce_end (const SvObservation *seen, Result *result)
{
  gboolean acknowledged;

  if (seen->result < 0)
    return;
  if (was_reset (seen))
    {
      add (result, TRUE, SV_TCP_RST | SV_TCP_ACK, 0);
      return;
    }
  if (seen->own_before != SV_TCP_ESTABLISHED && seen->own_before != SV_TCP_CLOSE_WAIT)
    return;
  acknowledged = seen->own_after == SV_TCP_FIN_WAIT2 || seen->own_after == SV_TCP_TIME_WAIT
                 || (seen->own_before == SV_TCP_CLOSE_WAIT && seen->own_after == SV_TCP_NONE
                     && seen->peer_after == SV_TCP_TIME_WAIT);
  if (acknowledged)
    {
      add (result, TRUE, SV_TCP_FIN | SV_TCP_ACK, 0);
      add (result, FALSE, SV_TCP_ACK, 0);
    }
  /* A FIN behind unsent data has not left; alone in Send-Q it has. */
  else if ((seen->own_after == SV_TCP_FIN_WAIT1 || seen->own_after == SV_TCP_LAST_ACK) && seen->send_q == 1
           && (!seen->peer_visible || peer_got_fin (seen)))
    add (result, TRUE, SV_TCP_FIN | SV_TCP_ACK, 0);
}

/**
 * sv_reconstruct:
 * @deductions: (out): what must have been on the wire, in order
 *
 * Works out segments from what was observed. It says less rather than
 * something that the observation does not bear out. RFC 9293 §3.5, §3.6.
 *
 * Returns: how many
 */
guint
sv_reconstruct (const SvObservation *seen, SvDeduction deductions[SV_RECONSTRUCTION_MAX])
{
  static const struct
  {
    const char *call;
    void (*deduce) (const SvObservation *seen, Result *result);
  } RULES[] = {
    { "connect", deduce_connect }, { "getsockopt", deduce_finish }, { "accept", deduce_accept },
    { "send", deduce_send },       { "recv", deduce_recv },         { "shutdown", deduce_end },
    { "close", deduce_end },
  };
  Result result = { deductions, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (RULES); i++)
    if (g_str_equal (RULES[i].call, seen->call))
      RULES[i].deduce (seen, &result);
  return result.n;
}

/**
 * sv_reconstruct_datagrams:
 * @deductions: (out): what must have been on the wire, in order
 *
 * As sv_reconstruct(), for UDP (RFC 768): each send is a datagram. ECONNREFUSED
 * says that the other computer has answered an earlier one with ICMP “port
 * unreachable” (RFC 1122 §4.1.3.1).
 *
 * Returns: how many
 */
guint
sv_reconstruct_datagrams (const SvObservation *seen, SvDeduction deductions[SV_RECONSTRUCTION_MAX])
{
  gboolean sends = g_str_has_prefix (seen->call, "send"), takes = g_str_has_prefix (seen->call, "recv");

  if (seen->result >= 0 && (sends || (takes && seen->foreign)))
    {
      deductions[0] = (SvDeduction){ sends, IPPROTO_UDP, 0, (guint32) seen->result };
      return 1;
    }
  if (seen->error == ECONNREFUSED && (sends || takes))
    {
      deductions[0] = (SvDeduction){ FALSE, IPPROTO_ICMP, 0, 0 };
      return 1;
    }
  return 0;
}
