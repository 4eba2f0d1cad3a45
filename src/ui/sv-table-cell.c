/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-cell.h"

#include <math.h>

#include "sv-compat.h"
#include "sv-palette.h"

#include "sv-config.h"

#include <glib/gi18n-lib.h>

#define PADDING 3
#define BAR_WIDTH 4
#define GUTTER 14 /* before the first column: the connection's bar, and what a row is marked with */
#define PILL_PADDING 3
#define PILL_MARGIN 2
#define LINE_MARGIN 5

#define OPACITY_LEAVING 0.6f
#define TINT_QUIET 0.08f

typedef struct
{
  const char *title;
  const char *css_class;
  float align; /* of text: 0 at the start, 1 at the end */
  PangoEllipsizeMode ellipsize;
} Column;

/* An address ends with its port, which is what people look for: so it is
 * shortened in its middle. */
static const Column COLUMNS[SV_N_COLUMNS] = {
  [SV_COLUMN_PROTO] = { NC_ ("column", "Proto"), "proto", 0, PANGO_ELLIPSIZE_END },
  [SV_COLUMN_RECV_Q] = { NC_ ("column", "Recv-Q"), "queue", 1, PANGO_ELLIPSIZE_END },
  [SV_COLUMN_SEND_Q] = { NC_ ("column", "Send-Q"), "queue", 1, PANGO_ELLIPSIZE_END },
  [SV_COLUMN_LOCAL] = { NC_ ("column", "Local Address"), "address", 0, PANGO_ELLIPSIZE_MIDDLE },
  [SV_COLUMN_FOREIGN] = { NC_ ("column", "Foreign Address"), "address", 0, PANGO_ELLIPSIZE_MIDDLE },
  [SV_COLUMN_STATE] = { NC_ ("column", "State"), "state", 0.5f, PANGO_ELLIPSIZE_END },
  [SV_COLUMN_PROCESS] = { NC_ ("column", "Process"), "process", 0, PANGO_ELLIPSIZE_END },
};

struct _SvTableCell
{
  GtkWidget parent_instance;

  SvColumn column;
  SvTableMetrics *metrics;
  SvTableRow row;
  gboolean lit;
  char *text;          /* NULL before the first row */
  PangoLayout *layout; /* NULL until it is drawn */
  guint n_changes;
};

G_DEFINE_FINAL_TYPE (SvTableCell, sv_table_cell, GTK_TYPE_WIDGET)

static void
sv_table_cell_finalize (GObject *object)
{
  SvTableCell *self = SV_TABLE_CELL (object);

  g_clear_object (&self->layout);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->metrics, sv_table_metrics_unref);
  G_OBJECT_CLASS (sv_table_cell_parent_class)->finalize (object);
}

/* Addresses, numbers and names of calls run from left to right everywhere; only
 * their place in the cell is mirrored. */
static PangoLayout *
create_layout (SvTableCell *self)
{
  PangoContext *context = gtk_widget_create_pango_context (GTK_WIDGET (self));
  PangoLayout *layout = pango_layout_new (context);

  pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
  pango_context_set_language (context, pango_language_from_string ("en"));
  g_object_unref (context);
  pango_layout_set_auto_dir (layout, self->column == SV_COLUMN_PROCESS);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, COLUMNS[self->column].ellipsize);
  return layout;
}

static int
extra_width (SvTableCell *self)
{
  int width = 2 * PADDING;

  if (self->column == SV_COLUMN_PROTO)
    width += GUTTER - PADDING;
  if (self->column == SV_COLUMN_STATE)
    width += 2 * PILL_PADDING;
  return width;
}

static void
sv_table_cell_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  SvTableCell *self = SV_TABLE_CELL (widget);
  int least, most, height;

  sv_table_metrics_measure (self->metrics, self->column, gtk_widget_get_pango_context (widget), &least, &most, &height);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = *natural = height + 2 * LINE_MARGIN;
      return;
    }
  *minimum = least + extra_width (self);
  *natural = most + extra_width (self);
}

/* Space that the text has, from the cell's left edge. */
static void
get_text_area (SvTableCell *self, float *x, float *width)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  float start = self->column == SV_COLUMN_PROTO ? GUTTER : PADDING;
  float end = PADDING;

  if (self->column == SV_COLUMN_STATE)
    {
      start += PILL_PADDING;
      end += PILL_PADDING;
    }
  *x = rtl ? end : start;
  *width = MAX (0, (float) gtk_widget_get_width (GTK_WIDGET (self)) - start - end);
}

static PangoLayout *
ensure_layout (SvTableCell *self, float width)
{
  if (self->layout == NULL)
    {
      self->layout = create_layout (self);
      pango_layout_set_text (self->layout, self->text, -1);
    }
  if (self->row.removed_at != 0 && pango_layout_get_attributes (self->layout) == NULL)
    {
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_strikethrough_new (TRUE));
      pango_layout_set_attributes (self->layout, attributes);
    }
  else if (self->row.removed_at == 0)
    pango_layout_set_attributes (self->layout, NULL);
  pango_layout_set_width (self->layout, (int) (width * PANGO_SCALE));
  return self->layout;
}

/* What colour tells of which connection a row is; 0: none. */
static gboolean
get_row_paint (const SvTableRow *row, SvPaint *paint)
{
  if (row->connection != 0)
    *paint = (SvPaint){ .role = SV_PAINT_CONNECTION, .index = row->connection };
  else if (row->ours)
    *paint = (SvPaint){ .role = SV_PAINT_ACCENT };
  else if (row->twin != 0)
    *paint = (SvPaint){ .role = SV_PAINT_DIM_TEXT };
  else
    return FALSE;
  return TRUE;
}

static void
fill (GtkSnapshot *snapshot, SvPaint paint, float x, float y, float width, float height)
{
  GdkRGBA color;

  sv_palette_get_current (paint, &color);
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (x, y, width, height));
}

static void
snapshot_background (SvTableCell *self, GtkSnapshot *snapshot)
{
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self));
  float height = (float) gtk_widget_get_height (GTK_WIDGET (self));
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  SvPaint paint;

  if (!get_row_paint (&self->row, &paint))
    return;
  if (self->column == SV_COLUMN_PROTO)
    fill (snapshot, paint, rtl ? width - BAR_WIDTH : 0, 0, BAR_WIDTH, height);
  if (self->row.connection == 0)
    return;
  paint.alpha = self->lit ? SV_PALETTE_TINT : TINT_QUIET;
  fill (snapshot, paint, 0, 0, width, height);
}

static gboolean
has_pill (SvTableCell *self)
{
  return self->column == SV_COLUMN_STATE && self->text[0] != '\0';
}

static void
snapshot_pill (SvTableCell *self, GtkSnapshot *snapshot)
{
  SvPaint paint = { .role = SV_PAINT_STATE, .index = self->row.row.state, .alpha = SV_PALETTE_TINT };
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self)) - PADDING;
  float height = (float) gtk_widget_get_height (GTK_WIDGET (self)) - 2 * PILL_MARGIN;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (PADDING / 2, PILL_MARGIN, width, height);
  GskRoundedRect outline;
  GdkRGBA color;

  sv_palette_get_current (paint, &color);
  gsk_rounded_rect_init_from_rect (&outline, &bounds, height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &color, &bounds);
  gtk_snapshot_pop (snapshot);
  if (!adw_style_manager_get_high_contrast (adw_style_manager_get_default ()))
    return;
  color.alpha = 1;
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 1, 1, 1, 1 },
                              (GdkRGBA[4]){ color, color, color, color });
}

/* A sign before the row, because colour alone would not do: + came, − leaves. */
static void
snapshot_mark (SvTableCell *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  float size = GUTTER - BAR_WIDTH - 4;
  float middle = (float) gtk_widget_get_height (GTK_WIDGET (self)) / 2;
  float x = BAR_WIDTH + 2;

  if (self->column != SV_COLUMN_PROTO || (self->row.added_at == 0 && self->row.removed_at == 0))
    return;
  if (rtl)
    x = (float) gtk_widget_get_width (GTK_WIDGET (self)) - x - size;
  gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (x, middle - 1, size, 2));
  if (self->row.removed_at == 0)
    gtk_snapshot_append_color (snapshot, color,
                               &GRAPHENE_RECT_INIT (x + size / 2 - 1, middle - size / 2, 2, size));
}

static void
snapshot_text (SvTableCell *self, GtkSnapshot *snapshot, const GdkRGBA *color)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  float align = COLUMNS[self->column].align;
  PangoRectangle extents;
  PangoLayout *layout;
  float x, width;

  get_text_area (self, &x, &width);
  layout = ensure_layout (self, width);
  pango_layout_get_pixel_extents (layout, NULL, &extents);
  x += (width - (float) extents.width) * (rtl ? 1 - align : align) - (float) extents.x;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (
                            floorf (x), (float) ((gtk_widget_get_height (GTK_WIDGET (self)) - extents.height) / 2)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
sv_table_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SvTableCell *self = SV_TABLE_CELL (widget);
  GdkRGBA color;

  if (self->text == NULL)
    return;
  snapshot_background (self, snapshot);
  if (self->row.removed_at != 0)
    gtk_snapshot_push_opacity (snapshot, OPACITY_LEAVING);
  sv_widget_get_color (widget, &color);
  snapshot_mark (self, snapshot, &color);
  if (has_pill (self))
    {
      snapshot_pill (self, snapshot);
      sv_palette_get_current ((SvPaint){ .role = SV_PAINT_STATE, .index = self->row.row.state }, &color);
    }
  snapshot_text (self, snapshot, &color);
  if (self->row.removed_at != 0)
    gtk_snapshot_pop (snapshot);
}

static void
sv_table_cell_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sv_table_cell_parent_class)->css_changed (widget, change);
  g_clear_object (&SV_TABLE_CELL (widget)->layout);
}

static gboolean
is_ellipsized (SvTableCell *self)
{
  return self->layout != NULL && pango_layout_is_ellipsized (self->layout);
}

/* What the cell could not say: what was cut off, why there is no process, and
 * where the other half of the connection is. */
static char *
make_hint (SvTableCell *self)
{
  if (self->column == SV_COLUMN_PROCESS && self->row.row.inode == 0)
    return g_strdup (_("No process holds this socket; only the kernel knows it."));
  if (self->column == SV_COLUMN_PROCESS && sv_table_row_has_hidden_owner (&self->row))
    return g_strdup (_("A process that this program may not look into holds this socket."));
  if (self->column == SV_COLUMN_PROCESS && self->row.owner.pid == SV_OWNER_UNKNOWN)
    return g_strdup (_("Which process holds this socket has not been looked up."));
  if (self->column == SV_COLUMN_PROTO && self->row.twin != 0)
    {
      g_autofree char *local = sv_table_row_format (&self->row, SV_COLUMN_FOREIGN);
      g_autofree char *foreign = sv_table_row_format (&self->row, SV_COLUMN_LOCAL);

      /* Translators: the two endpoints of a connection, seen from its other end */
      return g_strdup_printf (_("The other half of %s → %s, which is in this table too"), local, foreign);
    }
  return NULL;
}

static gboolean
sv_table_cell_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  SvTableCell *self = SV_TABLE_CELL (widget);
  g_autofree char *hint = NULL;

  if (self->text == NULL)
    return FALSE;
  hint = make_hint (self);
  if (hint == NULL && !is_ellipsized (self))
    return FALSE;
  gtk_tooltip_set_text (tooltip, hint != NULL ? hint : self->text);
  return TRUE;
}

static void
sv_table_cell_class_init (SvTableCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sv_table_cell_finalize;
  widget_class->measure = sv_table_cell_measure;
  widget_class->snapshot = sv_table_cell_snapshot;
  widget_class->css_changed = sv_table_cell_css_changed;
  widget_class->query_tooltip = sv_table_cell_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "svcell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID_CELL);
}

static void
sv_table_cell_init (SvTableCell *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * sv_table_cell_new:
 * @metrics: shared by all cells of a table
 */
GtkWidget *
sv_table_cell_new (SvColumn column, SvTableMetrics *metrics)
{
  SvTableCell *self;

  g_return_val_if_fail (column < SV_N_COLUMNS, NULL);

  self = g_object_new (SV_TYPE_TABLE_CELL, NULL);
  self->column = column;
  self->metrics = sv_table_metrics_ref (metrics);
  gtk_widget_add_css_class (GTK_WIDGET (self), COLUMNS[column].css_class);
  return GTK_WIDGET (self);
}

SvColumn
sv_table_cell_get_column (SvTableCell *self)
{
  g_return_val_if_fail (SV_IS_TABLE_CELL (self), 0);

  return self->column;
}

const char *
sv_table_cell_get_text (SvTableCell *self)
{
  g_return_val_if_fail (SV_IS_TABLE_CELL (self), NULL);

  return self->text;
}

guint64
sv_table_cell_get_row_key (SvTableCell *self)
{
  g_return_val_if_fail (SV_IS_TABLE_CELL (self), 0);

  return self->row.row.key;
}

guint
sv_table_cell_get_n_changes (SvTableCell *self)
{
  g_return_val_if_fail (SV_IS_TABLE_CELL (self), 0);

  return self->n_changes;
}

/* GTK 4.8 gives the cells of a column view no names: so each says its column
 * and its text, and the first also what only colours say. */
static void
update_accessible_label (SvTableCell *self)
{
  g_autoptr (GString) label = g_string_new (sv_table_column_get_title (self->column));

  g_string_append_printf (label, ": %s", self->text);
  if (self->column == SV_COLUMN_PROTO && self->row.removed_at != 0)
    g_string_append_printf (label, ", %s", C_ ("row", "gone"));
  else if (self->column == SV_COLUMN_PROTO && self->row.added_at != 0)
    g_string_append_printf (label, ", %s", C_ ("row", "new"));
  if (self->column == SV_COLUMN_PROTO && self->row.ours)
    g_string_append_printf (label, ", %s", C_ ("row", "of SockView"));

  g_autofree char *hint = make_hint (self);
  if (hint != NULL && self->column == SV_COLUMN_PROTO)
    g_string_append_printf (label, ". %s", hint);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label->str, -1);
}

/* The row has the focus and says what a person looks for first; GTK names it after nothing. */
static void
name_row (SvTableCell *self)
{
  GtkWidget *cell = gtk_widget_get_parent (GTK_WIDGET (self));
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;
  g_autofree char *proto = sv_table_row_format (&self->row, SV_COLUMN_PROTO);
  g_autofree char *local = sv_table_row_format (&self->row, SV_COLUMN_LOCAL);
  g_autofree char *foreign = sv_table_row_format (&self->row, SV_COLUMN_FOREIGN);
  g_autofree char *state = sv_table_row_format (&self->row, SV_COLUMN_STATE);
  g_autofree char *name = NULL;

  if (row == NULL)
    return;
  /* Translators: what a screen reader says of a socket: protocol, local address, foreign address, state. */
  name = g_strdup_printf (C_ ("row", "%s, %s to %s, %s"), proto, local, foreign, state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
looks_the_same (SvTableCell *self, const SvTableRow *row, gboolean lit)
{
  const SvTableRow *before = &self->row;

  return before->connection == row->connection && before->ours == row->ours && (before->twin != 0) == (row->twin != 0)
         && (before->added_at != 0) == (row->added_at != 0) && (before->removed_at != 0) == (row->removed_at != 0)
         && self->lit == lit && (self->column != SV_COLUMN_STATE || before->row.state == row->row.state)
         && (self->column != SV_COLUMN_PROTO || row->twin == 0 || before->row.key == row->row.key);
}

/**
 * sv_table_cell_show:
 * @row: which row it shows from now on
 * @lit: whether the row's connection is the chosen one
 */
void
sv_table_cell_show (SvTableCell *self, const SvTableRow *row, gboolean lit)
{
  g_autofree char *text = NULL;
  gboolean same_text, same_look, same_row;

  g_return_if_fail (SV_IS_TABLE_CELL (self) && row != NULL);

  text = sv_table_row_format (row, self->column);
  same_text = g_strcmp0 (text, self->text) == 0;
  same_look = self->text != NULL && looks_the_same (self, row, lit);
  same_row = self->text != NULL && self->row.row.key == row->row.key && self->row.row.state == row->row.state;
  self->row = *row;
  self->lit = lit;
  if (self->column == SV_COLUMN_PROTO && !same_row)
    name_row (self);
  if (same_text && same_look)
    return;
  if (!same_text)
    {
      g_free (self->text);
      self->text = g_steal_pointer (&text);
      if (self->layout != NULL)
        pango_layout_set_text (self->layout, self->text, -1);
    }
  self->n_changes++;
  update_accessible_label (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * sv_table_column_get_title:
 *
 * Returns: the column's head, as netstat has it, translated
 */
const char *
sv_table_column_get_title (SvColumn column)
{
  g_return_val_if_fail (column < SV_N_COLUMNS, NULL);

  return g_dpgettext2 (GETTEXT_PACKAGE, "column", COLUMNS[column].title);
}
