/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-port-map.h"

#include "sv-port-track.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <netinet/in.h>

#define MAX_LANES 2
#define MAX_ARCS 40
#define MAX_TRIES 64     /* ports for which a place for a number is looked for */
#define TICK 4.0f        /* px */
#define NAME_SHARE 0.2f  /* of the width, that the names of the rulers may take */

typedef struct
{
  SvScene *scene;
  SvMachinesPlan *plan;
  const SvPortMapLook *look;
  SvPortTrack tracks[MAX_LANES];
  guint n_tracks;
} PortMap;

static SvPortTrack *
find_track (PortMap *self, SvMachineId machine)
{
  for (guint i = 0; i < self->n_tracks; i++)
    if (self->tracks[i].lane->machine == machine)
      return &self->tracks[i];
  return NULL;
}

static gboolean
is_here (PortMap *self, const SvPlanSocket *client)
{
  return client->local.port != 0 && (!client->foreign || client->row_key != 0)
         && find_track (self, client->machine) != NULL;
}

static SvPaint
paint_of (const SvPlanSocket *client)
{
  return (SvPaint){ SV_PAINT_CONNECTION, client->connection, 0 };
}

static SvTarget
connection_target (guint connection)
{
  return (SvTarget){ SV_TARGET_CONNECTION, connection };
}

static SvTarget
port_target (const SvPlanSocket *socket)
{
  return (SvTarget){ SV_TARGET_PORT, (guint64) socket->machine << 16 | socket->local.port };
}

static const SvPlanSocket *
get_client (PortMap *self, guint index)
{
  return &g_array_index (self->plan->clients, SvPlanSocket, index);
}

static const SvPlanSocket *
find_chosen (PortMap *self)
{
  const SvPlanSocket *chosen = sv_machines_plan_find (self->plan, self->look->chosen, SV_SIDE_CLIENT);

  return chosen != NULL && is_here (self, chosen) ? chosen : NULL;
}

static gboolean
is_hunting (PortMap *self, const SvPlanSocket *client)
{
  return client->connection == self->look->hunted && self->look->hunt < 1;
}

/* On one ruler it hangs below, between two it leads from one to the other. */
static SvShape *
add_arc_shape (PortMap *self, const SvPortTrack *client, const SvPortTrack *server, float from, float to)
{
  float y = client->y + client->height + SV_PORT_TRACK_RISE, room;

  if (client != server)
    return sv_scene_add (self->scene, SV_SHAPE_CURVE, from, y, to - from, server->y - SV_PORT_TRACK_RISE - y);
  room = self->look->height - y - 2;
  if (self->n_tracks > 1 || room < 4)
    return NULL;
  return sv_scene_add (self->scene, SV_SHAPE_ARC, MIN (from, to), y, fabsf (to - from),
                       room * (0.5f + 0.5f * fabsf (to - from) / self->look->width));
}

/* A connected UDP socket and the server's one socket, which serves all. */
static const SvPlanSocket *
find_datagram_server (PortMap *self, const SvPlanSocket *client)
{
  const SvPlanSocket *listener = &self->plan->listener;

  if (client->protocol != IPPROTO_UDP || !self->plan->has_listener || listener->protocol != IPPROTO_UDP
      || client->peer.port != listener->local.port)
    return NULL;
  return listener;
}

static const SvPlanSocket *
find_server (PortMap *self, const SvPlanSocket *client)
{
  const SvPlanSocket *server = sv_machines_plan_find (self->plan, client->connection, SV_SIDE_SERVER);

  return server != NULL ? server : find_datagram_server (self, client);
}

/* What joins two ends is there when both are. */
static void
add_arc (PortMap *self, const SvPlanSocket *client, gboolean chosen)
{
  const SvPlanSocket *server = find_server (self, client);
  SvPortTrack *from = find_track (self, client->machine), *to = server != NULL ? find_track (self, server->machine) : NULL;
  SvShape *arc;

  if (to == NULL || server->local.port == 0 || !sv_port_scale_shows (&from->scale, client->local.port)
      || !sv_port_scale_shows (&to->scale, server->local.port))
    return;
  arc = add_arc_shape (self, from, to, sv_port_scale_get_x (&from->scale, client->local.port),
                       sv_port_scale_get_x (&to->scale, server->local.port));
  if (arc == NULL)
    return;
  arc->line_width = chosen ? 2.5f : 1;
  arc->stroke = paint_of (client);
  arc->stroke.alpha = chosen ? 1 : 0.6f;
  arc->target = connection_target (client->connection);
}

/* The newest ones, the chosen one in front. */
static void
add_arcs (PortMap *self)
{
  const SvPlanSocket *chosen = find_chosen (self);
  guint n = self->plan->clients->len;

  if (self->look->only_listening)
    return;
  for (guint i = n > MAX_ARCS ? n - MAX_ARCS : 0; i < n; i++)
    {
      const SvPlanSocket *client = get_client (self, i);

      if (client != chosen && is_here (self, client) && !is_hunting (self, client))
        add_arc (self, client, FALSE);
    }
  if (chosen != NULL && !is_hunting (self, chosen))
    add_arc (self, chosen, TRUE);
}

/* In much room also whose it is. */
static void
add_number (PortMap *self, const SvPlanSocket *socket, SvPaint paint, SvTarget target)
{
  SvPortTrack *track = find_track (self, socket->machine);
  g_autofree char *number = g_strdup_printf ("%u", socket->local.port);
  g_autofree char *name = socket->state == SV_TCP_LISTEN
                            ? g_strdup_printf ("%u %s", socket->local.port, sv_tcp_state_to_netstat (SV_TCP_LISTEN))
                            : g_strdup_printf ("%u %s", socket->local.port, socket->actor);
  const char *const texts[] = { name, number };
  gboolean wide = socket->state == SV_TCP_LISTEN
                  || sv_port_scale_get_cell (&track->scale, socket->local.port)
                       > (float) g_utf8_strlen (name, -1) * self->look->char_width;

  sv_port_track_add_label (track, socket->local.port, wide ? texts : &texts[1], wide ? 2 : 1, paint, target);
}

/* The kernel has given it, but the table tells only when connect() returns. */
static void
add_found_port (PortMap *self)
{
  const SvPlanSocket *client = sv_machines_plan_find (self->plan, self->look->hunted, SV_SIDE_CLIENT);
  SvPaint paint = { SV_PAINT_CONNECTION, self->look->hunted, 0 };
  guint16 port = self->look->hunted_port;
  g_autofree char *number = g_strdup_printf ("%u", port);
  const char *text = number;

  if (self->look->hunted == 0 || self->look->hunt < 1 || port == 0 || (client != NULL && client->local.port == port))
    return;
  sv_port_track_add_tick (&self->tracks[0], port, paint, connection_target (self->look->hunted), TRUE);
  sv_port_track_add_label (&self->tracks[0], port, &text, 1, paint, connection_target (self->look->hunted));
}

static const SvPlanSocket *
get_listener (PortMap *self)
{
  const SvPlanSocket *listener = &self->plan->listener;

  return self->plan->has_listener && listener->local.port != 0 && find_track (self, listener->machine) != NULL
           ? listener : NULL;
}

/* Ten thousand clients need not be ten thousand ticks. */
static void
add_client_ticks (PortMap *self, const SvPlanSocket *chosen)
{
  g_autofree guint8 *drawn = g_new0 (guint8, (gsize) self->n_tracks * SV_N_PORTS);

  for (guint i = 0; i < self->plan->clients->len; i++)
    {
      const SvPlanSocket *client = get_client (self, i);
      SvPortTrack *track = find_track (self, client->machine);

      if (client == chosen || !is_here (self, client) || is_hunting (self, client))
        continue;
      gsize bin = (gsize) (track - self->tracks) * SV_N_PORTS
                  + (gsize) MAX (sv_port_scale_get_x (&track->scale, client->local.port) / 2, 0);
      track->own[client->local.port] = 1;
      if (drawn[bin])
        continue;
      drawn[bin] = 1;
      sv_port_track_add_tick (track, client->local.port, paint_of (client), connection_target (client->connection),
                              FALSE);
    }
}

static void
add_client_numbers (PortMap *self, const SvPlanSocket *chosen)
{
  for (guint i = 0; i < MIN (self->plan->clients->len, MAX_TRIES); i++)
    {
      const SvPlanSocket *client = get_client (self, i);

      if (client != chosen && is_here (self, client) && !is_hunting (self, client))
        add_number (self, client, paint_of (client), connection_target (client->connection));
    }
}

static void
add_own_ports (PortMap *self)
{
  const SvPlanSocket *chosen = find_chosen (self), *listener = get_listener (self);
  SvPaint paint = { SV_PAINT_STATE, SV_TCP_LISTEN, 0 };

  if (!self->look->only_listening)
    add_client_ticks (self, chosen);
  if (listener != NULL)
    sv_port_track_add_tick (find_track (self, listener->machine), listener->local.port, paint, port_target (listener),
                            FALSE);
  if (self->look->only_listening)
    {
      if (listener != NULL)
        add_number (self, listener, paint, port_target (listener));
      return;
    }
  add_found_port (self);
  if (chosen != NULL && !is_hunting (self, chosen))
    {
      sv_port_track_add_tick (find_track (self, chosen->machine), chosen->local.port, paint_of (chosen),
                              connection_target (chosen->connection), TRUE);
      add_number (self, chosen, paint_of (chosen), connection_target (chosen->connection));
    }
  if (listener != NULL)
    add_number (self, listener, paint, port_target (listener));
  add_client_numbers (self, chosen);
}

static guint16
find_hunted_port (PortMap *self)
{
  const SvPlanSocket *client = sv_machines_plan_find (self->plan, self->look->hunted, SV_SIDE_CLIENT);

  if (self->look->hunted_port != 0)
    return self->look->hunted_port;
  return client != NULL ? client->local.port : 0;
}

static const SvPortBand *
find_ephemeral (const SvPortTrack *track)
{
  for (guint i = 0; i < track->scale.n_bands; i++)
    if (track->scale.bands[i].role == SV_PAINT_PORTS_EPHEMERAL)
      return &track->scale.bands[i];
  return NULL;
}

static void
add_hunt_words (PortMap *self, const SvPortTrack *track, const SvPortBand *band, float x, float y)
{
  /* Translators: the range of ephemeral ports */
  g_autofree char *words = g_strdup_printf (_("the kernel looks for a free port in %u–%u"), band->first, band->last);
  float width = MIN ((float) g_utf8_strlen (words, -1) * self->look->char_width, track->width);

  /* The arcs are to the left of it. */
  x = CLAMP (x + TICK, track->x, track->x + track->width - width);
  sv_scene_add_text (self->scene, x, y, width, self->look->line_height, SV_TEXT_SMALL, 0.5f, words)->fill.role
    = SV_PAINT_DIM_TEXT;
}

/* Where the kernel begins to look is a secret that it keeps, and the first free
 * port ends the search (inet_hash_connect()): which ports it tried nobody can
 * tell. What is known is where it looked, and what it found. */
static void
add_hunt (PortMap *self)
{
  const SvPortTrack *track = &self->tracks[0];
  const SvPortBand *band = find_ephemeral (track);
  guint16 port = find_hunted_port (self);
  float y = track->y + track->height + SV_PORT_TRACK_RISE + 1, eased, from, to, x;
  float bottom = self->n_tracks > 1 ? self->tracks[1].y - SV_PORT_TRACK_RISE : self->look->height;
  SvShape *shape;

  if (self->look->hunted == 0 || self->look->hunt >= 1 || band == NULL || port < band->from || port >= band->to
      || y + self->look->line_height > bottom)
    return;
  x = sv_port_scale_get_x (&track->scale, port);
  eased = (float) CLAMP (self->look->hunt * (2 - self->look->hunt), 0, 1);
  from = MAX (band->x + eased * (x - TICK - band->x), track->x);
  to = MIN (band->x + band->width + eased * (x + TICK - band->x - band->width), track->x + track->width);
  shape = sv_scene_add (self->scene, SV_SHAPE_BOX, from, track->y - SV_PORT_TRACK_RISE, to - from,
                        track->height + 2 * SV_PORT_TRACK_RISE);
  shape->radius = 2;
  shape->line_width = 1.5f;
  shape->dashed = TRUE;
  shape->moving = TRUE;
  shape->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->look->hunted, 0 };
  shape->target = connection_target (self->look->hunted);
  add_hunt_words (self, track, band, x, y);
}

/* What stands before the rulers, and how wide that is. */
static float
get_names_width (const SvPortLane *lanes, guint n_lanes, const SvPortMapLook *look)
{
  float width = 0;

  for (guint i = 0; i < n_lanes; i++)
    if (lanes[i].name != NULL)
      width = MAX (width, (float) (g_utf8_strlen (lanes[i].name, -1) + 1) * look->char_width);
  return width <= NAME_SHARE * look->width ? width : 0;
}

static gboolean
has_same_bands (const SvPortLane *lanes)
{
  return sv_port_space_get_ephemeral_low (lanes[0].ports) == sv_port_space_get_ephemeral_low (lanes[1].ports)
         && sv_port_space_get_ephemeral_high (lanes[0].ports) == sv_port_space_get_ephemeral_high (lanes[1].ports)
         && sv_port_space_get_unprivileged_start (lanes[0].ports)
              == sv_port_space_get_unprivileged_start (lanes[1].ports);
}

/* Names of the bands, the ruler, room for arcs; or names, ruler, arcs, ruler,
 * and names again if the second machine's bands are others. */
static void
place_tracks (PortMap *self, const SvPortLane *lanes)
{
  const SvPortMapLook *look = self->look;
  float line = look->line_height, names = get_names_width (lanes, self->n_tracks, look);
  gboolean two = self->n_tracks > 1, captions = look->height >= (two ? 4.6f : 2.6f) * line;
  gboolean again = captions && two && !has_same_bands (lanes);
  float top = captions ? 1.1f * line : 0, end = again ? 1.1f * line : 0;
  float room = look->height - top - end - 2 * SV_PORT_TRACK_RISE - 1, height;

  height = two ? CLAMP (room * 0.31f, 1, 1.25f * line) : CLAMP (room, 1, 1.25f * line);
  for (guint i = 0; i < self->n_tracks; i++)
    {
      SvPortTrack *track = &self->tracks[i];
      float y = i == 0 ? top + SV_PORT_TRACK_RISE : look->height - end - SV_PORT_TRACK_RISE - 1 - height;

      sv_port_track_place (track, names, y, look->width - names, height);
      sv_port_track_add_bands (track, i == 0 ? 0 : look->height - line, i == 0 ? captions : again);
      if (names > 0 && lanes[i].name != NULL)
        sv_scene_add_text (self->scene, 0, y, names, height, SV_TEXT_SMALL, 0, lanes[i].name)->fill.role
          = SV_PAINT_DIM_TEXT;
    }
}

/**
 * sv_port_map_build:
 * @lanes: (array length=n_lanes): this computer's ruler, or the client machine's
 *   and the server machine's
 *
 * A %SV_TARGET_PORT is the port, and above its 16 bits the #SvMachineId.
 *
 * Returns: (transfer full): the picture
 */
SvScene *
sv_port_map_build (const SvPortLane *lanes, guint n_lanes, SvMachinesPlan *plan, const SvPortMapLook *look)
{
  PortMap self = { .plan = plan, .look = look, .n_tracks = n_lanes };

  g_return_val_if_fail (lanes != NULL && n_lanes > 0 && n_lanes <= MAX_LANES, NULL);
  g_return_val_if_fail (plan != NULL && look != NULL, NULL);

  self.scene = sv_scene_new (look->width, look->height);
  for (guint i = 0; i < n_lanes; i++)
    sv_port_track_init (&self.tracks[i], self.scene, look, &lanes[i]);
  place_tracks (&self, lanes);
  for (guint i = 0; i < n_lanes; i++)
    sv_port_track_add_taken (&self.tracks[i]);
  add_arcs (&self);
  add_own_ports (&self);
  for (guint i = 0; i < n_lanes; i++)
    {
      sv_port_track_add_names (&self.tracks[i]);
      sv_port_track_add_mark (&self.tracks[i]);
    }
  add_hunt (&self);
  if (look->right_to_left)
    sv_scene_mirror (self.scene);
  for (guint i = 0; i < n_lanes; i++)
    sv_port_track_clear (&self.tracks[i]);
  return self.scene;
}

/**
 * sv_port_map_find_place:
 * @x: a point of the picture that was built with the same arguments
 *
 * Returns: which port is there, and how far into it
 */
double
sv_port_map_find_place (const SvPortLane *lanes, guint n_lanes, const SvPortMapLook *look, float x)
{
  float names;
  SvPortScale scale;

  g_return_val_if_fail (lanes != NULL && n_lanes > 0 && look != NULL, 0);

  names = get_names_width (lanes, n_lanes, look);
  sv_port_scale_init (&scale, lanes[0].ports, &look->range, names, MAX (look->width - names, 1));
  return sv_port_scale_get_place (&scale, look->right_to_left ? look->width - x : x);
}
