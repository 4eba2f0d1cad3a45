/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"

G_BEGIN_DECLS

void sv_fact_append_json (const SvFact *self, gint64 start, GString *line);
void sv_json_append_string (GString *line, const char *text, gssize length);
void sv_row_append_json (const SvSocketRow *self, GString *line);

G_END_DECLS
