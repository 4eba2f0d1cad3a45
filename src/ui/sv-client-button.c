/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-client-button.h"

#include <glib/gi18n-lib.h>

#include "sv-lab.h"

static const guint usual_counts[] = { 1, 3, 10, 100, 1000 };

struct _SvClientButton
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkButton *spawn_button;
  GtkMenuButton *count_button;
  GtkBox *choices_box;
  GtkSpinButton *count_spin;
  GtkEditable *target_entry;
  GtkWidget *target_button;
  GtkWidget *manner_box;
  GtkDropDown *manner_drop;
  GtkCheckButton *choices[G_N_ELEMENTS (usual_counts)];
  GtkCheckButton *no_choice; /* active while the count is none of the usual ones; not shown */

  guint count;
  gboolean compact;
  gboolean resolving;
};

enum
{
  PROP_COUNT = 1,
  PROP_COMPACT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (SvClientButton, sv_client_button, GTK_TYPE_WIDGET)

static void
show_name (SvClientButton *self, const char *name)
{
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->spawn_button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spawn_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_count (SvClientButton *self)
{
  /* Translators: the sentence that a screen reader says for the button "+ Client". */
  g_autofree char *name
      = g_strdup_printf (ngettext ("Spawn %'u Client", "Spawn %'u Clients", self->count), self->count);
  g_autofree char *number = g_strdup_printf ("%'u", self->count);
  gboolean usual = FALSE;

  gtk_menu_button_set_label (self->count_button, number);
  show_name (self, name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->spawn_button), "i", (int) self->count);
  gtk_spin_button_set_value (self->count_spin, self->count);
  for (guint i = 0; i < G_N_ELEMENTS (usual_counts); i++)
    if (usual_counts[i] == self->count)
      {
        gtk_check_button_set_active (self->choices[i], TRUE);
        usual = TRUE;
      }
  if (!usual)
    gtk_check_button_set_active (self->no_choice, TRUE);
}

static void
show_face (SvClientButton *self)
{
  GtkWidget *content;

  if (self->compact)
    {
      gtk_button_set_icon_name (self->spawn_button, "list-add-symbolic");
      return;
    }
  content = adw_button_content_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "list-add-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), C_("header button: one more client", "Client"));
  gtk_button_set_child (self->spawn_button, content);
}

static void
choice_toggled_cb (GtkCheckButton *choice, SvClientButton *self)
{
  if (!gtk_check_button_get_active (choice))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (usual_counts); i++)
    if (self->choices[i] == choice)
      sv_client_button_set_count (self, usual_counts[i]);
}

static void
spin_changed_cb (SvClientButton *self)
{
  sv_client_button_set_count (self, (guint) gtk_spin_button_get_value_as_int (self->count_spin));
}

/* Whatever server it is: one that the learner has started by hand, for instance. */
static void
connect_cb (SvClientButton *self)
{
  const char *text = gtk_editable_get_text (self->target_entry);

  if (*text == '\0')
    return;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.connect-to", "(is)", (int) self->count, text);
  gtk_menu_button_popdown (self->count_button);
}

/* While a name is asked for, the same place calls that off. */
static void
target_clicked_cb (SvClientButton *self)
{
  if (self->resolving)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.cancel-names", NULL);
  else
    connect_cb (self);
}

static void
manner_selected_cb (SvClientButton *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.set-manner", "i",
                              (int) gtk_drop_down_get_selected (self->manner_drop));
}

static void
target_changed_cb (SvClientButton *self)
{
  gtk_widget_set_sensitive (self->target_button,
                            self->resolving || *gtk_editable_get_text (self->target_entry) != '\0');
}

static void
sv_client_button_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SvClientButton *self = SV_CLIENT_BUTTON (object);

  switch (id)
    {
    case PROP_COUNT:
      g_value_set_int (value, (int) self->count);
      break;
    case PROP_COMPACT:
      g_value_set_boolean (value, self->compact);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_client_button_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SvClientButton *self = SV_CLIENT_BUTTON (object);

  switch (id)
    {
    case PROP_COUNT:
      sv_client_button_set_count (self, (guint) g_value_get_int (value));
      break;
    case PROP_COMPACT:
      sv_client_button_set_compact (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_client_button_dispose (GObject *object)
{
  SvClientButton *self = SV_CLIENT_BUTTON (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->no_choice);
  G_OBJECT_CLASS (sv_client_button_parent_class)->dispose (object);
}

static void
sv_client_button_class_init (SvClientButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = sv_client_button_dispose;
  object_class->get_property = sv_client_button_get_property;
  object_class->set_property = sv_client_button_set_property;

  props[PROP_COUNT] = g_param_spec_int ("count", NULL, NULL, 1, SV_LAB_MAX_CLIENTS, 3, flags);
  props[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SockView/sv-client-button.ui");
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, box);
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, spawn_button);
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, count_button);
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, choices_box);
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, count_spin);
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, target_entry);
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, target_button);
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, manner_box);
  gtk_widget_class_bind_template_child (widget_class, SvClientButton, manner_drop);
}

static void
sv_client_button_init (SvClientButton *self)
{
  self->count = 3;
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The focus goes to the button within, which would only be called by its number. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->count_button))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("How Many Clients"), -1);
  self->no_choice = g_object_ref_sink (GTK_CHECK_BUTTON (gtk_check_button_new ()));
  for (guint i = 0; i < G_N_ELEMENTS (usual_counts); i++)
    {
      g_autofree char *label = g_strdup_printf ("%'u", usual_counts[i]);

      self->choices[i] = GTK_CHECK_BUTTON (gtk_check_button_new_with_label (label));
      gtk_check_button_set_group (self->choices[i], self->no_choice);
      gtk_box_append (self->choices_box, GTK_WIDGET (self->choices[i]));
    }
  show_count (self);
  show_face (self);
  for (guint i = 0; i < G_N_ELEMENTS (usual_counts); i++)
    g_signal_connect (self->choices[i], "toggled", G_CALLBACK (choice_toggled_cb), self);
  g_signal_connect_swapped (self->count_spin, "value-changed", G_CALLBACK (spin_changed_cb), self);
  g_signal_connect_swapped (self->manner_drop, "notify::selected", G_CALLBACK (manner_selected_cb), self);
  g_signal_connect_swapped (self->target_entry, "changed", G_CALLBACK (target_changed_cb), self);
  g_signal_connect_swapped (self->target_entry, "activate", G_CALLBACK (connect_cb), self);
  g_signal_connect_swapped (self->target_button, "clicked", G_CALLBACK (target_clicked_cb), self);
  target_changed_cb (self);
}

GtkWidget *
sv_client_button_new (void)
{
  return g_object_new (SV_TYPE_CLIENT_BUTTON, NULL);
}

guint
sv_client_button_get_count (SvClientButton *self)
{
  g_return_val_if_fail (SV_IS_CLIENT_BUTTON (self), 1);

  return self->count;
}

void
sv_client_button_set_count (SvClientButton *self, guint count)
{
  g_return_if_fail (SV_IS_CLIENT_BUTTON (self));

  count = CLAMP (count, 1, SV_LAB_MAX_CLIENTS);
  if (self->count == count)
    return;
  self->count = count;
  show_count (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COUNT]);
}

void
sv_client_button_set_compact (SvClientButton *self, gboolean compact)
{
  g_return_if_fail (SV_IS_CLIENT_BUTTON (self));

  compact = !!compact;
  if (self->compact == compact)
    return;
  self->compact = compact;
  show_face (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COMPACT]);
}

/**
 * sv_client_button_set_suggested:
 *
 * Whether spawning clients is what to do next.
 */
void
sv_client_button_set_suggested (SvClientButton *self, gboolean suggested)
{
  g_return_if_fail (SV_IS_CLIENT_BUTTON (self));

  if (suggested)
    gtk_widget_add_css_class (GTK_WIDGET (self->spawn_button), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->spawn_button), "suggested-action");
}

/**
 * sv_client_button_show_kind:
 * @kind: what kind of server the clients go to
 * @manner: how UDP clients go about it
 *
 * What can be chosen depends on it.
 */
void
sv_client_button_show_kind (SvClientButton *self, SvKind kind, SvManner manner)
{
  g_return_if_fail (SV_IS_CLIENT_BUTTON (self));

  gtk_widget_set_visible (self->manner_box, kind == SV_KIND_UDP);
  gtk_drop_down_set_selected (self->manner_drop, manner);
}

/**
 * sv_client_button_show_resolving:
 * @resolving: a client asks for the addresses of a name, or tries them
 */
void
sv_client_button_show_resolving (SvClientButton *self, gboolean resolving)
{
  g_return_if_fail (SV_IS_CLIENT_BUTTON (self));

  if (self->resolving == resolving)
    return;
  self->resolving = resolving;
  gtk_button_set_label (GTK_BUTTON (self->target_button),
                        resolving ? C_ ("a name that is looked up", "Cancel") : C_ ("clients", "Connect"));
  target_changed_cb (self);
}
