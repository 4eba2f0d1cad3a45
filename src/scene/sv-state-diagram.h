/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-scene.h"
#include "sv-state-walk.h"

G_BEGIN_DECLS

/**
 * SvStateDiagramLook:
 * @line_height: of the monospace font, in pixels, and so @char_width
 * @reached: bits 1 << #SvStation: those that the learner has been to
 * @chosen: the station that was chosen, %SV_N_STATIONS for none
 * @here: where the chosen socket is now, %SV_N_STATIONS if nowhere
 * @other: where its other end is, likewise
 * @steps: (nullable) (element-type SvStateStep): the way of the chosen socket
 * @other_steps: (nullable) (element-type SvStateStep): the way of its other end
 */
typedef struct
{
  float width;
  float height;
  float line_height;
  float char_width;
  gboolean right_to_left;
  guint reached;
  SvStation chosen;
  SvStation here;
  SvStation other;
  GArray *steps;
  GArray *other_steps;
} SvStateDiagramLook;

SvScene *sv_state_diagram_build (const SvStateDiagramLook *look);
float sv_state_diagram_get_height (float width, float line_height, float char_width);

G_END_DECLS
