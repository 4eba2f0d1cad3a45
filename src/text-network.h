/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-network.h"

G_BEGIN_DECLS

/**
 * SvTextNetwork:
 * @wanted: two machines instead of this computer
 * @nat: with routers that translate addresses
 * @hop: how long a packet flies, in ns
 * @loss: percent
 * @pcapng: (nullable): the file that the packets are saved in, as the client's machine saw them
 * @command: (nullable): what is run on the machine @on during the demo
 */
typedef struct
{
  gboolean wanted;
  gboolean nat;
  gint64 hop;
  double loss;
  const char *pcapng;
  SvSide on;
  const char *const *command;
} SvTextNetwork;

gboolean sv_text_network_parse (SvTextNetwork *self, const char *hop, const char *loss, const char *on,
                                GError **error);
SvNetwork *sv_text_network_open (const SvTextNetwork *self, SvRecording *recording, GError **error);
GSubprocess *sv_text_network_run_command (const SvTextNetwork *self, SvNetwork *network, GError **error);
gboolean sv_text_network_is_calm (SvNetwork *network);
gboolean sv_text_network_save (const SvTextNetwork *self, SvRecording *recording, GError **error);

G_END_DECLS
