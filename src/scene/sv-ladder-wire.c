/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Above the ladder of two machines: the wire itself, with what other connections have on it; and the routers. */
#include "sv-config.h"

#include "sv-ladder-private.h"

#include "sv-ladder-words.h"
#include "sv-quantity.h"

#include <glib/gi18n-lib.h>

#define WIRE_LINES 1.9f
#define ADDRESS_LINES 1.0f
#define DOT 5.0f
/* More dots than this only dazzle: their number is said in words. */
#define MAX_DOTS 40

static gboolean
has_address_lines (SvLadder *self)
{
  return self->routed && self->look->height >= 18 * self->line;
}

static char *
describe_router (SvLadder *self, SvSide side)
{
  const SvConnection *connection = sv_recording_get_connection (self->recording, self->connection);
  const SvEndpoint *inside = side == SV_SIDE_CLIENT ? &connection->client : &connection->seen_server;
  const SvEndpoint *outside = side == SV_SIDE_CLIENT ? &connection->seen_client : &connection->server;
  g_autofree char *in = sv_endpoint_address_to_string (inside), *out = sv_endpoint_address_to_string (outside);

  /* Translators: of a router that replaces one address by the other */
  return g_strdup_printf (_("NAT %s ⇄ %s"), in, out);
}

static gboolean
share_a_line (SvLadder *self)
{
  g_autofree char *client = describe_router (self, SV_SIDE_CLIENT), *server = describe_router (self, SV_SIDE_SERVER);

  return sv_ladder_width_of (self, client) + sv_ladder_width_of (self, server) + 2 * self->look->char_width
         <= self->look->width - 2 * SV_LADDER_MARGIN;
}

/* How much room it takes above the ladder, px. */
float
sv_ladder_get_wire_height (SvLadder *self)
{
  float lines = WIRE_LINES;

  if (!self->observed || self->look->height < 9 * self->line)
    return 0;
  if (has_address_lines (self))
    lines += share_a_line (self) ? ADDRESS_LINES : 2 * ADDRESS_LINES;
  return lines * self->line;
}

static void
add_dots (SvLadder *self, float y)
{
  float from = SV_LADDER_MARGIN, to = self->look->width - SV_LADDER_MARGIN - DOT;
  guint n = 0;

  for (guint i = 0; i < self->look->n_flights && n < MAX_DOTS; i++)
    {
      const SvLadderFlight *flight = &self->look->flights[i];
      float way = (float) (flight->from == SV_SIDE_CLIENT ? flight->progress : 1 - flight->progress);
      SvShape *dot;

      if (flight->connection == self->connection && self->connection != 0)
        continue;
      n++;
      dot = sv_scene_add (self->scene, SV_SHAPE_BOX, from + (to - from) * CLAMP (way, 0, 1), y - DOT / 2, DOT, DOT);
      dot->radius = DOT / 2;
      dot->moving = !flight->still;
      dot->fill = (SvPaint){ flight->connection != 0 ? SV_PAINT_CONNECTION : SV_PAINT_DIM_TEXT, flight->connection,
                             0.7f };
      if (flight->connection != 0)
        dot->target = (SvTarget){ SV_TARGET_CONNECTION, flight->connection };
    }
}

static void
add_strip (SvLadder *self)
{
  guint n = self->look->live ? self->look->n_others : 0;
  float y = 1.5f * self->line, width = self->look->width - 2 * SV_LADDER_MARGIN;
  g_autofree char *count = sv_quantity_format_number (n);
  g_autofree char *text = n == 0 ? g_strdup (_("the wire · every packet is real"))
                                 : g_strdup_printf (ngettext ("the wire · %s packet more, of others",
                                                              "the wire · %s packets more, of others", n), count);
  g_autofree char *fitting = sv_ladder_shorten (text, sv_ladder_fit (self, width));
  SvShape *shape;

  shape = sv_scene_add_text (self->scene, SV_LADDER_MARGIN, y, width, 1.25f * self->line, SV_TEXT_SMALL, 0.5f, fitting);
  shape->fill.role = SV_PAINT_DIM_TEXT;
  if (n == 0)
    return;
  y += 1.5f * self->line;
  shape = sv_scene_add (self->scene, SV_SHAPE_LINE, SV_LADDER_MARGIN, y, width, 0);
  shape->line_width = 1;
  shape->stroke.role = SV_PAINT_LINE;
  add_dots (self, y);
}

static void
add_router (SvLadder *self, SvSide side)
{
  float x = SV_LADDER_MARGIN + SV_LADDER_LIFELINE + 5;
  SvShape *band;

  if (side == SV_SIDE_SERVER)
    x = self->look->width - x - SV_LADDER_ROUTER;
  band = sv_scene_add (self->scene, SV_SHAPE_BOX, x, self->top, SV_LADDER_ROUTER, self->bottom - self->top);
  band->radius = 3;
  band->line_width = 1;
  band->fill = (SvPaint){ SV_PAINT_ACCENT, 0, 0.15f };
  band->stroke = (SvPaint){ SV_PAINT_ACCENT, 0, 0.5f };
}

static void
add_router_words (SvLadder *self, SvSide side, float y)
{
  float room = self->look->width - 2 * SV_LADDER_MARGIN, align = side == SV_SIDE_CLIENT ? 0 : 1;
  g_autofree char *words = describe_router (self, side);
  g_autofree char *text = sv_ladder_shorten (words, sv_ladder_fit (self, room));
  float width = sv_ladder_width_of (self, text);
  float x = side == SV_SIDE_CLIENT ? SV_LADDER_MARGIN : self->look->width - SV_LADDER_MARGIN - width;

  sv_scene_add_text (self->scene, x, y, width, 0.95f * self->line, SV_TEXT_MONO_SMALL, align, text)->fill.role
    = SV_PAINT_ACCENT;
}

/* The wire, and where on it addresses are rewritten. */
void
sv_ladder_add_wire (SvLadder *self)
{
  float y = (1.5f + WIRE_LINES) * self->line;

  if (sv_ladder_get_wire_height (self) > 0)
    add_strip (self);
  if (!self->routed)
    return;
  add_router (self, SV_SIDE_CLIENT);
  add_router (self, SV_SIDE_SERVER);
  if (sv_ladder_get_wire_height (self) <= 0 || !has_address_lines (self))
    return;
  add_router_words (self, SV_SIDE_CLIENT, y);
  add_router_words (self, SV_SIDE_SERVER, y + (share_a_line (self) ? 0 : ADDRESS_LINES * self->line));
}
