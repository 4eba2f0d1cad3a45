/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-connect-target.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>

static gboolean
is_port_alone (const char *text)
{
  if (*text == ':')
    text++;
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

/**
 * sv_connect_target_parse:
 * @text: address and port; a port alone is one of the machine where the servers live
 *
 * Returns: %FALSE with a sentence
 */
gboolean
sv_connect_target_parse (SvSession *session, const char *text, SvEndpoint *target, GError **error)
{
  SvNetwork *network = sv_session_get_network (session);
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  if (!sv_endpoint_parse (trimmed, 0, target, error))
    return FALSE;
  if (target->port == 0)
    {
      g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                   _("“%s” has no port. Write it behind the address, after a colon."), trimmed);
      return FALSE;
    }
  if (network != NULL && is_port_alone (trimmed))
    {
      guint16 port = target->port;

      *target = *sv_network_get_server_address (network, AF_INET);
      target->port = port;
    }
  if (network != NULL || sv_machine_has_address (sv_session_get_machine (session, SV_SIDE_CLIENT), target))
    return TRUE;
  g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
               _("“%s” is not of this computer. SockView's clients connect to nobody else."), trimmed);
  return FALSE;
}

static SvKind
get_kind (SvSession *session)
{
  SvKind kind = sv_lab_get_options (sv_session_get_lab (session))->kind;

  return kind == SV_KIND_UNIX ? SV_KIND_TCP : kind;
}

/* Letters, and no address. */
static gboolean
is_name (const char *text)
{
  SvEndpoint endpoint;

  return !sv_endpoint_parse (text, 0, &endpoint, NULL) && strchr (text, '[') == NULL
         && strpbrk (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL;
}

static gboolean
go_by_name (SvSession *session, const char *name, guint n_clients, GError **error)
{
  for (guint i = 0; i < n_clients; i++)
    if (!sv_lab_connect_by_name (sv_session_get_lab (session), get_kind (session), name, error))
      return FALSE;
  return TRUE;
}

/**
 * sv_connect_target_go:
 * @text: address and port, a name and a port, or a file of the UNIX domain
 *
 * Lets clients connect to it: with UDP if that is what the server was started
 * with last. A name is looked up as everybody can watch; two machines of ours
 * have nobody whom they could ask.
 *
 * Returns: %FALSE with a sentence
 */
gboolean
sv_connect_target_go (SvSession *session, const char *text, guint n_clients, GError **error)
{
  SvLab *lab = sv_session_get_lab (session);
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  SvDestination target = { .kind = get_kind (session) };
  gboolean here = sv_session_get_network (session) == NULL;

  if (here && (*trimmed == '/' || *trimmed == '@'))
    return sv_destination_set_path (&target, trimmed, error)
           && sv_lab_spawn_clients_at (lab, n_clients, &target, error);
  if (here && is_name (trimmed))
    return go_by_name (session, trimmed, n_clients, error);
  return sv_connect_target_parse (session, trimmed, &target.endpoint, error)
         && sv_lab_spawn_clients_at (lab, n_clients, &target, error);
}
