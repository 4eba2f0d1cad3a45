/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-call.h"
#include "sv-witness.h"

G_BEGIN_DECLS

/* What an experiment calls its sockets. */
typedef enum
{
  SV_SLOT_LISTENER,
  SV_SLOT_CLIENT,
  SV_SLOT_SERVER,  /* what accept() gave for the client */
  SV_SLOT_CLIENT2,
  SV_SLOT_SERVER2, /* another server, or what accept() gave for the second client */
  SV_SLOT_CLIENT3,
  SV_N_SLOTS
} SvSlot;

/**
 * SvBench:
 * @address: where its servers listen, with the port that the kernel chose first
 * @target: by which address its clients reach them
 * @ends: by #SvSlot; stays after close(), so that its row can still be asked for
 * @last: how the last call went
 * @last_fact: serial of that call
 *
 * A workbench: a few sockets that an experiment needs, each call made at once,
 * without blocking, witnessed and recorded. What is still open when the bench
 * is freed is reset, so that nothing is left behind.
 */
typedef struct
{
  SvRecording *recording;
  SvMachine *machines[2]; /* by SvSide */
  SvWitness *witness;
  SvEndpoint address;
  SvEndpoint target;
  SvEnd *ends[SV_N_SLOTS];
  guint n_clients;
  SvOutcome last;
  guint64 last_fact;
} SvBench;

SvBench *sv_bench_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine, GError **error);
void sv_bench_free (SvBench *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvBench, sv_bench_free)

gboolean sv_bench_open_client (SvBench *self, SvSlot slot);
gboolean sv_bench_open_server (SvBench *self, SvSlot slot);
gboolean sv_bench_open_peer (SvBench *self, SvSlot slot, SvSide side, const char *actor);
gboolean sv_bench_open_datagram (SvBench *self, SvSlot slot);
gboolean sv_bench_open_datagram_client (SvBench *self, SvSlot slot);
gboolean sv_bench_set_value (SvBench *self, SvSlot slot, int level, int option, const void *value, gsize length,
                             const char *args);
gboolean sv_bench_set (SvBench *self, SvSlot slot, int level, int option, int value, const char *name);
gboolean sv_bench_bind (SvBench *self, SvSlot slot, const SvEndpoint *address);
gboolean sv_bench_listen (SvBench *self, SvSlot slot, int backlog);
gboolean sv_bench_connect (SvBench *self, SvSlot slot, const SvEndpoint *to);
gboolean sv_bench_is_ready (SvBench *self, SvSlot slot, short events);
int sv_bench_finish_connect (SvBench *self, SvSlot slot);
gboolean sv_bench_accept (SvBench *self, SvSlot listener, SvSlot slot);
gssize sv_bench_send (SvBench *self, SvSlot slot, const char *text);
gssize sv_bench_send_bytes (SvBench *self, SvSlot slot, gsize length);
gssize sv_bench_recv (SvBench *self, SvSlot slot, gsize size);
gboolean sv_bench_shut_down (SvBench *self, SvSlot slot);
gboolean sv_bench_close (SvBench *self, SvSlot slot);
void sv_bench_reset (SvBench *self, SvSlot slot);

gboolean sv_bench_is_open (SvBench *self, SvSlot slot);
void sv_bench_observe (SvBench *self, SvSlot slot, SvSocketRow *own, SvSocketRow *peer);
void sv_bench_set_error (SvBench *self, GError **error);

G_END_DECLS
