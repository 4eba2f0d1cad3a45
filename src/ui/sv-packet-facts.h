/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"

G_BEGIN_DECLS

/* One thing known about a packet. @bit_length is 0 where no byte of it is known. */
typedef struct
{
  char *layer;
  char *name;
  char *value;
  guint bit_offset;
  guint bit_length;
} SvPacketLine;

GPtrArray *sv_packet_lines_new (const SvFact *packet);
const SvFact *sv_packet_find_shown (SvSession *session);

G_END_DECLS
