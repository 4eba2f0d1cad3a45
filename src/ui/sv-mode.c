/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-mode.h"

static const char *const names[SV_N_MODES] = {
  [SV_MODE_THIS_COMPUTER] = "this-computer",
  [SV_MODE_TWO_MACHINES] = "two-machines",
};

const char *
sv_mode_get_name (SvMode mode)
{
  g_return_val_if_fail (mode < SV_N_MODES, NULL);

  return names[mode];
}

/**
 * sv_mode_find:
 * @mode: (out): the mode of that name
 *
 * Returns: whether there is one
 */
gboolean
sv_mode_find (const char *name, SvMode *mode)
{
  for (int i = 0; i < SV_N_MODES; i++)
    if (g_strcmp0 (names[i], name) == 0)
      {
        *mode = (SvMode) i;
        return TRUE;
      }
  return FALSE;
}
