/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-diag-info.h"
#include "sv-proc-line.h"
#include "sv-socket-holder.h"
#include "sv-socket-source.h"

G_BEGIN_DECLS

/**
 * SvRowEvidence:
 * @row: the socket as sock_diag(7) told it, or /proc where that is closed
 * @has_info: whether @info was told: only by sock_diag
 * @path: "/proc/net/tcp"
 * @headline: (nullable): the first line of that file
 * @line: (nullable): the socket's line of that file, if it was still there
 * @fields: of @line
 * @holders: (element-type SvSocketHolder): who holds it, as far as we may look
 *
 * All that Linux says of one socket, by each of its ways, asked for one after
 * the other: what changes quickly may differ between them.
 */
typedef struct
{
  SvSocketRow row;
  gboolean has_info;
  SvDiagInfo info;
  char *path;
  char *headline;
  char *line;
  SvProcLine fields;
  GArray *holders;
} SvRowEvidence;

SvRowEvidence *sv_row_evidence_collect (SvSocketSource *source, const char *proc_net, const SvSocketRow *row,
                                        GArray *holders, GError **error);
GPtrArray *sv_row_evidence_collect_all (SvSocketSource *source, const char *proc_net, guint16 port, GError **error);
void sv_row_evidence_free (SvRowEvidence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvRowEvidence, sv_row_evidence_free)

char *sv_row_evidence_to_netstat (const SvRowEvidence *self);
char *sv_row_evidence_to_ss (const SvRowEvidence *self);
char *sv_row_evidence_to_lsof (const SvRowEvidence *self);

G_END_DECLS
