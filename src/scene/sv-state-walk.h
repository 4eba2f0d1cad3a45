/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

/**
 * SvStation:
 *
 * Where a socket can be on its way through RFC 9293's diagram. CLOSED is there
 * twice, as in the RFC's own figure; ESTABLISHED twice, too, because Linux
 * completes a connection before a program has accepted it.
 */
typedef enum
{
  SV_STATION_CLOSED,
  SV_STATION_LISTEN,
  SV_STATION_SYN_SENT,
  SV_STATION_SYN_RECV,
  SV_STATION_UNACCEPTED,
  SV_STATION_ESTABLISHED,
  SV_STATION_FIN_WAIT1,
  SV_STATION_FIN_WAIT2,
  SV_STATION_CLOSE_WAIT,
  SV_STATION_LAST_ACK,
  SV_STATION_CLOSING,
  SV_STATION_TIME_WAIT,
  SV_STATION_GONE, /* CLOSED, at the end */
  SV_N_STATIONS
} SvStation;

/**
 * SvStateStep:
 * @observed: the table was seen before and after it; if not, the socket went
 *   through so quickly that nobody saw it
 * @time: when the table had it, in ns
 *
 * One edge of the diagram that a socket took.
 */
typedef struct
{
  SvStation from;
  SvStation to;
  gboolean observed;
  gint64 time;
} SvStateStep;

const char *sv_station_get_name (SvStation station);
SvTcpState sv_station_get_state (SvStation station);
gboolean sv_station_find (const char *name, SvStation *station);
gboolean sv_station_leads_to (SvStation from, SvStation to);
SvStation sv_station_of_row (const SvSocketRow *row, SvSide side);

GArray *sv_state_walk_of_connection (SvRecording *recording, guint connection, SvSide side);
GArray *sv_state_walk_of_listener (SvRecording *recording, guint64 first, const SvEndpoint *listener);

G_END_DECLS
