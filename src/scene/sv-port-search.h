/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-port-space.h"

G_BEGIN_DECLS

/* What a person may mean by a number, a service's name, a part of it, or a
 * question that has one of these in it: "which service is 631?" */
GArray *sv_port_search (SvPortSpace *ports, const char *text, guint max);

G_END_DECLS
