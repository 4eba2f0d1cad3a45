/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-port-ruler.h"

G_BEGIN_DECLS

/**
 * SvPortCard:
 *
 * The card of the ports: the ruler, how near it is looked at, and the search:
 * which port a service has, which service a port is known for, and who has taken
 * it.
 */
#define SV_TYPE_PORT_CARD (sv_port_card_get_type ())
G_DECLARE_FINAL_TYPE (SvPortCard, sv_port_card, SV, PORT_CARD, GtkWidget)

GtkWidget *sv_port_card_new (SvSession *session);

SvPortRuler *sv_port_card_get_ruler (SvPortCard *self);
void sv_port_card_search (SvPortCard *self, const char *text);
const char *sv_port_card_get_answer (SvPortCard *self);

G_END_DECLS
