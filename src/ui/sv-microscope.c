/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-microscope.h"

#include "sv-card-header.h"
#include "sv-evidence-reader.h"
#include "sv-explain-proc-line.h"
#include "sv-explanation-view.h"
#include "sv-page-header.h"
#include "sv-raw-line.h"
#include "sv-split.h"
#include "sv-text-row.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define SIDE_BY_SIDE 560
#define SPACING 12
#define NAME_CHARS 16
#define LIST_HEIGHT 230
#define TICK_MS 200
#define READ_EVERY (G_USEC_PER_SEC)

struct _SvMicroscope
{
  GtkWidget parent_instance;

  SvSession *session;
  SvEvidenceReader *readers[SV_N_MACHINES];
  GCancellable *cancellable;
  SvMachineId machine;
  SvSocketRow row;         /* that is looked at; key 0: none */
  SvRowEvidence *evidence; /* (nullable): of it */
  gboolean gone;
  gboolean unix_domain;    /* a row is chosen that has nothing to decode */
  gboolean asked;          /* of this row, at least once, with an answer */
  gint64 read_at;          /* µs */
  guint64 question;        /* the key of the row that was asked for last */
  guint tick;
  guint field;
  GPtrArray *details;      /* (nullable): SvDetail */

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *empty;
  GtkWidget *content;
  GtkWidget *note;
  GtkWidget *timer;
  GtkWidget *path;
  GtkWidget *raw;
  GtkWidget *list;
  GtkWidget *words;
  GtkWidget *tools;
  GtkWidget *holders;
  GtkWidget *measures;
  GtkWidget *grid;
};

G_DEFINE_FINAL_TYPE (SvMicroscope, sv_microscope, GTK_TYPE_WIDGET)

static void queue_read (SvMicroscope *self);

static GtkWidget *
create_row (gpointer data)
{
  return sv_text_row_new ();
}

static void
fill_row (GtkWidget *cell, guint index, gpointer data)
{
  SvMicroscope *self = data;
  const SvProcField *field;

  if (self->evidence == NULL || self->evidence->line == NULL || index >= self->evidence->fields.n_fields)
    return;
  field = &self->evidence->fields.fields[index];
  g_autofree char *raw = g_strndup (self->evidence->line + field->offset, field->length);
  const SvTextField fields[] = {
    { field->name, NAME_CHARS, SV_TEXT_BODY, { SV_PAINT_DIM_TEXT, 0, 0 }, FALSE },
    { raw, 0, SV_TEXT_MONO, { SV_PAINT_TEXT, 0, 0 }, FALSE },
    { field->value, 0, SV_TEXT_BODY, { SV_PAINT_TEXT, 0, 0 }, FALSE },
  };
  sv_text_row_set_fields (SV_TEXT_ROW (cell), fields, G_N_ELEMENTS (fields));
}

static void
show_field (SvMicroscope *self)
{
  g_autoptr (SvExplanation) words = NULL;

  sv_raw_line_set_lit (SV_RAW_LINE (self->raw), self->field);
  if (self->evidence == NULL || self->evidence->line == NULL || self->field >= self->evidence->fields.n_fields)
    return;
  words = sv_explain_proc_field (self->evidence->line, &self->evidence->fields, self->field);
  sv_explanation_view_set_explanation (SV_EXPLANATION_VIEW (self->words), words);
}

/* Where it differs: a person may be selecting in it. */
static void
set_text (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, text[0] != '\0');
}

static void
show_line (SvMicroscope *self)
{
  const SvRowEvidence *evidence = self->evidence;
  guint n = evidence->line != NULL ? evidence->fields.n_fields : 0;

  set_text (self->path, evidence->path);
  sv_raw_line_set (SV_RAW_LINE (self->raw), evidence->line, &evidence->fields);
  self->field = MIN (self->field, n > 0 ? n - 1 : 0);
  sv_slot_list_set_size (SV_SLOT_LIST (self->list), n);
  sv_slot_list_select (SV_SLOT_LIST (self->list), self->field);
  show_field (self);
}

static void
show_tools (SvMicroscope *self)
{
  g_autofree char *netstat = sv_row_evidence_to_netstat (self->evidence);
  g_autofree char *ss = sv_row_evidence_to_ss (self->evidence);
  g_autofree char *lsof = sv_row_evidence_to_lsof (self->evidence);
  const char *option = self->evidence->row.protocol == IPPROTO_UDP ? "-uanop" : "-tanop";
  g_autofree char *text = g_strdup_printf ("$ netstat -tuna\n%s\n$ ss %s\n%s%s%s", netstat, option, ss,
                                           lsof != NULL ? "\n$ lsof -nP -i\n" : "", lsof != NULL ? lsof : "");

  set_text (self->tools, g_strchomp (text));
}

/* Who holds it, by which descriptor. */
static void
show_holders (SvMicroscope *self)
{
  const SvRowEvidence *evidence = self->evidence;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < evidence->holders->len; i++)
    {
      const SvSocketHolder *holder = &g_array_index (evidence->holders, SvSocketHolder, i);

      if (i > 0)
        g_string_append_c (text, '\n');
      g_string_append_printf (text, _("“%s” holds it: the file descriptor /proc/%d/fd/%d leads to socket:[%u]."),
                              holder->name, holder->pid, holder->fd, holder->inode);
    }
  if (text->len == 0 && evidence->row.inode == 0)
    g_string_append (text, _("No program holds it (inode 0), so no file descriptor leads to it, and lsof does not know it."));
  else if (text->len == 0)
    g_string_append (text, _("Which program holds it is not visible to us, so what lsof would say is not, either."));
  set_text (self->holders, text->str);
}

static GtkWidget *
new_label (const char *text, gboolean mono)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  if (mono)
    gtk_widget_add_css_class (label, "monospace");
  return label;
}

/* The rows stay as long as what they are about stays: a screen reader may be at one. */
static void
show_details (SvMicroscope *self)
{
  GPtrArray *details = self->evidence->has_info
                           ? sv_explain_diag_info (&self->evidence->row, &self->evidence->info)
                           : g_ptr_array_new ();
  GtkWidget *child;
  guint have = self->details != NULL ? self->details->len : 0;

  if (have != details->len)
    while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
      gtk_grid_remove (GTK_GRID (self->grid), child);
  for (guint i = 0; i < details->len; i++)
    {
      const SvDetail *detail = g_ptr_array_index (details, i);
      const char *texts[] = { detail->name, detail->value, detail->meaning };

      for (int column = 0; column < (int) G_N_ELEMENTS (texts); column++)
        {
          child = gtk_grid_get_child_at (GTK_GRID (self->grid), column, (int) i);
          if (child == NULL)
            {
              child = new_label ("", FALSE);
              gtk_widget_add_css_class (child, column == 1 ? "numeric" : column == 0 ? "monospace" : "dim-label");
              gtk_label_set_wrap (GTK_LABEL (child), column == 2);
              gtk_widget_set_hexpand (child, column == 2);
              gtk_grid_attach (GTK_GRID (self->grid), child, column, (int) i, 1, 1);
            }
          set_text (child, texts[column]);
        }
    }
  gtk_widget_set_visible (self->measures, details->len > 0);
  g_clear_pointer (&self->details, g_ptr_array_unref);
  self->details = details;
}

static void
show_timer (SvMicroscope *self)
{
  g_autofree char *text = NULL;

  if (self->evidence != NULL && !self->gone)
    text = sv_explain_timer (&self->evidence->row, sv_clock_now ());
  set_text (self->timer, text != NULL ? text : "");
}

static void
show_note (SvMicroscope *self)
{
  const char *text = "";

  if (self->gone && self->evidence != NULL)
    text = _("This socket is gone. What follows is what Linux said of it last.");
  else if (self->gone)
    text = _("This socket is gone, and Linux knows nothing of it any more.");
  else if (!sv_session_is_live (self->session))
    text = _("The stage shows an earlier moment. Here is what Linux says now.");
  set_text (self->note, text);
}

static void
show_emptiness (SvMicroscope *self)
{
  AdwStatusPage *page = ADW_STATUS_PAGE (self->empty);

  adw_status_page_set_title (page, self->unix_domain ? _("No Addresses to Decode") : _("Choose a Row"));
  adw_status_page_set_description (page,
                                   self->unix_domain
                                       ? _("A socket of the UNIX domain has neither an IP address nor a port; its row says "
                                           "all there is. Choose a TCP or UDP row.")
                                       : _("Choose any row of the table, and all that Linux says of that socket is here."));
}

static void
show (SvMicroscope *self)
{
  SvRowContext context = { .fd = -1 };
  g_autoptr (SvExplanation) words = self->row.key != 0 ? sv_explain_row (&self->row, &context) : NULL;

  gtk_widget_set_visible (self->empty, self->row.key == 0);
  show_emptiness (self);
  gtk_widget_set_visible (self->content, self->row.key != 0 && self->evidence != NULL);
  sv_page_header_set_subtitle (SV_PAGE_HEADER (self->header), words != NULL ? words->title : "");
  show_note (self);
  show_timer (self);
  if (self->evidence == NULL)
    return;
  show_line (self);
  show_tools (self);
  show_holders (self);
  show_details (self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SvMicroscope) self = data;
  g_autoptr (GError) error = NULL;
  SvRowEvidence *evidence = sv_evidence_reader_read_finish (SV_EVIDENCE_READER (source), result, &error);

  if (self->box == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || self->question != self->row.key)
    {
      g_clear_pointer (&evidence, sv_row_evidence_free);
      if (self->box != NULL)
        queue_read (self);
      return;
    }
  self->asked = TRUE;
  if (error != NULL)
    {
      set_text (self->note, error->message);
      return;
    }
  self->gone = evidence == NULL;
  if (evidence != NULL)
    {
      g_clear_pointer (&self->evidence, sv_row_evidence_free);
      self->evidence = evidence;
    }
  show (self);
}

static SvSide
get_side (SvMicroscope *self)
{
  return self->machine == sv_session_get_machine_id (self->session, SV_SIDE_SERVER) ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
}

static SvEvidenceReader *
get_reader (SvMicroscope *self)
{
  if (self->readers[self->machine] == NULL)
    self->readers[self->machine]
        = sv_evidence_reader_new (sv_session_get_machine (self->session, get_side (self)));
  return self->readers[self->machine];
}

/* As soon as the answer before is there, and a row is looked at. */
static void
queue_read (SvMicroscope *self)
{
  SvEvidenceReader *reader;

  if (self->row.key == 0 || self->gone || !gtk_widget_get_mapped (GTK_WIDGET (self))
      || sv_session_is_over (self->session))
    return;
  reader = get_reader (self);
  if (sv_evidence_reader_is_busy (reader))
    return;
  self->read_at = g_get_monotonic_time ();
  self->question = self->row.key;
  sv_evidence_reader_read_async (reader, &self->row, self->cancellable, read_cb, g_object_ref (self));
}

static gboolean
tick_cb (gpointer data)
{
  SvMicroscope *self = data;

  show_timer (self);
  if (g_get_monotonic_time () - self->read_at >= READ_EVERY)
    queue_read (self);
  return G_SOURCE_CONTINUE;
}

/* The row that is chosen on either machine, or the client's end of the connection that is. */
static guint64
find_chosen (SvMicroscope *self, SvMachineId *machine)
{
  guint connection = sv_session_get_chosen_connection (self->session);
  const SvPlanSocket *socket;

  for (int side = 0; side < 2; side++)
    {
      *machine = sv_session_get_machine_id (self->session, (SvSide) side);
      if (sv_session_get_chosen_row (self->session, *machine) != 0)
        return sv_session_get_chosen_row (self->session, *machine);
    }
  *machine = sv_session_get_machine_id (self->session, SV_SIDE_CLIENT);
  if (connection == 0)
    return 0;
  socket = sv_machines_plan_find (sv_session_get_plan (self->session), connection, SV_SIDE_CLIENT);
  return socket != NULL ? socket->row_key : 0;
}

static gboolean
is_still_chosen (SvMicroscope *self, guint64 key)
{
  guint connection = sv_session_get_chosen_connection (self->session);

  if (self->row.key == 0 || key != 0)
    return key == self->row.key;
  return connection != 0
         && sv_recording_find_connection (sv_session_get_recording (self->session), &self->row, NULL) == connection;
}

static void
update (SvMicroscope *self)
{
  SvMachineId machine;
  guint64 key = find_chosen (self, &machine);
  SvRowTable *table = sv_moment_get_table (sv_session_get_moment (self->session), machine);
  const SvSocketRow *row = key != 0 ? sv_row_table_lookup (table, key) : NULL;

  /* Of the UNIX domain there is no line with addresses that could be looked at. */
  gboolean unix_domain = row != NULL && row->family == AF_UNIX;

  if (unix_domain)
    row = NULL;
  else if (row == NULL && is_still_chosen (self, key))
    return; /* what left is still looked at */
  if (row != NULL && row->key == self->row.key && machine == self->machine)
    {
      self->row = *row;
      show_note (self);
      return;
    }
  g_clear_pointer (&self->evidence, sv_row_evidence_free);
  self->row = row != NULL ? *row : (SvSocketRow) { 0 };
  self->machine = machine;
  self->unix_domain = unix_domain;
  self->gone = FALSE;
  self->asked = FALSE;
  show (self);
  queue_read (self);
}

static void
changed_cb (SvMicroscope *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

static void
field_chosen_cb (SvMicroscope *self, guint index)
{
  self->field = index;
  show_field (self);
}

static void
field_clicked_cb (SvMicroscope *self, guint index)
{
  sv_microscope_choose_field (self, index);
}

static void
sv_microscope_map (GtkWidget *widget)
{
  SvMicroscope *self = SV_MICROSCOPE (widget);

  GTK_WIDGET_CLASS (sv_microscope_parent_class)->map (widget);
  self->tick = g_timeout_add (TICK_MS, tick_cb, self);
  update (self);
  queue_read (self);
}

static void
sv_microscope_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&SV_MICROSCOPE (widget)->tick, g_source_remove);
  GTK_WIDGET_CLASS (sv_microscope_parent_class)->unmap (widget);
}

static void
sv_microscope_dispose (GObject *object)
{
  SvMicroscope *self = SV_MICROSCOPE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  for (guint i = 0; i < SV_N_MACHINES; i++)
    g_clear_object (&self->readers[i]);
  g_clear_pointer (&self->evidence, sv_row_evidence_free);
  g_clear_pointer (&self->details, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_microscope_parent_class)->dispose (object);
}

static void
sv_microscope_class_init (SvMicroscopeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_microscope_dispose;
  widget_class->map = sv_microscope_map;
  widget_class->unmap = sv_microscope_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "microscope");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
sv_microscope_init (SvMicroscope *self)
{
  self->cancellable = g_cancellable_new ();
  self->field = SV_PROC_LOCAL_ADDRESS;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Row Microscope"), -1);
}

static GtkWidget *
new_card (const char *title, GtkWidget *subtitle)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  gtk_widget_add_css_class (card, "sv-card");
  gtk_widget_add_css_class (card, "sv-padded");
  gtk_box_append (GTK_BOX (card), sv_card_header_new (title, subtitle, NULL));
  return card;
}

static GtkWidget *
build_line (SvMicroscope *self)
{
  const SvSlotCells cells = { create_row, fill_row };
  GtkWidget *card, *split;

  self->path = sv_card_subtitle_new ("");
  card = new_card (_("The Line That the Kernel Writes"), self->path);
  self->raw = sv_raw_line_new ();
  gtk_box_append (GTK_BOX (card), self->raw);
  self->list = sv_slot_list_new (&cells, self, _("Fields of the line"));
  self->words = sv_explanation_view_new ();
  split = sv_split_new (self->list, self->words, SIDE_BY_SIDE, SPACING);
  gtk_widget_set_size_request (split, -1, LIST_HEIGHT);
  gtk_box_append (GTK_BOX (card), split);
  g_signal_connect_object (self->list, "chosen", G_CALLBACK (field_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->raw, "field-clicked", G_CALLBACK (field_clicked_cb), self, G_CONNECT_SWAPPED);
  return card;
}

/* Lines of a terminal: they scroll sideways, and run from left to right in every language. */
static GtkWidget *
build_tools (SvMicroscope *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *card;

  self->holders = sv_card_subtitle_new ("");
  card = new_card (_("The Same Socket in a Terminal"), self->holders);
  self->tools = new_label ("", TRUE);
  gtk_label_set_selectable (GTK_LABEL (self->tools), TRUE);
  gtk_widget_set_direction (self->tools, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (scroller, GTK_TEXT_DIR_LTR);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->tools), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _("What netstat, ss and lsof print for this socket"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->tools);
  /* The viewport between them would begin at the right. */
  gtk_widget_set_direction (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller)), GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (card), scroller);
  return card;
}

static GtkWidget *
build_measures (SvMicroscope *self)
{
  self->measures = new_card (_("What the Kernel Counts and Measures"),
                             sv_card_subtitle_new (_("sock_diag’s TCP_INFO and memory, asked again each second")));
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 4);
  gtk_box_append (GTK_BOX (self->measures), self->grid);
  return self->measures;
}

static GtkWidget *
build_content (SvMicroscope *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);

  self->timer = new_label ("", FALSE);
  gtk_widget_add_css_class (self->timer, "numeric");
  gtk_box_append (GTK_BOX (box), self->timer);
  gtk_box_append (GTK_BOX (box), build_line (self));
  gtk_box_append (GTK_BOX (box), build_tools (self));
  gtk_box_append (GTK_BOX (box), build_measures (self));
  return box;
}

static void
build (SvMicroscope *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING);

  self->header = sv_page_header_new (_("Row Microscope"));
  self->empty = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->empty), "system-search-symbolic");
  gtk_widget_set_vexpand (self->empty, TRUE);
  self->note = new_label ("", FALSE);
  gtk_label_set_wrap (GTK_LABEL (self->note), TRUE);
  gtk_widget_add_css_class (self->note, "sv-warning");
  self->content = build_content (self);
  gtk_box_append (GTK_BOX (inner), self->empty);
  gtk_box_append (GTK_BOX (inner), self->note);
  gtk_box_append (GTK_BOX (inner), self->content);
  gtk_widget_add_css_class (inner, "sv-padded");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), inner);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), scroller);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
sv_microscope_new (SvSession *session)
{
  SvMicroscope *self;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);

  self = g_object_new (SV_TYPE_MICROSCOPE, NULL);
  self->session = g_object_ref (session);
  build (self);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::live", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

/**
 * sv_microscope_get_slots:
 *
 * Returns: (transfer none): the list of fields inside
 */
SvSlotList *
sv_microscope_get_slots (SvMicroscope *self)
{
  g_return_val_if_fail (SV_IS_MICROSCOPE (self), NULL);

  return SV_SLOT_LIST (self->list);
}

/**
 * sv_microscope_is_settled:
 *
 * Returns: whether it has Linux's answer about the chosen row
 */
gboolean
sv_microscope_is_settled (SvMicroscope *self)
{
  g_return_val_if_fail (SV_IS_MICROSCOPE (self), FALSE);

  return self->asked;
}

/**
 * sv_microscope_choose_field:
 * @index: of the line's fields: it is lit and explained
 */
void
sv_microscope_choose_field (SvMicroscope *self, guint index)
{
  g_return_if_fail (SV_IS_MICROSCOPE (self));

  self->field = index;
  sv_slot_list_select (SV_SLOT_LIST (self->list), index);
  sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), index);
  show_field (self);
}
