/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *sv_card_header_new (const char *title, GtkWidget *subtitle, GtkWidget *button);
GtkWidget *sv_card_subtitle_new (const char *text);
GtkWidget *sv_card_content_new (GtkWidget *box);

G_END_DECLS
