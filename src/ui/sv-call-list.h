/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-call-index.h"
#include "sv-session.h"
#include "sv-slot-list.h"

G_BEGIN_DECLS

/* Every system call of the recording, and the chosen one in words. */
#define SV_TYPE_CALL_LIST (sv_call_list_get_type ())
G_DECLARE_FINAL_TYPE (SvCallList, sv_call_list, SV, CALL_LIST, GtkWidget)

GtkWidget *sv_call_list_new (SvSession *session, SvCallIndex *calls);

SvSlotList *sv_call_list_get_slots (SvCallList *self);
char *sv_call_format (const SvFact *call);
char *sv_call_format_result (const SvFact *call);

G_END_DECLS
