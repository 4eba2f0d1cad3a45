/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-experiment-text.h"

#include "sv-call-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* GLib's own, on each socket that it makes: no part of the experiment. */
static gboolean
is_by_the_way (const SvFact *call)
{
  return call->call.args != NULL && strstr (call->call.args, "TCP_NODELAY") != NULL;
}

/* Only what was seen on a wire: what was worked out is no part of a list of facts. */
static gboolean
is_real_packet (const SvFact *fact)
{
  return fact->kind == SV_FACT_PACKET && !fact->packet.reconstructed && fact->packet.event == SV_PACKET_SENT;
}

static void
append_packet (GString *text, const SvFact *fact)
{
  g_autofree char *flags = sv_tcp_flags_to_string (fact->packet.flags);
  /* Translators: a packet on the wire: its flags, and how many bytes of data are in it. */
  g_autofree char *line = g_strdup_printf (ngettext ("packet %s, %u byte", "packet %s, %u bytes", fact->packet.length),
                                           flags, fact->packet.length);

  g_string_append_printf (text, "%s%-9s %s", text->len > 0 ? "\n" : "", fact->packet.from, line);
}

/**
 * sv_experiment_list_calls:
 * @first: serial of the first fact
 * @end: serial after the last one
 *
 * Returns: (transfer full): the calls, the packets seen on a wire and the notes
 *   in between, one a line, as programs write them:
 *   "client 1   connect(7, 127.0.0.1:9999) = -1 EINPROGRESS"
 */
char *
sv_experiment_list_calls (SvRecording *recording, guint64 first, guint64 end)
{
  GString *text = g_string_new (NULL);

  first = MAX (first, sv_recording_get_first (recording));
  end = MIN (end, sv_recording_get_end (recording));
  for (guint64 i = first; i < end; i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      if (fact->kind == SV_FACT_NOTE)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", fact->note);
      if (is_real_packet (fact))
        append_packet (text, fact);
      if (fact->kind != SV_FACT_CALL || is_by_the_way (fact))
        continue;
      g_autofree char *call = sv_call_format (fact);
      g_autofree char *result = sv_call_format_result (fact);
      g_string_append_printf (text, "%s%-9s %s %s", text->len > 0 ? "\n" : "", fact->actor, call, result);
    }
  return g_string_free (text, FALSE);
}

static const char *
name_of (SvStation station)
{
  if (station == SV_STATION_UNACCEPTED)
    return C_ ("state diagram", "ESTABLISHED (not accepted)");
  return station == SV_STATION_GONE ? "CLOSED" : sv_station_get_name (station);
}

/**
 * sv_experiment_describe_way:
 * @steps: (nullable) (element-type SvStateStep)
 *
 * Returns: (transfer full): "CLOSED ⇢ SYN_SENT ⇢ ESTABLISHED → FIN_WAIT1"; empty if
 *   there is none. From left to right in every language, as names of states are.
 */
char *
sv_experiment_describe_way (GArray *steps)
{
  GString *text;

  if (steps == NULL || steps->len == 0)
    return g_strdup ("");
  text = g_string_new ("\342\201\246"); /* U+2066 LEFT-TO-RIGHT ISOLATE */
  g_string_append (text, name_of (g_array_index (steps, SvStateStep, 0).from));
  for (guint i = 0; i < steps->len; i++)
    {
      const SvStateStep *step = &g_array_index (steps, SvStateStep, i);

      g_string_append_printf (text, " %s %s", step->observed ? "→" : "⇢", name_of (step->to));
    }
  g_string_append (text, "\342\201\251"); /* U+2069 POP DIRECTIONAL ISOLATE */
  return g_string_free (text, FALSE);
}

/**
 * sv_experiment_add_text:
 * @css_class: (nullable)
 *
 * Returns: (transfer none): a label of @box that wraps, and can be copied from
 */
GtkWidget *
sv_experiment_add_text (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

/**
 * sv_experiment_add_code:
 * @label: what it is, for a screen reader
 *
 * Returns: (transfer none): a label of @box whose lines stay lines: it scrolls sideways
 */
GtkWidget *
sv_experiment_add_code (GtkWidget *box, const char *label)
{
  GtkWidget *code = gtk_label_new (NULL), *scroller = gtk_scrolled_window_new ();

  gtk_label_set_xalign (GTK_LABEL (code), 0);
  gtk_label_set_selectable (GTK_LABEL (code), TRUE);
  /* Code reads from left to right in every language, and is scrolled from there. */
  gtk_widget_set_direction (code, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (scroller, GTK_TEXT_DIR_LTR);
  gtk_widget_add_css_class (code, "monospace");
  gtk_widget_add_css_class (code, "sv-code");
  gtk_accessible_update_property (GTK_ACCESSIBLE (code), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), code);
  gtk_widget_set_direction (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller)), GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (box), scroller);
  return code;
}
