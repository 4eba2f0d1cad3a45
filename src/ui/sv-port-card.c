/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-port-card.h"

#include "sv-card-header.h"
#include "sv-explain-port.h"
#include "sv-port-search.h"

#include <glib/gi18n-lib.h>

#define ZOOM 2.0
#define PORTS_AROUND 15 /* that are shown with the one that was looked for */
#define MAX_MATCHES 50

struct _SvPortCard
{
  GtkWidget parent_instance;

  SvSession *session;
  GArray *matches; /* guint16: what the search found, NULL while nobody searches */
  guint match;     /* which of them is shown */

  GtkWidget *box;
  GtkWidget *ruler;
  GtkWidget *search_toggle;
  GtkWidget *search;
  GtkWidget *answer;
  GtkWidget *listening;
  GtkWidget *nearer;
  GtkWidget *farther;
};

G_DEFINE_FINAL_TYPE (SvPortCard, sv_port_card, GTK_TYPE_WIDGET)

static guint
count_machines (SvPortCard *self)
{
  return sv_session_get_network (self->session) != NULL ? 2 : 1;
}

static SvPortContext
make_context (SvPortCard *self, SvSide side)
{
  SvMachineId machine = sv_session_get_machine_id (self->session, side);

  return (SvPortContext){
    .machine = machine,
    .ports = sv_session_get_ports (self->session, side),
    .rows = sv_moment_get_table (sv_session_get_moment (self->session), machine),
    .get_owner = sv_port_ruler_get_owner,
    .owner_data = self->session,
  };
}

static void
add_line (GString *text, const char *line)
{
  if (line != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

/* Who has it on that machine; if somebody has, which one is free instead. */
static void
add_use (SvPortCard *self, GString *text, guint16 port, SvSide side)
{
  SvPortContext context = make_context (self, side);
  gboolean is_free;
  g_autofree char *use = sv_explain_port_use (port, &context, &is_free);
  guint next = is_free ? 0 : sv_explain_find_free_port (port, context.rows);
  g_autofree char *instead = next != 0 ? g_strdup_printf (_("The next free one is %u."), next) : g_strdup ("");
  g_autofree char *all = g_strjoin (next != 0 ? " " : "", use, instead, NULL);
  g_autofree char *named = NULL;

  if (count_machines (self) > 1)
    /* Translators: %s is a sentence about one of two machines */
    named = g_strdup_printf (side == SV_SIDE_CLIENT ? _("Client machine: %s") : _("Server machine: %s"), all);
  add_line (text, named != NULL ? named : all);
}

static char *
make_answer (SvPortCard *self, guint16 port)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SvPortSpace *ports = sv_session_get_ports (self->session, SV_SIDE_SERVER);
  g_autofree char *service = sv_explain_port_service (port, ports);
  g_autofree char *band = sv_explain_port_band (port, ports);

  add_line (text, service);
  for (guint side = 0; side < count_machines (self); side++)
    add_use (self, text, port, (SvSide) side);
  add_line (text, band);
  if (self->matches->len > 1)
    {
      g_autofree char *which = g_strdup_printf (_("Match %u of %u: press Enter for the next one."), self->match + 1,
                                                self->matches->len);

      add_line (text, which);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static guint16
get_port (SvPortCard *self)
{
  return self->matches != NULL && self->match < self->matches->len
           ? g_array_index (self->matches, guint16, self->match) : 0;
}

static void
update_answer (SvPortCard *self)
{
  const char *asked = gtk_editable_get_text (GTK_EDITABLE (self->search));
  guint16 port = get_port (self);
  g_autofree char *text = NULL;

  if (port != 0)
    text = make_answer (self, port);
  else if (self->matches != NULL)
    text = g_strdup_printf (_("No service is called like “%s”. Give a name or a port from 1 to 65535."), asked);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->answer)), text != NULL ? text : "") != 0)
    gtk_label_set_text (GTK_LABEL (self->answer), text != NULL ? text : "");
  gtk_widget_set_visible (self->answer, text != NULL && gtk_widget_get_visible (self->search));
}

static void
show_match (SvPortCard *self)
{
  guint16 port = get_port (self);

  sv_port_ruler_set_marked (SV_PORT_RULER (self->ruler), port);
  if (port != 0)
    sv_port_ruler_show_port (SV_PORT_RULER (self->ruler), port, PORTS_AROUND);
  update_answer (self);
}

static void
search_cb (SvPortCard *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search))));
  gboolean was_searching = self->matches != NULL;

  g_clear_pointer (&self->matches, g_array_unref);
  self->match = 0;
  if (text[0] != '\0')
    self->matches = sv_port_search (sv_session_get_ports (self->session, SV_SIDE_SERVER), text, MAX_MATCHES);
  else if (was_searching)
    sv_port_ruler_show_all (SV_PORT_RULER (self->ruler));
  show_match (self);
}

static void
go_on (SvPortCard *self, guint step)
{
  if (self->matches == NULL || self->matches->len == 0)
    return;
  self->match = (self->match + step) % self->matches->len;
  show_match (self);
}

static void
next_cb (SvPortCard *self)
{
  go_on (self, 1);
}

static void
previous_cb (SvPortCard *self)
{
  go_on (self, self->matches != NULL ? self->matches->len - 1 : 0);
}

static void
toggle_cb (SvPortCard *self)
{
  gboolean active = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->search_toggle));

  gtk_widget_set_visible (self->search, active);
  if (active)
    gtk_widget_grab_focus (self->search);
  else
    gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  search_cb (self);
}

static void
stop_search_cb (SvPortCard *self)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->search_toggle), FALSE);
  gtk_widget_grab_focus (self->search_toggle);
}

static void
listening_cb (SvPortCard *self)
{
  sv_port_ruler_set_only_listening (SV_PORT_RULER (self->ruler),
                                    gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->listening)));
}

static void
nearer_cb (SvPortCard *self)
{
  sv_port_ruler_zoom (SV_PORT_RULER (self->ruler), ZOOM);
}

static void
farther_cb (SvPortCard *self)
{
  sv_port_ruler_zoom (SV_PORT_RULER (self->ruler), 1 / ZOOM);
}

static void
range_cb (SvPortCard *self)
{
  const SvPortRange *range = sv_port_ruler_get_range (SV_PORT_RULER (self->ruler));

  gtk_widget_set_sensitive (self->farther, !sv_port_range_is_all (range));
  gtk_widget_set_sensitive (self->nearer, range->end <= 0 || range->end - range->first > 1);
}

/* Who has a port may be another one now. */
static void
moment_cb (SvPortCard *self)
{
  if (self->matches != NULL)
    update_answer (self);
}

static GtkWidget *
prepare_button (SvPortCard *self, GtkWidget *button, const char *icon, const char *name, const char *signal,
                GCallback callback)
{
  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_set_tooltip_text (button, name);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "sv-small");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, signal, callback, self, G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
create_title (SvPortCard *self)
{
  gboolean two = count_machines (self) > 1;
  GtkWidget *title = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (two ? C_("stage", "Ports of both machines") : C_("stage", "Ports of this computer"));
  GtkWidget *size = sv_card_subtitle_new (two ? C_("stage", "On each 65 536 for TCP, 65 536 for UDP")
                                              : C_("stage", "65 536 for TCP, 65 536 for UDP"));

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (name, "heading");
  gtk_label_set_wrap (GTK_LABEL (size), FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (size), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (size, TRUE);
  gtk_box_append (GTK_BOX (title), name);
  gtk_box_append (GTK_BOX (title), size);
  return title;
}

static GtkWidget *
create_buttons (SvPortCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);

  self->search_toggle = prepare_button (self, gtk_toggle_button_new (), "system-search-symbolic",
                                        _("Find a Port or a Service"), "toggled", G_CALLBACK (toggle_cb));
  self->listening = gtk_toggle_button_new ();
  prepare_button (self, self->listening, "network-server-symbolic", _("Only Ports Where Somebody Listens"), "toggled",
                  G_CALLBACK (listening_cb));
  self->farther = prepare_button (self, gtk_button_new (), "zoom-out-symbolic", _("Show More Ports"), "clicked",
                                  G_CALLBACK (farther_cb));
  self->nearer = prepare_button (self, gtk_button_new (), "zoom-in-symbolic", _("Show Fewer Ports"), "clicked",
                                 G_CALLBACK (nearer_cb));
  gtk_box_append (GTK_BOX (box), self->search_toggle);
  gtk_box_append (GTK_BOX (box), self->listening);
  gtk_box_append (GTK_BOX (box), self->farther);
  gtk_box_append (GTK_BOX (box), self->nearer);
  return box;
}

static void
create_search (SvPortCard *self)
{
  self->search = gtk_search_entry_new ();
  /* Translators: examples of what can be looked for: a port, a service's name */
  g_object_set (self->search, "placeholder-text", _("631, ssh, why is 8080 taken?"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Port or Service to Find"), -1);
  gtk_widget_set_visible (self->search, FALSE);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (search_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "activate", G_CALLBACK (next_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "next-match", G_CALLBACK (next_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "previous-match", G_CALLBACK (previous_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "stop-search", G_CALLBACK (stop_search_cb), self, G_CONNECT_SWAPPED);
  self->answer = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->answer), 0);
  gtk_label_set_wrap (GTK_LABEL (self->answer), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->answer), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->answer), TRUE);
  gtk_widget_set_visible (self->answer, FALSE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->answer,
                                  NULL, -1);
}

static void
build (SvPortCard *self)
{
  GtkWidget *title = create_title (self);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->ruler = sv_port_ruler_new (self->session);
  create_search (self);
  gtk_box_append (GTK_BOX (title), create_buttons (self));
  gtk_box_append (GTK_BOX (self->box), title);
  gtk_box_append (GTK_BOX (self->box), self->search);
  gtk_box_append (GTK_BOX (self->box), self->answer);
  gtk_box_append (GTK_BOX (self->box), self->ruler);
  gtk_widget_add_css_class (self->box, "sv-card");
  gtk_widget_add_css_class (self->box, "sv-padded");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static void
sv_port_card_dispose (GObject *object)
{
  SvPortCard *self = SV_PORT_CARD (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->matches, g_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_port_card_parent_class)->dispose (object);
}

static void
sv_port_card_class_init (SvPortCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_port_card_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "port-card");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_port_card_init (SvPortCard *self)
{
}

GtkWidget *
sv_port_card_new (SvSession *session)
{
  SvPortCard *self;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);

  self = g_object_new (SV_TYPE_PORT_CARD, NULL);
  self->session = g_object_ref (session);
  build (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, C_("stage", "Ports"), -1);
  g_signal_connect_object (self->ruler, "range-changed", G_CALLBACK (range_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (moment_cb), self, G_CONNECT_SWAPPED);
  range_cb (self);
  return GTK_WIDGET (self);
}

/**
 * sv_port_card_get_ruler:
 *
 * Returns: (transfer none): the ruler
 */
SvPortRuler *
sv_port_card_get_ruler (SvPortCard *self)
{
  g_return_val_if_fail (SV_IS_PORT_CARD (self), NULL);

  return SV_PORT_RULER (self->ruler);
}

/**
 * sv_port_card_search:
 * @text: as a person would type it; counts at once; "" ends the search
 */
void
sv_port_card_search (SvPortCard *self, const char *text)
{
  g_return_if_fail (SV_IS_PORT_CARD (self) && text != NULL);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->search_toggle), text[0] != '\0');
  gtk_editable_set_text (GTK_EDITABLE (self->search), text);
  search_cb (self);
}

/**
 * sv_port_card_get_answer:
 *
 * Returns: (transfer none): what the search has found out, "" if nothing was asked
 */
const char *
sv_port_card_get_answer (SvPortCard *self)
{
  g_return_val_if_fail (SV_IS_PORT_CARD (self), NULL);

  return gtk_label_get_text (GTK_LABEL (self->answer));
}
