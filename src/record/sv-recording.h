/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-connection-log.h"

G_BEGIN_DECLS

#define SV_RECORDING_DEFAULT_CAPACITY 100000

#define SV_TYPE_RECORDING (sv_recording_get_type ())
G_DECLARE_FINAL_TYPE (SvRecording, sv_recording, SV, RECORDING, GObject)

SvRecording *sv_recording_new (guint capacity);

SvFact *sv_recording_append (SvRecording *self, SvFact *fact);

gint64 sv_recording_get_start (SvRecording *self);
guint64 sv_recording_get_first (SvRecording *self);
guint64 sv_recording_get_end (SvRecording *self);
SvFact *sv_recording_get (SvRecording *self, guint64 serial);
guint64 sv_recording_find_time (SvRecording *self, gint64 time);

SvRowTable *sv_recording_get_table (SvRecording *self, SvMachineId machine);
SvSocketLog *sv_recording_get_sockets (SvRecording *self);

guint sv_recording_add_connection (SvRecording *self, const char *actor, gboolean foreign);
guint sv_recording_add_conversation (SvRecording *self, guint8 protocol, const char *actor, gboolean foreign);
void sv_recording_name_sender (SvRecording *self, guint id, const SvEndpoint *sender);
void sv_recording_name_end (SvRecording *self, guint id, SvSide side, const SvEndpoint *own);
void sv_recording_name_connection (SvRecording *self, guint id, const SvEndpoint *client, const SvEndpoint *server);
void sv_recording_alias_connection (SvRecording *self, guint id, const SvEndpoint *client, const SvEndpoint *server);
void sv_recording_set_server_actor (SvRecording *self, guint id, const char *actor);
void sv_recording_set_actor (SvRecording *self, guint id, const char *actor);
guint sv_recording_get_n_connections (SvRecording *self);
const SvConnection *sv_recording_get_connection (SvRecording *self, guint id);
guint sv_recording_find_connection (SvRecording *self, const SvSocketRow *row, SvSide *side);
GArray *sv_recording_get_connection_facts (SvRecording *self, guint id);
GArray *sv_recording_get_shared_facts (SvRecording *self);

G_END_DECLS
