/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"
#include "sv-owner-map.h"
#include "sv-port-space.h"

G_BEGIN_DECLS

/**
 * SvExplanation:
 * @title: one line, translated
 * @lines: (element-type utf8): sentences in the order to read them, translated;
 *   each is plain words with the exact term beside it
 */
typedef struct
{
  char *title;
  GPtrArray *lines;
} SvExplanation;

void sv_explanation_free (SvExplanation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvExplanation, sv_explanation_free)

/**
 * SvRowContext: what is known around a row. All may be %NULL or 0.
 * @actor: who of ours holds it: "client 2"
 * @fd: its descriptor, -1 if not ours
 * @owner: (nullable): the process, where it is visible
 * @has_twin: the other half is in the same table
 * @ports: (nullable)
 * @now: CLOCK_MONOTONIC in ns, for the timer's remaining time
 * @machine: whose table it is in; of one of two machines the other one is told of, too
 * @peer_state: of the other half in the other machine's table, %SV_TCP_NONE if it is not there
 * @behind: (nullable): who really is at the foreign address, if a router has put that in its place
 */
typedef struct
{
  const char *actor;
  int fd;
  const SvOwner *owner;
  gboolean has_twin;
  SvPortSpace *ports;
  gint64 now;
  SvMachineId machine;
  SvTcpState peer_state;
  const SvEndpoint *behind;
} SvRowContext;

SvExplanation *sv_explain_row (const SvSocketRow *row, const SvRowContext *context);
SvExplanation *sv_explain_state (SvTcpState state);
SvExplanation *sv_explain_call (const SvFact *call);
SvExplanation *sv_explain_packet (const SvFact *packet);
const char *sv_explain_other_call (const SvFact *call);
char *sv_explain_failure (const SvFact *call, const SvEndpoint *place);
char *sv_explain_error (const char *call, int error, const SvEndpoint *endpoint);
char *sv_explain_bind (SvMachineId machine, const SvEndpoint *bind, gboolean *lets_others_in);
char *sv_explain_packet_field (const char *layer, const char *name);

G_END_DECLS
