/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-file-list.h"

#include "sv-card-header.h"
#include "sv-fd-list.h"
#include "sv-text-row.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#define FD_CHARS 5
#define TARGET_CHARS 22
#define SHOWN_AFTER 3 /* rows below the one that is scrolled to */
#define NOTHING_SHOWN G_MAXUINT

struct _SvFileList
{
  GtkWidget parent_instance;

  SvSession *session;
  GtkWidget *box;
  GtkWidget *note;
  GtkWidget *list;
  GPtrArray *entries;  /* (nullable): SvFdEntry, as last read */
  GHashTable *sockets; /* inode → SvPlanSocket, owned copy */
  GCancellable *cancellable;
  gint64 read_at; /* when reading began last, in ns */
  gboolean reading;
  guint source;
  guint shown; /* the connection that was scrolled to; NOTHING_SHOWN before */
};

G_DEFINE_FINAL_TYPE (SvFileList, sv_file_list, GTK_TYPE_WIDGET)

static void
add_sockets (SvFileList *self, GArray *sockets)
{
  for (guint i = 0; i < sockets->len; i++)
    {
      const SvPlanSocket *socket = &g_array_index (sockets, SvPlanSocket, i);

      if (socket->inode != 0)
        g_hash_table_insert (self->sockets, GUINT_TO_POINTER (socket->inode), g_memdup2 (socket, sizeof *socket));
    }
}

static void
index_sockets (SvFileList *self)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);

  g_hash_table_remove_all (self->sockets);
  add_sockets (self, plan->clients);
  add_sockets (self, plan->accepted);
  if (plan->has_listener && plan->listener.inode != 0)
    g_hash_table_insert (self->sockets, GUINT_TO_POINTER (plan->listener.inode),
                         g_memdup2 (&plan->listener, sizeof plan->listener));
}

static GtkWidget *
create_row (gpointer data)
{
  return sv_text_row_new ();
}

static char *
describe_socket (const SvPlanSocket *socket)
{
  g_autofree char *local = sv_endpoint_to_string (&socket->local);
  const char *state = socket->state != SV_TCP_NONE ? sv_tcp_state_to_netstat (socket->state) : "";

  return g_strdup_printf ("%s  %s  %s", socket->actor, local, state);
}

static void
fill_row (GtkWidget *cell, guint index, gpointer data)
{
  SvFileList *self = data;
  const SvFdEntry *entry;
  const SvPlanSocket *socket;

  if (self->entries == NULL || index >= self->entries->len)
    return;
  entry = g_ptr_array_index (self->entries, index);
  socket = g_hash_table_lookup (self->sockets, GUINT_TO_POINTER (entry->inode));

  g_autofree char *fd = g_strdup_printf ("%d", entry->fd);
  g_autofree char *whose = socket != NULL ? describe_socket (socket) : NULL;
  gboolean ours = entry->inode != 0 && socket != NULL;
  SvPaint plain = { ours ? SV_PAINT_TEXT : SV_PAINT_DIM_TEXT, 0, 0 };
  SvPaint owner = ours && socket->connection != 0 ? (SvPaint) { SV_PAINT_CONNECTION, socket->connection, 0 }
                                                  : (SvPaint) { SV_PAINT_ACCENT, 0, 0 };
  const SvTextField socket_fields[] = {
    { fd, FD_CHARS, SV_TEXT_MONO, plain, TRUE },
    { entry->target, TARGET_CHARS, SV_TEXT_MONO, plain, FALSE },
    { whose, 0, SV_TEXT_MONO_STRONG, owner, FALSE },
  };
  const SvTextField file_fields[] = {
    { fd, FD_CHARS, SV_TEXT_MONO, plain, TRUE },
    { entry->target, 0, SV_TEXT_MONO, plain, FALSE },
  };
  if (ours)
    sv_text_row_set_fields (SV_TEXT_ROW (cell), socket_fields, G_N_ELEMENTS (socket_fields));
  else
    sv_text_row_set_fields (SV_TEXT_ROW (cell), file_fields, G_N_ELEMENTS (file_fields));
}

static void
show_title (SvFileList *self)
{
  g_autofree char *title = g_strdup_printf ("/proc/%d/fd", (int) getpid ());
  g_autofree char *text = NULL;

  if (sv_session_is_live (self->session))
    text = g_strdup_printf (_("%s: every open file and socket of SockView has a number, its file descriptor"), title);
  else
    text = g_strdup_printf (_("%s as it is now, not at the moment shown"), title);
  gtk_label_set_text (GTK_LABEL (self->note), text);
}

static const SvPlanSocket *
get_socket (SvFileList *self, guint index)
{
  const SvFdEntry *entry = g_ptr_array_index (self->entries, index);

  return entry->inode != 0 ? g_hash_table_lookup (self->sockets, GUINT_TO_POINTER (entry->inode)) : NULL;
}

/* What is chosen comes into sight; without that, the first socket of ours: what
 * any program has open comes before it, and is not what this is about. */
static void
show_chosen (SvFileList *self)
{
  guint chosen = sv_session_get_chosen_connection (self->session);
  guint n = self->entries != NULL ? self->entries->len : 0, first = n, index = n;

  for (guint i = n; i-- > 0;)
    {
      const SvPlanSocket *socket = get_socket (self, i);

      if (socket != NULL)
        first = i;
      if (socket != NULL && chosen != 0 && socket->connection == chosen)
        index = i;
    }
  sv_slot_list_select (SV_SLOT_LIST (self->list), index < n ? index : GTK_INVALID_LIST_POSITION);
  index = index < n ? index : first;
  if (self->shown == chosen || index == n)
    return;
  self->shown = chosen;
  sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), MIN (index + SHOWN_AFTER, n - 1));
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = sv_fd_list_read ("/proc", (int) getpid (), &error);

  if (entries != NULL)
    g_task_return_pointer (task, entries, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = g_task_propagate_pointer (G_TASK (result), &error);
  SvFileList *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = SV_FILE_LIST (source);
  self->reading = FALSE;
  if (entries == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->note), error->message);
      return;
    }
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  self->entries = g_steal_pointer (&entries);
  index_sockets (self);
  show_title (self);
  sv_slot_list_set_size (SV_SLOT_LIST (self->list), self->entries->len);
  show_chosen (self);
}

static gboolean
read_now_cb (gpointer data)
{
  SvFileList *self = data;
  g_autoptr (GTask) task = NULL;

  self->source = 0;
  if (self->reading || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;
  self->reading = TRUE;
  self->read_at = sv_clock_now ();
  task = g_task_new (self, self->cancellable, read_cb, NULL);
  g_task_run_in_thread (task, read_thread);
  return G_SOURCE_REMOVE;
}

static void
queue_read (SvFileList *self)
{
  gint64 wait = G_USEC_PER_SEC - (sv_clock_now () - self->read_at) / 1000;

  if (self->source != 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->source = g_timeout_add (wait > 0 ? (guint) (wait / 1000) : 0, read_now_cb, self);
}

static void
chosen_cb (SvFileList *self, guint index)
{
  const SvPlanSocket *socket = get_socket (self, index);

  if (socket == NULL)
    return;
  /* A person chose what they see: no need to scroll to it. */
  if (socket->connection != 0)
    self->shown = socket->connection;
  if (socket->connection != 0)
    sv_session_choose_connection (self->session, socket->connection);
  else
    sv_session_choose_row (self->session, sv_session_get_machine_id (self->session, SV_SIDE_SERVER), socket->row_key);
}

static void
sv_file_list_map (GtkWidget *widget)
{
  SvFileList *self = SV_FILE_LIST (widget);

  GTK_WIDGET_CLASS (sv_file_list_parent_class)->map (widget);
  show_title (self);
  self->read_at = 0;
  self->shown = NOTHING_SHOWN;
  queue_read (self);
}

static void
sv_file_list_dispose (GObject *object)
{
  SvFileList *self = SV_FILE_LIST (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->sockets, g_hash_table_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_file_list_parent_class)->dispose (object);
}

static void
sv_file_list_class_init (SvFileListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_file_list_dispose;
  widget_class->map = sv_file_list_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sv_file_list_init (SvFileList *self)
{
  self->sockets = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
sv_file_list_new (SvSession *session)
{
  const SvSlotCells cells = { create_row, fill_row };
  SvFileList *self = g_object_new (SV_TYPE_FILE_LIST, NULL);

  self->session = g_object_ref (session);
  self->note = sv_card_subtitle_new ("");
  self->list = sv_slot_list_new (&cells, self, _("Open files of SockView"));
  gtk_widget_set_vexpand (self->list, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self->box), self->note);
  gtk_box_append (GTK_BOX (self->box), self->list);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->list, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (queue_read), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (show_chosen), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * sv_file_list_get_slots:
 *
 * Returns: (transfer none): the list inside
 */
SvSlotList *
sv_file_list_get_slots (SvFileList *self)
{
  g_return_val_if_fail (SV_IS_FILE_LIST (self), NULL);

  return SV_SLOT_LIST (self->list);
}
