/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-endpoint.h"

G_BEGIN_DECLS

/**
 * SvNatRule: one address that the router replaces.
 * @inside: as the machine behind the router has it
 * @outside: as the rest of the world sees it
 *
 * Ports stay as they are: the client's port is the same on both sides of the
 * router, so that a learner can follow it.
 */
typedef struct
{
  SvEndpoint inside;
  SvEndpoint outside;
} SvNatRule;

typedef enum
{
  SV_NAT_OUTWARD, /* the packet leaves the network of @inside */
  SV_NAT_INWARD,  /* … comes back into it */
} SvNatDirection;

gboolean sv_nat_rewrite (guint8 *bytes, gsize length, const SvNatRule *rule, SvNatDirection direction);

G_END_DECLS
