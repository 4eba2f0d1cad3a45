/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-row.h"

G_BEGIN_DECLS

void sv_netstat_text_append_header (GString *text);
void sv_netstat_text_append_row (GString *text, const SvSocketRow *row);

G_END_DECLS
