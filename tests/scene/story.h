/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-recording.h"

/* Writes recordings as the lab does: each call, then the packets that it must
 * have caused, then the rows that were read after it. Time is driven by hand. */
typedef struct
{
  SvRecording *recording;
  gint64 now; /* ns */
  guint16 port;
  guint16 next_client_port;
  int listener_fd;
  int next_fd;
  gboolean two; /* clients live on one machine, the server on another */
  gboolean nat; /* and routers between them translate their addresses */
} Story;

void story_init (Story *self);
void story_init_two (Story *self, gboolean nat); /* the machines and addresses of Two Machines */
SvMachineId story_machine (Story *self, SvSide side);
void story_clear (Story *self);
void story_wait (Story *self, double seconds);

SvFact *story_call (Story *self, SvSide side, guint connection, const char *name, int fd, const char *args,
                    gint64 result, int error);
void story_packet (Story *self, guint connection, SvSide from, guint8 flags, guint length);
void story_real_syn (Story *self, guint connection);
/* As seen on a wire between two machines; @flight: its number there. */
void story_on_wire (Story *self, guint connection, SvPacketEvent event, SvSide from, guint8 flags, guint32 seq,
                    guint64 flight);
guint story_wire_connect (Story *self); /* up to connect(): SYN_SENT, and nothing on the wire yet */
void story_row (Story *self, guint connection, SvSide side, SvTcpState state, guint inode);
void story_queue (Story *self, guint waiting);

void story_listen (Story *self);
void story_stop_listening (Story *self);
guint story_connect (Story *self);                /* up to SO_ERROR; both ends ESTABLISHED */
guint story_connect_refused (Story *self);
guint story_connect_unanswered (Story *self);     /* the accept queue is full */
guint story_foreign (Story *self, gboolean local); /* known once it is accepted */
void story_accept (Story *self, guint connection);
void story_talk (Story *self, guint connection, SvSide from, const char *text);
void story_close (Story *self, guint connection, SvSide first); /* both sides, then TIME_WAIT */
void story_reset (Story *self, guint connection, SvSide side);
int story_fd (Story *self, guint connection, SvSide side);
guint story_demo (Story *self);                   /* listen, one client, a line each way, close */
