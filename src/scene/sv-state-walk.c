/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-state-walk.h"

#include <netinet/in.h>

static const struct
{
  const char *name;
  SvTcpState state;
} STATIONS[SV_N_STATIONS] = {
  [SV_STATION_CLOSED] = { "CLOSED", SV_TCP_CLOSE },
  [SV_STATION_LISTEN] = { "LISTEN", SV_TCP_LISTEN },
  [SV_STATION_SYN_SENT] = { "SYN_SENT", SV_TCP_SYN_SENT },
  [SV_STATION_SYN_RECV] = { "SYN_RECV", SV_TCP_SYN_RECV },
  [SV_STATION_UNACCEPTED] = { "UNACCEPTED", SV_TCP_ESTABLISHED },
  [SV_STATION_ESTABLISHED] = { "ESTABLISHED", SV_TCP_ESTABLISHED },
  [SV_STATION_FIN_WAIT1] = { "FIN_WAIT1", SV_TCP_FIN_WAIT1 },
  [SV_STATION_FIN_WAIT2] = { "FIN_WAIT2", SV_TCP_FIN_WAIT2 },
  [SV_STATION_CLOSE_WAIT] = { "CLOSE_WAIT", SV_TCP_CLOSE_WAIT },
  [SV_STATION_LAST_ACK] = { "LAST_ACK", SV_TCP_LAST_ACK },
  [SV_STATION_CLOSING] = { "CLOSING", SV_TCP_CLOSING },
  [SV_STATION_TIME_WAIT] = { "TIME_WAIT", SV_TCP_TIME_WAIT },
  [SV_STATION_GONE] = { "GONE", SV_TCP_CLOSE },
};

#define TO(station) (1u << SV_STATION_##station)
/* RFC 9293 §3.3.2, figure 5, without resets, which end any state; FIN_WAIT1 →
 * TIME_WAIT is its note 3: the FIN that comes carries the ACK. */
static const guint NEXT[SV_N_STATIONS] = {
  [SV_STATION_CLOSED] = TO (LISTEN) | TO (SYN_SENT),
  [SV_STATION_LISTEN] = TO (SYN_RECV),
  [SV_STATION_SYN_SENT] = TO (ESTABLISHED) | TO (SYN_RECV),
  [SV_STATION_SYN_RECV] = TO (UNACCEPTED),
  [SV_STATION_UNACCEPTED] = TO (ESTABLISHED),
  [SV_STATION_ESTABLISHED] = TO (FIN_WAIT1) | TO (CLOSE_WAIT),
  [SV_STATION_FIN_WAIT1] = TO (FIN_WAIT2) | TO (CLOSING) | TO (TIME_WAIT),
  [SV_STATION_FIN_WAIT2] = TO (TIME_WAIT),
  [SV_STATION_CLOSE_WAIT] = TO (LAST_ACK),
  [SV_STATION_LAST_ACK] = TO (GONE),
  [SV_STATION_CLOSING] = TO (TIME_WAIT),
  [SV_STATION_TIME_WAIT] = TO (GONE),
};
#undef TO

/* What lies between for sure. Where there is more than one way, none is named. */
static const struct
{
  SvStation from;
  SvStation to;
  SvStation via;
} QUICK[] = {
  { SV_STATION_CLOSED, SV_STATION_ESTABLISHED, SV_STATION_SYN_SENT },
  { SV_STATION_LISTEN, SV_STATION_UNACCEPTED, SV_STATION_SYN_RECV },
  { SV_STATION_LISTEN, SV_STATION_ESTABLISHED, SV_STATION_SYN_RECV },
  { SV_STATION_SYN_RECV, SV_STATION_ESTABLISHED, SV_STATION_UNACCEPTED },
  { SV_STATION_ESTABLISHED, SV_STATION_FIN_WAIT2, SV_STATION_FIN_WAIT1 },
  { SV_STATION_ESTABLISHED, SV_STATION_CLOSING, SV_STATION_FIN_WAIT1 },
  { SV_STATION_ESTABLISHED, SV_STATION_LAST_ACK, SV_STATION_CLOSE_WAIT },
};

/**
 * sv_station_get_name:
 *
 * Returns: "SYN_SENT"; "UNACCEPTED" is ESTABLISHED before accept()
 */
const char *
sv_station_get_name (SvStation station)
{
  g_return_val_if_fail (station < SV_N_STATIONS, NULL);

  return STATIONS[station].name;
}

SvTcpState
sv_station_get_state (SvStation station)
{
  g_return_val_if_fail (station < SV_N_STATIONS, SV_TCP_NONE);

  return STATIONS[station].state;
}

/**
 * sv_station_find:
 * @name: as sv_station_get_name() says
 */
gboolean
sv_station_find (const char *name, SvStation *station)
{
  for (guint i = 0; i < SV_N_STATIONS; i++)
    if (g_str_equal (STATIONS[i].name, name))
      {
        *station = (SvStation) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * sv_station_leads_to:
 *
 * Returns: whether the diagram has that edge
 */
gboolean
sv_station_leads_to (SvStation from, SvStation to)
{
  g_return_val_if_fail (from < SV_N_STATIONS && to < SV_N_STATIONS, FALSE);

  return (NEXT[from] & 1u << to) != 0;
}

/**
 * sv_station_of_row:
 * @side: whose end it is
 *
 * Returns: where the row's socket is
 */
SvStation
sv_station_of_row (const SvSocketRow *row, SvSide side)
{
  if (row->state == SV_TCP_NONE)
    return SV_STATION_GONE;
  if (row->state == SV_TCP_NEW_SYN_RECV)
    return SV_STATION_SYN_RECV;
  if (row->state == SV_TCP_ESTABLISHED && side == SV_SIDE_SERVER && row->inode == 0)
    return SV_STATION_UNACCEPTED;
  for (guint i = SV_STATION_LISTEN; i < SV_N_STATIONS; i++)
    if (i != SV_STATION_UNACCEPTED && STATIONS[i].state == row->state)
      return (SvStation) i;
  return SV_STATION_CLOSED;
}

static void
add (GArray *steps, SvStation from, SvStation to, gboolean observed, gint64 time)
{
  SvStateStep step = { from, to, observed, time };

  g_array_append_val (steps, step);
}

static void
go (GArray *steps, SvStation from, SvStation to, gint64 time)
{
  if (sv_station_leads_to (from, to))
    {
      add (steps, from, to, TRUE, time);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (QUICK); i++)
    if (QUICK[i].from == from && QUICK[i].to == to)
      {
        add (steps, from, QUICK[i].via, FALSE, time);
        /* Perhaps more than one was passed. */
        if (sv_station_leads_to (QUICK[i].via, to))
          add (steps, QUICK[i].via, to, FALSE, time);
        else
          {
            guint before = steps->len;

            go (steps, QUICK[i].via, to, time);
            for (guint k = before; k < steps->len; k++)
              g_array_index (steps, SvStateStep, k).observed = FALSE;
          }
        return;
      }
}

/* What this fact says of where the socket is. */
static void
follow (GArray *steps, const SvFact *fact, SvSide side, SvStation *at)
{
  const SvSocketRow *row = SV_ROW_CHANGE_ROW (&fact->row);
  SvStation to = fact->row.event == SV_ROW_REMOVED ? SV_STATION_GONE : sv_station_of_row (row, side);

  if (to == *at)
    return;
  go (steps, *at, to, fact->time);
  *at = to;
}

/**
 * sv_state_walk_of_connection:
 * @side: whose end
 *
 * The way of one end of a connection as the rows in the recording tell it. The
 * server's end begins in LISTEN: that is where its SYN arrives.
 *
 * Returns: (transfer full) (element-type SvStateStep): in order
 */
GArray *
sv_state_walk_of_connection (SvRecording *recording, guint connection, SvSide side)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (SvStateStep));
  GArray *serials = sv_recording_get_connection_facts (recording, connection);
  SvStation at = side == SV_SIDE_SERVER ? SV_STATION_LISTEN : SV_STATION_CLOSED;

  for (guint i = 0; i < serials->len; i++)
    {
      const SvFact *fact = sv_recording_get (recording, g_array_index (serials, guint64, i));

      if (fact != NULL && fact->kind == SV_FACT_ROW && fact->side == side)
        follow (steps, fact, side, &at);
    }
  return steps;
}

/**
 * sv_state_walk_of_listener:
 * @first: from that serial on
 * @listener: where it listens
 *
 * Returns: (transfer full) (element-type SvStateStep)
 */
GArray *
sv_state_walk_of_listener (SvRecording *recording, guint64 first, const SvEndpoint *listener)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (SvStateStep));
  SvStation at = SV_STATION_CLOSED;

  for (guint64 i = MAX (first, sv_recording_get_first (recording)); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      if (fact->kind == SV_FACT_ROW && SV_ROW_CHANGE_ROW (&fact->row)->state == SV_TCP_LISTEN
          && sv_endpoint_equal (&SV_ROW_CHANGE_ROW (&fact->row)->local, listener))
        follow (steps, fact, SV_SIDE_SERVER, &at);
    }
  return steps;
}
