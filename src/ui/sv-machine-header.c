/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-machine-header.h"

#include "sv-card-header.h"

#include <glib/gi18n-lib.h>

/**
 * sv_machine_header_get_title:
 *
 * Returns: what the card of that side is called: the machine, if it is one of
 *   its own
 */
const char *
sv_machine_header_get_title (SvSession *session, SvSide side)
{
  if (sv_session_get_network (session) == NULL)
    return side == SV_SIDE_CLIENT ? C_("stage", "Clients") : C_("stage", "Server");
  return side == SV_SIDE_CLIENT ? C_("stage", "Client machine") : C_("stage", "Server machine");
}

static GtkWidget *
create_address (const SvEndpoint *endpoint)
{
  g_autofree char *address = sv_endpoint_address_to_string (endpoint);
  GtkWidget *label = gtk_label_new (address);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "sv-address");
  return label;
}

static const char *
explain_outside (SvSide side)
{
  return side == SV_SIDE_CLIENT
           ? _("The server machine knows it by this address: its router puts its own address in place of this "
               "machine's into each packet that leaves (source NAT).")
           : _("The client machine reaches it at this address: its router puts this machine's address in place of its "
               "own into each packet that arrives (destination NAT).");
}

/* By NAT the other machine knows it by its router's address. */
static GtkWidget *
create_outside_note (const SvEndpoint *outside, SvSide side)
{
  g_autofree char *address = sv_endpoint_address_to_string (outside);
  g_autofree char *quoted = g_strdup_printf ("<tt>%s</tt>", address);
  /* Translators: %s is the IP address by which the other machine knows this one */
  g_autofree char *markup = g_strdup_printf (C_("stage", "seen as %s"), quoted);
  GtkWidget *label = sv_card_subtitle_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_widget_set_tooltip_text (label, explain_outside (side));
  return label;
}

/**
 * sv_machine_header_new:
 * @subtitle: (nullable): under it
 * @button: (nullable): at its end
 *
 * Returns: (transfer floating): the head of the card of one side: who lives
 *   there and, of a machine of its own, by which addresses it is known
 */
GtkWidget *
sv_machine_header_new (SvSession *session, SvSide side, GtkWidget *subtitle, GtkWidget *button)
{
  SvNetwork *network = sv_session_get_network (session);
  const char *title = sv_machine_header_get_title (session, side);
  const SvEndpoint *own;
  GtkWidget *box;

  if (network == NULL)
    return sv_card_header_new (title, subtitle, button);

  own = sv_virtual_machine_get_address (sv_network_get_machine (network, side), G_SOCKET_FAMILY_IPV4);
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_append (GTK_BOX (box), create_address (own));
  if (sv_network_has_nat (network))
    gtk_box_append (GTK_BOX (box), create_outside_note (sv_network_get_outside_address (network, side,
                                                                                       G_SOCKET_FAMILY_IPV4), side));
  if (subtitle != NULL)
    gtk_box_append (GTK_BOX (box), subtitle);
  return sv_card_header_new (title, box, button);
}
