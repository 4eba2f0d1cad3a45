/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-port-map.h"
#include "sv-port-use.h"

G_BEGIN_DECLS

#define SV_PORT_TRACK_RISE 3.0f /* px that our own ticks stand out of the ruler */

/**
 * SvPortTrack:
 *
 * One ruler of a port map while it is drawn: its bands, its ticks, and numbers
 * where there is room for them.
 */
typedef struct
{
  SvScene *scene;
  const SvPortMapLook *look;
  const SvPortLane *lane;
  SvPortScale scale;
  float x;
  float y; /* of its bands */
  float width;
  float height;
  GArray *uses;     /* SvPortUse */
  guint8 *own;      /* by port: whether a tick of ours is there */
  guint n_bins;
  guint8 *bins;     /* whether a taken port of others is drawn there */
  GArray *occupied; /* where numbers and our ticks stand */
  guint n_labels;
} SvPortTrack;

void sv_port_track_init (SvPortTrack *self, SvScene *scene, const SvPortMapLook *look, const SvPortLane *lane);
void sv_port_track_place (SvPortTrack *self, float x, float y, float width, float height);
void sv_port_track_clear (SvPortTrack *self);

void sv_port_track_add_bands (SvPortTrack *self, float captions_y, gboolean captions);
void sv_port_track_add_taken (SvPortTrack *self);
void sv_port_track_add_tick (SvPortTrack *self, guint16 port, SvPaint paint, SvTarget target, gboolean chosen);
gboolean sv_port_track_add_label (SvPortTrack *self, guint16 port, const char *const *texts, guint n_texts,
                                  SvPaint paint, SvTarget target);
void sv_port_track_add_names (SvPortTrack *self);
void sv_port_track_add_mark (SvPortTrack *self);

G_END_DECLS
