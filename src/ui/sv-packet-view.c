/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-packet-view.h"

#include "sv-card-header.h"
#include "sv-explain.h"
#include "sv-explanation-view.h"
#include "sv-hex-view.h"
#include "sv-ladder.h"
#include "sv-packet-facts.h"
#include "sv-split.h"
#include "sv-text-row.h"

#include <glib/gi18n-lib.h>

#define SIDE_BY_SIDE 560
#define SPACING 12
#define LAYER_CHARS 5

struct _SvPacketView
{
  GtkWidget parent_instance;

  SvSession *session;
  GtkWidget *box;
  GtkWidget *empty;
  GtkWidget *split;
  GtkWidget *hex;
  GtkWidget *words;
  GtkWidget *list;
  GPtrArray *lines;  /* (nullable): SvPacketLine */
  guint64 serial;    /* of the packet that is shown */
  char *journey;     /* what was told of it on the wire */
  gboolean field_told; /* the words are about one of its fields */
};

G_DEFINE_FINAL_TYPE (SvPacketView, sv_packet_view, GTK_TYPE_WIDGET)

static GtkWidget *
create_row (gpointer data)
{
  return sv_text_row_new ();
}

static void
fill_row (GtkWidget *cell, guint index, gpointer data)
{
  SvPacketView *self = data;
  const SvPacketLine *line;

  if (self->lines == NULL || index >= self->lines->len)
    return;
  line = g_ptr_array_index (self->lines, index);
  const SvTextField fields[] = {
    { line->layer, LAYER_CHARS, SV_TEXT_SMALL, { SV_PAINT_DIM_TEXT, 0, 0 }, FALSE },
    { line->name, 0, SV_TEXT_BODY, { SV_PAINT_TEXT, 0, 0 }, FALSE },
    { line->value, 0, SV_TEXT_MONO, { SV_PAINT_TEXT, 0, 0 }, FALSE },
  };
  sv_text_row_set_fields (SV_TEXT_ROW (cell), fields, G_N_ELEMENTS (fields));
}

/* The bits of a field, in groups of eight, if there are few. */
static char *
format_bits (const SvFact *packet, const SvPacketLine *line)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (packet->packet.bytes, &length);
  GString *text = g_string_new (NULL);

  for (guint bit = line->bit_offset; bit < line->bit_offset + line->bit_length && bit / 8 < length; bit++)
    {
      if (bit > line->bit_offset && bit % 8 == 0)
        g_string_append_c (text, ' ');
      g_string_append_c (text, (bytes[bit / 8] >> (7 - bit % 8)) & 1 ? '1' : '0');
    }
  return g_string_free (text, FALSE);
}

static void
explain_field (SvPacketView *self, const SvPacketLine *line)
{
  const SvFact *packet = sv_recording_get (sv_session_get_recording (self->session), self->serial);
  g_autofree char *title = g_strdup_printf ("%s: %s", line->name, line->value);
  g_autofree char *meaning = sv_explain_packet_field (line->layer, line->name);
  g_autofree char *place = NULL;
  const char *sentences[2];
  guint n = 0;

  if (packet != NULL && packet->packet.bytes != NULL && line->bit_length > 0)
    {
      g_autofree char *bits = line->bit_length <= 32 ? format_bits (packet, line) : g_strdup ("");

      place = g_strdup_printf (ngettext ("%u bit, from bit %u on: %s", "%u bits, from bit %u on: %s",
                                         line->bit_length), line->bit_length, line->bit_offset, bits);
    }
  if (meaning != NULL)
    sentences[n++] = meaning;
  if (place != NULL)
    sentences[n++] = place;
  sv_explanation_view_set (SV_EXPLANATION_VIEW (self->words), title, sentences, n);
}

static void
field_chosen_cb (SvPacketView *self, guint index)
{
  const SvPacketLine *line;

  if (self->lines == NULL || index >= self->lines->len)
    return;
  line = g_ptr_array_index (self->lines, index);
  self->field_told = TRUE;
  sv_hex_view_set_lit (SV_HEX_VIEW (self->hex), line->bit_offset, line->bit_length);
  explain_field (self, line);
}

/* What has become of it by the moment that is shown. */
static GPtrArray *
list_journey (SvPacketView *self, const SvFact *packet)
{
  SvTimeline *timeline = sv_player_get_timeline (sv_session_get_player (self->session));

  return sv_ladder_tell_journey (timeline, packet->serial, sv_moment_get_serial (sv_session_get_moment (self->session)));
}

static char *
join_journey (GPtrArray *journey)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < journey->len; i++)
    g_string_append (text, g_ptr_array_index (journey, i));
  return g_string_free (text, FALSE);
}

static gboolean
is_journey_told (SvPacketView *self, const SvFact *packet)
{
  g_autoptr (GPtrArray) journey = list_journey (self, packet);
  g_autofree char *text = join_journey (journey);

  return g_strcmp0 (text, self->journey) == 0;
}

static void
explain_packet (SvPacketView *self, const SvFact *packet)
{
  g_autoptr (SvExplanation) explanation = sv_explain_packet (packet);
  g_autoptr (GPtrArray) sentences = g_ptr_array_new ();
  g_autoptr (GPtrArray) journey = list_journey (self, packet);

  if (packet->packet.reconstructed)
    g_ptr_array_add (sentences, (char *) _("Reconstructed: nobody observed this packet. What is listed here follows "
                                           "from the calls and the states of both ends."));
  for (guint i = 0; i < explanation->lines->len; i++)
    g_ptr_array_add (sentences, g_ptr_array_index (explanation->lines, i));
  for (guint i = 0; i < journey->len; i++)
    g_ptr_array_insert (sentences, (int) i + 1, g_ptr_array_index (journey, i));
  g_free (self->journey);
  self->journey = join_journey (journey);
  sv_explanation_view_set (SV_EXPLANATION_VIEW (self->words), explanation->title,
                           (const char *const *) sentences->pdata, sentences->len);
}

static void
update (SvPacketView *self)
{
  const SvFact *packet = sv_packet_find_shown (self->session);

  gtk_widget_set_visible (self->empty, packet == NULL);
  gtk_widget_set_visible (self->split, packet != NULL);
  if (packet == NULL)
    {
      self->serial = SV_NO_FACT;
      return;
    }
  if (packet->serial == self->serial)
    {
      if (!self->field_told && !is_journey_told (self, packet))
        explain_packet (self, packet);
      return;
    }
  self->serial = packet->serial;
  self->field_told = FALSE;
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  self->lines = sv_packet_lines_new (packet);
  gtk_widget_set_visible (self->hex, packet->packet.bytes != NULL);
  sv_hex_view_set_bytes (SV_HEX_VIEW (self->hex), packet->packet.bytes);
  explain_packet (self, packet);
  sv_slot_list_select (SV_SLOT_LIST (self->list), GTK_INVALID_LIST_POSITION);
  sv_slot_list_set_size (SV_SLOT_LIST (self->list), self->lines->len);
}

static void
moment_cb (SvPacketView *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update (self);
}

static void
sv_packet_view_dispose (GObject *object)
{
  SvPacketView *self = SV_PACKET_VIEW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->journey, g_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_packet_view_parent_class)->dispose (object);
}

static void
sv_packet_view_class_init (SvPacketViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_packet_view_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sv_packet_view_init (SvPacketView *self)
{
  self->serial = SV_NO_FACT;
}

static void
create_children (SvPacketView *self)
{
  const SvSlotCells cells = { create_row, fill_row };
  GtkWidget *packet = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->empty = sv_card_subtitle_new (_("No packet yet. Choose one in the picture, or a connection with a known SYN."));
  self->hex = sv_hex_view_new ();
  self->words = sv_explanation_view_new ();
  gtk_widget_set_vexpand (self->words, TRUE);
  gtk_box_append (GTK_BOX (packet), self->hex);
  gtk_box_append (GTK_BOX (packet), self->words);
  self->list = sv_slot_list_new (&cells, self, _("Fields of the packet's headers"));
  self->split = sv_split_new (self->list, packet, SIDE_BY_SIDE, SPACING);
  gtk_widget_set_vexpand (self->split, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self->box), self->empty);
  gtk_box_append (GTK_BOX (self->box), self->split);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
sv_packet_view_new (SvSession *session)
{
  SvPacketView *self = g_object_new (SV_TYPE_PACKET_VIEW, NULL);

  self->session = g_object_ref (session);
  create_children (self);
  g_signal_connect_object (self->list, "chosen", G_CALLBACK (field_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (moment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (moment_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (update), NULL);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * sv_packet_view_get_slots:
 *
 * Returns: (transfer none): the list of fields inside
 */
SvSlotList *
sv_packet_view_get_slots (SvPacketView *self)
{
  g_return_val_if_fail (SV_IS_PACKET_VIEW (self), NULL);

  return SV_SLOT_LIST (self->list);
}
