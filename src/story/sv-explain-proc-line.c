/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explain-proc-line.h"

#include "sv-explanation.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

/* What an explanation of one field needs to know. */
typedef struct
{
  const SvProcLine *line;
  const SvProcField *field;
  const char *digits; /* of the field */
  SvTcpState state;
  gboolean udp;
} Subject;

static char *
pair_up (const char *digits, guint length, gboolean backwards, char between)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i + 2 <= length; i += 2)
    {
      if (i > 0)
        g_string_append_c (text, between);
      g_string_append_len (text, digits + (backwards ? length - 2 - i : i), 2);
    }
  return g_string_free (text, FALSE);
}

/* How it has to be read. */
static void
explain_digits (SvExplanation *self, const Subject *subject)
{
  const SvProcField *field = subject->field;
  gboolean turned = G_BYTE_ORDER == G_LITTLE_ENDIAN;
  g_autoptr (GString) from = g_string_new (NULL), to = g_string_new (NULL);

  for (guint i = 0; i < field->length; i += 8)
    {
      g_autofree char *written = pair_up (subject->digits + i, 8, FALSE, ' ');
      g_autofree char *read = pair_up (subject->digits + i, 8, turned, ' ');

      g_string_append_printf (from, "%s%s", i > 0 ? " · " : "", written);
      g_string_append_printf (to, "%s%s", i > 0 ? " · " : "", read);
    }
  if (!turned)
    sv_explanation_add (self, C_ ("proc line", "The bytes of the address in hexadecimal, in their order: %s."), to->str);
  else if (subject->line->family == AF_INET)
    sv_explanation_add (self, C_ ("proc line", "The address in hexadecimal, printed as a number of this computer, which "
                                               "keeps the lowest byte first (little-endian). So the pairs are read "
                                               "from the right: %s becomes %s."), from->str, to->str);
  else
    sv_explanation_add (self, C_ ("proc line", "The address in four groups of eight hexadecimal digits. Each is printed "
                                               "as a number of this computer, which keeps the lowest byte first "
                                               "(little-endian). So within each group the pairs are read from the "
                                               "right: %s becomes %s."), from->str, to->str);
  sv_explanation_add (self, C_ ("proc line", "That is %s."), field->value);
}

static void
explain_address (SvExplanation *self, const Subject *subject)
{
  if (strspn (subject->digits, "0") < subject->field->length)
    explain_digits (self, subject);
  else if (subject->field->kind == SV_PROC_LOCAL_ADDRESS)
    sv_explanation_add (self, C_ ("proc line", "The address in hexadecimal. All zeros means: every address of this "
                                               "machine."));
  else
    sv_explanation_add (self, C_ ("proc line", "The address in hexadecimal. All zeros means: nobody in particular; the "
                                               "socket is not connected."));
}

static void
explain_port (SvExplanation *self, const Subject *subject)
{
  g_autoptr (GString) sum = g_string_new (NULL);
  guint place = 1;

  if (subject->field->number == 0)
    {
      sv_explanation_add (self, C_ ("proc line", "Port 0 stands for none: netstat prints “*”."));
      return;
    }
  for (guint i = 1; i < subject->field->length; i++)
    place *= 16;
  for (guint i = 0; i < subject->field->length; i++, place /= 16)
    g_string_append_printf (sum, "%s%d × %u", i > 0 ? " + " : "", g_ascii_xdigit_value (subject->digits[i]), place);
  sv_explanation_add (self, C_ ("proc line", "The port in hexadecimal. It is not turned around as the address is: "
                                             "%s = %u."), sum->str, (guint) subject->field->number);
}

static void
explain_state_number (SvExplanation *self, const Subject *subject)
{
  sv_explanation_add (self, C_ ("proc line", "The state as the kernel numbers it (include/net/tcp_states.h): "
                                             "hexadecimal %.*s is %u, and that is %s."),
                      (int) subject->field->length, subject->digits, (guint) subject->field->number,
                      subject->field->value);
  if (!subject->udp)
    sv_explain_add_state (self, subject->state);
  else
    sv_explanation_add (self, C_ ("proc line", "UDP has no states and borrows two of TCP’s numbers: 01 for a socket that "
                                               "was connected to one other side, 07 for all the rest, where netstat "
                                               "prints nothing."));
}

static void
explain_queue (SvExplanation *self, const Subject *subject)
{
  gboolean sends = subject->field->kind == SV_PROC_TX_QUEUE;
  guint n = (guint) subject->field->number;

  if (sends)
    sv_explanation_add (self, C_ ("proc line", "Netstat’s Send-Q, in hexadecimal: %.*s is %u."),
                        (int) subject->field->length, subject->digits, n);
  else
    sv_explanation_add (self, C_ ("proc line", "Netstat’s Recv-Q, in hexadecimal: %.*s is %u."),
                        (int) subject->field->length, subject->digits, n);
  if (subject->udp)
    sv_explanation_add (self, C_ ("proc line", "For UDP it is the memory that datagrams take, the kernel’s own notes "
                                               "about them included."));
  else if (subject->state == SV_TCP_LISTEN && sends)
    sv_explanation_add (self, C_ ("proc line", "A listening socket sends nothing. (ss prints the limit of the accept "
                                               "queue here; this file does not know it.)"));
  else if (subject->state == SV_TCP_LISTEN)
    sv_explanation_add (self, C_ ("proc line", "For a listening socket it counts finished connections that wait for "
                                               "accept()."));
  else if (sends)
    sv_explanation_add (self, C_ ("proc line", "Bytes that the program has written and the other side has not "
                                               "acknowledged yet; a SYN or FIN under way counts as one."));
  else
    sv_explanation_add (self, C_ ("proc line", "Bytes that have arrived and that the program has not read; a FIN that it "
                                               "has not met yet counts as one."));
}

static void
explain_timer (SvExplanation *self, const Subject *subject)
{
  sv_explanation_add (self, C_ ("proc line", "Which timer runs: 00 none, 01 the one for sending again, 02 keepalive "
                                             "(or, once the program is gone, the wait in FIN_WAIT2), 03 the wait in "
                                             "TIME_WAIT, 04 the one that asks whether a full window has opened."));
  switch (subject->field->number)
    {
    case 0:
      sv_explanation_add (self, C_ ("proc line", "None runs: nothing is being waited for."));
      break;
    case 1:
      if (subject->state == SV_TCP_SYN_RECV)
        sv_explanation_add (self, C_ ("proc line", "Here it waits for the client: for the last part of the "
                                                   "handshake, or for its first data (TCP_DEFER_ACCEPT)."));
      else
        sv_explanation_add (self, C_ ("proc line", "Here something was sent, and its acknowledgement has not come yet."));
      break;
    case 3:
      sv_explanation_add (self, C_ ("proc line", "Here only a remainder of the connection is left, until this timer "
                                                 "expires."));
      break;
    case 4:
      sv_explanation_add (self, C_ ("proc line", "Here the other side’s window is full: its program does not read."));
      break;
    default:
      break;
    }
}

static void
explain_when (SvExplanation *self, const Subject *subject)
{
  const SvProcField *timer = sv_proc_line_get (subject->line, SV_PROC_TIMER);
  guint per_second = (guint) sysconf (_SC_CLK_TCK);
  guint64 ticks = g_ascii_strtoull (subject->digits, NULL, 16);

  if (timer != NULL && timer->number == 0)
    {
      sv_explanation_add (self, C_ ("proc line", "When the timer expires. None runs, so it is 0."));
      return;
    }
  sv_explanation_add (self, C_ ("proc line", "When the timer expires, in hexadecimal ticks, of which a second has %u: "
                                             "%.*s is %u ticks, so %s."), per_second, (int) subject->field->length,
                      subject->digits, (guint) MIN (ticks, G_MAXUINT), subject->field->value);
}

static void
explain_uid (SvExplanation *self, const Subject *subject)
{
  sv_explanation_add (self, C_ ("proc line", "The number (UID) of the user who opened the socket: %u."),
                      (guint) subject->field->number);
  if (subject->state == SV_TCP_TIME_WAIT && !subject->udp)
    sv_explanation_add (self, C_ ("proc line", "In TIME_WAIT it is always 0: nobody’s any more, not root’s."));
}

static void
explain_inode (SvExplanation *self, const Subject *subject)
{
  if (subject->field->number == 0)
    sv_explanation_add (self, C_ ("proc line", "The number of the socket as a file. 0: no program holds it, so no file "
                                               "descriptor leads to it."));
  else
    sv_explanation_add (self, C_ ("proc line", "The number of the socket as a file. Whoever holds it has a link "
                                               "“socket:[%u]” in /proc/PID/fd."), (guint) subject->field->number);
}

static void
explain_ack_mode (SvExplanation *self, const Subject *subject)
{
  guint n = (guint) subject->field->number;

  sv_explanation_add (self, C_ ("proc line", "Two values in one number, quick × 2 + pingpong: %u is quick %u, "
                                             "pingpong %u."), n, n >> 1, n & 1);
  sv_explanation_add (self, C_ ("proc line", "Quick says how many more segments are acknowledged at once, without "
                                             "waiting. Pingpong 1 says that both sides take turns, so an acknowledgement "
                                             "may wait for an answer that it can travel with."));
}

static void
explain_threshold (SvExplanation *self, const Subject *subject)
{
  if (subject->state == SV_TCP_LISTEN)
    sv_explanation_add (self, C_ ("proc line", "For a listening socket: how many connections may wait that came by TCP "
                                               "Fast Open; 0: it is not used."));
  else if (subject->field->number < 0)
    sv_explanation_add (self, C_ ("proc line", "Slow start threshold (snd_ssthresh): the congestion window above which "
                                               "it grows slowly. −1: none is set yet, nothing was lost so far."));
  else
    sv_explanation_add (self, C_ ("proc line", "Slow start threshold (snd_ssthresh): from a congestion window of %u "
                                               "segments on it grows slowly."), (guint) subject->field->number);
}

static void
explain_ticks (SvExplanation *self, const Subject *subject, const char *what)
{
  guint per_second = (guint) sysconf (_SC_CLK_TCK);

  sv_explanation_add (self, "%s", what);
  sv_explanation_add (self, C_ ("proc line", "In ticks, of which a second has %u, rounded down: %.*s is %s."), per_second,
                      (int) subject->field->length, subject->digits, subject->field->value);
}

static void
explain_slot (SvExplanation *self, const Subject *subject)
{
  if (subject->udp)
    sv_explanation_add (self, C_ ("proc line", "The slot of the kernel’s table that the socket is in. It follows from "
                                               "the port."));
  else
    sv_explanation_add (self, C_ ("proc line", "The number of the line. It names nothing: the next time the file is "
                                               "read, the socket may stand in another line."));
}

static void
explain_rto (SvExplanation *self, const Subject *subject)
{
  explain_ticks (self, subject,
                 C_ ("proc line", "Retransmission timeout (RTO): without an acknowledgement, the kernel sends again "
                                  "after so long; then it doubles."));
}

static void
explain_ato (SvExplanation *self, const Subject *subject)
{
  explain_ticks (self, subject,
                 C_ ("proc line", "How long an acknowledgement may be held back (delayed ACK), in case data goes the "
                                  "same way; 0: none was planned yet."));
}

/* Those that always mean the same. */
static const char *
get_fixed (const Subject *subject)
{
  switch (subject->field->kind)
    {
    case SV_PROC_RETRANSMITS:
      if (subject->state == SV_TCP_SYN_RECV)
        return C_ ("proc line", "How often in a row the timer expired while the client was awaited, in hexadecimal. ss "
                                "counts how often the SYN-ACK was really sent again, which can be less.");
      return subject->udp ? C_ ("proc line", "UDP never sends again by itself, so it is always 0.")
                          : C_ ("proc line", "How often in a row the timer expired and the same was sent again without "
                                             "an answer, in hexadecimal.");
    case SV_PROC_TIMEOUT:
      return subject->udp ? C_ ("proc line", "Always 0 for UDP.")
                          : C_ ("proc line", "How many questions in a row whether the other side’s window is open again "
                                             "(zero-window probes) have had no answer. The name is misleading.");
    case SV_PROC_REF:
      return C_ ("proc line", "From how many places the kernel itself refers to the socket’s record. It is not the "
                              "number of programs.");
    case SV_PROC_POINTER:
      return C_ ("proc line", "Where the socket’s record lies in the kernel’s memory; as a rule a number made from that "
                              "place, or zeros, for the place itself would help attackers.");
    case SV_PROC_CWND:
      return C_ ("proc line", "Congestion window (cwnd): how many segments may be under way before an acknowledgement "
                              "has to come.");
    case SV_PROC_DROPS:
      return C_ ("proc line", "How many datagrams were thrown away on arrival: no room left in the receive buffer, or a "
                              "wrong checksum.");
    default:
      return NULL;
    }
}

static void
explain (SvExplanation *self, const Subject *subject)
{
  typedef void (*Explain) (SvExplanation *, const Subject *);
  static const Explain EXPLAIN[SV_N_PROC_FIELDS] = {
    [SV_PROC_SL] = explain_slot, [SV_PROC_LOCAL_ADDRESS] = explain_address, [SV_PROC_LOCAL_PORT] = explain_port,
    [SV_PROC_REMOTE_ADDRESS] = explain_address, [SV_PROC_REMOTE_PORT] = explain_port,
    [SV_PROC_STATE] = explain_state_number, [SV_PROC_TX_QUEUE] = explain_queue, [SV_PROC_RX_QUEUE] = explain_queue,
    [SV_PROC_TIMER] = explain_timer, [SV_PROC_WHEN] = explain_when, [SV_PROC_UID] = explain_uid,
    [SV_PROC_INODE] = explain_inode, [SV_PROC_RTO] = explain_rto, [SV_PROC_ATO] = explain_ato,
    [SV_PROC_ACK_MODE] = explain_ack_mode, [SV_PROC_SSTHRESH] = explain_threshold,
  };
  const char *fixed = get_fixed (subject);

  if (fixed != NULL)
    sv_explanation_add (self, "%s", fixed);
  else if (EXPLAIN[subject->field->kind] != NULL)
    EXPLAIN[subject->field->kind] (self, subject);
  if (!subject->udp && subject->field->kind >= SV_PROC_REF)
    sv_explanation_add (self, C_ ("proc line", "The headline of the file does not name this field."));
}

/**
 * sv_explain_proc_field:
 * @text: the line, as /proc/net has it
 * @line: what was made of it
 * @index: of one of its fields
 *
 * What stands there and how to read it: proc(5), and
 * Documentation/networking/proc_net_tcp.rst of the kernel.
 *
 * Returns: (transfer full): with the field's name, its digits and its value as title
 */
SvExplanation *
sv_explain_proc_field (const char *text, const SvProcLine *line, guint index)
{
  const SvProcField *field, *state;
  SvExplanation *self;

  g_return_val_if_fail (text != NULL && line != NULL, NULL);
  g_return_val_if_fail (index < line->n_fields, NULL);

  field = &line->fields[index];
  state = sv_proc_line_get (line, SV_PROC_STATE);
  g_return_val_if_fail (field->offset + field->length <= strlen (text), NULL);

  Subject subject = {
    .line = line,
    .field = field,
    .digits = text + field->offset,
    .state = state != NULL ? (SvTcpState) state->number : SV_TCP_NONE,
    .udp = line->protocol == IPPROTO_UDP,
  };
  gboolean plain = strlen (field->value) == field->length
                   && strncmp (field->value, subject.digits, field->length) == 0;
  self = sv_explanation_new (g_strdup_printf (plain ? "%s: %.*s" : "%s: %.*s → %s", field->name, (int) field->length,
                                              subject.digits, field->value));
  explain (self, &subject);
  return self;
}
