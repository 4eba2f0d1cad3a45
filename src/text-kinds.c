/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-kinds.h"

#include <glib/gi18n-lib.h>

/* By #SvManner. */
static const struct
{
  const char *name;
  const char *sentence;
} MANNERS[] = {
  { "connected", N_("connect() once, then send() and recv(): the kernel tells errors that ICMP reports") },
  { "unbound", N_("sendto() each time: the first one gives the client a port") },
  { "bound", N_("bind() to a free port first, then sendto()") },
};

/* What --unix takes as a name. */
static const struct
{
  const char *name;
  const char *sentence;
} NAMES[] = {
  { "PATH", N_("a file, which the server makes and removes") },
  { "@NAME", N_("an abstract name: no file; it goes with its socket") },
};

static gboolean
parse_manner (const char *text, SvManner *manner, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (MANNERS); i++)
    if (g_str_equal (MANNERS[i].name, text))
      {
        *manner = (SvManner) i;
        return TRUE;
      }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("--manner cannot be “%s”. Choose one of: connected, unbound, bound."), text);
  return FALSE;
}

/**
 * sv_text_kinds_parse:
 * @self: @v6_only and @connect are set
 * @manner: (nullable): a name of --udp --list
 *
 * Returns: %FALSE with a sentence about the option that is wrong
 */
gboolean
sv_text_kinds_parse (SvTextKinds *self, gboolean udp, gboolean unix_domain, const char *manner, GError **error)
{
  if (udp && unix_domain)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("Choose one of --udp and --unix."));
      return FALSE;
    }
  if (manner != NULL && !udp)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("--manner needs --udp."));
      return FALSE;
    }
  self->kind = udp ? SV_KIND_UDP : unix_domain ? SV_KIND_UNIX : SV_KIND_TCP;
  return manner == NULL || parse_manner (manner, &self->manner, error);
}

/**
 * sv_text_kinds_list:
 *
 * Prints what --udp or --unix can be told, one a line: name, tabulator, sentence.
 */
SvExit
sv_text_kinds_list (const SvTextKinds *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SvExit status = SV_EXIT_OK;

  if (self->kind == SV_KIND_UDP)
    for (guint i = 0; i < G_N_ELEMENTS (MANNERS); i++)
      g_string_append_printf (text, "%s\t%s\n", MANNERS[i].name, _(MANNERS[i].sentence));
  else
    for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
      g_string_append_printf (text, "%s\t%s\n", NAMES[i].name, _(NAMES[i].sentence));
  sv_text_mode_write (text, &status);
  return status;
}
