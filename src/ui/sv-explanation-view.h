/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-explain.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* An explanation in words, which scrolls where it is long. */
#define SV_TYPE_EXPLANATION_VIEW (sv_explanation_view_get_type ())
G_DECLARE_FINAL_TYPE (SvExplanationView, sv_explanation_view, SV, EXPLANATION_VIEW, GtkWidget)

GtkWidget *sv_explanation_view_new (void);
void sv_explanation_view_set (SvExplanationView *self, const char *title, const char *const *lines, guint n_lines);
void sv_explanation_view_set_explanation (SvExplanationView *self, const SvExplanation *explanation);

G_END_DECLS
