/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questions that do not need a machine's table. Of those where one is
 * chosen, the first choice is the right one here; of those where the order
 * counts, this is the order. A right choice should not be the longest. */
#include "sv-config.h"

#include "sv-quiz-private.h"

#include <glib/gi18n-lib.h>

#define MOST_CHOICES 5

typedef struct
{
  const char *text;
  const char *why;
} Choice;

typedef struct
{
  const char *id;
  const char *topic;
  SvQuizKind kind;
  const char *text;
  const char *listing;
  Choice choices[MOST_CHOICES + 1];
} Text;

static const Text TEXTS[] = {
  { "four-tuple", "socket", SV_QUIZ_CHOOSE, NC_ ("quiz", "What tells one TCP connection from every other?"), NULL,
    { { NC_ ("quiz", "Both addresses and both ports"),
        NC_ ("quiz", "The four together, with the protocol, are the name of a connection (four-tuple).") },
      { NC_ ("quiz", "The server’s address and port"),
        NC_ ("quiz", "All clients of a server have those two in common.") },
      { NC_ ("quiz", "The process number (PID) and the file descriptor"),
        NC_ ("quiz", "Those say who holds one end on one machine; the packets know nothing of them.") },
      { NC_ ("quiz", "The sequence number that its first packet begins with"),
        NC_ ("quiz", "It is chosen by chance and says which byte is which, not which connection it is.") } } },
  { "descriptor", "socket", SV_QUIZ_CHOOSE, NC_ ("quiz", "What does socket() give back to a program?"), NULL,
    { { NC_ ("quiz", "A file descriptor"),
        NC_ ("quiz", "A small number, as open() gives for a file: read() and write() work with it, too.") },
      { NC_ ("quiz", "A port"),
        NC_ ("quiz", "A new socket has no port yet: bind() or connect() give it one.") },
      { NC_ ("quiz", "The path of a new file in /proc"),
        NC_ ("quiz", "There is a link in /proc/PID/fd, but the program works with a number.") },
      { NC_ ("quiz", "The place of the socket in the kernel’s memory"),
        NC_ ("quiz", "The kernel keeps that to itself.") } } },
  { "proc-fd", "many-clients", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "A server has one listening socket and three connected clients. How many links named "
                 "“socket:[…]” do these make in its /proc/PID/fd?"), NULL,
    { { NC_ ("quiz", "Four"), NC_ ("quiz", "One for the listening socket, and accept() gave one more for each client.") },
      { NC_ ("quiz", "One"), NC_ ("quiz", "They share a port, but each connection is a socket of its own.") },
      { NC_ ("quiz", "Three"), NC_ ("quiz", "The listening socket stays open besides; it is needed for the next client.") },
      { NC_ ("quiz", "Seven"), NC_ ("quiz", "The clients’ ends belong to the clients’ own processes.") } } },
  { "who-is-client", "client-server", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "Two programs talk over TCP. Which of them is the client?"), NULL,
    { { NC_ ("quiz", "The one that called connect()"),
        NC_ ("quiz", "Client is who begins: it has to know the other’s address and port. The server waits in listen().") },
      { NC_ ("quiz", "The one that sends first"),
        NC_ ("quiz", "Either may send first: many mail servers greet before the client has said a word.") },
      { NC_ ("quiz", "The one with the higher port number"),
        NC_ ("quiz", "It is often so, but a server may listen on a high port, too.") },
      { NC_ ("quiz", "The one that runs on the smaller computer"),
        NC_ ("quiz", "It has nothing to do with the computer, and both may run on the same one.") } } },
  { "client-calls", "client-server", SV_QUIZ_ORDER,
    NC_ ("quiz", "A client asks a server something and reads the answer. Put its calls in order."), NULL,
    { { "socket()", NC_ ("quiz", "Without a socket there is nothing to work with, so socket() is first.") },
      { "connect()", NC_ ("quiz", "connect() comes before any data: first the connection, then the talk.") },
      { "send()", NC_ ("quiz", "The question has to be sent before there can be an answer.") },
      { "recv()", NC_ ("quiz", "recv() reads the answer; after close() nothing could be read.") },
      { "close()", NC_ ("quiz", "close() is last: it gives the socket back.") } } },
  { "server-calls", "listen", SV_QUIZ_ORDER,
    NC_ ("quiz", "Put the calls of a server in order, up to the first bytes of its first client."), NULL,
    { { "socket()", NC_ ("quiz", "Without a socket there is nothing to bind, so socket() is first.") },
      { "bind()", NC_ ("quiz", "bind() gives the address and port; without it listen() would take a port of the kernel’s "
                               "choice.") },
      { "listen()", NC_ ("quiz", "Only listen() makes the kernel take connections for this port.") },
      { "accept()", NC_ ("quiz", "accept() takes a finished connection out of the queue that listen() made.") },
      { "recv()", NC_ ("quiz", "recv() reads from the socket that accept() gave, never from the listening one.") } } },
  { "backlog", "listen", SV_QUIZ_CHOOSE, NC_ ("quiz", "A server calls listen (fd, 5). What is limited by the 5?"), NULL,
    { { NC_ ("quiz", "How many connections may wait for accept()"),
        NC_ ("quiz", "It is the backlog, the limit of the accept queue. (Linux lets one more wait.)") },
      { NC_ ("quiz", "How many clients may be connected"),
        NC_ ("quiz", "What accept() has taken does not count any more, so there may be thousands.") },
      { NC_ ("quiz", "How many seconds the server waits for a client"),
        NC_ ("quiz", "listen() sets no time; accept() waits as long as it takes.") },
      { NC_ ("quiz", "How many programs may listen on this port together"),
        NC_ ("quiz", "Who may share a port is decided at bind().") } } },
  { "bind-zero", "listen", SV_QUIZ_CHOOSE, NC_ ("quiz", "A program calls bind() with port 0. What does it get?"), NULL,
    { { NC_ ("quiz", "A free port that the kernel chooses"),
        NC_ ("quiz", "0 means “any”; getsockname() tells which it became.") },
      { NC_ ("quiz", "Port 0, which only root may have"), NC_ ("quiz", "No socket ever has port 0.") },
      { NC_ ("quiz", "An error: there is no port 0"),
        NC_ ("quiz", "It is no port, but bind() understands it as a wish for any.") },
      { NC_ ("quiz", "All ports at once, as 0.0.0.0 means all addresses"),
        NC_ ("quiz", "0.0.0.0 does mean all addresses, but a socket has one port.") } } },
  { "connect-before-accept", "handshake", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "A server has called listen(), but it never calls accept(). A client calls connect(). What happens?"),
    NULL,
    { { NC_ ("quiz", "connect() succeeds, and the connection waits"),
        NC_ ("quiz", "The kernel completes the handshake by itself and puts the connection into the accept queue.") },
      { NC_ ("quiz", "connect() waits for the server’s accept()"),
        NC_ ("quiz", "accept() only takes out what is finished already.") },
      { NC_ ("quiz", "connect() fails: connection refused"),
        NC_ ("quiz", "It is refused where nobody listens, and here somebody does.") },
      { NC_ ("quiz", "connect() succeeds, but send() fails"),
        NC_ ("quiz", "Data may come before accept(): the kernel keeps it in the receive queue.") } } },
  { "client-port", "handshake", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "nc connects to port 9999 of a server and asks for no port of its own. Which port has nc’s end?"), NULL,
    { { NC_ ("quiz", "One that its own kernel chose from a range"),
        NC_ ("quiz", "It is an ephemeral port, chosen by rules from the range in "
                     "/proc/sys/net/ipv4/ip_local_port_range.") },
      { NC_ ("quiz", "9999, as both ends share the port"),
        NC_ ("quiz", "Each end has a port of its own; 9999 is the server’s.") },
      { NC_ ("quiz", "None, as only servers need ports"),
        NC_ ("quiz", "Without one the answers would not find their way back.") },
      { NC_ ("quiz", "One that the server chose in accept()"),
        NC_ ("quiz", "The client’s port stands in its very first packet, the SYN.") } } },
  { "handshake-order", "handshake", SV_QUIZ_ORDER,
    NC_ ("quiz", "A client connects to a server whose program waits in accept(). Put what happens in order."), NULL,
    { { NC_ ("quiz", "SYN from the client"), NC_ ("quiz", "The client begins: nothing comes before its SYN.") },
      { NC_ ("quiz", "SYN-ACK from the server"), NC_ ("quiz", "The SYN-ACK answers the SYN.") },
      { NC_ ("quiz", "ACK from the client"), NC_ ("quiz", "The ACK answers the SYN-ACK and completes the handshake.") },
      { NC_ ("quiz", "accept() returns"),
        NC_ ("quiz", "accept() gives out only finished connections, so it is last.") } } },
  { "syn-sent", "handshake", SV_QUIZ_STATE,
    NC_ ("quiz", "The SYN of a client is under way, and no answer has come. Which state has the client’s row?"),
    "tcp        0      1 172.16.17.74:52038      13.51.197.134:9999      _______",
    { { "SYN_SENT", NC_ ("quiz", "It has sent a SYN and waits for the SYN-ACK; the SYN counts 1 in Send-Q.") },
      { "SYN_RECV", NC_ ("quiz", "That is the server’s side, once the SYN has come.") },
      { "LISTEN", NC_ ("quiz", "Only servers listen.") },
      { "ESTABLISHED", NC_ ("quiz", "It becomes that when the SYN-ACK comes.") } } },
  { "stream", "talking", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "A client calls send() twice, with 5 bytes each. The server calls recv() once, with room for 100. What "
                 "may it get?"), NULL,
    { { NC_ ("quiz", "Anything from 1 to 10 bytes"),
        NC_ ("quiz", "TCP is a stream of bytes: where one send() ended is not kept.") },
      { NC_ ("quiz", "5 bytes, as one recv() takes what one send() gave"),
        NC_ ("quiz", "UDP keeps such borders, TCP does not.") },
      { NC_ ("quiz", "Exactly 10 bytes"),
        NC_ ("quiz", "Often it does, but the second may still be under way.") },
      { NC_ ("quiz", "Nothing until 100 bytes have arrived"),
        NC_ ("quiz", "recv() gives what is there already.") } } },
  { "send-success", "talking", SV_QUIZ_CHOOSE, NC_ ("quiz", "send() has returned 100. What is certain?"), NULL,
    { { NC_ ("quiz", "The kernel of this computer has taken 100 bytes"),
        NC_ ("quiz", "They are in the send buffer; whether they will arrive, nobody knows yet.") },
      { NC_ ("quiz", "The other program has read 100 bytes"),
        NC_ ("quiz", "Not even the acknowledgement says so: it comes from the other kernel.") },
      { NC_ ("quiz", "100 bytes have reached the other computer"),
        NC_ ("quiz", "Until its acknowledgement comes they count in Send-Q.") },
      { NC_ ("quiz", "100 bytes have left this computer’s network card"),
        NC_ ("quiz", "They may have to wait, for example while the other side’s window is full.") } } },
  { "accept-port", "many-clients", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "A server listens on port 9999, and accept() gives a new socket. Which local port has that?"), NULL,
    { { NC_ ("quiz", "9999, as the listening one"),
        NC_ ("quiz", "accept() opens no port: the client’s address and port tell the new socket from the others.") },
      { NC_ ("quiz", "A free one that the kernel chose for it"),
        NC_ ("quiz", "The kernel chooses for the client, at connect().") },
      { NC_ ("quiz", "10000, the next"), NC_ ("quiz", "Ports are not counted up.") },
      { NC_ ("quiz", "The one that the client’s end has"),
        NC_ ("quiz", "That one stands under Foreign Address.") } } },
  { "most-connections", "many-clients", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "How many connections can one listening port have at the same time?"), NULL,
    { { NC_ ("quiz", "As many as memory and descriptors allow"),
        NC_ ("quiz", "Each is told by the client’s address and port, and every client address brings its own 65,535 "
                     "ports.") },
      { NC_ ("quiz", "65,535: there are no more ports"),
        NC_ ("quiz", "On the server’s side all of them use the same one port.") },
      { NC_ ("quiz", "As many as the backlog of listen() says, plus one"),
        NC_ ("quiz", "The backlog limits those that wait for accept().") },
      { NC_ ("quiz", "One at a time: others wait until it is closed"),
        NC_ ("quiz", "accept() may be called again at once.") } } },
  { "same-port", "ports", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "Two programs want to listen on TCP port 9999 of one machine. When does that work without any option?"),
    NULL,
    { { NC_ ("quiz", "When each binds to another address"),
        NC_ ("quiz", "127.0.0.1:9999 and 192.168.1.5:9999 do not collide. On the same address the option SO_REUSEPORT, set "
                     "by both, is a way.") },
      { NC_ ("quiz", "Never"),
        NC_ ("quiz", "A port belongs to one program alone only for the same address and protocol.") },
      { NC_ ("quiz", "While the first of them has no clients"),
        NC_ ("quiz", "Listening is enough to have the port.") },
      { NC_ ("quiz", "When both of them are started by root"),
        NC_ ("quiz", "Root may have any port, but not one that is taken.") } } },
  { "privileged", "ports", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "Who may bind to port 80 on a Linux machine with the usual settings?"), NULL,
    { { NC_ ("quiz", "Whoever has CAP_NET_BIND_SERVICE"),
        NC_ ("quiz", "Root has that right, and it can be given to a single program. From which port on nobody needs it says "
                     "ip_unprivileged_port_start: 1024 as a rule.") },
      { NC_ ("quiz", "Root, and nobody else"),
        NC_ ("quiz", "Root may, but it is not the only way.") },
      { NC_ ("quiz", "Everybody, as long as the port is free"),
        NC_ ("quiz", "Ports below 1024 are privileged by default: bind() fails with EACCES.") },
      { NC_ ("quiz", "The programs that /etc/services lists"),
        NC_ ("quiz", "That file lists names of services; nobody gets a right by it.") } } },
  { "services-file", "ports", SV_QUIZ_CHOOSE, NC_ ("quiz", "What is /etc/services for?"), NULL,
    { { NC_ ("quiz", "It gives names to ports"),
        NC_ ("quiz", "631 is ipp, 22 is ssh: both sides can mean the same port by a name. Nobody is bound to it.") },
      { NC_ ("quiz", "It says which services start with the computer"),
        NC_ ("quiz", "That is the business of systemd.") },
      { NC_ ("quiz", "It reserves ports, so that others cannot bind"),
        NC_ ("quiz", "Any program may bind to a port that has a name there.") },
      { NC_ ("quiz", "It opens the ports"),
        NC_ ("quiz", "A port is open when a program listens there.") } } },
  { "dual-stack", "netstat", SV_QUIZ_CHOOSE, NC_ ("quiz", "Which clients does such a server take, as a rule?"),
    "tcp6       0      0 :::80                   :::*                    LISTEN",
    { { NC_ ("quiz", "Those with IPv4 and those with IPv6"),
        NC_ ("quiz", "Unless its program has set IPV6_V6ONLY, a socket on :: takes IPv4, too. The row says tcp6 because "
                     "the socket is an IPv6 one.") },
      { NC_ ("quiz", "Only those with IPv6"),
        NC_ ("quiz", "tcp6 is the family of the socket, not of its clients.") },
      { NC_ ("quiz", "Only those on this computer, because :: is nobody’s address"),
        NC_ ("quiz", "As 0.0.0.0 does, :: means every address of the machine; its own is ::1.") },
      { NC_ ("quiz", "None until it has an address in place of the colons"),
        NC_ ("quiz", "It listens already: :: means every address.") } } },
  { "option-a", "netstat", SV_QUIZ_CHOOSE, NC_ ("quiz", "netstat -tuna: what is the “a” for?"), NULL,
    { { NC_ ("quiz", "Listening sockets are shown, too"),
        NC_ ("quiz", "-a means all; without it netstat leaves out those that listen. -t and -u are TCP and UDP, -n is "
                     "numbers in place of names.") },
      { NC_ ("quiz", "Addresses are shown as numbers, not as names"), NC_ ("quiz", "That is the “n”.") },
      { NC_ ("quiz", "The program that holds each socket is shown"), NC_ ("quiz", "That is -p.") },
      { NC_ ("quiz", "IPv6 is shown, too"), NC_ ("quiz", "That needs no option.") } } },
  { "time-wait", "goodbye", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "netstat shows 200 rows in TIME_WAIT for a busy server. What is wrong?"), NULL,
    { { NC_ ("quiz", "Nothing"),
        NC_ ("quiz", "Whoever closes first keeps such a row for 60 seconds, so that late packets do no harm.") },
      { NC_ ("quiz", "The server forgets to call close()"), NC_ ("quiz", "Then the rows would be in CLOSE_WAIT.") },
      { NC_ ("quiz", "Its clients have crashed without a word"),
        NC_ ("quiz", "TIME_WAIT comes only after both sides have said goodbye.") },
      { NC_ ("quiz", "Its accept queue is too short"),
        NC_ ("quiz", "What waits for accept() is ESTABLISHED.") } } },
  { "fin-timeout", "goodbye", SV_QUIZ_CHOOSE, NC_ ("quiz", "Which setting makes TIME_WAIT shorter on Linux?"), NULL,
    { { NC_ ("quiz", "None: its 60 seconds are built in"),
        NC_ ("quiz", "TCP_TIMEWAIT_LEN is a constant of the kernel.") },
      { "net.ipv4.tcp_fin_timeout",
        NC_ ("quiz", "Many a guide says so, but that one is for FIN_WAIT2 of sockets that no program holds any more.") },
      { NC_ ("quiz", "The option SO_REUSEADDR of the socket"),
        NC_ ("quiz", "It lets a new socket have the port meanwhile; the row stays.") },
      { "net.ipv4.tcp_keepalive_time",
        NC_ ("quiz", "Keepalive asks whether a silent other side is still there.") } } },
  { "close-wait", "goodbye", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "A row of a program has been in CLOSE_WAIT for hours. What would end it?"), NULL,
    { { NC_ ("quiz", "close() in this program"),
        NC_ ("quiz", "The other side has finished; the row waits for nothing but this program’s own close().") },
      { NC_ ("quiz", "close() in the program at the other end"),
        NC_ ("quiz", "It has finished already: its FIN made this row CLOSE_WAIT.") },
      { NC_ ("quiz", "The next 60 seconds"), NC_ ("quiz", "Those are TIME_WAIT’s.") },
      { NC_ ("quiz", "An acknowledgement that got lost"),
        NC_ ("quiz", "What gets lost is sent again after seconds, not hours.") } } },
  { "active-close", "goodbye", SV_QUIZ_ORDER,
    NC_ ("quiz", "A program closes its connection first. Put the states of its row in order."), NULL,
    { { "ESTABLISHED", NC_ ("quiz", "It begins with the open connection.") },
      { "FIN_WAIT1", NC_ ("quiz", "close() sends a FIN: FIN_WAIT1 lasts until that is acknowledged.") },
      { "FIN_WAIT2", NC_ ("quiz", "Its FIN is acknowledged, and the other’s FIN is awaited.") },
      { "TIME_WAIT", NC_ ("quiz", "With the other’s FIN the connection is over; TIME_WAIT is the rest.") } } },
  { "passive-close", "goodbye", SV_QUIZ_ORDER,
    NC_ ("quiz", "The other side closes first. Put the states of this side’s row in order."), NULL,
    { { "ESTABLISHED", NC_ ("quiz", "It begins with the open connection.") },
      { "CLOSE_WAIT", NC_ ("quiz", "The other’s FIN has come, and close() of this program is awaited.") },
      { "LAST_ACK", NC_ ("quiz", "close() has sent this side’s FIN, whose acknowledgement is the last packet.") },
      { NC_ ("quiz", "no row any more"), NC_ ("quiz", "With the last ACK the row is gone: TIME_WAIT is at the other "
                                                      "side.") } } },
  { "dns", "names", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "A browser connects to www.example.org. What stands in the SYN that it sends?"), NULL,
    { { NC_ ("quiz", "An IP address and a port"),
        NC_ ("quiz", "The name was looked up before, by DNS or in /etc/hosts; packets carry addresses only.") },
      { NC_ ("quiz", "The name alone"),
        NC_ ("quiz", "Routers know addresses only.") },
      { NC_ ("quiz", "The name, and the address in case it has changed"),
        NC_ ("quiz", "TCP has no field for a name.") },
      { NC_ ("quiz", "The name of the service, so that the server finds the port"),
        NC_ ("quiz", "The client has to know the port before; for http it is 80 by convention.") } } },
  { "several-addresses", "names", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "The name of a server leads to two addresses, and nothing answers at the first. What does a good client "
                 "do?"), NULL,
    { { NC_ ("quiz", "It tries the second"),
        NC_ ("quiz", "A name may have many addresses, IPv6 and IPv4; a client goes through them, some even before the first "
                     "has failed (Happy Eyeballs).") },
      { NC_ ("quiz", "It gives up"),
        NC_ ("quiz", "The name was found: it is the address that does not answer.") },
      { NC_ ("quiz", "It asks DNS again until the first one is gone"),
        NC_ ("quiz", "DNS does not know who is switched off.") },
      { NC_ ("quiz", "It sends its SYN to both addresses in one packet"),
        NC_ ("quiz", "A packet has one destination.") } } },
  { "loopback-only", "other-machine", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "A server listens on 127.0.0.1:9999 alone. On another computer of the network nc connects to the server’s "
                 "computer, port 9999, and no firewall is in the way. What does nc get?"), NULL,
    { { NC_ ("quiz", "Connection refused"),
        NC_ ("quiz", "On the address that can be reached from outside nobody listens on 9999, so the kernel answers with "
                     "RST.") },
      { NC_ ("quiz", "Silence"), NC_ ("quiz", "There is nobody who could accept it.") },
      { NC_ ("quiz", "Connection timed out"), NC_ ("quiz", "The computer does answer, with RST.") },
      { NC_ ("quiz", "A connection as any other"),
        NC_ ("quiz", "127.0.0.1 is inside of each computer, and no other one can reach it.") } } },
  { "nat", "other-machine", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "The client has the address 172.16.17.74 and goes through a router with NAT. Whose address is "
                 "212.50.96.83 in the server’s row?"),
    "tcp        0      0 172.31.46.24:9999       212.50.96.83:52038      ESTABLISHED",
    { { NC_ ("quiz", "The router’s"),
        NC_ ("quiz", "It puts its own address in place of the client’s and remembers whom the answers are for.") },
      { NC_ ("quiz", "The server’s own, as others see it"), NC_ ("quiz", "Under Foreign Address stands the other side.") },
      { NC_ ("quiz", "The client’s, in another notation"), NC_ ("quiz", "They are two different addresses.") },
      { NC_ ("quiz", "The name server’s that the client asked"),
        NC_ ("quiz", "The name server has no part in the connection.") } } },
  { "refused", "when-it-breaks", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "connect() fails at once: connection refused. What has the other computer done?"), NULL,
    { { NC_ ("quiz", "It has answered with RST"),
        NC_ ("quiz", "Its kernel says so where nobody listens on the port.") },
      { NC_ ("quiz", "Nothing: it is off"),
        NC_ ("quiz", "Then nobody would refuse: connect() would wait, and fail with “timed out” or “no route to host”.") },
      { NC_ ("quiz", "It has put the client into its full queue"),
        NC_ ("quiz", "A full queue drops the SYN, and the client tries again.") },
      { NC_ ("quiz", "It has accepted, and then closed at once"),
        NC_ ("quiz", "Then connect() would have succeeded.") } } },
  { "full-queue", "when-it-breaks", SV_QUIZ_STATE,
    NC_ ("quiz", "The accept queue of a server is full, so Linux drops the SYN of one more client. Which state has that "
                 "client’s row?"),
    "tcp        0      1 127.0.0.1:40112         127.0.0.1:9999          _______",
    { { "SYN_SENT", NC_ ("quiz", "It has no answer and sends its SYN again, at first every second, then more and more seldom.") },
      { "ESTABLISHED", NC_ ("quiz", "Those that wait in the queue are; this one is not in it.") },
      { "SYN_RECV", NC_ ("quiz", "That would be a server’s row, and the server has taken no notice of it.") },
      { "CLOSE", NC_ ("quiz", "It has not given up yet.") } } },
  { "first-send", "when-it-breaks", SV_QUIZ_CHOOSE,
    NC_ ("quiz", "The other program has closed its socket. This program calls send() for the first time since. What "
                 "happens?"), NULL,
    { { NC_ ("quiz", "send() succeeds; only a later one will fail"),
        NC_ ("quiz", "This side may still send, and the data leaves. The other’s kernel answers with RST, and after that send() fails.") },
      { NC_ ("quiz", "send() fails with EPIPE"),
        NC_ ("quiz", "That comes with the next one, when the RST is here.") },
      { NC_ ("quiz", "send() waits for the other program"),
        NC_ ("quiz", "It waits only while the send buffer is full.") },
      { NC_ ("quiz", "send() returns 0, which means the end"),
        NC_ ("quiz", "It is recv() that tells the end by a 0.") } } },
};

guint
sv_quiz_text_get_n (void)
{
  return G_N_ELEMENTS (TEXTS);
}

const char *
sv_quiz_text_get_topic (guint index)
{
  return TEXTS[index].topic;
}

static char *
translate (const char *text)
{
  return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "quiz", text));
}

/* Returns: (transfer full): the question, its choices not mixed yet */
SvQuizQuestion *
sv_quiz_text_make (guint index)
{
  const Text *text = &TEXTS[index];
  SvQuizQuestion *question = sv_quiz_question_new (text->id, text->topic, text->kind, translate (text->text));

  question->listing = g_strdup (text->listing);
  for (guint i = 0; text->choices[i].text != NULL; i++)
    {
      if (i == 0 || text->kind == SV_QUIZ_ORDER)
        sv_quiz_question_add_right (question, translate (text->choices[i].text), translate (text->choices[i].why));
      else
        sv_quiz_question_add_wrong (question, translate (text->choices[i].text), translate (text->choices[i].why));
    }
  return question;
}
