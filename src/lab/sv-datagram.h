/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-poller.h"
#include "sv-witness.h"

G_BEGIN_DECLS

/* The most that fits into one datagram over IPv4, in bytes; udp(7), RFC 768. */
#define SV_DATAGRAM_MAX 65507

typedef struct _SvDatagram SvDatagram;

/**
 * SvDatagramEvents:
 * @identify: (nullable): whose datagram was received: sets the end's connection, before it is recorded
 * @named: (nullable): its first sendto() has given it a port; before its rows are recorded
 * @received: a datagram; the end's foreign address says whose
 * @refused: ECONNREFUSED: the other computer answered an earlier datagram with ICMP “port unreachable”
 *
 * Told when the call is recorded; the socket may be closed, not freed, from inside.
 */
typedef struct
{
  SvIdentifyFunc identify;
  void (*named) (SvDatagram *self, gpointer user_data);
  void (*received) (SvDatagram *self, const void *data, gsize length, gpointer user_data);
  void (*refused) (SvDatagram *self, gpointer user_data);
} SvDatagramEvents;

/**
 * SvDatagram:
 *
 * A UDP socket at work, a server's or a client's: takes one datagram at a time.
 */
SvDatagram *sv_datagram_new (SvEnd *end, gboolean connected, SvPoller *poller, SvWitness *witness,
                             const SvDatagramEvents *events, gpointer user_data, GError **error);
SvDatagram *sv_datagram_ref (SvDatagram *self);
void sv_datagram_unref (SvDatagram *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvDatagram, sv_datagram_unref)

SvEnd *sv_datagram_get_end (SvDatagram *self);
gboolean sv_datagram_is_open (SvDatagram *self);
void sv_datagram_set_paused (SvDatagram *self, gboolean paused);
int sv_datagram_receive (SvDatagram *self);
gboolean sv_datagram_send (SvDatagram *self, GBytes *data, const SvEndpoint *to, GError **error);
void sv_datagram_close (SvDatagram *self);

G_END_DECLS
