/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machine.h"
#include "sv-recording.h"

G_BEGIN_DECLS

/**
 * SvEnd:
 * @recording: (unowned): where its calls are recorded; outlives it
 * @machine: whose kernel it lives in
 * @actor: interned: who holds it
 * @protocol: IPPROTO_TCP, as it is made, IPPROTO_UDP, or 0 for the UNIX domain
 * @connection: the connection it is an end of, 0 for a listener
 * @fd: its descriptor; stays after close(), which makes @socket %NULL
 * @local: as getsockname(2) said last, family 0 until it has a name; of the UNIX
 *   domain its inode
 * @foreign: as getpeername(2) said last, or the address that was asked for
 * @kept: bytes of its traffic that the recording was given
 * @data_segments_in: how many had arrived when that was last looked at, by TCP_INFO
 * @bytes_received: the same of bytes
 *
 * One open socket of ours, and on whose behalf its calls are made.
 */
typedef struct
{
  SvRecording *recording;
  SvMachineId machine;
  SvSide side;
  const char *actor;
  guint8 protocol;
  guint connection;
  GSocket *socket;
  int fd;
  SvEndpoint local;
  SvEndpoint foreign;
  gsize kept;
  guint data_segments_in;
  guint64 bytes_received;
} SvEnd;

SvEnd *sv_end_new (SvRecording *recording, SvMachineId machine, SvSide side, const char *actor, guint connection);
void sv_end_free (SvEnd *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvEnd, sv_end_free)

void sv_end_take_socket (SvEnd *self, GSocket *socket);
void sv_end_read_names (SvEnd *self);

G_END_DECLS
