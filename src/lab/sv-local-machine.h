/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machine.h"

G_BEGIN_DECLS

/* This computer, as this process sees it. */
#define SV_TYPE_LOCAL_MACHINE (sv_local_machine_get_type ())
G_DECLARE_FINAL_TYPE (SvLocalMachine, sv_local_machine, SV, LOCAL_MACHINE, GObject)

SvMachine *sv_local_machine_new (void);

G_END_DECLS
