/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SV_PAGE_TWO_SENDS "two-sends"

/**
 * SvTwoSendsPage:
 *
 * UDP beside TCP: the same two sends over each, and what the other end reads.
 */
#define SV_TYPE_TWO_SENDS_PAGE (sv_two_sends_page_get_type ())
G_DECLARE_FINAL_TYPE (SvTwoSendsPage, sv_two_sends_page, SV, TWO_SENDS_PAGE, AdwBin)

GtkWidget *sv_two_sends_page_new (SvSession *session);

void sv_two_sends_page_run (SvTwoSendsPage *self);
gboolean sv_two_sends_page_is_done (SvTwoSendsPage *self);
char *sv_two_sends_page_get_text (SvTwoSendsPage *self);

G_END_DECLS
