/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-text-row.h"

#define PADDING 2
#define GAP 10
#define MARK 3

struct _SvTextRow
{
  SvCell parent_instance;

  SvTextField fields[SV_TEXT_ROW_MAX]; /* texts are ours */
  guint n_fields;
  gboolean marked;
};

G_DEFINE_FINAL_TYPE (SvTextRow, sv_text_row, SV_TYPE_CELL)

static void
sv_text_row_measure (SvCell *cell, int *min_width, int *height)
{
  *min_width = 0;
  *height = (int) sv_text_cache_get_line_height (sv_cell_get_texts (cell), SV_TEXT_MONO) + 2 * PADDING;
}

/* Fixed columns get what they ask for, as long as they leave half of the row to those that stretch. */
static void
place_fields (SvTextRow *self, float width, float *widths)
{
  SvTextCache *texts = sv_cell_get_texts (SV_CELL (self));
  float unit = sv_text_cache_get_char_width (texts, SV_TEXT_MONO), fixed = 0, shrink = 1;
  guint n_free = 0;

  width -= 2 * GAP + (float) (self->n_fields - 1) * GAP;
  for (guint i = 0; i < self->n_fields; i++)
    {
      fixed += (float) self->fields[i].chars * unit;
      n_free += self->fields[i].chars == 0;
    }
  if (n_free > 0 && fixed > width * 0.6f)
    shrink = width * 0.6f / fixed;
  for (guint i = 0; i < self->n_fields; i++)
    widths[i] = self->fields[i].chars > 0 ? (float) self->fields[i].chars * unit * shrink
                                          : MAX (0, width - fixed * shrink) / (float) n_free;
}

static void
sv_text_row_draw (SvCell *cell, GtkSnapshot *snapshot, SvInk ink, float width, float height)
{
  SvTextRow *self = SV_TEXT_ROW (cell);
  float widths[SV_TEXT_ROW_MAX], x = GAP;

  if (self->n_fields == 0)
    return;
  if (self->marked)
    {
      GdkRGBA accent = sv_ink_get (ink, SV_PAINT_ACCENT, 0);
      graphene_rect_t mark = GRAPHENE_RECT_INIT (sv_cell_is_right_to_left (cell) ? width - MARK : 0, PADDING, MARK,
                                                 height - 2 * PADDING);
      sv_ink_append_box (snapshot, &mark, MARK / 2.0f, &accent);
    }
  place_fields (self, width, widths);
  for (guint i = 0; i < self->n_fields; i++)
    {
      const SvTextField *field = &self->fields[i];
      GdkRGBA color = sv_ink_get_paint (ink, field->paint);

      sv_cell_draw_text (cell, snapshot, field->style, &GRAPHENE_RECT_INIT (x, 0, widths[i], height), field->at_end,
                         &color, field->text);
      x += widths[i] + GAP;
    }
}

static void
clear_fields (SvTextRow *self)
{
  for (guint i = 0; i < self->n_fields; i++)
    g_free ((char *) self->fields[i].text);
  self->n_fields = 0;
}

static void
sv_text_row_finalize (GObject *object)
{
  clear_fields (SV_TEXT_ROW (object));
  G_OBJECT_CLASS (sv_text_row_parent_class)->finalize (object);
}

static void
sv_text_row_class_init (SvTextRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_text_row_finalize;
  SV_CELL_CLASS (klass)->measure = sv_text_row_measure;
  SV_CELL_CLASS (klass)->draw = sv_text_row_draw;
}

static void
sv_text_row_init (SvTextRow *self)
{
}

GtkWidget *
sv_text_row_new (void)
{
  return g_object_new (SV_TYPE_TEXT_ROW, NULL);
}

static gboolean
same_field (const SvTextField *a, const SvTextField *b)
{
  return g_strcmp0 (a->text, b->text) == 0 && a->chars == b->chars && a->style == b->style && a->at_end == b->at_end
         && a->paint.role == b->paint.role && a->paint.index == b->paint.index;
}

static gboolean
same_fields (SvTextRow *self, const SvTextField *fields, guint n)
{
  gboolean same = n == self->n_fields;

  for (guint i = 0; i < n && same; i++)
    same = same_field (&self->fields[i], &fields[i]);
  return same;
}

/**
 * sv_text_row_set_fields:
 * @n: %SV_TEXT_ROW_MAX at most
 */
void
sv_text_row_set_fields (SvTextRow *self, const SvTextField *fields, guint n)
{
  g_autoptr (GString) name = NULL;

  g_return_if_fail (SV_IS_TEXT_ROW (self));
  g_return_if_fail (n <= SV_TEXT_ROW_MAX);

  if (same_fields (self, fields, n))
    return;
  clear_fields (self);
  name = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    {
      self->fields[i] = fields[i];
      self->fields[i].text = g_strdup (fields[i].text);
      if (fields[i].text != NULL && *fields[i].text != '\0')
        g_string_append_printf (name, "%s%s", name->len > 0 ? ", " : "", fields[i].text);
    }
  self->n_fields = n;
  sv_cell_set_name (SV_CELL (self), name->str);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sv_text_row_set_marked:
 * @marked: whether this is the one at the moment shown
 */
void
sv_text_row_set_marked (SvTextRow *self, gboolean marked)
{
  g_return_if_fail (SV_IS_TEXT_ROW (self));

  if (self->marked == marked)
    return;
  self->marked = marked;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
