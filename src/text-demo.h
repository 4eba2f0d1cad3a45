/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text-mode.h"

#include "text-kinds.h"
#include "text-network.h"

G_BEGIN_DECLS

/**
 * SvTextDemo:
 * @format: how facts are printed
 * @n_clients: from 1 to %SV_LAB_MAX_CLIENTS; 0: the server alone
 * @kinds: of sockets
 * @server: how the server starts, without @hold_accept
 * @target: where the clients go, if @kinds says so
 * @hold_accept: the clients stay in the accept queue
 * @duration: in seconds; negative: until all is closed
 * @network: whether, and how, on two machines
 */
typedef struct
{
  SvTextFormat format;
  guint n_clients;
  SvTextKinds kinds;
  SvServerOptions server;
  SvDestination target;
  gboolean hold_accept;
  double duration;
  SvTextNetwork network;
} SvTextDemo;

gboolean sv_text_demo_parse (SvTextDemo *self, const char *demo, const char *bind, const char *duration,
                             GError **error);
int sv_text_demo_run (const SvTextDemo *self);

G_END_DECLS
