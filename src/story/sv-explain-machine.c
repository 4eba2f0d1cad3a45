/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-explanation.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

static gboolean
is_client (const SvRowContext *context)
{
  return context->machine == SV_MACHINE_CLIENT;
}

static void
add_missing_half (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context)
{
  if (row->state == SV_TCP_SYN_SENT)
    sv_explanation_add (self, C_ ("socket row", "The other machine has no row for it: the SYN has not arrived there, or "
                                                "was not taken. Without an answer the kernel sends it again."));
  else if (row->state == SV_TCP_TIME_WAIT)
    sv_explanation_add (self, C_ ("socket row", "The other machine has no row for it any more: only the end that closed "
                                                "first waits on."));
  else
    sv_explanation_add (self, C_ ("socket row", "The other machine has no row for it."));
}

/* What the other machine's table says of the same connection. */
void
sv_explain_add_other_half (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context)
{
  SvEndpoint local = sv_endpoint_unmapped (&row->local);

  if (row->protocol != IPPROTO_TCP || row->foreign.family == 0 || sv_endpoint_is_any (&row->foreign)
      || sv_endpoint_is_loopback (&local) || context->has_twin)
    return;
  if (context->peer_state == SV_TCP_NONE)
    add_missing_half (self, row, context);
  else
    sv_explanation_add (self, is_client (context)
                                ? C_ ("socket row", "Its other half is in the server machine’s table; its state there "
                                                    "is %s.")
                                : C_ ("socket row", "Its other half is in the client machine’s table; its state there "
                                                    "is %s."), sv_tcp_state_to_netstat (context->peer_state));
}
