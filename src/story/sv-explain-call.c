/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explanation.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define SHOWN_BYTES 40

typedef void (*ExplainResult) (SvExplanation *self, const SvFact *call);

typedef struct
{
  const char *name;
  const char *purpose;
  ExplainResult result;
} Call;

static char *
place_of (const SvEndpoint *endpoint)
{
  return endpoint->family != 0 ? sv_endpoint_to_string (endpoint) : NULL;
}

static void
explain_socket (SvExplanation *self, const SvFact *call)
{
  sv_explanation_add (self, C_ ("call", "The kernel has made one. %d is its file descriptor, the number by which the "
                                        "program names it from now on. It has no address yet and is in no table."),
                      (int) call->call.result);
}

static void
explain_bind (SvExplanation *self, const SvFact *call)
{
  g_autofree char *local = place_of (&call->call.local);

  if (local != NULL)
    sv_explanation_add (self, C_ ("call", "Its address is now %s."), local);
}

static void
explain_listen (SvExplanation *self, const SvFact *call)
{
  sv_explanation_add (self, C_ ("call", "The socket is now in the table, as LISTEN. The number it was given, the "
                                        "backlog, limits how many finished connections may wait for accept(), up to "
                                        "net.core.somaxconn; Linux lets one more wait than the limit says."));
}

static void
explain_accept (SvExplanation *self, const SvFact *call)
{
  g_autofree char *foreign = place_of (&call->call.foreign);

  if (foreign != NULL)
    sv_explanation_add (self, C_ ("call", "It got the connection of %s."), foreign);
  sv_explanation_add (self, C_ ("call", "%d is the file descriptor of a new socket for this one client. Its local "
                                        "port is the listener’s: accept() opens no new port. The listener stays as "
                                        "it is."),
                      (int) call->call.result);
}

static void
explain_connect (SvExplanation *self, const SvFact *call)
{
  g_autofree char *local = place_of (&call->call.local);

  sv_explanation_add (self, C_ ("call", "The connection stands. The server’s kernel has answered by itself; the "
                                        "program there need not have called accept() yet."));
  if (local != NULL)
    sv_explanation_add (self, C_ ("call", "This end has the address %s."), local);
}

static int
errno_from_name (const char *name)
{
  for (int error = 1; error < 200; error++)
    if (g_strcmp0 (strerrorname_np (error), name) == 0)
      return error;
  return 0;
}

/* The arguments end in what the kernel filled in: "SOL_SOCKET, SO_ERROR, [ECONNREFUSED]". */
static void
explain_getsockopt (SvExplanation *self, const SvFact *call)
{
  const char *bracket = call->call.args != NULL ? strchr (call->call.args, '[') : NULL;
  g_autofree char *value = bracket != NULL ? g_strndup (bracket + 1, strcspn (bracket + 1, "]")) : NULL;
  g_autofree char *local = place_of (&call->call.local);

  if (value == NULL || strstr (call->call.args, "SO_ERROR") == NULL)
    return;
  if (!g_str_equal (value, "0"))
    {
      sv_explanation_take (self, sv_explain_error ("connect", errno_from_name (value), &call->call.foreign));
      return;
    }
  sv_explanation_add (self, C_ ("call", "The answer in brackets is 0, no error: the connection stands."));
  if (local != NULL)
    sv_explanation_add (self, C_ ("call", "This end has the address %s."), local);
}

static void
explain_setsockopt (SvExplanation *self, const SvFact *call)
{
  static const struct { const char *option; const char *text; } OPTIONS[] = {
    { "SO_REUSEADDR",
      NC_ ("call", "SO_REUSEADDR: the port may be bound although older connections of it are still in TIME_WAIT, if "
                   "their sockets had set it, too.") },
    { "SO_REUSEPORT", NC_ ("call", "SO_REUSEPORT: several sockets may share one address and port, if all of them ask "
                                   "for it.") },
    { "TCP_SAVE_SYN", NC_ ("call", "TCP_SAVE_SYN: the kernel keeps the header bytes of each client’s SYN, so that "
                                   "they can be shown.") },
    { "TCP_DEFER_ACCEPT", NC_ ("call", "TCP_DEFER_ACCEPT: a connection is handed to accept() only when data has "
                                       "come.") },
    { "TCP_NODELAY", NC_ ("call", "TCP_NODELAY: small pieces of data are sent at once, not gathered (Nagle’s "
                                  "algorithm).") },
    { "SO_LINGER", NC_ ("call", "SO_LINGER: says how close() ends the connection. With time 0 it breaks it off with "
                                "an RST.") },
    { "SO_KEEPALIVE", NC_ ("call", "SO_KEEPALIVE: in long silence the kernel asks whether the other side is still "
                                   "there.") },
    { "SO_RCVBUF", NC_ ("call", "SO_RCVBUF: the size of the receive buffer.") },
    { "SO_SNDBUF", NC_ ("call", "SO_SNDBUF: the size of the send buffer.") },
    { "IPV6_V6ONLY", NC_ ("call", "IPV6_V6ONLY: whether the IPv6 socket leaves IPv4 alone; with 0 it takes both.") },
  };

  for (guint i = 0; call->call.args != NULL && i < G_N_ELEMENTS (OPTIONS); i++)
    if (strstr (call->call.args, OPTIONS[i].option) != NULL)
      sv_explanation_take (self, g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "call", OPTIONS[i].text)));
}

/* The first bytes as a C program would write them. */
static void
add_data (SvExplanation *self, GBytes *data)
{
  gsize length = 0;
  const char *bytes = data != NULL ? g_bytes_get_data (data, &length) : NULL;
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < MIN (length, SHOWN_BYTES); i++)
    if (bytes[i] == '\n')
      g_string_append (text, "\\n");
    else if (bytes[i] == '\\')
      g_string_append (text, "\\\\");
    else if (g_ascii_isprint (bytes[i]))
      g_string_append_c (text, bytes[i]);
    else
      g_string_append_printf (text, "\\%03o", (guchar) bytes[i]);
  if (length > SHOWN_BYTES)
    sv_explanation_add (self, C_ ("call", "The data begins with “%s”."), text->str);
  else if (length > 0)
    sv_explanation_add (self, C_ ("call", "The data is “%s”."), text->str);
  g_string_free (text, TRUE);
}

static void
explain_send (SvExplanation *self, const SvFact *call)
{
  guint n = (guint) MIN (call->call.result, G_MAXUINT);

  sv_explanation_add (self, ngettext ("The kernel has taken %u byte to send. That is not delivery: neither the other "
                                      "side’s kernel nor its program need have it yet.",
                                      "The kernel has taken %u bytes to send. That is not delivery: neither the "
                                      "other side’s kernel nor its program need have them yet.", n), n);
  add_data (self, call->call.data);
}

static void
explain_recv (SvExplanation *self, const SvFact *call)
{
  guint n = (guint) MIN (call->call.result, G_MAXUINT);

  if (n == 0)
    {
      sv_explanation_add (self, C_ ("call", "0 means the end: the other side has finished sending, its FIN has come, "
                                            "and all that came before is read."));
      return;
    }
  sv_explanation_add (self, ngettext ("It got %u byte. TCP is a stream of bytes: that may be a part of what one "
                                      "send() sent, or several together.",
                                      "It got %u bytes. TCP is a stream of bytes: that may be a part of what one "
                                      "send() sent, or several together.", n), n);
  add_data (self, call->call.data);
}

static void
explain_shutdown (SvExplanation *self, const SvFact *call)
{
  const char *args = call->call.args != NULL ? call->call.args : "";

  if (g_str_equal (args, "SHUT_RD"))
    sv_explanation_add (self, C_ ("call", "SHUT_RD: this program wants to read no more. The other side does not "
                                          "learn of it."));
  else
    sv_explanation_add (self, C_ ("call", "After all that is still to be sent, the kernel sends a FIN. The "
                                          "descriptor stays open until close()."));
  if (g_str_equal (args, "SHUT_WR"))
    sv_explanation_add (self, C_ ("call", "SHUT_WR: only sending has ended; the other side may still send, and this "
                                          "program may still read."));
}

static void
explain_close (SvExplanation *self, const SvFact *call)
{
  if (call->call.foreign.port != 0)
    sv_explanation_add (self, C_ ("call", "If the connection still stands, the kernel ends it by itself while the "
                                          "program goes on: it sends what is left and then a FIN; if data had come "
                                          "that nobody read, or SO_LINGER asks for it, it sends an RST instead."));
  else
    sv_explanation_add (self, C_ ("call", "The number is free again. If this was a listener, new clients are refused "
                                          "now, and connections still waiting for accept() are broken off."));
}

static const Call CALLS[] = {
  { "socket", NC_ ("call", "socket(): the program asks the kernel for a socket, one end of a future connection."),
    explain_socket },
  { "bind", NC_ ("call", "bind(): the program gives its socket a local address and port."), explain_bind },
  { "listen", NC_ ("call", "listen(): the program makes its socket a listener: from now on the kernel completes the "
                           "handshakes of clients and lets the connections wait."), explain_listen },
  { "accept", NC_ ("call", "accept(): the program asks for the connection that has waited longest in the "
                           "accept queue."),
    explain_accept },
  { "connect", NC_ ("call", "connect(): the program asks for a connection. The kernel chooses a free local port, "
                            "unless one is bound, and sends a SYN."), explain_connect },
  { "getsockopt", NC_ ("call", "getsockopt(): the program asks about its socket; with SO_ERROR, how the connect() "
                               "ended that was under way."), explain_getsockopt },
  { "setsockopt", NC_ ("call", "setsockopt(): the program sets an option of its socket."), explain_setsockopt },
  { "send", NC_ ("call", "send(): the program hands data to the kernel, which sends it when the other side has room."),
    explain_send },
  { "recv", NC_ ("call", "recv(): the program asks for what has arrived."), explain_recv },
  { "shutdown", NC_ ("call", "shutdown(): the program says that it is done with one direction of the connection, or "
                             "with both."), explain_shutdown },
  { "close", NC_ ("call", "close(): the program gives the file descriptor back; with the last descriptor of a "
                          "socket, the socket goes."), explain_close },
};

static const Call *
find_call (const char *name)
{
  /* The longer names (accept4, sendto, recvmsg) do what the plain ones do. */
  for (guint i = 0; i < G_N_ELEMENTS (CALLS); i++)
    if (g_str_has_prefix (name, CALLS[i].name))
      return &CALLS[i];
  return NULL;
}

static char *
make_title (const SvFact *call)
{
  const char *args = call->call.args != NULL ? call->call.args : "";
  GString *title = g_string_new (call->call.name);

  g_string_append (title, "(");
  if (call->call.fd >= 0)
    g_string_append_printf (title, "%d", call->call.fd);
  g_string_append_printf (title, "%s%s) = %" G_GINT64_FORMAT, call->call.fd >= 0 && args[0] != '\0' ? ", " : "", args,
                          call->call.result);
  if (call->call.error != 0)
    g_string_append_printf (title, " %s", sv_errno_to_name (call->call.error));
  return g_string_free (title, FALSE);
}

static void
add_duration (SvExplanation *self, gint64 ns)
{
  if (ns <= 0)
    return;
  if (ns < 1000)
    sv_explanation_add (self, C_ ("call", "The call took %d ns."), (int) ns);
  else if (ns < 1000000)
    sv_explanation_add (self, C_ ("call", "The call took %.1f µs."), (double) ns / 1e3);
  else if (ns < 1000000000)
    sv_explanation_add (self, C_ ("call", "The call took %.1f ms."), (double) ns / 1e6);
  else
    sv_explanation_add (self, C_ ("call", "The call took %.1f s."), (double) ns / 1e9);
}

/* What a call that failed was about: bind() has its address only in its arguments. */
static void
add_failure (SvExplanation *self, const SvFact *call)
{
  SvEndpoint place = call->call.foreign.family != 0 ? call->call.foreign : call->call.local;

  if (g_str_equal (call->call.name, "bind")
      && (call->call.args == NULL || !sv_endpoint_parse (call->call.args, 0, &place, NULL)))
    place.family = 0;
  sv_explanation_take (self, sv_explain_failure (call, &place));
}

/**
 * sv_explain_call:
 * @call: a fact of kind %SV_FACT_CALL
 *
 * Returns: (transfer full): the call as C writes it, what it is for, what its
 *   result means, how long it took
 */
SvExplanation *
sv_explain_call (const SvFact *call)
{
  SvExplanation *self;
  const Call *known;
  const char *other;

  g_return_val_if_fail (call != NULL && call->kind == SV_FACT_CALL, NULL);

  self = sv_explanation_new (make_title (call));
  known = find_call (call->call.name);
  other = sv_explain_other_call (call);
  if (other != NULL)
    {
      sv_explanation_take (self, g_strdup (other));
      if (call->call.error != 0)
        add_failure (self, call);
      else
        add_data (self, call->call.data);
      add_duration (self, call->call.duration);
      return self;
    }
  if (known != NULL)
    sv_explanation_take (self, g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "call", known->purpose)));
  if (call->call.error != 0)
    add_failure (self, call);
  else if (known != NULL)
    known->result (self, call);
  add_duration (self, call->call.duration);
  return self;
}
