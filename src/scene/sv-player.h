/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "sv-timeline.h"

G_BEGIN_DECLS

/**
 * SvPlayer:
 *
 * Where in a timeline we are. It owns no timer: whoever draws tells it the
 * time of each frame. Properties, with notify: "position" (s), "playing",
 * "live", "speed" (1 = as laid out; 0.25 to 4), "timeline".
 *
 * Live is the end: the position follows what happens. When facts come while
 * live and animation is on, it leaves live, plays what is new, and is live
 * again at the end. Of what is seen on a wire nothing is replayed by itself: it
 * flies as slowly as one can watch, and live stays live.
 */
#define SV_TYPE_PLAYER (sv_player_get_type ())
G_DECLARE_FINAL_TYPE (SvPlayer, sv_player, SV, PLAYER, GObject)

SvPlayer *sv_player_new (void);

void sv_player_set_timeline (SvPlayer *self, SvTimeline *timeline);
SvTimeline *sv_player_get_timeline (SvPlayer *self);
double sv_player_get_position (SvPlayer *self);
gboolean sv_player_is_playing (SvPlayer *self);
gboolean sv_player_is_live (SvPlayer *self);
double sv_player_get_speed (SvPlayer *self);
void sv_player_set_speed (SvPlayer *self, double speed);
void sv_player_set_animated (SvPlayer *self, gboolean animated); /* FALSE: reduced motion: steps, no flight */
gboolean sv_player_is_animated (SvPlayer *self);

void sv_player_play (SvPlayer *self);
void sv_player_play_from (SvPlayer *self, double position);
void sv_player_pause (SvPlayer *self);
void sv_player_seek (SvPlayer *self, double position); /* pauses */
void sv_player_step (SvPlayer *self, int beats);       /* pauses; to the end of a beat */
void sv_player_go_to_start (SvPlayer *self);
void sv_player_go_live (SvPlayer *self);

guint64 sv_player_get_serial (SvPlayer *self);         /* G_MAXUINT64 while live */
gboolean sv_player_advance (SvPlayer *self, gint64 frame_time); /* µs; whether another frame is wanted */

G_END_DECLS
