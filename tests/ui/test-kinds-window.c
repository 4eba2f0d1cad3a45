/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UDP, the UNIX domain and names, as the window has them. */
#include "stage-fixture.h"
#include "sv-connect-target.h"
#include "sv-microscope.h"
#include "sv-server-panel.h"
#include "sv-server-popover.h"
#include "sv-two-sends-page.h"

typedef struct
{
  SvSession *session;
  SvServerForm *form;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->session = sv_session_new ();
  sv_player_set_animated (sv_session_get_player (self->session), FALSE);
  self->form = g_object_ref_sink (sv_server_form_new (NULL));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  sv_session_stop (self->session);
  g_assert_finalize_object (self->session);
  g_object_unref (self->form);
}

static gboolean
is_shown (GtkWidget *popover, const char *name)
{
  return gtk_widget_get_visible (
    GTK_WIDGET (gtk_widget_get_template_child (popover, SV_TYPE_SERVER_POPOVER, name)));
}

/* Only what the kind has is asked for. */
static void
test_popover (Fixture *self, gconstpointer unused)
{
  GtkWidget *popover = g_object_ref_sink (sv_server_popover_new (self->session, self->form));
  static const struct { SvKind kind; const char *address; gboolean path, where, port, backlog, v6_only; } CASES[] = {
    { SV_KIND_TCP, "127.0.0.1", FALSE, TRUE, TRUE, TRUE, FALSE },
    { SV_KIND_TCP, "::", FALSE, TRUE, TRUE, TRUE, TRUE },
    { SV_KIND_UDP, "::", FALSE, TRUE, TRUE, FALSE, TRUE },
    { SV_KIND_UDP, "::1", FALSE, TRUE, TRUE, FALSE, FALSE },
    { SV_KIND_UNIX, "::", TRUE, FALSE, FALSE, TRUE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_object_set (self->form, "kind", CASES[i].kind, "address", CASES[i].address, NULL);
      g_assert_cmpint (is_shown (popover, "path_row"), ==, CASES[i].path);
      g_assert_cmpint (is_shown (popover, "address_row"), ==, CASES[i].where);
      g_assert_cmpint (is_shown (popover, "port_row"), ==, CASES[i].port);
      g_assert_cmpint (is_shown (popover, "backlog_row"), ==, CASES[i].backlog);
      g_assert_cmpint (is_shown (popover, "v6_only_row"), ==, CASES[i].v6_only);
    }
  g_object_unref (popover);
}

static void
prepared_cb (GObject *form, GAsyncResult *result, gpointer user_data)
{
  SvSession *session = user_data;
  SvServerOptions options;

  g_assert_true (sv_server_form_prepare_finish (SV_SERVER_FORM (form), result, &options, NULL));
  g_assert_true (sv_session_start_server (session, &options));
}

static SvMachinesPlan *
start (Fixture *self, SvKind kind)
{
  g_object_set (self->form, "kind", kind, "port", 0, "path", "@sockview-ui-test", NULL);
  sv_server_form_prepare (self->form, prepared_cb, self->session);
  wait_until (sv_session_get_plan (self->session)->has_listener);
  return sv_session_get_plan (self->session);
}

/* The server's card and its clients', from real sockets. */
static void
test_stage (Fixture *self, gconstpointer data)
{
  SvKind kind = (SvKind) GPOINTER_TO_INT (data);
  guint8 protocol = kind == SV_KIND_UDP ? IPPROTO_UDP : 0;
  GtkWidget *panel = sv_server_panel_new (self->session);
  SvMachinesPlan *plan;

  screen_open (&self->screen, panel, 240, 500);
  sv_session_start (self->session);
  plan = start (self, kind);
  g_assert_cmpuint (plan->listener.protocol, ==, protocol);
  sv_session_spawn_clients (self->session, 2);
  wait_until (sv_session_get_plan (self->session)->clients->len == 2
              && (kind == SV_KIND_UDP || sv_session_get_plan (self->session)->accepted->len == 2));
  for (guint i = 0; i < 2; i++)
    {
      const SvPlanSocket *client = &g_array_index (sv_session_get_plan (self->session)->clients, SvPlanSocket, i);

      g_assert_cmpuint (client->protocol, ==, protocol);
      g_assert_cmpuint (client->row_key, !=, 0);
    }
  /* Of UDP the server has no end for each client, and yet it can send to it, once it has heard of it. */
  if (kind == SV_KIND_UDP)
    {
      SvLab *lab = sv_session_get_lab (self->session);

      g_assert_false (sv_lab_has_end (lab, 1, SV_SIDE_SERVER));
      g_assert_true (sv_lab_may_send (lab, 1, SV_SIDE_SERVER));
      g_assert_false (sv_lab_reset (lab, 1, SV_SIDE_CLIENT, NULL));
    }
  sv_session_stop (self->session);
  screen_close (&self->screen);
}

static void
test_two_sends (Fixture *self, gconstpointer unused)
{
  GtkWidget *page = sv_two_sends_page_new (self->session);
  g_autofree char *text = NULL;

  screen_open (&self->screen, page, 700, 600);
  sv_two_sends_page_run (SV_TWO_SENDS_PAGE (page));
  wait_until (sv_two_sends_page_is_done (SV_TWO_SENDS_PAGE (page)));
  text = sv_two_sends_page_get_text (SV_TWO_SENDS_PAGE (page));
  g_assert_nonnull (strstr (text, "recv() = 10  \"helloworld\""));
  g_assert_nonnull (strstr (text, "recvfrom() = 5  \"hello\"\nrecvfrom() = 5  \"world\""));
  screen_close (&self->screen);
}

/* Addresses of others, and what is nothing, are refused with a sentence; a path and a name are taken. */
static void
test_targets (Fixture *self, gconstpointer unused)
{
  static const struct { const char *text; gboolean taken; } CASES[] = {
    { "127.0.0.1:9", TRUE },       { "@nobody-is-there", TRUE }, { "localhost:9", TRUE },
    { "192.0.2.77:9", FALSE },     { "localhost:99999", FALSE }, { "localhost:no-such-service", FALSE },
    { "[::1]:", FALSE },           { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (sv_connect_target_go (self->session, CASES[i].text, 1, &error), ==, CASES[i].taken);
      g_assert_true ((error == NULL) == CASES[i].taken);
    }
}

/* /proc/net has no such line of it: the microscope has nothing to show, and says no wrong thing. */
static void
test_microscope (Fixture *self, gconstpointer unused)
{
  GtkWidget *page = sv_microscope_new (self->session);

  screen_open (&self->screen, page, 700, 600);
  start (self, SV_KIND_UNIX);
  wait_until (sv_session_get_plan (self->session)->listener.row_key != 0);
  sv_session_choose_row (self->session, SV_MACHINE_THIS, sv_session_get_plan (self->session)->listener.row_key);
  screen_settle (&self->screen);
  sv_session_stop (self->session);
  screen_close (&self->screen);
}

/* The button that connects calls it off while a name is asked for. */
static void
test_cancel (Fixture *self, gconstpointer unused)
{
  SvLab *lab = sv_session_get_lab (self->session);
  g_autoptr (GError) error = NULL;
  gboolean resolving;

  g_assert_true (sv_connect_target_go (self->session, "a-name-that-nobody-has.invalid:9", 3, &error));
  g_object_get (lab, "resolving", &resolving, NULL);
  g_assert_true (resolving);
  sv_lab_cancel_names (lab);
  g_object_get (lab, "resolving", &resolving, NULL);
  g_assert_false (resolving);
  g_assert_cmpuint (sv_recording_get_n_connections (sv_session_get_recording (self->session)), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/kinds/popover", Fixture, NULL, set_up, test_popover, tear_down);
  g_test_add ("/kinds/udp", Fixture, GINT_TO_POINTER (SV_KIND_UDP), set_up, test_stage, tear_down);
  g_test_add ("/kinds/unix", Fixture, GINT_TO_POINTER (SV_KIND_UNIX), set_up, test_stage, tear_down);
  g_test_add ("/kinds/two-sends", Fixture, NULL, set_up, test_two_sends, tear_down);
  g_test_add ("/kinds/targets", Fixture, NULL, set_up, test_targets, tear_down);
  g_test_add ("/kinds/microscope", Fixture, NULL, set_up, test_microscope, tear_down);
  g_test_add ("/kinds/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  return g_test_run ();
}
