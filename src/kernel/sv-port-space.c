/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-port-space.h"

#include "sv-service-catalog.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Linux' defaults: ip_local_port_range and ip_unprivileged_port_start of ip(7). */
#define DEFAULT_LOW 32768
#define DEFAULT_HIGH 60999
#define DEFAULT_UNPRIVILEGED 1024

#define MAX_SERVICES_BYTES (4 * 1024 * 1024)
#define MAX_NAME 64
#define MAX_COMMENT 160

typedef struct
{
  char *name;
  char *comment;
} Service;

struct _SvPortSpace
{
  guint16 low;
  guint16 high;
  guint16 unprivileged;
  gboolean from_kernel;
  GHashTable *services; /* key_of() → Service, owned; empty: the catalogue serves */
};

static gpointer
key_of (guint16 port, guint8 protocol)
{
  return GUINT_TO_POINTER ((guint) port << 8 | protocol);
}

static void
service_free (gpointer data)
{
  Service *service = data;

  g_free (service->name);
  g_free (service->comment);
  g_free (service);
}

/* The file's first bytes, @max at most; never waits, whatever the path names. */
static GBytes *
read_file (const char *path, gsize max)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[16384];
  struct stat status;
  ssize_t n = -1;
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    while (bytes->len < max && (n = read (fd, buffer, MIN (sizeof buffer, max - bytes->len))) > 0)
      g_byte_array_append (bytes, buffer, (guint) n);
  close (fd);
  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Whether the file holds just @n numbers from @min to 65535. */
static gboolean
read_numbers (const char *proc_root, const char *name, guint64 min, guint16 *numbers, guint n)
{
  g_autofree char *path = g_build_filename (proc_root, "sys/net/ipv4", name, NULL);
  g_autoptr (GBytes) bytes = read_file (path, 256);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  guint found = 0;

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    return FALSE;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (strlen (text) != g_bytes_get_size (bytes))
    return FALSE;
  words = g_strsplit_set (text, " \t\n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint64 number;

      if (words[i][0] == '\0')
        continue;
      if (found == n || !g_ascii_string_to_unsigned (words[i], 10, min, G_MAXUINT16, &number, NULL))
        return FALSE;
      numbers[found++] = (guint16) number;
    }
  return found == n;
}

static void
read_kernel (SvPortSpace *self, const char *proc_root)
{
  guint16 range[2] = { DEFAULT_LOW, DEFAULT_HIGH };
  guint16 unprivileged = DEFAULT_UNPRIVILEGED;
  gboolean has_range = read_numbers (proc_root, "ip_local_port_range", 1, range, 2) && range[0] <= range[1];
  gboolean has_start = read_numbers (proc_root, "ip_unprivileged_port_start", 0, &unprivileged, 1);

  self->low = has_range ? range[0] : DEFAULT_LOW;
  self->high = has_range ? range[1] : DEFAULT_HIGH;
  self->unprivileged = has_start ? unprivileged : DEFAULT_UNPRIVILEGED;
  self->from_kernel = has_range && has_start;
}

static gboolean
is_name (const char *word)
{
  gsize length = strlen (word);

  for (const char *p = word; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  return length > 0 && length <= MAX_NAME;
}

/* "631/tcp" */
static gboolean
parse_place (char *word, guint16 *port, guint8 *protocol)
{
  char *slash = strchr (word, '/');
  guint64 number;

  if (slash == NULL)
    return FALSE;
  *slash = '\0';
  if (!g_ascii_string_to_unsigned (word, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  *port = (guint16) number;
  *protocol = g_str_equal (slash + 1, "tcp") ? IPPROTO_TCP : g_str_equal (slash + 1, "udp") ? IPPROTO_UDP : 0;
  return *protocol != 0;
}

static char *
clean_comment (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  char *comment;

  for (char *p = valid; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  comment = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_COMMENT));
  return g_strstrip (comment);
}

/* The catalogue speaks for a line without a comment only if both mean the same service. */
static const char *
find_comment (const char *const *names, guint16 port, guint8 protocol)
{
  const SvService *known = sv_service_catalog_find (port, protocol);

  for (guint i = 0; known != NULL && names[i] != NULL; i++)
    if (g_ascii_strcasecmp (names[i], known->name) == 0)
      return sv_service_get_comment (known);
  return "";
}

/* services(5): name port/protocol [aliases …] [# comment] */
static void
parse_line (SvPortSpace *self, char *line)
{
  g_autofree char *comment = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  char *hash = strchr (line, '#'), *rest = NULL, *word, *place;
  guint16 port;
  guint8 protocol;
  Service *service;

  if (hash != NULL)
    *hash = '\0';
  word = strtok_r (line, " \t\r\f\v", &rest);
  place = word != NULL ? strtok_r (NULL, " \t\r\f\v", &rest) : NULL;
  if (place == NULL || !is_name (word) || !parse_place (place, &port, &protocol)
      || g_hash_table_contains (self->services, key_of (port, protocol)))
    return;
  for (; word != NULL; word = strtok_r (NULL, " \t\r\f\v", &rest))
    g_ptr_array_add (names, word);
  g_ptr_array_add (names, NULL);

  comment = clean_comment (hash != NULL ? hash + 1 : "");
  service = g_new (Service, 1);
  service->name = g_strdup (names->pdata[0]);
  service->comment = comment[0] != '\0'
                       ? g_steal_pointer (&comment)
                       : g_strdup (find_comment ((const char *const *) names->pdata, port, protocol));
  g_hash_table_insert (self->services, key_of (port, protocol), service);
}

static void
read_services (SvPortSpace *self, const char *path)
{
  g_autoptr (GBytes) bytes = read_file (path, MAX_SERVICES_BYTES);
  gsize length = 0;
  const char *at = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  const char *end = at != NULL ? at + length : NULL;

  while (at != NULL && at < end)
    {
      const char *newline = memchr (at, '\n', (gsize) (end - at));
      gsize n = (gsize) ((newline != NULL ? newline : end) - at);

      if (memchr (at, '\0', n) == NULL)
        {
          g_autofree char *line = g_strndup (at, n);

          parse_line (self, line);
        }
      at += n + 1;
    }
}

/**
 * sv_port_space_new:
 * @proc_root: "/proc"
 * @services_file: "/etc/services"
 *
 * Never fails: what cannot be read or makes no sense is replaced by Linux'
 * defaults and by a small catalogue of services.
 *
 * Returns: (transfer full): the port space
 */
SvPortSpace *
sv_port_space_new (const char *proc_root, const char *services_file)
{
  SvPortSpace *self;

  g_return_val_if_fail (proc_root != NULL, NULL);
  g_return_val_if_fail (services_file != NULL, NULL);

  self = g_new0 (SvPortSpace, 1);
  self->services = g_hash_table_new_full (NULL, NULL, NULL, service_free);
  read_kernel (self, proc_root);
  read_services (self, services_file);
  return self;
}

SvPortSpace *
sv_port_space_new_default (void)
{
  return sv_port_space_new ("/proc", "/etc/services");
}

/**
 * sv_port_space_new_for:
 * @services_file: "/etc/services"
 *
 * How a kernel that cannot be read here, another network namespace's, says that
 * it divides its ports.
 *
 * Returns: (transfer full): the port space
 */
SvPortSpace *
sv_port_space_new_for (guint16 ephemeral_low, guint16 ephemeral_high, guint16 unprivileged_start,
                       const char *services_file)
{
  SvPortSpace *self;

  g_return_val_if_fail (ephemeral_low > 0 && ephemeral_low <= ephemeral_high, NULL);
  g_return_val_if_fail (services_file != NULL, NULL);

  self = g_new0 (SvPortSpace, 1);
  self->services = g_hash_table_new_full (NULL, NULL, NULL, service_free);
  self->low = ephemeral_low;
  self->high = ephemeral_high;
  self->unprivileged = unprivileged_start;
  self->from_kernel = TRUE;
  read_services (self, services_file);
  return self;
}

void
sv_port_space_free (SvPortSpace *self)
{
  g_hash_table_unref (self->services);
  g_free (self);
}

guint16
sv_port_space_get_ephemeral_low (SvPortSpace *self)
{
  return self->low;
}

guint16
sv_port_space_get_ephemeral_high (SvPortSpace *self)
{
  return self->high;
}

guint16
sv_port_space_get_unprivileged_start (SvPortSpace *self)
{
  return self->unprivileged;
}

/**
 * sv_port_space_is_from_kernel:
 *
 * Returns: whether range and start were both read from /proc
 */
gboolean
sv_port_space_is_from_kernel (SvPortSpace *self)
{
  return self->from_kernel;
}

/**
 * sv_port_space_get_service:
 * @protocol: IPPROTO_TCP or IPPROTO_UDP
 *
 * Returns: (transfer none) (nullable): the name of the service that the port
 *   is known for: as /etc/services has it, else from the own catalogue
 */
const char *
sv_port_space_get_service (SvPortSpace *self, guint16 port, guint8 protocol)
{
  const Service *service = g_hash_table_lookup (self->services, key_of (port, protocol));
  const SvService *known = service == NULL ? sv_service_catalog_find (port, protocol) : NULL;

  return service != NULL ? service->name : known != NULL ? known->name : NULL;
}

/**
 * sv_port_space_get_service_comment:
 *
 * Returns: (transfer none) (nullable): what that service is, in a few words;
 *   %NULL if neither /etc/services nor the catalogue says
 */
const char *
sv_port_space_get_service_comment (SvPortSpace *self, guint16 port, guint8 protocol)
{
  const Service *service = g_hash_table_lookup (self->services, key_of (port, protocol));
  const SvService *known = service == NULL ? sv_service_catalog_find (port, protocol) : NULL;

  if (service != NULL)
    return service->comment[0] != '\0' ? service->comment : NULL;
  return known != NULL ? sv_service_get_comment (known) : NULL;
}

/**
 * sv_port_space_services_from_file:
 *
 * Returns: whether /etc/services had a usable line; if not, every name is from
 *   the own catalogue
 */
gboolean
sv_port_space_services_from_file (SvPortSpace *self)
{
  return g_hash_table_size (self->services) > 0;
}

/**
 * sv_port_space_is_service_from_file:
 *
 * Returns: whether /etc/services is where that port's name comes from
 */
gboolean
sv_port_space_is_service_from_file (SvPortSpace *self, guint16 port, guint8 protocol)
{
  return g_hash_table_contains (self->services, key_of (port, protocol));
}
