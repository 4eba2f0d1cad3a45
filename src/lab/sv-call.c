/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-call.h"

#include "sv-lab.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Each function here makes one call on one socket and records it: that, and
 * nothing else. What a program asks only to know (getsockname, getpeername,
 * TCP_INFO, TCP_SAVED_SYN) is no act and is not recorded. */

static SvOutcome
begin (const char *name)
{
  SvOutcome outcome = { .name = name, .entered = sv_clock_now () };

  errno = 0;
  return outcome;
}

/* GIO keeps errno as a rule, but composing the message may have changed it. */
static int
errno_of (const GError *error, int seen)
{
  static const int CANDIDATES[] = { EAGAIN, EINPROGRESS, ECONNREFUSED, ECONNRESET, EPIPE, EADDRINUSE, EACCES, EMFILE,
                                    ENOTCONN, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EBADF, EINVAL,
                                    ENOMEM, EPERM, EMSGSIZE, EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT };

  if (error->domain != G_IO_ERROR)
    return seen != 0 ? seen : EIO;
  if (seen != 0 && (int) g_io_error_from_errno (seen) == error->code)
    return seen;
  for (guint i = 0; i < G_N_ELEMENTS (CANDIDATES); i++)
    if ((int) g_io_error_from_errno (CANDIDATES[i]) == error->code)
      return CANDIDATES[i];
  return seen != 0 ? seen : EIO;
}

/* @result is -1 where @error is set. */
static void
finish (SvOutcome *self, gint64 result, const GError *error)
{
  int seen = errno;

  self->duration = sv_clock_now () - self->entered;
  self->result = result;
  if (result < 0)
    self->error = error != NULL ? errno_of (error, seen) : seen;
}

/* (transfer full) */
static SvFact *
fact_of (const SvOutcome *self, const SvEnd *end, int fd, char *args)
{
  SvFact *fact = sv_fact_new_call (self->entered, end->machine, end->side, end->actor, self->name, fd);

  fact->connection = end->connection;
  fact->call.args = args;
  fact->call.result = self->result;
  fact->call.error = self->error;
  fact->call.duration = self->duration;
  fact->call.local = end->local;
  fact->call.foreign = end->foreign;
  return fact;
}

static void
record (const SvOutcome *self, SvEnd *end, char *args)
{
  sv_recording_append (end->recording, fact_of (self, end, end->fd, args));
}

/* "12 bytes of text" are kept as they are; how many depends on how much was kept. */
static void
record_data (const SvOutcome *self, SvEnd *end, char *args, const void *data, gsize length)
{
  SvFact *fact = fact_of (self, end, end->fd, args);
  gsize limit = end->kept < SV_CALL_MAX_DATA_OF_END ? SV_CALL_MAX_DATA : SV_CALL_MIN_DATA;

  if (length > 0)
    {
      gsize kept = MIN (length, limit);

      fact->call.data = g_bytes_new (data, kept);
      end->kept += kept;
    }
  sv_recording_append (end->recording, fact);
}

/* Today's GLib (2.84, not 2.74) turns Nagle's algorithm off on each TCP socket
 * that it makes, by a call of its own right after socket() and accept(). Whether
 * it did is asked, not assumed. */
static void
record_no_delay (SvEnd *self)
{
  SvOutcome outcome = begin ("setsockopt");
  socklen_t length = sizeof (int);
  int on = 0;

  if (getsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &on, &length) == 0 && on != 0)
    record (&outcome, self, g_strdup ("IPPROTO_TCP, TCP_NODELAY, 1"));
}

/**
 * sv_call_socket:
 *
 * socket(2) of a TCP socket; on success @self has it.
 */
SvOutcome
sv_call_socket (SvEnd *self, SvMachine *machine, guint16 family)
{
  gboolean v6 = family == AF_INET6;
  SvOutcome outcome = begin ("socket");
  g_autoptr (GError) error = NULL;
  GSocket *socket = sv_machine_open_socket (machine, v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4,
                                            G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  finish (&outcome, socket != NULL ? g_socket_get_fd (socket) : -1, error);
  sv_recording_append (self->recording,
                       fact_of (&outcome, self, -1,
                                g_strdup_printf ("%s, SOCK_STREAM, IPPROTO_TCP", v6 ? "AF_INET6" : "AF_INET")));
  if (socket != NULL)
    {
      sv_end_take_socket (self, socket);
      record_no_delay (self);
    }
  return outcome;
}

static SvOutcome
set_option (SvEnd *self, int level, int option, const void *value, socklen_t length, const char *args)
{
  SvOutcome outcome = begin ("setsockopt");

  finish (&outcome, setsockopt (self->fd, level, option, value, length), NULL);
  record (&outcome, self, g_strdup (args));
  return outcome;
}

/**
 * sv_call_reuse_address:
 *
 * As servers do, so that connections in TIME_WAIT do not keep the port:
 * SO_REUSEADDR, socket(7).
 */
SvOutcome
sv_call_reuse_address (SvEnd *self)
{
  int one = 1;

  return set_option (self, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one, "SOL_SOCKET, SO_REUSEADDR, 1");
}

/**
 * sv_call_save_syn:
 *
 * Asks the kernel to keep the headers of each client's SYN for the accepted
 * socket: TCP_SAVE_SYN, Linux 4.2.
 */
SvOutcome
sv_call_save_syn (SvEnd *self)
{
  int one = 1;

  return set_option (self, IPPROTO_TCP, TCP_SAVE_SYN, &one, sizeof one, "IPPROTO_TCP, TCP_SAVE_SYN, 1");
}

/**
 * sv_call_bind:
 *
 * bind(2). Not by g_socket_bind(), which would set two options unasked.
 */
SvOutcome
sv_call_bind (SvEnd *self, const SvEndpoint *address)
{
  g_autoptr (GSocketAddress) socket_address = sv_endpoint_to_socket_address (address);
  g_autofree char *address_text = sv_endpoint_address_to_string (address);
  struct sockaddr_storage native = { 0 };
  gssize length = g_socket_address_get_native_size (socket_address);
  SvOutcome outcome;

  g_socket_address_to_native (socket_address, &native, sizeof native, NULL);
  outcome = begin ("bind");
  finish (&outcome, bind (self->fd, (struct sockaddr *) &native, (socklen_t) length), NULL);
  sv_end_read_names (self);
  /* Port 0 asks the kernel to choose; netstat's "*" would not say that. */
  record (&outcome, self, address->port != 0 ? sv_endpoint_to_string (address)
                                             : g_strconcat (address_text, ":0", NULL));
  return outcome;
}

/**
 * sv_call_listen:
 *
 * listen(2).
 */
SvOutcome
sv_call_listen (SvEnd *self, int backlog)
{
  g_autoptr (GError) error = NULL;
  SvOutcome outcome;

  g_socket_set_listen_backlog (self->socket, backlog);
  outcome = begin ("listen");
  finish (&outcome, g_socket_listen (self->socket, &error) ? 0 : -1, error);
  sv_end_read_names (self);
  record (&outcome, self, g_strdup_printf ("%d", backlog));
  return outcome;
}

/**
 * sv_call_accept:
 * @identify: gives the new end its connection
 * @accepted: (out): the new end, %NULL if the call failed
 *
 * accept(2).
 */
SvOutcome
sv_call_accept (SvEnd *self, SvIdentifyFunc identify, gpointer user_data, SvEnd **accepted)
{
  SvOutcome outcome = begin ("accept");
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_accept (self->socket, NULL, &error);
  g_autoptr (SvEnd) end = NULL;
  SvFact *fact;

  finish (&outcome, socket != NULL ? g_socket_get_fd (socket) : -1, error);
  *accepted = NULL;
  if (socket == NULL)
    {
      record (&outcome, self, g_strdup (""));
      return outcome;
    }
  end = sv_end_new (self->recording, self->machine, self->side, self->actor, 0);
  sv_end_take_socket (end, socket);
  sv_end_read_names (end);
  identify (end, user_data);
  fact = fact_of (&outcome, end, self->fd, sv_endpoint_to_string (&end->foreign));
  sv_recording_append (self->recording, fact);
  record_no_delay (end);
  *accepted = g_steal_pointer (&end);
  return outcome;
}

/**
 * sv_call_connect:
 *
 * connect(2). The sockets do not block: EINPROGRESS is the usual answer, and
 * sv_call_finish_connect() tells what became of it.
 */
SvOutcome
sv_call_connect (SvEnd *self, const SvEndpoint *address)
{
  g_autoptr (GSocketAddress) socket_address = sv_endpoint_to_socket_address (address);
  g_autoptr (GError) error = NULL;
  SvOutcome outcome = begin ("connect");
  gboolean done = g_socket_connect (self->socket, socket_address, NULL, &error);

  finish (&outcome, done ? 0 : -1, error);
  /* g_io_error_from_errno() knows EINPROGRESS as PENDING since GLib 2.38. */
  if (!done && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING))
    outcome.error = EINPROGRESS;
  self->foreign = *address;
  sv_end_read_names (self);
  record (&outcome, self, sv_endpoint_to_string (address));
  return outcome;
}

/**
 * sv_call_finish_connect:
 * @socket_error: (out): 0, or the errno that connect() would have given
 *
 * getsockopt(SO_ERROR), as connect(2) says under EINPROGRESS.
 */
SvOutcome
sv_call_finish_connect (SvEnd *self, int *socket_error)
{
  SvOutcome outcome = begin ("getsockopt");
  g_autoptr (GError) error = NULL;
  gboolean connected = g_socket_check_connect_result (self->socket, &error);
  int seen = errno;
  SvFact *fact;

  finish (&outcome, 0, NULL);
  *socket_error = connected ? 0 : errno_of (error, seen);
  sv_end_read_names (self);
  fact = fact_of (&outcome, self, self->fd,
                  g_strdup_printf ("SOL_SOCKET, SO_ERROR, [%s]",
                                   *socket_error != 0 ? sv_errno_to_name (*socket_error) : "0"));
  fact->call.socket_error = *socket_error;
  sv_recording_append (self->recording, fact);
  return outcome;
}

/**
 * sv_call_send:
 *
 * send(2). The result may be less than @length.
 */
SvOutcome
sv_call_send (SvEnd *self, const void *data, gsize length)
{
  SvOutcome outcome = begin ("send");
  g_autoptr (GError) error = NULL;
  gssize sent = g_socket_send (self->socket, data, length, NULL, &error);

  finish (&outcome, sent, error);
  record_data (&outcome, self, g_strdup_printf ("%" G_GSIZE_FORMAT " bytes, MSG_NOSIGNAL", length), data,
               sent > 0 ? (gsize) sent : 0);
  return outcome;
}

/**
 * sv_call_recv:
 *
 * recv(2). 0 means that the peer has finished sending.
 */
SvOutcome
sv_call_recv (SvEnd *self, void *buffer, gsize size)
{
  SvOutcome outcome = begin ("recv");
  g_autoptr (GError) error = NULL;
  gssize received = g_socket_receive (self->socket, buffer, size, NULL, &error);

  finish (&outcome, received, error);
  record_data (&outcome, self, g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", size), buffer,
               received > 0 ? (gsize) received : 0);
  return outcome;
}

/**
 * sv_call_shutdown:
 *
 * shutdown(2) with SHUT_WR: this end sends no more.
 */
SvOutcome
sv_call_shutdown (SvEnd *self)
{
  SvOutcome outcome = begin ("shutdown");
  g_autoptr (GError) error = NULL;

  finish (&outcome, g_socket_shutdown (self->socket, FALSE, TRUE, &error) ? 0 : -1, error);
  record (&outcome, self, g_strdup ("SHUT_WR"));
  return outcome;
}

/**
 * sv_call_no_linger:
 *
 * Makes the close() that follows a reset: SO_LINGER with time 0, socket(7).
 */
SvOutcome
sv_call_no_linger (SvEnd *self)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  return set_option (self, SOL_SOCKET, SO_LINGER, &linger, sizeof linger, "SOL_SOCKET, SO_LINGER, {on, 0 s}");
}

/**
 * sv_call_close:
 *
 * close(2). The descriptor is free afterwards, whatever it returned.
 */
SvOutcome
sv_call_close (SvEnd *self)
{
  SvOutcome outcome = begin ("close");
  g_autoptr (GError) error = NULL;

  finish (&outcome, g_socket_close (self->socket, &error) ? 0 : -1, error);
  record (&outcome, self, g_strdup (""));
  g_clear_object (&self->socket);
  return outcome;
}

/* What a person can do about it. */
static const char *
advice_for (const char *name, int code)
{
  gboolean connects = g_str_equal (name, "connect");

  switch (code)
    {
    case EADDRINUSE:
      return connects ? NULL : _("Choose another port, stop the program that uses this one, or wait a minute if only connections "
                                 "in TIME_WAIT do.");
    case EACCES:
      return connects ? NULL : _("Ports this low are for privileged programs: choose a higher port.");
    case EADDRNOTAVAIL:
      /* ip(7): as a rule the ports; ::1 where IPv6 is turned off. */
      return connects ? _("This computer has no address for that, or no ephemeral port is free: close some connections, or "
                          "wait until those in TIME_WAIT are gone.")
                      : _("Choose an address of this computer.");
    case EMFILE:
    case ENFILE:
      return _("Close some connections first.");
    default:
      return NULL;
    }
}

/**
 * sv_call_set_error:
 * @name: the call that failed
 * @code: its errno
 * @endpoint: (nullable): on what
 *
 * Sets %SV_LAB_ERROR_CALL with a sentence that says what failed and what to do.
 */
void
sv_call_set_error (GError **error, const char *name, int code, const SvEndpoint *endpoint)
{
  g_autofree char *where = endpoint != NULL && endpoint->family != 0 ? sv_endpoint_to_string (endpoint) : NULL;
  const char *advice = advice_for (name, code);

  g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_CALL, "%s%s%s: %s.%s%s", name, where != NULL ? " " : "",
               where != NULL ? where : "", g_strerror (code), advice != NULL ? " " : "", advice != NULL ? advice : "");
}
