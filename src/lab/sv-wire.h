/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"
#include "sv-packet.h"

G_BEGIN_DECLS

#define SV_WIRE_MAX_FLIGHTS 10000
#define SV_WIRE_HOLD G_MAXINT64 /* as a flight's due time: until the learner says so */

/**
 * SvWireFlight:
 * @id: from 1 on
 * @from: which end it came from
 * @entered: when it left its machine, in ns
 * @due: when it reaches the other one, in ns, or %SV_WIRE_HOLD
 * @lost: it will not arrive
 * @reason: why it did not arrive, once that is so
 * @hop: how long its whole way takes, in ns
 * @since: when it began or went on flying, in ns; while the wire is paused no time passes for it
 * @travelled: how much of @hop it had behind it then
 * @stop: where on @hop it stands while it is held
 * @n_copies: how often the kernel has sent it again meanwhile, in vain
 * @copy_of: of a copy that is swallowed, the first flight that it repeats; 0 if that is not on the wire any more
 * @known: whether @packet could be decoded: TCP or UDP
 * @bytes: the whole packet as it left
 * @arrived: (nullable): the packet as it reached the other machine: a router may
 *   have rewritten it; %NULL until then
 *
 * A packet on the wire.
 */
typedef struct
{
  guint64 id;
  SvSide from;
  gint64 entered;
  gint64 due;
  gboolean lost;
  SvDropReason reason;
  gint64 hop;
  gint64 since;
  gint64 travelled;
  gint64 stop;
  guint n_copies;
  guint64 copy_of;
  gboolean known;
  SvPacket packet;
  GBytes *bytes;
  GBytes *arrived;
} SvWireFlight;

/**
 * SvWire:
 *
 * Joins two machines: reads each packet that leaves one of them, keeps it as
 * long as its picture flies, and writes it to the other. Knows nothing of
 * pictures. Time comes in as an argument: sv_wire_run() does what is due.
 *
 * Signal "changed": a hop, the loss, whether new packets are held, or whether
 * it is paused, has been set to something else, or one packet is held.
 *
 * Signal "event" (SvPacketEvent, SvWireFlight): a packet entered the wire (sent),
 * arrived, was dropped, or was swallowed: the copy of a segment that is still
 * on the wire, or whose acknowledgement is.
 */
#define SV_TYPE_WIRE (sv_wire_get_type ())
G_DECLARE_FINAL_TYPE (SvWire, sv_wire, SV, WIRE, GObject)

/* May change the bytes on their way, e.g. a router; returns the packet that
 * arrives, %NULL if none does. */
typedef GBytes *(*SvWireRouter) (const SvWireFlight *flight, gpointer data);

SvWire *sv_wire_new (int client_tun, int server_tun);

void sv_wire_set_router (SvWire *self, SvWireRouter router, gpointer data);
void sv_wire_set_hop (SvWire *self, SvSide from, gint64 hop);
gint64 sv_wire_get_hop (SvWire *self, SvSide from);
void sv_wire_set_loss (SvWire *self, double percent, guint32 seed);
double sv_wire_get_loss (SvWire *self);
void sv_wire_set_holding (SvWire *self, gboolean holding);
gboolean sv_wire_is_holding (SvWire *self);
void sv_wire_set_paused (SvWire *self, gboolean paused, gint64 now);
gboolean sv_wire_is_paused (SvWire *self);

guint sv_wire_get_n_flights (SvWire *self);
const SvWireFlight *sv_wire_get_flight (SvWire *self, guint index);
double sv_wire_get_progress (SvWire *self, const SvWireFlight *flight, gint64 now);
gboolean sv_wire_is_moving (SvWire *self, const SvWireFlight *flight, gint64 now);
gboolean sv_wire_hold (SvWire *self, guint64 id, gint64 now);
gboolean sv_wire_deliver (SvWire *self, guint64 id);
gboolean sv_wire_drop (SvWire *self, guint64 id);
void sv_wire_deliver_all (SvWire *self);
guint sv_wire_get_n_held (SvWire *self);
guint64 sv_wire_get_n_dropped (SvWire *self, SvDropReason reason);
guint64 sv_wire_get_n_ignored (SvWire *self);
guint64 sv_wire_get_n_forced (SvWire *self);
guint64 sv_wire_get_n_swallowed (SvWire *self);

gint64 sv_wire_run (SvWire *self, gint64 now);

/* Runs it from now on in the default main context. */
void sv_wire_attach (SvWire *self);
void sv_wire_detach (SvWire *self);
/* For good: what is still on it is lost, and the tuns are not touched any more. */
void sv_wire_close (SvWire *self);

G_END_DECLS
