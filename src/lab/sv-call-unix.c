/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-call-private.h"

#include "sv-lab.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* "@name" is an abstract name: it begins with a zero byte, unix(7). */
static socklen_t
fill (struct sockaddr_un *address, const char *path)
{
  gsize length = strnlen (path, sizeof address->sun_path - 1);

  *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  memcpy (address->sun_path, path, length);
  if (path[0] != '@')
    return sizeof *address;
  address->sun_path[0] = '\0';
  return (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length);
}

/**
 * sv_call_bind_path:
 * @path: of a file that must not be there yet, or "@name" for an abstract name
 *
 * bind(2) in the UNIX domain: makes the file, unix(7).
 */
SvOutcome
sv_call_bind_path (SvEnd *self, const char *path)
{
  struct sockaddr_un address;
  socklen_t length = fill (&address, path);
  SvOutcome outcome = sv_call_begin ("bind");

  sv_call_finish (&outcome, bind (self->fd, (struct sockaddr *) &address, length), NULL);
  sv_end_read_names (self);
  sv_call_record (&outcome, self, g_strdup (path));
  return outcome;
}

/**
 * sv_call_connect_path:
 *
 * connect(2) in the UNIX domain. There is no handshake: it is done when the call
 * returns. EAGAIN means that the listener's queue is full.
 */
SvOutcome
sv_call_connect_path (SvEnd *self, const char *path)
{
  struct sockaddr_un address;
  socklen_t length = fill (&address, path);
  SvOutcome outcome = sv_call_begin ("connect");

  sv_call_finish (&outcome, connect (self->fd, (struct sockaddr *) &address, length), NULL);
  sv_end_read_names (self);
  sv_call_record (&outcome, self, g_strdup (path));
  return outcome;
}

/**
 * sv_call_unlink:
 *
 * unlink(2): the file outlives the socket, so whoever made it removes it.
 */
SvOutcome
sv_call_unlink (SvEnd *self, const char *path)
{
  SvOutcome outcome = sv_call_begin ("unlink");
  int fd = self->fd;

  sv_call_finish (&outcome, unlink (path), NULL);
  self->fd = -1;
  sv_call_record (&outcome, self, g_strdup (path));
  self->fd = fd;
  return outcome;
}

/* What a person can do about it. */
static const char *
advice_for (const char *name, int code)
{
  switch (code)
    {
    case EADDRINUSE:
      return _("There is such a file already, perhaps of a program that has ended: remove it, or choose another name.");
    case EACCES:
      return _("The file's or the folder's permissions do not allow it.");
    case ENOENT:
      return g_str_equal (name, "bind") ? _("There is no such folder.") : _("Nobody has made that name yet.");
    case ECONNREFUSED:
      return _("The file is there, but no program listens on it any more.");
    case EAGAIN:
      return _("The server's queue is full, and this client does not wait.");
    default:
      return NULL;
    }
}

/**
 * sv_call_set_path_error:
 *
 * As sv_call_set_error(), for a name in the UNIX domain.
 */
void
sv_call_set_path_error (GError **error, const char *name, int code, const char *path)
{
  const char *advice = advice_for (name, code);
  g_autofree char *shown = g_utf8_make_valid (path, -1);

  g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_CALL, "%s %s: %s.%s%s", name, shown, g_strerror (code),
               advice != NULL ? " " : "", advice != NULL ? advice : "");
}
