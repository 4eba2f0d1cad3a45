/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-diag-info.h"
#include "sv-socket-row.h"

G_BEGIN_DECLS

void sv_ss_text_append (GString *text, const SvSocketRow *row, const SvDiagInfo *info, GArray *holders);

G_END_DECLS
