/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-table-query.h"

G_BEGIN_DECLS

/**
 * SvTableMetrics:
 *
 * How big the cells of a column are: what so many characters of its font need.
 * All cells of a table share one, so that a thousand cells measure seven texts.
 */
typedef struct _SvTableMetrics SvTableMetrics;

SvTableMetrics *sv_table_metrics_new (void);
SvTableMetrics *sv_table_metrics_ref (SvTableMetrics *self);
void sv_table_metrics_unref (SvTableMetrics *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvTableMetrics, sv_table_metrics_unref)

void sv_table_metrics_measure (SvTableMetrics *self, SvColumn column, PangoContext *context, int *minimum, int *natural,
                               int *height);

G_END_DECLS
