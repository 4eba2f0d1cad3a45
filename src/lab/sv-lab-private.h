/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The lab's inside, in five files: sv-lab.c is the door, sv-lab-links.c
 * follows connections, sv-lab-spawn.c lets clients come, sv-lab-names.c those
 * that know only a name; sv-lab-datagram.c is all of it for UDP. */

#include "sv-lab.h"

#include "sv-datagram.h"
#include "sv-owner-finder.h"
#include "sv-server.h"

G_BEGIN_DECLS

/* What the lab knows of a connection beside what is recorded. */
typedef struct
{
  SvLab *lab;
  guint id;
  SvStream *streams[2]; /* by SvSide: the ends that are open and ours */
  SvDatagram *datagram; /* the client's end, if it is UDP and open */
  SvEndpoint server;    /* whom it talks to */
  gboolean outstanding; /* counted in SvLab.outstanding */
  gboolean accepted;
  gboolean connected;
  gboolean peers;    /* both ends connect */
  guint n_connected; /* of those, how many have */
  gboolean parked; /* one side was shut down by a person: the other one does not close by itself */
  SvTcpInfo info;  /* of the server's end, as last seen */
} SvLabLink;

struct _SvLab
{
  GObject parent_instance;

  SvRecording *recording;
  SvMachine *machines[2]; /* by SvSide */
  SvEndpoint server_addresses[2]; /* IPv4 and IPv6, family 0: the server lives where the clients do */

  /* Only while something is open. */
  SvPoller *poller;
  SvWitness *witness;
  SvOwnerFinder *owner_finder;

  SvServer *server;
  SvDatagram *datagram_server; /* instead of @server, with UDP */
  SvManner manner;
  SvServerOptions options;
  GPtrArray *links;       /* SvLabLink, owned, nullable; the connection's id - 1 is the index */
  guint first_connection; /* since the server was started */
  guint n_open;           /* ends */
  guint n_clients;
  guint n_named;          /* clients that have got a number */
  guint connect_errors;
  guint outstanding;
  guint spawning;
  SvDestination target;        /* of the clients to come */
  gboolean has_target;    /* otherwise they go to our own server */
  GSource *spawn_source;
  GPtrArray *quests;      /* clients that connect by name, and have not yet */
};

extern const SvStreamEvents SV_LAB_CLIENT_EVENTS;
extern const SvServerEvents SV_LAB_LISTENER_EVENTS;

SvLabLink *sv_lab_find_link (SvLab *self, guint id);
SvLabLink *sv_lab_ensure_link (SvLab *self, guint id);
void sv_lab_note (SvLab *self, SvSide side, guint connection, const char *text);
void sv_lab_set_outstanding (SvLabLink *link, gboolean outstanding);
void sv_lab_set_n_clients (SvLab *self, guint n);
void sv_lab_close_all (SvLab *self, SvSide side);
void sv_lab_look_after_queue (SvLab *self);
void sv_lab_close_ended_clients (SvLab *self);

gboolean sv_lab_wake (SvLab *self, GError **error);
void sv_lab_rest (SvLab *self);
gboolean sv_lab_fail_no_server (GError **error);

gboolean sv_lab_open_client (SvLab *self, guint id, const char *actor, const SvDestination *target);
GPtrArray *sv_lab_new_quests (void);
void sv_lab_name_connected (SvLab *self, guint connection);
void sv_lab_name_failed (SvLab *self, guint connection);

gboolean sv_lab_start_datagrams (SvLab *self, const SvServerOptions *options, GError **error);
void sv_lab_stop_datagrams (SvLab *self);
gboolean sv_lab_receive_datagram (SvLab *self, GError **error);
gboolean sv_lab_spawn_datagram (SvLabLink *link, const char *actor, const SvEndpoint *target, GError **error);
gboolean sv_lab_send_datagram (SvLabLink *link, SvSide side, GBytes *data, GError **error);
void sv_lab_close_datagram (SvLabLink *link);

void sv_lab_continue_spawning (SvLab *self);
void sv_lab_stop_spawning (SvLab *self);

G_END_DECLS
