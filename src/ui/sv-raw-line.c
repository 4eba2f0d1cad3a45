/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-raw-line.h"

#include "sv-ink.h"
#include "sv-text-cache.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SPACING 14
#define LINE_SPACING 10
#define PADDING 4
#define RADIUS 6
#define LEAST_WIDTH 280
#define NOTHING G_MAXUINT

struct _SvRawLine
{
  GtkWidget parent_instance;

  SvTextCache *texts;
  char *text;
  SvProcLine line;
  guint lit;
};

enum
{
  FIELD_CLICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvRawLine, sv_raw_line, GTK_TYPE_WIDGET)

/* What is drawn of one field, and where. */
typedef struct
{
  const char *name;
  char digits[64];
  const char *value;
  gboolean joined; /* a “:” stands between it and the field before */
  graphene_rect_t box;
} Cell;

static void
describe (SvRawLine *self, guint index, Cell *cell)
{
  const SvProcField *field = &self->line.fields[index];
  const SvProcField *before = index > 0 ? field - 1 : NULL;

  cell->joined = before != NULL && self->text[field->offset - 1] == ':' && before->offset + before->length + 1 == field->offset;
  /* The headline has one name for an address and its port. */
  cell->name = cell->joined && g_strcmp0 (before->name, field->name) == 0 ? "" : field->name;
  g_snprintf (cell->digits, sizeof cell->digits, "%.*s", (int) field->length, self->text + field->offset);
  cell->value = g_strcmp0 (field->value, cell->digits) == 0 ? "" : field->value;
}

static float
get_cell_width (SvRawLine *self, const Cell *cell)
{
  float name = sv_text_cache_get_width (self->texts, SV_TEXT_SMALL, cell->name);
  float digits = sv_text_cache_get_width (self->texts, SV_TEXT_MONO, cell->digits);
  float value = sv_text_cache_get_width (self->texts, SV_TEXT_SMALL, cell->value);

  return MAX (MAX (name, value), digits) + 2 * PADDING;
}

static float
get_cell_height (SvRawLine *self)
{
  return 2 * sv_text_cache_get_line_height (self->texts, SV_TEXT_SMALL)
         + sv_text_cache_get_line_height (self->texts, SV_TEXT_MONO) + 2 * PADDING;
}

/* From left to right in every language, as the kernel writes it.
 * Returns: how high all is */
static float
lay_out (SvRawLine *self, float width, Cell cells[SV_N_PROC_FIELDS])
{
  float x = 0, y = 0, height = get_cell_height (self);
  float colon = sv_text_cache_get_width (self->texts, SV_TEXT_MONO, ":");

  for (guint i = 0; i < self->line.n_fields; i++)
    {
      float cell_width;

      describe (self, i, &cells[i]);
      cell_width = get_cell_width (self, &cells[i]);
      if (i > 0)
        x += cells[i].joined ? colon : SPACING;
      if (i > 0 && x + cell_width > width)
        {
          x = cells[i].joined ? colon : 0;
          y += height + LINE_SPACING;
        }
      graphene_rect_init (&cells[i].box, x, y, cell_width, height);
      x += cell_width;
    }
  return self->line.n_fields > 0 ? y + height : 0;
}

static GtkSizeRequestMode
sv_raw_line_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sv_raw_line_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                     int *minimum_baseline, int *natural_baseline)
{
  SvRawLine *self = SV_RAW_LINE (widget);
  Cell cells[SV_N_PROC_FIELDS];

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = LEAST_WIDTH;
  else
    *minimum = *natural = (int) lay_out (self, for_size < 0 ? LEAST_WIDTH : (float) for_size, cells) + 1;
}

static void
draw_cell (SvRawLine *self, GtkSnapshot *snapshot, SvInk ink, const Cell *cell, gboolean lit)
{
  float small = sv_text_cache_get_line_height (self->texts, SV_TEXT_SMALL);
  float mono = sv_text_cache_get_line_height (self->texts, SV_TEXT_MONO);
  float x = cell->box.origin.x + PADDING, y = cell->box.origin.y + PADDING, width = cell->box.size.width;
  GdkRGBA color = sv_ink_get (ink, SV_PAINT_TEXT, 0), dim = sv_ink_get (ink, SV_PAINT_DIM_TEXT, 0);

  if (lit)
    {
      GdkRGBA accent = sv_ink_get_faded (ink, SV_PAINT_ACCENT, 0, 0.25f);
      GdkRGBA frame = sv_ink_get (ink, SV_PAINT_ACCENT, 0);

      sv_ink_append_box (snapshot, &cell->box, RADIUS, &accent);
      sv_ink_append_frame (snapshot, &cell->box, RADIUS, 1, &frame);
    }
  sv_text_cache_draw (self->texts, snapshot, SV_TEXT_SMALL, &GRAPHENE_RECT_INIT (x, y, width, small), 0, &dim,
                      cell->name);
  sv_text_cache_draw (self->texts, snapshot, SV_TEXT_MONO, &GRAPHENE_RECT_INIT (x, y + small, width, mono), 0, &color,
                      cell->digits);
  sv_text_cache_draw (self->texts, snapshot, SV_TEXT_SMALL, &GRAPHENE_RECT_INIT (x, y + small + mono, width, small), 0,
                      &color, cell->value);
  if (cell->joined)
    sv_text_cache_draw (self->texts, snapshot, SV_TEXT_MONO,
                        &GRAPHENE_RECT_INIT (x - PADDING - sv_text_cache_get_width (self->texts, SV_TEXT_MONO, ":"),
                                             y + small, SPACING, mono), 0, &dim, ":");
}

static void
sv_raw_line_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SvRawLine *self = SV_RAW_LINE (widget);
  SvInk ink = sv_ink_of (widget);
  Cell cells[SV_N_PROC_FIELDS];

  lay_out (self, (float) gtk_widget_get_width (widget), cells);
  for (guint i = 0; i < self->line.n_fields; i++)
    draw_cell (self, snapshot, ink, &cells[i], i == self->lit);
}

static void
clicked_cb (SvRawLine *self, int n_press, double x, double y)
{
  Cell cells[SV_N_PROC_FIELDS];

  lay_out (self, (float) gtk_widget_get_width (GTK_WIDGET (self)), cells);
  for (guint i = 0; i < self->line.n_fields; i++)
    if (graphene_rect_contains_point (&cells[i].box, &GRAPHENE_POINT_INIT ((float) x, (float) y)))
      g_signal_emit (self, signals[FIELD_CLICKED], 0, i);
}

static void
sv_raw_line_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sv_raw_line_parent_class)->css_changed (widget, change);
  if (sv_text_cache_check_font (SV_RAW_LINE (widget)->texts))
    gtk_widget_queue_resize (widget);
}

static void
sv_raw_line_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (sv_raw_line_parent_class)->system_setting_changed (widget, setting);
  sv_text_cache_clear (SV_RAW_LINE (widget)->texts);
  gtk_widget_queue_resize (widget);
}

static void
sv_raw_line_finalize (GObject *object)
{
  SvRawLine *self = SV_RAW_LINE (object);

  g_free (self->text);
  sv_text_cache_free (self->texts);
  G_OBJECT_CLASS (sv_raw_line_parent_class)->finalize (object);
}

static void
sv_raw_line_class_init (SvRawLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sv_raw_line_finalize;
  widget_class->get_request_mode = sv_raw_line_get_request_mode;
  widget_class->measure = sv_raw_line_measure;
  widget_class->snapshot = sv_raw_line_snapshot;
  widget_class->css_changed = sv_raw_line_css_changed;
  widget_class->system_setting_changed = sv_raw_line_system_setting_changed;
  signals[FIELD_CLICKED] = g_signal_new ("field-clicked", SV_TYPE_RAW_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
sv_raw_line_init (SvRawLine *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->texts = sv_text_cache_new (GTK_WIDGET (self));
  self->lit = NOTHING;
  g_signal_connect_object (click, "released", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("The line as the kernel writes it; the fields below say the same"), -1);
}

GtkWidget *
sv_raw_line_new (void)
{
  return g_object_new (SV_TYPE_RAW_LINE, NULL);
}

/**
 * sv_raw_line_set:
 * @text: (nullable): the line
 * @line: its fields
 */
void
sv_raw_line_set (SvRawLine *self, const char *text, const SvProcLine *line)
{
  g_return_if_fail (SV_IS_RAW_LINE (self));

  if (g_strcmp0 (text, self->text) == 0)
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  self->line = text != NULL ? *line : (SvProcLine) { 0 };
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * sv_raw_line_set_lit:
 * @index: of the field that is lit; one that is not there lights none
 */
void
sv_raw_line_set_lit (SvRawLine *self, guint index)
{
  g_return_if_fail (SV_IS_RAW_LINE (self));

  self->lit = index;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
