/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-machine-table.h"

#include "sv-row-menu.h"
#include "sv-table-feed.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>

struct _SvMachineTable
{
  GtkWidget parent_instance;

  SvSession *session;
  SvSide side;
  SvTableFeed *feed;
  char *filter;
  gboolean only_ours;
  char *asked;              /* what the table was asked for last */
  char *complaint;          /* what is wrong with that, NULL if nothing */
  char *failure;            /* why the kernel can't be asked, NULL if it can */
  guint64 chosen_row;       /* as the table was told last */
  guint chosen_connection;  /* as the table was told last */

  GtkWidget *box;
  GtkWidget *title;         /* NULL on this computer */
  GtkWidget *stack;         /* the table, or why it is empty */
  GtkWidget *table;
  GtkWidget *empty_text;
  GtkWidget *clear;
  GtkWidget *count;
  GtkWidget *hidden_hint;
};

enum
{
  SHOWN,
  CLEAR_FILTER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvMachineTable, sv_machine_table, GTK_TYPE_WIDGET)

static SvMachineId
get_machine (SvMachineTable *self)
{
  return sv_session_get_machine_id (self->session, self->side);
}

static void
ask (SvMachineTable *self)
{
  gboolean descending;
  SvColumn sort = sv_socket_table_get_sort (SV_SOCKET_TABLE (self->table), &descending);
  g_autofree char *asked = g_strdup_printf ("%d %d %d %s", sort, descending, self->only_ours, self->filter);

  /* The entry tells of a change again when typing pauses. */
  if (g_strcmp0 (asked, self->asked) == 0)
    return;
  g_free (self->asked);
  self->asked = g_steal_pointer (&asked);

  g_autoptr (SvTableQuery) query = sv_table_query_new (self->filter, self->only_ours, sort, descending);
  g_free (self->complaint);
  self->complaint = sv_table_query_get_complaint (query);
  sv_table_feed_set_query (self->feed, query);
}

static void
set_label (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

/* Why processes are missing: people take an empty column for a fault. */
static const char *
explain_hidden (SvMachineTable *self)
{
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    return _("In Flatpak, processes of other programs are not visible.");
  if (!sv_monitor_sees_all_owners (sv_session_get_monitor (self->session, self->side)))
    return _("Processes of other users are not visible to this user.");
  return _("Processes outside of this container are not visible.");
}

static void
update_count (SvMachineTable *self, SvTableResult *result)
{
  g_autofree char *text = NULL;

  if (result->n_shown == result->n_total)
    text = g_strdup_printf (ngettext ("%u socket", "%u sockets", result->n_total), result->n_total);
  else
    text = g_strdup_printf (ngettext ("%u of %u socket", "%u of %u sockets", result->n_total), result->n_shown,
                            result->n_total);
  set_label (self->count, text);
  gtk_widget_set_visible (self->hidden_hint, result->has_hidden_owner
                                               && sv_socket_table_shows_process (SV_SOCKET_TABLE (self->table)));
  if (result->has_hidden_owner)
    gtk_label_set_text (GTK_LABEL (self->hidden_hint), explain_hidden (self));
}

static char *
explain_emptiness (SvMachineTable *self, SvTableResult *result)
{
  if (self->failure != NULL && result->n_total == 0)
    return g_strdup (self->failure);
  if (result->n_total == 0)
    return g_strdup (self->title != NULL ? _("This machine has no sockets.") : _("This computer has no sockets."));
  if (self->only_ours && self->filter[0] == '\0')
    return g_strdup (self->title != NULL
                       ? _("SockView has no sockets on this machine.")
                       : _("SockView has no sockets yet. Start the server, and its row is here."));
  return g_strdup_printf (_("No socket matches “%s”."), self->filter);
}

static void
update_emptiness (SvMachineTable *self, SvTableResult *result)
{
  gboolean empty = result->rows->len == 0;

  if (empty)
    {
      g_autofree char *text = explain_emptiness (self, result);

      gtk_label_set_text (GTK_LABEL (self->empty_text), text);
      gtk_widget_set_visible (self->clear, result->n_total > 0);
    }
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), empty ? "empty" : "table");
}

static void
ready_cb (SvMachineTable *self, SvTableResult *result, gboolean query_changed)
{
  sv_socket_table_set_result (SV_SOCKET_TABLE (self->table), result, query_changed);
  update_count (self, result);
  update_emptiness (self, result);
  g_signal_emit (self, signals[SHOWN], 0);
}

static void
show_choice (SvMachineTable *self)
{
  guint64 key = sv_session_get_chosen_row (self->session, get_machine (self));
  guint connection = sv_session_get_chosen_connection (self->session);
  gboolean other = key != self->chosen_row || connection != self->chosen_connection;

  self->chosen_row = key;
  self->chosen_connection = connection;
  sv_socket_table_choose (SV_SOCKET_TABLE (self->table), key, connection);
  if (other)
    sv_socket_table_scroll_to (SV_SOCKET_TABLE (self->table), key, connection);
}

static void
row_chosen_cb (SvMachineTable *self, guint64 key)
{
  /* The table selected and shows it already. */
  self->chosen_row = key;
  if (key != 0)
    sv_session_choose_row (self->session, get_machine (self), key);
  else
    sv_session_choose_nothing (self->session);
}

static void
clear_cb (SvMachineTable *self)
{
  g_signal_emit (self, signals[CLEAR_FILTER], 0);
}

static void
failed_cb (SvMachineTable *self, const char *sentence)
{
  g_free (self->failure);
  self->failure = g_strdup (sentence);
  sv_table_feed_refresh (self->feed);
}

static void
refreshed_cb (SvMachineTable *self)
{
  g_clear_pointer (&self->failure, g_free);
}

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
build_empty (SvMachineTable *self)
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

static char *
make_title (SvMachineTable *self)
{
  SvNetwork *network = sv_session_get_network (self->session);
  const SvEndpoint *address;
  char text[INET6_ADDRSTRLEN];

  if (network == NULL)
    return NULL;
  address = sv_virtual_machine_get_address (sv_network_get_machine (network, self->side), AF_INET);
  inet_ntop (AF_INET, address->address, text, sizeof text);
  /* Translators: %s is an address */
  return g_strdup_printf (self->side == SV_SIDE_CLIENT ? C_("table", "Client machine %s")
                                                       : C_("table", "Server machine %s"), text);
}

/* Under the table of this computer, beside the title of one of two machines. */
static void
build_words (SvMachineTable *self)
{
  g_autofree char *title = make_title (self);

  self->count = new_label ("caption");
  gtk_widget_add_css_class (self->count, "numeric");
  gtk_widget_add_css_class (self->count, "dim-label");
  self->hidden_hint = new_label ("caption");
  gtk_widget_add_css_class (self->hidden_hint, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (self->hidden_hint), TRUE);
  gtk_widget_set_visible (self->hidden_hint, FALSE);
  if (title == NULL)
    return;
  self->title = new_label ("heading");
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->title, TRUE);
}

static void
build (SvMachineTable *self)
{
  gboolean titled = self->title != NULL;

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  if (titled)
    {
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

      gtk_box_append (GTK_BOX (row), self->title);
      gtk_box_append (GTK_BOX (row), self->count);
      gtk_box_append (GTK_BOX (self->box), row);
    }
  self->table = sv_socket_table_new ();
  sv_row_menu_attach (SV_SOCKET_TABLE (self->table));
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->table, "table");
  gtk_stack_add_named (GTK_STACK (self->stack), build_empty (self), "empty");
  gtk_widget_set_vexpand (self->stack, !titled);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), !titled);
  gtk_box_append (GTK_BOX (self->box), self->stack);
  if (!titled)
    gtk_box_append (GTK_BOX (self->box), self->count);
  gtk_box_append (GTK_BOX (self->box), self->hidden_hint);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  if (titled)
    {
      sv_socket_table_set_as_rows (SV_SOCKET_TABLE (self->table), TRUE);
      sv_socket_table_set_name (SV_SOCKET_TABLE (self->table), gtk_label_get_text (GTK_LABEL (self->title)));
    }
}

static void
sv_machine_table_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sv_machine_table_parent_class)->map (widget);
  sv_table_feed_set_active (SV_MACHINE_TABLE (widget)->feed, TRUE);
}

static void
sv_machine_table_unmap (GtkWidget *widget)
{
  sv_table_feed_set_active (SV_MACHINE_TABLE (widget)->feed, FALSE);
  GTK_WIDGET_CLASS (sv_machine_table_parent_class)->unmap (widget);
}

static void
sv_machine_table_dispose (GObject *object)
{
  SvMachineTable *self = SV_MACHINE_TABLE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  /* Its thread may still work; the session need not wait for that. */
  if (self->feed != NULL)
    g_object_run_dispose (G_OBJECT (self->feed));
  g_clear_object (&self->feed);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_machine_table_parent_class)->dispose (object);
}

static void
sv_machine_table_finalize (GObject *object)
{
  SvMachineTable *self = SV_MACHINE_TABLE (object);

  g_free (self->filter);
  g_free (self->asked);
  g_free (self->complaint);
  g_free (self->failure);
  G_OBJECT_CLASS (sv_machine_table_parent_class)->finalize (object);
}

static void
sv_machine_table_class_init (SvMachineTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sv_machine_table_dispose;
  object_class->finalize = sv_machine_table_finalize;
  widget_class->map = sv_machine_table_map;
  widget_class->unmap = sv_machine_table_unmap;

  signals[SHOWN] = g_signal_new ("shown", SV_TYPE_MACHINE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 0);
  signals[CLEAR_FILTER] = g_signal_new ("clear-filter", SV_TYPE_MACHINE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "machine-table");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_machine_table_init (SvMachineTable *self)
{
  self->filter = g_strdup ("");
}

/**
 * sv_machine_table_new:
 * @side: which of the session's machines
 */
GtkWidget *
sv_machine_table_new (SvSession *session, SvSide side)
{
  SvMachineTable *self;
  SvMonitor *monitor;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);

  self = g_object_new (SV_TYPE_MACHINE_TABLE, NULL);
  self->session = g_object_ref (session);
  self->side = side;
  self->feed = sv_table_feed_new (session, side);
  build_words (self);
  build (self);
  monitor = sv_session_get_monitor (session, side);
  g_signal_connect_object (self->table, "sorted", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "row-chosen", G_CALLBACK (row_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->feed, "ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (show_choice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "refreshed", G_CALLBACK (refreshed_cb), self, G_CONNECT_SWAPPED);
  ask (self);
  show_choice (self);
  return GTK_WIDGET (self);
}

/**
 * sv_machine_table_get_table:
 *
 * Returns: (transfer none): the table
 */
SvSocketTable *
sv_machine_table_get_table (SvMachineTable *self)
{
  g_return_val_if_fail (SV_IS_MACHINE_TABLE (self), NULL);

  return SV_SOCKET_TABLE (self->table);
}

/**
 * sv_machine_table_set_filter:
 * @text: as a person would type it
 * @only_ours: leave out what is none of SockView's business
 */
void
sv_machine_table_set_filter (SvMachineTable *self, const char *text, gboolean only_ours)
{
  g_return_if_fail (SV_IS_MACHINE_TABLE (self) && text != NULL);

  g_free (self->filter);
  self->filter = g_strdup (text);
  self->only_ours = only_ours;
  ask (self);
}

/**
 * sv_machine_table_get_complaint:
 *
 * Returns: (transfer full) (nullable): what could not be understood of the filter
 */
char *
sv_machine_table_get_complaint (SvMachineTable *self)
{
  g_return_val_if_fail (SV_IS_MACHINE_TABLE (self), NULL);

  return g_strdup (self->complaint);
}

void
sv_machine_table_set_paused (SvMachineTable *self, gboolean paused)
{
  g_return_if_fail (SV_IS_MACHINE_TABLE (self));

  sv_table_feed_set_paused (self->feed, paused);
}

/**
 * sv_machine_table_is_settled:
 *
 * Returns: whether the table shows what it was asked to show
 */
gboolean
sv_machine_table_is_settled (SvMachineTable *self)
{
  g_return_val_if_fail (SV_IS_MACHINE_TABLE (self), FALSE);

  /* What was never shown, because there is no row, has no view either. */
  return (sv_socket_table_is_built (SV_SOCKET_TABLE (self->table))
          || g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "empty") == 0)
         && sv_socket_table_get_result (SV_SOCKET_TABLE (self->table)) != NULL && !sv_table_feed_is_busy (self->feed);
}

/**
 * sv_machine_table_get_n_shown:
 *
 * Returns: how many rows are shown, without those that are leaving
 */
guint
sv_machine_table_get_n_shown (SvMachineTable *self)
{
  SvTableResult *result;

  g_return_val_if_fail (SV_IS_MACHINE_TABLE (self), 0);

  result = sv_socket_table_get_result (SV_SOCKET_TABLE (self->table));
  return result != NULL ? result->n_shown : 0;
}

/**
 * sv_machine_table_to_text:
 *
 * Returns: (transfer full) (nullable): the rows that are shown as netstat -tuna
 *   prints them, under the machine's name where there are two; %NULL before the
 *   kernel was asked
 */
char *
sv_machine_table_to_text (SvMachineTable *self)
{
  SvTableResult *result;
  g_autofree char *text = NULL;

  g_return_val_if_fail (SV_IS_MACHINE_TABLE (self), NULL);

  result = sv_socket_table_get_result (SV_SOCKET_TABLE (self->table));
  if (result == NULL)
    return NULL;
  text = sv_table_result_to_text (result);
  if (self->title == NULL)
    return g_steal_pointer (&text);
  return g_strdup_printf ("%s\n%s", gtk_label_get_text (GTK_LABEL (self->title)), text);
}
