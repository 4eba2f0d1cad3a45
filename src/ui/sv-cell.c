/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-cell.h"

typedef struct
{
  SvTextCache *texts;
  char *name;
} SvCellPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SvCell, sv_cell, GTK_TYPE_WIDGET)

#define PRIVATE(self) ((SvCellPrivate *) sv_cell_get_instance_private (self))

static void
sv_cell_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                 int *minimum_baseline, int *natural_baseline)
{
  int width = 0, height = 0;

  SV_CELL_GET_CLASS (widget)->measure (SV_CELL (widget), &width, &height);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? width : height;
}

static void
sv_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SV_CELL_GET_CLASS (widget)->draw (SV_CELL (widget), snapshot, sv_ink_of (widget),
                                    (float) gtk_widget_get_width (widget), (float) gtk_widget_get_height (widget));
}

static void
forget_texts (GtkWidget *widget)
{
  sv_text_cache_clear (PRIVATE (SV_CELL (widget))->texts);
  gtk_widget_queue_resize (widget);
}

static void
sv_cell_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sv_cell_parent_class)->css_changed (widget, change);
  if (sv_text_cache_check_font (PRIVATE (SV_CELL (widget))->texts))
    gtk_widget_queue_resize (widget);
}

static void
sv_cell_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (sv_cell_parent_class)->system_setting_changed (widget, setting);
  forget_texts (widget);
}

static void
sv_cell_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  GTK_WIDGET_CLASS (sv_cell_parent_class)->direction_changed (widget, previous);
  forget_texts (widget);
}

static void
sv_cell_finalize (GObject *object)
{
  SvCellPrivate *priv = PRIVATE (SV_CELL (object));

  sv_text_cache_free (priv->texts);
  g_free (priv->name);
  G_OBJECT_CLASS (sv_cell_parent_class)->finalize (object);
}

static void
sv_cell_class_init (SvCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sv_cell_finalize;
  widget_class->measure = sv_cell_measure;
  widget_class->snapshot = sv_cell_snapshot;
  widget_class->css_changed = sv_cell_css_changed;
  widget_class->system_setting_changed = sv_cell_system_setting_changed;
  widget_class->direction_changed = sv_cell_direction_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
sv_cell_init (SvCell *self)
{
  PRIVATE (self)->texts = sv_text_cache_new (GTK_WIDGET (self));
}

/**
 * sv_cell_get_texts:
 *
 * Returns: (transfer none): the cell's layouts
 */
SvTextCache *
sv_cell_get_texts (SvCell *self)
{
  g_return_val_if_fail (SV_IS_CELL (self), NULL);

  return PRIVATE (self)->texts;
}

gboolean
sv_cell_is_right_to_left (SvCell *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

/**
 * sv_cell_draw_text:
 * @box: for a window that reads left to right; it is mirrored in one that does not
 * @at_end: whether the text stands at the end of the box, not at its start
 */
void
sv_cell_draw_text (SvCell *self, GtkSnapshot *snapshot, SvTextStyle style, const graphene_rect_t *box,
                   gboolean at_end, const GdkRGBA *color, const char *text)
{
  graphene_rect_t place = *box;
  gboolean mirrored;

  g_return_if_fail (SV_IS_CELL (self));

  mirrored = sv_cell_is_right_to_left (self);
  if (mirrored)
    place.origin.x = (float) gtk_widget_get_width (GTK_WIDGET (self)) - box->origin.x - box->size.width;
  sv_text_cache_draw (PRIVATE (self)->texts, snapshot, style, &place, at_end != mirrored ? 1 : 0, color, text);
}

/* In a list it is the row that has the focus, and GTK 4.8 gives it no name. */
static GtkWidget *
find_row (SvCell *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  return parent != NULL && g_str_equal (gtk_widget_get_css_name (parent), "row") ? parent : NULL;
}

/**
 * sv_cell_set_name:
 * @name: what a screen reader says of the cell, translated
 */
void
sv_cell_set_name (SvCell *self, const char *name)
{
  SvCellPrivate *priv;
  GtkWidget *row;

  g_return_if_fail (SV_IS_CELL (self));

  priv = PRIVATE (self);
  if (g_strcmp0 (priv->name, name) == 0)
    return;
  g_free (priv->name);
  priv->name = g_strdup (name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  row = find_row (self);
  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
