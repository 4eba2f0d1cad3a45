/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What differs between GTK 4.8 with libadwaita 1.2 and today's, in one place. */

#include <adwaita.h>
#include <gtk/gtk.h>
