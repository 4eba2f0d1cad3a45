/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-port-scale.h"

#define BETWEEN 2.0f /* px between two bands */

/* How much of a ruler that shows all each band gets, by its role. */
static const float WEIGHTS[SV_N_PAINT_ROLES] = {
  [SV_PAINT_PORTS_PRIVILEGED] = 0.15f,
  [SV_PAINT_PORTS_REGISTERED] = 0.31f,
  [SV_PAINT_PORTS_EPHEMERAL] = 0.48f,
  [SV_PAINT_PORTS_REST] = 0.06f,
};

static SvPortRange
get_whole (const SvPortRange *range)
{
  if (range == NULL || range->end <= 0)
    return (SvPortRange){ 0, SV_N_PORTS };
  return *range;
}

/* @width is what it weighs at first, of a whole that shows all. */
static void
add_band (SvPortScale *self, const SvPortRange *range, SvPaintRole role, guint first, guint end)
{
  double from = MAX (range->first, first), to = MIN (range->end, end);

  if (first >= end || from >= to)
    return;
  self->bands[self->n_bands++] = (SvPortBand){
    .role = role,
    .first = first,
    .last = end - 1,
    .from = from,
    .to = to,
    .width = WEIGHTS[role] * (float) ((to - from) / (end - first)),
  };
}

static void
add_bands (SvPortScale *self, SvPortSpace *ports, const SvPortRange *range)
{
  guint privileged = sv_port_space_get_unprivileged_start (ports);
  guint low = MAX (sv_port_space_get_ephemeral_low (ports), privileged);
  guint high = MAX (low, sv_port_space_get_ephemeral_high (ports) + 1u);

  add_band (self, range, SV_PAINT_PORTS_PRIVILEGED, 0, privileged);
  add_band (self, range, SV_PAINT_PORTS_REGISTERED, privileged, low);
  add_band (self, range, SV_PAINT_PORTS_EPHEMERAL, low, high);
  add_band (self, range, SV_PAINT_PORTS_REST, high, SV_N_PORTS);
}

/**
 * sv_port_scale_init:
 * @range: (nullable): what is shown, %NULL for all
 * @x: where the ruler begins, px
 * @width: of the ruler, px
 *
 * The bands that there are on this machine, from left to right.
 */
void
sv_port_scale_init (SvPortScale *self, SvPortSpace *ports, const SvPortRange *range, float x, float width)
{
  SvPortRange shown = get_whole (range);
  float weights = 0;

  *self = (SvPortScale){ 0 };
  add_bands (self, ports, &shown);
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
 * sv_port_scale_shows:
 *
 * Returns: whether the middle of @port's place is on the ruler
 */
gboolean
sv_port_scale_shows (const SvPortScale *self, guint port)
{
  double middle = port + 0.5;

  return self->n_bands > 0 && middle >= self->bands[0].from && middle <= self->bands[self->n_bands - 1].to;
}

static const SvPortBand *
find_band (const SvPortScale *self, double place)
{
  for (guint i = 0; i + 1 < self->n_bands; i++)
    if (place < self->bands[i].to)
      return &self->bands[i];
  return &self->bands[self->n_bands - 1];
}

/**
 * sv_port_scale_get_x:
 * @port: one that is shown; for another the ruler's nearer end
 *
 * Returns: where the middle of @port's place is, px
 */
float
sv_port_scale_get_x (const SvPortScale *self, guint port)
{
  const SvPortBand *band = find_band (self, port + 0.5);
  double share = (port + 0.5 - band->from) / (band->to - band->from);

  return band->x + band->width * (float) CLAMP (share, 0, 1);
}

/**
 * sv_port_scale_get_cell:
 *
 * Returns: how wide the place of @port is, px
 */
float
sv_port_scale_get_cell (const SvPortScale *self, guint port)
{
  const SvPortBand *band = find_band (self, port + 0.5);

  return band->width / (float) (band->to - band->from);
}

/**
 * sv_port_scale_get_place:
 *
 * Returns: what lies at @x: the port and how far into it
 */
double
sv_port_scale_get_place (const SvPortScale *self, float x)
{
  const SvPortBand *band = &self->bands[0];

  for (guint i = 1; i < self->n_bands && x >= self->bands[i].x; i++)
    band = &self->bands[i];
  return band->from + (band->to - band->from) * CLAMP ((x - band->x) / band->width, 0, 1);
}

/**
 * sv_port_range_is_all:
 */
gboolean
sv_port_range_is_all (const SvPortRange *self)
{
  return self->end <= 0 || (self->first <= 0 && self->end >= SV_N_PORTS);
}

/* The part of a ruler one wide that shows all, which is what zooming goes by:
 * bands keep their proportions. */
static void
to_axis (SvPortSpace *ports, const SvPortRange *range, double *from, double *to)
{
  const double places[] = { range->first, range->end };
  double *const axis[] = { from, to };
  SvPortScale scale = { 0 };

  add_bands (&scale, ports, &(SvPortRange){ 0, SV_N_PORTS });
  for (guint i = 0; i < 2; i++)
    {
      double before = 0;

      for (guint k = 0; k < scale.n_bands; k++)
        {
          const SvPortBand *band = &scale.bands[k];

          before += (double) band->width * CLAMP ((places[i] - band->from) / (band->to - band->from), 0, 1);
        }
      *axis[i] = before;
    }
}

static double
from_axis (SvPortSpace *ports, double axis)
{
  SvPortScale scale = { 0 };

  add_bands (&scale, ports, &(SvPortRange){ 0, SV_N_PORTS });
  for (guint i = 0; i < scale.n_bands; i++)
    {
      const SvPortBand *band = &scale.bands[i];

      if (axis <= (double) band->width || i + 1 == scale.n_bands)
        return band->from + (band->to - band->from) * CLAMP (axis / (double) band->width, 0, 1);
      axis -= (double) band->width;
    }
  return 0;
}

static double
get_length (SvPortSpace *ports)
{
  double from, to;

  to_axis (ports, &(SvPortRange){ 0, SV_N_PORTS }, &from, &to);
  return to;
}

/* Within all ports, and never less than one of them. */
static void
set_axis (SvPortRange *self, SvPortSpace *ports, double from, double to)
{
  double length = get_length (ports);

  if (to - from >= length)
    {
      *self = (SvPortRange){ 0, SV_N_PORTS };
      return;
    }
  if (from < 0)
    {
      to -= from;
      from = 0;
    }
  if (to > length)
    {
      from -= to - length;
      to = length;
    }
  self->first = from_axis (ports, from);
  self->end = from_axis (ports, to);
}

/**
 * sv_port_range_zoom:
 * @factor: above 1 to come nearer
 * @place: what stays where it is on the ruler, as of sv_port_scale_get_place()
 *
 * From all ports to a single one and back.
 */
void
sv_port_range_zoom (SvPortRange *self, SvPortSpace *ports, double factor, double place)
{
  SvPortRange range = get_whole (self);
  double from, to, at, unused;

  g_return_if_fail (factor > 0);

  place = CLAMP (place, range.first, range.end);
  to_axis (ports, &range, &from, &to);
  to_axis (ports, &(SvPortRange){ place, place }, &at, &unused);
  set_axis (self, ports, at - (at - from) / factor, at + (to - at) / factor);
  /* A single port, whole. */
  if (self->end - self->first < 1)
    sv_port_range_show (self, (guint) MIN (place, SV_N_PORTS - 1), 1);
}

/**
 * sv_port_range_pan:
 * @share: of what is shown; above 0 towards higher ports
 */
void
sv_port_range_pan (SvPortRange *self, SvPortSpace *ports, double share)
{
  SvPortRange range = get_whole (self);
  double n = range.end - range.first, from, to;

  /* Few ports are walked one by one, so that they stay whole. */
  if (n <= 64)
    {
      double step = share > 0 ? MAX (1, (double) (gint64) (n * share)) : MIN (-1, (double) (gint64) (n * share));

      self->first = CLAMP (range.first + step, 0, SV_N_PORTS - n);
      self->end = self->first + n;
      return;
    }
  to_axis (ports, &range, &from, &to);
  set_axis (self, ports, from + (to - from) * share, to + (to - from) * share);
}

/**
 * sv_port_range_show:
 * @n_ports: how many ports are shown, @port in their middle
 */
void
sv_port_range_show (SvPortRange *self, guint port, guint n_ports)
{
  g_return_if_fail (port < SV_N_PORTS && n_ports > 0 && n_ports <= SV_N_PORTS);

  self->first = CLAMP ((double) port - (n_ports - 1) / 2, 0, SV_N_PORTS - n_ports);
  self->end = self->first + n_ports;
}
