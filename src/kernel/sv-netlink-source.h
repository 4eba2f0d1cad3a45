/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-diag-info.h"
#include "sv-socket-source.h"

G_BEGIN_DECLS

/**
 * SvNetlinkSource:
 *
 * The socket table by NETLINK_SOCK_DIAG, sock_diag(7). It tells of the network
 * namespace that its descriptor was opened in.
 */
#define SV_TYPE_NETLINK_SOURCE (sv_netlink_source_get_type ())
G_DECLARE_FINAL_TYPE (SvNetlinkSource, sv_netlink_source, SV, NETLINK_SOURCE, GObject)

SvSocketSource *sv_netlink_source_new (int fd, GError **error);
gboolean sv_netlink_source_inspect (SvNetlinkSource *self, SvSocketRow *row, SvDiagInfo *info, GError **error);
gboolean sv_netlink_source_destroy (SvNetlinkSource *self, const SvSocketRow *row, GError **error);

G_END_DECLS
