/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"

G_BEGIN_DECLS

#define SV_RECONSTRUCTION_MAX 8

/**
 * SvObservation:
 * @call: what was called: "connect", "getsockopt" (of SO_ERROR), "accept", "send", "recv", "shutdown", "close"
 * @result: what it returned
 * @error: its errno; for getsockopt the error that SO_ERROR gave
 * @own_before: this end's state, %SV_TCP_NONE if it is in no table
 * @own_after: the same right after the call
 * @peer_visible: whether the other end lives where we read the table
 * @peer_before: the other end's state
 * @peer_after: the same right after the call
 * @foreign: the other end is no socket of ours: nobody saw it act
 * @resets: SO_LINGER made this close() a reset
 * @unread: this end's Recv-Q before the call
 * @send_q: this end's Send-Q after the call
 * @segments: data segments that this end sent during a send, or took in since the last recv, by TCP_INFO
 * @arrived: bytes that came in since the last recv, by TCP_INFO; the peer's FIN counts as one
 * @retransmits: how often this end has sent its SYN again, by TCP_INFO
 *
 * What was seen before, in, and after one call.
 */
typedef struct
{
  const char *call;
  gint64 result;
  int error;
  SvTcpState own_before;
  SvTcpState own_after;
  gboolean peer_visible;
  SvTcpState peer_before;
  SvTcpState peer_after;
  gboolean foreign;
  gboolean resets;
  guint32 unread;
  guint32 send_q;
  guint segments;
  guint64 arrived;
  guint retransmits;
} SvObservation;

/* One segment that must have been there. */
typedef struct
{
  gboolean outgoing; /* sent by the end that made the call */
  guint8 protocol;   /* IPPROTO_TCP, IPPROTO_UDP or IPPROTO_ICMP */
  guint8 flags;
  guint32 length;
} SvDeduction;

guint sv_reconstruct (const SvObservation *seen, SvDeduction deductions[SV_RECONSTRUCTION_MAX]);
guint sv_reconstruct_datagrams (const SvObservation *seen, SvDeduction deductions[SV_RECONSTRUCTION_MAX]);

G_END_DECLS
