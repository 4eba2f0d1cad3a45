/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  SV_STAGE_CLIENTS,
  SV_STAGE_LADDER,
  SV_STAGE_SERVER,
  SV_STAGE_TRANSPORT,
  SV_STAGE_PORTS,
  SV_STAGE_DRAWER,
  SV_N_STAGE_PLACES
} SvStagePlace;

/**
 * SvStageBody:
 *
 * Places the parts of the stage: the ladder between the two cards where there
 * is room, below them where there is not; under it one row for each of the
 * rest. What is hidden takes no room.
 */
#define SV_TYPE_STAGE_BODY (sv_stage_body_get_type ())
G_DECLARE_FINAL_TYPE (SvStageBody, sv_stage_body, SV, STAGE_BODY, GtkWidget)

GtkWidget *sv_stage_body_new (void);
void sv_stage_body_set (SvStageBody *self, SvStagePlace place, GtkWidget *widget);

G_END_DECLS
