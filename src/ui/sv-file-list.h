/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-session.h"
#include "sv-slot-list.h"

G_BEGIN_DECLS

/* What our process has open, as /proc/PID/fd says; each socket with whose it
 * is. It is read in a thread, once a second at most, while it can be seen. */
#define SV_TYPE_FILE_LIST (sv_file_list_get_type ())
G_DECLARE_FINAL_TYPE (SvFileList, sv_file_list, SV, FILE_LIST, GtkWidget)

GtkWidget *sv_file_list_new (SvSession *session);

SvSlotList *sv_file_list_get_slots (SvFileList *self);

G_END_DECLS
