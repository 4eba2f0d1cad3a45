/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-steps.h"

G_BEGIN_DECLS

/**
 * SvParkRecipe:
 * @name: as one types it: "SYN_SENT"
 * @state: which the socket is to have; %SV_TCP_CLOSE: it is in no table
 * @unowned: no process holds the socket: inode 0
 * @slot: whose row it is
 * @of_peer: it is the row of that socket's other end
 * @steps: how it gets there
 *
 * How a real connection is brought into a state and kept there, without
 * privileges: RFC 9293 §3.3.2, tcp(7), listen(2).
 */
typedef struct
{
  const char *name;
  SvTcpState state;
  gboolean unowned;
  SvSlot slot;
  gboolean of_peer;
  const SvStep *steps;
} SvParkRecipe;

const SvParkRecipe *sv_park_recipe_get (guint index);
const SvParkRecipe *sv_park_recipe_find (const char *name);

G_END_DECLS
