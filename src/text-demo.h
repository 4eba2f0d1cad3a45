/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text-mode.h"

#include "text-network.h"

G_BEGIN_DECLS

/**
 * SvTextDemo:
 * @format: how facts are printed
 * @n_clients: from 1 to %SV_LAB_MAX_CLIENTS
 * @bind: where the server listens
 * @hold_accept: the clients stay in the accept queue
 * @duration: in seconds; negative: until all is closed
 * @network: whether, and how, on two machines
 */
typedef struct
{
  SvTextFormat format;
  guint n_clients;
  SvEndpoint bind;
  gboolean hold_accept;
  double duration;
  SvTextNetwork network;
} SvTextDemo;

gboolean sv_text_demo_parse (SvTextDemo *self, const char *demo, const char *bind, const char *duration,
                             GError **error);
int sv_text_demo_run (const SvTextDemo *self);

G_END_DECLS
