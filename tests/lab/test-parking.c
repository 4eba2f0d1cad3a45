/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../count-sockets.h"
#include "sv-capability.h"
#include "sv-fd-list.h"
#include "sv-lab.h"
#include "sv-local-machine.h"
#include "sv-network.h"
#include "sv-parking.h"
#include "sv-trial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PATIENCE_S 60

typedef struct
{
  SvRecording *recording;
  SvMachine *machine;
  SvParking *parking;
  SvTrial *trial;
  guint n_fds; /* before */
  guint last_parked;
  guint last_left;
  guint n_ended;
  char *failure;
} Fixture;

static void
parked_cb (SvParking *parking, guint id, gpointer data)
{
  ((Fixture *) data)->last_parked = id;
}

static void
left_cb (SvParking *parking, guint id, gpointer data)
{
  ((Fixture *) data)->last_left = id;
}

static void
failed_cb (SvParking *parking, guint id, const char *sentence, gpointer data)
{
  g_error ("%s", sentence);
}

static void
ended_cb (SvTrial *trial, const char *sentence, gpointer data)
{
  Fixture *fixture = data;

  fixture->n_ended++;
  g_free (fixture->failure);
  fixture->failure = g_strdup (sentence);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  fixture->machine = sv_local_machine_new ();
  fixture->parking = sv_parking_new (fixture->recording, fixture->machine, fixture->machine);
  fixture->trial = sv_trial_new (fixture->recording, fixture->machine, fixture->machine);
  g_signal_connect (fixture->parking, "parked", G_CALLBACK (parked_cb), fixture);
  g_signal_connect (fixture->parking, "left", G_CALLBACK (left_cb), fixture);
  g_signal_connect (fixture->parking, "failed", G_CALLBACK (failed_cb), fixture);
  g_signal_connect (fixture->trial, "ended", G_CALLBACK (ended_cb), fixture);
  g_main_context_iteration (NULL, FALSE);
  fixture->n_fds = count_sockets ();
}

/* Both ports: one of them may be anybody's. */
static gpointer
name_pair (const SvEndpoint *local, const SvEndpoint *foreign)
{
  return GUINT_TO_POINTER ((guint) local->port << 16 | foreign->port);
}

/* The table as the kernel has it: rows of ours. */
static guint
count_rows (Fixture *fixture, gboolean with_time_wait)
{
  g_autoptr (SvSocketSource) source = sv_machine_open_source (fixture->machine, NULL);
  g_autoptr (GArray) rows = sv_socket_source_list (source, NULL);
  g_autoptr (GHashTable) pairs = g_hash_table_new (NULL, NULL);
  guint n = 0;

  for (guint64 i = sv_recording_get_first (fixture->recording); i < sv_recording_get_end (fixture->recording); i++)
    {
      SvFact *fact = sv_recording_get (fixture->recording, i);

      /* A listener lives no longer than its descriptor, and its port may be anybody's at once. */
      if (fact->kind == SV_FACT_CALL && fact->call.local.port != 0 && fact->call.foreign.port != 0)
        {
          g_hash_table_add (pairs, name_pair (&fact->call.local, &fact->call.foreign));
          g_hash_table_add (pairs, name_pair (&fact->call.foreign, &fact->call.local));
        }
    }
  for (guint i = 0; i < rows->len; i++)
    {
      const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);

      if ((with_time_wait || row->state != SV_TCP_TIME_WAIT) && row->protocol == IPPROTO_TCP
          && g_hash_table_contains (pairs, name_pair (&row->local, &row->foreign)))
        {
          g_test_message ("left over: %u to %u, %s", row->local.port, row->foreign.port,
                          sv_tcp_state_to_netstat (row->state));
          n++;
        }
    }
  return n;
}

static guint
count_left_over (Fixture *fixture)
{
  return count_rows (fixture, FALSE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  sv_parking_release_all (fixture->parking);
  sv_trial_stop (fixture->trial);
  g_assert_cmpint (count_sockets (), ==, fixture->n_fds);
  g_assert_cmpint (count_left_over (fixture), ==, 0);
  g_object_unref (fixture->parking);
  g_object_unref (fixture->trial);
  g_object_unref (fixture->machine);
  g_object_unref (fixture->recording);
  g_free (fixture->failure);
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_until (guint *value, guint wanted)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;
  guint wake = g_timeout_add (100, wake_cb, NULL);

  while (*value != wanted)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
}

static guint
park (Fixture *fixture, const SvParkRecipe *recipe)
{
  guint id = sv_parking_park (fixture->parking, recipe, NULL);

  g_assert_cmpint (id, !=, 0);
  wait_until (&fixture->last_parked, id);
  return id;
}

/* All of them at once, each as the kernel's whole table has it. */
static void
test_all_at_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SvSocketSource) source = sv_machine_open_source (fixture->machine, NULL);
  g_autoptr (GArray) rows = NULL;
  const SvParkRecipe *recipe;
  guint n;

  for (n = 0; (recipe = sv_park_recipe_get (n)) != NULL; n++)
    park (fixture, recipe);
  g_assert_cmpint (sv_parking_get_n_parked (fixture->parking), ==, n);
  rows = sv_socket_source_list (source, NULL);
  for (guint id = 1; id <= n; id++)
    {
      const SvParked *parked = sv_parking_get (fixture->parking, id);
      guint n_seen = 0;

      g_assert_cmpint (parked->phase, ==, SV_PARK_PARKED);
      for (guint i = 0; i < rows->len; i++)
        {
          const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);
          SvTcpState state = row->state == SV_TCP_NEW_SYN_RECV ? SV_TCP_SYN_RECV : row->state;

          if (row->protocol == IPPROTO_TCP && sv_endpoint_equal (&row->local, &parked->row.local)
              && sv_endpoint_equal (&row->foreign, &parked->row.foreign))
            {
              g_assert_cmpint (state, ==, parked->recipe->state);
              g_assert_cmpint (row->inode == 0, ==, parked->recipe->unowned);
              n_seen++;
            }
        }
      g_assert_cmpint (n_seen, ==, parked->recipe->state == SV_TCP_CLOSE ? 0 : 1);
    }
}

/* TIME_WAIT itself cannot be helped, and is the last one; no other leaves one behind. */
static void
test_hundred_times (Fixture *fixture, gconstpointer data)
{
  const SvParkRecipe *recipe;

  for (guint i = 0; (recipe = sv_park_recipe_get (i)) != NULL; i++)
    {
      g_test_message ("%s", recipe->name);
      for (guint j = 0; j < 100; j++)
        {
          guint id = sv_parking_park (fixture->parking, recipe, NULL);

          wait_until (&fixture->last_parked, id);
          sv_parking_release (fixture->parking, id);
          g_assert_cmpint (count_sockets (), ==, fixture->n_fds);
        }
      g_assert_cmpint (count_rows (fixture, recipe->state != SV_TCP_TIME_WAIT), ==, 0);
    }
}

/* On the way, before anything was done, and halfway. */
static void
test_released_early (Fixture *fixture, gconstpointer data)
{
  const SvParkRecipe *recipe = sv_park_recipe_find ("CLOSING");

  for (guint turns = 0; turns < 25; turns++)
    {
      guint id = sv_parking_park (fixture->parking, recipe, NULL);

      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      sv_parking_release (fixture->parking, id);
      g_assert_null (sv_parking_get (fixture->parking, id));
      g_assert_cmpint (count_sockets (), ==, fixture->n_fds);
    }
}

static SvStepResult
give_up_soon (SvBench *bench, gpointer data)
{
  return sv_bench_set (bench, SV_SLOT_CLIENT, IPPROTO_TCP, TCP_USER_TIMEOUT, 500, "IPPROTO_TCP, TCP_USER_TIMEOUT")
           ? SV_STEP_DONE
           : SV_STEP_FAILED;
}

/* SYN_SENT, which the kernel leaves by itself: a second instead of two minutes. */
static void
test_left (Fixture *fixture, gconstpointer data)
{
  const SvParkRecipe *model = sv_park_recipe_find ("SYN_SENT");
  SvStep steps[16] = { 0 };
  SvParkRecipe recipe = *model;
  guint n = 0, id;
  gboolean noted = FALSE;

  for (; model->steps[n].run != NULL; n++)
    steps[n] = model->steps[n];
  steps[n] = steps[n - 1]; /* before connect(), which is the last */
  steps[n - 1] = (SvStep){ NULL, give_up_soon, 0 };
  recipe.steps = steps;
  id = park (fixture, &recipe);
  g_assert_cmpint (sv_parking_get (fixture->parking, id)->row.timer, ==, SV_TIMER_RETRANSMIT);
  wait_until (&fixture->last_left, id);
  g_assert_cmpint (sv_parking_get (fixture->parking, id)->phase, ==, SV_PARK_LEFT);
  g_assert_cmpint (sv_parking_get (fixture->parking, id)->row.state, ==, SV_TCP_NONE);
  for (guint64 i = 0; i < sv_recording_get_end (fixture->recording); i++)
    {
      SvFact *fact = sv_recording_get (fixture->recording, i);

      noted |= fact->kind == SV_FACT_NOTE && strstr (fact->note, "ended SYN_SENT by itself") != NULL;
    }
  g_assert_true (noted);
}

/* The same between two machines: there the way is seen step by step. */
static void
test_two_machines (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  g_autoptr (SvRecording) wire_recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  g_autoptr (GError) error = NULL;
  g_autoptr (SvNetwork) network = sv_network_new (wire_recording, FALSE, &error);
  g_autoptr (SvParking) parking = NULL;
  Fixture fixture = { .recording = recording };
  const SvParkRecipe *recipe;
  guint left;

  if (network == NULL)
    {
      g_test_skip (error->message);
      return;
    }
  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (sv_network_get_wire (network), (SvSide) side, 20 * 1000000);
  parking = sv_parking_new (recording, SV_MACHINE (sv_network_get_machine (network, SV_SIDE_CLIENT)),
                            SV_MACHINE (sv_network_get_machine (network, SV_SIDE_SERVER)));
  fixture.parking = parking;
  sv_parking_set_server_address (parking, sv_network_get_server_address (network, AF_INET));
  g_signal_connect (parking, "parked", G_CALLBACK (parked_cb), &fixture);
  g_signal_connect (parking, "failed", G_CALLBACK (failed_cb), &fixture);
  for (guint i = 0; (recipe = sv_park_recipe_get (i)) != NULL; i++)
    {
      guint id;

      g_test_message ("%s", recipe->name);
      id = park (&fixture, recipe);
      g_assert_cmpint (sv_parking_get (parking, id)->phase, ==, SV_PARK_PARKED);
      sv_parking_release (parking, id);
    }
  /* What is parked when the machines end can be freed all the same. */
  left = park (&fixture, sv_park_recipe_find ("CLOSE_WAIT"));
  g_signal_connect (parking, "left", G_CALLBACK (left_cb), &fixture);
  sv_network_close (network);
  for (gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 2; g_get_monotonic_time () < end;)
    g_main_context_iteration (NULL, FALSE);
  g_test_message ("after the end: %s", fixture.last_left == left ? "left" : "still there");
  sv_parking_release (parking, left);
  g_assert_cmpint (sv_parking_get_n_parked (parking), ==, 0);
}

static void
test_names (void)
{
  static const struct { const char *typed; const char *found; } CASES[] = {
    { "SYN_SENT", "SYN_SENT" }, { "syn-sent", "SYN_SENT" }, { "SYN-RECV", "SYN_RECV" }, { "estab", "ESTABLISHED" },
    { "unaccepted", "UNACCEPTED" }, { "FIN-WAIT-1", "FIN_WAIT1" }, { "closed", "CLOSED" }, { "Listen", "LISTEN" },
    { "time-wait", "TIME_WAIT" }, { "", NULL }, { "OPEN", NULL }, { "FIN_WAIT", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const SvParkRecipe *recipe = sv_park_recipe_find (CASES[i].typed);

      g_assert_cmpstr (recipe != NULL ? recipe->name : NULL, ==, CASES[i].found);
    }
}

/* ---- Trials. */

/* Two machines' tables are read in threads, which may still hold a socket of theirs. */
static void
check_closed (Fixture *fixture, const SvTrialRecipe *recipe)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;

  while (recipe->two_machines && count_sockets () != fixture->n_fds && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (count_sockets (), ==, fixture->n_fds);
}

/* Where two machines cannot be had, what needs them is left out. */
static gboolean
run_trial (Fixture *fixture, const SvTrialRecipe *recipe)
{
  g_autoptr (GError) error = NULL;
  guint n_ended = fixture->n_ended;

  if (!sv_trial_run (fixture->trial, recipe, &error))
    {
      g_assert_true (recipe->two_machines);
      g_test_message ("skipped: %s", error->message);
      return FALSE;
    }
  wait_until (&fixture->n_ended, n_ended + 1);
  return TRUE;
}

static void
test_trials (Fixture *fixture, gconstpointer data)
{
  gboolean may_bind = sv_capability_is_effective (SV_CAPABILITY_NET_BIND_SERVICE);
  struct rlimit before, after;
  const SvTrialRecipe *recipe;

  getrlimit (RLIMIT_NOFILE, &before);
  for (guint i = 0; (recipe = sv_trial_recipe_get (i)) != NULL; i++)
    {
      const SvTrialOutcome *outcome = sv_trial_get_outcome (fixture->trial);
      SvFact *fact;

      g_test_message ("%s", recipe->name);
      if (!run_trial (fixture, recipe))
        continue;
      if (g_str_equal (recipe->name, "privileged") && fixture->failure != NULL)
        {
          g_test_message ("skipped: %s", fixture->failure);
          continue;
        }
      g_assert_cmpstr (fixture->failure, ==, NULL);
      g_assert_cmpstr (outcome->call, ==, recipe->call);
      g_assert_cmpint (outcome->error, ==, recipe->error);
      fact = sv_recording_get (fixture->recording, outcome->fact);
      g_assert_cmpint (fact->call.error != 0 ? fact->call.error : fact->call.socket_error, ==, recipe->error);
      g_assert_false (sv_trial_is_running (fixture->trial));
      check_closed (fixture, recipe);
      g_assert_cmpint (count_left_over (fixture), ==, 0);
    }
  /* What a trial takes from itself, it gives back. */
  getrlimit (RLIMIT_NOFILE, &after);
  g_assert_cmpint (before.rlim_cur, ==, after.rlim_cur);
  g_assert_cmpint (sv_capability_is_effective (SV_CAPABILITY_NET_BIND_SERVICE), ==, may_bind);
}

static void
test_grid (Fixture *fixture, gconstpointer data)
{
  static const int EXPECTED[] = { EADDRINUSE, EADDRINUSE, EADDRINUSE, 0 };

  run_trial (fixture, sv_trial_recipe_find ("in-use-time-wait"));
  g_assert_cmpint (sv_trial_get_n_steps (fixture->trial), ==, SV_TRIAL_N_CELLS);
  for (guint i = 0; i < SV_TRIAL_N_CELLS; i++)
    {
      g_assert_cmpstr (sv_trial_get_cell (fixture->trial, i)->call, ==, "bind");
      g_assert_cmpint (sv_trial_get_cell (fixture->trial, i)->error, ==, EXPECTED[i]);
    }
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  const SvTrialRecipe *recipe;

  for (guint i = 0; (recipe = sv_trial_recipe_get (i)) != NULL; i++)
    for (guint turns = 0; turns < 8; turns++)
      {
        if (!sv_trial_run (fixture->trial, recipe, NULL))
          g_assert_true (recipe->two_machines);
        for (guint j = 0; j < turns; j++)
          g_main_context_iteration (NULL, FALSE);
        sv_trial_stop (fixture->trial);
        check_closed (fixture, recipe);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parking/names", test_names);
  g_test_add ("/parking/all-at-once", Fixture, NULL, set_up, test_all_at_once, tear_down);
  g_test_add ("/parking/hundred-times", Fixture, NULL, set_up, test_hundred_times, tear_down);
  g_test_add ("/parking/released-early", Fixture, NULL, set_up, test_released_early, tear_down);
  g_test_add ("/parking/left", Fixture, NULL, set_up, test_left, tear_down);
  g_test_add_func ("/parking/two-machines", test_two_machines);
  g_test_add ("/trial/all", Fixture, NULL, set_up, test_trials, tear_down);
  g_test_add ("/trial/grid", Fixture, NULL, set_up, test_grid, tear_down);
  g_test_add ("/trial/stopped", Fixture, NULL, set_up, test_stopped, tear_down);
  return g_test_run ();
}
