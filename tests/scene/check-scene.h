/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-scene.h"

/* What must hold of every picture: all shapes inside, no text over another,
 * fixed-width text as wide as its box. */
void check_scene (SvScene *scene, float char_width);
/* The same, but what flies may pass before what is written. */
void check_scene_in_flight (SvScene *scene, float char_width);
const SvShape *find_text (SvScene *scene, const char *text);
