/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-end-actions.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

struct _SvEndActions
{
  GtkWidget parent_instance;

  SvSession *session;
  SvSide side;
  GSimpleActionGroup *group;

  GtkWidget *box;
  GtkWidget *entry;
  GtkWidget *send;
  GtkWidget *buttons[3];
  GtkWidget *skip; /* of TIME_WAIT */
};

typedef gboolean (*EndFunc) (SvLab *lab, guint connection, SvSide side, GError **error);

G_DEFINE_FINAL_TYPE (SvEndActions, sv_end_actions, GTK_TYPE_WIDGET)

static const struct
{
  const char *action;
  const char *label;
  const char *tooltip;
  EndFunc act;
} ends[] = {
  { "close", NC_("one end of a connection", "Close"),
    NC_("one end of a connection", "Close this end: close() sends a FIN"), sv_lab_close },
  { "shut-down", NC_("one end of a connection", "Half-close"),
    NC_("one end of a connection", "Send no more, but go on reading: shutdown(SHUT_WR) sends a FIN"),
    sv_lab_shut_down },
  { "reset", NC_("one end of a connection", "Reset"),
    NC_("one end of a connection", "Break the connection off: a RST, and nothing waits"), sv_lab_reset },
};

static void
report (SvEndActions *self, gboolean done, const GError *error)
{
  if (!done)
    sv_session_report (self->session, "connection", error);
}

static void
end_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvEndActions *self = data;
  SvLab *lab = sv_session_get_lab (self->session);
  guint connection = sv_session_get_chosen_connection (self->session);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), ends[i].action))
      report (self, ends[i].act (lab, connection, self->side, &error), error);
}

static void
send_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvEndActions *self = data;
  SvLab *lab = sv_session_get_lab (self->session);
  g_autofree char *line = g_strconcat (gtk_editable_get_text (GTK_EDITABLE (self->entry)), "\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));
  g_autoptr (GError) error = NULL;

  if (sv_lab_send (lab, sv_session_get_chosen_connection (self->session), self->side, bytes, &error))
    gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  else
    report (self, FALSE, error);
}

/* Why nothing can be done at this end, NULL if something can. */
static const char *
get_hindrance (SvEndActions *self)
{
  SvLab *lab = sv_session_get_lab (self->session);
  guint id = sv_session_get_chosen_connection (self->session);
  const SvConnection *connection;
  const SvPlanSocket *socket;

  if (id == 0)
    return _("Choose a connection first");
  if (sv_lab_has_end (lab, id, self->side))
    return NULL;
  connection = sv_recording_get_connection (sv_session_get_recording (self->session), id);
  socket = sv_machines_plan_find (sv_session_get_plan (self->session), id, self->side);
  if ((self->side == SV_SIDE_CLIENT && connection->foreign) || (socket != NULL && socket->foreign))
    return _("This end belongs to another process: only that process can act on it");
  if (self->side == SV_SIDE_SERVER && socket == NULL)
    return _("The server has no socket for this connection: it is not accepted, or closed already");
  return _("This end is closed already");
}

static guint8
get_protocol (SvEndActions *self)
{
  guint id = sv_session_get_chosen_connection (self->session);

  return id != 0 ? sv_recording_get_connection (sv_session_get_recording (self->session), id)->protocol : IPPROTO_TCP;
}

/* What only a connection of TCP can do. */
static const char *
get_lack (SvEndActions *self, EndFunc act)
{
  guint8 protocol = get_protocol (self);

  if (act == sv_lab_close && self->side == SV_SIDE_SERVER && protocol == IPPROTO_UDP)
    return _("A UDP server has one socket for all clients: stop the server to close it");
  if (act == sv_lab_close || protocol == IPPROTO_TCP || (act == sv_lab_shut_down && protocol == 0))
    return NULL;
  return protocol == IPPROTO_UDP ? _("UDP has no connection that could be ended")
                                 : _("There is no RST within one computer: only TCP can be reset");
}

/* Why nothing more can be sent: everything goes on but that. */
static const char *
get_silence (SvEndActions *self, const char *hindrance)
{
  if (get_protocol (self) == IPPROTO_UDP
      && sv_lab_may_send (sv_session_get_lab (self->session), sv_session_get_chosen_connection (self->session),
                          self->side))
    return NULL;
  if (hindrance != NULL
      || sv_lab_may_send (sv_session_get_lab (self->session), sv_session_get_chosen_connection (self->session),
                          self->side))
    return hindrance;
  return _("This end is half-closed: it sends no more, but it goes on reading");
}

static void
set_hindrance (GtkWidget *widget, const char *tooltip, const char *hindrance)
{
  const char *text = hindrance != NULL ? hindrance : tooltip;

  gtk_widget_set_tooltip_text (widget, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
set_enabled (SvEndActions *self, const char *action, const char *hindrance)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->group), action)),
                               hindrance == NULL);
}

/* On machines of its own a person may end TIME_WAIT. */
static void
update_skip (SvEndActions *self)
{
  guint id = sv_session_get_chosen_connection (self->session);
  const SvPlanSocket *socket = NULL;

  if (id != 0 && sv_session_get_network (self->session) != NULL && sv_session_is_live (self->session))
    socket = sv_machines_plan_find (sv_session_get_plan (self->session), id, self->side);
  gtk_widget_set_visible (self->skip, socket != NULL && socket->state == SV_TCP_TIME_WAIT);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->skip), "u", id);
}

static GtkWidget *
create_skip (void)
{
  GtkWidget *button = gtk_button_new_with_label (C_("one end of a connection", "Don't wait 60 s"));

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.skip-time-wait");
  gtk_widget_set_tooltip_text (button, _("End TIME_WAIT now (SOCK_DESTROY). A kernel never does that by itself; the "
                                         "recording says that it was you."));
  return button;
}

static void
update (SvEndActions *self)
{
  const char *hindrance = get_hindrance (self), *silence = get_silence (self, hindrance);

  gtk_widget_set_visible (GTK_WIDGET (self), sv_session_get_chosen_connection (self->session) != 0);
  update_skip (self);
  set_enabled (self, "send", silence);
  gtk_widget_set_sensitive (self->entry, silence == NULL);
  set_hindrance (self->entry, _("A line of text to send"), silence);
  set_hindrance (self->send, _("Send the line with a line end: send()"), silence);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      const char *lack = get_lack (self, ends[i].act);
      const char *why = lack != NULL ? lack : ends[i].act == sv_lab_shut_down ? silence : hindrance;

      set_enabled (self, ends[i].action, why);
      set_hindrance (self->buttons[i],
                     g_dpgettext2 (GETTEXT_PACKAGE, "one end of a connection", ends[i].tooltip), why);
    }
}

static void
add_actions (SvEndActions *self)
{
  g_autoptr (GSimpleAction) send = g_simple_action_new ("send", NULL);

  self->group = g_simple_action_group_new ();
  g_signal_connect (send, "activate", G_CALLBACK (send_cb), self);
  g_action_map_add_action (G_ACTION_MAP (self->group), G_ACTION (send));
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (ends[i].action, NULL);

      g_signal_connect (action, "activate", G_CALLBACK (end_cb), self);
      g_action_map_add_action (G_ACTION_MAP (self->group), G_ACTION (action));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "end", G_ACTION_GROUP (self->group));
}

static GtkWidget *
create_message_row (SvEndActions *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  const char *name = self->side == SV_SIDE_CLIENT ? _("Line for the client to send") : _("Line for the server to send");

  self->entry = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), C_("one end of a connection", "Say something"));
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 5);
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  self->send = gtk_button_new_with_label (C_("one end of a connection", "Send"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->send), "end.send");
  gtk_widget_add_css_class (row, "linked");
  gtk_box_append (GTK_BOX (row), self->entry);
  gtk_box_append (GTK_BOX (row), self->send);
  return row;
}

static GtkWidget *
create_button_row (SvEndActions *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      const char *name = g_dpgettext2 (GETTEXT_PACKAGE, "one end of a connection", ends[i].label);
      GtkWidget *label = gtk_label_new (name);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      self->buttons[i] = gtk_button_new ();
      gtk_button_set_child (GTK_BUTTON (self->buttons[i]), label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      gtk_widget_set_hexpand (self->buttons[i], TRUE);
      g_autofree char *action = g_strconcat ("end.", ends[i].action, NULL);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->buttons[i]), action);
      gtk_box_append (GTK_BOX (row), self->buttons[i]);
    }
  return row;
}

static void
entry_activate_cb (SvEndActions *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "end.send", NULL);
}

static void
sv_end_actions_dispose (GObject *object)
{
  SvEndActions *self = SV_END_ACTIONS (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->group);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_end_actions_parent_class)->dispose (object);
}

static void
sv_end_actions_class_init (SvEndActionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_end_actions_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "endactions");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_end_actions_init (SvEndActions *self)
{
}

/**
 * sv_end_actions_new:
 * @side: which end of the chosen connection
 */
GtkWidget *
sv_end_actions_new (SvSession *session, SvSide side)
{
  SvEndActions *self = g_object_new (SV_TYPE_END_ACTIONS, NULL);

  self->session = g_object_ref (session);
  self->side = side;
  add_actions (self);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self->box), create_message_row (self));
  gtk_box_append (GTK_BOX (self->box), create_button_row (self));
  self->skip = create_skip ();
  gtk_box_append (GTK_BOX (self->box), self->skip);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (entry_activate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * sv_end_actions_get_group:
 *
 * Returns: (transfer none): "send", "close", "shut-down", "reset", for a menu elsewhere
 */
GActionGroup *
sv_end_actions_get_group (SvEndActions *self)
{
  g_return_val_if_fail (SV_IS_END_ACTIONS (self), NULL);

  return G_ACTION_GROUP (self->group);
}

/**
 * sv_end_actions_create_menu:
 *
 * Returns: (transfer full): a menu of the actions in the group "end"
 */
GMenuModel *
sv_end_actions_create_menu (void)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *action = g_strconcat ("end.", ends[i].action, NULL);

      g_menu_append (menu, g_dpgettext2 (GETTEXT_PACKAGE, "one end of a connection", ends[i].label), action);
    }
  return G_MENU_MODEL (menu);
}
