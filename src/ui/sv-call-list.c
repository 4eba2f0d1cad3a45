/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-call-list.h"

#include "sv-card-header.h"
#include "sv-explain.h"
#include "sv-explanation-view.h"
#include "sv-split.h"
#include "sv-text-row.h"

#include <glib/gi18n-lib.h>

#define SIDE_BY_SIDE 560
#define SPACING 12
#define TIME_CHARS 11
#define ACTOR_CHARS 13
#define RESULT_CHARS 18

struct _SvCallList
{
  GtkWidget parent_instance;

  SvSession *session;
  SvCallIndex *calls;
  GtkWidget *box;
  GtkWidget *gone;
  GtkWidget *empty;
  GtkWidget *split;
  GtkWidget *list;
  GtkWidget *explanation;
  guint64 shown; /* the fact that was scrolled to and explained */
  gboolean away; /* a person has scrolled up: the list stays where it is */
};

G_DEFINE_FINAL_TYPE (SvCallList, sv_call_list, GTK_TYPE_WIDGET)

/**
 * sv_call_format:
 *
 * Returns: (transfer full): the call as a program writes it: "connect (14, 127.0.0.1:9999)"
 */
char *
sv_call_format (const SvFact *call)
{
  const char *args = call->call.args != NULL ? call->call.args : "";

  if (call->call.fd < 0)
    return g_strdup_printf ("%s(%s)", call->call.name, args);
  return g_strdup_printf ("%s(%d%s%s)", call->call.name, call->call.fd, *args != '\0' ? ", " : "", args);
}

/**
 * sv_call_format_result:
 *
 * Returns: (transfer full): what it answered: "= 17", "= -1 ECONNREFUSED"
 */
char *
sv_call_format_result (const SvFact *call)
{
  if (call->call.error != 0)
    return g_strdup_printf ("= %" G_GINT64_FORMAT " %s", call->call.result, sv_errno_to_name (call->call.error));
  return g_strdup_printf ("= %" G_GINT64_FORMAT, call->call.result);
}

/* Seconds since the recording began, with microseconds in two groups of three. */
static char *
format_time (SvRecording *recording, const SvFact *call)
{
  gint64 us = (call->time - sv_recording_get_start (recording)) / 1000;

  /* Translators: seconds, their thousandths, and the thousandths of those */
  return g_strdup_printf (C_("time", "%d.%03d %03d"), (int) (us / 1000000), (int) (us / 1000 % 1000), (int) (us % 1000));
}

static GtkWidget *
create_row (gpointer data)
{
  return sv_text_row_new ();
}

static void
fill_row (GtkWidget *cell, guint index, gpointer data)
{
  SvCallList *self = data;
  guint64 end = sv_moment_get_serial (sv_session_get_moment (self->session));
  const SvFact *call = sv_call_index_get (self->calls, index);
  gboolean future;

  if (call == NULL)
    return;
  future = call->serial >= end;

  g_autofree char *time = format_time (sv_call_index_get_recording (self->calls), call);
  g_autofree char *text = sv_call_format (call);
  g_autofree char *result = sv_call_format_result (call);
  SvPaint dim = { SV_PAINT_DIM_TEXT, 0, 0 };
  SvPaint plain = future ? dim : (SvPaint) { SV_PAINT_TEXT, 0, 0 };
  SvPaint actor = call->connection != 0 ? (SvPaint) { SV_PAINT_CONNECTION, call->connection, 0 }
                                        : (SvPaint) { SV_PAINT_ACCENT, 0, 0 };
  SvPaint answer = sv_fact_failed (call) ? (SvPaint) { SV_PAINT_ERROR, 0, 0 } : plain;
  const SvTextField fields[] = {
    { time, TIME_CHARS, SV_TEXT_MONO, dim, TRUE },
    { call->actor, ACTOR_CHARS, SV_TEXT_MONO_STRONG, future ? dim : actor, FALSE },
    { text, 0, SV_TEXT_MONO, plain, FALSE },
    { result, RESULT_CHARS, SV_TEXT_MONO_STRONG, future ? dim : answer, FALSE },
  };
  sv_text_row_set_fields (SV_TEXT_ROW (cell), fields, G_N_ELEMENTS (fields));
  sv_text_row_set_marked (SV_TEXT_ROW (cell), index + 1 == sv_call_index_find (self->calls, end));
}

static void
explain_chosen (SvCallList *self)
{
  guint64 serial = sv_session_get_chosen_fact (self->session);
  const SvFact *fact = sv_recording_get (sv_call_index_get_recording (self->calls), serial);
  gboolean call = fact != NULL && fact->kind == SV_FACT_CALL;

  gtk_widget_set_visible (self->explanation, call);
  if (!call || serial == self->shown)
    return;
  g_autoptr (SvExplanation) explanation = sv_explain_call (fact);
  sv_explanation_view_set_explanation (SV_EXPLANATION_VIEW (self->explanation), explanation);
}

static guint
find_chosen (SvCallList *self)
{
  guint64 serial = sv_session_get_chosen_fact (self->session);
  guint index = sv_call_index_find (self->calls, serial);
  const SvFact *call = sv_call_index_get (self->calls, index);

  return call != NULL && call->serial == serial ? index : GTK_INVALID_LIST_POSITION;
}

static void
chosen_changed_cb (SvCallList *self)
{
  guint index = find_chosen (self);

  explain_chosen (self);
  sv_slot_list_select (SV_SLOT_LIST (self->list), index);
  if (self->shown != sv_session_get_chosen_fact (self->session))
    sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), index);
  self->shown = sv_session_get_chosen_fact (self->session);
}

static void
follow_end (SvCallList *self)
{
  guint size = sv_slot_list_get_size (SV_SLOT_LIST (self->list));

  if (size > 0 && !self->away && sv_session_is_live (self->session))
    sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), size - 1);
}

/* A list can scroll only once it has been given its size. */
static gboolean
first_frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  follow_end (SV_CALL_LIST (widget));
  return G_SOURCE_REMOVE;
}

static void
update (SvCallList *self)
{
  SvRecording *recording = sv_call_index_get_recording (self->calls);
  guint size = sv_call_index_get_size (self->calls);

  if (gtk_widget_get_mapped (self->list))
    self->away = !sv_slot_list_is_at_end (SV_SLOT_LIST (self->list));
  gtk_widget_set_visible (self->gone, sv_recording_get_first (recording) > 0);
  gtk_widget_set_visible (self->empty, size == 0);
  gtk_widget_set_visible (self->split, size > 0);
  sv_slot_list_set_size (SV_SLOT_LIST (self->list), size);
  follow_end (self);
  sv_slot_list_select (SV_SLOT_LIST (self->list), find_chosen (self));
}

/* The moment goes on at each frame of a replay: what is marked goes along. */
static void
moment_cb (SvCallList *self)
{
  guint end;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  sv_slot_list_set_size (SV_SLOT_LIST (self->list), sv_call_index_get_size (self->calls));
  if (sv_session_is_live (self->session))
    return;
  end = sv_call_index_find (self->calls, sv_moment_get_serial (sv_session_get_moment (self->session)));
  if (end > 0)
    sv_slot_list_scroll_to (SV_SLOT_LIST (self->list), end - 1);
}

static void
row_chosen_cb (SvCallList *self, guint index)
{
  const SvFact *call = sv_call_index_get (self->calls, index);

  if (call != NULL)
    sv_session_choose_fact (self->session, call->serial);
}

static void
sv_call_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sv_call_list_parent_class)->map (widget);
  update (SV_CALL_LIST (widget));
  SV_CALL_LIST (widget)->away = FALSE;
  gtk_widget_add_tick_callback (widget, first_frame_cb, NULL, NULL);
}

static void
sv_call_list_dispose (GObject *object)
{
  SvCallList *self = SV_CALL_LIST (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->calls);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_call_list_parent_class)->dispose (object);
}

static void
sv_call_list_class_init (SvCallListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_call_list_dispose;
  widget_class->map = sv_call_list_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sv_call_list_init (SvCallList *self)
{
  self->shown = SV_NO_FACT;
}

static void
create_children (SvCallList *self)
{
  const SvSlotCells cells = { create_row, fill_row };

  self->gone = sv_card_subtitle_new (_("The oldest facts are gone: the recording was full."));
  self->empty = sv_card_subtitle_new (_("No system call yet. Start the server to see the first ones."));
  self->list = sv_slot_list_new (&cells, self, _("System calls"));
  self->explanation = sv_explanation_view_new ();
  self->split = sv_split_new (self->list, self->explanation, SIDE_BY_SIDE, SPACING);
  gtk_widget_set_vexpand (self->split, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self->box), self->gone);
  gtk_box_append (GTK_BOX (self->box), self->empty);
  gtk_box_append (GTK_BOX (self->box), self->split);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
sv_call_list_new (SvSession *session, SvCallIndex *calls)
{
  SvCallList *self = g_object_new (SV_TYPE_CALL_LIST, NULL);

  self->session = g_object_ref (session);
  self->calls = g_object_ref (calls);
  create_children (self);
  g_signal_connect_object (self->list, "chosen", G_CALLBACK (row_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (calls, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (moment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (chosen_changed_cb), self, G_CONNECT_SWAPPED);
  update (self);
  explain_chosen (self);
  return GTK_WIDGET (self);
}

/**
 * sv_call_list_get_slots:
 *
 * Returns: (transfer none): the list inside
 */
SvSlotList *
sv_call_list_get_slots (SvCallList *self)
{
  g_return_val_if_fail (SV_IS_CALL_LIST (self), NULL);

  return SV_SLOT_LIST (self->list);
}
