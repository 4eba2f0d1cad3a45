/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lab.h"

G_BEGIN_DECLS

/**
 * SvServerForm:
 *
 * What a person has chosen for the server: the address as typed (an IP address
 * or a name), and the rest. Every view of it is bound to it.
 *
 * Properties, with notify: "address", "port", "backlog", "echo", "hold-accept",
 * "kind" (an #SvKind), "v6-only", "path" (of the UNIX domain; "": one of our choice),
 * and read-only "resolving" (a name is being looked up), "problem" (a sentence,
 * or NULL).
 */
#define SV_TYPE_SERVER_FORM (sv_server_form_get_type ())
G_DECLARE_FINAL_TYPE (SvServerForm, sv_server_form, SV, SERVER_FORM, GObject)

SvServerForm *sv_server_form_new (GSettings *settings);
SvServerForm *sv_server_form_new_for_machine (SvMachineId machine);

SvMachineId sv_server_form_get_machine (SvServerForm *self);

const char *sv_server_form_get_address (SvServerForm *self);
guint sv_server_form_get_port (SvServerForm *self);
const char *sv_server_form_get_problem (SvServerForm *self);
void sv_server_form_set_problem (SvServerForm *self, const char *problem);
void sv_server_form_set_bind (SvServerForm *self, const SvEndpoint *bind);
gboolean sv_server_form_is_resolving (SvServerForm *self);
gboolean sv_server_form_peek_bind (SvServerForm *self, SvEndpoint *bind);
char *sv_server_form_explain_bind (SvServerForm *self, gboolean *lets_others_in);

void sv_server_form_prepare (SvServerForm *self, GAsyncReadyCallback callback, gpointer data);
gboolean sv_server_form_prepare_finish (SvServerForm *self, GAsyncResult *result, SvServerOptions *options,
                                        GError **error);
void sv_server_form_cancel (SvServerForm *self);

G_END_DECLS
