/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-port-track.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <netinet/in.h>

#define BIN 2.0f          /* px: ports closer together than this share a tick */
#define TICK 4.0f         /* px, of our own ports */
#define MAX_TICK 12.0f    /* px, where a port has much room */
#define WIDE_CELL 8.0f    /* px: ports with a place of their own that can be seen */
#define SMALL 0.84f       /* how wide small text is, of the font of numbers */
#define MAX_LABELS 16
#define MAX_SHIFT 24      /* characters between a port and its number */
#define MAX_NAMES 64      /* other programs' ports for which a place for a name is looked for */

typedef struct
{
  float x;
  float width;
  gboolean tick; /* of a port, not its number */
} Stretch;

/**
 * sv_port_track_init:
 *
 * Gathers who has which port; sv_port_track_place() comes next.
 */
void
sv_port_track_init (SvPortTrack *self, SvScene *scene, const SvPortMapLook *look, const SvPortLane *lane)
{
  *self = (SvPortTrack){ .scene = scene, .look = look, .lane = lane };
  self->uses = sv_port_use_list (lane->rows, look->only_listening);
  self->own = g_new0 (guint8, SV_N_PORTS);
  self->occupied = g_array_new (FALSE, FALSE, sizeof (Stretch));
}

void
sv_port_track_place (SvPortTrack *self, float x, float y, float width, float height)
{
  self->x = x;
  self->y = y;
  self->width = width;
  self->height = height;
  sv_port_scale_init (&self->scale, self->lane->ports, &self->look->range, x, width);
  self->n_bins = (guint) MAX (1, ceilf (width / BIN));
  self->bins = g_new0 (guint8, self->n_bins);
}

void
sv_port_track_clear (SvPortTrack *self)
{
  g_clear_pointer (&self->uses, g_array_unref);
  g_clear_pointer (&self->occupied, g_array_unref);
  g_clear_pointer (&self->own, g_free);
  g_clear_pointer (&self->bins, g_free);
}

/* Isolated (U+2066, U+2069): a range is read from left to right in every language. */
static char *
format_range (const SvPortBand *band)
{
  guint first = (guint) band->from, last = (guint) ceil (band->to) - 1;

  if (first == last)
    return g_strdup_printf ("\u2066%u\u2069", first);
  return g_strdup_printf ("\u2066%u–%u\u2069", first, last);
}

static void
add_band_name (SvPortTrack *self, const SvPortBand *band, float y)
{
  static const char *const NAMES[] = {
    [SV_PAINT_PORTS_PRIVILEGED] = NC_ ("ports", "privileged"),
    [SV_PAINT_PORTS_REGISTERED] = NC_ ("ports", "registered"),
    [SV_PAINT_PORTS_EPHEMERAL] = NC_ ("ports", "ephemeral"),
    [SV_PAINT_PORTS_REST] = NC_ ("ports", "rest"),
  };
  const char *name = g_dpgettext2 (GETTEXT_PACKAGE, "ports", NAMES[band->role]);
  gboolean whole = band->from <= band->first && band->to > band->last;
  g_autofree char *range = format_range (band);
  /* Translators: a part of a band of ports: "8000–8100 (registered)" */
  g_autofree char *full = whole ? g_strdup_printf ("%s %s", name, range)
                                : g_strdup_printf (C_("ports", "%s (%s)"), range, name);
  g_autofree char *end = g_strdup_printf ("\u2066–%u\u2069", band->last);
  const char *const texts[] = { full, range, whole ? end : range };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if ((float) g_utf8_strlen (texts[i], -1) * self->look->char_width * SMALL > band->width)
        continue;
      sv_scene_add_text (self->scene, band->x, y, band->width, self->look->line_height, SV_TEXT_SMALL, 0, texts[i])
        ->fill.role = SV_PAINT_DIM_TEXT;
      return;
    }
}

/* Where a port is wide enough to be seen, it has a place of its own. */
static void
add_cells (SvPortTrack *self, const SvPortBand *band)
{
  float cell = band->width / (float) (band->to - band->from);

  for (guint port = (guint) band->from + 1; cell >= WIDE_CELL && port < band->to; port++)
    {
      float x = band->x + cell * (float) (port - band->from);

      sv_scene_add (self->scene, SV_SHAPE_LINE, x, self->y, 0, self->height)->stroke
        = (SvPaint){ SV_PAINT_DIM_TEXT, 0, 0.2f };
    }
}

/**
 * sv_port_track_add_bands:
 * @captions_y: where the names of the bands stand
 * @captions: whether they are there
 */
void
sv_port_track_add_bands (SvPortTrack *self, float captions_y, gboolean captions)
{
  for (guint i = 0; i < self->scale.n_bands; i++)
    {
      const SvPortBand *band = &self->scale.bands[i];
      SvShape *box = sv_scene_add (self->scene, SV_SHAPE_BOX, band->x, self->y, band->width, self->height);

      box->radius = 3;
      box->fill.role = band->role;
      add_cells (self, band);
      if (captions)
        add_band_name (self, band, captions_y);
    }
}

static float
get_tick_width (SvPortTrack *self, guint port)
{
  return CLAMP (sv_port_scale_get_cell (&self->scale, port) / 2, TICK, MAX_TICK);
}

static float
get_mark_width (SvPortTrack *self, guint port)
{
  return MIN (MAX (sv_port_scale_get_cell (&self->scale, port), TICK + 6), self->width);
}

/* From the middle of a port's place to its number, past its tick and the frame around it. */
static float
get_gap (SvPortTrack *self, guint port)
{
  float gap = MAX (TICK, get_tick_width (self, port) / 2 + 2);

  return port == self->look->marked ? MAX (gap, get_mark_width (self, port) / 2 + 3) : gap;
}

static guint
get_bin (SvPortTrack *self, float x)
{
  return (guint) CLAMP ((x - self->x) / BIN, 0, (float) (self->n_bins - 1));
}

static void
add_taken_box (SvPortTrack *self, float x, float width, guint16 port)
{
  SvShape *box = sv_scene_add (self->scene, SV_SHAPE_BOX, x, self->y, MIN (width, self->x + self->width - x),
                               self->height);

  box->fill = (SvPaint){ SV_PAINT_DIM_TEXT, 0, 0.5f };
  box->target = (SvTarget){ SV_TARGET_PORT, (guint64) self->lane->machine << 16 | port };
}

static void
mark_bins (SvPortTrack *self, float from, float to)
{
  for (guint bin = get_bin (self, from), last = get_bin (self, to); bin <= last; bin++)
    self->bins[bin] = 1;
}

/**
 * sv_port_track_add_taken:
 *
 * All taken ports, whosever they are; those that touch become one box.
 */
void
sv_port_track_add_taken (SvPortTrack *self)
{
  guint first_bin = 0, last_bin = 0;
  guint16 port = 0;

  for (guint i = 0; i < self->uses->len; i++)
    {
      const SvPortUse *use = &g_array_index (self->uses, SvPortUse, i);
      float x = sv_port_scale_get_x (&self->scale, use->port), width = get_tick_width (self, use->port);
      guint bin = get_bin (self, x);

      if (!sv_port_scale_shows (&self->scale, use->port))
        continue;
      if (sv_port_scale_get_cell (&self->scale, use->port) >= WIDE_CELL)
        {
          mark_bins (self, x - width / 2, x + width / 2);
          add_taken_box (self, MAX (x - width / 2, self->x), width, use->port);
          continue;
        }
      self->bins[bin] = 1;
      if (port != 0 && bin <= last_bin + 1)
        {
          last_bin = bin;
          continue;
        }
      if (port != 0)
        add_taken_box (self, self->x + (float) first_bin * BIN, (float) (last_bin - first_bin + 1) * BIN, port);
      first_bin = last_bin = bin;
      port = use->port;
    }
  if (port != 0)
    add_taken_box (self, self->x + (float) first_bin * BIN, (float) (last_bin - first_bin + 1) * BIN, port);
}

static void
occupy (SvPortTrack *self, float x, float width, gboolean tick)
{
  Stretch stretch = { x, width, tick };

  g_array_append_val (self->occupied, stretch);
}

/**
 * sv_port_track_add_tick:
 *
 * A port of ours. Nothing if it is not shown.
 */
void
sv_port_track_add_tick (SvPortTrack *self, guint16 port, SvPaint paint, SvTarget target, gboolean chosen)
{
  float width = get_tick_width (self, port) + (chosen ? 2 : 0), x;
  SvShape *box;

  if (!sv_port_scale_shows (&self->scale, port))
    return;
  x = CLAMP (sv_port_scale_get_x (&self->scale, port) - width / 2, self->x, self->x + self->width - width);
  box = sv_scene_add (self->scene, SV_SHAPE_BOX, x, self->y - SV_PORT_TRACK_RISE, width,
                      self->height + 2 * SV_PORT_TRACK_RISE);
  self->own[port] = 1;
  occupy (self, x, width, TRUE);
  box->radius = 2;
  box->fill = paint;
  box->target = target;
}

static const Stretch *
find_in_the_way (SvPortTrack *self, float x, float width)
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
add_backing (SvPortTrack *self, float x, float width)
{
  for (guint i = 0; i < self->scale.n_bands; i++)
    {
      const SvPortBand *band = &self->scale.bands[i];
      float from = MAX (x, band->x), to = MIN (x + width, band->x + band->width);

      if (from < to)
        sv_scene_add (self->scene, SV_SHAPE_BOX, from, self->y, to - from, self->height)->fill.role = band->role;
    }
}

static const SvPortBand *
find_band (SvPortTrack *self, guint16 port)
{
  for (guint i = 0; i < self->scale.n_bands; i++)
    if (port >= self->scale.bands[i].first && port <= self->scale.bands[i].last)
      return &self->scale.bands[i];
  return NULL;
}

/* From the tick on to the right, or to the left, past the numbers there, but
 * neither past another tick nor out of the band: there it would be misread. */
static gboolean
find_place (SvPortTrack *self, const SvPortBand *band, float tick, float gap, float width, gboolean to_right,
            float *place)
{
  float x = to_right ? tick + gap : tick - gap - width, space = self->look->char_width / 2;
  const Stretch *other;

  while ((other = find_in_the_way (self, x, width)) != NULL)
    {
      if (other->tick && fabsf (other->x + other->width / 2 - tick) > 2 * gap)
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
has_no_right_side (SvPortTrack *self, const SvPortBand *band, float tick, float gap, float width)
{
  const Stretch *other = find_in_the_way (self, tick + gap, width);

  return tick + gap + width > band->x + band->width && (other == NULL || other->tick);
}

/* Where the band is too narrow for a number: right beside its tick. */
static gboolean
find_place_beside (SvPortTrack *self, const SvPortBand *band, float tick, float gap, float width, float *place)
{
  const float places[] = { tick + gap, tick - gap - width };

  for (guint i = 0; band->width < 2 * (width + gap) && i < G_N_ELEMENTS (places); i++)
    {
      *place = places[i];
      if (*place >= self->x && *place + width <= self->x + self->width && find_in_the_way (self, *place, width) == NULL)
        return TRUE;
    }
  return FALSE;
}

static float
get_text_width (SvPortTrack *self, const char *text)
{
  return (float) g_utf8_strlen (text, -1) * self->look->char_width + 1;
}

static SvShape *
add_text (SvPortTrack *self, float x, const char *text, SvTextStyle style, SvPaint paint)
{
  SvShape *shape
    = sv_scene_add_text (self->scene, x, self->y, get_text_width (self, text), self->height, style, 0, text);

  shape->fill = paint;
  return shape;
}

/**
 * sv_port_track_add_label:
 * @texts: (array length=n_texts): what to write beside the port: the first for
 *   which there is room
 *
 * Returns: whether there was room
 */
gboolean
sv_port_track_add_label (SvPortTrack *self, guint16 port, const char *const *texts, guint n_texts, SvPaint paint,
                         SvTarget target)
{
  const SvPortBand *band = find_band (self, port);
  float tick, gap, width, x = 0;

  if (self->n_labels >= MAX_LABELS || band == NULL || !sv_port_scale_shows (&self->scale, port))
    return FALSE;
  tick = sv_port_scale_get_x (&self->scale, port);
  gap = get_gap (self, port);
  for (guint i = 0; i < n_texts; i++)
    {
      width = get_text_width (self, texts[i]);
      if (!find_place (self, band, tick, gap, width, TRUE, &x)
          && !(has_no_right_side (self, band, tick, gap, width)
               && find_place (self, band, tick, gap, width, FALSE, &x))
          && !find_place_beside (self, band, tick, gap, width, &x))
        continue;
      self->n_labels++;
      occupy (self, x, width, FALSE);
      add_backing (self, x, width);
      add_text (self, x, texts[i], SV_TEXT_MONO_STRONG, paint)->target = target;
      return TRUE;
    }
  return FALSE;
}

/* Who holds it; if that is not known, in brackets what the port is known for. */
static char *
format_name (SvPortTrack *self, const SvPortUse *use)
{
  const char *service
    = sv_port_space_get_service (self->lane->ports, use->port, use->tcp ? IPPROTO_TCP : IPPROTO_UDP);
  SvOwner owner;

  if (use->inode != 0 && self->look->get_owner != NULL
      && self->look->get_owner (self->lane->machine, use->inode, &owner, self->look->owner_data))
    {
      g_autofree char *name = g_utf8_make_valid (owner.name, -1);

      return g_strdup_printf ("%u %s", use->port, name);
    }
  return service != NULL ? g_strdup_printf ("%u (%s)", use->port, service) : g_strdup_printf ("%u", use->port);
}

/* A name must not cover another port. */
static gboolean
has_clear_room (SvPortTrack *self, float x, float width)
{
  if (x < self->x || x + width > self->x + self->width || find_in_the_way (self, x, width) != NULL)
    return FALSE;
  for (guint bin = get_bin (self, x), last = get_bin (self, x + width); bin <= last; bin++)
    if (self->bins[bin] != 0)
      return FALSE;
  return TRUE;
}

/* To the left only if nothing stands there that it could be read as the number of. */
static gboolean
find_name_place (SvPortTrack *self, const SvPortUse *use, float width, float *place)
{
  float tick = sv_port_scale_get_x (&self->scale, use->port), gap = get_gap (self, use->port);
  const SvPortBand *band = find_band (self, use->port);
  float space = 2 * self->look->char_width;

  *place = tick + gap;
  if (*place + width <= band->x + band->width && has_clear_room (self, *place, width))
    return TRUE;
  *place = tick - gap - width;
  return *place - space >= band->x && has_clear_room (self, *place - space, width + space);
}

static void
add_name (SvPortTrack *self, const SvPortUse *use)
{
  g_autofree char *name = format_name (self, use);
  g_autofree char *number = g_strdup_printf ("%u", use->port);
  const char *const texts[] = { name, number };
  float x;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      float width = get_text_width (self, texts[i]);

      if (!find_name_place (self, use, width, &x))
        continue;
      self->n_labels++;
      occupy (self, x, width, FALSE);
      add_text (self, x, texts[i], SV_TEXT_MONO, (SvPaint){ SV_PAINT_DIM_TEXT, 0, 0 })->target
        = (SvTarget){ SV_TARGET_PORT, (guint64) self->lane->machine << 16 | use->port };
      return;
    }
}

/* Ports that nobody has, where there is room to say so. */
static void
add_free (SvPortTrack *self, guint port)
{
  g_autofree char *number = g_strdup_printf ("%u", port);
  /* Translators: %u is a port that nobody uses */
  g_autofree char *full = g_strdup_printf (C_("ports", "%u free"), port);
  const char *const texts[] = { full, number };
  float x = sv_port_scale_get_x (&self->scale, port), cell = sv_port_scale_get_cell (&self->scale, port);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      float width = get_text_width (self, texts[i]), left = x - width / 2;

      if (width + self->look->char_width > cell || !has_clear_room (self, left, width))
        continue;
      occupy (self, left, width, FALSE);
      add_text (self, left, texts[i], SV_TEXT_MONO, (SvPaint){ SV_PAINT_DIM_TEXT, 0, 0.7f });
      return;
    }
}

static gboolean
is_worth_a_name (SvPortTrack *self, const SvPortUse *use)
{
  return self->own[use->port] == 0 && sv_port_scale_shows (&self->scale, use->port)
         && (use->listening || sv_port_scale_get_cell (&self->scale, use->port) >= WIDE_CELL);
}

/**
 * sv_port_track_add_names:
 *
 * Whose the other taken ports are, where that covers nothing; seen from near
 * also which ports are free.
 */
void
sv_port_track_add_names (SvPortTrack *self)
{
  guint tries = 0;

  for (guint i = 0; i < self->uses->len && tries < MAX_NAMES && self->n_labels < MAX_LABELS; i++)
    {
      const SvPortUse *use = &g_array_index (self->uses, SvPortUse, i);

      if (!is_worth_a_name (self, use))
        continue;
      tries++;
      add_name (self, use);
    }
  if (self->look->only_listening)
    return;
  for (guint i = 0; i < self->scale.n_bands; i++)
    {
      const SvPortBand *band = &self->scale.bands[i];

      if (sv_port_scale_get_cell (&self->scale, band->first) < 3 * self->look->char_width)
        continue;
      for (guint port = (guint) band->from; port < band->to; port++)
        if (self->own[port] == 0 && sv_port_use_find (self->uses, port) == NULL
            && sv_port_scale_shows (&self->scale, port))
          add_free (self, port);
    }
}

/**
 * sv_port_track_add_mark:
 *
 * A frame around the port that was looked for.
 */
void
sv_port_track_add_mark (SvPortTrack *self)
{
  guint16 port = self->look->marked;
  float width, x;
  SvShape *box;

  if (port == 0 || !sv_port_scale_shows (&self->scale, port))
    return;
  width = get_mark_width (self, port);
  x = CLAMP (sv_port_scale_get_x (&self->scale, port) - width / 2, self->x, self->x + self->width - width);
  box = sv_scene_add (self->scene, SV_SHAPE_BOX, x, self->y - SV_PORT_TRACK_RISE, width,
                      self->height + 2 * SV_PORT_TRACK_RISE);
  box->radius = 3;
  box->line_width = 2;
  box->stroke.role = SV_PAINT_ACCENT;
}
