/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-port-map.h"

#include "sv-port-scale.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define BIN 2.0f       /* px: ports closer together than this share a tick */
#define TICK 4.0f      /* px, of our own ports */
#define RISE 3.0f      /* px that our own ticks stand out of the ruler */
#define MAX_ARCS 40
#define MAX_LABELS 16
#define MAX_TRIES 64   /* ports for which a place for a number is looked for */
#define MAX_SHIFT 24   /* characters between a port and its number */

typedef struct
{
  float x;
  float width;
  gboolean tick; /* of a port, not its number */
} Stretch;

typedef struct
{
  SvScene *scene;
  SvMachinesPlan *plan;
  SvRowTable *rows;
  const SvPortMapLook *look;
  SvPortScale scale;
  float band_y;
  float band_height;
  gboolean has_captions;
  guint n_bins;
  guint16 *bins;         /* a taken port in each, 0 for none */
  GArray *occupied;      /* Stretch: where numbers and our ticks stand */
  guint n_labels;
} PortMap;

static void
mark_taken_cb (const SvSocketRow *row, gpointer data)
{
  PortMap *self = data;
  guint bin = (guint) (sv_port_scale_get_x (&self->scale, row->local.port) / BIN);

  if (row->local.port == 0)
    return;
  bin = MIN (bin, self->n_bins - 1);
  if (self->bins[bin] == 0)
    self->bins[bin] = row->local.port;
}

static void
add_band_name (PortMap *self, const SvPortBand *band)
{
  static const char *const NAMES[] = {
    [SV_PAINT_PORTS_PRIVILEGED] = NC_ ("ports", "privileged"),
    [SV_PAINT_PORTS_REGISTERED] = NC_ ("ports", "registered"),
    [SV_PAINT_PORTS_EPHEMERAL] = NC_ ("ports", "ephemeral"),
    [SV_PAINT_PORTS_REST] = NC_ ("ports", "rest"),
  };
  /* Isolated (U+2066, U+2069): a range is read from left to right in every language. */
  g_autofree char *range = g_strdup_printf ("\u2066%u–%u\u2069", band->first, band->last);
  g_autofree char *full = g_strdup_printf ("%s %s", g_dpgettext2 (GETTEXT_PACKAGE, "ports", NAMES[band->role]), range);
  g_autofree char *end = g_strdup_printf ("\u2066–%u\u2069", band->last);
  const char *const texts[] = { full, range, end };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if ((float) g_utf8_strlen (texts[i], -1) * self->look->char_width > band->width)
        continue;
      sv_scene_add_text (self->scene, band->x, 0, band->width, self->look->line_height, SV_TEXT_SMALL, 0, texts[i])
        ->fill.role = SV_PAINT_DIM_TEXT;
      return;
    }
}

static void
add_bands (PortMap *self)
{
  for (guint i = 0; i < self->scale.n_bands; i++)
    {
      const SvPortBand *band = &self->scale.bands[i];
      SvShape *box = sv_scene_add (self->scene, SV_SHAPE_BOX, band->x, self->band_y, band->width, self->band_height);

      box->radius = 3;
      box->fill.role = band->role;
      if (self->has_captions)
        add_band_name (self, band);
    }
}

/* Other programs' ports; those that touch become one box. */
static void
add_taken_ports (PortMap *self)
{
  guint end;

  for (guint i = 0; i < self->n_bins; i = end + 1)
    {
      SvShape *box;

      for (end = i; end < self->n_bins && self->bins[end] != 0; end++)
        ;
      if (end == i)
        continue;
      float x = (float) i * BIN;
      box = sv_scene_add (self->scene, SV_SHAPE_BOX, x, self->band_y,
                          MIN ((float) (end - i) * BIN, self->look->width - x), self->band_height);
      box->fill = (SvPaint){ SV_PAINT_DIM_TEXT, 0, 0.5f };
      box->target = (SvTarget){ SV_TARGET_PORT, self->bins[i] };
    }
}

static gboolean
is_here (const SvPlanSocket *client)
{
  return client->local.port != 0 && (!client->foreign || client->row_key != 0);
}

static void
occupy (PortMap *self, float x, float width, gboolean tick)
{
  Stretch stretch = { x, width, tick };

  g_array_append_val (self->occupied, stretch);
}

static void
add_tick (PortMap *self, guint16 port, SvPaint paint, SvTarget target, gboolean chosen)
{
  float width = chosen ? TICK + 2 : TICK;
  float x = CLAMP (sv_port_scale_get_x (&self->scale, port) - width / 2, 0, self->look->width - width);
  SvShape *box = sv_scene_add (self->scene, SV_SHAPE_BOX, x, self->band_y - RISE, width,
                               self->band_height + 2 * RISE);

  occupy (self, x, width, TRUE);
  box->radius = 2;
  box->fill = paint;
  box->target = target;
}

static const Stretch *
find_in_the_way (PortMap *self, float x, float width)
{
  for (guint i = 0; i < self->occupied->len; i++)
    {
      const Stretch *other = &g_array_index (self->occupied, Stretch, i);

      if (x < other->x + other->width && other->x < x + width)
        return other;
    }
  return NULL;
}

/* So that a number can be read where other ports are taken. */
static void
add_backing (PortMap *self, float x, float width)
{
  for (guint i = 0; i < self->scale.n_bands; i++)
    {
      const SvPortBand *band = &self->scale.bands[i];
      float from = MAX (x, band->x), to = MIN (x + width, band->x + band->width);

      if (from < to)
        sv_scene_add (self->scene, SV_SHAPE_BOX, from, self->band_y, to - from, self->band_height)->fill.role
          = band->role;
    }
}

static const SvPortBand *
find_band (PortMap *self, guint16 port)
{
  for (guint i = 0; i < self->scale.n_bands; i++)
    if (port >= self->scale.bands[i].first && port <= self->scale.bands[i].last)
      return &self->scale.bands[i];
  return NULL;
}

/* From the tick on to the right, or to the left, past the numbers there, but
 * neither past another tick nor out of the band: there it would be misread. */
static gboolean
find_place (PortMap *self, const SvPortBand *band, float tick, float width, gboolean to_right, float *place)
{
  float x = to_right ? tick + TICK : tick - TICK - width, space = self->look->char_width / 2;
  const Stretch *other;

  while ((other = find_in_the_way (self, x, width)) != NULL)
    {
      if (other->tick && fabsf (other->x + other->width / 2 - tick) > 2 * TICK)
        return FALSE;
      x = to_right ? other->x + other->width + space : other->x - width - space;
    }
  *place = x;
  return x >= band->x && x + width <= band->x + band->width
         && fabsf (x - tick) <= MAX_SHIFT * self->look->char_width;
}

/* Left of the tick only where the band ends: a number that is left of a lower
 * port's would be misread too. */
static gboolean
has_no_right_side (PortMap *self, const SvPortBand *band, float tick, float width)
{
  const Stretch *other = find_in_the_way (self, tick + TICK, width);

  return tick + TICK + width > band->x + band->width && (other == NULL || other->tick);
}

/* Where the band is too narrow for a number: right beside its tick. */
static gboolean
find_place_beside (PortMap *self, const SvPortBand *band, float tick, float width, float *place)
{
  const float places[] = { tick + TICK, tick - TICK - width };

  for (guint i = 0; band->width < 2 * (width + TICK) && i < G_N_ELEMENTS (places); i++)
    {
      *place = places[i];
      if (*place >= 0 && *place + width <= self->look->width && find_in_the_way (self, *place, width) == NULL)
        return TRUE;
    }
  return FALSE;
}

static void
add_number (PortMap *self, guint16 port, SvPaint paint, SvTarget target)
{
  g_autofree char *text = g_strdup_printf ("%u", port);
  float width = (float) g_utf8_strlen (text, -1) * self->look->char_width + 1;
  float tick = sv_port_scale_get_x (&self->scale, port), x = 0;
  const SvPortBand *band = find_band (self, port);
  SvShape *shape;

  if (self->n_labels >= MAX_LABELS || band == NULL)
    return;
  if (!find_place (self, band, tick, width, TRUE, &x)
      && !(has_no_right_side (self, band, tick, width) && find_place (self, band, tick, width, FALSE, &x))
      && !find_place_beside (self, band, tick, width, &x))
    return;
  self->n_labels++;
  occupy (self, x, width, FALSE);
  add_backing (self, x, width);
  shape = sv_scene_add_text (self->scene, x, self->band_y, width, self->band_height, SV_TEXT_MONO_STRONG, 0, text);
  shape->fill = paint;
  shape->target = target;
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

static const SvPlanSocket *
get_client (PortMap *self, guint index)
{
  return &g_array_index (self->plan->clients, SvPlanSocket, index);
}

static const SvPlanSocket *
find_chosen (PortMap *self)
{
  const SvPlanSocket *chosen = sv_machines_plan_find (self->plan, self->look->chosen, SV_SIDE_CLIENT);

  return chosen != NULL && is_here (chosen) ? chosen : NULL;
}

static gboolean
is_hunting (PortMap *self, const SvPlanSocket *client)
{
  return client->connection == self->look->hunted && self->look->hunt < 1;
}

static void
add_arc (PortMap *self, const SvPlanSocket *client, gboolean chosen)
{
  float from = sv_port_scale_get_x (&self->scale, client->local.port);
  float to = sv_port_scale_get_x (&self->scale, self->plan->listener.local.port);
  float y = self->band_y + self->band_height + RISE, room = self->look->height - y - 2;
  float sag = room * (0.5f + 0.5f * fabsf (to - from) / self->look->width);
  SvShape *arc;

  if (room < 4)
    return;
  arc = sv_scene_add (self->scene, SV_SHAPE_ARC, MIN (from, to), y, fabsf (to - from), sag);
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

  if (!self->plan->has_listener || self->plan->listener.local.port == 0)
    return;
  for (guint i = n > MAX_ARCS ? n - MAX_ARCS : 0; i < n; i++)
    {
      const SvPlanSocket *client = get_client (self, i);

      if (client != chosen && is_here (client) && !is_hunting (self, client))
        add_arc (self, client, FALSE);
    }
  if (chosen != NULL && !is_hunting (self, chosen))
    add_arc (self, chosen, TRUE);
}

/* The kernel has given it, but the table tells only when connect() returns. */
static void
add_found_port (PortMap *self)
{
  const SvPlanSocket *client = sv_machines_plan_find (self->plan, self->look->hunted, SV_SIDE_CLIENT);
  SvPaint paint = { SV_PAINT_CONNECTION, self->look->hunted, 0 };
  guint16 port = self->look->hunted_port;

  if (self->look->hunted == 0 || self->look->hunt < 1 || port == 0 || (client != NULL && client->local.port == port))
    return;
  add_tick (self, port, paint, connection_target (self->look->hunted), TRUE);
  add_number (self, port, paint, connection_target (self->look->hunted));
}

static void
add_own_ports (PortMap *self)
{
  const SvPlanSocket *chosen = find_chosen (self);
  const SvPlanSocket *listener = self->plan->has_listener && self->plan->listener.local.port != 0 ? &self->plan->listener
                                                                                                   : NULL;
  SvPaint listen_paint = { SV_PAINT_STATE, SV_TCP_LISTEN, 0 };
  g_autofree guint8 *drawn = g_new0 (guint8, self->n_bins);

  for (guint i = 0; i < self->plan->clients->len; i++)
    {
      const SvPlanSocket *client = get_client (self, i);
      guint bin = MIN ((guint) (sv_port_scale_get_x (&self->scale, client->local.port) / BIN), self->n_bins - 1);

      if (client == chosen || !is_here (client) || is_hunting (self, client) || drawn[bin])
        continue;
      drawn[bin] = 1;
      add_tick (self, client->local.port, paint_of (client), connection_target (client->connection), FALSE);
    }
  if (listener != NULL)
    add_tick (self, listener->local.port, listen_paint, (SvTarget){ SV_TARGET_PORT, listener->local.port }, FALSE);
  add_found_port (self);
  if (chosen != NULL && !is_hunting (self, chosen))
    {
      add_tick (self, chosen->local.port, paint_of (chosen), connection_target (chosen->connection), TRUE);
      add_number (self, chosen->local.port, paint_of (chosen), connection_target (chosen->connection));
    }
  if (listener != NULL)
    add_number (self, listener->local.port, listen_paint, (SvTarget){ SV_TARGET_PORT, listener->local.port });
  for (guint i = 0; i < MIN (self->plan->clients->len, MAX_TRIES); i++)
    {
      const SvPlanSocket *client = get_client (self, i);

      if (client != chosen && is_here (client) && !is_hunting (self, client))
        add_number (self, client->local.port, paint_of (client), connection_target (client->connection));
    }
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
find_ephemeral (PortMap *self)
{
  for (guint i = 0; i < self->scale.n_bands; i++)
    if (self->scale.bands[i].role == SV_PAINT_PORTS_EPHEMERAL)
      return &self->scale.bands[i];
  return NULL;
}

static void
add_hunt_words (PortMap *self, const SvPortBand *band, float x, float y)
{
  /* Translators: the range of ephemeral ports */
  g_autofree char *words = g_strdup_printf (_("the kernel looks for a free port in %u–%u"), band->first, band->last);
  float width = MIN ((float) g_utf8_strlen (words, -1) * self->look->char_width, self->look->width);

  /* The arcs are to the left of it. */
  x = CLAMP (x + TICK, 0, self->look->width - width);
  sv_scene_add_text (self->scene, x, y, width, self->look->line_height, SV_TEXT_SMALL, 0.5f, words)->fill.role
    = SV_PAINT_DIM_TEXT;
}

/* Where the kernel begins to look is a secret that it keeps, and the first free
 * port ends the search (inet_hash_connect()): which ports it tried nobody can
 * tell. What is known is where it looked, and what it found. */
static void
add_hunt (PortMap *self)
{
  const SvPortBand *band = find_ephemeral (self);
  guint16 port = find_hunted_port (self);
  float y = self->band_y + self->band_height + RISE + 1, eased, from, to, x;
  SvShape *shape;

  if (self->look->hunted == 0 || self->look->hunt >= 1 || band == NULL || port < band->first || port > band->last
      || y + self->look->line_height > self->look->height)
    return;
  x = sv_port_scale_get_x (&self->scale, port);
  eased = (float) CLAMP (self->look->hunt * (2 - self->look->hunt), 0, 1);
  from = MAX (band->x + eased * (x - TICK - band->x), 0);
  to = MIN (band->x + band->width + eased * (x + TICK - band->x - band->width), self->look->width);
  shape = sv_scene_add (self->scene, SV_SHAPE_BOX, from, self->band_y - RISE, to - from, self->band_height + 2 * RISE);
  shape->radius = 2;
  shape->line_width = 1.5f;
  shape->dashed = TRUE;
  shape->moving = TRUE;
  shape->stroke = (SvPaint){ SV_PAINT_CONNECTION, self->look->hunted, 0 };
  shape->target = connection_target (self->look->hunted);
  add_hunt_words (self, band, x, y);
}

static void
port_map_init (PortMap *self, SvPortSpace *ports, SvMachinesPlan *plan, SvRowTable *rows, const SvPortMapLook *look)
{
  float line = look->line_height, captions;

  *self = (PortMap){ .plan = plan, .rows = rows, .look = look };
  self->has_captions = look->height >= 2.6f * line;
  captions = self->has_captions ? 1.1f * line : 0;
  self->scene = sv_scene_new (look->width, look->height);
  self->band_y = captions + RISE;
  self->band_height = CLAMP (look->height - captions - 2 * RISE - 1, 1, 1.25f * line);
  sv_port_scale_init (&self->scale, ports, look->width);
  self->n_bins = (guint) MAX (1, ceilf (look->width / BIN));
  self->bins = g_new0 (guint16, self->n_bins);
  self->occupied = g_array_new (FALSE, FALSE, sizeof (Stretch));
}

/**
 * sv_port_map_build:
 * @rows: of the moment that @plan is of
 *
 * Returns: (transfer full): the picture
 */
SvScene *
sv_port_map_build (SvPortSpace *ports, SvMachinesPlan *plan, SvRowTable *rows, const SvPortMapLook *look)
{
  PortMap self;

  g_return_val_if_fail (ports != NULL && plan != NULL && rows != NULL && look != NULL, NULL);

  port_map_init (&self, ports, plan, rows, look);
  sv_row_table_foreach (rows, mark_taken_cb, &self);
  add_bands (&self);
  add_taken_ports (&self);
  add_arcs (&self);
  add_own_ports (&self);
  add_hunt (&self);
  if (look->right_to_left)
    sv_scene_mirror (self.scene);
  g_array_unref (self.occupied);
  g_free (self.bins);
  return self.scene;
}
