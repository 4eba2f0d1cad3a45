/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-side-pane.h"

#include "sv-compat.h"
#include "sv-row-detail.h"
#include "sv-socket-table.h"
#include "sv-table-feed.h"

#include "sv-config.h"

#include <glib/gi18n-lib.h>

/* What both need at least; what is left is shared in this proportion. */
#define TABLE_HEIGHT 200
#define DETAIL_HEIGHT 120

struct _SvSidePane
{
  GtkWidget parent_instance;

  SvSession *session;
  SvTableFeed *feed;
  char *asked;              /* what the table was asked for last */
  char *failure;            /* why the kernel can't be asked, NULL if it can */
  guint64 chosen_row;       /* as the table was told last */
  guint chosen_connection;  /* as the table was told last */

  GtkWidget *scroller;
  GtkWidget *subtitle;
  GtkWidget *filter;
  GtkWidget *complaint;
  GtkWidget *only_ours;
  GtkWidget *pause;
  GtkWidget *copy;
  GtkWidget *stack; /* the table, or why it is empty */
  GtkWidget *table;
  GtkWidget *empty_text;
  GtkWidget *clear;
  GtkWidget *count;
  GtkWidget *hidden_hint;
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

static void
update_query (SvSidePane *self)
{
  gboolean descending;
  SvColumn sort = sv_socket_table_get_sort (SV_SOCKET_TABLE (self->table), &descending);
  g_autofree char *asked = g_strdup_printf ("%d %d %d %s", sort, descending, is_only_ours (self), get_filter (self));

  /* The entry tells of a change again when typing pauses. */
  if (g_strcmp0 (asked, self->asked) == 0)
    return;
  g_free (self->asked);
  self->asked = g_steal_pointer (&asked);

  g_autoptr (SvTableQuery) query = sv_table_query_new (get_filter (self), is_only_ours (self), sort, descending);
  g_autofree char *complaint = sv_table_query_get_complaint (query);

  gtk_label_set_text (GTK_LABEL (self->complaint), complaint != NULL ? complaint : "");
  gtk_widget_set_visible (self->complaint, complaint != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->filter), GTK_ACCESSIBLE_STATE_INVALID,
                               complaint != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  sv_table_feed_set_query (self->feed, query);
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
  g_autofree char *text = NULL;

  if (is_paused (self))
    text = g_strdup (_("this computer · paused"));
  else if (sv_session_is_live (self->session))
    text = g_strdup (_("this computer · live"));
  else
    {
      gint64 start = sv_recording_get_start (sv_session_get_recording (self->session));
      g_autofree char *time = format_seconds (sv_moment_get_time (moment) - start);

      /* Translators: %s is a time since the recording began, as "0.000 069 s" */
      text = g_strdup_printf (_("this computer · at %s"), time);
    }
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->subtitle)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->subtitle), text);
}

/* Why processes are missing: people take an empty column for a fault. */
static const char *
explain_hidden (SvSidePane *self)
{
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    return _("In Flatpak, processes of other programs are not visible.");
  if (!sv_monitor_sees_all_owners (sv_session_get_monitor (self->session, SV_SIDE_CLIENT)))
    return _("Processes of other users are not visible to this user.");
  return _("Processes outside of this container are not visible.");
}

static void
update_count (SvSidePane *self, SvTableResult *result)
{
  g_autofree char *text = NULL;

  if (result->n_shown == result->n_total)
    text = g_strdup_printf (ngettext ("%u socket", "%u sockets", result->n_total), result->n_total);
  else
    text = g_strdup_printf (ngettext ("%u of %u socket", "%u of %u sockets", result->n_total), result->n_shown,
                            result->n_total);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->count)), text) != 0)
    gtk_label_set_text (GTK_LABEL (self->count), text);
  gtk_widget_set_visible (self->hidden_hint, result->has_hidden_owner);
  if (result->has_hidden_owner)
    gtk_label_set_text (GTK_LABEL (self->hidden_hint), explain_hidden (self));
}

static char *
explain_emptiness (SvSidePane *self, SvTableResult *result)
{
  if (self->failure != NULL && result->n_total == 0)
    return g_strdup (self->failure);
  if (result->n_total == 0)
    return g_strdup (_("This computer has no sockets."));
  if (is_only_ours (self) && get_filter (self)[0] == '\0')
    return g_strdup (_("SockView has no sockets yet. Start the server, and its row is here."));
  return g_strdup_printf (_("No socket matches “%s”."), get_filter (self));
}

static void
update_emptiness (SvSidePane *self, SvTableResult *result)
{
  gboolean empty = result->rows->len == 0;

  if (empty)
    {
      g_autofree char *text = explain_emptiness (self, result);

      gtk_label_set_text (GTK_LABEL (self->empty_text), text);
      gtk_widget_set_visible (self->clear, result->n_total > 0);
    }
  gtk_widget_set_sensitive (self->copy, result->n_shown > 0);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), empty ? "empty" : "table");
}

static void
show_choice (SvSidePane *self)
{
  guint64 key = sv_session_get_chosen_row (self->session, sv_session_get_machine_id (self->session, SV_SIDE_CLIENT));
  guint connection = sv_session_get_chosen_connection (self->session);
  gboolean other = key != self->chosen_row || connection != self->chosen_connection;

  self->chosen_row = key;
  self->chosen_connection = connection;
  sv_socket_table_choose (SV_SOCKET_TABLE (self->table), key, connection);
  if (other)
    sv_socket_table_scroll_to (SV_SOCKET_TABLE (self->table), key, connection);
}

static void
ready_cb (SvSidePane *self, SvTableResult *result, gboolean query_changed)
{
  sv_socket_table_set_result (SV_SOCKET_TABLE (self->table), result, query_changed);
  update_count (self, result);
  update_emptiness (self, result);
  update_subtitle (self);
}

static void
row_chosen_cb (SvSidePane *self, guint64 key)
{
  /* The table selected and shows it already. */
  self->chosen_row = key;
  if (key != 0)
    sv_session_choose_row (self->session, sv_session_get_machine_id (self->session, SV_SIDE_CLIENT), key);
  else
    sv_session_choose_nothing (self->session);
}

static void
pause_cb (SvSidePane *self)
{
  sv_table_feed_set_paused (self->feed, is_paused (self));
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

static void
failure_cb (SvSidePane *self, const char *sentence, const char *origin)
{
  if (g_strcmp0 (origin, "monitor") != 0)
    return;
  g_free (self->failure);
  self->failure = g_strdup (sentence);
  sv_table_feed_refresh (self->feed);
}

static void
refreshed_cb (SvSidePane *self)
{
  g_clear_pointer (&self->failure, g_free);
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
build_empty (SvSidePane *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  self->empty_text = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->empty_text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->empty_text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (self->empty_text), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->empty_text, "dim-label");
  gtk_box_append (GTK_BOX (box), self->empty_text);
  self->clear = gtk_button_new_with_label (_("Clear Filter"));
  gtk_widget_set_halign (self->clear, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->clear, "clicked", G_CALLBACK (clear_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->clear);

  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_vexpand (box, TRUE);
  gtk_widget_add_css_class (card, "sv-table-empty");
  gtk_box_append (GTK_BOX (card), box);
  return card;
}

static GtkWidget *
build_footer (SvSidePane *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->count = new_label (NULL, "caption");
  gtk_widget_add_css_class (self->count, "numeric");
  gtk_widget_add_css_class (self->count, "dim-label");
  gtk_box_append (GTK_BOX (box), self->count);
  self->hidden_hint = new_label (NULL, "caption");
  gtk_widget_add_css_class (self->hidden_hint, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (self->hidden_hint), TRUE);
  gtk_widget_set_visible (self->hidden_hint, FALSE);
  gtk_box_append (GTK_BOX (box), self->hidden_hint);
  return box;
}

static GtkWidget *
build_table (SvSidePane *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->table = sv_socket_table_new ();
  g_signal_connect_object (self->table, "sorted", G_CALLBACK (update_query), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "row-chosen", G_CALLBACK (row_chosen_cb), self, G_CONNECT_SWAPPED);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->table, "table");
  gtk_stack_add_named (GTK_STACK (self->stack), build_empty (self), "empty");
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (box), self->stack);
  gtk_box_append (GTK_BOX (box), build_footer (self));
  gtk_widget_set_size_request (box, -1, TABLE_HEIGHT);
  return box;
}

static void
build (SvSidePane *self)
{
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
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

  gtk_paned_set_start_child (GTK_PANED (paned), build_table (self));
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_widget_set_size_request (detail, -1, DETAIL_HEIGHT);
  gtk_paned_set_end_child (GTK_PANED (paned), detail);
  gtk_paned_set_shrink_end_child (GTK_PANED (paned), FALSE);
  gtk_widget_set_vexpand (paned, TRUE);
  gtk_box_append (GTK_BOX (box), paned);

  /* A window that is too low for all this scrolls it. */
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));

  /* Who types while the table has the focus, filters. */
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->filter), self->table);
}

static void
sv_side_pane_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sv_side_pane_parent_class)->map (widget);
  sv_table_feed_set_active (SV_SIDE_PANE (widget)->feed, TRUE);
}

static void
sv_side_pane_unmap (GtkWidget *widget)
{
  sv_table_feed_set_active (SV_SIDE_PANE (widget)->feed, FALSE);
  GTK_WIDGET_CLASS (sv_side_pane_parent_class)->unmap (widget);
}

static void
sv_side_pane_dispose (GObject *object)
{
  SvSidePane *self = SV_SIDE_PANE (object);

  if (self->scroller != NULL)
    gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->filter), NULL);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  /* Its thread may still work; the session need not wait for that. */
  if (self->feed != NULL)
    g_object_run_dispose (G_OBJECT (self->feed));
  g_clear_object (&self->feed);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_side_pane_parent_class)->dispose (object);
}

static void
sv_side_pane_finalize (GObject *object)
{
  SvSidePane *self = SV_SIDE_PANE (object);

  g_free (self->asked);
  g_free (self->failure);
  G_OBJECT_CLASS (sv_side_pane_parent_class)->finalize (object);
}

static void
sv_side_pane_class_init (SvSidePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sv_side_pane_dispose;
  object_class->finalize = sv_side_pane_finalize;
  widget_class->map = sv_side_pane_map;
  widget_class->unmap = sv_side_pane_unmap;
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
  self->feed = sv_table_feed_new (session);
  build (self);
  g_signal_connect_object (self->feed, "ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (show_choice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::live", G_CALLBACK (update_subtitle), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "failure", G_CALLBACK (failure_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sv_session_get_monitor (session, SV_SIDE_CLIENT), "refreshed", G_CALLBACK (refreshed_cb),
                           self, G_CONNECT_SWAPPED);
  update_subtitle (self);
  update_query (self);
  show_choice (self);
  return GTK_WIDGET (self);
}

/**
 * sv_side_pane_get_table:
 *
 * Returns: (transfer none): the table
 */
SvSocketTable *
sv_side_pane_get_table (SvSidePane *self)
{
  g_return_val_if_fail (SV_IS_SIDE_PANE (self), NULL);

  return SV_SOCKET_TABLE (self->table);
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
 * Puts the rows that are shown into the clipboard, as netstat -tuna prints them.
 */
void
sv_side_pane_copy (SvSidePane *self)
{
  SvTableResult *result;
  g_autofree char *text = NULL;
  g_autofree char *said = NULL;

  g_return_if_fail (SV_IS_SIDE_PANE (self));

  result = sv_socket_table_get_result (SV_SOCKET_TABLE (self->table));
  if (result == NULL) /* the kernel has not been asked yet: nothing is shown */
    return;
  text = sv_table_result_to_text (result);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  said = g_strdup_printf (ngettext ("Copied %u row", "Copied %u rows", result->n_shown), result->n_shown);
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
 * Returns: whether the table shows what it was asked to show
 */
gboolean
sv_side_pane_is_settled (SvSidePane *self)
{
  g_return_val_if_fail (SV_IS_SIDE_PANE (self), FALSE);

  return sv_socket_table_is_built (SV_SOCKET_TABLE (self->table)) && !sv_table_feed_is_busy (self->feed);
}
