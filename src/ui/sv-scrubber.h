/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-player.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where the player is in its timeline, with a thin mark for each beat. Time
 * runs left to right here in every language, as on all players of media. */
#define SV_TYPE_SCRUBBER (sv_scrubber_get_type ())
G_DECLARE_FINAL_TYPE (SvScrubber, sv_scrubber, SV, SCRUBBER, GtkWidget)

GtkWidget *sv_scrubber_new (SvPlayer *player);

G_END_DECLS
