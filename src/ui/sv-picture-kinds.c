/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps towards UDP, the UNIX domain, and names. */
#include "sv-config.h"

#include "sv-picture-private.h"

#include "sv-demo.h"
#include "sv-two-sends-page.h"

static gboolean
choose_udp (SvPicture *self)
{
  g_object_set (sv_window_get_form (self->window), "kind", SV_KIND_UDP, NULL);
  return TRUE;
}

static gboolean
choose_unix (SvPicture *self)
{
  g_object_set (sv_window_get_form (self->window), "kind", SV_KIND_UNIX, "path", "@sockview", NULL);
  return TRUE;
}

static gboolean
demo (SvPicture *self)
{
  sv_demo_run (self->session, self->clients);
  return TRUE;
}

static guint
count_calls (SvPicture *self, const char *name, SvSide side)
{
  SvRecording *recording = sv_session_get_recording (self->session);
  guint n = 0;

  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    {
      const SvFact *fact = sv_recording_get (recording, i);

      n += fact->kind == SV_FACT_CALL && fact->side == side && fact->call.result > 0
           && g_str_equal (fact->call.name, name);
    }
  return n;
}

static gboolean
answered (SvPicture *self)
{
  return count_calls (self, "recv", SV_SIDE_CLIENT) >= self->clients;
}

static gboolean
connect_by_name (SvPicture *self)
{
  if (sv_picture_begin (self))
    g_action_group_activate_action (G_ACTION_GROUP (self->window), "connect-to",
                                    g_variant_new ("(is)", 1, "localhost:9999"));
  return count_calls (self, "accept", SV_SIDE_SERVER) > 0;
}

static gboolean
send_twice (SvPicture *self)
{
  GtkWidget *page;

  if (sv_picture_begin (self))
    g_action_group_activate_action (G_ACTION_GROUP (self->window), "two-sends", NULL);
  page = gtk_stack_get_visible_child (GTK_STACK (sv_workplace_get_content (sv_window_get_workplace (self->window))));
  if (!SV_IS_TWO_SENDS_PAGE (page))
    return FALSE;
  if (!sv_two_sends_page_is_done (SV_TWO_SENDS_PAGE (page)))
    sv_two_sends_page_run (SV_TWO_SENDS_PAGE (page));
  return sv_two_sends_page_is_done (SV_TWO_SENDS_PAGE (page));
}

static const SvPictureStep UDP[] = { sv_picture_fit, choose_udp, sv_picture_start, demo, answered, sv_picture_refresh,
                                     sv_picture_open_drawer, NULL };
static const SvPictureStep UNIX_DOMAIN[] = { sv_picture_fit, choose_unix, sv_picture_start, demo, answered,
                                             sv_picture_refresh, sv_picture_open_drawer, NULL };
static const SvPictureStep TWO_SENDS[] = { sv_picture_fit, send_twice, sv_picture_refresh, NULL };
/* Both SYNs half of their way, and the wire stands still. */
static gboolean
cross (SvPicture *self)
{
  SvNetwork *network = sv_session_get_network (self->session);
  SvWire *wire = network != NULL ? sv_network_get_wire (network) : NULL;

  if (wire == NULL)
    return TRUE;
  if (sv_picture_begin (self))
    {
      sv_player_set_animated (sv_session_get_player (self->session), TRUE);
      g_action_group_activate_action (G_ACTION_GROUP (self->window), "peers", NULL);
    }
  if (sv_wire_get_n_flights (wire) < 2
      || sv_wire_get_progress (wire, sv_wire_get_flight (wire, 0), sv_clock_now ()) < 0.3)
    return FALSE;
  sv_wire_set_paused (wire, TRUE, sv_clock_now ());
  return TRUE;
}

static const SvPictureStep PEERS[] = { sv_picture_fit, cross, sv_picture_refresh, NULL };
static const SvPictureStep NAMES[] = { sv_picture_fit, sv_picture_start, connect_by_name, sv_picture_refresh,
                                       sv_picture_open_drawer, NULL };

/**
 * sv_picture_find_kind_steps:
 *
 * Returns: (nullable): the steps towards that state, if it is one of these
 */
const SvPictureStep *
sv_picture_find_kind_steps (SvShow show)
{
  switch ((int) show)
    {
    case SV_SHOW_UDP:
      return UDP;
    case SV_SHOW_UNIX:
      return UNIX_DOMAIN;
    case SV_SHOW_TWO_SENDS:
      return TWO_SENDS;
    case SV_SHOW_PEERS:
      return PEERS;
    case SV_SHOW_NAMES:
      return NAMES;
    default:
      return NULL;
    }
}
