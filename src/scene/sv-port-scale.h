/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-port-space.h"
#include "sv-scene.h"

G_BEGIN_DECLS

#define SV_N_PORTS 65536
#define SV_PORT_SCALE_MAX_BANDS 4

/**
 * SvPortRange:
 * @first: where what is shown begins; port 80 reaches from 80 to 81
 * @end: where it ends; 0 counts as all ports
 *
 * The part of a ruler that is looked at. At least one port, at most all.
 */
typedef struct
{
  double first;
  double end;
} SvPortRange;

/**
 * SvPortBand:
 * @first: the band's first port …
 * @last: … and its last one, both included
 * @from: where what is shown of it begins …
 * @to: … and ends
 *
 * A stretch of ports with one meaning.
 */
typedef struct
{
  SvPaintRole role;
  guint first;
  guint last;
  double from;
  double to;
  float x;
  float width;
} SvPortBand;

/**
 * SvPortScale:
 *
 * Where ports lie on a ruler. Each band is to scale in itself, but they are
 * not to one another: the privileged ports would be too narrow to read. Only
 * bands that are in the range shown are there.
 */
typedef struct
{
  SvPortBand bands[SV_PORT_SCALE_MAX_BANDS];
  guint n_bands;
} SvPortScale;

void sv_port_scale_init (SvPortScale *self, SvPortSpace *ports, const SvPortRange *range, float x, float width);
gboolean sv_port_scale_shows (const SvPortScale *self, guint port);
float sv_port_scale_get_x (const SvPortScale *self, guint port);
float sv_port_scale_get_cell (const SvPortScale *self, guint port);
double sv_port_scale_get_place (const SvPortScale *self, float x);

gboolean sv_port_range_is_all (const SvPortRange *self);
void sv_port_range_zoom (SvPortRange *self, SvPortSpace *ports, double factor, double place);
void sv_port_range_pan (SvPortRange *self, SvPortSpace *ports, double share);
void sv_port_range_show (SvPortRange *self, guint port, guint n_ports);

G_END_DECLS
