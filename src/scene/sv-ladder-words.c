/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-ladder-words.h"

#include "sv-quantity.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

#define MAX_DATA 24 /* characters of what was sent */

/**
 * sv_ladder_shorten:
 *
 * Returns: (transfer full): @text, cut to @max_chars with an ellipsis at its end
 */
char *
sv_ladder_shorten (const char *text, guint max_chars)
{
  g_autofree char *start = NULL;

  if (g_utf8_strlen (text, -1) <= max_chars)
    return g_strdup (text);
  if (max_chars == 0)
    return g_strdup ("");
  start = g_utf8_substring (text, 0, max_chars - 1);
  return g_strconcat (start, "…", NULL);
}

/* Bytes in a line of fixed width: ASCII as it is, all else as a dot. */
static char *
quote (GBytes *data)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (data, &length);
  GString *text = g_string_new ("\"");

  for (gsize i = 0; i < length && i < MAX_DATA; i++)
    {
      if (bytes[i] == '\n')
        g_string_append (text, "\\n");
      else if (g_ascii_isprint ((char) bytes[i]))
        g_string_append_c (text, (char) bytes[i]);
      else
        g_string_append (text, "·");
    }
  g_string_append (text, length > MAX_DATA ? "…\"" : "\"");
  return g_string_free (text, FALSE);
}

/* Only what teaches: the list of calls has all arguments. */
static char *
args_of (const SvFact *fact)
{
  static const char *const BARE[] = { "socket", "accept", "recv", "recvfrom", "close", NULL };
  const char *args = fact->call.args != NULL ? fact->call.args : "";

  if (g_strv_contains (BARE, fact->call.name))
    return g_strdup ("");
  if (strstr (args, "SO_ERROR") != NULL)
    return g_strdup ("SO_ERROR");
  if (strstr (args, "SO_LINGER") != NULL)
    return g_strdup ("SO_LINGER");
  if (g_str_has_prefix (fact->call.name, "send") && fact->call.data != NULL)
    return quote (fact->call.data);
  return g_utf8_make_valid (args, -1);
}

/* "127.0.0.1:9999" → "…:9999" */
static const char *
port_of (const char *args)
{
  const char *colon = strrchr (args, ':');

  return colon != NULL && g_ascii_isdigit (colon[1]) ? colon : NULL;
}

/**
 * sv_ladder_call_text:
 *
 * Returns: (transfer full): the call, at most @max_chars long: an endpoint
 *   loses its address first, then its port
 */
char *
sv_ladder_call_text (const SvBeat *beat, const SvFact *fact, guint max_chars)
{
  g_autofree char *args = args_of (fact);
  g_autofree char *text = g_strdup_printf ("%s(%s)", fact->call.name, args);

  if (beat->mixed)
    {
      g_autofree char *count = sv_quantity_format_number (beat->count);
      g_autofree char *calls = g_strdup_printf (ngettext ("⋯ %s call", "⋯ %s calls", beat->count), count);
      return sv_ladder_shorten (calls, max_chars);
    }
  if (beat->count > 1)
    {
      g_autofree char *many = g_strdup_printf ("%s ×%u", fact->call.name, beat->count);
      return sv_ladder_shorten (many, max_chars);
    }
  if (g_utf8_strlen (text, -1) > max_chars && port_of (args) != NULL)
    {
      g_autofree char *shorter = g_strdup_printf ("%s(…%s)", fact->call.name, port_of (args));
      g_free (g_steal_pointer (&text));
      text = g_steal_pointer (&shorter);
    }
  if (g_utf8_strlen (text, -1) > max_chars)
    {
      g_autofree char *shorter = g_strdup_printf ("%s(…)", fact->call.name);
      return sv_ladder_shorten (shorter, max_chars);
    }
  return g_steal_pointer (&text);
}

/* What SO_ERROR said: "0" or a name of errno. */
static char *
socket_error (const SvFact *fact)
{
  const char *open = fact->call.args != NULL ? strchr (fact->call.args, '[') : NULL;
  const char *close = open != NULL ? strchr (open, ']') : NULL;

  if (!g_str_equal (fact->call.name, "getsockopt") || close == NULL)
    return NULL;
  return g_strndup (open + 1, (gsize) (close - open - 1));
}

/**
 * sv_ladder_result_text:
 * @role: (out): its colour
 *
 * Returns: (transfer full): what the call returned: "= 16", "= -1 ECONNREFUSED";
 *   of an error that is too long only the name
 */
char *
sv_ladder_result_text (const SvBeat *beat, const SvFact *fact, guint max_chars, SvPaintRole *role)
{
  g_autofree char *error = socket_error (fact), *text = NULL;

  *role = SV_PAINT_ACCENT;
  if (beat->count > 1)
    return g_strdup ("");
  if (error != NULL)
    {
      if (!g_str_equal (error, "0"))
        *role = SV_PAINT_ERROR;
      text = g_strdup_printf ("→ %s", error);
      return sv_ladder_shorten (text, max_chars);
    }
  if (fact->call.error == 0)
    {
      text = g_strdup_printf ("= %" G_GINT64_FORMAT, fact->call.result);
      return sv_ladder_shorten (text, max_chars);
    }
  *role = sv_fact_failed (fact) ? SV_PAINT_ERROR : SV_PAINT_DIM_TEXT;
  text = g_strdup_printf ("= -1 %s", sv_errno_to_name (fact->call.error));
  return sv_ladder_shorten (strlen (text) > max_chars ? sv_errno_to_name (fact->call.error) : text, max_chars);
}

/* RFC 792 and RFC 4443: what such a message is about. */
static const char *
name_icmp (const SvSegment *packet)
{
  static const struct { guint8 protocol, type, code; const char *name; } NAMES[] = {
    { IPPROTO_ICMP, 0, 0, "ICMP echo reply" },
    { IPPROTO_ICMP, 3, 3, "ICMP port unreachable" },
    { IPPROTO_ICMP, 8, 0, "ICMP echo request" },
    { IPPROTO_ICMPV6, 1, 4, "ICMPv6 port unreachable" },
    { IPPROTO_ICMPV6, 128, 0, "ICMPv6 echo request" },
    { IPPROTO_ICMPV6, 129, 0, "ICMPv6 echo reply" },
  };
  gsize length = 0, header;
  const guint8 *bytes = packet->bytes != NULL ? g_bytes_get_data (packet->bytes, &length) : NULL;

  header = length > 0 && bytes[0] >> 4 == 4 ? (gsize) (bytes[0] & 15) * 4 : 40;
  for (guint i = 0; i < G_N_ELEMENTS (NAMES) && length >= header + 2; i++)
    if (NAMES[i].protocol == packet->protocol && NAMES[i].type == bytes[header] && NAMES[i].code == bytes[header + 1])
      return NAMES[i].name;
  return packet->protocol == IPPROTO_ICMP ? "ICMP" : packet->protocol == IPPROTO_ICMPV6 ? "ICMPv6" : "IP";
}

/**
 * sv_ladder_packet_label:
 *
 * Returns: (transfer full): its control bits, or its protocol, and how much data it carries
 */
char *
sv_ladder_packet_label (const SvFact *fact)
{
  if (fact->packet.protocol == IPPROTO_UDP)
    return g_strdup_printf (ngettext ("%s · %u byte", "%s · %u bytes", fact->packet.length), "UDP",
                            fact->packet.length);
  /* The only one that is ever worked out. */
  if (fact->packet.protocol != IPPROTO_TCP && fact->packet.reconstructed)
    return g_strdup (fact->packet.protocol == IPPROTO_ICMPV6 ? "ICMPv6 port unreachable" : "ICMP port unreachable");
  if (fact->packet.protocol != IPPROTO_TCP)
    return g_strdup (name_icmp (&fact->packet));

  g_autofree char *flags = sv_tcp_flags_to_string (fact->packet.flags);
  g_auto (GStrv) names = g_strsplit (flags, ",", -1);
  g_autofree char *joined = g_strjoinv (", ", names);

  if (fact->packet.length == 0)
    return g_steal_pointer (&joined);
  return g_strdup_printf (ngettext ("%s · %u byte", "%s · %u bytes", fact->packet.length), joined,
                          fact->packet.length);
}

/**
 * sv_ladder_packet_caption:
 * @bytes: (nullable): the fact that has its real bytes
 *
 * Returns: (transfer full): how we know of it, "" if it was simply observed
 */
char *
sv_ladder_packet_caption (const SvBeat *beat, const SvFact *bytes, guint max_chars)
{
  g_autofree char *text = NULL, *shorter = NULL;

  if (beat->unanswered)
    /* Translators: of a packet; not observed, and no answer came to it */
    return sv_ladder_shorten (beat->reconstructed ? _("reconstructed · no answer") : _("no answer"), max_chars);
  if (bytes == NULL || bytes->packet.bytes == NULL)
    return beat->reconstructed ? sv_ladder_shorten (_("reconstructed"), max_chars) : g_strdup ("");
  guint n = (guint) g_bytes_get_size (bytes->packet.bytes);
  shorter = g_strdup_printf (ngettext ("%u real byte", "%u real bytes", n), n);
  text = g_strdup_printf ("%s · seq %u", shorter, bytes->packet.seq);
  return g_utf8_strlen (text, -1) <= max_chars ? g_steal_pointer (&text) : sv_ladder_shorten (shorter, max_chars);
}

static const char *
tell_drop (const SvFact *dropped)
{
  switch (dropped->packet.reason)
    {
    case SV_DROP_BY_HAND:
      return _("dropped by hand");
    case SV_DROP_BY_CHANCE:
      return _("lost: the wire drops some by chance");
    case SV_DROP_NO_WAY:
      return _("dropped: it had no way to go");
    case SV_DROP_UNKNOWN:
    case SV_N_DROP_REASONS:
    default:
      return _("dropped");
    }
}

/* As many of the parts, the first ones first, as there is room for. */
static char *
join_parts (GPtrArray *parts, guint max_chars)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      const char *part = g_ptr_array_index (parts, i);
      glong length = g_utf8_strlen (text->str, -1) + g_utf8_strlen (part, -1) + (i > 0 ? 3 : 0);

      if (i > 0 && length > max_chars)
        break;
      g_string_append_printf (text, "%s%s", i > 0 ? " · " : "", part);
    }
  return g_string_free (text, FALSE);
}

/**
 * sv_ladder_flight_caption:
 * @fact: that it left
 * @dropped: (nullable): that it was dropped, if it was
 *
 * Returns: (transfer full): of a packet that was seen on the wire, what became of it, and which it is
 */
char *
sv_ladder_flight_caption (const SvBeat *beat, const SvFact *fact, const SvFact *dropped, guint max_chars)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  guint n = fact->packet.bytes != NULL ? (guint) g_bytes_get_size (fact->packet.bytes) : 0;
  g_autofree char *text = NULL;

  if (dropped != NULL)
    g_ptr_array_add (parts, g_strdup (tell_drop (dropped)));
  if (beat->again)
    {
      g_autofree char *waited = sv_quantity_format_duration (beat->waited);

      /* Translators: of a packet that the kernel repeats; how long it had waited for an answer, "1.0 s" */
      g_ptr_array_add (parts, g_strdup_printf (_("sent again after %s"), waited));
    }
  if (beat->n_copies > 0)
    g_ptr_array_add (parts, g_strdup_printf (ngettext ("%u copy swallowed", "%u copies swallowed", beat->n_copies),
                                             beat->n_copies));
  g_ptr_array_add (parts, g_strdup_printf (ngettext ("%u byte", "%u bytes", n), n));
  if (fact->packet.numbers_known)
    g_ptr_array_add (parts, g_strdup_printf ("seq %u", fact->packet.seq));
  text = join_parts (parts, max_chars);
  return sv_ladder_shorten (text, max_chars);
}

/**
 * sv_ladder_addresses_text:
 * @arrived: whether these are the addresses with which it arrived
 *
 * Returns: (transfer full): from where to where a packet says that it goes
 */
char *
sv_ladder_addresses_text (const SvSegment *packet, gboolean arrived, guint max_chars)
{
  g_autofree char *source = sv_endpoint_to_string (&packet->source);
  g_autofree char *destination = sv_endpoint_to_string (&packet->destination);
  g_autofree char *text = g_strdup_printf (arrived ? _("arrives from %s to %s") : _("leaves from %s to %s"), source,
                                           destination);
  g_autofree char *shorter = NULL;

  if (g_utf8_strlen (text, -1) <= max_chars)
    return g_steal_pointer (&text);
  shorter = g_strdup_printf (arrived ? "⇒ %s → %s" : "%s → %s", source, destination);
  return sv_ladder_shorten (shorter, max_chars);
}

/**
 * sv_ladder_span_at:
 *
 * Returns: (transfer none) (nullable): the state of that side at @position
 */
const SvStateSpan *
sv_ladder_span_at (SvTimeline *timeline, SvSide side, double position)
{
  const SvStateSpan *found = NULL;

  for (guint i = 0; i < sv_timeline_get_n_spans (timeline); i++)
    {
      const SvStateSpan *span = sv_timeline_get_span (timeline, i);

      if (span->side == side && (span->start <= position || found == NULL))
        found = span;
    }
  return found;
}
