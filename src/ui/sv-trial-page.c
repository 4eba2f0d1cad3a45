/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-trial-page.h"

#include "sv-explain-trial.h"
#include "sv-page-header.h"

#include <glib/gi18n-lib.h>

#define MAX_WIDTH 860

struct _SvTrialPage
{
  AdwBin parent_instance;

  SvSession *session;
  GtkWidget *list;
  GtkWidget *scroller;
  GtkWidget *scroll_to; /* a row, unowned, until it is done */
  GPtrArray *rows;     /* GtkToggleButton, unowned, as the recipes are ordered */
  GPtrArray *cards;    /* SvTrialCard, unowned, likewise; NULL until it is opened */
};

G_DEFINE_FINAL_TYPE (SvTrialPage, sv_trial_page, ADW_TYPE_BIN)

static guint
index_of (SvTrialPage *self, GtkWidget *row)
{
  guint index = 0;

  g_ptr_array_find (self->rows, row, &index);
  return index;
}

/* So that what the trial says is seen from its beginning. */
static gboolean
scroll_cb (gpointer data)
{
  SvTrialPage *self = data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  double x, y;

  if (self->scroll_to != NULL
      && gtk_widget_translate_coordinates (self->scroll_to, self->list, 0, 0, &x, &y))
    gtk_adjustment_set_value (adjustment, y);
  self->scroll_to = NULL;
  return G_SOURCE_REMOVE;
}

/* Once it has its new size. */
static void
scroll_to (SvTrialPage *self, GtkWidget *row)
{
  if (self->scroll_to == NULL)
    g_timeout_add_full (G_PRIORITY_LOW, 0, scroll_cb, g_object_ref (self), g_object_unref);
  self->scroll_to = row;
}

/* Its errno stays beside its name, once the kernel has said it. */
static void
ended_cb (SvTrialPage *self, SvTrialCard *card)
{
  const SvTrialOutcome *outcome = sv_trial_card_get_outcome (card);
  guint index = 0;
  GtkWidget *mark;

  if (!g_ptr_array_find (self->cards, card, &index) || outcome->call == NULL)
    return;
  mark = g_object_get_data (self->rows->pdata[index], "sv-mark");
  scroll_to (self, self->rows->pdata[index]);
  gtk_label_set_text (GTK_LABEL (mark), outcome->error != 0 ? sv_errno_to_name (outcome->error) : "✓");
}

/* One at a time: what is closed runs no longer. */
static void
toggled_cb (SvTrialPage *self, GtkToggleButton *row)
{
  guint index = index_of (self, GTK_WIDGET (row));
  gboolean open = gtk_toggle_button_get_active (row);
  GtkWidget *box = gtk_widget_get_parent (GTK_WIDGET (row)), *card = self->cards->pdata[index];

  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  gtk_image_set_from_icon_name (g_object_get_data (G_OBJECT (row), "sv-arrow"),
                                open ? "pan-up-symbolic" : "pan-down-symbolic");
  if (!open && card != NULL)
    {
      sv_trial_card_stop (SV_TRIAL_CARD (card));
      gtk_widget_set_visible (card, FALSE);
    }
  if (!open)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    if (i != index)
      gtk_toggle_button_set_active (self->rows->pdata[i], FALSE);
  if (card == NULL)
    {
      card = sv_trial_card_new (sv_trial_recipe_get (index), sv_session_get_machine (self->session, SV_SIDE_CLIENT),
                                sv_session_get_machine (self->session, SV_SIDE_SERVER));
      self->cards->pdata[index] = card;
      g_signal_connect_object (card, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (box), card);
    }
  gtk_widget_set_visible (card, TRUE);
}

static GtkWidget *
create_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* What is seen of a trial that is not open. */
static GtkWidget *
create_face (SvTrialPage *self, GtkWidget *row, const SvTrialStory *story)
{
  GtkWidget *face = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *mark = gtk_label_new (NULL), *arrow = gtk_image_new_from_icon_name ("pan-down-symbolic");
  GtkWidget *question = create_label (story->question, "caption");

  gtk_widget_add_css_class (question, "dim-label");
  gtk_widget_add_css_class (mark, "dim-label");
  gtk_widget_add_css_class (mark, "monospace");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), create_label (story->title, NULL));
  gtk_box_append (GTK_BOX (texts), question);
  gtk_box_append (GTK_BOX (face), texts);
  gtk_box_append (GTK_BOX (face), mark);
  gtk_box_append (GTK_BOX (face), arrow);
  g_object_set_data (G_OBJECT (row), "sv-mark", mark);
  g_object_set_data (G_OBJECT (row), "sv-arrow", arrow);
  return face;
}

static void
add_row (SvTrialPage *self, const SvTrialRecipe *recipe)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *row = gtk_toggle_button_new ();
  SvTrialStory story;

  sv_trial_story_find (recipe->name, &story);
  gtk_button_set_child (GTK_BUTTON (row), create_face (self, row, &story));
  gtk_widget_add_css_class (row, "sv-trial");
  gtk_widget_add_css_class (row, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, story.title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, story.question, -1);
  gtk_widget_add_css_class (box, "sv-card");
  gtk_box_append (GTK_BOX (box), row);
  gtk_box_append (GTK_BOX (self->list), box);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->cards, NULL);
  g_signal_connect_object (row, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
}

static void
sv_trial_page_dispose (GObject *object)
{
  g_clear_object (&SV_TRIAL_PAGE (object)->session);
  G_OBJECT_CLASS (sv_trial_page_parent_class)->dispose (object);
}

static void
sv_trial_page_finalize (GObject *object)
{
  g_ptr_array_unref (SV_TRIAL_PAGE (object)->rows);
  g_ptr_array_unref (SV_TRIAL_PAGE (object)->cards);
  G_OBJECT_CLASS (sv_trial_page_parent_class)->finalize (object);
}

static void
sv_trial_page_class_init (SvTrialPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_trial_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = sv_trial_page_finalize;
}

static void
sv_trial_page_init (SvTrialPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *clamp = adw_clamp_new ();
  GtkWidget *header = sv_page_header_new (C_ ("trial", "Break It"));
  const SvTrialRecipe *recipe;

  sv_page_header_set_subtitle (SV_PAGE_HEADER (header),
                               _("Calls that fail as in real life: they are made, and the kernel answers"));
  self->rows = g_ptr_array_new ();
  self->cards = g_ptr_array_new ();
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->scroller = gtk_scrolled_window_new ();
  gtk_widget_add_css_class (self->list, "sv-experiment");
  for (guint i = 0; (recipe = sv_trial_recipe_get (i)) != NULL; i++)
    add_row (self, recipe);
  gtk_box_append (GTK_BOX (box), header);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_box_append (GTK_BOX (box), self->scroller);
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * sv_trial_page_new:
 * @session: on whose machine it happens
 */
GtkWidget *
sv_trial_page_new (SvSession *session)
{
  SvTrialPage *self = g_object_new (SV_TYPE_TRIAL_PAGE, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

/**
 * sv_trial_page_open:
 * @name: as a recipe is called: "refused"
 *
 * Returns: (transfer none) (nullable): its card, which is open now
 */
SvTrialCard *
sv_trial_page_open (SvTrialPage *self, const char *name)
{
  const SvTrialRecipe *recipe;

  g_return_val_if_fail (SV_IS_TRIAL_PAGE (self), NULL);

  for (guint i = 0; (recipe = sv_trial_recipe_get (i)) != NULL; i++)
    if (g_str_equal (recipe->name, name))
      {
        gtk_toggle_button_set_active (self->rows->pdata[i], TRUE);
        return self->cards->pdata[i];
      }
  return NULL;
}
