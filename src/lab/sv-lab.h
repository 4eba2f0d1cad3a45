/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-machine.h"
#include "sv-recording.h"
#include "sv-tcp-info.h"

G_BEGIN_DECLS

#define SV_LAB_MAX_CLIENTS 10000
#define SV_LAB_DEFAULT_PORT 9999
#define SV_LAB_DEFAULT_BACKLOG 5

#define SV_LAB_ERROR (sv_lab_error_quark ())
GQuark sv_lab_error_quark (void);

typedef enum
{
  SV_LAB_ERROR_CALL,        /* a system call failed; the message says it in words */
  SV_LAB_ERROR_RUNNING,     /* a server runs already */
  SV_LAB_ERROR_NO_SERVER,   /* nothing to connect to */
  SV_LAB_ERROR_RANGE,       /* a number is outside of what is possible */
  SV_LAB_ERROR_DESCRIPTORS, /* this process may not have that many descriptors */
  SV_LAB_ERROR_NO_SOCKET,   /* that end is not ours, or closed already */
} SvLabError;

/* What a name in the UNIX domain may have, with its NUL: sun_path, unix(7). */
#define SV_UNIX_PATH_SIZE 108

/* What kind of socket server and clients have. */
typedef enum
{
  SV_KIND_TCP,
  SV_KIND_UDP,
  SV_KIND_UNIX, /* SOCK_STREAM of the UNIX domain: within one computer */
} SvKind;

/* How a UDP client comes to its port and to its server. */
typedef enum
{
  SV_MANNER_CONNECTED, /* connect(): the kernel keeps the server's address, and tells ICMP errors */
  SV_MANNER_UNBOUND,   /* sendto() each time; the first one gives it a port */
  SV_MANNER_BOUND,     /* bind() to a free port first */
} SvManner;

/**
 * SvDestination:
 * @endpoint: not for %SV_KIND_UNIX
 * @path: only for %SV_KIND_UNIX: a file, or "@name"
 *
 * Where clients shall go.
 */
typedef struct
{
  SvKind kind;
  SvEndpoint endpoint;
  char path[SV_UNIX_PATH_SIZE];
} SvDestination;

/**
 * SvServerOptions:
 * @kind: what kind of socket
 * @bind: address and port to bind; not for %SV_KIND_UNIX
 * @path: only for %SV_KIND_UNIX: the file to make, or "@name"
 * @v6_only: an IPv6 server shall not take IPv4 as well
 * @receive_buffer: bytes for SO_RCVBUF, 0: as the system has it
 * @backlog: what listen() is told
 * @echo: whether the server sends back what it receives
 * @hold_accept: whether accept() waits for sv_lab_accept_one(); with UDP, recvfrom()
 */
typedef struct
{
  SvKind kind;
  char path[SV_UNIX_PATH_SIZE];
  gboolean v6_only;
  int receive_buffer;
  SvEndpoint bind;
  int backlog;
  gboolean echo;
  gboolean hold_accept;
} SvServerOptions;

/**
 * SvLab:
 *
 * The one door to everything that acts: the server, the clients, and what
 * people do with them. All of it goes into the recording. Properties, all with
 * notify: "running" (the server listens), "hold-accept", "echo", "spawning"
 * (clients still to come), "n-clients" (our own clients that are open), "resolving"
 * (a client asks for a name's addresses or tries them).
 *
 * Signals, after all is recorded (never act from the recording's "appended"):
 * "connected" (connection), "received" (connection, side, bytes), "closed"
 * (connection, side).
 *
 * Clients belong to connections; a connection's id names both of its ends. With
 * UDP a "connection" is a client and the server that it talks to: the server has
 * one socket for all of them, so there is no end of its own to close.
 */
#define SV_TYPE_LAB (sv_lab_get_type ())
G_DECLARE_FINAL_TYPE (SvLab, sv_lab, SV, LAB, GObject)

SvLab *sv_lab_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine);

SvRecording *sv_lab_get_recording (SvLab *self);
SvMachine *sv_lab_get_machine (SvLab *self, SvSide side);
void sv_lab_set_server_address (SvLab *self, const SvEndpoint *address);

void sv_server_options_init (SvServerOptions *options);
gboolean sv_lab_start_server (SvLab *self, const SvServerOptions *options, GError **error);
void sv_lab_stop_server (SvLab *self);
gboolean sv_lab_is_running (SvLab *self);
const SvServerOptions *sv_lab_get_options (SvLab *self);
gboolean sv_lab_get_listener_endpoint (SvLab *self, SvEndpoint *endpoint);
int sv_lab_get_listener_fd (SvLab *self);
guint sv_lab_get_connect_errors (SvLab *self);

void sv_lab_set_hold_accept (SvLab *self, gboolean hold_accept);
void sv_lab_set_echo (SvLab *self, gboolean echo);
gboolean sv_lab_accept_one (SvLab *self, GError **error);

gboolean sv_lab_spawn_clients (SvLab *self, guint n, GError **error);
gboolean sv_lab_connect_by_name (SvLab *self, SvKind kind, const char *text, GError **error);
void sv_lab_cancel_names (SvLab *self);
guint sv_lab_open_peers (SvLab *self, const SvEndpoint *first, const SvEndpoint *second, GError **error);
gboolean sv_lab_spawn_clients_at (SvLab *self, guint n, const SvDestination *target, GError **error);
void sv_lab_set_manner (SvLab *self, SvManner manner);
SvManner sv_lab_get_manner (SvLab *self);
gboolean sv_server_options_set_path (SvServerOptions *options, const char *path, GError **error);
gboolean sv_destination_set_path (SvDestination *target, const char *path, GError **error);
gboolean sv_lab_spawn_clients_to (SvLab *self, guint n, const SvEndpoint *target, GError **error);
gboolean sv_lab_get_tcp_info (SvLab *self, guint connection, SvTcpInfo *info);
gboolean sv_lab_has_end (SvLab *self, guint connection, SvSide side);
gboolean sv_lab_may_send (SvLab *self, guint connection, SvSide side);
gboolean sv_lab_send (SvLab *self, guint connection, SvSide side, GBytes *data, GError **error);
gboolean sv_lab_shut_down (SvLab *self, guint connection, SvSide side, GError **error);
gboolean sv_lab_close (SvLab *self, guint connection, SvSide side, GError **error);
gboolean sv_lab_reset (SvLab *self, guint connection, SvSide side, GError **error);

/* Closes everything at once: no socket and no source is left. */
void sv_lab_stop (SvLab *self);

G_END_DECLS
