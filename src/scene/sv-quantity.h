/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers as people read them. */
char *sv_quantity_format_number (guint64 number);
char *sv_quantity_format_duration (gint64 ns);
double sv_quantity_round (double value);

G_END_DECLS
