/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-row-table.h"

G_BEGIN_DECLS

/* Whose kernel a fact is about. */
typedef enum
{
  SV_MACHINE_THIS,
  SV_MACHINE_CLIENT,
  SV_MACHINE_SERVER,
  SV_N_MACHINES
} SvMachineId;

typedef enum
{
  SV_SIDE_CLIENT,
  SV_SIDE_SERVER,
} SvSide;

typedef enum
{
  SV_FACT_CALL,
  SV_FACT_PACKET,
  SV_FACT_ROW,
  SV_FACT_NOTE,
} SvFactKind;

typedef enum
{
  SV_PACKET_SENT,
  SV_PACKET_DELIVERED,
  SV_PACKET_DROPPED,
  SV_PACKET_SWALLOWED,
} SvPacketEvent;

/* Why a packet was dropped. */
typedef enum
{
  SV_DROP_UNKNOWN,
  SV_DROP_BY_HAND,   /* somebody wanted it */
  SV_DROP_BY_CHANCE, /* the wire loses some of a hundred */
  SV_DROP_NO_WAY,    /* no machine here has the address that it goes to, or its machine is gone */
  SV_N_DROP_REASONS
} SvDropReason;

/* TCP's control bits, RFC 9293 §3.1. */
typedef enum
{
  SV_TCP_FIN = 1 << 0,
  SV_TCP_SYN = 1 << 1,
  SV_TCP_RST = 1 << 2,
  SV_TCP_PSH = 1 << 3,
  SV_TCP_ACK = 1 << 4,
  SV_TCP_URG = 1 << 5,
  SV_TCP_ECE = 1 << 6,
  SV_TCP_CWR = 1 << 7,
} SvTcpFlags;

/**
 * SvCall:
 * @name: (not nullable): the call as a program writes it: "connect"
 * @protocol: of its socket: IPPROTO_TCP, IPPROTO_UDP, or 0 for the UNIX domain
 * @args: its arguments as text, without the descriptor: "127.0.0.1:9999"
 * @fd: the descriptor it was made on, or -1 (socket)
 * @result: what it returned
 * @error: errno if @result is -1, else 0
 * @socket_error: what getsockopt (SO_ERROR) answered: the errno with which an
 *   earlier connect() ended, 0 if it succeeded; 0 for every other call
 * @duration: in ns, from entering to leaving the call
 * @local: what getsockname(2) says right after it, family 0 if nothing yet
 * @foreign: what getpeername(2) says right after it, or the address asked for
 * @data: (nullable): the first bytes sent or received, 4096 at most
 */
typedef struct
{
  const char *name;
  char *args;
  guint8 protocol;
  int fd;
  int error;
  int socket_error;
  gint64 result;
  gint64 duration;
  SvEndpoint local;
  SvEndpoint foreign;
  GBytes *data;
} SvCall;

/**
 * SvSegment:
 * @reason: of %SV_PACKET_DROPPED
 * @reconstructed: worked out from calls and states; not observed
 * @numbers_known: whether @seq and @ack are the real ones
 * @length: bytes of payload
 * @bytes: (nullable): the real bytes from the IP header on, as far as known
 * @flight: its number on the wire that carried it, from 1 on: the same when it is sent and when it
 *   arrives or is dropped; of a swallowed copy, the number of what it repeats. 0: no wire, or not known
 */
typedef struct
{
  SvPacketEvent event;
  SvDropReason reason;
  gboolean reconstructed;
  gboolean numbers_known;
  guint8 protocol;
  guint8 flags;
  guint32 seq;
  guint32 ack;
  guint32 length;
  SvEndpoint source;
  SvEndpoint destination;
  const char *from; /* actor */
  const char *to;   /* actor */
  GBytes *bytes;
  guint64 flight;
} SvSegment;

/**
 * SvFact:
 * @serial: its number in the recording, given by sv_recording_append()
 * @time: CLOCK_MONOTONIC in ns; for a call, when it was entered
 * @actor: (not nullable): owned by sv_actor_ref(): "server", "client 3", "nc (5123)", or ""
 * @connection: the connection it belongs to, 0 for none
 * @side: which end of the connection it was seen at
 *
 * One thing that happened. Immutable once it is in a recording; shared by
 * reference.
 */
typedef struct
{
  guint64 serial;
  gint64 time;
  SvFactKind kind;
  SvMachineId machine;
  SvSide side;
  guint connection;
  const char *actor;
  union
  {
    SvCall call;
    SvSegment packet;
    SvRowChange row;
    char *note;
  };
} SvFact;

gint64 sv_clock_now (void);

const char *sv_actor_ref (const char *name);
void sv_actor_unref (const char *name);

SvFact *sv_fact_new_call (gint64 time, SvMachineId machine, SvSide side, const char *actor, const char *name, int fd);
SvFact *sv_fact_new_packet (gint64 time, SvMachineId machine, SvSide side, const SvSegment *segment);
SvFact *sv_fact_new_row (gint64 time, SvMachineId machine, const SvRowChange *change);
SvFact *sv_fact_new_note (gint64 time, SvMachineId machine, const char *format, ...) G_GNUC_PRINTF (3, 4);

void sv_fact_set_actor (SvFact *self, const char *actor);

SvFact *sv_fact_ref (SvFact *self);
void sv_fact_unref (SvFact *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvFact, sv_fact_unref)

int sv_fact_get_failure (const SvFact *self);
gboolean sv_fact_failed (const SvFact *self);

const char *sv_machine_id_to_string (SvMachineId machine);
const char *sv_packet_event_to_string (SvPacketEvent event);
const char *sv_drop_reason_to_string (SvDropReason reason);
char *sv_tcp_flags_to_string (guint8 flags);
const char *sv_errno_to_name (int error);

G_END_DECLS
