/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-port-space.h"
#include "sv-scene.h"

G_BEGIN_DECLS

#define SV_PORT_SCALE_MAX_BANDS 4

/* A stretch of ports with one meaning. @first and @last are both included. */
typedef struct
{
  SvPaintRole role;
  guint first;
  guint last;
  float x;
  float width;
} SvPortBand;

/**
 * SvPortScale:
 *
 * Where ports lie on a ruler. Each band is to scale in itself, but they are
 * not to one another: the privileged ports would be too narrow to read.
 */
typedef struct
{
  SvPortBand bands[SV_PORT_SCALE_MAX_BANDS];
  guint n_bands;
} SvPortScale;

void sv_port_scale_init (SvPortScale *self, SvPortSpace *ports, float width);
float sv_port_scale_get_x (const SvPortScale *self, guint port);

G_END_DECLS
