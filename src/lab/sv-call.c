/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-call-private.h"

#include "sv-lab.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Each function here, in sv-call-datagram.c and in sv-call-unix.c makes one call
 * on one socket and records it: that, and nothing else. What a program asks only to know (getsockname, getpeername,
 * TCP_INFO, TCP_SAVED_SYN) is no act and is not recorded. */

/* What follows, up to sv_call_socket(), is for the calls' own files. */
SvOutcome
sv_call_begin (const char *name)
{
  SvOutcome outcome = { .name = name, .entered = sv_clock_now () };

  errno = 0;
  return outcome;
}

/* GIO keeps errno as a rule, but composing the message may have changed it. */
int
sv_call_errno_of (const GError *error, int seen)
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
void
sv_call_finish (SvOutcome *self, gint64 result, const GError *error)
{
  int seen = errno;

  self->duration = sv_clock_now () - self->entered;
  self->result = result;
  if (result < 0)
    self->error = error != NULL ? sv_call_errno_of (error, seen) : seen;
}

/* (transfer full) */
SvFact *
sv_call_fact_of (const SvOutcome *self, const SvEnd *end, int fd, char *args)
{
  SvFact *fact = sv_fact_new_call (self->entered, end->machine, end->side, end->actor, self->name, fd);

  fact->connection = end->connection;
  fact->call.protocol = end->protocol;
  fact->call.args = args;
  fact->call.result = self->result;
  fact->call.error = self->error;
  fact->call.duration = self->duration;
  fact->call.local = end->local;
  fact->call.foreign = end->foreign;
  return fact;
}

void
sv_call_record (const SvOutcome *self, SvEnd *end, char *args)
{
  sv_recording_append (end->recording, sv_call_fact_of (self, end, end->fd, args));
}

/* "12 bytes of text" are kept as they are; how many depends on how much was kept. */
void
sv_call_record_data (const SvOutcome *self, SvEnd *end, char *args, const void *data, gsize length)
{
  SvFact *fact = sv_call_fact_of (self, end, end->fd, args);
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
  SvOutcome outcome = sv_call_begin ("setsockopt");
  socklen_t length = sizeof (int);
  int on = 0;

  if (self->protocol == IPPROTO_TCP && getsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &on, &length) == 0 && on != 0)
    sv_call_record (&outcome, self, g_strdup ("IPPROTO_TCP, TCP_NODELAY, 1"));
}

static const struct
{
  guint8 protocol;
  GSocketType type;
  GSocketProtocol number;
  const char *args; /* as a program writes them, behind the family */
} KINDS[] = {
  { IPPROTO_TCP, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, "SOCK_STREAM, IPPROTO_TCP" },
  { IPPROTO_UDP, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, "SOCK_DGRAM, IPPROTO_UDP" },
  { 0, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, "SOCK_STREAM, 0" },
};

static const char *
name_family (guint16 family)
{
  if (family == AF_UNIX)
    return "AF_UNIX";
  return family == AF_INET6 ? "AF_INET6" : "AF_INET";
}

/**
 * sv_call_socket:
 * @family: AF_INET, AF_INET6 or AF_UNIX
 *
 * socket(2) of the end's protocol; on success @self has it.
 */
SvOutcome
sv_call_socket (SvEnd *self, SvMachine *machine, guint16 family)
{
  g_autoptr (GError) error = NULL;
  SvOutcome outcome;
  GSocket *socket;
  guint kind = 0;

  while (KINDS[kind].protocol != self->protocol)
    kind++;
  outcome = sv_call_begin ("socket");
  /* GSocketFamily has the numbers of the system. */
  socket = sv_machine_open_socket (machine, (GSocketFamily) family, KINDS[kind].type, KINDS[kind].number, &error);
  sv_call_finish (&outcome, socket != NULL ? g_socket_get_fd (socket) : -1, error);
  sv_recording_append (self->recording,
                       sv_call_fact_of (&outcome, self, -1,
                                        g_strdup_printf ("%s, %s", name_family (family), KINDS[kind].args)));
  if (socket != NULL)
    {
      sv_end_take_socket (self, socket);
      record_no_delay (self);
    }
  return outcome;
}

/**
 * sv_call_set_option:
 * @args: level, option and value as a program writes them: "SOL_SOCKET, SO_RCVBUF, 2048"
 *
 * setsockopt(2).
 */
SvOutcome
sv_call_set_option (SvEnd *self, int level, int option, const void *value, gsize length, const char *args)
{
  SvOutcome outcome = sv_call_begin ("setsockopt");

  sv_call_finish (&outcome, setsockopt (self->fd, level, option, value, (socklen_t) length), NULL);
  sv_call_record (&outcome, self, g_strdup (args));
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

  return sv_call_set_option (self, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one, "SOL_SOCKET, SO_REUSEADDR, 1");
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

  return sv_call_set_option (self, IPPROTO_TCP, TCP_SAVE_SYN, &one, sizeof one, "IPPROTO_TCP, TCP_SAVE_SYN, 1");
}

/* A link-local address is whole only with its interface (RFC 4007 §11): "[fe80::1%lo]:9999". */
static char *
name_endpoint (const SvEndpoint *endpoint)
{
  g_autofree char *address = sv_endpoint_address_to_string (endpoint);

  if (endpoint->scope_id == 0)
    return sv_endpoint_to_string (endpoint);
  return g_strdup_printf ("[%s]:%u", address, endpoint->port);
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
  outcome = sv_call_begin ("bind");
  sv_call_finish (&outcome, bind (self->fd, (struct sockaddr *) &native, (socklen_t) length), NULL);
  sv_end_read_names (self);
  /* Port 0 asks the kernel to choose; netstat's "*" would not say that. */
  sv_call_record (&outcome, self, address->port != 0 || address->scope_id != 0
                                    ? name_endpoint (address)
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
  outcome = sv_call_begin ("listen");
  sv_call_finish (&outcome, g_socket_listen (self->socket, &error) ? 0 : -1, error);
  sv_end_read_names (self);
  sv_call_record (&outcome, self, g_strdup_printf ("%d", backlog));
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
  SvOutcome outcome = sv_call_begin ("accept");
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_accept (self->socket, NULL, &error);
  g_autoptr (SvEnd) end = NULL;
  SvFact *fact;

  sv_call_finish (&outcome, socket != NULL ? g_socket_get_fd (socket) : -1, error);
  *accepted = NULL;
  if (socket == NULL)
    {
      sv_call_record (&outcome, self, g_strdup (""));
      return outcome;
    }
  end = sv_end_new (self->recording, self->machine, self->side, self->actor, 0);
  end->protocol = self->protocol;
  sv_end_take_socket (end, socket);
  sv_end_read_names (end);
  identify (end, user_data);
  fact = sv_call_fact_of (&outcome, end, self->fd,
                          end->protocol != 0 ? name_endpoint (&end->foreign) : g_strdup (""));
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
  SvOutcome outcome = sv_call_begin ("connect");
  gboolean done = g_socket_connect (self->socket, socket_address, NULL, &error);

  sv_call_finish (&outcome, done ? 0 : -1, error);
  /* g_io_error_from_errno() knows EINPROGRESS as PENDING since GLib 2.38. */
  if (!done && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING))
    outcome.error = EINPROGRESS;
  self->foreign = *address;
  sv_end_read_names (self);
  sv_call_record (&outcome, self, name_endpoint (address));
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
  SvOutcome outcome = sv_call_begin ("getsockopt");
  g_autoptr (GError) error = NULL;
  gboolean connected = g_socket_check_connect_result (self->socket, &error);
  int seen = errno;
  SvFact *fact;

  sv_call_finish (&outcome, 0, NULL);
  *socket_error = connected ? 0 : sv_call_errno_of (error, seen);
  sv_end_read_names (self);
  fact = sv_call_fact_of (&outcome, self, self->fd,
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
  SvOutcome outcome = sv_call_begin ("send");
  g_autoptr (GError) error = NULL;
  gssize sent = g_socket_send (self->socket, data, length, NULL, &error);

  sv_call_finish (&outcome, sent, error);
  sv_call_record_data (&outcome, self, g_strdup_printf ("%" G_GSIZE_FORMAT " bytes, MSG_NOSIGNAL", length), data,
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
  SvOutcome outcome = sv_call_begin ("recv");
  g_autoptr (GError) error = NULL;
  gssize received = g_socket_receive (self->socket, buffer, size, NULL, &error);

  sv_call_finish (&outcome, received, error);
  sv_call_record_data (&outcome, self, g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", size), buffer,
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
  SvOutcome outcome = sv_call_begin ("shutdown");
  g_autoptr (GError) error = NULL;

  sv_call_finish (&outcome, g_socket_shutdown (self->socket, FALSE, TRUE, &error) ? 0 : -1, error);
  sv_call_record (&outcome, self, g_strdup ("SHUT_WR"));
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

  return sv_call_set_option (self, SOL_SOCKET, SO_LINGER, &linger, sizeof linger, "SOL_SOCKET, SO_LINGER, {on, 0 s}");
}

/**
 * sv_call_close:
 *
 * close(2). The descriptor is free afterwards, whatever it returned.
 */
SvOutcome
sv_call_close (SvEnd *self)
{
  SvOutcome outcome = sv_call_begin ("close");
  g_autoptr (GError) error = NULL;

  sv_call_finish (&outcome, g_socket_close (self->socket, &error) ? 0 : -1, error);
  sv_call_record (&outcome, self, g_strdup (""));
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
                      : _("Choose an address of this machine.");
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
