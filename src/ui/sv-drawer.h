/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  SV_DRAWER_CALLS,
  SV_DRAWER_CODE,
  SV_DRAWER_FILES,
  SV_DRAWER_PACKET,
  SV_DRAWER_STORY,
  SV_N_DRAWER_PAGES
} SvDrawerPage;

/* The drawer under the stage: one line until it is opened. Property: "open". */
#define SV_TYPE_DRAWER (sv_drawer_get_type ())
G_DECLARE_FINAL_TYPE (SvDrawer, sv_drawer, SV, DRAWER, GtkWidget)

GtkWidget *sv_drawer_new (SvSession *session);

void sv_drawer_show_page (SvDrawer *self, SvDrawerPage page);
void sv_drawer_close (SvDrawer *self);
gboolean sv_drawer_is_open (SvDrawer *self);
GtkWidget *sv_drawer_get_page (SvDrawer *self, SvDrawerPage page);

G_END_DECLS
