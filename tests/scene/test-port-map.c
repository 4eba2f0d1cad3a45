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

  const SvPortLane lane = { SV_MACHINE_THIS, NULL, ports, sv_moment_get_table (moment, SV_MACHINE_THIS) };
  return sv_port_map_build (&lane, 1, plan, look);
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

      sv_port_scale_init (&scale, ports, NULL, 0, 700);
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

/* A ruler of its own for each machine. */
static SvScene *
build_two (Story *story, SvPortSpace *client_ports, SvPortSpace *server_ports, const SvPortMapLook *look)
{
  g_autoptr (SvMoment) moment = sv_moment_new (story->recording);
  g_autoptr (SvMachinesPlan) plan = sv_machines_plan_new (moment);
  const SvPortLane lanes[] = {
    { SV_MACHINE_CLIENT, "client", client_ports, sv_moment_get_table (moment, SV_MACHINE_CLIENT) },
    { SV_MACHINE_SERVER, "server", server_ports, sv_moment_get_table (moment, SV_MACHINE_SERVER) },
  };

  return sv_port_map_build (lanes, 2, plan, look);
}

static guint
count_shapes (SvScene *scene, SvShapeKind kind)
{
  guint n = 0;

  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    n += sv_scene_get (scene, i)->kind == kind;
  return n;
}

static void
add_listening (Story *story, SvMachineId machine, guint16 port, guint32 inode)
{
  SvRowChange change = { .event = SV_ROW_ADDED };

  change.after = (SvSocketRow){ .key = 200000u + port, .cookie = 200000u + port, .family = AF_INET,
                                .protocol = IPPROTO_TCP, .state = SV_TCP_LISTEN, .inode = inode };
  change.after.local = sv_endpoint_any (AF_INET, port);
  change.after.foreign = sv_endpoint_any (AF_INET, 0);
  sv_recording_append (story->recording, sv_fact_new_row (story->now, machine, &change));
}

/* Each port stands on its own machine's ruler; what joins two ends leads from one to the other, once both are there. */
static void
test_two_machines (gconstpointer data)
{
  g_autoptr (SvPortSpace) ports = make_ports ("32768 60999", "1024");
  SvPortMapLook look = { 764, 110, 18, 7.8f };
  Story story;

  story_init_two (&story, GPOINTER_TO_INT (data));
  story_listen (&story);
  add_listening (&story, SV_MACHINE_SERVER, 22, 0);
  look.chosen = story_connect (&story);
  story_accept (&story, look.chosen);
  story_connect_unanswered (&story);
  g_autoptr (SvScene) scene = build_two (&story, ports, ports, &look);
  check_scene (scene, look.char_width);
  const SvShape *client = find_text (scene, "43208"), *listener = find_text (scene, "9999 LISTEN");
  const SvShape *ssh = find_text (scene, "22 (ssh)"), *names[] = { find_text (scene, "client"), find_text (scene, "server") };
  g_assert_nonnull (find_text (scene, "43210"));
  g_assert_true (client != NULL && listener != NULL && ssh != NULL && names[0] != NULL && names[1] != NULL);
  g_assert_cmpfloat (client->y, ==, names[0]->y);
  g_assert_cmpfloat (listener->y, ==, names[1]->y);
  g_assert_cmpfloat (ssh->y, ==, names[1]->y);
  g_assert_cmpfloat (names[0]->y + names[0]->height, <, names[1]->y);
  g_assert_cmpuint (count_shapes (scene, SV_SHAPE_CURVE), ==, 1);
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    {
      const SvShape *shape = sv_scene_get (scene, i);

      if (shape->kind != SV_SHAPE_CURVE)
        continue;
      g_assert_cmpuint (shape->target.id, ==, look.chosen);
      g_assert_cmpfloat (shape->y, >, names[0]->y);
      g_assert_cmpfloat (shape->y + shape->height, <, names[1]->y);
      SvTarget middle = sv_scene_pick (scene, shape->x + shape->width / 2, shape->y + shape->height / 2);
      g_assert_cmpint (middle.kind, ==, SV_TARGET_CONNECTION);
    }
  SvTarget target = sv_scene_pick (scene, ssh->x + 2, ssh->y + 2);
  g_assert_cmpint (target.kind, ==, SV_TARGET_PORT);
  g_assert_cmpuint (target.id, ==, (guint64) SV_MACHINE_SERVER << 16 | 22);
  story_clear (&story);
}

/* The bands are those of each machine's own kernel. */
static void
test_two_ranges (void)
{
  g_autoptr (SvPortSpace) usual = make_ports ("32768 60999", "1024");
  g_autoptr (SvPortSpace) other = make_ports ("20000 29999", "80");
  SvPortMapLook look = { 764, 130, 18, 7.8f };
  Story story;

  story_init_two (&story, FALSE);
  story_listen (&story);
  story_accept (&story, story_connect (&story));
  g_autoptr (SvScene) same = build_two (&story, usual, usual, &look);
  check_scene (same, look.char_width);
  g_autoptr (SvScene) scene = build_two (&story, usual, other, &look);
  check_scene (scene, look.char_width);
  const SvShape *first = find_text (scene, "ephemeral \u206632768–60999\u2069");
  const SvShape *second = find_text (scene, "ephemeral \u206620000–29999\u2069");
  g_assert_true (first != NULL && second != NULL);
  g_assert_cmpfloat (first->y, <, second->y);
  g_assert_null (find_text (same, "ephemeral \u206620000–29999\u2069"));
  for (float width = 200; width < 1900; width += 170)
    for (float height = 12; height < 200; height += 23)
      for (int mirrored = 0; mirrored < 2; mirrored++)
        {
          SvPortMapLook any = { width, height, 18, 7.8f, .right_to_left = mirrored, .chosen = 1 };
          g_autoptr (SvScene) sized = build_two (&story, usual, other, &any);

          check_scene (sized, any.char_width);
        }
  story_clear (&story);
}

static gboolean
get_owner (SvMachineId machine, guint32 inode, SvOwner *owner, gpointer data)
{
  *owner = (SvOwner){ 4711, "cupsd" };
  return inode == 77;
}

static const SvShape *
find_taken (SvScene *scene, guint port)
{
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    if (sv_scene_get (scene, i)->kind == SV_SHAPE_BOX && sv_scene_get (scene, i)->target.kind == SV_TARGET_PORT
        && sv_scene_get (scene, i)->target.id == port)
      return sv_scene_get (scene, i);
  return NULL;
}

/* From all ports to one: what lies at the place that is zoomed at stays there. */
static void
test_zoom (void)
{
  g_autoptr (SvPortSpace) ports = make_ports ("32768 60999", "1024");
  SvPortMapLook look = { 764, 84, 18, 7.8f, .get_owner = get_owner };
  SvPortRange range = { 0 };
  SvPortScale scale;
  Story story;
  guint steps = 0;

  story_init (&story);
  story_listen (&story);
  add_listening (&story, SV_MACHINE_THIS, 631, 77);
  g_assert_true (sv_port_range_is_all (&range));
  while (range.end == 0 || range.end - range.first > 1)
    {
      sv_port_scale_init (&scale, ports, &range, 0, 764);
      float before = sv_port_scale_get_x (&scale, 631);

      sv_port_range_zoom (&range, ports, 1.25, 631.5);
      sv_port_scale_init (&scale, ports, &range, 0, 764);
      if (range.end - range.first > 2 && range.first > 0)
        g_assert_cmpfloat_with_epsilon (sv_port_scale_get_x (&scale, 631), before, 4);
      g_assert_true (sv_port_scale_shows (&scale, 631));
      look.range = range;
      g_autoptr (SvScene) scene = build (&story, ports, &look);
      check_scene (scene, look.char_width);
      g_assert_nonnull (find_taken (scene, 631));
      g_assert_cmpuint (++steps, <, 100);
    }
  g_assert_cmpfloat (range.first, ==, 631);
  g_assert_cmpfloat (range.end, ==, 632);
  g_autoptr (SvScene) one = build (&story, ports, &look);
  g_assert_nonnull (find_text (one, "631 cupsd"));
  g_assert_nonnull (find_text (one, "\u2066631\u2069 (privileged)"));
  g_assert_null (find_text (one, "9999 LISTEN"));
  sv_port_range_pan (&range, ports, 1);
  g_assert_cmpfloat (range.first, ==, 632);
  look.range = range;
  g_autoptr (SvScene) next = build (&story, ports, &look);
  g_assert_nonnull (find_text (next, "632 free"));
  while (!sv_port_range_is_all (&range))
    sv_port_range_zoom (&range, ports, 0.8, 632);
  g_assert_cmpuint (steps, >, 20);
  story_clear (&story);
}

static void
test_pan (void)
{
  g_autoptr (SvPortSpace) ports = make_ports ("32768 60999", "1024");
  SvPortRange range = { 0 };

  sv_port_range_pan (&range, ports, 0.5);
  g_assert_true (sv_port_range_is_all (&range));
  sv_port_range_show (&range, 0, 16);
  sv_port_range_pan (&range, ports, -1);
  g_assert_cmpfloat (range.first, ==, 0);
  sv_port_range_show (&range, 65535, 16);
  g_assert_cmpfloat (range.end, ==, 65536);
  sv_port_range_pan (&range, ports, 0.5);
  g_assert_cmpfloat (range.end, ==, 65536);
  for (guint i = 0; i < 70000 / 8 && range.first > 0; i++)
    sv_port_range_pan (&range, ports, -0.5);
  g_assert_cmpfloat (range.first, ==, 0);
  g_assert_cmpfloat (range.end, ==, 16);
  for (double first = 0; first < 65000; first += 1777.7)
    {
      range = (SvPortRange){ first, first + 400.5 };
      sv_port_range_pan (&range, ports, 0.3);
      g_assert_cmpfloat (range.first, >, first);
      g_assert_cmpfloat (range.end, <=, 65536);
    }
}

/* What nobody new can talk to is left out, and a port that is sought is framed. */
static void
test_listening_and_mark (void)
{
  g_autoptr (SvPortSpace) ports = make_ports ("32768 60999", "1024");
  SvPortMapLook look = { 764, 84, 18, 7.8f, .only_listening = TRUE, .marked = 8080 };
  Story story;
  guint n_frames = 0;

  story_init (&story);
  story_listen (&story);
  story_connect (&story);
  add_listening (&story, SV_MACHINE_THIS, 80, 77);
  g_autoptr (SvScene) scene = build (&story, ports, &look);
  check_scene (scene, look.char_width);
  g_assert_null (find_text (scene, "43208"));
  g_assert_nonnull (find_text (scene, "9999 LISTEN"));
  g_assert_nonnull (find_text (scene, "80 (http)"));
  g_assert_cmpuint (count_shapes (scene, SV_SHAPE_ARC), ==, 0);
  for (guint i = 0; i < sv_scene_get_size (scene); i++)
    n_frames += sv_scene_get (scene, i)->stroke.role == SV_PAINT_ACCENT;
  g_assert_cmpuint (n_frames, ==, 1);
  story_clear (&story);
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
  g_assert_nonnull (find_text (scene, "9999 LISTEN"));
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
  g_test_add_data_func ("/port-map/two-machines/plain", GINT_TO_POINTER (FALSE), test_two_machines);
  g_test_add_data_func ("/port-map/two-machines/nat", GINT_TO_POINTER (TRUE), test_two_machines);
  g_test_add_func ("/port-map/two-machines/ranges", test_two_ranges);
  g_test_add_func ("/port-map/zoom", test_zoom);
  g_test_add_func ("/port-map/pan", test_pan);
  g_test_add_func ("/port-map/listening-and-mark", test_listening_and_mark);
  g_test_add_func ("/port-map/many", test_many);
  return g_test_run ();
}
