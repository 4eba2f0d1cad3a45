/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-call-index.h"
#include "sv-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvTaleList:
 *
 * The drawer's page "Story": what the picture shows, as sentences that can be
 * read, gone through with the arrow keys, and heard. Choosing one chooses its
 * fact everywhere.
 */
#define SV_TYPE_TALE_LIST (sv_tale_list_get_type ())
G_DECLARE_FINAL_TYPE (SvTaleList, sv_tale_list, SV, TALE_LIST, GtkWidget)

GtkWidget *sv_tale_list_new (SvSession *session);

G_END_DECLS
