/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machine.h"
#include "sv-row-evidence.h"

G_BEGIN_DECLS

/**
 * SvEvidenceReader:
 *
 * Asks a machine's Linux for all about one socket, in a thread of its own.
 */
#define SV_TYPE_EVIDENCE_READER (sv_evidence_reader_get_type ())
G_DECLARE_FINAL_TYPE (SvEvidenceReader, sv_evidence_reader, SV, EVIDENCE_READER, GObject)

SvEvidenceReader *sv_evidence_reader_new (SvMachine *machine);

gboolean sv_evidence_reader_is_busy (SvEvidenceReader *self);
void sv_evidence_reader_read_async (SvEvidenceReader *self, const SvSocketRow *row, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer data);
SvRowEvidence *sv_evidence_reader_read_finish (SvEvidenceReader *self, GAsyncResult *result, GError **error);

G_END_DECLS
