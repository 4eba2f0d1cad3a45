/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-fit.h"

#include "sv-table-query.h"

static GtkAdjustment *
get_adjustment (SvTableFit *self)
{
  return gtk_scrolled_window_get_hadjustment (self->scroller);
}

static gboolean
is_right_to_left (SvTableFit *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self->view)) == GTK_TEXT_DIR_RTL;
}

void
sv_table_fit_init (SvTableFit *self, GtkScrolledWindow *scroller, GtkColumnView *view)
{
  *self = (SvTableFit){ .scroller = scroller, .view = view };
  self->wants_first = is_right_to_left (self);
}

/**
 * sv_table_fit_is_due:
 *
 * Returns: whether sv_table_fit_run() has something to do after the next layout
 */
gboolean
sv_table_fit_is_due (SvTableFit *self)
{
  return self->wants_first || gtk_adjustment_get_page_size (get_adjustment (self)) != self->page_width;
}

/* Whether the head of the first column is in sight. */
static gboolean
shows_first_column (SvTableFit *self)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->view));
  GtkWidget *first = header != NULL ? gtk_widget_get_first_child (header) : NULL;
  graphene_rect_t bounds;

  return first == NULL || !gtk_widget_compute_bounds (first, GTK_WIDGET (self->scroller), &bounds)
         || (bounds.origin.x >= -1
             && bounds.origin.x + bounds.size.width <= (float) gtk_widget_get_width (GTK_WIDGET (self->scroller)) + 1);
}

/* A window that reads right to left begins with the first column at the right.
 * Not every version of GTK counts from there: so it is looked where it is. */
static void
scroll_to_first_column (SvTableFit *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double most = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  self->wants_first = FALSE;
  if (most > 0 && !shows_first_column (self))
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) < most / 2 ? most : 0);
}

/* Where there is no room for who holds the socket, that is said with the chosen
 * row alone: better than addresses that are shortened for it, or a table that
 * has to be scrolled sideways. Returns:
 * whether the columns are others now: then another layout follows. */
static gboolean
choose_columns (SvTableFit *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double page = gtk_adjustment_get_page_size (adjustment);
  g_autoptr (GtkColumnViewColumn) process = NULL;
  gboolean shown, fits;
  int natural;

  if (page == self->page_width || page <= 1)
    return FALSE;
  self->page_width = page;
  self->wants_first = is_right_to_left (self);
  process = g_list_model_get_item (gtk_column_view_get_columns (self->view), SV_COLUMN_PROCESS);
  shown = gtk_column_view_column_get_visible (process);
  if (shown)
    {
      gtk_widget_measure (GTK_WIDGET (self->view), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      self->full_width = MAX (natural, gtk_adjustment_get_upper (adjustment) > page ? page + 1 : 0);
    }
  fits = page >= self->full_width;
  gtk_column_view_column_set_visible (process, fits);
  return fits != shown;
}

/**
 * sv_table_fit_run:
 *
 * To be called right after a layout, before anything is drawn.
 *
 * Returns: whether another layout follows, after which it wants to be called again
 */
gboolean
sv_table_fit_run (SvTableFit *self)
{
  if (choose_columns (self))
    return TRUE;
  if (self->wants_first)
    scroll_to_first_column (self);
  return FALSE;
}
