/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bar of a wire, on pairs of sockets that stand in for the tuns. */
#include "sv-wire-bar.h"

#include "../lab/packet-maker.h"
#include "stage-fixture.h"
#include "sv-wire-words.h"

#include <fcntl.h>
#include <math.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS G_GINT64_CONSTANT (1000000)

typedef struct
{
  SvWire *wire;
  int machines[2];
  int tuns[2];
  GtkWidget *bar;
  Screen screen;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  for (int i = 0; i < 2; i++)
    {
      int pair[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), ==, 0);
      self->machines[i] = pair[0];
      self->tuns[i] = pair[1];
    }
  self->wire = sv_wire_new (self->tuns[0], self->tuns[1]);
  sv_wire_set_hop (self->wire, SV_SIDE_CLIENT, 2000 * MS);
  sv_wire_set_hop (self->wire, SV_SIDE_SERVER, 2000 * MS);
  self->bar = sv_wire_bar_new (self->wire);
  screen_open (&self->screen, self->bar, 700, 60);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  g_assert_finalize_object (self->wire);
  for (int i = 0; i < 2; i++)
    {
      close (self->machines[i]);
      close (self->tuns[i]);
    }
}

static gboolean
has_text (GtkWidget *root, const char *text)
{
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (has_text (child, text))
      return TRUE;
  return FALSE;
}

/* The @n-th of its type, from 0 on. */
static GtkWidget *
find_nth (GtkWidget *root, GType type, guint *n)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && (*n)-- == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_nth (child, type, n);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_spin (Fixture *self, guint n)
{
  return find_nth (self->bar, GTK_TYPE_SPIN_BUTTON, &n);
}

static void
send_segment (Fixture *self, guint32 seq)
{
  g_autoptr (GBytes) bytes = make_tcp ("172.16.17.74", "13.51.197.134", 40000, 9999, SV_TCP_ACK, seq, 0, "x");
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  g_assert_cmpint (send (self->machines[SV_SIDE_CLIENT], data, length, 0), ==, length);
}

/* From 50 ms to 10 s, each tenfold as long a way on the slider. */
static void
test_hop (Fixture *self, gconstpointer unused)
{
  GtkWidget *scale = find_widget (self->bar, GTK_TYPE_SCALE);
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (scale));

  g_assert_true (has_text (self->bar, "1 hop = 2.0 s"));
  gtk_range_set_value (GTK_RANGE (scale), gtk_adjustment_get_lower (adjustment));
  for (int side = 0; side < 2; side++)
    g_assert_cmpint (sv_wire_get_hop (self->wire, (SvSide) side), ==, 50 * MS);
  g_assert_true (has_text (self->bar, "1 hop = 50 ms"));
  gtk_range_set_value (GTK_RANGE (scale), gtk_adjustment_get_upper (adjustment));
  for (int side = 0; side < 2; side++)
    g_assert_cmpint (sv_wire_get_hop (self->wire, (SvSide) side), ==, 10000 * MS);
  gtk_range_set_value (GTK_RANGE (scale), log (500));
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_SERVER), ==, 500 * MS);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "1 hop = 500 ms");
}

/* A delay of one direction alone leaves the other, and is said as such. */
static void
test_directions (Fixture *self, gconstpointer unused)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_spin (self, 1)), 0.35);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_CLIENT), ==, 2000 * MS);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_SERVER), ==, 350 * MS);
  g_assert_true (has_text (self->bar, "2.0 s there, 350 ms back"));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_spin (self, 0)), 1.23);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_CLIENT), ==, 1230 * MS);
}

/* Whoever sets the wire, the bar shows it; and what it only shows it does not set. */
static void
test_follows (Fixture *self, gconstpointer unused)
{
  sv_wire_set_hop (self->wire, SV_SIDE_CLIENT, 7 * MS);
  sv_wire_set_hop (self->wire, SV_SIDE_SERVER, 7 * MS);
  g_assert_true (has_text (self->bar, "1 hop = 7 ms"));
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_CLIENT), ==, 7 * MS);
  sv_wire_set_loss (self->wire, 30, 1);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (find_spin (self, 2))), ==, 30);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_spin (self, 2)), 100);
  g_assert_cmpfloat (sv_wire_get_loss (self->wire), ==, 100);
  g_assert_cmpint (sv_wire_get_hop (self->wire, SV_SIDE_SERVER), ==, 7 * MS);
}

static void
test_words (Fixture *self, gconstpointer unused)
{
  g_assert_true (has_text (self->bar, "Nothing on the wire"));
  sv_wire_set_holding (self->wire, TRUE);
  for (guint32 seq = 0; seq < 3; seq++)
    send_segment (self, seq);
  send_segment (self, 1);
  sv_wire_run (self->wire, 0);
  wait_until (has_text (self->bar, "3 on the wire, 3 held"));
  g_assert_true (has_text (self->bar, "1 copy was kept back"));
  sv_wire_drop (self->wire, sv_wire_get_flight (self->wire, 0)->id);
  wait_until (has_text (self->bar, "2 on the wire, 2 held · 1 dropped by you"));
  sv_wire_set_paused (self->wire, TRUE, 0);
  g_assert_true (has_text (self->bar, "The wire is frozen · 2 on the wire"));
  sv_wire_set_paused (self->wire, FALSE, 0);
  sv_wire_set_loss (self->wire, 100, 1);
  sv_wire_set_holding (self->wire, FALSE);
  send_segment (self, 9);
  sv_wire_run (self->wire, 0);
  sv_wire_run (self->wire, 2000 * MS);
  wait_until (has_text (self->bar, "1 lost by chance"));
  g_assert_true (has_text (self->bar, "1 packet was lost by chance; what TCP misses it sends again."));
}

/* More than the wire bears: the bar says what became of the rest. */
static void
test_full (Fixture *self, gconstpointer unused)
{
  sv_wire_set_holding (self->wire, TRUE);
  for (guint32 seq = 0; seq < SV_WIRE_MAX_FLIGHTS + 2; seq++)
    {
      send_segment (self, seq);
      if (seq % 100 == 0)
        sv_wire_run (self->wire, 0);
    }
  sv_wire_run (self->wire, 0);
  wait_until (has_text (self->bar, "2 delivered because the wire was full"));
  g_assert_true (has_text (self->bar, "2 held packets were delivered because the wire was full."));
  g_assert_cmpuint (sv_wire_get_n_flights (self->wire), ==, SV_WIRE_MAX_FLIGHTS);
}

static void
test_buttons (Fixture *self, gconstpointer unused)
{
  static const char *const ACTIONS[] = { "win.wire-hold", "win.wire-deliver-all" };
  guint found = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ACTIONS); i++)
    for (guint n = 0, at = 0; at = n, find_nth (self->bar, GTK_TYPE_BUTTON, &at) != NULL; n++)
      {
        guint again = n;
        GtkWidget *button = find_nth (self->bar, GTK_TYPE_BUTTON, &again);

        found += g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ACTIONS[i]) == 0;
      }
  g_assert_cmpuint (found, ==, 2);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/wire-bar/hop", test_hop);
  ADD ("/wire-bar/directions", test_directions);
  ADD ("/wire-bar/follows", test_follows);
  ADD ("/wire-bar/words", test_words);
  ADD ("/wire-bar/full", test_full);
  ADD ("/wire-bar/buttons", test_buttons);
  return g_test_run ();
}
