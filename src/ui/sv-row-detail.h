/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "sv-session.h"

G_BEGIN_DECLS

/**
 * SvRowDetail:
 *
 * The chosen row of the table in plain words. A row that leaves stays
 * explained, as one that is gone.
 */
#define SV_TYPE_ROW_DETAIL (sv_row_detail_get_type ())
G_DECLARE_FINAL_TYPE (SvRowDetail, sv_row_detail, SV, ROW_DETAIL, GtkWidget)

GtkWidget *sv_row_detail_new (SvSession *session);

G_END_DECLS
