/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-drawer.h"

#include "sv-call-list.h"
#include "sv-code-view.h"
#include "sv-file-list.h"
#include "sv-packet-view.h"
#include "sv-tale-list.h"

#include <glib/gi18n-lib.h>

#define CONTENT_MIN_HEIGHT 150

struct _SvDrawer
{
  GtkWidget parent_instance;

  SvCallIndex *calls;
  GtkWidget *box;
  GtkWidget *toggle;
  GtkWidget *tabs[SV_N_DRAWER_PAGES];
  GtkWidget *pages[SV_N_DRAWER_PAGES];
  GtkWidget *stack;
  SvDrawerPage page;
  gboolean open;
};

enum
{
  PROP_OPEN = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (SvDrawer, sv_drawer, GTK_TYPE_WIDGET)

static void
show_state (SvDrawer *self)
{
  const char *name = self->open ? _("Close the drawer") : _("Open the drawer");

  gtk_button_set_icon_name (GTK_BUTTON (self->toggle), self->open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_widget_set_tooltip_text (self->toggle, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_STATE_EXPANDED, self->open, -1);
  gtk_widget_set_visible (self->stack, self->open);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->pages[self->page]);
  for (guint i = 0; i < SV_N_DRAWER_PAGES; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[i]), self->open && i == self->page);
}

static void
set_open (SvDrawer *self, gboolean open, SvDrawerPage page)
{
  gboolean changed = open != self->open;

  self->open = open;
  self->page = page;
  show_state (self);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OPEN]);
}

static void
toggle_cb (SvDrawer *self)
{
  set_open (self, !self->open, self->page);
}

/* A click on the open page's tab closes the drawer. */
static void
tab_cb (SvDrawer *self, GtkWidget *tab)
{
  for (guint i = 0; i < SV_N_DRAWER_PAGES; i++)
    if (self->tabs[i] == tab)
      set_open (self, !(self->open && self->page == i), (SvDrawerPage) i);
}

static void
count_cb (SvDrawer *self)
{
  g_autofree char *text = g_strdup_printf (C_("drawer", "Calls %u"), sv_call_index_get_size (self->calls));

  gtk_button_set_label (GTK_BUTTON (self->tabs[SV_DRAWER_CALLS]), text);
}

static void
sv_drawer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_OPEN)
    g_value_set_boolean (value, SV_DRAWER (object)->open);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sv_drawer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SvDrawer *self = SV_DRAWER (object);

  if (id == PROP_OPEN)
    set_open (self, g_value_get_boolean (value), self->page);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sv_drawer_dispose (GObject *object)
{
  SvDrawer *self = SV_DRAWER (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->calls);
  G_OBJECT_CLASS (sv_drawer_parent_class)->dispose (object);
}

static void
sv_drawer_class_init (SvDrawerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sv_drawer_dispose;
  object_class->get_property = sv_drawer_get_property;
  object_class->set_property = sv_drawer_set_property;

  props[PROP_OPEN] = g_param_spec_boolean ("open", NULL, NULL, FALSE,
                                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "drawer");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_drawer_init (SvDrawer *self)
{
}

static GtkWidget *
create_header (SvDrawer *self)
{
  const char *const names[SV_N_DRAWER_PAGES]
    = { "", C_("drawer", "Code"), C_("drawer", "Files"), C_("drawer", "Packet"), C_("drawer", "Story") };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);

  self->toggle = gtk_button_new_from_icon_name ("pan-end-symbolic");
  gtk_widget_add_css_class (self->toggle, "flat");
  g_signal_connect_object (self->toggle, "clicked", G_CALLBACK (toggle_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->toggle);
  for (guint i = 0; i < SV_N_DRAWER_PAGES; i++)
    {
      self->tabs[i] = gtk_toggle_button_new_with_label (names[i]);
      /* A narrow window with large text has no room for all of them. */
      gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->tabs[i]))), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (self->tabs[i], "flat");
      g_signal_connect_object (self->tabs[i], "clicked", G_CALLBACK (tab_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (box), self->tabs[i]);
    }
  return box;
}

GtkWidget *
sv_drawer_new (SvSession *session)
{
  SvDrawer *self = g_object_new (SV_TYPE_DRAWER, NULL);

  self->calls = sv_call_index_new (sv_session_get_recording (session));
  self->pages[SV_DRAWER_CALLS] = sv_call_list_new (session, self->calls);
  self->pages[SV_DRAWER_CODE] = sv_code_view_new (session, self->calls);
  self->pages[SV_DRAWER_FILES] = sv_file_list_new (session);
  self->pages[SV_DRAWER_PACKET] = sv_packet_view_new (session);
  self->pages[SV_DRAWER_STORY] = sv_tale_list_new (session);
  self->stack = gtk_stack_new ();
  gtk_widget_set_size_request (self->stack, -1, CONTENT_MIN_HEIGHT);
  gtk_widget_set_vexpand (self->stack, TRUE);
  for (guint i = 0; i < SV_N_DRAWER_PAGES; i++)
    gtk_stack_add_child (GTK_STACK (self->stack), self->pages[i]);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self->box), create_header (self));
  gtk_box_append (GTK_BOX (self->box), self->stack);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->calls, "changed", G_CALLBACK (count_cb), self, G_CONNECT_SWAPPED);
  count_cb (self);
  show_state (self);
  return GTK_WIDGET (self);
}

/**
 * sv_drawer_show_page:
 *
 * Opens the drawer at that page.
 */
void
sv_drawer_show_page (SvDrawer *self, SvDrawerPage page)
{
  g_return_if_fail (SV_IS_DRAWER (self));
  g_return_if_fail (page < SV_N_DRAWER_PAGES);

  set_open (self, TRUE, page);
}

void
sv_drawer_close (SvDrawer *self)
{
  g_return_if_fail (SV_IS_DRAWER (self));

  set_open (self, FALSE, self->page);
}

gboolean
sv_drawer_is_open (SvDrawer *self)
{
  g_return_val_if_fail (SV_IS_DRAWER (self), FALSE);

  return self->open;
}

/**
 * sv_drawer_get_page:
 *
 * Returns: (transfer none): an #SvCallList, #SvFileList, #SvPacketView or #SvTaleList
 */
GtkWidget *
sv_drawer_get_page (SvDrawer *self, SvDrawerPage page)
{
  g_return_val_if_fail (SV_IS_DRAWER (self), NULL);
  g_return_val_if_fail (page < SV_N_DRAWER_PAGES, NULL);

  return self->pages[page];
}
