/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"
#include "sv-slot-list.h"

G_BEGIN_DECLS

/* The page's name in a workplace. */
#define SV_PAGE_MICROSCOPE "microscope"

/**
 * SvMicroscope:
 *
 * The chosen row as Linux has it: its line of /proc/net, field by field; the
 * same socket as netstat, ss and lsof print it; who holds it; what the kernel
 * measures. It asks again each second while it is seen.
 */
#define SV_TYPE_MICROSCOPE (sv_microscope_get_type ())
G_DECLARE_FINAL_TYPE (SvMicroscope, sv_microscope, SV, MICROSCOPE, GtkWidget)

GtkWidget *sv_microscope_new (SvSession *session);

SvSlotList *sv_microscope_get_slots (SvMicroscope *self);
gboolean sv_microscope_is_settled (SvMicroscope *self);
void sv_microscope_choose_field (SvMicroscope *self, guint index);

G_END_DECLS
