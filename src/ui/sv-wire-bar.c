/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-wire-bar.h"

#include "sv-split.h"
#include "sv-wire-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MS G_GINT64_CONSTANT (1000000)
#define ONE_LINE_WIDTH 560
#define SPACING 8
#define SCALE_WIDTH 110
#define WORDS_CHARS 40

/* A thousand packets a second do not write the words a thousand times. */
#define UPDATE_INTERVAL_MS 60

struct _SvWireBar
{
  GtkWidget parent_instance;

  SvWire *wire;
  GtkWidget *split;
  GtkWidget *hop_label;
  GtkWidget *hop_scale;
  GtkWidget *delays[2]; /* by SvSide: whose packets */
  GtkWidget *loss;
  GtkWidget *status;
  GtkWidget *counts;
  guint update_source;
  gboolean showing; /* the controls are being set to what is so */
};

G_DEFINE_FINAL_TYPE (SvWireBar, sv_wire_bar, GTK_TYPE_WIDGET)

static void
set_text (GtkWidget *label, const char *text)
{
  if (!g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text))
    gtk_label_set_text (GTK_LABEL (label), text);
}

static gboolean
update_cb (gpointer data)
{
  SvWireBar *self = data;
  g_autofree char *status = sv_wire_words_status (self->wire);
  g_autofree char *counts = sv_wire_words_counts (self->wire);

  self->update_source = 0;
  set_text (self->status, status);
  gtk_widget_set_tooltip_text (self->status, status);
  set_text (self->counts, counts);
  return G_SOURCE_REMOVE;
}

static void
event_cb (SvWireBar *self)
{
  if (self->update_source == 0)
    self->update_source = g_timeout_add (UPDATE_INTERVAL_MS, update_cb, self);
}

/* Two digits are enough for a time that a person feels. */
static double
round_hop (double ms)
{
  double unit = pow (10, floor (log10 (ms)) - 1);

  return CLAMP (round (ms / unit) * unit, SV_WIRE_BAR_MIN_HOP, SV_WIRE_BAR_MAX_HOP);
}

static void
show_settings (SvWireBar *self)
{
  g_autofree char *hop = sv_wire_words_hop (self->wire);
  double ms = MAX ((double) sv_wire_get_hop (self->wire, SV_SIDE_CLIENT) / MS, 1);

  self->showing = TRUE;
  set_text (self->hop_label, hop);
  if (round_hop (exp (gtk_range_get_value (GTK_RANGE (self->hop_scale)))) != ms)
    gtk_range_set_value (GTK_RANGE (self->hop_scale), log (ms));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->hop_scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, hop, -1);
  for (int side = 0; side < 2; side++)
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->delays[side]),
                               (double) sv_wire_get_hop (self->wire, (SvSide) side) / 1e9);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->loss), sv_wire_get_loss (self->wire));
  self->showing = FALSE;
  g_clear_handle_id (&self->update_source, g_source_remove);
  update_cb (self);
}

static void
hop_cb (SvWireBar *self)
{
  gint64 hop = (gint64) round_hop (exp (gtk_range_get_value (GTK_RANGE (self->hop_scale)))) * MS;

  if (self->showing)
    return;
  sv_wire_set_hop (self->wire, SV_SIDE_CLIENT, hop);
  sv_wire_set_hop (self->wire, SV_SIDE_SERVER, hop);
}

static void
delay_cb (GtkSpinButton *spin, SvWireBar *self)
{
  SvSide side = GTK_WIDGET (spin) == self->delays[SV_SIDE_SERVER] ? SV_SIDE_SERVER : SV_SIDE_CLIENT;

  if (!self->showing)
    sv_wire_set_hop (self->wire, side, (gint64) round (gtk_spin_button_get_value (spin) * 1000) * MS);
}

static void
loss_cb (GtkSpinButton *spin, SvWireBar *self)
{
  if (!self->showing)
    sv_wire_set_loss (self->wire, gtk_spin_button_get_value (spin), g_random_int ());
}

static void
sv_wire_bar_dispose (GObject *object)
{
  SvWireBar *self = SV_WIRE_BAR (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  g_clear_pointer (&self->split, gtk_widget_unparent);
  g_clear_object (&self->wire);
  G_OBJECT_CLASS (sv_wire_bar_parent_class)->dispose (object);
}

static void
sv_wire_bar_class_init (SvWireBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_wire_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "wirebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_wire_bar_init (SvWireBar *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, C_ ("wire", "Wire"), -1);
}

/* Words that are longer in other languages do not make the window wider. */
static void
set_words (GtkWidget *button, const char *words, const char *tooltip)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_add_css_class (button, "text-button");
  gtk_widget_set_tooltip_text (button, tooltip);
}

static GtkWidget *
create_handling (SvWireBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *hold = gtk_toggle_button_new (), *deliver = gtk_button_new ();

  gtk_actionable_set_action_name (GTK_ACTIONABLE (hold), "win.wire-hold");
  set_words (hold, C_ ("wire", "Hold packets"), _("Each packet stops half way and waits until you deliver or drop it"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (deliver), "win.wire-deliver-all");
  set_words (deliver, C_ ("wire", "Deliver all"), _("Everything that is on the wire arrives now"));
  self->status = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->status), PANGO_ELLIPSIZE_END);
  gtk_label_set_wrap (GTK_LABEL (self->status), TRUE);
  gtk_label_set_lines (GTK_LABEL (self->status), 2);
  gtk_label_set_xalign (GTK_LABEL (self->status), 0);
  gtk_widget_set_hexpand (self->status, TRUE);
  gtk_widget_add_css_class (self->status, "caption");
  gtk_widget_add_css_class (self->status, "dim-label");
  gtk_widget_add_css_class (self->status, "numeric");
  gtk_widget_set_valign (hold, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (deliver, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), hold);
  gtk_box_append (GTK_BOX (box), deliver);
  gtk_box_append (GTK_BOX (box), self->status);
  return box;
}

static GtkWidget *
create_spin (SvWireBar *self, double lower, double upper, double step, guint digits, GCallback changed)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (lower, upper, step);

  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), digits);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  g_signal_connect_object (spin, "value-changed", changed, self, 0);
  return spin;
}

static void
attach_row (GtkWidget *grid, int row, const char *name, GtkWidget *spin, const char *unit)
{
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  gtk_grid_attach (GTK_GRID (grid), label, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), spin, 1, row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), gtk_label_new (unit), 2, row, 1, 1);
}

static GtkWidget *
create_settings (SvWireBar *self)
{
  GtkWidget *grid = gtk_grid_new ();
  double least = SV_WIRE_BAR_MIN_HOP / 1000.0, most = SV_WIRE_BAR_MAX_HOP / 1000.0;

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  for (int side = 0; side < 2; side++)
    self->delays[side] = create_spin (self, least, most, 0.05, 2, G_CALLBACK (delay_cb));
  self->loss = create_spin (self, 0, 100, 1, 1, G_CALLBACK (loss_cb));
  attach_row (grid, 0, C_ ("wire", "From client to server"), self->delays[SV_SIDE_CLIENT],
              C_ ("unit", "s"));
  attach_row (grid, 1, C_ ("wire", "From server to client"), self->delays[SV_SIDE_SERVER],
              C_ ("unit", "s"));
  attach_row (grid, 2, C_ ("wire", "Lost by chance"), self->loss, C_ ("unit", "%"));
  return grid;
}

static GtkWidget *
create_popover (SvWireBar *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *title = gtk_label_new (C_ ("wire", "The wire"));
  GtkWidget *nat = gtk_check_button_new_with_label (C_ ("wire", "Routers translate addresses (NAT)"));

  gtk_widget_add_css_class (title, "heading");
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (nat), "win.nat");
  gtk_widget_set_tooltip_text (nat, _("Makes two new machines: what is open on these ends"));
  self->counts = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->counts), 0);
  gtk_label_set_wrap (GTK_LABEL (self->counts), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (self->counts), WORDS_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (self->counts), WORDS_CHARS);
  gtk_widget_add_css_class (self->counts, "caption");
  gtk_widget_add_css_class (box, "sv-options");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), create_settings (self));
  gtk_box_append (GTK_BOX (box), nat);
  gtk_box_append (GTK_BOX (box), self->counts);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (popover), GTK_ACCESSIBLE_PROPERTY_LABEL, C_ ("wire", "The wire"), -1);
  return popover;
}

static GtkWidget *
create_speed (SvWireBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *more = gtk_menu_button_new ();
  double low = log (SV_WIRE_BAR_MIN_HOP), high = log (SV_WIRE_BAR_MAX_HOP);

  self->hop_label = gtk_label_new ("");
  gtk_widget_add_css_class (self->hop_label, "numeric");
  gtk_label_set_ellipsize (GTK_LABEL (self->hop_label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->hop_label), 1);
  gtk_widget_set_hexpand (self->hop_label, TRUE);
  self->hop_scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, low, high, (high - low) / 40);
  gtk_scale_set_draw_value (GTK_SCALE (self->hop_scale), FALSE);
  gtk_widget_set_size_request (self->hop_scale, SCALE_WIDTH, -1);
  gtk_widget_set_valign (self->hop_scale, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->hop_scale, _("How long each packet takes from one machine to the other"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->hop_scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  C_ ("wire", "Time of one hop"), -1);
  g_signal_connect_object (self->hop_scale, "value-changed", G_CALLBACK (hop_cb), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (more), "view-more-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (more), create_popover (self));
  gtk_widget_set_tooltip_text (more, _("Delay, Loss and NAT"));
  /* The focus goes to the button within. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (more)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Delay, Loss and NAT"), -1);
  gtk_widget_add_css_class (more, "flat");
  gtk_widget_set_valign (more, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->hop_label);
  gtk_box_append (GTK_BOX (box), self->hop_scale);
  gtk_box_append (GTK_BOX (box), more);
  return box;
}

/**
 * sv_wire_bar_new:
 */
GtkWidget *
sv_wire_bar_new (SvWire *wire)
{
  SvWireBar *self;
  GtkWidget *handling;

  g_return_val_if_fail (SV_IS_WIRE (wire), NULL);

  self = g_object_new (SV_TYPE_WIRE_BAR, NULL);
  self->wire = g_object_ref (wire);
  handling = create_handling (self);
  self->split = sv_split_new (handling, create_speed (self), ONE_LINE_WIDTH, 6);
  gtk_widget_set_parent (self->split, GTK_WIDGET (self));
  g_signal_connect_object (wire, "changed", G_CALLBACK (show_settings), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wire, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  show_settings (self);
  return GTK_WIDGET (self);
}
