/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage-fixture.h"
#include "sv-client-list.h"
#include "sv-server-panel.h"
#include "sv-socket-card.h"

#define MANY 10000

/* What GTK makes for a list of any length, and what stands around it. */
#define MOST_WIDGETS 900

typedef struct
{
  SvSession *session;
  SvRecording *recording;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->session = sv_session_new ();
  self->recording = sv_session_get_recording (self->session);
  sv_player_set_animated (sv_session_get_player (self->session), FALSE);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  sv_session_stop (self->session);
  g_assert_finalize_object (self->session);
}

static void
record_many (Fixture *self, guint n)
{
  gint64 now = sv_clock_now ();

  record_server (self->recording, now);
  for (guint i = 1; i <= n; i++)
    record_client (self->recording, now + 100000 * i, i);
}

static void
test_many (Fixture *self, gconstpointer unused)
{
  GtkWidget *list = sv_client_list_new (self->session);
  SvSlotList *slots = sv_client_list_get_slots (SV_CLIENT_LIST (list));

  screen_open (&self->screen, list, 220, 600);
  record_many (self, MANY);
  wait_until (sv_slot_list_get_size (slots) == MANY);
  screen_settle (&self->screen);
  g_assert_cmpuint (sv_slot_list_get_n_cells (slots), >, 5);
  g_assert_cmpuint (count_widgets (list), <, MOST_WIDGETS);

  /* Whichever is chosen comes in sight. */
  wait_until (!sv_slot_list_is_at_end (slots));
  sv_session_choose_connection (self->session, MANY);
  screen_settle (&self->screen);
  wait_until (sv_slot_list_is_at_end (slots));
  g_assert_cmpuint (count_widgets (list), <, MOST_WIDGETS);
}

static void
test_chooses (Fixture *self, gconstpointer unused)
{
  GtkWidget *list = sv_client_list_new (self->session);
  SvSlotList *slots = sv_client_list_get_slots (SV_CLIENT_LIST (list));

  screen_open (&self->screen, list, 220, 600);
  record_many (self, 3);
  wait_until (sv_slot_list_get_size (slots) == 3);
  g_signal_emit_by_name (slots, "chosen", 2);
  g_assert_cmpuint (sv_session_get_chosen_connection (self->session), ==, 3);
}

/* A screen reader hears name, descriptor, port and state of each. */
static void
test_named (Fixture *self, gconstpointer unused)
{
  GtkWidget *list = sv_client_list_new (self->session);
  GtkWidget *card;

  screen_open (&self->screen, list, 220, 600);
  record_many (self, 1);
  wait_until (find_widget (list, SV_TYPE_SOCKET_CARD) != NULL);
  screen_settle (&self->screen);
  card = find_widget (list, SV_TYPE_SOCKET_CARD);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (card), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "client 1, fd 22 :32770, ESTABLISHED");
}

static void
test_server (Fixture *self, gconstpointer unused)
{
  GtkWidget *panel = sv_server_panel_new (self->session);
  SvSlotList *slots = sv_server_panel_get_slots (SV_SERVER_PANEL (panel));
  GtkWidget *listener = find_widget (panel, SV_TYPE_SOCKET_CARD);

  screen_open (&self->screen, panel, 220, 600);
  record_many (self, 2);
  wait_until (sv_slot_list_get_size (slots) == 2);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (listener), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "server, fd 11 127.0.0.1:9999, LISTEN");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/client-list/ten-thousand", test_many);
  ADD ("/client-list/chooses", test_chooses);
  ADD ("/client-list/named", test_named);
  ADD ("/server-panel/listener-and-accepted", test_server);
  return g_test_run ();
}
