/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvPortSpace:
 * @ephemeral_low: ip_local_port_range: connect() and bind(0) choose from here …
 * @ephemeral_high: … to here, both included
 * @unprivileged_start: ip_unprivileged_port_start: below it bind() wants CAP_NET_BIND_SERVICE
 *
 * How this machine's 65 536 ports are divided, and what their services are
 * called.
 */
typedef struct _SvPortSpace SvPortSpace;

SvPortSpace *sv_port_space_new (const char *proc_root, const char *services_file);
SvPortSpace *sv_port_space_new_default (void);
SvPortSpace *sv_port_space_new_for (guint16 ephemeral_low, guint16 ephemeral_high, guint16 unprivileged_start,
                                    const char *services_file);
void sv_port_space_free (SvPortSpace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvPortSpace, sv_port_space_free)

guint16 sv_port_space_get_ephemeral_low (SvPortSpace *self);
guint16 sv_port_space_get_ephemeral_high (SvPortSpace *self);
guint16 sv_port_space_get_unprivileged_start (SvPortSpace *self);
gboolean sv_port_space_is_from_kernel (SvPortSpace *self); /* FALSE: /proc could not be read, Linux' defaults */

const char *sv_port_space_get_service (SvPortSpace *self, guint16 port, guint8 protocol);
const char *sv_port_space_get_service_comment (SvPortSpace *self, guint16 port, guint8 protocol);
gboolean sv_port_space_services_from_file (SvPortSpace *self); /* FALSE: the own catalogue */
gboolean sv_port_space_is_service_from_file (SvPortSpace *self, guint16 port, guint8 protocol);

G_END_DECLS
