/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-table-metrics.h"

G_BEGIN_DECLS

GtkColumnViewColumn *sv_table_column_new (SvColumn column, SvTableMetrics *metrics);

G_END_DECLS
