/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A window around a widget, and facts as the lab would record them. */

#include "sv-compat.h"
#include "sv-session.h"

#include <netinet/in.h>

typedef struct
{
  GtkWidget *window;
  guint n_paints; /* frames that were drawn */
} Screen;

static inline gboolean
timeout_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

#define wait_until(condition) \
  G_STMT_START { \
    gboolean late_ = FALSE; \
    guint deadline_ = g_timeout_add_seconds (20, timeout_cb, &late_); \
    while (!(condition) && !late_) \
      g_main_context_iteration (NULL, TRUE); \
    if (!late_) \
      g_source_remove (deadline_); \
    g_assert_true (condition); \
  } G_STMT_END

static inline void
after_paint_cb (GdkFrameClock *clock, Screen *screen)
{
  screen->n_paints++;
}

/* Shows @child and waits until it has been drawn. */
static inline void
screen_open (Screen *screen, GtkWidget *child, int width, int height)
{
  screen->n_paints = 0;
  screen->window = g_object_ref_sink (gtk_window_new ());
  gtk_window_set_default_size (GTK_WINDOW (screen->window), width, height);
  gtk_window_set_child (GTK_WINDOW (screen->window), child);
  gtk_window_present (GTK_WINDOW (screen->window));
  g_signal_connect (gtk_widget_get_frame_clock (screen->window), "after-paint", G_CALLBACK (after_paint_cb), screen);
  wait_until (gtk_widget_get_mapped (child) && screen->n_paints > 0);
}

static inline void
screen_close (Screen *screen)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (screen->window), screen);
  gtk_window_destroy (GTK_WINDOW (screen->window));
  g_clear_object (&screen->window);
}

/* Waits until nothing more is drawn for a while, and says how often something was. */
static inline guint
screen_settle (Screen *screen)
{
  guint before, all = screen->n_paints;

  do
    {
      gboolean over = FALSE;

      before = screen->n_paints;
      g_timeout_add (300, timeout_cb, &over);
      wait_until (over);
    }
  while (before != screen->n_paints);
  return screen->n_paints - all;
}

static inline GtkWidget *
find_widget (GtkWidget *root, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static inline guint
count_widgets (GtkWidget *root)
{
  guint n = 1;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_widgets (child);
  return n;
}

/* Facts without a kernel. */

static inline void
record_row (SvRecording *recording, gint64 time, const SvEndpoint *local, const SvEndpoint *foreign, SvTcpState state,
            guint32 inode)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (SvRowChange));
  SvSocketRow row = { .seen_at = time, .local = *local, .foreign = *foreign, .family = (guint8) local->family,
                      .protocol = IPPROTO_TCP, .state = (guint8) state, .inode = inode };

  if (state == SV_TCP_LISTEN)
    row.backlog = 5;
  sv_row_table_diff_one (sv_recording_get_table (recording, SV_MACHINE_THIS), &row,
                         state != SV_TCP_NONE ? &row : NULL, changes);
  for (guint i = 0; i < changes->len; i++)
    sv_recording_append (recording, sv_fact_new_row (time, SV_MACHINE_THIS, &g_array_index (changes, SvRowChange, i)));
}

static inline SvFact *
record_call (SvRecording *recording, gint64 time, SvSide side, guint connection, const char *actor, const char *name,
             int fd, const char *args, gint64 result, int error, const SvEndpoint *local, const SvEndpoint *foreign)
{
  SvFact *fact = sv_fact_new_call (time, SV_MACHINE_THIS, side, actor, name, fd);

  fact->connection = connection;
  fact->call.args = g_strdup (args);
  fact->call.result = result;
  fact->call.error = error;
  fact->call.duration = 2000;
  if (local != NULL)
    fact->call.local = *local;
  if (foreign != NULL)
    fact->call.foreign = *foreign;
  return sv_recording_append (recording, fact);
}

static inline void
record_server (SvRecording *recording, gint64 time)
{
  SvEndpoint any = sv_endpoint_any (AF_INET, 0), local = sv_endpoint_loopback (AF_INET, 9999);

  record_call (recording, time, SV_SIDE_SERVER, 0, "server", "socket", -1, "AF_INET, SOCK_STREAM, 0", 11, 0,
               NULL, NULL);
  record_call (recording, time + 10000, SV_SIDE_SERVER, 0, "server", "bind", 11, "127.0.0.1:9999", 0, 0, &local, NULL);
  record_call (recording, time + 20000, SV_SIDE_SERVER, 0, "server", "listen", 11, "5", 0, 0, &local, NULL);
  record_row (recording, time + 21000, &local, &any, SV_TCP_LISTEN, 500);
}

/* One client, its handshake and its accept(). Returns: its connection. */
static inline guint
record_client (SvRecording *recording, gint64 time, guint index)
{
  SvEndpoint server = sv_endpoint_loopback (AF_INET, 9999);
  SvEndpoint client = sv_endpoint_loopback (AF_INET, (guint16) (32768 + 2 * index));
  g_autofree char *actor = g_strdup_printf ("client %u", index);
  guint id = sv_recording_add_connection (recording, actor, FALSE);
  int fd = 20 + 2 * (int) index;

  record_call (recording, time, SV_SIDE_CLIENT, id, actor, "socket", -1, "AF_INET, SOCK_STREAM, 0",
               fd, 0, NULL, NULL);
  sv_recording_name_connection (recording, id, &client, &server);
  record_call (recording, time + 5000, SV_SIDE_CLIENT, id, actor, "connect", fd, "127.0.0.1:9999",
               0, 0, &client, &server);
  record_row (recording, time + 6000, &client, &server, SV_TCP_ESTABLISHED, 1000 + 2 * index);
  record_row (recording, time + 6000, &server, &client, SV_TCP_ESTABLISHED, 1001 + 2 * index);
  record_call (recording, time + 9000, SV_SIDE_SERVER, id, "server", "accept", 11, "", fd + 1, 0, &server, &client);
  return id;
}
