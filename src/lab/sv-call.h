/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-end.h"

G_BEGIN_DECLS

/* How many bytes of one send or recv a fact keeps, and an end in all; then
 * only a few of each, so that a big transfer does not fill the memory. */
#define SV_CALL_MAX_DATA 4096
#define SV_CALL_MAX_DATA_OF_END (64 * 1024)
#define SV_CALL_MIN_DATA 64

/**
 * SvOutcome:
 * @name: the call, as a program writes it
 * @entered: CLOCK_MONOTONIC in ns
 * @duration: in ns
 * @result: what it returned
 * @error: errno if @result is -1, else 0
 *
 * How one call went.
 */
typedef struct
{
  const char *name;
  gint64 entered;
  gint64 duration;
  gint64 result;
  int error;
} SvOutcome;

/* Whom the accepted connection belongs to; called before the call is recorded. */
typedef void (*SvIdentifyFunc) (SvEnd *accepted, gpointer user_data);

SvOutcome sv_call_socket (SvEnd *self, SvMachine *machine, guint16 family);
SvOutcome sv_call_set_option (SvEnd *self, int level, int option, const void *value, gsize length, const char *args);
SvOutcome sv_call_reuse_address (SvEnd *self);
SvOutcome sv_call_save_syn (SvEnd *self);
SvOutcome sv_call_v6_only (SvEnd *self);
SvOutcome sv_call_receive_buffer (SvEnd *self, int bytes);
SvOutcome sv_call_bind (SvEnd *self, const SvEndpoint *address);
SvOutcome sv_call_listen (SvEnd *self, int backlog);
SvOutcome sv_call_accept (SvEnd *self, SvIdentifyFunc identify, gpointer user_data, SvEnd **accepted);
SvOutcome sv_call_connect (SvEnd *self, const SvEndpoint *address);
SvOutcome sv_call_finish_connect (SvEnd *self, int *socket_error);
SvOutcome sv_call_send (SvEnd *self, const void *data, gsize length);
SvOutcome sv_call_recv (SvEnd *self, void *buffer, gsize size);
SvOutcome sv_call_sendto (SvEnd *self, const void *data, gsize length, const SvEndpoint *address);
SvOutcome sv_call_recvfrom (SvEnd *self, void *buffer, gsize size, SvIdentifyFunc identify, gpointer user_data);
SvOutcome sv_call_shutdown (SvEnd *self);
SvOutcome sv_call_no_linger (SvEnd *self);
SvOutcome sv_call_close (SvEnd *self);

SvOutcome sv_call_bind_path (SvEnd *self, const char *path);
SvOutcome sv_call_connect_path (SvEnd *self, const char *path);
SvOutcome sv_call_unlink (SvEnd *self, const char *path);

void sv_call_set_path_error (GError **error, const char *name, int code, const char *path);
void sv_call_set_error (GError **error, const char *name, int code, const SvEndpoint *endpoint);

G_END_DECLS
