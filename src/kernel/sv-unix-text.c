/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-unix-text.h"

#include <sys/socket.h>

/**
 * sv_unix_row_get_state_name:
 *
 * Returns: the word of netstat's column "State", "" for none. A socket that no
 *   process holds yet is on its way through connect().
 */
const char *
sv_unix_row_get_state_name (const SvSocketRow *row)
{
  if (row->unix_row.listens)
    return "LISTENING";
  if (row->state == SV_TCP_ESTABLISHED)
    return row->inode != 0 ? "CONNECTED" : "CONNECTING";
  return row->inode != 0 ? "" : "DISCONNECTING";
}

/**
 * sv_unix_row_get_type_name:
 *
 * Returns: the word of netstat's column "Type"
 */
const char *
sv_unix_row_get_type_name (const SvSocketRow *row)
{
  switch (row->unix_row.type)
    {
    case SOCK_STREAM:
      return "STREAM";
    case SOCK_DGRAM:
      return "DGRAM";
    case SOCK_SEQPACKET:
      return "SEQPACKET";
    default:
      return "UNKNOWN";
    }
}

/**
 * sv_unix_text_append_header:
 *
 * Appends the two lines that `netstat -xa` (net-tools 2.10) begins with.
 */
void
sv_unix_text_append_header (GString *text)
{
  g_string_append (text, "Active UNIX domain sockets (servers and established)\n"
                         "Proto RefCnt Flags       Type       State         I-Node   Path\n");
}

/**
 * sv_unix_text_append_row:
 *
 * Appends the row as `netstat -xa` (net-tools 2.10) prints it, byte for byte and
 * with a line end. Not translated.
 */
void
sv_unix_text_append_row (GString *text, const SvSocketRow *row)
{
  g_return_if_fail (text != NULL);
  g_return_if_fail (row != NULL && row->family == AF_UNIX);

  g_string_append_printf (text, "unix  %-6u %-11s %-10s %-13s %-8u %s\n", row->unix_row.ref_count,
                          row->unix_row.listens ? "[ ACC ]" : "[ ]", sv_unix_row_get_type_name (row),
                          sv_unix_row_get_state_name (row), row->inode,
                          row->unix_row.path != NULL ? row->unix_row.path : "");
}
