/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-application.h"
#include "sv-start-options.h"
#include "sv-window.h"

G_BEGIN_DECLS

void sv_picture_take (SvApplication *application, SvWindow *window, const SvStartOptions *options);

G_END_DECLS
