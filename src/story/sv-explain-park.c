/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explain-park.h"

#include "sv-explanation.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  const char *name;
  SvTcpState state;
  const char *summary; /* NULL: the state's own */
  const char *meaning; /* likewise */
  SvParkStory story;
} Text;

/* Times are those of Linux 6.18 with its usual settings, measured: SYN_SENT 134 s, SYN_RECV under
 * TCP_DEFER_ACCEPT 30 s until the SYN-ACK after it, an orphan behind a shut window 335 s. */
static const Text TEXTS[] = {
  { "CLOSED", SV_TCP_CLOSE, NC_ ("park", "CLOSED: a socket in no table"),
    NC_ ("park", "socket() has made a socket, and this program holds its descriptor. The kernel keeps no row for it: "
                 "without an address there is nothing to look it up by."),
    { NC_ ("park", "socket() was called, and nothing else."),
      NC_ ("park", "listen() or connect() would bring it into the table; close() ends it."),
      NC_ ("park", "netstat and ss do not show such sockets: only /proc/PID/fd does, as socket:[inode]. A program "
                   "that opens sockets and forgets them runs out of descriptors (EMFILE) while netstat looks "
                   "harmless.") } },
  { "LISTEN", SV_TCP_LISTEN, NULL, NULL,
    { NC_ ("park", "socket(), bind() and listen() were called, and nobody has connected."),
      NC_ ("park", "Nothing but close(), or the end of the program."),
      NC_ ("park", "A server is ready. Its Recv-Q counts connections that wait for accept(): if it stays above 0, "
                   "the server is too slow or hangs. On 127.0.0.1 only this computer reaches it, on 0.0.0.0 or [::] "
                   "all networks do.") } },
  { "SYN_SENT", SV_TCP_SYN_SENT, NULL, NULL,
    { NC_ ("park", "The server called listen() with a backlog of 0 and never calls accept(). One connection waits in "
                   "its accept queue, which is full with that: the kernel drops the SYN of the next client."),
      NC_ ("park", "The kernel sends the SYN again, first every second, then after 2, 4, 8 … seconds. After about "
                   "two minutes it gives up, and connect() fails with ETIMEDOUT."),
      NC_ ("park", "This machine asks, and nobody answers: a firewall drops the packets, the address is wrong, the "
                   "other machine is down, or its accept queue is full. A refusal would end it at once.") } },
  { "SYN_RECV", SV_TCP_SYN_RECV, NULL, NULL,
    { NC_ ("park", "The server set TCP_DEFER_ACCEPT: its kernel does not count the handshake as done until data "
                   "comes, and the client sends none. The client’s half is ESTABLISHED already."),
      NC_ ("park", "The first data would make it ESTABLISHED. Without any, the kernel does so by itself when the 30 "
                   "seconds that the server asked for are over and the client has answered one more SYN-ACK."),
      NC_ ("park", "A few come and go on any busy server. Very many that stay: the clients’ ACKs do not arrive. "
                   "Either the way back is broken, or somebody sends SYNs under false addresses (a SYN flood).") } },
  { "UNACCEPTED", SV_TCP_ESTABLISHED, NC_ ("park", "ESTABLISHED, not accepted yet"),
    NC_ ("park", "The kernel has completed the handshake by itself and keeps the connection in the accept queue. No "
                 "process holds it yet: its inode is 0. The client may send already."),
    { NC_ ("park", "The server listens, the client has connected, and the server does not call accept()."),
      NC_ ("park", "accept() gives it an inode and a descriptor. If the listening socket is closed first, the kernel "
                   "resets it."),
      NC_ ("park", "netstat -p shows “-” instead of a program, and the LISTEN row’s Recv-Q counts it: the server is "
                   "alive for the kernel, but does not come round to accept(). To the client it looks like a server "
                   "that does not answer.") } },
  { "ESTABLISHED", SV_TCP_ESTABLISHED, NULL, NULL,
    { NC_ ("park", "The server listened, the client connected, the server called accept(). Then nobody did anything."),
      NC_ ("park", "Nothing by itself: without keep-alive it lasts as long as both programs do, even if a cable is "
                   "cut."),
      NC_ ("park", "Normal. Look at Send-Q: if it grows, the other side reads too slowly or the network does not "
                   "deliver. If Recv-Q grows, this program does not read.") } },
  { "FIN_WAIT1", SV_TCP_FIN_WAIT1, NULL, NULL,
    { NC_ ("park", "The server does not read. The client sent until the server’s small receive buffer and its own "
                   "send buffer were full, then called close(): its FIN waits behind data that cannot leave."),
      NC_ ("park", "If the server read, the data and the FIN would go through. Until then the kernel asks again and "
                   "again whether the window is open (the timer). As no program holds the socket any more, it gives "
                   "up after some minutes."),
      NC_ ("park", "As a rule it lasts for one round trip. Many that stay: the other side does not read, or is gone "
                   "without a word. They have no program any more, and each keeps its unsent data in the kernel’s "
                   "memory.") } },
  { "FIN_WAIT2", SV_TCP_FIN_WAIT2, NULL, NULL,
    { NC_ ("park", "The client called shutdown(SHUT_WR): its FIN arrived and was acknowledged. The server does not "
                   "close."),
      NC_ ("park", "The server’s FIN: then it is TIME_WAIT. As the client still holds its socket, Linux waits "
                   "without a limit; after close() it would wait for tcp_fin_timeout only, usually 60 seconds."),
      NC_ ("park", "This side has finished and the other one has not: over there a CLOSE_WAIT stands. The program to "
                   "look at is the other one.") } },
  { "CLOSE_WAIT", SV_TCP_CLOSE_WAIT, NULL, NULL,
    { NC_ ("park", "The client called shutdown(SHUT_WR), so its FIN arrived. The server does not close."),
      NC_ ("park", "Only this program’s close(), or its end. The kernel never ends it by itself."),
      NC_ ("park", "One is normal for a moment. Many that stay are a fault of this program: it does not notice that "
                   "recv() returned 0, or forgets close(). It will run out of descriptors. No kernel setting "
                   "helps.") } },
  { "LAST_ACK", SV_TCP_LAST_ACK, NULL, NULL,
    { NC_ ("park", "The client closed its direction first and does not read. The server sent until nothing more "
                   "fitted, then called close(): its FIN waits behind data that cannot leave."),
      NC_ ("park", "If the client read, the data and the FIN would go through, and its ACK would end the connection. "
                   "As no program holds the socket any more, the kernel gives up after some minutes."),
      NC_ ("park", "As a rule it lasts for one round trip. Many that stay: the last FIN is not acknowledged, because "
                   "the other machine is gone, does not read, or a firewall has forgotten the connection.") } },
  { "CLOSING", SV_TCP_CLOSING, NULL, NULL,
    { NC_ ("park", "Both sides sent until nothing more fitted, and both called shutdown(SHUT_WR): two FINs wait "
                   "behind data. Then the client read everything up to the server’s FIN, while its own is still "
                   "stuck."),
      NC_ ("park", "The ACK of its own FIN, which comes when the server reads: then it is TIME_WAIT."),
      NC_ ("park", "Rare: both sides have to close at the same moment. One that stays means that the other side does "
                   "not take the data before the FIN.") } },
  { "TIME_WAIT", SV_TCP_TIME_WAIT, NULL, NULL,
    { NC_ ("park", "The client closed first, then the server. The row belongs to no program any more: its inode is 0."),
      NC_ ("park", "60 seconds, counted down in the table. No program can end it earlier on this computer, so "
                   "freeing leaves it there."),
      NC_ ("park", "Normal, and on the side that closes first. Thousands are harmless for memory; they matter only "
                   "to a client that opens very many connections to one address and port, because each keeps an "
                   "ephemeral port for 60 seconds. Keep connections open and use them again.") } },
};

static const char *
translate (const char *text)
{
  return g_dpgettext2 (GETTEXT_PACKAGE, "park", text);
}

static const Text *
find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    if (g_str_equal (TEXTS[i].name, name))
      return &TEXTS[i];
  return NULL;
}

/**
 * sv_park_story_find:
 * @name: as the recipe is called: "SYN_SENT"
 *
 * Returns: whether there is such a story
 */
gboolean
sv_park_story_find (const char *name, SvParkStory *story)
{
  const Text *text = find (name);

  if (text == NULL)
    return FALSE;
  story->made = translate (text->story.made);
  story->ends = translate (text->story.ends);
  story->met = translate (text->story.met);
  return TRUE;
}

/**
 * sv_explain_park:
 * @name: as the recipe is called
 *
 * Returns: (transfer full): what the state means, how the connection got there,
 *   what ends it, and what it means on a machine at work
 */
SvExplanation *
sv_explain_park (const char *name)
{
  const Text *text = find (name);
  SvExplanation *self;

  g_return_val_if_fail (text != NULL, NULL);

  if (text->summary != NULL)
    self = sv_explanation_new (g_strdup (translate (text->summary)));
  else
    self = sv_explain_state (text->state);
  if (text->meaning != NULL)
    sv_explanation_take (self, g_strdup (translate (text->meaning)));
  /* Translators: what was done with the sockets, in a sentence of its own. */
  sv_explanation_add (self, C_ ("park", "How it was made: %s"), translate (text->story.made));
  sv_explanation_add (self, C_ ("park", "What ends it: %s"), translate (text->story.ends));
  sv_explanation_add (self, C_ ("park", "On a machine at work: %s"), translate (text->story.met));
  return self;
}
