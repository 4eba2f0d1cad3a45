/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"

G_BEGIN_DECLS

/**
 * SvApplication:
 *
 * One instance a user's session: a second start hands over its command line
 * and raises the window. Only --screenshot is a process of its own.
 */
#define SV_TYPE_APPLICATION (sv_application_get_type ())
G_DECLARE_FINAL_TYPE (SvApplication, sv_application, SV, APPLICATION, AdwApplication)

SvApplication *sv_application_new (void);

void sv_application_fail (SvApplication *self, const char *sentence);
int sv_application_get_exit_status (SvApplication *self);

G_END_DECLS
