/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The packets of a recording into a file for Wireshark, without keeping the window waiting. */

void sv_packet_saver_save_async (SvRecording *recording, guint machines, GFile *file, GAsyncReadyCallback callback,
                                 gpointer data);
char *sv_packet_saver_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
