/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The head of a page in place of the stage: a way back, a title, and a line under it. */
#define SV_TYPE_PAGE_HEADER (sv_page_header_get_type ())
G_DECLARE_FINAL_TYPE (SvPageHeader, sv_page_header, SV, PAGE_HEADER, GtkWidget)

GtkWidget *sv_page_header_new (const char *title);
void sv_page_header_set_subtitle (SvPageHeader *self, const char *text);
void sv_page_header_append (SvPageHeader *self, GtkWidget *widget);

G_END_DECLS
