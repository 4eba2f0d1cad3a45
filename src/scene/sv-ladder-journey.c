/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of a packet that was seen on the wire, in words. */
#include "sv-config.h"

#include "sv-ladder-words.h"

#include "sv-quantity.h"

#include <glib/gi18n-lib.h>

static const SvBeat *
find_flight (SvTimeline *timeline, guint64 serial)
{
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      if (beat->kind == SV_BEAT_PACKET
          && (beat->serial == serial || beat->bytes_serial == serial || beat->arrival == serial))
        return beat;
    }
  return NULL;
}

static const char *
tell_place (const SvBeat *beat, const SvLadderLook *look)
{
  if (beat->lost)
    return _("It was dropped on its way.");
  if (!beat->open)
    return _("It has arrived.");
  for (guint i = 0; i < look->n_flights; i++)
    if (look->flights[i].id == beat->flight && look->flights[i].still)
      return _("It is on the wire and stands still.");
  return _("It is on the wire.");
}

/**
 * sv_ladder_describe_flight:
 * @serial: of a packet's fact
 *
 * Returns: (transfer full) (nullable): the packet in words, for who does not see it; %NULL if the timeline does
 *   not have it
 */
char *
sv_ladder_describe_flight (SvTimeline *timeline, guint64 serial, const SvLadderLook *look)
{
  const SvBeat *beat = timeline != NULL ? find_flight (timeline, serial) : NULL;
  const SvFact *fact = beat != NULL ? sv_recording_get (sv_timeline_get_recording (timeline), beat->serial) : NULL;
  const SvFact *arrival = fact != NULL ? sv_recording_get (sv_timeline_get_recording (timeline), beat->arrival) : NULL;
  g_autofree char *label = NULL, *addresses = NULL, *caption = NULL;

  if (fact == NULL)
    return NULL;
  label = sv_ladder_packet_label (fact);
  addresses = sv_ladder_addresses_text (&fact->packet, FALSE, G_MAXUINT);
  if (!sv_timeline_is_observed (timeline))
    return g_strdup_printf ("%s, %s", label, addresses);
  caption = sv_ladder_flight_caption (beat, fact, beat->lost ? arrival : NULL, G_MAXUINT);
  return g_strdup_printf ("%s, %s, %s. %s", label, addresses, caption, tell_place (beat, look));
}

static void
take (GPtrArray *sentences, char *sentence)
{
  g_ptr_array_add (sentences, sentence);
}

/* A router rewrites addresses: what arrives is not what left. */
static void
tell_addresses (GPtrArray *sentences, const SvSegment *before, const SvSegment *after)
{
  g_autofree char *source = NULL, *destination = NULL;

  if (sv_endpoint_equal (&before->source, &after->source)
      && sv_endpoint_equal (&before->destination, &after->destination))
    return;
  source = sv_endpoint_to_string (&after->source);
  destination = sv_endpoint_to_string (&after->destination);
  take (sentences, g_strdup_printf (_("It arrived as one from %s to %s: routers on its way have replaced addresses "
                                      "(NAT), and corrected the checksums."), source, destination));
}

static void
tell_end (GPtrArray *sentences, const SvBeat *beat, const SvFact *fact, const SvFact *end)
{
  g_autofree char *after = end != NULL ? sv_quantity_format_duration (end->time - fact->time) : NULL;

  if (end == NULL)
    take (sentences, g_strdup (_("It is on the wire: the other machine knows nothing of it.")));
  else if (beat->lost)
    take (sentences, g_strdup_printf (_("It was dropped on its way, %s after it had left: the other machine never saw "
                                        "it."), after));
  else
    {
      /* Translators: how long, "2.0 s" */
      take (sentences, g_strdup_printf (_("It arrived %s after it had left."), after));
      tell_addresses (sentences, &fact->packet, &end->packet);
    }
}

/**
 * sv_ladder_tell_journey:
 * @timeline: (nullable)
 * @serial: of a packet's fact
 * @moment: facts from this one on have not happened
 *
 * Returns: (transfer full) (element-type utf8): sentences about what has become of it by then; none if it was not
 *   seen on a wire
 */
GPtrArray *
sv_ladder_tell_journey (SvTimeline *timeline, guint64 serial, guint64 moment)
{
  GPtrArray *sentences = g_ptr_array_new_with_free_func (g_free);
  const SvBeat *beat = timeline != NULL && sv_timeline_is_observed (timeline) ? find_flight (timeline, serial) : NULL;
  SvRecording *recording = beat != NULL ? sv_timeline_get_recording (timeline) : NULL;
  const SvFact *fact = beat != NULL ? sv_recording_get (recording, beat->serial) : NULL;

  if (fact == NULL)
    return sentences;
  if (beat->again)
    {
      g_autofree char *waited = sv_quantity_format_duration (beat->waited);

      take (sentences, g_strdup_printf (_("The kernel had sent it before, and had no answer for %s: so it sent it "
                                          "again."), waited));
    }
  if (beat->n_copies > 0)
    take (sentences, g_strdup_printf (ngettext ("The kernel sent it %u more time while it was on the wire, which kept "
                                                "that copy back.",
                                                "The kernel sent it %u more times while it was on the wire, which kept "
                                                "those copies back.", beat->n_copies), beat->n_copies));
  tell_end (sentences, beat, fact, beat->arrival < moment ? sv_recording_get (recording, beat->arrival) : NULL);
  return sentences;
}
