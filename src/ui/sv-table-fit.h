/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvTableFit:
 *
 * What a table shows of its width: which columns it has, and, where it is to be
 * scrolled sideways nevertheless, that it begins with its first one. A plain
 * value; the widgets outlive it.
 */
typedef struct
{
  GtkScrolledWindow *scroller;
  GtkColumnView *view;
  gboolean wants_first; /* column, to be scrolled to */
  double page_width;    /* for which the columns were chosen last */
  double full_width;    /* that all columns need, 0 while that is not known */
} SvTableFit;

void sv_table_fit_init (SvTableFit *self, GtkScrolledWindow *scroller, GtkColumnView *view);
gboolean sv_table_fit_is_due (SvTableFit *self);
gboolean sv_table_fit_run (SvTableFit *self);

G_END_DECLS
