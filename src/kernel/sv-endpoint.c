/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-endpoint.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

G_DEFINE_QUARK (sv-endpoint-error-quark, sv_endpoint_error)

static const guint8 V4_MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
static const guint8 LOOPBACK6[16] = { [15] = 1 };
static const guint8 ZERO[16];

static gsize
address_length (const SvEndpoint *self)
{
  return self->family == AF_INET6 ? 16 : 4;
}

/**
 * sv_endpoint_any:
 * @family: AF_INET or AF_INET6
 *
 * Returns: the unspecified address, 0.0.0.0 or ::
 */
SvEndpoint
sv_endpoint_any (guint16 family, guint16 port)
{
  return (SvEndpoint) { .family = family, .port = port };
}

/**
 * sv_endpoint_loopback:
 * @family: AF_INET or AF_INET6
 *
 * Returns: 127.0.0.1 or ::1
 */
SvEndpoint
sv_endpoint_loopback (guint16 family, guint16 port)
{
  SvEndpoint self = { .family = family, .port = port };

  if (family == AF_INET6)
    memcpy (self.address, LOOPBACK6, sizeof LOOPBACK6);
  else
    memcpy (self.address, (guint8[]) { 127, 0, 0, 1 }, 4);
  return self;
}

/**
 * sv_endpoint_for_inode:
 *
 * Returns: the end of a UNIX-domain connection: it has no address, the inode names it
 */
SvEndpoint
sv_endpoint_for_inode (guint32 inode)
{
  SvEndpoint self = { .family = AF_UNIX };

  memcpy (self.address, &inode, sizeof inode);
  return self;
}

/**
 * sv_endpoint_get_inode:
 *
 * Returns: what sv_endpoint_for_inode() was given, 0 for an IP address
 */
guint32
sv_endpoint_get_inode (const SvEndpoint *self)
{
  guint32 inode = 0;

  if (self->family == AF_UNIX)
    memcpy (&inode, self->address, sizeof inode);
  return inode;
}

/* A name of an interface of this computer, or its index. The kernel would cut
 * "lo:9999" at the colon and answer with lo. */
static gboolean
parse_scope (const char *text, guint32 *scope_id)
{
  guint64 number;

  if (strchr (text, ':') != NULL)
    return FALSE;
  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT32, &number, NULL))
    *scope_id = (guint32) number;
  else
    *scope_id = if_nametoindex (text);
  return *scope_id != 0;
}

/* Sets everything but the port. */
static gboolean
parse_address (const char *text, SvEndpoint *endpoint)
{
  SvEndpoint found = { .family = AF_INET, .port = endpoint->port };
  const char *percent = strchr (text, '%');
  g_autofree char *plain = percent != NULL ? g_strndup (text, (gsize) (percent - text)) : g_strdup (text);

  if (inet_pton (AF_INET6, plain, found.address) == 1)
    found.family = AF_INET6;
  else if (percent != NULL || inet_pton (AF_INET, plain, found.address) != 1)
    return FALSE;
  if (percent != NULL && !parse_scope (percent + 1, &found.scope_id))
    return FALSE;
  *endpoint = found;
  return TRUE;
}

static gboolean
parse_port (const char *text, guint16 *port)
{
  guint64 number;

  if (g_str_equal (text, "*"))
    {
      *port = 0;
      return TRUE;
    }
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  *port = (guint16) number;
  return TRUE;
}

/* "::1:9999" is how netstat(8) prints port 9999 of ::1, and by RFC 4291 also
 * an address of its own. Addresses of ::/96 are given to nobody (RFC 4291
 * §2.5.5.1), so there the port is meant. */
static gboolean
ends_in_port (const SvEndpoint *whole)
{
  return whole->family == AF_INET6 && whole->scope_id == 0 && memcmp (whole->address, ZERO, 12) == 0
         && memcmp (whole->address, ZERO, 16) != 0 && memcmp (whole->address, LOOPBACK6, 16) != 0;
}

static gboolean
fail_address (const char *text, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (text, -1);

  g_set_error (error, SV_ENDPOINT_ERROR, SV_ENDPOINT_ERROR_ADDRESS,
               _("“%s” is not an IP address. Write one such as 127.0.0.1 or ::1."), shown);
  return FALSE;
}

static gboolean
fail_port (const char *text, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (text, -1);

  g_set_error (error, SV_ENDPOINT_ERROR, SV_ENDPOINT_ERROR_PORT,
               _("“%s” is not a port. Write a number from 0 to 65535."), shown);
  return FALSE;
}

/* What stands before the colon of the port: "", "*" or an address. */
static gboolean
parse_host (const char *host, SvEndpoint *endpoint)
{
  if (*host == '\0')
    *endpoint = sv_endpoint_loopback (AF_INET, 0);
  else if (g_str_equal (host, "*"))
    *endpoint = sv_endpoint_any (AF_INET, 0);
  else
    return parse_address (host, endpoint);
  return TRUE;
}

/* "[::1]:9999", "[::1]" */
static gboolean
parse_bracketed (const char *text, SvEndpoint *endpoint, GError **error)
{
  const char *close = strchr (text, ']');

  if (close == NULL)
    return fail_address (text, error);

  g_autofree char *host = g_strndup (text + 1, (gsize) (close - text) - 1);
  if (!parse_address (host, endpoint) || endpoint->family != AF_INET6)
    return fail_address (host, error);
  if (close[1] == '\0')
    return TRUE;
  if (close[1] != ':')
    return fail_address (text, error);
  return parse_port (close + 2, &endpoint->port) || fail_port (close + 2, error);
}

/* "9999" */
static gboolean
parse_number (const char *text, SvEndpoint *endpoint, GError **error)
{
  if (*text == '\0' || strspn (text, "0123456789") != strlen (text))
    return fail_address (text, error);
  *endpoint = sv_endpoint_loopback (AF_INET, 0);
  return parse_port (text, &endpoint->port) || fail_port (text, error);
}

static gboolean
parse_plain (const char *text, SvEndpoint *endpoint, GError **error)
{
  const char *colon = strrchr (text, ':');
  gboolean is_address = parse_address (text, endpoint);

  if (is_address && !ends_in_port (endpoint))
    return TRUE;
  if (colon == NULL)
    return parse_number (text, endpoint, error);

  g_autofree char *host = g_strndup (text, (gsize) (colon - text));
  SvEndpoint split = *endpoint;
  if (!parse_host (host, &split))
    return is_address || fail_address (strchr (text, ':') == colon ? host : text, error);
  if (!parse_port (colon + 1, &split.port))
    return is_address || fail_port (colon + 1, error);
  *endpoint = split;
  return TRUE;
}

/**
 * sv_endpoint_parse:
 * @default_port: what a text without a port means
 * @error: #SvEndpointError, a sentence for people
 *
 * Understands "127.0.0.1:9999", "[::1]:9999", what netstat(8) prints
 * ("::1:9999", ":::9999", "0.0.0.0:*"), an address alone, "fe80::1%eth0",
 * "*:9999" for all IPv4 addresses, and a port alone ("9999", ":9999"), which
 * means that port of 127.0.0.1: nobody opens a computer to others by leaving
 * something out. Names are not resolved.
 *
 * Returns: whether @endpoint was set
 */
gboolean
sv_endpoint_parse (const char *text, guint16 default_port, SvEndpoint *endpoint, GError **error)
{
  SvEndpoint found = { .port = default_port };
  gboolean ok;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (endpoint != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  if (trimmed[0] == '[')
    ok = parse_bracketed (trimmed, &found, error);
  else
    ok = parse_plain (trimmed, &found, error);
  if (ok)
    *endpoint = found;
  return ok;
}

/**
 * sv_endpoint_address_to_string:
 *
 * Returns: (transfer full): the address alone, with "%eth0" where it is
 *   link-local; "" for an unknown one
 */
char *
sv_endpoint_address_to_string (const SvEndpoint *self)
{
  char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE + 16], name[IF_NAMESIZE];

  g_return_val_if_fail (self != NULL, NULL);

  if (self->family == 0 || inet_ntop (self->family, self->address, text, INET6_ADDRSTRLEN) == NULL)
    return g_strdup ("");
  if (self->scope_id == 0)
    return g_strdup (text);
  if (if_indextoname (self->scope_id, name) != NULL)
    return g_strdup_printf ("%s%%%s", text, name);
  return g_strdup_printf ("%s%%%u", text, self->scope_id);
}

/**
 * sv_endpoint_to_string:
 *
 * Returns: (transfer full): as netstat -n prints it, but never cut short:
 *   "127.0.0.1:9999", ":::9999", "0.0.0.0:*"; "socket:[1234]", as /proc/PID/fd has
 *   it, for one of the UNIX domain; "" for an unknown one
 */
char *
sv_endpoint_to_string (const SvEndpoint *self)
{
  char text[INET6_ADDRSTRLEN + 8];

  g_return_val_if_fail (self != NULL, NULL);

  if (self->family == AF_UNIX)
    return sv_endpoint_get_inode (self) != 0 ? g_strdup_printf ("socket:[%u]", sv_endpoint_get_inode (self))
                                             : g_strdup ("");
  if (self->family == 0 || inet_ntop (self->family, self->address, text, INET6_ADDRSTRLEN) == NULL)
    return g_strdup ("");

  gsize length = strlen (text);
  if (self->port == 0)
    g_strlcpy (text + length, ":*", sizeof text - length);
  else
    g_snprintf (text + length, sizeof text - length, ":%u", self->port);
  return g_strdup (text);
}

/**
 * sv_endpoint_equal:
 *
 * Returns: whether both name the same address and port. The scope does not
 *   count: /proc does not know it.
 */
gboolean
sv_endpoint_equal (const SvEndpoint *a, const SvEndpoint *b)
{
  return a->family == b->family && a->port == b->port && memcmp (a->address, b->address, address_length (a)) == 0;
}

/**
 * sv_endpoint_compare:
 *
 * For sorting: IPv4 before IPv6, then by address as a number, then by port.
 */
int
sv_endpoint_compare (const SvEndpoint *a, const SvEndpoint *b)
{
  if (a->family != b->family)
    return a->family < b->family ? -1 : 1;

  int order = memcmp (a->address, b->address, address_length (a));
  return order != 0 ? order : (int) a->port - (int) b->port;
}

/* For GHashTable; goes with sv_endpoint_equal(). */
guint
sv_endpoint_hash (const SvEndpoint *self)
{
  guint32 words[4] = { 0 };
  guint hash = self->family * 65537u + self->port;

  memcpy (words, self->address, address_length (self));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    hash = (hash ^ words[i]) * 0x9E3779B1u;
  return hash ^ hash >> 15;
}

/* 0.0.0.0, :: or ::ffff:0.0.0.0 */
gboolean
sv_endpoint_is_any (const SvEndpoint *self)
{
  SvEndpoint plain = sv_endpoint_unmapped (self);

  return plain.family != 0 && memcmp (plain.address, ZERO, address_length (&plain)) == 0;
}

/* 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1, or such an IPv4 address mapped. */
gboolean
sv_endpoint_is_loopback (const SvEndpoint *self)
{
  SvEndpoint plain = sv_endpoint_unmapped (self);

  if (plain.family == AF_INET6)
    return memcmp (plain.address, LOOPBACK6, sizeof LOOPBACK6) == 0;
  return plain.family == AF_INET && plain.address[0] == 127;
}

/* ::ffff:a.b.c.d (RFC 4291 §2.5.5.2): an IPv4 peer of an IPv6 socket. */
gboolean
sv_endpoint_is_v4_mapped (const SvEndpoint *self)
{
  return self->family == AF_INET6 && memcmp (self->address, V4_MAPPED, sizeof V4_MAPPED) == 0;
}

/**
 * sv_endpoint_unmapped:
 *
 * Returns: the IPv4 endpoint that a mapped address stands for; any other as it is
 */
SvEndpoint
sv_endpoint_unmapped (const SvEndpoint *self)
{
  if (!sv_endpoint_is_v4_mapped (self))
    return *self;

  SvEndpoint plain = { .family = AF_INET, .port = self->port };
  memcpy (plain.address, self->address + sizeof V4_MAPPED, 4);
  return plain;
}

/**
 * sv_endpoint_to_socket_address:
 *
 * Returns: (transfer full): the same for GSocket
 */
GSocketAddress *
sv_endpoint_to_socket_address (const SvEndpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (self->family == AF_INET || self->family == AF_INET6, NULL);

  GSocketFamily family = self->family == AF_INET6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_bytes (self->address, family);
  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", address, "port", (guint) self->port, "scope-id",
                       self->scope_id, NULL);
}

/**
 * sv_endpoint_from_socket_address:
 *
 * Returns: FALSE, and @self untouched, for what is no IPv4 or IPv6 address
 */
gboolean
sv_endpoint_from_socket_address (SvEndpoint *self, GSocketAddress *address)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return FALSE;

  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  GInetAddress *ip = g_inet_socket_address_get_address (inet);
  gboolean v6 = g_inet_address_get_family (ip) == G_SOCKET_FAMILY_IPV6;
  *self = (SvEndpoint) {
    .family = v6 ? AF_INET6 : AF_INET,
    .port = g_inet_socket_address_get_port (inet),
    .scope_id = v6 ? g_inet_socket_address_get_scope_id (inet) : 0,
  };
  memcpy (self->address, g_inet_address_to_bytes (ip), g_inet_address_get_native_size (ip));
  return TRUE;
}

/**
 * sv_endpoint_from_native:
 * @native: a struct sockaddr of getsockname(2), getpeername(2) or accept(2)
 * @length: its bytes
 *
 * Reads the address as the kernel's table has it. GSocketAddress would make
 * 127.0.0.1 of the mapped ::ffff:127.0.0.1 of a tcp6 socket.
 *
 * Returns: FALSE, and @self untouched, for what is no IPv4 or IPv6 address
 */
gboolean
sv_endpoint_from_native (SvEndpoint *self, gconstpointer native, gsize length)
{
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  sa_family_t family;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (native != NULL || length == 0, FALSE);

  if (length < sizeof family)
    return FALSE;
  memcpy (&family, native, sizeof family);
  if (family == AF_INET && length >= sizeof v4)
    {
      memcpy (&v4, native, sizeof v4);
      *self = (SvEndpoint) { .family = AF_INET, .port = g_ntohs (v4.sin_port) };
      memcpy (self->address, &v4.sin_addr, sizeof v4.sin_addr);
      return TRUE;
    }
  if (family == AF_INET6 && length >= sizeof v6)
    {
      memcpy (&v6, native, sizeof v6);
      *self = (SvEndpoint) { .family = AF_INET6, .port = g_ntohs (v6.sin6_port), .scope_id = v6.sin6_scope_id };
      memcpy (self->address, &v6.sin6_addr, sizeof v6.sin6_addr);
      return TRUE;
    }
  return FALSE;
}
