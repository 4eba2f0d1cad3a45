/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-cell.h"
#include "sv-machines-plan.h"

G_BEGIN_DECLS

/**
 * SvCardFace:
 * @title: (not nullable): who holds it
 * @detail: (not nullable): descriptor and port
 * @short_detail: (nullable): what is shown instead where @detail is too long
 * @badge: (nullable): what waits in its queue
 * @state: %SV_TCP_NONE: the kernel lists no such socket
 * @connection: whose colour it bears, 0 for none
 * @foreign: another process's socket: drawn hollow
 *
 * What a card says.
 */
typedef struct
{
  const char *title;
  const char *detail;
  const char *short_detail;
  const char *badge;
  SvTcpState state;
  guint connection;
  gboolean foreign;
  gboolean chosen;
} SvCardFace;

/* One socket: name, descriptor, port, state, its connection's colour. */
#define SV_TYPE_SOCKET_CARD (sv_socket_card_get_type ())
G_DECLARE_FINAL_TYPE (SvSocketCard, sv_socket_card, SV, SOCKET_CARD, SvCell)

GtkWidget *sv_socket_card_new (void);
void sv_socket_card_set_face (SvSocketCard *self, const SvCardFace *face);

G_END_DECLS
