/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Two machines for a test, where this computer lets them be made. */

#include "sv-network.h"

/* NULL: the test is skipped, and says why. */
static inline SvNetwork *
make_network (gboolean nat)
{
  g_autoptr (SvRecording) recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  g_autoptr (GError) error = NULL;
  SvNetwork *network = sv_network_new (recording, nat, &error);

  if (network == NULL)
    {
      g_assert_true (g_error_matches (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_USER_NAMESPACE)
                     || g_error_matches (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_NETWORK_NAMESPACE)
                     || g_error_matches (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_TUN));
      g_test_skip (error->message);
    }
  return network;
}
