/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-code-view.h"

#include "sv-call-list.h"
#include "sv-compat.h"
#include "sv-explanation-view.h"
#include "sv-explanation.h"
#include "sv-ink.h"
#include "sv-slot-list.h"
#include "sv-split.h"
#include "sv-text-row.h"

#include <glib/gi18n-lib.h>
#include <gtksourceview/gtksource.h>
#include <netinet/in.h>

#define SIDE_BY_SIDE 700
#define SPACING 12
#define ACTOR_CHARS 10
#define RESULT_CHARS 16
#define SOURCE_HEIGHT 110

/* How far back a line's calls are looked for. */
#define MOST_LOOKED_AT 5000
#define MOST_CALLS 200

struct _SvCodeView
{
  GtkWidget parent_instance;

  SvSession *session;
  SvCallIndex *calls;
  SvCodeLanguage language;
  SvSide side;
  SvCode *code;
  guint64 current; /* the call that is lit; SV_NO_FACT: none */
  guint lit;       /* its line, 0: none */
  guint line;      /* that is explained, 0: none */
  GArray *serials; /* guint64: of the calls of that line */
  gboolean changing;
  guint scroll;    /* source */

  GtkWidget *box;
  GtkWidget *sides[2];
  GtkWidget *languages[SV_N_CODE_LANGUAGES];
  GtkWidget *source;
  GtkSourceBuffer *buffer;
  GtkTextTag *light;
  GtkWidget *words;
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (SvCodeView, sv_code_view, GTK_TYPE_WIDGET)

static SvRecording *
get_recording (SvCodeView *self)
{
  return sv_session_get_recording (self->session);
}

static GtkWidget *
create_row (gpointer data)
{
  return sv_text_row_new ();
}

static void
fill_row (GtkWidget *cell, guint index, gpointer data)
{
  SvCodeView *self = data;
  const SvFact *call;

  if (index >= self->serials->len)
    return;
  call = sv_recording_get (get_recording (self), g_array_index (self->serials, guint64, index));
  if (call == NULL)
    return;
  g_autofree char *text = sv_call_format (call), *result = sv_call_format_result (call);
  SvPaint plain = { SV_PAINT_TEXT, 0, 0 };
  SvPaint actor = call->connection != 0 ? (SvPaint) { SV_PAINT_CONNECTION, call->connection, 0 } : plain;
  SvPaint answer = sv_fact_failed (call) ? (SvPaint) { SV_PAINT_ERROR, 0, 0 } : plain;
  const SvTextField fields[] = {
    { call->actor, ACTOR_CHARS, SV_TEXT_MONO_STRONG, actor, FALSE },
    { text, 0, SV_TEXT_MONO, plain, FALSE },
    { result, RESULT_CHARS, SV_TEXT_MONO_STRONG, answer, FALSE },
  };
  sv_text_row_set_fields (SV_TEXT_ROW (cell), fields, G_N_ELEMENTS (fields));
  sv_text_row_set_marked (SV_TEXT_ROW (cell), call->serial == self->current);
}

/* Of a TCP server or client: what the listing shows. */
static gboolean
is_shown (const SvFact *fact)
{
  return fact != NULL && fact->kind == SV_FACT_CALL && fact->call.protocol != IPPROTO_UDP && fact->actor[0] != '\0';
}

/* The chosen call, else the last one before the moment shown. */
static const SvFact *
find_current (SvCodeView *self)
{
  const SvFact *chosen = sv_recording_get (get_recording (self), sv_session_get_chosen_fact (self->session));
  guint index;

  if (is_shown (chosen))
    return chosen;
  index = sv_call_index_find (self->calls, sv_moment_get_serial (sv_session_get_moment (self->session)));
  while (index-- > 0)
    {
      const SvFact *fact = sv_call_index_get (self->calls, index);

      if (is_shown (fact))
        return fact;
    }
  return NULL;
}

/* The newest last, as far as they are looked for. */
static void
gather_calls (SvCodeView *self)
{
  const char *name = sv_code_get_call (self->code, self->line);
  guint n = sv_call_index_get_size (self->calls), looked = 0;

  g_array_set_size (self->serials, 0);
  for (guint i = n; name != NULL && i-- > 0 && looked < MOST_LOOKED_AT && self->serials->len < MOST_CALLS; looked++)
    {
      const SvFact *fact = sv_call_index_get (self->calls, i);

      if (is_shown (fact) && fact->side == self->side && sv_code_find_line (self->code, fact) == self->line)
        g_array_prepend_val (self->serials, fact->serial);
    }
  sv_slot_list_set_size (SV_SLOT_LIST (self->list), self->serials->len);
}

static void
explain_line (SvCodeView *self)
{
  const char *call = sv_code_get_call (self->code, self->line);
  const char *sentences[3];
  guint n = 0;

  gather_calls (self);
  gtk_widget_set_visible (self->list, call != NULL && self->serials->len > 0);
  if (call == NULL)
    {
      sentences[n++] = _("Put the cursor on a line with a call: what it does, and when it was made, is here.");
      sv_explanation_view_set (SV_EXPLANATION_VIEW (self->words), "", sentences, n);
      return;
    }
  g_autoptr (SvExplanation) words = sv_code_explain (call);
  if (self->serials->len == 0)
    sv_explanation_add (words, "%s", _("It was not made yet."));
  sv_explanation_view_set_explanation (SV_EXPLANATION_VIEW (self->words), words);
}

static void
light_line (SvCodeView *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag (buffer, self->light, &start, &end);
  if (self->lit == 0)
    return;
  gtk_text_buffer_get_iter_at_line (buffer, &start, (int) self->lit - 1);
  end = start;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  gtk_text_buffer_apply_tag (buffer, self->light, &start, &end);
}

/* The colours are of the widget's style: light, dark, high contrast. */
static void
take_style (SvCodeView *self)
{
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();
  SvInk ink = sv_ink_of (GTK_WIDGET (self));
  GdkRGBA accent = sv_ink_get_faded (ink, SV_PAINT_ACCENT, 0, 0.28f);
  GtkSourceStyleScheme *scheme
      = gtk_source_style_scheme_manager_get_scheme (manager, ink.dark ? "Adwaita-dark" : "Adwaita");

  if (scheme != NULL)
    gtk_source_buffer_set_style_scheme (self->buffer, scheme);
  g_object_set (self->light, "paragraph-background-rgba", &accent, NULL);
}

/* A click on what is chosen already changes nothing. */
static void
show_choice (SvCodeView *self)
{
  for (guint i = 0; i < 2; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->sides[i]), i == self->side);
  for (guint i = 0; i < SV_N_CODE_LANGUAGES; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->languages[i]), i == self->language);
}

static void
show_code (SvCodeView *self)
{
  static const char *const LANGUAGES[SV_N_CODE_LANGUAGES] = { [SV_CODE_C] = "c", [SV_CODE_PYTHON] = "python3" };
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  g_autofree char *name = NULL;

  g_clear_pointer (&self->code, sv_code_free);
  self->code = sv_code_new (self->language, self->side);
  self->changing = TRUE;
  gtk_source_buffer_set_language (self->buffer,
                                  gtk_source_language_manager_get_language (manager, LANGUAGES[self->language]));
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), sv_code_get_text (self->code), -1);
  self->changing = FALSE;
  self->lit = self->line = 0;
  show_choice (self);
  name = g_strdup_printf (C_ ("accessible", "The code of %s"), sv_code_get_name (self->code));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->source), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* The cursor's line, to where there is something above and below it. At once: a
 * line that is lit has been passed when an animation has found it. */
static gboolean
scroll_cb (gpointer data)
{
  SvCodeView *self = data;
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->source));
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  double page = gtk_adjustment_get_page_size (adjustment);
  GtkTextIter iter;
  int y, height;

  self->scroll = 0;
  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  gtk_text_view_get_line_yrange (GTK_TEXT_VIEW (self->source), &iter, &y, &height);
  gtk_adjustment_set_value (adjustment, y - (page - height) * 0.4);
  return G_SOURCE_REMOVE;
}

static void
put_cursor (SvCodeView *self, guint line)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (self->buffer), &iter, (int) line - 1);
  self->changing = TRUE;
  gtk_text_buffer_place_cursor (GTK_TEXT_BUFFER (self->buffer), &iter);
  self->changing = FALSE;
  /* When the text view knows how high its lines are. */
  if (self->scroll == 0)
    self->scroll = g_idle_add (scroll_cb, self);
}

/* The line of the call, of whichever side made it. */
static void
show_current (SvCodeView *self)
{
  const SvFact *fact = find_current (self);
  gboolean other = (fact != NULL ? fact->serial : SV_NO_FACT) != self->current;

  if (other && fact != NULL && fact->side != self->side)
    {
      self->side = fact->side;
      show_code (self);
    }
  self->current = fact != NULL ? fact->serial : SV_NO_FACT;
  self->lit = fact != NULL && fact->side == self->side ? sv_code_find_line (self->code, fact) : 0;
  light_line (self);
  if (other && self->lit != 0)
    {
      self->line = self->lit;
      put_cursor (self, self->lit);
    }
}

static void
update (SvCodeView *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  show_current (self);
  explain_line (self);
}

static void
cursor_cb (SvCodeView *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter iter;
  guint line;

  if (self->changing)
    return;
  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  line = (guint) gtk_text_iter_get_line (&iter) + 1;
  if (line == self->line)
    return;
  self->line = line;
  explain_line (self);
}

static void
call_chosen_cb (SvCodeView *self, guint index)
{
  if (index < self->serials->len)
    sv_session_choose_fact (self->session, g_array_index (self->serials, guint64, index));
}

static void
side_cb (SvCodeView *self, GtkWidget *button)
{
  sv_code_view_set_side (self, button == self->sides[SV_SIDE_SERVER] ? SV_SIDE_SERVER : SV_SIDE_CLIENT);
}

static void
language_cb (SvCodeView *self, GtkWidget *button)
{
  sv_code_view_set_language (self, button == self->languages[SV_CODE_C] ? SV_CODE_C : SV_CODE_PYTHON);
}

static void
saved_cb (GObject *file, GAsyncResult *result, gpointer data)
{
  g_autoptr (SvCodeView) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (file));
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *text = NULL;

  if (g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    text = g_strdup_printf (_("Saved as “%s”"), shown);
  else
    text = g_strdup_printf (_("The code cannot be saved as “%s”: %s"), shown, error->message);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", text);
}

static void
file_chosen_cb (GFile *file, gpointer data)
{
  g_autoptr (SvCodeView) self = data;

  if (file != NULL)
    sv_code_view_save (self, file);
}

static void
save_cb (SvCodeView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  sv_choose_file_to_save (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _("Save the Code"),
                          sv_code_get_name (self->code), file_chosen_cb, g_object_ref (self));
}

static void
sv_code_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sv_code_view_parent_class)->css_changed (widget, change);
  take_style (SV_CODE_VIEW (widget));
}

static void
sv_code_view_dispose (GObject *object)
{
  SvCodeView *self = SV_CODE_VIEW (object);

  g_clear_handle_id (&self->scroll, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->buffer);
  g_clear_pointer (&self->code, sv_code_free);
  g_clear_pointer (&self->serials, g_array_unref);
  g_clear_object (&self->calls);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_code_view_parent_class)->dispose (object);
}

static void
sv_code_view_class_init (SvCodeViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_code_view_dispose;
  widget_class->css_changed = sv_code_view_css_changed;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sv_code_view_init (SvCodeView *self)
{
  self->current = SV_NO_FACT;
  self->side = SV_SIDE_SERVER;
  self->serials = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->buffer = gtk_source_buffer_new (NULL);
  self->light = gtk_text_buffer_create_tag (GTK_TEXT_BUFFER (self->buffer), NULL, NULL);
  gtk_source_buffer_set_highlight_matching_brackets (self->buffer, FALSE);
}

static GtkWidget *
create_toggle (SvCodeView *self, GtkWidget *linked, const char *name, GCallback callback)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (name);

  gtk_widget_add_css_class (button, "sv-small");
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (linked), button);
  return button;
}

static GtkWidget *
create_linked (const char *name)
{
  GtkWidget *linked = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (linked, "linked");
  gtk_accessible_update_property (GTK_ACCESSIBLE (linked), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return linked;
}

static GtkWidget *
create_bar (SvCodeView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *sides = create_linked (_("Whose code")), *languages = create_linked (_("Language"));
  GtkWidget *save = gtk_button_new_with_mnemonic (_("_Save As…"));

  self->sides[SV_SIDE_SERVER] = create_toggle (self, sides, C_ ("code", "Server"), G_CALLBACK (side_cb));
  self->sides[SV_SIDE_CLIENT] = create_toggle (self, sides, C_ ("code", "Client"), G_CALLBACK (side_cb));
  self->languages[SV_CODE_C] = create_toggle (self, languages, "C", G_CALLBACK (language_cb));
  self->languages[SV_CODE_PYTHON] = create_toggle (self, languages, "Python", G_CALLBACK (language_cb));
  gtk_widget_add_css_class (save, "sv-small");
  gtk_widget_set_tooltip_text (save, _("To try it in a terminal"));
  g_signal_connect_object (save, "clicked", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (bar), sides);
  gtk_box_append (GTK_BOX (bar), languages);
  gtk_box_append (GTK_BOX (bar), save);
  return bar;
}

static GtkWidget *
create_source (SvCodeView *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->source = gtk_source_view_new_with_buffer (self->buffer);
  gtk_source_view_set_show_line_numbers (GTK_SOURCE_VIEW (self->source), TRUE);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->source), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->source), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->source), FALSE);
  gtk_widget_add_css_class (self->source, "sv-code");
  /* Code runs from left to right in every language. */
  gtk_widget_set_direction (self->source, GTK_TEXT_DIR_LTR);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->source);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), SOURCE_HEIGHT);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_hexpand (scroller, TRUE);
  gtk_widget_add_css_class (scroller, "sv-card");
  g_signal_connect_object (self->buffer, "notify::cursor-position", G_CALLBACK (cursor_cb), self, G_CONNECT_SWAPPED);
  return scroller;
}

static void
create_children (SvCodeView *self)
{
  const SvSlotCells cells = { create_row, fill_row };
  GtkWidget *info = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *split;

  self->words = sv_explanation_view_new ();
  self->list = sv_slot_list_new (&cells, self, _("Calls of this line"));
  gtk_widget_set_vexpand (self->list, TRUE);
  g_signal_connect_object (self->list, "chosen", G_CALLBACK (call_chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (info), self->words);
  gtk_box_append (GTK_BOX (info), self->list);
  split = sv_split_new (create_source (self), info, SIDE_BY_SIDE, SPACING);
  gtk_widget_set_vexpand (split, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self->box), create_bar (self));
  gtk_box_append (GTK_BOX (self->box), split);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
sv_code_view_new (SvSession *session, SvCallIndex *calls)
{
  SvCodeView *self;

  g_return_val_if_fail (SV_IS_SESSION (session), NULL);

  self = g_object_new (SV_TYPE_CODE_VIEW, NULL);
  self->session = g_object_ref (session);
  self->calls = g_object_ref (calls);
  create_children (self);
  take_style (self);
  show_code (self);
  g_signal_connect_object (calls, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "moment-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "chosen-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (update), NULL);
  return GTK_WIDGET (self);
}

void
sv_code_view_set_language (SvCodeView *self, SvCodeLanguage language)
{
  g_return_if_fail (SV_IS_CODE_VIEW (self));
  g_return_if_fail (language < SV_N_CODE_LANGUAGES);

  if (language == self->language)
    {
      show_choice (self);
      return;
    }
  self->language = language;
  show_code (self);
  self->current = SV_NO_FACT;
  update (self);
}

/**
 * sv_code_view_set_side:
 *
 * Shows the program of that side, until the other one makes a call.
 */
void
sv_code_view_set_side (SvCodeView *self, SvSide side)
{
  g_return_if_fail (SV_IS_CODE_VIEW (self));

  self->side = side;
  show_code (self);
  update (self);
}

SvSide
sv_code_view_get_side (SvCodeView *self)
{
  g_return_val_if_fail (SV_IS_CODE_VIEW (self), SV_SIDE_SERVER);

  return self->side;
}

/**
 * sv_code_view_choose_line:
 * @line: from 1: it is explained
 */
void
sv_code_view_choose_line (SvCodeView *self, guint line)
{
  g_return_if_fail (SV_IS_CODE_VIEW (self));
  g_return_if_fail (line >= 1 && line <= sv_code_get_n_lines (self->code));

  self->line = line;
  put_cursor (self, line);
  explain_line (self);
}

/**
 * sv_code_view_get_lit_line:
 *
 * Returns: the line whose call has just been made, 0 for none
 */
guint
sv_code_view_get_lit_line (SvCodeView *self)
{
  g_return_val_if_fail (SV_IS_CODE_VIEW (self), 0);

  return self->lit;
}

/**
 * sv_code_view_get_n_calls:
 *
 * Returns: how many calls are listed for the line that is explained
 */
guint
sv_code_view_get_n_calls (SvCodeView *self)
{
  g_return_val_if_fail (SV_IS_CODE_VIEW (self), 0);

  return self->serials->len;
}

/**
 * sv_code_view_save:
 *
 * Writes the program that is shown, and says how that went.
 */
void
sv_code_view_save (SvCodeView *self, GFile *file)
{
  const char *text = sv_code_get_text (self->code);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_return_if_fail (SV_IS_CODE_VIEW (self));

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, saved_cb,
                                       g_object_ref (self));
}
