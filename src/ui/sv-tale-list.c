/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-tale-list.h"

#include "sv-card-header.h"
#include "sv-slot-list.h"
#include "sv-tale.h"
#include "sv-text-row.h"

#include <glib/gi18n-lib.h>

#define TIME_CHARS 8

struct _SvTaleList
{
  GtkWidget parent_instance;

  SvSession *session;
  SvCallIndex *facts;
  GtkWidget *box;
  GtkWidget *empty;
  GtkWidget *list;
  GtkWidget *whole; /* the chosen sentence, which may be longer than its line */
  guint64 shown;
  gboolean away;    /* a person has scrolled up */
};

G_DEFINE_FINAL_TYPE (SvTaleList, sv_tale_list, GTK_TYPE_WIDGET)

static GtkWidget *
create_row (gpointer data)
{
  return sv_text_row_new ();
}

static char *
format_time (SvTaleList *self, const SvFact *fact)
{
  gint64 ms = (fact->time - sv_recording_get_start (sv_call_index_get_recording (self->facts))) / 1000000;

  /* Translators: seconds and their thousandths */
  return g_strdup_printf (C_("time", "%d.%03d"), (int) (ms / 1000), (int) (ms % 1000));
}

static void
fill_row (GtkWidget *cell, guint index, gpointer data)
{
  SvTaleList *self = data;
  guint64 end = sv_moment_get_serial (sv_session_get_moment (self->session));
  const SvFact *fact = sv_call_index_get (self->facts, index);

  if (fact == NULL)
    return;

  g_autofree char *time = format_time (self, fact);
  g_autofree char *sentence = sv_tale_describe (fact);
  SvPaint dim = { SV_PAINT_DIM_TEXT, 0, 0 };
  SvPaint plain = fact->serial >= end ? dim : (SvPaint) { SV_PAINT_TEXT, 0, 0 };
  const SvTextField fields[] = {
    { time, TIME_CHARS, SV_TEXT_MONO, dim, TRUE },
    { sentence, 0, SV_TEXT_BODY, plain, FALSE },
  };
  sv_text_row_set_fields (SV_TEXT_ROW (cell), fields, G_N_ELEMENTS (fields));
  sv_text_row_set_marked (SV_TEXT_ROW (cell), index + 1 == sv_call_index_find (self->facts, end));
}

static guint
find_chosen (SvTaleList *self)
{
  guint64 serial = sv_session_get_chosen_fact (self->session);
  guint index = sv_call_index_find (self->facts, serial);
  const SvFact *fact = sv_call_index_get (self->facts, index);

  return fact != NULL && fact->serial == serial ? index : GTK_INVALID_LIST_POSITION;
}

static void
show_whole (SvTaleList *self)
{
  const SvFact *fact = sv_call_index_get (self->facts, find_chosen (self));
  g_autofree char *sentence = fact != NULL ? sv_tale_describe (fact) : NULL;

  gtk_label_set_label (GTK_LABEL (self->whole), sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->whole, sentence != NULL);
}

static void
chosen_changed_cb (SvTaleList *self)
{
  guint64 serial = sv_session_get_chosen_fact (self->session);
  guint index = find_chosen (self);

  show_whole (self);
  sv_slot_list_select (SV_SLOT_LIST (self->list), index);
  if (self->shown != serial && index != GTK_INVALID_LIST_POSITION)
    sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), index);
  self->shown = serial;
}

static void
follow_end (SvTaleList *self)
{
  guint size = sv_slot_list_get_size (SV_SLOT_LIST (self->list));

  if (size > 0 && !self->away && sv_session_is_live (self->session))
    sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), size - 1);
}

static gboolean
first_frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  follow_end (SV_TALE_LIST (widget));
  return G_SOURCE_REMOVE;
}

static void
update (SvTaleList *self)
{
  guint size = sv_call_index_get_size (self->facts);

  if (gtk_widget_get_mapped (self->list))
    self->away = !sv_slot_list_is_at_end (SV_SLOT_LIST (self->list));
  gtk_widget_set_visible (self->empty, size == 0);
  gtk_widget_set_visible (self->list, size > 0);
  sv_slot_list_set_size (SV_SLOT_LIST (self->list), size);
  follow_end (self);
  sv_slot_list_select (SV_SLOT_LIST (self->list), find_chosen (self));
}

/* A replay goes through the story: its line is marked, and in sight. */
static void
moment_cb (SvTaleList *self)
{
  guint end;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  sv_slot_list_set_size (SV_SLOT_LIST (self->list), sv_call_index_get_size (self->facts));
  if (sv_session_is_live (self->session))
    return;
  end = sv_call_index_find (self->facts, sv_moment_get_serial (sv_session_get_moment (self->session)));
  if (end > 0)
    sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), end - 1);
}

static void
row_chosen_cb (SvTaleList *self, guint index)
{
  const SvFact *fact = sv_call_index_get (self->facts, index);

  if (fact != NULL)
    sv_session_choose_fact (self->session, fact->serial);
}

static void
sv_tale_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sv_tale_list_parent_class)->map (widget);
  update (SV_TALE_LIST (widget));
  SV_TALE_LIST (widget)->away = FALSE;
  gtk_widget_add_tick_callback (widget, first_frame_cb, NULL, NULL);
}

static void
sv_tale_list_dispose (GObject *object)
{
  SvTaleList *self = SV_TALE_LIST (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->facts);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_tale_list_parent_class)->dispose (object);
}

static void
sv_tale_list_class_init (SvTaleListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_tale_list_dispose;
  widget_class->map = sv_tale_list_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sv_tale_list_init (SvTaleList *self)
{
  self->shown = SV_NO_FACT;
}

GtkWidget *
sv_tale_list_new (SvSession *session)
{
  static const SvSlotCells cells = { create_row, fill_row };
  SvTaleList *self = g_object_new (SV_TYPE_TALE_LIST, NULL);

  self->session = g_object_ref (session);
  self->facts = sv_call_index_new_for (sv_session_get_recording (session), sv_tale_tells);
  self->empty = sv_card_subtitle_new (_("Nothing has happened yet. Start the server."));
  self->list = sv_slot_list_new (&cells, self, C_("drawer", "Story"));
  self->whole = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->whole), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->whole), 0);
  gtk_label_set_selectable (GTK_LABEL (self->whole), TRUE);
  gtk_widget_set_vexpand (self->list, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self->box), self->empty);
  gtk_box_append (GTK_BOX (self->box), self->list);
  gtk_box_append (GTK_BOX (self->box), self->whole);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->list, "chosen", G_CALLBACK (row_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->facts, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (moment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (chosen_changed_cb), self, G_CONNECT_SWAPPED);
  update (self);
  show_whole (self);
  return GTK_WIDGET (self);
}
