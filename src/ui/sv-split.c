/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-split.h"

struct _SvSplit
{
  GtkWidget parent_instance;

  GtkWidget *start; /* gets what @end leaves */
  GtkWidget *end;   /* gets its natural size, half of the room at most */
  int threshold;
  int spacing;
};

G_DEFINE_FINAL_TYPE (SvSplit, sv_split, GTK_TYPE_WIDGET)

static GtkSizeRequestMode
sv_split_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Also where they would not fit beside each other: large text, long words. */
static gboolean
is_stacked (SvSplit *self, int width)
{
  int start, end;

  if (width < self->threshold)
    return TRUE;
  gtk_widget_measure (self->start, GTK_ORIENTATION_HORIZONTAL, -1, &start, NULL, NULL, NULL);
  gtk_widget_measure (self->end, GTK_ORIENTATION_HORIZONTAL, -1, &end, NULL, NULL, NULL);
  return width < start + self->spacing + end;
}

static int
get_end_size (SvSplit *self, GtkOrientation orientation, int for_size, int room)
{
  int minimum, natural, start;

  gtk_widget_measure (self->end, orientation, for_size, &minimum, &natural, NULL, NULL);
  gtk_widget_measure (self->start, orientation, for_size, &start, NULL, NULL, NULL);
  return MAX (minimum, MIN (natural, MIN (room / 2, room - self->spacing - start)));
}

static void
measure_height (SvSplit *self, int width, int *minimum, int *natural)
{
  int start_min, start_nat, end_min, end_nat, end_width;

  if (is_stacked (self, width))
    {
      gtk_widget_measure (self->start, GTK_ORIENTATION_VERTICAL, width, &start_min, &start_nat, NULL, NULL);
      gtk_widget_measure (self->end, GTK_ORIENTATION_VERTICAL, width, &end_min, &end_nat, NULL, NULL);
      *minimum = start_min + end_min + self->spacing;
      *natural = start_nat + end_nat + self->spacing;
      return;
    }
  end_width = get_end_size (self, GTK_ORIENTATION_HORIZONTAL, -1, width);
  gtk_widget_measure (self->start, GTK_ORIENTATION_VERTICAL, width - end_width - self->spacing, &start_min, &start_nat,
                      NULL, NULL);
  gtk_widget_measure (self->end, GTK_ORIENTATION_VERTICAL, end_width, &end_min, &end_nat, NULL, NULL);
  *minimum = MAX (start_min, end_min);
  *natural = MAX (start_nat, end_nat);
}

static void
sv_split_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                  int *minimum_baseline, int *natural_baseline)
{
  SvSplit *self = SV_SPLIT (widget);
  gboolean level = orientation == GTK_ORIENTATION_HORIZONTAL;
  int end_min, end_nat;

  if (!gtk_widget_should_layout (self->end))
    {
      gtk_widget_measure (self->start, orientation, for_size, minimum, natural, NULL, NULL);
      return;
    }
  if (!level)
    {
      measure_height (self, for_size < 0 ? G_MAXINT : for_size, minimum, natural);
      return;
    }
  gtk_widget_measure (self->start, orientation, -1, minimum, natural, NULL, NULL);
  gtk_widget_measure (self->end, orientation, -1, &end_min, &end_nat, NULL, NULL);
  *minimum = MAX (*minimum, end_min);
  *natural = *natural + end_nat + self->spacing;
}

static void
allocate_at (GtkWidget *child, int x, int y, int width, int height)
{
  gtk_widget_size_allocate (child, &(GtkAllocation) { x, y, width, height }, -1);
}

static void
sv_split_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SvSplit *self = SV_SPLIT (widget);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int end;

  if (!gtk_widget_should_layout (self->end))
    {
      allocate_at (self->start, 0, 0, width, height);
      return;
    }
  if (is_stacked (self, width))
    {
      end = get_end_size (self, GTK_ORIENTATION_VERTICAL, width, height);
      allocate_at (self->start, 0, 0, width, height - end - self->spacing);
      allocate_at (self->end, 0, height - end, width, end);
      return;
    }
  end = get_end_size (self, GTK_ORIENTATION_HORIZONTAL, -1, width);
  allocate_at (self->start, mirrored ? end + self->spacing : 0, 0, width - end - self->spacing, height);
  allocate_at (self->end, mirrored ? 0 : width - end, 0, end, height);
}

static void
sv_split_dispose (GObject *object)
{
  SvSplit *self = SV_SPLIT (object);

  g_clear_pointer (&self->start, gtk_widget_unparent);
  g_clear_pointer (&self->end, gtk_widget_unparent);
  G_OBJECT_CLASS (sv_split_parent_class)->dispose (object);
}

static void
sv_split_class_init (SvSplitClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_split_dispose;
  widget_class->get_request_mode = sv_split_get_request_mode;
  widget_class->measure = sv_split_measure;
  widget_class->size_allocate = sv_split_size_allocate;
}

static void
sv_split_init (SvSplit *self)
{
}

/**
 * sv_split_new:
 * @threshold: from this width on they stand side by side, if they fit, in pixels
 * @spacing: between them, in pixels
 */
GtkWidget *
sv_split_new (GtkWidget *start, GtkWidget *end, int threshold, int spacing)
{
  SvSplit *self = g_object_new (SV_TYPE_SPLIT, NULL);

  self->start = start;
  self->end = end;
  self->threshold = threshold;
  self->spacing = spacing;
  gtk_widget_set_parent (start, GTK_WIDGET (self));
  gtk_widget_set_parent (end, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
