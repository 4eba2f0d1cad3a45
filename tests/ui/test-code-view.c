/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage-fixture.h"
#include "sv-code-view.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  SvSession *session;
  SvRecording *recording;
  SvCallIndex *calls;
  GtkWidget *view;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->session = sv_session_new ();
  self->recording = sv_session_get_recording (self->session);
  self->calls = sv_call_index_new (self->recording);
  sv_player_set_animated (sv_session_get_player (self->session), FALSE);
  self->view = sv_code_view_new (self->session, self->calls);
  screen_open (&self->screen, self->view, 900, 300);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  g_assert_finalize_object (self->calls);
  g_assert_finalize_object (self->session);
}

static SvCodeView *
get (Fixture *self)
{
  return SV_CODE_VIEW (self->view);
}

/* The call that is lit in that language, as the view shows it. */
static gboolean
is_lit (Fixture *self, SvCodeLanguage language, SvSide side, const char *call)
{
  g_autoptr (SvCode) code = sv_code_new (language, side);

  return sv_code_view_get_side (get (self)) == side
         && g_strcmp0 (sv_code_get_call (code, sv_code_view_get_lit_line (get (self))), call) == 0;
}

static const SvFact *
find_call (Fixture *self, const char *name)
{
  for (guint64 i = sv_recording_get_first (self->recording); i < sv_recording_get_end (self->recording); i++)
    {
      const SvFact *fact = sv_recording_get (self->recording, i);

      if (fact->kind == SV_FACT_CALL && g_str_equal (fact->call.name, name))
        return fact;
    }
  g_assert_not_reached ();
}

static void
test_empty (Fixture *self, gconstpointer unused)
{
  g_assert_cmpuint (sv_code_view_get_lit_line (get (self)), ==, 0);
  g_assert_cmpuint (sv_code_view_get_n_calls (get (self)), ==, 0);
}

/* The line follows what is recorded, to whichever side it is. */
static void
test_follows (Fixture *self, gconstpointer unused)
{
  gint64 now = sv_clock_now ();

  record_server (self->recording, now);
  wait_until (is_lit (self, SV_CODE_C, SV_SIDE_SERVER, "listen"));
  record_call (self->recording, now + 50000, SV_SIDE_CLIENT, 0, "client 1", "socket", -1, "", 20, 0, NULL, NULL);
  wait_until (is_lit (self, SV_CODE_C, SV_SIDE_CLIENT, "socket"));
  record_client (self->recording, now + 100000, 2);
  wait_until (is_lit (self, SV_CODE_C, SV_SIDE_SERVER, "accept"));
  g_assert_cmpuint (sv_code_view_get_n_calls (get (self)), ==, 1);
  record_client (self->recording, now + 200000, 3);
  wait_until (sv_code_view_get_n_calls (get (self)) == 2);
}

static void
test_chosen (Fixture *self, gconstpointer unused)
{
  gint64 now = sv_clock_now ();

  record_server (self->recording, now);
  record_client (self->recording, now + 100000, 1);
  wait_until (is_lit (self, SV_CODE_C, SV_SIDE_SERVER, "accept"));
  sv_session_choose_fact (self->session, find_call (self, "connect")->serial);
  wait_until (is_lit (self, SV_CODE_C, SV_SIDE_CLIENT, "connect"));
  sv_session_choose_fact (self->session, find_call (self, "bind")->serial);
  wait_until (is_lit (self, SV_CODE_C, SV_SIDE_SERVER, "bind"));
  sv_code_view_set_language (get (self), SV_CODE_PYTHON);
  wait_until (is_lit (self, SV_CODE_PYTHON, SV_SIDE_SERVER, "bind"));
}

/* What a line has to say, whether its call was made or not. */
static void
test_lines (Fixture *self, gconstpointer unused)
{
  g_autoptr (SvCode) code = sv_code_new (SV_CODE_C, SV_SIDE_SERVER);

  record_server (self->recording, sv_clock_now ());
  wait_until (is_lit (self, SV_CODE_C, SV_SIDE_SERVER, "listen"));
  for (guint line = 1; line <= sv_code_get_n_lines (code); line++)
    {
      const char *call = sv_code_get_call (code, line);
      gboolean made = g_strcmp0 (call, "socket") == 0 || g_strcmp0 (call, "bind") == 0 || g_strcmp0 (call, "listen") == 0;

      sv_code_view_choose_line (get (self), line);
      g_assert_cmpuint (sv_code_view_get_n_calls (get (self)), ==, made ? 1 : 0);
    }
  g_assert_true (is_lit (self, SV_CODE_C, SV_SIDE_SERVER, "listen"));
}

static void
test_save (Fixture *self, gconstpointer unused)
{
  g_autofree char *folder = g_dir_make_tmp ("sockview-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "mine.py", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "missing", "mine.py", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path), lost = g_file_new_for_path (nowhere);
  g_autoptr (SvCode) code = sv_code_new (SV_CODE_PYTHON, SV_SIDE_CLIENT);
  g_autofree char *text = NULL;

  sv_code_view_set_language (get (self), SV_CODE_PYTHON);
  sv_code_view_set_side (get (self), SV_SIDE_CLIENT);
  sv_code_view_save (get (self), lost);
  sv_code_view_save (get (self), file);
  wait_until (g_file_test (path, G_FILE_TEST_EXISTS));
  wait_until (G_OBJECT (self->view)->ref_count <= 2);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, sv_code_get_text (code));
  g_unlink (path);
  g_rmdir (folder);
}

#define TEST(name) g_test_add ("/code-view/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  TEST (empty);
  TEST (follows);
  TEST (chosen);
  TEST (lines);
  TEST (save);
  return g_test_run ();
}
