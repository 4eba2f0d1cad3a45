/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-table.h"

G_BEGIN_DECLS

void sv_row_menu_attach (SvSocketTable *table);

G_END_DECLS
