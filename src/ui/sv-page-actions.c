/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages that stand in place of the stage. Each is made when it is wanted first. */
#include "sv-page-actions.h"

#include "sv-gallery-page.h"
#include "sv-microscope.h"
#include "sv-quiz-page.h"
#include "sv-trial-page.h"
#include "sv-two-sends-page.h"

/* Registered ports, below the ephemeral ones. */
#define PEER_PORT_LOW 10000
#define PEER_PORT_HIGH 30000

static gboolean
has_page (SvWorkplace *workplace, const char *name)
{
  return gtk_stack_get_child_by_name (GTK_STACK (sv_workplace_get_content (workplace)), name) != NULL;
}

/* A pane that lies over the page would hide it. */
static void
show_page (SvWindow *window, SvWorkplace *workplace, const char *name)
{
  SvSplitView *split_view = sv_window_get_split_view (window);
  GtkWidget *page = gtk_stack_get_child_by_name (GTK_STACK (sv_workplace_get_content (workplace)), name);

  sv_workplace_show_page (workplace, name);
  if (sv_split_view_get_collapsed (split_view))
    sv_split_view_set_show_pane (split_view, FALSE);
  gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
}

static void
microscope_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvWorkplace *workplace = sv_window_get_workplace (window);

  if (!sv_workplace_is_available (workplace))
    return;
  if (!has_page (workplace, SV_PAGE_MICROSCOPE))
    sv_workplace_add_page (workplace, SV_PAGE_MICROSCOPE,
                           sv_microscope_new (sv_workplace_get_session (workplace)));
  show_page (window, workplace, SV_PAGE_MICROSCOPE);
}

/* Behind a router each machine has another name for the other one: there the gallery is about one computer. */
static gboolean
suits_gallery (SvWorkplace *workplace)
{
  SvNetwork *network;

  if (!sv_workplace_is_available (workplace) || sv_workplace_is_over (workplace))
    return FALSE;
  network = sv_session_get_network (sv_workplace_get_session (workplace));
  return network == NULL || !sv_network_has_nat (network);
}

static void
gallery_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvWorkplace *workplace = sv_window_get_workplace (window);

  if (!suits_gallery (workplace))
    {
      sv_window_set_mode (window, SV_MODE_THIS_COMPUTER);
      workplace = sv_window_get_workplace (window);
    }
  if (!has_page (workplace, SV_PAGE_GALLERY))
    sv_workplace_add_page (workplace, SV_PAGE_GALLERY,
                           sv_gallery_page_new (sv_workplace_get_session (workplace), sv_window_get_settings (window)));
  show_page (window, workplace, SV_PAGE_GALLERY);
}

/* These are about one computer: what they need they bring along. */
static void
trials_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvWorkplace *workplace;

  sv_window_set_mode (window, SV_MODE_THIS_COMPUTER);
  workplace = sv_window_get_workplace (window);
  if (!has_page (workplace, SV_PAGE_TRIALS))
    sv_workplace_add_page (workplace, SV_PAGE_TRIALS, sv_trial_page_new (sv_workplace_get_session (workplace)));
  show_page (window, workplace, SV_PAGE_TRIALS);
}

static void
two_sends_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvWorkplace *workplace;

  sv_window_set_mode (window, SV_MODE_THIS_COMPUTER);
  workplace = sv_window_get_workplace (window);
  if (!has_page (workplace, SV_PAGE_TWO_SENDS))
    sv_workplace_add_page (workplace, SV_PAGE_TWO_SENDS, sv_two_sends_page_new (sv_workplace_get_session (workplace)));
  show_page (window, workplace, SV_PAGE_TWO_SENDS);
}

/* Two programs of equal rank, whose SYNs cross on the wire. Each time another port, so that no TIME_WAIT is in the way. */
static void
peers_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  g_autoptr (GError) error = NULL;
  SvWorkplace *workplace;

  sv_window_set_mode (window, SV_MODE_TWO_MACHINES);
  workplace = sv_window_get_workplace (window);
  if (!sv_workplace_is_available (workplace))
    return;
  show_page (window, workplace, SV_PAGE_STAGE);
  if (sv_network_open_peers (sv_session_get_network (sv_workplace_get_session (workplace)),
                             (guint16) g_random_int_range (PEER_PORT_LOW, PEER_PORT_HIGH), &error) == 0)
    sv_window_show_message (window, error->message);
}

static void
quiz_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvWorkplace *workplace = sv_window_get_workplace (window);

  if (!sv_workplace_is_available (workplace))
    return;
  if (!has_page (workplace, SV_PAGE_QUIZ))
    sv_workplace_add_page (workplace, SV_PAGE_QUIZ, sv_quiz_page_new (sv_workplace_get_session (workplace)));
  show_page (window, workplace, SV_PAGE_QUIZ);
}

static void
leave_page_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  SvWorkplace *workplace = sv_window_get_workplace (window);

  if (sv_workplace_is_available (workplace))
    sv_workplace_show_page (workplace, sv_workplace_has_begun (workplace) ? SV_PAGE_STAGE : SV_PAGE_WELCOME);
}

static const GActionEntry entries[] = {
  { .name = "microscope", .activate = microscope_cb },
  { .name = "gallery", .activate = gallery_cb },
  { .name = "break-it", .activate = trials_cb },
  { .name = "two-sends", .activate = two_sends_cb },
  { .name = "quiz", .activate = quiz_cb },
  { .name = "peers", .activate = peers_cb },
  { .name = "leave-page", .activate = leave_page_cb },
};

/**
 * sv_page_actions_add:
 *
 * Gives @window the actions that show these pages, and the one that leaves them.
 */
void
sv_page_actions_add (SvWindow *window)
{
  g_return_if_fail (SV_IS_WINDOW (window));

  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
}
