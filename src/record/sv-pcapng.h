/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

GBytes *sv_pcapng_encode (SvRecording *recording, SvMachineId machine);
gboolean sv_pcapng_save (SvRecording *recording, SvMachineId machine, GFile *file, guint *n_packets, GError **error);

G_END_DECLS
