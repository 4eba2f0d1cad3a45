/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-row.h"

G_BEGIN_DECLS

gboolean sv_lsof_text_append (GString *text, const SvSocketRow *row, GArray *holders);

G_END_DECLS
