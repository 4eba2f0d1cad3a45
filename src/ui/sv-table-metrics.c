/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-metrics.h"

#include <pango/pangocairo.h>

/* Room for so many characters: at least, and where there is space. An IPv4
 * endpoint has at most 21, one of 127.0.0.1 at most 15. */
static const struct
{
  guint minimum;
  guint natural;
} CHARACTERS[SV_N_COLUMNS] = {
  [SV_COLUMN_PROTO] = { 4, 4 },     [SV_COLUMN_RECV_Q] = { 5, 7 },    [SV_COLUMN_SEND_Q] = { 5, 7 },
  [SV_COLUMN_LOCAL] = { 15, 21 },   [SV_COLUMN_FOREIGN] = { 15, 21 }, [SV_COLUMN_STATE] = { 11, 11 },
  [SV_COLUMN_PROCESS] = { 8, 18 },
};

typedef struct
{
  PangoFontDescription *font; /* NULL before it was measured */
  double resolution;
  int minimum;
  int natural;
  int height;
} Measured;

struct _SvTableMetrics
{
  Measured columns[SV_N_COLUMNS];
};

SvTableMetrics *
sv_table_metrics_new (void)
{
  return g_rc_box_new0 (SvTableMetrics);
}

SvTableMetrics *
sv_table_metrics_ref (SvTableMetrics *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  SvTableMetrics *self = data;

  for (guint i = 0; i < SV_N_COLUMNS; i++)
    pango_font_description_free (self->columns[i].font);
}

void
sv_table_metrics_unref (SvTableMetrics *self)
{
  g_rc_box_release_full (self, clear);
}

static int
measure_zeros (PangoLayout *layout, guint n, int *height)
{
  static const char ZEROS[] = "00000000000000000000000000000000";
  int width;

  g_assert (n < sizeof ZEROS);
  pango_layout_set_text (layout, ZEROS, (int) n);
  pango_layout_get_pixel_size (layout, &width, height);
  return width;
}

static void
measure (Measured *self, SvColumn column, PangoContext *context)
{
  PangoLayout *layout = pango_layout_new (context);
  PangoAttrList *attributes = pango_attr_list_new ();

  /* In the font of the cells, whose words are English. */
  pango_attr_list_insert (attributes, pango_attr_language_new (pango_language_from_string ("en")));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  g_clear_pointer (&self->font, pango_font_description_free);
  self->font = pango_font_description_copy (pango_context_get_font_description (context));
  self->resolution = pango_cairo_context_get_resolution (context);
  self->minimum = measure_zeros (layout, CHARACTERS[column].minimum, &self->height);
  self->natural = measure_zeros (layout, CHARACTERS[column].natural, &self->height);
  g_object_unref (layout);
}

/**
 * sv_table_metrics_measure:
 * @context: of any cell of @column
 * @minimum: (out): width in px that its text needs
 * @natural: (out): width in px that its text would like
 * @height: (out): of a line, in px
 */
void
sv_table_metrics_measure (SvTableMetrics *self, SvColumn column, PangoContext *context, int *minimum, int *natural,
                          int *height)
{
  Measured *measured;

  g_return_if_fail (self != NULL && column < SV_N_COLUMNS);

  measured = &self->columns[column];
  if (measured->font == NULL || measured->resolution != pango_cairo_context_get_resolution (context)
      || !pango_font_description_equal (measured->font, pango_context_get_font_description (context)))
    measure (measured, column, context);
  *minimum = measured->minimum;
  *natural = measured->natural;
  *height = measured->height;
}
