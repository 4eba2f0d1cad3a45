/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-proc-line.h"

G_BEGIN_DECLS

/**
 * SvRawLine:
 *
 * A line of /proc/net as a picture: over each field its name, under it what it
 * says. It wraps between fields. A list beside it says the same for those who
 * do not see it.
 *
 * Signal "field-clicked" (index): of the line's fields
 */
#define SV_TYPE_RAW_LINE (sv_raw_line_get_type ())
G_DECLARE_FINAL_TYPE (SvRawLine, sv_raw_line, SV, RAW_LINE, GtkWidget)

GtkWidget *sv_raw_line_new (void);
void sv_raw_line_set (SvRawLine *self, const char *text, const SvProcLine *line);
void sv_raw_line_set_lit (SvRawLine *self, guint index);

G_END_DECLS
