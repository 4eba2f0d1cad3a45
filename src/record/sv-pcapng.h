/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

/* Machines at whose network cards packets are taken, as a set. */
#define SV_PCAPNG_MACHINE(id) (1u << (id))
#define SV_PCAPNG_ALL (SV_PCAPNG_MACHINE (SV_N_MACHINES) - 1)

guint sv_pcapng_count (SvRecording *recording, guint machines);
GBytes *sv_pcapng_encode (SvRecording *recording, guint machines, guint *n_packets);
gboolean sv_pcapng_save (SvRecording *recording, guint machines, GFile *file, guint *n_packets, GError **error);

G_END_DECLS
