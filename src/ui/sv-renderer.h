/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean sv_renderer_has_gpu (const char *dev_root);
void sv_renderer_choose (void);
void sv_renderer_tune_text (void);

G_END_DECLS
