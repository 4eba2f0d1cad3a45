/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-socket-source.h"

G_BEGIN_DECLS

/**
 * SvProcSource:
 *
 * The socket table by the text files of /proc/net, proc(5), for where netlink
 * is closed. The rows have no cookie and no backlog.
 */
#define SV_TYPE_PROC_SOURCE (sv_proc_source_get_type ())
G_DECLARE_FINAL_TYPE (SvProcSource, sv_proc_source, SV, PROC_SOURCE, GObject)

SvSocketSource *sv_proc_source_new (const char *root, GError **error);

guint sv_proc_source_get_malformed (SvProcSource *self);

G_END_DECLS
