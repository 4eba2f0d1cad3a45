/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-wire.h"

G_BEGIN_DECLS

/* What the wire does and did, in words. */

char *sv_wire_words_hop (SvWire *wire);
char *sv_wire_words_seconds (gint64 ns);
char *sv_wire_words_status (SvWire *wire);
char *sv_wire_words_counts (SvWire *wire);

G_END_DECLS
