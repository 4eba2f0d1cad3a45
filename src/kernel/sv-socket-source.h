/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-row.h"

G_BEGIN_DECLS

#define SV_SOCKET_SOURCE_ERROR (sv_socket_source_error_quark ())
GQuark sv_socket_source_error_quark (void);

typedef enum
{
  SV_SOCKET_SOURCE_ERROR_UNREADABLE,  /* this way to the table is closed to us */
  SV_SOCKET_SOURCE_ERROR_INTERRUPTED, /* the table changed each time it was read; the next time may do */
} SvSocketSourceError;

/**
 * SvSocketSource:
 *
 * Asks a kernel for "the rows now". Two ways: NETLINK_SOCK_DIAG
 * (sv-netlink-source) and the text of /proc/net (sv-proc-source). Both give
 * the same rows; /proc knows no cookie and no backlog. Used by one thread at
 * a time.
 */
#define SV_TYPE_SOCKET_SOURCE (sv_socket_source_get_type ())
G_DECLARE_INTERFACE (SvSocketSource, sv_socket_source, SV, SOCKET_SOURCE, GObject)

struct _SvSocketSourceInterface
{
  GTypeInterface parent_interface;

  GArray *(*list) (SvSocketSource *self, GError **error);
  gboolean (*find) (SvSocketSource *self, guint8 protocol, const SvEndpoint *local, const SvEndpoint *foreign,
                    SvSocketRow *row, GError **error);
};

GArray *sv_socket_source_list (SvSocketSource *self, GError **error);
gboolean sv_socket_source_find (SvSocketSource *self, guint8 protocol, const SvEndpoint *local,
                                const SvEndpoint *foreign, SvSocketRow *row, GError **error);

gint64 sv_socket_source_clock (void);

/* By netlink where that works, else by /proc. */
SvSocketSource *sv_socket_source_new_default (GError **error);

G_END_DECLS
