/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-text-cache.h"

#include <math.h>

/* More layouts than a full window shows: then old texts are in it. */
#define MOST_LAYOUTS 2048

struct _SvTextCache
{
  GtkWidget *widget; /* not owned: it owns us */
  GHashTable *layouts;
  PangoFontDescription *fonts[SV_N_TEXT_STYLES];
  PangoFontDescription *base; /* (nullable): the widget's font that they are made from */
  PangoContext *code_context; /* calls and addresses run left to right everywhere */
};

typedef struct
{
  const char *text;
  SvTextStyle style;
  int width;
  int height;
  PangoAlignment align; /* of the lines to each other */
} Key;

typedef struct
{
  Key key;
  PangoLayout *layout;
  char *text;
} Entry;

static const struct
{
  gboolean mono;
  PangoWeight weight;
  double scale;
} styles[SV_N_TEXT_STYLES] = {
  [SV_TEXT_BODY] = { FALSE, PANGO_WEIGHT_NORMAL, 1.0 },
  [SV_TEXT_STRONG] = { FALSE, PANGO_WEIGHT_BOLD, 1.0 },
  [SV_TEXT_SMALL] = { FALSE, PANGO_WEIGHT_NORMAL, 0.88 },
  [SV_TEXT_MONO] = { TRUE, PANGO_WEIGHT_NORMAL, 0.88 },
  [SV_TEXT_MONO_STRONG] = { TRUE, PANGO_WEIGHT_BOLD, 0.88 },
  [SV_TEXT_MONO_SMALL] = { TRUE, PANGO_WEIGHT_NORMAL, 0.78 },
};

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;

  return g_str_hash (key->text) ^ ((guint) key->style << 28) ^ ((guint) key->width << 8) ^ (guint) key->height;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;

  return x->style == y->style && x->width == y->width && x->height == y->height && x->align == y->align
         && g_str_equal (x->text, y->text);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->layout);
  g_free (entry->text);
  g_free (entry);
}

/**
 * sv_text_cache_new:
 * @widget: whose font it is; it must outlive the cache
 */
SvTextCache *
sv_text_cache_new (GtkWidget *widget)
{
  SvTextCache *self = g_new0 (SvTextCache, 1);

  self->widget = widget;
  self->layouts = g_hash_table_new_full (key_hash, key_equal, NULL, entry_free);
  return self;
}

/**
 * sv_text_cache_clear:
 *
 * The font, its rendering or the direction has changed.
 */
void
sv_text_cache_clear (SvTextCache *self)
{
  g_clear_pointer (&self->base, pango_font_description_free);
  g_hash_table_remove_all (self->layouts);
  for (guint i = 0; i < SV_N_TEXT_STYLES; i++)
    g_clear_pointer (&self->fonts[i], pango_font_description_free);
  g_clear_object (&self->code_context);
}

/**
 * sv_text_cache_check_font:
 *
 * The widget's style has changed, as it does with each hover. Layouts are
 * forgotten only if the font is another.
 *
 * Returns: whether it is another
 */
gboolean
sv_text_cache_check_font (SvTextCache *self)
{
  const PangoFontDescription *font
    = pango_context_get_font_description (gtk_widget_get_pango_context (self->widget));

  if (self->base != NULL && pango_font_description_equal (self->base, font))
    return FALSE;
  sv_text_cache_clear (self);
  self->base = pango_font_description_copy (font);
  return TRUE;
}

void
sv_text_cache_free (SvTextCache *self)
{
  sv_text_cache_clear (self);
  g_hash_table_unref (self->layouts);
  g_free (self);
}

static const PangoFontDescription *
get_font (SvTextCache *self, SvTextStyle style)
{
  PangoContext *context = gtk_widget_get_pango_context (self->widget);
  PangoFontDescription *font;
  double size;

  if (self->fonts[style] != NULL)
    return self->fonts[style];
  font = pango_font_description_copy (pango_context_get_font_description (context));
  size = pango_font_description_get_size (font) * styles[style].scale;
  if (pango_font_description_get_size_is_absolute (font))
    pango_font_description_set_absolute_size (font, size);
  else
    pango_font_description_set_size (font, (int) size);
  pango_font_description_set_weight (font, styles[style].weight);
  if (styles[style].mono)
    pango_font_description_set_family (font, "monospace");
  self->fonts[style] = font;
  return font;
}

static PangoContext *
get_context (SvTextCache *self, SvTextStyle style)
{
  if (!styles[style].mono)
    return gtk_widget_get_pango_context (self->widget);
  if (self->code_context == NULL)
    {
      self->code_context = gtk_widget_create_pango_context (self->widget);
      pango_context_set_base_dir (self->code_context, PANGO_DIRECTION_LTR);

      /* Hebrew, for one, may have no monospace font, and digits would be taken from another than letters. */
      pango_context_set_language (self->code_context, pango_language_from_string ("en"));
    }
  return self->code_context;
}

static PangoLayout *
make_layout (SvTextCache *self, const Key *key)
{
  PangoLayout *layout = pango_layout_new (get_context (self, key->style));

  pango_layout_set_font_description (layout, get_font (self, key->style));
  pango_layout_set_alignment (layout, key->align);
  if (key->width >= 0)
    {
      pango_layout_set_width (layout, key->width * PANGO_SCALE);
      pango_layout_set_height (layout, key->height * PANGO_SCALE);
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    }
  if (styles[key->style].mono)
    pango_layout_set_auto_dir (layout, FALSE);
  if (g_utf8_validate (key->text, -1, NULL))
    pango_layout_set_text (layout, key->text, -1);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (key->text, -1);
      pango_layout_set_text (layout, valid, -1);
    }
  return layout;
}

static PangoLayout *
get_layout (SvTextCache *self, const Key *asked)
{
  Entry *entry = g_hash_table_lookup (self->layouts, asked);

  if (entry != NULL)
    return entry->layout;
  if (g_hash_table_size (self->layouts) >= MOST_LAYOUTS)
    g_hash_table_remove_all (self->layouts);
  entry = g_new (Entry, 1);
  entry->text = g_strdup (asked->text);
  entry->key = *asked;
  entry->key.text = entry->text;
  entry->layout = make_layout (self, asked);
  g_hash_table_insert (self->layouts, &entry->key, entry);
  return entry->layout;
}

/**
 * sv_text_cache_draw:
 * @box: where the text goes, never outside of it: as many lines as fit, but
 *   one in any case, with an ellipsis; vertically it is centred
 * @align: 0 left, 0.5 middle, 1 right
 */
void
sv_text_cache_draw (SvTextCache *self, GtkSnapshot *snapshot, SvTextStyle style, const graphene_rect_t *box,
                    float align, const GdkRGBA *color, const char *text)
{
  const Key key = {
    .text = text,
    .style = style,
    .width = (int) ceilf (box->size.width),
    .height = (int) ceilf (box->size.height),
    .align = align < 0.25f ? PANGO_ALIGN_LEFT : align > 0.75f ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_CENTER,
  };
  PangoLayout *layout;
  PangoRectangle logical;
  float x, y;

  if (text == NULL || *text == '\0' || box->size.width < 1 || box->size.height < 1)
    return;
  layout = get_layout (self, &key);
  pango_layout_get_pixel_extents (layout, NULL, &logical);

  /* By what it measures, not by Pango's alignment, which means "start" or "end" by the text's direction. */
  x = box->origin.x + MAX (0, align * (box->size.width - (float) logical.width)) - (float) logical.x;
  y = box->origin.y + (box->size.height - (float) logical.height) / 2 - (float) logical.y;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (roundf (x), roundf (y)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

/**
 * sv_text_cache_get_width:
 *
 * Returns: how wide the text is on one line, in pixels
 */
float
sv_text_cache_get_width (SvTextCache *self, SvTextStyle style, const char *text)
{
  const Key key = { .text = text, .style = style, .width = -1 };
  int width;

  pango_layout_get_pixel_size (get_layout (self, &key), &width, NULL);
  return (float) width;
}

static PangoFontMetrics *
get_metrics (SvTextCache *self, SvTextStyle style)
{
  return pango_context_get_metrics (get_context (self, style), get_font (self, style), NULL);
}

float
sv_text_cache_get_line_height (SvTextCache *self, SvTextStyle style)
{
  PangoFontMetrics *metrics = get_metrics (self, style);
  float height = (float) pango_font_metrics_get_height (metrics) / PANGO_SCALE;

  pango_font_metrics_unref (metrics);
  return ceilf (height);
}

/**
 * sv_text_cache_get_char_width:
 *
 * What the font's metrics say is not asked for: where glyphs stand on whole
 * pixels a line of them is longer than that.
 *
 * Returns: the width of a digit in a line, in pixels
 */
float
sv_text_cache_get_char_width (SvTextCache *self, SvTextStyle style)
{
  static const char digits[] = "00000000000000000000";

  return sv_text_cache_get_width (self, style, digits) / (float) (sizeof digits - 1);
}
