/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-call.h"
#include "sv-tcp-info.h"

G_BEGIN_DECLS

/**
 * SvWitness:
 *
 * Looks at the kernel's tables beside each call of ours: what changed is
 * recorded right after the call that caused it, and so is what must have been
 * on the wire in between.
 */
typedef struct _SvWitness SvWitness;

/**
 * SvSight: what was known before a call. Only for the witness.
 */
typedef struct
{
  SvSocketRow own;
  SvSocketRow peer;
  SvTcpInfo info;
  guint32 drops; /* of our UDP server */
} SvSight;

SvWitness *sv_witness_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine,
                           GError **error);
void sv_witness_free (SvWitness *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvWitness, sv_witness_free)

void sv_witness_set_listener (SvWitness *self, const SvEndpoint *listener);

void sv_witness_set_datagram_server (SvWitness *self, int fd, const SvEndpoint *endpoint);
void sv_witness_find_unix_peer (SvWitness *self, SvEnd *end);

void sv_witness_look (SvWitness *self, SvEnd *end);
void sv_witness_observe (SvWitness *self, SvEnd *end, SvSocketRow *own, SvSocketRow *peer);
void sv_witness_before (SvWitness *self, SvEnd *end, SvSight *sight);
void sv_witness_after (SvWitness *self, SvEnd *end, const SvSight *sight, const SvOutcome *outcome);
void sv_witness_after_finish (SvWitness *self, SvEnd *end, const SvSight *sight, const SvOutcome *outcome,
                              int socket_error);
void sv_witness_after_accept (SvWitness *self, SvEnd *accepted, const SvOutcome *outcome);
void sv_witness_after_reset (SvWitness *self, SvEnd *end, const SvSight *sight, const SvOutcome *outcome);
gboolean sv_witness_find_peer (SvWitness *self, SvEnd *end, SvSocketRow *row);

G_END_DECLS
