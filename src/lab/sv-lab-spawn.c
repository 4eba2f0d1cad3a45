/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lab-private.h"

#include "sv-client.h"
#include "sv-descriptors.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Connects of ours that wait for accept(), at most: more would overflow the
 * queue, and a dropped SYN costs a second. */
#define MAX_OUTSTANDING 128
/* Connects in one turn of the main loop. */
#define SPAWN_BATCH 16

static void
set_spawning (SvLab *self, guint n)
{
  if (self->spawning == n)
    return;
  self->spawning = n;
  g_object_notify (G_OBJECT (self), "spawning");
}

static SvEndpoint
get_own_address (SvLab *self)
{
  SvEndpoint listener, target;

  sv_lab_get_listener_endpoint (self, &listener);
  target = self->server_addresses[listener.family == AF_INET6];
  target.port = listener.port;
  if (target.family != 0)
    return target;
  return sv_endpoint_is_any (&listener) ? sv_endpoint_loopback (listener.family, listener.port) : listener;
}

static SvDestination
get_target (SvLab *self)
{
  SvDestination target = { .kind = self->options.kind };

  if (self->has_target)
    return self->target;
  if (target.kind == SV_KIND_UNIX)
    memcpy (target.path, self->options.path, sizeof target.path);
  else
    target.endpoint = get_own_address (self);
  return target;
}

static guint8
protocol_of (SvKind kind)
{
  static const guint8 PROTOCOLS[] = { IPPROTO_TCP, IPPROTO_UDP, 0 };

  return PROTOCOLS[kind];
}

/* What becomes of it is told by events, if it lives. */
static gboolean
open_client (SvLabLink *link, const char *actor, const SvDestination *target, GError **error)
{
  SvLab *self = link->lab;
  SvMachine *machine = self->machines[SV_SIDE_CLIENT];
  SvEnd *end;

  if (target->kind == SV_KIND_UDP)
    return sv_lab_spawn_datagram (link, actor, &target->endpoint, error);
  end = sv_end_new (self->recording, sv_machine_get_id (machine), SV_SIDE_CLIENT, actor, link->id);
  end->protocol = protocol_of (target->kind);
  if (target->kind == SV_KIND_UNIX)
    link->streams[SV_SIDE_CLIENT] = sv_client_connect_path (end, machine, target->path, self->poller, self->witness,
                                                            &SV_LAB_CLIENT_EVENTS, link, error);
  else
    link->streams[SV_SIDE_CLIENT] = sv_client_connect (end, machine, &target->endpoint, self->poller, self->witness,
                                                       &SV_LAB_CLIENT_EVENTS, link, error);
  return link->streams[SV_SIDE_CLIENT] != NULL;
}

/**
 * sv_lab_open_client:
 * @id: its connection
 *
 * Opens one client and lets it connect. What fails is noted.
 *
 * Returns: whether it lives
 */
gboolean
sv_lab_open_client (SvLab *self, guint id, const char *actor, const SvDestination *target)
{
  SvLabLink *link = sv_lab_ensure_link (self, id);
  g_autoptr (GError) error = NULL;

  if (!open_client (link, actor, target, &error))
    {
      self->connect_errors++;
      sv_lab_note (self, SV_SIDE_CLIENT, id, error->message);
      sv_lab_name_failed (self, id);
      g_signal_emit_by_name (self, "closed", id, SV_SIDE_CLIENT);
      return FALSE;
    }
  self->n_open++;
  sv_lab_set_n_clients (self, self->n_clients + 1);
  if (target->kind == SV_KIND_TCP)
    return TRUE;
  /* These have no handshake to wait for. */
  link->connected = TRUE;
  sv_lab_name_connected (self, id);
  g_signal_emit_by_name (self, "connected", id);
  return TRUE;
}

static void
spawn_one (SvLab *self)
{
  g_autofree char *actor = g_strdup_printf ("client %u", ++self->n_named);
  SvDestination target = get_target (self);
  guint id = sv_recording_add_conversation (self->recording, protocol_of (target.kind), actor, FALSE);
  gboolean waits = !self->has_target && target.kind != SV_KIND_UDP;

  /* Before it can have been accepted. */
  sv_lab_set_outstanding (sv_lab_ensure_link (self, id), waits);
  if (!sv_lab_open_client (self, id, actor, &target))
    sv_lab_set_outstanding (sv_lab_ensure_link (self, id), FALSE);
}

static gboolean
may_spawn (SvLab *self)
{
  guint limit = (guint) CLAMP (self->options.backlog, 1, MAX_OUTSTANDING);

  if (self->spawning == 0)
    return FALSE;
  if (self->has_target)
    return TRUE;
  return sv_lab_is_running (self) && (self->options.hold_accept || self->outstanding < limit);
}

static gboolean
spawn_cb (gpointer user_data)
{
  g_autoptr (SvLab) self = g_object_ref (user_data);

  for (guint i = 0; i < SPAWN_BATCH && may_spawn (self); i++)
    {
      spawn_one (self);
      set_spawning (self, self->spawning - 1);
    }
  if (may_spawn (self))
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&self->spawn_source, g_source_unref);
  sv_lab_rest (self);
  return G_SOURCE_REMOVE;
}

/* Whenever the queue may have room again. */
void
sv_lab_continue_spawning (SvLab *self)
{
  if (self->spawn_source != NULL || !may_spawn (self))
    return;
  self->spawn_source = g_idle_source_new ();
  g_source_set_priority (self->spawn_source, SV_POLLER_PRIORITY);
  g_source_set_callback (self->spawn_source, spawn_cb, self, NULL);
  g_source_attach (self->spawn_source, g_main_context_get_thread_default ());
}

void
sv_lab_stop_spawning (SvLab *self)
{
  set_spawning (self, 0);
  if (self->spawn_source != NULL)
    g_source_destroy (self->spawn_source);
  g_clear_pointer (&self->spawn_source, g_source_unref);
}

static gboolean
spawn (SvLab *self, guint n, const SvDestination *target, GError **error)
{
  if (n < 1 || n > SV_LAB_MAX_CLIENTS || self->n_clients + self->spawning + n > SV_LAB_MAX_CLIENTS)
    {
      g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                   _("%u clients are too many or too few: from 1 to %u can be open at once."), n, SV_LAB_MAX_CLIENTS);
      return FALSE;
    }
  if (!sv_descriptors_reserve (n, 2 * self->spawning + self->outstanding, error))
    return FALSE;
  self->has_target = target != NULL;
  if (target != NULL)
    self->target = *target;
  set_spawning (self, self->spawning + n);
  sv_lab_continue_spawning (self);
  return TRUE;
}

/**
 * sv_lab_spawn_clients:
 * @n: from 1 to %SV_LAB_MAX_CLIENTS, together with those that are open
 *
 * Returns at once; the clients come as fast as the server accepts them, or,
 * while accept() is held, as fast as the kernel answers.
 *
 * Returns: %FALSE with %SV_LAB_ERROR_NO_SERVER, %SV_LAB_ERROR_RANGE or %SV_LAB_ERROR_DESCRIPTORS
 */
gboolean
sv_lab_spawn_clients (SvLab *self, guint n, GError **error)
{
  g_return_val_if_fail (SV_IS_LAB (self), FALSE);

  return sv_lab_is_running (self) ? spawn (self, n, NULL, error) : sv_lab_fail_no_server (error);
}

/**
 * sv_lab_spawn_clients_to:
 * @target: where somebody listens that need not be ours
 *
 * As sv_lab_spawn_clients(); clients that are still to come go there, too.
 */
gboolean
sv_lab_spawn_clients_to (SvLab *self, guint n, const SvEndpoint *target, GError **error)
{
  SvDestination to = { .kind = SV_KIND_TCP };

  g_return_val_if_fail (SV_IS_LAB (self), FALSE);
  g_return_val_if_fail (target != NULL && target->family != 0, FALSE);

  to.endpoint = *target;
  return sv_lab_spawn_clients_at (self, n, &to, error);
}

/**
 * sv_lab_spawn_clients_at:
 * @target: where somebody waits that need not be ours, and how to get there
 *
 * As sv_lab_spawn_clients_to(), for any kind of socket.
 */
gboolean
sv_lab_spawn_clients_at (SvLab *self, guint n, const SvDestination *target, GError **error)
{
  g_return_val_if_fail (SV_IS_LAB (self), FALSE);
  g_return_val_if_fail (target != NULL, FALSE);

  if (!sv_lab_wake (self, error))
    return FALSE;
  if (spawn (self, n, target, error))
    return TRUE;
  sv_lab_rest (self);
  return FALSE;
}
