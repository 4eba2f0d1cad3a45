/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where server and clients live. */
typedef enum
{
  SV_MODE_THIS_COMPUTER,
  SV_MODE_TWO_MACHINES,
  SV_N_MODES,
} SvMode;

const char *sv_mode_get_name (SvMode mode); /* of the action's state, of the setting: "two-machines" */
gboolean sv_mode_find (const char *name, SvMode *mode);

G_END_DECLS
