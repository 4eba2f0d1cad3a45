/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-explain.h"

G_BEGIN_DECLS

/**
 * SvPortContext: what is known around a port
 * @rows: the machine's table
 * @get_owner: (nullable): who holds the socket with that inode; FALSE if that is not visible
 */
typedef struct
{
  SvMachineId machine;
  SvPortSpace *ports;
  SvRowTable *rows;
  gboolean (*get_owner) (SvMachineId machine, guint32 inode, SvOwner *owner, gpointer data);
  gpointer owner_data;
} SvPortContext;

char *sv_explain_port_service (guint16 port, SvPortSpace *ports);
char *sv_explain_port_use (guint16 port, const SvPortContext *context, gboolean *is_free);
char *sv_explain_port_band (guint16 port, SvPortSpace *ports);
guint sv_explain_find_free_port (guint16 from, SvRowTable *rows);

G_END_DECLS
