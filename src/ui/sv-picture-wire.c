/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps towards the states of two machines: the wire is slow enough for a packet
 * to be caught half of its way, and held there, as a person would. */
#include "sv-config.h"

#include "sv-network-actions.h"
#include "sv-picture-private.h"

#define HOP (600 * G_GINT64_CONSTANT (1000000)) /* ns */
#define USUAL_HOP (SV_NETWORK_ACTIONS_HOP * G_GINT64_CONSTANT (1000000))
#define MOST_STEPS 12

static SvWire *
get_wire (SvPicture *self)
{
  return sv_network_get_wire (sv_session_get_network (self->session));
}

static void
set_hop (SvPicture *self, gint64 hop)
{
  sv_wire_set_hop (get_wire (self), SV_SIDE_CLIENT, hop);
  sv_wire_set_hop (get_wire (self), SV_SIDE_SERVER, hop);
}

/* Whom the picture is not about connect at once. */
static gboolean
hurry (SvPicture *self)
{
  /* Who wants no motion would not see where a packet is; this picture stands still. */
  sv_player_set_animated (sv_session_get_player (self->session), TRUE);
  set_hop (self, 0);
  return TRUE;
}

static gboolean
slow_down (SvPicture *self)
{
  set_hop (self, HOP);
  return TRUE;
}

static gboolean
spawn_one (SvPicture *self)
{
  sv_session_spawn_clients (self->session, 1);
  return TRUE;
}

static gboolean
say (SvPicture *self)
{
  static const char line[] = "hello from the client machine\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (line, sizeof line - 1);
  g_autoptr (GError) error = NULL;
  guint connection = sv_session_get_chosen_connection (self->session);

  if (connection == 0)
    return FALSE;
  if (!sv_lab_send (sv_session_get_lab (self->session), connection, SV_SIDE_CLIENT, bytes, &error))
    sv_session_report (self->session, "connection", error);
  return TRUE;
}

/* Half of its way; %NULL until there is one that has it behind it. */
static const SvWireFlight *
find_half_way (SvPicture *self, SvSide from, guint8 flags, guint8 mask)
{
  SvWire *wire = get_wire (self);

  for (guint i = 0; i < sv_wire_get_n_flights (wire); i++)
    {
      const SvWireFlight *flight = sv_wire_get_flight (wire, i);

      if (flight->from == from && flight->known && (flight->packet.flags & mask) == flags
          && sv_wire_get_progress (wire, flight, sv_clock_now ()) >= 0.5)
        return flight;
    }
  return NULL;
}

static gboolean
catch (SvPicture *self, SvSide from, guint8 flags, guint8 mask)
{
  const SvWireFlight *flight = find_half_way (self, from, flags, mask);

  if (flight == NULL || !sv_wire_hold (get_wire (self), flight->id, sv_clock_now ()))
    return FALSE;
  /* Nobody waits any longer. */
  set_hop (self, USUAL_HOP);
  return TRUE;
}

static gboolean
catch_syn (SvPicture *self)
{
  return catch (self, SV_SIDE_CLIENT, SV_TCP_SYN, SV_TCP_SYN | SV_TCP_ACK);
}

static gboolean
catch_syn_ack (SvPicture *self)
{
  return catch (self, SV_SIDE_SERVER, SV_TCP_SYN | SV_TCP_ACK, SV_TCP_SYN | SV_TCP_ACK);
}

static gboolean
catch_data (SvPicture *self)
{
  return catch (self, SV_SIDE_CLIENT, SV_TCP_PSH, SV_TCP_PSH);
}

static gboolean
catch_last_fin (SvPicture *self)
{
  return catch (self, SV_SIDE_SERVER, SV_TCP_FIN, SV_TCP_FIN);
}

static gboolean
drop_syn (SvPicture *self)
{
  const SvWireFlight *flight = find_half_way (self, SV_SIDE_CLIENT, SV_TCP_SYN, SV_TCP_SYN | SV_TCP_ACK);

  return flight != NULL && sv_wire_drop (get_wire (self), flight->id);
}

#define ONE_CONNECTED sv_picture_fit, hurry, sv_picture_start, sv_picture_spawn, sv_picture_connected, slow_down
#define SETTLED sv_picture_refresh, sv_picture_open_drawer

/* By state; each ends with NULL. */
static const SvPictureStep steps[SV_N_SHOWS][MOST_STEPS] = {
  [SV_SHOW_SYN_IN_FLIGHT] = { ONE_CONNECTED, spawn_one, catch_syn, SETTLED },
  [SV_SHOW_SYN_ACK_IN_FLIGHT] = { ONE_CONNECTED, spawn_one, catch_syn_ack, SETTLED },
  [SV_SHOW_DATA_IN_FLIGHT] = { ONE_CONNECTED, say, catch_data, SETTLED },
  [SV_SHOW_WIRE_TEARDOWN] = { ONE_CONNECTED, sv_picture_shut, catch_last_fin, SETTLED },
  [SV_SHOW_DROPPED] = { ONE_CONNECTED, spawn_one, drop_syn, catch_syn, SETTLED },
  [SV_SHOW_NAT] = { ONE_CONNECTED, say, catch_data, SETTLED },
};

/**
 * sv_picture_find_wire_steps:
 *
 * Returns: (transfer none) (nullable): %NULL if that state needs no wire
 */
const SvPictureStep *
sv_picture_find_wire_steps (SvShow show)
{
  return show < SV_N_SHOWS && steps[show][0] != NULL ? steps[show] : NULL;
}
