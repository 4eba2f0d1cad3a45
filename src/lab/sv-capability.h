/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers as in <linux/capability.h>. */
typedef enum
{
  SV_CAPABILITY_NET_BIND_SERVICE = 10,
} SvCapability;

gboolean sv_capability_is_effective (SvCapability capability);
gboolean sv_capability_raise (SvCapability capability, gboolean effective);

G_END_DECLS
