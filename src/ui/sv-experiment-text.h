/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-fact.h"
#include "sv-recording.h"
#include "sv-state-walk.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pieces that the state gallery and the bench share. */

char *sv_experiment_list_calls (SvRecording *recording, guint64 first, guint64 end);
char *sv_experiment_describe_way (GArray *steps);

GtkWidget *sv_experiment_add_text (GtkWidget *box, const char *css_class);
GtkWidget *sv_experiment_add_code (GtkWidget *box, const char *label);

G_END_DECLS
