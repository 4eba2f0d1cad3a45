/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-player.h"

#define MIN_SPEED 0.25
#define MAX_SPEED 4.0
/* A frame that comes later than this does not jump over what it missed. */
#define MAX_FRAME_S 0.25
/* More than this that waits to be shown, in s, and only the newest is. */
#define MAX_BEHIND 30
#define KEPT_BEHIND 12

struct _SvPlayer
{
  GObject parent_instance;

  SvTimeline *timeline;
  double position;
  double speed;
  gboolean playing;
  gboolean live;
  gboolean following; /* plays because something new came */
  gboolean animated;
  gint64 last_frame;  /* µs, 0 before the first */
};

enum
{
  PROP_TIMELINE = 1,
  PROP_POSITION,
  PROP_PLAYING,
  PROP_LIVE,
  PROP_SPEED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (SvPlayer, sv_player, G_TYPE_OBJECT)

static double
get_duration (SvPlayer *self)
{
  return self->timeline != NULL ? sv_timeline_get_duration (self->timeline) : 0;
}

static void
set_position (SvPlayer *self, double position)
{
  position = CLAMP (position, 0, get_duration (self));
  if (position == self->position)
    return;
  self->position = position;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_POSITION]);
}

static void
set_playing (SvPlayer *self, gboolean playing)
{
  if (!playing)
    self->following = FALSE;
  if (playing == self->playing)
    return;
  self->playing = playing;
  self->last_frame = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PLAYING]);
}

static void
set_live (SvPlayer *self, gboolean live)
{
  if (live == self->live)
    return;
  self->live = live;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LIVE]);
}

static void
sv_player_dispose (GObject *object)
{
  SvPlayer *self = SV_PLAYER (object);

  g_clear_pointer (&self->timeline, sv_timeline_unref);
  G_OBJECT_CLASS (sv_player_parent_class)->dispose (object);
}

static void
sv_player_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SvPlayer *self = SV_PLAYER (object);

  switch (id)
    {
    case PROP_TIMELINE:
      g_value_set_pointer (value, self->timeline);
      break;
    case PROP_POSITION:
      g_value_set_double (value, self->position);
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->playing);
      break;
    case PROP_LIVE:
      g_value_set_boolean (value, self->live);
      break;
    case PROP_SPEED:
      g_value_set_double (value, self->speed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_player_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SvPlayer *self = SV_PLAYER (object);

  if (id == PROP_SPEED)
    sv_player_set_speed (self, g_value_get_double (value));
  else if (id == PROP_TIMELINE)
    sv_player_set_timeline (self, g_value_get_pointer (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sv_player_class_init (SvPlayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = sv_player_dispose;
  object_class->get_property = sv_player_get_property;
  object_class->set_property = sv_player_set_property;

  props[PROP_TIMELINE] = g_param_spec_pointer ("timeline", NULL, NULL, flags | G_PARAM_READWRITE);
  props[PROP_POSITION] = g_param_spec_double ("position", NULL, NULL, 0, G_MAXDOUBLE, 0, flags | G_PARAM_READABLE);
  props[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags | G_PARAM_READABLE);
  props[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, TRUE, flags | G_PARAM_READABLE);
  props[PROP_SPEED] = g_param_spec_double ("speed", NULL, NULL, MIN_SPEED, MAX_SPEED, 1, flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
sv_player_init (SvPlayer *self)
{
  self->speed = 1;
  self->live = TRUE;
  self->animated = TRUE;
}

SvPlayer *
sv_player_new (void)
{
  return g_object_new (SV_TYPE_PLAYER, NULL);
}

/* Where the first beat begins that was not in the timeline before; -1 if there is none. */
static double
find_news (SvTimeline *timeline, guint64 seen)
{
  for (guint i = 0; i < sv_timeline_get_n_beats (timeline); i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      if (beat->serial >= seen && beat->serial != SV_NO_SERIAL)
        return beat->start;
    }
  return -1;
}

/* The same place in a timeline that was made anew: folding may have moved it. */
static double
translate (SvTimeline *from, SvTimeline *to, double position)
{
  int index = sv_timeline_find_beat (from, position);
  const SvBeat *before, *after;
  double start;

  if (index < 0)
    return position;
  before = sv_timeline_get_beat (from, (guint) index);
  start = sv_timeline_get_position_of (to, before->serial);
  if (start < 0)
    return position;
  index = sv_timeline_find_beat (to, start);
  after = sv_timeline_get_beat (to, (guint) index);
  if (position > before->start + before->duration)
    return after->start + after->duration + (position - before->start - before->duration);
  return after->start + MIN (position - before->start, after->duration);
}

/* The newest matters: what piled up meanwhile is shown as past. It goes on
 * where an episode begins, so that nobody falls into the middle of a handshake. */
static double
catch_up (SvTimeline *timeline, double position)
{
  double duration = sv_timeline_get_duration (timeline);
  guint n = sv_timeline_get_n_beats (timeline);

  if (duration - position <= MAX_BEHIND)
    return position;
  for (guint i = 1; i < n; i++)
    {
      const SvBeat *beat = sv_timeline_get_beat (timeline, i);

      if (duration - beat->start <= KEPT_BEHIND && beat->episode != beat[-1].episode)
        return MAX (position, beat->start);
    }
  return MAX (position, n > 0 ? sv_timeline_get_beat (timeline, n - 1)->start : 0);
}

static void
follow_from (SvPlayer *self, double position)
{
  set_position (self, position);
  set_playing (self, TRUE);
  self->following = TRUE;
  set_live (self, FALSE);
}

static void
show_new_connection (SvPlayer *self)
{
  double start = sv_timeline_get_own_start (self->timeline);

  if (self->animated && start < get_duration (self) && !sv_timeline_is_observed (self->timeline))
    {
      follow_from (self, start);
      return;
    }
  sv_player_go_live (self);
}

static void
show_more (SvPlayer *self, SvTimeline *old)
{
  double news = find_news (self->timeline, sv_timeline_get_end_serial (old));

  if (self->live)
    {
      if (self->animated && news >= 0 && !sv_timeline_is_observed (self->timeline))
        follow_from (self, news);
      else
        set_position (self, get_duration (self));
      return;
    }
  set_position (self, translate (old, self->timeline, self->position));
  if (self->following)
    set_position (self, catch_up (self->timeline, self->position));
}

/**
 * sv_player_set_timeline:
 * @timeline: (transfer none) (nullable)
 *
 * The same connection with more facts: what is new is played, if live. Another
 * connection: its own story is played.
 */
void
sv_player_set_timeline (SvPlayer *self, SvTimeline *timeline)
{
  SvTimeline *old;

  g_return_if_fail (SV_IS_PLAYER (self));

  old = self->timeline;
  if (old == timeline)
    return;
  self->timeline = timeline != NULL ? sv_timeline_ref (timeline) : NULL;
  g_object_freeze_notify (G_OBJECT (self));
  if (timeline == NULL)
    sv_player_go_live (self);
  else if (old == NULL || sv_timeline_get_connection (old) != sv_timeline_get_connection (timeline))
    show_new_connection (self);
  else
    show_more (self, old);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TIMELINE]);
  g_object_thaw_notify (G_OBJECT (self));
  g_clear_pointer (&old, sv_timeline_unref);
}

SvTimeline *
sv_player_get_timeline (SvPlayer *self)
{
  return self->timeline;
}

double
sv_player_get_position (SvPlayer *self)
{
  return self->position;
}

gboolean
sv_player_is_playing (SvPlayer *self)
{
  return self->playing;
}

gboolean
sv_player_is_live (SvPlayer *self)
{
  return self->live;
}

double
sv_player_get_speed (SvPlayer *self)
{
  return self->speed;
}

/**
 * sv_player_set_speed:
 * @speed: 1 as the timeline is laid out; brought between 0.25 and 4
 */
void
sv_player_set_speed (SvPlayer *self, double speed)
{
  g_return_if_fail (SV_IS_PLAYER (self));

  speed = CLAMP (speed, MIN_SPEED, MAX_SPEED);
  if (speed == self->speed)
    return;
  self->speed = speed;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SPEED]);
}

/**
 * sv_player_set_animated:
 * @animated: %FALSE for people who want no motion: only steps and seeks
 */
void
sv_player_set_animated (SvPlayer *self, gboolean animated)
{
  g_return_if_fail (SV_IS_PLAYER (self));

  self->animated = animated;
  if (!animated && self->playing)
    sv_player_go_live (self);
}

gboolean
sv_player_is_animated (SvPlayer *self)
{
  return self->animated;
}

/**
 * sv_player_play:
 *
 * Goes on from here; from the beginning if this is the end. Without animation
 * it goes to the end at once.
 */
void
sv_player_play (SvPlayer *self)
{
  g_return_if_fail (SV_IS_PLAYER (self));

  sv_player_play_from (self, self->position >= get_duration (self) ? 0 : self->position);
}

void
sv_player_play_from (SvPlayer *self, double position)
{
  g_return_if_fail (SV_IS_PLAYER (self));

  if (!self->animated || get_duration (self) <= 0)
    {
      sv_player_go_live (self);
      return;
    }
  g_object_freeze_notify (G_OBJECT (self));
  set_position (self, position);
  set_playing (self, TRUE);
  self->following = FALSE;
  set_live (self, FALSE);
  g_object_thaw_notify (G_OBJECT (self));
}

void
sv_player_pause (SvPlayer *self)
{
  g_return_if_fail (SV_IS_PLAYER (self));

  g_object_freeze_notify (G_OBJECT (self));
  set_playing (self, FALSE);
  set_live (self, FALSE);
  g_object_thaw_notify (G_OBJECT (self));
}

void
sv_player_seek (SvPlayer *self, double position)
{
  g_return_if_fail (SV_IS_PLAYER (self));

  g_object_freeze_notify (G_OBJECT (self));
  sv_player_pause (self);
  set_position (self, position);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * sv_player_step:
 * @beats: how many, backwards if negative
 */
void
sv_player_step (SvPlayer *self, int beats)
{
  double position;

  g_return_if_fail (SV_IS_PLAYER (self));

  position = self->position;
  for (int i = 0; self->timeline != NULL && i < ABS (beats); i++)
    position = sv_timeline_get_stop (self->timeline, position, beats);
  sv_player_seek (self, position);
}

void
sv_player_go_to_start (SvPlayer *self)
{
  sv_player_seek (self, 0);
}

void
sv_player_go_live (SvPlayer *self)
{
  g_return_if_fail (SV_IS_PLAYER (self));

  g_object_freeze_notify (G_OBJECT (self));
  set_playing (self, FALSE);
  set_position (self, get_duration (self));
  set_live (self, TRUE);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * sv_player_get_serial:
 *
 * Returns: the moment to show, for sv_moment_seek(); %G_MAXUINT64 while live
 */
guint64
sv_player_get_serial (SvPlayer *self)
{
  g_return_val_if_fail (SV_IS_PLAYER (self), G_MAXUINT64);

  if (self->live || self->timeline == NULL)
    return G_MAXUINT64;
  return sv_timeline_get_serial_at (self->timeline, self->position);
}

/**
 * sv_player_advance:
 * @frame_time: of the frame that is about to be drawn, in µs
 *
 * Returns: whether another frame is wanted
 */
gboolean
sv_player_advance (SvPlayer *self, gint64 frame_time)
{
  double passed;

  g_return_val_if_fail (SV_IS_PLAYER (self), FALSE);

  if (!self->playing)
    return FALSE;
  passed = self->last_frame != 0 ? (double) (frame_time - self->last_frame) / G_USEC_PER_SEC : 0;
  self->last_frame = frame_time;
  passed = CLAMP (passed, 0, MAX_FRAME_S) * self->speed;
  if (self->position + passed >= get_duration (self))
    sv_player_go_live (self);
  else
    set_position (self, self->position + passed);
  return self->playing;
}
