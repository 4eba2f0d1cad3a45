/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lab.h"
#include "sv-stream.h"

G_BEGIN_DECLS

/**
 * SvServerEvents:
 * @identify: gives a freshly accepted end its connection, before accept() is recorded
 * @accepted: (transfer full): a new end, recorded
 */
typedef struct
{
  void (*identify) (SvEnd *accepted, gpointer user_data);
  void (*accepted) (SvEnd *accepted, gpointer user_data);
} SvServerEvents;

/**
 * SvServer:
 *
 * The listening socket, and when accept() is called on it. The accepted
 * connections are its owner's.
 */
typedef struct _SvServer SvServer;

SvServer *sv_server_new (SvRecording *recording, SvMachine *machine, SvPoller *poller, SvWitness *witness,
                         const SvServerOptions *options, const SvServerEvents *events, gpointer user_data,
                         GError **error);
void sv_server_free (SvServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvServer, sv_server_free)

int sv_server_get_fd (SvServer *self);
const SvEndpoint *sv_server_get_endpoint (SvServer *self);

void sv_server_set_hold_accept (SvServer *self, gboolean hold_accept);
gboolean sv_server_accept_one (SvServer *self, GError **error);
void sv_server_descriptor_freed (SvServer *self);

G_END_DECLS
