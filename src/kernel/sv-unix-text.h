/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-row.h"

G_BEGIN_DECLS

void sv_unix_text_append_header (GString *text);
void sv_unix_text_append_row (GString *text, const SvSocketRow *row);

const char *sv_unix_row_get_state_name (const SvSocketRow *row);
const char *sv_unix_row_get_type_name (const SvSocketRow *row);

G_END_DECLS
