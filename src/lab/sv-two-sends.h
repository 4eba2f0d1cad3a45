/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lab.h"

G_BEGIN_DECLS

/**
 * SvTwoSends:
 *
 * The same two sends over TCP and over UDP, from a client to a server of ours
 * that reads only afterwards: TCP's stream has no boundaries, UDP's datagrams are
 * nothing else. Both are real; each has a recording of its own.
 *
 * Signal "done": both servers have read what came, or @SV_TWO_SENDS_PATIENCE_MS are over.
 */
#define SV_TYPE_TWO_SENDS (sv_two_sends_get_type ())
G_DECLARE_FINAL_TYPE (SvTwoSends, sv_two_sends, SV, TWO_SENDS, GObject)

#define SV_TWO_SENDS_PATIENCE_MS 3000

SvTwoSends *sv_two_sends_new (SvMachine *machine);

gboolean sv_two_sends_run (SvTwoSends *self, GBytes *first, GBytes *second, GError **error);
gboolean sv_two_sends_is_running (SvTwoSends *self);
void sv_two_sends_stop (SvTwoSends *self);

/* What happened last; @kind is SV_KIND_TCP or SV_KIND_UDP. */
GPtrArray *sv_two_sends_list_calls (SvTwoSends *self, SvKind kind, SvSide side);
guint32 sv_two_sends_get_waiting (SvTwoSends *self, SvKind kind);

G_END_DECLS
