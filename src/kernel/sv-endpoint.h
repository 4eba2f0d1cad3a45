/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SvEndpoint:
 * @family: AF_INET or AF_INET6; AF_UNIX where @address holds the socket's inode; 0 means "not known"
 * @port: in host order; 0 means "any" (netstat prints `*`)
 * @scope_id: interface index of a link-local IPv6 address, else 0
 * @address: in network order; an IPv4 address fills the first four bytes
 *
 * One end of a connection: an IP address and a port. A plain value.
 */
typedef struct
{
  guint16 family;
  guint16 port;
  guint32 scope_id;
  guint8 address[16];
} SvEndpoint;

#define SV_ENDPOINT_ERROR (sv_endpoint_error_quark ())
GQuark sv_endpoint_error_quark (void);

typedef enum
{
  SV_ENDPOINT_ERROR_ADDRESS, /* not an IP address */
  SV_ENDPOINT_ERROR_PORT,    /* not a number from 0 to 65535 */
} SvEndpointError;

SvEndpoint sv_endpoint_any (guint16 family, guint16 port);
SvEndpoint sv_endpoint_loopback (guint16 family, guint16 port);
SvEndpoint sv_endpoint_for_inode (guint32 inode);
guint32 sv_endpoint_get_inode (const SvEndpoint *self);

gboolean sv_endpoint_parse (const char *text, guint16 default_port, SvEndpoint *endpoint, GError **error);
char *sv_endpoint_to_string (const SvEndpoint *self);
char *sv_endpoint_address_to_string (const SvEndpoint *self);

gboolean sv_endpoint_equal (const SvEndpoint *a, const SvEndpoint *b);
int sv_endpoint_compare (const SvEndpoint *a, const SvEndpoint *b);
guint sv_endpoint_hash (const SvEndpoint *self);

gboolean sv_endpoint_is_any (const SvEndpoint *self);
gboolean sv_endpoint_is_loopback (const SvEndpoint *self);
gboolean sv_endpoint_is_v4_mapped (const SvEndpoint *self);
SvEndpoint sv_endpoint_unmapped (const SvEndpoint *self);

GSocketAddress *sv_endpoint_to_socket_address (const SvEndpoint *self);
gboolean sv_endpoint_from_socket_address (SvEndpoint *self, GSocketAddress *address);
gboolean sv_endpoint_from_native (SvEndpoint *self, gconstpointer native, gsize length);

G_END_DECLS
