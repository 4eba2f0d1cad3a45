/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvService:
 * @name: as IANA registered it
 * @comment: what it is, not yet translated
 *
 * A service that is commonly met, for systems without /etc/services and for
 * the lines there that say nothing.
 */
typedef struct
{
  guint16 port;
  guint8 protocol; /* IPPROTO_TCP or IPPROTO_UDP */
  const char *name;
  const char *comment;
} SvService;

const SvService *sv_service_catalog_find (guint16 port, guint8 protocol);
const char *sv_service_get_comment (const SvService *self);

G_END_DECLS
