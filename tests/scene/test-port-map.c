/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-port-map.h"
#include "sv-port-scale.h"
#include "check-scene.h"
#include "story.h"

#include <glib/gstdio.h>
#include <netinet/in.h>

/* A /proc of our own: @range and @privileged as the kernel writes them. */
static SvPortSpace *
make_ports (const char *range, const char *privileged)
{
  g_autofree char *root = g_dir_make_tmp ("sockview-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (root, "sys", "net", "ipv4", NULL);
  g_autofree char *range_file = g_build_filename (folder, "ip_local_port_range", NULL);
  g_autofree char *start_file = g_build_filename (folder, "ip_unprivileged_port_start", NULL);
  SvPortSpace *ports;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (range_file, range, -1, NULL));
  g_assert_true (g_file_set_contents (start_file, privileged, -1, NULL));
  ports = sv_port_space_new (root, "/nonexistent");
  g_remove (range_file);
  g_remove (start_file);
  for (g_autofree char *path = g_strdup (folder); g_str_has_prefix (path, root);)
    {
      char *parent = g_path_get_dirname (path);

      g_rmdir (path);
      g_free (path);
      path = parent;
    }
  return ports;
}

static SvScene *
build (Story *story, SvPortSpace *ports, const SvPortMapLook *look)
{
  g_autoptr (SvMoment) moment = sv_moment_new (story->recording);
  g_autoptr (SvMachinesPlan) plan = sv_machines_plan_new (moment);

  return sv_port_map_build (ports, plan, sv_moment_get_table (moment, SV_MACHINE_THIS), look);
}

static void
add_taken (Story *story, guint16 port)
{
  SvRowChange change = { .event = SV_ROW_ADDED };

  change.after = (SvSocketRow){ .key = 100000u + port, .cookie = 100000u + port, .family = AF_INET,
                                .protocol = IPPROTO_TCP, .state = SV_TCP_LISTEN };
  change.after.local = sv_endpoint_any (AF_INET, port);
  change.after.foreign = sv_endpoint_any (AF_INET, 0);
  sv_recording_append (story->recording, sv_fact_new_row (story->now, SV_MACHINE_THIS, &change));
}

static void
test_scale (void)
{
  static const struct { const char *range, *privileged; guint n_bands; } CASES[] = {
    { "32768\t60999\n", "1024\n", 4 }, { "32768\t60999\n", "0\n", 3 }, { "1024\t65535\n", "1024\n", 2 },
    { "32768\t65535\n", "80\n", 3 },   { "500\t600\n", "1024\n", 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SvPortSpace) ports = make_ports (CASES[i].range, CASES[i].privileged);
      SvPortScale scale;
      float last = -1;
      guint next = 0;

      sv_port_scale_init (&scale, ports, 700);
      g_assert_cmpuint (scale.n_bands, ==, CASES[i].n_bands);
      for (guint j = 0; j < scale.n_bands; j++)
        {
          g_assert_cmpuint (scale.bands[j].first, ==, next);
          next = scale.bands[j].last + 1;
        }
      g_assert_cmpuint (next, ==, 65536);
      for (guint port = 0; port < 65536; port++)
        {
          float x = sv_port_scale_get_x (&scale, port);

          g_assert_cmpfloat (x, >, last);
          g_assert_cmpfloat (x, <, 700.01f);
          last = x;
        }
    }
}

static void
check_sizes (Story *story, SvPortSpace *ports, guint chosen, guint hunted, double hunt)
{
  static const struct { float width, height, line_height, char_width; } SIZES[] = {
    { 764, 84, 18, 7.8f }, { 300, 84, 18, 7.8f }, { 900, 200, 18, 7.8f }, { 360, 40, 18, 7.8f }, { 300, 120, 34, 15 },
    { 1800, 150, 34, 15 }, { 200, 12, 18, 7.8f },
  };

  for (guint i = 0; i < G_N_ELEMENTS (SIZES); i++)
    for (int mirrored = 0; mirrored < 2; mirrored++)
      {
        SvPortMapLook look = { SIZES[i].width, SIZES[i].height, SIZES[i].line_height, SIZES[i].char_width };

        look.right_to_left = mirrored;
        look.chosen = chosen;
        look.hunted = hunted;
        look.hunt = hunt;
        g_autoptr (SvScene) scene = build (story, ports, &look);
        check_scene (scene, look.char_width);
      }
}

static void
test_sizes (void)
{
  static const char *const RANGES[] = { "32768 60999", "1024 65535", "43200 43220", "60000 65535" };

  for (guint i = 0; i < G_N_ELEMENTS (RANGES); i++)
    {
      g_autoptr (SvPortSpace) ports = make_ports (RANGES[i], "1024");
      Story story;
      guint id;

      story_init (&story);
      check_sizes (&story, ports, 0, 0, 0);
      story_listen (&story);
      for (guint j = 0; j < 60; j++)
        {
          id = story_connect (&story);
          if (j % 3 == 0)
            story_accept (&story, id);
          story.next_client_port = (guint16) (story.next_client_port + 2 * g_test_rand_int_range (0, 150));
        }
      for (guint j = 0; j < 500; j++)
        add_taken (&story, (guint16) g_test_rand_int_range (1, 65536));
      check_sizes (&story, ports, 1, 0, 0);
      for (double hunt = 0; hunt <= 1; hunt += 0.1)
        check_sizes (&story, ports, id, id, hunt);
      story_clear (&story);
    }
}

static void
test_numbers_and_arcs (void)
{
  g_autoptr (SvPortSpace) ports = make_ports ("32768 60999", "1024");
  SvPortMapLook look = { 764, 84, 18, 7.8f };
  Story story;
  guint n_arcs = 0;

  story_init (&story);
  story_listen (&story);
  look.chosen = story_connect (&story);
  story_connect (&story);
  story_foreign (&story, FALSE); /* its port is another computer's */
  g_autoptr (SvScene) scene = build (&story, ports, &look);
  g_assert_nonnull (find_text (scene, "registered \u20661024–32767\u2069"));
  g_assert_nonnull (find_text (scene, "9999"));
  g_assert_nonnull (find_text (scene, "43208"));
  g_assert_nonnull (find_text (scene, "43210"));
  g_assert_null (find_text (scene, "43212"));
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    {
      const SvShape *shape = sv_scene_get (scene, i);

      if (shape->kind != SV_SHAPE_ARC)
        continue;
      n_arcs++;
      g_assert_cmpint (shape->target.kind, ==, SV_TARGET_CONNECTION);
    }
  g_assert_cmpuint (n_arcs, ==, 2);
  const SvShape *number = find_text (scene, "43208");
  SvTarget target = sv_scene_pick (scene, number->x + 2, number->y + 2);
  g_assert_cmpuint (target.id, ==, look.chosen);
  story_clear (&story);
}

static const SvShape *
find_band (SvScene *scene, SvPaintRole role)
{
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    if (sv_scene_get (scene, i)->kind == SV_SHAPE_BOX && sv_scene_get (scene, i)->fill.role == role)
      return sv_scene_get (scene, i);
  g_assert_not_reached ();
}

/* Wherever the kernel's ports are: a number over another band, or past another
 * port's tick, would be read as what it is not. */
static void
test_numbers_stay_in_their_band (void)
{
  static const guint16 FIRST[] = { 32768, 43208, 57000, 58042, 59500, 60400, 60800, 60994 };
  g_autoptr (SvPortSpace) ports = make_ports ("32768 60999", "1024");
  SvPortMapLook look = { 764, 84, 18, 7.8f };

  for (guint i = 0; i < G_N_ELEMENTS (FIRST); i++)
    {
      g_autofree char *chosen = g_strdup_printf ("%u", FIRST[i]);
      Story story;

      story_init (&story);
      story.next_client_port = FIRST[i];
      story_listen (&story);
      look.chosen = story_connect (&story);
      story_connect (&story);
      story_connect (&story);
      g_autoptr (SvScene) scene = build (&story, ports, &look);
      const SvShape *band = find_band (scene, SV_PAINT_PORTS_EPHEMERAL);

      g_assert_nonnull (find_text (scene, chosen));
      for (guint port = FIRST[i]; port < FIRST[i] + 6u; port += 2)
        {
          g_autofree char *text = g_strdup_printf ("%u", port);
          const SvShape *number = find_text (scene, text);

          g_assert_true (number == NULL
                         || (number->x >= band->x && number->x + number->width <= band->x + band->width));
        }
      story_clear (&story);
    }
}

/* Which ports were tried nobody knows: the place where the port must be, dashed,
 * gets smaller, and the port is there when it has landed. */
static void
test_hunt (void)
{
  const char *const WORDS = "the kernel looks for a free port in 32768–60999";
  g_autoptr (SvPortSpace) ports = make_ports ("32768 60999", "1024");
  SvPortMapLook look = { 764, 84, 18, 7.8f };
  Story story;
  float last = look.width, ends = 0;

  story_init (&story);
  story_listen (&story);
  look.hunted = story_connect (&story);
  for (look.hunt = 0; look.hunt < 1; look.hunt += 0.125)
    {
      g_autoptr (SvScene) scene = build (&story, ports, &look);
      const SvShape *marker = NULL;

      for (guint i = 0; i < sv_scene_get_size (scene); i++)
        if (sv_scene_get (scene, i)->dashed)
          marker = sv_scene_get (scene, i);
      g_assert_nonnull (find_text (scene, WORDS));
      g_assert_null (find_text (scene, "43208"));
      g_assert_cmpfloat (marker->width, <, last);
      last = marker->width;
      ends = marker->x + marker->width / 2;
    }
  look.hunt = 1;
  g_autoptr (SvScene) landed = build (&story, ports, &look);
  const SvShape *number = find_text (landed, "43208");
  g_assert_nonnull (number);
  g_assert_cmpfloat_with_epsilon (ends, number->x, 20);
  g_assert_null (find_text (landed, WORDS));

  /* Before connect() has returned no row tells of the port. */
  look.hunted = 77;
  look.hunted_port = 50000;
  g_autoptr (SvScene) early = build (&story, ports, &look);
  g_assert_nonnull (find_text (early, "50000"));
  story_clear (&story);
}

static void
test_many (void)
{
  g_autoptr (SvPortSpace) ports = make_ports ("32768 60999", "1024");
  SvPortMapLook look = { 764, 84, 18, 7.8f };
  Story story;

  story_init (&story);
  story_listen (&story);
  story.next_client_port = 32768;
  for (guint i = 0; i < 5000; i++)
    story_connect (&story);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (SvScene) scene = build (&story, ports, &look);
  g_test_message ("moment, plan and ruler of 5000 clients took %" G_GINT64_FORMAT " µs",
                  g_get_monotonic_time () - start);
  g_assert_cmpuint (sv_scene_get_size (scene), <, 500);
  story_clear (&story);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/port-map/scale", test_scale);
  g_test_add_func ("/port-map/sizes", test_sizes);
  g_test_add_func ("/port-map/numbers-and-arcs", test_numbers_and_arcs);
  g_test_add_func ("/port-map/numbers-stay-in-their-band", test_numbers_stay_in_their_band);
  g_test_add_func ("/port-map/hunt", test_hunt);
  g_test_add_func ("/port-map/many", test_many);
  return g_test_run ();
}
