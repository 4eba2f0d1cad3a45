/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-gallery-card.h"

#include "sv-experiment-text.h"
#include "sv-explain-park.h"
#include "sv-explain-proc-line.h"
#include "sv-netstat-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _SvGalleryCard
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *title;
  GtkWidget *button;
  GtkWidget *status;
  GtkWidget *message; /* what went another way */
  GtkWidget *rows;
  GtkWidget *timer;
  GtkWidget *meaning;
  GtkWidget *made;
  GtkWidget *calls;
  GtkWidget *way;
  GtkWidget *other_way;
  GtkWidget *legend;
  GtkWidget *ends;
  GtkWidget *met;
};

enum
{
  TOGGLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvGalleryCard, sv_gallery_card, GTK_TYPE_WIDGET)

/* Labels are told only what is new, so that a selection in them stays. */
static void
set_text (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (label, text != NULL && *text != '\0');
}

static void
clicked_cb (SvGalleryCard *self)
{
  g_signal_emit (self, signals[TOGGLED], 0);
}

static void
add_heading (SvGalleryCard *self, const char *text)
{
  GtkWidget *label = sv_experiment_add_text (self->box, "heading");

  gtk_label_set_text (GTK_LABEL (label), text);
}

static void
add_title (SvGalleryCard *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_box_append (GTK_BOX (self->box), line);
  self->title = sv_experiment_add_text (line, "title-4");
  gtk_widget_set_hexpand (self->title, TRUE);
  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_START);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (line), self->button);
}

static void
sv_gallery_card_dispose (GObject *object)
{
  g_clear_pointer (&SV_GALLERY_CARD (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (sv_gallery_card_parent_class)->dispose (object);
}

static void
sv_gallery_card_class_init (SvGalleryCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_gallery_card_dispose;
  signals[TOGGLED] = g_signal_new ("toggled", SV_TYPE_GALLERY_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
sv_gallery_card_init (SvGalleryCard *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (self->box, "sv-card");
  gtk_widget_add_css_class (self->box, "sv-experiment");
  add_title (self);
  self->status = sv_experiment_add_text (self->box, "dim-label");
  self->message = sv_experiment_add_text (self->box, "sv-warning");
  self->rows = sv_experiment_add_code (self->box, _("Both rows as netstat prints them"));
  self->timer = sv_experiment_add_text (self->box, "numeric");
  self->meaning = sv_experiment_add_text (self->box, NULL);
  add_heading (self, C_ ("state gallery", "How it was made"));
  self->made = sv_experiment_add_text (self->box, NULL);
  self->calls = sv_experiment_add_code (self->box, _("The system calls that made it"));
  add_heading (self, C_ ("state gallery", "The way through the diagram"));
  self->way = sv_experiment_add_text (self->box, NULL);
  self->other_way = sv_experiment_add_text (self->box, NULL);
  self->legend = sv_experiment_add_text (self->box, "dim-label");
  add_heading (self, C_ ("state gallery", "What ends it"));
  self->ends = sv_experiment_add_text (self->box, NULL);
  add_heading (self, C_ ("state gallery", "On a machine at work"));
  self->met = sv_experiment_add_text (self->box, NULL);
}

GtkWidget *
sv_gallery_card_new (void)
{
  return g_object_new (SV_TYPE_GALLERY_CARD, NULL);
}

/* What the state means: the first lines, before how it was made. */
static char *
join_meaning (const SvExplanation *explanation)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i + 3 < explanation->lines->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", (const char *) explanation->lines->pdata[i]);
  return g_string_free (text, FALSE);
}

/**
 * sv_gallery_card_set_state:
 * @name: as the recipe is called
 */
void
sv_gallery_card_set_state (SvGalleryCard *self, const char *name)
{
  g_autoptr (SvExplanation) explanation = sv_explain_park (name);
  g_autofree char *meaning = join_meaning (explanation);
  SvParkStory story;

  g_return_if_fail (SV_IS_GALLERY_CARD (self));

  sv_park_story_find (name, &story);
  set_text (self->title, explanation->title);
  set_text (self->meaning, meaning);
  set_text (self->made, story.made);
  set_text (self->ends, story.ends);
  set_text (self->met, story.met);
  sv_gallery_card_set_calls (self, "");
  sv_gallery_card_set_ways (self, NULL, NULL);
  set_text (self->message, NULL);
}

void
sv_gallery_card_set_calls (SvGalleryCard *self, const char *calls)
{
  g_return_if_fail (SV_IS_GALLERY_CARD (self));

  set_text (self->calls, calls);
}

static gboolean
has_quick (GArray *steps)
{
  for (guint i = 0; steps != NULL && i < steps->len; i++)
    if (!g_array_index (steps, SvStateStep, i).observed)
      return TRUE;
  return FALSE;
}

/**
 * sv_gallery_card_set_ways:
 * @steps: (nullable) (element-type SvStateStep): of the socket that is parked
 * @other_steps: (nullable) (element-type SvStateStep): of its other end
 */
void
sv_gallery_card_set_ways (SvGalleryCard *self, GArray *steps, GArray *other_steps)
{
  g_autofree char *way = sv_experiment_describe_way (steps);
  g_autofree char *other_way = sv_experiment_describe_way (other_steps);
  g_autofree char *other_line = NULL;

  g_return_if_fail (SV_IS_GALLERY_CARD (self));

  /* Translators: %s is the way of the connection's other end through the states: “CLOSED → SYN_SENT”. */
  other_line = g_strdup_printf (C_ ("state gallery", "Other end: %s"), other_way);
  set_text (self->way, *way != '\0' ? way : C_ ("state gallery", "It has not moved."));
  set_text (self->other_way, *other_way != '\0' ? other_line : NULL);
  set_text (self->legend, has_quick (steps) || has_quick (other_steps)
                            ? C_ ("state gallery", "⇢ and dashed: it went through too quickly to be seen in the table, "
                                                   "but there is no other way.")
                            : NULL);
}

static char *
print_rows (const SvParked *parked)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (parked->row.state == SV_TCP_NONE && parked->other.state == SV_TCP_NONE)
    return g_strdup (C_ ("state gallery", "There is no row."));
  sv_netstat_text_append_header (text);
  if (parked->row.state != SV_TCP_NONE)
    sv_netstat_text_append_row (text, &parked->row);
  if (parked->other.state != SV_TCP_NONE)
    sv_netstat_text_append_row (text, &parked->other);
  return g_strstrip (g_strdup (text->str));
}

static char *
describe_status (const SvParked *parked)
{
  gint64 since = parked->parked_at != 0 ? sv_clock_now () - parked->parked_at : 0;
  guint seconds = (guint) (since / 1000000000);
  g_autofree char *time
    = g_strdup_printf (ngettext ("Parked for %u second.", "Parked for %u seconds.", seconds), seconds);

  if (parked->phase == SV_PARK_MAKING)
    return g_strdup (C_ ("state gallery", "On its way…"));
  if (parked->phase != SV_PARK_PARKED)
    return g_strdup (C_ ("state gallery", "It is not in that state any more."));
  if (parked->fd >= 0)
    /* Translators: %s is “Parked for 12 seconds.”, %d is a number. */
    return g_strdup_printf (C_ ("state gallery", "%s This program holds it as descriptor %d."), time, parked->fd);
  return g_strdup_printf (C_ ("state gallery", "%s No program holds it (inode 0)."), time);
}

static char *
describe_leaving (const SvParked *parked)
{
  const char *now = parked->row.state == SV_TCP_NONE ? C_ ("state gallery", "in no table any more")
                                                     : sv_tcp_state_to_netstat (parked->row.state);
  g_autofree char *seconds = g_strdup_printf ("%.0f", (double) (parked->left_at - parked->parked_at) / 1e9);

  if (parked->phase != SV_PARK_LEFT)
    return NULL;
  /* Translators: a TCP state, a number of seconds, what came after: another state. */
  return g_strdup_printf (C_ ("state gallery", "The kernel has ended %s by itself after %s s: now it is %s."),
                          parked->recipe->name, seconds, now);
}

/**
 * sv_gallery_card_update:
 * @parked: (nullable): as the kernel has it now; %NULL: it was freed
 */
void
sv_gallery_card_update (SvGalleryCard *self, const SvParked *parked)
{
  g_return_if_fail (SV_IS_GALLERY_CARD (self));

  gtk_button_set_label (GTK_BUTTON (self->button), parked != NULL ? C_ ("state gallery", "Free It")
                                                                  : C_ ("state gallery", "Park Again"));
  if (parked == NULL)
    {
      set_text (self->status, C_ ("state gallery", "Freed: its sockets are closed."));
      set_text (self->rows, NULL);
      set_text (self->timer, NULL);
      return;
    }
  g_autofree char *status = describe_status (parked);
  g_autofree char *rows = print_rows (parked);
  g_autofree char *timer = sv_explain_timer (&parked->row, sv_clock_now ());
  g_autofree char *leaving = describe_leaving (parked);
  set_text (self->status, status);
  set_text (self->rows, rows);
  set_text (self->timer, timer);
  set_text (self->message, leaving);
}

/**
 * sv_gallery_card_set_failure:
 * @sentence: why it could not be parked
 */
void
sv_gallery_card_set_failure (SvGalleryCard *self, const char *sentence)
{
  g_return_if_fail (SV_IS_GALLERY_CARD (self));

  set_text (self->message, sentence);
}
