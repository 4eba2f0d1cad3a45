/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

G_BEGIN_DECLS

/* How long a name may take, in ms: resolv.conf(5) would go on for longer. */
#define SV_NAME_TIMEOUT_MS 5000

/**
 * SvNameLookup:
 *
 * Asks this system for the addresses of a host's name, IPv6 and IPv4 at once, as
 * GIO's GNetworkAddress does, and puts the questions and the answers into the
 * recording. The addresses come in the order in which they shall be tried: RFC
 * 8305 §4 (“Happy Eyeballs”): IPv6 first, then by turns.
 */
typedef struct _SvNameLookup SvNameLookup;

/* There is another address, or there will be none: see sv_name_lookup_take(). */
typedef void (*SvNameLookupFunc) (SvNameLookup *self, gpointer user_data);

SvNameLookup *sv_name_lookup_start (SvRecording *recording, SvMachineId machine, guint connection, const char *actor,
                                    const char *host, guint16 port, guint timeout_ms, SvNameLookupFunc changed,
                                    gpointer user_data);
void sv_name_lookup_cancel (SvNameLookup *self);
void sv_name_lookup_free (SvNameLookup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvNameLookup, sv_name_lookup_free)

gboolean sv_name_lookup_take (SvNameLookup *self, SvEndpoint *address);
gboolean sv_name_lookup_is_finished (SvNameLookup *self);

gboolean sv_name_parse (const char *text, guint16 default_port, const char *protocol, char **host, guint16 *port,
                        GError **error);

G_END_DECLS
