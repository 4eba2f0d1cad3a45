/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-call-index.h"
#include "sv-code.h"
#include "sv-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvCodeView:
 *
 * The source of a server or client that makes the recording's calls, with the
 * line lit whose call has just been made. The line where the cursor is tells
 * what its call does, and which calls of the recording it stands for.
 */
#define SV_TYPE_CODE_VIEW (sv_code_view_get_type ())
G_DECLARE_FINAL_TYPE (SvCodeView, sv_code_view, SV, CODE_VIEW, GtkWidget)

GtkWidget *sv_code_view_new (SvSession *session, SvCallIndex *calls);

void sv_code_view_set_language (SvCodeView *self, SvCodeLanguage language);
void sv_code_view_set_side (SvCodeView *self, SvSide side);
SvSide sv_code_view_get_side (SvCodeView *self);
void sv_code_view_choose_line (SvCodeView *self, guint line);
guint sv_code_view_get_lit_line (SvCodeView *self);
guint sv_code_view_get_n_calls (SvCodeView *self);
void sv_code_view_save (SvCodeView *self, GFile *file);

G_END_DECLS
