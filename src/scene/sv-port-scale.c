/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-port-scale.h"

#define N_PORTS 65536
#define BETWEEN 2.0f /* px between two bands */

static void
add_band (SvPortScale *self, SvPaintRole role, guint first, guint end, float weight)
{
  if (first >= end)
    return;
  self->bands[self->n_bands++] = (SvPortBand){ .role = role, .first = first, .last = end - 1, .width = weight };
}

/**
 * sv_port_scale_init:
 * @width: of the ruler, px
 *
 * The bands that there are on this machine, from left to right.
 */
void
sv_port_scale_init (SvPortScale *self, SvPortSpace *ports, float width)
{
  guint privileged = sv_port_space_get_unprivileged_start (ports);
  guint low = MAX (sv_port_space_get_ephemeral_low (ports), privileged);
  guint high = sv_port_space_get_ephemeral_high (ports) + 1u;
  float weights = 0, x = 0;

  *self = (SvPortScale){ 0 };
  high = MAX (low, high);
  add_band (self, SV_PAINT_PORTS_PRIVILEGED, 0, privileged, 0.15f);
  add_band (self, SV_PAINT_PORTS_REGISTERED, privileged, low, 0.31f);
  add_band (self, SV_PAINT_PORTS_EPHEMERAL, low, high, 0.48f);
  add_band (self, SV_PAINT_PORTS_REST, high, N_PORTS, 0.06f);
  for (guint i = 0; i < self->n_bands; i++)
    weights += self->bands[i].width;
  width -= BETWEEN * (float) (self->n_bands - 1);
  for (guint i = 0; i < self->n_bands; i++)
    {
      self->bands[i].x = x;
      self->bands[i].width *= width / weights;
      x += self->bands[i].width + BETWEEN;
    }
}

/**
 * sv_port_scale_get_x:
 *
 * Returns: where the middle of @port's place is, px
 */
float
sv_port_scale_get_x (const SvPortScale *self, guint port)
{
  for (guint i = 0; i < self->n_bands; i++)
    {
      const SvPortBand *band = &self->bands[i];

      if (port <= band->last)
        return band->x
               + band->width * ((float) (port - band->first) + 0.5f) / (float) (band->last - band->first + 1);
    }
  return 0;
}
