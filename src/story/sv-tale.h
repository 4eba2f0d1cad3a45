/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"

G_BEGIN_DECLS

/* The story that the picture shows, told in sentences: for whoever reads or
 * hears it. The same facts, in the same order. */

gboolean sv_tale_tells (const SvFact *fact);
char *sv_tale_describe (const SvFact *fact);

G_END_DECLS
