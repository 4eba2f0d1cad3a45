/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-wire-words.h"

#include <glib/gi18n-lib.h>

#define SECOND 1e9

/**
 * sv_wire_words_seconds:
 * @ns: a time from 1 ms on
 *
 * Returns: (transfer full): "2.0 s", "250 ms"
 */
char *
sv_wire_words_seconds (gint64 ns)
{
  if (ns < 1000 * 1000 * 1000)
    return g_strdup_printf (C_ ("time of a hop", "%.0f ms"), (double) ns / 1e6);
  return g_strdup_printf (C_ ("time of a hop", "%.1f s"), (double) ns / SECOND);
}

/**
 * sv_wire_words_hop:
 *
 * Returns: (transfer full): "1 hop = 2.0 s", or both times where they differ
 */
char *
sv_wire_words_hop (SvWire *wire)
{
  gint64 there = sv_wire_get_hop (wire, SV_SIDE_CLIENT), back = sv_wire_get_hop (wire, SV_SIDE_SERVER);
  g_autofree char *there_text = sv_wire_words_seconds (there);
  g_autofree char *back_text = sv_wire_words_seconds (back);

  if (there == back)
    return g_strdup_printf (C_ ("wire", "1 hop = %s"), there_text);
  /* Translators: how long a packet takes from client to server, and from server to client */
  return g_strdup_printf (C_ ("wire", "%s there, %s back"), there_text, back_text);
}

static void
append (GString *text, const char *separator, guint64 n, const char *format)
{
  g_autofree char *number = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *piece = NULL;

  if (n == 0)
    return;
  number = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);
  parts = g_strsplit (format, "%s", 2);
  piece = g_strjoinv (number, parts);
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, piece);
}

static gulong
plural (guint64 n)
{
  return (gulong) MIN (n, G_MAXLONG);
}

/**
 * sv_wire_words_status:
 *
 * Returns: (transfer full): one short line: what is on the wire, and what is not there any more
 */
char *
sv_wire_words_status (SvWire *wire)
{
  GString *text = g_string_new (NULL);
  guint n = sv_wire_get_n_flights (wire), held = sv_wire_get_n_held (wire);
  guint64 lost = sv_wire_get_n_dropped (wire, SV_DROP_BY_CHANCE);
  guint64 dropped = sv_wire_get_n_dropped (wire, SV_DROP_BY_HAND), forced = sv_wire_get_n_forced (wire);

  if (sv_wire_is_paused (wire))
    g_string_append (text, C_ ("wire", "The wire is frozen"));
  else if (n == 0)
    g_string_append (text, C_ ("wire", "Nothing on the wire"));
  /* Translators: %s is the number of packets */
  append (text, " · ", n, ngettext ("%s on the wire", "%s on the wire", n));
  append (text, ", ", held, ngettext ("%s held", "%s held", held));
  append (text, " · ", lost, ngettext ("%s lost by chance", "%s lost by chance", plural (lost)));
  append (text, " · ", dropped, ngettext ("%s dropped by you", "%s dropped by you", plural (dropped)));
  append (text, " · ", forced, ngettext ("%s delivered because the wire was full",
                                         "%s delivered because the wire was full", plural (forced)));
  return g_string_free (text, FALSE);
}

/**
 * sv_wire_words_counts:
 *
 * Returns: (transfer full): a sentence a line for each thing that has happened to packets
 */
char *
sv_wire_words_counts (SvWire *wire)
{
  GString *text = g_string_new (NULL);
  guint64 copies = sv_wire_get_n_swallowed (wire), ignored = sv_wire_get_n_ignored (wire);
  guint64 lost = sv_wire_get_n_dropped (wire, SV_DROP_BY_CHANCE);
  guint64 dropped = sv_wire_get_n_dropped (wire, SV_DROP_BY_HAND);
  guint64 astray = sv_wire_get_n_dropped (wire, SV_DROP_NO_WAY), forced = sv_wire_get_n_forced (wire);

  /* Translators: %s is the number of packets */
  append (text, "\n", lost, ngettext ("%s packet was lost by chance; what TCP misses it sends again.",
                                      "%s packets were lost by chance; what TCP misses it sends again.",
                                      plural (lost)));
  append (text, "\n", dropped, ngettext ("%s packet was dropped by you.", "%s packets were dropped by you.",
                                         plural (dropped)));
  append (text, "\n", copies, ngettext ("%s copy was kept back: the kernel sent a segment again that was still on the "
                                        "wire, or whose acknowledgement was.",
                                        "%s copies were kept back: the kernel sent segments again that were still on "
                                        "the wire, or whose acknowledgements were.",
                                        plural (copies)));
  append (text, "\n", forced, ngettext ("%s held packet was delivered because the wire was full.",
                                        "%s held packets were delivered because the wire was full.",
                                        plural (forced)));
  append (text, "\n", ignored, ngettext ("%s packet was not carried: it was for many (multicast), or damaged.",
                                         "%s packets were not carried: they were for many (multicast), or damaged.",
                                         plural (ignored)));
  append (text, "\n", astray, ngettext ("%s packet went to an address that no machine here has.",
                                        "%s packets went to addresses that no machine here has.", plural (astray)));
  if (text->len == 0)
    g_string_append (text, C_ ("wire", "Every packet so far has arrived or is on its way."));
  return g_string_free (text, FALSE);
}
