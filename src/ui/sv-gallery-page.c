/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-gallery-page.h"

#include "sv-experiment-text.h"
#include "sv-gallery-card.h"
#include "sv-page-header.h"
#include "sv-state-view.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

#define MAX_WIDTH 1100

struct _SvGalleryPage
{
  AdwBin parent_instance;

  SvSession *session;
  GSettings *settings; /* nullable */
  SvRecording *recording;
  SvParking *parking;
  GtkWidget *view;
  GtkWidget *card;
  GtkWidget *hint;
  const SvParkRecipe *chosen;
  guint parked;      /* id, 0 if nothing is */
  gboolean row_shown; /* it was chosen in the table beside */
  guint reached;     /* bits 1 << SvStation */
};

G_DEFINE_FINAL_TYPE (SvGalleryPage, sv_gallery_page, ADW_TYPE_BIN)

/* ---- What was reached. */

static void
load_reached (SvGalleryPage *self)
{
  g_auto (GStrv) names = self->settings != NULL ? g_settings_get_strv (self->settings, "states-reached") : NULL;
  SvStation station;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (sv_station_find (names[i], &station))
      self->reached |= 1u << station;
}

static void
save_reached (SvGalleryPage *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < SV_N_STATIONS; i++)
    if ((self->reached & 1u << i) != 0)
      g_ptr_array_add (names, (gpointer) sv_station_get_name (i));
  g_ptr_array_add (names, NULL);
  if (self->settings != NULL)
    g_settings_set_strv (self->settings, "states-reached", (const char *const *) names->pdata);
}

static void
reach (SvGalleryPage *self, SvStation station)
{
  if ((self->reached & 1u << station) != 0)
    return;
  self->reached |= 1u << station;
  save_reached (self);
  sv_state_view_set_reached (SV_STATE_VIEW (self->view), self->reached);
}

/* ---- What is shown of it. */

static SvSide
side_of (const SvParked *parked)
{
  if (parked->recipe->slot == SV_SLOT_CLIENT)
    return parked->recipe->of_peer ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  return SV_SIDE_SERVER;
}

static void
show_ways (SvGalleryPage *self, const SvParked *parked)
{
  SvSide side = side_of (parked);
  g_autoptr (GArray) steps = NULL;
  g_autoptr (GArray) other_steps = NULL;
  SvStation here = SV_STATION_CLOSED, other = SV_N_STATIONS;

  if (parked->connection == 0)
    steps = sv_state_walk_of_listener (self->recording, parked->first_fact, &parked->row.local);
  else
    {
      steps = sv_state_walk_of_connection (self->recording, parked->connection, side);
      other_steps = sv_state_walk_of_connection (self->recording, parked->connection,
                                                 side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT);
    }
  if (parked->phase == SV_PARK_MAKING && parked->row.state == SV_TCP_NONE)
    here = SV_N_STATIONS;
  else if (parked->recipe->state != SV_TCP_CLOSE)
    here = sv_station_of_row (&parked->row, side);
  if (parked->other.state != SV_TCP_NONE)
    other = sv_station_of_row (&parked->other, side == SV_SIDE_CLIENT ? SV_SIDE_SERVER : SV_SIDE_CLIENT);
  sv_state_view_set_ways (SV_STATE_VIEW (self->view), here, steps, other, other_steps);
  sv_gallery_card_set_ways (SV_GALLERY_CARD (self->card), steps, other_steps);
}

/* In the table beside, too, once it is there. */
static void
show_row (SvGalleryPage *self, const SvParked *parked)
{
  SvMachineId machine = sv_session_get_machine_id (self->session, side_of (parked));
  SvRowTable *table = sv_recording_get_table (sv_session_get_recording (self->session), machine);
  const SvSocketRow *row = sv_row_table_find (table, IPPROTO_TCP, &parked->row.local, &parked->row.foreign);

  if (self->row_shown || row == NULL || parked->row.state == SV_TCP_NONE || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->row_shown = TRUE;
  sv_session_choose_row (self->session, machine, row->key);
}

static void
observed_cb (SvGalleryPage *self, guint id)
{
  const SvParked *parked = sv_parking_get (self->parking, id);

  if (id != self->parked)
    return;
  sv_gallery_card_update (SV_GALLERY_CARD (self->card), parked);
  show_row (self, parked);
}

static void
refresh_tables (SvGalleryPage *self)
{
  for (int side = 0; side < 2; side++)
    sv_monitor_refresh (sv_session_get_monitor (self->session, (SvSide) side));
}

static void
parked_cb (SvGalleryPage *self, guint id)
{
  const SvParked *parked = sv_parking_get (self->parking, id);
  g_autofree char *calls = NULL;
  SvStation station;

  if (id != self->parked)
    return;
  calls = sv_experiment_list_calls (self->recording, parked->first_fact, parked->end_fact);
  sv_gallery_card_set_calls (SV_GALLERY_CARD (self->card), calls);
  show_ways (self, parked);
  if (sv_station_find (parked->recipe->name, &station))
    reach (self, station);
  refresh_tables (self);
  observed_cb (self, id);
}

static void
left_cb (SvGalleryPage *self, guint id)
{
  if (id != self->parked)
    return;
  show_ways (self, sv_parking_get (self->parking, id));
  observed_cb (self, id);
}

static void
failed_cb (SvGalleryPage *self, guint id, const char *sentence)
{
  if (id != self->parked)
    return;
  sv_gallery_page_release (self);
  sv_gallery_card_set_failure (SV_GALLERY_CARD (self->card), sentence);
}

/* Between two machines each packet takes its time; on one the other end may still get a delayed ACK. */
static void
recorded_cb (SvGalleryPage *self, const SvFact *fact)
{
  const SvParked *parked = sv_parking_get (self->parking, self->parked);

  if (fact->kind == SV_FACT_ROW && parked != NULL && parked->connection != 0
      && fact->connection == parked->connection)
    show_ways (self, parked);
}

static void
toggled_cb (SvGalleryPage *self)
{
  if (self->parked != 0)
    sv_gallery_page_release (self);
  else if (self->chosen != NULL)
    sv_gallery_page_choose (self, self->chosen->name);
}

static void
activated_cb (SvGalleryPage *self, guint kind, guint64 id)
{
  if (kind == SV_TARGET_STATION)
    sv_gallery_page_choose (self, sv_station_get_name ((SvStation) id));
}

static void
sv_gallery_page_dispose (GObject *object)
{
  SvGalleryPage *self = SV_GALLERY_PAGE (object);

  if (self->parking != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->parking, self);
      g_signal_handlers_disconnect_by_data (self->recording, self);
      sv_parking_release_all (self->parking);
    }
  g_clear_object (&self->parking);
  g_clear_object (&self->recording);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sv_gallery_page_parent_class)->dispose (object);
}

static void
sv_gallery_page_class_init (SvGalleryPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_gallery_page_dispose;
}

static GtkWidget *
create_content (SvGalleryPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_add_css_class (box, "sv-experiment");
  self->view = sv_state_view_new ();
  gtk_box_append (GTK_BOX (box), self->view);
  self->hint = sv_experiment_add_text (box, "dim-label");
  gtk_label_set_text (GTK_LABEL (self->hint),
                      _("Choose a state: a real connection is brought into it and kept there. You see it in the table "
                        "beside, and so do netstat and ss."));
  self->card = sv_gallery_card_new ();
  gtk_widget_set_visible (self->card, FALSE);
  gtk_box_append (GTK_BOX (box), self->card);
  g_signal_connect_object (self->view, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->card, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  return box;
}

static void
sv_gallery_page_init (SvGalleryPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *scroller = gtk_scrolled_window_new ();
  GtkWidget *header = sv_page_header_new (C_ ("state gallery", "State Gallery")), *clamp = adw_clamp_new ();

  sv_page_header_set_subtitle (SV_PAGE_HEADER (header), _("Every TCP state, by a real connection that is kept in it"));
  gtk_box_append (GTK_BOX (box), header);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), create_content (self));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), scroller);
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * sv_gallery_page_new:
 * @session: whose machine the connections live on, and whose table shows them
 * @settings: (nullable): where the states that were reached are kept
 */
GtkWidget *
sv_gallery_page_new (SvSession *session, GSettings *settings)
{
  SvGalleryPage *self = g_object_new (SV_TYPE_GALLERY_PAGE, NULL);

  self->session = g_object_ref (session);
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  self->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  self->parking = sv_parking_new (self->recording, sv_session_get_machine (session, SV_SIDE_CLIENT),
                                  sv_session_get_machine (session, SV_SIDE_SERVER));
  if (sv_session_get_network (session) != NULL)
    sv_parking_set_server_address (self->parking,
                                   sv_network_get_server_address (sv_session_get_network (session), AF_INET));
  g_signal_connect_swapped (self->parking, "parked", G_CALLBACK (parked_cb), self);
  g_signal_connect_swapped (self->parking, "left", G_CALLBACK (left_cb), self);
  g_signal_connect_swapped (self->parking, "observed", G_CALLBACK (observed_cb), self);
  g_signal_connect_swapped (self->parking, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (self->recording, "appended", G_CALLBACK (recorded_cb), self);
  load_reached (self);
  sv_state_view_set_reached (SV_STATE_VIEW (self->view), self->reached);
  return GTK_WIDGET (self);
}

/**
 * sv_gallery_page_choose:
 * @name: as a recipe is called: "SYN_SENT"
 *
 * Frees what is parked, and parks a connection in that state.
 */
void
sv_gallery_page_choose (SvGalleryPage *self, const char *name)
{
  const SvParkRecipe *recipe = sv_park_recipe_find (name);
  g_autoptr (GError) error = NULL;
  SvStation station = SV_N_STATIONS;

  g_return_if_fail (SV_IS_GALLERY_PAGE (self));

  if (recipe == NULL)
    return;
  sv_gallery_page_release (self);
  self->chosen = recipe;
  self->row_shown = FALSE;
  sv_station_find (recipe->name, &station);
  sv_state_view_set_chosen (SV_STATE_VIEW (self->view), station);
  sv_gallery_card_set_state (SV_GALLERY_CARD (self->card), recipe->name);
  gtk_widget_set_visible (self->card, TRUE);
  gtk_widget_set_visible (self->hint, FALSE);
  self->parked = sv_parking_park (self->parking, recipe, &error);
  if (error != NULL)
    sv_gallery_card_set_failure (SV_GALLERY_CARD (self->card), error->message);
  sv_gallery_card_update (SV_GALLERY_CARD (self->card), sv_parking_get (self->parking, self->parked));
}

/**
 * sv_gallery_page_get_parked:
 *
 * Returns: (transfer none) (nullable): what is parked now
 */
const SvParked *
sv_gallery_page_get_parked (SvGalleryPage *self)
{
  g_return_val_if_fail (SV_IS_GALLERY_PAGE (self), NULL);

  return sv_parking_get (self->parking, self->parked);
}

/**
 * sv_gallery_page_release:
 *
 * Frees what is parked.
 */
void
sv_gallery_page_release (SvGalleryPage *self)
{
  guint id;

  g_return_if_fail (SV_IS_GALLERY_PAGE (self));

  id = self->parked;
  self->parked = 0;
  if (id == 0)
    return;
  sv_parking_release (self->parking, id);
  sv_state_view_set_ways (SV_STATE_VIEW (self->view), SV_N_STATIONS, NULL, SV_N_STATIONS, NULL);
  sv_gallery_card_update (SV_GALLERY_CARD (self->card), NULL);
  refresh_tables (self);
}
