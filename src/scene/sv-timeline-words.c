/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-timeline-private.h"

#include "sv-quantity.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const SvTimelineGap *
find_gap (SvTimeline *self, double position)
{
  for (guint i = 0; i < self->gaps->len; i++)
    {
      const SvTimelineGap *gap = &g_array_index (self->gaps, SvTimelineGap, i);

      if (position > gap->start && position < gap->end)
        return gap;
    }
  return NULL;
}

/* How many times slower it is shown, "20 000"; NULL if that is not worth telling. */
static char *
describe_times (double slowdown)
{
  if (slowdown < 10)
    return NULL;
  return sv_quantity_format_number ((guint64) round (sv_quantity_round (slowdown)));
}

/* How many times longer than it took @position is shown, of what was seen on a wire; 0 if that is not known. */
static double
get_stretch (SvTimeline *self, double position)
{
  for (guint i = 1; i < self->anchors->len; i++)
    {
      const SvTimelineAnchor *before = &g_array_index (self->anchors, SvTimelineAnchor, i - 1), *after = before + 1;

      if (position < after->position && position >= before->position && after->time > before->time)
        return (after->position - before->position) * 1e9 / (double) (after->time - before->time);
    }
  return 0;
}

static double
get_slowdown (SvTimeline *self, double position, double speed, gint64 *kernel)
{
  double slowdown = sv_timeline_get_slowdown (self, position, kernel);

  if (self->observed && !sv_timeline_is_in_call (self, position))
    {
      *kernel = 0;
      slowdown = get_stretch (self, position);
    }
  return slowdown / (speed > 0 ? speed : 1);
}

/**
 * sv_timeline_describe_times:
 * @speed: of the player
 *
 * Returns: (transfer full): how many times slower @position is shown, in few words, "" if that is nothing to tell
 */
char *
sv_timeline_describe_times (SvTimeline *self, double position, double speed)
{
  gint64 kernel;
  g_autofree char *times = describe_times (get_slowdown (self, position, speed, &kernel));

  if (times == NULL || find_gap (self, position) != NULL)
    return g_strdup ("");
  /* Translators: how much slower than it was it is shown, "20 000" */
  return g_strdup_printf (_("×%s slower"), times);
}

/* What flies on a wire of ours flies slowly already. */
static char *
describe_flight (double slowdown)
{
  g_autofree char *times = describe_times (slowdown);

  if (times != NULL)
    /* Translators: how much slower than it was it is shown, "20 000" */
    return g_strdup_printf (_("shown ×%s slower"), times);
  return g_strdup (slowdown > 0.9 && slowdown < 1.1 ? _("as fast as it was") : "");
}

/**
 * sv_timeline_describe_slowdown:
 * @speed: of the player
 *
 * Returns: (transfer full): what to tell about real time at @position, "" if nothing
 */
char *
sv_timeline_describe_slowdown (SvTimeline *self, double position, double speed)
{
  g_autofree char *took = NULL, *times = NULL;
  const SvTimelineGap *gap;
  gint64 kernel;
  double slowdown;

  gap = find_gap (self, position);
  if (gap != NULL)
    {
      took = sv_quantity_format_duration (gap->real);
      /* Translators: a stretch of time in which nothing happened, "4.2 s" */
      return g_strdup_printf (_("%s passed"), took);
    }
  slowdown = get_slowdown (self, position, speed, &kernel);
  if (slowdown <= 0)
    return g_strdup ("");
  if (kernel == 0)
    return describe_flight (slowdown);
  took = sv_quantity_format_duration (kernel);
  times = describe_times (slowdown);
  if (times == NULL)
    /* Translators: how long the kernel took, "69 µs" */
    return g_strdup_printf (_("kernel: %s"), took);
  /* Translators: how long the kernel took, "69 µs", and how much slower it is shown, "20 000" */
  return g_strdup_printf (_("kernel: %s, shown ×%s slower"), took, times);
}
