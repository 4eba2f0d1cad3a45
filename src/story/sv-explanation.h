/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-explain.h"

G_BEGIN_DECLS

SvExplanation *sv_explanation_new (char *title);
void sv_explanation_add (SvExplanation *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void sv_explanation_take (SvExplanation *self, char *line);

/* Shared by the explanations; private to this folder. */
void sv_explain_add_state (SvExplanation *self, SvTcpState state);
void sv_explain_add_addresses (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context);
void sv_explain_add_other_half (SvExplanation *self, const SvSocketRow *row, const SvRowContext *context);

G_END_DECLS
