/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"

G_BEGIN_DECLS

void sv_fact_append_text (const SvFact *self, gint64 start, GString *line);

G_END_DECLS
