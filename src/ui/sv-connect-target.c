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

/* Nothing is sent to other computers. */
static gboolean
is_of_this_computer (SvSession *session, const SvEndpoint *target)
{
  g_autoptr (GArray) addresses = sv_machine_list_addresses (sv_session_get_machine (session, SV_SIDE_CLIENT));
  SvEndpoint plain = sv_endpoint_unmapped (target);

  /* All of 127.0.0.0/8 is this computer. */
  if (plain.family == AF_INET && plain.address[0] == 127)
    return TRUE;
  for (guint i = 0; i < addresses->len; i++)
    {
      SvEndpoint own = g_array_index (addresses, SvEndpoint, i);

      own.port = plain.port;
      if (sv_endpoint_equal (&own, &plain))
        return TRUE;
    }
  return FALSE;
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
  if (network != NULL || is_of_this_computer (session, target))
    return TRUE;
  g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
               _("“%s” is not of this computer. SockView's clients connect to nobody else."), trimmed);
  return FALSE;
}
