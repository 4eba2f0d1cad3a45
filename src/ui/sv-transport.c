/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-transport.h"

#include "sv-scrubber.h"
#include "sv-split.h"
#include "sv-wire-bar.h"

#include <glib/gi18n-lib.h>

#define ONE_LINE_WIDTH 640
#define ONE_LINE_WIDTH_WITH_WIRE 360 /* now it says little, and the wire's controls need the height */
#define SPACING 8
#define SLOWDOWN_CHARS 14 /* "×140 000 slower": the scrubber keeps its length while it changes */

struct _SvTransport
{
  GtkWidget parent_instance;

  SvSession *session;
  SvPlayer *player;
  SvWire *wire; /* NULL on this computer */
  GtkWidget *box;
  GtkWidget *play;
  GtkWidget *slowdown;
  GtkWidget *speed;
  GtkWidget *now; /* a place for one of the next two, as wide as the wider one */
  GtkWidget *go_live;
  GtkWidget *live_mark;
};

G_DEFINE_FINAL_TYPE (SvTransport, sv_transport, GTK_TYPE_WIDGET)

static const double speeds[] = { 0.25, 0.5, 1, 2, 4 };
static const char *const speed_names[] = { "¼×", "½×", "1×", "2×", "4×", NULL };

static void
start_cb (SvTransport *self)
{
  sv_player_go_to_start (self->player);
}

static void
back_cb (SvTransport *self)
{
  sv_player_step (self->player, -1);
}

static void
forward_cb (SvTransport *self)
{
  sv_player_step (self->player, 1);
}

static SvWire *
get_wire (SvSession *session)
{
  SvNetwork *network = sv_session_get_network (session);

  return network != NULL && sv_network_is_open (network) ? sv_network_get_wire (network) : NULL;
}

/**
 * sv_transport_toggle_wire:
 *
 * Where what is seen happens now, on a wire, that is what stops and goes on.
 *
 * Returns: %FALSE if there is no such wire: then a replay is what is played
 */
gboolean
sv_transport_toggle_wire (SvSession *session)
{
  SvWire *wire = get_wire (session);

  if (wire == NULL || !sv_session_is_live (session))
    return FALSE;
  sv_wire_set_paused (wire, !sv_wire_is_paused (wire), sv_clock_now ());
  return TRUE;
}

/* At the end there is nothing left to play: it plays again from the start. */
static void
play_cb (SvTransport *self)
{
  SvTimeline *timeline = sv_player_get_timeline (self->player);

  if (sv_transport_toggle_wire (self->session))
    return;
  if (sv_player_is_playing (self->player))
    sv_player_pause (self->player);
  else if (sv_player_is_live (self->player)
           || (timeline != NULL && sv_player_get_position (self->player) >= sv_timeline_get_duration (timeline)))
    sv_player_play_from (self->player, 0);
  else
    sv_player_play (self->player);
}

static void
go_live_cb (SvTransport *self)
{
  sv_player_go_live (self->player);
}

static void
speed_cb (SvTransport *self)
{
  guint index = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->speed));

  if (index < G_N_ELEMENTS (speeds))
    sv_player_set_speed (self->player, speeds[index]);
}

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_widget_set_tooltip_text (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
playing_cb (SvTransport *self)
{
  gboolean playing = sv_player_is_playing (self->player);
  gboolean flying = self->wire != NULL && sv_player_is_live (self->player);

  if (flying)
    playing = !sv_wire_is_paused (self->wire);
  gtk_button_set_icon_name (GTK_BUTTON (self->play),
                            playing ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  if (flying)
    set_name (self->play, playing ? C_("transport", "Freeze the wire") : C_("transport", "Let the wire go on"));
  else
    set_name (self->play, playing ? C_("transport", "Pause") : C_("transport", "Play again slowly"));
}

static void
live_cb (SvTransport *self)
{
  gtk_stack_set_visible_child (GTK_STACK (self->now),
                               sv_player_is_live (self->player) ? self->live_mark : self->go_live);
  /* On a wire what happens now has the speed of the wire. */
  gtk_widget_set_visible (self->speed, self->wire == NULL || !sv_player_is_live (self->player));
  gtk_widget_set_visible (self->slowdown, self->wire == NULL || !sv_player_is_live (self->player));
  playing_cb (self);
}

static void
position_cb (SvTransport *self)
{
  SvTimeline *timeline = sv_player_get_timeline (self->player);
  double position = sv_player_get_position (self->player), speed = sv_player_get_speed (self->player);
  g_autofree char *text = NULL, *longer = NULL;

  if (timeline != NULL && !sv_player_is_live (self->player))
    {
      /* The ladder says how long the kernel took. */
      text = sv_timeline_describe_times (timeline, position, speed);
      longer = sv_timeline_describe_slowdown (timeline, position, speed);
    }
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->slowdown)), text != NULL ? text : "") != 0)
    gtk_label_set_text (GTK_LABEL (self->slowdown), text != NULL ? text : "");
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->slowdown), longer) != 0)
    gtk_widget_set_tooltip_text (self->slowdown, longer);
}

static void
show_speed_cb (SvTransport *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    if (speeds[i] == sv_player_get_speed (self->player))
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->speed), i);
  position_cb (self);
}

static void
sv_transport_dispose (GObject *object)
{
  SvTransport *self = SV_TRANSPORT (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->wire);
  g_clear_object (&self->player);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_transport_parent_class)->dispose (object);
}

static void
sv_transport_class_init (SvTransportClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_transport_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "transport");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_transport_init (SvTransport *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, C_("transport", "Replay"), -1);
}

static GtkWidget *
append_button (SvTransport *self, GtkWidget *box, const char *icon, const char *name, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "circular");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  set_name (button, name);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

/* Players of media run left to right in right-to-left windows too. A widget
 * does not inherit its direction, so each is told: the icons turn by it. */
static void
set_left_to_right (GtkWidget *widget)
{
  gtk_widget_set_direction (widget, GTK_TEXT_DIR_LTR);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    set_left_to_right (child);
}

static GtkWidget *
create_controls (SvTransport *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *scrubber = sv_scrubber_new (self->player);

  append_button (self, box, "media-skip-backward-symbolic", C_("transport", "To the start"), G_CALLBACK (start_cb));
  append_button (self, box, "media-seek-backward-symbolic", C_("transport", "One step back"), G_CALLBACK (back_cb));
  self->play = append_button (self, box, "media-playback-start-symbolic", C_("transport", "Play again slowly"),
                              G_CALLBACK (play_cb));
  gtk_widget_remove_css_class (self->play, "flat");
  append_button (self, box, "media-seek-forward-symbolic", C_("transport", "One step on"), G_CALLBACK (forward_cb));
  gtk_widget_set_hexpand (scrubber, TRUE);
  gtk_widget_set_margin_start (scrubber, SPACING);
  gtk_box_append (GTK_BOX (box), scrubber);
  set_left_to_right (box);
  return box;
}

static GtkWidget *
create_live_mark (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *dot = gtk_image_new_from_icon_name ("media-record-symbolic");
  GtkWidget *label = gtk_label_new (C_("transport", "live"));

  gtk_image_set_pixel_size (GTK_IMAGE (dot), 8);
  gtk_widget_add_css_class (dot, "success");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_set_margin_start (box, SPACING);
  gtk_widget_set_tooltip_text (box, _("What you see is what the kernel says now"));
  return box;
}

static GtkWidget *
create_tail (SvTransport *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);

  self->slowdown = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->slowdown), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->slowdown), 1);
  gtk_label_set_width_chars (GTK_LABEL (self->slowdown), SLOWDOWN_CHARS);
  gtk_widget_set_hexpand (self->slowdown, TRUE);
  gtk_widget_add_css_class (self->slowdown, "caption");
  gtk_widget_add_css_class (self->slowdown, "dim-label");
  gtk_widget_add_css_class (self->slowdown, "numeric");
  self->speed = gtk_drop_down_new_from_strings (speed_names);
  gtk_widget_set_valign (self->speed, GTK_ALIGN_CENTER);
  set_name (self->speed, C_("transport", "Speed"));
  /* The focus goes to the button within. */
  gtk_accessible_update_relation (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->speed)),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->speed, NULL, -1);
  self->go_live = gtk_button_new_with_label (C_("transport", "Go live"));
  gtk_widget_set_valign (self->go_live, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->go_live, _("Back to what the kernel says now"));
  self->live_mark = create_live_mark ();
  gtk_box_append (GTK_BOX (box), self->slowdown);
  gtk_box_append (GTK_BOX (box), self->speed);
  self->now = gtk_stack_new ();
  gtk_stack_add_child (GTK_STACK (self->now), self->go_live);
  gtk_stack_add_child (GTK_STACK (self->now), self->live_mark);
  gtk_box_append (GTK_BOX (box), self->now);
  return box;
}

GtkWidget *
sv_transport_new (SvSession *session)
{
  SvTransport *self = g_object_new (SV_TYPE_TRANSPORT, NULL);
  GtkWidget *controls;
  int one_line;
  const struct
  {
    const char *signal;
    void (*callback) (SvTransport *);
  } changes[] = {
    { "notify::playing", playing_cb }, { "notify::live", live_cb }, { "notify::live", position_cb },
    { "notify::position", position_cb }, { "notify::timeline", position_cb }, { "notify::speed", show_speed_cb },
  };

  self->session = g_object_ref (session);
  self->player = g_object_ref (sv_session_get_player (session));
  controls = create_controls (self);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);
  one_line = sv_session_get_network (session) != NULL ? ONE_LINE_WIDTH_WITH_WIRE : ONE_LINE_WIDTH;
  gtk_box_append (GTK_BOX (self->box), sv_split_new (controls, create_tail (self), one_line, SPACING));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  if (sv_session_get_network (session) != NULL)
    {
      self->wire = g_object_ref (sv_network_get_wire (sv_session_get_network (session)));
      gtk_box_append (GTK_BOX (self->box), sv_wire_bar_new (self->wire));
      g_signal_connect_object (self->wire, "changed", G_CALLBACK (playing_cb), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect_object (self->go_live, "clicked", G_CALLBACK (go_live_cb), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    g_signal_connect_object (self->player, changes[i].signal, G_CALLBACK (changes[i].callback), self,
                             G_CONNECT_SWAPPED);
  show_speed_cb (self);
  g_signal_connect_object (self->speed, "notify::selected", G_CALLBACK (speed_cb), self, G_CONNECT_SWAPPED);
  playing_cb (self);
  live_cb (self);
  return GTK_WIDGET (self);
}
