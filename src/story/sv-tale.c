/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-tale.h"

#include "sv-explain.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

static gboolean
changes_state (const SvRowChange *change)
{
  return change->event != SV_ROW_CHANGED || change->before.state != change->after.state;
}

/**
 * sv_tale_tells:
 *
 * Returns: whether the fact belongs to the story: what our programs called,
 *   what was sent, which states our rows took; not the rows of other programs
 */
gboolean
sv_tale_tells (const SvFact *fact)
{
  switch (fact->kind)
    {
    case SV_FACT_CALL:
    case SV_FACT_NOTE:
      return TRUE;
    case SV_FACT_PACKET:
      return fact->packet.event != SV_PACKET_SWALLOWED;
    case SV_FACT_ROW:
      return fact->actor[0] != '\0' && changes_state (&fact->row);
    default:
      return FALSE;
    }
}

/* What it means, in one sentence. */
static const char *
get_first_line (const SvExplanation *explanation)
{
  return explanation != NULL && explanation->lines->len > 0 ? g_ptr_array_index (explanation->lines, 0) : "";
}

static char *
describe_call (const SvFact *fact)
{
  g_autoptr (SvExplanation) explanation = sv_explain_call (fact);

  /* Translators: who, which call with its answer, what that means: “client 1 calls connect(…) = 0. …” */
  return g_strdup_printf (C_("story", "%s calls %s. %s"), fact->actor, explanation->title,
                          get_first_line (explanation));
}

static char *
describe_packet (const SvFact *fact)
{
  const SvSegment *packet = &fact->packet;
  g_autofree char *source = sv_endpoint_to_string (&packet->source);
  g_autofree char *destination = sv_endpoint_to_string (&packet->destination);
  g_autofree char *flags = packet->protocol == IPPROTO_TCP ? sv_tcp_flags_to_string (packet->flags) : g_strdup ("UDP");
  g_autofree char *what = NULL;

  if (packet->length > 0)
    /* Translators: the flags of a segment, and the bytes it carries: “PSH,ACK with 6 bytes” */
    what = g_strdup_printf (ngettext ("%s with %u byte", "%s with %u bytes", packet->length), flags, packet->length);
  else
    what = g_steal_pointer (&flags);
  if (packet->event == SV_PACKET_DELIVERED)
    return g_strdup_printf (C_("story", "%s has arrived at %s, from %s."), what, destination, source);
  if (packet->event == SV_PACKET_DROPPED)
    return g_strdup_printf (C_("story", "%s from %s to %s is lost on its way."), what, source, destination);
  if (packet->reconstructed)
    return g_strdup_printf (C_("story", "%s goes from %s to %s (worked out, not seen)."), what, source, destination);
  return g_strdup_printf (C_("story", "%s goes from %s to %s."), what, source, destination);
}

static char *
describe_row (const SvFact *fact)
{
  const SvSocketRow *row = SV_ROW_CHANGE_ROW (&fact->row);
  g_autofree char *local = sv_endpoint_to_string (&row->local);
  g_autofree char *foreign = sv_endpoint_to_string (&row->foreign);
  const char *state = row->protocol == IPPROTO_TCP ? sv_tcp_state_to_netstat (row->state) : "";
  const char *protocol = sv_socket_row_protocol_name (row);

  if (fact->row.event == SV_ROW_REMOVED)
    /* Translators: protocol, Local Address, Foreign Address, the last state */
    return g_strdup_printf (C_("story", "The row %s %s %s %s is gone from the table."), protocol, local, foreign, state);
  if (fact->row.event == SV_ROW_ADDED)
    return g_strdup_printf (C_("story", "A new row is in the table: %s %s %s %s."), protocol, local, foreign, state);
  return g_strdup_printf (C_("story", "The row %s %s %s is %s now; it was %s."), protocol, local, foreign, state,
                          sv_tcp_state_to_netstat (fact->row.before.state));
}

/**
 * sv_tale_describe:
 * @fact: one for which sv_tale_tells() is true
 *
 * Returns: (transfer full): what happened, as a sentence or two, with the machine where there are two
 */
char *
sv_tale_describe (const SvFact *fact)
{
  g_autofree char *sentence = NULL;

  switch (fact->kind)
    {
    case SV_FACT_CALL:
      sentence = describe_call (fact);
      break;
    case SV_FACT_PACKET:
      sentence = describe_packet (fact);
      break;
    case SV_FACT_ROW:
      sentence = describe_row (fact);
      break;
    case SV_FACT_NOTE:
    default:
      sentence = g_strdup (fact->note);
      break;
    }
  if (fact->machine == SV_MACHINE_CLIENT)
    return g_strdup_printf (C_("story", "Client’s machine: %s"), sentence);
  if (fact->machine == SV_MACHINE_SERVER)
    return g_strdup_printf (C_("story", "Server’s machine: %s"), sentence);
  return g_steal_pointer (&sentence);
}
