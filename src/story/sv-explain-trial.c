/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explain-trial.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#define MAX_STEPS 6

typedef struct
{
  const char *name;
  const char *text;
} Step;

typedef struct
{
  const char *name;
  SvTrialStory story;
  Step steps[MAX_STEPS];
} Text;

/* Sources: bind(2), connect(2), accept(2), send(2), recv(2), socket(7), ip(7), tcp(7),
 * capabilities(7), RFC 9293; each was tried on Linux 6.18. */
static const Text TEXTS[] = {
  { "in-use",
    { NC_ ("trial", "Port in use"),
      NC_ ("trial", "Two servers, one port: what does the second one hear?"),
      NC_ ("trial", "The kernel keeps a list of who has which address and port. A listening socket has this one "
                    "already, so bind() refuses it to another socket: a client’s SYN could not be for both."),
      NC_ ("trial", "Say which port it is, and end. Do not take another port silently: clients would look in the "
                    "wrong place. Who has the port is in the table; as root also by ss -ltnp.") },
    { { "first", NC_ ("trial", "A first server binds a port and listens.") },
      { "second", NC_ ("trial", "A second server wants to bind the same address and port.") } } },
  { "in-use-time-wait",
    { NC_ ("trial", "Port in use by TIME_WAIT"),
      NC_ ("trial", "The server has ended, and yet its port is in use? Try all four combinations of SO_REUSEADDR."),
      NC_ ("trial", "The old server closed a connection first, so its end of it stays in TIME_WAIT for 60 seconds, "
                    "and that row still has the port. SO_REUSEADDR says “I know”. It helps only if both sockets said "
                    "so: the accepted socket inherited the option, or its absence, from the old listening socket."),
      NC_ ("trial", "A server sets SO_REUSEADDR before bind(), always: then it helps the next start, too. On Linux "
                    "this lets no two servers listen on the same address and port.") },
    { { "neither", NC_ ("trial", "Neither the old nor the new socket sets SO_REUSEADDR.") },
      { "new", NC_ ("trial", "Only the new socket sets SO_REUSEADDR.") },
      { "old", NC_ ("trial", "Only the old socket set SO_REUSEADDR.") },
      { "both", NC_ ("trial", "Both the old and the new socket set SO_REUSEADDR.") } } },
  { "other-address",
    { NC_ ("trial", "Same port, and no conflict"),
      NC_ ("trial", "Is a port taken once and for all?"),
      NC_ ("trial", "A port belongs to an address and a protocol. 127.0.0.1 and 127.0.0.2 are two addresses, TCP and "
                    "UDP have 65 536 ports each. But 0.0.0.0 means every address, 127.0.0.1 included: that is a "
                    "conflict."),
      NC_ ("trial", "Bind the address that is meant. If 0.0.0.0 fails, look for somebody on a single address, and "
                    "the other way round.") },
    { { "first", NC_ ("trial", "A first server listens on a port of 127.0.0.1.") },
      { "address", NC_ ("trial", "A second one takes the same port of 127.0.0.2: that works.") },
      { "protocol", NC_ ("trial", "A UDP socket takes the same port of 127.0.0.1: that works, too.") },
      { "any", NC_ ("trial", "A third server wants the same port of all addresses, 0.0.0.0.") } } },
  { "reuse-port",
    { NC_ ("trial", "Two servers on one port"),
      NC_ ("trial", "Only one program for each port: is there an exception?"),
      NC_ ("trial", "If every one of the sockets sets SO_REUSEPORT before bind(), and all belong to the same user, "
                    "the kernel lets them listen on the same address and port, and shares the clients out among "
                    "them. If the first one did not set it, no later one gets in."),
      NC_ ("trial", "Use it on purpose, for several workers of the same server. By mistake it hides that an old "
                    "server still runs, and every other client talks to that one.") },
    { { "first", NC_ ("trial", "A server listens, without SO_REUSEPORT.") },
      { "without", NC_ ("trial", "A second server wants the same port.") },
      { "with", NC_ ("trial", "Two new servers set SO_REUSEPORT, and both listen on the same port.") } } },
  { "privileged",
    { NC_ ("trial", "Port below 1024"),
      NC_ ("trial", "Port 80 is free. May everybody have it?"),
      NC_ ("trial", "Ports below net.ipv4.ip_unprivileged_port_start, usually 1024, are given only to programs with "
                    "the right CAP_NET_BIND_SERVICE. That says nothing about who else may have the port: the right "
                    "was missing. Root has it; a program may have this one right without being root."),
      NC_ ("trial", "Choose a higher port, or get just this right: AmbientCapabilities=CAP_NET_BIND_SERVICE in the "
                    "systemd unit, or setcap cap_net_bind_service=+ep on the program’s file. Running as root for a "
                    "port’s sake is too much.") },
    { { "without", NC_ ("trial", "A server without CAP_NET_BIND_SERVICE wants to bind a port below the limit.") },
      { "with", NC_ ("trial", "The same with CAP_NET_BIND_SERVICE, if this program has it.") } } },
  { "not-available",
    { NC_ ("trial", "Address not available"),
      NC_ ("trial", "May a program bind an address that is not this computer’s?"),
      NC_ ("trial", "bind() chooses among this computer’s own addresses; 192.0.2.1 is on none of its interfaces. The "
                    "same error means something else from connect(): no ephemeral port is left for that server. Here "
                    "two clients were given one port between them."),
      NC_ ("trial", "After bind(): check the address; a VPN or a container may not have it yet. After connect(): "
                    "close connections, or use them again, instead of opening a new one for each request.") },
    { { "address", NC_ ("trial", "A server wants to bind 192.0.2.1, an address for textbooks.") },
      { "ports", NC_ ("trial", "Two clients of one server may use one ephemeral port only (IP_LOCAL_PORT_RANGE, "
                               "Linux 6.3).") } } },
  { "refused",
    { NC_ ("trial", "Connection refused"),
      NC_ ("trial", "Nobody listens on that port. How soon does the client know?"),
      NC_ ("trial", "The SYN arrived, and the server’s kernel found no listening socket: it answered with an RST at "
                    "once. So the computer is there and can be reached; only the server is not."),
      NC_ ("trial", "Say which address and port. It may be tried again after a while, with growing pauses: the "
                    "server may be just starting.") },
    { { "bind", NC_ ("trial", "A server binds a port, but does not listen.") },
      { "connect", NC_ ("trial", "A client connects to that port.") } } },
  { "timed-out",
    { NC_ ("trial", "No answer"),
      NC_ ("trial", "The SYN is dropped without a word. How long does connect() wait?"),
      NC_ ("trial", "The server’s accept queue is full, so its kernel drops each SYN; a firewall does the same. The "
                    "client’s kernel sends the SYN again after a second and would go on for about two minutes. Here "
                    "TCP_USER_TIMEOUT makes it give up after one and a half seconds."),
      NC_ ("trial", "Do not wait for two minutes: set a limit of your own. No answer is not a no; whether the server "
                    "got something is unknown. Check address, firewall, and whether the server calls accept().") },
    { { "listen", NC_ ("trial", "A server listens with a backlog of 0 and never calls accept().") },
      { "fill", NC_ ("trial", "A first client takes the only place in the accept queue.") },
      { "connect", NC_ ("trial", "A second client sends its SYN, which the full queue makes the kernel drop.") },
      { "wait", NC_ ("trial", "Its kernel sends the SYN once more, then gives up.") } } },
  { "full-backlog",
    { NC_ ("trial", "The backlog is full"),
      NC_ ("trial", "Three clients come, and there is room for two: is the third one refused?"),
      NC_ ("trial", "listen(1) has room for two: Linux takes one more than the backlog. The third SYN is dropped, "
                    "not refused: connect() hears nothing. It would wait; as this socket does not block, it says "
                    "EINPROGRESS. Its kernel asks again after a second, and as one was accepted meanwhile, it gets "
                    "in late, but it gets in."),
      NC_ ("trial", "A server calls accept() soon and gives listen() a generous backlog (SOMAXCONN). Clients that "
                    "take a second, or three, to connect are the sign of a full queue: look at Recv-Q of the LISTEN "
                    "row.") },
    { { "listen", NC_ ("trial", "A server listens with a backlog of 1.") },
      { "two", NC_ ("trial", "Two clients connect and wait in the accept queue.") },
      { "third", NC_ ("trial", "A third client connects: its SYN is dropped.") },
      { "accept", NC_ ("trial", "The server accepts one. The third client’s next SYN finds room.") } } },
  { "no-descriptors",
    { NC_ ("trial", "Too many open files"),
      NC_ ("trial", "accept() fails because the program has no descriptor left. Is the client lost?"),
      NC_ ("trial", "accept() needs a free descriptor for the new socket, and the process has as many open as "
                    "RLIMIT_NOFILE allows. The kernel leaves the connection where it is: in the accept queue, "
                    "complete, with all that the client sends."),
      NC_ ("trial", "Do not end, and do not call accept() again at once, for that would only burn time: close "
                    "something first, or wait a little. Look for sockets that are never closed; if there is none, "
                    "raise the limit (ulimit -n).") },
    { { "connect", NC_ ("trial", "A client connects; it waits in the accept queue.") },
      { "accept", NC_ ("trial", "A child process that may open no more files calls accept(). It is a child so that "
                                "this program keeps its own descriptors.") },
      { "wait", NC_ ("trial", "The client sends a line, while it waits on.") },
      { "again", NC_ ("trial", "With a free descriptor accept() works, and nothing is lost.") } } },
  { "full-window",
    { NC_ ("trial", "The receiver does not read"),
      NC_ ("trial", "A client sends and sends, and the server does not read. Who stops whom?"),
      NC_ ("trial", "The server’s receive buffer filled up, so its kernel announced a window of 0; the client’s send "
                    "buffer filled up behind it, so send() would have to wait (EAGAIN). While the window is shut, "
                    "the client’s kernel asks from time to time by a zero-window probe: the timer of its row. "
                    "Reading opened it again."),
      NC_ ("trial", "The sender waits until the socket can be written to (poll, epoll), and keeps what was not "
                    "taken. A Send-Q that stays full: look at the reader. A Recv-Q that stays full: this is the "
                    "reader.") },
    { { "connect", NC_ ("trial", "A client and a server connect, with small buffers.") },
      { "fill", NC_ ("trial", "The client sends until the kernel takes no more; the server does not read.") },
      { "probe", NC_ ("trial", "The client’s kernel asks whether the window is still shut.") },
      { "read", NC_ ("trial", "The server reads.") },
      { "again", NC_ ("trial", "The client can send again.") } } },
  { "dropped",
    { NC_ ("trial", "A datagram finds no room"),
      NC_ ("trial", "A client sends eight UDP datagrams, and the server does not read. Who hears of those that do not "
                    "fit?"),
      NC_ ("trial", "Nobody. Each send() succeeded: it hands the datagram over, no more. The server’s receive buffer "
                    "(SO_RCVBUF, here a small one) was full after a few, so the kernel dropped the others and only "
                    "counted them, in the column “drops” of /proc/net/udp. Recv-Q is memory for whole datagrams, "
                    "more than their bytes, so even small ones fill it soon. When the rest is read, recv() would "
                    "have to wait (EAGAIN)."),
      NC_ ("trial", "The server reads soon, and may ask for a larger buffer (SO_RCVBUF; net.core.rmem_max is the "
                    "limit). What must arrive is numbered and sent again by the programs themselves, or goes over "
                    "TCP.") },
    { { "bind", NC_ ("trial", "A UDP server binds a port; its receive buffer is small.") },
      { "send", NC_ ("trial", "A client sends eight datagrams; the server does not read.") },
      { "read", NC_ ("trial", "The server reads until nothing is there.") } } },
  { "broken-pipe",
    { NC_ ("trial", "Broken pipe"),
      NC_ ("trial", "The server has closed. Does the client’s next send() fail?"),
      NC_ ("trial", "The server’s FIN said only that it would send no more, so the first send() succeeded: it puts "
                    "bytes into the send buffer, no more. They arrived where no program was any longer, and an RST "
                    "came back. Only the next send() could fail with it. Without MSG_NOSIGNAL the signal SIGPIPE "
                    "would have ended the program."),
      NC_ ("trial", "A send() that succeeded is no proof of delivery: only an answer is. Ignore SIGPIPE, or use "
                    "MSG_NOSIGNAL; at EPIPE close the socket. Whoever also reads hears of the end earlier: recv() "
                    "returns 0.") },
    { { "connect", NC_ ("trial", "A client and a server connect.") },
      { "close", NC_ ("trial", "The server closes; its FIN reaches the client.") },
      { "first", NC_ ("trial", "The client sends all the same, and that succeeds.") },
      { "second", NC_ ("trial", "Now an RST has come back, and the client sends again.") } } },
  { "reset",
    { NC_ ("trial", "Connection reset by peer"),
      NC_ ("trial", "The server closes without having read what came. What does the client hear?"),
      NC_ ("trial", "close() with unread bytes in the receive buffer ends the connection with an RST instead of a "
                    "FIN: the sender is to know that something was lost. Both rows are gone at once, without "
                    "TIME_WAIT."),
      NC_ ("trial", "Close the socket; what was sent last may not have been read. On the server’s side: read until "
                    "recv() returns 0 before close().") },
    { { "connect", NC_ ("trial", "A client and a server connect.") },
      { "send", NC_ ("trial", "The client sends a line, which the server does not read.") },
      { "close", NC_ ("trial", "The server closes.") },
      { "recv", NC_ ("trial", "The client wants to receive.") } } },
  { "half-open",
    { NC_ ("trial", "The other machine is gone"),
      NC_ ("trial", "The server’s machine loses its power. When does the client notice?"),
      NC_ ("trial", "Nobody tells it: no FIN and no RST has come, so its row stays ESTABLISHED, for days if it only "
                    "waits. That is a half-open connection. Once it sends, nothing is acknowledged, and its kernel "
                    "sends again and again: for a quarter of an hour with Linux’ usual settings (tcp_retries2); here "
                    "TCP_USER_TIMEOUT lets it give up after a few times. If the machine came back meanwhile, it "
                    "would answer with an RST."),
      NC_ ("trial", "Do not take ESTABLISHED for “is there”. Who only waits turns on keep-alive (SO_KEEPALIVE, "
                    "TCP_KEEPIDLE) or sends a sign of life of its own; who sends sets TCP_USER_TIMEOUT or a "
                    "deadline.") },
    { { "connect", NC_ ("trial", "A client and a server connect, each on a machine of its own.") },
      { "cut", NC_ ("trial", "The server’s machine is cut off: its socket is gone, and nothing of that reaches the "
                             "client.") },
      { "send", NC_ ("trial", "The client’s row is still ESTABLISHED; it sends, and that succeeds.") },
      { "wait", NC_ ("trial", "Its kernel sends again and again, then gives up.") } } },
  { "self-connect",
    { NC_ ("trial", "Connected to itself"),
      NC_ ("trial", "One socket, no server. Can connect() succeed?"),
      NC_ ("trial", "The client had the very port that it connected to. Its SYN came back to itself, and TCP allows "
                    "that both ends open at the same time: the connection is ESTABLISHED, with a single row whose "
                    "two addresses are the same. It hears all that it says. Meanwhile it has the server’s port."),
      NC_ ("trial", "It happens to a client that tries again and again to reach a local server on a port of the "
                    "ephemeral range. Let servers listen below that range (ip_local_port_range); after connect() "
                    "compare getsockname() with getpeername().") },
    { { "bind", NC_ ("trial", "A client binds a port.") },
      { "connect", NC_ ("trial", "It connects to that very port, where nobody listens.") },
      { "talk", NC_ ("trial", "It sends a line and receives it itself.") },
      { "server", NC_ ("trial", "The server that belongs there starts, and wants its port.") } } },
  { "peers",
    { NC_ ("trial", "Peer to peer"),
      NC_ ("trial", "Two programs both listen, connect and accept, each on one port of its own. How many connections "
                    "can they have?"),
      NC_ ("trial", "Server and client are roles of a socket, not of a program. With SO_REUSEPORT the socket that "
                    "listens and the one that connects share a port. But two addresses and two ports name one "
                    "connection, whoever began it: peer 2 has that one already, by accept(), so connect() the other "
                    "way round finds no address left. From another port it is a second connection."),
      NC_ ("trial", "Keep the connection that comes first, whoever began it: data goes both ways. If both SYNs leave "
                    "before either arrives, which takes a network between them, TCP makes one connection of the two: "
                    "“Two Peers Connect at Once” in the menu.") },
    { { "listen", NC_ ("trial", "Two programs bind a port each, with SO_REUSEPORT, and listen.") },
      { "connect", NC_ ("trial", "Peer 1 connects from its port to that of peer 2, which accepts.") },
      { "back", NC_ ("trial", "Peer 2 wants to connect from its port to that of peer 1.") },
      { "elsewhere", NC_ ("trial", "Peer 2 connects from a port that the kernel chooses, and peer 1 accepts.") } } },
};

static const char *
translate (const char *text)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "trial", text);
}

static const Text *
find (const char *trial)
{
  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    if (g_str_equal (TEXTS[i].name, trial))
      return &TEXTS[i];
  return NULL;
}

/**
 * sv_trial_story_find:
 * @trial: as the recipe is called: "refused"
 *
 * Returns: whether there is such a story
 */
gboolean
sv_trial_story_find (const char *trial, SvTrialStory *story)
{
  const Text *text = find (trial);

  if (text == NULL)
    return FALSE;
  story->title = translate (text->story.title);
  story->question = translate (text->story.question);
  story->kernel = translate (text->story.kernel);
  story->program = translate (text->story.program);
  return TRUE;
}

/**
 * sv_trial_story_find_step:
 *
 * Returns: (transfer none) (nullable): what is done in that step, in one sentence
 */
const char *
sv_trial_story_find_step (const char *trial, const char *step)
{
  const Text *text = find (trial);

  if (text == NULL)
    return NULL;
  for (guint i = 0; i < MAX_STEPS && text->steps[i].name != NULL; i++)
    if (g_str_equal (text->steps[i].name, step))
      return translate (text->steps[i].text);
  return NULL;
}

/**
 * sv_trial_story_describe_outcome:
 * @error: its errno, 0 if it did not fail
 *
 * Returns: (transfer full): "bind() failed: Address already in use (EADDRINUSE)"
 */
char *
sv_trial_story_describe_outcome (const char *call, gint64 result, int error)
{
  if (error == 0)
    /* Translators: the name of a system call, and the number that it returned. */
    return g_strdup_printf (C_ ("trial", "%s() worked: it returned %lld"), call, (long long) result);
  /* Neither is a failure: the call only does not wait. */
  if (error == EINPROGRESS || error == EAGAIN)
    /* Translators: the name of a system call, the reason in words, the reason's exact name. */
    return g_strdup_printf (C_ ("trial", "%s() did not wait: %s (%s)"), call, g_strerror (error),
                            sv_errno_to_name (error));
  return g_strdup_printf (C_ ("trial", "%s() failed: %s (%s)"), call, g_strerror (error), sv_errno_to_name (error));
}
