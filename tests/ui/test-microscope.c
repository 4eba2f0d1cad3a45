/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage-fixture.h"
#include "sv-microscope.h"
#include "sv-raw-line.h"
#include "sv-row-menu.h"

#include <adwaita.h>

/* A real listener in a real table. */
typedef struct
{
  SvSession *session;
  GtkWidget *microscope;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  SvServerOptions options = { .bind = sv_endpoint_loopback (AF_INET, 0), .backlog = 5 };

  self->session = sv_session_new ();
  sv_player_set_animated (sv_session_get_player (self->session), FALSE);
  sv_session_start (self->session);
  g_assert_true (sv_session_start_server (self->session, &options));
  self->microscope = sv_microscope_new (self->session);
  screen_open (&self->screen, self->microscope, 800, 600);
  wait_until (sv_session_get_plan (self->session)->has_listener
              && sv_session_get_plan (self->session)->listener.row_key != 0);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  sv_session_stop (self->session);
  /* A question may still be on its way. */
  wait_until (G_OBJECT (self->session)->ref_count == 1);
  g_assert_finalize_object (self->session);
}

static SvMicroscope *
get (Fixture *self)
{
  return SV_MICROSCOPE (self->microscope);
}

static gboolean
has_text (GtkWidget *root, const char *text)
{
  if (!gtk_widget_get_mapped (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (has_text (child, text))
      return TRUE;
  return FALSE;
}

static void
choose_listener (Fixture *self)
{
  sv_session_choose_row (self->session, SV_MACHINE_THIS, sv_session_get_plan (self->session)->listener.row_key);
}

static void
test_nothing (Fixture *self, gconstpointer unused)
{
  g_assert_true (has_text (self->microscope, "Choose a Row"));
  g_assert_false (sv_microscope_is_settled (get (self)));
}

static void
test_row (Fixture *self, gconstpointer unused)
{
  g_autofree char *descriptor = g_strdup_printf ("/proc/%d/fd/%d", (int) getpid (),
                                                 sv_lab_get_listener_fd (sv_session_get_lab (self->session)));

  choose_listener (self);
  wait_until (sv_microscope_is_settled (get (self)));
  wait_until (has_text (self->microscope, descriptor));
  g_assert_cmpuint (sv_slot_list_get_size (sv_microscope_get_slots (get (self))), ==, 21);
  g_assert_true (has_text (self->microscope, "local_address: 0100007F → 127.0.0.1"));
  g_assert_true (has_text (self->microscope, "$ netstat -tuna"));
  g_assert_true (has_text (self->microscope, "$ ss -tanop"));
  g_assert_true (has_text (self->microscope, "$ lsof -nP -i"));
  sv_microscope_choose_field (get (self), SV_PROC_STATE);
  g_assert_true (has_text (self->microscope, "st: 0A → LISTEN"));
  g_signal_emit_by_name (sv_microscope_get_slots (get (self)), "chosen", SV_PROC_INODE);
  g_assert_true (has_text (self->microscope, "socket:["));
}

/* What left is still read, and said to be gone. */
static void
test_gone (Fixture *self, gconstpointer unused)
{
  choose_listener (self);
  wait_until (sv_microscope_is_settled (get (self)));
  sv_lab_stop_server (sv_session_get_lab (self->session));
  wait_until (has_text (self->microscope, "This socket is gone"));
  g_assert_true (has_text (self->microscope, "LISTEN"));
}

/* A connection is followed into TIME_WAIT, for which the kernel makes another record; the clock is shown. */
static void
test_time_wait (Fixture *self, gconstpointer unused)
{
  SvLab *lab = sv_session_get_lab (self->session);
  guint connection;

  sv_session_spawn_clients (self->session, 1);
  wait_until ((connection = sv_session_get_chosen_connection (self->session)) != 0);
  wait_until (has_text (self->microscope, "ESTABLISHED"));
  g_assert_true (sv_lab_close (lab, connection, SV_SIDE_CLIENT, NULL));
  wait_until (has_text (self->microscope, "TIME_WAIT timer"));
  g_assert_true (has_text (self->microscope, "TIME_WAIT  "));
  g_assert_true (has_text (self->microscope, "No program holds it (inode 0)"));
}

/* A row without addresses is not decoded, and that is said. */
static void
test_unix (void)
{
  SvSession *session = sv_session_new ();
  SvRowChange change = { .event = SV_ROW_ADDED, .after = { .key = 987654321, .family = AF_UNIX, .inode = 4711 } };
  Screen screen;
  GtkWidget *microscope;

  sv_player_set_animated (sv_session_get_player (session), FALSE);
  microscope = sv_microscope_new (session);
  screen_open (&screen, microscope, 800, 600);
  sv_recording_append (sv_session_get_recording (session), sv_fact_new_row (sv_clock_now (), SV_MACHINE_THIS, &change));
  wait_until (sv_row_table_lookup (sv_moment_get_table (sv_session_get_moment (session), SV_MACHINE_THIS),
                                   987654321) != NULL);
  sv_session_choose_row (session, SV_MACHINE_THIS, 987654321);
  wait_until (has_text (microscope, "No Addresses to Decode"));
  screen_close (&screen);
  g_assert_finalize_object (session);
}

#define TEST(name) g_test_add ("/microscope/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  TEST (nothing);
  TEST (row);
  TEST (gone);
  TEST (time_wait);
  g_test_add_func ("/microscope/unix", test_unix);
  return g_test_run ();
}
