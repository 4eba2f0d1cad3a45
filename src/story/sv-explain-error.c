/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explain.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  int error;
  const char *call; /* NULL: any */
  const char *text;
} Sentence;

/* What happened, and what to do. The line for the call stands before the line
 * for any call. {place} is the address and port, {port} the port, {call} the
 * call. Sources: bind(2), connect(2), accept(2), send(2), ip(7), tcp(7). */
static const Sentence SENTENCES[] = {
  { EADDRINUSE, "bind",
    NC_ ("error", "{place} is in use (EADDRINUSE): another socket has it already, or connections of a server that "
                  "was just stopped are still in TIME_WAIT. Choose another port, stop the program that has it (the "
                  "table shows which), or wait a minute.") },
  { EADDRINUSE, "listen",
    NC_ ("error", "Another socket listens on {place} already (EADDRINUSE). Choose another port, or stop the program "
                  "that listens there.") },
  { EADDRINUSE, "connect",
    NC_ ("error", "The local address that was chosen is in use (EADDRINUSE). Let the kernel choose the port, or wait "
                  "until the older connection is gone from the table.") },
  { EADDRINUSE, NULL,
    NC_ ("error", "{place} is in use (EADDRINUSE). Choose another port, or stop the program that has it.") },
  { EADDRNOTAVAIL, "connect",
    NC_ ("error", "The kernel found no local address and port for a connection to {place} (EADDRNOTAVAIL): as a rule "
                  "all ephemeral ports are taken. Close some connections, and wait a minute for those in TIME_WAIT.") },
  { EADDRNOTAVAIL, NULL,
    NC_ ("error", "{place} is no address of this machine (EADDRNOTAVAIL). Choose one that it has, for example "
                  "127.0.0.1.") },
  { EACCES, "bind",
    NC_ ("error", "Port {port} is privileged (EACCES): ports below ip_unprivileged_port_start, usually 1024, are "
                  "only for programs with the right CAP_NET_BIND_SERVICE, as root has it. Choose a higher port.") },
  { EACCES, "connect",
    NC_ ("error", "A connection to {place} is not allowed (EACCES): it is a broadcast address, or a rule of this "
                  "computer forbids it. Choose another address, or ask who looks after this computer.") },
  { EACCES, NULL,
    NC_ ("error", "This program may not do that (EACCES). Ask who looks after this computer for the right, or do "
                  "without it.") },
  { EPERM, NULL,
    NC_ ("error", "A rule of this computer forbids {call} (EPERM): a firewall, or the sandbox that this program runs "
                  "in. Choose another address, or ask who looks after this computer.") },
  { ECONNREFUSED, NULL,
    NC_ ("error", "Connection refused (ECONNREFUSED): nobody listens on {place}, so its kernel answered with an RST; "
                  "a firewall can refuse, too. Start the server first, or check address and port.") },
  { ETIMEDOUT, "connect",
    NC_ ("error", "{place} did not answer (ETIMEDOUT), however often the SYN was sent. Check the address, and "
                  "whether a firewall drops the packets or the server’s queue is full; then try again.") },
  { ETIMEDOUT, NULL,
    NC_ ("error", "The other side no longer answers (ETIMEDOUT), so the kernel has given the connection up. Check "
                  "the network, then connect again.") },
  { ECONNRESET, NULL,
    NC_ ("error", "The other side has broken the connection off with an RST (ECONNRESET); what was under way is "
                  "lost. Close this socket and connect again.") },
  { ECONNABORTED, "accept",
    NC_ ("error", "The client was gone before it was accepted (ECONNABORTED). The server needs to do nothing but go "
                  "on accepting.") },
  { ECONNABORTED, NULL,
    NC_ ("error", "The connection was broken off on this computer (ECONNABORTED). Close this socket and "
                  "connect again.") },
  { EPIPE, NULL,
    NC_ ("error", "This connection takes nothing more (EPIPE): the other side has broken it off, or this side has "
                  "already said with shutdown() that it is done. Close this socket; to say more, connect again.") },
  { EMFILE, NULL,
    NC_ ("error", "This program has as many files and sockets open as it may (EMFILE). Close some clients, or raise "
                  "the limit (RLIMIT_NOFILE, in a shell: ulimit -n) before you start it.") },
  { ENFILE, NULL,
    NC_ ("error", "All programs together have as many files open as this computer allows (ENFILE). Close some "
                  "programs, or let root raise fs.file-max.") },
  { EAFNOSUPPORT, NULL,
    NC_ ("error", "This computer does not speak that kind of address here (EAFNOSUPPORT): perhaps IPv6 is turned "
                  "off. Use an IPv4 address such as 127.0.0.1.") },
  { EPROTONOSUPPORT, NULL,
    NC_ ("error", "This computer’s kernel does not have that protocol (EPROTONOSUPPORT). Use TCP or UDP.") },
  { ENETUNREACH, NULL,
    NC_ ("error", "This computer knows no way to {place} (ENETUNREACH). Check the address, and that the network is "
                  "connected.") },
  { EHOSTUNREACH, NULL,
    NC_ ("error", "{place} cannot be reached (EHOSTUNREACH): the computer there did not react, or a router or "
                  "firewall on the way says no. Check the address, and that the other computer is on.") },
  { ENETDOWN, NULL,
    NC_ ("error", "The network interface is turned off (ENETDOWN). Turn it on and try again.") },
  { EINVAL, "bind",
    NC_ ("error", "The kernel does not bind this socket to {place} (EINVAL): it is bound already, or the address "
                  "needs a network interface that is missing. Use a new socket, or name the interface, as in "
                  "fe80::1%eth0.") },
  { EINVAL, "accept",
    NC_ ("error", "This socket does not listen (EINVAL), so there is nothing to accept. Call listen() first.") },
  { EINVAL, NULL,
    NC_ ("error", "The kernel cannot do {call} with this socket in its present state, or with these values (EINVAL). "
                  "Close it and begin with a new one.") },
  { ENOBUFS, NULL,
    NC_ ("error", "The kernel has no memory left for this socket (ENOBUFS). Close some connections or programs, and "
                  "try again.") },
  { ENOMEM, NULL,
    NC_ ("error", "The computer’s memory is used up (ENOMEM). Close some connections or programs, and try again.") },
  { ENOTCONN, NULL,
    NC_ ("error", "The socket is not connected (ENOTCONN), or no longer. Connect first.") },
  { EISCONN, NULL,
    NC_ ("error", "The socket is connected already (EISCONN). Use it, or take a new one for another connection.") },
  { EALREADY, NULL,
    NC_ ("error", "The socket is already connecting (EALREADY). Wait until it is done.") },
  { EINPROGRESS, NULL,
    NC_ ("error", "That is no failure (EINPROGRESS): the connection is being made, and the program goes on "
                  "meanwhile. Wait until the socket can be written to.") },
  { EAGAIN, "accept",
    NC_ ("error", "That is no failure (EAGAIN): no finished connection waits at the moment. Wait until a "
                  "client comes.") },
  { EAGAIN, "recv",
    NC_ ("error", "That is no failure (EAGAIN): nothing has arrived that is not read yet. Wait until "
                  "something comes.") },
  { EAGAIN, "send",
    NC_ ("error", "That is no failure (EAGAIN): the send buffer is full, because the other side reads more slowly. "
                  "Wait until there is room.") },
  { EAGAIN, NULL,
    NC_ ("error", "That is no failure (EAGAIN): it cannot be done at this moment. Wait and try again.") },
  { EINTR, NULL,
    NC_ ("error", "A signal came in between (EINTR), and {call} was not done. Call it again.") },
  { EBADF, NULL,
    NC_ ("error", "That number is no open file descriptor (EBADF): it was closed already. Open a new socket.") },
  { ENOTSOCK, NULL,
    NC_ ("error", "That file descriptor is no socket (ENOTSOCK). Use the number that socket() or accept() "
                  "has given.") },
  { EOPNOTSUPP, NULL,
    NC_ ("error", "This kind of socket cannot do {call} (EOPNOTSUPP). Listening and accepting need TCP.") },
  { EDESTADDRREQ, NULL,
    NC_ ("error", "The datagram has no address to go to (EDESTADDRREQ). Name one, or call connect() first.") },
  { EMSGSIZE, NULL,
    NC_ ("error", "The message is too long for one datagram (EMSGSIZE). Send less at once.") },
};

static gboolean
is_call (const char *call, const char *name)
{
  /* accept4(), sendto(), recvmsg() … fail for the reasons of the plain ones. */
  return call != NULL && g_str_has_prefix (call, name);
}

static const char *
find_sentence (const char *call, int error)
{
  for (guint i = 0; i < G_N_ELEMENTS (SENTENCES); i++)
    if (SENTENCES[i].error == error && (SENTENCES[i].call == NULL || is_call (call, SENTENCES[i].call)))
      return g_dpgettext2 (GETTEXT_PACKAGE, "error", SENTENCES[i].text);
  return C_ ("error", "The kernel refused {call}: {reason}. Close this socket and try again.");
}

/* An address that is not known is called so where it begins the @sentence, and within it. */
static char *
make_place (const SvEndpoint *endpoint, const char *sentence)
{
  if (endpoint == NULL || endpoint->family == 0)
    return g_strdup (g_str_has_prefix (sentence, "{place}") ? C_ ("error", "That address") : C_ ("error", "that address"));
  return endpoint->port != 0 ? sv_endpoint_to_string (endpoint) : sv_endpoint_address_to_string (endpoint);
}

static char *
make_port (const SvEndpoint *endpoint)
{
  return endpoint != NULL && endpoint->port != 0 ? g_strdup_printf ("%u", endpoint->port)
                                                 : g_strdup (C_ ("error", "number below the limit"));
}

/* g_strerror() has only a number for what it does not know. */
static char *
make_reason (int error)
{
  if (error <= 0 || strerrorname_np (error) == NULL)
    return g_strdup (C_ ("error", "it gave a reason that has no name here"));
  return g_strdup_printf ("%s (%s)", g_strerror (error), strerrorname_np (error));
}

/**
 * sv_explain_error:
 * @call: (nullable): the call that failed: "bind"
 * @error: its errno
 * @endpoint: (nullable): the address it was about
 *
 * Returns: (transfer full): what happened and what to do, in whole sentences
 */
char *
sv_explain_error (const char *call, int error, const SvEndpoint *endpoint)
{
  const char *sentence = find_sentence (call, error);
  g_autofree char *place = make_place (endpoint, sentence);
  g_autofree char *port = make_port (endpoint);
  g_autofree char *reason = make_reason (error);
  g_autofree char *name = call != NULL ? g_strdup_printf ("%s()", call) : g_strdup (C_ ("error", "the call"));
  GString *text = g_string_new (sentence);

  g_string_replace (text, "{place}", place, 0);
  g_string_replace (text, "{port}", port, 0);
  g_string_replace (text, "{call}", name, 0);
  g_string_replace (text, "{reason}", reason, 0);
  return g_string_free (text, FALSE);
}
