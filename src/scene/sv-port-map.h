/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machines-plan.h"
#include "sv-owner-map.h"
#include "sv-port-scale.h"

G_BEGIN_DECLS

/* How many lines of text high the picture wants to be. */
#define SV_PORT_MAP_LINES 5
#define SV_PORT_MAP_LINES_OF_TWO 6.4f

/* Who holds the socket with that inode: FALSE if that is not known. */
typedef gboolean (*SvPortOwnerFunc) (SvMachineId machine, guint32 inode, SvOwner *owner, gpointer user_data);

/**
 * SvPortLane:
 * @name: (nullable): what stands before its ruler, translated
 * @rows: the machine's table, of the moment that the plan is of
 *
 * One machine's ruler.
 */
typedef struct
{
  SvMachineId machine;
  const char *name;
  SvPortSpace *ports;
  SvRowTable *rows;
} SvPortLane;

/**
 * SvPortMapLook:
 * @chosen: connection in focus, 0 for none
 * @hunted: the connection whose ephemeral port is being looked for, 0 for none
 * @hunted_port: the port that it will get, 0 to take it from the plan; see sv_timeline_get_hunt()
 * @hunt: how far that is, 0 to 1; at 1 it has the port, also if the plan does not say so yet
 * @range: which ports are shown; all zeros for all
 * @only_listening: leave out what nobody new can talk to
 * @marked: a port that was looked for, 0 for none
 * @get_owner: (nullable): for the names of other programs' ports
 */
typedef struct
{
  float width;
  float height;
  float line_height;
  float char_width;
  gboolean right_to_left;
  guint chosen;
  guint hunted;
  guint16 hunted_port;
  double hunt;
  SvPortRange range;
  gboolean only_listening;
  guint16 marked;
  SvPortOwnerFunc get_owner;
  gpointer owner_data;
} SvPortMapLook;

/* The rulers of 65 536 ports each, one machine's or two: bands, taken ports, the
 * hunt, and arcs that join both ends of our connections. */
SvScene *sv_port_map_build (const SvPortLane *lanes, guint n_lanes, SvMachinesPlan *plan, const SvPortMapLook *look);
double sv_port_map_find_place (const SvPortLane *lanes, guint n_lanes, const SvPortMapLook *look, float x);

G_END_DECLS
