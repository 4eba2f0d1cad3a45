/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-row-detail.h"

#include <string.h>
#include <sys/socket.h>

#include "sv-explanation-view.h"
#include "sv-row-actions.h"

#include "sv-config.h"

#include <glib/gi18n-lib.h>

/* So many facts back a note is looked for. */
#define NOTE_REACH 1000

struct _SvRowDetail
{
  GtkWidget parent_instance;

  SvSession *session;
  GtkWidget *box;
  SvExplanationView *view;
  SvRowActions *actions;
  SvMachineId machine; /* whose row it is */
  GtkWidget *closer; /* to the microscope */
  SvSocketRow row;     /* as it was last seen; key 0: nothing is chosen */
  SvExplanation *last; /* what was said of it while it was there */
  gint64 gone_at;      /* µs since 1970, 0 while the row is there */
  guint second;        /* source that counts a timer down */
};

G_DEFINE_FINAL_TYPE (SvRowDetail, sv_row_detail, GTK_TYPE_WIDGET)

static SvRowTable *
get_table (SvRowDetail *self, SvMachineId machine)
{
  return sv_moment_get_table (sv_session_get_moment (self->session), machine);
}

static SvSide
get_side (SvRowDetail *self)
{
  return self->machine == SV_MACHINE_SERVER ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
}

/* The row that is chosen, or the client's end of the connection that is.
 * @machine: (out): whose row that is, unless it is 0 */
static guint64
get_chosen_key (SvRowDetail *self, SvMachineId *machine)
{
  guint connection = sv_session_get_chosen_connection (self->session);
  const SvPlanSocket *socket;

  for (guint side = 0; side < 2; side++)
    {
      guint64 key;

      *machine = sv_session_get_machine_id (self->session, (SvSide) side);
      key = sv_session_get_chosen_row (self->session, *machine);
      if (key != 0)
        return key;
    }
  socket = sv_machines_plan_find (sv_session_get_plan (self->session), connection, SV_SIDE_CLIENT);
  if (socket == NULL)
    return 0;
  *machine = socket->machine;
  return socket->row_key;
}

static const SvPlanSocket *
find_in (GArray *sockets, SvMachineId machine, guint64 key)
{
  for (guint i = 0; i < sockets->len; i++)
    {
      const SvPlanSocket *socket = &g_array_index (sockets, SvPlanSocket, i);

      if (socket->row_key == key && socket->machine == machine)
        return socket;
    }
  return NULL;
}

/* The socket of the plan that has this row, if it is one of ours. */
static const SvPlanSocket *
find_socket (SvRowDetail *self)
{
  SvMachinesPlan *plan = sv_session_get_plan (self->session);
  SvSide side;
  guint connection = sv_recording_find_connection (sv_session_get_recording (self->session), &self->row, &side);
  const SvPlanSocket *socket;

  if (plan->has_listener && plan->listener.machine == self->machine && plan->listener.row_key == self->row.key)
    return &plan->listener;
  if (connection == 0)
    return NULL;
  socket = sv_machines_plan_find (plan, connection, side);
  if (socket != NULL && socket->machine == self->machine && socket->row_key == self->row.key)
    return socket;
  return find_in (plan->waiting, self->machine, self->row.key);
}

/* ::ffff:a.b.c.d, as a tcp6 socket calls an IPv4 address: RFC 4291 §2.5.5.2. */
static SvEndpoint
map_endpoint (const SvEndpoint *plain)
{
  SvEndpoint mapped = *plain;

  if (plain->family != AF_INET)
    return mapped;
  mapped.family = AF_INET6;
  memset (mapped.address, 0, 10);
  memset (mapped.address + 10, 0xff, 2);
  memcpy (mapped.address + 12, plain->address, 4);
  return mapped;
}

static gboolean
has_twin (SvRowDetail *self)
{
  SvEndpoint local = sv_endpoint_unmapped (&self->row.foreign), foreign = sv_endpoint_unmapped (&self->row.local);
  SvEndpoint local6 = map_endpoint (&local), foreign6 = map_endpoint (&foreign);
  SvRowTable *table = get_table (self, self->machine);
  const SvSocketRow *twin = sv_row_table_find (table, self->row.protocol, &local, &foreign);

  if (twin == NULL)
    twin = sv_row_table_find (table, self->row.protocol, &local6, &foreign6);
  return twin != NULL && sv_socket_row_is_twin (&self->row, twin);
}

static gint64
get_now (SvRowDetail *self)
{
  return sv_session_is_live (self->session) ? sv_clock_now ()
                                            : sv_moment_get_time (sv_session_get_moment (self->session));
}

/* What the other machine has of the same connection: its half of it, and the name
 * that a router may have put another in the place of. */
static void
describe_peer (SvRowDetail *self, SvRowContext *context, SvEndpoint *behind)
{
  SvRecording *recording = sv_session_get_recording (self->session);
  const SvPlanSocket *peer;
  SvEndpoint unused;
  SvSide side;
  guint connection;

  if (self->machine == SV_MACHINE_THIS)
    return;
  connection = sv_recording_find_connection (recording, &self->row, &side);
  if (connection == 0)
    return;
  side = side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  sv_connection_get_ends (sv_recording_get_connection (recording, connection), side, behind, &unused);
  if (behind->family == self->row.foreign.family && !sv_endpoint_equal (behind, &self->row.foreign))
    context->behind = behind;
  peer = sv_machines_plan_find (sv_session_get_plan (self->session), connection, side);
  if (peer != NULL && peer->row_key != 0)
    context->peer_state = peer->state;
}

static SvExplanation *
explain (SvRowDetail *self)
{
  const SvPlanSocket *socket = find_socket (self);
  SvOwner owner = { 0 };
  SvRowContext context = { .fd = -1, .now = get_now (self), .machine = self->machine };
  SvEndpoint behind;

  if (socket != NULL && !socket->foreign)
    {
      context.actor = socket->actor;
      context.fd = socket->fd;
    }
  if (self->row.inode != 0
      && sv_monitor_get_owner (sv_session_get_monitor (self->session, get_side (self)), self->row.inode, &owner))
    context.owner = &owner;
  context.has_twin = has_twin (self);
  context.ports = sv_session_get_ports (self->session, get_side (self));
  describe_peer (self, &context, &behind);
  return sv_explain_row (&self->row, &context);
}

/* Who ended it, where that was not the kernel's own doing; NULL if it was. */
static const char *
find_note (SvRowDetail *self)
{
  SvRecording *recording = sv_session_get_recording (self->session);
  guint connection = sv_recording_find_connection (recording, &self->row, NULL);
  guint64 first = sv_recording_get_first (recording), end = sv_recording_get_end (recording);

  for (guint64 i = end; connection != 0 && i > MAX (first, end - MIN (end, NOTE_REACH)); i--)
    {
      const SvFact *fact = sv_recording_get (recording, i - 1);

      if (fact->kind == SV_FACT_NOTE && fact->connection == connection && fact->machine == self->machine)
        return fact->note;
    }
  return NULL;
}

/* A sentence about a row that the table of this moment does not have. */
static char *
make_notice (SvRowDetail *self)
{
  if (self->gone_at == 0)
    return NULL;
  if (!sv_session_is_live (self->session))
    return g_strdup (_("At the moment shown this socket is not in the table."));

  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (self->gone_at / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *time = g_date_time_format (local, "%X");

  const char *note = find_note (self);

  if (note != NULL)
    /* Translators: a time, and a sentence about why the socket has gone */
    return g_strdup_printf (_("Gone since %s: %s What follows is what it said last."), time, note);
  return g_strdup_printf (_("Gone since %s. What follows is what it said last."), time);
}

static void
show_words (SvRowDetail *self, const char *title, const char *name, GPtrArray *lines)
{
  sv_explanation_view_set (self->view, title, (const char *const *) lines->pdata, lines->len);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show (SvRowDetail *self)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  /* Of the UNIX domain /proc/net has no such line. */
  gtk_widget_set_visible (self->closer, self->row.key != 0 && self->row.family != G_SOCKET_FAMILY_UNIX);
  if (self->row.key == 0)
    {
      g_ptr_array_add (lines, _("Choose a row to read what it says."));
      show_words (self, "", C_("accessible", "The chosen row"), lines);
      return;
    }
  g_autofree char *notice = make_notice (self);

  /* Who held a socket can't be asked once it is gone. */
  if (self->last == NULL || self->gone_at == 0)
    {
      g_clear_pointer (&self->last, sv_explanation_free);
      self->last = explain (self);
    }
  const SvExplanation *explanation = self->last;
  g_autofree char *name = g_strdup_printf (C_("accessible", "The chosen row: %s"), explanation->title);

  if (notice != NULL)
    g_ptr_array_add (lines, notice);
  /* What it says at another moment is not what it says at the one shown. */
  if (notice == NULL || sv_session_is_live (self->session))
    g_ptr_array_extend (lines, explanation->lines, NULL, NULL);
  show_words (self, explanation->title, name, lines);
}

static gboolean
second_cb (gpointer data)
{
  show (data);
  return G_SOURCE_CONTINUE;
}

/* Only a timer that runs, in a row that is read, now, is worth waking up for. */
static void
update_second (SvRowDetail *self)
{
  gboolean runs = self->row.key != 0 && self->gone_at == 0 && self->row.timer == SV_TIMER_TIME_WAIT
                  && gtk_widget_get_mapped (GTK_WIDGET (self)) && sv_session_is_live (self->session);

  if (runs && self->second == 0)
    self->second = g_timeout_add_seconds (1, second_cb, self);
  else if (!runs)
    g_clear_handle_id (&self->second, g_source_remove);
}

/* Whether the row that was explained is still what is chosen, though the table
 * has it no more. */
static gboolean
is_still_chosen (SvRowDetail *self, SvMachineId machine, guint64 key)
{
  if (self->row.key == 0 || key != 0)
    return self->row.key == key && self->machine == machine;
  return sv_session_get_chosen_connection (self->session) != 0
         && sv_recording_find_connection (sv_session_get_recording (self->session), &self->row, NULL)
                == sv_session_get_chosen_connection (self->session);
}

static void
update (SvRowDetail *self)
{
  SvMachineId machine;
  guint64 key = get_chosen_key (self, &machine);
  const SvSocketRow *row = key != 0 ? sv_row_table_lookup (get_table (self, machine), key) : NULL;

  if (row != NULL)
    {
      if (row->key != self->row.key || machine != self->machine)
        g_clear_pointer (&self->last, sv_explanation_free);
      self->row = *row;
      self->machine = machine;
      self->gone_at = 0;
    }
  else if (!is_still_chosen (self, machine, key))
    self->row.key = 0;
  else if (self->gone_at == 0)
    self->gone_at = g_get_real_time ();
  sv_row_actions_set_row (self->actions, machine, row);
  show (self);
  update_second (self);
}

static void
sv_row_detail_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sv_row_detail_parent_class)->map (widget);
  update (SV_ROW_DETAIL (widget));
}

static void
sv_row_detail_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sv_row_detail_parent_class)->unmap (widget);
  update_second (SV_ROW_DETAIL (widget));
}

static void
changed_cb (SvRowDetail *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

static void
sv_row_detail_dispose (GObject *object)
{
  SvRowDetail *self = SV_ROW_DETAIL (object);

  g_clear_handle_id (&self->second, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->last, sv_explanation_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_row_detail_parent_class)->dispose (object);
}

static void
sv_row_detail_class_init (SvRowDetailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_row_detail_dispose;
  widget_class->map = sv_row_detail_map;
  widget_class->unmap = sv_row_detail_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "row-detail");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_row_detail_init (SvRowDetail *self)
{
  GtkWidget *view = sv_explanation_view_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->view = SV_EXPLANATION_VIEW (view);
  gtk_widget_set_hexpand (view, TRUE);
  self->closer = gtk_button_new_from_icon_name ("sockview-microscope-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->closer), "win.microscope");
  gtk_widget_set_tooltip_text (self->closer, _("Look at This Row Closely"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->closer), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Look at This Row Closely"), -1);
  gtk_widget_add_css_class (self->closer, "flat");
  gtk_widget_set_valign (self->closer, GTK_ALIGN_START);
  gtk_widget_set_vexpand (view, TRUE);
  gtk_box_append (GTK_BOX (line), view);
  gtk_box_append (GTK_BOX (line), self->closer);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self->box), line);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
sv_row_detail_new (SvSession *session)
{
  SvRowDetail *self;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);

  self = g_object_new (SV_TYPE_ROW_DETAIL, NULL);
  self->session = g_object_ref (session);
  self->actions = SV_ROW_ACTIONS (sv_row_actions_new (session));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->actions));
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::live", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
