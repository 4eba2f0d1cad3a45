/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machine.h"
#include "sv-recording.h"

G_BEGIN_DECLS

/**
 * SvRowReader:
 *
 * Asks a machine's kernel for single rows, each by its exact four-tuple, and
 * puts what changed into the recording.
 */
typedef struct _SvRowReader SvRowReader;

SvRowReader *sv_row_reader_new (SvRecording *recording, SvMachine *machine, GError **error);
void sv_row_reader_free (SvRowReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvRowReader, sv_row_reader_free)

gboolean sv_row_reader_read (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign, SvSocketRow *row);
gboolean sv_row_reader_read_either (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign,
                                    SvSocketRow *row);
gboolean sv_row_reader_recall_either (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign,
                                      SvSocketRow *row);
gboolean sv_row_reader_recall (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign,
                               SvSocketRow *row);
gboolean sv_row_reader_read_datagram (SvRowReader *self, const SvEndpoint *local, const SvEndpoint *foreign,
                                      SvSocketRow *row);
void sv_row_reader_set_datagram_server (SvRowReader *self, const SvEndpoint *server);
void sv_row_reader_record (SvRowReader *self);

G_END_DECLS
