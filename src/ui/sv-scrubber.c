/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-scrubber.h"

#include "sv-ink.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define KNOB 14
#define TRACK 4
#define MARK 12
#define MARK_GAP 3 /* marks nearer than this to the last one are left out */
#define MIN_WIDTH 90
#define HEIGHT 28
#define PAGE 5

struct _SvScrubber
{
  GtkWidget parent_instance;

  SvPlayer *player;
};

G_DEFINE_FINAL_TYPE (SvScrubber, sv_scrubber, GTK_TYPE_WIDGET)

static double
get_duration (SvScrubber *self)
{
  SvTimeline *timeline = sv_player_get_timeline (self->player);

  return timeline != NULL ? sv_timeline_get_duration (timeline) : 0;
}

static float
to_x (SvScrubber *self, double position)
{
  double duration = get_duration (self);
  double share = duration > 0 ? CLAMP (position / duration, 0, 1) : 1;

  return KNOB / 2.0f + (float) share * (float) (gtk_widget_get_width (GTK_WIDGET (self)) - KNOB);
}

static void
seek_to_x (SvScrubber *self, double x)
{
  double room = gtk_widget_get_width (GTK_WIDGET (self)) - KNOB;

  if (room > 0)
    sv_player_seek (self->player, CLAMP ((x - KNOB / 2.0) / room, 0, 1) * get_duration (self));
}

static void
snapshot_marks (SvScrubber *self, GtkSnapshot *snapshot, SvInk ink, float middle)
{
  SvTimeline *timeline = sv_player_get_timeline (self->player);
  GdkRGBA color = sv_ink_get (ink, SV_PAINT_DIM_TEXT, 0);
  float last = -MARK_GAP;

  for (guint i = 0; timeline != NULL && i < sv_timeline_get_n_beats (timeline); i++)
    {
      float x = roundf (to_x (self, sv_timeline_get_beat (timeline, i)->start));

      if (x - last < MARK_GAP)
        continue;
      last = x;
      gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (x, middle - MARK / 2.0f, 1, MARK));
    }
}

static void
sv_scrubber_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SvScrubber *self = SV_SCRUBBER (widget);
  SvInk ink = sv_ink_of (widget);
  float width = (float) gtk_widget_get_width (widget), middle = (float) gtk_widget_get_height (widget) / 2;
  float at = to_x (self, sv_player_get_position (self->player));
  GdkRGBA rest = sv_ink_get_faded (ink, SV_PAINT_TEXT, 0, 0.16f);
  GdkRGBA accent = sv_ink_get (ink, SV_PAINT_ACCENT, 0);
  GdkRGBA white = { 1, 1, 1, 1 };
  graphene_rect_t track = GRAPHENE_RECT_INIT (KNOB / 2.0f, middle - TRACK / 2.0f, width - KNOB, TRACK);
  graphene_rect_t done = track;
  graphene_rect_t knob = GRAPHENE_RECT_INIT (at - KNOB / 2.0f, middle - KNOB / 2.0f, KNOB, KNOB);
  graphene_rect_t ring = GRAPHENE_RECT_INIT (0, 0, width, middle * 2);

  done.size.width = MAX (at - KNOB / 2.0f, 0);
  sv_ink_append_box (snapshot, &track, TRACK / 2.0f, &rest);
  sv_ink_append_box (snapshot, &done, TRACK / 2.0f, &accent);
  snapshot_marks (self, snapshot, ink, middle);
  sv_ink_append_box (snapshot, &knob, KNOB / 2.0f, &white);
  sv_ink_append_frame (snapshot, &knob, KNOB / 2.0f, 2, &accent);
  if (gtk_widget_has_visible_focus (widget))
    sv_ink_append_frame (snapshot, &ring, 6, 2, &accent);
}

static void
sv_scrubber_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                     int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 2 * MIN_WIDTH : HEIGHT;
}

static gboolean
key_cb (SvScrubber *self, guint keyval, guint keycode, GdkModifierType state)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Down:
      sv_player_step (self->player, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_Up:
      sv_player_step (self->player, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
      sv_player_step (self->player, PAGE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
      sv_player_step (self->player, -PAGE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
      sv_player_go_to_start (self->player);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
      sv_player_seek (self->player, get_duration (self));
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
drag_begin_cb (SvScrubber *self, double x, double y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  seek_to_x (self, x);
}

static void
drag_update_cb (GtkGestureDrag *drag, double dx, double dy, SvScrubber *self)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (drag, &x, &y))
    seek_to_x (self, x + dx);
}

/* While it plays, the value would be said for each frame: it is told at rest. */
static void
update_cb (SvScrubber *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (sv_player_is_playing (self->player))
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, get_duration (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, sv_player_get_position (self->player), -1);
}

static void
sv_scrubber_dispose (GObject *object)
{
  g_clear_object (&SV_SCRUBBER (object)->player);
  G_OBJECT_CLASS (sv_scrubber_parent_class)->dispose (object);
}

static void
sv_scrubber_class_init (SvScrubberClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_scrubber_dispose;
  widget_class->measure = sv_scrubber_measure;
  widget_class->snapshot = sv_scrubber_snapshot;
  gtk_widget_class_set_css_name (widget_class, "scrubber");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
sv_scrubber_init (SvScrubber *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (key_cb), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  C_("transport", "Position in the replay"), -1);
}

GtkWidget *
sv_scrubber_new (SvPlayer *player)
{
  SvScrubber *self = g_object_new (SV_TYPE_SCRUBBER, NULL);

  self->player = g_object_ref (player);
  g_signal_connect_object (player, "notify::position", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (player, "notify::timeline", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (player, "notify::playing", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  update_cb (self);
  return GTK_WIDGET (self);
}
