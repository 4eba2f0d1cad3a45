/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-row-evidence.h"

#include "sv-lsof-text.h"
#include "sv-netlink-source.h"
#include "sv-netstat-text.h"
#include "sv-proc-codec.h"
#include "sv-ss-text.h"

#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* A file of /proc/net, cut into lines. */
typedef struct
{
  char *path;
  guint8 protocol;
  char **lines; /* the first is the headline */
} File;

static void
file_clear (File *self)
{
  g_free (self->path);
  g_strfreev (self->lines);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (File, file_clear)

/* A computer without IPv6 has no tcp6 and no udp6: that is a file without lines. */
static gboolean
file_read (File *self, const char *proc_net, const SvSocketRow *kind, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = NULL;

  self->path = g_build_filename (proc_net, sv_socket_row_protocol_name (kind), NULL);
  self->protocol = kind->protocol;
  if (g_file_get_contents (self->path, &text, NULL, &problem))
    self->lines = g_strsplit (text, "\n", -1);
  else if (kind->family == AF_INET6 && g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    self->lines = g_new0 (char *, 1);
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return self->lines != NULL;
}

/* What the line says, as a row. */
static gboolean
read_row (const File *file, const char *line, SvSocketRow *row)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  g_autofree char *whole = g_strconcat (line, "\n", NULL);
  guint malformed = 0;

  sv_proc_codec_read (whole, strlen (whole), file->protocol, sv_socket_source_clock (), rows, &malformed);
  if (rows->len != 1)
    return FALSE;
  *row = g_array_index (rows, SvSocketRow, 0);
  return TRUE;
}

/* /proc does not know the interface of a link-local address. */
static gboolean
is_same_end (const SvEndpoint *a, const SvEndpoint *b)
{
  return a->family == b->family && a->port == b->port && memcmp (a->address, b->address, sizeof a->address) == 0;
}

/* Of sockets that share their addresses (SO_REUSEPORT) the one with that inode. */
static const char *
find_line (const File *file, const SvSocketRow *wanted)
{
  const char *found = NULL;
  char port[8];

  g_snprintf (port, sizeof port, ":%04X ", wanted->local.port);
  for (guint i = 1; file->lines[0] != NULL && file->lines[i] != NULL; i++)
    {
      SvSocketRow row;

      /* Most lines need not be read. */
      if (strstr (file->lines[i], port) == NULL || !read_row (file, file->lines[i], &row) || !is_same_end (&row.local, &wanted->local)
          || !is_same_end (&row.foreign, &wanted->foreign))
        continue;
      if (row.inode == wanted->inode)
        return file->lines[i];
      if (found == NULL)
        found = file->lines[i];
    }
  return found;
}

/* A socket that is bound to an interface is found only by who names that, and /proc does not tell which. */
static void
inspect_on_interfaces (SvNetlinkSource *source, SvRowEvidence *self, GError **error)
{
  struct if_nameindex *all = if_nameindex ();

  for (guint i = 0; all != NULL && all[i].if_index != 0 && !self->has_info && *error == NULL; i++)
    {
      self->row.interface = all[i].if_index;
      self->has_info = sv_netlink_source_inspect (source, &self->row, &self->info, error);
    }
  if (!self->has_info)
    self->row.interface = 0;
  if (all != NULL)
    if_freenameindex (all);
}

/* The kernel puts another record in the place of a connection's now and then
 * (TIME_WAIT); whose four-tuple it is stays. */
static gboolean
inspect (SvNetlinkSource *source, SvRowEvidence *self, GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->has_info = sv_netlink_source_inspect (source, &self->row, &self->info, &problem);
  if (!self->has_info && problem == NULL && self->row.foreign.port != 0)
    {
      self->row.cookie = 0;
      self->has_info = sv_netlink_source_inspect (source, &self->row, &self->info, &problem);
    }
  if (!self->has_info && problem == NULL && self->row.interface == 0)
    inspect_on_interfaces (source, self, &problem);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return self->has_info;
}

/* By netlink with all details; else what the source has. */
static gboolean
ask (SvSocketSource *source, SvRowEvidence *self, GError **error)
{
  SvSocketRow found;

  if (SV_IS_NETLINK_SOURCE (source))
    return inspect (SV_NETLINK_SOURCE (source), self, error);
  if (!sv_socket_source_find (source, self->row.protocol, &self->row.local, &self->row.foreign, &found, error))
    return FALSE;
  found.key = self->row.key;
  self->row = found;
  return TRUE;
}

static void
take_line (SvRowEvidence *self, const File *file, const char *line)
{
  self->path = g_strdup (file->path);
  self->headline = g_strdup (file->lines[0]);
  if (line != NULL && sv_proc_line_decode (&self->fields, line, strlen (line), file->protocol))
    self->line = g_strdup (line);
}

/**
 * sv_row_evidence_collect:
 * @source: of the machine that the row is of
 * @proc_net: "/proc/net", or that of a process in the machine's network namespace
 * @row: a row of its table
 * @holders: (nullable) (element-type SvSocketHolder): who held it a moment ago,
 *   if that need not be looked up again
 * @error: #SvSocketSourceError or #GFileError
 *
 * Asks Linux for everything about one socket. Reads a whole file of /proc/net
 * and looks into all processes: for a thread of its own.
 *
 * Returns: (transfer full) (nullable): %NULL without an error if there is no
 *   such socket any more
 */
SvRowEvidence *
sv_row_evidence_collect (SvSocketSource *source, const char *proc_net, const SvSocketRow *row, GArray *holders,
                         GError **error)
{
  g_autoptr (SvRowEvidence) self = g_new0 (SvRowEvidence, 1);
  g_auto (File) file = { 0 };

  g_return_val_if_fail (SV_IS_SOCKET_SOURCE (source), NULL);
  g_return_val_if_fail (proc_net != NULL && row != NULL, NULL);

  self->row = *row;
  if (!ask (source, self, error) || !file_read (&file, proc_net, row, error))
    return NULL;
  take_line (self, &file, find_line (&file, &self->row));
  if (self->row.inode == 0)
    self->holders = g_array_new (FALSE, FALSE, sizeof (SvSocketHolder));
  else if (holders != NULL && holders->len > 0
           && g_array_index (holders, SvSocketHolder, 0).inode == self->row.inode)
    self->holders = g_array_ref (holders);
  else
    self->holders = sv_socket_holder_list ("/proc", self->row.inode);
  return g_steal_pointer (&self);
}

static void
collect_file (SvSocketSource *source, const File *file, guint16 port, GArray *holders, GPtrArray *all)
{
  for (guint i = 1; file->lines[0] != NULL && file->lines[i] != NULL; i++)
    {
      g_autoptr (SvRowEvidence) self = g_new0 (SvRowEvidence, 1);

      if (!read_row (file, file->lines[i], &self->row)
          || (port != 0 && self->row.local.port != port && self->row.foreign.port != port))
        continue;

      guint32 inode = self->row.inode;
      /* The table is a moving thing: what has gone since is said by its line alone. */
      ask (source, self, NULL);
      take_line (self, file, file->lines[i]);
      self->holders = sv_socket_holder_pick (holders, inode);
      g_ptr_array_add (all, g_steal_pointer (&self));
    }
}

/**
 * sv_row_evidence_collect_all:
 * @port: of either end; 0 for all sockets
 *
 * Everything about every socket, in the order of /proc/net/tcp, tcp6, udp, udp6.
 *
 * Returns: (transfer full) (element-type SvRowEvidence) (nullable)
 */
GPtrArray *
sv_row_evidence_collect_all (SvSocketSource *source, const char *proc_net, guint16 port, GError **error)
{
  static const SvSocketRow KINDS[] = {
    { .family = AF_INET, .protocol = IPPROTO_TCP },
    { .family = AF_INET6, .protocol = IPPROTO_TCP },
    { .family = AF_INET, .protocol = IPPROTO_UDP },
    { .family = AF_INET6, .protocol = IPPROTO_UDP },
  };
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) sv_row_evidence_free);
  g_autoptr (GArray) holders = NULL;

  g_return_val_if_fail (SV_IS_SOCKET_SOURCE (source), NULL);
  g_return_val_if_fail (proc_net != NULL, NULL);

  holders = sv_socket_holder_list ("/proc", 0);
  for (guint i = 0; i < G_N_ELEMENTS (KINDS); i++)
    {
      g_auto (File) file = { 0 };

      if (!file_read (&file, proc_net, &KINDS[i], error))
        return NULL;
      collect_file (source, &file, port, holders, all);
    }
  return g_steal_pointer (&all);
}

void
sv_row_evidence_free (SvRowEvidence *self)
{
  g_free (self->path);
  g_free (self->headline);
  g_free (self->line);
  g_clear_pointer (&self->holders, g_array_unref);
  g_free (self);
}

/**
 * sv_row_evidence_to_netstat:
 *
 * Returns: (transfer full): the headline and the row as `netstat -tuna` prints them
 */
char *
sv_row_evidence_to_netstat (const SvRowEvidence *self)
{
  GString *text = g_string_new (NULL);
  const char *second;

  sv_netstat_text_append_header (text);
  second = strchr (text->str, '\n') + 1;
  g_string_erase (text, 0, second - text->str);
  sv_netstat_text_append_row (text, &self->row);
  return g_string_free (text, FALSE);
}

/**
 * sv_row_evidence_to_ss:
 *
 * Returns: (transfer full): the headline and the row as `ss -tanop` or `ss -uanop` print them
 */
char *
sv_row_evidence_to_ss (const SvRowEvidence *self)
{
  GString *text = g_string_new (NULL);

  sv_ss_text_append (text, &self->row, self->has_info ? &self->info : NULL, self->holders);
  return g_string_free (text, FALSE);
}

/**
 * sv_row_evidence_to_lsof:
 *
 * Returns: (transfer full) (nullable): the headline and the lines of `lsof -nP -i`; %NULL if it has none
 */
char *
sv_row_evidence_to_lsof (const SvRowEvidence *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!sv_lsof_text_append (text, &self->row, self->holders))
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}
