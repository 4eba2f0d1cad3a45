/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-proc-source.h"

#include "sv-proc-codec.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

/* The kernel gives about a page at once. A line is some 200 bytes. */
#define BUFFER_SIZE (16 * 1024)

typedef struct
{
  const char *name;
  guint16 family;
  guint8 protocol;
} File;

static const File FILES[] = {
  { "tcp", AF_INET, IPPROTO_TCP },
  { "tcp6", AF_INET6, IPPROTO_TCP },
  { "udp", AF_INET, IPPROTO_UDP },
  { "udp6", AF_INET6, IPPROTO_UDP },
};

struct _SvProcSource
{
  GObject parent_instance;

  char *root;
  char *buffer;
  guint malformed;
};

static void sv_proc_source_iface_init (SvSocketSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SvProcSource, sv_proc_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SV_TYPE_SOCKET_SOURCE, sv_proc_source_iface_init))

static gboolean
fail (const char *path, int saved_errno, GError **error)
{
  g_set_error (error, SV_SOCKET_SOURCE_ERROR, SV_SOCKET_SOURCE_ERROR_UNREADABLE,
               _("The kernel's socket table %s cannot be read: %s."), path, g_strerror (saved_errno));
  return FALSE;
}

static const SvSocketRow *
find_tuple (GArray *rows, const SvSocketRow *wanted)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);

      if (sv_socket_row_tuple_equal (row, wanted))
        return row;
    }
  return NULL;
}

/* With @wanted, stops after that row and leaves it alone in @rows, or leaves none. */
static gboolean
read_descriptor (SvProcSource *self, int fd, guint8 protocol, const SvSocketRow *wanted, GArray *rows)
{
  gint64 asked_at = sv_socket_source_clock ();
  gsize have = 0;

  for (;;)
    {
      gssize n = read (fd, self->buffer + have, BUFFER_SIZE - have);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          self->malformed += have > 0;
          return n == 0;
        }
      have += (gsize) n;
      gsize used = sv_proc_codec_read (self->buffer, have, protocol, asked_at, rows, &self->malformed);
      have -= used;
      memmove (self->buffer, self->buffer + used, have);
      if (have == BUFFER_SIZE)
        {
          self->malformed++;
          have = 0;
        }
      const SvSocketRow *found = wanted != NULL ? find_tuple (rows, wanted) : NULL;
      if (found != NULL)
        {
          SvSocketRow row = *found;

          g_array_set_size (rows, 0);
          g_array_append_val (rows, row);
          return TRUE;
        }
      if (wanted != NULL)
        g_array_set_size (rows, 0);
    }
}

/* A computer without IPv6 has no tcp6 and no udp6. */
static gboolean
read_file (SvProcSource *self, const File *file, const SvSocketRow *wanted, GArray *rows, GError **error)
{
  g_autofree char *path = g_build_filename (self->root, file->name, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 && errno == ENOENT && file->family == AF_INET6)
    return TRUE;
  if (fd < 0)
    return fail (path, errno, error);

  gboolean ok = read_descriptor (self, fd, file->protocol, wanted, rows);
  if (!ok)
    fail (path, errno, error);
  close (fd);
  return ok;
}

static GArray *
sv_proc_source_list (SvSocketSource *source, GError **error)
{
  SvProcSource *self = SV_PROC_SOURCE (source);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));

  for (guint i = 0; i < G_N_ELEMENTS (FILES); i++)
    if (!read_file (self, &FILES[i], NULL, rows, error))
      return NULL;
  return g_steal_pointer (&rows);
}

static gboolean
sv_proc_source_find (SvSocketSource *source, guint8 protocol, const SvEndpoint *local, const SvEndpoint *foreign,
                     SvSocketRow *row, GError **error)
{
  SvProcSource *self = SV_PROC_SOURCE (source);
  SvSocketRow wanted = { .family = (guint8) local->family, .protocol = protocol, .local = *local, .foreign = *foreign };
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));

  for (guint i = 0; i < G_N_ELEMENTS (FILES); i++)
    if (FILES[i].protocol == protocol && FILES[i].family == local->family
        && !read_file (self, &FILES[i], &wanted, rows, error))
      return FALSE;
  if (rows->len == 0)
    return FALSE;
  *row = g_array_index (rows, SvSocketRow, 0);
  return TRUE;
}

static void
sv_proc_source_finalize (GObject *object)
{
  SvProcSource *self = SV_PROC_SOURCE (object);

  g_free (self->root);
  g_free (self->buffer);
  G_OBJECT_CLASS (sv_proc_source_parent_class)->finalize (object);
}

static void
sv_proc_source_class_init (SvProcSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_proc_source_finalize;
}

static void
sv_proc_source_init (SvProcSource *self)
{
  self->buffer = g_malloc (BUFFER_SIZE);
}

static void
sv_proc_source_iface_init (SvSocketSourceInterface *iface)
{
  iface->list = sv_proc_source_list;
  iface->find = sv_proc_source_find;
}

/**
 * sv_proc_source_new:
 * @root: "/proc/net", or a folder with files like those
 * @error: #SvSocketSourceError, a sentence for people
 *
 * Returns: (transfer full) (nullable): %NULL if the first file cannot be opened
 */
SvSocketSource *
sv_proc_source_new (const char *root, GError **error)
{
  g_return_val_if_fail (root != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  g_autofree char *first = g_build_filename (root, FILES[0].name, NULL);
  if (access (first, R_OK) != 0)
    {
      fail (first, errno, error);
      return NULL;
    }

  SvProcSource *self = g_object_new (SV_TYPE_PROC_SOURCE, NULL);
  self->root = g_strdup (root);
  return SV_SOCKET_SOURCE (self);
}

/**
 * sv_proc_source_get_malformed:
 *
 * Returns: how many lines, since @self was made, could not be understood and
 *   were passed over
 */
guint
sv_proc_source_get_malformed (SvProcSource *self)
{
  g_return_val_if_fail (SV_IS_PROC_SOURCE (self), 0);

  return self->malformed;
}
