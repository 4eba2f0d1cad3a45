/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-stream.h"

G_BEGIN_DECLS

SvStream *sv_client_connect (SvEnd *end, SvMachine *machine, const SvEndpoint *server, SvPoller *poller,
                             SvWitness *witness, const SvStreamEvents *events, gpointer user_data, GError **error);
SvStream *sv_client_connect_from (SvEnd *end, SvMachine *machine, const SvEndpoint *own, const SvEndpoint *server,
                                  SvPoller *poller, SvWitness *witness, const SvStreamEvents *events,
                                  gpointer user_data, GError **error);
SvStream *sv_client_connect_path (SvEnd *end, SvMachine *machine, const char *path, SvPoller *poller,
                                  SvWitness *witness, const SvStreamEvents *events, gpointer user_data,
                                  GError **error);
gboolean sv_client_finish_connect (SvStream *stream, SvWitness *witness, int *code);

G_END_DECLS
