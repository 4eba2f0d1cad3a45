/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-queue-view.h"

#include <glib/gi18n-lib.h>

#define PLACE 12
#define GAP 4
#define RADIUS 3
#define PADDING 3

struct _SvQueueView
{
  SvCell parent_instance;

  char *label;
  guint waiting;
  guint places; /* 0: the limit is not known */
  guint connections[SV_QUEUE_MAX_PLACES];
  guint n_connections;
  gboolean reconstructed;
};

G_DEFINE_FINAL_TYPE (SvQueueView, sv_queue_view, SV_TYPE_CELL)

static void
sv_queue_view_measure (SvCell *cell, int *min_width, int *height)
{
  *min_width = 100;
  *height = (int) sv_text_cache_get_line_height (sv_cell_get_texts (cell), SV_TEXT_SMALL) + 2 * PADDING;
}

static void
draw_place (SvQueueView *self, GtkSnapshot *snapshot, SvInk ink, float x, float y, guint index)
{
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self));
  gboolean mirrored = sv_cell_is_right_to_left (SV_CELL (self));
  graphene_rect_t box = GRAPHENE_RECT_INIT (mirrored ? width - x - PLACE : x, y, PLACE, PLACE);
  GdkRGBA line = sv_ink_get (ink, SV_PAINT_DIM_TEXT, 0);
  GdkRGBA fill = index < self->n_connections ? sv_ink_get (ink, SV_PAINT_CONNECTION, self->connections[index])
                                             : sv_ink_get (ink, SV_PAINT_ACCENT, 0);

  if (index < self->waiting)
    sv_ink_append_box (snapshot, &box, RADIUS, &fill);
  else
    sv_ink_append_frame (snapshot, &box, RADIUS, 1, &line);
}

static void
draw_number (SvQueueView *self, GtkSnapshot *snapshot, SvInk ink, float x, float width, float height)
{
  g_autofree char *text = self->places > 0 ? g_strdup_printf ("%u / %u", self->waiting, self->places)
                                           : g_strdup_printf ("%u", self->waiting);
  GdkRGBA color = sv_ink_get (ink, self->waiting > 0 ? SV_PAINT_TEXT : SV_PAINT_DIM_TEXT, 0);

  sv_cell_draw_text (SV_CELL (self), snapshot, SV_TEXT_MONO, &GRAPHENE_RECT_INIT (x, 0, width - x, height), TRUE,
                     &color, text);
}

/* One more that was worked out: dashed, as everything of that kind is. */
static void
draw_reconstructed (SvQueueView *self, GtkSnapshot *snapshot, SvInk ink, float width, float height)
{
  GdkRGBA color = sv_ink_get (ink, SV_PAINT_TEXT, 0);
  float x = sv_cell_is_right_to_left (SV_CELL (self)) ? 0 : width - PLACE;
  graphene_rect_t box = GRAPHENE_RECT_INIT (x, (height - PLACE) / 2, PLACE, PLACE);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &box);

  cairo_rectangle (cr, box.origin.x + 0.5, box.origin.y + 0.5, PLACE - 1, PLACE - 1);
  cairo_set_line_width (cr, 1);
  cairo_set_dash (cr, (const double[]) { 3, 2 }, 2, 0);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
sv_queue_view_draw (SvCell *cell, GtkSnapshot *snapshot, SvInk ink, float width, float height)
{
  SvQueueView *self = SV_QUEUE_VIEW (cell);
  GdkRGBA dim = sv_ink_get (ink, SV_PAINT_DIM_TEXT, 0);
  float label = sv_text_cache_get_width (sv_cell_get_texts (cell), SV_TEXT_SMALL, self->label) + GAP;
  float room = (float) self->places * (PLACE + GAP) - GAP;
  gboolean drawn = self->places > 0 && self->places <= SV_QUEUE_MAX_PLACES && self->waiting <= self->places
                   && label + room <= width;

  sv_cell_draw_text (cell, snapshot, SV_TEXT_SMALL, &GRAPHENE_RECT_INIT (0, 0, MIN (label, width * 0.7f), height),
                     FALSE, &dim, self->label);
  if (self->reconstructed)
    {
      draw_reconstructed (self, snapshot, ink, width, height);
      width -= PLACE + GAP;
    }
  if (self->reconstructed && self->waiting == 0)
    return;
  if (!drawn)
    {
      draw_number (self, snapshot, ink, MIN (label, width * 0.7f), width, height);
      return;
    }
  for (guint i = 0; i < self->places; i++)
    draw_place (self, snapshot, ink, width - room + (float) i * (PLACE + GAP), (height - PLACE) / 2, i);
}

static void
sv_queue_view_finalize (GObject *object)
{
  g_free (SV_QUEUE_VIEW (object)->label);
  G_OBJECT_CLASS (sv_queue_view_parent_class)->finalize (object);
}

static void
sv_queue_view_class_init (SvQueueViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_queue_view_finalize;
  SV_CELL_CLASS (klass)->measure = sv_queue_view_measure;
  SV_CELL_CLASS (klass)->draw = sv_queue_view_draw;
}

static void
sv_queue_view_init (SvQueueView *self)
{
}

/**
 * sv_queue_view_new:
 * @label: translated
 */
GtkWidget *
sv_queue_view_new (const char *label)
{
  SvQueueView *self = g_object_new (SV_TYPE_QUEUE_VIEW, NULL);

  self->label = g_strdup (label);
  return GTK_WIDGET (self);
}

/**
 * sv_queue_view_set:
 * @waiting: how many wait
 * @places: how many can wait, 0 if that is not known
 * @connections: (array length=n_connections): who they are, as far as known, for their colours
 * @name: the whole in words, translated
 */
void
sv_queue_view_set (SvQueueView *self, guint waiting, guint places, const guint *connections, guint n_connections,
                   const char *name)
{
  g_return_if_fail (SV_IS_QUEUE_VIEW (self));

  n_connections = MIN (n_connections, SV_QUEUE_MAX_PLACES);
  sv_cell_set_name (SV_CELL (self), name);
  if (self->waiting == waiting && self->places == places && self->n_connections == n_connections
      && memcmp (self->connections, connections, n_connections * sizeof *connections) == 0)
    return;
  self->waiting = waiting;
  self->places = places;
  self->n_connections = n_connections;
  memcpy (self->connections, connections, n_connections * sizeof *connections);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sv_queue_view_set_reconstructed:
 * @reconstructed: whether one more is there that nobody observed: it was worked out
 */
void
sv_queue_view_set_reconstructed (SvQueueView *self, gboolean reconstructed)
{
  g_return_if_fail (SV_IS_QUEUE_VIEW (self));

  if (self->reconstructed == reconstructed)
    return;
  self->reconstructed = reconstructed;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
