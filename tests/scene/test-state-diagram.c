/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check-scene.h"
#include "sv-local-machine.h"
#include "sv-parking.h"
#include "sv-state-diagram.h"

#include <string.h>

#define PATIENCE_S 30

typedef struct
{
  SvRecording *recording;
  SvParking *parking;
  guint parked;
} Fixture;

static void
parked_cb (SvParking *parking, guint id, gpointer data)
{
  ((Fixture *) data)->parked = id;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (SvMachine) machine = sv_local_machine_new ();

  self->recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  self->parking = sv_parking_new (self->recording, machine, machine);
  g_signal_connect (self->parking, "parked", G_CALLBACK (parked_cb), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->parking);
  g_object_unref (self->recording);
}

static const SvParked *
park (Fixture *self, const char *name)
{
  guint id = sv_parking_park (self->parking, sv_park_recipe_find (name), NULL);
  gint64 deadline = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;

  while (self->parked != id)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  return sv_parking_get (self->parking, id);
}

/* "CLOSED>SYN_SENT" for what was seen, "CLOSED~SYN_SENT" for what was too quick. */
static char *
write_down (GArray *steps)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < steps->len; i++)
    {
      const SvStateStep *step = &g_array_index (steps, SvStateStep, i);

      g_assert_true (sv_station_leads_to (step->from, step->to));
      if (i == 0)
        g_string_append (text, sv_station_get_name (step->from));
      else
        g_assert_cmpint (step->from, ==, g_array_index (steps, SvStateStep, i - 1).to);
      g_string_append_printf (text, "%c%s", step->observed ? '>' : '~', sv_station_get_name (step->to));
    }
  return g_string_free (text, FALSE);
}

/* The ways of real connections; a regular expression, where the kernel's ACK may be late. */
static void
test_ways (Fixture *self, gconstpointer data)
{
#define TO_CLIENT "CLOSED~SYN_SENT~ESTABLISHED"
#define TO_QUEUE "LISTEN~SYN_RECV~UNACCEPTED"
#define TO_SERVER TO_QUEUE ">ESTABLISHED"
  static const struct { const char *name; const char *client; const char *server; } CASES[] = {
    { "SYN_SENT", "CLOSED>SYN_SENT", "" },
    { "SYN_RECV", TO_CLIENT, "LISTEN>SYN_RECV" },
    { "UNACCEPTED", TO_CLIENT, TO_QUEUE },
    { "ESTABLISHED", TO_CLIENT, TO_SERVER },
    { "FIN_WAIT1", TO_CLIENT ">FIN_WAIT1", TO_SERVER },
    { "FIN_WAIT2", TO_CLIENT "(>FIN_WAIT1>FIN_WAIT2|~FIN_WAIT1~FIN_WAIT2)", TO_SERVER ">CLOSE_WAIT" },
    { "CLOSE_WAIT", TO_CLIENT "(>FIN_WAIT1(>FIN_WAIT2)?|~FIN_WAIT1~FIN_WAIT2)", TO_SERVER ">CLOSE_WAIT" },
    { "LAST_ACK", TO_CLIENT "(>FIN_WAIT1(>FIN_WAIT2)?|~FIN_WAIT1~FIN_WAIT2)", TO_SERVER ">CLOSE_WAIT>LAST_ACK" },
    { "CLOSING", TO_CLIENT ">FIN_WAIT1>CLOSING", TO_SERVER ">FIN_WAIT1(>FIN_WAIT2)?" },
    { "TIME_WAIT", TO_CLIENT "(>FIN_WAIT1(>FIN_WAIT2)?|~FIN_WAIT1~FIN_WAIT2)>TIME_WAIT", TO_SERVER ">CLOSE_WAIT.*" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const SvParked *parked = park (self, CASES[i].name);
      g_autoptr (GArray) client = sv_state_walk_of_connection (self->recording, parked->connection, SV_SIDE_CLIENT);
      g_autoptr (GArray) server = sv_state_walk_of_connection (self->recording, parked->connection, SV_SIDE_SERVER);
      g_autofree char *client_way = write_down (client), *server_way = write_down (server);
      g_autofree char *client_wanted = g_strdup_printf ("^%s$", CASES[i].client);
      g_autofree char *server_wanted = g_strdup_printf ("^%s$", CASES[i].server);

      g_test_message ("%s: %s, %s", CASES[i].name, client_way, server_way);
      g_assert_true (g_regex_match_simple (client_wanted, client_way, 0, 0));
      g_assert_true (g_regex_match_simple (server_wanted, server_way, 0, 0));
    }
}

static void
test_listener (Fixture *self, gconstpointer data)
{
  const SvParked *parked = park (self, "LISTEN");
  SvEndpoint local = parked->row.local;
  guint64 first = parked->first_fact;
  g_autoptr (GArray) steps = sv_state_walk_of_listener (self->recording, first, &local);
  g_autofree char *way = write_down (steps);

  g_assert_cmpstr (way, ==, "CLOSED>LISTEN");
}

/* What was reset went no way that the diagram has. */
static void
test_reset (Fixture *self, gconstpointer data)
{
  const SvParked *parked = park (self, "ESTABLISHED");
  guint connection = parked->connection;
  g_autoptr (GArray) steps = NULL;
  g_autofree char *way = NULL;

  sv_parking_release_all (self->parking);
  steps = sv_state_walk_of_connection (self->recording, connection, SV_SIDE_CLIENT);
  way = write_down (steps);
  g_assert_cmpstr (way, ==, TO_CLIENT);
}

/* The diagram's edges are those that the kernel may take. */
static void
test_edges (void)
{
  for (guint from = 0; from < SV_N_STATIONS; from++)
    for (guint to = 0; to < SV_N_STATIONS; to++)
      {
        SvTcpState before = sv_station_get_state (from), after = sv_station_get_state (to);

        if (sv_station_leads_to (from, to) && before != after && !sv_tcp_state_may_follow (before, after)
            && !(from == SV_STATION_SYN_RECV && to == SV_STATION_UNACCEPTED))
          g_error ("%s does not follow %s", sv_station_get_name (to), sv_station_get_name (from));
      }
}

static guint
count_dashed (SvScene *scene)
{
  guint n = 0;

  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    n += sv_scene_get (scene, i)->dashed;
  return n;
}

/* In every room: all inside, nothing over another, each state to be chosen. */
static void
test_rooms (Fixture *self, gconstpointer data)
{
  const SvParked *parked = park (self, "CLOSING");
  g_autoptr (GArray) steps = sv_state_walk_of_connection (self->recording, parked->connection, SV_SIDE_CLIENT);

  for (float width = 315; width <= 1400; width += 35)
    for (int mirrored = 0; mirrored < 2; mirrored++)
      {
        const SvStateDiagramLook look = {
          .width = width, .height = sv_state_diagram_get_height (width, 17, 8), .line_height = 17, .char_width = 8,
          .right_to_left = mirrored, .chosen = SV_STATION_CLOSING, .here = SV_STATION_CLOSING,
          .other = SV_STATION_FIN_WAIT2, .steps = steps, .reached = 1u << SV_STATION_LISTEN,
        };
        g_autoptr (SvScene) scene = sv_state_diagram_build (&look);
        guint targets = 0;

        check_scene (scene, 8);
        for (guint i = 0; i < sv_scene_get_size (scene); i++)
          {
            const SvShape *shape = sv_scene_get (scene, i);

            if (shape->kind == SV_SHAPE_BOX && shape->target.kind == SV_TARGET_STATION)
              {
                SvTarget hit = sv_scene_pick (scene, shape->x + shape->width / 2, shape->y + shape->height / 2);

                g_assert_cmpint (hit.id, ==, shape->target.id);
                targets |= 1u << shape->target.id;
              }
          }
        g_assert_cmpint (targets, ==, (1u << SV_STATION_GONE) - 1);
        /* CLOSED to SYN_SENT to ESTABLISHED: nobody saw them. */
        g_assert_cmpint (count_dashed (scene), ==, 2);
        g_assert_nonnull (find_text (scene, "CLOSING"));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state-diagram/edges", test_edges);
  g_test_add ("/state-diagram/ways", Fixture, NULL, set_up, test_ways, tear_down);
  g_test_add ("/state-diagram/listener", Fixture, NULL, set_up, test_listener, tear_down);
  g_test_add ("/state-diagram/reset", Fixture, NULL, set_up, test_reset, tear_down);
  g_test_add ("/state-diagram/rooms", Fixture, NULL, set_up, test_rooms, tear_down);
  return g_test_run ();
}
