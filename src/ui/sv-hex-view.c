/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-hex-view.h"

#include "sv-ink.h"
#include "sv-text-cache.h"

#include <glib/gi18n-lib.h>

#define PADDING 4
#define MOST_BYTES 512 /* headers are shorter; what follows is payload */
#define OFFSET_CHARS 5
#define RADIUS 3

struct _SvHexView
{
  GtkWidget parent_instance;

  SvTextCache *texts;
  GBytes *bytes;
  guint lit_offset; /* in bits */
  guint lit_length;
};

G_DEFINE_FINAL_TYPE (SvHexView, sv_hex_view, GTK_TYPE_WIDGET)

static float
get_char_width (SvHexView *self)
{
  return sv_text_cache_get_width (self->texts, SV_TEXT_MONO, "0");
}

static float
get_line_height (SvHexView *self)
{
  return sv_text_cache_get_line_height (self->texts, SV_TEXT_MONO) + 4;
}

static guint
get_n_bytes (SvHexView *self)
{
  return self->bytes != NULL ? (guint) MIN (g_bytes_get_size (self->bytes), MOST_BYTES) : 0;
}

static float
get_width_of (SvHexView *self, guint columns)
{
  return ((float) OFFSET_CHARS + 3 * (float) columns) * get_char_width (self) + 2 * PADDING;
}

static guint
get_columns (SvHexView *self, float width)
{
  return width >= get_width_of (self, 16) ? 16 : 8;
}

static GtkSizeRequestMode
sv_hex_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sv_hex_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                     int *minimum_baseline, int *natural_baseline)
{
  SvHexView *self = SV_HEX_VIEW (widget);
  guint columns = get_columns (self, for_size < 0 ? G_MAXFLOAT : (float) for_size);
  guint lines = (get_n_bytes (self) + columns - 1) / columns;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = (int) get_width_of (self, 8);
      *natural = (int) get_width_of (self, 16) + 1;
    }
  else
    *minimum = *natural = (int) ((float) lines * get_line_height (self)) + 2 * PADDING;
}

static gboolean
is_lit (SvHexView *self, guint byte)
{
  return self->lit_length > 0 && (byte + 1) * 8 > self->lit_offset && byte * 8 < self->lit_offset + self->lit_length;
}

/* Which part of a byte is lit: its halves are one digit each, other parts light the whole byte. */
static void
get_lit_digits (SvHexView *self, guint byte, guint *first, guint *last)
{
  guint from = MAX (self->lit_offset, byte * 8) - byte * 8;
  guint to = MIN (self->lit_offset + self->lit_length, (byte + 1) * 8) - byte * 8;

  *first = from >= 4 ? 1 : 0;
  *last = to <= 4 ? 0 : 1;
}

static void
draw_byte (SvHexView *self, GtkSnapshot *snapshot, SvInk ink, guint index, float x, float y)
{
  static const char DIGITS[] = "0123456789abcdef";
  const guint8 *bytes = g_bytes_get_data (self->bytes, NULL);
  const char text[3] = { DIGITS[bytes[index] >> 4], DIGITS[bytes[index] & 15], '\0' };
  float unit = get_char_width (self), line = get_line_height (self);
  GdkRGBA color = sv_ink_get (ink, SV_PAINT_TEXT, 0);

  if (is_lit (self, index))
    {
      GdkRGBA accent = sv_ink_get_faded (ink, SV_PAINT_ACCENT, 0, 0.28f);
      guint first, last;

      get_lit_digits (self, index, &first, &last);
      graphene_rect_t box = GRAPHENE_RECT_INIT (x + (float) first * unit - 2, y + 1,
                                                (float) (last - first + 1) * unit + 4, line - 2);
      sv_ink_append_box (snapshot, &box, RADIUS, &accent);
    }
  sv_text_cache_draw (self->texts, snapshot, SV_TEXT_MONO, &GRAPHENE_RECT_INIT (x, y, 2 * unit + 1, line), 0, &color,
                      text);
}

/* Bytes run left to right in every language. */
static void
sv_hex_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SvHexView *self = SV_HEX_VIEW (widget);
  SvInk ink = sv_ink_of (widget);
  GdkRGBA dim = sv_ink_get (ink, SV_PAINT_DIM_TEXT, 0);
  guint columns = get_columns (self, (float) gtk_widget_get_width (widget));
  float unit = get_char_width (self), line = get_line_height (self);

  for (guint i = 0; i < get_n_bytes (self); i++)
    {
      float y = PADDING + (float) (i / columns) * line;

      if (i % columns == 0)
        {
          char offset[8];

          g_snprintf (offset, sizeof offset, "%04x", i);
          sv_text_cache_draw (self->texts, snapshot, SV_TEXT_MONO,
                              &GRAPHENE_RECT_INIT (PADDING, y, 4 * unit + 1, line), 0, &dim, offset);
        }
      draw_byte (self, snapshot, ink, i, PADDING + ((float) OFFSET_CHARS + 3 * (float) (i % columns)) * unit, y);
    }
}

static void
forget_texts (GtkWidget *widget)
{
  sv_text_cache_clear (SV_HEX_VIEW (widget)->texts);
  gtk_widget_queue_resize (widget);
}

static void
sv_hex_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sv_hex_view_parent_class)->css_changed (widget, change);
  if (sv_text_cache_check_font (SV_HEX_VIEW (widget)->texts))
    gtk_widget_queue_resize (widget);
}

static void
sv_hex_view_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (sv_hex_view_parent_class)->system_setting_changed (widget, setting);
  forget_texts (widget);
}

static void
sv_hex_view_finalize (GObject *object)
{
  SvHexView *self = SV_HEX_VIEW (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  sv_text_cache_free (self->texts);
  G_OBJECT_CLASS (sv_hex_view_parent_class)->finalize (object);
}

static void
sv_hex_view_class_init (SvHexViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sv_hex_view_finalize;
  widget_class->get_request_mode = sv_hex_view_get_request_mode;
  widget_class->measure = sv_hex_view_measure;
  widget_class->snapshot = sv_hex_view_snapshot;
  widget_class->css_changed = sv_hex_view_css_changed;
  widget_class->system_setting_changed = sv_hex_view_system_setting_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
sv_hex_view_init (SvHexView *self)
{
  self->texts = sv_text_cache_new (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("The packet's bytes; the fields beside say the same"), -1);
}

GtkWidget *
sv_hex_view_new (void)
{
  return g_object_new (SV_TYPE_HEX_VIEW, NULL);
}

/**
 * sv_hex_view_set_bytes:
 * @bytes: (nullable)
 */
void
sv_hex_view_set_bytes (SvHexView *self, GBytes *bytes)
{
  g_return_if_fail (SV_IS_HEX_VIEW (self));

  if (bytes == self->bytes)
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  self->lit_length = 0;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * sv_hex_view_set_lit:
 * @bit_offset: from the first byte's highest bit
 * @bit_length: 0 for none
 */
void
sv_hex_view_set_lit (SvHexView *self, guint bit_offset, guint bit_length)
{
  g_return_if_fail (SV_IS_HEX_VIEW (self));

  self->lit_offset = bit_offset;
  self->lit_length = bit_length;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
