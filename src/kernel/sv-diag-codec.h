/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-diag-info.h"
#include "sv-socket-row.h"

G_BEGIN_DECLS

/* The longest request that is written here, in bytes. */
#define SV_DIAG_REQUEST_SIZE 76

/* All states of the table. Not TCP_BOUND_INACTIVE (13): no netstat shows sockets
 * that are bound and nothing else, and /proc does not know them. */
#define SV_DIAG_ALL_STATES ((1u << SV_N_TCP_STATES) - 2)

/**
 * SvDiagReply:
 * @sequence: of the request; replies to others are passed over
 * @protocol: what was asked for; a reply does not say
 * @seen_at: for the rows, CLOCK_MONOTONIC in ns from before asking
 * @done: the kernel has nothing more to say
 * @interrupted: the table changed, or a reply was lost: ask again
 * @error: the kernel's refusal as errno, else 0
 * @malformed: how many replies could not be understood
 * @infos: (nullable) (element-type SvDiagInfo): gets one for each row
 *
 * How far the answer to one request has been read. The first three and @infos
 * are set by the caller.
 */
typedef struct
{
  guint32 sequence;
  guint8 protocol;
  gint64 seen_at;
  gboolean done;
  gboolean interrupted;
  int error;
  guint malformed;
  GArray *infos;
} SvDiagReply;

gsize sv_diag_codec_write_tcp_dump (guint8 bytes[SV_DIAG_REQUEST_SIZE], guint32 states, guint32 sequence);
gsize sv_diag_codec_write_dump (guint8 bytes[SV_DIAG_REQUEST_SIZE], guint16 family, guint8 protocol, guint32 states,
                                guint32 sequence);
gsize sv_diag_codec_write_find (guint8 bytes[SV_DIAG_REQUEST_SIZE], guint8 protocol, const SvEndpoint *local,
                                const SvEndpoint *foreign, guint32 sequence);
gsize sv_diag_codec_write_inspect (guint8 bytes[SV_DIAG_REQUEST_SIZE], const SvSocketRow *row, guint32 sequence);
gsize sv_diag_codec_write_inspect_all (guint8 bytes[SV_DIAG_REQUEST_SIZE], const SvSocketRow *row, guint32 sequence);

gsize sv_diag_codec_write_destroy (guint8 bytes[SV_DIAG_REQUEST_SIZE], const SvSocketRow *row, guint32 sequence);

void sv_diag_codec_read (SvDiagReply *reply, const guint8 *bytes, gsize length, GArray *rows);

G_END_DECLS
