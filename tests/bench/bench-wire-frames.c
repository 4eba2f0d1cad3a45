/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the window smooth with a hundred clients on the wire? Main thread's time for
 * each frame, with one client and with a hundred in turn, on the same window's
 * two machines; what is printed is the ratio. */
#include "../ui/network-fixture.h"
#include "../ui/stage-fixture.h"
#include "sv-application.h"
#include "sv-window.h"

#include <sys/socket.h>
#include <time.h>

#define MS G_GINT64_CONSTANT (1000000)
#define HOP (500 * MS)
#define ROUNDS 3
#define FRAME_MS (1000.0 / 60)

typedef struct
{
  SvWindow *window;
  GArray *costs; /* double: main thread, ms from one frame to the next */
  GArray *gaps;  /* double: wall clock, ms from one frame to the next */
  gint64 cpu;
  gint64 wall;
} Meter;

static gint64
read_clock (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);
  return now.tv_sec * 1000 * MS + now.tv_nsec;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Meter *meter = data;
  gint64 cpu = read_clock (CLOCK_THREAD_CPUTIME_ID), wall = read_clock (CLOCK_MONOTONIC);
  double cost = (double) (cpu - meter->cpu) / MS, gap = (double) (wall - meter->wall) / MS;

  if (meter->wall != 0)
    {
      g_array_append_val (meter->costs, cost);
      g_array_append_val (meter->gaps, gap);
    }
  meter->cpu = cpu;
  meter->wall = wall;
  return G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

static double
get_quantile (GArray *values, double share)
{
  g_array_sort (values, compare);
  return values->len > 0 ? g_array_index (values, double, (guint) (share * (values->len - 1))) : 0;
}

static SvNetwork *
get_network (Meter *meter)
{
  return sv_session_get_network (sv_window_get_session (meter->window));
}

/* All connect, say something and leave, each packet in its time. */
static void
run (Meter *meter, guint n_clients)
{
  SvSession *session = sv_window_get_session (meter->window);
  SvLab *lab = sv_session_get_lab (session);
  SvWire *wire = sv_network_get_wire (get_network (meter));
  guint before = sv_recording_get_n_connections (sv_session_get_recording (session)), tick, n = 0;
  g_autoptr (GBytes) line = g_bytes_new_static ("hello\n", 6);
  GArray *costs = meter->costs, *gaps = meter->gaps;

  for (int side = 0; side < 2; side++)
    sv_wire_set_hop (wire, (SvSide) side, HOP);
  meter->wall = 0;
  tick = gtk_widget_add_tick_callback (GTK_WIDGET (meter->window), tick_cb, meter, NULL);
  sv_session_spawn_clients (session, n_clients);
  for (guint i = 1; i <= n_clients; i++)
    wait_until (sv_lab_has_end (lab, before + i, SV_SIDE_SERVER));
  for (guint i = 1; i <= n_clients; i++)
    sv_lab_send (lab, before + i, SV_SIDE_CLIENT, line, NULL);
  wait_until (sv_wire_get_n_flights (wire) == 0);
  for (guint i = 1; i <= n_clients; i++)
    sv_lab_close (lab, before + i, SV_SIDE_CLIENT, NULL);
  wait_until (sv_wire_get_n_flights (wire) == 0);
  gtk_widget_remove_tick_callback (GTK_WIDGET (meter->window), tick);
  g_object_get (lab, "n-clients", &n, NULL);
  g_print ("%3u clients: %4u frames, main thread %.1f ms (95 %%: %.1f, most %.1f), from frame to frame %.1f ms "
           "(95 %%: %.1f, most %.1f)\n",
           n_clients, costs->len, get_quantile (costs, 0.5), get_quantile (costs, 0.95), get_quantile (costs, 1),
           get_quantile (gaps, 0.5), get_quantile (gaps, 0.95), get_quantile (gaps, 1));
}

static void
measure (Meter *meter)
{
  double medians[2][ROUNDS], ratio;

  for (guint round = 0; round < ROUNDS; round++)
    for (guint many = 0; many < 2; many++)
      {
        meter->costs = g_array_new (FALSE, FALSE, sizeof (double));
        meter->gaps = g_array_new (FALSE, FALSE, sizeof (double));
        run (meter, many ? 100 : 1);
        medians[many][round] = get_quantile (meter->costs, 0.5);
        g_array_unref (meter->costs);
        g_array_unref (meter->gaps);
      }
  qsort (medians[0], ROUNDS, sizeof (double), compare);
  qsort (medians[1], ROUNDS, sizeof (double), compare);
  ratio = medians[1][ROUNDS / 2] / medians[0][ROUNDS / 2];
  g_print ("a frame with 100 clients costs %.2f times one with 1 client; of the %.1f ms of a frame it takes %.0f %%\n",
           ratio, FRAME_MS, 100 * medians[1][ROUNDS / 2] / FRAME_MS);
}

int
main (int argc, char **argv)
{
  g_autoptr (SvApplication) application = NULL;
  SvServerOptions options;
  Meter meter = { 0 };

  gtk_init ();
  adw_init ();
  application = sv_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  meter.window = SV_WINDOW (sv_window_new (ADW_APPLICATION (application), NULL));
  gtk_window_set_default_size (GTK_WINDOW (meter.window), 1360, 860);
  gtk_window_present (GTK_WINDOW (meter.window));
  sv_window_set_mode (meter.window, SV_MODE_TWO_MACHINES);
  if (sv_window_get_session (meter.window) == NULL)
    {
      g_print ("two machines cannot be had here: nothing to measure\n");
      return 77;
    }
  sv_server_options_init (&options);
  options.bind = sv_endpoint_any (AF_INET, SV_LAB_DEFAULT_PORT);
  options.backlog = 200;
  g_assert_true (sv_session_start_server (sv_window_get_session (meter.window), &options));
  measure (&meter);
  gtk_window_destroy (GTK_WINDOW (meter.window));
  return 0;
}
