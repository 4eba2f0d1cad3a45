/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lab.h"

#include "text-mode.h"

G_BEGIN_DECLS

/**
 * SvTextKinds:
 * @kind: what kind of socket
 * @manner: how UDP clients go about it
 * @v6_only: an IPv6 server shall not take IPv4
 * @peers: two programs that connect to each other, and no server
 * @connect: (nullable): where the clients go instead of to a server of ours, as it was written
 *
 * What the demo is made of.
 */
typedef struct
{
  SvKind kind;
  SvManner manner;
  gboolean v6_only;
  gboolean peers;
  const char *connect;
} SvTextKinds;

gboolean sv_text_kinds_parse (SvTextKinds *self, gboolean udp, gboolean unix_domain, const char *manner,
                              GError **error);
SvExit sv_text_kinds_list (const SvTextKinds *self);

G_END_DECLS
