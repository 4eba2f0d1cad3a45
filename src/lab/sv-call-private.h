/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the calls are recorded: for sv-call.c, sv-call-datagram.c and sv-call-unix.c. */

#include "sv-call.h"

G_BEGIN_DECLS

SvOutcome sv_call_begin (const char *name);
int sv_call_errno_of (const GError *error, int seen);
void sv_call_finish (SvOutcome *self, gint64 result, const GError *error);
SvFact *sv_call_fact_of (const SvOutcome *self, const SvEnd *end, int fd, char *args);
void sv_call_record (const SvOutcome *self, SvEnd *end, char *args);
void sv_call_record_data (const SvOutcome *self, SvEnd *end, char *args, const void *data, gsize length);

G_END_DECLS
