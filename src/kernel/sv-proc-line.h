/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The fields of a line of /proc/net/tcp, tcp6, udp and udp6, in their order. */
typedef enum
{
  SV_PROC_SL,
  SV_PROC_LOCAL_ADDRESS,
  SV_PROC_LOCAL_PORT,
  SV_PROC_REMOTE_ADDRESS,
  SV_PROC_REMOTE_PORT,
  SV_PROC_STATE,
  SV_PROC_TX_QUEUE,
  SV_PROC_RX_QUEUE,
  SV_PROC_TIMER,
  SV_PROC_WHEN,
  SV_PROC_RETRANSMITS,
  SV_PROC_UID,
  SV_PROC_TIMEOUT,
  SV_PROC_INODE,
  SV_PROC_REF,
  SV_PROC_POINTER,
  SV_PROC_RTO,      /* from here on TCP alone, and not for TIME_WAIT and SYN_RECV */
  SV_PROC_ATO,
  SV_PROC_ACK_MODE,
  SV_PROC_CWND,
  SV_PROC_SSTHRESH,
  SV_PROC_DROPS,    /* UDP alone */
  SV_N_PROC_FIELDS
} SvProcFieldKind;

/**
 * SvProcField:
 * @name: as the headline has it; what the headline leaves out has the kernel's
 *   own word (include/net/tcp.h, Documentation/networking/proc_net_tcp.rst)
 * @offset: in characters from the begin of the line
 * @length: in characters; the “:” between two fields belongs to neither
 * @number: what the digits say; of an address nothing. Times are in ms.
 * @value: the same for people, untranslated: "127.0.0.1", "LISTEN", "980 ms"
 */
typedef struct
{
  SvProcFieldKind kind;
  const char *name;
  guint offset;
  guint length;
  gint64 number;
  char value[48];
} SvProcField;

/**
 * SvProcLine: one line, field by field, in the order of the line. A plain value.
 */
typedef struct
{
  guint8 protocol;
  guint16 family;
  guint n_fields;
  SvProcField fields[SV_N_PROC_FIELDS];
} SvProcLine;

gboolean sv_proc_line_decode (SvProcLine *self, const char *text, gsize length, guint8 protocol);
const SvProcField *sv_proc_line_get (const SvProcLine *self, SvProcFieldKind kind);
const SvProcField *sv_proc_line_find_at (const SvProcLine *self, guint offset);

G_END_DECLS
