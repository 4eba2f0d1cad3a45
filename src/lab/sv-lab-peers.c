/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lab-private.h"

#include "sv-client.h"

#include <glib/gi18n-lib.h>

/* One of the two: it binds its own port and connects to the other's. */
static gboolean
open_peer (SvLabLink *link, SvSide side, const SvEndpoint *own, const SvEndpoint *other, GError **error)
{
  SvLab *self = link->lab;
  SvMachine *machine = self->machines[side];
  SvEnd *end = sv_end_new (self->recording, sv_machine_get_id (machine), side,
                           side == SV_SIDE_CLIENT ? "peer 1" : "peer 2", link->id);

  link->streams[side] = sv_client_connect_from (end, machine, own, other, self->poller, self->witness,
                                                &SV_LAB_CLIENT_EVENTS, link, error);
  if (link->streams[side] == NULL)
    return FALSE;
  self->n_open++;
  if (side == SV_SIDE_CLIENT)
    sv_lab_set_n_clients (self, self->n_clients + 1);
  return TRUE;
}

/**
 * sv_lab_open_peers:
 * @first: address and port of the program on the clients' machine
 * @second: of the one on the server's
 * @error: %SV_LAB_ERROR_RANGE on one machine: there the answer to the first SYN,
 *   RST, comes before the second can leave
 *
 * Two programs of equal rank: both bind and connect, nobody listens. Their SYNs
 * cross on the wire: a simultaneous open, RFC 9293 §3.5 (figure 7).
 *
 * Returns: the connection's id, 0 if it failed
 */
guint
sv_lab_open_peers (SvLab *self, const SvEndpoint *first, const SvEndpoint *second, GError **error)
{
  SvLabLink *link;

  g_return_val_if_fail (SV_IS_LAB (self), 0);
  g_return_val_if_fail (first != NULL && second != NULL, 0);

  if (self->machines[SV_SIDE_CLIENT] == self->machines[SV_SIDE_SERVER])
    {
      g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                           _("Within one computer the answer to the first SYN comes before the second can leave: choose Two "
                             "Machines, where they meet on the wire."));
      return 0;
    }
  if (!sv_lab_wake (self, error))
    return 0;
  link = sv_lab_ensure_link (self, sv_recording_add_connection (self->recording, "peer 1", FALSE));
  link->peers = TRUE;
  sv_recording_set_server_actor (self->recording, link->id, "peer 2");
  if (!open_peer (link, SV_SIDE_CLIENT, first, second, error))
    {
      sv_lab_rest (self);
      return 0;
    }
  if (!open_peer (link, SV_SIDE_SERVER, second, first, error))
    {
      sv_stream_close (link->streams[SV_SIDE_CLIENT]);
      return 0;
    }
  /* Nobody accepts it: it is whole as it is. */
  link->accepted = TRUE;
  return link->id;
}
