/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machines-plan.h"
#include "sv-port-space.h"
#include "sv-scene.h"

G_BEGIN_DECLS

/**
 * SvPortMapLook:
 * @chosen: connection in focus, 0 for none
 * @hunted: the connection whose ephemeral port is being looked for, 0 for none
 * @hunted_port: the port that it will get, 0 to take it from the plan; see sv_timeline_get_hunt()
 * @hunt: how far that is, 0 to 1; at 1 it has the port, also if the plan does not say so yet
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
} SvPortMapLook;

/* The ruler of 65 536 ports: bands, taken ports, the hunt, and arcs that join
 * both ends of our connections. */
SvScene *sv_port_map_build (SvPortSpace *ports, SvMachinesPlan *plan, SvRowTable *rows, const SvPortMapLook *look);

G_END_DECLS
