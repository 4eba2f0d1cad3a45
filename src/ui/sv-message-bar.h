/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-compat.h"

G_BEGIN_DECLS

/**
 * SvMessageBar:
 *
 * One sentence about something that failed, with a button to close it and
 * perhaps one to mend it. It is
 * an alert to screen readers. (AdwBanner is newer than libadwaita 1.2, and
 * GtkInfoBar is deprecated since.)
 */
#define SV_TYPE_MESSAGE_BAR (sv_message_bar_get_type ())
G_DECLARE_FINAL_TYPE (SvMessageBar, sv_message_bar, SV, MESSAGE_BAR, AdwBin)

GtkWidget *sv_message_bar_new (void);

void sv_message_bar_show (SvMessageBar *self, const char *sentence);
void sv_message_bar_show_action (SvMessageBar *self, const char *sentence, const char *label, const char *action);
void sv_message_bar_hide (SvMessageBar *self);
const char *sv_message_bar_get_sentence (SvMessageBar *self);

G_END_DECLS
