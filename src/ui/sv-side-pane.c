/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-side-pane.h"

#include "sv-compat.h"
#include "sv-machine-table.h"
#include "sv-row-detail.h"

#include "sv-config.h"

#include <glib/gi18n-lib.h>

/* What both need at least; what is left is shared in this proportion. */
#define TABLE_HEIGHT 200
#define DETAIL_HEIGHT 120

/* That addresses of two machines, which are longer than loopback's, are shown in full. */
#define WIDTH_OF_TWO 480

struct _SvSidePane
{
  GtkWidget parent_instance;

  SvSession *session;
  SvColumn sort;    /* the order of all tables */
  gboolean descending;
  gboolean sorting; /* a table takes over that order */

  GtkWidget *scroller;
  GtkWidget *subtitle;
  GtkWidget *filter;
  GtkWidget *complaint;
  GtkWidget *only_ours;
  GtkWidget *pause;
  GtkWidget *copy;
  SvMachineTable *tables[2]; /* by SvSide; the second is NULL on this computer */
  guint n_tables;
};

G_DEFINE_FINAL_TYPE (SvSidePane, sv_side_pane, GTK_TYPE_WIDGET)

static const char *
get_filter (SvSidePane *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->filter));
}

static gboolean
is_only_ours (SvSidePane *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->only_ours));
}

static gboolean
is_paused (SvSidePane *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->pause));
}

/* Both tables are asked the same, and so complain about the same. */
static void
update_query (SvSidePane *self)
{
  g_autofree char *complaint = NULL;

  for (guint i = 0; i < self->n_tables; i++)
    sv_machine_table_set_filter (self->tables[i], get_filter (self), is_only_ours (self));
  complaint = sv_machine_table_get_complaint (self->tables[0]);
  gtk_label_set_text (GTK_LABEL (self->complaint), complaint != NULL ? complaint : "");
  gtk_widget_set_visible (self->complaint, complaint != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->filter), GTK_ACCESSIBLE_STATE_INVALID,
                               complaint != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* Two tables that are compared stand in one order, also one that had no rows yet when it was chosen. */
static void
apply_sort (SvSidePane *self)
{
  self->sorting = TRUE;
  for (guint i = 0; i < self->n_tables; i++)
    {
      SvSocketTable *table = sv_machine_table_get_table (self->tables[i]);
      gboolean descending;
      SvColumn sort = sv_socket_table_get_sort (table, &descending);

      if (sort != self->sort || descending != self->descending)
        sv_socket_table_sort (table, self->sort, self->descending);
    }
  self->sorting = FALSE;
}

static void
sorted_cb (SvSidePane *self, SvSocketTable *table)
{
  if (self->sorting)
    return;
  self->sort = sv_socket_table_get_sort (table, &self->descending);
  apply_sort (self);
}

/* Seconds with all digits that the clock gives, in groups of three. */
static char *
format_seconds (gint64 ns)
{
  gint64 us = MAX (ns, 0) / 1000;

  /* Translators: seconds, their thousandths, and the thousandths of those */
  return g_strdup_printf (C_("time", "%d.%03d %03d s"), (int) (us / 1000000), (int) (us / 1000 % 1000),
                          (int) (us % 1000));
}

static void
update_subtitle (SvSidePane *self)
{
  SvMoment *moment = sv_session_get_moment (self->session);
  gboolean two = self->n_tables > 1;
  g_autofree char *text = NULL;

  if (is_paused (self))
    text = g_strdup (two ? _("both machines · paused") : _("this computer · paused"));
  else if (sv_session_is_live (self->session))
    text = g_strdup (two ? _("both machines · live") : _("this computer · live"));
  else
    {
      gint64 start = sv_recording_get_start (sv_session_get_recording (self->session));
      g_autofree char *time = format_seconds (sv_moment_get_time (moment) - start);

      /* Translators: %s is a time since the recording began, as "0.000 069 s" */
      text = g_strdup_printf (two ? _("both machines · at %s") : _("this computer · at %s"), time);
    }
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->subtitle)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->subtitle), text);
}

static guint
count_shown (SvSidePane *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_tables; i++)
    n += sv_machine_table_get_n_shown (self->tables[i]);
  return n;
}

static void
shown_cb (SvSidePane *self)
{
  gtk_widget_set_sensitive (self->copy, count_shown (self) > 0);
  apply_sort (self);
  update_subtitle (self);
}

static void
pause_cb (SvSidePane *self)
{
  for (guint i = 0; i < self->n_tables; i++)
    sv_machine_table_set_paused (self->tables[i], is_paused (self));
  update_subtitle (self);
}

static void
clear_cb (SvSidePane *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->filter), "");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->only_ours), FALSE);
}

static void
stop_search_cb (SvSidePane *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->filter), "");
}

/* Escape clears the filter wherever the focus is in here; without a filter it
 * is for others. */
static gboolean
escape_cb (GtkWidget *widget, GVariant *unused, gpointer data)
{
  SvSidePane *self = SV_SIDE_PANE (widget);

  if (get_filter (self)[0] == '\0')
    return FALSE;
  stop_search_cb (self);
  return TRUE;
}

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
new_icon_button (GtkWidget *button, const char *icon, const char *name)
{
  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_set_tooltip_text (button, name);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static GtkWidget *
build_title (SvSidePane *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  GtkWidget *title = new_label ("netstat", "heading");

  gtk_widget_set_valign (title, GTK_ALIGN_BASELINE);
  gtk_box_append (GTK_BOX (box), title);
  self->subtitle = new_label (NULL, "dim-label");
  gtk_label_set_ellipsize (GTK_LABEL (self->subtitle), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->subtitle, "numeric");
  gtk_widget_set_hexpand (self->subtitle, TRUE);
  gtk_widget_set_margin_start (self->subtitle, 6);
  gtk_widget_set_valign (self->subtitle, GTK_ALIGN_BASELINE);
  gtk_box_append (GTK_BOX (box), self->subtitle);

  self->pause = new_icon_button (gtk_toggle_button_new (), "media-playback-pause-symbolic", _("Pause the Table"));
  g_signal_connect_object (self->pause, "toggled", G_CALLBACK (pause_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->pause);
  self->copy = new_icon_button (gtk_button_new (), "edit-copy-symbolic", _("Copy the Table as Text"));
  g_signal_connect_object (self->copy, "clicked", G_CALLBACK (sv_side_pane_copy), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->copy);
  return box;
}

static GtkWidget *
build_filter (SvSidePane *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->filter = gtk_search_entry_new ();
  g_object_set (self->filter, "placeholder-text", "port:9999 state:listen …", NULL);
  gtk_widget_set_tooltip_text (self->filter, _("Words that a row must have: port:9999, lport:, fport:, local:, "
                                               "foreign:, state:, proto:, process:, pid:, inode:, or any text. "
                                               "A “-” before a word turns it around."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->filter), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Filter Sockets"), -1);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->filter), 8);
  gtk_widget_set_hexpand (self->filter, TRUE);
  g_signal_connect_object (self->filter, "search-changed", G_CALLBACK (update_query), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->filter, "stop-search", G_CALLBACK (stop_search_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->filter);

  self->only_ours = gtk_toggle_button_new_with_label (_("Only SockView"));
  gtk_widget_set_tooltip_text (self->only_ours, _("Show only sockets of SockView and of those who talk to it"));
  g_signal_connect_object (self->only_ours, "toggled", G_CALLBACK (update_query), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->only_ours);
  return box;
}

static GtkWidget *
create_table (SvSidePane *self, SvSide side)
{
  GtkWidget *table = sv_machine_table_new (self->session, side);
  SvSocketTable *inner = sv_machine_table_get_table (SV_MACHINE_TABLE (table));

  self->tables[self->n_tables++] = SV_MACHINE_TABLE (table);
  g_signal_connect_object (table, "shown", G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (table, "clear-filter", G_CALLBACK (clear_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (inner, "sorted", G_CALLBACK (sorted_cb), self, G_CONNECT_SWAPPED);
  return table;
}

/* This computer's table gets all room, and a person divides it. */
static GtkWidget *
build_one (SvSidePane *self, GtkWidget *detail)
{
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  GtkWidget *table = create_table (self, SV_SIDE_CLIENT);

  gtk_widget_set_size_request (table, -1, TABLE_HEIGHT);
  gtk_paned_set_start_child (GTK_PANED (paned), table);
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_end_child (GTK_PANED (paned), detail);
  gtk_paned_set_shrink_end_child (GTK_PANED (paned), FALSE);
  gtk_widget_set_vexpand (paned, TRUE);
  return paned;
}

/* Two tables are as high as their rows while there is room; the words get the rest. */
static GtkWidget *
build_two (SvSidePane *self, GtkWidget *detail)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);

  gtk_box_append (GTK_BOX (box), create_table (self, SV_SIDE_CLIENT));
  gtk_box_append (GTK_BOX (box), create_table (self, SV_SIDE_SERVER));
  gtk_widget_set_vexpand (detail, TRUE);
  gtk_box_append (GTK_BOX (box), detail);
  gtk_widget_set_vexpand (box, TRUE);
  return box;
}

static void
build (SvSidePane *self)
{
  gboolean two = sv_session_get_network (self->session) != NULL;
  GtkWidget *detail = sv_row_detail_new (self->session);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  gtk_box_append (GTK_BOX (box), build_title (self));
  gtk_box_append (GTK_BOX (box), build_filter (self));
  self->complaint = new_label (NULL, "sv-complaint");
  gtk_widget_add_css_class (self->complaint, "caption");
  gtk_label_set_wrap (GTK_LABEL (self->complaint), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->complaint), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_visible (self->complaint, FALSE);
  gtk_box_append (GTK_BOX (box), self->complaint);

  gtk_widget_set_size_request (detail, -1, DETAIL_HEIGHT);
  gtk_box_append (GTK_BOX (box), two ? build_two (self, detail) : build_one (self, detail));

  /* A window that is too low for all this scrolls it. */
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));

  /* Who types while a table has the focus, filters. */
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->filter), two ? gtk_widget_get_parent (detail)
                                                                                : GTK_WIDGET (self->tables[0]));
}

static void
sv_side_pane_dispose (GObject *object)
{
  SvSidePane *self = SV_SIDE_PANE (object);

  if (self->scroller != NULL)
    gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->filter), NULL);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  self->n_tables = 0;
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_side_pane_parent_class)->dispose (object);
}

static void
sv_side_pane_class_init (SvSidePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sv_side_pane_dispose;
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "side-pane");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_side_pane_init (SvSidePane *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, "netstat", -1);
}

GtkWidget *
sv_side_pane_new (SvSession *session)
{
  SvSidePane *self;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);

  self = g_object_new (SV_TYPE_SIDE_PANE, NULL);
  self->session = g_object_ref (session);
  build (self);
  g_signal_connect_object (session, "notify::live", G_CALLBACK (update_subtitle), self, G_CONNECT_SWAPPED);
  update_subtitle (self);
  update_query (self);
  return GTK_WIDGET (self);
}

/**
 * sv_side_pane_get_table:
 *
 * Returns: (transfer none): the table of the machine where that side lives: the
 *   same one twice on this computer
 */
SvSocketTable *
sv_side_pane_get_table (SvSidePane *self, SvSide side)
{
  g_return_val_if_fail (SV_IS_SIDE_PANE (self), NULL);

  return sv_machine_table_get_table (self->tables[MIN ((guint) side, self->n_tables - 1)]);
}

/**
 * sv_side_pane_get_least_width:
 *
 * Returns: in pixels: what it should have if there is room; 0 for nothing special
 */
int
sv_side_pane_get_least_width (SvSidePane *self)
{
  g_return_val_if_fail (SV_IS_SIDE_PANE (self), 0);

  return self->n_tables > 1 ? WIDTH_OF_TWO : 0;
}

/**
 * sv_side_pane_focus_filter:
 *
 * Lets the person type a filter.
 */
void
sv_side_pane_focus_filter (SvSidePane *self)
{
  g_return_if_fail (SV_IS_SIDE_PANE (self));

  gtk_widget_grab_focus (self->filter);
}

/**
 * sv_side_pane_copy:
 *
 * Puts the rows that are shown into the clipboard, as netstat -tuna prints them;
 * of two machines one listing after the other, each under its machine's name.
 */
void
sv_side_pane_copy (SvSidePane *self)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *said = NULL;
  guint n;

  g_return_if_fail (SV_IS_SIDE_PANE (self));

  for (guint i = 0; i < self->n_tables; i++)
    {
      g_autofree char *text = sv_machine_table_to_text (self->tables[i]);

      if (text == NULL) /* the kernel has not been asked yet: nothing is shown */
        return;
      g_string_append_printf (all, "%s%s", i > 0 ? "\n" : "", text);
    }
  n = count_shown (self);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), all->str);
  said = g_strdup_printf (ngettext ("Copied %u row", "Copied %u rows", n), n);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", said);
}

/**
 * sv_side_pane_set_filter:
 * @text: as a person would type it; counts at once
 */
void
sv_side_pane_set_filter (SvSidePane *self, const char *text)
{
  g_return_if_fail (SV_IS_SIDE_PANE (self));

  gtk_editable_set_text (GTK_EDITABLE (self->filter), text);
  update_query (self);
}

/**
 * sv_side_pane_is_settled:
 *
 * Returns: whether the tables show what they were asked to show
 */
gboolean
sv_side_pane_is_settled (SvSidePane *self)
{
  g_return_val_if_fail (SV_IS_SIDE_PANE (self), FALSE);

  for (guint i = 0; i < self->n_tables; i++)
    if (!sv_machine_table_is_settled (self->tables[i]))
      return FALSE;
  return TRUE;
}
