/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls on sockets of UDP and of the UNIX domain: the same names as with TCP, but
 * other things happen. */
#include "sv-config.h"

#include "sv-explanation.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>

typedef struct
{
  const char *call;
  const char *text;
} Sentence;

static const Sentence UDP[] = {
  { "socket", NC_ ("call of UDP", "socket(): the program asks the kernel for a UDP socket. It has no port yet.") },
  { "bind", NC_ ("call of UDP", "bind(): the socket gets its address and port. A UDP server needs nothing more: it "
                                "does not listen, and accepts nobody; its one socket takes the datagrams of all.") },
  { "connect", NC_ ("call of UDP", "connect() of a UDP socket sends nothing: the kernel only remembers whom send() is "
                                   "meant for, takes datagrams of nobody else, and tells this program of ICMP errors.") },
  { "sendto", NC_ ("call of UDP", "sendto(): one call, one datagram, to the address that stands in it. The first one gives "
                                  "an unbound socket its port. Success means that it has left, not that anybody has it.") },
  { "send", NC_ ("call of UDP", "send(): one call, one datagram, to the connected address. Success means that it has left, "
                                "not that anybody has it.") },
  { "recvfrom", NC_ ("call of UDP", "recvfrom(): takes one whole datagram, never more and never two, and says whose it is. "
                                    "What does not fit into the program's buffer is lost.") },
  { "recv", NC_ ("call of UDP", "recv(): takes one whole datagram, never more and never two.") },
  { "close", NC_ ("call of UDP", "close(): the port is free again at once. Nobody is told: UDP has no goodbye, and no "
                                 "TIME_WAIT.") },
};

static const Sentence UNIX_DOMAIN[] = {
  { "socket", NC_ ("call of the UNIX domain", "socket(): the program asks for a socket of the UNIX domain, for programs of "
                                              "this computer.") },
  { "bind", NC_ ("call of the UNIX domain", "bind(): the socket gets a name: a file, or an abstract name that begins with "
                                            "@.") },
  { "listen", NC_ ("call of the UNIX domain", "listen(): from now on clients may connect, and wait in the queue.") },
  { "connect", NC_ ("call of the UNIX domain", "connect(): the kernel joins this socket with a new one in the server's "
                                               "queue. No packet, no handshake: it is done when the call returns, whether "
                                               "or not the server has called accept().") },
  { "accept", NC_ ("call of the UNIX domain", "accept(): the program takes the connection that has waited longest; it gets a "
                                              "descriptor, and its socket an inode.") },
  { "send", NC_ ("call of the UNIX domain", "send(): the kernel puts the bytes straight into the other socket's queue.") },
  { "recv", NC_ ("call of the UNIX domain", "recv(): takes bytes from the own queue; as with TCP a stream without "
                                            "boundaries. 0 means that the other side has closed.") },
  { "shutdown", NC_ ("call of the UNIX domain", "shutdown(): this side sends no more; the other one reads what is there, and "
                                                "then 0.") },
  { "unlink", NC_ ("call of the UNIX domain", "unlink(): removes the file that bind() has made. It would stay otherwise, and "
                                              "the next bind() would fail.") },
  { "close", NC_ ("call of the UNIX domain", "close(): the descriptor is given back. The other side reads 0, the end; or "
                                             "ECONNRESET, if this program has left something unread.") },
};

static const Sentence NAMES[] = {
  { "g_resolver_lookup_by_name",
    NC_ ("call", "The program asks this system for the addresses of a name. The resolver looks into /etc/hosts as a rule, "
                 "then asks a name server (DNS); /etc/nsswitch.conf says in which order. IPv6 and IPv4 are two "
                 "questions.") },
};

static const char *
find (const Sentence *sentences, guint n, const char *context, const char *call)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (sentences[i].call, call))
      return g_dpgettext2 (GETTEXT_PACKAGE, context, sentences[i].text);
  return NULL;
}

/**
 * sv_explain_other_call:
 *
 * Returns: (nullable): what the call is for, and does, where it is not TCP's;
 *   %NULL if that has no other words
 */
const char *
sv_explain_other_call (const SvFact *call)
{
  const char *name = call->call.name;

  if (call->call.protocol == IPPROTO_UDP)
    return find (UDP, G_N_ELEMENTS (UDP), "call of UDP", name);
  if (call->call.protocol == 0)
    return find (UNIX_DOMAIN, G_N_ELEMENTS (UNIX_DOMAIN), "call of the UNIX domain", name);
  return find (NAMES, G_N_ELEMENTS (NAMES), "call", name);
}

static char *
explain_udp_failure (const SvFact *call)
{
  g_autofree char *place = sv_endpoint_to_string (&call->call.foreign);

  if (call->call.error == ECONNREFUSED)
    return g_strdup_printf (C_ ("error", "Nobody has the UDP port of %s: its kernel answered an earlier datagram with ICMP “port "
                                         "unreachable”, and this call tells so (ECONNREFUSED). Start a server there; the socket "
                                         "can be used on."), place);
  if (call->call.error == EMSGSIZE)
    return g_strdup (C_ ("error", "That is too long for one datagram (EMSGSIZE): over IPv4 65507 bytes are the most. Send less "
                                  "at once."));
  return NULL;
}

static char *
explain_unix_failure (const SvFact *call)
{
  const char *name = call->call.args != NULL ? call->call.args : "";

  switch (call->call.error)
    {
    case EADDRINUSE:
      return g_strdup_printf (C_ ("error", "There is something called “%s” already (EADDRINUSE), perhaps left by a program that "
                                           "has ended. Remove it, or choose another name."), name);
    case ECONNREFUSED:
      return g_strdup_printf (C_ ("error", "“%s” is there, but no program listens on it (ECONNREFUSED). Start the server first."),
                              name);
    case ENOENT:
      return g_strdup_printf (C_ ("error", "There is no “%s” (ENOENT). Check the name, and start the server first."), name);
    case EACCES:
      return g_strdup_printf (C_ ("error", "The permissions of “%s”, or of its folder, do not allow it (EACCES)."), name);
    case EAGAIN:
      return g_str_equal (call->call.name, "connect")
               ? g_strdup (C_ ("error", "The server's queue is full (EAGAIN), and this client does not wait. Let the server accept, "
                                        "then try again."))
               : NULL;
    case ECONNRESET:
      return g_strdup (C_ ("error", "The other side has closed without reading everything (ECONNRESET)."));
    default:
      return NULL;
    }
}

/**
 * sv_explain_failure:
 * @call: a call that failed, or whose getsockopt() told of a failure
 * @place: (nullable): the address it was about, its own foreign one if %NULL
 *
 * Returns: (transfer full): as sv_explain_error(), with the words of the call's protocol
 */
char *
sv_explain_failure (const SvFact *call, const SvEndpoint *place)
{
  char *sentence = NULL;

  g_return_val_if_fail (call != NULL && call->kind == SV_FACT_CALL, NULL);

  if (call->call.protocol == IPPROTO_UDP)
    sentence = explain_udp_failure (call);
  else if (call->call.protocol == 0)
    sentence = explain_unix_failure (call);
  if (sentence != NULL)
    return sentence;
  return sv_explain_error (call->call.socket_error != 0 ? "connect" : call->call.name,
                           call->call.socket_error != 0 ? call->call.socket_error : call->call.error,
                           place != NULL ? place : &call->call.foreign);
}
