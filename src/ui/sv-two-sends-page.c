/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-two-sends-page.h"

#include "sv-page-header.h"
#include "sv-two-sends.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_WIDTH 900
#define COLUMN_CHARS 36 /* of a line, so that both columns have room beside each other */
#define MAX_TEXT 1000 /* bytes: one datagram on any network */

/* What is shown of one protocol. */
typedef struct
{
  GtkWidget *sends;
  GtkWidget *waiting;
  GtkWidget *reads;
  GtkWidget *moral;
} Column;

struct _SvTwoSendsPage
{
  AdwBin parent_instance;

  SvTwoSends *sends;
  GtkWidget *entries[2];
  GtkWidget *run;
  GtkWidget *problem;
  GtkWidget *columns_box;
  Column columns[2]; /* by #SvKind */
  gboolean done;
};

G_DEFINE_FINAL_TYPE (SvTwoSendsPage, sv_two_sends_page, ADW_TYPE_BIN)

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* Bytes as a C program writes them. */
static char *
quote (GBytes *data)
{
  gsize length = 0;
  const char *bytes = data != NULL ? g_bytes_get_data (data, &length) : NULL;
  g_autofree char *text = g_utf8_make_valid (bytes != NULL ? bytes : "", (gssize) length);
  g_autofree char *escaped = g_strescape (text, NULL);

  /* What is no ASCII is read better as it is. */
  return g_strdup_printf ("\"%s\"", strchr (text, '\n') != NULL || strchr (text, '"') != NULL ? escaped : text);
}

/* A call and what it gave, one line each; what was read stands behind it. */
static char *
describe_calls (GPtrArray *calls, gboolean reads)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < calls->len; i++)
    {
      const SvFact *fact = calls->pdata[i];
      g_autofree char *data = quote (fact->call.data);

      if (i > 0)
        g_string_append_c (text, '\n');
      if (reads)
        g_string_append_printf (text, "%s() = %" G_GINT64_FORMAT "  %s", fact->call.name, fact->call.result, data);
      else
        g_string_append_printf (text, "%s(%s) = %" G_GINT64_FORMAT, fact->call.name, data, fact->call.result);
    }
  return g_string_free (text, FALSE);
}

static char *
describe_waiting (SvTwoSendsPage *self, SvKind kind)
{
  guint32 waiting = sv_two_sends_get_waiting (self->sends, kind);

  if (kind == SV_KIND_TCP)
    return g_strdup_printf (ngettext ("Recv-Q %u before the first read: the byte that waits.",
                                      "Recv-Q %u before the first read: the bytes that wait, in one row.", waiting),
                            waiting);
  return g_strdup_printf (_("Recv-Q %u before the first read: memory for whole datagrams, not their bytes."), waiting);
}

/* What it means, from what really happened. */
static char *
draw_moral (SvKind kind, guint n_sends, guint n_reads)
{
  if (kind == SV_KIND_UDP && n_reads == n_sends)
    return g_strdup (_("One datagram for each send, and one read for each datagram: the boundaries are kept. But a "
                       "datagram may be lost, or come twice, or out of order, and nobody tells."));
  if (kind == SV_KIND_UDP)
    return g_strdup (_("Not every datagram has arrived: UDP does not repeat what was lost."));
  if (n_reads < n_sends)
    return g_strdup_printf (ngettext ("%u sends, but %u read has it all: TCP is a stream of bytes. Where one message ends "
                                      "and the next begins, the program must say itself: by a line end, or a length.",
                                      "%u sends, but %u reads: TCP is a stream of bytes. Where one message ends and the "
                                      "next begins, the program must say itself: by a line end, or a length.", n_reads),
                            n_sends, n_reads);
  return g_strdup_printf (_("%u sends and %u reads this time. That is chance: TCP is a stream of bytes, and promises no "
                            "boundaries."), n_sends, n_reads);
}

static void
show_column (SvTwoSendsPage *self, SvKind kind)
{
  Column *column = &self->columns[kind];
  g_autoptr (GPtrArray) sends = sv_two_sends_list_calls (self->sends, kind, SV_SIDE_CLIENT);
  g_autoptr (GPtrArray) reads = sv_two_sends_list_calls (self->sends, kind, SV_SIDE_SERVER);
  g_autofree char *sent = describe_calls (sends, FALSE), *read = describe_calls (reads, TRUE);
  g_autofree char *waiting = describe_waiting (self, kind);
  g_autofree char *moral = draw_moral (kind, sends->len, reads->len);

  gtk_label_set_text (GTK_LABEL (column->sends), sent);
  gtk_label_set_text (GTK_LABEL (column->waiting), waiting);
  gtk_label_set_text (GTK_LABEL (column->reads), read);
  gtk_label_set_text (GTK_LABEL (column->moral), moral);
}

static void
done_cb (SvTwoSendsPage *self)
{
  for (SvKind kind = SV_KIND_TCP; kind <= SV_KIND_UDP; kind++)
    show_column (self, kind);
  gtk_widget_set_visible (self->columns_box, TRUE);
  gtk_widget_set_sensitive (self->run, TRUE);
  self->done = TRUE;
}

/**
 * sv_two_sends_page_run:
 *
 * As its button does.
 */
void
sv_two_sends_page_run (SvTwoSendsPage *self)
{
  g_autoptr (GBytes) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;
  const char *text;

  g_return_if_fail (SV_IS_TWO_SENDS_PAGE (self));

  if (sv_two_sends_is_running (self->sends))
    return;
  text = gtk_editable_get_text (GTK_EDITABLE (self->entries[0]));
  first = g_bytes_new (text, MIN (strlen (text), MAX_TEXT));
  text = gtk_editable_get_text (GTK_EDITABLE (self->entries[1]));
  second = g_bytes_new (text, MIN (strlen (text), MAX_TEXT));
  self->done = FALSE;
  if (sv_two_sends_run (self->sends, first, second, &error))
    gtk_widget_set_sensitive (self->run, FALSE);
  gtk_label_set_text (GTK_LABEL (self->problem), error != NULL ? error->message : "");
  gtk_widget_set_visible (self->problem, error != NULL);
}

gboolean
sv_two_sends_page_is_done (SvTwoSendsPage *self)
{
  return self->done;
}

/**
 * sv_two_sends_page_get_text:
 *
 * Returns: (transfer full): what both columns say, line by line
 */
char *
sv_two_sends_page_get_text (SvTwoSendsPage *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (self->columns); i++)
    {
      const Column *column = &self->columns[i];
      GtkWidget *labels[] = { column->sends, column->waiting, column->reads, column->moral };

      for (guint j = 0; j < G_N_ELEMENTS (labels); j++)
        g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (labels[j])));
    }
  return g_string_free (text, FALSE);
}

static GtkWidget *
create_column (Column *column, const char *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  const struct { GtkWidget **label; const char *heading; const char *css_class; } parts[] = {
    { &column->sends, _("The client sends"), "monospace" }, { &column->waiting, NULL, "dim-label" },
    { &column->reads, _("The server reads"), "monospace" }, { &column->moral, NULL, NULL },
  };

  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "sv-padded");
  gtk_box_append (GTK_BOX (box), new_label (title, "heading"));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i].heading != NULL)
        gtk_box_append (GTK_BOX (box), new_label (parts[i].heading, "caption-heading"));
      *parts[i].label = new_label ("", parts[i].css_class);
      gtk_label_set_max_width_chars (GTK_LABEL (*parts[i].label), COLUMN_CHARS);
      gtk_box_append (GTK_BOX (box), *parts[i].label);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return box;
}

static GtkWidget *
create_entry (SvTwoSendsPage *self, guint i, const char *title, const char *text)
{
  GtkWidget *row = self->entries[i] = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_signal_connect_object (row, "entry-activated", G_CALLBACK (sv_two_sends_page_run), self, G_CONNECT_SWAPPED);
  return row;
}

static GtkWidget *
create_form (SvTwoSendsPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list = adw_preferences_group_new ();

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (list),
                             create_entry (self, 0, C_ ("two sends", "First Send"), "hello"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (list),
                             create_entry (self, 1, C_ ("two sends", "Second Send"), "world"));
  self->run = gtk_button_new_with_label (C_ ("two sends", "Send over TCP and UDP"));
  gtk_widget_add_css_class (self->run, "suggested-action");
  gtk_widget_add_css_class (self->run, "pill");
  gtk_widget_set_halign (self->run, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->run, "clicked", G_CALLBACK (sv_two_sends_page_run), self, G_CONNECT_SWAPPED);
  self->problem = new_label ("", "error");
  gtk_widget_set_visible (self->problem, FALSE);
  gtk_box_append (GTK_BOX (box), new_label (_("A client sends twice before its server reads for the first time. How often "
                                              "does the server have to read, and what does each read give? Guess, then "
                                              "send."), NULL));
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), self->problem);
  gtk_box_append (GTK_BOX (box), self->run);
  return box;
}

/* Side by side where there is room, else one below the other. */
static GtkWidget *
create_columns (SvTwoSendsPage *self)
{
  GtkWidget *flow = gtk_flow_box_new ();
  const char *const TITLES[] = { _("TCP: a stream of bytes"), _("UDP: datagrams") };

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 2);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 12);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 12);
  for (guint i = 0; i < G_N_ELEMENTS (TITLES); i++)
    {
      GtkWidget *column = create_column (&self->columns[i], TITLES[i]);

      gtk_widget_set_size_request (column, 280, -1);
      gtk_flow_box_append (GTK_FLOW_BOX (flow), column);
      gtk_widget_set_focusable (gtk_widget_get_parent (column), FALSE);
    }
  gtk_widget_set_visible (flow, FALSE);
  return flow;
}

static void
sv_two_sends_page_dispose (GObject *object)
{
  g_clear_object (&SV_TWO_SENDS_PAGE (object)->sends);
  G_OBJECT_CLASS (sv_two_sends_page_parent_class)->dispose (object);
}

static void
sv_two_sends_page_class_init (SvTwoSendsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_two_sends_page_dispose;
}

static void
sv_two_sends_page_init (SvTwoSendsPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *clamp = adw_clamp_new (), *scroller = gtk_scrolled_window_new ();
  GtkWidget *header = sv_page_header_new (C_ ("two sends", "UDP beside TCP"));

  sv_page_header_set_subtitle (SV_PAGE_HEADER (header), _("The same two sends over both, for real"));
  self->columns_box = create_columns (self);
  gtk_box_append (GTK_BOX (content), create_form (self));
  gtk_box_append (GTK_BOX (content), self->columns_box);
  gtk_widget_set_margin_start (content, 12);
  gtk_widget_set_margin_end (content, 12);
  gtk_widget_set_margin_top (content, 12);
  gtk_widget_set_margin_bottom (content, 12);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), content);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), scroller);
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * sv_two_sends_page_new:
 * @session: on whose machine it happens
 */
GtkWidget *
sv_two_sends_page_new (SvSession *session)
{
  SvTwoSendsPage *self = g_object_new (SV_TYPE_TWO_SENDS_PAGE, NULL);

  self->sends = sv_two_sends_new (sv_session_get_machine (session, SV_SIDE_CLIENT));
  g_signal_connect_object (self->sends, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
